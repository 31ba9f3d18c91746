//! What opening the files cost: what could not be read, and what may not be kept any more.

use std::path::{Path, PathBuf};

use crate::text::number::{counted, grouped};

/// What could not be read, or is not to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loss {
    /// Where the broken file of the directory is now.
    pub set_aside: Option<PathBuf>,
    /// Users who were carried over.
    pub users: u64,
    /// How many of them have only readable ids and a name.
    pub without_copy: u64,
    /// Whether parts of the file could not be read.
    pub has_gaps: bool,
    /// Whether the ids of forgotten persons could all be read.
    pub forgotten: ForgottenIds,
    /// The file was there but empty.
    pub emptied: bool,
    /// The file of what the agent made was there but empty.
    pub agent_emptied: bool,
    /// What became of a broken file of what the agent made.
    pub agent: Option<AgentLoss>,
    /// What was taken away because only ids are kept.
    pub reduced: Option<Reduced>,
}

/// What became of a broken file of what the agent made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLoss {
    /// Where the broken file is now.
    pub set_aside: PathBuf,
    /// Pins that were carried over.
    pub pins: u64,
    /// Visits to users that were carried over.
    pub visits: u64,
    /// Notes that were carried over.
    pub notes: u64,
    /// Whether parts of the file could not be read.
    pub has_gaps: bool,
}

impl AgentLoss {
    fn words(&self) -> String {
        let rest = if self.has_gaps {
            "the rest could not be read"
        } else {
            "nothing seems to be lost"
        };
        format!(
            "the file of pins, history and notes was damaged and set aside as {}: {}, {} and {} were carried over; {rest}",
            name_of(&self.set_aside),
            counted(self.pins, "pin"),
            counted(self.visits, "visit"),
            counted(self.notes, "note"),
        )
    }
}

/// What is left of the ids of forgotten persons, by which files never bring them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForgottenIds {
    /// All of them.
    #[default]
    Whole,
    /// Some may be lost.
    Incomplete,
}

impl Loss {
    /// Whether a file was damaged, rather than brought to what may be kept.
    pub(crate) const fn is_damage(&self) -> bool {
        self.set_aside.is_some() || self.agent.is_some() || self.emptied || self.agent_emptied
    }

    /// The same with what the other file lost.
    pub(super) fn beside(self, other: Option<Self>) -> Self {
        let Some(other) = other else { return self };
        let (mut all, rest) = if self.set_aside.is_some() {
            (self, other)
        } else {
            (other, self)
        };
        all.agent = all.agent.or(rest.agent);
        all.agent_emptied |= rest.agent_emptied;
        all.reduced = all.reduced.or(rest.reduced);
        all
    }

    /// What happened, in one sentence.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if self.emptied {
            words.push(
                "the directory's file was empty: only pinned users are still known".to_owned(),
            );
        }
        if let Some(file) = &self.set_aside {
            let rest = if self.has_gaps {
                "the rest could not be read"
            } else {
                "no user seems to be lost"
            };
            let bare = match self.without_copy {
                0 => String::new(),
                some => format!(", {} of them by their ids only", grouped(some)),
            };
            let verb = if self.users == 1 { "was" } else { "were" };
            words.push(format!(
                "the directory was damaged and set aside as {}: {} {verb} carried over{bare}; {rest}",
                name_of(file),
                counted(self.users, "user"),
            ));
        }
        if self.forgotten == ForgottenIds::Incomplete {
            words.push(
                "who was forgotten could not all be read: an import of an older file may bring \
                 them back"
                    .to_owned(),
            );
        }
        if self.agent_emptied {
            let lost = "the file of pins and history was empty: they are lost";
            words.push(lost.to_owned());
        }
        words.extend(self.agent.as_ref().map(AgentLoss::words));
        words.extend(self.reduced.as_ref().map(Reduced::words));
        words.join("; ")
    }
}

/// What was removed because only ids are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reduced {
    /// Users with more than their ids on the disk.
    pub users: u64,
    /// Files that had been set aside and were removed.
    pub set_aside: u64,
    /// Why something may still be there.
    pub unfinished: Option<String>,
}

impl Reduced {
    /// What happened, in words.
    pub(super) fn words(&self) -> String {
        let set_aside = match self.set_aside {
            0 => String::new(),
            some => format!(", and so were {}", counted(some, "set-aside file")),
        };
        match &self.unfinished {
            Some(why) => format!(
                "only ids should be kept, but names and messages may still be on the disk: {why}"
            ),
            None => format!(
                "only ids are kept: names, e-mails, messages and JSON of {} were removed from the disk{set_aside}",
                counted(self.users, "user"),
            ),
        }
    }
}

/// The name of a file, for words.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
