//! The system writes the program's memory to no file, however the program ends.
//!
//! A test target of its own: it changes the process that it runs in.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process};

#[test]
fn a_crash_leaves_no_core_whatever_the_shell_allows() {
    // The shell's own limit is as high as it may be.
    let folder = tempfile::tempdir().unwrap();
    let mut running = Command::new("/bin/sh")
        .args(["-c", "ulimit -c $(ulimit -H -c); exec \"$0\" sandbox"])
        .arg(env!("CARGO_BIN_EXE_smooch-console"))
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It serves once it has said how to reach it.
    let mut said = BufReader::new(running.stdout.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let pid = Pid::from_raw(i32::try_from(running.id()).unwrap()).unwrap();
    #[cfg(target_os = "linux")]
    {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core"));
        let words: Vec<&str> = core.unwrap().split_whitespace().collect();
        assert_eq!(words[4..6], ["0", "0"], "{limits}");
    }
    kill_process(pid, Signal::ABORT).unwrap();
    let ended = running.wait().unwrap();
    assert_eq!(ended.signal(), Some(Signal::ABORT.as_raw()));
    assert!(!ended.core_dumped());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_memory_of_the_process_is_shown_to_no_other() {
    smooch_console::commands::prevent_core_dumps();
    let limit = getrlimit(Resource::Core);
    assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        let behaviour = dumpable_behavior().unwrap();
        assert_eq!(behaviour, DumpableBehavior::NotDumpable);
    }
}
