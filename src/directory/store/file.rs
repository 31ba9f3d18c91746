//! The two files of an app, by name and in words.

/// One of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFile {
    /// What can be fetched or imported again.
    Directory,
    /// What the agent made.
    Agent,
}

impl StoreFile {
    /// The file's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory.db",
            Self::Agent => "agent.db",
        }
    }

    /// What the file holds, and its name.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Directory => "the directory (directory.db)",
            Self::Agent => "the file of pins, history and notes (agent.db)",
        }
    }
}
