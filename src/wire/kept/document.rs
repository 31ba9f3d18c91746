//! One user's JSON, and where each version puts the members of a user in it.

use serde_json::map::Entry;
use serde_json::{Map, Value};

use crate::domain::ApiVersion;
use crate::domain::facts::{ClientKey, ClientList, Fact, Held, Member, Set};

/// The member that names those properties that came out of a list, or is true when all of them did.
pub(crate) const LISTED: &str = "smooch-console/imported";

/// A user's JSON in the words of one version.
#[derive(Debug, PartialEq)]
pub(super) struct Document {
    members: Map<String, Value>,
    api: ApiVersion,
}

/// Where a member is found.
enum Place<'m> {
    /// A member of the user.
    Top(&'m str),
    /// A member of an object that is a member of the user.
    Inside(&'static str, &'m str),
    /// A client in a list.
    Client(&'static str, &'m ClientKey),
    /// A field of a client in a list.
    ClientField(&'static str, &'m str, &'m str),
    /// This version has no such member.
    Nowhere,
}

/// What is known of a value.
pub(super) const fn held(value: &Value) -> Held {
    match value {
        Value::Null => Held::Null,
        _ => Held::Value,
    }
}

impl Document {
    /// Takes JSON apart; `None` if it is no object.
    pub(super) fn parse(json: &str, api: ApiVersion) -> Option<Self> {
        let Value::Object(members) = serde_json::from_str(json).ok()? else {
            return None;
        };
        let mut document = Self { members, api };
        document.name_listed();
        Some(document)
    }

    /// The JSON.
    pub(super) fn into_json(self) -> String {
        Value::Object(self.members).to_string()
    }

    /// Names the properties that came out of a list, where the user only says that all of them did.
    fn name_listed(&mut self) {
        if self.members.get(LISTED) == Some(&Value::Bool(true)) {
            let all = self.members.get(properties(self.api));
            let names = all.and_then(Value::as_object).into_iter();
            let names = names.flat_map(Map::keys).map(|name| name.as_str().into());
            let names = Value::Array(names.collect());
            self.members.insert(LISTED.to_owned(), names);
        }
    }

    /// Whether a list of clients is among the members.
    pub(super) fn names_clients(&self) -> bool {
        self.members.contains_key("clients")
    }

    /// Gives the user an `_id`.
    pub(super) fn set_id(&mut self, id: &str) {
        if let Place::Top(name) = self.place(&Member::Id) {
            self.members.insert(name.to_owned(), id.into());
        }
    }

    /// Takes the `userId` out, by whichever name.
    pub(super) fn remove_user_id(&mut self) {
        self.members
            .retain(|name, _| !["userId", "externalId"].contains(&name.as_str()));
    }

    /// Takes clients out of both lists; says whether there were any.
    pub(super) fn remove_clients(&mut self, is_it: impl Fn(&Value) -> bool) -> bool {
        let mut is_removed = false;
        for list in ["clients", "pendingClients"] {
            if let Some(Value::Array(clients)) = self.members.get_mut(list) {
                let before = clients.len();
                clients.retain(|client| !is_it(client));
                is_removed |= clients.len() < before;
            }
        }
        is_removed
    }

    /// What is known of a member. Of one that has no place it counts as known, since nothing can be
    /// added.
    pub(super) fn held(&self, member: &Member) -> Held {
        let value = match self.place(member) {
            Place::Top(name) => self.members.get(name),
            Place::Inside(object, name) => self.members.get(object).and_then(|it| it.get(name)),
            Place::Client(list, key) => self.client(list, key),
            Place::ClientField(list, id, field) => self
                .client(list, &ClientKey::Id(id.into()))
                .and_then(|client| client.get(field_name(client, field, self.api))),
            Place::Nowhere => return Held::Value,
        };
        value.map_or(Held::Missing, held)
    }

    /// Puts a fact in its place.
    pub(super) fn put(&mut self, fact: Fact<Value>) {
        let Fact {
            member,
            value,
            is_listed,
        } = fact;
        match self.place(&member) {
            Place::Top(name) => {
                self.members.insert(name.to_owned(), value);
            }
            Place::Inside(object, name) => {
                let object = self.members.entry(object).or_insert(Value::Null);
                if !object.is_object() {
                    *object = Value::Object(Map::new());
                }
                object[name] = value;
                if is_listed {
                    self.note_listed(name);
                }
            }
            Place::Client(list, _) => {
                let value = renamed(value, self.api);
                match self.members.entry(list) {
                    Entry::Occupied(mut known) => match known.get_mut() {
                        Value::Array(clients) => clients.push(value),
                        other => *other = Value::Array(vec![value]),
                    },
                    Entry::Vacant(new) => {
                        new.insert(Value::Array(vec![value]));
                    }
                }
            }
            Place::ClientField(list, id, field) => {
                let api = self.api;
                let clients = self.members.get_mut(list).and_then(Value::as_array_mut);
                let known = clients.into_iter().flatten();
                let mut same = known.filter(|client| id_of(client).as_deref() == Some(id));
                if let Some(client) = same.next() {
                    let name = field_name(client, field, api).to_owned();
                    if let Some(fields) = client.as_object_mut() {
                        fields.insert(name, value);
                    }
                }
            }
            Place::Nowhere => {}
        }
    }

    fn note_listed(&mut self, property: &str) {
        let listed = self.members.entry(LISTED).or_insert(Value::Null);
        match listed {
            Value::Array(names) => {
                if !names.iter().any(|name| name == property) {
                    names.push(property.into());
                }
            }
            other => *other = Value::Array(vec![property.into()]),
        }
    }

    fn client(&self, list: &str, key: &ClientKey) -> Option<&Value> {
        let ClientKey::Id(id) = key else { return None };
        let clients = self.members.get(list)?.as_array()?;
        clients
            .iter()
            .find(|client| id_of(client).as_deref() == Some(id))
    }

    fn place<'m>(&self, member: &'m Member) -> Place<'m> {
        match self.api {
            ApiVersion::V11 => v11_place(member),
            ApiVersion::V2 => v2_place(member),
        }
    }

    /// Everything that the JSON says, member by member.
    pub(super) fn into_facts(mut self) -> Vec<Fact<Value>> {
        let listed = match self.members.shift_remove(LISTED) {
            Some(Value::Array(names)) => names,
            _ => Vec::new(),
        };
        let mut facts = Facts {
            facts: Vec::with_capacity(self.members.len()),
            listed,
        };
        for (name, value) in self.members {
            match (self.api, name.as_str()) {
                (ApiVersion::V2, "profile") => facts.add_profile(value),
                (ApiVersion::V11, "pendingClients") => {
                    facts.add_clients(ClientList::Pending, value);
                }
                (_, "clients") => facts.add_clients(ClientList::Confirmed, value),
                (api, name) if name == properties(api) => facts.add_properties(value),
                (api, name) => facts.add(top_member(api, name), value),
            }
        }
        facts.facts
    }
}

/// Facts that are being collected.
struct Facts {
    facts: Vec<Fact<Value>>,
    /// The names of the properties that came out of a list.
    listed: Vec<Value>,
}

impl Facts {
    fn add(&mut self, member: Member, value: Value) {
        self.facts.push(Fact {
            member,
            value,
            is_listed: false,
        });
    }

    fn add_profile(&mut self, profile: Value) {
        let Value::Object(fields) = profile else {
            return self.add(Member::Set(Set::Profile), profile);
        };
        self.add(Member::Set(Set::Profile), Value::Object(Map::new()));
        for (name, value) in fields {
            let member = match name.as_str() {
                "givenName" => Member::GivenName,
                "surname" => Member::Surname,
                "email" => Member::Email,
                "avatarUrl" => Member::AvatarUrl,
                _ => Member::ProfileField(name.into()),
            };
            self.add(member, value);
        }
    }

    fn add_properties(&mut self, properties: Value) {
        let Value::Object(properties) = properties else {
            return self.add(Member::Set(Set::Properties), properties);
        };
        self.add(Member::Set(Set::Properties), Value::Object(Map::new()));
        for (name, value) in properties {
            let is_listed = self.listed.iter().any(|listed| *listed == name);
            self.facts.push(Fact {
                member: Member::Property(name.into()),
                value,
                is_listed,
            });
        }
    }

    fn add_clients(&mut self, list: ClientList, clients: Value) {
        let Value::Array(clients) = clients else {
            return self.add(Member::Set(Set::Clients(list)), clients);
        };
        self.add(Member::Set(Set::Clients(list)), Value::Array(Vec::new()));
        for client in clients {
            let Some(id) = id_of(&client) else {
                self.add(Member::Client(list, ClientKey::Unidentified), client);
                continue;
            };
            let fields = client.as_object().cloned().unwrap_or_default();
            let key = ClientKey::Id(id.as_str().into());
            self.add(Member::Client(list, key), client);
            for (field, value) in fields {
                let field = if field == "type" { "platform" } else { &*field };
                let member = Member::ClientField(list, id.as_str().into(), field.into());
                self.add(member, value);
            }
        }
    }
}

const fn properties(api: ApiVersion) -> &'static str {
    match api {
        ApiVersion::V11 => "properties",
        ApiVersion::V2 => "metadata",
    }
}

fn top_member(api: ApiVersion, name: &str) -> Member {
    match (api, name) {
        (ApiVersion::V11, "_id") | (ApiVersion::V2, "id") => Member::Id,
        (ApiVersion::V11, "userId") | (ApiVersion::V2, "externalId") => Member::UserId,
        (ApiVersion::V11, "givenName") => Member::GivenName,
        (ApiVersion::V11, "surname") => Member::Surname,
        (ApiVersion::V11, "email") => Member::Email,
        (ApiVersion::V11, "avatarUrl") => Member::AvatarUrl,
        (ApiVersion::V11, "conversationStarted") => Member::ConversationStarted,
        _ => Member::Other(name.into()),
    }
}

fn v11_place(member: &Member) -> Place<'_> {
    let list = |list: &ClientList| match list {
        ClientList::Confirmed => "clients",
        ClientList::Pending => "pendingClients",
    };
    match member {
        Member::Id => Place::Top("_id"),
        Member::UserId => Place::Top("userId"),
        Member::GivenName => Place::Top("givenName"),
        Member::Surname => Place::Top("surname"),
        Member::Email => Place::Top("email"),
        Member::AvatarUrl => Place::Top("avatarUrl"),
        Member::ConversationStarted => Place::Top("conversationStarted"),
        Member::ProfileField(_) | Member::Set(Set::Profile) => Place::Nowhere,
        Member::Other(name) => Place::Top(name),
        Member::Set(Set::Properties) => Place::Top("properties"),
        Member::Set(Set::Clients(which)) => Place::Top(list(which)),
        Member::Property(name) => Place::Inside("properties", name),
        Member::Client(which, key) => Place::Client(list(which), key),
        Member::ClientField(which, id, field) => Place::ClientField(list(which), id, field),
    }
}

fn v2_place(member: &Member) -> Place<'_> {
    match member {
        Member::Id => Place::Top("id"),
        Member::UserId => Place::Top("externalId"),
        Member::GivenName => Place::Inside("profile", "givenName"),
        Member::Surname => Place::Inside("profile", "surname"),
        Member::Email => Place::Inside("profile", "email"),
        Member::AvatarUrl => Place::Inside("profile", "avatarUrl"),
        Member::ConversationStarted => Place::Nowhere,
        Member::ProfileField(name) => Place::Inside("profile", name),
        Member::Other(name) => Place::Top(name),
        Member::Set(Set::Profile) => Place::Top("profile"),
        Member::Set(Set::Properties) => Place::Top("metadata"),
        Member::Set(Set::Clients(_)) => Place::Top("clients"),
        Member::Property(name) => Place::Inside("metadata", name),
        Member::Client(_, key) => Place::Client("clients", key),
        Member::ClientField(_, id, field) => Place::ClientField("clients", id, field),
    }
}

/// The id of a client: `id`, or else `_id`.
fn id_of(client: &Value) -> Option<String> {
    let id = client.get("id").or_else(|| client.get("_id"))?;
    Some(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

/// How a client calls one of its fields; v2 calls the platform `type`.
fn field_name<'f>(client: &Value, field: &'f str, api: ApiVersion) -> &'f str {
    let has = |name| client.get(name).is_some();
    match (api, field) {
        (ApiVersion::V2, "platform") if !has("platform") => "type",
        (ApiVersion::V11, "platform") if !has("platform") && has("type") => "type",
        _ => field,
    }
}

/// A client in the words of this version, wherever it comes from.
fn renamed(mut client: Value, api: ApiVersion) -> Value {
    let (from, to) = match api {
        ApiVersion::V11 => ("type", "platform"),
        ApiVersion::V2 => ("platform", "type"),
    };
    if let Some(fields) = client.as_object_mut()
        && !fields.contains_key(to)
        && let Some(value) = fields.shift_remove(from)
    {
        fields.insert(to.to_owned(), value);
    }
    client
}
