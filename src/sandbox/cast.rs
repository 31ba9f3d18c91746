//! The notable people of the sandbox: their ids never change, whatever the seed.
//!
//! In: nothing. Out: ids for tests, examples and the README. Everything else about these people
//! comes from the server.

/// A user whose ids are the same in every sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notable {
    /// `_id`.
    pub id: &'static str,
    /// `userId`; `None` for an anonymous user.
    pub user_id: Option<&'static str>,
    /// Why they are notable.
    pub about: &'static str,
}

/// An app that exists but that the sandbox's key may not see: 403.
pub const FOREIGN_APP_ID: &str = "5d3c9a17f04b2e0061c8d7aa";

/// Identified and named, on three devices.
pub const IDENTIFIED_NAMED: Notable = Notable {
    id: "64be90d2a7f31c0058e6d914",
    user_id: Some("cust-20418"),
    about: "identified and named, on three devices",
};

/// Identified, but neither givenName nor surname is known.
pub const IDENTIFIED_UNNAMED: Notable = Notable {
    id: "64be90d2a7f31c0058e6d9a2",
    user_id: Some("crm-000417"),
    about: "identified and unnamed",
};

/// Anonymous, with a name from the channel.
pub const ANONYMOUS_NAMED: Notable = Notable {
    id: "8f02b6c91ad54e7733c0e1d4",
    user_id: None,
    about: "anonymous and named",
};

/// Anonymous and without any name.
pub const ANONYMOUS_UNNAMED: Notable = Notable {
    id: "2c7be1f09d834a5566b1a0f8",
    user_id: None,
    about: "anonymous and unnamed",
};

/// The `userId` contains everything that a path segment must encode.
pub const STRANGE_USER_ID: Notable = Notable {
    id: "b7d3a91c5e204f8890ab6c12",
    user_id: Some("zoë/ops? #1 50%+tax@example.org"),
    about: "a userId with / ? # % + @, a space and a letter beyond ASCII",
};

/// A thousand messages.
pub const THOUSAND_MESSAGES: Notable = Notable {
    id: "f19c40e2b86d4a3377d5c0b1",
    user_id: Some("cafe-0007"),
    about: "1,000 messages",
};

/// Never wrote: no conversation.
pub const NO_CONVERSATION: Notable = Notable {
    id: "0ad94be7c21f48e69d7735f0",
    user_id: Some("cust-31007"),
    about: "no conversation yet",
};

/// A name, properties and messages that try to break a terminal.
pub const HOSTILE: Notable = Notable {
    id: "de4db33fc0a8412796e05b7a",
    user_id: None,
    about: "texts that try to break a terminal",
};

/// Every type of message, action and quotation, and an unknown type.
pub const EVERY_TYPE: Notable = Notable {
    id: "91e6f27ab0c34d5588f2d306",
    user_id: Some("amara.okonkwo@example.com"),
    about: "every message type",
};

/// Only unconfirmed clients.
pub const PENDING_ONLY: Notable = Notable {
    id: "3fb85d60a9e7421c84dd10c5",
    user_id: Some("cust-30981"),
    about: "pending clients only",
};

/// Clients that are inactive or blocked.
pub const UNREACHABLE: Notable = Notable {
    id: "c60a1e8d7b9342f5a3e4790d",
    user_id: Some("cust-11802"),
    about: "only inactive and blocked clients",
};

/// Anonymous, with the e-mail of [`IDENTIFIED_NAMED`].
pub const SHARES_EMAIL: Notable = Notable {
    id: "75e2d9f3081c4b6fa49b26e7",
    user_id: None,
    about: "anonymous, with the e-mail of an identified user",
};

/// All notable people, in the order of the sandbox's list of users.
pub const ALL: [Notable; 12] = [
    IDENTIFIED_NAMED,
    IDENTIFIED_UNNAMED,
    ANONYMOUS_NAMED,
    ANONYMOUS_UNNAMED,
    STRANGE_USER_ID,
    THOUSAND_MESSAGES,
    NO_CONVERSATION,
    HOSTILE,
    EVERY_TYPE,
    PENDING_ONLY,
    UNREACHABLE,
    SHARES_EMAIL,
];
