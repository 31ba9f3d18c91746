//! Quotation marks of CSV, taken at their word.
//!
//! In: the lines of a row, one after the other. Out: whether the row ends with the line, or why its
//! meaning is not clear; and the fields of a sound row. A more lenient reader would take the rows
//! after a stray mark for part of one field.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};

const MARK: u8 = b'"';

/// Where in a row a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Between fields: the row ends with the line.
    Row,
    /// In a field with quotation marks around it: the row goes on.
    Quotation,
}

/// Follows the quotation marks of a line without its end; says in words what is wrong with them.
pub(super) fn follow(line: &[u8], sign: u8, begun: Within) -> Result<Within, &'static str> {
    if begun == Within::Row && memchr3(MARK, b'\r', b'\n', line).is_none() {
        return Ok(Within::Row);
    }
    let (mut rest, mut within) = (line, begun);
    loop {
        if within == Within::Row
            && let Some(inside) = rest.strip_prefix(&[MARK])
        {
            (rest, within) = (inside, Within::Quotation);
        }
        let end = match within {
            Within::Quotation => match end_of_quoted(rest) {
                Some(end) => end + 1,
                None => return Ok(Within::Quotation),
            },
            Within::Row => {
                let end = memchr(sign, rest).unwrap_or(rest.len());
                check_plain(&rest[..end])?;
                end
            }
        };
        let after = rest.get(end..).unwrap_or_default();
        match after.split_first() {
            None => return Ok(Within::Row),
            Some((first, next)) if *first == sign => (rest, within) = (next, Within::Row),
            Some(_) => {
                return Err("something follows a closing quotation mark: \
                    inside quotation marks, a mark is written twice");
            }
        }
    }
}

fn check_plain(field: &[u8]) -> Result<(), &'static str> {
    if memchr2(b'\r', b'\n', field).is_some() {
        return Err("there is a line end of another kind in the middle of it");
    }
    // A mark further inside, as in `5" pipe`, is a sign like every other.
    if field.trim_ascii_start().starts_with(&[MARK]) {
        return Err("there are blanks before an opening quotation mark");
    }
    Ok(())
}

/// Where the mark is that closes what was opened before `text`.
fn end_of_quoted(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(MARK, text.get(at..)?)?;
        if text.get(at + 1) != Some(&MARK) {
            return Some(at);
        }
        at += 2;
    }
}

/// The fields of a sound row.
pub(super) fn fields(row: &[u8], sign: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let here = rest?;
        let (field, after) = if let Some(inside) = here.strip_prefix(&[MARK]) {
            let (quoted, after) = inside.split_at(end_of_quoted(inside)?);
            (unquoted(quoted), after.get(1..).unwrap_or_default())
        } else {
            let (plain, after) = here.split_at(memchr(sign, here).unwrap_or(here.len()));
            (Cow::Borrowed(plain), after)
        };
        rest = after.get(1..);
        Some(field)
    })
}

fn unquoted(quoted: &[u8]) -> Cow<'_, [u8]> {
    if memchr(MARK, quoted).is_none() {
        return Cow::Borrowed(quoted);
    }
    let mut text = Vec::with_capacity(quoted.len());
    let mut from = 0;
    for at in memmem::find_iter(quoted, b"\"\"") {
        text.extend(&quoted[from..=at]);
        from = at + 2;
    }
    text.extend(&quoted[from..]);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn texts(row: &str) -> Vec<String> {
        let text = |field: Cow<'_, [u8]>| String::from_utf8(field.into_owned()).unwrap();
        fields(row.as_bytes(), b',').map(text).collect()
    }

    #[test]
    fn fields_come_back_without_their_marks() {
        for (row, expected) in [
            ("a,b", &["a", "b"][..]),
            ("", &[""]),
            (",", &["", ""]),
            ("\"\",\"\"", &["", ""]),
            ("\"a,\"\"b\"\"\",c", &["a,\"b\"", "c"]),
            ("\"\"\"\"\"\",x", &["\"\"", "x"]),
            ("5\" pipe,a \"b\" c", &["5\" pipe", "a \"b\" c"]),
            ("\"two\nlines\"", &["two\nlines"]),
        ] {
            assert_eq!(texts(row), expected, "{row}");
        }
    }

    #[test]
    fn what_nobody_can_tell_the_meaning_of_is_refused() {
        let whole = |row: &str| follow(row.as_bytes(), b',', Within::Row);
        for row in [
            "\"Ann\" x",
            "\"Ann\" ,x",
            "a, \"Ann\"",
            "a\rb",
            "a,\"b\"\"\"c",
        ] {
            assert!(whole(row).is_err(), "{row}");
        }
        assert_eq!(whole("a,\"b"), Ok(Within::Quotation));
        assert_eq!(whole("a,\"b\"\""), Ok(Within::Quotation));
        assert_eq!(whole("a,\"b\r\"\"\""), Ok(Within::Row));
        let next = |line: &str| follow(line.as_bytes(), b',', Within::Quotation);
        assert_eq!(next("x,y"), Ok(Within::Quotation));
        assert_eq!(next("x\",y"), Ok(Within::Row));
        assert_eq!(next("x\",\"y"), Ok(Within::Quotation));
        assert!(next("x\"y").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn whatever_was_quoted_comes_back(texts in prop::collection::vec("[a\",\n\r ]{0,5}", 1..5)) {
            let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\"")));
            let row = quoted.collect::<Vec<_>>().join(",");
            prop_assert_eq!(follow(row.as_bytes(), b',', Within::Row), Ok(Within::Row));
            prop_assert_eq!(self::texts(&row), texts);
        }

        #[test]
        fn a_row_that_is_taken_has_a_field_more_than_signs_outside_of_marks(row in "[a\", ]{0,9}") {
            if follow(row.as_bytes(), b',', Within::Row) == Ok(Within::Row) {
                let mut reader = row.chars().peekable();
                let (mut count, mut inside, mut begins) = (1, false, true);
                while let Some(c) = reader.next() {
                    match c {
                        '"' if inside && reader.peek() == Some(&'"') => { reader.next(); }
                        '"' if inside => inside = false,
                        '"' if begins => inside = true,
                        ',' if !inside => { count += 1; begins = true; continue; }
                        _ => {}
                    }
                    begins = false;
                }
                prop_assert_eq!(self::texts(&row).len(), count);
            }
        }
    }
}
