//! The people of one app: found by either id, computed on demand, changed by requests.
//!
//! In: a seed, a time and ids. Out: residents, the same for the same seed and time. People of the
//! crowd who are only read are not kept, so that a million of them cost no memory; people who are
//! changed stay. Time stands still: new messages are dated now, or just after the newest one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::chance::Chance;
use super::channels::{ClientMaker, Devices, Link};
use super::crowd::Crowd;
use super::errors::Refusal;
use super::history::Scribe;
use super::messages::Conversation;
use super::naming::UnnamedUsers;
use super::people::{Person, parse_people};
use super::talks::{Line, Talks};
use super::users::{AppUser, iso_text};

/// One user and their conversation.
#[derive(Debug, Clone)]
pub(crate) struct Resident {
    /// The user object.
    pub user: AppUser,
    /// The conversation, once it has begun.
    pub conversation: Option<Conversation>,
}

/// Where a user comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Slot {
    /// The asset files; holds the position in them.
    Scripted(usize),
    /// The crowd; holds the number in it.
    Crowd(u64),
    /// A request; holds which one.
    Made(u64),
}

/// What people are computed from; an app that a request created has none.
#[derive(Debug)]
pub(crate) struct Script {
    devices: Devices,
    talks: Talks,
    people: Vec<Person>,
    ids: Vec<String>,
    crowd: Crowd,
}

/// The people of one app.
#[derive(Debug)]
pub(crate) struct Population {
    seed: u64,
    now: i64,
    names_at_start: UnnamedUsers,
    script: Option<Script>,
    by_id: HashMap<String, Slot>,
    by_user_id: HashMap<String, Slot>,
    residents: HashMap<Slot, Resident>,
    gone: HashSet<Slot>,
    made: u64,
}

impl Script {
    /// Reads the people that this package ships, and adds `crowd`.
    pub(crate) fn parse(seed: u64, crowd: Crowd) -> Result<Self, serde_json::Error> {
        let people = parse_people()?;
        Ok(Self {
            devices: Devices::parse()?,
            talks: Talks::parse()?,
            ids: people.iter().map(|person| id_of(person, seed)).collect(),
            people,
            crowd,
        })
    }

    fn person(&self, slot: Slot) -> Option<(Cow<'_, Person>, String, Option<Vec<Line>>)> {
        match slot {
            Slot::Scripted(at) => {
                let (person, id) = (self.people.get(at)?, self.ids.get(at)?);
                let talk = person.talk.as_deref();
                let lines = talk.and_then(|name| self.talks.lines(name));
                Some((Cow::Borrowed(person), id.clone(), lines))
            }
            Slot::Crowd(number) => {
                let person = self.crowd.person(number);
                let lines = self
                    .talks
                    .small_talk(&mut self.crowd.chance("talk", number));
                Some((Cow::Owned(person), self.crowd.id(number), lines))
            }
            Slot::Made(_) => None,
        }
    }
}

impl Population {
    /// The people of `script`; without one, there are none.
    pub(crate) fn new(seed: u64, now: i64, names: UnnamedUsers, script: Option<Script>) -> Self {
        let mut all = Self {
            seed,
            now,
            names_at_start: names,
            script: None,
            by_id: HashMap::new(),
            by_user_id: HashMap::new(),
            residents: HashMap::new(),
            gone: HashSet::new(),
            made: 0,
        };
        for (at, id) in script.iter().flat_map(|script| &script.ids).enumerate() {
            all.by_id.insert(id.clone(), Slot::Scripted(at));
        }
        let people = script.iter().flat_map(|script| &script.people);
        for (at, person) in people.enumerate() {
            if let Some(user_id) = &person.user_id {
                let slot = Slot::Scripted(at);
                all.by_user_id.insert(user_id.clone(), slot);
            }
        }
        all.script = script;
        all
    }

    /// Every `_id`: the scripted people in a fixed order, then the crowd, then created users.
    pub(crate) fn ids(&self) -> Vec<String> {
        let script = self.script.as_ref();
        let scripted = script.map_or(&[][..], |script| &script.ids).iter();
        let scripted = scripted.filter(|id| self.by_id.contains_key(*id)).cloned();
        let made = (0..self.made).filter_map(|number| self.residents.get(&Slot::Made(number)));
        let made = made.map(|resident| resident.user.id.clone());
        scripted.chain(self.crowd_ids()).chain(made).collect()
    }

    /// Every user as JSON, in the order of [`ids`](Self::ids).
    pub(crate) fn export(&mut self) -> Vec<String> {
        let ids = self.ids();
        let lines = ids.iter().filter_map(|id| {
            let resident = self.read(id).ok()?;
            serde_json::to_string(&resident.user).ok()
        });
        lines.collect()
    }

    /// Every `_id` of the crowd, one after the other.
    pub(crate) fn crowd_ids(&self) -> impl Iterator<Item = String> {
        self.script.iter().flat_map(|script| {
            let numbers = (0..script.crowd.len()).filter(|n| !self.gone.contains(&Slot::Crowd(*n)));
            numbers.map(|number| script.crowd.id(number))
        })
    }

    /// Finds a user by `_id`, then by `userId`, to read.
    pub(crate) fn read(&mut self, id: &str) -> Result<Cow<'_, Resident>, Refusal> {
        let slot = self.slot_of(id).ok_or(Refusal::UserNotFound)?;
        if matches!(slot, Slot::Crowd(_)) && !self.residents.contains_key(&slot) {
            return self.settle(slot).map(Cow::Owned);
        }
        self.resident(slot)
            .map(|resident| Cow::Borrowed(&*resident))
    }

    /// Finds a user by `_id`, then by `userId`, to change.
    pub(crate) fn edit(&mut self, id: &str) -> Result<&mut Resident, Refusal> {
        let slot = self.slot_of(id).ok_or(Refusal::UserNotFound)?;
        self.resident(slot)
    }

    /// Refuses an id that is nobody's `_id`, even if it is somebody's `userId`.
    pub(crate) fn check_own_id(&self, id: &str) -> Result<(), Refusal> {
        match self.slot_of_own_id(id) {
            Some(_) => Ok(()),
            None => Err(Refusal::UserNotFound),
        }
    }

    /// Adds a user; refuses a `userId` that somebody has.
    pub(crate) fn create(&mut self, user_id: &str) -> Result<&mut Resident, Refusal> {
        if self.slot_of_user_id(user_id).is_some() {
            return Err(Refusal::Conflict("User already exists"));
        }
        let slot = Slot::Made(self.made);
        let mut chance = Chance::about(self.seed, &format!("made {}", self.made));
        self.made += 1;
        let user = AppUser {
            user_id: Some(user_id.to_owned()),
            signed_up_at: Some(iso_text(self.now)),
            ..AppUser::nobody(chance.hex(24))
        };
        self.by_id.insert(user.id.clone(), slot);
        self.by_user_id.insert(user_id.to_owned(), slot);
        let fresh = Resident {
            user,
            conversation: None,
        };
        Ok(self.residents.entry(slot).or_insert(fresh))
    }

    /// Removes a user for good, and returns them.
    pub(crate) fn remove(&mut self, id: &str) -> Result<Resident, Refusal> {
        let slot = self.slot_of(id).ok_or(Refusal::UserNotFound)?;
        self.resident(slot)?;
        let gone = self.residents.remove(&slot).ok_or(Refusal::Broken)?;
        self.by_id.remove(&gone.user.id);
        if let Some(user_id) = &gone.user.user_id
            && self.by_user_id.get(user_id) == Some(&slot)
        {
            self.by_user_id.remove(user_id);
        }
        self.gone.insert(slot);
        Ok(gone)
    }

    /// Maps a `userId` to the user with that `_id`.
    pub(crate) fn claim_user_id(&mut self, id: &str, user_id: &str) {
        if let Some(slot) = self.slot_of(id) {
            self.by_user_id.insert(user_id.to_owned(), slot);
        }
    }

    fn slot_of(&self, id: &str) -> Option<Slot> {
        self.slot_of_own_id(id).or_else(|| self.slot_of_user_id(id))
    }

    fn slot_of_own_id(&self, id: &str) -> Option<Slot> {
        let crowd = self.script.as_ref().map(|script| &script.crowd);
        let number = || crowd.and_then(|crowd| crowd.number_of_id(id));
        let slot = self.by_id.get(id).copied();
        self.unless_gone(slot.or_else(|| number().map(Slot::Crowd)))
    }

    fn slot_of_user_id(&self, user_id: &str) -> Option<Slot> {
        let crowd = self.script.as_ref().map(|script| &script.crowd);
        let number = || crowd.and_then(|crowd| crowd.number_of_user_id(user_id));
        let slot = self.by_user_id.get(user_id).copied();
        self.unless_gone(slot.or_else(|| number().map(Slot::Crowd)))
    }

    fn unless_gone(&self, slot: Option<Slot>) -> Option<Slot> {
        slot.filter(|slot| !self.gone.contains(slot))
    }

    fn resident(&mut self, slot: Slot) -> Result<&mut Resident, Refusal> {
        if !self.residents.contains_key(&slot) {
            let resident = self.settle(slot)?;
            self.residents.insert(slot, resident);
        }
        self.residents.get_mut(&slot).ok_or(Refusal::UserNotFound)
    }

    fn settle(&self, slot: Slot) -> Result<Resident, Refusal> {
        let script = self.script.as_ref().ok_or(Refusal::UserNotFound)?;
        let (person, id, lines) = script.person(slot).ok_or(Refusal::UserNotFound)?;
        let maker = ClientMaker {
            seed: self.seed,
            now: self.now,
            devices: &script.devices,
        };
        let mut user = user_of(&person, id, &maker);
        let scribe = Scribe {
            seed: self.seed,
            handle: &person.handle,
            wrote_as: person.wrote_as.as_deref(),
            end: last_seen(&user).unwrap_or(self.now - 86_400_000),
            unnamed: self.names_at_start,
        };
        let conversation = match lines {
            Some(lines) => {
                let written = scribe.write(&mut user, &lines);
                Some(written.map_err(|_| Refusal::Broken)?)
            }
            None => None,
        };
        user.conversation_started = conversation.is_some();
        let first_said = conversation.as_ref().and_then(|c| c.messages.first());
        let first_said = first_said.map_or(self.now, |message| message.received);
        user.signed_up_at = Some(iso_text(self.signed_up(&person, first_said)));
        Ok(Resident { user, conversation })
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
        user_id: person.user_id.clone(),
        given_name: profile.given_name.clone(),
        surname: profile.surname.clone(),
        email: profile.email.clone(),
        avatar_url: profile.avatar_url.clone(),
        has_payment_info: profile.pays,
        clients: clients.collect(),
        pending_clients: pending
            .map(|reach| maker.make(person, reach, Link::Pending))
            .collect(),
        properties: person.properties.clone(),
        ..AppUser::nobody(id)
    }
}

fn last_seen(user: &AppUser) -> Option<i64> {
    let seen = user.clients.iter().map(|client| client.standing.last_seen);
    seen.max().flatten()
}
