//! Counts of the local directory, in words.

use jiff::Timestamp;

use super::number::grouped;
use super::time;
use crate::domain::{Ages, Coverage};

/// What was counted, in words: names and values.
pub fn coverage_lines(coverage: &Coverage, now: Timestamp) -> Vec<(&'static str, String)> {
    let n = |count: u64| grouped(count);
    let ago = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| time::ago(now, at));
    let Ages {
        day,
        week,
        month,
        quarter,
        older,
    } = coverage.ages;
    vec![
        (
            "known users",
            format!(
                "{}: {} identified, {} anonymous{}",
                n(coverage.users),
                n(coverage.identified),
                n(coverage.anonymous()),
                match coverage.identity_not_known {
                    0 => String::new(),
                    count => format!(", {} not known", n(count)),
                }
            ),
        ),
        (
            "of them",
            format!(
                "{} by their ids only, {} in part",
                n(coverage.ids_only),
                n(coverage.partial)
            ),
        ),
        (
            "last told by",
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
            "longest ago, latest",
            format!("{}, {}", ago(coverage.oldest), ago(coverage.newest)),
        ),
        (
            "merged ids, deleted users",
            format!("{}, {}", n(coverage.merged), n(coverage.deleted)),
        ),
        ("conversations for offline", n(coverage.conversations)),
        ("userIds of several users", n(coverage.shared_user_ids)),
        (
            "size on disk",
            format!("{} KiB", n(coverage.bytes.div_ceil(1024))),
        ),
    ]
}
