//! The program is killed in the middle of an import, again and again.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::shelf::*;

const USERS: u32 = 240;
const KILLS: usize = 120;

/// Starts an import and kills it after so many batches were told to be safe, or lets it end.
/// Returns how many records were told to be safe.
fn import_killed(shelf: &Shelf, file: &str, batch: &str, after: usize) -> (u64, bool) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smooch-console"))
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir(shelf.folder.path())
        .args(["import", "--progress", "--batch", batch, file])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let safe = lines
        .map_while(Result::ok)
        .filter(|line| line.ends_with(" records safely written"));
    let mut told = 0;
    for (count, line) in safe.enumerate() {
        let words: Vec<&str> = line.split(' ').collect();
        told = words[words.len() - 4].parse().unwrap();
        if count + 1 == after {
            child.kill().unwrap();
            break;
        }
    }
    let status = child.wait().unwrap();
    (told, status.success())
}

#[test]
fn what_was_told_to_be_safe_is_there_and_the_next_run_goes_on() {
    let whole = Shelf::new();
    let content = users(0..USERS);
    let file = whole.file("u.ndjson", &content);
    import(&mut whole.open(), &file);
    let expected = everybody(&whole.open());

    let (mut kills, mut round) = (0, 0);
    while kills < KILLS {
        let shelf = Shelf::new();
        shelf.file("u.ndjson", &content);
        let batch = (3 + round % 11).to_string();
        let mut safe = 0;
        loop {
            // Sometimes right after the start, sometimes after several batches.
            let after = 1 + (kills * 7 + round) % 5;
            let (told, done) = import_killed(&shelf, "u.ndjson", &batch, after);
            assert!(
                told >= safe,
                "an import begins where the last one was told to be: {told}"
            );
            safe = told;
            if done {
                break;
            }
            kills += 1;
            let store = shelf.open();
            let known = store.user_count().unwrap();
            assert!(
                known >= safe,
                "{safe} were told to be safe, {known} are there"
            );
            // The kill may have come when all was done: then the next run begins anew.
            if known == u64::from(USERS) {
                safe = 0;
            }
        }
        assert!(is_sound(&shelf.database()));
        let mut store = shelf.open();
        assert_eq!(everybody(&store), expected);
        let again = import(&mut store, &shelf.folder.path().join("u.ndjson")).0;
        assert_eq!(again.counts, counts(0, 0, u64::from(USERS), 0));
        round += 1;
    }
    assert!(kills >= 100);
}
