//! Where a dry run counts when there is no directory yet: in a folder that goes away with it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::commands::{Exit, Failure};
use crate::directory::store::StoreOptions;

/// The directory of a dry run.
pub(super) struct Scratch {
    options: StoreOptions,
    /// The folder that goes away.
    folder: Option<PathBuf>,
}

impl Scratch {
    /// The directory itself if there is one, since it is going to be as it was; else an empty one.
    pub(super) fn beside(options: StoreOptions) -> Result<Self, Failure> {
        if options.folder().exists() {
            return Ok(Self {
                options,
                folder: None,
            });
        }
        let (id, now) = (std::process::id(), Timestamp::now().as_nanosecond());
        let folder = std::env::temp_dir().join(format!("smooch-console-dry-run-{id}-{now}"));
        // Never one that is there already: it may be somebody else's.
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|error| {
            let what = format!("no folder to count in can be made in the temporary one: {error}");
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
            // What was written there was taken back before; only empty files can be left.
            let _ = fs::remove_dir_all(folder);
        }
    }
}
