//! The numbers under which words of the domain are kept in the file. Never change one.

use jiff::Timestamp;

use crate::domain::facts::{MissingUserId, Portion, Source};
use crate::domain::{ApiVersion, Identity, Provenance, User};

/// Where a user was last confirmed from.
pub(super) const fn source_code(source: Source) -> i64 {
    match source {
        Source::Api => 1,
        Source::File => 2,
        Source::Webhook => 3,
    }
}

/// The way back.
pub(super) const fn source_of_code(code: i64) -> Source {
    match code {
        1 => Source::Api,
        3 => Source::Webhook,
        _ => Source::File,
    }
}

/// Which of two sources is the stronger one.
pub(super) const fn rank_of(source: Source) -> i64 {
    match source {
        Source::File => 0,
        Source::Webhook => 1,
        Source::Api => 2,
    }
}

/// The way back.
pub(super) const fn source_of_rank(rank: i64) -> Source {
    match rank {
        0 => Source::File,
        1 => Source::Webhook,
        _ => Source::Api,
    }
}

/// Stands for a user who is not shown: merged away or deleted.
pub(super) const HIDDEN: i64 = 3;

/// How much of a user is known.
pub(super) const fn portion_code(portion: Portion) -> i64 {
    match portion {
        Portion::Ids => 0,
        Portion::Part => 1,
        Portion::Whole => 2,
    }
}

/// The way back.
pub(super) const fn portion_of_code(code: i64) -> Portion {
    match code {
        0 => Portion::Ids,
        1 => Portion::Part,
        _ => Portion::Whole,
    }
}

/// Which version's words a page is in.
pub(super) const fn api_code(api: ApiVersion) -> i64 {
    match api {
        ApiVersion::V11 => 1,
        ApiVersion::V2 => 2,
    }
}

/// The way back.
pub(super) const fn api_of_code(code: i64) -> ApiVersion {
    match code {
        2 => ApiVersion::V2,
        _ => ApiVersion::V11,
    }
}

/// What kind of copy of a user it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// The whole user, as it came, in the words of a version.
    Whole(ApiVersion),
    /// What an earlier version of this program had joined out of several reports.
    Joined(ApiVersion),
}

/// The number of a kind of copy; 0 is none.
pub(super) const fn base_code(base: Option<Base>) -> i64 {
    match base {
        None => 0,
        Some(Base::Whole(api)) => api_code(api),
        Some(Base::Joined(api)) => JOINED + api_code(api),
    }
}

/// The way back.
pub(super) const fn base_of_code(code: i64) -> Option<Base> {
    match code {
        1 | 2 => Some(Base::Whole(api_of_code(code))),
        11 | 12 => Some(Base::Joined(api_of_code(code - JOINED))),
        _ => None,
    }
}

/// Added to the version of a copy that an earlier version of this program had joined.
const JOINED: i64 = 10;

/// Set beside the provenance of a name if it is known that the user has no `userId`.
pub(super) const NO_USER_ID: i64 = 16;

/// Set beside it if more than the copy says something about the user.
pub(super) const MIXED: i64 = 32;

/// Where a name comes from, and whether it is known that there is no `userId`.
pub(super) fn origin_code(provenance: Provenance, user: &User) -> i64 {
    let is_anonymous = user.identity() == Some(Identity::Anonymous);
    provenance_code(provenance) | if is_anonymous { NO_USER_ID } else { 0 }
}

/// What follows if there is no `userId`.
pub(super) const fn missing_user_id(origin: i64) -> MissingUserId {
    if origin & NO_USER_ID == 0 {
        MissingUserId::SaysNothing
    } else {
        MissingUserId::MeansNone
    }
}

/// Whether more than the copy says something about the user.
pub(super) const fn is_mixed(origin: i64) -> bool {
    origin & MIXED != 0
}

const fn provenance_code(provenance: Provenance) -> i64 {
    match provenance {
        Provenance::Profile => 1,
        Provenance::Message => 2,
        Provenance::Channel => 3,
        Provenance::ChannelRaw => 4,
        Provenance::MessageGenerated => 5,
        Provenance::Pending => 6,
        Provenance::Generated => 7,
        Provenance::Fallback => 8,
        Provenance::File => 9,
    }
}

/// Where a name comes from; any other number means that there was no name at all.
pub(super) const fn provenance_of(code: i64) -> Provenance {
    match code & !(NO_USER_ID | MIXED) {
        1 => Provenance::Profile,
        2 => Provenance::Message,
        3 => Provenance::Channel,
        4 => Provenance::ChannelRaw,
        5 => Provenance::MessageGenerated,
        6 => Provenance::Pending,
        7 => Provenance::Generated,
        9 => Provenance::File,
        _ => Provenance::Fallback,
    }
}

/// The moment that a number of milliseconds stands for.
pub(super) fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}
