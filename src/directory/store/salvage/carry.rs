//! Reads rows out of a broken file, around the places that cannot be read, into a sound one with the
//! same tables.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::super::codes::{Base, api_of_code, base_of_code};
use super::super::record::Record;
use super::super::{StoreError, indexes};
use super::tables::Table;
use crate::domain::facts::Key;
use crate::wire::{facts, kept};

/// What was carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Carried {
    pub(super) users: u64,
    pub(super) without_copy: u64,
    pub(super) pins: u64,
    pub(super) visits: u64,
    pub(super) notes: u64,
    pub(super) has_gaps: bool,
    /// Whether ids of forgotten persons may be lost.
    pub(super) lost_forgotten: bool,
    rows: u64,
}

impl Carried {
    pub(super) const fn rows(self) -> u64 {
        self.rows
    }

    pub(super) const fn is_nothing(self) -> bool {
        self.rows == 0
    }
}

/// Carries over the tables of the directory.
pub(super) fn directory(from: &Connection, to: &Connection) -> Result<Carried, StoreError> {
    let mut carried = Carried::default();
    to.execute_batch("BEGIN IMMEDIATE")?;
    indexes::make(to)?;
    for table in Table::all_of(to)? {
        // Where an import was: what is lost has to be read again.
        if !["imports", "imported"].contains(&table.name()) {
            let had_gaps = std::mem::take(&mut carried.has_gaps);
            carry(from, to, &mut carried, &table)?;
            carried.lost_forgotten |= carried.has_gaps && table.name() == "forgotten";
            carried.has_gaps |= had_gaps;
        }
    }
    if carried.has_gaps {
        restore_lost_rows(from, to)?;
    }
    to.execute_batch("DELETE FROM pages WHERE row NOT IN (SELECT row FROM users)")?;
    let count = |sql: &str| to.query_row(sql, [], |row| row.get::<_, u64>(0));
    carried.users = count("SELECT count(*) FROM users WHERE state < 3")?;
    carried.without_copy = count(
        "SELECT count(*) FROM users WHERE state IN (1, 2) AND row NOT IN (SELECT row FROM copies)",
    )?;
    carried.has_gaps |= carried.without_copy > 0;
    to.execute_batch(
        "UPDATE users SET state = 0, hash = NULL
         WHERE state < 3 AND row NOT IN (SELECT row FROM copies);
         COMMIT",
    )?;
    Ok(carried)
}

/// Carries over the tables of what the agent made.
pub(super) fn agent(from: &Connection, to: &Connection) -> Result<Carried, StoreError> {
    let mut carried = Carried::default();
    to.execute_batch("BEGIN IMMEDIATE")?;
    for table in Table::all_of(to)? {
        carry(from, to, &mut carried, &table)?;
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

fn carry(
    from: &Connection,
    to: &Connection,
    carried: &mut Carried,
    table: &Table,
) -> Result<(), StoreError> {
    if table.has_numbers() {
        by_number(from, to, carried, table)
    } else {
        by_key(from, to, carried, table)
    }
}

/// Whether a row is what this program writes, as far as its content shows.
fn is_sound(table: &Table, values: &[Value]) -> bool {
    let value = |column| table.value(values, column);
    match table.name() {
        "users" => matches!(value("id"), Some(Value::Text(id)) if !id.is_empty()),
        "copies" => is_copy(value("api"), value("json"), value("facts")),
        "pages" => is_json(value("body")),
        "listed" => matches!(value("facts"), Some(Value::Text(text))
            if facts::decode(text, Key::default()).is_some()),
        _ => true,
    }
}

/// Before schema 4 there are no facts, and a copy is JSON alone.
fn is_copy(api: Option<&Value>, json: Option<&Value>, facts: Option<&Value>) -> bool {
    let (Some(Value::Integer(api)), Some(Value::Text(json))) = (api, json) else {
        return false;
    };
    let facts = match facts {
        None => return kept::parse_user(json, api_of_code(*api)).is_some(),
        Some(Value::Text(facts)) => Some(facts.as_str()),
        Some(_) => None,
    };
    Record::parse(Key::default(), *api, json, facts).is_some()
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
    table: &Table,
) -> Result<(), StoreError> {
    let (name, key, columns) = (table.name(), table.key(), table.columns());
    let select = format!("SELECT {columns} FROM {name} WHERE {key} >= ?1 ORDER BY {key}");
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
    table: &Table,
) -> Result<(), StoreError> {
    let (name, key, columns) = (table.name(), table.key(), table.columns());
    for direction in ["ASC", "DESC"] {
        let select = format!("SELECT {columns} FROM {name} ORDER BY {key} {direction}");
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
    table: &Table,
    select: &str,
    start: Option<i64>,
    last: &mut i64,
) -> Result<bool, StoreError> {
    let Ok(mut rows) = from.prepare(select) else {
        return Ok(false);
    };
    let width = rows.column_count();
    let marks = vec!["?"; width].join(", ");
    let (name, columns) = (table.name(), table.columns());
    let insert = format!("INSERT OR IGNORE INTO {name} ({columns}) VALUES ({marks})");
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
        if is_sound(table, &values) && insert.execute(params_from_iter(values)).is_ok() {
            carried.rows += 1;
        } else {
            carried.has_gaps = true;
        }
    }
}

fn values_of(row: &Row<'_>, width: usize) -> Option<Vec<Value>> {
    (0..width).map(|column| row.get(column).ok()).collect()
}

/// Makes rows for users whose own could not be read: the index names them too, and so do most
/// copies. When they were reported is lost; what is seen of them is worked out from the copies once
/// the file is in its place.
fn restore_lost_rows(from: &Connection, to: &Connection) -> Result<(), StoreError> {
    let mut insert = to.prepare(
        "INSERT OR IGNORE INTO users (row, id, state, at, how) VALUES (?1, ?2, 1, 0, 2)",
    )?;
    for direction in ["ASC", "DESC"] {
        let by_index =
            format!("SELECT row, id FROM users INDEXED BY users_by_id ORDER BY id {direction}");
        let Ok(mut named) = from.prepare(&by_index) else {
            break;
        };
        let ids = named.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for id in ids.map_while(Result::ok) {
            let (row, id): (i64, String) = id;
            insert.execute((row, id))?;
        }
    }
    let lost = "SELECT row, api, json FROM copies
        WHERE row NOT IN (SELECT row FROM users) AND json != ''";
    let mut lost = to.prepare(lost)?;
    let mut rows = lost.query([])?;
    while let Some(row) = rows.next()? {
        let json: String = row.get(2)?;
        let Some(Base::Whole(api) | Base::Joined(api)) = base_of_code(row.get(1)?) else {
            continue;
        };
        if let Some(user) = kept::parse_user(&json, api) {
            insert.execute((row.get::<_, i64>(0)?, user.id.expose()))?;
        }
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
