//! A text box of one line and its cursor.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::{Canvas, Pen};
use crate::console::text_box::TextBox;
use crate::text::SafeText;

/// Draws a text box; returns where the cursor is.
pub(super) fn draw_text_box(
    canvas: &mut Canvas<'_>,
    area: Rect,
    text_box: &TextBox,
    style: Style,
) -> Position {
    // The text before the cursor decides how far the box is scrolled; one cell is for the cursor.
    let (before, after) = around_cursor(text_box);
    let (before, after) = (SafeText::own(before), SafeText::own(after));
    let room = usize::from(area.width).saturating_sub(1);
    let mut skipped = before.width().saturating_sub(room);
    let mut pen = Pen::at(area, 0, 0);
    for cluster in before.clusters() {
        if skipped > 0 {
            skipped = skipped.saturating_sub(usize::from(cluster.width));
            continue;
        }
        canvas.cluster(&mut pen, &cluster, style);
    }
    let cursor = Position::new(pen.x, pen.y);
    canvas.text(&mut pen, &after, style);
    cursor
}

/// The text before and after the cursor, as far as a screen could show it.
fn around_cursor(text_box: &TextBox) -> (&str, &str) {
    const MOST_CHARS: usize = 1_024;
    let text = text_box.text();
    let at = |chars: usize, text: &str| {
        let mut places = text.char_indices().map(|(place, _)| place);
        places.nth(chars).unwrap_or(text.len())
    };
    let (before, after) = text.split_at(at(text_box.cursor(), text));
    let far = before.char_indices().rev().nth(MOST_CHARS - 1);
    let before = &before[far.map_or(0, |(place, _)| place)..];
    (before, &after[..at(MOST_CHARS, after)])
}
