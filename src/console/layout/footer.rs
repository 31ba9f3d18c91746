//! The keys that work here, as the footer shows them: made from the tables that take the next key.

use crate::console::action::Action;
use crate::console::geometry::Pane;
use crate::console::keymap::Binding;
use crate::console::state::history::Direction;
use crate::console::state::{Keys, Overlay, Selection, State};
use crate::text::SafeText;

/// Keys and what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys, as they are shown.
    pub keys: SafeText,
    /// What they do, in a word or two.
    pub words: SafeText,
}

/// Blanks between hints.
const GAP: usize = 2;

impl Hint {
    /// The cells of the keys, a blank, the words and the gap behind them.
    fn cells(&self) -> usize {
        self.keys.width() + 1 + self.words.width() + GAP
    }
}

/// Actions that share a word or two.
type Wanted = (&'static [Action], &'static str);

const IN_PALETTE: &[Wanted] = &[
    (&[Action::GoIn], "do it"),
    (&[Action::Up, Action::Down], "choose"),
    (&[Action::Back], "close"),
];

const IN_FILTER: &[Wanted] = &[
    (&[Action::GoIn], "keep the filter"),
    (&[Action::Back], "drop it"),
];

const IN_FIND: &[Wanted] = &[
    (&[Action::GoIn], "keep the search"),
    (&[Action::Back], "drop it"),
];

const IN_CARD: &[Wanted] = &[
    (&[Action::Down], "down"),
    (&[Action::Up], "up"),
    (&[Action::PageDown], "page"),
    (&[Action::Top], "top"),
    (&[Action::Back], "close"),
];

const IN_RAW: &[Wanted] = &[
    (&[Action::Down], "down"),
    (&[Action::Up], "up"),
    (&[Action::PageDown], "page"),
    (&[Action::Top], "top"),
    (&[Action::Search], "search"),
    (
        &[Action::NextMatch, Action::PreviousMatch],
        "next, previous match",
    ),
    (&[Action::CopyJson], "copy the JSON"),
    (&[Action::Back], "close"),
];

const IN_SEARCH: &[Wanted] = &[
    (&[Action::GoIn], "open"),
    (&[Action::Down], "next hit"),
    (&[Action::LookUp], "look up as an id"),
    (&[Action::Help], "help"),
    (&[Action::Back], "leave the box"),
];

const IN_USERS: &[Wanted] = &[
    (&[Action::Search], "search"),
    (&[Action::GoIn], "open"),
    (&[Action::NextPane], "pane"),
    (&[Action::CopySmoochId], "copy"),
    (&[Action::IdentityCard], "identity"),
    (&[Action::RawJson], "raw"),
    (&[Action::Refresh], "fetch again"),
    (&[Action::Sort], "sort"),
    (&[Action::Palette], "commands"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

const IN_PROFILE_AND_MESSAGES: &[Wanted] = &[
    (&[Action::Search], "search"),
    (&[Action::Down], "down"),
    (&[Action::Up], "up"),
    (&[Action::NextPane], "pane"),
    (&[Action::CopySmoochId], "copy"),
    (&[Action::IdentityCard], "identity"),
    (&[Action::RawJson], "raw"),
    (&[Action::Refresh], "fetch again"),
    (&[Action::HistoryBack], "back"),
    (&[Action::NextUser, Action::PreviousUser], "other users"),
    (&[Action::Palette], "commands"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

/// The hints, in as few lines of a width as hold them: one line of those that fit, or every key that
/// goes on from those pressed so far.
pub fn lines(state: &State, width: usize) -> Vec<Vec<Hint>> {
    if !state.keys.pressed.is_empty() {
        return wrapped(continuations(state), width);
    }
    let hints = wanted(state).iter();
    let hints = hints.filter_map(|wanted| hint(wanted, state)).collect();
    vec![fitting(hints, width)]
}

/// What the keys pressed so far can become.
fn continuations(state: &State) -> Vec<Hint> {
    let Keys { pressed, .. } = &state.keys;
    let bindings: Vec<&Binding> = state.keys.continuations(state.takers()).collect();
    let copied: Option<Vec<&str>> = bindings.iter().map(|it| copied(it.action)).collect();
    let mut hints = Vec::new();
    if copied.is_some() {
        let pressed: Vec<String> = pressed.iter().map(ToString::to_string).collect();
        hints.push(Hint {
            keys: SafeText::own(pressed.join(" ")),
            words: SafeText::own("copies"),
        });
    }
    hints.extend(bindings.iter().enumerate().map(|(number, binding)| {
        let rest = binding.keys.iter().skip(pressed.len());
        let rest: Vec<String> = rest.map(ToString::to_string).collect();
        let brief = copied
            .as_ref()
            .and_then(|copied| copied.get(number).copied());
        Hint {
            keys: SafeText::own(rest.join(" ")),
            words: SafeText::own(brief.unwrap_or(binding.action.words_in(binding.mode))),
        }
    }));
    hints
}

/// What an action copies, in a word or two, where all choices are copies.
const fn copied(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::CopySmoochId => "_id",
        Action::CopyUserId => "userId",
        Action::CopyName => "name",
        Action::CopyEmail => "e-mail",
        Action::CopyPhone => "phone",
        Action::CopyMessage => "message",
        Action::CopyLink => "link",
        Action::CopyChannelId => "channel id",
        Action::CopyTranscript => "transcript",
        Action::CopyCurl => "curl line",
        _ => return None,
    })
}

/// All hints, in lines of a width.
fn wrapped(hints: Vec<Hint>, width: usize) -> Vec<Vec<Hint>> {
    let mut lines: Vec<Vec<Hint>> = vec![Vec::new()];
    let mut taken = 0;
    for hint in hints {
        let cells = hint.cells();
        if taken > 0 && taken + cells > width + GAP {
            lines.push(Vec::new());
            taken = 0;
        }
        taken += cells;
        if let Some(line) = lines.last_mut() {
            line.push(hint);
        }
    }
    lines
}

/// What is worth a hint here.
fn wanted(state: &State) -> &'static [Wanted] {
    match &state.overlay {
        Some(Overlay::Palette { .. }) => IN_PALETTE,
        Some(Overlay::Help { typing: true, .. }) => IN_FILTER,
        Some(Overlay::Raw { find, .. }) if find.typing => IN_FIND,
        Some(Overlay::Raw { .. }) => IN_RAW,
        Some(_) => IN_CARD,
        None if state.users.is_typing() => IN_SEARCH,
        None if state.focus == Pane::Users => IN_USERS,
        None => IN_PROFILE_AND_MESSAGES,
    }
}

/// A hint with the keys that work here; none for actions without a key, and for those that would
/// do nothing now.
fn hint((actions, words): &Wanted, state: &State) -> Option<Hint> {
    let in_list = state.overlay.is_none() && state.focus == Pane::Users;
    let words = match actions {
        [Action::GoIn] if in_list => words_of_enter(state)?,
        [Action::HistoryBack] if !state.history.leads(Direction::Back) => return None,
        _ => words,
    };
    let labels = actions.iter().filter_map(|action| label(*action, state));
    let keys = labels.collect::<Vec<_>>().join(" ");
    (!keys.is_empty()).then(|| Hint {
        keys: SafeText::own(keys),
        words: SafeText::own(words),
    })
}

/// What Enter does with the row under the cursor.
const fn words_of_enter(state: &State) -> Option<&'static str> {
    match &state.users.selection {
        Some(Selection::User(_)) => Some("open"),
        Some(Selection::Offer(_) | Selection::LookUp) => Some("ask the API"),
        None => None,
    }
}

fn label(action: Action, state: &State) -> Option<String> {
    let label = state.keys.label(state.takers(), action)?;
    // All ways to copy begin with the same key; once it is pressed, the footer shows the rest.
    let label = match action {
        Action::CopySmoochId => label.split(' ').next().unwrap_or_default(),
        _ => &label,
    };
    Some(label.replace("Enter", "↵"))
}

/// Drops hints from the end until the rest fits, but never the last two: help and the way out.
fn fitting(mut hints: Vec<Hint>, width: usize) -> Vec<Hint> {
    while hints.len() > 2 && hints.iter().map(Hint::cells).sum::<usize>() > width + GAP {
        hints.remove(hints.len() - 3);
    }
    hints
}
