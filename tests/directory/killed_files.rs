//! Imports of several files are killed in the middle, and gone on with in any order.
//!
//! `SMOOCH_KILLS=300 cargo test --test directory killed_files` kills that many; `SMOOCH_KILLS_SEED`
//! chooses other moments.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::shelf::*;

/// How many imports are killed, unless said otherwise.
const KILLS: u64 = 24;

const USERS: u32 = 40;

/// 2024-05-01, in seconds.
const MAY: u64 = 1_714_521_600;

const DAY: u64 = 86_400;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

/// Numbers that look random, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from((mixed >> 33) % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A file: its name, its text, and the day on which it was written.
type File = (&'static str, String, u64);

/// Files about the same people that contradict each other, some of one date.
fn files() -> Vec<File> {
    let mut whole = String::new();
    let mut events = String::new();
    let (mut one, mut other) = (
        "_id,userId,email,city\n".to_owned(),
        "_id,email,plan\n".to_owned(),
    );
    let mut late = "userId,city\n".to_owned();
    for number in 0..USERS {
        let id = id(number);
        writeln!(
            whole,
            r#"{{"_id":"{id}","userId":"c{number}","givenName":"Name{number}","email":"whole{number}@x","conversationStarted":true,"properties":{{"plan":"p{number}"}},"clients":[{{"id":"k{number}","platform":"line"}}],"pendingClients":[]}}"#
        )
        .unwrap();
        let at = MAY + DAY * u64::from(number % 5);
        let user =
            format!(r#"{{"_id":"{id}","email":"hook{number}@x","properties":{{"city":"hook"}}}}"#);
        let event = match number % 8 {
            6 => format!(
                r#""trigger":"merge:appUser","surviving":{{"_id":"{}"}},"discarded":[{{"_id":"{id}"}}]"#,
                self::id(number - 1)
            ),
            7 => {
                format!(r#""trigger":"appUser:delete","timestamp":{at},"appUser":{{"_id":"{id}"}}"#)
            }
            _ => format!(
                r#""trigger":"message:appUser","appUser":{user},"client":{{"id":"w{number}","platform":"web"}},"messages":[{{"_id":"m{number}","role":"appUser","type":"text","name":"Said{number}","received":{at}}}]"#
            ),
        };
        writeln!(
            events,
            r#"{{"app":{{"_id":"{APP}"}},"version":"v1.1",{event}}}"#
        )
        .unwrap();
        writeln!(one, "{id},c{number},one{number}@x,one").unwrap();
        // Each person twice, the second time with another value.
        writeln!(other, "{id},other{number}@x,\n{id},,other").unwrap();
        writeln!(late, "c{number},late").unwrap();
    }
    vec![
        ("whole.ndjson", whole, 2),
        ("events.ndjson", events, 4),
        ("one.csv", one, 3),
        ("other.csv", other, 3),
        ("late.csv", late, 1),
    ]
}

fn write(shelf: &Shelf, files: &[File]) {
    for (name, text, day) in files {
        let path = shelf.file(name, text);
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(MAY + DAY * day);
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(written).unwrap();
    }
}

fn program(shelf: &Shelf, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
    command
        .args(arguments)
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir(shelf.folder.path());
    command
}

/// Imports a file, and kills that after so many batches. Whether it came to its end.
fn import_killed(shelf: &Shelf, file: &str, batch: usize, after: usize) -> bool {
    let batch = batch.to_string();
    let mut child = program(shelf, &["import", "--progress", "--batch", &batch, file])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let steps = lines
        .map_while(Result::ok)
        .filter(|line| line.ends_with("safely written") || line.ends_with("building the indexes"));
    for (count, _) in steps.enumerate() {
        if count + 1 == after {
            child.kill().unwrap();
            break;
        }
    }
    child.wait().unwrap().code().is_some()
}

/// Everything that the program prints, and every row.
fn everything(shelf: &Shelf) -> (Value, Value, BTreeSet<String>, Vec<String>) {
    let json = |arguments: &[&str]| -> Value {
        let run = program(shelf, arguments).output().unwrap();
        serde_json::from_slice(&run.stdout).unwrap()
    };
    let mut found = json(&["search", "--json", "--limit", "1000", ""]);
    let hits = found["hits"].as_array_mut().unwrap();
    hits.sort_by_key(|hit| hit["id"].to_string());
    let mut stats = json(&["directory", "stats", "--json"]);
    for place in ["bytes", "folder"] {
        stats[place] = Value::Null;
    }
    let store = shelf.open();
    let mut rows = BTreeSet::new();
    store
        .each_row(|row| {
            let channels: Vec<_> = row.channels().collect();
            let properties: Vec<_> = row.properties().collect();
            rows.insert(format!("{row:?} {channels:?} {properties:?}"));
        })
        .unwrap();
    let mut people = Vec::new();
    store
        .each_user(|known| people.push(format!("{known:?}")))
        .unwrap();
    people.sort();
    (found, stats, rows, people)
}

#[test]
fn killed_imports_of_several_files_end_as_if_nothing_had_happened() {
    let wanted = from_environment("SMOOCH_KILLS", KILLS);
    let seed = from_environment("SMOOCH_KILLS_SEED", 12);
    let mut chance = Chance(seed);
    let files = files();
    let fresh = Shelf::new();
    write(&fresh, &files);
    for (name, _, _) in &files {
        assert!(import_killed(&fresh, name, 10_000, usize::MAX));
    }
    let expected = everything(&fresh);

    let mut kills = 0;
    while kills < wanted {
        let shelf = Shelf::new();
        write(&shelf, &files);
        let mut log = String::new();
        let mut left: Vec<&str> = files.iter().map(|(name, _, _)| *name).collect();
        while !left.is_empty() {
            // Now and then a file that is done is begun again.
            let again = chance.below(8) == 0;
            let name = if again {
                files[chance.below(files.len())].0
            } else {
                left[chance.below(left.len())]
            };
            let (batch, after) = (1 + chance.below(20), 1 + chance.below(6));
            let done = import_killed(&shelf, name, batch, after);
            writeln!(
                log,
                "{name}, batches of {batch}, killed after {after}: done is {done}"
            )
            .unwrap();
            kills += u64::from(!done);
            assert!(is_sound(&shelf.database()), "{log}");
            if done {
                left.retain(|it| *it != name);
            } else if again && !left.contains(&name) {
                left.push(name);
            }
        }
        let ended = everything(&shelf);
        for (what, ended, expected) in [
            (
                "search --json",
                format!("{:#}", ended.0),
                format!("{:#}", expected.0),
            ),
            (
                "directory stats --json",
                format!("{:#}", ended.1),
                format!("{:#}", expected.1),
            ),
            (
                "rows",
                format!("{:#?}", ended.2),
                format!("{:#?}", expected.2),
            ),
            (
                "people",
                format!("{:#?}", ended.3),
                format!("{:#?}", expected.3),
            ),
        ] {
            let different = different_lines(&ended, &expected);
            assert!(
                different.is_empty(),
                "SMOOCH_KILLS_SEED is {seed}: {what} differ:\n{different}\n{log}"
            );
        }
    }
}

/// The lines that only one of two texts has.
fn different_lines(ended: &str, expected: &str) -> String {
    if ended == expected {
        return String::new();
    }
    let [one, other] = [ended, expected].map(|text| text.lines().collect::<BTreeSet<_>>());
    let ended = one.difference(&other).map(|line| format!("- {line}\n"));
    let expected = other.difference(&one).map(|line| format!("+ {line}\n"));
    let header = std::iter::once("ended -, expected +\n".to_owned());
    header.chain(ended).chain(expected).collect()
}
