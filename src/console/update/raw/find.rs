//! Searching in the raw JSON of the card: a text box, and going from match to match.

use crate::console::geometry::{Toward, scroll_to};
use crate::console::layout::raw::{places, row_of};
use crate::console::state::overlay::{Find, RawPart};
use crate::console::state::{Overlay, State};
use crate::text::SafeText;

/// Opens the text box; what was searched for before is selected, so that typing replaces it.
pub(in crate::console::update) fn begin(state: &mut State) {
    if let Some(Overlay::Raw { find, scroll, .. }) = &mut state.overlay {
        find.typing = true;
        find.from = *scroll;
        find.input.select();
    }
}

/// Keeps what was searched for, and gives the keys back to the card.
pub(in crate::console::update) fn keep(state: &mut State) {
    if let Some(Overlay::Raw { find, .. }) = &mut state.overlay {
        find.typing = false;
        find.input.unselect();
        let text = find.input.text().trim().to_owned();
        if find.places.is_empty() && !text.is_empty() {
            let text = SafeText::own(text).ellipsis(40);
            state.say(format_args!("“{text}” is not in this JSON"));
        }
    }
}

/// Forgets what was searched for, and goes back to where the search began; `false` where nothing is
/// being typed.
pub(in crate::console::update) fn drop_text(state: &mut State) -> bool {
    if let Some(Overlay::Raw { find, scroll, .. }) = &mut state.overlay
        && find.typing
    {
        *scroll = find.from;
        *find = Find::default();
        return true;
    }
    false
}

/// The text changed: the first match from where the search began on is shown.
pub(in crate::console::update) fn text_changed(state: &mut State) {
    let area = state.screen().overlay_text(state.size);
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let Some(Overlay::Raw {
        parts,
        find,
        scroll,
        ..
    }) = &mut state.overlay
    else {
        return;
    };
    find.places = places(parts, find.input.text());
    let first = find
        .places
        .iter()
        .position(|place| row_of(parts, *place, width) >= find.from);
    find.at = first.unwrap_or_default();
    *scroll = find.from;
    show(parts, find, scroll, width, height);
}

/// Goes to the next match, or to the one before; behind the last comes the first.
pub(in crate::console::update) fn go(state: &mut State, toward: Toward) {
    let area = state.screen().overlay_text(state.size);
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let Some(Overlay::Raw {
        parts,
        find,
        scroll,
        ..
    }) = &mut state.overlay
    else {
        return state.say("only raw JSON has matches to go through");
    };
    let count = find.places.len();
    if count == 0 {
        return state.say("nothing was found to go through");
    }
    find.at = match toward {
        Toward::End => (find.at + 1) % count,
        Toward::Start => (find.at + count - 1) % count,
    };
    show(parts, find, scroll, width, height);
}

/// Scrolls so that the match is on the screen.
fn show(parts: &[RawPart], find: &Find, scroll: &mut usize, width: usize, height: usize) {
    if let Some(place) = find.current() {
        let row = row_of(parts, place, width);
        *scroll = scroll_to(row, usize::MAX, *scroll, height);
    }
}
