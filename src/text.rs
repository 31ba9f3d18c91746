//! Strangers' text made safe for a terminal, and its width, wrapping and shortening.
//!
//! In: [`Untrusted`](crate::domain::Untrusted) text. Out: [`SafeText`], the only text that a
//! widget, a log, the clipboard or stdout may see.
