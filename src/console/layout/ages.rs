//! When an age on the screen changes next: seconds for the first minute, minutes for the first hour.
//!
//! In: the state. Out: how long what is painted stays true. Older ages change so slowly that the
//! clock in the header, which ticks each minute, is enough for them.

use std::time::Duration;

use jiff::Timestamp;

use crate::console::state::State;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How long the ages on the screen stay as they are; `None` where the minute is soon enough.
pub(crate) fn next_change(state: &State) -> Option<Duration> {
    let profile = state.profile.remote.good();
    let loaded = profile.map(|good| good.at);
    let read = state.messages.remote.good().map(|good| good.at);
    let clients = profile.map(|good| &good.value.user.clients[..]);
    let clients = clients.into_iter().flatten();
    let clients = clients.filter_map(|client| client.last_seen);
    let hits = state.users.results.hits.iter();
    let hits = hits.filter_map(|hit| hit.entry.summary.as_ref()?.seen);
    let shown = loaded.into_iter().chain(read).chain(clients).chain(hits);
    let now = state.clock.now;
    shown.filter_map(|then| change_of(now, then)).min()
}

/// How long an age stays as it is.
fn change_of(now: Timestamp, then: Timestamp) -> Option<Duration> {
    // Ages count whole seconds of the clock.
    let age = u64::try_from(now.as_second().checked_sub(then.as_second())?).ok()?;
    let seconds = match age {
        ..MINUTE => 1,
        MINUTE..HOUR => MINUTE - age % MINUTE,
        _ => return None,
    };
    let into_second = u64::from(now.subsec_nanosecond().unsigned_abs());
    Duration::from_secs(seconds).checked_sub(Duration::from_nanos(into_second))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::text::time;

    #[test]
    fn an_age_is_painted_anew_just_when_it_changes() {
        let then = Timestamp::from_millisecond(1_700_000_000_700).unwrap();
        for millis in [0, 250, 1_200, 25_000, 59_900, 60_400, 119_000, 3_000_000] {
            let now = then + Duration::from_millis(millis);
            let change = change_of(now, then).unwrap();
            let just_before = now + change - Duration::from_nanos(1);
            assert_eq!(
                time::age(just_before, then),
                time::age(now, then),
                "{millis}"
            );
            assert_ne!(
                time::age(now + change, then),
                time::age(now, then),
                "{millis}"
            );
        }
        assert_eq!(change_of(then + Duration::from_secs(4_000), then), None);
        assert_eq!(change_of(then - Duration::from_secs(90), then), None);
    }
}
