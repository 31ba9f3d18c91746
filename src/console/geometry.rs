//! What fits where on a screen of a size: panes, lines around them, overlays, and how far a window
//! scrolls. Knows sizes and which pane has the focus, and nothing of what is shown.

pub use ratatui::layout::{Rect, Size};

/// The three panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// Search and its hits.
    Users,
    /// Who the user is.
    Profile,
    /// What was said.
    Messages,
}

/// Below this many columns or rows there is only room for a sentence.
const LEAST: Size = Size {
    width: 40,
    height: 10,
};

/// No more columns and rows are drawn: a wall of monitors shows fewer, and a window that claims
/// 65,535 of each would take gigabytes.
const MOST: Size = Size {
    width: 1500,
    height: 600,
};

/// The part of a window that is drawn, from its upper left corner.
pub fn drawn_part(window: Size) -> Size {
    Size {
        width: window.width.min(MOST.width),
        height: window.height.min(MOST.height),
    }
}

/// How the panes share the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Only room for a sentence that says so.
    TooSmall,
    /// One pane at a time below the identity strip, without borders.
    Bare,
    /// One pane at a time below the identity strip.
    Tabs,
    /// Users on the left, profile above messages on the right.
    Two,
    /// Users, messages, profile.
    Three,
}

/// What fits where on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// How the panes share the screen.
    pub shape: Shape,
    /// App, version, what is known, clock.
    pub header: Rect,
    /// Who is shown, where the profile pane may be hidden.
    pub strip: Rect,
    /// The names of the panes, where one shows at a time.
    pub tabs: Rect,
    /// The keys that work here.
    pub keys: Rect,
    /// What was just done.
    pub notice: Rect,
    users: Rect,
    profile: Rect,
    messages: Rect,
}

impl Screen {
    /// Divides a screen of a size; `focus` decides which pane shows where only one does.
    pub fn of(size: Size, focus: Pane) -> Self {
        let shape = Shape::of(size);
        let bare = shape == Shape::Bare;
        let mut left = Rect::new(0, 0, size.width, size.height);
        let header = take_top(&mut left, 1);
        let notice = take_bottom(&mut left, u16::from(!bare));
        let keys = take_bottom(&mut left, 1);
        let mut screen = Self {
            shape,
            header,
            strip: Rect::ZERO,
            tabs: Rect::ZERO,
            keys,
            notice,
            users: Rect::ZERO,
            profile: Rect::ZERO,
            messages: Rect::ZERO,
        };
        match shape {
            Shape::TooSmall => {}
            Shape::Bare | Shape::Tabs => {
                screen.strip = take_top(&mut left, if bare { 1 } else { 3 });
                screen.tabs = take_top(&mut left, 1);
                *screen.pane_mut(focus) = left;
            }
            Shape::Two => {
                screen.users = take_left(&mut left, 40);
                let height = (left.height * 2 / 5 + 1).clamp(8, 18);
                screen.profile = take_top(&mut left, height);
                screen.messages = left;
            }
            Shape::Three => {
                screen.users = take_left(&mut left, 44);
                let middle = left.width - 52;
                screen.messages = take_left(&mut left, middle);
                screen.profile = left;
            }
        }
        screen
    }

    /// The area of a pane, borders included; empty when it is hidden.
    pub const fn pane(&self, pane: Pane) -> Rect {
        match pane {
            Pane::Users => self.users,
            Pane::Profile => self.profile,
            Pane::Messages => self.messages,
        }
    }

    const fn pane_mut(&mut self, pane: Pane) -> &mut Rect {
        match pane {
            Pane::Users => &mut self.users,
            Pane::Profile => &mut self.profile,
            Pane::Messages => &mut self.messages,
        }
    }

    /// The area of a pane's content; empty when it is hidden.
    pub fn inner(&self, pane: Pane) -> Rect {
        let outer = self.pane(pane);
        if self.has_borders() {
            inset(outer)
        } else {
            outer
        }
    }

    /// The area of a pane's words: its content with a blank column on both sides.
    pub fn text(&self, pane: Pane) -> Rect {
        let inner = self.inner(pane);
        Rect {
            x: inner.x + u16::from(inner.width > 0),
            width: inner.width.saturating_sub(2),
            ..inner
        }
    }

    /// Whether panes have borders.
    pub(crate) const fn has_borders(&self) -> bool {
        !matches!(self.shape, Shape::Bare | Shape::TooSmall)
    }

    /// The area of the hits and what is said about them: below the search box, above the legend.
    pub fn hits(&self) -> Rect {
        let mut inner = self.inner(Pane::Users);
        take_top(&mut inner, 1);
        if self.has_borders() {
            take_bottom(&mut inner, 1);
        }
        inner
    }

    /// The area of an overlay's words: inside its border, with a blank column on both sides.
    pub(crate) fn overlay_text(&self, size: Size) -> Rect {
        let inner = inset(self.overlay(size));
        Rect {
            x: inner.x + u16::from(inner.width > 0),
            width: inner.width.saturating_sub(2),
            ..inner
        }
    }

    /// The area of an overlay, borders included.
    pub fn overlay(&self, size: Size) -> Rect {
        // On small screens it takes the room between header and keys; on others it leaves the
        // panes visible around it.
        let margin = match self.shape {
            Shape::Two | Shape::Three => 2,
            _ => 0,
        };
        let width = size.width.saturating_sub(2 * margin).min(110);
        let below = self.header.bottom();
        let height = self.keys.y.saturating_sub(below);
        Rect::new(
            (size.width - width) / 2,
            below + margin / 2,
            width,
            height.saturating_sub(margin),
        )
    }
}

impl Shape {
    const fn of(size: Size) -> Self {
        if size.width < LEAST.width || size.height < LEAST.height {
            Self::TooSmall
        } else if size.width < 60 || size.height < 16 {
            Self::Bare
        } else if size.width < 100 {
            Self::Tabs
        } else if size.width < 160 {
            Self::Two
        } else {
            Self::Three
        }
    }
}

/// The rectangle inside a border.
pub(crate) const fn inset(outer: Rect) -> Rect {
    Rect {
        x: outer.x + if outer.width == 0 { 0 } else { 1 },
        y: outer.y + if outer.height == 0 { 0 } else { 1 },
        width: outer.width.saturating_sub(2),
        height: outer.height.saturating_sub(2),
    }
}

fn take_top(left: &mut Rect, height: u16) -> Rect {
    let height = height.min(left.height);
    let taken = Rect { height, ..*left };
    left.y += height;
    left.height -= height;
    taken
}

fn take_bottom(left: &mut Rect, height: u16) -> Rect {
    let height = height.min(left.height);
    left.height -= height;
    Rect {
        y: left.y + left.height,
        height,
        ..*left
    }
}

fn take_left(left: &mut Rect, width: u16) -> Rect {
    let width = width.min(left.width);
    let taken = Rect { width, ..*left };
    left.x += width;
    left.width -= width;
    taken
}

/// An end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toward {
    /// Its first row.
    Start,
    /// Its last row.
    End,
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stride {
    /// One row.
    Row,
    /// Half of the rows that fit.
    HalfPage,
    /// All rows that fit.
    Page,
    /// To the end.
    Whole,
}

/// A step through rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// How far.
    pub stride: Stride,
    /// Which way.
    pub toward: Toward,
}

impl Step {
    /// The row where a step from `row` leads when `page` rows fit; it may be past the last one.
    pub(crate) fn from(self, row: usize, page: usize) -> usize {
        let rows = match self.stride {
            Stride::Row => 1,
            Stride::HalfPage => (page / 2).max(1),
            Stride::Page => page,
            Stride::Whole => usize::MAX,
        };
        match self.toward {
            Toward::Start => row.saturating_sub(rows),
            Toward::End => row.saturating_add(rows),
        }
    }
}

/// The first row to show so that `row` of `rows` is in a window of `height`, moving as little as
/// possible from `offset`.
pub(crate) fn scroll_to(row: usize, rows: usize, offset: usize, height: usize) -> usize {
    let height = height.max(1);
    let offset = offset.min(row).max((row + 1).saturating_sub(height));
    offset.min(rows.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_cover_the_screen_without_overlap_at_every_size() {
        for width in 1..=300 {
            for height in 1..=100 {
                for focus in [Pane::Users, Pane::Profile, Pane::Messages] {
                    let screen = Screen::of(Size { width, height }, focus);
                    let panes = [Pane::Users, Pane::Profile, Pane::Messages];
                    let areas = panes.map(|pane| screen.pane(pane));
                    let parts = [
                        screen.header,
                        screen.strip,
                        screen.tabs,
                        screen.keys,
                        screen.notice,
                    ];
                    let all: Vec<Rect> = areas.into_iter().chain(parts).collect();
                    let covered: u32 = all.iter().map(|area| area.area()).sum();
                    if screen.shape != Shape::TooSmall {
                        assert_eq!(covered, u32::from(width) * u32::from(height));
                    }
                    for (i, one) in all.iter().enumerate() {
                        assert!(one.right() <= width && one.bottom() <= height);
                        assert!(all[i + 1..].iter().all(|other| !one.intersects(*other)));
                    }
                }
            }
        }
    }

    #[test]
    fn the_shape_follows_the_columns_and_rows() {
        let shape = |width, height| Shape::of(Size { width, height });
        assert_eq!(shape(39, 50), Shape::TooSmall);
        assert_eq!(shape(200, 9), Shape::TooSmall);
        assert_eq!([shape(59, 30), shape(200, 15)], [Shape::Bare; 2]);
        assert_eq!(
            [shape(60, 16), shape(80, 24), shape(99, 60)],
            [Shape::Tabs; 3]
        );
        assert_eq!([shape(100, 24), shape(159, 50)], [Shape::Two; 2]);
        assert_eq!(shape(160, 24), Shape::Three);
    }

    #[test]
    fn a_step_goes_as_far_as_its_stride_says() {
        let there =
            |stride| [Toward::Start, Toward::End].map(|toward| Step { stride, toward }.from(20, 9));
        assert_eq!(there(Stride::Row), [19, 21]);
        assert_eq!(there(Stride::HalfPage), [16, 24]);
        assert_eq!(there(Stride::Page), [11, 29]);
        assert_eq!(there(Stride::Whole), [0, usize::MAX]);
        let half = Step {
            stride: Stride::HalfPage,
            toward: Toward::End,
        };
        assert_eq!(half.from(0, 1), 1);
    }

    #[test]
    fn the_window_follows_the_cursor_and_moves_as_little_as_it_can() {
        assert_eq!(scroll_to(3, 100, 0, 10), 0);
        assert_eq!(scroll_to(12, 100, 0, 10), 3);
        assert_eq!(scroll_to(2, 100, 5, 10), 2);
        assert_eq!(scroll_to(4, 5, 4, 10), 0);
        assert_eq!(scroll_to(0, 0, 7, 0), 0);
    }
}
