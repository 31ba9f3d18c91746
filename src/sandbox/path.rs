//! Paths and what they address.
//!
//! In: a method and a path as received. Out: an app and a thing in it. Paths are split first and
//! then decoded segment by segment, because a `userId` may contain a slash; a router that decodes
//! first can't do that. Literal segments ignore case (API document, section 0.3).

use axum::http::Method;

use super::errors::Refusal;
use super::percent;

/// What a path addresses; ids are decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// All apps.
    Apps,
    /// One app.
    App,
    /// The app's keys.
    Keys,
    /// One key.
    Key(String),
    /// A token signed with one key.
    KeyToken(String),
    /// The app's integrations.
    Integrations,
    /// One integration.
    Integration(String),
    /// The app's webhooks.
    Webhooks,
    /// One webhook.
    Webhook(String),
    /// Uploads.
    Attachments,
    /// The removal of an upload.
    AttachmentRemoval,
    /// All users.
    Users,
    /// Two users made one.
    Merge,
    /// One user, or what belongs to one.
    User(String, UserPart),
}

/// What a path addresses of a user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UserPart {
    /// The user.
    Whole,
    /// The names, e-mail, properties and facts from channels.
    Profile,
    /// Linked channels.
    Channels,
    /// One linked channel, by its type.
    Channel(String),
    /// Business systems.
    BusinessSystems,
    /// Codes that link a channel.
    LinkRequest,
    /// A code that binds another device.
    AuthCode,
    /// Messages.
    Messages,
    /// One message.
    Message(String),
    /// An upload that becomes a message at once.
    Images,
    /// The conversation.
    Conversation,
    /// Typing and reading.
    Activity,
    /// The user's own reading.
    Read,
    /// A press on a button.
    Postback,
}

/// A parsed path. The short form names no app; it means the key's own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The app that the long form names.
    pub app: Option<String>,
    /// What it addresses there.
    pub resource: Resource,
}

impl Resource {
    /// The methods that the path allows.
    pub(crate) fn methods(&self) -> &'static str {
        match self {
            Self::Apps | Self::Keys | Self::Integrations | Self::Webhooks => "GET, POST",
            Self::App | Self::Integration(_) | Self::Webhook(_) => "GET, PUT, DELETE",
            Self::Key(_) => "GET, DELETE",
            Self::KeyToken(_) => "GET",
            Self::Attachments | Self::AttachmentRemoval | Self::Users | Self::Merge => "POST",
            Self::User(_, part) => part.methods(),
        }
    }

    /// Whether the path receives files, which may be larger than a JSON body.
    pub(crate) fn takes_a_file(&self) -> bool {
        matches!(self, Self::Attachments | Self::User(_, UserPart::Images))
    }
}

impl UserPart {
    fn methods(&self) -> &'static str {
        match self {
            Self::Whole => "GET, PUT, DELETE",
            Self::Profile | Self::Channel(_) | Self::Message(_) => "DELETE",
            Self::Channels => "GET, POST",
            Self::BusinessSystems | Self::LinkRequest | Self::AuthCode | Self::Conversation => {
                "GET"
            }
            Self::Messages => "GET, POST, DELETE",
            Self::Images | Self::Activity | Self::Read | Self::Postback => "POST",
        }
    }
}

/// Parses a path.
pub(crate) fn parse_route(method: &Method, path: &str) -> Result<Route, Refusal> {
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(percent::decode).collect();
    let segments = segments.ok_or_else(|| Refusal::bad("The path is not encoded properly"))?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let [version, rest @ ..] = segments.as_slice() else {
        return Err(Refusal::NotFound);
    };
    if !version.eq_ignore_ascii_case("v1.1") {
        return Err(Refusal::NotFound);
    }
    let (app, rest) = match rest {
        [apps, app, rest @ ..] if is(apps, "apps") => (Some((*app).to_owned()), rest),
        rest => (None, rest),
    };
    let resource = match rest {
        [] if app.is_some() => Some(Resource::App),
        [apps] if app.is_none() && is(apps, "apps") => Some(Resource::Apps),
        [users, rest @ ..] if is(users, "appusers") => parse_user_path(method, rest),
        rest => parse_app_path(rest),
    };
    let resource = resource.ok_or(Refusal::NotFound)?;
    Ok(Route { app, resource })
}

fn is(segment: &str, literal: &str) -> bool {
    segment.eq_ignore_ascii_case(literal)
}

fn parse_app_path(rest: &[&str]) -> Option<Resource> {
    let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    // Ids keep their case; only literals ignore it.
    let id = || rest.get(1).map(|id| (*id).to_owned());
    match lower.as_slice() {
        ["keys"] => Some(Resource::Keys),
        ["keys", _] => id().map(Resource::Key),
        ["keys", _, "jwt"] => id().map(Resource::KeyToken),
        ["integrations"] => Some(Resource::Integrations),
        ["integrations", _] => id().map(Resource::Integration),
        ["webhooks"] => Some(Resource::Webhooks),
        ["webhooks", _] => id().map(Resource::Webhook),
        ["attachments"] => Some(Resource::Attachments),
        ["attachments", "remove"] => Some(Resource::AttachmentRemoval),
        _ => None,
    }
}

fn parse_user_path(method: &Method, rest: &[&str]) -> Option<Resource> {
    let [id, rest @ ..] = rest else {
        return Some(Resource::Users);
    };
    // No POST goes to a single user, so a user with the id "merge" can still be read.
    if rest.is_empty() && is(id, "merge") && method == Method::POST {
        return Some(Resource::Merge);
    }
    let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let second = || rest.get(1).map(|part| (*part).to_owned());
    let part = match lower.as_slice() {
        [] => UserPart::Whole,
        ["profile"] => UserPart::Profile,
        ["channels"] => UserPart::Channels,
        ["channels", channel] => UserPart::Channel((*channel).to_owned()),
        ["businesssystems"] => UserPart::BusinessSystems,
        ["linkrequest"] => UserPart::LinkRequest,
        ["authcode"] => UserPart::AuthCode,
        ["messages"] => UserPart::Messages,
        ["messages", _] => UserPart::Message(second()?),
        ["images"] => UserPart::Images,
        ["conversation"] => UserPart::Conversation,
        ["conversation", "activity"] => UserPart::Activity,
        ["conversation", "read"] => UserPart::Read,
        ["conversation", "postback"] => UserPart::Postback,
        _ => return None,
    };
    Some(Resource::User((*id).to_owned(), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(app: Option<&str>, user: &str, part: UserPart) -> Route {
        Route {
            app: app.map(str::to_owned),
            resource: Resource::User(user.to_owned(), part),
        }
    }

    fn get(path: &str) -> Result<Route, Refusal> {
        parse_route(&Method::GET, path)
    }

    #[test]
    fn both_forms_lead_to_the_same_user() {
        let long = get("/v1.1/apps/a/appusers/u");
        assert_eq!(long, Ok(route(Some("a"), "u", UserPart::Whole)));
        let short = get("/v1.1/appusers/u");
        assert_eq!(short, Ok(route(None, "u", UserPart::Whole)));
    }

    #[test]
    fn literals_ignore_case_but_ids_do_not() {
        assert_eq!(
            get("/V1.1/Apps/aA/appUsers/uU/MESSAGES/mM"),
            Ok(route(Some("aA"), "uU", UserPart::Message("mM".to_owned())))
        );
        let key = get("/v1.1/apps/a/Keys/app_Xy/JWT").map(|route| route.resource);
        assert_eq!(key, Ok(Resource::KeyToken("app_Xy".to_owned())));
    }

    #[test]
    fn an_encoded_slash_does_not_split() {
        let encoded = get("/v1.1/appusers/a%2Fmessages");
        assert_eq!(encoded, Ok(route(None, "a/messages", UserPart::Whole)));
        let split = get("/v1.1/appusers/a/messages");
        assert_eq!(split, Ok(route(None, "a", UserPart::Messages)));
    }

    #[test]
    fn merge_is_a_literal_only_in_a_post() {
        let posted = parse_route(&Method::POST, "/v1.1/appusers/Merge");
        assert_eq!(posted.map(|route| route.resource), Ok(Resource::Merge));
        assert_eq!(
            get("/v1.1/appusers/merge"),
            Ok(route(None, "merge", UserPart::Whole))
        );
    }

    #[test]
    fn unknown_paths_are_not_found_and_broken_ones_are_bad() {
        for path in [
            "/",
            "/v1.1",
            "/v2/apps/a",
            "/v1.1/appusers/u/",
            "/v1.1/apps/a/sdks",
            "/v1.1/apps/a/appusers/u/secrets",
            "/v1.1/apps/a/appusers/u/channels/line/x",
        ] {
            assert_eq!(get(path), Err(Refusal::NotFound), "{path}");
        }
        assert!(matches!(
            get("/v1.1/appusers/%zz"),
            Err(Refusal::BadRequest(_))
        ));
    }
}
