//! Problems in words, with the next step and the key that tries again.

use super::row::{Row, Tone, wrapped};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::state::{Link, State};
use crate::domain::Fate;
use crate::domain::{Problem, Refused, UsageFault};
use crate::text::SafeText;

/// A problem with data that can be asked for again.
pub(crate) fn rows(problem: &Problem, state: &State, width: usize) -> Vec<Row> {
    let mut rows = explained(problem, state, width);
    if let Some(key) = retry_key(problem, state) {
        rows.push(Row::words(Tone::Strong, key).and(Tone::Dim, " tries again"));
    }
    rows
}

/// The key that tries again; `None` where that would change nothing.
fn retry_key(problem: &Problem, state: &State) -> Option<String> {
    // Such an id was never sent, and never will be.
    if matches!(problem, Problem::Usage(UsageFault::ImpossibleId { .. })) {
        return None;
    }
    state.keys.map.label(Mode::Normal, Action::Refresh)
}

/// The rows above the profile: why it is missing or old, or why the API cannot be asked at all.
pub(crate) fn above_profile(state: &State, width: usize) -> Vec<Row> {
    let known = state.profile.shown().is_some();
    if let (false, Some(fate)) = (known, &state.profile.fate) {
        return gone(fate, state, width);
    }
    match (state.profile.remote.problem(), &state.api.link) {
        // What is known is worth more room than why it could not be confirmed.
        (Some(problem), _) if known && problem.is_offline() => vec![offline(state, width)],
        (Some(problem), _) if known => banner(problem, state, width),
        (Some(problem), _) => rows(problem, state, width),
        (None, Link::Lost(_)) => vec![offline(state, width)],
        (None, Link::Down(_)) if known => vec![offline(state, width)],
        // No key makes a new connection.
        (None, Link::Down(problem)) => explained(problem, state, width),
        (None, Link::Connecting | Link::Up) => Vec::new(),
    }
}

/// The same in the profile pane: nothing where the strip above it has room for all of them.
pub(crate) fn in_profile(state: &State, width: usize) -> Vec<Row> {
    let strip = state.screen().strip;
    let beside_user = usize::from(state.profile.shown().is_some());
    let in_strip = above_profile(state, usize::from(strip.width.saturating_sub(2))).len();
    if in_strip + beside_user <= usize::from(strip.height) {
        return Vec::new();
    }
    above_profile(state, width)
}

/// What became of an id, as far as this machine knows, and why the API did not say more.
fn gone(fate: &Fate, state: &State, width: usize) -> Vec<Row> {
    let subject = state.profile.subject.as_ref();
    let id = subject.map(|subject| SafeText::of(subject.lookup.untrusted()).middle(32));
    let id = id.unwrap_or_default();
    let words = match fate {
        Fate::Merged { into } => {
            let into = SafeText::of(into.untrusted()).middle(32);
            format!("{id} was merged into {into}, a user who is not known here")
        }
        Fate::Deleted { at } => {
            let day = at.strftime("%Y-%m-%d");
            format!("{id} was deleted, as a webhook reported on {day}")
        }
        Fate::Unknown => return Vec::new(),
    };
    let mut rows = wrapped(Tone::Problem, &SafeText::own(words), width, 0);
    match (state.profile.remote.problem(), &state.api.link) {
        (Some(Problem::Refused(Refused::UserNotFound { .. })), _) => {
            let ids = match fate {
                Fate::Merged { .. } => "either id",
                Fate::Deleted { .. } | Fate::Unknown => "this id",
            };
            let words = SafeText::own(format_args!("The API knows nobody by {ids} any more."));
            rows.extend(wrapped(Tone::Plain, &words, width, 0));
        }
        (Some(problem), _) if !problem.is_offline() => rows.extend(banner(problem, state, width)),
        (Some(_), _) | (None, Link::Lost(_) | Link::Down(_)) => rows.push(offline(state, width)),
        (None, Link::Connecting | Link::Up) => {}
    }
    rows
}

/// That the API cannot be reached, in the longest words that fit; the last line says why.
fn offline(state: &State, width: usize) -> Row {
    let (head, again) = match &state.api.link {
        // No key makes a new connection.
        Link::Down(problem) if !problem.is_offline() => ("NOT CONNECTED", None),
        Link::Down(_) => ("OFFLINE", None),
        Link::Connecting | Link::Up | Link::Lost(_) => {
            let key = state.keys.map.label(Mode::Normal, Action::Refresh);
            ("OFFLINE", key)
        }
    };
    let (shorter, age) = match state.copy_age() {
        Some(age) => ("known here", format!(", {age}")),
        None => ("only what is known here", String::new()),
    };
    let again = again.map(|key| format!(" · {key} tries again"));
    let again = SafeText::own(again.unwrap_or_default());
    let room = width.saturating_sub(again.width());
    let words = [
        format!("{head}: showing what is known here{age}"),
        format!("{head}: {shorter}{age}"),
        format!("{head}{age}"),
    ];
    let words = words.map(SafeText::own);
    let fits = words.iter().find(|words| words.width() <= room);
    let words = fits.unwrap_or(&words[2]).ellipsis(room);
    Row::of(Tone::Problem, words).with(Tone::Dim, again)
}

/// A problem beside what was known before: in one row if it fits, else in two, so that it is not cut
/// before it says what failed.
fn banner(problem: &Problem, state: &State, width: usize) -> Vec<Row> {
    let words = SafeText::of(&problem.words(&state.api.connection));
    let again = retry_key(problem, state).map(|key| format!("  {key} tries again"));
    let again = SafeText::own(again.unwrap_or_default());
    let room = width.saturating_sub(again.width());
    if words.width() <= room {
        return vec![Row::of(Tone::Problem, words).with(Tone::Dim, again)];
    }
    let mut lines = words.wrap(width).into_iter();
    let first = lines.next().unwrap_or_default();
    let rest: Vec<SafeText> = lines
        .flat_map(|line| [SafeText::own(" "), line])
        .skip(1)
        .collect();
    let second = SafeText::join(rest).ellipsis(room);
    vec![
        Row::of(Tone::Problem, first),
        Row::of(Tone::Problem, second).with(Tone::Dim, again),
    ]
}

fn explained(problem: &Problem, state: &State, width: usize) -> Vec<Row> {
    let words = SafeText::of(&problem.words(&state.api.connection));
    let next = SafeText::of(&problem.next_step(&state.api.connection));
    let next = SafeText::own(format_args!("→ {next}"));
    let mut rows = wrapped(Tone::Problem, &words, width, 0);
    rows.extend(wrapped(Tone::Plain, &next, width, 0));
    rows
}
