//! What rows about a user are made of, whichever pane or card shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::console::action::{Action, Mode};
use crate::console::keymap::Keymap;
use crate::console::state::{Profile, State};
use crate::domain::AppSettings;

/// What a strip about a user can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Identity and naming.
    Badges,
    /// The name and its origin.
    Name,
    /// Both ids.
    Ids,
    /// The channels.
    Reach,
}

/// What the strip says whole, so that the profile pane below it need not say it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said([bool; 4]);

impl Said {
    /// The parts for which this holds.
    pub(crate) fn of(is_said: impl Fn(Part) -> bool) -> Self {
        Self([Part::Badges, Part::Name, Part::Ids, Part::Reach].map(is_said))
    }

    /// Whether a part is said.
    pub(crate) const fn has(self, part: Part) -> bool {
        self.0[part as usize]
    }
}

/// What rows about a user are made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The user and the name.
    pub profile: &'a Profile,
    /// Settings of the app, once known.
    pub settings: Option<&'a AppSettings>,
    /// The moment.
    pub now: Timestamp,
    /// The agent's time zone.
    pub zone: &'a TimeZone,
    /// Which keys mean what.
    pub keymap: &'a Keymap,
    /// What is said already above the profile pane.
    pub said: Said,
}

impl<'a> Facts<'a> {
    /// The facts about a user in the profile pane.
    pub fn of(state: &'a State, profile: &'a Profile) -> Self {
        Self {
            profile,
            settings: state.api.app.as_ref().map(|app| &app.settings),
            now: state.clock.now,
            zone: &state.clock.zone,
            keymap: &state.keys.map,
            said: Said::default(),
        }
    }

    /// The key that asks the API, after some words; empty if no key does.
    pub(super) fn asks_the_api(self, before: &str) -> String {
        let key = self.keymap.label(Mode::Normal, Action::Refresh);
        key.map_or_else(String::new, |key| format!("{before}{key} asks the API"))
    }
}
