//! What every family says in the same way: a cause with a next step, quotations and durations.

use std::time::Duration;

use crate::domain::Untrusted;

/// Why something failed, and what to do about it.
pub(super) struct Advice {
    /// What went wrong, in one sentence.
    pub(super) cause: String,
    /// What to do about it.
    pub(super) next: String,
}

impl Advice {
    /// Joins the two.
    pub(super) fn new(cause: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            next: next.into(),
        }
    }
}

/// A sentence and the server's own words, when it has any.
pub(super) fn with(sentence: impl Into<String>, detail: &Untrusted) -> String {
    let sentence = sentence.into();
    match raw(detail).trim() {
        "" => sentence,
        detail => format!("{sentence}: {detail}"),
    }
}

/// The characters as they came.
pub(super) fn raw(text: &Untrusted) -> &str {
    #[expect(
        clippy::disallowed_methods,
        reason = "built into a text that is untrusted again"
    )]
    text.expose()
}

/// A duration as people say it.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.subsec_millis() {
        0 => format!("{seconds} s"),
        _ if seconds == 0 => format!("{} ms", duration.as_millis()),
        milliseconds => format!("{seconds}.{:01} s", milliseconds / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (milliseconds, text) in [(5000, "5 s"), (50, "50 ms"), (1500, "1.5 s"), (0, "0 s")] {
            assert_eq!(span(Duration::from_millis(milliseconds)), text);
        }
    }
}
