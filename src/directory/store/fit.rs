//! Whether the tables of a file are those that its schema number promises.
//!
//! In: an open file and the steps that make its schema. Out: nothing, or damage: a number that was
//! changed by a fault would have steps run over data for which they were not made. It changes
//! nothing.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{StoreError, StoreFile};

/// The name of a table and of one of its columns.
type Column = (String, String);

/// Refuses a file whose schema number was damaged. A number larger than is known is not judged
/// here.
pub(super) fn refuse_unfit(connection: &Connection, steps: &[&str]) -> Result<(), StoreError> {
    // Both at once: another console may be bringing the file up to date.
    let reading = connection.unchecked_transaction()?;
    let found: usize = reading.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let columns = columns_of(&reading)?;
    reading.finish()?;
    let promised = promises_of(steps)?;
    match promised.get(found) {
        Some(promised_here) if ours(&columns, &promised) != *promised_here => {
            let words = format!("its tables are not those of schema {found}");
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            Err(rusqlite::Error::SqliteFailure(code, Some(words)).into())
        }
        _ => Ok(()),
    }
}

/// The newest schema that has the tables of a file, whatever its number says.
pub(super) fn schema_by_tables(connection: &Connection, steps: &[&str]) -> Option<usize> {
    let columns = columns_of(connection).ok()?;
    let promised = promises_of(steps).ok()?;
    let found = ours(&columns, &promised);
    promised.iter().rposition(|columns| *columns == found)
}

/// The columns that each schema has, from none at all to the newest.
fn promises_of(steps: &[&str]) -> rusqlite::Result<Vec<BTreeSet<Column>>> {
    let scratch = Connection::open_in_memory()?;
    let mut promised = vec![BTreeSet::new()];
    for step in steps {
        scratch.execute_batch(step)?;
        promised.push(columns_of(&scratch)?);
    }
    Ok(promised)
}

/// The columns of tables that any schema has; others, such as SQLite's own, say nothing.
fn ours(columns: &BTreeSet<Column>, promised: &[BTreeSet<Column>]) -> BTreeSet<Column> {
    let all = promised.iter().flatten();
    let tables: BTreeSet<&str> = all.map(|(table, _)| table.as_str()).collect();
    let columns = columns.iter();
    let ours = columns.filter(|(table, _)| tables.contains(table.as_str()));
    ours.cloned().collect()
}

/// Why a sound statement on the schema failed: what SQLite makes no sense of is the file.
pub(super) fn unreadable(error: rusqlite::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Sql(source) => StoreError::Damaged {
            file: StoreFile::Directory,
            source,
        },
        other => other,
    }
}

fn columns_of(connection: &Connection) -> rusqlite::Result<BTreeSet<Column>> {
    let mut columns = connection.prepare(
        "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table'",
    )?;
    let columns = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    columns.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const STEPS: [&str; 3] = [
        "CREATE TABLE a (x)",
        "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (z)",
        "DROP TABLE b",
    ];

    fn file(made_by: &[&str], number: i32) -> Connection {
        let file = Connection::open_in_memory().unwrap();
        for step in made_by {
            file.execute_batch(step).unwrap();
        }
        file.pragma_update(None, "user_version", number).unwrap();
        file
    }

    #[test]
    fn a_number_fits_the_tables_that_its_steps_make() {
        for made in 0..=STEPS.len() {
            for number in 0..=STEPS.len() {
                let file = file(&STEPS[..made], i32::try_from(number).unwrap());
                let fits = refuse_unfit(&file, &STEPS).is_ok();
                assert_eq!(fits, made == number, "made by {made}, called {number}");
            }
        }
    }

    #[test]
    fn a_negative_number_is_damage_and_a_larger_one_is_left_to_others() {
        let negative = refuse_unfit(&file(&STEPS, -1), &STEPS).unwrap_err();
        assert!(negative.is_damage(), "{negative}");
        assert!(refuse_unfit(&file(&STEPS, 99), &STEPS).is_ok());
    }

    #[test]
    fn tables_of_others_do_not_matter() {
        let file = file(&STEPS, 3);
        file.execute_batch("CREATE TABLE theirs (x); ANALYZE")
            .unwrap();
        assert!(refuse_unfit(&file, &STEPS).is_ok());
    }
}
