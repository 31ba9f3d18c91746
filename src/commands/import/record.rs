//! What `import` reports about each file, as JSON and as text.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Serialize;

use super::asking::AskedRecord;
use super::columns::{self, ColumnRecord, MendedRecord};
use super::weighed::{WeighedRecord, counted};
use crate::directory::import::ImportReport;
use crate::text::SafeText;

/// A line that was refused.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rejection {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// A fact that a list would put in place of what the API said.
#[derive(Debug, Clone, Serialize)]
pub(super) struct OverApi {
    pub(super) line: u64,
    pub(super) member: String,
}

/// The lines that were printed, and as many more as are kept.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub(super) rejections: Vec<Rejection>,
    pub(super) over_api: Vec<OverApi>,
}

/// One file.
#[derive(Debug, Serialize)]
pub(super) struct FileRecord {
    file: String,
    records: u64,
    inserted: u64,
    not_yet_asked: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    resumed_after_line: Option<u64>,
    cancelled: bool,
    shared_user_ids: u64,
    #[serde(flatten)]
    weighed: WeighedRecord,
    /// What became of each column; empty for what is no table.
    columns: Vec<ColumnRecord>,
    mended: Option<MendedRecord>,
    /// What the options that were given do not mean for this kind of file.
    notes: Vec<&'static str>,
    /// The first refused lines of this run.
    rejections: Vec<Rejection>,
    /// In a dry run, the first facts in place of what the API said.
    over_api_facts: Vec<OverApi>,
    error: Option<String>,
    #[serde(skip)]
    ending: Ending,
    #[serde(skip)]
    is_stream: bool,
}

/// How the import of a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// At the end of the file, or where somebody stopped it.
    Proper,
    /// This kind of file cannot be imported.
    Unsuitable,
    /// The directory could no longer be written.
    Failed,
}

impl FileRecord {
    pub(super) fn of(file: &Path, report: &ImportReport, printed: Printed) -> Self {
        let counts = report.counts;
        Self {
            file: file.to_string_lossy().into_owned(),
            records: counts.records(),
            inserted: counts.inserted,
            not_yet_asked: counts.not_yet_asked,
            updated: counts.updated,
            unchanged: counts.unchanged,
            rejected: counts.rejected,
            resumed_after_line: report.resumed_after,
            cancelled: report.cancelled,
            shared_user_ids: report.shared_user_ids,
            weighed: WeighedRecord::of(report),
            columns: report.columns.iter().map(ColumnRecord::of).collect(),
            mended: MendedRecord::of(report),
            notes: Vec::new(),
            rejections: printed.rejections,
            over_api_facts: printed.over_api,
            error: None,
            ending: Ending::Proper,
            is_stream: report.is_stream,
        }
    }

    /// Notes which options do not mean anything for this kind of file.
    pub(super) fn with_notes(mut self, notes: Vec<&'static str>) -> Self {
        self.notes = notes;
        self
    }

    /// Notes why the file was not imported.
    pub(super) fn unsuitable(mut self, why: String) -> Self {
        self.error = Some(why);
        self.ending = Ending::Unsuitable;
        self
    }

    /// Notes why the directory could no longer be written.
    pub(super) fn failed(mut self, why: String) -> Self {
        self.error = Some(why);
        self.ending = Ending::Failed;
        self
    }

    /// Whether the directory could no longer be written.
    pub(super) fn has_failed(&self) -> bool {
        self.ending == Ending::Failed
    }

    fn is_done(&self) -> bool {
        self.error.is_none() && self.rejected == 0 && !self.cancelled
    }

    /// The counts on one line.
    fn words(&self, dry_run: bool) -> SafeText {
        let file = name_of(&self.file);
        if self.ending == Ending::Unsuitable {
            return SafeText::join([file, SafeText::own(": not imported")]);
        }
        let Self {
            inserted,
            updated,
            unchanged,
            rejected,
            ..
        } = self;
        let records = counted(self.records, "record");
        let not_yet_asked = match self.not_yet_asked {
            0 => String::new(),
            count => format!(" {count} known by userId, not yet asked,"),
        };
        let mut words = format!(
            ": {records}: {inserted} inserted,{not_yet_asked} {updated} updated, \
             {unchanged} unchanged, {rejected} rejected"
        );
        if self.shared_user_ids > 0 {
            words += "; userIds shared by several users: ";
            words += &self.shared_user_ids.to_string();
        }
        words += match self.ending {
            Ending::Failed => "; failed",
            _ if self.cancelled => "; stopped",
            _ => "",
        };
        if !dry_run && (self.has_failed() || self.cancelled) {
            words += if self.is_stream {
                ", what was read so far is kept"
            } else {
                ", the next run resumes here"
            };
        }
        if dry_run {
            words += " (dry run: nothing was written)";
        }
        SafeText::join([file, SafeText::own(words)])
    }
}

impl FileRecord {
    /// What became of the columns and of what the file says.
    fn words_below(&self, dry_run: bool, is_asked: bool, zone: &TimeZone) -> Vec<SafeText> {
        let mended = self.mended.map(MendedRecord::words).unwrap_or_default();
        let notes = self.notes.iter().map(|note| (*note).to_owned());
        let weighed = self.weighed.words(dry_run, zone);
        let hint = (self.not_yet_asked > 0 && !is_asked).then(|| {
            "nobody is shown for a userId that was not asked yet: import --ask asks the API, and so \
             does opening it"
                .to_owned()
        });
        let own = mended.into_iter().chain(notes).chain(weighed).chain(hint);
        let mut lines = columns::words(&self.columns);
        lines.extend(own.map(SafeText::own));
        lines
    }
}

fn name_of(file: &str) -> SafeText {
    SafeText::of(&file.into())
}

/// All files.
#[derive(Debug, Serialize)]
pub(super) struct ImportRecord {
    schema: &'static str,
    dry_run: bool,
    records: u64,
    inserted: u64,
    not_yet_asked: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    files: Vec<FileRecord>,
    /// Files after the one where the import stopped.
    not_begun: Vec<String>,
    /// What the API said about `userId`s, if it was asked.
    asked: Option<AskedRecord>,
}

impl ImportRecord {
    pub(super) fn of<'f>(
        dry_run: bool,
        files: Vec<FileRecord>,
        not_begun: impl Iterator<Item = &'f PathBuf>,
    ) -> Self {
        let sum = |count: fn(&FileRecord) -> u64| files.iter().map(count).sum();
        Self {
            schema: "smooch-console/import/1",
            dry_run,
            records: sum(|file| file.records),
            inserted: sum(|file| file.inserted),
            not_yet_asked: sum(|file| file.not_yet_asked),
            updated: sum(|file| file.updated),
            unchanged: sum(|file| file.unchanged),
            rejected: sum(|file| file.rejected),
            files,
            not_begun: not_begun
                .map(|file| file.to_string_lossy().into_owned())
                .collect(),
            asked: None,
        }
    }

    /// Adds what the API said about `userId`s.
    pub(super) fn with_asked(mut self, asked: AskedRecord) -> Self {
        self.asked = Some(asked);
        self
    }

    /// Whether no file was started.
    pub(super) const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether everything in all files was imported.
    pub(super) fn is_done(&self) -> bool {
        self.not_begun.is_empty() && self.files.iter().all(FileRecord::is_done)
    }

    /// A line for each file, and below it what became of what the file says.
    pub(super) fn words(&self, zone: &TimeZone) -> Vec<SafeText> {
        let begun = self.files.iter().flat_map(|file| {
            let below = match file.ending {
                Ending::Unsuitable => Vec::new(),
                Ending::Proper | Ending::Failed => {
                    file.words_below(self.dry_run, self.asked.is_some(), zone)
                }
            };
            let below = below
                .into_iter()
                .map(|line| SafeText::join([SafeText::own("  "), line]));
            std::iter::once(file.words(self.dry_run)).chain(below)
        });
        let not_begun = self.not_begun.iter().map(|file| {
            let words = SafeText::own(": not started");
            SafeText::join([name_of(file), words])
        });
        let asked = self.asked.iter().map(AskedRecord::words);
        begun.chain(not_begun).chain(asked).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::import::Counts;

    #[test]
    fn an_import_that_asks_the_api_does_not_explain_how_to() {
        let report = ImportReport {
            counts: Counts {
                not_yet_asked: 1,
                ..Counts::default()
            },
            ..ImportReport::default()
        };
        let file = FileRecord::of(Path::new("u.csv"), &report, Printed::default());
        let record = ImportRecord::of(false, vec![file], std::iter::empty());
        let is_told = |record: &ImportRecord| {
            let words = record.words(&TimeZone::UTC);
            words.iter().any(|line| line.as_str().contains("--ask"))
        };
        assert!(is_told(&record));
        assert!(!is_told(&record.with_asked(AskedRecord::default())));
    }

    #[test]
    fn only_a_real_import_can_be_resumed() {
        let report = ImportReport {
            counts: Counts {
                inserted: 1,
                ..Counts::default()
            },
            cancelled: true,
            ..ImportReport::default()
        };
        let words = |dry_run| {
            let record = FileRecord::of(Path::new("u.csv"), &report, Printed::default());
            record.words(dry_run).as_str().to_owned()
        };
        let counts = "u.csv: 1 record: 1 inserted, 0 updated, 0 unchanged, 0 rejected; stopped";
        assert_eq!(words(false), format!("{counts}, the next run resumes here"));
        assert_eq!(
            words(true),
            format!("{counts} (dry run: nothing was written)")
        );
    }
}
