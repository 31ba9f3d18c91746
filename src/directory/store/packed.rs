//! Small tables in one text, which are read back without a copy and without a parser.
//!
//! Rows end with U+001E and cells with U+001F, the separators of ASCII. Where a stranger's text has
//! one of these, it becomes U+FFFD.

const CELL: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// Adds a row.
pub(super) fn push(rows: &mut String, cells: &[impl AsRef<str>]) {
    for cell in cells {
        let cell = cell.as_ref();
        if cell.contains([CELL, ROW]) {
            rows.push_str(&cell.replace([CELL, ROW], "\u{fffd}"));
        } else {
            rows.push_str(cell);
        }
        rows.push(CELL);
    }
    rows.push(ROW);
}

/// The rows, each with exactly so many cells; what is missing is empty.
pub(super) fn rows<const CELLS: usize>(
    text: &str,
) -> impl Iterator<Item = [&str; CELLS]> + use<'_, CELLS> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut row = take(&mut rest, ROW);
        Some(std::array::from_fn(|_| take(&mut row, CELL)))
    })
}

/// Takes everything before a separator, and the separator.
fn take<'a>(rest: &mut &'a str, sign: char) -> &'a str {
    // A byte of its own in UTF-8: no part of another character.
    let at = rest.bytes().position(|byte| char::from(byte) == sign);
    let (taken, after) = match at {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (*rest, ""),
    };
    *rest = after;
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let mut text = String::new();
        push(&mut text, &["a", "", "\n"]);
        push(&mut text, &["", "", ""]);
        push(&mut text, &["x\u{1e}y\u{1f}", "ü", "z"]);
        let back: Vec<[&str; 3]> = rows(&text).collect();
        let expected = [
            ["a", "", "\n"],
            ["", "", ""],
            ["x\u{fffd}y\u{fffd}", "ü", "z"],
        ];
        assert_eq!(back, expected);
        assert_eq!(rows::<2>("").count(), 0);
    }
}
