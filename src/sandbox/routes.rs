//! Routes a request to its answer, after checking who sent it and what they may do.
//!
//! In: a request without the network: method, path and query as received, credentials, body.
//! Out: an answer. The order of the checks is the API's: path, method, credentials, app, scope,
//! size, and only then the content.

use axum::http::Method;

use super::answers::{
    Answer, Call, activity, apps, attachments, integrations, keys, links, merging, messages, users,
    webhooks,
};
use super::auth::Scope;
use super::cast::FOREIGN_APP_ID;
use super::errors::Refusal;
use super::files;
use super::path::{Resource, Route, UserPart, parse_route};
use super::query::Query;
use super::world::{App, World};

/// A request, independent of the network.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, still encoded.
    pub path: &'a str,
    /// The query, still encoded.
    pub query: Option<&'a str>,
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The body; `None` when it was larger than the API takes.
    pub body: Option<&'a [u8]>,
}

/// Answers a request from the world.
pub(crate) fn answer(world: &mut World, base_url: &str, asked: &Asked<'_>) -> Answer {
    resolve_answer(world, base_url, asked).unwrap_or_else(|refusal| Answer::refused(&refusal))
}

/// Whether the path receives files, which may be larger than a JSON body.
pub(crate) fn takes_a_file(method: &Method, path: &str) -> bool {
    parse_route(method, path).is_ok_and(|route| route.resource.takes_a_file())
}

fn resolve_answer(world: &mut World, base_url: &str, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    if asked.path.starts_with("/media/") {
        return serve_file(world, asked);
    }
    let route = parse_route(asked.method, asked.path)?;
    let allow = route.resource.methods();
    if !allow.split(", ").any(|method| method == asked.method) {
        return Err(Refusal::MethodNotAllowed(allow));
    }
    let scope = world.keys.check(asked.authorization, world.origin.now)?;
    let app = resolve_app(world, &route, &scope)?;
    check_scope(world, &app, &route.resource, asked.method, &scope)?;
    let body = asked.body.ok_or(Refusal::TooLarge)?;
    if route.resource.takes_a_file() && world.uploaded() + body.len() > files::MOST {
        return Err(Refusal::UploadsFull);
    }
    let call = Call {
        method: asked.method,
        raw_query: asked.query,
        query: Query::parse(asked.query)?,
        content_type: asked.content_type,
        body,
        scope: &scope,
        base_url,
    };
    match &route.resource {
        Resource::Apps => apps::answer_apps(world, &call),
        Resource::App => apps::answer_app(world, &app, &call),
        Resource::Keys => keys::answer_keys(world, &app, &call),
        Resource::Key(id) => keys::answer_key(world, &app, id, &call),
        Resource::KeyToken(id) => keys::answer_token(world, &app, id),
        resource => {
            let app = world.app(&app).ok_or(Refusal::AppNotFound)?;
            answer_in_app(app, resource, &call)
        }
    }
}

/// Everybody who knows a file's address may read it, as in the real service.
fn serve_file(world: &World, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    if asked.method != Method::GET {
        return Err(Refusal::MethodNotAllowed("GET"));
    }
    let mut files = world.apps.iter().filter_map(|app| app.files.at(asked.path));
    let file = files.next().ok_or(Refusal::NotFound)?;
    Ok(Answer::file(file.media_type.clone(), file.bytes.clone()))
}

/// The id of the requested app; none for the list of apps.
fn resolve_app(world: &mut World, route: &Route, scope: &Scope) -> Result<String, Refusal> {
    let own = match scope {
        Scope::Account => None,
        Scope::App(app) | Scope::User { app, .. } => Some(app.as_str()),
    };
    match (route.app.as_deref(), own) {
        (None, _) if route.resource == Resource::Apps => Ok(String::new()),
        (None, Some(own)) => Ok(own.to_owned()),
        (None, None) => Err(Refusal::Forbidden("The path must name an app")),
        (Some(FOREIGN_APP_ID), _) => Err(Refusal::Forbidden("This key belongs to another app")),
        (Some(app), own) => match world.app(app) {
            None => Err(Refusal::AppNotFound),
            Some(_) if own.is_some_and(|own| own != app) => {
                Err(Refusal::Forbidden("This key belongs to another app"))
            }
            Some(_) => Ok(app.to_owned()),
        },
    }
}

fn check_scope(
    world: &mut World,
    app: &str,
    resource: &Resource,
    method: &Method,
    scope: &Scope,
) -> Result<(), Refusal> {
    match (scope, resource) {
        (Scope::Account, _) => Ok(()),
        (_, Resource::Apps) => Err(Refusal::Forbidden("Apps need the scope account")),
        (Scope::App(_), _) => Ok(()),
        (Scope::User { user_id, .. }, Resource::User(id, part)) => {
            let may = match part {
                UserPart::Whole => [Method::GET, Method::PUT].contains(method),
                UserPart::Messages => [Method::GET, Method::POST].contains(method),
                _ => false,
            };
            let people = &mut world.app(app).ok_or(Refusal::AppNotFound)?.people;
            // This user must not learn whether somebody else exists.
            let is_own = people
                .read(id)
                .is_ok_and(|found| found.user.user_id.as_deref() == Some(user_id));
            if may && is_own {
                Ok(())
            } else {
                Err(Refusal::Forbidden("A user may only see their own messages"))
            }
        }
        (Scope::User { .. }, _) => Err(Refusal::Forbidden("This needs the scope app")),
    }
}

fn answer_in_app(app: &mut App, resource: &Resource, call: &Call<'_>) -> Result<Answer, Refusal> {
    match resource {
        Resource::Users => users::answer_creation(app, call),
        Resource::Merge => merging::answer_merge(app, call),
        Resource::User(id, part) => answer_about_user(app, id, part, call),
        Resource::Attachments => attachments::answer_upload(app, call),
        Resource::AttachmentRemoval => attachments::answer_removal(app, call),
        Resource::Integrations => integrations::answer_integrations(app, call),
        Resource::Integration(id) => integrations::answer_integration(app, id, call),
        Resource::Webhooks => webhooks::answer_webhooks(app, call),
        Resource::Webhook(id) => webhooks::answer_webhook(app, id, call),
        Resource::Apps
        | Resource::App
        | Resource::Keys
        | Resource::Key(_)
        | Resource::KeyToken(_) => Err(Refusal::Broken),
    }
}

fn answer_about_user(
    app: &mut App,
    id: &str,
    part: &UserPart,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    match part {
        UserPart::Whole => users::answer_user(app, id, call),
        UserPart::Profile => users::answer_erasure(app, id),
        UserPart::Channels => links::answer_channels(app, id, call),
        UserPart::Channel(kind) => links::answer_unlinking(app, id, kind),
        UserPart::BusinessSystems => links::answer_business_systems(app, id),
        UserPart::LinkRequest => links::answer_link_request(app, id, call),
        UserPart::AuthCode => links::answer_auth_code(app, id),
        UserPart::Messages => messages::answer_messages(app, id, call),
        UserPart::Message(message) => messages::answer_deletion(app, id, message, call),
        UserPart::Images => messages::answer_image(app, id, call),
        UserPart::Conversation => activity::answer_conversation(app, id),
        UserPart::Activity => activity::answer_activity(app, id, call),
        UserPart::Read => activity::answer_reading(app, id),
        UserPart::Postback => activity::answer_postback(app, id, call),
    }
}
