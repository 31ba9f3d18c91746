//! The users that were opened, to go back and forth through.

use crate::domain::SmoochId;

/// The most users that are remembered in each direction.
const MOST: usize = 100;

/// A direction in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To users who were opened earlier.
    Back,
    /// To users who were opened later.
    Forward,
}

/// Users in the order in which they were opened, and the agent's place among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The nearest one is last.
    before: Vec<SmoochId>,
    /// The user at the agent's place in the history, unless that user is gone.
    here: Option<SmoochId>,
    /// The nearest one is last.
    after: Vec<SmoochId>,
    /// The agent came here by going back or forth, and it is not known yet whether the user is
    /// still known.
    unsure: bool,
}

impl History {
    /// Notes that a user was opened; what lay ahead is forgotten.
    pub(crate) fn open(&mut self, id: &SmoochId) {
        self.unsure = false;
        if self.here.as_ref() == Some(id) {
            return;
        }
        self.before.extend(self.here.replace(id.clone()));
        self.after.clear();
        if self.before.len() >= MOST {
            self.before.remove(0);
        }
    }

    /// Notes that a user was merged: the survivor takes their place, because opening the old id
    /// again would only lead to the survivor and never past it.
    pub(crate) fn replace(&mut self, merged: &SmoochId, survivor: &SmoochId) {
        for id in self.all_mut() {
            if id == merged {
                id.clone_from(survivor);
            }
        }
    }

    /// Goes to the next user in a direction. They may have been forgotten meanwhile.
    pub(crate) fn go(&mut self, direction: Direction) -> Option<SmoochId> {
        let (from, to) = match direction {
            Direction::Back => (&mut self.before, &mut self.after),
            Direction::Forward => (&mut self.after, &mut self.before),
        };
        let id = from.pop()?;
        to.extend(self.here.replace(id.clone()));
        self.unsure = true;
        Some(id)
    }

    /// Whether there is anybody to go to in a direction.
    pub(crate) const fn leads(&self, direction: Direction) -> bool {
        match direction {
            Direction::Back => !self.before.is_empty(),
            Direction::Forward => !self.after.is_empty(),
        }
    }

    /// Whether the agent went to this user, and waits to hear whether they are still known.
    pub(crate) fn awaits(&self, id: &SmoochId) -> bool {
        self.unsure && self.here.as_ref() == Some(id)
    }

    /// Whether the agent waits for such an answer.
    pub(crate) const fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// Notes that the answer has come.
    pub(crate) const fn settle(&mut self) {
        self.unsure = false;
    }

    /// Every user once, to find out who of them is gone.
    pub(crate) fn everyone(&self) -> Vec<SmoochId> {
        let all = self.before.iter().chain(&self.here).chain(&self.after);
        let mut everyone: Vec<SmoochId> = Vec::new();
        for id in all {
            if !everyone.contains(id) {
                everyone.push(id.clone());
            }
        }
        everyone
    }

    /// Leaves users out who are gone.
    pub(crate) fn leave_out(&mut self, gone: &[SmoochId]) {
        for side in [&mut self.before, &mut self.after] {
            side.retain(|id| !gone.contains(id));
            side.dedup();
        }
        if self.here.take_if(|id| gone.contains(id)).is_some() {
            self.unsure = false;
        }
        // Going to the user who is here already would seem to do nothing.
        for side in [&mut self.before, &mut self.after] {
            if self.here.is_some() && side.last() == self.here.as_ref() {
                side.pop();
            }
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut SmoochId> {
        let sides = self.before.iter_mut().chain(&mut self.after);
        sides.chain(&mut self.here)
    }
}

#[cfg(test)]
mod tests {
    use super::Direction::{Back, Forward};
    use super::*;

    fn opened(ids: &[&str]) -> History {
        let mut history = History::default();
        for id in ids {
            history.open(&SmoochId::new(*id));
        }
        history
    }

    fn go(history: &mut History, direction: Direction) -> Option<String> {
        let id = history.go(direction)?;
        Some(id.expose().to_owned())
    }

    fn way(history: &mut History, direction: Direction) -> Vec<String> {
        std::iter::from_fn(|| go(history, direction)).collect()
    }

    #[test]
    fn the_way_back_and_forth_ends_at_both_ends() {
        let mut history = opened(&[]);
        assert_eq!(history.go(Back), None);
        let mut history = opened(&["a", "b", "b"]);
        assert_eq!(way(&mut history, Back), ["a"]);
        assert_eq!(way(&mut history, Forward), ["b"]);
        go(&mut history, Back);
        history.open(&SmoochId::new("c"));
        assert_eq!(history.go(Forward), None);
        assert_eq!(way(&mut history, Back), ["a"]);
    }

    #[test]
    fn a_survivor_takes_the_place_of_the_merged_user() {
        let mut history = opened(&["a", "b", "c"]);
        go(&mut history, Back);
        for id in ["a", "b", "c"] {
            history.replace(&SmoochId::new(id), &SmoochId::new(format!("{id}2")));
        }
        assert_eq!(way(&mut history, Forward), ["c2"]);
        assert_eq!(way(&mut history, Back), ["b2", "a2"]);
    }

    #[test]
    fn who_is_gone_is_left_out_wherever_they_are() {
        for (gone, back, forward) in [
            ("a", &["b"][..], &["d", "e"][..]),
            ("c", &["b", "a"], &["d", "e"]),
            ("e", &["b", "a"], &["d"]),
        ] {
            let mut history = opened(&["a", "b", "c", "d", "e"]);
            go(&mut history, Back);
            go(&mut history, Back);
            history.leave_out(&[SmoochId::new(gone)]);
            assert_eq!(way(&mut history.clone(), Back), back, "without {gone}");
            assert_eq!(way(&mut history, Forward), forward, "without {gone}");
        }
    }

    #[test]
    fn nobody_is_next_to_themselves_once_somebody_between_is_gone() {
        let mut history = opened(&["a", "b", "a", "c", "a"]);
        history.leave_out(&[SmoochId::new("b"), SmoochId::new("c")]);
        assert_eq!(history.everyone(), [SmoochId::new("a")]);
        assert_eq!(history.go(Back), None);
    }

    #[test]
    fn an_answer_is_awaited_until_the_user_or_another_one_is_opened() {
        let [a, b] = ["a", "b"].map(SmoochId::new);
        let mut history = opened(&["a", "b"]);
        assert!(!history.awaits(&b));
        history.go(Back);
        assert!(history.awaits(&a) && !history.awaits(&b));
        history.open(&a);
        assert!(!history.awaits(&a));
    }

    #[test]
    fn a_hundred_users_are_remembered() {
        let mut history = History::default();
        for number in 0..300 {
            history.open(&SmoochId::new(number.to_string()));
        }
        let back = way(&mut history, Back);
        assert_eq!(
            (back.len(), back.last().map(String::as_str)),
            (99, Some("200"))
        );
    }
}
