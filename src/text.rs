//! Strangers' text made safe for a terminal, and its width, wrapping and shortening.
//!
//! In: [`Untrusted`](crate::domain::Untrusted) text. Out: [`SafeText`], the only text that a
//! widget, a log, the clipboard or stdout may see. The room also makes ages and dates ([`time`]),
//! counts ([`number`]), JSON that is safe to print ([`json`]), the lines of a message
//! ([`message`]), and the folded form that searches compare ([`fold()`]). Nothing here paints, reads a clock or decides what to show.

pub(crate) mod clipboard;
mod coverage;
mod emoji;
mod fit;
mod fold;
mod highlight;
pub(crate) mod json;
mod limits;
mod marks;
pub(crate) mod message;
pub(crate) mod number;
mod runs;
mod safe;
mod sanitise;
pub(crate) mod time;

pub(crate) use coverage::coverage_lines;
pub use fold::{fold, fold_char, is_accent};
pub(crate) use highlight::Highlighted;
pub use safe::{Cluster, SafeText};
pub use sanitise::safe_lines;
