//! Queries that an agent types, character by character, to measure how long each key takes.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "support of measurements"
)]

use super::people::{Invented, People};

/// The queries for this many invented users, each at all lengths at which it is searched.
pub fn queries(count: usize) -> Vec<Vec<String>> {
    let somebody: Vec<Invented> = People::new(count).skip(count / 2).take(200).collect();
    let id = &somebody[0].id;
    let email = somebody
        .iter()
        .find_map(|user| user.email.as_deref())
        .unwrap();
    let by_character = |text: &str| {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.map(|end| text[..end].to_owned()).collect::<Vec<_>>()
    };
    let at_lengths = |text: &str| {
        let lengths = [1, 2, 4, 6, 8, 12, 16, 20, 24];
        let lengths = lengths.into_iter().map(|length| text.len().min(length));
        let mut texts: Vec<String> = lengths.map(|length| text[..length].to_owned()).collect();
        texts.dedup();
        texts
    };
    vec![
        by_character("anna k"),
        by_character("schmidt"),
        by_character("jhnsmth"),
        at_lengths(id),
        at_lengths(email),
        by_character("kd1860"),
        by_character("zzqxjv"),
        by_character("佐藤 花"),
        by_character("müller"),
        by_character("иван"),
    ]
}
