//! Ranking: exact, prefix, word, substring, and fuzzy only while better hits do not fill a page.

use std::cmp::Reverse;
use std::ops::Range;

use super::folded::Folded;
use super::fuzzy::Scorer;
use super::known::{KnownUsers, Record, SearchField};
use super::query::{FuzzyTier, Hit, HitField, MatchedField, Rank, Results};

/// How many hits fill a page; the fuzzy tier runs only below that.
const PAGE: usize = 100;

/// The most hits that an answer carries.
const MOST_HITS: usize = 1_000;

/// One term of the query in one field of a user.
struct TermMatch<'a> {
    rank: Rank,
    points: i64,
    field: &'a SearchField,
    /// Folded characters that matched.
    chars: Vec<Range<usize>>,
}

/// Searches everybody who is known. Terms are separated by spaces and must all be found.
pub fn search(known: &KnownUsers, text: &str) -> Results {
    let oldest = known
        .records()
        .iter()
        .filter_map(|r| Some(r.entry.copy.as_ref()?.confirmed_at));
    let mut results = Results {
        text: text.to_owned(),
        known: known.len(),
        matched: 0,
        oldest: oldest.min(),
        fuzzy: FuzzyTier::Skipped,
        hits: Vec::new(),
    };
    if text.trim().is_empty() {
        results.hits = everybody(known);
        results.matched = known.len();
        return results;
    }
    // A lone accent folds to nothing, which would be found everywhere.
    let terms = text.split_whitespace().map(Folded::new);
    let terms: Vec<Folded> = terms.filter(|term| !term.as_str().is_empty()).collect();
    let mut found = collect(known, |record| match_record(record, text, &terms));
    if found.len() < PAGE {
        results.fuzzy = FuzzyTier::Run;
        let scorer = Scorer::default();
        let fuzzy = collect(known, |record| {
            let better = match_record(record, text, &terms).is_some();
            if better {
                None
            } else {
                match_fuzzily(record, &terms, &scorer)
            }
        });
        found.extend(fuzzy);
    }
    found.sort_by_key(|found| found.order);
    results.matched = found.len();
    results.hits = found
        .into_iter()
        .take(MOST_HITS)
        .map(|found| found.hit)
        .collect();
    results
}

/// With nothing to search for: whom the agent opened last, then who was seen last.
fn everybody(known: &KnownUsers) -> Vec<Hit> {
    let mut records: Vec<&Record> = known.records().iter().collect();
    records.sort_by_key(|record| (Reverse(record.opened), Reverse(last_seen(record))));
    let hits = records.into_iter().take(MOST_HITS);
    hits.map(|record| Hit {
        entry: record.entry.clone(),
        rank: None,
        matched: None,
    })
    .collect()
}

/// Order among hits: rank, fuzzy points, shorter span, opened last, seen last.
type Order = (Rank, Reverse<i64>, usize, Reverse<u64>, Reverse<i64>);

struct Found {
    order: Order,
    hit: Hit,
}

fn collect<'a>(
    known: &'a KnownUsers,
    matching: impl Fn(&'a Record) -> Option<TermMatch<'a>>,
) -> Vec<Found> {
    let records = known.records().iter();
    records
        .filter_map(|record| Some(found(record, matching(record)?)))
        .collect()
}

fn found(record: &Record, matched: TermMatch<'_>) -> Found {
    let TermMatch {
        rank,
        points,
        field,
        chars,
    } = matched;
    let start = chars.iter().map(|range| range.start).min().unwrap_or(0);
    let end = chars.iter().map(|range| range.end).max().unwrap_or(0);
    let span = end - start;
    let order = (
        rank,
        Reverse(points),
        span,
        Reverse(record.opened),
        Reverse(last_seen(record)),
    );
    let spans = chars.into_iter().filter(|range| !range.is_empty());
    let spans = spans.map(|range| {
        field.folded.source_of_char(range.start)..field.folded.source_of_char(range.end - 1) + 1
    });
    let matched = MatchedField {
        field: field.kind,
        text: field.shown.clone(),
        spans: merge(spans.collect()),
    };
    let hit = Hit {
        entry: record.entry.clone(),
        rank: Some(rank),
        matched: Some(matched),
    };
    Found { order, hit }
}

fn last_seen(record: &Record) -> i64 {
    let seen = record
        .entry
        .copy
        .as_deref()
        .and_then(|copy| Some(copy.last_seen()?.0));
    seen.map_or(i64::MIN, jiff::Timestamp::as_millisecond)
}

fn match_record<'a>(record: &'a Record, text: &str, terms: &[Folded]) -> Option<TermMatch<'a>> {
    if let Some(field) = record
        .fields
        .iter()
        .find(|field| is_exact(field, text.trim()))
    {
        let end = field.folded.as_str().chars().count();
        return Some(TermMatch {
            rank: Rank::Exact,
            points: 0,
            field,
            chars: std::iter::once(0..end).collect(),
        });
    }
    all_terms(record, terms, |field, term| {
        let (rank, start) = place_of(field.folded.as_str(), term)?;
        Some((
            rank,
            0,
            std::iter::once(start..start + term.chars().count()).collect(),
        ))
    })
}

fn match_fuzzily<'a>(
    record: &'a Record,
    terms: &[Folded],
    scorer: &Scorer,
) -> Option<TermMatch<'a>> {
    all_terms(record, terms, |field, term| {
        // Ids are random: scattered characters in them mean nothing.
        if matches!(field.kind, HitField::SmoochId | HitField::ExternalId) {
            return None;
        }
        let score = scorer.score(field.folded.as_str(), term)?;
        let chars = score
            .chars
            .into_iter()
            .map(|index| index..index + 1)
            .collect();
        Some((Rank::Fuzzy, score.points, chars))
    })
}

type Place = (Rank, i64, Vec<Range<usize>>);

/// Finds every term in its best field; the record ranks as its worst term, and what is shown is
/// the field of that term together with the other terms found in the same field.
fn all_terms<'a>(
    record: &'a Record,
    terms: &[Folded],
    place: impl Fn(&SearchField, &str) -> Option<Place>,
) -> Option<TermMatch<'a>> {
    let mut worst: Option<TermMatch<'a>> = None;
    for term in terms {
        let places = record.fields.iter().filter_map(|field| {
            let (rank, points, chars) = place(field, term.as_str())?;
            Some(TermMatch {
                rank,
                points,
                field,
                chars,
            })
        });
        let best = places.min_by_key(|found| (found.rank, Reverse(found.points)))?;
        worst = Some(match worst {
            None => best,
            Some(other) => worse(other, best),
        });
    }
    worst
}

fn worse<'a>(one: TermMatch<'a>, other: TermMatch<'a>) -> TermMatch<'a> {
    let same_field = std::ptr::eq(one.field, other.field);
    let points = one.points + other.points;
    let (mut kept, dropped) = if other.rank > one.rank {
        (other, one)
    } else {
        (one, other)
    };
    kept.points = points;
    if same_field {
        kept.chars.extend(dropped.chars);
    }
    kept
}

fn is_exact(field: &SearchField, text: &str) -> bool {
    #[expect(clippy::disallowed_methods, reason = "ids are compared as they came")]
    let shown = field.shown.expose();
    match field.kind {
        HitField::SmoochId | HitField::UserId => shown == text,
        HitField::Email => shown.eq_ignore_ascii_case(text),
        HitField::Name | HitField::ChannelName | HitField::ExternalId => false,
    }
}

/// Where a term stands in a folded field, and the index of its first character there.
fn place_of(field: &str, term: &str) -> Option<(Rank, usize)> {
    let mut substring = None;
    for (byte, _) in field.match_indices(term) {
        let before = field[..byte].chars().next_back();
        let index = || field[..byte].chars().count();
        match before {
            None => return Some((Rank::Prefix, 0)),
            Some(c) if !c.is_alphanumeric() => return Some((Rank::Word, index())),
            Some(_) => substring = substring.or_else(|| Some((Rank::Substring, index()))),
        }
    }
    substring
}

/// Joins ranges that touch, in ascending order.
fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use jiff::Timestamp;

    use super::*;
    use crate::domain::{DisplayName, Provenance, SmoochId, Untrusted};
    use crate::wire::v11::parse_user;

    /// People known by their JSON; the n-th has the `_id` `…n`.
    fn known(people: &[&str]) -> KnownUsers {
        let mut known = KnownUsers::default();
        for (index, fields) in people.iter().enumerate() {
            let json = format!(
                "{{\"appUser\":{{\"_id\":\"7c1f0a9be35d42608f1b6a{index:02}\",{fields}}}}}"
            );
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
        known.note_opened(&SmoochId::new("7c1f0a9be35d42608f1b6a00"));
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
}
