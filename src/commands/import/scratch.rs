//! Where a dry run counts if there is no directory yet: in a temporary folder.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::commands::{Exit, Failure};
use crate::directory::store::StoreOptions;

/// The directory for a dry run.
pub(super) struct Scratch {
    options: StoreOptions,
    /// The folder to remove.
    folder: Option<PathBuf>,
}

impl Scratch {
    /// The directory itself if there is one, because a dry run leaves it unchanged; otherwise an
    /// empty one.
    pub(super) fn beside(options: StoreOptions) -> Result<Self, Failure> {
        if options.folder().exists() {
            return Ok(Self {
                options,
                folder: None,
            });
        }
        let (id, now) = (std::process::id(), Timestamp::now().as_nanosecond());
        let folder = std::env::temp_dir().join(format!("smooch-console-dry-run-{id}-{now}"));
        // Never an existing folder: it may be somebody else's.
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|error| {
            let what = format!("no temporary folder could be made to count in: {error}");
            Failure::new(Exit::Failure, what, "set TMPDIR to a folder of your own")
        })?;
        let options = StoreOptions {
            data_folder: folder.clone(),
            ..options
        };
        Ok(Self {
            options,
            folder: Some(folder),
        })
    }

    pub(super) fn options(&self) -> StoreOptions {
        self.options.clone()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // The writes were rolled back, so only empty files can be left.
            let _ = fs::remove_dir_all(folder);
        }
    }
}
