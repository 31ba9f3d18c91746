//! Everybody out of a store into an index.
//!
//! In: a store. Out: everybody in it, ready to be searched. Threads read parts of the file at the
//! same time, each through its own connection, and each sorts its part; what is left is to join
//! sorted lists.

use std::ops::RangeInclusive;
use std::thread;

use crate::directory::store::{Reader, Store, StoreError};
use crate::search::{BuiltIndex, BuiltPart, IndexBuilder, KnownUsers};

/// With fewer rows each, another thread costs more than it saves.
const WORTH_A_PART: i64 = 10_000;

/// More threads than this save little: joining their parts takes the time that they save.
const MOST_PARTS: usize = 4;

/// Reads everybody who is kept, and makes them ready to be searched.
pub fn load_everybody(store: &Store) -> Result<BuiltIndex, StoreError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    load_in_parts(store, threads.min(MOST_PARTS), WORTH_A_PART)
}

fn load_in_parts(store: &Store, most: usize, worth: i64) -> Result<BuiltIndex, StoreError> {
    let Some(numbers) = store.row_numbers()? else {
        return Ok(IndexBuilder::default().build());
    };
    let mut ranges = parts_of(&numbers, most, worth);
    // Users who are written meanwhile are added at the end.
    let last = ranges.pop().map_or(i64::MIN, |last| *last.start())..=i64::MAX;
    let mut others = Vec::new();
    for range in ranges {
        others.push((store.reader()?, range));
    }
    // The store's own connection would cache pages that are not read again.
    let own = store.reader()?;
    thread::scope(|scope| {
        let others: Vec<_> = others
            .into_iter()
            .map(|(reader, range)| scope.spawn(move || read_part(&reader, range)))
            .collect();
        let last = read_part(&own, last);
        let mut parts = Vec::new();
        for other in others {
            let part = other.join();
            parts.push(part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        parts.push(last?);
        Ok(join_all(parts).build())
    })
}

/// Splits a range of numbers into at most `most` parts, none of them smaller than `worth`.
fn parts_of(numbers: &RangeInclusive<i64>, most: usize, worth: i64) -> Vec<RangeInclusive<i64>> {
    let length = numbers.end().saturating_sub(*numbers.start());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let count = (length / worth.max(1)).clamp(1, most.max(1));
    let start = |part: i64| numbers.start() + length / count * part;
    let end = |part: i64| {
        if part + 1 == count {
            *numbers.end()
        } else {
            start(part + 1) - 1
        }
    };
    (0..count).map(|part| start(part)..=end(part)).collect()
}

fn read_part(reader: &Reader, range: RangeInclusive<i64>) -> Result<BuiltPart, StoreError> {
    let mut builder = IndexBuilder::default();
    reader.each_row_within(range, |row| row.as_person(|person| builder.push(person)))?;
    Ok(builder.build_part())
}

/// Joins neighbours, then their neighbours, until one is left.
fn join_all(mut parts: Vec<BuiltPart>) -> BuiltPart {
    while parts.len() > 1 {
        let mut joined = Vec::new();
        let mut rest = parts.into_iter();
        while let Some(mut part) = rest.next() {
            if let Some(next) = rest.next() {
                part.join(next);
            }
            joined.push(part);
        }
        parts = joined;
    }
    parts
        .pop()
        .unwrap_or_else(|| IndexBuilder::default().build_part())
}

/// Everybody who is kept, with the agent's visits and pins.
pub fn load_known(store: &Store) -> Result<KnownUsers, StoreError> {
    let mut known = KnownUsers::default();
    known.install(load_everybody(store)?);
    for (id, at) in store.visits()? {
        known.recall_opened(&id, at);
    }
    for id in store.pinned()? {
        known.recall_pinned(&id);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::Timestamp;

    use super::*;
    use crate::directory::store::{Change, Report, StoreOptions, StoredRow};
    use crate::domain::{ApiVersion, AppId, Key};
    use crate::search::{KnownUsers, PAGE, Request, search_once};
    use crate::wire::v11;

    fn filled(folder: &std::path::Path) -> Store {
        let options = StoreOptions::new(folder.to_owned(), "https://x/", AppId::new("a1"));
        let mut store = Store::open(options).unwrap();
        for number in 0..40 {
            // Some ids are odd, platforms are first met in different parts, some are identified.
            let id = if number % 7 == 0 {
                format!("odd-{number}")
            } else {
                format!("7c1f0a9be35d42608f1b{:04x}", (number * 37) % 64)
            };
            let json = format!(
                r#"{{"_id":"{id}","givenName":"N{number} Müller","userId":"c{}","clients":[
                {{"id":"k","platform":"p{}","displayName":"D{number}","externalId":"+49 151 {number}00",
                "lastSeen":"2024-01-02T00:00:{number:02}Z"}}],"properties":{{"plan":"pro"}}}}"#,
                number % 11,
                number / 9
            );
            let user = v11::parse_user(json.as_bytes()).unwrap();
            let report = Report::whole(&user, ApiVersion::V11, Key::answered(1_700_000_000_000));
            let change = Change::Report(Box::new(report));
            store.record(&change).unwrap();
        }
        store
    }

    #[test]
    fn an_index_read_in_parts_is_the_index_read_in_one_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let whole = load_in_parts(&store, 1, 1).unwrap();
        for parts in 2..6 {
            assert_eq!(load_in_parts(&store, parts, 1).unwrap(), whole, "{parts}");
        }
    }

    #[test]
    fn everybody_read_at_once_is_found_as_if_learnt_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let mut at_once = KnownUsers::default();
        at_once.install(load_in_parts(&store, 3, 1).unwrap());
        let mut one_by_one = KnownUsers::default();
        let learn = |row: &StoredRow<'_>| row.as_person(|person| one_by_one.learn_person(person));
        store.each_row(learn).unwrap();
        assert_eq!(at_once.len(), 40);
        for text in [
            "",
            "n1",
            "n12",
            "mull",
            "odd-7",
            "7c1f",
            "c3",
            "D5",
            "prop.plan:pro",
            "nmr",
        ] {
            let search = |known: &KnownUsers| {
                let request = Request::new(text, Timestamp::UNIX_EPOCH, PAGE);
                search_once(&known.snapshot(), &request)
            };
            let expected = search(&one_by_one);
            assert!(expected.matched > 0, "{text}");
            assert_eq!(search(&at_once), expected, "{text}");
        }
    }

    #[test]
    fn parts_cover_all_numbers_once_and_in_order() {
        for (numbers, most) in [(1..=1, 4), (-3..=10, 2), (5..=104, 3), (1..=50_000, 9)] {
            let parts = parts_of(&numbers, most, 10);
            assert!(parts.len() <= most);
            let mut next = *numbers.start();
            for part in parts {
                assert_eq!(*part.start(), next);
                next = part.end() + 1;
            }
            assert_eq!(next, numbers.end() + 1);
        }
        assert_eq!(parts_of(&(1..=100), 4, 10).len(), 4);
        assert_eq!(parts_of(&(1..=100), 4, 60).len(), 1);
    }
}
