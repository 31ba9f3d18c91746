//! The keys that work here, as the footer shows them: made from the tables that take the next key.

use crate::console::action::Action;
use crate::console::geometry::Pane;
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

/// The hints that fit into a width.
pub fn hints(state: &State, width: usize) -> Vec<Hint> {
    let hints = if state.keys.pressed.is_empty() {
        let hints = wanted(state).iter();
        hints.filter_map(|wanted| hint(wanted, state)).collect()
    } else {
        continuations(state)
    };
    fitting(hints, width)
}

/// What the keys pressed so far can become.
fn continuations(state: &State) -> Vec<Hint> {
    let Keys { pressed, .. } = &state.keys;
    let bindings = state.keys.continuations(state.takers());
    bindings
        .map(|binding| {
            let rest = binding.keys.iter().skip(pressed.len());
            let rest: Vec<String> = rest.map(ToString::to_string).collect();
            Hint {
                keys: SafeText::own(rest.join(" ")),
                words: SafeText::own(binding.action.words_in(binding.mode)),
            }
        })
        .collect()
}

/// What is worth a hint here.
fn wanted(state: &State) -> &'static [Wanted] {
    match &state.overlay {
        Some(Overlay::Palette { .. }) => IN_PALETTE,
        Some(Overlay::Help { typing: true, .. }) => IN_FILTER,
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
    let cells = |hint: &Hint| hint.keys.width() + hint.words.width() + 3;
    while hints.len() > 2 && hints.iter().map(cells).sum::<usize>() > width + 2 {
        hints.remove(hints.len() - 3);
    }
    hints
}
