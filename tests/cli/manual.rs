//! Completions and manual pages, derived from the definitions of the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::desk::run_bare;

const COMMANDS: [&str; 7] = [
    "get",
    "messages",
    "sandbox",
    "config",
    "keys",
    "completions",
    "man",
];

#[test]
fn completions_know_every_command_and_flag() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run_bare(&["completions", shell], &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for word in COMMANDS.iter().chain(&["base-url", "config", "limit"]) {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run_bare(&["completions", "cmd"], &[]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_the_program_and_for_each_command() {
    let ran = run_bare(&["man"], &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains(".TH smooch-console 1"),
        "{}",
        ran.stdout
    );
    for command in COMMANDS {
        assert!(
            ran.stdout
                .contains(&format!("smooch\\-console\\-{command}(1)")),
            "{command}"
        );
        let page = run_bare(&["man", command], &[]);
        assert_eq!(page.code, 0, "{}", page.stderr);
        let title = format!(".TH smooch-console-{command} 1");
        assert!(page.stdout.contains(&title), "{}", page.stdout);
    }
    let page = run_bare(&["man", "config", "check"], &[]);
    assert!(
        page.stdout.contains("smooch\\-console config check"),
        "{}",
        page.stdout
    );
}

#[test]
fn a_page_that_does_not_exist_is_refused_with_a_suggestion() {
    let ran = run_bare(&["man", "mesages"], &[]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.complaint().contains("did you mean messages?"),
        "{}",
        ran.stderr
    );
}

/// Writes all pages into a folder.
fn install(folder: &Path) -> super::desk::Ran {
    run_bare(&["man", "--all", folder.to_str().unwrap()], &[])
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn all_pages_are_written_into_a_folder_that_is_made_for_them() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("share/man/man1");
    let ran = install(&folder);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        format!("16 pages written to {}\n", folder.display())
    );
    assert_eq!(files_in(&folder).len(), 16);
    let page = fs::read_to_string(folder.join("smooch-console-directory-stats.1")).unwrap();
    let printed = run_bare(&["man", "directory", "stats"], &[]).stdout;
    assert_eq!(page, printed);
}

#[test]
fn all_pages_can_be_listed_as_json() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().to_str().unwrap();
    let ran = run_bare(&["man", "--all", folder, "--json"], &[]);
    let record = ran.record();
    assert_eq!(record["schema"], "smooch-console/man/1");
    assert_eq!(record["folder"], folder);
    assert_eq!(record["pages"].as_array().unwrap().len(), 16);
    assert_eq!(record["pages"][0], "smooch-console.1");
}

#[test]
fn pages_of_an_earlier_run_are_replaced_and_other_files_stay() {
    let home = tempfile::tempdir().unwrap();
    let old = home.path().join("smooch-console-get.1");
    let other = home.path().join("other.1");
    fs::write(
        &old,
        ".TH smooch-console-get 1  \"smooch-console 0.0.1\" \n",
    )
    .unwrap();
    fs::write(&other, "mine").unwrap();
    assert_eq!(install(home.path()).code, 0);
    assert!(fs::read_to_string(&old).unwrap().contains("SYNOPSIS"));
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    assert_eq!(files_in(home.path()).len(), 17);
}

#[test]
fn a_file_of_somebody_else_is_never_overwritten() {
    for content in [
        "mine",
        "",
        ".TH smooch-console-get-lost 1\n",
        ".TH smooch-console 1  \n",
    ] {
        let home = tempfile::tempdir().unwrap();
        let taken = home.path().join("smooch-console-get.1");
        fs::write(&taken, content).unwrap();
        let ran = install(home.path());
        assert_eq!(ran.code, 1, "{content}");
        assert_eq!(ran.stdout, "");
        let complaint = ran.complaint();
        assert!(complaint.contains("smooch-console-get.1"), "{complaint}");
        assert!(complaint.contains("nothing was written"), "{complaint}");
        assert_eq!(files_in(home.path()), [taken.as_path()]);
        assert_eq!(fs::read_to_string(&taken).unwrap(), content);
    }
}

#[test]
fn a_link_in_the_place_of_a_page_is_not_followed() {
    let home = tempfile::tempdir().unwrap();
    let (target, folder) = (home.path().join("target"), home.path().join("man1"));
    fs::create_dir(&folder).unwrap();
    let page = ".TH smooch-console 1  \"smooch-console 0.0.1\" \n";
    fs::write(&target, page).unwrap();
    std::os::unix::fs::symlink(&target, folder.join("smooch-console.1")).unwrap();
    assert_eq!(install(&folder).code, 1);
    assert_eq!(fs::read_to_string(&target).unwrap(), page);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_in_words() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("man1")] {
        let ran = install(&folder);
        assert_eq!(ran.code, 1);
        assert!(ran.complaint().contains("cannot be made"), "{}", ran.stderr);
    }
    assert_eq!(files_in(home.path()), [file]);
}

#[test]
fn all_pages_and_one_page_exclude_each_other() {
    assert_eq!(run_bare(&["man", "get", "--all", "/nowhere"], &[]).code, 2);
}

/// Lines that stand between the requests for literal text, as a terminal has to show them.
fn literal_lines(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_literal = false;
    for line in page.lines() {
        match line {
            ".nf" => is_literal = true,
            ".fi" => is_literal = false,
            _ if is_literal => lines.push(
                line.replace("\\-", "-")
                    .replace("\\(aq", "'")
                    .replace("\\(ga", "`")
                    .replace("\\(ha", "^")
                    .replace("\\(ti", "~")
                    .replace("\\(rs", "\\"),
            ),
            _ => {}
        }
    }
    lines
}

/// Runs the `man` of man-db; other implementations know neither `--warnings` nor `-l`.
#[test]
fn man_shows_every_page_without_warnings_and_every_example_as_written() {
    let version = Command::new("man").arg("--version").output();
    if !version.is_ok_and(|ran| ran.stdout.starts_with(b"man ")) {
        eprintln!("skipped: man-db is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    assert_eq!(install(home.path()).code, 0);
    for file in files_in(home.path()) {
        let ran = Command::new("man")
            .args(["--warnings", "-E", "UTF-8", "-l"])
            .arg(&file)
            .env("MANWIDTH", "80")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("MANOPT")
            .output()
            .unwrap();
        assert!(ran.status.success());
        let warnings = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(warnings, "", "{}", file.display());
        let shown = String::from_utf8(ran.stdout).unwrap();
        for line in literal_lines(&fs::read_to_string(&file).unwrap()) {
            let as_written = |shown: &str| shown.trim() == line.trim();
            assert!(shown.lines().any(as_written), "{line}\n\n{shown}");
        }
        for line in shown.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
