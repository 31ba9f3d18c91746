//! What became of what a file says, beside what was known: as JSON and in sentences.
//!
//! In: the report of an import. Out: only the sentences that apply.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::directory::import::{DatedBy, FileKind, ImportReport};
use crate::text::time;

/// The counts, and the moment as of which the file reports.
#[derive(Debug, Serialize)]
pub(super) struct WeighedRecord {
    as_of: Option<Timestamp>,
    /// Whether the moment is the date of the `file`, was given as an `option`, or is that of
    /// `reading` a stream.
    dated_by: Option<&'static str>,
    older_facts: u64,
    facts_over_api: u64,
    forgotten: u64,
    same_bytes_as: Option<Timestamp>,
    #[serde(skip)]
    kind: FileKind,
    /// Whether it has empty cells in rows about anybody who was known before.
    #[serde(skip)]
    leaves_known: bool,
}

impl WeighedRecord {
    pub(super) fn of(report: &ImportReport) -> Self {
        let weighed = report.weighed;
        Self {
            as_of: report.as_of.map(|as_of| as_of.at),
            dated_by: report.as_of.map(|as_of| match as_of.by {
                DatedBy::File => "file",
                DatedBy::Agent => "option",
                DatedBy::Reading => "reading",
            }),
            older_facts: weighed.older,
            facts_over_api: weighed.over_api,
            forgotten: weighed.forgotten,
            same_bytes_as: report.same_bytes_as,
            kind: report.kind,
            leaves_known: report.mended.has_empty_cells
                && report.counts.updated + report.counts.unchanged > 0,
        }
    }

    /// A line for each thing that is worth knowing.
    pub(super) fn words(&self, dry_run: bool, zone: &TimeZone) -> Vec<String> {
        let thing = match self.kind {
            FileKind::JsonLines | FileKind::JsonDocument => "fact",
            FileKind::Csv => "cell",
        };
        let as_of = self.as_of.map(|at| time::full(at, zone));
        let dated = as_of.as_ref().map(|at| match self.dated_by {
            Some("file") => format!("as of {at}, the file's date (--as-of changes it)"),
            Some("reading") => format!("as of {at}, when it was read (--as-of changes it)"),
            _ => format!("as of {at}, given with --as-of"),
        });
        let some = |count: u64, words: String| (count > 0).then_some(words);
        let older = counted(self.older_facts, thing);
        let over_api = counted(self.facts_over_api, thing);
        let listed = if dry_run {
            ""
        } else {
            " (--dry-run before importing lists them)"
        };
        let forgotten = counted(self.forgotten, "record");
        let before = self.same_bytes_as.filter(|at| Some(*at) < self.as_of);
        let again = before.zip(as_of.as_ref()).map(|(before, now)| {
            let before = time::full(before, zone);
            format!("same bytes as the import as of {before}, now counted as of {now}")
        });
        [
            dated,
            some(
                self.older_facts,
                format!("{older} older than what is known: not used"),
            ),
            some(
                self.facts_over_api,
                format!("{over_api} shown in place of what the API said earlier{listed}"),
            ),
            some(
                self.forgotten,
                format!("{forgotten} about people who were forgotten: not used"),
            ),
            self.leaves_known
                .then(|| "empty cells take nothing away".to_owned()),
            again,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A number of things, named in the singular.
pub(super) fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::directory::import::{AsOf, Counts, Mended, Weighed};

    fn words(report: &ImportReport, dry_run: bool) -> Vec<String> {
        WeighedRecord::of(report).words(dry_run, &TimeZone::UTC)
    }

    #[test]
    fn only_the_sentences_that_apply_are_said() {
        let events = ImportReport::default();
        assert!(words(&events, false).is_empty());
        let at = "2024-05-03T14:02:00Z".parse().unwrap();
        let list = ImportReport {
            as_of: Some(AsOf {
                at,
                by: DatedBy::File,
            }),
            kind: FileKind::Csv,
            counts: Counts {
                updated: 1,
                ..Counts::default()
            },
            weighed: Weighed {
                older: 312,
                over_api: 1,
                forgotten: 2,
            },
            same_bytes_as: "2024-05-02T09:00:00Z".parse().ok(),
            mended: Mended {
                has_empty_cells: true,
                ..Mended::default()
            },
            ..ImportReport::default()
        };
        assert_eq!(
            words(&list, false),
            [
                "as of 2024-05-03 14:02:00 UTC, the file's date (--as-of changes it)",
                "312 cells older than what is known: not used",
                "1 cell shown in place of what the API said earlier (--dry-run before importing \
                 lists them)",
                "2 records about people who were forgotten: not used",
                "empty cells take nothing away",
                "same bytes as the import as of 2024-05-02 09:00:00 UTC, now counted as of \
                 2024-05-03 14:02:00 UTC",
            ]
        );
        assert!(words(&list, true)[2].ends_with("said earlier"));
        let again = ImportReport {
            same_bytes_as: Some(at),
            ..list
        };
        assert_eq!(words(&again, false).len(), 5);
        let full = ImportReport {
            mended: Mended::default(),
            ..again
        };
        assert_eq!(words(&full, false).len(), 4);
    }

    #[test]
    fn a_moment_that_was_given_is_not_called_the_date_of_the_file() {
        let report = ImportReport {
            as_of: Some(AsOf {
                at: Timestamp::UNIX_EPOCH,
                by: DatedBy::Agent,
            }),
            ..ImportReport::default()
        };
        let given = "as of 1970-01-01 00:00:00 UTC, given with --as-of";
        assert_eq!(words(&report, false), [given]);
    }
}
