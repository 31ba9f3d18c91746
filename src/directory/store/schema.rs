//! The tables, and bringing older files up to date.
//!
//! In: an open file. Out: the same with the newest schema known, or an error and the file as it was.
//! All migrations of a file run in one transaction; a file of a newer schema is never written.

mod copies;
mod steps;

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::fit::{refuse_unfit, schema_by_tables, unreadable};
use super::{StoreError, StoreFile};
use steps::{Step, steps_of};

/// Marks both files as ours ("smoo" in ASCII).
const APPLICATION: i32 = 0x736d_6f6f;

/// Brings a file up to date.
pub(super) fn bring_up_to_date(
    connection: &mut Connection,
    path: &Path,
    file: StoreFile,
) -> Result<(), StoreError> {
    migrate(connection, path, steps_of(file))
}

/// Makes the tables that a broken file has, for what can be read of it.
pub(super) fn make_as_in(
    connection: &mut Connection,
    path: &Path,
    file: StoreFile,
    broken: &Connection,
) -> Result<(), StoreError> {
    let steps = steps_of(file);
    // Where the tables cannot be made out they are taken for those of today.
    let schema = schema_by_tables(broken, &statements(steps)).unwrap_or(steps.len());
    migrate(connection, path, steps.get(..schema).unwrap_or(steps))
}

/// Refuses a file that another program made, or a newer version of this one.
pub(super) fn refuse_foreign(
    connection: &Connection,
    path: &Path,
    file: StoreFile,
) -> Result<(), StoreError> {
    // In one statement, so that another console cannot make the tables in between.
    let asked = connection.query_row(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
         FROM pragma_application_id a, pragma_user_version v",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    );
    let (application, found, tables): (i32, u32, i64) = asked.map_err(unreadable)?;
    if application != APPLICATION && (application != 0 || tables > 0) {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let known = newest_of(file);
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

/// The schema of an open file.
pub(super) fn version_of(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Whether the schema of an open file is the newest known.
pub(super) fn is_newest(connection: &Connection, file: StoreFile) -> rusqlite::Result<bool> {
    Ok(version_of(connection)? == newest_of(file))
}

fn newest_of(file: StoreFile) -> u32 {
    u32::try_from(steps_of(file).len()).unwrap_or(u32::MAX)
}

fn statements(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().map(Step::sql).collect()
}

/// Runs the steps that a file has not seen, all of them or none.
fn migrate(connection: &mut Connection, path: &Path, steps: &[Step]) -> Result<(), StoreError> {
    let newest = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    refuse_unfit(connection, &statements(steps))?;
    if version_of(connection)? == newest {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another console may just have done it.
    let found = version_of(&transaction)?;
    if found > newest {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: newest,
        });
    }
    for step in steps.iter().skip(found as usize) {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql)?,
            Step::Rows(sql, rewrite) => {
                transaction.execute_batch(sql)?;
                rewrite(&transaction)?;
            }
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(())
}

/// Changes with what others write, and only with that.
pub(super) fn data_version(directory: &Connection) -> rusqlite::Result<i64> {
    directory.query_row("PRAGMA data_version", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn version(connection: &Connection) -> u32 {
        version_of(connection).unwrap()
    }

    #[test]
    fn steps_run_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        let path = Path::new("x");
        let steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"].map(Step::Sql);
        migrate(&mut connection, path, &steps[..1]).unwrap();
        assert_eq!(version(&connection), 1);
        migrate(&mut connection, path, &steps).unwrap();
        migrate(&mut connection, path, &steps).unwrap();
        assert_eq!(version(&connection), 2);
        connection
            .execute("INSERT INTO a (x, y) VALUES (1, 2)", [])
            .unwrap();
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "NONSENSE"].map(Step::Sql);
        assert!(migrate(&mut connection, Path::new("x"), &steps).is_err());
        assert_eq!(version(&connection), 0);
        let tables = "SELECT count(*) FROM sqlite_schema";
        let count: i64 = connection.query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0);
    }
}
