//! What is shown of a person: each value with what it rests on.

use std::collections::BTreeMap;

use crate::domain::facts::registers::Entry;
use crate::domain::facts::{ClientKind, Key, Register, Registers};

/// A value, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown<'r> {
    /// When it was reported, and by which source.
    pub key: Key,
    /// The value, as canonical JSON.
    pub value: &'r str,
    /// Which kind of knowledge it is.
    pub register: &'r Register,
    /// Which of the discarded ids it was reported under, if under none that is shown.
    pub discarded: Option<usize>,
}

/// A member that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen<'r> {
    /// The value to show: the later one.
    pub shown: Shown<'r>,
    /// What the other register says instead.
    pub also: Option<Shown<'r>>,
}

/// A client, field by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenClient<'r> {
    /// The kind by which it was reported last.
    pub kind: ClientKind,
    /// Its fields in v1.1's words.
    pub fields: BTreeMap<&'r str, Seen<'r>>,
}

/// What is known under an id that was merged away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Discarded<'r> {
    /// Its registers.
    pub registers: &'r Registers,
    /// When it was merged.
    pub merged: Key,
}

/// A value to show, if the entry has one.
pub(super) fn shown<'r>(register: &'r Register, entry: &'r Entry) -> Option<Shown<'r>> {
    let value = entry.value.as_deref()?;
    Some(Shown {
        key: entry.key,
        value,
        register,
        discarded: None,
    })
}
