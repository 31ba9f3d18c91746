//! Phone numbers in strangers' text: which texts are one, and where one is in a longer text.
//!
//! In: ids, names, custom data, what an agent typed or pasted. Out: the part of a text that is a
//! number, without a scheme, a link or an extension around it. Numbers are only recognised by how
//! they are written; nobody is called.

mod country;
mod digits;
mod named;
mod spotted;

use std::ops::Range;

use crate::text::{fold, fold_char};

pub(super) use country::without_country;
use digits::{MOST_CHARS, dialled_digits};
pub(super) use digits::{PHONE_LENGTHS, digits_of};
pub(crate) use named::names_phones;
pub(super) use spotted::spotted_in;

/// Fewer digits are no phone number.
const PHONE_DIGITS: usize = 5;

/// Extensions within a company have no more digits.
const EXTENSION_DIGITS: usize = 7;

/// Channels whose ids are phone numbers (api.md §3.1).
const PHONE_CHANNELS: [&str; 3] = ["whatsapp", "twilio", "messagebird"];

/// Schemes of phone numbers that are written as addresses.
const SCHEMES: [&str; 8] = [
    "tel", "sms", "callto", "phone", "whatsapp", "sip", "sips", "facetime",
];

/// Hosts after the phone number in an address of a messenger.
const JID_HOSTS: [&str; 3] = ["s.whatsapp.net", "c.us", "whatsapp.net"];

/// What comes before the phone number in links to messengers.
const LINKS: [&str; 5] = ["wa.me/", "phone=", "number=", "signal.me/#p/", "wa.link/"];

/// Words before an extension.
const EXTENSIONS: [&str; 12] = [
    "extension",
    "ext",
    "x",
    "#",
    ",",
    ";",
    "durchwahl",
    "dw",
    "anexo",
    "ramal",
    "poste",
    "int",
];

/// A text that is a phone number.
struct Whole<'a> {
    number: &'a str,
    mark: Mark,
}

/// What says that digits are a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Nothing but how they are written.
    Nothing,
    /// The scheme of an address.
    Scheme,
    /// A messenger, whose numbers begin with the code of a country.
    Messenger,
}

/// Reads a text as a phone number; `None` if it is something else.
fn whole(text: &str) -> Option<Whole<'_>> {
    if !has_digits(text) || (text.len() > MOST_CHARS && text.chars().nth(MOST_CHARS).is_some()) {
        return None;
    }
    if let Some(number) = linked(text) {
        let mark = Mark::Messenger;
        return Some(Whole { number, mark });
    }
    let rest = without_scheme(text);
    let has_scheme = rest.len() < text.len();
    let local = before_host(rest, has_scheme);
    let number = without_extension(local.unwrap_or(rest));
    let is_number = phone_digits(number)? >= PHONE_DIGITS;
    is_number.then_some(Whole {
        number,
        mark: match (has_scheme, local) {
            (true, _) => Mark::Scheme,
            (false, Some(_)) => Mark::Messenger,
            (false, None) => Mark::Nothing,
        },
    })
}

/// Whether a text has as many digits as a phone number. This is asked of every text of a directory,
/// and most are ASCII.
fn has_digits(text: &str) -> bool {
    if text.is_ascii() {
        let digits = text.bytes().filter(u8::is_ascii_digit);
        return digits.count() >= PHONE_DIGITS;
    }
    let mut digits = text.chars().filter(|c| c.is_numeric());
    digits.nth(PHONE_DIGITS - 1).is_some()
}

/// Whether a text is a phone number: digits and what people put between them.
pub(crate) fn is_phone(text: &str) -> bool {
    whole(text).is_some()
}

/// The number in a link, an address or before an extension, without the scheme of `tel:+49…`; any
/// other text as it is.
pub(crate) fn number_or_text(text: &str) -> &str {
    let number = whole(text).map(|whole| whole.number);
    number.unwrap_or_else(|| without_scheme(text))
}

/// Whether digits are a phone number and not some other channel's id: judged by the channel, or else
/// by how they are written.
pub(crate) fn is_surely_phone(platform: Option<&str>, id: &str) -> bool {
    whole(id).is_some_and(|whole| {
        let is_marked = whole.mark != Mark::Nothing;
        is_marked || platform.is_some_and(has_phones) || is_dialled(whole.number)
    })
}

/// Whether a number is written as people write it to be dialled: with `+`, `00` or `0` before it.
fn is_dialled(number: &str) -> bool {
    let first = number.trim_start_matches([' ', '(']).chars().next();
    if first.is_some_and(|c| matches!(c, '!'..='~') && c != '+' && c != '0' && !is_dropped(c)) {
        return false;
    }
    let written = fold(number);
    let starts = written
        .trim_start_matches([' ', '('])
        .starts_with(['+', '0']);
    starts && PHONE_LENGTHS.contains(&dialled_digits(&written).len())
}

/// Whether a text is a phone number that begins with the code of a country.
pub(crate) fn is_international(text: &str) -> bool {
    whole(text).is_some_and(|whole| {
        let folded = fold(whole.number);
        let number = folded.trim_start_matches([' ', '(']);
        let is_foreign = whole.mark == Mark::Messenger && !number.starts_with('0');
        is_foreign || number.starts_with('+') || number.starts_with("00")
    })
}

/// Whether the ids of a channel are phone numbers.
pub(crate) fn has_phones(platform: &str) -> bool {
    PHONE_CHANNELS
        .iter()
        .any(|known| platform.eq_ignore_ascii_case(known))
}

/// Which bytes of a text are its phone number: the whole text without what is around the number, or
/// else the first number in it; the whole text if there is none.
pub(crate) fn number_range(text: &str) -> Range<usize> {
    let number = whole(text).map(|whole| {
        let start = whole.number.as_ptr().addr() - text.as_ptr().addr();
        start..start + whole.number.len()
    });
    let spotted = || Some(spotted_in(text).into_iter().next()?.range);
    number.or_else(spotted).unwrap_or(0..text.len())
}

/// Whether a longer text, such as a name, holds a number that is written to be dialled from abroad.
pub(crate) fn holds_phone(text: &str) -> bool {
    // A wide plus sign begins with the byte EF.
    let has_plus = text.bytes().any(|byte| matches!(byte, b'+' | 0xEF));
    let may_hold = has_plus || text.contains("00");
    may_hold
        && spotted_in(text)
            .first()
            .is_some_and(|spotted| spotted.is_international)
}

/// The phone numbers in the value of custom data: all if its name says that it holds numbers, or
/// else those that are written to be dialled.
pub(crate) fn numbers_of_property<'v>(name: &str, value: &'v str) -> Vec<&'v str> {
    if !has_digits(value) || spotted::is_date(&fold(value)) {
        return Vec::new();
    }
    let is_named = names_phones(name);
    let is_number = |piece: &&str| {
        let Some(whole) = whole(piece) else {
            return false;
        };
        let folded = fold(whole.number);
        let fits = dialled_digits(&folded).len() <= *PHONE_LENGTHS.end();
        let is_written_so = is_dialled(whole.number) && !spotted::is_decimal(&folded);
        let is_marked = whole.mark != Mark::Nothing;
        fits && !spotted::is_date(&folded) && (is_named || is_marked || is_written_so)
    };
    if is_number(&value) {
        return vec![value];
    }
    let pieces = value.split([',', ';', '|', '\n']).map(str::trim);
    let pieces: Vec<&str> = pieces.filter(is_number).collect();
    if !pieces.is_empty() {
        return pieces;
    }
    let spotted = spotted_in(value).into_iter();
    let spotted = spotted.filter(|spotted| is_named || spotted.is_international);
    spotted.map(|spotted| &value[spotted.range]).collect()
}

/// The number in a link to a messenger: `https://wa.me/31612345037`.
fn linked(text: &str) -> Option<&str> {
    // Most texts are no link, and there may be millions of them.
    if !text.contains(['/', '=']) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    LINKS.iter().find_map(|link| {
        let start = lower.find(link)? + link.len();
        let rest = text.get(start..)?;
        let rest = rest
            .strip_prefix("%2B")
            .or(rest.strip_prefix("%2b"))
            .unwrap_or(rest);
        let end = rest
            .find(|c: char| !is_number_char(c))
            .unwrap_or(rest.len());
        let number = &rest[..end];
        (phone_digits(number)? >= *PHONE_LENGTHS.start()).then_some(number)
    })
}

fn is_number_char(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return is_in_phones(c) || is_dropped(c);
    }
    let mut is_part = true;
    fold_char(c, |c| is_part &= is_in_phones(c));
    is_part
}

/// What is before the host of an address that begins with a number: `31612345037@s.whatsapp.net`,
/// whose number may be followed by that of a device.
fn before_host(text: &str, has_scheme: bool) -> Option<&str> {
    let (local, host) = text.split_once('@')?;
    let is_known = JID_HOSTS
        .iter()
        .any(|known| host.eq_ignore_ascii_case(known));
    if !is_known && !has_scheme {
        return None;
    }
    let number = if is_known {
        local.split([':', '.', '_']).next()?
    } else {
        local
    };
    Some(number)
}

/// A number without an extension: `ext. 12`, `x12`, `;ext=12`, or pauses for a dialler.
fn without_extension(text: &str) -> &str {
    let Some(at) = text.find(|c: char| !is_number_char(c)) else {
        return text;
    };
    let (number, rest) = text.split_at(at);
    let rest = fold(rest);
    let is_extension = EXTENSIONS.iter().any(|word| rest.starts_with(word)) && {
        let digits = digits_of(&rest).len();
        let is_parameter = rest
            .strip_prefix(';')
            .is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        is_parameter || (1..=EXTENSION_DIGITS).contains(&digits)
    };
    if is_extension {
        number.trim_end_matches([' ', '('])
    } else {
        text
    }
}

/// Whether a folded text could be a piece of a phone number.
pub(crate) fn is_phone_part(text: &str) -> bool {
    text.chars().all(is_in_phones)
}

/// The folded form of a text that could be a piece of a phone number.
pub(crate) fn phone_part(text: &str) -> Option<String> {
    phone_digits(text)?;
    Some(fold(text))
}

/// How many digits are in a text that could be a piece of a phone number. The first character rules
/// most texts out.
fn phone_digits(text: &str) -> Option<usize> {
    let (mut digits, mut is_part) = (0, true);
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            digits += usize::from(c.is_ascii_digit());
            if !is_number_char(c) {
                return None;
            }
            continue;
        }
        fold_char(c, |c| {
            digits += usize::from(c.is_ascii_digit());
            is_part &= is_in_phones(c);
        });
        if !is_part {
            return None;
        }
    }
    Some(digits)
}

const fn is_in_phones(c: char) -> bool {
    matches!(c, '0'..='9' | '+' | '-' | '.' | '/' | '(' | ')' | ' ')
}

/// Whether folding drops an ASCII character: an apostrophe.
const fn is_dropped(c: char) -> bool {
    matches!(c, '\'' | '`')
}

/// A phone number without the scheme of `tel:+49…`; any other text as it is.
fn without_scheme(text: &str) -> &str {
    let Some((scheme, number)) = text.split_once(':') else {
        return text;
    };
    let is_word = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_known = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    // With few digits it is a word that is still being typed.
    let is_number = || {
        let local = number.split_once('@').map_or(number, |(local, _)| local);
        phone_digits(without_extension(local)).is_some_and(|digits| digits > 2)
    };
    if is_word && (is_known || number.starts_with('+')) && is_number() {
        number
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
