//! Hashes of ids: they show which lines are about the same user, and nothing more.
//!
//! In: an id. Out: twelve digits that only this installation can compute, because its key is random
//! and stays here. Without a key there is no hash.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::files::make_private_folder;

/// Name of the file of the key for the log.
const LOG_KEY: &str = "log.key";

/// Name of the file of the key for ids of forgotten persons.
const FORGOTTEN_KEY: &str = "forgotten.key";

/// Bytes of the key.
const KEY_LENGTH: usize = 32;

/// Bytes of a hash that are shown.
const SHOWN: usize = 6;

/// The key of one installation, read or created when it is first needed.
pub(super) struct IdKey {
    folder: PathBuf,
    file: &'static str,
    key: OnceLock<Option<hmac::Key>>,
}

impl IdKey {
    pub(super) const fn in_folder(folder: PathBuf) -> Self {
        Self::of(folder, LOG_KEY)
    }

    const fn of(folder: PathBuf, file: &'static str) -> Self {
        Self {
            folder,
            file,
            key: OnceLock::new(),
        }
    }

    /// The hash of an id; empty when there is no key.
    pub(super) fn hash(&self, id: &[u8]) -> String {
        let tag = self.tag(id);
        tag.map_or_else(String::new, |tag| hex(&tag.as_ref()[..SHOWN]))
    }

    fn tag(&self, id: &[u8]) -> Option<hmac::Tag> {
        let key = self.key.get_or_init(|| {
            let bytes = read_or_make(&self.folder, self.file).ok()?;
            Some(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        });
        Some(hmac::sign(key.as_ref()?, id))
    }
}

/// Hashes the ids of forgotten persons, so that they are known again without being written down.
/// The key is made in the folder when it is first needed.
pub(crate) fn forgotten_hasher(
    folder: PathBuf,
) -> impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static {
    let key = IdKey::of(folder, FORGOTTEN_KEY);
    move |id| key.tag(id).map(|tag| tag.as_ref().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)])
        .collect()
}

fn random<const LENGTH: usize>() -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(io::Error::other("there is no randomness")),
    }
}

fn read_or_make(folder: &Path, file: &str) -> io::Result<Vec<u8>> {
    let path = folder.join(file);
    match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    make_private_folder(folder)?;
    let bytes = random::<KEY_LENGTH>()?;
    // Written aside and then renamed in one step: another process may do the same, and both have
    // to end up with the same key.
    let aside = folder.join(format!("{file}.{}", hex(&random::<8>()?)));
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?
        .write_all(&bytes)?;
    let named = fs::hard_link(&aside, &path);
    fs::remove_file(&aside)?;
    match named {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(&path),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    if bytes.len() == KEY_LENGTH {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::PermissionsExt as _;
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn an_installation_always_gives_an_id_the_same_hash() {
        let home = TempDir::new().unwrap();
        let hash = |id: &str| IdKey::in_folder(home.path().into()).hash(id.as_bytes());
        assert_eq!(hash("cust-20418"), hash("cust-20418"));
        assert_ne!(hash("cust-20418"), hash("cust-20419"));
        assert_eq!(hash("x").len(), 2 * SHOWN);
        let key = home.path().join(LOG_KEY);
        let mode = fs::metadata(key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn each_byte_is_two_digits() {
        assert_eq!(hex(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
    }

    #[test]
    fn another_installation_gives_another_hash() {
        let homes = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let [one, other] = homes.map(|home| IdKey::in_folder(home.path().into()).hash(b"x"));
        assert_ne!(one, other);
    }

    #[test]
    fn two_processes_that_start_together_end_up_with_the_same_key() {
        let home = TempDir::new().unwrap();
        let hashes = thread::scope(|scope| {
            let runs =
                [(); 2].map(|()| scope.spawn(|| IdKey::in_folder(home.path().into()).hash(b"x")));
            runs.map(|run| run.join().unwrap())
        });
        assert_eq!(hashes[0], hashes[1]);
    }

    #[test]
    fn without_a_key_there_is_no_hash() {
        let home = TempDir::new().unwrap();
        fs::write(home.path().join(LOG_KEY), "too short").unwrap();
        assert_eq!(IdKey::in_folder(home.path().into()).hash(b"x"), "");
    }
}
