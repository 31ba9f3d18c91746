//! Turns scripted lines into dated messages of one person.
//!
//! In: a person's user object and the lines of their conversation. Out: a stored conversation with
//! strictly rising times. The last one is when the person was last seen.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::compose::{Draft, Side, business_author_id, client_source};
use super::messages::{Conversation, StoredMessage};
use super::naming::{UnnamedUsers, resolve_message_name};
use super::talks::Line;
use super::users::{AppUser, Client};

/// Represents half a surrogate pair in the hostile script, because no Rust string can hold one.
const LONE_SURROGATE: &str = "{half of a pair}";

/// Everything needed to write a conversation.
#[derive(Debug)]
pub(crate) struct Scribe<'a> {
    /// The sandbox's seed.
    pub seed: u64,
    /// The person's handle, the subject of their draws.
    pub handle: &'a str,
    /// The name stored with the messages, if it differs from the profile's.
    pub wrote_as: Option<&'a str>,
    /// When the last line was written, in unix milliseconds.
    pub end: i64,
    /// How messages name a user without a name.
    pub unnamed: UnnamedUsers,
}

impl Scribe<'_> {
    /// Writes the conversation of `user`, and adjusts when the user was last seen.
    pub(crate) fn write(
        &self,
        user: &mut AppUser,
        lines: &[Line],
    ) -> Result<Conversation, serde_json::Error> {
        let mut chance = Chance::about(self.seed, &format!("talk {}", self.handle));
        let id = chance.hex(24);
        let times = self.times(lines, &mut chance);
        let mut written: Vec<Map<String, Value>> = Vec::with_capacity(lines.len());
        for (line, received) in lines.iter().zip(&times) {
            let mut draft = self.draft(user, line, *received, &mut chance);
            let quoted = line.quotes.and_then(|number| written.get(number - 1));
            if let Some(quoted) = quoted {
                let quoted = json!({ "type": "message", "content": quoted });
                draft.body.insert("quotedMessage".to_owned(), quoted);
            }
            written.push(draft.complete(*received, &mut chance));
        }
        let mut messages = Vec::with_capacity(lines.len());
        for (message, received) in written.iter().zip(&times) {
            messages.push(StoredMessage {
                received: *received,
                json: raw_json(message)?,
            });
        }
        let sides: Vec<Side> = lines.iter().map(|line| side_of(&line.by)).collect();
        Ok(read_up_to(id, messages, &sides, &mut chance))
    }

    /// Dates the lines backwards from the end.
    fn times(&self, lines: &[Line], chance: &mut Chance) -> Vec<i64> {
        let mut time = self.end;
        let mut times = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate().rev() {
            times.push(time);
            let before = at.checked_sub(1).and_then(|at| lines.get(at));
            let same_writer = before.is_some_and(|before| before.by == line.by);
            let silence = match line.after {
                Some(pause) => pause.0 + chance.between(0, pause.0 / 4),
                None if same_writer => chance.between(4_001, 45_000),
                None => chance.between(19_001, 400_000),
            };
            time -= silence;
        }
        times.reverse();
        times
    }

    fn draft(&self, user: &mut AppUser, line: &Line, received: i64, chance: &mut Chance) -> Draft {
        match side_of(&line.by) {
            Side::User => self.user_draft(user, line, received, chance),
            Side::Business => self.business_draft(line),
        }
    }

    fn user_draft(
        &self,
        user: &mut AppUser,
        line: &Line,
        received: i64,
        chance: &mut Chance,
    ) -> Draft {
        let platform = line.by.strip_prefix("user@");
        let client = platform
            .and_then(|platform| user.clients.iter().find(|c| c.platform == platform))
            .or_else(|| user.primary_client())
            .cloned();
        let source = match &client {
            Some(client) => client_source(client, received, chance),
            None => json!({ "type": "api" }),
        };
        if let Some(client) = &client {
            see(user, client, received);
        }
        Draft {
            side: Side::User,
            name: Some(self.name(user, client.as_ref())),
            author_id: user.id.clone(),
            avatar_url: None,
            source,
            body: line.body.clone(),
        }
    }

    fn name(&self, user: &AppUser, client: Option<&Client>) -> String {
        resolve_message_name(self.wrote_as, user, client, self.unnamed)
    }

    fn business_draft(&self, line: &Line) -> Draft {
        let agent = line.by.as_str();
        let mut habits = Chance::about(self.seed, &format!("desk {agent} {}", self.handle));
        let robot = agent.ends_with("Bot");
        let desk = if robot {
            &["api"][..]
        } else {
            &["api", "api", "zendesk", "slack"][..]
        };
        let slug = agent.to_lowercase().replace(' ', "-");
        Draft {
            side: Side::Business,
            name: (!agent.is_empty()).then(|| agent.to_owned()),
            author_id: business_author_id(self.seed, agent),
            avatar_url: (!agent.is_empty() && agent.is_ascii())
                .then(|| format!("https://media.example.com/desk/{slug}.png")),
            source: json!({ "type": habits.pick(desk) }),
            body: line.body.clone(),
        }
    }
}

/// A person who writes through a client was seen there.
fn see(user: &mut AppUser, client: &Client, received: i64) {
    let seen = user.clients.iter_mut().find(|c| c.id == client.id);
    if let Some(standing) = seen.map(|client| &mut client.standing) {
        standing.last_seen = standing.last_seen.max(Some(received));
    }
}

fn side_of(by: &str) -> Side {
    if by == "user" || by.starts_with("user@") {
        Side::User
    } else {
        Side::Business
    }
}

/// Marks how far both sides have read: a writer has read everything before.
fn read_up_to(
    id: String,
    messages: Vec<StoredMessage>,
    sides: &[Side],
    chance: &mut Chance,
) -> Conversation {
    let last_of = |side| {
        let at = sides.iter().rposition(|other| *other == side)?;
        messages.get(at).map(|message| message.received)
    };
    let waiting = sides
        .iter()
        .rev()
        .take_while(|side| **side == Side::Business);
    let waiting = u64::try_from(waiting.count()).unwrap_or_default();
    let has_read_all = waiting == 0 || chance.between(0, 1) == 0;
    let newest = messages.last().map(|message| message.received);
    Conversation {
        written: messages.len(),
        last_received: newest,
        id,
        unread_count: if has_read_all { 0 } else { waiting },
        app_maker_last_read: last_of(Side::Business),
        app_user_last_read: if has_read_all {
            newest
        } else {
            last_of(Side::User)
        },
        messages,
    }
}

fn raw_json(message: &Map<String, Value>) -> Result<Box<RawValue>, serde_json::Error> {
    let json = serde_json::to_string(message)?;
    RawValue::from_string(json.replace(LONE_SURROGATE, "\\ud83d"))
}
