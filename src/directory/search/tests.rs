//! What agents expect of ranking.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

use jiff::Timestamp;

use super::*;
use crate::directory::query::HitField;
use crate::domain::{DisplayName, Provenance, SmoochId, Untrusted};
use crate::wire::v11::parse_user;

/// People known by their JSON; the n-th has the `_id` `…n`.
fn known(people: &[&str]) -> KnownUsers {
    let mut known = KnownUsers::default();
    for (index, fields) in people.iter().enumerate() {
        let json =
            format!("{{\"appUser\":{{\"_id\":\"7c1f0a9be35d42608f1b6a{index:02}\",{fields}}}}}");
        known.learn(parse_user(json.as_bytes()).unwrap(), Timestamp::UNIX_EPOCH);
    }
    known
}

fn named(given: &str, surname: &str) -> String {
    format!("\"givenName\":\"{given}\",\"surname\":\"{surname}\"")
}

fn names(known: &KnownUsers, text: &str) -> Vec<String> {
    let hits = search(known, text).hits.into_iter();
    hits.map(|hit| hit.entry.copy.unwrap().name.text.expose().to_owned())
        .collect()
}

#[test]
fn a_word_that_starts_with_the_text_comes_before_scattered_letters() {
    let people = [
        named("Sandy Chad", "Mckee"),
        named("Ute", "Schmidt"),
        named("Bernd", "Schmidt"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    let found = names(&known, "schm");
    assert_eq!(found.last().unwrap(), "Sandy Chad Mckee");
    assert!(
        found[..2].iter().all(|name| name.ends_with("Schmidt")),
        "{found:?}"
    );
}

#[test]
fn all_words_have_to_be_found_in_any_order() {
    let people = [
        named("John", "Smith"),
        named("John", "Doe"),
        named("Anna", "Smith"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    assert_eq!(names(&known, "smith john")[0], "John Smith");
    let exact: Vec<_> = search(&known, "smith john")
        .hits
        .into_iter()
        .map(|h| h.rank)
        .collect();
    assert_eq!(exact[0], Some(Rank::Word));
}

#[test]
fn accents_case_and_abbreviations_are_found() {
    let people = [
        named("Jörg", "Müller"),
        named("John", "Smith"),
        named("花", "佐藤"),
        named("Иван", "Петров"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    assert_eq!(names(&known, "muller")[0], "Jörg Müller");
    assert_eq!(names(&known, "MÜLLER")[0], "Jörg Müller");
    assert_eq!(names(&known, "jhnsmth"), ["John Smith"]);
    assert_eq!(names(&known, "佐藤 花"), ["花 佐藤"]);
    assert_eq!(names(&known, "иван"), ["Иван Петров"]);
}

#[test]
fn an_exact_id_comes_first_and_says_so() {
    let known = known(&[
        "\"userId\":\"cust-1\",\"email\":\"a@example.org\"",
        "\"userId\":\"cust-11\",\"givenName\":\"cust-1\"",
        "\"userId\":\"x\"",
    ]);
    for text in ["cust-1", " cust-1 "] {
        let first = &search(&known, text).hits[0];
        assert_eq!(first.rank, Some(Rank::Exact));
        assert_eq!(first.matched.as_ref().unwrap().field, HitField::UserId);
    }
    let by_email = &search(&known, "A@Example.org").hits[0];
    assert_eq!(
        (by_email.rank, by_email.matched.as_ref().unwrap().field),
        (Some(Rank::Exact), HitField::Email)
    );
    let by_id = &search(&known, "7c1f0a9be35d42608f1b6a02").hits[0];
    assert_eq!(by_id.matched.as_ref().unwrap().field, HitField::SmoochId);
}

#[test]
fn user_ids_are_compared_as_they_came() {
    let known = known(&["\"userId\":\"Cust-1\""]);
    assert_ne!(search(&known, "cust-1").hits[0].rank, Some(Rank::Exact));
    assert_eq!(search(&known, "Cust-1").hits[0].rank, Some(Rank::Exact));
}

#[test]
fn what_matched_is_told_in_characters_of_the_shown_field() {
    let people = [named("Jörg", "Strauß")];
    let known = known(&people.each_ref().map(String::as_str));
    let matched = search(&known, "strauss").hits.remove(0).matched.unwrap();
    assert_eq!(matched.field, HitField::Name);
    assert_eq!((matched.spans.len(), &matched.spans[0]), (1, &(5..11)));
    let two = search(&known, "str jor").hits.remove(0).matched.unwrap();
    assert_eq!(two.spans, [0..3, 5..8]);
}

#[test]
fn scattered_letters_in_random_ids_mean_nothing() {
    let known = known(&["\"userId\":\"u\""]);
    assert_eq!(search(&known, "7f9e").matched, 0);
    assert_eq!(
        search(&known, "e35d").matched,
        1,
        "but a part of an id is found"
    );
}

#[test]
fn with_nothing_to_search_for_the_opened_come_first_then_the_last_seen() {
    let seen = |at: &str| {
        format!("\"clients\":[{{\"id\":\"c\",\"platform\":\"web\",\"lastSeen\":\"{at}\"}}]")
    };
    let people = [
        seen("2024-03-01T00:00:00Z"),
        seen("2024-03-03T00:00:00Z"),
        seen("2024-03-02T00:00:00Z"),
    ];
    let mut known = known(&people.each_ref().map(String::as_str));
    let order = |known: &KnownUsers| {
        let hits = search(known, " ").hits.into_iter();
        hits.map(|hit| hit.entry.id.expose()[22..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&known), ["01", "02", "00"]);
    known.note_opened(
        &SmoochId::new("7c1f0a9be35d42608f1b6a00"),
        Timestamp::UNIX_EPOCH,
    );
    assert_eq!(order(&known), ["00", "01", "02"]);
}

#[test]
fn users_known_by_id_only_are_found_by_it() {
    let mut known = KnownUsers::default();
    known.import_ids(["aa", "ab", "aa"].map(SmoochId::new));
    assert_eq!(known.len(), 2);
    assert_eq!(search(&known, "ab").matched, 1);
    assert_eq!(search(&known, "").oldest, None);
}

#[test]
fn a_guessed_name_does_not_replace_one_from_messages() {
    let mut known =
        known(&["\"clients\":[{\"id\":\"c\",\"platform\":\"line\",\"displayName\":\"Haru\"}]"]);
    let id = SmoochId::new("7c1f0a9be35d42608f1b6a00");
    let text = Untrusted::from("Haru T.");
    let name = DisplayName {
        text,
        provenance: Provenance::Message,
        ..DisplayName::unknown()
    };
    known.learn_name(&id, name);
    let again = search(&known, "").hits[0]
        .entry
        .copy
        .clone()
        .unwrap()
        .user
        .clone();
    known.learn(again, Timestamp::UNIX_EPOCH);
    assert_eq!(names(&known, ""), ["Haru T."]);
}
