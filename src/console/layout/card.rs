//! What an overlay says, as rows for its width on this screen.

use super::facts::Facts;
use super::row::Row;
use super::{help, identity, known, palette, raw};
use crate::console::state::{Overlay, State};

/// All rows of an overlay, those outside its window included.
pub(crate) fn rows(overlay: &Overlay, state: &State) -> Vec<Row> {
    let width = usize::from(state.screen().overlay_text(state.size).width);
    match overlay {
        Overlay::Identity { .. } => state.profile.shown().map_or_else(Vec::new, |profile| {
            identity::rows(Facts::of(state, profile), &state.api.connection, width)
        }),
        Overlay::Raw {
            parts,
            find,
            scroll,
            ..
        } => {
            let height = usize::from(state.screen().overlay_text(state.size).height);
            raw::rows(
                parts,
                find,
                width,
                &(*scroll..scroll.saturating_add(height)),
            )
        }
        Overlay::Palette {
            input, selected, ..
        } => {
            let commands = palette::commands(&state.keys.map, input.text());
            palette::rows(&commands, *selected, width)
        }
        Overlay::Known { counted, .. } => known::rows(counted, state.clock.now, width),
        Overlay::Help { filter, .. } => help::rows(&state.keys.map, filter.text(), width),
    }
}
