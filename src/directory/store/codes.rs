//! The numbers under which words of the domain are kept in the file. Never change one.

use crate::domain::facts::{Portion, Source};
use crate::domain::{ApiVersion, Provenance, User};

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

/// Which version's words a copy is in.
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

/// Set beside the provenance of a name if the report had both ids, so that a missing `userId` means
/// that there is none.
pub(super) const BOTH_IDS: i64 = 16;

/// Where a name comes from, and whether both ids were reported.
pub(super) fn origin_code(provenance: Provenance, user: &User) -> i64 {
    let both_ids = if user.reports_both_ids() { BOTH_IDS } else { 0 };
    provenance_code(provenance) | both_ids
}

/// Whether both ids were reported.
pub(super) const fn reports_both_ids(origin: i64) -> bool {
    origin & BOTH_IDS != 0
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
    }
}

/// Where a name comes from; any other number means that there was no name at all.
pub(super) const fn provenance_of(code: i64) -> Provenance {
    match code & !BOTH_IDS {
        1 => Provenance::Profile,
        2 => Provenance::Message,
        3 => Provenance::Channel,
        4 => Provenance::ChannelRaw,
        5 => Provenance::MessageGenerated,
        6 => Provenance::Pending,
        7 => Provenance::Generated,
        _ => Provenance::Fallback,
    }
}
