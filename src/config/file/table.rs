//! Tables of a file, entry by entry, with the line of each.
//!
//! In: a parsed table and the keys that it may have. Out: its entries, or the first key that is
//! not known. What an entry means is decided by the caller.

use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::{ConfigError, FileFault, FileLine, Origin, Sourced};
use crate::domain::{line_of, nearest};

/// The file that is read.
pub(super) struct Reader<'a> {
    pub(super) path: &'a Arc<Path>,
    pub(super) text: &'a str,
}

/// One `key = value`.
pub(super) struct Entry<'a, 'i> {
    pub(super) key: &'static str,
    pub(super) value: &'a DeValue<'i>,
    line: FileLine,
}

impl Reader<'_> {
    pub(super) fn line(&self, offset: usize) -> FileLine {
        FileLine {
            file: Arc::clone(self.path),
            line: line_of(self.text, offset),
        }
    }

    /// The entries of a table, which may have the keys `known`; `app` names the table.
    pub(super) fn entries<'a, 'i>(
        &'a self,
        table: &'a DeTable<'i>,
        known: &'static [&'static str],
        app: Option<&'a str>,
    ) -> impl Iterator<Item = Result<Entry<'a, 'i>, ConfigError>> {
        table.iter().map(move |(name, value)| {
            let line = self.line(name.span().start);
            let written: &str = name.get_ref();
            match known.iter().find(|key| **key == written) {
                Some(key) => Ok(Entry {
                    key,
                    value: Spanned::get_ref(value),
                    line,
                }),
                None => Err(ConfigError::InFile {
                    line,
                    fault: FileFault::UnknownKey {
                        key: written.to_owned(),
                        app: app.map(str::to_owned),
                        nearest: nearest(written, known.iter().copied()).map(str::to_owned),
                        known,
                    },
                }),
            }
        })
    }
}

impl<'a, 'i> Entry<'a, 'i> {
    pub(super) fn origin(&self) -> Origin {
        Origin::File {
            key: self.key,
            line: self.line.clone(),
        }
    }

    pub(super) fn text(&self) -> Result<Sourced<String>, ConfigError> {
        match self.value.as_str() {
            Some(text) => Ok(Sourced {
                value: text.to_owned(),
                origin: self.origin(),
            }),
            None => Err(self.wrong_type("a text in quotes")),
        }
    }

    pub(super) fn table(&self) -> Result<&'a DeTable<'i>, ConfigError> {
        match self.value {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wrong_type("a table such as [apps.NAME]")),
        }
    }

    /// Two keys that say the same thing cannot both be meant.
    pub(super) fn refuse_second(&self, first: Option<&Origin>) -> Result<(), ConfigError> {
        match first {
            Some(Origin::File { key, .. }) => Err(ConfigError::InFile {
                line: self.line.clone(),
                fault: FileFault::Both {
                    first: key,
                    second: self.key,
                },
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn wrong_type(&self, wanted: &'static str) -> ConfigError {
        ConfigError::InFile {
            line: self.line.clone(),
            fault: FileFault::WrongType {
                key: self.key.to_owned(),
                wanted,
                found: self.value.type_str(),
            },
        }
    }
}
