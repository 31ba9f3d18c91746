//! Files of settings as they lie on the disk: their text, and who else could read them.
//!
//! In: a path. Out: the text with what is known of the file's safety, or nothing when there is no
//! such file. What the text means is decided elsewhere.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use super::{ConfigError, Exposure};

/// No file of settings is larger.
const LARGEST: u64 = 1024 * 1024;

/// A file of settings.
#[derive(Clone)]
pub(crate) struct RawFile {
    /// Where it lies.
    pub path: Arc<Path>,
    /// What it says; the config file may hold a secret.
    pub text: String,
    /// Why it must not hold a secret.
    pub(super) exposure: Option<Exposure>,
}

impl std::fmt::Debug for RawFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may hold a secret.
        f.debug_struct("RawFile")
            .field("path", &self.path)
            .field("exposure", &self.exposure)
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
        Ok((mut text, exposure)) => {
            // Editors of other systems put a mark in front, which is no part of the text.
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(Some(RawFile {
                path: path.into(),
                text,
                exposure,
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

fn open(path: &Path) -> io::Result<(String, Option<Exposure>)> {
    let named = fs::symlink_metadata(path)?;
    let file = File::open(path)?;
    // Asked of the open file: the name may lead to another one by now.
    let opened = file.metadata()?;
    let is_itself = (named.dev(), named.ino()) == (opened.dev(), opened.ino());
    let owner = rustix::process::geteuid().as_raw();
    let exposure = if !is_itself {
        Some(Exposure::Link)
    } else if !opened.is_file() {
        Some(Exposure::NoFile)
    } else if opened.uid() != owner {
        Some(Exposure::Owner)
    } else if opened.mode() & 0o077 != 0 {
        Some(Exposure::Mode(opened.mode() & 0o777))
    } else {
        None
    };
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok((text, exposure))
}
