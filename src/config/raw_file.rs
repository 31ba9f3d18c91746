//! Files of settings as they lie on the disk: their text, and who else could read them.
//!
//! In: a path. Out: the text with what is known of the file's safety, or nothing when there is no
//! such file. What the text means is decided elsewhere.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use super::{ConfigError, Exposures, Reached};

/// No file of settings is larger.
const LARGEST: u64 = 1024 * 1024;

/// A file of settings.
#[derive(Clone)]
pub(crate) struct RawFile {
    /// Where it lies.
    pub path: Arc<Path>,
    /// What it says; the config file may hold a secret.
    pub text: String,
    /// Why it must hold no secret, or name no command.
    pub(super) exposures: Exposures,
}

impl std::fmt::Debug for RawFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may hold a secret.
        f.debug_struct("RawFile")
            .field("path", &self.path)
            .field("exposures", &self.exposures)
            .finish_non_exhaustive()
    }
}

/// Reads a file; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<RawFile>, ConfigError> {
    let unreadable = |why: String| ConfigError::Unreadable {
        file: path.into(),
        why,
    };
    match open(path) {
        Ok((mut text, exposures)) => {
            // Editors of other systems put a mark in front, which is no part of the text.
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(Some(RawFile {
                path: path.into(),
                text,
                exposures,
            }))
        }
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
            io::ErrorKind::InvalidData => Err(unreadable("it is not valid UTF-8".into())),
            io::ErrorKind::FileTooLarge => Err(unreadable("it is larger than 1 MiB".into())),
            _ => Err(unreadable(error.to_string())),
        },
    }
}

fn open(path: &Path) -> io::Result<(String, Exposures)> {
    let named = fs::symlink_metadata(path)?;
    // Asked before it is opened: opening a pipe waits for its other end, and a device may do
    // anything.
    require_regular(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    // Asked of the open file: the name may lead to another one by now.
    let opened = file.metadata()?;
    require_regular(&opened)?;
    let reached = if (named.dev(), named.ino()) == (opened.dev(), opened.ino()) {
        Reached::Directly
    } else {
        Reached::ByLink
    };
    let user = rustix::process::geteuid().as_raw();
    let exposures = Exposures::of(reached, opened.mode(), opened.uid(), user);
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok((text, exposures))
}

fn require_regular(found: &Metadata) -> io::Result<()> {
    if found.is_file() {
        Ok(())
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}
