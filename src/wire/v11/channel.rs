//! Linked channels, business systems, links and codes.

use super::user::read_platform;
use crate::domain::{
    BusinessPlace, BusinessSystem, Channel, ChannelAddress, IntegrationId, LinkRequest, RawJson,
    Secret, Untrusted,
};
use crate::wire::reader::Reader;
use crate::wire::redact::redact_keys;

/// Reads a channel that is linked to a user.
pub(super) fn read_channel(channel: &mut Reader<'_>) -> Channel {
    Channel {
        kind: read_platform(channel, "type"),
        integration_id: channel.id_as("integrationId", IntegrationId::new),
        address: first_of(
            channel,
            &[
                ("phoneNumber", ChannelAddress::PhoneNumber),
                ("userId", ChannelAddress::ChannelUserId),
                ("address", ChannelAddress::Email),
                ("username", ChannelAddress::Username),
                ("chatId", ChannelAddress::ChatId),
            ],
        ),
        json: channel.json(),
        degraded: channel.take_notes(),
    }
}

/// Reads a business system in which a conversation shows up.
pub(super) fn read_business_system(system: &mut Reader<'_>) -> BusinessSystem {
    BusinessSystem {
        kind: system.word("type"),
        place: first_of(
            system,
            &[
                ("channelId", BusinessPlace::ChannelId),
                ("ticketId", BusinessPlace::TicketId),
                ("roomId", BusinessPlace::RoomId),
                ("conversationId", BusinessPlace::ConversationId),
            ],
        ),
        json: system.json(),
        degraded: system.take_notes(),
    }
}

/// Reads a link that joins a channel to a user.
pub(super) fn read_link_request(link: &mut Reader<'_>) -> LinkRequest {
    LinkRequest {
        kind: read_platform(link, "type"),
        integration_id: link.id_as("integrationId", IntegrationId::new),
        code: read_secret(link, "code"),
        url: read_secret(link, "url"),
        json: without_code(&link.json()),
        degraded: link.take_notes(),
    }
}

/// `code` and `url` are secrets here, and nowhere else.
fn without_code(json: &RawJson) -> RawJson {
    #[expect(clippy::disallowed_methods, reason = "secrets are taken out of it")]
    let json = json.expose();
    RawJson::new(redact_keys(json, |key| {
        ["code", "url"]
            .iter()
            .any(|secret| key.eq_ignore_ascii_case(secret))
    }))
}

/// Reads a text that must not be shown.
pub(super) fn read_secret(reader: &mut Reader<'_>, member: &str) -> Option<Secret> {
    reader.id_as(member, Secret::new)
}

/// A member's name and what its value becomes.
type Named<T> = (&'static str, fn(Untrusted) -> T);

fn first_of<T>(reader: &mut Reader<'_>, members: &[Named<T>]) -> Option<T> {
    members
        .iter()
        .find_map(|(member, kind)| reader.id(member).map(kind))
}
