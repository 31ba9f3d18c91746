//! What this console knows, kept on disk: users, what confirmed them, and what the agent made.
//!
//! In: reports about users, each with its source and time. Out: the same after a restart, a crash or
//! a broken disk, as far as the disk allows; what was lost is said in words. Each app has its own
//! folder with two files: `directory.db`, which can be fetched or imported again, and `agent.db`,
//! which cannot. Never asks the API; [`StoreHandle`] keeps all of it off the thread that draws.

mod agent;
mod agent_file;
mod codes;
mod columns;
mod coverage;
mod existing;
mod fault;
mod file;
mod fit;
mod folder;
mod forget;
mod forgotten;
mod handle;
mod ids_only;
mod indexes;
mod keep;
mod known_lines;
mod known_rows;
mod lineage;
mod listed;
mod loss;
mod messages;
mod opening;
mod packed;
mod person;
mod purge;
mod read;
mod record;
mod report;
mod salvage;
mod schema;
mod whole_person;
mod writer;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::AppId;
use agent_file::AgentFile;

pub(crate) use fault::Repairs;
pub use fault::StoreError;
pub use file::StoreFile;
pub(crate) use folder::folder_name;
pub use forget::Forgotten;
pub use forgotten::IdHasher;
pub use handle::{StoreHandle, StoreNews};
pub use keep::Keep;
pub use loss::{AgentLoss, Loss};
pub use messages::StoredPage;
pub use purge::Purged;
pub use read::{Reader, StoredRow};
pub use report::{Change, Report};
pub use writer::{Applied, Outcome, Writer};

pub(in crate::directory) use known_lines::Unchanged;
pub(in crate::directory) use known_rows::{KnownRows, hash_of};
pub(in crate::directory) use listed::count_not_asked;

/// Which app's users are kept, where and how.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The folder of all apps, such as `~/.local/share/smooch-console`.
    pub data_folder: PathBuf,
    /// The app's base URL, in the form in which requests are made.
    pub base_url: String,
    /// The app.
    pub app_id: AppId,
    /// What is kept of a user.
    pub keep: Keep,
    /// The most pages that the directory's file may grow to; only tests have a reason.
    pub most_pages: Option<u32>,
    /// Hashes the ids of forgotten persons; without it nobody remembers that they were forgotten.
    pub hasher: Option<IdHasher>,
}

impl StoreOptions {
    /// Everything is kept, and the files may grow as the disk allows.
    pub fn new(data_folder: PathBuf, base_url: &str, app_id: AppId) -> Self {
        Self {
            data_folder,
            base_url: base_url.to_owned(),
            app_id,
            keep: Keep::All,
            most_pages: None,
            hasher: None,
        }
    }

    /// The folder of this app.
    pub fn folder(&self) -> PathBuf {
        let name = folder_name(&self.base_url, &self.app_id);
        self.data_folder.join(name)
    }
}

/// The open files of one app.
#[derive(Debug)]
pub struct Store {
    options: StoreOptions,
    folder: PathBuf,
    directory: Connection,
    agent: AgentFile,
    /// Held while the files are open, so that no other program sets them aside.
    open: folder::OpenMark,
    loss: Option<Loss>,
    /// SQLite's number for what other programs wrote, when it was last asked for.
    seen: i64,
}

impl Store {
    /// Opens the files, makes them if there are none, and brings an older schema up to date.
    ///
    /// A file that cannot be read is set aside, and what is readable is carried over;
    /// [`Store::loss`] says what that cost. If only ids may be kept, everything else is removed from
    /// the files, and that is said there too.
    ///
    /// Files that cannot be written are opened too, if they exist: reading works, and writing says
    /// why it does not.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        match Self::open_files(options.clone()) {
            Err(error)
                if error.forbids_writing()
                    || error.is_closed() && !folder::takes_files(&options.folder()) =>
            {
                Self::open_for_reading(options).map_err(|_| error)
            }
            opened => opened?.settle(),
        }
    }

    /// Brings the files to what belongs in them. A file that shows itself to be damaged on the way
    /// is repaired.
    fn settle(mut self) -> Result<Self, StoreError> {
        let mut repairs = Repairs::default();
        loop {
            let restored = if self.loss.is_some() {
                self.project_restored().and_then(|()| self.restore_pinned())
            } else {
                Ok(())
            };
            let settled = restored.and_then(|()| self.apply_keep());
            let Some(file) = repairs.due(&settled) else {
                return settled.map(|()| self);
            };
            let earlier = self.loss.take();
            self = self.replace_damaged(file)?;
            self.loss = self.loss.map(|loss| loss.beside(earlier));
        }
    }

    fn open_for_reading(options: StoreOptions) -> Result<Self, StoreError> {
        let folder = options.folder();
        let open = folder::OpenMark::take_for_reading(&folder);
        let directory = opening::open_for_reading(&folder, StoreFile::Directory)?;
        let agent = if folder.join(folder::AGENT).exists() {
            AgentFile::open_for_reading(&folder)?
        } else {
            AgentFile::none()?
        };
        let mut store = Self {
            seen: schema::data_version(&directory)?,
            options,
            folder,
            directory,
            agent,
            open,
            loss: None,
        };
        store.note_names_stay()?;
        Ok(store)
    }

    fn open_files(options: StoreOptions) -> Result<Self, StoreError> {
        let folder = options.folder();
        folder::prepare(&options.data_folder, &folder)?;
        let open = folder::OpenMark::take(&folder)?;
        let mut loss = salvage::note_emptied(&folder);
        let open_directory = || opening::open_directory(&folder, options.most_pages);
        let directory = match open_directory() {
            Err(error) if StoreError::is_damage(&error) => {
                loss = Some(replace_alone(&folder, &open, StoreFile::Directory)?);
                open_directory()?
            }
            opened => opened?,
        };
        let is_used = loss.is_some() || has_users(&directory)?;
        if is_used && salvage::is_empty(&folder, folder::AGENT) {
            loss.get_or_insert_with(Loss::default).agent_emptied = true;
        }
        let agent = match AgentFile::open(&folder) {
            Err(error) if error.is_damage() => {
                let found = replace_alone(&folder, &open, StoreFile::Agent)?;
                loss = Some(found.beside(loss));
                AgentFile::open(&folder)?
            }
            opened => opened?,
        };
        Ok(Self {
            options,
            folder,
            seen: schema::data_version(&directory)?,
            directory,
            agent,
            open,
            loss,
        })
    }

    /// Replaces a file that showed itself to be damaged by what is readable of it, and opens the
    /// files again. [`Store::loss`] says what that cost.
    ///
    /// The other file is left alone. While another program has the files open, nothing is done,
    /// and the store stays open.
    pub fn reopen_salvaged(self, file: StoreFile) -> Result<Self, Box<Unrepaired>> {
        let settled = self.replace_damaged(file)?.settle();
        settled.map_err(|error| Box::new(Unrepaired { error, store: None }))
    }

    fn replace_damaged(self, file: StoreFile) -> Result<Self, Box<Unrepaired>> {
        if let Err(error) = self.open.keep_others_out() {
            return Err(Box::new(Unrepaired {
                error: error.not_repaired(file),
                store: Some(self),
            }));
        }
        let reopened = self.salvage(file);
        reopened.map_err(|error| Box::new(Unrepaired { error, store: None }))
    }

    /// The same while others are kept out.
    fn salvage(self, file: StoreFile) -> Result<Self, StoreError> {
        let Self {
            options,
            folder,
            directory,
            agent,
            open,
            loss: _,
            seen: _,
        } = self;
        drop((directory, agent));
        let found = salvage::replace_file(&folder, file);
        open.let_others_in();
        let found = found.map_err(|error| error.not_repaired(file))?;
        drop(open);
        let mut store = Self::open_files(options)?;
        store.loss = Some(found.beside(store.loss.take()));
        Ok(store)
    }

    /// What could not be read when the files were opened, if anything.
    pub fn loss(&self) -> Option<&Loss> {
        self.loss.as_ref()
    }

    /// Whether others wrote into the directory since it was opened, or since this was last asked.
    pub(crate) fn has_news(&mut self) -> Result<bool, StoreError> {
        let now = schema::data_version(&self.directory)?;
        Ok(std::mem::replace(&mut self.seen, now) != now)
    }

    /// Has everything that is there count as news.
    fn expect_news(&mut self) {
        self.seen = -1;
    }

    /// The app whose users are kept.
    pub(crate) fn app_id(&self) -> &AppId {
        &self.options.app_id
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Drops the indexes while few users are known, so that many can be imported fast.
    pub(in crate::directory) fn drop_indexes(&self) -> Result<(), StoreError> {
        // Where ids lead to other ids, each user is looked for by several.
        let leads = "SELECT EXISTS (SELECT 1 FROM merges) OR EXISTS (SELECT 1 FROM listed)
            OR EXISTS (SELECT 1 FROM tombstones)";
        if self.directory.query_row(leads, [], |row| row.get(0))? {
            return Ok(());
        }
        Ok(indexes::remove(&self.directory)?)
    }

    /// Whether the indexes are missing, so that finding a user means looking at all of them.
    pub(in crate::directory) fn lacks_indexes(&self) -> Result<bool, StoreError> {
        Ok(!indexes::exist(&self.directory)?)
    }

    /// Makes the indexes that a first import did without.
    pub(in crate::directory) fn make_indexes(&self) -> Result<(), StoreError> {
        let set = |name, value: &str| self.directory.pragma_update(None, name, value);
        // Millions of ids need not fit into memory to be sorted, and two threads sort faster.
        set("temp_store", "FILE")?;
        set("threads", "2")?;
        let made = indexes::make(&self.directory);
        set("threads", "0")?;
        set("temp_store", "MEMORY")?;
        Ok(made?)
    }

    /// Makes the indexes that an import left behind when it was killed, unless one is at work.
    ///
    /// The next import would do it too, but until then each look-up would read the whole table.
    pub(super) fn finish_indexes(&self) -> Result<(), StoreError> {
        if !self.lacks_indexes()? || self.user_count()? == 0 {
            return Ok(());
        }
        match self.open.alone(|| self.make_indexes()) {
            // The program that has the files open may be that import.
            Err(StoreError::InUse) => Ok(()),
            made => made,
        }
    }

    /// Writes something, and returns when it and all that was written before are on the disk.
    pub(in crate::directory) fn make_durable(
        &mut self,
        write: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // The journal is one file: its end is safe only when all of it is.
        self.directory.pragma_update(None, "synchronous", "FULL")?;
        let written = self.write_once(write);
        self.directory
            .pragma_update(None, "synchronous", "NORMAL")?;
        written
    }

    fn write_once(
        &mut self,
        write: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let begin = TransactionBehavior::Immediate;
        let transaction = self.directory.transaction_with_behavior(begin)?;
        write(&transaction)?;
        Ok(transaction.commit()?)
    }

    pub(in crate::directory) fn directory(&self) -> &Connection {
        &self.directory
    }

    pub(in crate::directory) fn directory_mut(&mut self) -> &mut Connection {
        &mut self.directory
    }

    fn hasher(&self) -> Option<&IdHasher> {
        self.options.hasher.as_ref()
    }

    pub(in crate::directory) fn keep(&self) -> Keep {
        self.options.keep
    }
}

/// Why a damaged file could not be replaced, and the store, if it is still open.
#[derive(Debug)]
pub struct Unrepaired {
    /// Why not.
    pub error: StoreError,
    /// The store as it was.
    pub store: Option<Store>,
}

impl From<Box<Unrepaired>> for StoreError {
    fn from(unrepaired: Box<Unrepaired>) -> Self {
        unrepaired.error
    }
}

fn replace_alone(
    folder: &Path,
    open: &folder::OpenMark,
    file: StoreFile,
) -> Result<Loss, StoreError> {
    let replaced = open.alone(|| salvage::replace_file(folder, file));
    replaced.map_err(|error| error.not_repaired(file))
}

fn has_users(directory: &Connection) -> Result<bool, StoreError> {
    let any = "SELECT EXISTS (SELECT 1 FROM users)";
    Ok(directory.query_row(any, [], |row| row.get(0))?)
}
