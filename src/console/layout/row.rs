//! Rows of safe text, each piece with its role; the theme decides how a role looks.

use std::fmt::Display;

use crate::text::SafeText;
use crate::text::message::Role;

/// The role of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// What was said or is so.
    #[default]
    Plain,
    /// Labels, times, what matters less.
    Dim,
    /// What matters more.
    Strong,
    /// The word for an identified user.
    Identified,
    /// The word for an anonymous user.
    Anonymous,
    /// The business speaks.
    Business,
    /// A note among agents, or a side that is not known.
    Aside,
    /// Something that can be opened or pressed.
    Link,
    /// Worth a second look.
    Warning,
    /// Something failed.
    Problem,
    /// The name of a member in JSON.
    JsonKey,
    /// A text in JSON.
    JsonText,
    /// A number, a boolean or nothing in JSON.
    JsonValue,
    /// What was searched for.
    Found,
    /// What was searched for, where the search is now.
    FoundHere,
}

impl From<Role> for Tone {
    fn from(role: Role) -> Self {
        match role {
            Role::Plain => Self::Plain,
            Role::Dim => Self::Dim,
            Role::Strong => Self::Strong,
            Role::Link => Self::Link,
            Role::Warning => Self::Warning,
        }
    }
}

/// Text with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: SafeText,
    /// Its role.
    pub tone: Tone,
}

/// One row: pieces side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// From left to right.
    pub pieces: Vec<Piece>,
}

impl Row {
    /// A row of one piece.
    pub(crate) fn of(tone: Tone, text: SafeText) -> Self {
        Self {
            pieces: vec![Piece { text, tone }],
        }
    }

    /// A row of the console's own words.
    pub(crate) fn words(tone: Tone, words: impl Display) -> Self {
        Self::of(tone, SafeText::own(words))
    }

    /// Adds a piece on the right.
    #[must_use]
    pub(crate) fn with(mut self, tone: Tone, text: SafeText) -> Self {
        self.push(tone, text);
        self
    }

    /// Adds the console's own words on the right.
    #[must_use]
    pub(crate) fn and(self, tone: Tone, words: impl Display) -> Self {
        self.with(tone, SafeText::own(words))
    }

    /// Adds a piece on the right.
    pub(crate) fn push(&mut self, tone: Tone, text: SafeText) {
        self.pieces.push(Piece { text, tone });
    }

    /// Adds blanks until the row is `width` cells wide, or one blank if it is already.
    #[must_use]
    pub(crate) fn padded(self, width: usize) -> Self {
        let blanks = width.saturating_sub(self.width()).max(1);
        self.and(Tone::Plain, " ".repeat(blanks))
    }

    /// Its width in cells.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.width()).sum()
    }

    #[cfg(test)]
    /// The characters alone.
    pub(crate) fn plain(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect()
    }
}

/// Wraps text to a width, each line with blanks before it.
pub(crate) fn wrapped(tone: Tone, text: &SafeText, width: usize, indent: usize) -> Vec<Row> {
    let lines = text.wrap(width.saturating_sub(indent).max(1)).into_iter();
    lines
        .map(|line| indented(indent).with(tone, line))
        .collect()
}

/// A row that starts with blanks.
pub(crate) fn indented(indent: usize) -> Row {
    if indent == 0 {
        Row::default()
    } else {
        Row::words(Tone::Plain, " ".repeat(indent))
    }
}
