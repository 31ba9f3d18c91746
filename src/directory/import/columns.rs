//! What each column of a table becomes: by the agent's word, by its name, or by its values.
//!
//! In: the header, the first rows and what the agent said about columns. Out: a meaning for every
//! column and a report of it, or why the table cannot be imported. Nothing is decided in silence:
//! the import prints the report.

mod meaning;
mod names;
mod refusal;
mod report;

use super::cells::{looks_like_smooch_id, trimmed};
use crate::domain::ColumnField;
use crate::domain::facts::Member;
use crate::wire::facts::LISTED_NAME;
use meaning::hash_of_all;
use names::{Named, Parts};
use refusal::{check, found_in, twice};

pub(super) use meaning::{IdColumn, Meaning};
pub use report::{Becomes, ColumnMapping, ColumnReport, LeftOut};

/// A file with more columns is not a list of users.
const MOST_COLUMNS: usize = 2_000;

/// Characters of a value that are shown as an example.
const EXAMPLE: usize = 6;

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

/// The start of a value, which shows what kind of id it is and not the whole of it.
fn example_of(value: &str) -> String {
    let start: String = value.chars().take(EXAMPLE).collect();
    if start.len() < value.len() {
        format!("{start}…")
    } else {
        start
    }
}

#[cfg(test)]
mod tests;
