//! Sets a broken file aside and carries what is readable of it over into a new one.
//!
//! In: a folder with a file that SQLite finds damaged. Out: a sound file in its place, the broken
//! one beside it under another name, and words for what was lost. The API has no list of users, so
//! nothing else would bring them back. A crash in the middle loses nothing: the new file takes its
//! place only when it is complete.

mod carry;
mod tables;

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::folder::{AGENT, DIRECTORY};
use super::loss::{AgentLoss, ForgottenIds, Loss, name_of};
use super::{StoreError, StoreFile, opening, schema};

pub(super) use carry::Carried;

/// Part of the name of a file that was set aside.
const SET_ASIDE: &str = ".broken-";
/// The end of the name of an incomplete file.
const UNDER_WAY: &str = ".new";
/// The end of the name of a copy with a sound first page.
const MENDED: &str = ".mended";

/// Whether a path is a set-aside one of some files, or one that a crash left incomplete.
pub(super) fn is_set_aside(path: &Path, of: &[&str]) -> bool {
    let name = name_of(path);
    let ours = of.iter().any(|file| name.starts_with(file));
    ours && [SET_ASIDE, UNDER_WAY, MENDED]
        .iter()
        .any(|mark| name.contains(mark))
}

/// Finishes a replacement that a crash interrupted, and notes a file that lost all its content.
pub(super) fn note_emptied(folder: &Path) -> Option<Loss> {
    for file in [DIRECTORY, AGENT] {
        let (path, new) = (folder.join(file), folder.join(format!("{file}{UNDER_WAY}")));
        if !path.exists() && new.exists() {
            // If that fails, a new file is made, and the set-aside one still holds everything.
            let _ = fs::rename(new, path);
        }
    }
    // The agent's file is only made when the directory's is.
    let emptied = is_empty(folder, DIRECTORY) && folder.join(AGENT).exists();
    emptied.then(|| Loss {
        emptied,
        ..Loss::default()
    })
}

/// Whether a file exists, but neither it nor its journal holds anything.
pub(super) fn is_empty(folder: &Path, name: &str) -> bool {
    let length = |name: &str| folder.join(name).metadata().map(|file| file.len()).ok();
    length(name) == Some(0) && length(&format!("{name}-wal")).unwrap_or(0) == 0
}

/// Replaces a broken file by what can be read of it, and leaves the other one alone. No program may
/// have it open.
pub(super) fn replace_file(folder: &Path, file: StoreFile) -> Result<Loss, StoreError> {
    let name = file.name();
    let carry = match file {
        StoreFile::Directory => carry::directory,
        StoreFile::Agent => carry::agent,
    };
    let (carried, set_aside) = replace(folder, file, name, |from, to| {
        let mut fresh = opening::open_for_salvage(to, file, from)?;
        let carried = carry(from, &fresh)?;
        schema::bring_up_to_date(&mut fresh, to, file)?;
        close(fresh)?;
        Ok(carried)
    })?;
    Ok(match file {
        StoreFile::Directory => Loss {
            set_aside: Some(set_aside),
            users: carried.users,
            without_copy: carried.without_copy,
            has_gaps: carried.has_gaps,
            forgotten: if carried.lost_forgotten {
                ForgottenIds::Incomplete
            } else {
                ForgottenIds::Whole
            },
            ..Loss::default()
        },
        StoreFile::Agent => Loss {
            agent: Some(AgentLoss {
                set_aside,
                pins: carried.pins,
                visits: carried.visits,
                notes: carried.notes,
                has_gaps: carried.has_gaps,
            }),
            ..Loss::default()
        },
    })
}

fn close(fresh: Connection) -> Result<(), StoreError> {
    fresh.close().map_err(|(_, error)| StoreError::from(error))
}

fn replace(
    folder: &Path,
    file: StoreFile,
    name: &str,
    carry: impl Fn(&Connection, &Path) -> Result<Carried, StoreError>,
) -> Result<(Carried, PathBuf), StoreError> {
    let failed = |source| StoreError::File {
        path: folder.join(name),
        source,
    };
    let broken = folder.join(name);
    let new = folder.join(format!("{name}{UNDER_WAY}"));
    remove_with_journals(&new).map_err(failed)?;
    let mut carried = carry_from(&broken, &new, &carry)?;
    if carried.is_nothing() {
        let mended = folder.join(format!("{name}{MENDED}"));
        carried =
            carry_mended(file, &broken, &new, &mended, &carry).map_err(|error| match error {
                Mending::File(source) => failed(source),
                Mending::Store(error) => error,
            })?;
        carried.has_gaps |= carried.is_nothing();
        carried.lost_forgotten |= carried.is_nothing();
        remove_with_journals(&mended).map_err(failed)?;
    }
    let set_aside = free_name(folder, name);
    fs::rename(&broken, &set_aside).map_err(failed)?;
    let journal = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    // The journal may hold the newest rows; its index is made again when it is opened.
    let rows = journal(&broken, "-wal");
    if rows.metadata().is_ok_and(|rows| rows.len() > 0) {
        fs::rename(&rows, journal(&set_aside, "-wal")).map_err(failed)?;
    }
    for empty in [rows, journal(&broken, "-shm")] {
        let _ = fs::remove_file(empty);
    }
    fs::rename(&new, &broken).map_err(failed)?;
    Ok((carried, set_aside))
}

/// Carries over what can be read; from an unreadable file an empty one is made.
fn carry_from(
    broken: &Path,
    new: &Path,
    carry: &impl Fn(&Connection, &Path) -> Result<Carried, StoreError>,
) -> Result<Carried, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(broken, flags)?;
    // The broken file stays as it is, its journal too.
    let _ = from.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    carry(&from, new)
}

fn free_name(folder: &Path, name: &str) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let path = folder.join(format!("{name}{SET_ASIDE}{number}"));
        if !path.exists() {
            return path;
        }
        number += 1;
    }
}

fn remove_with_journals(path: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Why a file could not be mended.
enum Mending {
    File(io::Error),
    Store(StoreError),
}

impl From<io::Error> for Mending {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<StoreError> for Mending {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Carries over what can be read once the beginning of the file is replaced: without it SQLite
/// reads nothing at all. If the names of the tables after it are whole, they say where the tables
/// are. If not, the tables are where a new file has them, or where rebuilding puts them, as after a
/// `forget`; what gives more rows is right.
fn carry_mended(
    file: StoreFile,
    broken: &Path,
    new: &Path,
    mended: &Path,
    carry: &impl Fn(&Connection, &Path) -> Result<Carried, StoreError>,
) -> Result<Carried, Mending> {
    let fresh = first_page(new)?;
    let rebuilt = {
        let sound = Connection::open(new).map_err(StoreError::from)?;
        sound.execute_batch("VACUUM").map_err(StoreError::from)?;
        close(sound)?;
        first_page(new)?
    };
    let attempt = |start: &[u8]| -> Result<Carried, Mending> {
        remove_with_journals(mended)?;
        if !mend(broken, start, mended)? {
            return Ok(Carried::default());
        }
        remove_with_journals(new)?;
        Ok(carry_from(mended, new, carry)?)
    };
    let by_own_names = attempt(&fresh[..HEADER])?;
    if !by_own_names.is_nothing() {
        return Ok(by_own_names);
    }
    let as_new = attempt(&fresh)?;
    // Only the directory is ever rebuilt.
    if file == StoreFile::Agent || (!as_new.is_nothing() && !as_new.has_gaps) {
        return Ok(as_new);
    }
    let as_rebuilt = attempt(&rebuilt)?;
    if as_new.rows() > as_rebuilt.rows() {
        return attempt(&fresh);
    }
    Ok(as_rebuilt)
}

const PAGE: usize = 4096;
/// What is in front of the names of the tables (SQLite's file format, section 1.3).
const HEADER: usize = 100;

fn first_page(sound: &Path) -> io::Result<[u8; PAGE]> {
    let mut first = [0; PAGE];
    fs::File::open(sound)?.read_exact(&mut first)?;
    Ok(first)
}

/// Copies the broken file with the beginning of a sound one; `false` if it has no other page.
fn mend(broken: &Path, start: &[u8], mended: &Path) -> io::Result<bool> {
    let pages = broken.metadata()?.len() / PAGE as u64;
    let Ok(pages) = u32::try_from(pages) else {
        return Ok(false);
    };
    if pages < 2 {
        return Ok(false);
    }
    let mut start = start.to_vec();
    // The number of pages, and the sign that it is right.
    start[28..32].copy_from_slice(&pages.to_be_bytes());
    start.copy_within(24..28, 92);
    // There are no free pages.
    start[32..40].fill(0);
    super::folder::prepare_file(mended).map_err(|error| io::Error::other(error.to_string()))?;
    fs::copy(broken, mended)?;
    let mut file = fs::OpenOptions::new().write(true).open(mended)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&start)?;
    file.sync_all()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_is_not_called_users() {
        let words = |users| {
            Loss {
                set_aside: Some(PathBuf::from("/x/directory.db.broken-1")),
                users,
                ..Loss::default()
            }
            .words()
        };
        assert!(words(1).contains("broken-1: 1 user was carried over;"));
        assert!(words(2_000).contains("2,000 users were carried over;"));
    }
}
