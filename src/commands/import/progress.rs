//! What `import` prints on standard error while it works.
//!
//! On a terminal this is a bar, and with `--progress` a line for each batch. Of refused lines the
//! first of each reason follows, and at the end how many more there were: no more than somebody would
//! read.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use super::record::{OverApi, Printed, Rejection};
use super::weighed::counted;
use crate::commands::failure::note;
use crate::directory::import::{FileKind, ImportReport, Progress};
use crate::domain::Untrusted;
use crate::text::SafeText;

/// Most refused lines to print, of as many reasons.
const MOST_PRINTED: usize = 20;

/// Numbers of lines that are named for a reason.
const MOST_NUMBERS: usize = 5;

/// Most refused lines to keep for JSON.
const MOST_KEPT: usize = 1_000;

/// Cells of the bar.
const BAR: u64 = 30;

/// Why lines were refused, after the first of them was printed.
struct Reason {
    why: String,
    /// The first of the others.
    lines: Vec<u64>,
    others: u64,
}

/// The progress of one file, on standard error.
pub(super) struct ProgressReport {
    file: SafeText,
    lines_asked: bool,
    is_terminal: bool,
    bar_shown: bool,
    unit: &'static str,
    rejections: Vec<Rejection>,
    reasons: Vec<Reason>,
    rejected_otherwise: u64,
    over_api: Vec<OverApi>,
    over_api_count: u64,
    so_far: ImportReport,
}

impl ProgressReport {
    pub(super) fn new(file: &Path, lines_asked: bool) -> Self {
        Self {
            file: name_of(file),
            lines_asked,
            is_terminal: io::stderr().is_terminal(),
            bar_shown: false,
            unit: "line",
            rejections: Vec::new(),
            reasons: Vec::new(),
            rejected_otherwise: 0,
            over_api: Vec::new(),
            over_api_count: 0,
            so_far: ImportReport::default(),
        }
    }

    pub(super) fn show(&mut self, step: Progress<'_>) {
        match step {
            Progress::Recognised(kind) => {
                if kind == FileKind::JsonDocument {
                    self.unit = "record";
                }
            }
            Progress::Resumed { line, counts } => {
                self.so_far.resumed_after = Some(line);
                self.so_far.counts = counts;
                let unit = self.unit;
                self.say(&format!(
                    "an earlier import stopped; resuming after {unit} {line}"
                ));
            }
            Progress::Rejected { line, why } => self.show_rejected(line, why),
            Progress::OverApi { line, member } => self.show_over_api(line, member),
            Progress::Written {
                bytes,
                total,
                counts,
            } => {
                self.so_far.counts = counts;
                let records = counted(counts.records(), "record");
                if self.lines_asked {
                    self.say(&format!("{records} safely written"));
                } else if self.is_terminal {
                    self.draw_bar(bytes, total, &records);
                }
            }
            Progress::Indexing if self.lines_asked => self.say("building the indexes"),
            Progress::Indexing => {}
        }
    }

    fn show_rejected(&mut self, line: u64, why: &str) {
        if self.rejections.len() < MOST_KEPT {
            let reason = why.to_owned();
            self.rejections.push(Rejection { line, reason });
        }
        if let Some(reason) = self.reasons.iter_mut().find(|reason| reason.why == why) {
            reason.others += 1;
            if reason.lines.len() < MOST_NUMBERS {
                reason.lines.push(line);
            }
        } else if self.reasons.len() < MOST_PRINTED {
            let unit = self.unit;
            self.say(&format!("{unit} {line} rejected: {why}"));
            self.reasons.push(Reason {
                why: why.to_owned(),
                lines: Vec::new(),
                others: 0,
            });
        } else {
            self.rejected_otherwise += 1;
        }
    }

    /// Says how many more lines were refused for reasons that were printed.
    fn show_others_rejected(&mut self) {
        let unit = self.unit;
        for reason in std::mem::take(&mut self.reasons) {
            if reason.others == 0 {
                continue;
            }
            let more = counted(reason.others, &format!("more {unit}"));
            let lines: Vec<String> = reason.lines.iter().map(u64::to_string).collect();
            let rest = if usize::try_from(reason.others).is_ok_and(|it| it == lines.len()) {
                ""
            } else {
                ", …"
            };
            let (lines, why) = (lines.join(", "), reason.why);
            self.say(&format!("{more} rejected ({lines}{rest}): {why}"));
        }
        if self.rejected_otherwise > 0 {
            let more = counted(self.rejected_otherwise, &format!("more {unit}"));
            self.say(&format!("{more} rejected for other reasons"));
        }
    }

    fn show_over_api(&mut self, line: u64, member: &Untrusted) {
        self.over_api_count += 1;
        if self.over_api.len() < MOST_PRINTED {
            let parts = [
                SafeText::own(format_args!(": line {line}: ")),
                SafeText::of(member),
                SafeText::own(" would be shown in place of what the API said earlier"),
            ];
            self.clear_bar();
            let file = [self.file.clone()].into_iter();
            note(&SafeText::join(file.chain(parts)));
        }
        if self.over_api.len() < MOST_KEPT {
            #[expect(clippy::disallowed_methods, reason = "escaped by the JSON")]
            let member = member.expose().to_owned();
            self.over_api.push(OverApi { line, member });
        }
    }

    /// Removes the bar and prints how many lines were not printed. Returns what is safely written,
    /// and the lines.
    pub(super) fn finish(&mut self) -> (ImportReport, Printed) {
        self.clear_bar();
        self.show_others_rejected();
        let printed = u64::try_from(MOST_PRINTED).unwrap_or(u64::MAX);
        if self.over_api_count > printed {
            let more = counted(self.over_api_count - printed, "more fact");
            self.say(&format!("{more} in place of what the API said earlier"));
        }
        let lines = Printed {
            rejections: std::mem::take(&mut self.rejections),
            over_api: std::mem::take(&mut self.over_api),
        };
        (std::mem::take(&mut self.so_far), lines)
    }

    fn say(&mut self, words: &str) {
        self.clear_bar();
        let parts = [self.file.clone(), SafeText::own(format_args!(": {words}"))];
        note(&SafeText::join(parts));
    }

    fn draw_bar(&mut self, bytes: u64, total: Option<u64>, records: &str) {
        let mut to = io::stderr();
        // If standard error is closed, nobody misses the bar.
        let Some(total) = total else {
            let _ = write!(to, "\r{records} ");
            let _ = to.flush();
            self.bar_shown = true;
            return;
        };
        let done = (bytes * BAR).checked_div(total).unwrap_or(BAR).min(BAR);
        let percent = (bytes * 100).checked_div(total).unwrap_or(100).min(100);
        let cells = |count: u64, sign: &str| sign.repeat(usize::try_from(count).unwrap_or(0));
        let bar = format!("{}{}", cells(done, "#"), cells(BAR - done, "."));
        let _ = write!(to, "\r[{bar}] {percent:>3} %  {records} ");
        let _ = to.flush();
        self.bar_shown = true;
    }

    fn clear_bar(&mut self) {
        if std::mem::replace(&mut self.bar_shown, false) {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(70));
        }
    }
}

/// Says why a file was not imported.
pub(super) fn complain(file: &Path, why: &str) {
    let words = SafeText::own(format_args!(": not imported: {why}"));
    note(&SafeText::join([name_of(file), words]));
}

fn name_of(file: &Path) -> SafeText {
    SafeText::of(&file.to_string_lossy().into_owned().into())
}
