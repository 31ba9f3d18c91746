//! Cuts a file into records without ever holding more than one of them.
//!
//! In: an open file and the place to begin at. Out: JSON lines or CSV rows with their line numbers,
//! or why one is refused; the line after it is read all the same. The first bytes show what kind of
//! file it is.

use std::io::{self, BufRead as _, Read as _};
use std::sync::Arc;

use super::columns::ColumnMapping;
use super::csv_rows::{Header, texts};
use super::document::Document;
use super::input::Input;
use super::progress::Place;
use super::quotation::{Within, follow};
use super::raw::{LONGEST, Numbered, Raw, too_long};
use super::recognising::{Recognised, recognise};
use super::{FileKind, ImportError};
use crate::directory::store::hash_of;
use crate::wire::facts::Extent;

/// So many bytes in all are read in search of a closing quotation mark and then read again.
const PATIENCE: u64 = 4 * LONGEST;

/// Counts what has changed in how records are read: a record that was read in another way is read
/// again, even if it is the same.
const PARSER: u8 = 3;

/// Rows below the header that are looked at to judge a column by its values.
const SAMPLE: usize = 200;

/// What kind of file it is.
#[derive(Debug)]
pub(super) enum Format {
    /// One JSON object a line.
    JsonLines,
    /// JSON over any number of lines.
    JsonDocument,
    /// Rows under a header.
    Csv(Header),
}

impl Format {
    pub(super) const fn kind(&self) -> FileKind {
        match self {
            Self::JsonLines => FileKind::JsonLines,
            Self::JsonDocument => FileKind::JsonDocument,
            Self::Csv(_) => FileKind::Csv,
        }
    }
}

impl Raw {
    /// A hash of everything that decides what the record reports.
    pub(super) fn hash(&self, bytes: &[u8], format: &Format, extent: Extent) -> u64 {
        let flag = match extent {
            Extent::Whole => 1,
            Extent::Part => 0,
        };
        let hash = hash_of(self.text(bytes)) ^ hash_of(&[PARSER, flag]);
        match format {
            Format::JsonLines | Format::JsonDocument => hash,
            Format::Csv(header) => hash ^ header.hash(),
        }
    }
}

/// Where reading a line came to.
enum Reached {
    /// Its end, which may be that of the file.
    End(Raw),
    /// As far as it may be read, which is not its end.
    Limit(Raw),
    /// The end of the file: there is no line.
    Nothing,
}

/// A file that is read record by record.
pub(super) struct Lines {
    format: Arc<Format>,
    from: Input,
    place: Place,
    /// The last sign of every line.
    line_end: u8,
    patience: u64,
    document: Document,
}

impl Lines {
    /// Finds out what kind of file it is by its beginning, and goes behind the header.
    pub(super) fn open(
        input: Input,
        head: &[u8],
        mapping: &ColumnMapping,
    ) -> Result<Self, ImportError> {
        let recognised = recognise(head).map_err(ImportError::Unsuitable)?;
        let mut lines = Self::begin(input, recognised)?;
        if let Recognised::Csv { delimiter, .. } = recognised {
            let mut sample = Self::begin(Input::of_bytes(head), recognised)?;
            let rows = sample.sample(delimiter)?;
            let header = lines.read_header(delimiter, &rows, mapping)?;
            lines.format = Arc::new(Format::Csv(header));
        }
        Ok(lines)
    }

    /// Goes to the first line that counts.
    fn begin(mut from: Input, recognised: Recognised) -> io::Result<Self> {
        let skipped = recognised.skipped();
        from.skip(skipped)?;
        Ok(Self {
            format: Arc::new(match recognised {
                Recognised::JsonDocument { .. } => Format::JsonDocument,
                Recognised::JsonLines { .. } | Recognised::Csv { .. } => Format::JsonLines,
            }),
            from,
            place: Place {
                offset: skipped,
                line: match recognised {
                    Recognised::Csv { lines, .. } => lines,
                    _ => 0,
                },
                ..Place::default()
            },
            line_end: match recognised {
                Recognised::Csv { line_end, .. } => line_end,
                _ => b'\n',
            },
            patience: PATIENCE,
            document: Document::default(),
        })
    }

    /// Goes on to a place in the same file.
    pub(super) fn resume(mut self, start: Place) -> Result<Self, ImportError> {
        if start == Place::default() {
            return Ok(self);
        }
        if matches!(*self.format, Format::JsonDocument) {
            // What is open around the place is known only from the beginning.
            let mut bytes = Vec::new();
            while self.place.offset < start.offset && self.next_record(&mut bytes)?.is_some() {
                bytes.clear();
            }
        } else {
            self.from
                .skip(start.offset.saturating_sub(self.place.offset))?;
        }
        self.place = start;
        Ok(self)
    }

    /// The first rows below the header.
    fn sample(&mut self, sign: u8) -> io::Result<Vec<Vec<String>>> {
        let mut bytes = Vec::new();
        let mut rows = Vec::new();
        while rows.len() <= SAMPLE {
            bytes.clear();
            let Some((_, row)) = self.next_row(sign, &mut bytes)? else {
                break;
            };
            // A row that cannot be read is refused later; here it says nothing.
            rows.push(
                row.and_then(|row| texts(row.text(&bytes), sign))
                    .unwrap_or_default(),
            );
        }
        Ok(rows.split_off(1.min(rows.len())))
    }

    fn read_header(
        &mut self,
        sign: u8,
        rows: &[Vec<String>],
        mapping: &ColumnMapping,
    ) -> Result<Header, ImportError> {
        let mut bytes = Vec::new();
        match self.next_row(sign, &mut bytes)? {
            Some((_, Ok(row))) => Header::parse(row.text(&bytes), sign, rows, mapping)
                .map_err(ImportError::Unsuitable),
            Some((_, Err(why))) => Err(ImportError::Unsuitable(format!(
                "its header cannot be read: {why}"
            ))),
            None => Err(ImportError::Unsuitable("it has no header".to_owned())),
        }
    }

    pub(super) fn format(&self) -> Arc<Format> {
        Arc::clone(&self.format)
    }

    /// The place after the last record.
    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// The next record that is not blank, added to `bytes`.
    pub(super) fn next_record(
        &mut self,
        bytes: &mut Vec<u8>,
    ) -> Result<Option<Numbered>, ImportError> {
        let next = match &*self.format {
            Format::Csv(header) => {
                let sign = header.delimiter();
                self.next_row(sign, bytes)
            }
            Format::JsonLines => self.next_object(bytes),
            Format::JsonDocument => {
                let limit = LONGEST;
                self.document
                    .next(&mut self.from, &mut self.place, bytes, limit)
            }
        };
        Ok(next?)
    }

    fn next_object(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Numbered>> {
        let line = self.next_line(bytes)?;
        Ok(line.map(|line| {
            let trimmed = line.map(|line| {
                let text = line.text(bytes);
                let start = line.0.end - text.trim_ascii_start().len();
                Raw(start..start + text.trim_ascii().len())
            });
            (self.place.line, trimmed)
        }))
    }

    /// The next row: one line, or more if there are line ends between quotation marks.
    fn next_row(&mut self, sign: u8, bytes: &mut Vec<u8>) -> io::Result<Option<Numbered>> {
        let Some(first) = self.next_line(bytes)? else {
            return Ok(None);
        };
        let after_first = self.place;
        let first_end = bytes.len();
        let number = after_first.line;
        let mut row = match first {
            Ok(row) => row,
            Err(why) => return Ok(Some((number, Err(why)))),
        };
        let mut within = follow(row.text(bytes), sign, Within::Row);
        while within == Ok(Within::Quotation) {
            let looked = self.place.offset - after_first.offset;
            let limit = self.patience.min(LONGEST).saturating_sub(looked);
            within = match self.read_line(bytes, limit)? {
                Reached::End(line) => {
                    row.0.end = line.0.end;
                    follow(line.text(bytes), sign, Within::Quotation)
                }
                Reached::Limit(_) => Err("a quotation mark is not closed anywhere near"),
                Reached::Nothing => Err("a quotation mark is not closed"),
            };
        }
        let Err(why) = within else {
            return Ok(Some((number, Ok(row))));
        };
        // The lines behind the first are rows of their own.
        let looked = self.place.offset - after_first.offset;
        self.patience = self.patience.saturating_sub(looked);
        self.from
            .give_back(bytes.get(first_end..).unwrap_or_default());
        self.place = after_first;
        bytes.truncate(row.0.start);
        Ok(Some((number, Err(why.to_owned()))))
    }

    /// Reads on to a line that is not blank.
    fn next_line(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Result<Raw, String>>> {
        loop {
            let line = match self.read_line(bytes, LONGEST)? {
                Reached::End(line) => line,
                Reached::Limit(line) => {
                    bytes.truncate(line.0.start);
                    let skipped = skip_line(&mut self.from, self.line_end)?;
                    self.place.offset += skipped;
                    return Ok(Some(Err(too_long())));
                }
                Reached::Nothing => return Ok(None),
            };
            if !line.text(bytes).trim_ascii().is_empty() {
                return Ok(Some(Ok(line)));
            }
            bytes.truncate(line.0.start);
        }
    }

    /// Reads a line, or as much of it as the limit allows. Its end is read too but is no part of
    /// it.
    fn read_line(&mut self, bytes: &mut Vec<u8>, limit: u64) -> io::Result<Reached> {
        let start = bytes.len();
        let mut from = (&mut self.from).take(limit);
        let read = from.read_until(self.line_end, bytes)?;
        let read = u64::try_from(read).unwrap_or_default();
        if read == 0 && limit > 0 {
            return Ok(Reached::Nothing);
        }
        self.place.offset += read;
        self.place.line += 1;
        let line = bytes.get(start..).unwrap_or_default();
        if read == limit && line.last() != Some(&self.line_end) {
            return Ok(Reached::Limit(Raw(start..bytes.len())));
        }
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let end = line.iter().rposition(|byte| !is_end(byte));
        // Where lines end with CR, an LF may follow.
        let begin = usize::from(self.line_end == b'\r' && line.starts_with(b"\n"));
        let end = end.map_or(begin, |end| end + 1);
        Ok(Reached::End(Raw(start + begin..start + end)))
    }
}

/// Skips the rest of a line without holding it.
fn skip_line(from: &mut Input, line_end: u8) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let waiting = from.fill_buf()?;
        let end = memchr::memchr(line_end, waiting);
        let used = end.map_or(waiting.len(), |end| end + 1);
        from.consume(used);
        skipped += u64::try_from(used).unwrap_or_default();
        if end.is_some() || used == 0 {
            return Ok(skipped);
        }
    }
}
