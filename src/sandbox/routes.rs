//! From a path to an answer.
//!
//! In: a request without its network: method, path and query as received, credentials, body.
//! Out: a status and a JSON body. Paths are split first and decoded afterwards, segment by
//! segment, because a `userId` may hold a slash; a router that decodes first cannot do that.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::auth::Key;
use super::cast::FOREIGN_APP_ID;
use super::errors::Refusal;
use super::paging::parse_bound;
use super::percent;
use super::posting::parse_new_message;
use super::world::World;

/// A request without its network.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, still encoded.
    pub path: &'a str,
    /// The query, still encoded.
    pub query: Option<&'a str>,
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The body; `None` when it was larger than the API takes.
    pub body: Option<&'a [u8]>,
}

/// An answer without its network.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The JSON body.
    pub body: String,
    /// The methods that would have been right, on a 405.
    pub allow: Option<&'static str>,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Resource {
    Apps,
    App,
    User(String),
    Messages(String),
}

/// A path read: which app, and what of it. The short form names no app: it means the key's own.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    app: Option<String>,
    resource: Resource,
}

/// Answers a request out of the world.
pub fn answer(world: &mut World, key: &Key, base_url: &str, asked: &Asked<'_>) -> Answer {
    resolve_answer(world, key, base_url, asked).unwrap_or_else(|refusal| Answer {
        status: refusal.status(),
        body: refusal.body(),
        allow: match refusal {
            Refusal::MethodNotAllowed(allow) => Some(allow),
            _ => None,
        },
    })
}

fn resolve_answer(
    world: &mut World,
    key: &Key,
    base_url: &str,
    asked: &Asked<'_>,
) -> Result<Answer, Refusal> {
    let route = parse_route(asked.path)?;
    let allow = route.resource.methods();
    if !allow.split(", ").any(|method| method == asked.method) {
        return Err(Refusal::MethodNotAllowed(allow));
    }
    key.check(asked.authorization, world.now())?;
    check_app(world, &route)?;
    let body = asked.body.ok_or(Refusal::TooLarge)?;
    match &route.resource {
        Resource::Apps => Err(Refusal::Forbidden("Listing apps needs the scope account")),
        Resource::App => done(StatusCode::OK, &json!({ "app": world.app() })),
        Resource::User(id) => {
            let user = &world.find(id)?.user;
            done(StatusCode::OK, &json!({ "appUser": user }))
        }
        Resource::Messages(id) if asked.method == Method::POST => {
            world.find(id)?;
            let answer = world.post(id, parse_new_message(body)?)?;
            done(StatusCode::CREATED, &answer)
        }
        Resource::Messages(id) => {
            let bound = parse_bound(asked.query)?;
            let (app, user) = (&world.app_id, percent::encode(id));
            let url = format!("{base_url}/v1.1/apps/{app}/appusers/{user}/messages");
            let conversation = world.find(id)?.conversation.as_ref();
            let conversation = conversation.ok_or(Refusal::ConversationNotFound)?;
            done(StatusCode::OK, &conversation.page(bound, &url))
        }
    }
}

fn done(status: StatusCode, body: &impl serde::Serialize) -> Result<Answer, Refusal> {
    let body = serde_json::to_string(body);
    Ok(Answer {
        status,
        body: body.map_err(|_| Refusal::Broken)?,
        allow: None,
    })
}

fn check_app(world: &World, route: &Route) -> Result<(), Refusal> {
    match route.app.as_deref() {
        None => Ok(()),
        Some(app) if app == world.app_id => Ok(()),
        Some(FOREIGN_APP_ID) => Err(Refusal::Forbidden("This key belongs to another app")),
        Some(_) => Err(Refusal::AppNotFound),
    }
}

impl Resource {
    fn methods(&self) -> &'static str {
        match self {
            Self::Apps | Self::App | Self::User(_) => "GET",
            Self::Messages(_) => "GET, POST",
        }
    }
}

fn parse_route(path: &str) -> Result<Route, Refusal> {
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(percent::decode).collect();
    let segments = segments.ok_or_else(|| Refusal::bad("The path is not encoded properly"))?;
    let Some((version, rest)) = segments.split_first() else {
        return Err(Refusal::NotFound);
    };
    if version != "v1.1" && version != "V1.1" {
        return Err(Refusal::NotFound);
    }
    let (app, rest) = match rest {
        [apps, app, rest @ ..] if apps.eq_ignore_ascii_case("apps") => (Some(app.clone()), rest),
        rest => (None, rest),
    };
    let resource = match rest {
        [] if app.is_some() => Resource::App,
        [apps] if app.is_none() && apps.eq_ignore_ascii_case("apps") => Resource::Apps,
        [users, id] if users.eq_ignore_ascii_case("appusers") => Resource::User(id.clone()),
        [users, id, messages]
            if users.eq_ignore_ascii_case("appusers")
                && messages.eq_ignore_ascii_case("messages") =>
        {
            Resource::Messages(id.clone())
        }
        _ => return Err(Refusal::NotFound),
    };
    Ok(Route { app, resource })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(app: Option<&str>, resource: Resource) -> Route {
        let app = app.map(str::to_owned);
        Route { app, resource }
    }

    #[test]
    fn both_forms_lead_to_the_same_user() {
        let user = || Resource::User("u".to_owned());
        let long = parse_route("/v1.1/apps/a/appusers/u");
        assert_eq!(long, Ok(route(Some("a"), user())));
        let short = parse_route("/v1.1/appusers/u");
        assert_eq!(short, Ok(route(None, user())));
    }

    #[test]
    fn literals_know_no_case_but_ids_do() {
        let messages = Resource::Messages("uU".to_owned());
        assert_eq!(
            parse_route("/V1.1/Apps/aA/appUsers/uU/MESSAGES"),
            Ok(route(Some("aA"), messages))
        );
    }

    #[test]
    fn an_encoded_slash_does_not_split() {
        let user = Resource::User("a/messages".to_owned());
        let encoded = parse_route("/v1.1/appusers/a%2Fmessages");
        assert_eq!(encoded, Ok(route(None, user)));
        let messages = Resource::Messages("a".to_owned());
        let split = parse_route("/v1.1/appusers/a/messages");
        assert_eq!(split, Ok(route(None, messages)));
    }

    #[test]
    fn unknown_paths_are_not_found_and_broken_ones_are_bad() {
        for path in [
            "/",
            "/v1.1",
            "/v2/apps/a",
            "/v1.1/appusers",
            "/v1.1/appusers/u/",
            "/v1.1/apps/a/appusers/u/secrets",
        ] {
            assert_eq!(parse_route(path), Err(Refusal::NotFound), "{path}");
        }
        assert!(matches!(
            parse_route("/v1.1/appusers/%zz"),
            Err(Refusal::BadRequest(_))
        ));
    }
}
