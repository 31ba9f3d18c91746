//! The world of the sandbox: its app, its people and what they said.
//!
//! In: a seed and a time. Out: the same world every time, and the changes that requests make to
//! it. Time stands still in it: a new message is dated now, or just after the one before it.
//! A person is worked out when somebody first asks for them, so that the start waits for nobody.
//! It knows nothing of HTTP.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::channels::{ClientMaker, Devices, Link};
use super::compose::{Draft, Side, business_author_id};
use super::errors::Refusal;
use super::history::Scribe;
use super::messages::{Conversation, StoredMessage};
use super::naming::resolve_message_name;
use super::people::{Person, parse_people};
use super::posting::{Destination, NewMessage};
use super::talks::Talks;
use super::users::{AppUser, iso_text};

const APP: &str = include_str!("../../assets/sandbox/app.json");

/// Everything that the sandbox knows.
#[derive(Debug)]
pub struct World {
    seed: u64,
    now: i64,
    app: Map<String, Value>,
    /// The app's id.
    pub app_id: String,
    devices: Devices,
    talks: Talks,
    people: Vec<Person>,
    ids: Vec<String>,
    by_id: HashMap<String, usize>,
    by_user_id: HashMap<String, usize>,
    residents: HashMap<usize, Resident>,
}

/// One user and what they said.
#[derive(Debug)]
pub struct Resident {
    /// The user object.
    pub user: AppUser,
    /// The conversation, once it has begun.
    pub conversation: Option<Conversation>,
}

impl World {
    /// Builds the world of `seed` as it is at `now` (unix milliseconds).
    pub fn build(seed: u64, now: i64) -> Result<Self, serde_json::Error> {
        let app_id = Chance::about(seed, "app").hex(24);
        let mut app: Map<String, Value> = serde_json::from_str(APP)?;
        app.shift_insert(0, "_id".to_owned(), json!(app_id));
        let people = parse_people()?;
        let ids: Vec<String> = people.iter().map(|person| id_of(person, seed)).collect();
        let by_id = ids.iter().cloned().zip(0..).collect();
        let user_ids = people.iter().zip(0..);
        let by_user_id = user_ids.filter_map(|(person, at)| Some((person.user_id.clone()?, at)));
        Ok(Self {
            by_user_id: by_user_id.collect(),
            seed,
            now,
            app,
            app_id,
            devices: Devices::parse()?,
            talks: Talks::parse()?,
            people,
            ids,
            by_id,
            residents: HashMap::new(),
        })
    }

    /// The `app` object.
    pub fn app(&self) -> &Map<String, Value> {
        &self.app
    }

    /// Every user's `_id`, in a fixed order.
    pub fn user_ids(&self) -> &[String] {
        &self.ids
    }

    /// Finds a user by `_id`, then by `userId`.
    pub fn find(&mut self, id: &str) -> Result<&mut Resident, Refusal> {
        let by_id = self.by_id.get(id);
        let at = by_id.or_else(|| self.by_user_id.get(id)).copied();
        let at = at.ok_or(Refusal::UserNotFound)?;
        if !self.residents.contains_key(&at) {
            let resident = self.settle(at).map_err(|_| Refusal::Broken)?;
            self.residents
                .insert(at, resident.ok_or(Refusal::UserNotFound)?);
        }
        self.residents.get_mut(&at).ok_or(Refusal::UserNotFound)
    }

    /// The sandbox's time, in unix milliseconds.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Stores a new message of the user found by `id` and returns the answer's JSON.
    pub fn post(&mut self, id: &str, new: NewMessage) -> Result<Value, Refusal> {
        let (seed, now) = (self.seed, self.now);
        self.find(id)?.post(seed, now, new)
    }

    fn settle(&self, at: usize) -> Result<Option<Resident>, serde_json::Error> {
        let (Some(person), Some(id)) = (self.people.get(at), self.ids.get(at)) else {
            return Ok(None);
        };
        let maker = ClientMaker {
            seed: self.seed,
            now: self.now,
            devices: &self.devices,
        };
        let mut user = user_of(person, id.clone(), &maker);
        let talk = person.talk.as_deref();
        let scribe = Scribe {
            seed: self.seed,
            handle: &person.handle,
            wrote_as: person.wrote_as.as_deref(),
            end: last_seen(&user).unwrap_or(self.now - 86_400_000),
        };
        let conversation = match talk.and_then(|name| self.talks.lines(name)) {
            Some(lines) => Some(scribe.write(&mut user, &lines)?),
            None => None,
        };
        user.conversation_started = conversation.is_some();
        let first_said = conversation.as_ref().and_then(|c| c.messages.first());
        let first_said = first_said.map_or(self.now, |message| message.received);
        user.signed_up_at = iso_text(self.signed_up(person, first_said));
        Ok(Some(Resident { user, conversation }))
    }

    /// Nobody writes before they have signed up.
    fn signed_up(&self, person: &Person, first_said: i64) -> i64 {
        let mut chance = Chance::about(self.seed, &format!("sign-up {}", person.handle));
        let said = self.now - person.signed_up.0 - chance.between(0, 3_599_999);
        said.min(first_said - chance.between(1_000, 90_000))
    }
}

fn id_of(person: &Person, seed: u64) -> String {
    let drawn = || Chance::about(seed, &format!("person {}", person.handle)).hex(24);
    person.id.clone().unwrap_or_else(drawn)
}

impl Resident {
    fn post(&mut self, seed: u64, now: i64, new: NewMessage) -> Result<Value, Refusal> {
        if let Some(destination) = &new.destination {
            self.check_destination(destination)?;
        }
        let stored = self.conversation.as_ref().map_or(0, |c| c.messages.len());
        let mut chance = Chance::about(seed, &format!("post {} {stored}", self.user.id));
        let fresh_id = chance.hex(24);
        let draft = self.draft(seed, new);
        let side = draft.side;
        let conversation = self
            .conversation
            .get_or_insert_with(|| Conversation::new(fresh_id));
        let newest = conversation.messages.last();
        let received = newest.map_or(now, |newest| now.max(newest.received + 1));
        let message = draft.complete(received, &mut chance);
        let json = serde_json::value::to_raw_value(&message).map_err(|_| Refusal::Broken)?;
        conversation.messages.push(StoredMessage { received, json });
        match side {
            Side::Business => {
                conversation.unread_count += 1;
                conversation.app_maker_last_read = Some(received);
            }
            Side::User => conversation.app_user_last_read = Some(received),
        }
        self.user.conversation_started = true;
        Ok(json!({ "message": message, "conversation": conversation.facts() }))
    }

    fn draft(&self, seed: u64, new: NewMessage) -> Draft {
        let (name, author_id) = match new.side {
            Side::User => {
                let client = self.user.primary_client();
                let name = resolve_message_name(new.name.as_deref(), &self.user, client);
                (Some(name), self.user.id.clone())
            }
            Side::Business => {
                let agent = new.email.as_deref().or(new.name.as_deref());
                let author_id = business_author_id(seed, agent.unwrap_or_default());
                (new.name, author_id)
            }
        };
        let picture = new.email.map(|email| {
            let picture = Chance::about(0, &email).hex(32);
            format!("https://media.example.com/avatars/{picture}.png")
        });
        Draft {
            side: new.side,
            name,
            author_id,
            avatar_url: new.avatar_url.or(picture),
            source: json!({ "type": "api" }),
            body: new.body,
        }
    }

    fn check_destination(&self, destination: &Destination) -> Result<(), Refusal> {
        let reaches = self.user.clients.iter().any(|client| match destination {
            Destination::Integration(id) => client.integration_id == *id,
            Destination::Platform(platform) => client.platform == *platform,
        });
        if reaches {
            Ok(())
        } else {
            Err(Refusal::bad("The user has no client at this destination"))
        }
    }
}

fn user_of(person: &Person, id: String, maker: &ClientMaker<'_>) -> AppUser {
    let clients = person.clients.iter().enumerate().map(|(at, reach)| {
        let link = if at == 0 {
            Link::Primary
        } else {
            Link::Confirmed
        };
        maker.make(person, reach, link)
    });
    let pending = person.pending.iter();
    let profile = &person.profile;
    AppUser {
        id,
        user_id: person.user_id.clone(),
        given_name: profile.given_name.clone(),
        surname: profile.surname.clone(),
        email: profile.email.clone(),
        avatar_url: profile.avatar_url.clone(),
        signed_up_at: String::new(),
        has_payment_info: profile.pays,
        conversation_started: false,
        clients: clients.collect(),
        pending_clients: pending
            .map(|reach| maker.make(person, reach, Link::Pending))
            .collect(),
        properties: person.properties.clone(),
    }
}

fn last_seen(user: &AppUser) -> Option<i64> {
    let seen = user.clients.iter().map(|client| client.standing.last_seen);
    seen.max().flatten()
}
