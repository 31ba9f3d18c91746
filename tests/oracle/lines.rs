//! The lines that plans stand for, as the API, its webhooks and other programs would write them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::plans::{ClientPlan, Event, Happened, How, Plan, Profile, Row, Said, UserPlan, What};
use super::rules::{Content, Line};
use super::shelf::APP;

/// The first of the moments at which something happens.
const FIRST: i64 = 1_709_280_000_000;

/// Six hours lie between two moments, so that some events are too far ahead of their file.
const STEP: i64 = 6 * 3_600_000;

/// The client that v1.1 does not have.
const SDK: u8 = 4;

/// The names of custom data.
const PROPERTIES: [&str; 2] = ["plan", "city"];

/// The moment with this number.
pub fn at(moment: u8) -> i64 {
    FIRST + i64::from(moment) * STEP
}

fn iso(moment: u8) -> String {
    let time = Timestamp::from_millisecond(at(moment)).unwrap();
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

fn seconds(moment: u8) -> Value {
    json!(at(moment) / 1000)
}

pub fn id(number: u8) -> String {
    format!("u{number}")
}

fn user_id(number: u8) -> String {
    format!("c{}", number % 2)
}

/// The lines that plans stand for.
pub fn lines_of(plans: &[Plan]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for plan in plans {
        let content = match &plan.what {
            What::Again(other) => match lines.len() {
                0 => continue,
                known => lines[usize::from(*other) % known].content.clone(),
            },
            What::Row(row) => Content::Row(cells(row)),
            What::User(plan) => Content::Json(plan.json()),
            What::V11(event) => Content::Json(event.v11()),
            What::V2(events) => Content::Json(json!({
                "app": {"id": APP},
                "webhook": {"id": "w", "version": "v2"},
                "events": events.iter().map(Event::v2).collect::<Vec<_>>(),
            })),
        };
        // No file is older than an answer in it.
        let asked_at = match &content {
            Content::Json(value) => value.get("fetched_at").and_then(Value::as_str),
            Content::Row(_) => None,
        };
        let asked_at = asked_at.map_or(0, |at| {
            let asked_at: Timestamp = at.parse().unwrap();
            asked_at.as_millisecond()
        });
        lines.push(Line {
            date: asked_at.max(at(plan.date)),
            number: plan.number.into(),
            content,
        });
    }
    lines
}

/// Says a value, if anything is said.
fn put(object: &mut Map<String, Value>, name: &str, said: Said, value: impl Fn(u8) -> String) {
    let value = match said {
        Said::Nothing => return,
        Said::None => Value::Null,
        Said::Value(number) => value(number).into(),
    };
    object.insert(name.to_owned(), value);
}

fn cells(row: &Row) -> BTreeMap<&'static str, String> {
    let [plan, city] = row.properties;
    let cells = [
        ("_id", row.id.map(id)),
        ("userId", row.user_id.map(user_id)),
        ("givenName", row.given_name.map(|it| format!("Given{it}"))),
        ("email", row.email.map(|it| format!("m{it}@example.org"))),
        (PROPERTIES[0], plan.map(|it| format!("v{it}"))),
        (PROPERTIES[1], city.map(|it| format!("v{it}"))),
    ];
    let given = cells
        .into_iter()
        .filter_map(|(name, cell)| Some((name, cell?)));
    given.collect()
}

impl Profile {
    fn put_names(&self, object: &mut Map<String, Value>) {
        put(object, "givenName", self.given_name, |it| {
            format!("Given{it}")
        });
        put(object, "surname", self.surname, |it| format!("Sur{it}"));
        put(object, "email", self.email, |it| {
            format!("m{it}@example.org")
        });
    }

    fn properties(&self) -> Option<Value> {
        let mut object = Map::new();
        for (name, said) in PROPERTIES.iter().zip(self.properties?) {
            put(&mut object, name, said, |it| format!("v{it}"));
        }
        Some(object.into())
    }

    /// A user of v1.1, as far as anything is said.
    fn v11(&self, number: u8) -> Map<String, Value> {
        let mut user = Map::new();
        user.insert("_id".to_owned(), id(number).into());
        put(&mut user, "userId", self.user_id, user_id);
        self.put_names(&mut user);
        put(&mut user, "signedUpAt", self.signed_up_at, iso);
        if let Some(started) = self.started {
            user.insert("conversationStarted".to_owned(), started.into());
        }
        if let Some(properties) = self.properties() {
            user.insert("properties".to_owned(), properties);
        }
        user
    }

    /// A user of v2. Without a profile, only those members are said that short users have too.
    fn v2(&self, number: u8, is_full: bool) -> Map<String, Value> {
        let mut user = Map::new();
        user.insert("id".to_owned(), id(number).into());
        put(&mut user, "externalId", self.user_id, user_id);
        // Whether a short user without an `externalId` key has none is left open.
        if self.user_id != Said::Nothing {
            user.insert("authenticated".to_owned(), false.into());
        }
        if is_full {
            let mut profile = Map::new();
            self.put_names(&mut profile);
            user.insert("profile".to_owned(), profile.into());
            put(&mut user, "signedUpAt", self.signed_up_at, iso);
            if let Some(metadata) = self.properties() {
                user.insert("metadata".to_owned(), metadata);
            }
        }
        user
    }

    /// The short user of v1.1.
    fn short_v11(&self, number: u8) -> Map<String, Value> {
        let mut user = Map::from_iter([("_id".to_owned(), id(number).into())]);
        if let Said::Value(it) = self.user_id {
            user.insert("userId".to_owned(), user_id(it).into());
        }
        if let Some(started) = self.started {
            user.insert("conversationStarted".to_owned(), started.into());
        }
        user
    }
}

impl UserPlan {
    fn json(&self) -> Value {
        let mut user = if self.is_v2 { self.v2() } else { self.v11() };
        // A `null` that only a part says of the `userId` is no answer to anything.
        let user_id = if self.is_v2 { "externalId" } else { "userId" };
        if self.how == How::Part && user.get(user_id).is_some_and(Value::is_null) {
            user.remove(user_id);
        }
        let user = Value::from(user);
        match self.how {
            How::Answer(asked) => json!({
                "schema": "smooch-console/user/1",
                "matched_by": "_id",
                "id": id(self.id),
                "api": if self.is_v2 { "v2" } else { "v1.1" },
                "fetched_at": iso(asked),
                "raw": user,
            }),
            _ if !self.is_wrapped => user,
            _ if self.is_v2 => json!({ "user": user }),
            _ => json!({ "appUser": user }),
        }
    }

    fn v11(&self) -> Map<String, Value> {
        let mut user = self.profile.v11(self.id);
        let pending = self.pending.as_ref();
        let lists = [
            // Only one client is sometimes pending, and another one is in parts.
            ("clients", &self.clients, self.how == How::Part, 1),
            ("pendingClients", &pending.cloned(), true, 2),
        ];
        for (name, plans, is_only, one) in lists {
            let plans = plans.iter().flatten();
            let mut clients: Vec<Value> = Vec::new();
            let plans = plans.filter(|it| it.which != SDK && (!is_only || it.which == one));
            for plan in plans {
                let is_there = clients.iter().any(|it| it["platform"] == plan.platform());
                // A client is in one list, and once.
                let is_pending = name == "clients" && plan.which == 2 && pending.is_some();
                if !is_there && !is_pending {
                    clients.push(plan.json(self.id, "platform"));
                }
            }
            user.insert(name.to_owned(), clients.into());
        }
        match self.how {
            How::Part => {
                // Never all that a whole user has.
                user.remove("pendingClients");
                if self.clients.is_none() {
                    user.remove("clients");
                }
            }
            How::Whole => {
                user.entry("conversationStarted").or_insert(true.into());
                user.entry("properties").or_insert(json!({}));
            }
            How::Answer(_) => {
                if self.clients.is_none() {
                    user.remove("clients");
                }
                if self.pending.is_none() {
                    user.remove("pendingClients");
                }
            }
        }
        user
    }

    fn v2(&self) -> Map<String, Value> {
        let has_profile = self.how != How::Part || self.clients.is_some();
        let mut user = self.profile.v2(self.id, has_profile);
        if self.how != How::Part {
            user.insert("authenticated".to_owned(), false.into());
            user.insert("identities".to_owned(), json!([]));
        }
        match self.how {
            How::Whole => {
                user.entry("metadata").or_insert(json!({}));
            }
            // What an answer does not have at all, it says nothing about.
            How::Answer(_) if self.pending.is_none() => {
                user.remove("profile");
            }
            _ => {}
        }
        user
    }
}

impl ClientPlan {
    const fn platform(self) -> &'static str {
        ["web", "whatsapp", "line", "viber", "sdk"][self.which as usize]
    }

    fn json(self, owner: u8, platform: &str) -> Value {
        let mut client = Map::new();
        let which = self.which;
        match which {
            // Only this one has two ids. It belongs to one user, as all installs do.
            0 => {
                if self.by != 1 {
                    client.insert("id".to_owned(), format!("install-{owner}").into());
                }
                if self.by != 0 {
                    client.insert("_id".to_owned(), format!("record-{owner}").into());
                }
            }
            // And this one has none.
            3 => {
                client.insert("integrationId".to_owned(), "i3".into());
                client.insert("externalId".to_owned(), "x3".into());
            }
            _ => {
                client.insert("id".to_owned(), format!("k{which}").into());
            }
        }
        client.insert(platform.to_owned(), self.platform().into());
        put(&mut client, "displayName", self.display_name, |it| {
            format!("Shown{which}{it}")
        });
        if which != 3 {
            let number = |it| format!("3161234500{which}{it}");
            put(&mut client, "externalId", self.external_id, number);
        }
        put(&mut client, "lastSeen", self.last_seen, iso);
        client.into()
    }
}

impl Event {
    /// What both forms of the user have in common.
    fn user_v11(&self) -> Value {
        if self.is_full {
            self.profile.v11(self.id).into()
        } else {
            self.profile.short_v11(self.id).into()
        }
    }

    fn user_v2(&self) -> Value {
        self.profile.v2(self.id, self.is_full).into()
    }

    fn v11(&self) -> Value {
        let triggers = [
            "conversation:start",
            "conversation:read",
            "postback",
            "client:add",
        ];
        let mut body = json!({"app": {"_id": APP}, "version": "v1.1"});
        let client = self.client.filter(|client| client.which != SDK);
        let client = client.map(|client| client.json(self.id, "platform"));
        let mut at = self.at.map(seconds);
        match self.what {
            Happened::Seen(kind) => {
                body["trigger"] = triggers[usize::from(kind) % 4].into();
                body["appUser"] = self.user_v11();
                body["client"] = client.into();
            }
            Happened::Message { id, name, received } => {
                body["trigger"] = "message:appUser".into();
                body["appUser"] = self.user_v11();
                body["client"] = client.into();
                body["messages"] = json!([self.message_v11(id, name, received)]);
                // Messages have no other time.
                at = None;
            }
            Happened::ClientRemoved => {
                body["trigger"] = "client:remove".into();
                body["appUser"] = self.user_v11();
                let client = self.client.filter(|client| client.which != SDK);
                body["client"] = removed(client, self.id, "platform");
            }
            Happened::Merged(into) => {
                body["trigger"] = "merge:appUser".into();
                body["surviving"] = self.profile.short_v11(into).into();
                body["discarded"] = json!([{"_id": id(self.id)}]);
            }
            Happened::Deleted => {
                body["trigger"] = "appUser:delete".into();
                body["appUser"] = json!({"_id": id(self.id)});
            }
        }
        body["timestamp"] = at.into();
        without_nulls(body)
    }

    fn message_v11(&self, number: u8, name: Option<u8>, received: u8) -> Value {
        without_nulls(json!({
            "_id": format!("m{number}"),
            "role": "appUser",
            "authorId": id(self.id),
            "type": "text",
            "text": "hi",
            "name": name.map(|it| format!("Wrote{it}")),
            "received": seconds(received),
        }))
    }

    fn v2(&self) -> Value {
        let kinds = [
            "conversation:create",
            "conversation:postback",
            "user:update",
            "conversation:read",
            "client:add",
        ];
        let client = self.client.map(|client| client.json(self.id, "type"));
        let source = json!({"type": "api", "client": client});
        let user = self.user_v2();
        let (kind, payload) = match self.what {
            Happened::Seen(kind) => {
                let kind = kinds[usize::from(kind) % 5];
                let payload = match kind {
                    "conversation:read" => json!({"activity": {
                        "type": kind,
                        "author": {"type": "user", "userId": id(self.id), "user": user},
                        "source": source,
                    }}),
                    "client:add" => json!({"user": user, "client": client}),
                    _ => json!({"user": user, "source": source}),
                };
                (kind, payload)
            }
            Happened::Message {
                id: number,
                name,
                received,
            } => {
                let message = json!({
                    "id": format!("m{number}"),
                    "received": iso(received),
                    "author": {
                        "type": "user",
                        "userId": id(self.id),
                        "displayName": name.map(|it| format!("Wrote{it}")),
                        "user": self.is_full.then_some(user),
                    },
                    "content": {"type": "text", "text": "hi"},
                    "source": source,
                });
                ("conversation:message", json!({ "message": message }))
            }
            Happened::ClientRemoved => {
                let client = removed(self.client, self.id, "type");
                ("client:remove", json!({"user": user, "client": client}))
            }
            Happened::Merged(into) => {
                let users = json!({
                    "surviving": self.profile.v2(into, false),
                    "discarded": {"id": id(self.id)},
                });
                ("user:merge", json!({ "mergedUsers": users }))
            }
            Happened::Deleted => ("user:remove", json!({"user": {"id": id(self.id)}})),
        };
        let mut event = json!({"id": "e", "type": kind, "payload": payload});
        // Nulls of the user say something; others would not be there.
        drop_empty(&mut event);
        if let Some(at) = self.at {
            event["createdAt"] = iso(at).into();
        }
        event
    }
}

/// The client that is removed; always one with an id.
fn removed(client: Option<ClientPlan>, owner: u8, platform: &str) -> Value {
    let plan = client.filter(|it| it.which != 3).unwrap_or(ClientPlan {
        which: 1,
        by: 0,
        display_name: Said::Nothing,
        external_id: Said::Nothing,
        last_seen: Said::Nothing,
    });
    plan.json(owner, platform)
}

/// Leaves out the members that are null, of this object alone.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, it)| !it.is_null())
            .collect(),
        other => other,
    }
}

/// Leaves out what is null because there is nothing to put there.
fn drop_empty(event: &mut Value) {
    for path in [
        "/payload",
        "/payload/source",
        "/payload/activity/source",
        "/payload/message/source",
        "/payload/message/author",
    ] {
        if let Some(place) = event.pointer_mut(path) {
            *place = without_nulls(place.take());
        }
    }
}
