//! The invented people as the asset files describe them, before a seed and a time make them real.
//!
//! In: JSON that this package ships. Out: typed descriptions, with times as ages.

use serde::Deserialize;
use serde_json::{Map, Number, Value};

const CAST: &str = include_str!("../../assets/sandbox/cast.json");
const PEOPLE: &str = include_str!("../../assets/sandbox/people.json");

/// A span of time before now, in milliseconds; written `40s`, `2m`, `3h` or `12d`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Ago(pub i64);

impl TryFrom<String> for Ago {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit = match text.chars().last() {
            Some('s') => 1_000,
            Some('m') => 60_000,
            Some('h') => 3_600_000,
            Some('d') => 86_400_000,
            _ => return Err(format!("`{text}` has no unit: s, m, h or d")),
        };
        text.get(..text.len() - 1)
            .and_then(|count| count.parse::<i64>().ok())
            .map(|count| Self(count * unit))
            .ok_or_else(|| format!("`{text}` is no span of time"))
    }
}

/// An invented person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Person {
    /// Names the person inside the sandbox, and is the subject of every draw about them.
    pub handle: String,
    /// A fixed `_id`; if absent, it is drawn from the seed.
    pub id: Option<String>,
    /// The business's id.
    pub user_id: Option<String>,
    /// Given name, surname, e-mail and picture.
    #[serde(default)]
    pub profile: Profile,
    /// How long ago they signed up.
    pub signed_up: Ago,
    /// Where they live, for the facts that channels report.
    #[serde(default)]
    pub home: Home,
    /// Custom data.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// Confirmed places, the primary one first.
    #[serde(default)]
    pub clients: Vec<Reach>,
    /// Unconfirmed places.
    #[serde(default)]
    pub pending: Vec<Reach>,
    /// The conversation's name; absent for people who never wrote.
    pub talk: Option<String>,
    /// A name stored with their messages, from before the profile changed.
    pub wrote_as: Option<String>,
}

/// A person's profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    /// Given name.
    pub given_name: Option<String>,
    /// Surname.
    pub surname: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Whether payment details are stored.
    #[serde(default)]
    pub pays: bool,
}

/// Where a person lives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Home {
    /// For instance `fr_FR`.
    pub locale: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Hours from UTC.
    pub timezone: Option<Number>,
}

/// A place where a person can be reached.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Reach {
    /// The platform.
    pub on: String,
    /// How long ago they were seen there.
    pub seen: Option<Ago>,
    /// How long ago it was linked.
    pub linked: Option<Ago>,
    /// `active` by default.
    pub status: Option<String>,
    /// The name on the channel.
    pub name: Option<String>,
    /// The phone number, address or account; drawn from the seed when absent.
    pub address: Option<String>,
    /// Further curated facts.
    #[serde(default)]
    pub info: Map<String, Value>,
    /// Further raw facts.
    #[serde(default)]
    pub raw: Map<String, Value>,
}

/// Reads all people, the notable ones first.
pub(crate) fn parse_people() -> Result<Vec<Person>, serde_json::Error> {
    let mut people: Vec<Person> = serde_json::from_str(CAST)?;
    people.extend(serde_json::from_str::<Vec<Person>>(PEOPLE)?);
    Ok(people)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_span_needs_a_number_and_a_unit() {
        assert_eq!(Ago::try_from("2m".to_owned()), Ok(Ago(120_000)));
        assert_eq!(Ago::try_from("3d".to_owned()), Ok(Ago(259_200_000)));
        for wrong in ["", "2", "m", "2 m", "2y", "two d"] {
            assert!(Ago::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_two_people_share_a_handle() {
        let people = parse_people().unwrap();
        let handles: HashSet<_> = people.iter().map(|person| &person.handle).collect();
        assert_eq!(handles.len(), people.len());
    }
}
