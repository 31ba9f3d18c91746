//! Users, their clients and their conversation.

use crate::domain::{
    Authentication, Client, ClientId, ClientStatus, Conversation, ConversationId, IntegrationId,
    MissingUserId, Platform, Portion, SmoochId, Untrusted, User, UserId,
};
use crate::wire::facts::LISTED_NAME;
use crate::wire::reader::Reader;

/// Reads a user; `None` without an `_id`, because nothing could be asked about such a user.
pub(in crate::wire) fn read_user(user: &mut Reader<'_>) -> Option<User> {
    let id = user.id_as("_id", SmoochId::new)?;
    Some(read_user_of(id, user))
}

/// Reads what is said of the user with this `_id`.
pub(in crate::wire) fn read_user_of(id: SmoochId, user: &mut Reader<'_>) -> User {
    User {
        id,
        user_id: user.id_as("userId", UserId::new),
        given_name: user.text("givenName"),
        surname: user.text("surname"),
        listed_name: user.text(LISTED_NAME),
        email: user.text("email"),
        avatar_url: user.word("avatarUrl"),
        signed_up_at: user.time("signedUpAt"),
        conversation_started: user.flag("conversationStarted"),
        has_payment_info: user.flag("hasPaymentInfo"),
        credential_required: user.flag("credentialRequired"),
        authentication: Authentication::ApiCannotTell,
        clients: user.each("clients", read_client),
        pending_clients: user.each("pendingClients", read_pending_client),
        // Users joined out of several reports keep this member of v2.
        identities: user.addresses("identities"),
        properties: user.properties("properties"),
        portion: Portion::Whole,
        missing_user_id: MissingUserId::MeansNone,
        json: user.json(),
        degraded: user.take_notes().into(),
    }
}

/// Reads a confirmed client.
pub(super) fn read_client(client: &mut Reader<'_>) -> Client {
    Client {
        id: client.id_as("id", ClientId::new),
        record_id: client.id("_id"),
        device_id: client.id("deviceId"),
        platform: read_platform(client, "platform"),
        status: read_status(client),
        primary: client.flag("primary"),
        external_id: client.id("externalId"),
        integration_id: client.id_as("integrationId", IntegrationId::new),
        display_name: client.text("displayName"),
        avatar_url: client.word("avatarUrl"),
        last_seen: client.time("lastSeen"),
        linked_at: client.time("linkedAt"),
        app_version: client.word("appVersion"),
        has_push_token: client.has("pushNotificationToken"),
        info: client.properties("info"),
        raw: client.properties("raw"),
        json: client.json(),
    }
}

fn read_pending_client(client: &mut Reader<'_>) -> Client {
    let mut pending = read_client(client);
    // The list it is in says that it is pending, whether or not the client does.
    if pending.status == ClientStatus::Unknown {
        pending.status = ClientStatus::Pending;
    }
    pending
}

/// Reads a platform, which every client and channel should have.
pub(super) fn read_platform(reader: &mut Reader<'_>, member: &str) -> Platform {
    if !reader.has(member) {
        reader.note(member, "missing");
    }
    Platform(reader.word(member).unwrap_or_default())
}

fn read_status(client: &mut Reader<'_>) -> ClientStatus {
    match client.word("status") {
        Some(status) => status_of(status),
        None => match client.flag("active") {
            Some(true) => ClientStatus::Active,
            Some(false) => ClientStatus::Inactive,
            None => ClientStatus::Unknown,
        },
    }
}

fn status_of(status: Untrusted) -> ClientStatus {
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    match status.expose() {
        "active" => ClientStatus::Active,
        "inactive" => ClientStatus::Inactive,
        "blocked" => ClientStatus::Blocked,
        "pending" => ClientStatus::Pending,
        _ => ClientStatus::Other(status),
    }
}

/// Reads a conversation's own facts.
pub(super) fn read_conversation(conversation: &mut Reader<'_>) -> Conversation {
    Conversation {
        id: conversation.id_as("_id", ConversationId::new),
        unread_by_user: conversation.count("unreadCount"),
        business_last_read: conversation.time("appMakerLastRead"),
        user_last_read: conversation.time("appUserLastRead"),
    }
}

/// A conversation of which the answer says nothing.
pub(super) fn no_conversation_facts() -> Conversation {
    Conversation {
        id: None,
        unread_by_user: None,
        business_last_read: None,
        user_last_read: None,
    }
}
