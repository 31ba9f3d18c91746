//! A file or a stream as bytes that can be looked at and read on.
//!
//! In: a path, or what comes through a pipe. Out: its bytes, unpacked, from the beginning to the end;
//! and what identifies it. Only a buffer is in memory, whatever the size.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ImportError;
use super::progress::FileIdentity;
use super::unpacking::Packing;

/// How much of the beginning is looked at.
const HEAD: u64 = 64 << 10;

const BUFFER: usize = 256 << 10;

/// What is imported, opened.
pub(super) struct Opened {
    pub(super) input: Input,
    /// The unpacked beginning.
    pub(super) head: Vec<u8>,
    pub(super) identity: FileIdentity,
    pub(super) amount: Amount,
}

/// How much there is to read.
#[derive(Debug, Clone)]
pub(super) enum Amount {
    /// So many bytes.
    Bytes(u64),
    /// So many bytes of a packed file, of which so many were read.
    Packed(u64, Arc<AtomicU64>),
    /// Nobody knows.
    Unknown,
}

impl Amount {
    /// How many bytes are read, and of how many, when the place after the last record is here.
    pub(super) fn done(&self, offset: u64) -> (u64, Option<u64>) {
        match self {
            Self::Bytes(total) => (offset, Some(*total)),
            Self::Packed(total, read) => (read.load(Ordering::Relaxed), Some(*total)),
            Self::Unknown => (offset, None),
        }
    }

    /// How many bytes there are at least.
    pub(super) const fn at_least(&self) -> u64 {
        match self {
            Self::Bytes(total) | Self::Packed(total, _) => *total,
            Self::Unknown => 0,
        }
    }
}

/// Bytes that are read from the beginning to the end, and some of them again.
pub(super) struct Input {
    /// What was read and is to be read again.
    again: Cursor<Vec<u8>>,
    from: BufReader<Box<dyn Read + Send>>,
}

impl Input {
    fn new(from: Box<dyn Read + Send>) -> Self {
        Self {
            again: Cursor::default(),
            from: BufReader::with_capacity(BUFFER, from),
        }
    }

    /// Bytes in memory.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let mut input = Self::new(Box::new(io::empty()));
        input.again = Cursor::new(bytes.to_vec());
        input
    }

    /// Gives back what was read last.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        let at = usize::try_from(self.again.position()).unwrap_or(usize::MAX);
        let rest = self.again.get_ref().get(at..).unwrap_or_default();
        self.again = Cursor::new([bytes, rest].concat());
    }

    /// Reads over so many bytes.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<()> {
        io::copy(&mut self.take(bytes), &mut io::sink()).map(|_| ())
    }
}

impl Read for Input {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.again.read(bytes)?;
        if read > 0 {
            return Ok(read);
        }
        self.from.read(bytes)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.again.fill_buf()?.is_empty() {
            return self.from.fill_buf();
        }
        self.again.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if self.again.fill_buf().is_ok_and(|left| !left.is_empty()) {
            self.again.consume(amount);
        } else {
            self.from.consume(amount);
        }
    }
}

/// Counts what is read of a packed file.
struct Counting<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(bytes)?;
        let count = u64::try_from(read).unwrap_or_default();
        self.1.fetch_add(count, Ordering::Relaxed);
        Ok(read)
    }
}

/// Opens a file.
pub(super) fn open_file(path: &Path) -> Result<Opened, ImportError> {
    let unsuitable = |words: &str| Err(ImportError::Unsuitable(words.to_owned()));
    // Before it is opened: opening a pipe waits until something writes to it.
    let described = path.metadata()?;
    if described.is_dir() {
        return unsuitable("it is a folder");
    }
    if !described.is_file() {
        return unsuitable("it is a pipe or a device: read it as standard input, import - < FILE");
    }
    let file = File::open(path)?;
    let described = file.metadata()?;
    let (head, stream) = look_at(Box::new(file))?;
    let identity = FileIdentity::of(&head, &described);
    let size = described.len();
    let (input, amount) = match Packing::of(&head) {
        Packing::None => (Input::new(stream), Amount::Bytes(size)),
        packing => {
            let read = Arc::<AtomicU64>::default();
            let counting = Counting(stream, Arc::clone(&read));
            (
                Input::new(packing.unpack(counting)),
                Amount::Packed(size, read),
            )
        }
    };
    opened(input, identity, amount)
}

/// Opens a stream.
pub(super) fn open_stream(stream: Box<dyn Read + Send>) -> Result<Opened, ImportError> {
    let (head, stream) = look_at(stream)?;
    let input = Input::new(Packing::of(&head).unpack(stream));
    opened(input, FileIdentity::of_stream(), Amount::Unknown)
}

fn opened(mut input: Input, identity: FileIdentity, amount: Amount) -> Result<Opened, ImportError> {
    let mut head = Vec::new();
    (&mut input).take(HEAD).read_to_end(&mut head)?;
    input.give_back(&head);
    Ok(Opened {
        input,
        head,
        identity,
        amount,
    })
}

type Looked = (Vec<u8>, Box<dyn Read + Send>);

/// Looks at the beginning of a stream, and gives the whole of it back.
fn look_at(mut stream: Box<dyn Read + Send>) -> io::Result<Looked> {
    let mut head = Vec::new();
    (&mut stream).take(HEAD).read_to_end(&mut head)?;
    let again = Cursor::new(head.clone()).chain(stream);
    Ok((head, Box::new(again)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn text(mut input: Input) -> String {
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_was_given_back_is_read_again_in_its_place() {
        let mut input = Input::of_bytes(b"one two three");
        let mut read = Vec::new();
        input.read_until(b' ', &mut read).unwrap();
        input.read_until(b' ', &mut read).unwrap();
        input.give_back(b"two ");
        input.skip(4).unwrap();
        input.give_back(b"2 ");
        assert_eq!(text(input), "2 three");
    }

    #[test]
    fn a_stream_is_unpacked_by_its_first_bytes() {
        // "hello\n" as gzip -n, and twice as zstd frames.
        let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06\x00\x00\x00";
        let zstd = b"\x28\xb5\x2f\xfd\x20\x06\x31\x00\x00hello\n";
        for (packed, expected) in [
            (&b"hello\n"[..], "hello\n"),
            (gzip, "hello\n"),
            (&[&zstd[..], zstd].concat(), "hello\nhello\n"),
        ] {
            let stream = Box::new(Cursor::new(packed.to_vec()));
            let opened = open_stream(stream).unwrap();
            assert_eq!(opened.head, expected.as_bytes());
            assert_eq!(text(opened.input), expected);
        }
        let cut = Box::new(Cursor::new(gzip[..20].to_vec()));
        assert!(open_stream(cut).is_err());
    }
}
