//! Which id stays when ids were merged.
//!
//! In: for each id the newest merge that says where it leads. Out: the id at the end. In a circle
//! the oldest merge does not count.

use super::Key;

/// A merge: which id it leads to, and when it was reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Merge {
    /// When, and by which source.
    pub key: Key,
    /// The id that stays.
    pub into: String,
}

/// Follows merges from an id to the one that stays. `next` finds the newest merge of an id that
/// still counts.
pub(crate) fn survivor_of<E>(
    id: &str,
    mut next: impl FnMut(&str) -> Result<Option<Merge>, E>,
) -> Result<String, E> {
    let mut path: Vec<(String, Key)> = Vec::new();
    let mut at = id.to_owned();
    while let Some(merge) = next(&at)? {
        if let Some(start) = path.iter().position(|(id, _)| *id == at) {
            let circle = path.split_off(start);
            let oldest = circle
                .into_iter()
                .min_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
            return Ok(oldest.map_or(at, |(id, _)| id));
        }
        path.push((std::mem::replace(&mut at, merge.into), merge.key));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::domain::facts::Source;

    fn survivor(id: &str, merges: &[(&str, &str, i64)]) -> String {
        let find = |id: &str| {
            let found = merges.iter().find(|(from, ..)| *from == id);
            Ok::<_, Infallible>(found.map(|(_, into, at)| Merge {
                key: Key {
                    at: *at,
                    source: Source::Webhook,
                    line: 0,
                },
                into: (*into).to_owned(),
            }))
        };
        match survivor_of(id, find) {
            Ok(id) => id,
            Err(never) => match never {},
        }
    }

    #[test]
    fn chains_are_followed_to_their_end() {
        let merges = [("a", "b", 5), ("b", "c", 1)];
        assert_eq!(survivor("a", &merges), "c");
        assert_eq!(survivor("c", &merges), "c");
    }

    #[test]
    fn in_a_circle_the_oldest_merge_does_not_count() {
        let merges = [("a", "b", 5), ("b", "c", 3), ("c", "a", 4), ("d", "a", 1)];
        for id in ["a", "b", "c", "d"] {
            assert_eq!(survivor(id, &merges), "b", "{id}");
        }
        assert_eq!(survivor("a", &[("a", "a", 1)]), "a");
    }
}
