//! The tables of both files, as the steps that make them.
//!
//! In: a file's name. Out: what has to run, from an empty file to the newest schema. A step that
//! was released never changes: files that it made are out there.

use rusqlite::Connection;

use super::copies;
use crate::directory::store::{StoreError, StoreFile};

/// A step from one schema to the next.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Statements.
    Sql(&'static str),
    /// Statements, and then rows that have to be read and written again.
    Rows(&'static str, fn(&Connection) -> Result<(), StoreError>),
}

impl Step {
    pub(super) const fn sql(&self) -> &'static str {
        match self {
            Self::Sql(sql) | Self::Rows(sql, _) => sql,
        }
    }
}

/// Steps from one schema of the directory to the next. Never change one that was released.
const DIRECTORY_STEPS: &[Step] = &[
    Step::Sql(
        "
CREATE TABLE users (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  user_id TEXT,
  name TEXT,
  origin INTEGER,
  email TEXT,
  channels TEXT,
  properties TEXT,
  message_name TEXT,
  message_at INTEGER,
  state INTEGER NOT NULL,
  at INTEGER NOT NULL,
  how INTEGER NOT NULL,
  asked_at INTEGER,
  hash INTEGER
) STRICT;
CREATE TABLE copies (
  row INTEGER PRIMARY KEY,
  api INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE TABLE pages (
  row INTEGER PRIMARY KEY,
  api INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE lineage (
  old_id TEXT PRIMARY KEY,
  survivor_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  offset INTEGER NOT NULL,
  line INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    ),
    Step::Sql(
        "
ALTER TABLE users ADD COLUMN part_at INTEGER;
",
    ),
    // A user's default conversation has no name. A page is numbered, so that what is readable of a
    // broken file can be carried over page by page.
    Step::Sql(
        "
CREATE TABLE pages_by_conversation (
  page INTEGER PRIMARY KEY,
  row INTEGER NOT NULL,
  conversation TEXT NOT NULL,
  api INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (row, conversation)
) STRICT;
INSERT INTO pages_by_conversation (page, row, conversation, api, at, body)
  SELECT row, row, '', api, at, body FROM pages;
DROP TABLE pages;
ALTER TABLE pages_by_conversation RENAME TO pages;
",
    ),
    // What is known of a user became facts, each with its time and its source.
    Step::Rows(
        "
ALTER TABLE users RENAME COLUMN part_at TO seen_at;
ALTER TABLE users ADD COLUMN line INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN message_id TEXT;
ALTER TABLE copies ADD COLUMN facts TEXT;
CREATE TABLE merges (
  old_id TEXT PRIMARY KEY,
  survivor_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_by_survivor ON merges (survivor_id);
INSERT INTO merges (old_id, survivor_id, at, rank, line)
  SELECT old_id, survivor_id, at, 1, 0 FROM lineage;
DROP TABLE lineage;
CREATE TABLE listed (
  user_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten (
  hash BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE imported (
  hash INTEGER NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (hash, size)
) STRICT, WITHOUT ROWID;
DROP TABLE imports;
CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  line INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  older INTEGER NOT NULL,
  over_api INTEGER NOT NULL,
  forgotten INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
        copies::become_facts,
    ),
];

/// Steps from one schema of the agent's file to the next. Never change one that was released.
const AGENT_STEPS: &[Step] = &[Step::Sql(
    "
CREATE TABLE opened (
  at INTEGER NOT NULL,
  id TEXT NOT NULL
) STRICT;
CREATE INDEX opened_by_at ON opened (at);
CREATE TABLE pins (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notes (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
)];

/// The steps of one of the files.
pub(super) const fn steps_of(file: StoreFile) -> &'static [Step] {
    match file {
        StoreFile::Directory => DIRECTORY_STEPS,
        StoreFile::Agent => AGENT_STEPS,
    }
}
