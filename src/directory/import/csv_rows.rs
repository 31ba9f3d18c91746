//! Rows of a CSV file, read as users of v1.1 by the names in the header.
//!
//! In: the header and a row. Out: what the row reports of a user; a missing column or an empty cell
//! reports nothing. Columns whose names mean nothing to the API become properties.

use serde_json::{Map, Value};

use super::line::{Several, not_utf8};
use super::quotation::fields;
use crate::directory::store::{Change, Report, hash_of};
use crate::domain::ApiVersion;
use crate::domain::known::{Key, Member, Register};
use crate::wire::facts::{self as wire, Extent};

/// A file with more columns is not a list of users.
const MOST_COLUMNS: usize = 2_000;

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// A member of a user, as v1.1 calls it.
    Member(&'static str),
    /// Custom data under this name.
    Property(String),
}

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<Column>,
    hash: u64,
    delimiter: u8,
}

/// How headers call members, whatever the case and the signs between words.
const NAMES: [(&str, &[&str]); 8] = [
    ("_id", &["id", "smoochid", "appuserid", "sunshineid"]),
    ("userId", &["userid", "externalid", "customerid"]),
    ("givenName", &["givenname", "firstname", "forename"]),
    ("surname", &["surname", "lastname", "familyname"]),
    ("email", &["email", "mail", "emailaddress"]),
    ("avatarUrl", &["avatarurl"]),
    ("signedUpAt", &["signedupat"]),
    ("conversationStarted", &["conversationstarted"]),
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
                if *column == Column::Member("_id") && text.trim() != "_id" {
                    *column = Column::Property(text.trim().to_owned());
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
        let has = |member| columns.contains(&Column::Member(member));
        if !has("_id") && !has("userId") {
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
    let known = NAMES
        .iter()
        .find(|(_, names)| names.contains(&plain.as_str()));
    if let Some((member, _)) = known {
        return Column::Member(member);
    }
    let prefixes = ["properties.", "prop.", "metadata."];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    Column::Property(name.unwrap_or(text).to_owned())
}

/// Reads a row.
pub(super) fn parse(row: &[u8], header: &Header, hash: u64, key: Key) -> Result<Several, String> {
    let (mut user, mut properties) = (Map::new(), Map::new());
    let mut rest = fields(row, header.delimiter);
    for column in &header.columns {
        let field = rest.next().ok_or_else(|| other_width(row, header))?;
        let text = std::str::from_utf8(&field).map_err(|_| not_utf8())?;
        if text.trim().is_empty() {
            continue;
        }
        match column {
            Column::Member(member) => {
                user.insert((*member).to_owned(), value_of(member, text));
            }
            Column::Property(name) => {
                properties.insert(name.clone(), Value::from(text));
            }
        }
    }
    if rest.next().is_some() {
        return Err(other_width(row, header));
    }
    if !properties.is_empty() {
        user.insert("properties".to_owned(), Value::Object(properties));
    }
    let by_user_id = !user.contains_key("_id");
    if by_user_id {
        if !user.contains_key("userId") {
            return Err("it has neither an `_id` nor a `userId`".to_owned());
        }
        // Takes the place of the id until the `userId` has led to it.
        user.insert("_id".to_owned(), Value::from("?"));
    }
    let json = Value::Object(user).to_string();
    let mut facts = wire::facts_of_user(&json, ApiVersion::V11, Extent::Part)
        .ok_or("it cannot be read as a user")?;
    facts.key = key;
    let user_id = facts.facts.iter().find_map(|(member, value)| match member {
        Member::UserId => value.clone(),
        _ => None,
    });
    facts.register = Register::List(user_id);
    let id = id_of(&json);
    let report = Report::part(id.as_deref().filter(|_| !by_user_id), facts).with_hash(hash);
    Ok(vec![Ok(Change::Report(Box::new(report)))])
}

fn id_of(json: &str) -> Option<String> {
    let value: Value = serde_json::from_str(json).ok()?;
    value.get("_id")?.as_str().map(str::to_owned)
}

fn other_width(row: &[u8], header: &Header) -> String {
    let width = fields(row, header.delimiter).count();
    let plural = if width == 1 { "" } else { "s" };
    let expected = header.columns.len();
    format!("it has {width} field{plural}, the header {expected}")
}

fn value_of(member: &str, text: &str) -> Value {
    match (member, text.trim().to_ascii_lowercase().as_str()) {
        ("conversationStarted", "true" | "yes" | "1") => Value::from(true),
        ("conversationStarted", "false" | "no" | "0") => Value::from(false),
        // Ids are compared byte for byte: nothing is trimmed.
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn header(names: &[&str]) -> Result<Header, String> {
        Header::parse(names.join(",").as_bytes(), b',')
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
}
