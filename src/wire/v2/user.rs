//! Users of v2 and their clients (API document, sections 5.3 and 6).

use crate::domain::{
    Authentication, Client, ClientId, ClientStatus, IntegrationId, MissingUserId, Platform,
    Portion, Properties, SmoochId, Untrusted, User, UserId,
};
use crate::wire::reader::Reader;

/// Reads a user; `None` without an `id`, because nothing could be asked about such a user.
///
/// The API sends clients separately; those that events reported are beside the profile, as in v1.1.
pub(in crate::wire) fn read_user(user: &mut Reader<'_>) -> Option<User> {
    let id = user.id_as("id", SmoochId::new)?;
    let user_id = user.id_as("externalId", UserId::new);
    let profile = user.nested("profile", read_profile).unwrap_or_default();
    // The SDK's own documentation shows users with these members beside the id.
    let beside = read_profile(user);
    let authentication = match user.flag("authenticated") {
        Some(true) => Authentication::LoggedIn,
        Some(false) => Authentication::NotLoggedIn,
        None => Authentication::ApiCannotTell,
    };
    let (pending_clients, clients): (Vec<Client>, Vec<Client>) = user
        .each("clients", read_client)
        .into_iter()
        .partition(|client| client.status == ClientStatus::Pending);
    Some(User {
        id,
        user_id,
        given_name: profile.given_name.or(beside.given_name),
        surname: profile.surname.or(beside.surname),
        listed_name: None,
        email: profile.email.or(beside.email),
        avatar_url: profile.avatar_url.or(beside.avatar_url),
        signed_up_at: user.time("signedUpAt"),
        conversation_started: None,
        has_payment_info: user.flag("hasPaymentInfo"),
        credential_required: None,
        authentication,
        clients,
        pending_clients,
        identities: user.addresses("identities"),
        properties: read_metadata(user),
        portion: Portion::Whole,
        missing_user_id: MissingUserId::MeansNone,
        json: user.json(),
        degraded: user.take_notes().into(),
    })
}

#[derive(Default)]
struct Profile {
    given_name: Option<Untrusted>,
    surname: Option<Untrusted>,
    email: Option<Untrusted>,
    avatar_url: Option<Untrusted>,
}

fn read_profile(profile: &mut Reader<'_>) -> Profile {
    Profile {
        given_name: profile.text("givenName"),
        surname: profile.text("surname"),
        email: profile.text("email"),
        avatar_url: profile.word("avatarUrl"),
    }
}

fn read_metadata(user: &mut Reader<'_>) -> Properties {
    user.properties("metadata")
}

/// Reads a client; its kind is called `type` here.
pub(super) fn read_client(client: &mut Reader<'_>) -> Client {
    let platform = client.word("type").or_else(|| client.word("platform"));
    if platform.is_none() {
        client.note("type", "missing");
    }
    Client {
        id: client.id_as("id", ClientId::new),
        record_id: client.id("_id"),
        device_id: client.id("deviceId"),
        platform: Platform(platform.unwrap_or_default()),
        status: client
            .word("status")
            .map_or(ClientStatus::Unknown, status_of),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

    use super::super::parse_user;
    use super::*;
    use crate::domain::{Identity, Naming, Scalar};

    #[test]
    fn a_wrapped_and_a_bare_user_read_the_same() {
        let bare = r#"{"id":"7c1f","externalId":"crm-1","authenticated":false,
            "signedUpAt":"2024-03-01T08:00:00.000Z",
            "profile":{"givenName":"Ilse","email":"i@example.org"},"metadata":{"seats":12}}"#;
        let wrapped = format!(r#"{{"user":{bare}}}"#);
        let user = parse_user(bare.as_bytes()).unwrap();
        assert_eq!(user, parse_user(wrapped.as_bytes()).unwrap());
        assert_eq!(user.identity(), Some(Identity::Identified));
        assert_eq!(user.naming(), Naming::Named);
        assert_eq!(user.authentication, Authentication::NotLoggedIn);
        assert_eq!(user.email, Some("i@example.org".into()));
        assert_eq!(
            user.properties.0,
            [("seats".into(), Scalar::Number("12".into()))]
        );
        assert!(user.degraded.is_empty());
    }

    #[test]
    fn a_name_beside_the_id_counts_where_the_profile_has_none() {
        let user = parse_user(
            br#"{"id":"7","givenName":"Idris","surname":"V","profile":{"surname":"Vane"}}"#,
        )
        .unwrap();
        assert_eq!(user.given_name, Some("Idris".into()));
        assert_eq!(user.surname, Some("Vane".into()));
    }

    #[test]
    fn a_null_external_id_leaves_the_user_anonymous() {
        let user = parse_user(br#"{"id":"7c1f","externalId":null}"#).unwrap();
        assert_eq!(user.identity(), Some(Identity::Anonymous));
        assert_eq!(user.authentication, Authentication::ApiCannotTell);
    }

    #[test]
    fn clients_from_events_are_read_beside_the_profile() {
        let user = parse_user(
            br#"{"id":"7","clients":[{"id":"a","type":"line","status":"active","displayName":"H"},
                {"id":"b","type":"whatsapp","status":"pending"}]}"#,
        )
        .unwrap();
        assert_eq!(user.clients.len(), 1);
        assert_eq!(user.clients[0].platform.0.expose(), "line");
        assert_eq!(user.pending_clients.len(), 1);
    }

    #[test]
    fn a_user_without_an_id_is_none() {
        assert!(parse_user(br#"{"user":{"externalId":"x"}}"#).is_err());
        assert!(parse_user(br#"{"user":null}"#).is_err());
        assert!(parse_user(b"[]").is_err());
    }
}
