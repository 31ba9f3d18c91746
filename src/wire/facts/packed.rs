//! Facts as compact JSON text, in which they are kept, and back.
//!
//! A set is an object: `k` its key, unless it is the row's; `l` the `userId` that a list gives, or
//! null for a list that gives none; `f` the plain members, each by a letter and perhaps its name;
//! `c` the clients, each with its kind, what it is known by and its fields; `n` pairs of ids of one
//! client; `x` the closed sets. The text has to stay readable as long as files live.

use serde_json::value::RawValue;

use super::value::{push_text, text_of};
use crate::domain::facts::{ClientKind, ClientRef, FactSet, Key, Member, Register, Set, Value};
use crate::wire::json::{Members, parse_elements, parse_members};

/// Writes sets of facts. The key of the row is left out, so that it can be raised for all of them
/// at once.
pub(crate) fn encode(sets: &[FactSet], row: Key) -> String {
    let mut text = String::from("[");
    let mut list = List::default();
    for set in sets {
        list.next(&mut text);
        encode_set(&mut text, set, row);
    }
    text.push(']');
    text
}

/// Reads sets of facts; those without a key have the row's. `None` if the text is damaged.
pub(crate) fn decode(text: &str, row: Key) -> Option<Vec<FactSet>> {
    let sets: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    sets.into_iter().map(|set| decode_set(set, row)).collect()
}

/// Puts commas between what follows each other.
#[derive(Default)]
struct List {
    has_begun: bool,
}

impl List {
    fn next(&mut self, text: &mut String) {
        if std::mem::replace(&mut self.has_begun, true) {
            text.push(',');
        }
    }
}

fn encode_set(text: &mut String, set: &FactSet, row: Key) {
    text.push('{');
    let mut list = List::default();
    let mut part = |text: &mut String, name: &str| {
        list.next(text);
        push_text(text, name);
        text.push(':');
    };
    if set.key != row
        && let Ok(key) = serde_json::to_string(&set.key)
    {
        part(text, "k");
        text.push_str(&key);
    }
    if let Register::List(user_id) = &set.register {
        part(text, "l");
        push_value(text, user_id.as_deref());
    }
    let facts = || set.facts.iter();
    if facts().any(|(member, _)| letter_of(member).is_some()) {
        part(text, "f");
        encode_plain(text, &set.facts);
    }
    if facts().any(|(member, _)| matches!(member, Member::Client(..))) {
        part(text, "c");
        encode_clients(text, &set.facts);
    }
    if facts().any(|(member, _)| matches!(member, Member::SameClient(..))) {
        part(text, "n");
        encode_same(text, &set.facts);
    }
    if !set.closed.is_empty() {
        part(text, "x");
        encode_closed(text, &set.closed);
    }
    text.push('}');
}

fn push_value(text: &mut String, value: Option<&str>) {
    text.push_str(value.unwrap_or("null"));
}

/// The letter of a plain member, and its name if it has one.
fn letter_of(member: &Member) -> Option<(char, &str)> {
    Some(match member {
        Member::UserId => ('u', ""),
        Member::NoUserId => ('0', ""),
        Member::GivenName => ('g', ""),
        Member::Surname => ('s', ""),
        Member::Email => ('e', ""),
        Member::SignedUpAt => ('t', ""),
        Member::AvatarUrl => ('a', ""),
        Member::ConversationStarted => ('c', ""),
        Member::ProfileField(name) => ('f', name),
        Member::Other(name) => ('o', name),
        Member::Property(name) => ('p', name),
        Member::Identity(name) => ('i', name),
        Member::Client(..) | Member::SameClient(..) => return None,
    })
}

fn member_of(letter: char, name: &str) -> Option<Member> {
    Some(match (letter, name) {
        ('u', "") => Member::UserId,
        ('0', "") => Member::NoUserId,
        ('g', "") => Member::GivenName,
        ('s', "") => Member::Surname,
        ('e', "") => Member::Email,
        ('t', "") => Member::SignedUpAt,
        ('a', "") => Member::AvatarUrl,
        ('c', "") => Member::ConversationStarted,
        ('f', name) => Member::ProfileField(name.into()),
        ('o', name) => Member::Other(name.into()),
        ('p', name) => Member::Property(name.into()),
        ('i', name) => Member::Identity(name.into()),
        _ => return None,
    })
}

fn encode_plain(text: &mut String, facts: &[(Member, Value)]) {
    text.push('{');
    let mut list = List::default();
    let mut coded = String::new();
    for (member, value) in facts {
        let Some((letter, name)) = letter_of(member) else {
            continue;
        };
        coded.clear();
        coded.push(letter);
        coded.push_str(name);
        list.next(text);
        push_text(text, &coded);
        text.push(':');
        push_value(text, value.as_deref());
    }
    text.push('}');
}

/// Fields of the same client follow each other, so that it is named once.
fn encode_clients(text: &mut String, facts: &[(Member, Value)]) {
    text.push('[');
    let mut named: Option<(ClientKind, &ClientRef)> = None;
    for (member, value) in facts {
        let Member::Client(kind, client, field) = member else {
            continue;
        };
        if named == Some((*kind, client)) {
            text.push(',');
        } else {
            if named.is_some() {
                text.push_str("}],");
            }
            text.push('[');
            push_text(text, kind_letter(*kind));
            text.push(',');
            push_ref(text, client);
            text.push_str(",{");
            named = Some((*kind, client));
        }
        push_text(text, field);
        text.push(':');
        push_value(text, value.as_deref());
    }
    text.push_str("}]]");
}

fn encode_same(text: &mut String, facts: &[(Member, Value)]) {
    text.push('[');
    let mut list = List::default();
    for (member, value) in facts {
        if let Member::SameClient(one, other) = member {
            list.next(text);
            text.push('[');
            push_text(text, one);
            text.push(',');
            push_text(text, other);
            text.push(',');
            push_value(text, value.as_deref());
            text.push(']');
        }
    }
    text.push(']');
}

fn encode_closed(text: &mut String, closed: &[Set]) {
    text.push('[');
    let mut list = List::default();
    for set in closed {
        list.next(text);
        match set {
            Set::RemovedClient(client) => {
                text.push('[');
                push_ref(text, client);
                text.push(']');
            }
            _ => push_text(text, closed_code(set)),
        }
    }
    text.push(']');
}

const fn kind_letter(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Channel => "c",
        ClientKind::Pending => "p",
        ClientKind::Install => "i",
        ClientKind::Sdk => "s",
    }
}

fn kind_of(letter: &str) -> Option<ClientKind> {
    use ClientKind::{Channel, Install, Pending, Sdk};
    [Channel, Pending, Install, Sdk]
        .into_iter()
        .find(|kind| kind_letter(*kind) == letter)
}

const fn closed_code(set: &Set) -> &'static str {
    match set {
        Set::Version1 => "1",
        Set::Version2 => "2",
        Set::Profile => "f",
        Set::Properties => "p",
        Set::Identities => "i",
        Set::Clients(ClientKind::Channel) => "kc",
        Set::Clients(ClientKind::Pending) => "kp",
        Set::Clients(ClientKind::Install) => "ki",
        Set::Clients(ClientKind::Sdk) => "ks",
        Set::RemovedClient(_) => "r",
    }
}

fn closed_of(code: &str) -> Option<Set> {
    Some(match code {
        "1" => Set::Version1,
        "2" => Set::Version2,
        "f" => Set::Profile,
        "p" => Set::Properties,
        "i" => Set::Identities,
        _ => Set::Clients(kind_of(code.strip_prefix('k')?)?),
    })
}

fn push_ref(text: &mut String, client: &ClientRef) {
    match client {
        ClientRef::Id(id) => push_text(text, id),
        ClientRef::Place(platform, integration, external) => {
            text.push('[');
            push_text(text, platform);
            text.push(',');
            push_text(text, integration);
            text.push(',');
            push_text(text, external);
            text.push(']');
        }
    }
}

fn ref_of(raw: &RawValue) -> Option<ClientRef> {
    if let Some(id) = text_of(raw.get()) {
        return Some(ClientRef::Id(id.into()));
    }
    let parts = parse_elements(raw)?.into_iter();
    let parts: Option<Vec<Box<str>>> = parts.map(boxed_text).collect();
    let [platform, integration, external] = parts?.try_into().ok()?;
    Some(ClientRef::Place(platform, integration, external))
}

fn boxed_text(raw: &RawValue) -> Option<Box<str>> {
    text_of(raw.get()).map(Into::into)
}

fn value_of(raw: &RawValue) -> Value {
    (raw.get() != "null").then(|| raw.get().into())
}

fn decode_set(raw: &RawValue, row: Key) -> Option<FactSet> {
    let mut set = FactSet {
        key: row,
        register: Register::Api,
        facts: Vec::new(),
        closed: Vec::new(),
    };
    for (name, raw) in &parse_members(raw)?.0 {
        match &*name.text {
            "k" => set.key = serde_json::from_str(raw.get()).ok()?,
            "l" => set.register = Register::List(value_of(raw)),
            "f" => decode_plain(&parse_members(raw)?, &mut set.facts)?,
            "c" => {
                for client in parse_elements(raw)? {
                    decode_client(client, &mut set.facts)?;
                }
            }
            "n" => {
                for same in parse_elements(raw)? {
                    let [one, other, value] = parse_elements(same)?.try_into().ok()?;
                    let same = Member::SameClient(boxed_text(one)?, boxed_text(other)?);
                    set.facts.push((same, value_of(value)));
                }
            }
            "x" => {
                for closed in parse_elements(raw)? {
                    set.closed.push(decode_closed(closed)?);
                }
            }
            _ => return None,
        }
    }
    Some(set)
}

fn decode_plain(members: &Members<'_>, facts: &mut Vec<(Member, Value)>) -> Option<()> {
    for (code, raw) in &members.0 {
        let mut name = code.text.chars();
        let letter = name.next()?;
        facts.push((member_of(letter, name.as_str())?, value_of(raw)));
    }
    Some(())
}

fn decode_client(raw: &RawValue, facts: &mut Vec<(Member, Value)>) -> Option<()> {
    let [kind, client, fields] = parse_elements(raw)?.try_into().ok()?;
    let (kind, client) = (kind_of(&text_of(kind.get())?)?, ref_of(client)?);
    for (field, raw) in parse_members(fields)?.0 {
        let member = Member::Client(kind, client.clone(), field.text.into());
        facts.push((member, value_of(raw)));
    }
    Some(())
}

fn decode_closed(raw: &RawValue) -> Option<Set> {
    if let Some(code) = text_of(raw.get()) {
        return closed_of(&code);
    }
    let [client] = parse_elements(raw)?.try_into().ok()?;
    Some(Set::RemovedClient(ref_of(client)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::domain::facts::Source;

    fn text() -> impl Strategy<Value = Box<str>> {
        "[a\"é\\\\ ]{0,3}".prop_map(Into::into)
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(None),
            Just(Some("[1,{\"a\":null}]".into())),
            text().prop_map(|text| Some(super::super::value_of_text(&text))),
        ]
    }

    fn kind() -> impl Strategy<Value = ClientKind> {
        use ClientKind::{Channel, Install, Pending, Sdk};
        prop_oneof![Just(Channel), Just(Pending), Just(Install), Just(Sdk)]
    }

    fn client() -> impl Strategy<Value = ClientRef> {
        prop_oneof![
            text().prop_map(ClientRef::Id),
            (text(), text(), text()).prop_map(|(a, b, c)| ClientRef::Place(a, b, c)),
        ]
    }

    fn member() -> impl Strategy<Value = Member> {
        prop_oneof![
            Just(Member::UserId),
            Just(Member::NoUserId),
            Just(Member::GivenName),
            Just(Member::Surname),
            Just(Member::Email),
            Just(Member::SignedUpAt),
            Just(Member::AvatarUrl),
            Just(Member::ConversationStarted),
            text().prop_map(Member::ProfileField),
            text().prop_map(Member::Other),
            text().prop_map(Member::Property),
            text().prop_map(Member::Identity),
            (kind(), client(), text()).prop_map(|(a, b, c)| Member::Client(a, b, c)),
            (text(), text()).prop_map(|(a, b)| Member::SameClient(a, b)),
        ]
    }

    fn closed() -> impl Strategy<Value = Set> {
        prop_oneof![
            Just(Set::Version1),
            Just(Set::Version2),
            Just(Set::Profile),
            Just(Set::Properties),
            Just(Set::Identities),
            kind().prop_map(Set::Clients),
            client().prop_map(Set::RemovedClient),
        ]
    }

    fn key() -> impl Strategy<Value = Key> {
        let source = prop_oneof![Just(Source::File), Just(Source::Webhook), Just(Source::Api)];
        (0..3_i64, source, 0..2_u64).prop_map(|(at, source, line)| Key { at, source, line })
    }

    fn register() -> impl Strategy<Value = Register> {
        prop_oneof![
            Just(Register::Api),
            Just(Register::List(None)),
            text().prop_map(|id| Register::List(Some(super::super::value_of_text(&id)))),
        ]
    }

    fn set() -> impl Strategy<Value = FactSet> {
        let facts = prop::collection::btree_map(member(), value(), 0..12);
        let closed = prop::collection::vec(closed(), 0..4);
        (key(), register(), facts, closed).prop_map(|(key, register, facts, closed)| FactSet {
            key,
            register,
            facts: facts.into_iter().collect(),
            closed,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn facts_come_back_as_they_were(sets in prop::collection::vec(set(), 0..4), row in key()) {
            prop_assert_eq!(decode(&encode(&sets, row), row), Some(sets));
        }

        #[test]
        fn a_row_that_is_confirmed_raises_its_sets(mut set in set(), row in key(), later in key()) {
            set.key = row;
            let text = encode(std::slice::from_ref(&set), row);
            prop_assert_eq!(decode(&text, later).unwrap()[0].key, later);
        }
    }

    #[test]
    fn text_that_is_cut_or_foreign_is_no_set() {
        let row = Key::default();
        for damaged in [
            "",
            "{}",
            "[",
            "[7]",
            r#"[{"z":1}]"#,
            r#"[{"f":{"":1}}]"#,
            r#"[{"c":[1]}]"#,
        ] {
            assert_eq!(decode(damaged, row), None, "{damaged}");
        }
        assert_eq!(decode("[]", row), Some(Vec::new()));
    }

    #[test]
    fn the_text_is_short_and_stays_the_same() {
        let row = Key::default();
        let client = |field: &str, value: &str| {
            let client = ClientRef::Id("c1".into());
            let field = Member::Client(ClientKind::Channel, client, field.into());
            (field, Some(value.into()))
        };
        let set = FactSet {
            key: row,
            register: Register::List(Some("\"crm-1\"".into())),
            facts: vec![
                (Member::UserId, Some("\"crm-1\"".into())),
                (Member::Property("city".into()), Some("\"Lyon\"".into())),
                client("id", "\"c1\""),
                client("platform", "\"line\""),
            ],
            closed: vec![Set::Properties],
        };
        let text = r#"[{"l":"crm-1","f":{"u":"crm-1","pcity":"Lyon"},"c":[["c","c1",{"id":"c1","platform":"line"}]],"x":["p"]}]"#;
        assert_eq!(encode(&[set], row), text);
    }
}
