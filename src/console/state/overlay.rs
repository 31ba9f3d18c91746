//! The overlay above the panes.

use crate::console::text_box::TextBox;
use crate::domain::{Coverage, RawJson};
use crate::text::SafeText;

/// The overlay above the panes.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// Who is this: identity, access and trust.
    Identity {
        /// The first row that is shown.
        scroll: usize,
    },
    /// JSON as it came.
    Raw {
        /// What it is.
        title: &'static str,
        /// Its parts, each under a heading of its own.
        parts: Vec<RawPart>,
        /// What is copied of it.
        json: RawJson,
        /// What that is, in words.
        copied: &'static str,
        /// What is searched for in it.
        find: Find,
        /// The first row that is shown.
        scroll: usize,
    },
    /// Every action by its name.
    Palette {
        /// What to look for.
        input: TextBox,
        /// The row that the cursor is on.
        selected: usize,
        /// The first row that is shown.
        scroll: usize,
    },
    /// What is known of users on this machine.
    Known {
        /// What was counted.
        counted: Counted,
        /// The first row that is shown.
        scroll: usize,
    },
    /// The live keymap.
    Help {
        /// Words to look for.
        filter: TextBox,
        /// Whether keys go into the filter.
        typing: bool,
        /// The first row that is shown.
        scroll: usize,
    },
}

/// A search in raw JSON.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is searched for.
    pub(crate) input: TextBox,
    /// Whether keys go into the text.
    pub(crate) typing: bool,
    /// The row that was shown first when the search began.
    pub(crate) from: usize,
    /// Where it is found.
    pub(crate) places: Vec<Place>,
    /// Which of the places the search is at.
    pub(crate) at: usize,
}

impl Find {
    /// Where the search is, if anything was found.
    pub(crate) fn current(&self) -> Option<Place> {
        self.places.get(self.at).copied()
    }
}

/// A place in the lines of raw JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which part.
    pub part: usize,
    /// Which line of the part.
    pub line: usize,
    /// Which character of the line.
    pub start: usize,
}

/// JSON under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPart {
    /// Where it comes from and of which moment it is; `None` where that goes without saying.
    pub heading: Option<SafeText>,
    /// Its lines.
    pub lines: Vec<SafeText>,
}

/// What was counted of the users who are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// Nothing yet.
    Waiting,
    /// Nothing is kept anywhere.
    Nowhere,
    /// This much.
    Known(Box<Coverage>),
}

impl Overlay {
    /// The first row that is shown.
    pub const fn scroll(&self) -> usize {
        match self {
            Self::Identity { scroll }
            | Self::Raw { scroll, .. }
            | Self::Palette { scroll, .. }
            | Self::Known { scroll, .. }
            | Self::Help { scroll, .. } => *scroll,
        }
    }

    /// The first row that is shown, to be changed.
    pub(crate) const fn scroll_mut(&mut self) -> &mut usize {
        match self {
            Self::Identity { scroll }
            | Self::Raw { scroll, .. }
            | Self::Palette { scroll, .. }
            | Self::Known { scroll, .. }
            | Self::Help { scroll, .. } => scroll,
        }
    }

    /// The text box that keys go into, if they go into one.
    pub(crate) const fn text_box_mut(&mut self) -> Option<&mut TextBox> {
        match self {
            Self::Help {
                filter,
                typing: true,
                ..
            } => Some(filter),
            Self::Raw {
                find:
                    Find {
                        input,
                        typing: true,
                        ..
                    },
                ..
            }
            | Self::Palette { input, .. } => Some(input),
            _ => None,
        }
    }

    /// Whether keys go into a text box of the overlay.
    pub const fn is_typing(&self) -> bool {
        match self {
            Self::Help { typing, .. } => *typing,
            Self::Raw { find, .. } => find.typing,
            Self::Palette { .. } => true,
            Self::Identity { .. } | Self::Known { .. } => false,
        }
    }
}
