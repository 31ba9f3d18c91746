//! What every line of a file comes to, whatever it holds.

use crate::directory::store::Change;

/// What a line reports: of several events, each is taken or refused by itself.
pub(super) type Several = Vec<Result<Change, String>>;

/// Why a line in another encoding is refused.
pub(super) fn not_utf8() -> String {
    "it is not UTF-8 (perhaps Latin-1 or Windows-1252)".to_owned()
}
