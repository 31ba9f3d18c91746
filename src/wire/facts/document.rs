//! A person as JSON in the words of v1.1, and as a user.

use serde_json::value::RawValue;

use super::user::LISTED_NAME;
use super::value::{push_text, text_of};
use crate::domain::facts::{ClientKind, FactSet, Member, PersonView, SeenClient};
use crate::domain::{
    Authentication, MissingUserId, RawJson, Scalar, SmoochId, Untrusted, User, UserId,
};
use crate::wire::reader::{Reader, scalar_of};
use crate::wire::redact::Scope;
use crate::wire::{time, v11};

/// An object that is being written.
struct Object<'t> {
    text: &'t mut String,
    is_empty: bool,
}

impl<'t> Object<'t> {
    fn open(text: &'t mut String) -> Self {
        text.push('{');
        Self {
            text,
            is_empty: true,
        }
    }

    fn name(&mut self, name: &str) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.text.push(',');
        }
        push_text(self.text, name);
        self.text.push(':');
    }

    fn member(&mut self, name: &str, value: &str) {
        self.name(name);
        self.text.push_str(value);
    }

    /// Writes an object of these members, if there are any.
    fn object<'v>(&mut self, name: &str, members: impl Iterator<Item = (&'v str, &'v str)>) {
        let mut members = members.peekable();
        if members.peek().is_some() {
            self.name(name);
            let mut object = Object::open(self.text);
            members.for_each(|(name, value)| object.member(name, value));
            object.close();
        }
    }

    fn clients<'v>(&mut self, name: &str, clients: impl Iterator<Item = &'v SeenClient<'v>>) {
        let mut clients = clients.peekable();
        if clients.peek().is_some() {
            self.name(name);
            self.text.push('[');
            while let Some(client) = clients.next() {
                push_client(self.text, client);
                if clients.peek().is_some() {
                    self.text.push(',');
                }
            }
            self.text.push(']');
        }
    }

    fn close(self) {
        self.text.push('}');
    }
}

fn push_client(text: &mut String, client: &SeenClient<'_>) {
    let mut object = Object::open(text);
    for (field, seen) in &client.fields {
        object.member(field, seen.shown.value);
    }
    object.close();
}

/// What v1.1 calls a member that it has at the top of a user.
fn top_name(member: &Member) -> Option<&str> {
    Some(match member {
        Member::GivenName => "givenName",
        Member::Surname => "surname",
        Member::Email => "email",
        Member::SignedUpAt => "signedUpAt",
        Member::AvatarUrl => "avatarUrl",
        Member::ConversationStarted => "conversationStarted",
        Member::Other(name) => name,
        _ => return None,
    })
}

/// The person as JSON. Members of v2 that v1.1 does not have keep v2's names.
pub(crate) fn document(id: &str, view: &PersonView<'_>) -> String {
    let mut text = String::with_capacity(256);
    let mut user = Object::open(&mut text);
    user.name("_id");
    push_text(user.text, id);
    if let Some(user_id) = &view.user_id {
        user.member("userId", user_id.value);
    }
    let members = || {
        view.members
            .iter()
            .map(|(member, seen)| (*member, seen.shown.value))
    };
    for (member, value) in members() {
        if let Some(name) = top_name(member) {
            user.member(name, value);
        }
    }
    let profile = members().filter_map(|(member, value)| match member {
        Member::ProfileField(name) => Some((&**name, value)),
        _ => None,
    });
    user.object("profile", profile);
    let identities: Vec<&str> = members()
        .filter(|(member, _)| matches!(member, Member::Identity(_)))
        .map(|(_, value)| value)
        .collect();
    if !identities.is_empty() {
        user.member("identities", &format!("[{}]", identities.join(",")));
    }
    user.object("properties", properties(view));
    let is_pending = |client: &&SeenClient<'_>| client.kind == ClientKind::Pending;
    let confirmed = view.clients.iter().filter(|client| !is_pending(client));
    user.clients("clients", confirmed);
    user.clients("pendingClients", view.clients.iter().filter(is_pending));
    user.close();
    text
}

fn properties<'v>(view: &'v PersonView<'_>) -> impl Iterator<Item = (&'v str, &'v str)> {
    view.members
        .iter()
        .filter_map(|(member, seen)| match member {
            Member::Property(name) => Some((&**name, seen.shown.value)),
            _ => None,
        })
}

/// The person as a user; how much of them is known, the caller says.
pub(crate) fn user_of(id: &SmoochId, view: &PersonView<'_>) -> User {
    let json = document(id.expose(), view);
    let user_id = view.user_id.map(|shown| shown.value);
    let members = view.members.iter();
    let members = members.map(|(member, seen)| (*member, seen.shown.value));
    let plain = if view.clients.is_empty() {
        plain_user(id, user_id, members)
    } else {
        None
    };
    let mut user = match plain {
        Some(user) => user,
        None => User {
            authentication: match shown(view, &Member::Other("authenticated".into())) {
                Some(value) => authentication(value),
                None => Authentication::ApiCannotTell,
            },
            ..read_document(id, &json)
        },
    };
    user.json = RawJson::new(json);
    let has_none = view.user_id.is_none() && view.no_user_id.is_some();
    user.missing_user_id = if has_none {
        MissingUserId::MeansNone
    } else {
        MissingUserId::SaysNothing
    };
    user
}

/// The user that a single report shows, without JSON: the row of a table needs none. `None` if it is
/// not as plain as most rows are.
pub(crate) fn user_of_part(id: &SmoochId, part: &FactSet) -> Option<User> {
    let facts = || part.facts.iter();
    let user_id = facts().find(|(member, _)| *member == Member::UserId);
    let has_clients = facts().any(|(member, _)| matches!(member, Member::Client(..)));
    if has_clients {
        return None;
    }
    let values = facts().filter_map(|(member, value)| Some((member, value.as_deref()?)));
    let user_id = user_id.map(|(_, value)| value.as_deref());
    let mut user = plain_user(id, user_id.flatten(), values)?;
    if user_id == Some(None) {
        user.missing_user_id = MissingUserId::MeansNone;
    }
    Some(user)
}

fn shown<'v>(view: &PersonView<'v>, member: &Member) -> Option<&'v str> {
    view.members.get(member).map(|seen| seen.shown.value)
}

fn authentication(value: &str) -> Authentication {
    match value {
        "true" => Authentication::LoggedIn,
        "false" => Authentication::NotLoggedIn,
        _ => Authentication::ApiCannotTell,
    }
}

fn read_document(id: &SmoochId, json: &str) -> User {
    match Reader::open_text(json, Scope::People) {
        Some(mut document) => v11::read_user_of(id.clone(), &mut document),
        // A document is always an object.
        None => User::bare(id.clone()),
    }
}

/// Puts a user together who has no clients, and nothing that would need a note; `None` if there is
/// more to them. There may be millions of such users in a table.
fn plain_user<'v>(
    id: &SmoochId,
    user_id: Option<&str>,
    members: impl Iterator<Item = (&'v Member, &'v str)>,
) -> Option<User> {
    let mut user = User::bare(id.clone());
    let mut identities = Vec::new();
    if let Some(user_id) = user_id {
        let user_id = text_of(user_id).filter(|id| !id.is_empty())?;
        user.user_id = Some(UserId::new(user_id));
    }
    for (member, value) in members {
        match member {
            Member::GivenName => user.given_name = Some(text(value)?),
            Member::Surname => user.surname = Some(text(value)?),
            Member::Email => user.email = Some(text(value)?),
            Member::AvatarUrl => user.avatar_url = Some(text(value)?).filter(|it| !it.is_empty()),
            Member::SignedUpAt => user.signed_up_at = Some(time::parse_text(&text_of(value)?)?),
            Member::ConversationStarted => user.conversation_started = Some(flag(value)?),
            Member::Property(name) => {
                let property = (name.as_ref().into(), scalar(value)?);
                user.properties.0.push(property);
            }
            Member::Identity(name) => {
                let value = name.split_once(' ').map(|(_, value)| value);
                identities.extend(value.map(Untrusted::from));
            }
            Member::Other(name) => match &**name {
                LISTED_NAME => user.listed_name = Some(text(value)?),
                "hasPaymentInfo" => user.has_payment_info = Some(flag(value)?),
                "credentialRequired" => user.credential_required = Some(flag(value)?),
                "authenticated" => user.authentication = authentication(value),
                _ => {}
            },
            _ => {}
        }
    }
    user.identities = identities.into();
    Some(user)
}

fn text(value: &str) -> Option<Untrusted> {
    text_of(value).map(Untrusted::from)
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn scalar(value: &str) -> Option<Scalar> {
    if value.starts_with('"') {
        return text(value).map(Scalar::Text);
    }
    let raw: &RawValue = serde_json::from_str(value).ok()?;
    Some(scalar_of(raw, Scope::People))
}

#[cfg(test)]
mod tests;
