//! What is known of users on this machine, as rows.

use jiff::Timestamp;

use super::row::{Row, Tone, wrapped};
use crate::console::state::overlay::Counted;
use crate::text::{SafeText, coverage_lines};

/// Cells of the column of names.
const NAMES: usize = 30;

/// What was counted, and what it means.
pub(crate) fn rows(counted: &Counted, now: Timestamp, width: usize) -> Vec<Row> {
    let said = |words: &str| wrapped(Tone::Dim, &SafeText::own(words), width, 0);
    let coverage = match counted {
        Counted::Waiting => return said("counting …"),
        Counted::Nowhere => {
            return said(
                "Nothing is kept on this machine: users you look up are known only until the console \
                 closes.",
            );
        }
        Counted::Known(coverage) => coverage,
    };
    let mut rows = Vec::new();
    for (name, value) in coverage_lines(coverage, now) {
        // On a narrow screen the value goes below its name.
        let label = Row::words(Tone::Dim, name);
        let value = SafeText::own(value);
        let fits = NAMES + value.width() <= width;
        if fits {
            rows.push(label.padded(NAMES).with(Tone::Plain, value));
        } else {
            rows.push(label);
            rows.extend(wrapped(Tone::Plain, &value, width, 2));
        }
    }
    rows.push(Row::default());
    rows.extend(said(
        "The API has no list of users and no search by name: users who were neither looked \
         up nor imported are not found here. `smooch-console import FILE` adds users from files.",
    ));
    rows
}
