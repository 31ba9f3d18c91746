//! The terminal's screen: a frame only when something changed, and one write for each.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::clipboard::CopyToClipboard;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use crate::console::state::State;
use crate::console::theme::Theme;
use crate::console::view;

/// Collects a frame's bytes, so that they leave in one write.
#[derive(Debug, Clone, Default)]
struct FrameBytes(Rc<RefCell<Vec<u8>>>);

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

/// The terminal's screen.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<FrameBytes>>,
    bytes: FrameBytes,
    theme: Theme,
    /// What was painted last.
    painted: Option<(Buffer, Option<Position>)>,
}

impl Screen {
    pub(super) fn new(theme: Theme) -> io::Result<Self> {
        let bytes = FrameBytes::default();
        let terminal = Terminal::new(CrosstermBackend::new(bytes.clone()))?;
        Ok(Self {
            terminal,
            bytes,
            theme,
            painted: None,
        })
    }

    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Paints a state, if it looks different from what was painted last.
    pub(super) fn draw(&mut self, state: &State) -> io::Result<()> {
        let area = Rect::new(0, 0, state.size.width, state.size.height);
        let mut buffer = Buffer::empty(area);
        let cursor = view::draw(&mut buffer, state, self.theme);
        let frame = (buffer, cursor);
        if self.painted.as_ref() == Some(&frame) {
            return Ok(());
        }
        self.terminal.draw(|target| {
            copy_cells(&frame.0, target.buffer_mut());
            if let Some(cursor) = cursor {
                target.set_cursor_position(cursor);
            }
        })?;
        self.painted = Some(frame);
        self.commit()
    }

    /// Forgets what was painted, so that the next frame paints every cell.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.painted = None;
        self.terminal.clear()
    }

    /// Puts text on the terminal's clipboard (OSC 52, which also works through SSH).
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        crossterm::queue!(self.bytes, CopyToClipboard::to_clipboard_from(text))?;
        self.commit()
    }

    fn commit(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.bytes.0.borrow_mut());
        let mut stdout = io::stdout().lock();
        stdout.write_all(&bytes)?;
        stdout.flush()
    }
}

/// Copies the cells that both buffers have: the terminal may have changed its size meanwhile.
fn copy_cells(from: &Buffer, to: &mut Buffer) {
    for position in from.area.intersection(to.area).positions() {
        if let (Some(source), Some(target)) = (from.cell(position), to.cell_mut(position)) {
            target.clone_from(source);
        }
    }
}
