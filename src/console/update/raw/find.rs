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
    let Some(mut card) = Card::of(state) else {
        return;
    };
    let (parts, width) = (card.parts, card.width);
    let find = &mut *card.find;
    find.places = places(parts, find.input.text());
    let first = find
        .places
        .iter()
        .position(|place| row_of(parts, *place, width) >= find.from);
    find.at = first.unwrap_or_default();
    *card.scroll = find.from;
    card.show();
}

/// Goes to the next match, or to the one before; behind the last comes the first.
pub(in crate::console::update) fn go(state: &mut State, toward: Toward) {
    let Some(mut card) = Card::of(state) else {
        return state.say("only raw JSON has matches to go through");
    };
    let find = &mut *card.find;
    let count = find.places.len();
    if count == 0 {
        return state.say("nothing was found to go through");
    }
    find.at = match toward {
        Toward::End => (find.at + 1) % count,
        Toward::Start => (find.at + count - 1) % count,
    };
    card.show();
}

/// The card with raw JSON, and how much of it is on the screen.
struct Card<'s> {
    parts: &'s [RawPart],
    find: &'s mut Find,
    scroll: &'s mut usize,
    width: usize,
    height: usize,
}

impl<'s> Card<'s> {
    fn of(state: &'s mut State) -> Option<Self> {
        let area = state.screen().overlay_text(state.size);
        let Some(Overlay::Raw {
            parts,
            find,
            scroll,
            ..
        }) = &mut state.overlay
        else {
            return None;
        };
        Some(Self {
            parts,
            find,
            scroll,
            width: usize::from(area.width),
            height: usize::from(area.height),
        })
    }

    /// Scrolls so that the match is on the screen.
    fn show(&mut self) {
        if let Some(place) = self.find.current() {
            let row = row_of(self.parts, place, self.width);
            *self.scroll = scroll_to(row, usize::MAX, *self.scroll, self.height);
        }
    }
}
