//! What the agent did with users: pins, and how often and how lately each user was opened.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{Pin, SmoochId};

/// After this many seconds an opening counts half.
const HALF_LIFE: f64 = 7.0 * 24.0 * 60.0 * 60.0;

/// What the agent did with users.
#[derive(Debug, Clone, Default)]
pub(super) struct Habits {
    by_id: HashMap<SmoochId, Habit>,
    openings: u64,
    version: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    pinned: bool,
    /// The binary logarithm of the sum of all openings, each of which counts twice as much as one a
    /// half-life before. 0 for never.
    weight: f64,
    opened: u64,
}

/// What lifts a user above their equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Boost {
    pub pinned: bool,
    /// How often and how lately the user was opened; 0 for never.
    pub frecency: u64,
    /// Users opened later have greater numbers; 0 for never.
    pub opened: u64,
}

impl Habits {
    /// Changes with every change.
    pub(crate) const fn version(&self) -> u64 {
        self.version
    }

    /// Whether a user is pinned.
    pub(crate) fn is_pinned(&self, id: &SmoochId) -> bool {
        self.by_id.get(id).is_some_and(|habit| habit.pinned)
    }

    /// Whether any user is pinned.
    pub(crate) fn has_pins(&self) -> bool {
        self.by_id.values().any(|habit| habit.pinned)
    }

    /// Pins a user, or removes the pin.
    pub(crate) fn set_pin(&mut self, id: &SmoochId, pin: Pin) {
        self.habit(id).pinned = pin == Pin::Set;
    }

    /// Counts an opening of a user.
    pub(crate) fn note_opened(&mut self, id: &SmoochId, at: Timestamp) {
        self.openings += 1;
        let opened = self.openings;
        let habit = self.habit(id);
        habit.opened = opened;
        let since_1970 = at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64();
        let one = since_1970.max(0.0) / HALF_LIFE;
        let (more, less) = (habit.weight.max(one), habit.weight.min(one));
        // Nobody was opened before 1970, so a weight of 0 means never.
        habit.weight = if less > 0.0 {
            more + (less - more).exp2().ln_1p() / std::f64::consts::LN_2
        } else {
            more
        };
    }

    /// Forgets all users but those that `stays` accepts.
    pub(crate) fn retain(&mut self, stays: impl Fn(&SmoochId) -> bool) {
        self.by_id.retain(|id, _| stays(id));
        self.version += 1;
    }

    /// The users that the agent opened or pinned.
    pub(crate) fn boosts(&self) -> impl Iterator<Item = (&SmoochId, Boost)> {
        self.by_id.iter().map(|(id, habit)| {
            let boost = Boost {
                pinned: habit.pinned,
                // Weights are not negative, and the bits of such numbers sort as they do.
                frecency: habit.weight.to_bits(),
                opened: habit.opened,
            };
            (id, boost)
        })
    }

    fn habit(&mut self, id: &SmoochId) -> &mut Habit {
        self.version += 1;
        self.by_id.entry(id.clone()).or_default()
    }
}
