//! How a user is reached, for copying: a phone number, and the id that a channel knows them by.
//!
//! In: a user. Out: the value of the channel where they were seen last. What is a phone number is
//! decided by the search, so that the number that finds a user is the one that is copied. Nothing is
//! made safe here.

use crate::console::layout::profile::latest_first;
use crate::domain::{Client, Scalar, Untrusted, User};
use crate::search::{is_surely_phone, number_or_text, numbers_of_property};

/// The user's phone number: of a channel, else of a property.
pub(super) fn phone(user: &User) -> Option<Untrusted> {
    clients(user)
        .find_map(phone_of)
        .or_else(|| user.properties.0.iter().find_map(phone_in))
}

/// The id that a channel knows the user by.
pub(super) fn channel_id(user: &User) -> Option<&Untrusted> {
    clients(user).find_map(|client| client.external_id.as_ref())
}

/// The channels where the user was seen last first, those that are not confirmed yet behind them.
fn clients(user: &User) -> impl Iterator<Item = &Client> {
    let confirmed = latest_first(&user.clients).into_iter();
    confirmed.chain(latest_first(&user.pending_clients))
}

fn phone_of(client: &Client) -> Option<Untrusted> {
    let platform = letters(&client.platform.0);
    let number = |id: &Untrusted, platform| {
        let id = letters(id);
        is_surely_phone(platform, id).then(|| Untrusted::from(number_or_text(id)))
    };
    let id = client.external_id.as_ref();
    let name = client.display_name.as_ref();
    id.and_then(|id| number(id, Some(platform)))
        .or_else(|| client.info.0.iter().find_map(phone_in))
        .or_else(|| name.and_then(|name| number(name, None)))
}

/// The first phone number in the value of custom data.
fn phone_in((name, value): &(Untrusted, Scalar)) -> Option<Untrusted> {
    let value = match value {
        Scalar::Text(value) | Scalar::Number(value) => letters(value),
        Scalar::Bool(_) | Scalar::Null | Scalar::Json(_) => return None,
    };
    let numbers = numbers_of_property(letters(name), value);
    numbers.first().map(|number| Untrusted::from(*number))
}

/// The characters as they came, for the search's rules.
fn letters(text: &Untrusted) -> &str {
    #[expect(clippy::disallowed_methods, reason = "looked at, and untrusted again")]
    text.expose()
}
