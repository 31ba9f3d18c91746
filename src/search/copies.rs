//! The whole users that the API returned in this session.
//!
//! A search keeps looking at them as they were when it began. New ones go into a small map of their
//! own, so that adding one while a search runs copies that map and not all users.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{KnownUser, SmoochId};

/// With this many entries the small map is emptied into the large one.
const MAX_RECENT: usize = 256;

type ById = HashMap<SmoochId, Arc<KnownUser>>;

/// Whole users by `_id`, cheap to copy.
#[derive(Debug, Clone, Default)]
pub(super) struct Copies {
    settled: Arc<ById>,
    /// Newer than the settled ones.
    recent: Arc<ById>,
}

impl Copies {
    pub(crate) fn get(&self, id: &SmoochId) -> Option<&Arc<KnownUser>> {
        self.recent.get(id).or_else(|| self.settled.get(id))
    }

    pub(crate) fn insert(&mut self, known: KnownUser) {
        let recent = Arc::make_mut(&mut self.recent);
        recent.insert(known.user.id.clone(), Arc::new(known));
        if recent.len() >= MAX_RECENT {
            Arc::make_mut(&mut self.settled).extend(recent.drain());
        }
    }

    /// Forgets all users but those that `stays` accepts.
    pub(crate) fn retain(&mut self, stays: impl Fn(&SmoochId) -> bool) {
        for copies in [&mut self.settled, &mut self.recent] {
            Arc::make_mut(copies).retain(|id, _| stays(id));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::Timestamp;

    use super::*;
    use crate::domain::facts::Source;
    use crate::domain::{DisplayName, WholeReport};
    use crate::wire::v11::parse_user;

    fn known(number: usize, confirmed_at: i64) -> KnownUser {
        let json = format!(r#"{{"_id":"7c1f0a9be35d42608f1b{number:04x}"}}"#);
        KnownUser {
            user: parse_user(json.as_bytes()).unwrap(),
            name: DisplayName::unknown(),
            confirmed_at: Timestamp::from_second(confirmed_at).unwrap(),
            source: Source::Api,
            notes: Vec::new(),
            whole: WholeReport::InTheUser,
            beside: Vec::new(),
        }
    }

    #[test]
    fn the_newest_copy_counts_and_an_older_snapshot_keeps_its_own() {
        let mut copies = Copies::default();
        for number in 0..MAX_RECENT + 3 {
            copies.insert(known(number, 1));
        }
        let snapshot = copies.clone();
        copies.insert(known(0, 2));
        let confirmed = |copies: &Copies, number: usize| {
            let copy = copies.get(&known(number, 0).user.id)?;
            Some(copy.confirmed_at.as_second())
        };
        assert_eq!(confirmed(&copies, 0), Some(2));
        assert_eq!(confirmed(&snapshot, 0), Some(1));
        assert!(Arc::ptr_eq(&copies.settled, &snapshot.settled));
        let gone = known(0, 0).user.id;
        copies.retain(|id| *id != gone);
        assert_eq!(confirmed(&copies, 0), None);
        assert_eq!(confirmed(&copies, MAX_RECENT + 2), Some(1));
    }
}
