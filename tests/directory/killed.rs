//! The program is killed in the middle of an import, again and again.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use smooch_console::directory::store::Store;

use super::shelf::*;

const USERS: u32 = 240;
const KILLS: usize = 120;

fn program(shelf: &Shelf, before: &[&str], arguments: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_smooch-console");
    let words: Vec<&str> = [before, &[program], arguments].concat();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir(shelf.folder.path());
    command
}

/// Starts an import and kills it after so many batches were reported as safe or steps as begun, or
/// lets it end. Returns how many records were reported as safe.
fn import_killed(shelf: &Shelf, file: &str, batch: &str, after: usize) -> (u64, bool) {
    let arguments = ["import", "--progress", "--batch", batch, file];
    let mut child = program(shelf, &[], &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told_lines = lines.map_while(Result::ok).filter(|line| {
        line.ends_with(" records safely written") || line.ends_with("building the indexes")
    });
    let mut told = 0;
    for (count, line) in told_lines.enumerate() {
        let words: Vec<&str> = line.split(' ').collect();
        if line.ends_with("written") {
            told = words[words.len() - 4].parse().unwrap();
        }
        if count + 1 == after {
            child.kill().unwrap();
            break;
        }
    }
    let status = child.wait().unwrap();
    (told, status.success())
}

/// Kills imports until enough of them were stopped in the middle; each is then gone on with.
fn kill_imports(kills_wanted: usize) {
    let whole = Shelf::new();
    let content = users(0..USERS);
    let file = whole.file("u.ndjson", &content);
    import(&mut whole.open(), &file);
    let expected = everybody(&whole.open());

    let (mut kills, mut round) = (0, 0);
    while kills < kills_wanted {
        let shelf = Shelf::new();
        shelf.file("u.ndjson", &content);
        let batch = (3 + round % 11).to_string();
        let mut safe = 0;
        loop {
            // Sometimes right after the start, sometimes after several batches, and with what is
            // left of a file often while the indexes are made.
            let after = 1 + (kills * 7 + round) % 5;
            let (told, done) = import_killed(&shelf, "u.ndjson", &batch, after);
            assert!(
                told == 0 || told >= safe,
                "an import begins where the last one was told to be: {told}"
            );
            safe = safe.max(told);
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
            assert!(is_sound(&shelf.database()));
            // The kill may have come when all was done: then the next run begins anew.
            if known == u64::from(USERS) {
                safe = 0;
            }
        }
        check_whole(&shelf, shelf.open(), &expected);
        round += 1;
    }
}

/// Everybody is there once, and the file has nothing new to tell.
fn check_whole(shelf: &Shelf, mut store: Store, expected: &[(String, String)]) {
    assert!(is_sound(&shelf.database()));
    assert_eq!(everybody(&store), expected);
    let users = u64::try_from(expected.len()).unwrap();
    assert_eq!(store.user_count().unwrap(), users);
    let again = import(&mut store, &shelf.folder.path().join("u.ndjson")).0;
    assert_eq!(again.counts, counts(0, 0, users, 0));
}

#[test]
fn what_was_reported_as_safe_survives_a_kill_and_the_next_run_goes_on() {
    kill_imports(KILLS);
}

/// `cargo test --test directory -- --ignored a_thousand_kills`
#[test]
#[ignore = "takes minutes"]
fn a_thousand_kills_lose_nothing() {
    kill_imports(1_000);
}

/// Runs the program so that every write of a file beyond so many blocks of 512 bytes fails in the
/// middle. Returns whether that ended it.
fn run_limited(shelf: &Shelf, blocks: u64, arguments: &[&str]) -> bool {
    let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let run = program(shelf, &["/bin/sh", "-c", &script], arguments)
        .output()
        .unwrap();
    let failed = run.status.code() == Some(1);
    assert!(failed || run.status.success(), "{:?}", run.status);
    failed
}

#[test]
fn cut_off_in_the_middle_of_any_write_nothing_is_corrupt() {
    let whole = Shelf::new();
    let content = users(0..USERS);
    let file = whole.file("u.ndjson", &content);
    import(&mut whole.open(), &file);
    let expected = everybody(&whole.open());
    let arguments = ["import", "--batch", "20", "u.ndjson"];

    let (mut writing, mut carrying_over) = (0, 0);
    // The journal grows by about four blocks a batch, and by the indexes at the end.
    for blocks in (48..900).step_by(24) {
        let shelf = Shelf::new();
        shelf.file("u.ndjson", &content);
        let failed = run_limited(&shelf, blocks, &arguments);
        writing += usize::from(failed);
        if failed {
            // The next program to open the files may fail too, while the journal is carried over.
            for blocks in [16, blocks / 4, blocks / 2] {
                carrying_over += usize::from(run_limited(&shelf, blocks, &["directory", "stats"]));
            }
            let store = shelf.open();
            assert!(store.loss().is_none());
            assert!(is_sound(&shelf.database()));
        }
        assert!(!run_limited(&shelf, 1 << 20, &arguments));
        check_whole(&shelf, shelf.open(), &expected);
    }
    assert!(writing >= 10, "{writing} failed while they wrote");
    assert!(
        carrying_over >= 10,
        "{carrying_over} failed while the journal was carried over"
    );
}
