//! Counts of the local directory, in words.

use jiff::Timestamp;

use super::number::grouped;
use super::time;
use crate::domain::{Ages, Coverage};

/// The counts as lines of a name and a value.
pub(crate) fn coverage_lines(coverage: &Coverage, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut lines = people(coverage).to_vec();
    lines.extend(confirmations(coverage, now));
    let n = grouped;
    if coverage.not_yet_asked > 0 {
        let count = format!("{}, not yet asked", n(coverage.not_yet_asked));
        lines.push(("known by userId alone", count));
    }
    lines.extend([
        (
            "merged ids, deleted users",
            format!("{}, {}", n(coverage.merged), n(coverage.deleted)),
        ),
        ("conversations kept", n(coverage.conversations)),
        ("userIds shared by several", n(coverage.shared_user_ids)),
        (
            "size on disk",
            format!("{} KiB", n(coverage.bytes.div_ceil(1024))),
        ),
    ]);
    lines
}

/// How many users are known, and how well.
fn people(coverage: &Coverage) -> [(&'static str, String); 2] {
    let n = grouped;
    let not_known = match coverage.identity_not_known {
        0 => String::new(),
        count => format!(", {} not known", n(count)),
    };
    [
        (
            "known users",
            format!(
                "{}: {} identified, {} anonymous{not_known}",
                n(coverage.users),
                n(coverage.identified),
                n(coverage.anonymous()),
            ),
        ),
        (
            "incomplete",
            format!(
                "{} by id only, {} in part",
                n(coverage.ids_only),
                n(coverage.partial)
            ),
        ),
    ]
}

/// Where the facts came from, and how recent they are.
fn confirmations(coverage: &Coverage, now: Timestamp) -> [(&'static str, String); 4] {
    let n = grouped;
    let ago = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| time::ago(now, at));
    let Ages {
        day,
        week,
        month,
        quarter,
        older,
    } = coverage.ages;
    [
        (
            "latest facts from",
            format!(
                "the API {}, a file {}, a webhook {}",
                n(coverage.looked_up),
                n(coverage.imported),
                n(coverage.webhook)
            ),
        ),
        ("never confirmed by the API", n(coverage.never_confirmed)),
        (
            "last confirmed",
            format!(
                "within a day {} · a week {} · 30 days {} · 90 days {} · longer ago {}",
                n(day),
                n(week),
                n(month),
                n(quarter),
                n(older)
            ),
        ),
        (
            "oldest, newest",
            format!("{}, {}", ago(coverage.oldest), ago(coverage.newest)),
        ),
    ]
}
