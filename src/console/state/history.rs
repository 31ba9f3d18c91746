//! The users that were opened, to go back and forth through.

use crate::domain::SmoochId;

/// The most users that are remembered.
const MOST: usize = 100;

/// Users in the order in which they were opened, and the agent's place among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    opened: Vec<SmoochId>,
    position: usize,
}

impl History {
    /// Notes that a user was opened; what lay ahead is forgotten.
    pub(crate) fn open(&mut self, id: &SmoochId) {
        if self.opened.get(self.position) == Some(id) {
            return;
        }
        self.opened.truncate(self.position + 1);
        self.opened.push(id.clone());
        if self.opened.len() > MOST {
            self.opened.remove(0);
        }
        self.position = self.opened.len() - 1;
    }

    /// Notes that a user was merged: the survivor takes their place, because opening the old id
    /// again would only lead to the survivor and never past it.
    pub(crate) fn replace(&mut self, merged: &SmoochId, survivor: &SmoochId) {
        for id in &mut self.opened {
            if id == merged {
                id.clone_from(survivor);
            }
        }
    }

    /// The user before, which becomes the agent's place.
    pub(crate) fn back(&mut self) -> Option<SmoochId> {
        self.position = self.position.checked_sub(1)?;
        self.opened.get(self.position).cloned()
    }

    /// The user after, which becomes the agent's place.
    pub(crate) fn forward(&mut self) -> Option<SmoochId> {
        let id = self.opened.get(self.position + 1).cloned()?;
        self.position += 1;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_and_forth_ends_at_both_ends() {
        let [a, b, c] = ["a", "b", "c"].map(SmoochId::new);
        let mut history = History::default();
        assert_eq!(history.back(), None);
        for id in [&a, &b, &b] {
            history.open(id);
        }
        assert_eq!((history.back(), history.back()), (Some(a.clone()), None));
        assert_eq!(
            (history.forward(), history.forward()),
            (Some(b.clone()), None)
        );
        history.back();
        history.open(&c);
        assert_eq!((history.forward(), history.back()), (None, Some(a)));
    }
}
