//! A person as JSON in the words of v1.1, and as a user.

use serde_json::value::RawValue;

use super::value::{push_text, text_of};
use crate::domain::known::{ClientKind, Member, PersonView, SeenClient};
use crate::domain::{
    Authentication, MissingUserId, Portion, Properties, RawJson, Scalar, SmoochId, Untrusted, User,
    UserId,
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
    // Almost every row of a table is plain, and there may be millions of them.
    let mut user = match plain_user(id, view) {
        Some(user) => user,
        None => read_document(id, &json),
    };
    user.json = RawJson::new(json);
    user.authentication = match shown(view, &Member::Other("authenticated".into())) {
        Some("true") => Authentication::LoggedIn,
        Some("false") => Authentication::NotLoggedIn,
        _ => Authentication::ApiCannotTell,
    };
    user.missing_user_id = if view.no_user_id.is_some() {
        MissingUserId::MeansNone
    } else {
        MissingUserId::SaysNothing
    };
    user
}

fn shown<'v>(view: &PersonView<'v>, member: &Member) -> Option<&'v str> {
    view.members.get(member).map(|seen| seen.shown.value)
}

fn read_document(id: &SmoochId, json: &str) -> User {
    match Reader::open_text(json, Scope::People) {
        Some(mut document) => v11::read_user_of(id.clone(), &mut document),
        // A document is always an object.
        None => bare_user(id),
    }
}

/// Reads a person who has no clients, and nothing that would need a note; `None` if there is more
/// to them.
fn plain_user(id: &SmoochId, view: &PersonView<'_>) -> Option<User> {
    if !view.clients.is_empty() {
        return None;
    }
    let mut user = bare_user(id);
    if let Some(user_id) = &view.user_id {
        user.user_id = Some(UserId::new(
            text_of(user_id.value).filter(|id| !id.is_empty())?,
        ));
    }
    for (member, seen) in &view.members {
        let value = seen.shown.value;
        match member {
            Member::GivenName => user.given_name = Some(text(value)?),
            Member::Surname => user.surname = Some(text(value)?),
            Member::Email => user.email = Some(text(value)?),
            Member::AvatarUrl => user.avatar_url = Some(text(value)?).filter(|it| !it.is_empty()),
            Member::SignedUpAt => user.signed_up_at = Some(time::parse_text(&text_of(value)?)?),
            Member::ConversationStarted => user.conversation_started = Some(flag(value)?),
            Member::Other(name) => match &**name {
                "hasPaymentInfo" => user.has_payment_info = Some(flag(value)?),
                "credentialRequired" => user.credential_required = Some(flag(value)?),
                _ => {}
            },
            _ => {}
        }
    }
    let each = properties(view).map(|(name, value)| Some((name.into(), scalar(value)?)));
    user.properties = Properties(each.collect::<Option<_>>()?);
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
    let raw: &RawValue = serde_json::from_str(value).ok()?;
    Some(scalar_of(raw, Scope::People))
}

/// A user of whom no more than the id is known.
fn bare_user(id: &SmoochId) -> User {
    User {
        id: id.clone(),
        user_id: None,
        given_name: None,
        surname: None,
        email: None,
        avatar_url: None,
        signed_up_at: None,
        conversation_started: None,
        has_payment_info: None,
        credential_required: None,
        authentication: Authentication::ApiCannotTell,
        clients: Vec::new(),
        pending_clients: Vec::new(),
        properties: Properties::default(),
        portion: Portion::Whole,
        missing_user_id: MissingUserId::SaysNothing,
        degraded: Vec::new(),
        json: RawJson::new(""),
    }
}

#[cfg(test)]
mod tests;
