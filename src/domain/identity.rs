//! Three independent facts about a user that are never blurred.

/// Whether the business has given the user a `userId`; nothing else decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The user has no `userId`.
    Anonymous,
    /// The user has a `userId`.
    Identified,
}

/// Whether a givenName or a surname is known, whatever the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Naming {
    /// A givenName or a surname exists.
    Named,
    /// Neither exists.
    Unnamed,
}

/// Whether the user has logged in, as far as the API says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authentication {
    /// The API says that the user has logged in.
    LoggedIn,
    /// The API says that the user has not logged in.
    NotLoggedIn,
    /// This version of the API has no such field.
    ApiCannotTell,
}
