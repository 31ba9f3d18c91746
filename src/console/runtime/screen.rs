//! The terminal's screen: a frame only when something changed, and one write for each.
//!
//! Terminals disagree about the width of some characters (Indic clusters, flags, emoji). However
//! wide a terminal draws them, the text beside them must stay in its column, and no part of them
//! may be left over. So a line with such a character is painted whole when it changes, and the
//! cursor is placed again after each such character.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr;

use super::guard::write_frame;
use crate::console::state::State;
use crate::console::theme::Theme;
use crate::console::view;

/// Collects a frame's bytes, so that they leave in one write.
#[derive(Debug, Clone, Default)]
struct FrameBytes(Rc<RefCell<Vec<u8>>>);

impl FrameBytes {
    fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

impl Write for FrameBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: the backend flushes several times a frame.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the terminal shows.
#[derive(Debug, Default)]
struct Painted {
    buffer: Buffer,
    cursor: Option<Position>,
}

/// The terminal's screen.
pub(super) struct Screen {
    backend: CrosstermBackend<FrameBytes>,
    bytes: FrameBytes,
    theme: Theme,
    /// What the terminal shows; nothing when that is not known.
    painted: Option<Painted>,
    /// The cells of the frame before: reusing them is faster than allocating as many.
    spare: Buffer,
}

impl Screen {
    pub(super) fn new(theme: Theme) -> Self {
        let bytes = FrameBytes::default();
        let backend = CrosstermBackend::new(bytes.clone());
        Self {
            backend,
            bytes,
            theme,
            painted: None,
            spare: Buffer::default(),
        }
    }

    pub(super) fn size(&self) -> io::Result<Size> {
        self.backend.size()
    }

    /// Paints a state, if it looks different from what the terminal shows.
    pub(super) fn draw(&mut self, state: &State) -> io::Result<()> {
        let area = Rect::new(0, 0, state.size.width, state.size.height);
        let mut buffer = self.blank(area);
        let cursor = view::draw(&mut buffer, state, self.theme);
        let painted = self
            .painted
            .take()
            .filter(|painted| painted.buffer.area == area);
        let before = match painted {
            Some(painted) => painted,
            None => self.wipe(area)?,
        };
        paint(&mut self.backend, &before.buffer, &buffer)?;
        self.place_cursor(&before, cursor)?;
        self.painted = Some(Painted { buffer, cursor });
        self.spare = before.buffer;
        self.commit()
    }

    fn blank(&mut self, area: Rect) -> Buffer {
        let mut buffer = std::mem::take(&mut self.spare);
        if buffer.area == area {
            buffer.reset();
        } else {
            buffer = Buffer::empty(area);
        }
        buffer
    }

    /// Forgets what the terminal shows, so that the next frame paints every cell.
    pub(super) fn forget(&mut self) {
        self.painted = None;
    }

    fn wipe(&mut self, area: Rect) -> io::Result<Painted> {
        self.backend.hide_cursor()?;
        self.backend.clear()?;
        Ok(Painted {
            buffer: Buffer::empty(area),
            cursor: None,
        })
    }

    /// Painting moves the cursor, so a cursor that is shown is put back whenever bytes went out.
    fn place_cursor(&mut self, before: &Painted, cursor: Option<Position>) -> io::Result<()> {
        let moved = cursor != before.cursor || !self.bytes.is_empty();
        match cursor {
            Some(position) if moved => {
                self.backend.set_cursor_position(position)?;
                if before.cursor.is_none() {
                    self.backend.show_cursor()?;
                }
            }
            None if before.cursor.is_some() => self.backend.hide_cursor()?,
            _ => {}
        }
        Ok(())
    }

    fn commit(&mut self) -> io::Result<()> {
        let bytes = self.bytes.take();
        if bytes.is_empty() {
            return Ok(());
        }
        write_frame(&bytes)
    }
}

/// Paints what differs between two frames of the same size.
fn paint<W: Write>(
    backend: &mut CrosstermBackend<W>,
    before: &Buffer,
    after: &Buffer,
) -> io::Result<()> {
    // Most lines stay as they are from one frame to the next.
    let mut plain = Vec::new();
    let mut delicate = Vec::new();
    for y in 0..after.area.height {
        let (old, new) = (line(before, y), line(after, y));
        if old == new {
            continue;
        }
        if is_delicate(old) || is_delicate(new) {
            delicate.push(y);
        } else {
            plain.extend(changes(old, new).map(|x| (x, y, &new[usize::from(x)])));
        }
    }
    // The backend ends every drawing, even an empty one, by going back to default colours.
    if !plain.is_empty() {
        backend.draw(plain.into_iter())?;
    }
    for y in delicate {
        paint_line(backend, after, y)?;
    }
    Ok(())
}

/// The columns of a line without delicate characters that have to be painted, from left to right.
fn changes(before: &[Cell], after: &[Cell]) -> impl Iterator<Item = u16> {
    let mut columns = 0..after.len();
    // Up to here the terminal has wiped a wide character that is gone.
    let mut wiped = 0;
    std::iter::from_fn(move || {
        while let Some(x) = columns.next() {
            let covered = x..(x + width(&after[x])).min(after.len());
            let changed = before[x] != after[x] || x < wiped;
            if changed {
                let ends = covered.clone().map(|at| at + width(&before[at]));
                wiped = ends.fold(wiped, usize::max);
            }
            columns.start = covered.end;
            if changed {
                return u16::try_from(x).ok();
            }
        }
        None
    })
}

fn width(cell: &Cell) -> usize {
    match cell.symbol() {
        symbol if symbol.len() == 1 => 1,
        symbol => symbol.width().max(1),
    }
}

/// Paints a whole line, and places the cursor again after each delicate character.
fn paint_line<W: Write>(
    backend: &mut CrosstermBackend<W>,
    buffer: &Buffer,
    y: u16,
) -> io::Result<()> {
    queue!(backend, MoveTo(0, y), Clear(ClearType::CurrentLine))?;
    let mut run: Vec<(u16, u16, &Cell)> = Vec::new();
    let mut next = 0;
    for (x, cell) in (0..).zip(line(buffer, y)) {
        if x < next {
            continue;
        }
        next = x + u16::try_from(width(cell)).unwrap_or(1);
        run.push((x, y, cell));
        if !is_plain(cell.symbol()) {
            backend.draw(run.drain(..))?;
        }
    }
    if run.is_empty() {
        return Ok(());
    }
    backend.draw(run.into_iter())
}

fn line(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    &buffer.content()[start..start + width]
}

fn is_delicate(line: &[Cell]) -> bool {
    line.iter().any(|cell| !is_plain(cell.symbol()))
}

/// Whether all terminals agree on the width: one character of a script without combining forms.
fn is_plain(symbol: &str) -> bool {
    if let [b' '..=b'~'] = symbol.as_bytes() {
        return true;
    }
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return false;
    };
    matches!(
        c,
        '\u{A1}'..='\u{AC}'
            | '\u{AE}'..='\u{2FF}'
            | '\u{370}'..='\u{482}'
            | '\u{48A}'..='\u{52F}'
            | '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{203A}'
            | '\u{2190}'..='\u{2193}'
            | '\u{2400}'..='\u{2426}'
            | '\u{2500}'..='\u{259F}'
            | '\u{25B8}'
            | '\u{2800}'..='\u{28FF}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30A1}'..='\u{30FA}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::num::NonZero;

    use proptest::prelude::*;

    use super::*;
    use crate::console::layout::row::{Row, Tone};
    use crate::console::view::canvas::Canvas;

    fn frame(words: &str) -> Buffer {
        let area = Rect::new(0, 0, 20, 1);
        let mut buffer = Buffer::empty(area);
        Canvas::new(&mut buffer, Theme::Plain).row(area, 0, &Row::words(Tone::Plain, words));
        buffer
    }

    fn bytes(before: &str, after: &str) -> String {
        let bytes = FrameBytes::default();
        let mut backend = CrosstermBackend::new(bytes.clone());
        paint(&mut backend, &frame(before), &frame(after)).unwrap();
        String::from_utf8(bytes.take()).unwrap()
    }

    #[test]
    fn the_same_frame_again_paints_nothing() {
        assert_eq!(bytes("Mara 佐藤", "Mara 佐藤"), "");
        assert_eq!(bytes("a👩‍🚀b", "a👩‍🚀b"), "");
    }

    proptest! {
        /// A terminal blanks the half of a wide character that is left over, at its own time.
        #[test]
        fn what_is_left_of_wide_characters_is_painted_over(
            frames in proptest::collection::vec("[ab 佐藤花]{0,9}[ab佐]{0,2}", 2..8)
        ) {
            let (rows, columns) = (NonZero::new(1).unwrap(), NonZero::new(20).unwrap());
            let mut terminal = vt100::Parser::new(rows, columns, 0);
            let mut before = String::new();
            for after in frames {
                terminal.process(bytes(&before, &after).as_bytes());
                let mut anew = vt100::Parser::new(rows, columns, 0);
                anew.process(bytes("", &after).as_bytes());
                let shown = [&terminal, &anew].map(|terminal| terminal.screen().contents());
                prop_assert_eq!(shown[0].trim_end(), shown[1].trim_end());
                before = after;
            }
        }
    }

    #[test]
    fn only_what_changed_in_a_line_is_painted() {
        let painted = bytes("Mara 佐藤 x", "Mara 佐藤 y");
        assert!(painted.contains('y'), "{painted:?}");
        assert!(
            !painted.contains('a') && !painted.contains('藤'),
            "{painted:?}"
        );
    }

    #[test]
    fn the_cursor_is_placed_again_after_a_delicate_character() {
        let painted = bytes("", "a👩‍🚀b");
        assert!(painted.contains("👩‍🚀"));
        let after = painted.split("👩‍🚀").nth(1).unwrap();
        assert!(after.contains("\u{1b}[1;4Hb"), "{painted:?}");
    }

    #[test]
    fn no_part_of_a_delicate_character_is_left_over() {
        let painted = bytes("अर्जुन", "x");
        assert!(painted.contains("\u{1b}[1;1H\u{1b}[2K"), "{painted:?}");
    }
}
