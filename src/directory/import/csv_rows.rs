//! Rows of a CSV file, read as facts by the names in the header.
//!
//! In: the header and a row. Out: what the row reports of a user; a missing column or an empty cell
//! reports nothing. Columns whose names mean nothing to the API become properties.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cells::{
    bare, can_be_smooch_id, damage_to, is_rounded, looks_like_smooch_id, moment, says_none,
    trimmed, without_formula,
};
use super::columns::{ColumnMapping, ColumnReport, Columns, IdColumn, Meaning};
use super::json_line::list_of;
use super::line::{Several, not_utf8};
use super::quotation::fields;
use super::report::Mended;
use crate::directory::store::{Change, Report, hash_of};
use crate::domain::facts::{FactSet, Key, Member, Register};
use crate::wire::facts as wire;

/// The header of a table, and what its columns became.
#[derive(Debug)]
pub(super) struct Header {
    columns: Columns,
    hash: u64,
    delimiter: u8,
    mending: Mending,
}

/// What is mended or left out while rows are read, counted by the threads that read them.
#[derive(Debug, Default)]
struct Mending {
    marks: AtomicU64,
    blanks: AtomicU64,
    moments: AtomicU64,
    numbers: AtomicU64,
    short_rows: AtomicU64,
    has_empty_cells: AtomicBool,
}

fn add_one(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// The texts of a row's fields; the reason in words if they are no text.
pub(super) fn texts(row: &[u8], delimiter: u8) -> Result<Vec<String>, String> {
    let texts = fields(row, delimiter).map(|field| String::from_utf8(field.into_owned()));
    texts.collect::<Result<_, _>>().map_err(|_| not_utf8())
}

impl Header {
    /// Reads the header, with the first rows below it; the reason in words if it is none.
    pub(super) fn parse(
        row: &[u8],
        delimiter: u8,
        rows: &[Vec<String>],
        mapping: &ColumnMapping,
    ) -> Result<Self, String> {
        let names = texts(row, delimiter)
            .map_err(|_| "its header is not UTF-8; convert it first: iconv -t UTF-8 FILE")?;
        let columns = Columns::decide(&names, rows, mapping)?;
        Ok(Self {
            hash: hash_of(row) ^ columns.hash.rotate_left(1) ^ u64::from(delimiter),
            columns,
            delimiter,
            mending: Mending::default(),
        })
    }

    /// Stands for everything that decides how a row is read.
    pub(super) const fn hash(&self) -> u64 {
        self.hash
    }

    /// The sign between fields.
    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What each column became.
    pub(super) fn reports(&self) -> &[ColumnReport] {
        &self.columns.reports
    }

    /// What was mended so far.
    pub(super) fn mended(&self) -> Mended {
        let Mending {
            marks,
            blanks,
            moments,
            numbers,
            short_rows,
            has_empty_cells,
        } = &self.mending;
        let [marks, blanks, moments, numbers, short_rows] =
            [marks, blanks, moments, numbers, short_rows].map(|it| it.load(Ordering::Relaxed));
        Mended {
            marks,
            blanks,
            unread_moments: moments,
            rounded_numbers: numbers,
            short_rows,
            has_empty_cells: has_empty_cells.load(Ordering::Relaxed),
        }
    }
}

/// Reads a row.
pub(super) fn parse(row: &[u8], header: &Header, hash: u64, key: Key) -> Result<Several, String> {
    let (id, facts) = read(row, header, key)?;
    let report = Report::part(id.as_deref(), facts).with_hash(hash);
    Ok(vec![Ok(Change::Report(Box::new(report)).into())])
}

/// Reads the `_id` and the facts of a row.
fn read(row: &[u8], header: &Header, key: Key) -> Result<(Option<String>, FactSet), String> {
    let mut id = None;
    let meanings = &header.columns.meanings;
    let mut facts = Vec::with_capacity(meanings.len());
    let mut rest = fields(row, header.delimiter);
    let (mut has_empty, mut is_short) = (false, false);
    for meaning in meanings {
        // A spreadsheet leaves out the signs behind the last cell that is not empty.
        let Some(field) = rest.next() else {
            is_short = true;
            break;
        };
        let text = std::str::from_utf8(&field).map_err(|_| not_utf8())?;
        if *meaning == Meaning::Left {
            continue;
        }
        if trimmed(text).is_empty() {
            has_empty = true;
            continue;
        }
        match meaning {
            Meaning::Id(by) => id = header.mending.smooch_id(text, *by)?,
            Meaning::Fact(member) => {
                if let Some(value) = header.mending.value_of(member, text)? {
                    facts.push((member.clone(), Some(value)));
                }
            }
            Meaning::Phone(member) => {
                if let Some(value) = header.mending.number(text) {
                    facts.push((member.clone(), Some(value)));
                }
            }
            Meaning::Left => {}
        }
    }
    if rest.any(|field| !field.trim_ascii().is_empty()) {
        return Err(too_wide(row, header));
    }
    header.mending.note_row(has_empty, is_short);
    facts.sort_unstable();
    let mut facts = FactSet {
        key,
        register: Register::List(None),
        facts,
        closed: Vec::new(),
    };
    facts.register = list_of(&facts);
    if id.is_none() && facts.register == Register::List(None) {
        return Err("it has neither an `_id` nor a `userId`".to_owned());
    }
    Ok((id, facts))
}

impl Mending {
    /// The value of a cell; `None` if it says that there is none, or nobody can say what it means.
    fn value_of(&self, member: &Member, text: &str) -> Result<Option<Box<str>>, String> {
        let value = match member {
            Member::UserId => match self.id(text, "userId")? {
                Some(id) => wire::value_of_text(&id),
                None => return Ok(None),
            },
            Member::ConversationStarted => match trimmed(text).to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => "true".into(),
                "false" | "no" | "0" => "false".into(),
                _ => wire::value_of_text(text),
            },
            Member::SignedUpAt => {
                let Some(at) = moment(text) else {
                    add_one(&self.moments);
                    return Ok(None);
                };
                wire::value_of_text(&at)
            }
            Member::Property(name) => match wire::stand_in_of(name) {
                Some(stand_in) => stand_in,
                None => wire::value_of_text(&without_mark(text)),
            },
            Member::Email | Member::AvatarUrl => wire::value_of_text(trimmed(&without_mark(text))),
            _ => wire::value_of_text(&without_mark(text)),
        };
        Ok(Some(value))
    }

    /// An id as it was before a spreadsheet had it; `None` if the cell says that there is none.
    fn id<'t>(&self, text: &'t str, column: &str) -> Result<Option<Cow<'t, str>>, String> {
        let cell = bare(text);
        if cell.text.is_empty() || says_none(&cell.text) {
            return Ok(None);
        }
        if let Some(damage) = damage_to(&cell.text) {
            return Err(format!(
                "its `{column}` {damage}: make the column text there, and export it again"
            ));
        }
        if cell.had_mark {
            add_one(&self.marks);
        }
        if cell.had_blanks {
            add_one(&self.blanks);
        }
        Ok(Some(cell.text))
    }

    fn smooch_id(&self, text: &str, by: IdColumn) -> Result<Option<String>, String> {
        let Some(id) = self.id(text, "_id")? else {
            return Ok(None);
        };
        match by {
            IdColumn::Judged if !looks_like_smooch_id(&id) => {
                Err("its `id` is no `_id`: those have 24 hexadecimal digits".to_owned())
            }
            IdColumn::Named if !can_be_smooch_id(&id) => {
                Err("its `_id` holds blanks or signs that no `_id` has".to_owned())
            }
            IdColumn::Judged | IdColumn::Named => Ok(Some(id.into_owned())),
        }
    }

    /// A phone number; `None` if a spreadsheet rounded it.
    fn number(&self, text: &str) -> Option<Box<str>> {
        let cell = bare(text);
        if is_rounded(&cell.text) {
            add_one(&self.numbers);
            return None;
        }
        (!cell.text.is_empty()).then(|| wire::value_of_text(&cell.text))
    }

    fn note_row(&self, has_empty: bool, is_short: bool) {
        if is_short {
            add_one(&self.short_rows);
        }
        // Looked at first: what many threads write all the time slows them down.
        if (has_empty || is_short) && !self.has_empty_cells.load(Ordering::Relaxed) {
            self.has_empty_cells.store(true, Ordering::Relaxed);
        }
    }
}

/// The text itself where a spreadsheet was given a formula for it.
fn without_mark(text: &str) -> Cow<'_, str> {
    without_formula(text).unwrap_or(Cow::Borrowed(text))
}

fn too_wide(row: &[u8], header: &Header) -> String {
    let width = fields(row, header.delimiter).count();
    let expected = header.columns.meanings.len();
    format!("it has {width} fields, the header {expected}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn header(names: &[&str]) -> Result<Header, String> {
        let mapping = ColumnMapping::default();
        Header::parse(names.join(",").as_bytes(), b',', &[], &mapping)
    }

    type Row = (Option<String>, FactSet);

    fn row(names: &[&str], fields: &[&str]) -> Result<Row, String> {
        read(fields.join(",").as_bytes(), &header(names)?, Key::default())
    }

    fn text(member: Member, value: &str) -> (Member, Option<Box<str>>) {
        (member, Some(wire::value_of_text(value)))
    }

    fn property(name: &str, value: &str) -> (Member, Option<Box<str>>) {
        text(Member::Property(name.into()), value)
    }

    #[test]
    fn names_are_known_in_many_spellings_and_the_rest_is_custom_data() {
        let names = [
            "Smooch ID",
            "user_id",
            "First name",
            "E-Mail",
            "Plan",
            "prop.city",
        ];
        let fields = ["u1", "c1", "Mara", "m@example.org", "pro", "Lyon"];
        let (id, facts) = row(&names, &fields).unwrap();
        assert_eq!(id.as_deref(), Some("u1"));
        assert_eq!(facts.register, Register::List(Some("\"c1\"".into())));
        assert_eq!(
            facts.facts,
            [
                text(Member::UserId, "c1"),
                text(Member::GivenName, "Mara"),
                text(Member::Email, "m@example.org"),
                property("Plan", "pro"),
                property("city", "Lyon"),
            ]
        );
        assert!(facts.closed.is_empty());
    }

    #[test]
    fn an_empty_cell_reports_nothing() {
        let (_, facts) = row(&["_id", "email", "plan"], &["u1", "", " "]).unwrap();
        assert!(facts.facts.is_empty());
        assert_eq!(facts.register, Register::List(None));
    }

    #[test]
    fn beside_an_underscore_id_another_id_is_custom_data() {
        let (id, facts) = row(&["id", "_id"], &["7", "u1"]).unwrap();
        assert_eq!(id.as_deref(), Some("u1"));
        assert_eq!(facts.facts, [property("id", "7")]);
    }

    #[test]
    fn a_user_id_alone_names_a_user() {
        let (id, facts) = row(&["userId", "plan"], &["c1", "pro"]).unwrap();
        assert_eq!(id, None);
        assert_eq!(
            facts.facts,
            [text(Member::UserId, "c1"), property("plan", "pro")]
        );
    }

    #[test]
    fn flags_are_known_in_words_and_secrets_are_not_kept() {
        let names = ["_id", "conversationStarted", "apiKey"];
        let (_, facts) = row(&names, &["u", "Yes", "k"]).unwrap();
        let started = (Member::ConversationStarted, Some("true".into()));
        assert_eq!(facts.facts, [started, property("apiKey", "[secret]")]);
    }

    #[test]
    fn ids_that_a_spreadsheet_rounded_are_refused() {
        for id in ["9.91214E+15", "9,91214E+15", "1E+20", " 9.9e+15 "] {
            // The comma is no sign between fields here.
            let mapping = ColumnMapping::default();
            let header = Header::parse(b"userId;plan", b';', &[], &mapping).unwrap();
            let line = format!("{id};x");
            let refused = read(line.as_bytes(), &header, Key::default()).unwrap_err();
            let words = "its `userId` looks like a number that a spreadsheet rounded";
            assert!(refused.contains(words), "{refused}");
        }
        assert!(row(&["_id"], &["7.6E+23"]).is_err());
        for id in [
            "1E5",
            "E+1",
            "12.5E+3",
            "9.9E+",
            "a@x.org",
            "9912140633506421",
        ] {
            assert!(row(&["userId"], &[id]).is_ok(), "{id}");
        }
    }

    #[test]
    fn marks_and_blanks_come_off_ids_and_are_counted() {
        let header = header(&["_id", "userId", "phone", "signedUpAt"]).unwrap();
        let read = |line: &str| read(line.as_bytes(), &header, Key::default());
        let (id, facts) = read("u1 ,'0012345,'+31612345678,45291").unwrap();
        assert_eq!(id.as_deref(), Some("u1"));
        assert_eq!(
            facts.facts,
            [
                text(Member::UserId, "0012345"),
                text(Member::SignedUpAt, "2023-12-31T00:00:00.000Z"),
                property("phone", "+31612345678"),
            ]
        );
        let (_, facts) = read("u1,=\"0012346\",3.16123E+10,03/04/2024").unwrap();
        assert_eq!(facts.facts, [text(Member::UserId, "0012346")]);
        let expected = Mended {
            marks: 2,
            blanks: 1,
            unread_moments: 1,
            rounded_numbers: 1,
            ..Mended::default()
        };
        assert_eq!(header.mended(), expected);
    }

    #[test]
    fn ids_that_no_api_made_are_refused() {
        for (names, cells, words) in [
            (["_id", "plan"], ["bad id!", "x"], "no `_id` has"),
            (["_id", "plan"], ["NULL", "x"], "neither"),
            (["userId", "plan"], ["#REF!", "x"], "error of a spreadsheet"),
        ] {
            let refused = row(&names, &cells).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
        let sample = [vec!["64be90d2a7f31c0058e6d914".to_owned()]];
        let mapping = ColumnMapping::default();
        let header = Header::parse(b"id", b',', &sample, &mapping).unwrap();
        let refused = read(b"361549", &header, Key::default()).unwrap_err();
        assert!(refused.contains("24 hexadecimal"), "{refused}");
    }

    #[test]
    fn missing_cells_at_the_end_are_empty_and_more_cells_are_refused() {
        let names = ["_id", "a", "b"];
        let (_, facts) = row(&names, &["u1", "x"]).unwrap();
        assert_eq!(facts.facts, [property("a", "x")]);
        assert!(row(&names, &["u1", "x", "y", "", " "]).is_ok());
        let wide = row(&names, &["u1", "x", "y", "z"]).unwrap_err();
        assert!(wide.contains("4 fields, the header 3"), "{wide}");
        let none = row(&["_id", "userId"], &["", ""]).unwrap_err();
        assert!(none.contains("neither"), "{none}");
    }
}
