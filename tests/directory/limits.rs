//! No room, no rights, and the command line around it all.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use smooch_console::directory::store::{Store, StoreError};
use smooch_console::domain::{Pin, SmoochId};

use super::shelf::*;

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_full_disk_is_reported_and_what_was_written_stays() {
    let shelf = Shelf::new();
    let file = shelf.file("u.ndjson", users(0..5_000));
    let mut options = shelf.options();
    options.most_pages = Some(100);
    let mut store = Store::open(options).unwrap();
    let failed = import_as(&mut store, &file, 100, false).unwrap_err();
    assert!(failed.to_string().contains("disk is full"), "{failed}");
    drop(store);
    assert!(is_sound(&shelf.database()));
    let mut store = shelf.open();
    let kept = store.user_count().unwrap();
    assert!(
        (100..5_000).contains(&kept) && kept.is_multiple_of(100),
        "{kept}"
    );
    let (report, _) = import(&mut store, &file);
    assert!(report.resumed_after.is_some());
    assert_eq!(everybody(&store).len(), 5_000);
}

/// Imports where a file may not grow beyond 200 KiB.
fn import_without_room(shelf: &Shelf, arguments: &[&str]) -> Output {
    let import = ["import", "--batch", "100"].into_iter();
    let arguments: Vec<&str> = import.chain(arguments.iter().copied()).collect();
    run_without_room(shelf, 400, &arguments)
}

/// Runs the program where a file may not grow beyond so many blocks of 512 bytes.
fn run_without_room(shelf: &Shelf, blocks: u32, arguments: &[&str]) -> Output {
    let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_smooch-console")])
        .args(arguments)
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir(shelf.folder.path())
        .output()
        .unwrap()
}

#[test]
fn a_file_that_may_not_grow_ends_the_command_with_words() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..5_000));
    let limited = import_without_room(&shelf, &["u.ndjson"]);
    assert_eq!(limited.status.code(), Some(1), "{}", words(&limited));
    assert!(words(&limited).contains("next:"), "{}", words(&limited));
    assert!(is_sound(&shelf.database()));
    let run = shelf.command(&["import", "u.ndjson"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", words(&run));
    assert_eq!(everybody(&shelf.open()).len(), 5_000);
}

#[test]
fn what_was_done_before_the_disk_was_full_is_reported() {
    for json in [true, false] {
        let shelf = Shelf::new();
        shelf.file("small.ndjson", users(0..10));
        shelf.file("u.ndjson", users(0..5_000));
        shelf.file("more.ndjson", users(0..3));
        let files = ["small.ndjson", "u.ndjson", "more.ndjson"];
        let arguments: Vec<&str> = files.into_iter().chain(json.then_some("--json")).collect();
        let limited = import_without_room(&shelf, &arguments);
        assert_eq!(limited.status.code(), Some(1), "{}", words(&limited));
        let said = String::from_utf8(limited.stdout.clone()).unwrap();
        let known = shelf.open().user_count().unwrap();
        if json {
            let record: serde_json::Value = serde_json::from_str(&said).unwrap();
            assert_eq!(record["files"][0]["inserted"], 10);
            assert_eq!(record["files"][1]["inserted"], known - 10);
            assert!(record["files"][1]["error"].is_string(), "{said}");
            assert_eq!(record["not_begun"], serde_json::json!(["more.ndjson"]));
        } else {
            let lines = said.lines().filter(|line| !line.starts_with("  "));
            let lines: Vec<&str> = lines.collect();
            assert!(
                lines[0].starts_with("small.ndjson: 10 records: 10 inserted"),
                "{said}"
            );
            assert!(
                lines[1].ends_with("; failed, the next run resumes here"),
                "{said}"
            );
            assert_eq!(lines[2], "more.ndjson: not started");
        }
    }
}

/// What `search` says of everybody.
fn searched(shelf: &Shelf) -> serde_json::Value {
    let arguments = ["search", "--json", "--limit", "1000", "name"];
    let run = shelf.command(&arguments).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", words(&run));
    let mut found: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    // When the search was made, and how long ago users were confirmed then.
    let hits = found["hits"].take();
    let mut hits = hits.as_array().unwrap().clone();
    hits.sort_by_key(|hit| hit["id"].as_str().unwrap().to_owned());
    serde_json::json!({ "matched": found["matched"], "hits": hits })
}

#[test]
fn however_little_room_there_is_an_import_ends_with_words_and_the_next_one_as_a_fresh_one_would() {
    const USERS: u32 = 1_000;
    let content = users(0..USERS);
    let whole = Shelf::new();
    let file = whole.file("u.ndjson", &content);
    let modified = file.metadata().unwrap().modified().unwrap();
    let import = ["import", "--batch", "100", "u.ndjson"];
    assert!(whole.command(&import).output().unwrap().status.success());
    let expected = (everybody(&whole.open()), searched(&whole));
    let (mut failed, mut resumed) = (0, 0);
    for blocks in (1..9).map(|step| step * step * 24) {
        let shelf = Shelf::new();
        let file = shelf.file("u.ndjson", &content);
        std::fs::File::open(file)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        let limited = run_without_room(&shelf, blocks, &import);
        let told = words(&limited);
        if limited.status.code() != Some(0) {
            failed += 1;
            assert_eq!(limited.status.code(), Some(1), "{blocks}: {limited:?}");
            assert!(told.contains("limits on file sizes"), "{blocks}: {told}");
            let said = String::from_utf8(limited.stdout).unwrap();
            let is_begun = said.contains("the next run resumes here");
            assert!(is_begun || said.is_empty(), "{blocks}: {said}");
        }
        let again = shelf.command(&["import", "--batch", "100", "--json", "u.ndjson"]);
        let again = { again }.output().unwrap();
        assert_eq!(again.status.code(), Some(0), "{blocks}: {}", words(&again));
        let record: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
        resumed += u32::from(record["files"][0]["resumed_after_line"].is_number());
        assert_eq!(record["files"][0]["records"], USERS, "{blocks}");
        assert!(is_sound(&shelf.database()));
        assert_eq!(
            (everybody(&shelf.open()), searched(&shelf)),
            expected,
            "{blocks}"
        );
    }
    assert!(
        failed >= 4 && resumed >= 2,
        "{failed} failed, {resumed} resumed"
    );
}

#[test]
fn no_command_dies_where_files_may_not_grow() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..500));
    let import = shelf.command(&["import", "u.ndjson"]).output().unwrap();
    assert!(import.status.success());
    let person = id(7);
    for arguments in [
        vec!["import", "u.ndjson"],
        vec!["search", "name7"],
        vec!["directory", "stats"],
        vec!["directory", "purge", "--older-than", "0h"],
        vec!["forget", &person],
    ] {
        for blocks in [0, 8, 64, 200] {
            let run = run_without_room(&shelf, blocks, &arguments);
            let told = words(&run);
            assert!(
                run.status.code().is_some(),
                "{blocks} {arguments:?}: {run:?}"
            );
            if run.status.code() == Some(1) {
                assert!(told.contains("next: "), "{blocks} {arguments:?}: {told}");
            }
        }
    }
    assert!(is_sound(&shelf.database()));
}

#[test]
fn what_was_done_before_ctrl_c_is_reported() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..20_000));
    shelf.file("more.ndjson", users(0..3));
    let mut import = Command::new(env!("CARGO_BIN_EXE_smooch-console"))
        .args(["import", "--json", "--progress", "--batch", "10"])
        .args(["u.ndjson", "more.ndjson"])
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir(shelf.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(import.stderr.take().unwrap()).lines();
    assert!(told.next().unwrap().unwrap().ends_with("safely written"));
    let interrupt = Command::new("sh")
        .args(["-c", "kill -INT \"$0\"", &import.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    told.for_each(drop);
    let run = import.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let record: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(record["files"][0]["cancelled"], true);
    assert_eq!(record["not_begun"], serde_json::json!(["more.ndjson"]));
    let known = shelf.open().user_count().unwrap();
    assert_eq!(record["inserted"], known);
    assert!((10..20_000).contains(&known), "{known}");
}

#[test]
fn a_folder_that_cannot_be_made_is_reported() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..3));
    for arguments in [
        vec!["import", "u.ndjson"],
        vec!["directory", "stats"],
        vec!["forget", "somebody"],
    ] {
        // Nobody, not even root, makes folders there.
        let mut command = shelf.command(&arguments);
        let run = command.env("XDG_DATA_HOME", "/proc/self/fd").output();
        let run = run.unwrap();
        assert_eq!(run.status.code(), Some(1));
        assert!(words(&run).contains("data folder"), "{}", words(&run));
        assert!(words(&run).contains("XDG_DATA_HOME"), "{}", words(&run));
    }
}

/// Nobody in particular: root may write whatever the permissions say.
const SOMEBODY: u32 = 65_534;

/// The program, run by an owner of the files who is bound by permissions.
fn run_bound(shelf: &Shelf, arguments: &[&str]) -> Output {
    let program = shelf.folder.path().join("program");
    let is_root = rustix::process::geteuid().is_root();
    if !program.exists() {
        // Where it was built, others may not be let in.
        let built = env!("CARGO_BIN_EXE_smooch-console");
        if std::fs::hard_link(built, &program).is_err() {
            std::fs::copy(built, &program).unwrap();
        }
    }
    let mut command = Command::new(&program);
    if is_root {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    command
        .env_clear()
        .env("XDG_DATA_HOME", shelf.folder.path())
        .env("SMOOCH_APP_ID", APP)
        .current_dir("/")
        .args(arguments)
        .output()
        .unwrap()
}

fn give_away(path: &Path) {
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn all_bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn what_cannot_be_written_can_still_be_read() {
    for file_mode in [0o600, 0o400] {
        let shelf = Shelf::new();
        let import = shelf.file("u.ndjson", users(0..20));
        let mut store = shelf.open();
        super::shelf::import(&mut store, &import);
        store
            .set_pin(&SmoochId::new(id(3)), Pin::Set, now())
            .unwrap();
        drop(store);
        let folder = shelf.app_folder();
        give_away(shelf.folder.path());
        give_away(&shelf.options().data_folder);
        give_away(&folder);
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            give_away(&path);
            set_mode(&path, file_mode);
        }
        set_mode(&folder, 0o500);
        let before = all_bytes(&folder);

        let stats = run_bound(&shelf, &["directory", "stats", "--json"]);
        assert_eq!(stats.status.code(), Some(0), "{}", words(&stats));
        let record: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
        assert_eq!(record["known_users"], 20);
        let search = run_bound(&shelf, &["search", "name7", "--json"]);
        assert_eq!(search.status.code(), Some(0), "{}", words(&search));
        let record: serde_json::Value = serde_json::from_slice(&search.stdout).unwrap();
        assert_eq!(record["hits"][0]["id"], id(7));
        let keep_ids = shelf.file(
            "ids.toml",
            format!("store = \"ids\"\n[apps.a]\nbase_url = \"{BASE_URL}\"\napp_id = \"{APP}\"\n"),
        );
        let config = ["--config", keep_ids.to_str().unwrap(), "directory", "stats"];
        let run = run_bound(&shelf, &config);
        let told = words(&run);
        assert!(told.contains("may still be on the disk"), "{told}");
        let (import, person) = (import.to_str().unwrap(), id(3));
        for arguments in [
            vec!["import", import],
            vec!["forget", &person],
            vec!["directory", "purge", "--older-than", "0h"],
        ] {
            let run = run_bound(&shelf, &arguments);
            assert_eq!(run.status.code(), Some(1), "{arguments:?}: {}", words(&run));
            assert!(
                words(&run).contains("read-only"),
                "{arguments:?}: {}",
                words(&run)
            );
            assert!(
                words(&run).contains("permissions"),
                "{arguments:?}: {}",
                words(&run)
            );
        }
        assert_eq!(all_bytes(&folder), before);
        let mode = folder.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o500, "what the owner took away stays taken");
        set_mode(&folder, 0o700);
    }
}

#[test]
fn an_empty_folder_that_cannot_be_written_is_reported() {
    let shelf = Shelf::new();
    std::fs::create_dir_all(shelf.app_folder()).unwrap();
    for path in [
        shelf.folder.path(),
        &shelf.options().data_folder,
        &shelf.app_folder(),
    ] {
        give_away(path);
    }
    set_mode(&shelf.app_folder(), 0o500);
    let stats = run_bound(&shelf, &["directory", "stats"]);
    assert_eq!(stats.status.code(), Some(1), "{}", words(&stats));
    let told = format!(
        "open.lock in the data folder {}",
        shelf.app_folder().display()
    );
    assert!(words(&stats).contains(&told), "{}", words(&stats));
    set_mode(&shelf.app_folder(), 0o700);
}

#[test]
fn a_file_in_the_way_is_reported() {
    let shelf = Shelf::new();
    std::fs::create_dir_all(shelf.app_folder().join("directory.db")).unwrap();
    assert!(matches!(shelf.try_open(), Err(StoreError::File { .. })));
}

#[test]
fn files_are_private_whatever_the_umask() {
    for umask in ["000", "777"] {
        let shelf = Shelf::new();
        shelf.file("u.ndjson", users(0..10));
        let run = Command::new("sh")
            .args(["-c", r#"umask "$1"; shift; exec "$@""#, "sh", umask])
            .arg(env!("CARGO_BIN_EXE_smooch-console"))
            .args(["import", "u.ndjson"])
            .env_clear()
            .env("XDG_DATA_HOME", shelf.folder.path())
            .env("SMOOCH_APP_ID", APP)
            .current_dir(shelf.folder.path())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{}", words(&run));
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&shelf.options().data_folder), 0o700);
        assert_eq!(mode(&shelf.app_folder()), 0o700);
        for file in std::fs::read_dir(shelf.app_folder()).unwrap() {
            let path = file.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[test]
fn the_commands_need_an_app_and_no_key() {
    let shelf = Shelf::new();
    for arguments in [
        vec!["import", "u.ndjson"],
        vec!["directory", "stats"],
        vec!["forget", "x"],
    ] {
        let mut command = shelf.command(&arguments);
        let run = command.env_remove("SMOOCH_APP_ID").output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        assert!(words(&run).contains("SMOOCH_APP_ID"), "{}", words(&run));
    }
    assert!(!shelf.options().data_folder.exists());
}

#[test]
fn an_import_reports_its_counts_and_its_rejected_lines() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..3) + "{bad\n\u{1b}[31m\n");
    let arguments = ["import", "u.ndjson", "missing.ndjson", "--json"];
    let run = shelf.command(&arguments).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let record: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(record["schema"], "smooch-console/import/1");
    assert_eq!(
        (&record["inserted"], &record["rejected"]),
        (&3.into(), &2.into())
    );
    assert_eq!(record["files"][0]["rejections"][0]["line"], 4);
    assert!(record["files"][1]["error"].is_string());
    assert!(
        words(&run).contains("u.ndjson: line 4 rejected: "),
        "{}",
        words(&run)
    );
    assert!(!words(&run).contains('\u{1b}'));
    let plain = shelf
        .command(&["import", "--dry-run", "u.ndjson"])
        .output()
        .unwrap();
    let said = String::from_utf8(plain.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "u.ndjson: 5 records: 0 inserted, 0 updated, 3 unchanged, 2 rejected (dry run: nothing was written)"
    );
    assert!(lines[1].starts_with("  as of 2"), "{said}");
    assert!(
        lines[1].ends_with("the file's date (--as-of changes it)"),
        "{said}"
    );
    assert_eq!(lines.len(), 2, "{said}");
}

#[test]
fn stats_and_purge_speak_words_and_json() {
    let shelf = Shelf::new();
    shelf.file("u.ndjson", users(0..3));
    shelf.command(&["import", "u.ndjson"]).output().unwrap();
    let stats = shelf
        .command(&["directory", "stats", "--json"])
        .output()
        .unwrap();
    let record: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    assert_eq!(record["known_users"], 3);
    assert_eq!(record["from"]["imported"], 3);
    assert_eq!(record["never_confirmed"], 3);
    assert_eq!(record["ages"]["within_1d"], 3);
    let stats = shelf.command(&["directory", "stats"]).output().unwrap();
    let said = String::from_utf8(stats.stdout).unwrap();
    assert!(said.contains("3: 0 identified, 3 anonymous"), "{said}");
    let ages = "last confirmed              within a day 3 · a week 0 · 30 days 0 · 90 days 0 · longer ago 0";
    assert!(said.contains(ages), "{said}");
    let arguments = ["directory", "purge", "--older-than", "1d", "--json"];
    let purge = shelf.command(&arguments).output().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&purge.stdout).unwrap();
    assert_eq!(
        (&record["removed"], &record["kept"], &record["known_users"]),
        (&0.into(), &0.into(), &3.into())
    );
}

#[test]
fn the_help_says_what_confirms_a_user_and_who_stays() {
    let shelf = Shelf::new();
    let help = shelf.command(&["directory", "purge", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    for words in ["the file's own date", "pinned stay", "without a trace"] {
        assert!(help.contains(words), "{words}: {help}");
    }
}
