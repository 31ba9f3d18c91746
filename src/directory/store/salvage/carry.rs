//! Reads rows out of a broken file, around the places that cannot be read, into a sound one.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::super::codes::{Base, api_of_code, base_of_code};
use super::super::columns::Columns;
use super::super::record::Record;
use super::super::{StoreError, schema};
use crate::domain::Key;
use crate::wire::kept;

/// What was carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Carried {
    pub(super) users: u64,
    pub(super) without_copy: u64,
    pub(super) pins: u64,
    pub(super) visits: u64,
    pub(super) notes: u64,
    pub(super) has_gaps: bool,
    rows: u64,
}

impl Carried {
    pub(super) const fn is_nothing(self) -> bool {
        self.rows == 0
    }
}

/// Carries over the tables of the directory.
pub(super) fn directory(from: &Connection, to: &Connection) -> Result<Carried, StoreError> {
    let mut carried = Carried::default();
    to.execute_batch("BEGIN IMMEDIATE")?;
    schema::make_indexes(to)?;
    let is_older = from.prepare("SELECT facts FROM copies").is_err()
        && from.prepare("SELECT json FROM copies").is_ok();
    let (users, copies, merges) = if is_older {
        (USERS_JOINED, COPIES_JOINED, LINEAGE)
    } else {
        (USERS, COPIES, MERGES)
    };
    by_number(from, to, &mut carried, users)?;
    by_number(from, to, &mut carried, copies)?;
    by_number(from, to, &mut carried, pages_of(from))?;
    for table in [merges, TOMBSTONES] {
        by_key(from, to, &mut carried, table)?;
    }
    if is_older {
        schema::become_facts(to)?;
    } else {
        for table in [LISTED, FORGOTTEN] {
            by_key(from, to, &mut carried, table)?;
        }
    }
    restore_lost_rows(to)?;
    to.execute_batch("DELETE FROM pages WHERE row NOT IN (SELECT row FROM users)")?;
    let count = |sql: &str| to.query_row(sql, [], |row| row.get::<_, u64>(0));
    carried.users = count("SELECT count(*) FROM users WHERE state < 3")?;
    carried.without_copy = count(
        "SELECT count(*) FROM users WHERE state IN (1, 2) AND row NOT IN (SELECT row FROM copies)",
    )?;
    carried.has_gaps |= carried.without_copy > 0;
    to.execute_batch(
        "UPDATE users SET state = CASE state WHEN 3 THEN 3 ELSE 0 END, hash = NULL
            WHERE row NOT IN (SELECT row FROM copies);
         COMMIT",
    )?;
    Ok(carried)
}

/// Carries over the tables of what the agent made.
pub(super) fn agent(from: &Connection, to: &Connection) -> Result<Carried, StoreError> {
    let mut carried = Carried::default();
    to.execute_batch("BEGIN IMMEDIATE")?;
    by_number(from, to, &mut carried, OPENED)?;
    for table in [PINS, NOTES] {
        by_key(from, to, &mut carried, table)?;
    }
    let count = |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        to.query_row(&count, [], |row| row.get(0))
    };
    carried.pins = count("pins")?;
    carried.visits = count("opened")?;
    carried.notes = count("notes")?;
    to.execute_batch("COMMIT")?;
    Ok(carried)
}

/// A table: its name, its key, all its columns, the key among them and first.
#[derive(Clone, Copy)]
struct Table {
    name: &'static str,
    /// The table that its rows go to.
    into: &'static str,
    key: &'static str,
    columns: &'static str,
    /// What is read for them, where the broken file may call them otherwise.
    selected: &'static str,
    is_sound: fn(&[Value]) -> bool,
}

const USERS: Table = Table {
    name: "users",
    into: "users",
    key: "row",
    columns: "row, id, user_id, name, origin, email, channels, properties, message_name,
        message_at, state, at, how, asked_at, hash, seen_at, line, message_id",
    selected: "row, id, user_id, name, origin, email, channels, properties, message_name,
        message_at, state, at, how, asked_at, hash, seen_at, line, message_id",
    is_sound: |values| matches!(values.get(1), Some(Value::Text(id)) if !id.is_empty()),
};
const COPIES: Table = Table {
    name: "copies",
    into: "copies",
    key: "row",
    columns: "row, api, json, facts",
    selected: "row, api, json, facts",
    is_sound: |values| match (values.get(1), values.get(2), values.get(3)) {
        (Some(Value::Integer(base)), Some(Value::Text(json)), Some(facts)) => {
            let facts = match facts {
                Value::Text(facts) => Some(facts.as_str()),
                Value::Null => None,
                _ => return false,
            };
            Record::parse(Key::default(), *base, json, facts).is_some()
        }
        _ => false,
    },
};
/// Before schema 4 a copy was all that was known.
const USERS_JOINED: Table = Table {
    selected: "row, id, user_id, name, origin, email, channels, properties, message_name,
        message_at, state, at, how, asked_at, NULL, NULL, 0, NULL",
    ..USERS
};
const COPIES_JOINED: Table = Table {
    selected: "row, api, json, NULL",
    is_sound: |values| match (values.get(1), values.get(2)) {
        (Some(Value::Integer(api)), Some(Value::Text(json))) => {
            kept::parse_user(json, api_of_code(*api)).is_some()
        }
        _ => false,
    },
    ..COPIES
};
const PAGES: Table = Table {
    name: "pages",
    into: "pages",
    key: "page",
    columns: "page, row, conversation, api, at, body",
    selected: "page, row, conversation, api, at, body",
    is_sound: |values| is_json(values.get(5)),
};
/// Before schema 3 each user had one page.
const PAGES_BY_USER: Table = Table {
    key: "row",
    selected: "row, row, '', api, at, body",
    ..PAGES
};
const MERGES: Table = plain("merges", "old_id", "old_id, survivor_id, at, rank, line");
/// What merges were called before schema 4.
const LINEAGE: Table = Table {
    name: "lineage",
    into: "merges",
    selected: "old_id, survivor_id, at, 1, 0",
    ..MERGES
};
const LISTED: Table = plain("listed", "user_id", "user_id, at, facts");
const FORGOTTEN: Table = plain("forgotten", "hash", "hash, at");
const TOMBSTONES: Table = plain("tombstones", "id", "id, at");
const OPENED: Table = plain("opened", "rowid", "rowid, at, id");
const PINS: Table = plain("pins", "id", "id, at");
const NOTES: Table = plain("notes", "id", "id, at, text");

const fn plain(name: &'static str, key: &'static str, columns: &'static str) -> Table {
    Table {
        name,
        into: name,
        key,
        columns,
        selected: columns,
        is_sound: |_| true,
    }
}

/// The table of pages as the broken file has it.
fn pages_of(from: &Connection) -> Table {
    let is_older = from.prepare("SELECT page FROM pages").is_err()
        && from.prepare("SELECT row FROM pages").is_ok();
    if is_older { PAGES_BY_USER } else { PAGES }
}

fn is_json(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Text(text))
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// Carries over a table whose rows have numbers, skipping what cannot be read.
fn by_number(
    from: &Connection,
    to: &Connection,
    carried: &mut Carried,
    table: Table,
) -> Result<(), StoreError> {
    let Table {
        name,
        key,
        selected,
        ..
    } = table;
    let select = format!("SELECT {selected} FROM {name} WHERE {key} >= ?1 ORDER BY {key}");
    let probe = format!("{select} LIMIT 1");
    let mut start = i64::MIN;
    loop {
        let mut last = start;
        let ended = copy(from, to, carried, table, &select, Some(start), &mut last)?;
        if ended {
            return Ok(());
        }
        carried.has_gaps = true;
        let readable = |number: i64| {
            let row = from.query_row(&probe, [number], |_| Ok(()));
            matches!(row, Ok(()) | Err(rusqlite::Error::QueryReturnedNoRows))
        };
        let Some(next) = next_readable(last.max(0), readable) else {
            return Ok(());
        };
        start = next;
    }
}

/// The smallest number after `last` from which on rows can be read, as far as trials show.
fn next_readable(last: i64, readable: impl Fn(i64) -> bool) -> Option<i64> {
    const FARTHEST: i64 = 1 << 32;
    let mut step = 1;
    while !readable(last + step) {
        if step >= FARTHEST {
            return None;
        }
        step *= 2;
    }
    let (mut bad, mut good) = (last + step / 2, last + step);
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        if readable(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}

/// Carries over a table whose rows have keys: from both ends up to where it cannot be read.
fn by_key(
    from: &Connection,
    to: &Connection,
    carried: &mut Carried,
    table: Table,
) -> Result<(), StoreError> {
    let Table {
        name,
        key,
        selected,
        ..
    } = table;
    for direction in ["ASC", "DESC"] {
        let select = format!("SELECT {selected} FROM {name} ORDER BY {key} {direction}");
        if copy(from, to, carried, table, &select, None, &mut 0)? {
            return Ok(());
        }
        carried.has_gaps = true;
    }
    Ok(())
}

/// Copies rows until the end or until one cannot be read; says whether the end was reached.
fn copy(
    from: &Connection,
    to: &Connection,
    carried: &mut Carried,
    table: Table,
    select: &str,
    start: Option<i64>,
    last: &mut i64,
) -> Result<bool, StoreError> {
    let Ok(mut rows) = from.prepare(select) else {
        return Ok(false);
    };
    let width = rows.column_count();
    let marks = vec!["?"; width].join(", ");
    let Table { into, columns, .. } = table;
    let insert = format!("INSERT OR IGNORE INTO {into} ({columns}) VALUES ({marks})");
    let mut insert = to.prepare_cached(&insert)?;
    let Ok(mut rows) = rows.query(params_from_iter(start)) else {
        return Ok(false);
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(true),
            Err(_) => return Ok(false),
        };
        let Some(values) = values_of(row, width) else {
            carried.has_gaps = true;
            continue;
        };
        if let Some(Value::Integer(number)) = values.first() {
            *last = (*last).max(*number);
        }
        // A value of another type than the table takes was not written by us.
        if (table.is_sound)(&values) && insert.execute(params_from_iter(values)).is_ok() {
            carried.rows += 1;
        } else {
            carried.has_gaps = true;
        }
    }
}

fn values_of(row: &Row<'_>, width: usize) -> Option<Vec<Value>> {
    (0..width).map(|column| row.get(column).ok()).collect()
}

/// Makes rows for copies whose rows could not be read. When they were reported is lost with those,
/// and so is the id where the copy is not a whole user.
fn restore_lost_rows(to: &Connection) -> Result<(), StoreError> {
    let lost = "SELECT row, api, json FROM copies
        WHERE row NOT IN (SELECT row FROM users) AND json != ''";
    let mut lost = to.prepare(lost)?;
    let mut insert = to.prepare(
        "INSERT OR IGNORE INTO users (row, id, user_id, name, origin, email, channels,
            properties, state, at, how) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, 0, 2)",
    )?;
    let mut rows = lost.query([])?;
    while let Some(row) = rows.next()? {
        let json: String = row.get(2)?;
        let Some(Base::Whole(api) | Base::Joined(api)) = base_of_code(row.get(1)?) else {
            continue;
        };
        let Some(user) = kept::parse_user(&json, api) else {
            continue;
        };
        let columns = Columns::of(&user, None);
        insert.execute((
            row.get::<_, i64>(0)?,
            user.id.expose(),
            columns.user_id,
            columns.name,
            columns.origin,
            columns.email,
            columns.channels,
            columns.properties,
        ))?;
    }
    to.execute_batch("DELETE FROM copies WHERE row NOT IN (SELECT row FROM users)")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::next_readable;

    #[test]
    fn a_hole_is_skipped_and_no_row_more() {
        for (last, first_good) in [(0, 1), (10, 12), (10, 75), (999, 1_000_000)] {
            assert_eq!(next_readable(last, |at| at >= first_good), Some(first_good));
        }
        assert_eq!(next_readable(7, |_| false), None);
    }
}
