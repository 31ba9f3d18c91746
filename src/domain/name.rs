//! Which name to show for a user, and where it comes from (API document, sections 8.4 and 8.5).

use super::{Message, Untrusted, User};

/// Where a resolved display name comes from, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provenance {
    /// givenName and surname.
    Profile,
    /// The name stored with the user's newest message.
    Message,
    /// The displayName of a client.
    Channel,
    /// A name among a client's raw data.
    ChannelRaw,
    /// A generated name stored with the user's newest message.
    MessageGenerated,
    /// The displayName of a pending client.
    Pending,
    /// Made here of the platform and the `_id`.
    Generated,
    /// Nothing is known at all.
    Fallback,
}

/// A name to show for a user.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplayName {
    /// The cleaned name.
    pub text: Untrusted,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The platform whose client gave the name, for `channel`, `channel-raw` and `pending`.
    pub platform: Option<super::Platform>,
    /// Whether cleaning removed something.
    pub cleaned: bool,
}

/// Whether a givenName or a surname is not blank.
pub fn is_named(user: &User) -> bool {
    let _ = user;
    todo!()
}

/// Resolves the name of a user by the chain of section 8.4.
///
/// `messages` are the loaded messages of the user in any order; none skips the second step.
pub fn resolve_display_name(user: &User, messages: &[Message]) -> DisplayName {
    let _ = (user, messages);
    todo!()
}

/// The name of one message's author: the stored one, else the side's default.
pub fn resolve_author_name(message: &Message, user: &DisplayName) -> Untrusted {
    let _ = (message, user);
    todo!()
}
