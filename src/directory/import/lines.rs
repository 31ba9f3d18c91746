//! Cuts a file into records without ever holding more than one of them.
//!
//! In: an open file and the place to begin at. Out: JSON lines or CSV rows with their line numbers,
//! or why one cannot be taken. What kind of file it is shows in its first bytes.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ImportError;
use super::csv_rows::Header;
use super::progress::Place;
use crate::directory::store::hash_of;

/// The longest record that is taken, in bytes.
pub(super) const LONGEST: u64 = 8 << 20;

const BUFFER: usize = 256 << 10;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What kind of file it is.
#[derive(Debug)]
pub(super) enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Rows under a header.
    Csv(Header),
}

/// One record as it stands in the file.
#[derive(Debug)]
pub(super) enum Raw {
    /// Where the line stands among the bytes that were read with it.
    Line(Range<usize>),
    Row(csv::ByteRecord),
}

impl Raw {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Line(line) => line.len(),
            Self::Row(row) => row.as_slice().len(),
        }
    }

    /// A hash of everything that decides what the record tells.
    pub(super) fn hash(&self, bytes: &[u8], format: &Format) -> u64 {
        match (self, format) {
            (Self::Row(row), Format::Csv(header)) => {
                let mut hashed = header.hash().to_le_bytes().to_vec();
                for field in row {
                    hashed.extend(u64::try_from(field.len()).unwrap_or_default().to_le_bytes());
                    hashed.extend(field);
                }
                hash_of(&hashed)
            }
            (Self::Row(row), Format::JsonLines) => hash_of(row.as_slice()),
            (Self::Line(line), _) => hash_of(bytes.get(line.clone()).unwrap_or_default()),
        }
    }
}

/// A record with the line it begins on, or why it cannot be taken.
pub(super) type Numbered = (u64, Result<Raw, String>);

/// A file that is read record by record.
pub(super) struct Lines {
    format: Arc<Format>,
    reader: Reader,
}

enum Reader {
    Json {
        from: BufReader<File>,
        place: Place,
    },
    Csv {
        from: Box<csv::Reader<Bounded>>,
        limit: Arc<AtomicU64>,
        /// Whether lines end with CR LF.
        has_cr: bool,
        ended: bool,
    },
}

impl Lines {
    /// Finds out what kind of file it is, and goes to the place.
    pub(super) fn open(mut file: File, path: &Path, start: Place) -> Result<Self, ImportError> {
        let mut head = Vec::new();
        (&mut file).take(4096).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(0))?;
        if is_csv(&head, path)? {
            return Self::open_csv(file, &head, start);
        }
        let skipped = if head.starts_with(BOM) { BOM.len() } else { 0 };
        let place = if start == Place::default() {
            Place {
                offset: u64::try_from(skipped).unwrap_or_default(),
                line: 0,
            }
        } else {
            start
        };
        file.seek(SeekFrom::Start(place.offset))?;
        Ok(Self {
            format: Arc::new(Format::JsonLines),
            reader: Reader::Json {
                from: BufReader::with_capacity(BUFFER, file),
                place,
            },
        })
    }

    fn open_csv(file: File, head: &[u8], start: Place) -> Result<Self, ImportError> {
        let limit = Arc::new(AtomicU64::new(LONGEST));
        let delimiter = delimiter(head);
        let bounded = Bounded {
            length: file.metadata()?.len(),
            delimiter,
            file,
            at: 0,
            limit: Arc::clone(&limit),
        };
        let mut from = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(bounded);
        let header = from.byte_headers().map_err(unsuitable)?;
        let header = Header::parse(header).map_err(ImportError::Unsuitable)?;
        if start != Place::default() {
            let mut position = csv::Position::new();
            position.set_byte(start.offset).set_line(start.line + 1);
            limit.store(start.offset.saturating_add(LONGEST), Ordering::Relaxed);
            from.seek(position).map_err(unsuitable)?;
        }
        Ok(Self {
            format: Arc::new(Format::Csv(header)),
            reader: Reader::Csv {
                from: Box::new(from),
                limit,
                has_cr: ends_with_cr(head),
                ended: false,
            },
        })
    }

    pub(super) fn format(&self) -> Arc<Format> {
        Arc::clone(&self.format)
    }

    /// The place after the last record.
    pub(super) fn place(&self) -> Place {
        match &self.reader {
            Reader::Json { place, .. } => *place,
            Reader::Csv { from, .. } => Place {
                offset: from.position().byte(),
                line: from.position().line().saturating_sub(1),
            },
        }
    }

    /// The next record that is not blank; a line is added to `bytes`.
    pub(super) fn next_record(
        &mut self,
        bytes: &mut Vec<u8>,
    ) -> Result<Option<Numbered>, ImportError> {
        match &mut self.reader {
            Reader::Json { from, place } => next_line(from, place, bytes),
            Reader::Csv {
                from,
                limit,
                has_cr,
                ended,
            } => next_row(from, limit, *has_cr, ended),
        }
    }
}

fn next_line(
    from: &mut BufReader<File>,
    place: &mut Place,
    bytes: &mut Vec<u8>,
) -> Result<Option<Numbered>, ImportError> {
    loop {
        let start = bytes.len();
        let read = from.take(LONGEST).read_until(b'\n', bytes)?;
        if read == 0 {
            return Ok(None);
        }
        place.offset += u64::try_from(read).unwrap_or_default();
        place.line += 1;
        if bytes.last() != Some(&b'\n') && u64::try_from(read).unwrap_or_default() == LONGEST {
            bytes.truncate(start);
            place.offset += skip_line(from)?;
            return Ok(Some((place.line, Err(too_long()))));
        }
        let line = bytes.get(start..).unwrap_or_default();
        let begin = start + line.len() - line.trim_ascii_start().len();
        let end = begin + line.trim_ascii().len();
        if begin < end {
            return Ok(Some((place.line, Ok(Raw::Line(begin..end)))));
        }
        bytes.truncate(start);
    }
}

fn too_long() -> String {
    format!("it is longer than {} MiB", LONGEST >> 20)
}

/// Skips the rest of a line without holding it.
fn skip_line(from: &mut BufReader<File>) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let waiting = from.fill_buf()?;
        let end = waiting.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(waiting.len(), |end| end + 1);
        from.consume(used);
        skipped += u64::try_from(used).unwrap_or_default();
        if end.is_some() || used == 0 {
            return Ok(skipped);
        }
    }
}

fn next_row(
    from: &mut csv::Reader<Bounded>,
    limit: &AtomicU64,
    has_cr: bool,
    ended: &mut bool,
) -> Result<Option<Numbered>, ImportError> {
    if *ended {
        return Ok(None);
    }
    let begin = from.position().byte();
    limit.store(begin.saturating_add(LONGEST), Ordering::Relaxed);
    let mut row = csv::ByteRecord::new();
    match from.read_byte_record(&mut row) {
        Ok(false) => Ok(None),
        Ok(true) if is_unclosed(from, begin)? => {
            let start = row.position().map_or(0, csv::Position::line);
            let why = "a quotation mark is not closed, and nothing after it was read";
            Ok(Some((start, Err(why.to_owned()))))
        }
        Ok(true) => {
            let start = row.position().map_or(0, csv::Position::line);
            // The reader counts from before the blanks and the half line end that it skips; from
            // the end back is exact, except for a last line that has no end.
            let breaks = row.as_slice().split(|byte| *byte == b'\n').count() - 1;
            let breaks = u64::try_from(breaks).unwrap_or_default() + u64::from(!has_cr);
            let line = start.max(from.position().line().saturating_sub(breaks));
            Ok(Some((line, Ok(Raw::Row(row)))))
        }
        Err(error) if is_endless(&error) => {
            *ended = true;
            let why = format!(
                "{}: a quotation mark is probably not closed, and nothing after it was read",
                too_long()
            );
            Ok(Some((from.position().line(), Err(why))))
        }
        Err(error) => Err(unsuitable(error)),
    }
}

/// Whether the row that began there is the last one only because a quotation mark in it is never
/// closed: the reader takes everything up to the end of the file for its field.
fn is_unclosed(from: &csv::Reader<Bounded>, begin: u64) -> io::Result<bool> {
    let Bounded {
        file,
        length,
        delimiter,
        ..
    } = from.get_ref();
    if from.position().byte() < *length {
        return Ok(false);
    }
    let mut row = vec![0; usize::try_from(length - begin).unwrap_or_default()];
    file.read_exact_at(&mut row, begin)?;
    if !row.contains(&b'"') {
        return Ok(false);
    }
    // One more row is seen as such, unless it too stands between quotation marks.
    row.extend(b"\nz\n");
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(*delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(row.as_slice());
    let last = rows.byte_records().filter_map(Result::ok).last();
    Ok(last.is_none_or(|last| last.len() != 1 || last.get(0) != Some(b"z")))
}

fn is_endless(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge)
}

fn unsuitable(error: csv::Error) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            ImportError::Unsuitable(
                "its first line is longer than 8 MiB: this is no CSV with a header".to_owned(),
            )
        }
        csv::ErrorKind::Io(error) => ImportError::Unreadable(error),
        _ => ImportError::Unsuitable("it cannot be read as CSV".to_owned()),
    }
}

/// Whether the file is CSV; refuses what is neither CSV nor JSON lines.
fn is_csv(head: &[u8], path: &Path) -> Result<bool, ImportError> {
    let refuse = |words: &str| Err(ImportError::Unsuitable(words.to_owned()));
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return refuse("it is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE");
    }
    if head.starts_with(b"\x1F\x8B") {
        return refuse("it is compressed; unpack it first: gunzip FILE");
    }
    if head.contains(&0) {
        return refuse("it holds binary data; CSV and JSON lines can be imported");
    }
    let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let named_csv = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv") || end.eq_ignore_ascii_case("tsv"));
    match text.first() {
        Some(b'[') => {
            refuse("it is one JSON list; one object a line can be imported: jq -c '.[]' FILE")
        }
        Some(b'{') => Ok(false),
        None => Ok(named_csv),
        Some(_) => Ok(true),
    }
}

fn ends_with_cr(head: &[u8]) -> bool {
    let end = head.iter().position(|byte| *byte == b'\n');
    end.is_some_and(|end| head[..end].ends_with(b"\r"))
}

/// The sign between fields: whichever of the usual ones stands most often in the header.
fn delimiter(head: &[u8]) -> u8 {
    let first = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let count = |sign: u8| first.split(|byte| *byte == sign).count();
    // Of equals the last one wins, which has to be the comma.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

/// A file that ends with an error when one record takes too much of it.
#[derive(Debug)]
struct Bounded {
    file: File,
    length: u64,
    /// The sign between fields.
    delimiter: u8,
    at: u64,
    limit: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A buffer's worth is read ahead of the record.
        let ahead = u64::try_from(BUFFER).unwrap_or_default();
        if self.at > self.limit.load(Ordering::Relaxed).saturating_add(ahead) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.file.read(buffer)?;
        self.at += u64::try_from(read).unwrap_or_default();
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
