//! Ids of the API, each its own type so that one can never stand in for another.

use std::fmt;

use super::Untrusted;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Untrusted);

        impl $name {
            /// Takes the id as it came. Compared byte for byte, never trimmed or normalised.
            pub fn new(id: impl Into<Box<str>>) -> Self {
                Self(Untrusted::new(id))
            }

            /// The characters as they came. For comparing and encoding, never for showing.
            pub fn expose(&self) -> &str {
                #[expect(clippy::disallowed_methods, reason = "an id is a stranger's text too")]
                self.0.expose()
            }

            /// The id as text that still has to be made safe before it is shown.
            pub fn untrusted(&self) -> &Untrusted {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }
    )+};
}

id_types! {
    /// The id that the API gave to a user (`_id` in v1.1, `id` in v2).
    SmoochId;
    /// The id that the business gave to a user (`userId` in v1.1, `externalId` in v2).
    UserId;
    /// The id of an app: the tenant that owns users, integrations and keys.
    AppId;
    /// The id of a message.
    MessageId;
    /// The id of a client: one place where a user can be reached.
    ClientId;
    /// The id of a conversation.
    ConversationId;
    /// The id of an integration: a configured channel of the app.
    IntegrationId;
    /// What an agent typed to look a user up; either a [`SmoochId`] or a [`UserId`].
    LookupId;
}

impl LookupId {
    /// Whether the text has the shape of an id that the API makes: 24 hex digits.
    pub fn looks_like_smooch_id(&self) -> bool {
        let id = self.expose();
        id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())
    }
}

impl From<&SmoochId> for LookupId {
    fn from(id: &SmoochId) -> Self {
        Self::new(id.expose())
    }
}

impl From<&UserId> for LookupId {
    fn from(id: &UserId) -> Self {
        Self::new(id.expose())
    }
}
