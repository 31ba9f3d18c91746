//! Proves that the index answers the same as a search without one.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

mod naive;
mod people;

use jiff::Timestamp;
use proptest::prelude::*;

use crate::domain::SmoochId;
use crate::search::index::{IndexBuilder, moment};
use crate::search::query::{PAGE, Request};
use crate::search::{KnownUsers, SearchSession};
use naive::{Answer, naive};
use people::{NOW, Somebody, people, query_text, somebody};

/// More hits than any test has people.
const ALL: usize = 1_000;

/// A directory and a session that searches it.
struct Desk {
    known: KnownUsers,
    session: SearchSession,
}

impl Desk {
    fn search(&self, text: &str) -> Answer {
        self.best(text, ALL)
    }

    fn best(&self, text: &str, limit: usize) -> Answer {
        let request = Request::new(text, moment(NOW), limit);
        let results = self
            .session
            .search(&self.known.snapshot(), &request, |_| {})
            .unwrap();
        let hits = results.hits.iter();
        let hits = hits.map(|hit| (hit.entry.id.expose().to_owned(), hit.rank));
        (hits.collect(), results.matched)
    }
}

/// A directory in which the first `indexed` people are indexed at once and the others learned.
fn directory(people: &[Somebody], indexed: usize, habits: &[usize]) -> Desk {
    let (indexed, recent) = people.split_at(indexed.min(people.len()));
    let mut builder = IndexBuilder::default();
    for who in indexed {
        who.as_person(|person| builder.push(person));
    }
    let mut known = KnownUsers::default();
    known.install(builder.build());
    for who in recent {
        who.as_person(|person| known.learn_person(person));
    }
    for (hour, at) in (1..).zip(habits) {
        // Each opening weighs far more than the one before, so that the order is clear.
        let at = SmoochId::new(people[*at].id.as_str());
        known.note_opened(&at, Timestamp::from_second(hour * 400_000_000).unwrap());
    }
    Desk {
        known,
        session: SearchSession::default(),
    }
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_a_search_without_one(
        people in people(),
        indexed in 0..90_usize,
        texts in prop::collection::vec(query_text(), 1..6),
        habits in prop::collection::vec(0..90_usize, 0..3),
    ) {
        let mut habits = habits;
        habits.retain(|at| *at < people.len());
        let desk = directory(&people, indexed, &habits);
        for text in &texts {
            prop_assert_eq!(desk.search(text), naive(&people, &habits, text), "{}", text);
        }
    }

    #[test]
    fn the_best_for_a_letter_are_known_before_it_is_typed(
        people in (170..210_usize).prop_flat_map(|count| (0..count).map(somebody).collect::<Vec<_>>()),
        changed in prop::collection::vec((0..220_usize).prop_flat_map(somebody), 0..30),
        habits in prop::collection::vec(0..140_usize, 0..3),
        most in 1..9_usize,
    ) {
        let mut desk = directory(&people, people.len(), &habits);
        let mut people = people.clone();
        for who in &changed {
            who.as_person(|person| desk.known.learn_person(person));
            match people.iter_mut().find(|other| other.id == who.id) {
                Some(other) => *other = who.clone(),
                None => people.push(who.clone()),
            }
        }
        let mut all = 0;
        for letter in ["a", "b", "5", "6", "o", "e", "'n", "!x a", "a e", "2", "B"] {
            let (mut expected, matched) = naive(&people, &habits, letter);
            all += usize::from(matched >= PAGE);
            expected.truncate(most);
            let found = desk.best(letter, most);
            prop_assert_eq!(found, (expected, matched), "{}", letter);
        }
        prop_assert!(all > 2, "too few were found for the letters to be taken");
    }

    #[test]
    fn typing_and_taking_back_find_what_a_fresh_search_finds(
        people in people(),
        text in query_text(),
        back in 0..12_usize,
        front in prop::sample::select(vec!["4", "0", "+49(", "+49 (0) ", "\"", "x"]),
    ) {
        let typist = directory(&people, usize::MAX, &[]);
        let fresh = |text: &str| directory(&people, usize::MAX, &[]).search(text);
        let ends: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for end in &ends {
            prop_assert_eq!(typist.search(&text[..*end]), fresh(&text[..*end]), "{}", &text[..*end]);
        }
        for end in ends.iter().rev().take(back) {
            prop_assert_eq!(typist.search(&text[..*end]), fresh(&text[..*end]), "back to {}", &text[..*end]);
        }
        let again = format!("{}a", &text[..ends[ends.len().saturating_sub(back + 1)]]);
        prop_assert_eq!(typist.search(&again), fresh(&again), "{}", again);
        let before = format!("{front}{again}");
        prop_assert_eq!(typist.search(&before), fresh(&before), "{}", before);
    }

    #[test]
    fn changes_give_what_a_new_index_gives(
        before in people(),
        after in people(),
        texts in prop::collection::vec(query_text(), 1..5),
        merge_at in 0..90_usize,
    ) {
        let mut desk = directory(&before, before.len() / 2, &[]);
        let mut people = before.clone();
        let mut begun = None;
        for (number, who) in after.iter().enumerate() {
            if number == merge_at / 2 {
                begun = Some(desk.known.begin_merge());
            }
            if number == merge_at && let Some(merge) = begun.take() {
                desk.known.finish_merge(merge.build());
            }
            // Searches between the changes fill the cache with sets that must not be trusted too far.
            desk.search(&texts[number % texts.len()]);
            who.as_person(|person| desk.known.learn_person(person));
            match people.iter_mut().find(|other| other.id == who.id) {
                Some(other) => *other = who.clone(),
                None => people.push(who.clone()),
            }
        }
        prop_assert_eq!(desk.known.len(), people.len());
        for text in &texts {
            prop_assert_eq!(desk.search(text), naive(&people, &[], text), "{}", text);
        }
    }
}
