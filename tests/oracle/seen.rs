//! What the program shows of everybody: row by row, person by person, and by searching.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use smooch_console::directory::store::Store;
use smooch_console::domain::{
    Client, Fate, Identity, KnownUser, Scalar, SmoochId, Untrusted, UserId,
};
use smooch_console::lookup::load_known;
use smooch_console::search::{Request, Snapshot, search_once};

use super::lines;
use super::rules::{Channel, Known, Person};
use super::shelf::{Shelf, find, now};

/// Searches that are made each time.
const QUERIES: [&str; 16] = [
    "is:identified",
    "is:anonymous",
    "has:email",
    "has:userid",
    "channel:web",
    "channel:whatsapp",
    "channel:line",
    "channel:viber",
    "prop.plan:v0",
    "prop.plan:v1",
    "prop.city:v1",
    "prop.city:v2",
    "m0@example.org",
    "m1@example.org",
    "c0",
    "c1",
];

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    persons: BTreeMap<String, Person>,
    rows: BTreeMap<String, Row>,
    hits: BTreeMap<String, Hit>,
    found: BTreeMap<&'static str, BTreeSet<String>>,
    fates: BTreeMap<String, String>,
    users: u64,
}

/// What lists are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    user_id: Option<String>,
    email: Option<String>,
    name: Option<String>,
    properties: BTreeSet<(String, String)>,
    channels: BTreeSet<Channel>,
}

/// What a search shows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    user_id: Option<String>,
    identity: Option<&'static str>,
    name: Option<String>,
}

/// Looks at everything.
pub fn look(store: &Store) -> Seen {
    let mut seen = Seen {
        users: store.user_count().unwrap(),
        ..Seen::default()
    };
    store
        .each_row(|row| {
            let channels = row.channels().map(|channel| Channel {
                platform: channel.platform.map(str::to_owned),
                external_id: channel.external_id.map(str::to_owned),
                display_name: channel.display_name.map(str::to_owned),
                last_seen: channel.last_seen.map(Timestamp::as_millisecond),
            });
            let properties = row.properties();
            let shown = Row {
                user_id: row.user_id.map(str::to_owned),
                email: row.email.map(str::to_owned),
                name: row.name.map(str::to_owned),
                properties: properties.map(|it| it.map(str::to_owned).into()).collect(),
                channels: channels.collect(),
            };
            let before = seen.rows.insert(row.id.to_owned(), shown);
            assert_eq!(before, None, "{} has two rows", row.id);
        })
        .unwrap();
    for number in 0..4 {
        let id = lines::id(number);
        if let Some(known) = find(store, &id).filter(|known| known.user.id.expose() == id) {
            seen.persons.insert(id.clone(), person(&known));
        }
        let fate = match store.fate(&SmoochId::new(id.as_str())).unwrap() {
            Fate::Unknown => continue,
            Fate::Merged { into } => into.expose().to_owned(),
            Fate::Deleted { .. } => "deleted".to_owned(),
        };
        seen.fates.insert(id, fate);
    }
    let known = load_known(store).unwrap();
    search(&known.snapshot(), &mut seen);
    seen
}

fn search(snapshot: &Snapshot, seen: &mut Seen) {
    let all = search_once(snapshot, &Request::new("", now(), 100));
    for hit in all.hits {
        let summary = hit.entry.summary.as_ref();
        let shown = Hit {
            user_id: summary.and_then(|it| it.user_id.as_ref().map(user_id)),
            identity: summary.and_then(|it| it.identity.map(word)),
            name: summary.map(|it| text(&it.name)),
        };
        seen.hits.insert(hit.entry.id.expose().to_owned(), shown);
    }
    for query in QUERIES {
        let results = search_once(snapshot, &Request::new(query, now(), 100));
        let ids = results.hits.iter();
        let ids = ids.map(|hit| hit.entry.id.expose().to_owned()).collect();
        seen.found.insert(query, ids);
    }
}

const fn word(identity: Identity) -> &'static str {
    match identity {
        Identity::Identified => "identified",
        Identity::Anonymous => "anonymous",
    }
}

fn text(text: &Untrusted) -> String {
    text.expose().to_owned()
}

fn user_id(id: &UserId) -> String {
    id.expose().to_owned()
}

fn person(known: &KnownUser) -> Person {
    let user = &known.user;
    let properties = user.properties.0.iter().filter_map(|(name, value)| {
        let value = match value {
            Scalar::Text(value) | Scalar::Number(value) | Scalar::Json(value) => text(value),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Null => return None,
        };
        Some((text(name), value))
    });
    Person {
        user_id: user.user_id.as_ref().map(user_id),
        identity: user.identity().map(word),
        given_name: user.given_name.as_ref().map(text),
        surname: user.surname.as_ref().map(text),
        email: user.email.as_ref().map(text),
        signed_up_at: user.signed_up_at.map(Timestamp::as_millisecond),
        conversation_started: user.conversation_started,
        properties: properties.collect(),
        clients: user.clients.iter().map(channel).collect(),
        pending: user.pending_clients.iter().map(channel).collect(),
        name: Some(text(&known.name.text)),
    }
}

fn channel(client: &Client) -> Channel {
    Channel {
        platform: Some(text(&client.platform.0)),
        external_id: client.external_id.as_ref().map(text),
        display_name: client.display_name.as_ref().map(text),
        last_seen: client.last_seen.map(Timestamp::as_millisecond),
    }
}

/// What the built program prints of everybody.
pub fn print(shelf: &Shelf) -> BTreeMap<String, Hit> {
    let run = shelf.command(&["search", "--json", ""]).output().unwrap();
    let record: Value = serde_json::from_slice(&run.stdout).unwrap();
    let owned = |value: &Value| value.as_str().map(str::to_owned);
    let hits = record["hits"].as_array().unwrap().iter().map(|hit| {
        let identity = ["identified", "anonymous"];
        let identity = identity.into_iter().find(|word| hit["identity"] == *word);
        let shown = Hit {
            user_id: owned(&hit["user_id"]),
            identity,
            name: owned(&hit["display_name"]),
        };
        (owned(&hit["id"]).unwrap(), shown)
    });
    hits.collect()
}

impl Seen {
    /// What another look saw otherwise.
    pub fn changes(&self, other: &Self) -> String {
        let lines = |seen: &Self| {
            let mut lines = vec![format!("{} users, fates {:?}", seen.users, seen.fates)];
            lines.extend(seen.persons.iter().map(|it| format!("person {it:?}")));
            lines.extend(seen.rows.iter().map(|it| format!("row {it:?}")));
            lines.extend(seen.hits.iter().map(|it| format!("hit {it:?}")));
            lines.extend(seen.found.iter().map(|it| format!("found {it:?}")));
            lines
        };
        let (before, after) = (lines(self), lines(other));
        let gone = before.iter().filter(|it| !after.contains(it));
        let gone = gone.map(|it| format!("- {it}\n"));
        let new = after.iter().filter(|it| !before.contains(it));
        gone.chain(new.map(|it| format!("+ {it}\n"))).collect()
    }

    /// What is different here from what should be known.
    pub fn differences(&self, known: &Known) -> Vec<String> {
        let mut different = Vec::new();
        let mut compare =
            |what: String, shown: &dyn std::fmt::Debug, right: &dyn std::fmt::Debug| {
                let (shown, right) = (format!("{shown:?}"), format!("{right:?}"));
                if shown != right {
                    different.push(format!("{what}:\n  shown {shown}\n  right {right}"));
                }
            };
        let ids: Vec<&String> = known.persons.keys().collect();
        compare(
            "ids of rows".into(),
            &self.rows.keys().collect::<Vec<_>>(),
            &ids,
        );
        compare(
            "ids of hits".into(),
            &self.hits.keys().collect::<Vec<_>>(),
            &ids,
        );
        compare(
            "ids found".into(),
            &self.persons.keys().collect::<Vec<_>>(),
            &ids,
        );
        let fates = known
            .merged
            .iter()
            .map(|(id, into)| (id.clone(), into.clone()));
        let dead = known
            .deleted
            .iter()
            .map(|id| (id.clone(), "deleted".to_owned()));
        let fates: BTreeMap<String, String> = fates.chain(dead).collect();
        compare("fates".into(), &self.fates, &fates);
        for (id, right) in &known.persons {
            let (Some(shown), Some(row), Some(hit)) =
                (self.persons.get(id), self.rows.get(id), self.hits.get(id))
            else {
                continue;
            };
            let mut right = right.clone();
            let is_sure = right.name.is_some();
            right.name = right.name.or_else(|| shown.name.clone());
            compare(id.clone(), shown, &right);
            compare(
                format!("{id}, row"),
                &(&row.user_id, &row.email),
                &(&right.user_id, &right.email),
            );
            compare(
                format!("{id}, hit"),
                &(&hit.user_id, hit.identity),
                &(&right.user_id, right.identity),
            );
            if is_sure {
                compare(
                    format!("{id}, names"),
                    &(&row.name, &hit.name),
                    &(&right.name, &right.name),
                );
            }
            // The search knows the values of both registers.
            let channels = right.clients.union(&right.pending);
            let lacking: Vec<_> = channels.filter(|it| !self.lists(row, it, &right)).collect();
            compare(
                format!("{id}, channels that the row lacks"),
                &lacking,
                &[(); 0],
            );
            let properties = right.properties.iter();
            let properties = properties.map(|(name, value)| (name.clone(), value.clone()));
            let lacking: Vec<_> = properties
                .filter(|it| !row.properties.contains(it))
                .collect();
            compare(
                format!("{id}, properties that the row lacks"),
                &lacking,
                &[(); 0],
            );
        }
        for (query, found) in &self.found {
            let (right, is_exact) = searched(query, known);
            let lacking: Vec<_> = right.difference(found).collect();
            compare(format!("{query} does not find"), &lacking, &[(); 0]);
            if is_exact {
                compare(format!("{query} finds"), found, &right);
            }
        }
        different
    }

    /// Pending channels are listed without the time when they were seen.
    #[expect(clippy::unused_self, reason = "reads better")]
    fn lists(&self, row: &Row, channel: &Channel, right: &Person) -> bool {
        let mut listed = channel.clone();
        if right.pending.contains(channel) && !right.clients.contains(channel) {
            listed.last_seen = None;
        }
        row.channels.contains(&listed) || row.channels.contains(channel)
    }

    /// Whether the program prints the same of everybody. It leaves out names that are none.
    pub fn is_printed(&self, printed: &BTreeMap<String, Hit>) -> bool {
        let is_same = |(id, hit): (&String, &Hit)| {
            printed.get(id).is_some_and(|line| {
                let ids = (&line.user_id, line.identity) == (&hit.user_id, hit.identity);
                ids && (line.name.is_none() || line.name == hit.name)
            })
        };
        printed.len() == self.hits.len() && self.hits.iter().all(is_same)
    }
}

/// The users that a query must find, and whether it must find nobody else.
fn searched(query: &str, known: &Known) -> (BTreeSet<String>, bool) {
    let persons = known.persons.iter().filter(|(_, person)| {
        let platforms = person.clients.union(&person.pending);
        let mut platforms = platforms.filter_map(|it| it.platform.as_deref());
        match query.split_once(':') {
            Some(("is", word)) => person.identity == Some(word),
            Some(("has", "email")) => person.email.is_some(),
            Some(("has", _)) => person.user_id.is_some(),
            Some(("channel", wanted)) => platforms.any(|it| it == wanted),
            Some((property, value)) => {
                let name = property.trim_start_matches("prop.");
                person.properties.get(name).is_some_and(|it| it == value)
            }
            None => [&person.email, &person.user_id].contains(&&Some(query.to_owned())),
        }
    });
    let is_exact = query.starts_with("is:") || query.starts_with("has:");
    (persons.map(|(id, _)| id.clone()).collect(), is_exact)
}
