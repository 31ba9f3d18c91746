//! What a fact rests on, in words: a short tag beside the fact, and a sentence on the card.
//!
//! In: the notes of a profile. Out: safe text. It decides no value; a fact without a note rests on
//! what the profile as a whole rests on, and gets no tag.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::words::scalar;
use crate::console::layout::facts::Facts;
use crate::domain::facts::Source;
use crate::domain::{Client, ClientId, FactName, FactNote, OtherReport, Scalar, Untrusted};
use crate::text::{SafeText, time};

/// The most cells of a value in a sentence.
const VALUE: usize = 120;

impl<'a> Facts<'a> {
    /// The note on a fact, if it rests on something else than the rest.
    fn note(self, about: &FactName) -> Option<&'a FactNote> {
        let mut notes = self.profile.notes.iter();
        notes.find(|note| note.about == *about)
    }

    /// The tag of a fact: `file, 3 May`, or that another source differs.
    pub(crate) fn tag(self, about: &FactName) -> Option<SafeText> {
        Some(self.tag_of(self.note(about)?))
    }

    /// The tag of a client.
    pub(super) fn client_tag(self, client: &Client) -> Option<SafeText> {
        self.tag(&FactName::Client(name_of(client).clone()))
    }

    /// The tag of a name that is made of the profile: that of its latest part.
    pub(crate) fn name_tag(self) -> Option<SafeText> {
        let parts = [FactName::GivenName, FactName::Surname];
        let notes = parts.iter().filter_map(|part| self.note(part));
        Some(self.tag_of(notes.max_by_key(|note| note.at)?))
    }

    /// The source in a word, and when: a file by its date, others by their age.
    fn tag_of(self, note: &FactNote) -> SafeText {
        if let Some(other) = note
            .other
            .as_ref()
            .filter(|_| self.rests_on_the_whole(note))
        {
            return SafeText::own(format_args!("{} differs", word(other.source)));
        }
        let when = match note.source {
            Source::File => time::short_date(note.at, self.now, self.zone),
            Source::Webhook | Source::Api => time::age(self.now, note.at),
        };
        let word = word(note.source);
        let old = if note.old_id.is_some() {
            ", old id"
        } else {
            ""
        };
        SafeText::own(format_args!("{word}, {when}{old}"))
    }

    /// Whether a fact rests on what the rest rests on, so that only what others say is news.
    fn rests_on_the_whole(self, note: &FactNote) -> bool {
        let whole = (self.profile.how, self.profile.confirmed_at.as_millisecond());
        (note.source, note.at.as_millisecond()) == whole && note.old_id.is_none()
    }

    /// What gave the `userId`, or said that there is none, where that was not the API itself.
    pub(crate) fn user_id_report(self) -> Option<String> {
        let (source, at) = match self.note(&FactName::UserId) {
            Some(note) => (note.source, note.at),
            None => (self.profile.how, self.profile.confirmed_at),
        };
        (source != Source::Api).then(|| report(source, &date(at, self.zone)))
    }

    /// A sentence for each report that facts rest on, and for each fact of which another source says
    /// something else.
    pub(crate) fn sentences(self) -> Vec<SafeText> {
        let notes = &self.profile.notes;
        let notes = notes.iter().filter(|note| note.about != FactName::UserId);
        let (disputed, others): (Vec<_>, Vec<_>) = notes.partition(|note| note.other.is_some());
        let mut groups: Vec<(SafeText, Vec<SafeText>)> = Vec::new();
        for note in others {
            let from = from(note, &date(note.at, self.zone));
            let name = self.fact_words(note);
            match groups.iter_mut().find(|(known, _)| *known == from) {
                Some((_, names)) => names.push(name),
                None => groups.push((from, vec![name])),
            }
        }
        let disputed = disputed.into_iter().filter_map(|note| {
            let other = note.other.as_ref()?;
            Some(self.dispute(note, other))
        });
        let groups = groups.into_iter();
        let groups = groups
            .map(|(from, names)| SafeText::own(format_args!("{}, {from}.", enumerated(&names))));
        disputed.chain(groups).collect()
    }

    /// `E-mail m@new.org, from a file of 3 May 2024; the API's answer of 2 May 2024 says m@old.org.`
    fn dispute(self, note: &FactNote, other: &OtherReport) -> SafeText {
        let when: fn(Timestamp, &TimeZone) -> String =
            if date(note.at, self.zone) == date(other.at, self.zone) {
                time::full
            } else {
                date
            };
        let value = self.value_of(&note.about);
        let value = value.map(|value| format!(" {}", value.ellipsis(VALUE)));
        SafeText::own(format_args!(
            "{}{}, {}; {} says {}.",
            self.fact_words(note),
            value.unwrap_or_default(),
            from(note, &when(note.at, self.zone)),
            report(other.source, &when(other.at, self.zone)),
            SafeText::of(&other.value).ellipsis(VALUE),
        ))
    }

    fn fact_words(self, note: &FactNote) -> SafeText {
        match &note.about {
            FactName::UserId => SafeText::own("userId"),
            FactName::GivenName => SafeText::own("givenName"),
            FactName::Surname => SafeText::own("surname"),
            FactName::Email => SafeText::own("e-mail"),
            FactName::SignedUpAt => SafeText::own("sign-up"),
            FactName::Property(name) | FactName::Other(name) => SafeText::of(name).ellipsis(40),
            FactName::Client(name) => {
                let user = &self.profile.user;
                let mut clients = user.clients.iter().chain(&user.pending_clients);
                let client = clients.find(|client| name_of(client) == name);
                let platform = client.map_or(name, |client| &client.platform.0);
                SafeText::own(format_args!("{} channel", SafeText::of(platform)))
            }
        }
    }

    /// The value that is shown of a fact that may be disputed.
    fn value_of(self, about: &FactName) -> Option<SafeText> {
        let user = &self.profile.user;
        match about {
            FactName::GivenName => user.given_name.as_ref().map(SafeText::of),
            FactName::Surname => user.surname.as_ref().map(SafeText::of),
            FactName::Email => user.email.as_ref().map(SafeText::of),
            FactName::SignedUpAt => user.signed_up_at.map(SafeText::own),
            FactName::Property(name) => {
                let mut properties = user.properties.0.iter();
                let value = properties.find(|(known, _)| known == name);
                value.map(|(_, value): &(Untrusted, Scalar)| scalar(value))
            }
            FactName::UserId | FactName::Client(_) | FactName::Other(_) => None,
        }
    }
}

const fn word(source: Source) -> &'static str {
    match source {
        Source::File => "file",
        Source::Webhook => "webhook",
        Source::Api => "API",
    }
}

/// A report in words: `a file of 3 May 2024`.
pub(crate) fn report(source: Source, when: &str) -> String {
    match source {
        Source::File => format!("a file of {when}"),
        Source::Webhook => format!("a webhook of {when}"),
        Source::Api => format!("the API's answer of {when}"),
    }
}

/// The report that a fact rests on.
fn from(note: &FactNote, when: &str) -> SafeText {
    let report = report(note.source, when);
    match &note.old_id {
        None => SafeText::own(format_args!("from {report}")),
        Some(old) => SafeText::own(format_args!(
            "from {report} about {}, which was merged into this user",
            SafeText::of(old.untrusted()).middle(32)
        )),
    }
}

/// By what a note names a client.
fn name_of(client: &Client) -> &Untrusted {
    let id = client.id.as_ref().map(ClientId::untrusted);
    let id = id.or(client.record_id.as_ref());
    id.unwrap_or(&client.platform.0)
}

fn date(at: Timestamp, zone: &TimeZone) -> String {
    time::long_date(at, zone)
}

/// `a`, `a and b`, `a, b and c`.
fn enumerated(names: &[SafeText]) -> SafeText {
    let last = names.len().saturating_sub(1);
    let each = names.iter().enumerate().map(|(place, name)| {
        let gap = match place {
            0 => "",
            place if place == last => " and ",
            _ => ", ",
        };
        SafeText::own(format_args!("{gap}{name}"))
    });
    SafeText::join(each)
}
