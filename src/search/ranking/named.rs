//! Users that a text names whole, by `_id`, `userId` or e-mail.

use super::marks;
use crate::search::index::{Index, Rows, is_named_by, is_whole_value};
use crate::search::query::{HitField, MatchedField};

/// The records of the users that a text names whole, in their order.
pub(crate) fn named_by(index: &Index, text: &str) -> Vec<usize> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut found = index.base().named_by(text);
    found.extend(index.recent_numbers().filter(|number| {
        let (rows, at) = index.row(*number);
        is_named_by(rows, at, text)
    }));
    found.retain(|number| index.is_alive(*number));
    found.sort_by_key(|number| index.place(*number));
    found
}

/// The order of users that one text names, lowest first: by `_id`, by `userId`, by e-mail.
pub(crate) fn naming_order(rows: &Rows, at: usize, text: &str) -> u16 {
    let mut fields = rows.fields(at);
    let by_field = fields.find(|field| is_whole_value(field.kind, rows.shown(at, field), text));
    match by_field.map(|field| field.kind.hit_field()) {
        None | Some(HitField::SmoochId) => 0,
        Some(HitField::UserId) => 1,
        Some(_) => 2,
    }
}

/// The field of a record that a text names whole.
pub(crate) fn named_field(index: &Index, number: usize, text: &str) -> MatchedField {
    let (rows, at) = index.row(number);
    marks::whole(rows, at, text, |field| {
        is_whole_value(field.kind, rows.shown(at, field), text)
    })
}
