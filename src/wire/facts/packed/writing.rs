//! Writes one set of facts.

use super::codes::{closed_code, kind_letter, letter_of};
use crate::domain::facts::{ClientKind, ClientRef, FactSet, Key, Member, Register, Set, Value};
use crate::wire::facts::value::push_text;

/// Puts commas between what follows each other.
#[derive(Default)]
pub(super) struct List {
    has_begun: bool,
}

impl List {
    pub(super) fn next(&mut self, text: &mut String) {
        if std::mem::replace(&mut self.has_begun, true) {
            text.push(',');
        }
    }
}

pub(super) fn encode_set(text: &mut String, set: &FactSet, row: Key) {
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
