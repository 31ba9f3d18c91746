//! What `import` says of each file, in JSON and in words.

use std::path::Path;

use serde::Serialize;

use crate::directory::import::ImportReport;
use crate::text::SafeText;

/// A line that was refused.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rejection {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// One file.
#[derive(Debug, Serialize)]
pub(super) struct FileRecord {
    file: String,
    records: u64,
    inserted: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    resumed_after_line: Option<u64>,
    cancelled: bool,
    shared_user_ids: u64,
    /// The first ones of this run.
    rejections: Vec<Rejection>,
    error: Option<String>,
}

impl FileRecord {
    pub(super) fn of(
        file: &Path,
        report: &ImportReport,
        rejections: Vec<Rejection>,
        error: Option<String>,
    ) -> Self {
        let counts = report.counts;
        Self {
            file: file.to_string_lossy().into_owned(),
            records: counts.records(),
            inserted: counts.inserted,
            updated: counts.updated,
            unchanged: counts.unchanged,
            rejected: counts.rejected,
            resumed_after_line: report.resumed_after,
            cancelled: report.cancelled,
            shared_user_ids: report.shared_user_ids,
            rejections,
            error,
        }
    }

    /// Whether everything in the file was taken.
    pub(super) fn is_done(&self) -> bool {
        self.error.is_none() && self.rejected == 0 && !self.cancelled
    }

    /// The counts on one line.
    pub(super) fn words(&self, dry_run: bool) -> SafeText {
        let Self {
            records,
            inserted,
            updated,
            unchanged,
            rejected,
            ..
        } = self;
        let file = SafeText::of(&self.file.as_str().into());
        if self.error.is_some() {
            return SafeText::join([file, SafeText::own(": not imported")]);
        }
        let mut words = format!(
            ": {records} records: {inserted} inserted, {updated} updated, {unchanged} unchanged, {rejected} rejected"
        );
        if self.shared_user_ids > 0 {
            words += "; userIds that stand with more than one user: ";
            words += &self.shared_user_ids.to_string();
        }
        if self.cancelled {
            words += "; stopped, the next run goes on from here";
        }
        if dry_run {
            words += " (dry run: nothing was written)";
        }
        SafeText::join([file, SafeText::own(words)])
    }
}

/// All files.
#[derive(Debug, Serialize)]
pub(super) struct ImportRecord {
    schema: &'static str,
    dry_run: bool,
    records: u64,
    inserted: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    files: Vec<FileRecord>,
}

impl ImportRecord {
    pub(super) fn of(dry_run: bool, files: Vec<FileRecord>) -> Self {
        let sum = |count: fn(&FileRecord) -> u64| files.iter().map(count).sum();
        Self {
            schema: "smooch-console/import/1",
            dry_run,
            records: sum(|file| file.records),
            inserted: sum(|file| file.inserted),
            updated: sum(|file| file.updated),
            unchanged: sum(|file| file.unchanged),
            rejected: sum(|file| file.rejected),
            files,
        }
    }
}
