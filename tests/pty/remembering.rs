//! The directory under a console that is killed, out of room, or not alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use rusqlite::Connection;
use rustix::process::Signal;
use smooch_console::directory::store::{Store, StoreOptions};
use smooch_console::domain::{AppId, LookupId, Pin, SmoochId};
use smooch_console::sandbox::cast;
use tempfile::TempDir;

use super::desk::{PROGRAM, WINDOW, look_up, open_with};
use super::looking::Desk;
use super::pty::Pty;

/// Users that the sandbox always has: the text to type, and words shown only after they are found.
const PEOPLE: [(&str, &str); 4] = [
    ("cust-20418", cast::IDENTIFIED_NAMED.id),
    ("crm-000417", cast::IDENTIFIED_UNNAMED.id),
    ("cust-31007", cast::NO_CONVERSATION.id),
    ("cafe-0007", cast::THOUSAND_MESSAGES.id),
];

/// A sandbox, and a folder that outlives each console.
struct Place {
    env: Vec<(String, String)>,
    folder: TempDir,
    _desk: Desk,
}

impl Place {
    fn new() -> Self {
        let desk = Desk::open();
        let folder = TempDir::new().unwrap();
        let access = desk
            .env()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let data = folder.path().to_str().unwrap().to_owned();
        let mut env = access.to_vec();
        env.push(("XDG_DATA_HOME".to_owned(), data));
        Self {
            env,
            folder,
            _desk: desk,
        }
    }

    fn env(&self) -> Vec<(&str, &str)> {
        let env = self.env.iter();
        env.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    fn console(&self) -> Pty {
        let pty = open_with(&self.env(), WINDOW);
        pty.wait_for_text("known");
        pty
    }

    /// A console with a limit on its files, in blocks of 512 bytes; writing more fails, as it
    /// does on a full disk.
    fn console_without_room(&self, blocks: u32) -> Pty {
        let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\"");
        let pty = Pty::spawn("/bin/sh", &["-c", &script, PROGRAM], &self.env(), WINDOW);
        pty.wait_for_text("known");
        pty
    }

    fn options(&self) -> StoreOptions {
        let value = |name: &str| &self.env.iter().find(|(it, _)| it == name).unwrap().1;
        let base_url = format!("{}/", value("SMOOCH_BASE_URL"));
        StoreOptions::new(
            self.folder.path().join("smooch-console"),
            &base_url,
            AppId::new(value("SMOOCH_APP_ID").as_str()),
        )
    }

    fn file(&self, name: &str) -> PathBuf {
        self.options().folder().join(name)
    }

    fn store(&self) -> Store {
        Store::open(self.options()).unwrap()
    }
}

fn is_known(store: &Store, id: &str) -> bool {
    store.find(&LookupId::new(id)).unwrap().is_some()
}

fn is_sound(path: &Path) -> bool {
    let connection = Connection::open(path).unwrap();
    let check = "PRAGMA integrity_check";
    let words: String = connection.query_row(check, [], |row| row.get(0)).unwrap();
    words == "ok"
}

/// Opens a user and waits until they are shown and the box is left: they may be in the list before.
fn open_user(pty: &mut Pty, (id, words): (&str, &str)) {
    look_up(pty, id);
    pty.wait_for(words, |screen| {
        let text = screen.contents();
        text.contains(words) && text.contains("R fetch again")
    });
}

#[test]
fn a_console_killed_while_in_use_opens_again_with_what_was_there() {
    let place = Place::new();
    let mut known_before: Vec<&str> = Vec::new();
    for round in 0..12 {
        let mut pty = place.console();
        let person = PEOPLE[round % PEOPLE.len()];
        open_user(&mut pty, person);
        // Typing goes on; the kill comes while what was learnt may just be being written.
        pty.send("/mar");
        if round % 3 == 0 {
            pty.wait_for_text("/ mar");
        }
        pty.signal(Signal::KILL);
        assert!(!pty.exit_status().success());

        let store = place.store();
        assert!(store.loss().is_none());
        for id in &known_before {
            assert!(is_known(&store, id), "{id} was there and is gone");
        }
        if is_known(&store, person.0) {
            known_before.push(person.0);
        }
        drop(store);
        for name in ["directory.db", "agent.db"] {
            assert!(is_sound(&place.file(name)), "{name}");
        }
    }
    // And what is left in peace is all kept.
    let mut pty = place.console();
    for person in PEOPLE {
        open_user(&mut pty, person);
    }
    pty.send("q");
    assert!(pty.exit_status().success());
    let store = place.store();
    for (id, _) in PEOPLE {
        assert!(is_known(&store, id), "{id}");
    }
}

#[test]
fn out_of_room_is_said_and_nothing_that_was_typed_is_lost() {
    let place = Place::new();
    // From no room for the files at all to room for some of what is learnt.
    for blocks in [8, 64, 160] {
        let _ = fs::remove_dir_all(place.options().folder());
        let mut pty = place.console_without_room(blocks);
        for person in PEOPLE {
            open_user(&mut pty, person);
        }
        // It stays until the next words take its place.
        pty.wait_for_bytes(0, b"the directory's files cannot be");
        pty.send("/quinn");
        pty.wait_for("the text and who is known in spite of it all", |screen| {
            let text = screen.contents();
            text.contains("/ quinn") && text.contains("Mara Quinn")
        });
        pty.send("\u{3}\u{3}q");
        assert!(pty.exit_status().success(), "{blocks} blocks");
        // With room again everything works.
        let mut pty = place.console();
        open_user(&mut pty, PEOPLE[0]);
        pty.send("q");
        assert!(pty.exit_status().success());
        assert!(is_known(&place.store(), PEOPLE[0].0));
    }
}

#[test]
fn a_pin_without_room_says_why_and_is_not_shown() {
    let place = Place::new();
    let mut pty = place.console();
    open_user(&mut pty, PEOPLE[0]);
    pty.send("q");
    assert!(pty.exit_status().success());
    // From no room for the files at all to room for some pins.
    for blocks in [8, 72] {
        let mut pty = place.console_without_room(blocks);
        open_user(&mut pty, PEOPLE[0]);
        let id = SmoochId::new(PEOPLE[0].1);
        let mut pinned = place.store().pinned().unwrap().contains(&id);
        let mut failed = false;
        for _ in 0..60 {
            let (done, not_done) = if pinned {
                ("unpinned", "still pinned: ")
            } else {
                ("pinned: at the top", "not pinned: ")
            };
            pty.send("p");
            pty.wait_for("what became of the pin", |screen| {
                let text = screen.contents();
                let is_done = text.contains(done);
                failed = text.contains(not_done);
                is_done || failed
            });
            if failed {
                break;
            }
            pinned = !pinned;
        }
        assert!(failed, "{blocks}: {}", pty.text());
        assert!(pty.text().contains("the directory's files cannot be"));
        assert!(pty.text().contains("* pinned") == pinned, "{}", pty.text());
        pty.send("q");
        assert!(pty.exit_status().success());
        let kept = place.store().pinned().unwrap().contains(&id);
        assert_eq!(kept, pinned, "{blocks}: what was said is what is kept");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_and_the_console_works_without() {
    let mut place = Place::new();
    for (name, value) in &mut place.env {
        if name == "XDG_DATA_HOME" {
            // Nobody, not even root, makes folders there.
            "/proc/self/fd".clone_into(value);
        }
    }
    let mut pty = place.console();
    pty.wait_for_text("the data folder");
    open_user(&mut pty, PEOPLE[0]);
    pty.send("q");
    assert!(pty.exit_status().success());
}

#[test]
fn files_of_a_newer_version_are_said_and_left_alone() {
    for name in ["directory.db", "agent.db"] {
        let place = Place::new();
        drop(place.store());
        let path = place.file(name);
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        let before = fs::read(&path).unwrap();
        let mut pty = place.console();
        pty.wait_for_text("newer version");
        open_user(&mut pty, PEOPLE[0]);
        pty.send("q");
        assert!(pty.exit_status().success());
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
    }
}

#[test]
fn two_consoles_learn_into_the_same_files() {
    let place = Place::new();
    let (mut one, mut two) = (place.console(), place.console());
    open_user(&mut one, PEOPLE[0]);
    open_user(&mut two, PEOPLE[2]);
    open_user(&mut one, PEOPLE[3]);
    for pty in [&mut one, &mut two] {
        assert!(!pty.text().contains("another console"), "{}", pty.text());
        pty.send("q");
        assert!(pty.exit_status().success());
    }
    let store = place.store();
    for person in [PEOPLE[0], PEOPLE[2], PEOPLE[3]] {
        assert!(is_known(&store, person.0), "{}", person.0);
    }
    assert!(is_sound(&place.file("directory.db")));
}

/// Every file below a folder, whole, with its path.
fn all_files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files
}

#[test]
fn a_forgotten_user_is_in_no_file_below_home() {
    let mut place = Place::new();
    let home = place.folder.path().to_str().unwrap().to_owned();
    for name in [
        "HOME",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
    ] {
        place.env.push((name.to_owned(), home.clone()));
    }
    place
        .env
        .push(("SMOOCH_LOG".to_owned(), "trace".to_owned()));
    let mut pty = place.console();
    // But not the user whose own data names the person who invited them.
    for person in [PEOPLE[0], PEOPLE[1], PEOPLE[3]] {
        open_user(&mut pty, person);
    }
    // Looked at again, so that what was learnt is read back and the history holds it twice.
    open_user(&mut pty, PEOPLE[0]);
    pty.send("q");
    assert!(pty.exit_status().success());
    let mut store = place.store();
    let id = SmoochId::new(PEOPLE[0].1);
    store.set_pin(&id, Pin::Set, Timestamp::UNIX_EPOCH).unwrap();
    drop(store);

    let traces: [&[u8]; 4] = [b"cust-20418", PEOPLE[0].1.as_bytes(), b"Mara", b"Quinn"];
    let found = |home: &Path| -> Vec<PathBuf> {
        let files = all_files(home).into_iter();
        let is_trace = |bytes: &[u8]| {
            let mut traces = traces.iter();
            traces.any(|trace| bytes.windows(trace.len()).any(|part| part == *trace))
        };
        files
            .filter(|(_, bytes)| is_trace(bytes))
            .map(|(path, _)| path)
            .collect()
    };
    let before = found(place.folder.path());
    assert!(before.contains(&place.file("directory.db")), "{before:?}");
    assert!(before.contains(&place.file("agent.db")), "{before:?}");
    assert!(
        all_files(place.folder.path())
            .iter()
            .any(
                |(path, bytes)| path.extension().is_some_and(|end| end == "log")
                    && !bytes.is_empty()
            ),
        "a log was written"
    );
    let run = Command::new(PROGRAM)
        .env_clear()
        .envs(place.env())
        .args(["forget", "cust-20418"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    assert_eq!(found(place.folder.path()), Vec::<PathBuf>::new());
}
