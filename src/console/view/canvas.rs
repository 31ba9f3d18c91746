//! The only way to the screen: takes safe text alone, clips it, keeps columns straight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Clear, Widget};

use crate::console::layout::row::Row;
use crate::console::theme::{Focus, Theme};
use crate::text::{Cluster, SafeText};

/// A buffer that is painted with safe text.
pub(crate) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    /// How roles look.
    pub theme: Theme,
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer.
    pub(crate) const fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme }
    }

    /// Draws a row on the line `y` of an area (0 is its first), from its left edge.
    pub(crate) fn row(&mut self, area: Rect, y: u16, row: &Row) {
        let mut pen = Pen::at(area, y, 0);
        for piece in &row.pieces {
            let style = self.theme.style(piece.tone);
            self.text(&mut pen, &piece.text, style);
        }
    }

    /// Draws a row so that it ends at the right edge of the line `y` of an area, if it fits.
    pub(crate) fn row_at_right(&mut self, area: Rect, y: u16, row: &Row) {
        let width = u16::try_from(row.width()).unwrap_or(u16::MAX);
        if let Some(indent) = area.width.checked_sub(width) {
            let area = Rect {
                x: area.x + indent,
                width,
                ..area
            };
            self.row(area, y, row);
        }
    }

    /// Draws text from the pen on and moves the pen past it.
    pub(crate) fn text(&mut self, pen: &mut Pen, text: &SafeText, style: Style) {
        for cluster in text.clusters() {
            if !self.cluster(pen, &cluster, style) {
                return;
            }
        }
    }

    /// Draws one cluster; `false` when it does not fit any more.
    pub(crate) fn cluster(&mut self, pen: &mut Pen, cluster: &Cluster<'_>, style: Style) -> bool {
        if cluster.width > pen.left {
            return false;
        }
        let style = if cluster.tag {
            style.patch(self.theme.tag())
        } else {
            style
        };
        let Some(cell) = self.buffer.cell_mut((pen.x, pen.y)) else {
            return false;
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where safe text is drawn"
        )]
        cell.set_symbol(cluster.text).set_style(style);
        // A wide cluster covers the next cell, which must not keep what stood there.
        for x in pen.x + 1..pen.x + cluster.width {
            if let Some(covered) = self.buffer.cell_mut((x, pen.y)) {
                covered.reset();
            }
        }
        pen.x += cluster.width;
        pen.left -= cluster.width;
        true
    }

    /// Gives a line of an area a style on top of what is drawn.
    pub(crate) fn restyle(&mut self, area: Rect, y: u16, style: Style) {
        if y < area.height {
            let line = Rect {
                y: area.y + y,
                height: 1,
                ..area
            };
            self.buffer
                .set_style(line.intersection(self.buffer.area), style);
        }
    }

    /// Draws a border with a title on the left and a row on the right.
    pub(crate) fn frame(&mut self, area: Rect, focus: Focus, title: &SafeText, right: &Row) {
        let border = self.theme.border(focus);
        let area = area.intersection(self.buffer.area);
        Block::bordered()
            .border_style(border)
            .render(area, self.buffer);
        let inside = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let weight = match focus {
            Focus::Here => Modifier::BOLD,
            Focus::Elsewhere => Modifier::empty(),
        };
        let mut pen = Pen::at(inside, 0, 1);
        self.text(
            &mut pen,
            title,
            Style::reset().patch(border).add_modifier(weight),
        );
        let taken = u16::try_from(title.width() + 2).unwrap_or(u16::MAX);
        let rest = Rect {
            x: inside.x + taken.min(inside.width),
            width: inside.width.saturating_sub(taken + 1),
            ..inside
        };
        self.row_at_right(rest, 0, right);
    }

    /// Wipes an area, and what hangs over its left edge: half a wide cluster cannot be drawn, and
    /// the terminal would draw all of it over the area's first column.
    pub(crate) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        Clear.render(area, self.buffer);
        let Some(left) = area.x.checked_sub(1) else {
            return;
        };
        for y in area.y..area.bottom() {
            if let Some(cell) = self.buffer.cell_mut((left, y))
                && SafeText::own(cell.symbol()).width() > 1
            {
                cell.reset();
            }
        }
    }
}

/// Where the next cluster goes, and how many cells are left for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pen {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
    /// Cells up to the right edge.
    pub left: u16,
}

impl Pen {
    /// On the line `y` of an area, `indent` cells from its left edge.
    pub(crate) const fn at(area: Rect, y: u16, indent: u16) -> Self {
        let left = if y < area.height {
            area.width.saturating_sub(indent)
        } else {
            0
        };
        Self {
            x: area.x + indent,
            y: area.y + y,
            left,
        }
    }

    /// The same pen, which ends after at most `width` cells.
    #[must_use]
    pub(crate) const fn limited(self, width: u16) -> Self {
        let left = if width < self.left { width } else { self.left };
        Self { left, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::layout::row::Tone;

    #[test]
    fn a_wide_cluster_never_hangs_over_the_edge() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 5, 1));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        let area = Rect::new(0, 0, 4, 1);
        canvas.row(area, 0, &Row::words(Tone::Plain, "a佐藤花"));
        let symbols: Vec<&str> = buffer
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(symbols, ["a", "佐", " ", " ", " "]);
    }

    #[test]
    fn a_wide_cluster_that_hangs_over_a_wiped_area_goes() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        let row = Row::words(Tone::Plain, "佐藤花");
        canvas.row(Rect::new(0, 0, 6, 1), 0, &row);
        canvas.clear(Rect::new(3, 0, 2, 1));
        let symbols: Vec<&str> = buffer
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(symbols, ["佐", " ", " ", " ", " ", " "]);
    }

    #[test]
    fn lines_below_an_area_are_not_drawn() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 2));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        canvas.row(Rect::new(0, 0, 3, 1), 1, &Row::words(Tone::Plain, "abc"));
        assert!(buffer.content().iter().all(|cell| cell.symbol() == " "));
    }
}
