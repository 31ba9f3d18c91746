//! Facts as compact JSON text, in which they are kept, and back.
//!
//! A set is an object: `k` its key, unless it is the row's; `l` the `userId` that a list gives, or
//! null for a list that gives none; `f` the plain members, each by a letter and perhaps its name;
//! `c` the clients, each with its kind, what it is known by and its fields; `n` pairs of ids of one
//! client; `x` the closed sets. The text has to stay readable as long as files live.

mod codes;
mod reading;
mod writing;

use serde_json::value::RawValue;

use crate::domain::facts::{FactSet, Key};
use reading::decode_set;
use writing::{List, encode_set};

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::domain::facts::{ClientKind, ClientRef, Member, Register, Set, Source, Value};

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
