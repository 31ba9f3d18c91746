//! The ids that `get` is asked for.
//!
//! In: arguments, and standard input where one of them is `-`. Out: ids in the order in which they
//! were given, read one at a time so that a slow pipe is answered as it goes. Nothing is trimmed
//! but the line's own end: white space may belong to a `userId`.

use std::io::BufRead;

use super::super::{Exit, Failure};
use crate::domain::LookupId;

/// Reads every id; an unreadable line is a failure of its own and the next line is read.
pub(super) fn read_ids(
    arguments: Vec<String>,
    mut stdin: impl BufRead,
) -> impl Iterator<Item = Result<LookupId, Failure>> {
    let mut arguments = arguments.into_iter();
    let mut reading_stdin = false;
    std::iter::from_fn(move || {
        loop {
            if reading_stdin {
                match read_line(&mut stdin) {
                    Line::Id(id) => return Some(id),
                    Line::Blank => continue,
                    Line::End => reading_stdin = false,
                    Line::Broken(failure) => {
                        // An input that fails once may fail for ever.
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

enum Line {
    Id(Result<LookupId, Failure>),
    Blank,
    End,
    Broken(Failure),
}

fn read_line(stdin: &mut impl BufRead) -> Line {
    let mut line = Vec::new();
    match stdin.read_until(b'\n', &mut line) {
        Ok(0) => return Line::End,
        Ok(_) => {}
        Err(error) => {
            return Line::Broken(Failure::new(
                Exit::Failure,
                format_args!("standard input could not be read: {error}"),
                "check where the list of ids comes from",
            ));
        }
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    match String::from_utf8(line) {
        Ok(id) if id.is_empty() => Line::Blank,
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
    fn standard_input_is_left_alone_unless_asked_for() {
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
    fn a_line_that_is_no_text_is_refused_and_the_next_one_read() {
        let found = read(&["-"], b"a\n\xff\nb\n");
        assert_eq!(found, [Some("a".into()), None, Some("b".into())]);
    }
}
