//! The crowd: any number of additional people, each computed from a number alone.
//!
//! In: a seed, a count and a number. Out: the same person for the same seed and number, however
//! many others there are. Nobody is stored: an id contains the number of its owner, who is then
//! computed and compared. So finding one of a million costs as much as finding one of ten. The mix
//! of ids, names, e-mails and scripts is that of a large shop.

use serde::Deserialize;
use serde_json::{Map, Number, json};

use super::chance::Chance;
use super::people::{Ago, Home, Person, Profile, Reach};

const NAMES: &str = include_str!("../../assets/sandbox/names.json");

/// Most people in a crowd: the range of the counter in their ids.
pub const MOST: u64 = 1 << 24;

/// When the first person got their id, in unix seconds; each next one came three seconds later.
const FIRST_ID_AT: u64 = 0x6400_0000;

const DAY: i64 = 86_400_000;

/// Names from one part of the world.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    /// How many of a thousand people have these names.
    share: i64,
    locale: String,
    cities: Vec<String>,
    given: Vec<String>,
    surnames: Vec<String>,
}

/// The kind of a person's `userId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdKind {
    None,
    Email,
    Guid,
    Customer,
    Login,
}

/// People by number.
#[derive(Debug)]
pub(crate) struct Crowd {
    seed: u64,
    len: u64,
    names: Vec<Names>,
    /// The part common to all ids.
    shared: String,
    /// The first value of the ids' counter.
    first: u64,
}

impl Crowd {
    /// A crowd of `len` people.
    pub(crate) fn new(seed: u64, len: u64) -> Result<Self, serde_json::Error> {
        let mut chance = Chance::about(seed, "crowd");
        Ok(Self {
            seed,
            len: len.min(MOST),
            names: serde_json::from_str(NAMES)?,
            shared: chance.hex(10),
            first: chance.draw() % MOST,
        })
    }

    /// How many people there are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The draws about one subject for one person.
    pub(crate) fn chance(&self, about: &str, number: u64) -> Chance {
        Chance::about(self.seed, &format!("crowd {number} {about}"))
    }

    /// The `_id`: time, a shared part, a counter.
    pub(crate) fn id(&self, number: u64) -> String {
        let (secs, counter) = (FIRST_ID_AT + number * 3, (self.first + number) % MOST);
        format!("{secs:08x}{}{counter:06x}", self.shared)
    }

    /// The number of the person with that `_id`.
    pub(crate) fn number_of_id(&self, id: &str) -> Option<u64> {
        let counter = u64::from_str_radix(id.get(18..24)?, 16).ok()?;
        let number = (counter + MOST).checked_sub(self.first)? % MOST;
        (number < self.len && self.id(number) == id).then_some(number)
    }

    /// The number of the person with that `userId`.
    pub(crate) fn number_of_user_id(&self, user_id: &str) -> Option<u64> {
        let number = number_in(user_id)?;
        let is_theirs = || self.person(number).user_id.as_deref() == Some(user_id);
        (number < self.len && is_theirs()).then_some(number)
    }

    /// The person of that number.
    pub(crate) fn person(&self, number: u64) -> Person {
        let mut chance = self.chance("who", number);
        let kind = draw_id_kind(&mut chance);
        let is_named = chance.between(1, 100) <= 60;
        let Some(names) = self.draw_names(&mut chance) else {
            return Person::default();
        };
        let given = draw_zipf(&names.given, &mut chance);
        let surname = draw_zipf(&names.surnames, &mut chance);
        let address = format!("{}.{number}@example.org", mail_words(given, surname));
        // People who sign in with an e-mail have one; enough of the others do to make 47 of 100.
        let has_email = kind == IdKind::Email || chance.between(1, 100) <= 35;
        // Some people gave only one name.
        let which = if is_named { chance.between(0, 9) } else { -1 };
        let home = Home {
            locale: Some(names.locale.clone()),
            city: chance.pick(&names.cities).cloned(),
            timezone: Some(Number::from(chance.between(-8, 9))),
        };
        let signed_up = Ago(chance.between(30, 2_500) * DAY);
        let clients = draw_clients(&mut chance, (which >= 0).then_some(given), signed_up);
        Person {
            handle: format!("crowd-{number}"),
            id: Some(self.id(number)),
            user_id: user_id(kind, number, &address, &mut chance),
            profile: Profile {
                given_name: (which >= 0 && which != 9).then(|| given.clone()),
                surname: (which >= 1).then(|| surname.clone()),
                email: has_email.then_some(address),
                avatar_url: None,
                pays: chance.between(0, 3) == 0,
            },
            signed_up,
            home,
            properties: draw_properties(&mut chance),
            clients,
            ..Person::default()
        }
    }

    fn draw_names(&self, chance: &mut Chance) -> Option<&Names> {
        let mut place = chance.between(0, 999);
        let found = self.names.iter().find(|names| {
            place -= names.share;
            place < 0
        });
        found.or_else(|| self.names.first())
    }
}

/// 45 of 100 are identified: 40 % of them by e-mail, 30 % GUID, 20 % customer number, 10 % login.
fn draw_id_kind(chance: &mut Chance) -> IdKind {
    match chance.between(0, 999) {
        0..180 => IdKind::Email,
        180..315 => IdKind::Guid,
        315..405 => IdKind::Customer,
        405..450 => IdKind::Login,
        _ => IdKind::None,
    }
}

/// Every kind contains the number, so that [`number_in`] can find it.
fn user_id(kind: IdKind, number: u64, address: &str, chance: &mut Chance) -> Option<String> {
    match kind {
        IdKind::None => None,
        IdKind::Email => Some(address.to_owned()),
        IdKind::Guid => {
            let uuid = chance.uuid();
            Some(format!("{}{number:08x}", uuid.get(..28)?))
        }
        IdKind::Customer => Some(format!("kd{}", 1_800_000 + number)),
        IdKind::Login => Some(format!("auth0|{}{number:08x}", chance.hex(16))),
    }
}

/// The number in a `userId`, if it is one of the crowd's.
fn number_in(user_id: &str) -> Option<u64> {
    if let Some(name) = user_id.strip_suffix("@example.org") {
        return name.rsplit_once('.')?.1.parse().ok();
    }
    if let Some(number) = user_id.strip_prefix("kd") {
        return number.parse::<u64>().ok()?.checked_sub(1_800_000);
    }
    let last = user_id.len().checked_sub(8)?;
    u64::from_str_radix(user_id.get(last..)?, 16).ok()
}

/// Draws one of `names`; the n-th has the weight 1/n.
fn draw_zipf<'a>(names: &'a [String], chance: &mut Chance) -> &'a String {
    static NOBODY: String = String::new();
    let weight = |at: usize| 1_000_000 / (i64::try_from(at).unwrap_or(i64::MAX - 1) + 1);
    let total: i64 = (0..names.len()).map(weight).sum();
    let mut place = chance.between(0, total - 1);
    let found = names.iter().enumerate().find(|(at, _)| {
        place -= weight(*at);
        place < 0
    });
    found.map_or(&NOBODY, |(_, name)| name)
}

/// The part of an address before the number, in ASCII as mail boxes need it.
fn mail_words(given: &str, surname: &str) -> String {
    let word = |name: &str| {
        let plain = name.is_ascii() && !name.is_empty();
        if plain {
            name.to_lowercase()
        } else {
            "customer".to_owned()
        }
    };
    format!("{}.{}", word(given), word(surname))
}

fn draw_clients(chance: &mut Chance, name: Option<&String>, signed_up: Ago) -> Vec<Reach> {
    let first: &[&str] = &[
        "web",
        "web",
        "web",
        "web",
        "ios",
        "ios",
        "android",
        "android",
        "whatsapp",
        "messenger",
        "line",
        "telegram",
    ];
    let mut clients = Vec::new();
    let mut taken = Vec::new();
    let mut seen = chance.between(1, 60 * 24 * 60) * 60_000;
    for _ in 0..=chance.between(0, 3).min(2) {
        let Some(platform) = chance.pick(first).filter(|one| !taken.contains(one)) else {
            continue;
        };
        taken.push(platform);
        let shows_name = matches!(*platform, "whatsapp" | "messenger" | "line" | "telegram");
        clients.push(Reach {
            on: (*platform).to_owned(),
            seen: Some(Ago(seen.min(signed_up.0 / 2))),
            linked: (!clients.is_empty()).then_some(Ago(signed_up.0 * 3 / 4)),
            name: name.filter(|_| shows_name).cloned(),
            // Numbers that are reserved for fiction.
            address: (*platform == "whatsapp")
                .then(|| format!("+1555010{:04}", chance.between(0, 9_999))),
            ..Reach::default()
        });
        seen += chance.between(1, 90) * DAY;
    }
    clients
}

fn draw_properties(chance: &mut Chance) -> Map<String, serde_json::Value> {
    let mut properties = Map::new();
    if chance.between(0, 2) > 0 {
        let plan = chance.pick(&["free", "free", "pro", "trade"]).copied();
        properties.insert("plan".to_owned(), json!(plan.unwrap_or("free")));
        properties.insert("orders".to_owned(), json!(chance.between(0, 40)));
    }
    properties
}
