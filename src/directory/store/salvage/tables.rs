//! The tables of a sound file, as they are to be filled from a broken one.
//!
//! In: a new, empty file. Out: for each table its columns and the key by which it is read. Knows no
//! table by name, so a new one is carried over without a change here.

use rusqlite::Connection;
use rusqlite::types::Value;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    name: String,
    /// The one by which rows are read is first.
    columns: Vec<String>,
    has_numbers: bool,
}

impl Table {
    /// Every table of a file, in the order in which they were made.
    pub(super) fn all_of(file: &Connection) -> rusqlite::Result<Vec<Self>> {
        let mut tables = file.prepare(
            "SELECT t.name, l.wr FROM sqlite_schema t JOIN pragma_table_list l ON l.name = t.name
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.rowid",
        )?;
        let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        tables
            .map(|table| {
                let (name, is_by_key) = table?;
                Self::read(file, name, is_by_key)
            })
            .collect()
    }

    fn read(file: &Connection, name: String, is_by_key: bool) -> rusqlite::Result<Self> {
        let mut columns = file.prepare(
            "SELECT name, pk > 0 AND type = 'INTEGER' FROM pragma_table_info(?1)
             ORDER BY pk = 0, pk, cid",
        )?;
        let columns = columns.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let columns: Vec<(String, bool)> = columns.collect::<Result<_, _>>()?;
        let has_own_number = columns.first().is_some_and(|(_, is_number)| *is_number);
        let mut columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        if !(is_by_key || has_own_number) {
            columns.insert(0, "rowid".to_owned());
        }
        Ok(Self {
            name,
            columns,
            has_numbers: !is_by_key,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// All columns, as they are named in a statement.
    pub(super) fn columns(&self) -> String {
        self.columns.join(", ")
    }

    /// The column by which rows are read.
    pub(super) fn key(&self) -> &str {
        self.columns.first().map_or("rowid", String::as_str)
    }

    /// Whether that column holds numbers, so that a hole can be skipped.
    pub(super) const fn has_numbers(&self) -> bool {
        self.has_numbers
    }

    /// The value of a column, if the table has one by that name.
    pub(super) fn value<'v>(&self, values: &'v [Value], column: &str) -> Option<&'v Value> {
        let at = self.columns.iter().position(|name| name == column)?;
        values.get(at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn each_table_is_read_by_what_its_rows_are_kept_by() {
        let file = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE numbered (text TEXT, row INTEGER PRIMARY KEY) STRICT;
            CREATE INDEX by_text ON numbered (text);
            CREATE TABLE visits (at INTEGER NOT NULL, id TEXT) STRICT;
            CREATE TABLE keyed (at INTEGER, id TEXT, n INTEGER, PRIMARY KEY (id, n)) WITHOUT ROWID;";
        file.execute_batch(tables).unwrap();
        let tables = Table::all_of(&file).unwrap();
        let described: Vec<_> = tables
            .iter()
            .map(|table| {
                (
                    table.name(),
                    table.columns(),
                    table.key(),
                    table.has_numbers(),
                )
            })
            .collect();
        let expected = [
            ("numbered", "row, text", "row", true),
            ("visits", "rowid, at, id", "rowid", true),
            ("keyed", "id, n, at", "id", false),
        ];
        let expected =
            expected.map(|(name, columns, key, numbers)| (name, columns.to_owned(), key, numbers));
        assert_eq!(described, expected);
    }
}
