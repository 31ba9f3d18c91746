//! Rows of a CSV file, read as facts by the names in the header.
//!
//! In: the header and a row. Out: what the row reports of a user; a missing column or an empty cell
//! reports nothing. Columns whose names mean nothing to the API become properties.

use super::json_line::list_of;
use super::line::{Several, not_utf8};
use super::quotation::fields;
use crate::directory::store::{Change, Report, hash_of};
use crate::domain::facts::{FactSet, Key, Member, Register};
use crate::wire::facts as wire;

/// A file with more columns is not a list of users.
const MOST_COLUMNS: usize = 2_000;

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// The `_id`.
    Id,
    /// A member of the user; what the API has no name for is custom data.
    Fact(Member),
}

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<Column>,
    hash: u64,
    delimiter: u8,
}

/// How headers call the `_id`, whatever the case and the signs between words.
const ID_NAMES: [&str; 4] = ["id", "smoochid", "appuserid", "sunshineid"];

/// How headers call members.
const NAMES: [(Member, &[&str]); 7] = [
    (Member::UserId, &["userid", "externalid", "customerid"]),
    (Member::GivenName, &["givenname", "firstname", "forename"]),
    (Member::Surname, &["surname", "lastname", "familyname"]),
    (Member::Email, &["email", "mail", "emailaddress"]),
    (Member::AvatarUrl, &["avatarurl"]),
    (Member::SignedUpAt, &["signedupat"]),
    (Member::ConversationStarted, &["conversationstarted"]),
];

impl Header {
    /// Reads the header; the reason in words if it is none.
    pub(super) fn parse(row: &[u8], delimiter: u8) -> Result<Self, String> {
        let texts: Result<Vec<String>, _> = fields(row, delimiter)
            .map(|name| String::from_utf8(name.into_owned()))
            .collect();
        let texts =
            texts.map_err(|_| "its header is not UTF-8; convert it first: iconv -t UTF-8 FILE")?;
        if texts.len() > MOST_COLUMNS {
            return Err(format!("its header has more than {MOST_COLUMNS} columns"));
        }
        let mut columns: Vec<Column> = texts.iter().map(|text| column_of(text)).collect();
        // Beside an `_id`, a column `id` is another system's.
        if texts.iter().any(|text| text.trim() == "_id") {
            for (column, text) in columns.iter_mut().zip(&texts) {
                if *column == Column::Id && text.trim() != "_id" {
                    *column = Column::Fact(Member::Property(text.trim().into()));
                }
            }
        }
        for (index, column) in columns.iter().enumerate() {
            if let Some(first) = columns[..index].iter().position(|other| other == column) {
                let [first, second] = [first, index].map(|index| texts[index].trim());
                return Err(format!(
                    "its header names the same column twice: {first} and {second}"
                ));
            }
        }
        if !columns.contains(&Column::Id) && !columns.contains(&Column::Fact(Member::UserId)) {
            let words = "its header has neither a column _id nor a column userId";
            return Err(words.to_owned());
        }
        Ok(Self {
            hash: hash_of(row),
            columns,
            delimiter,
        })
    }

    pub(super) const fn hash(&self) -> u64 {
        self.hash
    }

    /// The sign between fields.
    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

fn column_of(text: &str) -> Column {
    let text = text.trim().trim_start_matches('\u{feff}');
    let plain: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if ID_NAMES.contains(&plain.as_str()) {
        return Column::Id;
    }
    let mut known = NAMES.iter();
    if let Some((member, _)) = known.find(|(_, names)| names.contains(&plain.as_str())) {
        return Column::Fact(member.clone());
    }
    let prefixes = ["properties.", "prop.", "metadata."];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    Column::Fact(Member::Property(name.unwrap_or(text).into()))
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
    let mut facts = Vec::with_capacity(header.columns.len());
    let mut rest = fields(row, header.delimiter);
    for column in &header.columns {
        let field = rest.next().ok_or_else(|| other_width(row, header))?;
        let text = std::str::from_utf8(&field).map_err(|_| not_utf8())?;
        if text.trim().is_empty() {
            continue;
        }
        match column {
            Column::Id => id = Some(sound_id(text, "_id")?.to_owned()),
            Column::Fact(member) => facts.push((member.clone(), Some(value_of(member, text)?))),
        }
    }
    if rest.next().is_some() {
        return Err(other_width(row, header));
    }
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

/// The value of a cell. Ids are compared byte for byte: nothing is trimmed.
fn value_of(member: &Member, text: &str) -> Result<Box<str>, String> {
    let text = match member {
        Member::UserId => sound_id(text, "userId")?,
        Member::ConversationStarted => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => return Ok("true".into()),
            "false" | "no" | "0" => return Ok("false".into()),
            _ => text,
        },
        Member::Property(name) => match wire::stand_in_of(name) {
            Some(stand_in) => return Ok(stand_in),
            None => text,
        },
        _ => text,
    };
    Ok(wire::value_of_text(text))
}

/// Refuses an id of which a spreadsheet kept only the first digits.
fn sound_id<'t>(text: &'t str, column: &str) -> Result<&'t str, String> {
    if is_rounded(text.trim()) {
        return Err(format!(
            "a spreadsheet rounded its `{column}`: make the column text there, and export it again"
        ));
    }
    Ok(text)
}

/// Whether it is a number as spreadsheets write those that are too long for them: `9.91214E+15`.
fn is_rounded(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    is_digits(exponent) && is_digits(fraction) && is_digits(whole) && whole.len() == 1
}

fn other_width(row: &[u8], header: &Header) -> String {
    let width = fields(row, header.delimiter).count();
    let plural = if width == 1 { "" } else { "s" };
    let expected = header.columns.len();
    format!("it has {width} field{plural}, the header {expected}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn header(names: &[&str]) -> Result<Header, String> {
        Header::parse(names.join(",").as_bytes(), b',')
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
            let header = Header::parse(b"userId;plan", b';').unwrap();
            let line = format!("{id};x");
            let refused = read(line.as_bytes(), &header, Key::default()).unwrap_err();
            assert!(refused.contains("rounded its `userId`"), "{refused}");
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
    fn headers_that_cannot_work_are_refused_in_words() {
        for (names, words) in [
            (vec!["name", "email"], "neither"),
            (vec!["_id", "email", "E-mail"], "twice: email and E-mail"),
            (vec!["_id", "x", " x"], "twice: x and x"),
        ] {
            let refused = header(&names).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn rows_of_another_width_or_without_an_id_are_refused() {
        assert!(
            row(&["_id", "a"], &["u1"])
                .unwrap_err()
                .contains("1 field,")
        );
        let none = row(&["_id", "userId"], &["", ""]).unwrap_err();
        assert!(none.contains("neither"), "{none}");
    }
}
