//! Reads a file on its own threads, so that the writing thread gets parsed records.
//!
//! In: an open file. Out: batches of records in the file's order, each parsed or refused with the
//! reason. One thread cuts the file into batches; others, as many as there are processors, take
//! turns at parsing them. Few batches wait at a time, so memory does not grow with the file. Never
//! writes.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, Scope};

use memchr::memchr;

use super::json_line::Setting;
use super::line::{Event, Several};
use super::lines::{Format, Lines};
use super::progress::Place;
use super::raw::{Numbered, Raw};
use super::{BATCH, ImportError, csv_rows, json_line};
use crate::directory::store::{Change, Report, Unchanged, hash_of};
use crate::domain::facts::Key;

/// A batch ends when it has this many bytes, however few records they are.
const BATCH_BYTES: usize = 4 << 20;

/// Batches that may wait in each queue.
const WAITING: usize = 1;

/// The longest `_id` that is taken, in characters.
const LONGEST_ID: usize = 1_024;

/// More threads would only wait for the one that writes.
const MOST_THREADS: usize = 4;

/// A record that was parsed, or not.
pub(super) enum Parsed {
    /// The same line was imported before and would change nothing.
    Same { unchanged: Unchanged, raw: Raw },
    /// What the record reports.
    Changes(Several),
    /// Why it was refused.
    Refused(String),
}

/// A record and the line that it begins on.
pub(super) struct Record {
    pub(super) line: u64,
    /// A hash of everything that decides what it reports.
    pub(super) hash: u64,
    pub(super) what: Parsed,
}

/// Records that are written together; an empty batch is the end of the file.
pub(super) struct Batch {
    pub(super) records: Vec<Record>,
    /// The bytes of the lines in the batch.
    pub(super) bytes: Vec<u8>,
    /// The place after the last record. The hash is for the thread that writes to add up.
    pub(super) end: Place,
}

/// A batch that has not been parsed.
struct Cut {
    records: Vec<Numbered>,
    bytes: Vec<u8>,
    end: Place,
}

/// What all threads know.
#[derive(Clone, Copy)]
pub(super) struct Job<'j> {
    pub(super) format: &'j Arc<Format>,
    pub(super) setting: Setting<'j>,
    /// Records in a batch.
    pub(super) batch: usize,
    /// Whether a line of this hash is known and would change nothing.
    pub(super) same: &'j (dyn Fn(u64) -> Option<Unchanged> + Sync),
}

/// The batches of a file, in its order.
pub(super) struct Batches {
    from: Vec<Receiver<Result<Batch, ImportError>>>,
    /// Memory goes back to the thread that it came from: freeing it elsewhere slows both down.
    spent: Vec<Sender<Batch>>,
    turn: usize,
}

impl Batches {
    /// The next batch; an empty one is the end, and so is a reader that is gone.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, ImportError> {
        let Some(from) = self.from.get(self.turn) else {
            return Ok(None);
        };
        from.recv().ok().transpose()
    }

    /// Takes the last batch back, and turns to the next one.
    pub(super) fn done_with(&mut self, batch: Batch) {
        if let Some(spent) = self.spent.get(self.turn) {
            // A reader that is gone needs nothing back.
            let _ = spent.send(batch);
        }
        self.turn = (self.turn + 1) % self.from.len().max(1);
    }
}

impl<'j> Job<'j> {
    /// Starts reading. It ends by itself at the end of the file, or when the batches are dropped.
    pub(super) fn start<'scope>(self, scope: &'scope Scope<'scope, '_>, lines: Lines) -> Batches
    where
        'j: 'scope,
    {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (mut to, mut from, mut spent) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..threads.min(MOST_THREADS) {
            let (cut_to, cuts) = sync_channel(WAITING);
            let (batch_to, batches) = sync_channel(WAITING);
            let (spent_to, given_back) = channel();
            scope.spawn(move || self.parse_all(&cuts, &batch_to, &given_back));
            to.push(cut_to);
            from.push(batches);
            spent.push(spent_to);
        }
        scope.spawn(move || self.cut_all(lines, &to));
        Batches {
            from,
            spent,
            turn: 0,
        }
    }

    /// Cuts the file to its end, or until the batches are dropped.
    fn cut_all(self, mut lines: Lines, to: &[SyncSender<Result<Cut, ImportError>>]) {
        for to in to.iter().cycle() {
            let cut = self.cut(&mut lines);
            let is_last = cut.as_ref().map_or(true, |cut| cut.records.is_empty());
            if to.send(cut).is_err() || is_last {
                return;
            }
        }
    }

    fn cut(self, lines: &mut Lines) -> Result<Cut, ImportError> {
        let mut records = Vec::with_capacity(self.batch.min(BATCH));
        let mut bytes = Vec::new();
        let mut size = 0;
        while records.len() < self.batch && size < BATCH_BYTES {
            let Some(record) = lines.next_record(&mut bytes)? else {
                break;
            };
            if let (_, Ok(raw)) = &record {
                size += raw.len();
            }
            records.push(record);
        }
        Ok(Cut {
            records,
            bytes,
            end: lines.place(),
        })
    }

    fn parse_all(
        self,
        from: &Receiver<Result<Cut, ImportError>>,
        to: &SyncSender<Result<Batch, ImportError>>,
        spent: &Receiver<Batch>,
    ) {
        for cut in from {
            spent.try_iter().for_each(drop);
            let batch = cut.map(|cut| self.parse_cut(cut));
            if to.send(batch).is_err() {
                return;
            }
        }
    }

    fn parse_cut(self, cut: Cut) -> Batch {
        let Cut {
            records,
            bytes,
            end,
        } = cut;
        let parse = |(line, raw): Numbered| match raw {
            Ok(raw) => self.parse_new(raw, &bytes, line),
            Err(why) => Record {
                line,
                hash: hash_of(why.as_bytes()),
                what: Parsed::Refused(why),
            },
        };
        Batch {
            records: records.into_iter().map(parse).collect(),
            bytes,
            end,
        }
    }

    fn parse_new(self, raw: Raw, bytes: &[u8], line: u64) -> Record {
        let hash = raw.hash(bytes, self.format, self.setting.extent);
        let what = match (self.same)(hash) {
            Some(unchanged) => Parsed::Same { unchanged, raw },
            None => self.parse(&raw, bytes, hash, line),
        };
        Record { line, hash, what }
    }

    /// Parses a record, whether or not the same line was imported before.
    pub(super) fn parse(self, raw: &Raw, bytes: &[u8], hash: u64, line: u64) -> Parsed {
        let text = raw.text(bytes);
        let setting = Setting {
            key: Key {
                line,
                ..self.setting.key
            },
            ..self.setting
        };
        let parsed = match &**self.format {
            Format::JsonLines | Format::JsonDocument => json_line::parse(text, setting, hash),
            Format::Csv(header) => csv_rows::parse(text, header, hash, setting.key),
        };
        match parsed {
            Ok(mut changes) => {
                changes.iter_mut().for_each(check_ids);
                Parsed::Changes(changes)
            }
            Err(why) => Parsed::Refused(why),
        }
    }
}

/// Refuses ids that no user could be looked up by.
fn check_ids(event: &mut Result<Event, String>) {
    let Ok(Event { change, beside }) = event else {
        return;
    };
    let fault = fault_in(change).or_else(|| beside.iter().find_map(fault_in));
    if let Some(why) = fault {
        *event = Err(why.to_owned());
    }
}

fn fault_in(change: &Change) -> Option<&'static str> {
    match change {
        Change::Nobody => None,
        Change::Deleted { id, .. } => fault_of(id.expose()),
        Change::Report(report) => fault_in_report(report),
        Change::Merged {
            surviving,
            discarded,
            ..
        } => {
            let mut old = discarded.iter();
            let old = old.find_map(|id| fault_of(id.expose()));
            old.or_else(|| fault_in_report(surviving))
        }
    }
}

fn fault_in_report(report: &Report) -> Option<&'static str> {
    let user_id = report.user_id().unwrap_or_default();
    let in_user_id = memchr(0, user_id.as_bytes()).map(|_| "its `userId` holds a NUL");
    report.id.as_deref().and_then(fault_of).or(in_user_id)
}

fn fault_of(id: &str) -> Option<&'static str> {
    if memchr(0, id.as_bytes()).is_some() {
        return Some("its id holds a NUL");
    }
    (id.len() > LONGEST_ID && id.chars().count() > LONGEST_ID)
        .then_some("its id is longer than 1,024 characters")
}
