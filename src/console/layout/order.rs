//! The orders of the list in words.

use crate::search::Order;

/// What the users are sorted by.
pub(crate) const fn order_words(order: Order) -> &'static str {
    match order {
        Order::Match => "match",
        Order::Seen => "last seen",
        Order::Name => "name",
        Order::Opened => "opened",
    }
}
