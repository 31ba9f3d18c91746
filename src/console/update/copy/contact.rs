//! How a user is reached, for copying: a phone number, and the id that a channel knows them by.
//!
//! In: a user. Out: the value of the channel where they were seen last. Nothing is made safe here.

use crate::console::layout::profile::latest_first;
use crate::domain::{Client, Scalar, Untrusted, User};

/// Channels whose ids of users are phone numbers.
const PHONE_CHANNELS: [&str; 4] = ["whatsapp", "twilio", "messagebird", "viber"];

/// Parts of the names of properties that hold phone numbers.
const PHONE_WORDS: [&str; 7] = [
    "phone",
    "mobile",
    "telefon",
    "téléphone",
    "handy",
    "whatsapp",
    "msisdn",
];

/// Fewest and most digits of a phone number.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The user's phone number: of a channel, else of a property that is named like one.
pub(super) fn phone(user: &User) -> Option<&Untrusted> {
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

fn phone_of(client: &Client) -> Option<&Untrusted> {
    let is_phone_channel = {
        #[expect(clippy::disallowed_methods, reason = "compared with known words")]
        let platform = client.platform.0.expose();
        PHONE_CHANNELS
            .iter()
            .any(|known| platform.eq_ignore_ascii_case(known))
    };
    let id = client.external_id.as_ref();
    let id = id.filter(|id| is_phone(id) && (is_phone_channel || is_dialled(id)));
    id.or_else(|| client.info.0.iter().find_map(phone_in))
        .or_else(|| {
            client
                .display_name
                .as_ref()
                .filter(|name| is_phone(name) && is_dialled(name))
        })
}

/// The value of a property that is named like a phone number and looks like one.
fn phone_in((name, value): &(Untrusted, Scalar)) -> Option<&Untrusted> {
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let name = name.expose().to_lowercase();
    let value = match value {
        Scalar::Text(value) | Scalar::Number(value) => value,
        Scalar::Bool(_) | Scalar::Null | Scalar::Json(_) => return None,
    };
    let is_named = PHONE_WORDS.iter().any(|word| name.contains(word));
    (is_named && is_phone(value)).then_some(value)
}

/// Whether a text is written like a phone number.
fn is_phone(text: &Untrusted) -> bool {
    #[expect(clippy::disallowed_methods, reason = "looked at by character")]
    let text = text.expose();
    let number = ["tel:", "whatsapp:"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let number = number.unwrap_or(text);
    let is_part = |c: char| c.is_numeric() || " +-–().\u{a0}/".contains(c);
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    number.chars().all(is_part) && DIGITS.contains(&digits)
}

/// Whether a number is written as it is dialled, so that it is no other kind of id.
fn is_dialled(text: &Untrusted) -> bool {
    #[expect(clippy::disallowed_methods, reason = "looked at by character")]
    let text = text.expose();
    text.starts_with(['+', '(']) || text.starts_with("00") || text.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_has_its_signs_and_its_length() {
        for (text, right) in [
            ("+49 151 2345678", true),
            ("4915123456", true),
            ("tel:+15550100200", true),
            ("123456", false),
            ("1234567890123456", false),
            ("pro", false),
            ("+49 151 CALL", false),
        ] {
            assert_eq!(is_phone(&text.into()), right, "{text}");
        }
        assert!(is_dialled(&"+49".into()) && !is_dialled(&"2041854".into()));
    }
}
