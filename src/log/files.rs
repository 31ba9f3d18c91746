//! The files of the log: one per day, kept for a week, readable only by their owner.
//!
//! In: lines and the time. Out: lines in files. Modes are set explicitly, so that the process's
//! umask doesn't matter. Existing files and folders with another mode are corrected.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How many files are kept, including today's.
const KEPT: usize = 7;

const PREFIX: &str = "smooch-console.";
const SUFFIX: &str = ".log";

/// The files of the log.
pub(super) struct LogFiles {
    folder: PathBuf,
    open: Option<(Date, File)>,
}

impl LogFiles {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self { folder, open: None }
    }

    /// Appends a line to the file of its day.
    pub(super) fn write(&mut self, line: &[u8], at: Timestamp) -> io::Result<()> {
        let day = at.to_zoned(TimeZone::UTC).date();
        let mut file = match self.open.take() {
            Some((opened, file)) if opened == day => file,
            _ => self.open_day(day)?,
        };
        // One write per line, because other processes append to the same file.
        let written = file.write_all(line);
        self.open = Some((day, file));
        written
    }

    fn open_day(&self, day: Date) -> io::Result<File> {
        make_private_folder(&self.folder)?;
        let file = open_private(&self.folder.join(format!("{PREFIX}{day}{SUFFIX}")))?;
        self.remove_old()?;
        Ok(file)
    }

    fn remove_old(&self) -> io::Result<()> {
        let mut logs: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let day = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
            if day.is_some_and(|day| day.parse::<Date>().is_ok()) {
                logs.push(path);
            }
        }
        // Names sort by day.
        logs.sort_unstable();
        let old = logs.len().saturating_sub(KEPT);
        logs.iter().take(old).try_for_each(fs::remove_file)
    }
}

/// Makes a folder that only its owner can enter, along with its parents.
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    mend_mode(folder, &fs::metadata(folder)?.permissions(), 0o700)
}

fn open_private(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    mend_mode(path, &file.metadata()?.permissions(), 0o600)?;
    Ok(file)
}

fn mend_mode(path: &Path, found: &Permissions, wanted: u32) -> io::Result<()> {
    if found.mode() & 0o777 == wanted {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(wanted))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::ToSpan as _;
    use tempfile::TempDir;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn each_day_has_its_own_file() {
        let home = TempDir::new().unwrap();
        let mut files = LogFiles::in_folder(home.path().join("a/b"));
        files.write(b"one\n", at("2026-01-01T00:00:00Z")).unwrap();
        files.write(b"two\n", at("2026-01-01T23:59:59Z")).unwrap();
        files.write(b"three\n", at("2026-01-02T00:00:00Z")).unwrap();
        let folder = home.path().join("a/b");
        assert_eq!(
            names(&folder),
            [
                "smooch-console.2026-01-01.log",
                "smooch-console.2026-01-02.log"
            ]
        );
        let first = folder.join("smooch-console.2026-01-01.log");
        assert_eq!(fs::read_to_string(first).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_week_is_kept_and_other_files_are_left_alone() {
        let home = TempDir::new().unwrap();
        for name in ["log.key", "smooch-console.notes.log", "a.log"] {
            fs::write(home.path().join(name), "").unwrap();
        }
        let mut files = LogFiles::in_folder(home.path().into());
        let first = at("2026-02-25T12:00:00Z");
        for day in 0..10 {
            let now = first + (24 * day).hours();
            files.write(b"x\n", now).unwrap();
        }
        let names = names(home.path());
        assert_eq!(names.len(), 3 + KEPT, "{names:?}");
        assert!(names.contains(&"smooch-console.2026-02-28.log".to_owned()));
        assert!(!names.contains(&"smooch-console.2026-02-27.log".to_owned()));
        assert!(names.contains(&"smooch-console.notes.log".to_owned()));
    }

    #[test]
    fn files_that_others_can_read_are_made_private() {
        let home = TempDir::new().unwrap();
        let folder = home.path().join("state");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("smooch-console.2026-01-01.log");
        fs::write(&file, "before\n").unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let mut files = LogFiles::in_folder(folder.clone());
        files.write(b"now\n", at("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read_to_string(file).unwrap(), "before\nnow\n");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_not_a_panic() {
        let home = TempDir::new().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let mut files = LogFiles::in_folder(home.path().join("file/log"));
        assert!(files.write(b"x\n", at("2026-01-01T00:00:00Z")).is_err());
    }
}
