//! Uploaded files: kept in memory, served at an address of the sandbox itself.
//!
//! In: the bytes of an upload. Out: its address, and the bytes for every client with the address.
//! Nothing touches the disk.

use std::collections::HashMap;

use axum::body::Bytes;

use super::chance::Chance;
use super::percent;

/// An uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Its name, as it was sent.
    pub name: String,
    /// Its type, such as `image/png`.
    pub media_type: String,
    /// Its content.
    pub bytes: Bytes,
    /// The `_id` of a user: the file is deleted with that user's message.
    pub goes_with: Option<String>,
}

/// The most that the files of all apps may take, in bytes: they are kept in memory. The refusal says
/// so in words.
pub(crate) const MOST: usize = 64 * 1024 * 1024;

/// What a file takes beside its name, its type and its content.
const AROUND: usize = 512;

impl File {
    fn size(&self) -> usize {
        AROUND + self.name.len() + self.media_type.len() + self.bytes.len()
    }
}

/// The files of one app, by id.
#[derive(Debug, Default)]
pub(crate) struct Files(HashMap<String, File>);

impl Files {
    /// What they take, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.values().map(File::size).sum()
    }

    /// Keeps a file and gives the path at which it is served.
    pub(crate) fn add(&mut self, chance: &mut Chance, file: File) -> String {
        let id = chance.hex(24);
        let path = format!("/media/{id}/{}", percent::encode(&file.name));
        self.0.insert(id, file);
        path
    }

    /// The file at a path.
    pub(crate) fn at(&self, path: &str) -> Option<&File> {
        let (id, name) = id_and_name(path)?;
        self.0.get(id).filter(|file| file.name == name)
    }

    /// Removes the file at a path; false if there is none.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        let found = self.at(path).is_some();
        if let Some((id, _)) = id_and_name(path).filter(|_| found) {
            self.0.remove(id);
        }
        found
    }

    /// Removes the file of a deleted message, if it was uploaded for messages of that user.
    pub(crate) fn remove_with_message(&mut self, path: &str, user: &str) {
        let goes = self.at(path).and_then(|file| file.goes_with.as_deref());
        if goes == Some(user) {
            self.remove(path);
        }
    }
}

fn id_and_name(path: &str) -> Option<(&str, String)> {
    let (id, name) = path.strip_prefix("/media/")?.split_once('/')?;
    Some((id, percent::decode(name)?))
}
