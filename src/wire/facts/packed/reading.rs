//! Reads one set of facts; `None` if the text is damaged.

use serde_json::value::RawValue;

use super::codes::{closed_of, kind_of, member_of};
use crate::domain::facts::{ClientRef, FactSet, Key, Member, Register, Set, Value};
use crate::wire::facts::value::text_of;
use crate::wire::json::{Members, parse_elements, parse_members};

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

pub(super) fn decode_set(raw: &RawValue, row: Key) -> Option<FactSet> {
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
