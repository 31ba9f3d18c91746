//! Text that strangers wrote: names, messages, properties, ids, server descriptions.

use std::fmt;

/// Text from outside that has not been made safe to show.
///
/// It has no `Display` and no `Deref`: the only way to a screen, a log or a file leads through
/// the sanitiser of the `text` room. The raw characters are reached with [`Untrusted::expose`],
/// which clippy refuses outside the few places that say why they need it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Untrusted(Box<str>);

impl Untrusted {
    /// Marks `text` as written by a stranger.
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The characters as they came. For comparing, encoding and sanitising, never for showing.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing at all was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({:?})", self.0)
    }
}
