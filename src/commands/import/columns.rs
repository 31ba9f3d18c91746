//! What became of the columns of a table, and what was mended in it: as JSON and in words.
//!
//! In: the report of an import. Out: a line for each column, and one for each thing that was mended.

use serde::Serialize;

use super::weighed::counted;
use crate::directory::import::{Becomes, ColumnReport, FileKind, ImportReport, LeftOut, Mended};
use crate::domain::ColumnField;
use crate::text::SafeText;

/// Columns that each get a line of their own when they are plain custom data.
const MOST_LINES: usize = 24;

/// What became of a column.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ColumnRecord {
    column: String,
    /// The field of v1.1; null if it was left out.
    field: Option<String>,
    /// Whether it is searched as a phone number.
    number: bool,
    /// Why it was left out, or is not what its name says.
    note: Option<String>,
}

impl ColumnRecord {
    pub(super) fn of(report: &ColumnReport) -> Self {
        let (field, note) = match &report.becomes {
            Becomes::Field(field) => (Some(path_of(field, &report.column)), None),
            Becomes::Number(name) => (Some(format!("properties.{name}")), None),
            Becomes::DoubtfulUserId => (Some("userId".to_owned()), Some(doubt(&report.column))),
            Becomes::Second(field) => {
                let name = field.name().unwrap_or_default();
                let own = format!("properties.{}", report.column);
                (Some(own), Some(format!("another column is {name}")))
            }
            Becomes::LeftOut(why) => (None, Some(left_out(why))),
        };
        Self {
            column: report.column.clone(),
            field,
            number: matches!(report.becomes, Becomes::Number(_)),
            note,
        }
    }

    fn is_own_property(&self) -> bool {
        let name = self
            .field
            .as_deref()
            .and_then(|it| it.strip_prefix("properties."));
        !self.number && self.note.is_none() && name == Some(self.column.as_str())
    }

    /// The column, an arrow, and what it became.
    fn words(&self) -> SafeText {
        let became = match (&self.field, &self.note) {
            _ if self.number => "number, searched".to_owned(),
            _ if self.is_own_property() => "property".to_owned(),
            (Some(field), note) => {
                let field = match field.strip_prefix("properties.") {
                    Some(name) if name == self.column => "property".to_owned(),
                    Some(name) => format!("property {name}"),
                    None if field == "displayName" => "name, as it is".to_owned(),
                    None => field.clone(),
                };
                let note = note
                    .as_ref()
                    .map_or_else(String::new, |note| format!(" ({note})"));
                format!("{field}{note}")
            }
            (None, note) => note.clone().unwrap_or_default(),
        };
        SafeText::join([
            SafeText::of(&self.shown_name().into()),
            SafeText::own(" → "),
            SafeText::of(&became.into()),
        ])
    }

    fn shown_name(&self) -> String {
        if self.column.is_empty() {
            "(no name)".to_owned()
        } else {
            self.column.clone()
        }
    }
}

fn path_of(field: &ColumnField, column: &str) -> String {
    match field {
        ColumnField::Name => "displayName".to_owned(),
        ColumnField::Property(name) => {
            format!("properties.{}", name.as_deref().unwrap_or(column))
        }
        other => other.name().unwrap_or_default().to_owned(),
    }
}

fn doubt(column: &str) -> String {
    format!("its values look like _ids; if they are: --map {column}=_id")
}

fn left_out(why: &LeftOut) -> String {
    match why {
        LeftOut::NotAnId(example) => format!("not an _id ({example}): left out"),
        LeftOut::Empty => "no values to tell what it is: left out".to_owned(),
        LeftOut::Ignored => "left out, as you said".to_owned(),
        LeftOut::Unnamed => "left out".to_owned(),
    }
}

/// A line for each column. Of very many, those that are plain custom data share one.
pub(super) fn words(columns: &[ColumnRecord]) -> Vec<SafeText> {
    if columns.len() <= MOST_LINES {
        return columns.iter().map(ColumnRecord::words).collect();
    }
    let (plain, others): (Vec<_>, Vec<_>) =
        columns.iter().partition(|column| column.is_own_property());
    let mut lines: Vec<SafeText> = others.into_iter().map(ColumnRecord::words).collect();
    if !plain.is_empty() {
        let names: Vec<&str> = plain.iter().map(|column| column.column.as_str()).collect();
        lines.push(SafeText::join([
            SafeText::of(&names.join(", ").into()),
            SafeText::own(" → properties"),
        ]));
    }
    lines
}

/// What was mended or left out of rows.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct MendedRecord {
    spreadsheet_marks: u64,
    blanks: u64,
    unread_dates: u64,
    rounded_numbers: u64,
    short_rows: u64,
}

impl MendedRecord {
    /// `None` for what is no table.
    pub(super) fn of(report: &ImportReport) -> Option<Self> {
        let Mended {
            marks,
            blanks,
            unread_moments,
            rounded_numbers,
            short_rows,
            has_empty_cells: _,
        } = report.mended;
        (report.kind == FileKind::Csv).then_some(Self {
            spreadsheet_marks: marks,
            blanks,
            unread_dates: unread_moments,
            rounded_numbers,
            short_rows,
        })
    }

    /// A line for each thing that happened.
    pub(super) fn words(self) -> Vec<String> {
        let line = |count: u64, thing: &str, what: &str| {
            (count > 0).then(|| format!("{} {what}", counted(count, thing)))
        };
        [
            line(
                self.spreadsheet_marks,
                "cell",
                "taken without a spreadsheet's marks ('0012, =\"0012\")",
            ),
            line(self.blanks, "id", "taken without the blanks around it"),
            line(
                self.unread_dates,
                "date",
                "left out, because it is not clear which day is meant",
            ),
            line(
                self.rounded_numbers,
                "phone number",
                "left out, because a spreadsheet rounded it",
            ),
            line(
                self.short_rows,
                "row",
                "without the last cells: taken as empty",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(column: &str, becomes: Becomes) -> String {
        let column = column.to_owned();
        let record = ColumnRecord::of(&ColumnReport { column, becomes });
        record.words().as_str().to_owned()
    }

    #[test]
    fn each_column_says_what_it_became() {
        let property = |name: &str| Becomes::Field(ColumnField::Property(Some(name.to_owned())));
        for (column, becomes, words) in [
            (
                "phone",
                Becomes::Number("phone".into()),
                "phone → number, searched",
            ),
            ("region", property("region"), "region → property"),
            ("prop.city", property("city"), "prop.city → property city"),
            (
                "id",
                Becomes::LeftOut(LeftOut::NotAnId("361549…".into())),
                "id → not an _id (361549…): left out",
            ),
            (
                "Vorname",
                Becomes::Field(ColumnField::GivenName),
                "Vorname → givenName",
            ),
            (
                "Name",
                Becomes::Field(ColumnField::Name),
                "Name → name, as it is",
            ),
            (
                "",
                Becomes::LeftOut(LeftOut::Unnamed),
                "(no name) → left out",
            ),
            (
                "Work Email",
                Becomes::Second(ColumnField::Email),
                "Work Email → property (another column is email)",
            ),
        ] {
            assert_eq!(said(column, becomes), words);
        }
    }

    #[test]
    fn many_plain_columns_share_a_line() {
        let report = |column: &str, becomes| {
            let column = column.to_owned();
            ColumnRecord::of(&ColumnReport { column, becomes })
        };
        let mut columns: Vec<ColumnRecord> = (0..MOST_LINES)
            .map(|number| {
                let name = format!("c{number}");
                let own = ColumnField::Property(Some(name.clone()));
                report(&name, Becomes::Field(own))
            })
            .collect();
        assert_eq!(words(&columns).len(), MOST_LINES);
        columns.push(report("_id", Becomes::Field(ColumnField::Id)));
        let lines = words(&columns);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].as_str().starts_with("c0, c1, "));
    }
}
