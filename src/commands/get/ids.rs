//! The ids for `get`.
//!
//! In: arguments, and standard input in the place of `-`. Out: ids in the given order. They are read
//! one at a time, so that a slow pipe is answered as it goes and a long list takes no memory. Only
//! the end of a line is trimmed, because white space may belong to a `userId`. A line of only white
//! space is skipped; such an id has to be an argument.

use std::io::{self, BufRead, Read as _};

use super::super::{Exit, Failure};
use crate::domain::LookupId;

/// Reads every id. An unreadable line is one failure, and the next line follows.
pub(super) fn read_ids(
    arguments: Vec<String>,
    mut stdin: impl BufRead,
) -> impl Iterator<Item = Result<LookupId, Failure>> {
    let mut arguments = arguments.into_iter();
    let mut reading_stdin = false;
    let mut position = Position::First;
    std::iter::from_fn(move || {
        loop {
            if reading_stdin {
                let line = read_line(&mut stdin, position);
                position = Position::Later;
                match line {
                    Line::Id(id) => return Some(id),
                    Line::Blank => continue,
                    Line::End => reading_stdin = false,
                    Line::Broken(failure) => {
                        // An input that fails once may fail forever.
                        reading_stdin = false;
                        return Some(Err(failure));
                    }
                }
            }
            let argument = arguments.next()?;
            if argument == "-" {
                reading_stdin = true;
            } else {
                return Some(Ok(LookupId::new(argument)));
            }
        }
    })
}

/// Whether a line is the first one, which editors and spreadsheets may start with a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    First,
    Later,
}

enum Line {
    Id(Result<LookupId, Failure>),
    Blank,
    End,
    Broken(Failure),
}

/// Far more bytes than the longest possible id (API document, section 0.3).
const LONGEST_LINE: u64 = 8 * 1024;

fn read_line(stdin: &mut impl BufRead, position: Position) -> Line {
    match read_bounded(stdin) {
        Ok(None) => Line::End,
        Ok(Some(line)) => parse_line(line, position),
        Err(error) => Line::Broken(Failure::new(
            Exit::Failure,
            format_args!("standard input could not be read: {error}"),
            "check where the list of ids comes from",
        )),
    }
}

/// A line, cut to a length that no id has, so that a file that is not a list of ids cannot fill the
/// memory. A line that is too long to be an id stays too long, and is refused for that.
fn read_bounded(stdin: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if stdin.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let is_cut = line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n');
    if is_cut {
        stdin.skip_until(b'\n')?;
        // The cut may have split a character.
        if let Err(error) = str::from_utf8(&line)
            && error.error_len().is_none()
        {
            line.truncate(error.valid_up_to());
        }
    }
    Ok(Some(line))
}

fn parse_line(mut line: Vec<u8>, position: Position) -> Line {
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    let mark = "\u{feff}".as_bytes();
    if position == Position::First && line.starts_with(mark) {
        line.drain(..mark.len());
    }
    match String::from_utf8(line) {
        Ok(id) if id.trim().is_empty() => Line::Blank,
        Ok(id) => Line::Id(Ok(LookupId::new(id))),
        Err(error) => Line::Id(Err(Failure::new(
            Exit::Usage,
            format_args!(
                "a line of standard input is not valid UTF-8: {}",
                String::from_utf8_lossy(error.as_bytes())
            ),
            "save the list of ids as UTF-8",
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn read(arguments: &[&str], stdin: &[u8]) -> Vec<Option<String>> {
        let arguments = arguments.iter().map(|id| (*id).to_owned()).collect();
        read_ids(arguments, stdin)
            .map(|id| id.ok().map(|id| id.expose().to_owned()))
            .collect()
    }

    fn ids(expected: &[&str]) -> Vec<Option<String>> {
        expected.iter().map(|id| Some((*id).to_owned())).collect()
    }

    #[test]
    fn ids_come_in_the_order_given_with_standard_input_in_its_place() {
        assert_eq!(
            read(&["a", "-", "b"], b"1\n2\n"),
            ids(&["a", "1", "2", "b"])
        );
    }

    #[test]
    fn standard_input_is_not_read_unless_asked_for() {
        assert_eq!(read(&["a"], b"1\n"), ids(&["a"]));
    }

    #[test]
    fn lines_lose_their_end_and_nothing_else() {
        assert_eq!(
            read(&["-"], b" a \r\n\n\r\n\tb\r\r\nlast"),
            ids(&[" a ", "\tb\r", "last"])
        );
    }

    #[test]
    fn a_second_dash_finds_nothing_left_to_read() {
        assert_eq!(read(&["-", "-"], b"1\n"), ids(&["1"]));
    }

    #[test]
    fn an_undecodable_line_is_refused_and_the_next_one_is_read() {
        let found = read(&["-"], b"a\n\xff\nb\n");
        assert_eq!(found, [Some("a".into()), None, Some("b".into())]);
    }

    #[test]
    fn lines_of_white_space_alone_are_blank() {
        assert_eq!(read(&["-"], b"  \na b\n\t\r\n\n c\n"), ids(&["a b", " c"]));
        assert_eq!(read(&[" "], b""), ids(&[" "]));
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_id() {
        assert_eq!(
            read(&["-"], b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n"),
            ids(&["a", "\u{feff}b"])
        );
    }

    #[test]
    fn only_the_start_of_an_endless_line_is_kept() {
        let endless = format!("{}\né\n", "x".repeat(100_000));
        let found = read(&["-"], endless.as_bytes());
        assert_eq!(found[0].as_ref().unwrap().len(), 8 * 1024);
        assert_eq!(found[1..], ids(&["é"]));
        let wide = "é".repeat(50_000);
        let shifted = read(&["-"], format!("x{wide}\nb").as_bytes());
        assert_eq!(shifted[0].as_ref().unwrap().len(), 8 * 1024 - 1);
        assert_eq!(shifted[1..], ids(&["b"]));
        let binary = [&b"abc\xff"[..], &[b'x'; 10_000]].concat();
        assert_eq!(read(&["-"], &binary), [None]);
    }

    #[test]
    fn each_id_is_returned_before_the_next_one_is_read() {
        struct Pipe(&'static [u8], u32);
        impl io::Read for Pipe {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                self.1 += 1;
                assert!(self.1 < 3, "read on before the ids were taken");
                self.0.read(bytes)
            }
        }
        let stdin = io::BufReader::new(Pipe(b"a\nb\n", 0));
        let read: Vec<_> = read_ids(vec!["-".into()], stdin).take(2).collect();
        assert_eq!(read.len(), 2);
    }
}
