//! Invented users in any number, always the same: to measure with, not to show.
//!
//! The mix is that of a large support desk: 45 % identified (by e-mail, GUID, customer number or
//! an `auth0|…` id), 60 % named, 47 % with an e-mail, one line in eight not ASCII, common names
//! common, and `_id`s that share long beginnings because they begin with the time.

#![allow(
    dead_code,
    clippy::missing_panics_doc,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

use std::fmt::Write as _;

use smooch_console::domain::{Identity, Naming, Provenance};
use smooch_console::search::{Person, PersonChannel};

/// The moment at which all users were last confirmed, in seconds.
pub const NOW: i64 = 1_772_600_000;

const GIVEN: &[&str] = &[
    "Anna", "John", "Maria", "Michael", "James", "Sarah", "David", "Laura", "Thomas", "Emma",
    "Peter", "Julia", "Daniel", "Lisa", "Robert", "Sophie", "Paul", "Nina", "Mark", "Eva",
    "Andreas", "Clara", "Lucas", "Hannah", "Stefan", "Olivia", "Martin", "Chloe", "Kevin", "Mara",
    "Sandy", "Chad", "Brian", "Amelia", "Felix", "Grace", "Simon", "Isabel", "Victor", "Ruth",
    "Walter", "Zoe", "Oscar", "Ingrid", "Hugo", "Petra", "Jonas", "Alice", "Karl", "Monica",
];
const FAMILY: &[&str] = &[
    "Smith",
    "Schmidt",
    "Johnson",
    "Miller",
    "Brown",
    "Garcia",
    "Martin",
    "Keller",
    "Weber",
    "Jones",
    "Davis",
    "Fischer",
    "Wagner",
    "Becker",
    "Wilson",
    "Moore",
    "Taylor",
    "Klein",
    "Wolf",
    "Anderson",
    "Schneider",
    "Thompson",
    "White",
    "Harris",
    "Neumann",
    "Clark",
    "Lewis",
    "Walker",
    "Hall",
    "Young",
    "King",
    "Wright",
    "Hill",
    "Scott",
    "Green",
    "Adams",
    "Baker",
    "Nelson",
    "Carter",
    "Mitchell",
    "Mckee",
    "Quinn",
    "Papadopoulos",
    "Hoffmann",
    "Kowalski",
    "Novak",
    "Jensen",
    "Larsen",
    "Rossi",
    "Silva",
    "Pereira",
    "Costa",
    "Dubois",
    "Bernard",
    "Petit",
];
const OTHERS: &[(&str, &[&str], &[&str])] = &[
    (
        "accents",
        &[
            "Jörg",
            "Zoë",
            "José",
            "François",
            "Łukasz",
            "Renée",
            "Søren",
            "André",
        ],
        &[
            "Müller",
            "Núñez",
            "Žižek",
            "Strauß",
            "Lefèvre",
            "Gómez",
            "Håkansson",
            "Łuczak",
        ],
    ),
    (
        "Cyrillic",
        &["Иван", "Анна", "Мария", "Олег", "Светлана"],
        &["Петров", "Иванова", "Смирнов", "Кузнецова"],
    ),
    (
        "Greek",
        &["Νίκος", "Ελένη", "Γιώργος"],
        &["Παπαδόπουλος", "Νικολάου"],
    ),
    (
        "CJK",
        &["花", "太郎", "美咲", "伟", "敏", "민수"],
        &["佐藤", "鈴木", "高橋", "王", "李", "김"],
    ),
    ("Arabic", &["محمد", "فاطمة", "علي"], &["حسن", "الأحمد"]),
    ("Hebrew", &["דוד", "שרה"], &["כהן", "לוי"]),
    ("Thai", &["สมชาย", "มาลี"], &["ใจดี", "ทองคำ"]),
];
const HOSTS: &[&str] = &[
    "example.org",
    "example.com",
    "mail.example.net",
    "example.de",
];
const PLATFORMS: &[&str] = &[
    "web",
    "whatsapp",
    "ios",
    "android",
    "messenger",
    "viber",
    "line",
];

/// An invented user.
#[derive(Debug, Clone, Default)]
pub struct Invented {
    pub id: String,
    pub given: Option<&'static str>,
    pub family: Option<&'static str>,
    /// Distinguishes users of the same name.
    pub middle: Option<char>,
    pub email: Option<String>,
    pub user_id: Option<String>,
    pub platform: &'static str,
    pub phone: Option<String>,
    pub seen: i64,
}

impl Invented {
    /// The name, if there is one.
    pub fn name(&self) -> Option<String> {
        let middle = self.middle.map(|c| format!("{c}."));
        let parts = [self.given, middle.as_deref(), self.family];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Passes the user on as a directory needs one.
    pub fn as_person<T>(&self, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let name = self.name();
        let channel = PersonChannel {
            platform: Some(self.platform),
            display_name: None,
            external_id: self.phone.as_deref(),
            last_seen: jiff::Timestamp::from_second(self.seen).ok(),
        };
        let (naming, provenance) = match name {
            Some(_) => (Naming::Named, Provenance::Profile),
            None => (Naming::Unnamed, Provenance::Fallback),
        };
        take(&Person {
            id: &self.id,
            user_id: self.user_id.as_deref(),
            identity: Some(match self.user_id {
                Some(_) => Identity::Identified,
                None => Identity::Anonymous,
            }),
            name: name.as_deref().unwrap_or("Anonymous"),
            provenance,
            naming,
            email: self.email.as_deref(),
            channels: &[channel],
            properties: &[],
            confirmed_at: jiff::Timestamp::from_second(NOW).ok(),
        })
    }

    /// A line of plain text for other tools to search.
    pub fn line(&self) -> String {
        let mut line = self.name().unwrap_or_default();
        for part in [&self.email, &self.user_id, &self.phone]
            .into_iter()
            .flatten()
        {
            let _ = write!(line, " {part}");
        }
        format!("{} {}", line.trim_start(), self.id)
    }

    /// The user as the v1.1 API writes one, on one line.
    pub fn json(&self) -> String {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let mut fields = vec![format!("\"_id\":{}", text(&self.id))];
        let family = match (self.middle, self.family) {
            (Some(middle), Some(family)) => Some(format!("{middle}. {family}")),
            (_, family) => family.map(str::to_owned),
        };
        let optional = [
            ("userId", self.user_id.as_deref()),
            ("givenName", self.given),
            ("surname", family.as_deref()),
            ("email", self.email.as_deref()),
        ];
        for (key, value) in optional {
            fields.extend(value.map(|value| format!("\"{key}\":{}", text(value))));
        }
        let seen = jiff::Timestamp::from_second(self.seen).unwrap_or_default();
        let external = self.phone.as_deref();
        let external =
            external.map_or_else(String::new, |id| format!(",\"externalId\":{}", text(id)));
        fields.push(format!(
            "\"conversationStarted\":true,\"clients\":[{{\"id\":\"c{}\",\"platform\":\"{}\",\"status\":\"active\",\"lastSeen\":\"{seen}\"{external}}}],\"pendingClients\":[],\"properties\":{{}}",
            &self.id[..8], self.platform
        ));
        format!("{{\"appUser\":{{{}}}}}", fields.join(","))
    }
}

/// Invents users, always the same ones.
pub struct People {
    chance: u64,
    left: usize,
    number: u64,
}

impl People {
    /// The first `count` users.
    pub fn new(count: usize) -> Self {
        Self {
            chance: 0x5EED,
            left: count,
            number: 0,
        }
    }

    fn next_u64(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next_u64() % bound as u64) as usize
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// An item of a list; the first ones are far more likely.
    fn common(&mut self, list: &'static [&'static str]) -> &'static str {
        let at = (list.len() as f64 + 1.0).powf(self.next_u64() as f64 / u64::MAX as f64) - 1.0;
        list[(at as usize).min(list.len() - 1)]
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = format!("{:016x}{:016x}", self.next_u64(), self.next_u64());
        text.truncate(digits);
        text
    }

    fn user_id(&mut self, email: &str) -> String {
        match self.below(10) {
            0..=3 => email.to_owned(),
            4..=6 => {
                let hex = self.hex(32);
                format!(
                    "{}-{}-{}-{}-{}",
                    &hex[..8],
                    &hex[8..12],
                    &hex[12..16],
                    &hex[16..20],
                    &hex[20..]
                )
            }
            7 | 8 => format!("KD{}", 100_000 + self.below(2_000_000)),
            _ => format!("auth0|{}", self.hex(24)),
        }
    }
}

impl Iterator for People {
    type Item = Invented;

    fn next(&mut self) -> Option<Invented> {
        self.left = self.left.checked_sub(1)?;
        self.number += 1;
        // An id holds the second in which it was made, then machine and process, then a count.
        let second = 0x5C00_0000_u64 + self.number * 180;
        let machine = ["a7f31c0058", "0c44d10061", "91be2a0017"][self.below(3)];
        let id = format!("{second:08x}{machine}{:06x}", self.next_u64() & 0xFF_FFFF);
        let named = self.percent(60);
        let foreign = self.percent(20);
        let (given, family) = if foreign {
            let (_, given, family) = OTHERS[if self.percent(50) {
                0
            } else {
                self.below(OTHERS.len())
            }];
            (self.common(given), self.common(family))
        } else {
            (self.common(GIVEN), self.common(FAMILY))
        };
        let number = self.below(100_000);
        let host = HOSTS[self.below(HOSTS.len())];
        let ascii = |text: &str| {
            smooch_console::text::fold(text).replace(|c: char| !c.is_ascii_alphanumeric(), "")
        };
        let (first, last) = (ascii(given), ascii(family));
        let local = if first.is_empty() || last.is_empty() {
            "user".to_owned()
        } else {
            format!("{first}.{last}")
        };
        let address = format!("{local}{number}@{host}");
        let (has_given, has_family) = (named && self.percent(95), named && self.percent(85));
        let identified = self.percent(45);
        Some(Invented {
            given: (has_given || (named && !has_family)).then_some(given),
            family: has_family.then_some(family),
            middle: (has_given && self.percent(40))
                .then(|| char::from(b'A' + self.below(26) as u8)),
            email: self.percent(47).then(|| address.clone()),
            user_id: identified.then(|| self.user_id(&address)),
            platform: PLATFORMS[self.below(PLATFORMS.len())],
            phone: self
                .percent(12)
                .then(|| format!("+49 15{} {:07}", self.below(10), self.below(10_000_000))),
            seen: NOW - i64::try_from(self.below(400 * 24 * 60 * 60)).unwrap_or(0),
            id,
        })
    }
}
