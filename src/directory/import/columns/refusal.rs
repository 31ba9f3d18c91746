//! Why a table is refused, in words that name its columns and what would be accepted.
//!
//! In: the header and what was decided about it. Out: sentences.

use super::meaning::{Meaning, member};
use super::report::{Becomes, ColumnReport, LeftOut};
use crate::domain::facts::Member;

/// Column names that are shown when a table is refused.
const MOST_SHOWN: usize = 30;

/// Refuses a table without a column for an id, or with two columns for the same thing.
pub(super) fn check(
    header: &[&str],
    reports: &[ColumnReport],
    meanings: &[Meaning],
) -> Result<(), String> {
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

/// Says that two columns have the same name.
pub(super) fn twice(one: &str, other: &str) -> String {
    format!(
        "its header names the same column twice: {one} and {other}; leave one out with \
         --ignore COLUMN, or rename one with --map COLUMN=property.NAME"
    )
}

/// The columns of a table, so that the agent sees what to choose from.
pub(super) fn found_in(header: &[&str]) -> String {
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
