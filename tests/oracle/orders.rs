//! The property: however lines are dealt into files, and whenever those are imported again, the same
//! people are known, and they are the ones that the rules give.
//!
//! `SMOOCH_ORACLE_CASES=10000 cargo test --test oracle` plays more, `SMOOCH_ORACLE_SEED=7` others.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use smooch_console::directory::store::Store;

use super::dealing::{Chance, File, deal, one_by_one};
use super::lines::lines_of;
use super::plans::plans;
use super::rules::{Known, Line, known_from};
use super::seen::{Seen, look, print};
use super::shelf::{Shelf, import_as};

/// In how many other ways each case is dealt.
const WAYS: usize = 2;

/// Of so many cases one goes through the built program too.
const PRINTED: usize = 16;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

fn config(cases: u64) -> Config {
    let seed = from_environment("SMOOCH_ORACLE_SEED", 12);
    Config {
        cases: u32::try_from(from_environment("SMOOCH_ORACLE_CASES", cases)).unwrap(),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..Config::default()
    }
}

#[test]
fn the_same_people_are_known_however_the_reports_come() {
    let config = config(40);
    let (mut cases, mut doubtful) = (0, 0);
    let cases_and_doubts = std::cell::RefCell::new((&mut cases, &mut doubtful));
    let played = TestRunner::new(config.clone()).run(&(plans(), any::<u64>()), |(plans, seed)| {
        let lines = lines_of(&plans);
        // The first line cannot repeat another one.
        prop_assume!(!lines.is_empty());
        let known = known_from(&lines);
        let mut counts = cases_and_doubts.borrow_mut();
        *counts.0 += 1;
        *counts.1 += usize::from(!known.doubts.is_empty());
        drop(counts);
        play(&lines, &known, &mut Chance::of(seed)).map_err(TestCaseError::fail)
    });
    if let Err(failed) = played {
        panic!("{failed}\nSMOOCH_ORACLE_SEED is {:?}", config.rng_seed);
    }
    assert!(
        doubtful * 3 < cases,
        "{doubtful} of {cases} cases are compared among themselves alone"
    );
}

/// Plays one case; says what is wrong.
fn play(lines: &[Line], right: &Known, chance: &mut Chance) -> Result<(), String> {
    let mut first: Option<Seen> = None;
    for way in 0..=WAYS {
        let files = match way {
            0 => one_by_one(lines),
            _ => deal(lines, chance),
        };
        let shelf = Shelf::new();
        let seen = import_all(&shelf, &files, chance)
            .map_err(|why| format!("{why}\n{}", words(&files, right)))?;
        match &first {
            None if right.doubts.is_empty() => {
                let different = seen.differences(right);
                if !different.is_empty() {
                    return Err(different.join("\n") + "\n" + &words(&files, right));
                }
            }
            None => {}
            Some(first) if *first == seen => {}
            Some(first) => {
                let files = words(&files, right);
                return Err(format!(
                    "another order ends differently:\n{}{files}\nat first:\n{}",
                    first.changes(&seen),
                    words(&one_by_one(lines), right)
                ));
            }
        }
        first.get_or_insert(seen);
    }
    Ok(())
}

/// Imports the files, starts anew, and imports some of them again.
fn import_all(shelf: &Shelf, files: &[File], chance: &mut Chance) -> Result<Seen, String> {
    let is_printed = chance.one_in(PRINTED);
    let mut store = shelf.open();
    for file in files {
        if is_printed {
            drop(store);
            file.write(shelf);
            shelf.command(&["import", &file.name]).output().unwrap();
            store = shelf.open();
        } else {
            import_one(&mut store, shelf, file, chance)?;
        }
        if chance.one_in(8) {
            drop(store);
            store = shelf.open();
        }
    }
    let seen = look(&store);
    drop(store);
    let mut store = shelf.open();
    if look(&store) != seen {
        return Err(format!("after a restart:\n{}", seen.changes(&look(&store))));
    }
    for _ in 0..=files.len() {
        let file = &files[chance.below(files.len())];
        import_one(&mut store, shelf, file, chance)?;
    }
    if look(&store) != seen {
        return Err(format!("imported again:\n{}", seen.changes(&look(&store))));
    }
    drop(store);
    if is_printed && !seen.is_printed(&print(shelf)) {
        return Err(format!("it prints {:#?}\n{seen:#?}", print(shelf)));
    }
    Ok(seen)
}

fn import_one(
    store: &mut Store,
    shelf: &Shelf,
    file: &File,
    chance: &mut Chance,
) -> Result<(), String> {
    let path = file.write(shelf);
    let batch = [1, 2, 10_000][chance.below(3)];
    match import_as(store, &path, batch, false) {
        Ok(_) => Ok(()),
        Err(why) => Err(format!("{} is not imported: {why}", file.name)),
    }
}

fn words(files: &[File], known: &Known) -> String {
    let mut words = String::new();
    for file in files {
        words += &file.words();
    }
    write!(words, "by the rules: {known:?}").unwrap();
    words
}
