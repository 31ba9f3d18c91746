//! The identity card: what is known about who this is, by which evidence, and what follows.

use super::facts::Facts;
use super::profile::{authentication_words, badges, origin, paragraph, shown_name};
use super::row::{Row, Tone, wrapped};
use crate::domain::facts::Source;
use crate::domain::{Authentication, Connection, Identity, Naming, Portion};
use crate::text::{SafeText, time};

/// The card for a user, wrapped for a width.
pub(crate) fn rows(facts: Facts<'_>, connection: &Connection, width: usize) -> Vec<Row> {
    let user = &facts.profile.user;
    let mut card = Card {
        rows: vec![badges(user), Row::default()],
        width,
    };
    card.identity(facts);
    card.name(facts);
    card.login(facts);
    card.access(facts);
    card.trust(facts);
    card.source(facts, connection);
    card.other_reports(facts);
    card.rows
}

/// That the API itself has not said what the identity follows from, and what it said instead.
fn unconfirmed(facts: Facts<'_>, report: Option<&str>) -> String {
    if report.is_none() {
        return String::new();
    }
    let profile = facts.profile;
    if profile.how == Source::Api {
        let when = time::long_date(profile.confirmed_at, facts.zone);
        return format!("The API's answer of {when} had none. ");
    }
    let again = facts.asks_the_api("; ");
    format!("The API itself has not confirmed that{again}. ")
}

struct Card {
    rows: Vec<Row>,
    width: usize,
}

impl Card {
    fn section(&mut self, title: &str, words: impl std::fmt::Display) {
        let title = SafeText::own(title);
        self.rows
            .extend(wrapped(Tone::Strong, &title, self.width, 0));
        let words = SafeText::own(words);
        self.rows
            .extend(wrapped(Tone::Plain, &words, self.width, 2));
        self.rows.push(Row::default());
    }

    fn identity(&mut self, facts: Facts<'_>) {
        let user = &facts.profile.user;
        let report = facts.user_id_report();
        let unconfirmed = unconfirmed(facts, report.as_deref());
        match &user.user_id {
            Some(id) => self.section(
                &match report {
                    Some(report) => format!("Identified, because {report} gives a userId"),
                    None => "Identified, because there is a userId".to_owned(),
                },
                format_args!(
                    "{unconfirmed}The business calls this user “{}”. A userId comes with an SDK login or \
                     when the business creates the user through the API. It cannot be set or changed \
                     afterwards, so this console does not offer to.",
                    SafeText::of(id.untrusted()).middle(60)
                ),
            ),
            None if user.identity().is_none() => self.section(
                "Not known whether anonymous or identified",
                format_args!(
                    "Only a part of this user is known here: no source has given a userId{}.",
                    facts.asks_the_api("; ")
                ),
            ),
            None => self.section(
                &match report {
                    Some(report) => format!("Anonymous, because {report} says there is no userId"),
                    None => "Anonymous, because there is no userId".to_owned(),
                },
                format_args!(
                    "{unconfirmed}Nothing else makes a user anonymous: they may still have a name, an \
                     e-mail and a long history. They become identified when they log in through the SDK.",
                ),
            ),
        }
    }

    fn name(&mut self, facts: Facts<'_>) {
        let profile = facts.profile;
        let is_whole = profile.user.portion == Portion::Whole;
        let title = match profile.user.naming() {
            Naming::Unnamed if !is_whole => {
                "Not known whether named: no source has given a givenName or a surname"
            }
            Naming::Named => "Named, because a givenName or a surname is set",
            Naming::Unnamed => "Unnamed, because neither givenName nor surname is set",
        };
        let Some(name) = shown_name(profile) else {
            return self.section(title, "No name is known here.");
        };
        let origin = origin(&profile.name, facts.settings);
        let caution = match profile.user.naming() {
            Naming::Named => {
                "Names are set by the business or by the channel, and often typed by the user."
            }
            Naming::Unnamed => "Messages carry whatever name the API chose when they came in.",
        };
        self.section(
            title,
            format_args!("Shown as “{name}”, {origin}. {caution}"),
        );
    }

    fn login(&mut self, facts: Facts<'_>) {
        let user = &facts.profile.user;
        let words = match user.authentication {
            Authentication::ApiCannotTell => {
                "This version of the API has no field for it. A userId alone does not prove a login: \
                 the business may have created the user through the API."
            }
            Authentication::LoggedIn => "The API says that this user has logged in.",
            Authentication::NotLoggedIn => {
                "The API says that this user has not logged in, whatever userId they have."
            }
        };
        let title = format!("Login: {}", authentication_words(user.authentication));
        self.section(&title, words);
    }

    fn access(&mut self, facts: Facts<'_>) {
        let words = match facts.profile.user.identity() {
            None => "That follows from whether they are identified, which is not known here.",
            Some(Identity::Identified) => {
                "The SDK in their app or browser reaches profile and history only with a JWT that the \
                 business signed, of scope appUser or higher. The session token from before the login \
                 no longer works."
            }
            Some(Identity::Anonymous) => {
                "The SDK on the device where they started reaches profile and history with a session \
                 token, which the SDK keeps to itself; it is of no use with this API. A JWT of scope \
                 appUser does not reach an anonymous user."
            }
        };
        self.section("How their app gets access", words);
    }

    fn trust(&mut self, facts: Facts<'_>) {
        let user = &facts.profile.user;
        let alone = match facts.user_id_report() {
            Some(report) if user.user_id.is_some() => {
                format!("The userId is known from {report} alone. ")
            }
            _ => String::new(),
        };
        let words = match user.identity() {
            Some(Identity::Identified) => {
                "As far as your own login: anyone who can log in as this userId can write as them from \
                 web, iOS and Android. On other channels it is the person who holds that phone or account now."
            }
            None => {
                "Not at all until more is known. Verify before you tell or change anything that \
                 belongs to an account."
            }
            Some(Identity::Anonymous) => {
                "Nobody has vouched for who this is. Name, e-mail and properties may come from the \
                 user. Verify before you tell or change anything that belongs to an account."
            }
        };
        self.section("How far to trust it", format_args!("{alone}{words}"));
        let channels = super::profile::latest_first(&user.clients);
        if let Some(client) = channels.first() {
            let seen = client.last_seen.map(|seen| time::ago(facts.now, seen));
            let seen = seen.map(|seen| format!(", {seen}")).unwrap_or_default();
            let words = format!("Last seen on {}{seen}.", SafeText::of(&client.platform.0));
            self.rows
                .extend(paragraph(Tone::Dim, format_args!("  {words}"), self.width));
        }
        for why in &user.degraded {
            let words = format!("  Not everything could be read: {}", SafeText::of(why));
            self.rows
                .extend(paragraph(Tone::Warning, words, self.width));
        }
        self.rows.push(Row::default());
    }

    fn source(&mut self, facts: Facts<'_>, connection: &Connection) {
        let from = match facts.profile.how {
            Source::Api => return self.key(connection),
            Source::File => "From a file that was imported",
            Source::Webhook => "From an event of a webhook that was imported",
        };
        let again = facts.asks_the_api("; ");
        let words = format_args!("{from}: the API itself has not confirmed it yet{again}.");
        self.section("How this console knows", words);
    }

    /// What rests on something else than the rest, and what other sources say instead.
    fn other_reports(&mut self, facts: Facts<'_>) {
        let sentences = facts.sentences();
        if sentences.is_empty() {
            return;
        }
        self.rows
            .push(Row::words(Tone::Strong, "What other reports say"));
        for sentence in sentences {
            self.rows
                .extend(wrapped(Tone::Plain, &sentence, self.width, 2));
        }
        self.rows.push(Row::default());
    }

    fn key(&mut self, connection: &Connection) {
        let key = SafeText::of(&connection.key_id);
        let version = connection.api.as_str();
        self.section(
            "How this console knows",
            format_args!(
                "Asked the API {version} with key {key}. App and account keys reach anonymous and \
                 identified users alike; looking marks nothing as read and tells the user nothing."
            ),
        );
    }
}
