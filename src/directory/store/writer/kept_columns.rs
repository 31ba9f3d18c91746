//! The columns of a user, as far as they may be kept.

use crate::directory::store::Keep;
use crate::directory::store::codes::NO_USER_ID;
use crate::directory::store::columns::Columns;

/// What is written of a user's columns.
pub(super) struct KeptColumns<'c> {
    pub(super) user_id: Option<&'c str>,
    pub(super) name: Option<&'c str>,
    pub(super) origin: Option<i64>,
    pub(super) email: Option<&'c str>,
    pub(super) channels: Option<&'c str>,
    pub(super) properties: Option<&'c str>,
}

impl<'c> KeptColumns<'c> {
    /// Where only ids are kept, that is the `userId`, or that there is none.
    pub(super) fn of(columns: &'c Columns, keep: Keep) -> Self {
        let user_id = columns.user_id.as_deref();
        match keep {
            Keep::All => Self {
                user_id,
                name: Some(&columns.name),
                origin: Some(columns.origin),
                email: columns.email.as_deref(),
                channels: columns.channels.as_deref(),
                properties: columns.properties.as_deref(),
            },
            Keep::Ids => Self {
                user_id,
                name: None,
                origin: (columns.origin & NO_USER_ID != 0).then_some(NO_USER_ID),
                email: None,
                channels: None,
                properties: None,
            },
        }
    }
}
