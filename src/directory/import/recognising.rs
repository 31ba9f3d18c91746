//! What kind of file it is, by its beginning.
//!
//! In: the first bytes, unpacked. Out: how records are told apart, or why the file is refused.

use serde::de::IgnoredAny;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The bytes of other kinds of files, and what to do with them.
const OTHERS: [(&[u8], &str); 6] = [
    (
        b"\xFF\xFE",
        "it is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE",
    ),
    (
        b"\xFE\xFF",
        "it is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE",
    ),
    (
        b"PK\x03\x04",
        "it is a ZIP archive or a workbook; unpack it, or save the sheet as CSV",
    ),
    (b"\xFD7zXZ", "it is compressed; unpack it first: xz -d FILE"),
    (b"BZh", "it is compressed; unpack it first: bunzip2 FILE"),
    (
        b"\xD0\xCF\x11\xE0",
        "it is an old workbook; save the sheet as CSV",
    ),
];

/// How the records of a file are told apart. Each begins after some bytes that do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognised {
    /// One JSON object a line.
    JsonLines { skipped: u64 },
    /// JSON over any number of lines.
    JsonDocument { skipped: u64 },
    /// Rows under a header.
    Csv {
        skipped: u64,
        /// The lines that do not count.
        lines: u64,
        delimiter: u8,
        line_end: u8,
    },
}

impl Recognised {
    /// How many bytes to skip: a byte order mark, and a line for spreadsheets alone.
    pub(super) const fn skipped(self) -> u64 {
        match self {
            Self::JsonLines { skipped }
            | Self::JsonDocument { skipped }
            | Self::Csv { skipped, .. } => skipped,
        }
    }
}

/// Looks at the beginning of a file; says in words why it cannot be imported.
pub(super) fn recognise(head: &[u8]) -> Result<Recognised, String> {
    let other = OTHERS.iter().find(|(magic, _)| head.starts_with(magic));
    if let Some((_, words)) = other {
        return Err((*words).to_owned());
    }
    if is_binary(head) {
        return Err("it holds binary data; CSV and JSON can be imported".to_owned());
    }
    let text = head.strip_prefix(BOM).unwrap_or(head);
    let skipped = length(head) - length(text);
    match text.trim_ascii_start().first() {
        Some(b'[') => Ok(Recognised::JsonDocument { skipped }),
        Some(b'{') if is_document(text) => Ok(Recognised::JsonDocument { skipped }),
        // An empty file reports nothing, whatever its name.
        None | Some(b'{') => Ok(Recognised::JsonLines { skipped }),
        Some(_) => Ok(csv(text, skipped)),
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn csv(text: &[u8], skipped: u64) -> Recognised {
    let line_end = line_end(text);
    let first = first_line(text);
    let Some(delimiter) = separator_line(first) else {
        return Recognised::Csv {
            skipped,
            lines: 0,
            delimiter: delimiter(first_line(text.trim_ascii_start())),
            line_end,
        };
    };
    let rest = text.get(first.len()..).unwrap_or_default();
    let end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
    Recognised::Csv {
        skipped: skipped + length(first) + end,
        lines: 1,
        delimiter,
        line_end,
    }
}

/// Whether JSON that begins with an object is not one object a line: the first line is no whole
/// object, and goes on with the second.
fn is_document(text: &[u8]) -> bool {
    let start = text.len() - text.trim_ascii_start().len();
    let text = text.get(start..).unwrap_or_default();
    let first = first_line(text);
    let has_more = first.len() < text.len();
    match serde_json::from_slice::<IgnoredAny>(first) {
        Ok(_) => return false,
        Err(error) if !error.is_eof() => return false,
        // The first line is longer than what is looked at: most likely one document.
        Err(_) if !has_more => return first.len() > LONG_LINE,
        Err(_) => {}
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Err(error)) => {
            error.is_eof() || error.line() > 2 || (error.line() == 2 && error.column() > 1)
        }
        _ => true,
    }
}

/// Objects with a line of their own are seldom longer.
const LONG_LINE: usize = 60 << 10;

/// The sign that a first line `sep=;` names.
fn separator_line(line: &[u8]) -> Option<u8> {
    let inside = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let (name, sign) = inside.unwrap_or(line).split_at_checked(4)?;
    match (name.eq_ignore_ascii_case(b"sep="), sign) {
        (true, [sign]) if sign.is_ascii() => Some(*sign),
        _ => None,
    }
}

/// Whether it is not text: a stray NUL may be an accident, many are not, and no header has one.
fn is_binary(head: &[u8]) -> bool {
    let nuls = memchr::memchr_iter(0, head).count();
    let in_header = !head.starts_with(b"{") && first_line(head).contains(&0);
    nuls * 16 > head.len() || in_header
}

fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\r', b'\n', text);
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The sign that lines end with: LF, unless the first of them ends with CR alone.
fn line_end(head: &[u8]) -> u8 {
    let end = memchr::memchr2(b'\r', b'\n', head);
    match end.map(|end| &head[end..]) {
        Some([b'\r', next, ..]) if *next != b'\n' => b'\r',
        _ => b'\n',
    }
}

/// The sign between fields: the most frequent of the usual ones in the header, outside of quotation
/// marks.
fn delimiter(header: &[u8]) -> u8 {
    let parts = header.split(|byte| *byte == b'"').step_by(2);
    let count = |sign: u8| -> usize {
        let in_part = |part: &[u8]| memchr::memchr_iter(sign, part).count();
        parts.clone().map(in_part).sum()
    };
    // Of equals the last one wins, which has to be the comma.
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn kinds_are_known_by_the_beginning() {
        let lines = |skipped| Ok(Recognised::JsonLines { skipped });
        let document = |skipped| Ok(Recognised::JsonDocument { skipped });
        let table = |skipped, delimiter| {
            let lines = u64::from(skipped > 3);
            let line_end = b'\n';
            Ok(Recognised::Csv {
                skipped,
                lines,
                delimiter,
                line_end,
            })
        };
        for (text, expected) in [
            ("", lines(0)),
            ("\u{feff}{\"a\":1}\n{", lines(3)),
            ("{\"a\":1}", lines(0)),
            ("{\"a\":\n1}", document(0)),
            ("{\n  \"trigger\": \"x\",\n", document(0)),
            ("\n {\r\n}", document(0)),
            // A line that was cut, and the next one after it.
            ("{\"a\":1,\n{\"a\":2}\n", lines(0)),
            ("{\"a\":\"cu\n{\"a\":2}\n", lines(0)),
            ("{broken\n{\"a\":2}", lines(0)),
            ("{\"_id\":\"half", lines(0)),
            ("\u{feff}[", document(3)),
            ("_id,b\n", table(0, b',')),
            ("_id;b,c;d\n", table(0, b';')),
            ("\"a,b,c\";_id\n", table(0, b';')),
            ("_id|b", table(0, b'|')),
            ("sep=;\n_id;b,c,d\n", table(6, b';')),
            ("\u{feff}\"SEP=,\"\r\n_id,b\n", table(12, b',')),
            ("sep=\t\n_id\tb\n", table(6, b'\t')),
        ] {
            assert_eq!(recognise(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn other_kinds_are_refused_with_what_to_do() {
        for (bytes, words) in [
            (&b"\xFF\xFE_\0i\0d\0"[..], "iconv"),
            (b"PK\x03\x04\x14\0", "CSV"),
            (b"ab\0cd", "binary"),
        ] {
            let refused = recognise(bytes).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }
}
