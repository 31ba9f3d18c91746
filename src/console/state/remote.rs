//! Data that comes from elsewhere: asked for, there, or missing with a reason.

use jiff::Timestamp;

use crate::console::msg::Ticket;
use crate::domain::Problem;

/// A value and when it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Good<T> {
    /// The value.
    pub value: T,
    /// When the API said so.
    pub at: Timestamp,
}

/// Data that comes from elsewhere. The last good value stays while a newer one loads or fails.
#[derive(Debug, Clone, PartialEq)]
pub enum Remote<T> {
    /// Nobody has asked.
    Idle,
    /// Asked.
    Loading {
        /// The request that is waited for.
        ticket: Ticket,
        /// Since when.
        since: Timestamp,
        /// What was known before.
        last: Option<Good<T>>,
    },
    /// There.
    Ready(Good<T>),
    /// Missing, and why.
    Failed {
        /// Why.
        problem: Problem,
        /// What was known before.
        last: Option<Good<T>>,
    },
}

impl<T> Remote<T> {
    /// Waits for a request; what is known stays.
    pub(crate) fn start(&mut self, ticket: Ticket, since: Timestamp) {
        let last = self.take_good();
        *self = Self::Loading {
            ticket,
            since,
            last,
        };
    }

    /// Whether the answer to this request is waited for.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Loading { ticket: waited, .. } if *waited == ticket)
    }

    /// Whether an answer is waited for.
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// Takes a value as the last good one.
    pub(crate) fn succeed(&mut self, value: T, at: Timestamp) {
        *self = Self::Ready(Good { value, at });
    }

    /// Notes why there is no new value; what is known stays.
    pub(crate) fn fail(&mut self, problem: Problem) {
        let last = self.take_good();
        *self = Self::Failed { problem, last };
    }

    /// Takes a value that was known before, unless there is one already.
    pub(crate) fn remember(&mut self, value: T, at: Timestamp) {
        let good = Good { value, at };
        match self {
            Self::Idle => *self = Self::Ready(good),
            Self::Loading { last, .. } | Self::Failed { last, .. } if last.is_none() => {
                *last = Some(good);
            }
            _ => {}
        }
    }

    /// Forgets the last good value.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::Idle => {}
            Self::Ready(_) => *self = Self::Idle,
            Self::Loading { last, .. } | Self::Failed { last, .. } => *last = None,
        }
    }

    /// Stops waiting; what is known stays.
    pub(crate) fn stop(&mut self) {
        if self.is_loading() {
            *self = self.take_good().map_or(Self::Idle, Self::Ready);
        }
    }

    /// The last good value.
    pub const fn good(&self) -> Option<&Good<T>> {
        match self {
            Self::Idle => None,
            Self::Ready(good) => Some(good),
            Self::Loading { last, .. } | Self::Failed { last, .. } => last.as_ref(),
        }
    }

    /// The last good value, to be changed.
    pub(crate) const fn good_mut(&mut self) -> Option<&mut Good<T>> {
        match self {
            Self::Idle => None,
            Self::Ready(good) => Some(good),
            Self::Loading { last, .. } | Self::Failed { last, .. } => last.as_mut(),
        }
    }

    /// Why there is no new value.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Failed { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// Since when an answer is waited for.
    pub(crate) const fn loading_since(&self) -> Option<Timestamp> {
        match self {
            Self::Loading { since, .. } => Some(*since),
            _ => None,
        }
    }

    fn take_good(&mut self) -> Option<Good<T>> {
        match std::mem::replace(self, Self::Idle) {
            Self::Idle => None,
            Self::Ready(good) => Some(good),
            Self::Loading { last, .. } | Self::Failed { last, .. } => last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Refused;

    #[test]
    fn the_last_good_value_stays_while_a_newer_one_loads_and_fails() {
        let mut remote = Remote::Idle;
        remote.succeed("old", Timestamp::UNIX_EPOCH);
        remote.start(Ticket(2), Timestamp::UNIX_EPOCH);
        assert_eq!(remote.good().map(|good| good.value), Some("old"));
        assert!(remote.waits_for(Ticket(2)) && !remote.waits_for(Ticket(1)));
        remote.fail(Problem::Refused(Refused::AppNotFound));
        assert_eq!(remote.good().map(|good| good.value), Some("old"));
        assert_eq!(
            remote.problem(),
            Some(&Problem::Refused(Refused::AppNotFound))
        );
    }

    #[test]
    fn what_is_forgotten_is_shown_no_more_and_the_request_goes_on() {
        let at = Timestamp::UNIX_EPOCH;
        let mut remote = Remote::Idle;
        remote.succeed("old", at);
        remote.start(Ticket(2), at);
        remote.forget();
        assert!(remote.good().is_none() && remote.waits_for(Ticket(2)));
        remote.succeed("new", at);
        remote.forget();
        assert_eq!(remote, Remote::Idle);
    }

    #[test]
    fn stopping_forgets_the_request_only() {
        let mut remote: Remote<&str> = Remote::Idle;
        remote.start(Ticket(1), Timestamp::UNIX_EPOCH);
        remote.stop();
        assert_eq!(remote, Remote::Idle);
    }
}
