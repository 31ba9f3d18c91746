//! Unpacks what is read: gzip and Zstandard, known by their first bytes.
//!
//! In: a stream from its beginning. Out: the same stream unpacked, or untouched if it is not packed.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a stream is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    /// Looks at the first bytes of a stream.
    pub(super) fn of(head: &[u8]) -> Self {
        if head.starts_with(b"\x1F\x8B") {
            Self::Gzip
        } else if head.starts_with(b"\x28\xB5\x2F\xFD") {
            Self::Zstd
        } else {
            Self::None
        }
    }

    /// Unpacks a stream that is packed in this way.
    pub(super) fn unpack(self, from: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        match self {
            Self::None => Box::new(from),
            Self::Gzip => Box::new(MultiGzDecoder::new(from)),
            Self::Zstd => Box::new(Frames::new(from)),
        }
    }
}

/// The frames of a Zstandard stream, one after the other.
struct Frames<R: Read> {
    from: BufReader<R>,
    decoder: FrameDecoder,
    is_within: bool,
}

impl<R: Read> Frames<R> {
    fn new(from: R) -> Self {
        Self {
            from: BufReader::new(from),
            decoder: FrameDecoder::new(),
            is_within: false,
        }
    }

    /// Goes into the next frame; `false` at the end of the stream.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.from.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.from) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut (&mut self.from).take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Reads on within a frame; nothing is its end.
    fn read_within(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let one_block = || BlockDecodingStrategy::UptoBlocks(1);
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let decoded = self.decoder.decode_blocks(&mut self.from, one_block());
            decoded.map_err(io::Error::other)?;
        }
        self.decoder.read(bytes)
    }

    /// Compares what was unpacked with the checksum of the frame, if it has one.
    fn check(&self) -> io::Result<()> {
        let expected = self.decoder.get_checksum_from_data();
        match expected.filter(|it| Some(*it) != self.decoder.get_calculated_checksum()) {
            None => Ok(()),
            Some(_) => Err(io::Error::other(
                "its checksum does not match: it is damaged",
            )),
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.is_within {
                let read = self.read_within(bytes)?;
                if read > 0 || bytes.is_empty() {
                    return Ok(read);
                }
                self.check()?;
            }
            self.is_within = self.begin()?;
            if !self.is_within {
                return Ok(0);
            }
        }
    }
}
