//! Clients as each platform shapes them: ids, accounts, curated and raw facts.
//!
//! In: a person and a place where they can be reached. Out: the `client` object of the API
//! document, section 4. The facts that a channel reports are invented here from the person's data.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::people::{Person, Reach};
use super::users::{Client, Install, Standing};

const DEVICES: &str = include_str!("../../assets/sandbox/devices.json");

/// Browsers, pages and phones that clients report.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Devices {
    browsers: Vec<String>,
    pages: Vec<(String, String)>,
    iphones: Vec<(String, String)>,
    androids: Vec<(String, String)>,
    carriers: Vec<String>,
    app_versions: Vec<String>,
}

impl Devices {
    /// Reads the devices that this package ships.
    pub(crate) fn parse() -> Result<Self, serde_json::Error> {
        serde_json::from_str(DEVICES)
    }
}

/// Whether the place is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Confirmed, and where messages go by default.
    Primary,
    /// Confirmed.
    Confirmed,
    /// Not confirmed.
    Pending,
}

/// Makes the clients of one person.
#[derive(Debug)]
pub(crate) struct ClientMaker<'a> {
    /// The sandbox's seed.
    pub seed: u64,
    /// The sandbox's time, in unix milliseconds.
    pub now: i64,
    /// What clients report.
    pub devices: &'a Devices,
}

impl ClientMaker<'_> {
    /// Makes the client of `person` at `reach`.
    pub(crate) fn make(&self, person: &Person, reach: &Reach, link: Link) -> Client {
        let about = format!("client {} {}", person.handle, reach.on);
        let mut chance = Chance::about(self.seed, &about);
        let id = client_id(&reach.on, &mut chance);
        let account = reach
            .address
            .clone()
            .or_else(|| account(&reach.on, &mut chance));
        // The asset rounds the span. Real times are not round, and are in the past.
        let mut past = |span: i64| self.now - span - chance.between(0, 59_999).min(span / 10);
        let last_seen = reach.seen.map(|ago| past(ago.0));
        let linked_at = reach.linked.map(|ago| past(ago.0));
        let standing = match link {
            Link::Pending => Standing {
                active: None,
                status: "pending".to_owned(),
                primary: None,
                last_seen: None,
                linked_at: None,
            },
            Link::Primary | Link::Confirmed => {
                let status = reach.status.clone().unwrap_or_else(|| "active".to_owned());
                Standing {
                    active: Some(status == "active"),
                    status,
                    primary: Some(link == Link::Primary),
                    last_seen,
                    linked_at,
                }
            }
        };
        let confirmed = link != Link::Pending;
        let sdk = is_sdk(&reach.on);
        let info = self.info(person, reach, account.as_deref(), &mut chance);
        let raw = if sdk {
            info.clone()
        } else {
            raw(person, reach, account.as_deref())
        };
        Client {
            record_id: confirmed.then(|| chance.hex(24)),
            device_id: is_phone(&reach.on).then(|| id.clone()),
            id,
            platform: reach.on.clone(),
            integration_id: integration_id(self.seed, &reach.on),
            standing,
            external_id: account.filter(|_| !sdk && confirmed),
            display_name: reach.name.clone(),
            avatar_url: info
                .get("avatarUrl")
                .and_then(Value::as_str)
                .map(str::to_owned),
            install: (is_phone(&reach.on) && confirmed).then(|| self.install(&mut chance)),
            info: confirmed.then_some(info),
            raw: confirmed.then_some(raw),
        }
    }

    fn install(&self, chance: &mut Chance) -> Install {
        let version = chance.pick(&self.devices.app_versions).cloned();
        Install {
            app_version: version.unwrap_or_default(),
            push_notification_token: (chance.between(0, 2) > 0).then(|| chance.hex(64)),
        }
    }

    fn info(
        &self,
        person: &Person,
        reach: &Reach,
        account: Option<&str>,
        chance: &mut Chance,
    ) -> Map<String, Value> {
        let home = &person.home;
        let facts = match reach.on.as_str() {
            "web" => self.browser(person, chance),
            "ios" | "apn" => self.phone(&self.devices.iphones, "iOS", chance),
            "android" | "fcm" | "unity" => self.phone(&self.devices.androids, "Android", chance),
            "messenger" => json!({ "locale": home.locale, "timezone": home.timezone }),
            "twilio" | "messagebird" => json!({ "phoneNumber": account, "city": home.city }),
            "whatsapp" | "googlercs" => json!({ "phoneNumber": account }),
            _ => json!({}),
        };
        united(facts, &reach.info)
    }

    fn browser(&self, person: &Person, chance: &mut Chance) -> Value {
        let (title, url) = chance
            .pick(&self.devices.pages)
            .cloned()
            .unwrap_or_default();
        let language = person.home.locale.as_deref().unwrap_or("en_GB");
        json!({
            "currentTitle": title,
            "currentUrl": url,
            "browserLanguage": language.replace('_', "-"),
            "referrer": "",
            "userAgent": chance.pick(&self.devices.browsers),
            "URL": "shop.example.com",
            "sdkVersion": "5.6.0",
            "vendor": "smooch",
        })
    }

    fn phone(&self, models: &[(String, String)], os: &str, chance: &mut Chance) -> Value {
        let (model, version) = chance.pick(models).cloned().unwrap_or_default();
        json!({
            "appName": "Lantern & Loom",
            "devicePlatform": model,
            "os": os,
            "osVersion": version,
            "carrier": chance.pick(&self.devices.carriers),
            "radioAccessTechnology": chance.pick(&["LTE", "NR", "HSDPA"]),
            "wifi": chance.pick(&["true", "false"]),
        })
    }
}

/// The id of the app's integration for a platform.
pub(crate) fn integration_id(seed: u64, platform: &str) -> String {
    Chance::about(seed, &format!("integration {platform}")).hex(24)
}

fn is_phone(platform: &str) -> bool {
    matches!(platform, "ios" | "android" | "unity" | "apn" | "fcm")
}

/// Whether a platform is an install of the SDK, not an account on a channel.
pub(crate) fn is_sdk(platform: &str) -> bool {
    platform == "web" || is_phone(platform)
}

fn client_id(platform: &str, chance: &mut Chance) -> String {
    match platform {
        "web" => chance.hex(32),
        "ios" | "apn" => chance.uuid().to_uppercase(),
        "line" | "viber" | "mailgun" => chance.hex(24),
        _ => chance.uuid(),
    }
}

fn account(platform: &str, chance: &mut Chance) -> Option<String> {
    Some(match platform {
        "messenger" => chance.digits(16),
        "instagram" => chance.digits(17),
        "twitter" => chance.digits(18),
        "telegram" => chance.digits(9),
        "line" => format!("U{}", chance.hex(32)),
        "viber" => format!("{}==", chance.base62(22)),
        "wechat" => format!("o{}", chance.base62(27)),
        "kakao" => chance.base62(14),
        "apple" => format!("urn:mbid:{}", chance.base62(32)),
        "slackconnect" => format!("U0{}", chance.hex(9).to_uppercase()),
        "gbm" => chance.uuid(),
        "custom" | "other" => format!("ext-{}", chance.digits(6)),
        _ => return None,
    })
}

fn raw(person: &Person, reach: &Reach, account: Option<&str>) -> Map<String, Value> {
    let home = &person.home;
    let first = person.profile.given_name.as_deref();
    let last = person.profile.surname.as_deref();
    let name = reach.name.as_deref();
    let language = home.locale.as_deref().and_then(|locale| locale.get(..2));
    let country = home.locale.as_deref().and_then(|locale| locale.get(3..));
    let facts = match reach.on.as_str() {
        "messenger" => json!({ "first_name": first, "last_name": last, "locale": home.locale,
            "timezone": home.timezone }),
        "line" => json!({ "userId": account, "displayName": name, "language": language }),
        "viber" => json!({ "id": account, "name": name, "country": country,
            "language": language }),
        "wechat" => json!({ "openid": account, "nickname": name, "sex": 0, "city": home.city,
            "language": home.locale, "subscribe": 1 }),
        "twilio" => json!({ "From": account, "FromCity": home.city, "FromCountry": country }),
        "telegram" => json!({ "id": account.and_then(|id| id.parse::<u64>().ok()),
            "is_bot": false, "first_name": first, "last_name": last,
            "language_code": language }),
        "messagebird" => json!({ "phoneNumber": account }),
        "mailgun" => json!({ "from": account, "Reply-To": account }),
        "whatsapp" => json!({ "from": account.map(|number| number.trim_start_matches('+')),
            "profile": { "name": name } }),
        "twitter" | "instagram" | "kakao" => json!({ "id": account, "name": name }),
        _ => json!({}),
    };
    united(facts, &reach.raw)
}

/// Joins both without unknown values: an absent value is an absent key.
fn united(facts: Value, further: &Map<String, Value>) -> Map<String, Value> {
    let Value::Object(mut facts) = facts else {
        return further.clone();
    };
    facts.extend(further.clone());
    facts.retain(|_, value| !value.is_null());
    for value in facts.values_mut() {
        if let Value::Object(inner) = value {
            inner.retain(|_, value| !value.is_null());
        }
    }
    facts
}
