//! Paints a state. Changes nothing: above all, looking at a conversation marks nothing as read.

pub(crate) mod canvas;
mod frame;
mod messages;
mod overlay;
mod profile;
mod status;
mod text_box;
mod users;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::geometry::Shape;
use super::layout::row::{Row, Tone};
use super::state::State;
use super::theme::Theme;
use crate::text::SafeText;
use canvas::Canvas;

/// Paints the whole screen; returns where the cursor is, if there is one.
pub fn draw(buffer: &mut Buffer, state: &State, theme: Theme) -> Option<Position> {
    let mut canvas = Canvas::new(buffer, theme);
    let screen = state.screen();
    if screen.shape == Shape::TooSmall {
        draw_too_small(&mut canvas, state);
        return None;
    }
    status::draw_header(&mut canvas, screen.header, state);
    if screen.strip.height > 0 {
        profile::draw_strip(&mut canvas, screen.strip, state);
        status::draw_tabs(&mut canvas, screen.tabs, state);
    }
    let cursor = users::draw(&mut canvas, state);
    profile::draw(&mut canvas, state);
    messages::draw(&mut canvas, state);
    status::draw_footer(&mut canvas, state);
    if state.overlay.is_some() {
        return overlay::draw(&mut canvas, state);
    }
    cursor
}

fn draw_too_small(canvas: &mut Canvas<'_>, state: &State) {
    let (width, height) = (state.size.width, state.size.height);
    let words = SafeText::own(format_args!(
        "This terminal is {width}x{height}. smooch-console needs 40x10: make it larger."
    ));
    let area = Rect::new(0, 0, width, height);
    for (y, line) in (0..height).zip(words.wrap(usize::from(width).max(1))) {
        canvas.row(area, y, &Row::of(Tone::Plain, line));
    }
}
