//! Filters: `is:` `channel:` `seen:` `has:` `prop.X:`.

use std::time::Duration;

use super::split::quoted;
use crate::domain::{Identity, Naming};
use crate::text::fold;

/// A condition on users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// `is:anonymous`, `is:identified`.
    Identity(Identity),
    /// `is:named`, `is:unnamed`.
    Naming(Naming),
    /// `channel:whatsapp`: reached by a channel whose folded name starts like this.
    Channel(String),
    /// `seen:<7d`: seen on some channel within that time.
    SeenWithin(Duration),
    /// `seen:>30d`: not seen on any channel within that time, or never.
    NotSeenWithin(Duration),
    /// `has:email` and the like.
    Has(Thing),
    /// `prop.plan:pro`: custom data with this name and a value that starts like this; both folded.
    Property {
        /// The name.
        name: String,
        /// The start of the value.
        value: String,
    },
}

/// What a user can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// An e-mail.
    Email,
    /// A phone number: an id of whatsapp, twilio or messagebird, custom data whose name says so, or
    /// 7 to 15 digits anywhere that begin with `+`, `00` or `0`.
    Phone,
    /// A `userId`.
    UserId,
    /// A name from any source, but not a generated one.
    Name,
    /// A channel.
    Channel,
    /// Custom data.
    Properties,
}

/// A filter, and whether it must or must not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The filter.
    pub filter: Filter,
    /// `false` after `!`.
    pub wanted: bool,
}

const THINGS: [(&str, Thing); 7] = [
    ("email", Thing::Email),
    ("phone", Thing::Phone),
    ("userid", Thing::UserId),
    ("name", Thing::Name),
    ("channel", Thing::Channel),
    ("props", Thing::Properties),
    ("properties", Thing::Properties),
];

const KEYS: [&str; 4] = ["is", "channel", "seen", "has"];

/// Before the name of custom data.
const PROP: &str = "prop.";

impl Filter {
    /// Reads a word; `None` when it is no filter, an explanation when it is an incomplete one.
    pub(super) fn parse(word: &str) -> Option<Result<Self, String>> {
        if let Some(rest) = without_key(word, PROP) {
            return Some(property(rest));
        }
        if let Some(words) = miswritten(word).or_else(|| without_colon(word)) {
            return Some(Err(words));
        }
        let (key, value) = word.split_once(':')?;
        let (key, value) = (fold(key), fold(unquoted(value)));
        Some(match key.as_str() {
            "is" => fact(&value),
            "channel" if value.is_empty() => {
                Err("channel: wants a channel, as in channel:whatsapp".to_owned())
            }
            "channel" => Ok(Self::Channel(value)),
            "seen" => seen(&value),
            "has" => thing(&value),
            _ => return None,
        })
    }
}

/// Reads what follows `prop.`.
fn property(text: &str) -> Result<Filter, String> {
    let (name, rest) = quoted(text).unwrap_or_else(|| {
        let end = text.find([':', '=']).unwrap_or(text.len());
        text.split_at(end)
    });
    if name.is_empty() {
        return Err("prop. wants a name, as in prop.plan:pro".to_owned());
    }
    let Some(value) = rest.strip_prefix(':') else {
        let value = rest.strip_prefix('=').unwrap_or_default();
        let meant = if value.is_empty() { "value" } else { value };
        return Err(format!(
            "prop.{name} wants a colon and the start of a value, as in prop.{name}:{meant}"
        ));
    };
    Ok(Filter::Property {
        name: fold(name),
        value: fold(unquoted(value)),
    })
}

/// What follows a key, if a word begins with it in any case.
fn without_key<'a>(word: &'a str, key: &str) -> Option<&'a str> {
    let (start, rest) = word.split_at_checked(key.len())?;
    start.eq_ignore_ascii_case(key).then_some(rest)
}

/// Text without the quotation marks around it.
fn unquoted(text: &str) -> &str {
    quoted(text).map_or(text, |(inside, _)| inside)
}

/// Says how to write a filter for custom data that begins with the wrong word.
fn miswritten(word: &str) -> Option<String> {
    let keys = ["props.", "property.", "properties."];
    let rest = keys.iter().find_map(|key| without_key(word, key))?;
    let (name, value) = rest.split_once([':', '='])?;
    Some(format!("custom data is asked for by prop.{name}:{value}"))
}

/// Says how to write a filter that has another sign in place of its colon.
fn without_colon(word: &str) -> Option<String> {
    KEYS.into_iter().find_map(|key| {
        let rest = without_key(word, key)?;
        let value = rest.strip_prefix(['=', '<', '>'])?;
        let sign = match (key, rest.as_bytes()[0]) {
            ("seen", b'>') => ">",
            ("seen", _) => "<",
            _ => "",
        };
        let value = value.trim_start_matches(['=', '<', '>']);
        Some(format!("{key} wants a colon, as in {key}:{sign}{value}"))
    })
}

/// Says which two of some filters exclude everybody.
pub(super) fn contradiction(filters: &[Wanted]) -> Option<String> {
    let pairs = filters.iter().enumerate();
    let mut pairs = pairs.flat_map(|(at, one)| filters[..at].iter().map(move |other| (one, other)));
    pairs.find_map(|(one, other)| {
        let agree = one.wanted == other.wanted;
        match (&one.filter, &other.filter) {
            (Filter::Identity(a), Filter::Identity(b)) if (a == b) != agree => {
                Some("everybody is either anonymous or identified: these filters leave nobody")
            }
            (Filter::Naming(a), Filter::Naming(b)) if (a == b) != agree => {
                Some("everybody is either named or unnamed: these filters leave nobody")
            }
            (a, b) if a == b && !agree => Some("a filter and the same one with ! leave nobody"),
            _ => None,
        }
        .map(str::to_owned)
    })
}

fn fact(value: &str) -> Result<Filter, String> {
    Ok(match value {
        "anonymous" => Filter::Identity(Identity::Anonymous),
        "identified" => Filter::Identity(Identity::Identified),
        "named" => Filter::Naming(Naming::Named),
        "unnamed" => Filter::Naming(Naming::Unnamed),
        _ => {
            return Err(wants(
                "is:",
                "anonymous, identified, named or unnamed",
                value,
            ));
        }
    })
}

fn thing(value: &str) -> Result<Filter, String> {
    let value = value.replace('-', "");
    let found = THINGS.iter().find(|(name, _)| *name == value);
    found.map(|(_, thing)| Filter::Has(*thing)).ok_or_else(|| {
        let things = "email, phone, userid, name, channel or properties";
        wants("has:", things, &value)
    })
}

fn seen(value: &str) -> Result<Filter, String> {
    let parsed = value.split_at_checked(1).and_then(|(sign, age)| {
        let age = parse_age(age)?;
        match sign {
            "<" => Some(Filter::SeenWithin(age)),
            ">" => Some(Filter::NotSeenWithin(age)),
            _ => None,
        }
    });
    parsed.ok_or_else(|| {
        let ages = "< or > and an age in m, h, d, w or y, as in seen:<7d";
        wants("seen:", ages, value)
    })
}

fn wants(filter: &str, what: &str, instead: &str) -> String {
    if instead.is_empty() {
        format!("{filter} wants {what}")
    } else {
        format!("{filter} wants {what}, not “{instead}”")
    }
}

/// A number and its unit, as in `7d`.
fn parse_age(text: &str) -> Option<Duration> {
    const MINUTE: u64 = 60;
    const DAY: u64 = 24 * 60 * MINUTE;
    let unit = text.chars().next_back()?;
    let number = &text[..text.len() - unit.len_utf8()];
    let seconds = match unit {
        'm' => MINUTE,
        'h' => 60 * MINUTE,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.then(|| number.parse().ok())??;
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

/// Says what a word that looks like a filter but is none may have meant.
pub(super) fn misspelt(word: &str) -> Option<String> {
    let (key, _) = word.split_once(':')?;
    let key = fold(key);
    let meant = match key.as_str() {
        "prop" | "props" | "property" | "properties" => "prop.name:value",
        _ => {
            let near = KEYS
                .iter()
                .find(|known| key.len() > 2 && differs_by_one(&key, known));
            near.copied()?
        }
    };
    let sign = if meant.contains(':') { "" } else { ":" };
    Some(format!(
        "“{key}:” is no filter and is searched for as text; did you mean {meant}{sign}?"
    ))
}

/// Whether one letter added, removed or replaced turns one word into the other.
fn differs_by_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let ends = [(1, 1), (1, 0), (0, 1)];
    one != other
        && ends.into_iter().any(|(skip_one, skip_other)| {
            let (rest, others) = (one.get(same + skip_one..), other.get(same + skip_other..));
            rest.is_some() && rest == others
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn property(name: &str, value: &str) -> Filter {
        let (name, value) = (name.to_owned(), value.to_owned());
        Filter::Property { name, value }
    }

    fn day(count: u64) -> Duration {
        Duration::from_secs(count * 24 * 60 * 60)
    }

    #[test]
    fn filters_are_read() {
        let cases = [
            ("is:anonymous", Filter::Identity(Identity::Anonymous)),
            ("IS:Named", Filter::Naming(Naming::Named)),
            ("channel:WhatsApp", Filter::Channel("whatsapp".into())),
            ("seen:<7d", Filter::SeenWithin(day(7))),
            ("seen:>2w", Filter::NotSeenWithin(day(14))),
            ("has:e-mail", Filter::Has(Thing::Email)),
            ("prop.Plan:Pro", property("plan", "pro")),
            ("Prop.\"Plan Name\":\"Pro X", property("plan name", "pro x")),
            ("prop.city:“New York”", property("city", "new york")),
            ("prop.\"a:b\":c:d", property("a:b", "c:d")),
            ("channel:\"web\"", Filter::Channel("web".into())),
        ];
        for (word, filter) in cases {
            assert_eq!(Filter::parse(word).unwrap().unwrap(), filter, "{word}");
        }
        for word in ["anna", "tel:49", "https://example.org", "proper:x"] {
            assert_eq!(Filter::parse(word), None, "{word}");
        }
    }

    #[test]
    fn an_incomplete_filter_is_explained() {
        for word in [
            "is:",
            "is:nice",
            "seen:7d",
            "seen:<",
            "seen:<xd",
            "seen:<7q",
            "seen:<é",
            "seen:<99999999999999999999d",
            "has:wings",
            "channel:",
            "prop.:x",
            "seen:<+7d",
            "prop.plan",
            "prop.plan=pro",
            "prop.",
            "seen<7d",
            "seen=7d",
            "Is=named",
        ] {
            let words = Filter::parse(word).unwrap().unwrap_err();
            assert!(words.contains("wants"), "{word}: {words}");
        }
    }

    #[test]
    fn a_miswritten_filter_is_corrected() {
        for (word, example) in [
            ("seen<7d", "seen:<7d"),
            ("seen=<7d", "seen:<7d"),
            ("SEEN>=2w", "seen:>2w"),
            ("prop.plan", "prop.plan:value"),
            ("prop.plan=pro", "prop.plan:pro"),
            ("props.Plan:Pro", "prop.Plan:Pro"),
            ("has=email", "has:email"),
        ] {
            let words = Filter::parse(word).unwrap().unwrap_err();
            assert!(words.ends_with(example), "{word}: {words}");
        }
        for word in ["seen", "seen-it", "is", "props.x", "channels=2"] {
            assert_eq!(Filter::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_misspelt_filter_is_distinguished_from_text() {
        assert!(
            misspelt("chanel:web")
                .unwrap()
                .contains("did you mean channel:?")
        );
        assert!(misspelt("props:x").unwrap().contains("prop.name:value"));
        assert_eq!(misspelt("https://x"), None);
        assert_eq!(misspelt("tel:4"), None);
        assert_eq!(misspelt("anna"), None);
    }
}
