//! What an overlay says, as rows for its width on this screen.

use super::facts::Facts;
use super::row::{Row, Tone, wrapped};
use super::{help, identity, known, palette};
use crate::console::state::overlay::RawPart;
use crate::console::state::{Overlay, State};

/// All rows of an overlay, those outside its window included.
pub(crate) fn rows(overlay: &Overlay, state: &State) -> Vec<Row> {
    let width = usize::from(state.screen().overlay_text(state.size).width);
    match overlay {
        Overlay::Identity { .. } => state.profile.shown().map_or_else(Vec::new, |profile| {
            identity::rows(Facts::of(state, profile), &state.api.connection, width)
        }),
        Overlay::Raw { parts, .. } => raw_rows(parts, width),
        Overlay::Palette {
            input, selected, ..
        } => {
            let commands = palette::commands(&state.keys.map, input.text());
            palette::rows(&commands, *selected, width)
        }
        Overlay::Known { counted, .. } => known::rows(counted, state.clock.now, width),
        Overlay::Help { filter, .. } => help::rows(&state.keys.map, filter.text()),
    }
}

fn raw_rows(parts: &[RawPart], width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in parts {
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        if let Some(heading) = &part.heading {
            rows.extend(wrapped(Tone::Strong, heading, width, 0));
        }
        let lines = part.lines.iter();
        rows.extend(lines.flat_map(|line| wrapped(Tone::Plain, line, width, 0)));
    }
    rows
}
