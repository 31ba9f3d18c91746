//! Where the files are and who may read them: folders 0700, files 0600, whatever the umask.
//!
//! In: the folder of all apps and which app. Out: a folder that only its owner can enter, and
//! files that exist with the right permissions before anything is written into them.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::StoreError;
use super::file::StoreFile;
use crate::domain::AppId;

/// The directory's file.
pub(super) const DIRECTORY: &str = StoreFile::Directory.name();
/// The file of what the agent made.
pub(super) const AGENT: &str = StoreFile::Agent.name();
/// The file that is locked while a program has the others open.
const OPEN_MARK: &str = "open.lock";
/// The file that exists while the others hold nothing but ids.
const IDS_MARK: &str = "ids-only.mark";

/// The folder of one app: a hash, so that no id is in a path that others may list.
///
/// FNV-1a of 128 bits; it has to stay the same forever, and a collision gains nobody anything.
pub(crate) fn folder_name(base_url: &str, app_id: &AppId) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let base_url = base_url.trim_end_matches('/');
    let bytes = base_url
        .bytes()
        .chain(*b"\n")
        .chain(app_id.expose().bytes());
    let hash = bytes.fold(BASIS, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    });
    format!("{hash:032x}")
}

/// Makes both folders, and closes them to others.
pub(super) fn prepare(data_folder: &Path, folder: &Path) -> Result<(), StoreError> {
    for path in [data_folder, folder] {
        let age = Age::of(path);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.and_then(|()| close_to_others(path, 0o700, age))
            .map_err(|source| StoreError::Folder {
                path: path.to_owned(),
                source,
            })?;
    }
    Ok(())
}

/// Makes the file if there is none, readable by its owner alone.
///
/// SQLite gives its journals the permissions of the file that they belong to.
pub(super) fn prepare_file(path: &Path) -> Result<(), StoreError> {
    let age = Age::of(path);
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    opened
        .and_then(|_| close_to_others(path, 0o600, age))
        .map_err(|source| of_file(path, source))
}

/// Whether files can be made in a folder, tried out.
pub(super) fn takes_files(folder: &Path) -> bool {
    let trial = folder.join("trial.tmp");
    let made = prepare_file(&trial).is_ok();
    let _ = std::fs::remove_file(trial);
    made
}

/// Why a file of ours cannot be used.
fn of_file(path: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::File {
            path: path.to_owned(),
            source,
        },
    }
}

/// Whether something was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    New,
    Old,
}

impl Age {
    fn of(path: &Path) -> Self {
        if path.exists() { Self::Old } else { Self::New }
    }
}

/// The mode of something new passes through the umask, which may also take rights from the owner.
/// Rights that the owner took from themselves since stay taken.
fn close_to_others(path: &Path, mode: u32, age: Age) -> io::Result<()> {
    let now = path.metadata()?.permissions().mode() & 0o7777;
    let mode = match age {
        Age::New => mode,
        Age::Old => now & mode,
    };
    if now == mode {
        return Ok(());
    }
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

/// The sign that the files are open, shared by all consoles of an app. Where nothing can be written
/// there may be none.
#[derive(Debug)]
pub(super) struct OpenMark(Option<File>);

impl OpenMark {
    /// Marks the files as open, unless another program is setting them aside right now.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(OPEN_MARK);
        prepare_file(&path)?;
        let lock = || {
            let file = OpenOptions::new().read(true).write(true).open(&path)?;
            file.lock_shared()?;
            Ok(file)
        };
        let lock = lock().map_err(|source| of_file(&path, source))?;
        Ok(Self(Some(lock)))
    }

    /// The same for reading alone, as far as the folder permits.
    pub(super) fn take_for_reading(folder: &Path) -> Self {
        let lock = File::open(folder.join(OPEN_MARK));
        Self(lock.ok().filter(|file| file.lock_shared().is_ok()))
    }

    /// Does something while no other program has the files open.
    pub(super) fn alone<T>(
        &self,
        act: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.keep_others_out()?;
        let done = act();
        self.let_others_in();
        done
    }

    /// From now on no other program can open the files, unless one has them open.
    pub(super) fn keep_others_out(&self) -> Result<(), StoreError> {
        let lock = self.0.as_ref().ok_or(StoreError::ReadOnly)?;
        // Unlocked first: the system would wait for ourselves.
        let shared = lock.unlock().and_then(|()| take_alone(lock));
        if shared.is_err() {
            // Back to sharing; another program cannot hold it exclusively for long.
            let _ = lock.lock_shared();
            return Err(StoreError::InUse);
        }
        Ok(())
    }

    /// From now on others can open the files again.
    pub(super) fn let_others_in(&self) {
        if let Some(lock) = &self.0 {
            let _ = lock.unlock().and_then(|()| lock.lock_shared());
        }
    }
}

/// Takes a lock exclusively. A child process holds it too for a moment, until it has become its own
/// program: if it is held longer, another console holds it.
fn take_alone(lock: &File) -> io::Result<()> {
    for _ in 0..TRIES {
        if lock.try_lock().is_ok() {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Ok(lock.try_lock()?)
}

/// How often a lock is tried, and the pause between two tries.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// Marks files that hold nothing but ids, so that they need not be searched at each start.
#[derive(Debug)]
pub(super) struct IdsMark(PathBuf);

impl IdsMark {
    pub(super) fn of(folder: &Path) -> Self {
        Self(folder.join(IDS_MARK))
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.exists()
    }

    pub(super) fn set(&self) -> Result<(), StoreError> {
        prepare_file(&self.0)
    }

    pub(super) fn take_away(&self) -> Result<(), StoreError> {
        std::fs::remove_file(&self.0).map_err(|source| of_file(&self.0, source))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_belongs_to_the_base_url_and_the_app() {
        let us = "https://api.smooch.io";
        let name = folder_name(us, &AppId::new("a1"));
        assert_eq!(name, "8b620e1bf1a04b52548f324a739e144f");
        assert_eq!(name.len(), 32);
        assert_eq!(
            name,
            folder_name("https://api.smooch.io/", &AppId::new("a1"))
        );
        assert_ne!(name, folder_name(us, &AppId::new("a2")));
        assert_ne!(
            name,
            folder_name("https://api.eu-1.smooch.io", &AppId::new("a1"))
        );
    }

    #[test]
    fn files_that_another_program_has_open_are_not_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let ours = OpenMark::take(folder.path()).unwrap();
        let theirs = OpenMark::take(folder.path()).unwrap();
        let refused = ours.alone(|| Ok(()));
        assert!(matches!(refused, Err(StoreError::InUse)));
        drop(theirs);
        assert_eq!(ours.alone(|| Ok(7)).unwrap(), 7);
        OpenMark::take(folder.path()).unwrap();
    }
}
