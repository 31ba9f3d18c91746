//! What each column of a table becomes: by the agent's word, by its name, or by its values.
//!
//! In: the header, the first rows and what the agent said about columns. Out: a meaning for every
//! column and a report of it, or why the table cannot be imported. Nothing is decided in silence:
//! whoever imports is shown the report.

mod names;
mod report;

use super::cells::{looks_like_smooch_id, trimmed};
use crate::directory::store::hash_of;
use crate::domain::ColumnField;
use crate::domain::facts::Member;
use crate::wire::facts::LISTED_NAME;
use names::{Named, Parts};

pub use report::{Becomes, ColumnMapping, ColumnReport, LeftOut};

/// A file with more columns is not a list of users.
const MOST_COLUMNS: usize = 2_000;

/// Characters of a value that are shown as an example.
const EXAMPLE: usize = 6;

/// Column names that are shown when a table is refused.
const MOST_SHOWN: usize = 30;

/// What a cell of a column is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The `_id`.
    Id(IdColumn),
    /// A member of the user; what the API has no name for is custom data.
    Fact(Member),
    /// Custom data that is a phone number.
    Phone(Member),
    /// Nothing.
    Left,
}

/// How a column is known to hold the `_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdColumn {
    /// By its name.
    Named,
    /// By its values alone: what does not look like them is no id.
    Judged,
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) meanings: Vec<Meaning>,
    pub(super) reports: Vec<ColumnReport>,
    /// Stands for everything that was decided.
    pub(super) hash: u64,
}

impl Columns {
    /// Decides what each column becomes; says in words why the table cannot be imported.
    pub(super) fn decide(
        header: &[String],
        rows: &[Vec<String>],
        mapping: &ColumnMapping,
    ) -> Result<Self, String> {
        if header.len() > MOST_COLUMNS {
            return Err(format!("its header has more than {MOST_COLUMNS} columns"));
        }
        let header: Vec<&str> = header.iter().map(|text| trimmed(text)).collect();
        let mut deciding = Deciding {
            becomes: vec![None; header.len()],
            judged: None,
            header: &header,
            rows,
        };
        deciding.obey(mapping)?;
        deciding.judge_ids();
        deciding.take_names()?;
        deciding.sort_out_names();
        let reports: Vec<ColumnReport> = deciding.reports();
        let meanings = reports.iter().enumerate();
        let meanings: Vec<Meaning> = meanings.map(|it| deciding.meaning_of(it)).collect();
        check(&header, &reports, &meanings)?;
        Ok(Self {
            hash: hash_of_all(&meanings),
            meanings,
            reports,
        })
    }
}

/// Columns of which some are decided.
struct Deciding<'t> {
    header: &'t [&'t str],
    rows: &'t [Vec<String>],
    becomes: Vec<Option<Becomes>>,
    /// The column that is the `_id` by its values alone.
    judged: Option<usize>,
}

impl Deciding<'_> {
    /// Does what the agent said.
    fn obey(&mut self, mapping: &ColumnMapping) -> Result<(), String> {
        for (column, field) in &mapping.map {
            let at = self.find(column)?;
            if field.name().is_some() && self.taken(field).is_some_and(|other| other != at) {
                let name = field.name().unwrap_or_default();
                return Err(format!("two columns are mapped to {name}"));
            }
            let becomes = Becomes::Field(field.clone());
            if self.becomes[at].as_ref().is_some_and(|it| *it != becomes) {
                return Err(contradiction(self.header[at]));
            }
            self.becomes[at] = Some(becomes);
        }
        for column in &mapping.ignore {
            let at = self.find(column)?;
            if matches!(self.becomes[at], Some(Becomes::Field(_))) {
                return Err(contradiction(self.header[at]));
            }
            self.becomes[at] = Some(Becomes::LeftOut(LeftOut::Ignored));
        }
        Ok(())
    }

    fn find(&self, column: &str) -> Result<usize, String> {
        let column = column.trim();
        let exact = self.header.iter().position(|text| *text == column);
        let alike = || {
            let wanted = names::plain(column);
            let is_it = |text: &&str| !wanted.is_empty() && names::plain(text) == wanted;
            self.header.iter().position(is_it)
        };
        exact
            .or_else(alike)
            .ok_or_else(|| format!("it has no column {column}; {}", found_in(self.header)))
    }

    /// The column that is this field.
    fn taken(&self, field: &ColumnField) -> Option<usize> {
        self.becomes.iter().position(|becomes| match becomes {
            Some(Becomes::Field(taken)) => taken == field,
            Some(Becomes::DoubtfulUserId) => *field == ColumnField::UserId,
            _ => false,
        })
    }

    /// Decides about columns that are merely called `id`.
    fn judge_ids(&mut self) {
        for at in 0..self.header.len() {
            if self.becomes[at].is_some() || names::named(self.header[at]) != Named::BareId {
                continue;
            }
            // Beside an `_id`, a column `id` is another system's.
            let has_other = self.taken(&ColumnField::Id).is_some()
                || self.header.iter().any(|text| is_smooch_id(text));
            let becomes = if has_other {
                Becomes::Field(ColumnField::Property(None))
            } else {
                self.judge(at)
            };
            if becomes == Becomes::Field(ColumnField::Id) {
                self.judged = Some(at);
            }
            self.becomes[at] = Some(becomes);
        }
    }

    fn judge(&self, at: usize) -> Becomes {
        let values: Vec<&str> = self.values_of(at).collect();
        let alike = values.iter().filter(|it| looks_like_smooch_id(it)).count();
        match values.first() {
            None => Becomes::LeftOut(LeftOut::Empty),
            Some(_) if alike * 2 >= values.len() => Becomes::Field(ColumnField::Id),
            Some(first) => {
                let first = values
                    .iter()
                    .find(|it| !looks_like_smooch_id(it))
                    .unwrap_or(first);
                Becomes::LeftOut(LeftOut::NotAnId(example_of(first)))
            }
        }
    }

    fn values_of(&self, at: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.get(at));
        cells
            .map(|cell| trimmed(cell))
            .filter(|cell| !cell.is_empty())
    }

    /// Gives each field to the column whose name says so most clearly.
    fn take_names(&mut self) -> Result<(), String> {
        let mut ranked: Vec<(usize, usize, ColumnField)> = Vec::new();
        for at in 0..self.header.len() {
            if self.becomes[at].is_none()
                && let Named::Field(field, rank) = names::named(self.header[at])
            {
                ranked.push((rank, at, field));
            }
        }
        ranked.sort_by_key(|(rank, at, _)| (*rank, *at));
        for (_, at, field) in ranked {
            let taken = match self.taken(&field) {
                None => Becomes::Field(field),
                Some(first) => {
                    let [one, other] = [first, at].map(|at| self.header[at]);
                    if names::plain(one) == names::plain(other) {
                        return Err(twice(one, other));
                    }
                    Becomes::Second(field)
                }
            };
            self.becomes[at] = Some(taken);
        }
        if let Some(at) = self.taken(&ColumnField::UserId)
            && self.taken(&ColumnField::Id).is_none()
            && self.values_of(at).next().is_some()
            && self.values_of(at).all(looks_like_smooch_id)
        {
            self.becomes[at] = Some(Becomes::DoubtfulUserId);
        }
        Ok(())
    }

    /// Takes a column with whole names for what it is beside one with a part of the name.
    fn sort_out_names(&mut self) {
        let text = |field| self.taken(&field).map(|at| self.header[at]);
        let has = Parts {
            given: text(ColumnField::GivenName),
            surname: text(ColumnField::Surname),
        };
        if let Some(at) = self.taken(&ColumnField::Name) {
            let field = names::beside(self.header[at], has);
            self.becomes[at] = Some(Becomes::Field(field));
        }
    }

    fn reports(&self) -> Vec<ColumnReport> {
        let columns = self.header.iter().zip(&self.becomes);
        let report = |(text, becomes): (&&str, &Option<Becomes>)| ColumnReport {
            column: (*text).to_owned(),
            becomes: match becomes {
                Some(Becomes::Field(ColumnField::Property(name))) => {
                    let name = name.clone().unwrap_or_else(|| property_name(text));
                    property(text, name)
                }
                Some(becomes) => becomes.clone(),
                None if text.is_empty() => Becomes::LeftOut(LeftOut::Unnamed),
                None => property(text, property_name(text)),
            },
        };
        columns.map(report).collect()
    }

    fn meaning_of(&self, (at, report): (usize, &ColumnReport)) -> Meaning {
        match &report.becomes {
            Becomes::Field(ColumnField::Id) => Meaning::Id(if self.judged == Some(at) {
                IdColumn::Judged
            } else {
                IdColumn::Named
            }),
            Becomes::Field(field) => Meaning::Fact(member_of(field, &report.column)),
            Becomes::Number(name) => Meaning::Phone(Member::Property(name.as_str().into())),
            Becomes::DoubtfulUserId => Meaning::Fact(Member::UserId),
            Becomes::Second(_) => {
                Meaning::Fact(Member::Property(property_name(&report.column).into()))
            }
            Becomes::LeftOut(_) => Meaning::Left,
        }
    }
}

fn contradiction(column: &str) -> String {
    format!("--map and --ignore say two things about its column {column}: say one")
}

fn is_smooch_id(text: &str) -> bool {
    names::named(text) == Named::Field(ColumnField::Id, 0)
}

/// Custom data, or a number if the column's name says so.
fn property(column: &str, name: String) -> Becomes {
    if names::named(column) == Named::Phone {
        Becomes::Number(name)
    } else {
        Becomes::Field(ColumnField::Property(Some(name)))
    }
}

/// The name under which a column's values are custom data.
fn property_name(column: &str) -> String {
    let prefixes = [
        "properties.",
        "properties/",
        "prop.",
        "metadata.",
        "metadata/",
    ];
    let text = names::without_path(column);
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    name.filter(|name| !name.is_empty())
        .unwrap_or(column)
        .to_owned()
}

fn member_of(field: &ColumnField, column: &str) -> Member {
    match field {
        // The id is no fact about the user; it is read apart.
        ColumnField::Id | ColumnField::UserId => Member::UserId,
        ColumnField::GivenName => Member::GivenName,
        ColumnField::Surname => Member::Surname,
        ColumnField::Name => Member::Other(LISTED_NAME.into()),
        ColumnField::Email => Member::Email,
        ColumnField::AvatarUrl => Member::AvatarUrl,
        ColumnField::SignedUpAt => Member::SignedUpAt,
        ColumnField::ConversationStarted => Member::ConversationStarted,
        ColumnField::Property(name) => Member::Property(name.as_deref().unwrap_or(column).into()),
    }
}

/// Refuses a table in which no column says whom a row is about, or two say the same.
fn check(header: &[&str], reports: &[ColumnReport], meanings: &[Meaning]) -> Result<(), String> {
    for (index, meaning) in meanings.iter().enumerate() {
        let mut earlier = meanings[..index].iter();
        if let Some(about) = member(meaning)
            && earlier.any(|other| member(other) == Some(about))
        {
            let all = header.iter().zip(meanings);
            let all = all.filter(|(_, other)| member(other) == Some(about));
            let all: Vec<&str> = all.map(|(text, _)| *text).collect();
            return Err(together(about, &all));
        }
    }
    let says_who =
        |meaning: &Meaning| matches!(meaning, Meaning::Id(_) | Meaning::Fact(Member::UserId));
    if meanings.iter().any(says_who) {
        return Ok(());
    }
    let not_an_id = reports.iter().find_map(|report| match &report.becomes {
        Becomes::LeftOut(LeftOut::NotAnId(example)) => {
            Some(format!(" ({} holds no _ids: {example})", report.column))
        }
        _ => None,
    });
    Err(format!(
        "its header has neither a column _id nor a column userId; {}{}; names accepted: _id, \
         smoochId or appUserId for an _id, userId, externalId or customerId for a userId; or say \
         which column it is: --map COLUMN=userId",
        found_in(header),
        not_an_id.unwrap_or_default()
    ))
}

/// What a meaning is about; a phone and other custom data of one name are the same.
fn member(meaning: &Meaning) -> Option<&Member> {
    match meaning {
        Meaning::Fact(member) | Meaning::Phone(member) => Some(member),
        Meaning::Id(_) | Meaning::Left => None,
    }
}

/// Says that several columns become one thing, whatever they are called.
fn together(about: &Member, columns: &[&str]) -> String {
    let [one, other] = columns else {
        return in_one(about, columns);
    };
    if one.eq_ignore_ascii_case(other) {
        return twice(one, other);
    }
    in_one(about, columns)
}

fn in_one(about: &Member, columns: &[&str]) -> String {
    let count = match columns.len() {
        2 => "two".to_owned(),
        count => count.to_string(),
    };
    let what = match about {
        Member::Property(name) => format!("property {name}"),
        other => other.path().as_str().to_owned(),
    };
    format!(
        "{count} columns become {what}: {}; leave out all but one with --ignore COLUMN, or rename \
         them with --map COLUMN=property.NAME",
        columns.join(", ")
    )
}

fn twice(one: &str, other: &str) -> String {
    format!(
        "its header names the same column twice: {one} and {other}; leave one out with \
         --ignore COLUMN, or rename one with --map COLUMN=property.NAME"
    )
}

fn found_in(header: &[&str]) -> String {
    let named = header.iter().filter(|text| !text.is_empty());
    let shown: Vec<String> = named
        .clone()
        .take(MOST_SHOWN)
        .map(|text| text.chars().take(60).collect())
        .collect();
    let more = named.count().saturating_sub(MOST_SHOWN);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("columns found: {}{more}", shown.join(", "))
}

/// The start of a value, which shows what kind of id it is and not the whole of it.
fn example_of(value: &str) -> String {
    let start: String = value.chars().take(EXAMPLE).collect();
    if start.len() < value.len() {
        format!("{start}…")
    } else {
        start
    }
}

/// A hash of what every column is read as: a row is read again if that changed.
fn hash_of_all(meanings: &[Meaning]) -> u64 {
    let mut text = String::new();
    for meaning in meanings {
        match meaning {
            Meaning::Id(IdColumn::Named) => text.push('i'),
            Meaning::Id(IdColumn::Judged) => text.push('j'),
            Meaning::Left => text.push('-'),
            Meaning::Phone(member) | Meaning::Fact(member) => {
                text.push(if matches!(meaning, Meaning::Phone(_)) {
                    'n'
                } else {
                    'f'
                });
                text.push_str(member.path().as_str());
            }
        }
        text.push('\0');
    }
    hash_of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const HEX: &str = "64be90d2a7f31c0058e6d914";

    fn decide(
        header: &[&str],
        rows: &[&[&str]],
        mapping: &ColumnMapping,
    ) -> Result<Columns, String> {
        let owned = |row: &[&str]| row.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let rows: Vec<_> = rows.iter().map(|row| owned(row)).collect();
        Columns::decide(&owned(header), &rows, mapping)
    }

    fn becomes(header: &[&str], rows: &[&[&str]]) -> Vec<Becomes> {
        let columns = decide(header, rows, &ColumnMapping::default()).unwrap();
        columns
            .reports
            .into_iter()
            .map(|report| report.becomes)
            .collect()
    }

    fn field(field: ColumnField) -> Becomes {
        Becomes::Field(field)
    }

    fn own(name: &str) -> Becomes {
        field(ColumnField::Property(Some(name.to_owned())))
    }

    #[test]
    fn a_bare_id_is_judged_by_its_values() {
        let names = ["id", "name", "phone", "external_id"];
        assert_eq!(
            becomes(&names, &[&["361549001", "Mara Quinn", "1", "cust-1"]]),
            [
                Becomes::LeftOut(LeftOut::NotAnId("361549…".to_owned())),
                field(ColumnField::Name),
                Becomes::Number("phone".to_owned()),
                field(ColumnField::UserId),
            ]
        );
        let mostly = becomes(&["id", "plan"], &[&[HEX], &["bad id!"]]);
        assert_eq!(mostly[0], field(ColumnField::Id));
        let empty = becomes(&["id", "userId"], &[&["", "c1"]]);
        assert_eq!(empty[0], Becomes::LeftOut(LeftOut::Empty));
        assert_eq!(becomes(&["id", "_id"], &[&[HEX, "u1"]])[0], own("id"));
    }

    #[test]
    fn without_any_id_the_refusal_shows_what_there_is_and_what_is_accepted() {
        let refused = decide(&["id", "name"], &[&["361549"]], &ColumnMapping::default());
        let words = refused.unwrap_err();
        for part in ["neither", "columns found: id, name", "userId", "--map"] {
            assert!(words.contains(part), "{words}");
        }
    }

    #[test]
    fn the_agent_decides_otherwise() {
        let mapping = ColumnMapping {
            map: vec![
                ("id".to_owned(), ColumnField::UserId),
                (
                    "E-MAIL".to_owned(),
                    ColumnField::Property(Some("work".to_owned())),
                ),
            ],
            ignore: vec!["notes".to_owned()],
        };
        let columns = decide(&["id", "e-mail", "notes"], &[&["361549"]], &mapping).unwrap();
        let reports: Vec<_> = columns
            .reports
            .iter()
            .map(|it| it.becomes.clone())
            .collect();
        assert_eq!(
            reports,
            [
                field(ColumnField::UserId),
                own("work"),
                Becomes::LeftOut(LeftOut::Ignored)
            ]
        );
        let unmapped = decide(
            &["userId", "e-mail", "notes"],
            &[],
            &ColumnMapping::default(),
        );
        assert_ne!(columns.hash, unmapped.unwrap().hash);
        let wrong = ColumnMapping {
            ignore: vec!["note".to_owned()],
            ..ColumnMapping::default()
        };
        let refused = decide(&["id", "notes"], &[&["1"]], &wrong).unwrap_err();
        assert!(
            refused.contains("no column note; columns found: id, notes"),
            "{refused}"
        );
    }

    #[test]
    fn of_several_columns_for_one_field_the_clearest_has_it() {
        let names = ["_id", "E-mail 2 Address", "Work Email", "Email"];
        let second = Becomes::Second(ColumnField::Email);
        assert_eq!(
            becomes(&names, &[])[1..],
            [own("E-mail 2 Address"), second, field(ColumnField::Email)]
        );
        for (header, words) in [
            (["_id", "email", "E-mail"], "twice: email and E-mail"),
            (["_id", "x", " x"], "twice: x and x"),
        ] {
            let refused = decide(&header, &[], &ColumnMapping::default()).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn a_user_id_that_looks_like_another_id_is_doubted() {
        let reports = becomes(&["user_id"], &[&[HEX]]);
        assert_eq!(reports, [Becomes::DoubtfulUserId]);
        assert_eq!(
            becomes(&["user_id"], &[&["c1"]]),
            [field(ColumnField::UserId)]
        );
    }

    #[test]
    fn names_in_two_languages_and_columns_without_a_name_are_sorted_out() {
        assert_eq!(
            becomes(&["_id", "Vorname", "Name", ""], &[]),
            [
                field(ColumnField::Id),
                field(ColumnField::GivenName),
                field(ColumnField::Surname),
                Becomes::LeftOut(LeftOut::Unnamed)
            ]
        );
    }
}
