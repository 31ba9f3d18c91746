//! Raw JSON in a card: of a message, or of a user as the reports about them came; and searching in it.

pub(super) mod find;

use jiff::tz::TimeZone;

use crate::console::effect::Effect;
use crate::console::geometry::Pane;
use crate::console::layout::profile::reports::report;
use crate::console::state::overlay::{Find, RawPart};
use crate::console::state::{Overlay, Profile, State};
use crate::domain::facts::Source;
use crate::domain::{RawJson, ReportedPart, Standing, Untrusted, WholeReport};
use crate::text::{SafeText, json, time};

/// Opens the JSON of the message under the cursor, or of the user.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let message = state.thread().and_then(|thread| thread.selected_message());
    let message = message.filter(|_| state.focus == Pane::Messages);
    let overlay = match (message, state.profile.shown()) {
        (Some(message), _) => Overlay::Raw {
            title: "Message, raw JSON",
            parts: vec![part(None, &message.json)],
            json: message.json.clone(),
            copied: "the message's JSON",
            find: Find::default(),
            scroll: 0,
        },
        (None, Some(profile)) => of_user(profile, &state.clock.zone),
        (None, None) => {
            state.say("nothing is shown yet");
            return Vec::new();
        }
    };
    state.overlay = Some(overlay);
    Vec::new()
}

/// The newest report of the whole user as it came, and below it what each other report adds.
fn of_user(profile: &Profile, zone: &TimeZone) -> Overlay {
    let whole = match &profile.whole {
        WholeReport::InTheUser => Some(&profile.user.json),
        WholeReport::Apart(json) => Some(json),
        WholeReport::Missing => None,
    };
    let first = match whole {
        Some(json) => part(Some(came_words(profile, zone)), json),
        None if profile.beside.is_empty() => {
            let words = "what is kept of this user: no source has reported all of it";
            part(Some(words.to_owned()), &profile.user.json)
        }
        None => RawPart {
            heading: Some(SafeText::own("no source has reported the whole user")),
            lines: Vec::new(),
        },
    };
    let beside = profile.beside.iter();
    let beside = beside.map(|beside| {
        let heading = beside_words(beside, zone);
        RawPart {
            heading: Some(heading),
            lines: lines(&beside.json),
        }
    });
    Overlay::Raw {
        title: "User, raw JSON",
        parts: std::iter::once(first).chain(beside).collect(),
        json: whole.unwrap_or(&profile.user.json).clone(),
        copied: match (whole, profile.how) {
            (None, _) => "what is known, joined as one JSON",
            (Some(_), Source::Api) => "the API's answer",
            (Some(_), Source::File) => "the line of the file",
            (Some(_), Source::Webhook) => "the webhook's user",
        },
        find: Find::default(),
        scroll: 0,
    }
}

fn came_words(profile: &Profile, zone: &TimeZone) -> String {
    let when = time::full(profile.confirmed_at, zone);
    match profile.how {
        Source::Api => format!("as the API answered on {when}"),
        Source::File => format!("as a file of {when} has it"),
        Source::Webhook => format!("as a webhook of {when} has it"),
    }
}

fn beside_words(beside: &ReportedPart, zone: &TimeZone) -> SafeText {
    let from = report(beside.source, &time::full(beside.at, zone));
    let standing = match beside.standing {
        Standing::Counts => "",
        Standing::OtherUserId => ", which does not count: it gives another userId than the API",
        Standing::Joined => ", with what an earlier version of this console had joined to it",
    };
    let old = match &beside.old_id {
        Some(old) => SafeText::own(format_args!(
            ", about {}, which was merged into this user",
            SafeText::of(old.untrusted()).middle(32)
        )),
        None => SafeText::default(),
    };
    SafeText::own(format_args!("from {from}{old}{standing}"))
}

fn part(heading: Option<String>, json: &RawJson) -> RawPart {
    RawPart {
        heading: heading.map(SafeText::own),
        lines: lines(json),
    }
}

fn lines(json: &RawJson) -> Vec<SafeText> {
    #[expect(
        clippy::disallowed_methods,
        reason = "indented and escaped, then made safe by line"
    )]
    let pretty = json::escape(&json::pretty(json.expose()));
    pretty
        .lines()
        .map(|line| SafeText::of(&Untrusted::from(line)))
        .collect()
}
