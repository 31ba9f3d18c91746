//! The rules by which reports are joined, worked out the slow way: everything that was ever said is
//! looked at again for each question. Nothing is stored, nothing depends on an order.
//!
//! In: lines of files, each with the file's date and its own number. Out: everybody who is known.
//! Knows nothing of the program: it reads the lines itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value};

/// An event may be this much later than the file that it is in.
const LEEWAY: i64 = 86_400_000;

/// The members without which a line of a file is only a part of a user.
const WHOLE_V11: [&str; 5] = [
    "_id",
    "conversationStarted",
    "properties",
    "clients",
    "pendingClients",
];
const WHOLE_V2: [&str; 5] = ["id", "authenticated", "profile", "metadata", "identities"];

/// Members that a whole user of v1.1 has, or else does not have at all.
const FIXED_V11: [(&str, Member); 5] = [
    ("userId", Member::UserId),
    ("givenName", Member::GivenName),
    ("surname", Member::Surname),
    ("email", Member::Email),
    ("signedUpAt", Member::SignedUpAt),
];
const FIXED_V2: [(&str, Member); 2] = [
    ("externalId", Member::UserId),
    ("signedUpAt", Member::SignedUpAt),
];
const PROFILE_V2: [(&str, Member); 3] = [
    ("givenName", Member::GivenName),
    ("surname", Member::Surname),
    ("email", Member::Email),
];

/// SDK installs: beside one of them, the client `sdk` of v2 says nothing new.
const INSTALLS: [&str; 3] = ["web", "ios", "android"];

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The file's date, in milliseconds.
    pub date: i64,
    /// The line's number in the file.
    pub number: u64,
    /// What it says.
    pub content: Content,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A user, an answer that was printed, or the body of a webhook's call.
    Json(Value),
    /// A row of a table: its cells by the names of the columns.
    Row(BTreeMap<&'static str, String>),
}

/// Everybody who is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub persons: BTreeMap<String, Person>,
    /// Ids that lead to another one.
    pub merged: BTreeMap<String, String>,
    /// Ids that lead to nobody any more.
    pub deleted: BTreeSet<String>,
    /// Where the rules leave more than one answer open.
    pub doubts: BTreeSet<&'static str>,
}

/// A person as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    pub user_id: Option<String>,
    pub identity: Option<&'static str>,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub email: Option<String>,
    pub signed_up_at: Option<i64>,
    pub conversation_started: Option<bool>,
    pub properties: BTreeMap<String, String>,
    pub clients: BTreeSet<Channel>,
    pub pending: BTreeSet<Channel>,
    /// The name to show, where it does not depend on the order of clients.
    pub name: Option<String>,
}

/// A place where a person is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Channel {
    pub platform: Option<String>,
    pub external_id: Option<String>,
    pub display_name: Option<String>,
    pub last_seen: Option<i64>,
}

/// When something was said: the greater of two keys is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: i64,
    source: Source,
    line: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    File,
    Webhook,
    Api,
}

/// Each member is known twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Register {
    /// Answers, webhooks, and whole users in files.
    Api,
    /// Rows, and parts of users in files.
    Lists,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Answer,
    Event,
    /// An event that names a user only because of a merge.
    Merge,
    Deletion,
    File,
}

/// Whether an event says itself when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnTime {
    None,
    Believed,
    /// It is too far ahead of the file.
    Impossible,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    UserId,
    GivenName,
    Surname,
    Email,
    SignedUpAt,
    ConversationStarted,
    Property(String),
    /// A field of the client that has one of these names.
    Client(String, Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Platform,
    DisplayName,
    ExternalId,
    LastSeen,
    List,
}

/// What has members of any names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    Properties,
    Confirmed,
    Pending,
}

/// What one line, or one event of it, says about one id.
#[derive(Debug, Clone)]
struct Report {
    about: About,
    key: Key,
    register: Register,
    kind: Kind,
    own_time: OwnTime,
    facts: Vec<(Member, Value)>,
    /// Sets of which this names all members.
    floors: Vec<Set>,
    /// Each client by its names.
    clients: Vec<BTreeSet<String>>,
    removed: Option<BTreeSet<String>>,
    /// When a message was received, its id, and the name on it.
    message: Option<((i64, String), String)>,
    into: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Id(String),
    /// A row without an `_id`.
    UserId(String),
}

// ---------------------------------------------------------------------------------- reading lines

/// Everything that a line says.
fn read(line: &Line) -> Vec<Report> {
    let value = match &line.content {
        Content::Row(cells) => return vec![read_row(line, cells)],
        Content::Json(value) => value,
    };
    // A line of `get --json` is an answer, given when it says.
    if value["schema"] == "smooch-console/user/1" {
        let at = time(&value["fetched_at"]).unwrap();
        let key = Key {
            at,
            source: Source::Api,
            line: 0, // The answer is the same one in whatever line it is repeated.
        };
        return vec![read_user(&value["raw"], key, Kind::Answer)];
    }
    if value.get("trigger").is_some() {
        return read_v11_event(line, value);
    }
    if let Some(events) = value["events"].as_array() {
        return events
            .iter()
            .flat_map(|event| read_v2_event(line, event))
            .collect();
    }
    let bare = ["appUser", "user"].iter().find_map(|name| value.get(name));
    let key = key_of(line, line.date, Source::File);
    vec![read_user(bare.unwrap_or(value), key, Kind::File)]
}

const fn key_of(line: &Line, at: i64, source: Source) -> Key {
    Key {
        at,
        source,
        line: line.number,
    }
}

/// The event's own time, unless that is later than the file's date and a day: then the file's date,
/// as without a time.
fn key_of_event(line: &Line, own: Option<i64>) -> (Key, OwnTime) {
    let (at, own_time) = match own {
        None => (line.date, OwnTime::None),
        Some(own) if own > line.date + LEEWAY => (line.date, OwnTime::Impossible),
        Some(own) => (own, OwnTime::Believed),
    };
    (key_of(line, at, Source::Webhook), own_time)
}

fn time(value: &Value) -> Option<i64> {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
        Value::Number(seconds) => Some((seconds.as_f64()? * 1000.0).round() as i64),
        Value::String(text) => Some(text.parse::<Timestamp>().ok()?.as_millisecond()),
        _ => None,
    }
}

impl Report {
    fn new(about: About, key: Key, kind: Kind) -> Self {
        Self {
            about,
            key,
            register: Register::Api,
            kind,
            own_time: OwnTime::None,
            facts: Vec::new(),
            floors: Vec::new(),
            clients: Vec::new(),
            removed: None,
            message: None,
            into: None,
        }
    }

    fn says(&mut self, member: &Member, value: &Value) {
        self.facts.push((member.clone(), value.clone()));
    }

    /// A whole user does not have what is not named; a part says nothing about it.
    fn says_fixed(&mut self, from: &Value, fixed: &[(&str, Member)], is_whole: bool) {
        for (name, member) in fixed {
            match from.get(name) {
                Some(value) => self.says(member, value),
                None if is_whole => self.says(member, &Value::Null),
                None => {}
            }
        }
    }

    fn says_properties(&mut self, properties: Option<&Value>, is_whole: bool) {
        if let Some(properties) = properties.and_then(Value::as_object) {
            for (name, value) in properties {
                self.says(&Member::Property(name.clone()), value);
            }
            self.floors.extend(is_whole.then_some(Set::Properties));
        }
    }

    fn says_client(&mut self, client: &Value, list: &'static str) {
        let names = names_of_client(client);
        let Some(name) = names.first().cloned() else {
            return;
        };
        let member = |field| Member::Client(name.clone(), field);
        let platform = client.get("platform").or_else(|| client.get("type"));
        let fields = [
            (Field::Platform, platform),
            (Field::DisplayName, client.get("displayName")),
            (Field::ExternalId, client.get("externalId")),
            (Field::LastSeen, client.get("lastSeen")),
            (Field::List, Some(&Value::from(list))),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                self.says(&member(field), value);
            }
        }
        self.clients.push(names);
    }

    fn user_id(&self) -> Option<&Value> {
        let mut facts = self.facts.iter();
        let (_, value) = facts.find(|(member, _)| *member == Member::UserId)?;
        Some(value)
    }
}

/// Ids that are seen together are one client for good; without an id, it is known again by where it
/// is and what it is called there.
fn names_of_client(client: &Value) -> BTreeSet<String> {
    let ids = ["id", "_id", "deviceId", "guid"];
    let ids = ids.iter().filter_map(|name| client[*name].as_str());
    let ids: BTreeSet<String> = ids.map(str::to_owned).collect();
    if ids.is_empty() {
        let platform = client.get("platform").or_else(|| client.get("type"));
        let place = (
            platform,
            client.get("integrationId"),
            client.get("externalId"),
        );
        return BTreeSet::from([format!("{place:?}")]);
    }
    ids
}

/// A user of either version, as an answer, an event or a line has it. In a file, only a user with
/// all of some members is whole; in an event, none is.
fn read_user(user: &Value, key: Key, kind: Kind) -> Report {
    let is_v2 = user.get("_id").is_none();
    let id = user.get(if is_v2 { "id" } else { "_id" }).unwrap();
    let about = About::Id(id.as_str().unwrap().to_owned());
    let needed = if is_v2 { WHOLE_V2 } else { WHOLE_V11 };
    let is_whole = match kind {
        Kind::Answer => true,
        Kind::File => needed.iter().all(|name| user.get(name).is_some()),
        _ => false,
    };
    let mut report = Report::new(about, key, kind);
    if kind == Kind::File && !is_whole {
        report.register = Register::Lists;
    }
    if is_v2 {
        report.says_fixed(user, &FIXED_V2, is_whole);
        if let Some(profile) = user.get("profile") {
            report.says_fixed(profile, &PROFILE_V2, is_whole);
        }
        report.says_properties(user.get("metadata"), is_whole);
        return report;
    }
    report.says_fixed(user, &FIXED_V11, is_whole);
    if let Some(started) = user.get("conversationStarted") {
        report.says(&Member::ConversationStarted, started);
    }
    report.says_properties(user.get("properties"), is_whole);
    for (name, set) in [
        ("clients", Set::Confirmed),
        ("pendingClients", Set::Pending),
    ] {
        if let Some(clients) = user[name].as_array() {
            for client in clients {
                report.says_client(client, name);
            }
            report.floors.extend(is_whole.then_some(set));
        }
    }
    report
}

fn read_row(line: &Line, cells: &BTreeMap<&'static str, String>) -> Report {
    let key = key_of(line, line.date, Source::File);
    let about = match cells.get("_id") {
        Some(id) => About::Id(id.clone()),
        None => About::UserId(cells["userId"].clone()),
    };
    let mut report = Report::new(about, key, Kind::File);
    report.register = Register::Lists;
    for (name, cell) in cells {
        let fixed = FIXED_V11.iter().find(|(fixed, _)| fixed == name);
        let member = match (*name, fixed) {
            ("_id", _) => continue,
            (_, Some((_, member))) => member.clone(),
            (name, None) => Member::Property(name.to_owned()),
        };
        report.says(&member, &Value::from(cell.as_str()));
    }
    report
}

/// The user of an event. A short one of v1.1 names the `userId`, if there is one.
fn read_event_user(user: &Value, key: Key, kind: Kind, own_time: OwnTime) -> Report {
    let mut report = read_user(user, key, kind);
    report.own_time = own_time;
    let members = user.as_object().map(Map::keys).into_iter().flatten();
    let short = ["_id", "userId", "conversationStarted"];
    let is_short = members
        .map(String::as_str)
        .all(|name| short.contains(&name));
    let says_none = user.get("conversationStarted").is_some() && user.get("userId").is_none();
    if is_short && says_none {
        report.says(&Member::UserId, &Value::Null);
    }
    report
}

/// What an event reports of the discarded id: where it leads.
fn merged(discarded: &Value, survivor: &Report) -> Report {
    let about = &survivor.about;
    let About::Id(into) = about else {
        unreachable!("events name users by id")
    };
    let kind = Kind::Merge;
    let mut report = read_event_user(discarded, survivor.key, kind, survivor.own_time);
    // Nobody is merged into themselves.
    report.into = (report.about != survivor.about).then(|| into.clone());
    report
}

fn read_v11_event(line: &Line, body: &Value) -> Vec<Report> {
    let messages = body["messages"].as_array().into_iter().flatten();
    let received = messages.clone().filter_map(|it| time(&it["received"]));
    let own = time(&body["timestamp"]).or(received.max());
    let (key, own_time) = key_of_event(line, own);
    match body["trigger"].as_str().unwrap() {
        "merge:appUser" => {
            let survivor = read_event_user(&body["surviving"], key, Kind::Merge, own_time);
            let discarded = body["discarded"].as_array().unwrap().iter();
            let mut reports: Vec<_> = discarded.map(|it| merged(it, &survivor)).collect();
            reports.push(survivor);
            reports
        }
        "appUser:delete" => vec![read_user(&body["appUser"], key, Kind::Deletion)],
        trigger => {
            let mut report = read_event_user(&body["appUser"], key, Kind::Event, own_time);
            let client = body.get("client");
            if trigger == "client:remove" {
                report.removed = client.map(names_of_client);
            } else if let Some(client) = client {
                report.says_client(client, "clients");
            }
            for message in messages.filter(|it| it["role"] == "appUser") {
                report.message = read_message(line, message, &message["name"], &message["_id"]);
            }
            vec![report]
        }
    }
}

fn read_v2_event(line: &Line, event: &Value) -> Vec<Report> {
    let payload = &event["payload"];
    let message = &payload["message"];
    let own = time(&event["createdAt"]).or(time(&message["received"]));
    let (key, own_time) = key_of_event(line, own);
    let user = payload.get("user");
    match event["type"].as_str().unwrap() {
        "user:merge" => {
            let users = &payload["mergedUsers"];
            let survivor = read_event_user(&users["surviving"], key, Kind::Merge, own_time);
            vec![merged(&users["discarded"], &survivor), survivor]
        }
        "user:remove" | "user:delete" => vec![read_user(user.unwrap(), key, Kind::Deletion)],
        kind => {
            let author = &message["author"];
            let authors = [author, &payload["activity"]["author"]];
            let by_author = authors.iter().find_map(|author| {
                let id = author["userId"].as_str()?;
                let bare = || serde_json::json!({ "id": id });
                Some(author.get("user").cloned().unwrap_or_else(bare))
            });
            let user = user.cloned().or(by_author).unwrap();
            let mut report = read_event_user(&user, key, Kind::Event, own_time);
            if kind == "client:remove" {
                report.removed = Some(names_of_client(&payload["client"]));
                return vec![report];
            }
            let sources = [payload, message, &payload["activity"]];
            let sources = sources.iter().filter_map(|it| it["source"].get("client"));
            for client in sources.chain(payload.get("client")) {
                report.says_client(client, "clients");
            }
            report.message = read_message(line, message, &author["displayName"], &message["id"]);
            vec![report]
        }
    }
}

/// The name on a message counts by when the message was received, with the same bound.
fn read_message(
    line: &Line,
    message: &Value,
    name: &Value,
    id: &Value,
) -> Option<((i64, String), String)> {
    let name = name.as_str().filter(|name| !name.trim().is_empty())?;
    let (key, _) = key_of_event(line, time(&message["received"]));
    Some(((key.at, id.as_str()?.to_owned()), name.to_owned()))
}

// ------------------------------------------------------------------------------------ what counts

/// Everybody that these lines make known, in whatever order they come.
pub fn known_from(lines: &[Line]) -> Known {
    let reports: Vec<Report> = lines.iter().flat_map(read).collect();
    let mut known = Known::default();
    let all = All::of(&reports, &mut known.doubts);
    let ways = ways(&all, &mut known.doubts);
    let deleted = deleted(&all, &mut known.doubts);
    for id in all.ids.keys() {
        let (survivor, _) = follow(id, &ways);
        if deleted.contains(id) && survivor != *id && !deleted.contains(&survivor) {
            known.doubts.insert("an id was merged and deleted");
        }
        if survivor != *id && deleted.contains(&survivor) {
            // A merge into a deleted user shows nobody.
            known.deleted.insert(id.clone());
        } else if survivor != *id {
            known.merged.insert(id.clone(), survivor);
        } else if !deleted.contains(id) {
            let group = Group::of(id, &all, &ways, &mut known.doubts);
            known.persons.insert(id.clone(), group.person());
        }
    }
    known.deleted.extend(deleted);
    let gone: BTreeSet<&String> = known.merged.keys().chain(&known.deleted).collect();
    if all.joined_to.values().any(|id| gone.contains(id)) {
        known
            .doubts
            .insert("a row names the `userId` of an id that leads elsewhere");
    }
    known
}

/// All reports, by the id that they count for.
struct All<'r> {
    ids: BTreeMap<String, Own<'r>>,
    /// To which id the rows with a `userId` alone were joined.
    joined_to: BTreeMap<String, String>,
    /// Names of clients, and the first of the names of the same client.
    clients: BTreeMap<String, String>,
}

/// What counts for one id.
struct Own<'r> {
    reports: Vec<&'r Report>,
    user_id: Option<String>,
    identity: Option<&'static str>,
}

impl<'r> All<'r> {
    fn of(reports: &'r [Report], doubts: &mut BTreeSet<&'static str>) -> Self {
        let ids: BTreeSet<&String> = reports
            .iter()
            .filter_map(|report| match &report.about {
                About::Id(id) => Some(id),
                About::UserId(_) => None,
            })
            .collect();
        let own = |id: &&String| {
            let about = About::Id((*id).clone());
            let about = reports.iter().filter(|report| report.about == about);
            ((*id).clone(), Own::of(&about.collect::<Vec<_>>()))
        };
        let mut all = Self {
            ids: ids.iter().map(own).collect(),
            joined_to: BTreeMap::new(),
            clients: same_clients(reports),
        };
        all.join_rows(reports, doubts);
        all
    }

    /// A row with a `userId` alone is joined to the id whose `userId` it is; of several, to the one
    /// that the newest report naming both gives.
    fn join_rows(&mut self, reports: &'r [Report], doubts: &mut BTreeSet<&'static str>) {
        for report in reports {
            let About::UserId(user_id) = &report.about else {
                continue;
            };
            let value = Value::from(user_id.as_str());
            let having = self
                .ids
                .iter()
                .filter(|(_, own)| own.user_id.as_ref() == Some(user_id));
            let mut naming: Vec<(Key, String)> = having
                .flat_map(|(id, own)| {
                    let naming = own.reports.iter().filter(|it| it.user_id() == Some(&value));
                    naming.map(|report| (report.key, id.clone()))
                })
                .collect();
            naming.sort();
            let Some((key, id)) = naming.last() else {
                continue;
            };
            if naming.iter().any(|(other, its)| other == key && its != id) {
                doubts.insert("two ids were given the same `userId` at once");
            }
            self.joined_to.insert(user_id.clone(), id.clone());
        }
        for report in reports {
            let About::UserId(user_id) = &report.about else {
                continue;
            };
            if let Some(id) = self.joined_to.get(user_id) {
                self.ids.get_mut(id).unwrap().reports.push(report);
            }
        }
    }
}

fn same_clients(reports: &[Report]) -> BTreeMap<String, String> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for names in reports
        .iter()
        .flat_map(|report| report.clients.iter().chain(&report.removed))
    {
        let known: BTreeSet<String> = names
            .iter()
            .map(|name| first.get(name).unwrap_or(name).clone())
            .collect();
        let least = known.first().unwrap().clone();
        for name in names {
            first.entry(name.clone()).or_insert_with(|| least.clone());
        }
        for one in first.values_mut().filter(|one| known.contains(*one)) {
            one.clone_from(&least);
        }
    }
    first
}

/// The order of values within a register: by key, and then by the value, null the lowest.
fn later<'v>(one: &(Key, &'v Value), other: &(Key, &'v Value)) -> std::cmp::Ordering {
    let rank = |(key, value): &(Key, &Value)| (*key, !value.is_null(), value.to_string());
    rank(one).cmp(&rank(other))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl<'r> Own<'r> {
    fn of(reports: &[&'r Report]) -> Self {
        let user_ids = |register| {
            let reports = reports.iter().filter(move |it| it.register == register);
            reports.filter_map(|it| Some((it.key, it.user_id()?, it.kind == Kind::Answer)))
        };
        let newest = |these: Vec<(Key, &'r Value)>| these.into_iter().max_by(later);
        // A value beats every null except a later answer's.
        let strong =
            user_ids(Register::Api).filter(|(_, value, by_answer)| !value.is_null() || *by_answer);
        let strong = newest(strong.map(|(key, value, _)| (key, value)).collect());
        let by_api = strong.filter(|(_, value)| !value.is_null());
        let denied_at = strong
            .filter(|(_, value)| value.is_null())
            .map(|(key, _)| key);
        // A list's counts only where the API has none, and did not say so later.
        let listed = newest(
            user_ids(Register::Lists)
                .map(|(key, value, _)| (key, value))
                .collect(),
        );
        let listed = listed.filter(|(key, value)| {
            !value.is_null() && denied_at.is_none_or(|denied| denied < *key)
        });
        let user_id = by_api.or(listed).map(|(_, value)| text(value));
        // Nobody is anonymous out of silence.
        let is_denied = [Register::Api, Register::Lists]
            .into_iter()
            .any(|register| user_ids(register).any(|(_, value, _)| value.is_null()));
        let identity = match (&user_id, is_denied) {
            (Some(_), _) => Some("identified"),
            (None, true) => Some("anonymous"),
            (None, false) => None,
        };
        // What a list says beside another `userId` than the API's is about somebody else.
        let counts = |report: &&&Report| {
            let contradicts =
                |value: &Value| !value.is_null() && by_api.is_some_and(|(_, known)| known != value);
            report.register == Register::Api || !report.user_id().is_some_and(contradicts)
        };
        Self {
            reports: reports.iter().filter(counts).copied().collect(),
            user_id,
            identity,
        }
    }

    /// What a register holds of a member: the newest, unless a floor is above it.
    fn held(&self, all: &All<'_>, register: Register, member: &Member) -> Option<(Key, &'r Value)> {
        let found = self.newest(all, register, member)?;
        let floor = self.floor(all, register, member);
        floor.is_none_or(|floor| found.0 >= floor).then_some(found)
    }

    fn newest(
        &self,
        all: &All<'_>,
        register: Register,
        member: &Member,
    ) -> Option<(Key, &'r Value)> {
        let reports = self.reports.iter().filter(|it| it.register == register);
        let facts = reports.flat_map(|report| {
            let facts = report.facts.iter();
            facts.map(|(about, value)| (about, report.key, value))
        });
        facts
            .filter(|(about, _, _)| all.is_same(about, member))
            .map(|(_, key, value)| (key, value))
            .max_by(later)
    }

    /// Floors act within their own register, and files of parts have none.
    fn floor(&self, all: &All<'_>, register: Register, member: &Member) -> Option<Key> {
        if register == Register::Lists {
            return None;
        }
        let set = self.set_of(all, member);
        let named_all = self
            .reports
            .iter()
            .filter(|report| set.is_some_and(|set| report.floors.contains(&set)))
            .map(|report| report.key);
        named_all.chain(self.removed_at(all, member)).max()
    }

    /// Whether this is the client of v2 that stands for all installs. v1.1 does not have it, and so
    /// never means that it is gone.
    fn is_sdk(&self, all: &All<'_>, name: &str) -> bool {
        let platform = Member::Client(name.to_owned(), Field::Platform);
        let platform = self.newest(all, Register::Api, &platform);
        platform.is_some_and(|(_, platform)| platform == "sdk")
    }

    fn removed_at(&self, all: &All<'_>, member: &Member) -> Option<Key> {
        let Member::Client(name, _) = member else {
            return None;
        };
        let removals = self.reports.iter().filter(|report| {
            let mut names = report.removed.iter().flatten();
            names.any(|removed| all.clients[removed] == all.clients[name])
        });
        removals.map(|report| report.key).max()
    }

    /// Of which set the API's register has the member. A client is in the list that it was last in.
    fn set_of(&self, all: &All<'_>, member: &Member) -> Option<Set> {
        match member {
            Member::Property(_) => Some(Set::Properties),
            Member::Client(name, _) if self.is_sdk(all, name) => None,
            Member::Client(name, _) => {
                let list = Member::Client(name.clone(), Field::List);
                let (_, list) = self.newest(all, Register::Api, &list)?;
                let is_pending = list == "pendingClients";
                Some(if is_pending {
                    Set::Pending
                } else {
                    Set::Confirmed
                })
            }
            _ => None,
        }
    }

    /// The later of the two registers' values.
    fn shown(&self, all: &All<'_>, member: &Member) -> Option<(Key, &'r Value)> {
        [Register::Api, Register::Lists]
            .into_iter()
            .filter_map(|register| self.held(all, register, member))
            .filter(|(_, value)| !value.is_null())
            .max_by(later)
    }
}

impl All<'_> {
    fn is_same(&self, one: &Member, other: &Member) -> bool {
        match (one, other) {
            (Member::Client(one, field), Member::Client(other, its)) => {
                field == its && self.clients[one] == self.clients[other]
            }
            _ => one == other,
        }
    }
}

// --------------------------------------------------------------------------- merges and deletions

/// Where a discarded id leads, and since when.
type Ways = BTreeMap<String, (Key, String)>;

/// The newest merge of each id counts, unless the API answered for that very id later. Of a cycle
/// the oldest merge is ignored.
fn ways(all: &All<'_>, doubts: &mut BTreeSet<&'static str>) -> Ways {
    let mut ways = Ways::new();
    for (id, own) in &all.ids {
        let merges = own.reports.iter();
        let merges = merges.filter_map(|it| Some((it.key, it.into.clone()?)));
        let newest =
            merges.max_by_key(|(key, into)| (*key, Value::from(into.as_str()).to_string()));
        let Some((key, into)) = newest else { continue };
        let answers = own.reports.iter().filter(|it| it.kind == Kind::Answer);
        if answers.map(|it| it.key).all(|answered| answered < key) {
            ways.insert(id.clone(), (key, into));
        }
    }
    while let Some(cycle) = cycle(&ways) {
        let rank = |id: &&String| (ways[*id].0, Value::from(ways[*id].1.as_str()).to_string());
        let oldest = cycle.iter().min_by_key(rank).unwrap();
        let same = |id: &&String| ways[*id].0 == ways[oldest].0;
        if cycle.iter().filter(same).count() > 1 {
            doubts.insert("merges in a cycle at once");
        }
        let oldest = oldest.clone();
        ways.remove(&oldest);
    }
    ways
}

fn cycle(ways: &Ways) -> Option<Vec<String>> {
    ways.keys().find_map(|start| {
        let mut path = vec![start.clone()];
        while let Some((_, next)) = ways.get(path.last().unwrap()) {
            if next == start {
                return Some(path);
            }
            if path.contains(next) {
                return None;
            }
            path.push(next.clone());
        }
        None
    })
}

/// The survivor, and the latest of the merges on the way there.
fn follow(id: &str, ways: &Ways) -> (String, Option<Key>) {
    let (mut at, mut since) = (id.to_owned(), None);
    while let Some((key, next)) = ways.get(&at) {
        since = since.max(Some(*key));
        at.clone_from(next);
    }
    (at, since)
}

/// A deletion counts until the API answers for that id, or an event with a time of its own names
/// it, later than that.
fn deleted(all: &All<'_>, doubts: &mut BTreeSet<&'static str>) -> BTreeSet<String> {
    let mut deleted = BTreeSet::new();
    for (id, own) in &all.ids {
        let of_kind = |wanted: fn(&Report) -> bool| {
            let reports = own.reports.iter().copied();
            reports.filter(move |it| wanted(it)).map(|it| it.key).max()
        };
        let Some(at) = of_kind(|it| it.kind == Kind::Deletion) else {
            continue;
        };
        let seen = of_kind(|it| {
            let is_event = it.kind == Kind::Event && it.own_time == OwnTime::Believed;
            it.kind == Kind::Answer || is_event
        });
        if seen.is_some_and(|seen| seen.at == at.at) {
            doubts.insert("deleted and seen at once");
        }
        if seen > Some(at) {
            continue;
        }
        if of_kind(|it| it.kind == Kind::Merge && it.own_time != OwnTime::None) >= Some(at) {
            doubts.insert("a deleted id was merged later");
        }
        if of_kind(|it| it.own_time == OwnTime::Impossible) >= Some(at) {
            doubts.insert("an event with an impossible time names a deleted id");
        }
        deleted.insert(id.clone());
    }
    deleted
}

/// A survivor and the ids that lead there.
struct Group<'a, 'r> {
    all: &'a All<'r>,
    survivor: &'a Own<'r>,
    /// Since when each belongs to the survivor.
    discarded: Vec<(&'a Own<'r>, Key)>,
}

impl<'a, 'r> Group<'a, 'r> {
    fn of(id: &str, all: &'a All<'r>, ways: &Ways, doubts: &mut BTreeSet<&'static str>) -> Self {
        let mut discarded = Vec::new();
        for (old, own) in &all.ids {
            let (survivor, Some(since)) = follow(old, ways) else {
                continue;
            };
            if survivor != id {
                continue;
            }
            discarded.push((own, since));
            // Whether an answer about an id between the two speaks of this one is not said.
            let mut between = ways[old].1.clone();
            let mut reached = ways[old].0;
            while between != id {
                let answers = all.ids[&between].reports.iter();
                let mut answers = answers.filter(|it| it.kind == Kind::Answer);
                if answers.any(|it| it.key > reached) {
                    doubts
                        .insert("an answer about an id between the discarded one and the survivor");
                }
                reached = reached.max(ways[&between].0);
                between.clone_from(&ways[&between].1);
            }
        }
        let group = Self {
            all,
            survivor: &all.ids[id],
            discarded,
        };
        group.look_for_doubts(doubts);
        group
    }

    fn look_for_doubts(&self, doubts: &mut BTreeSet<&'static str>) {
        for (own, since) in &self.discarded {
            for member in self.members() {
                let removed = self.survivor.removed_at(self.all, &member);
                if removed > Some(*since) && own.shown(self.all, &member).is_some() {
                    doubts.insert("a client of a discarded id was removed from the survivor");
                }
                let held = own.held(self.all, Register::Api, &member);
                let named = self.survivor.reports.iter().any(|it| {
                    let names = |(named, value): &(Member, Value)| {
                        self.all.is_same(named, &member) && !value.is_null()
                    };
                    it.kind == Kind::Answer && it.key > *since && it.facts.iter().any(names)
                });
                if named && held.is_some() && self.survivor.shown(self.all, &member).is_none() {
                    doubts.insert("a value of an answer after the merge was taken away later");
                }
            }
        }
        for own in self.owns() {
            for member in self.members() {
                let at = own.removed_at(self.all, &member);
                let held = own.newest(self.all, Register::Api, &member);
                if at.is_some() && held.map(|(key, _)| key) == at {
                    doubts.insert("a client was named and removed at once");
                }
            }
        }
    }

    fn owns(&self) -> impl Iterator<Item = &'a Own<'r>> {
        let discarded = self.discarded.iter().map(|(own, _)| *own);
        std::iter::once(self.survivor).chain(discarded)
    }

    /// Every member that anybody named, clients by the first of their names.
    fn members(&self) -> BTreeSet<Member> {
        let facts = self
            .owns()
            .flat_map(|own| own.reports.iter())
            .flat_map(|report| report.facts.iter());
        facts
            .map(|(member, _)| match member {
                Member::Client(name, field) => {
                    Member::Client(self.all.clients[name].clone(), *field)
                }
                other => other.clone(),
            })
            .collect()
    }

    /// The survivor's value; if there is none, the newest of the discarded ids'.
    fn shown(&self, member: &Member) -> Option<&'r Value> {
        let own = self.survivor.shown(self.all, member);
        let passed_on = || {
            let each = self.discarded.iter();
            each.filter_map(|(own, since)| self.passed_on(own, *since, member))
                .max_by(later)
        };
        own.or_else(passed_on).map(|(_, value)| value)
    }

    /// What a discarded id passes on. An answer about the survivor after the merge is about both,
    /// but not about lists.
    fn passed_on(&self, own: &Own<'r>, since: Key, member: &Member) -> Option<(Key, &'r Value)> {
        let set = own.set_of(self.all, member);
        let answers = self.survivor.reports.iter();
        let answers = answers.filter(|it| it.kind == Kind::Answer && it.key > since);
        let is_over = |it: &&Report| {
            let named = it.facts.iter();
            let mut nulls = named.filter(|(_, value)| value.is_null());
            set.is_some_and(|set| it.floors.contains(&set))
                || nulls.any(|(named, _)| self.all.is_same(named, member))
        };
        let over = answers.copied().filter(is_over).map(|it| it.key).max();
        let by_api = own.held(self.all, Register::Api, member);
        let by_api = by_api.filter(|(key, _)| over.is_none_or(|over| *key >= over));
        by_api
            .into_iter()
            .chain(own.held(self.all, Register::Lists, member))
            .filter(|(_, value)| !value.is_null())
            .max_by(later)
    }

    /// The name on the newest message that has one.
    fn message_name(&self) -> Option<String> {
        let newest = |own: &Own<'r>| own.reports.iter().filter_map(|it| it.message.clone()).max();
        let discarded = || {
            self.discarded
                .iter()
                .filter_map(|(own, _)| newest(own))
                .max()
        };
        let (_, name) = newest(self.survivor).or_else(discarded)?;
        Some(name)
    }

    fn person(&self) -> Person {
        let value = |member: &Member| self.shown(member).map(text);
        let properties = self.members().into_iter().filter_map(|member| {
            let shown = value(&member)?;
            match member {
                Member::Property(name) => Some((name, shown)),
                _ => None,
            }
        });
        let [clients, pending] = self.channels();
        let mut person = Person {
            // A discarded id's `userId` never passes over.
            user_id: self.survivor.user_id.clone(),
            identity: self.survivor.identity,
            given_name: value(&Member::GivenName),
            surname: value(&Member::Surname),
            email: value(&Member::Email),
            signed_up_at: self.shown(&Member::SignedUpAt).and_then(time),
            conversation_started: self
                .shown(&Member::ConversationStarted)
                .and_then(Value::as_bool),
            properties: properties.collect(),
            clients,
            pending,
            name: None,
        };
        person.name = self.name_of(&person);
        person
    }

    fn channels(&self) -> [BTreeSet<Channel>; 2] {
        let mut lists = [BTreeSet::new(), BTreeSet::new()];
        let names: BTreeSet<&String> = self.all.clients.values().collect();
        for name in names {
            let value = |field| self.shown(&Member::Client(name.clone(), field));
            let channel = Channel {
                platform: value(Field::Platform).map(text),
                external_id: value(Field::ExternalId).map(text),
                display_name: value(Field::DisplayName).map(text),
                last_seen: value(Field::LastSeen).and_then(time),
            };
            if channel == Channel::default() {
                continue;
            }
            let is_pending = value(Field::List).is_some_and(|list| list == "pendingClients");
            lists[usize::from(is_pending)].insert(channel);
        }
        let platform_of = |channel: &Channel| channel.platform.clone().unwrap_or_default();
        let has_install = lists
            .iter()
            .flatten()
            .any(|it| INSTALLS.contains(&&*platform_of(it)));
        if has_install {
            lists = lists.map(|list| {
                let others = list.into_iter().filter(|it| platform_of(it) != "sdk");
                others.collect()
            });
        }
        lists
    }

    fn name_of(&self, person: &Person) -> Option<String> {
        let profile = [&person.given_name, &person.surname];
        let profile: Vec<&str> = profile.into_iter().flatten().map(String::as_str).collect();
        if !profile.is_empty() {
            return Some(profile.join(" "));
        }
        let by_message = self.message_name();
        let mut named = person
            .clients
            .iter()
            .filter_map(|it| it.display_name.clone());
        by_message.or_else(|| named.next().filter(|_| named.next().is_none()))
    }
}
