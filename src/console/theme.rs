//! How roles look: the terminal's own 16 colours, or none at all.
//!
//! Every colour has a word beside it on the screen, so nothing is lost without colours.

use ratatui::style::{Color, Modifier, Style};

use super::layout::row::Tone;
use crate::domain::Stage;

/// Whether colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// The terminal's own 16 colours.
    Ansi,
    /// Bold, dim, underline and reverse only (`NO_COLOR`).
    Plain,
}

/// Whether the keys act on a pane or a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// They do.
    Here,
    /// They act elsewhere.
    Elsewhere,
}

impl Theme {
    /// Follows the `NO_COLOR` convention: any value that is not empty asks for no colours.
    pub(crate) fn for_no_color(value: Option<&str>) -> Self {
        if value.is_some_and(|value| !value.is_empty()) {
            Self::Plain
        } else {
            Self::Ansi
        }
    }

    /// How a role looks.
    pub(crate) fn style(self, tone: Tone) -> Style {
        let style = Style::new();
        match tone {
            Tone::Plain => style,
            Tone::Dim => style.add_modifier(Modifier::DIM),
            Tone::Strong => style.add_modifier(Modifier::BOLD),
            Tone::Identified => self.fg(style, Color::Cyan).add_modifier(Modifier::BOLD),
            Tone::Anonymous => self.fg(style, Color::Yellow).add_modifier(Modifier::BOLD),
            Tone::Business => self.fg(style, Color::Blue),
            Tone::Aside | Tone::JsonValue => self.fg(style, Color::Magenta),
            Tone::Link | Tone::JsonKey => self.fg(style, Color::Cyan),
            Tone::Warning => self.fg(style, Color::Yellow),
            Tone::Problem => self.fg(style, Color::Red).add_modifier(Modifier::BOLD),
            Tone::JsonText => self.fg(style, Color::Green),
            Tone::Found => self.matched(),
            Tone::FoundHere => self.matched().add_modifier(Modifier::REVERSED),
        }
    }

    /// How the border of a pane looks.
    pub(crate) fn border(self, focus: Focus) -> Style {
        match focus {
            Focus::Here => self
                .fg(Style::new(), Color::Cyan)
                .add_modifier(Modifier::BOLD),
            Focus::Elsewhere => Style::new().add_modifier(Modifier::DIM),
        }
    }

    /// How the row under the cursor looks.
    pub fn selected(self, focus: Focus) -> Style {
        Style::new().add_modifier(match focus {
            Focus::Here => Modifier::REVERSED,
            Focus::Elsewhere => Modifier::BOLD,
        })
    }

    /// How a matched character looks: without colour, so that it survives everywhere.
    pub fn matched(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// How a tag in place of a hidden character looks.
    pub fn tag(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// How the badge in the header looks, so that production is never taken for anything else.
    pub(crate) fn stage(self, stage: Stage) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        match (self, stage) {
            (_, Stage::Unmarked) => style,
            (Self::Plain, _) => style.add_modifier(Modifier::REVERSED),
            (Self::Ansi, Stage::Production) => style.fg(Color::White).bg(Color::Red),
            (Self::Ansi, Stage::Sandbox) => style.fg(Color::Black).bg(Color::Yellow),
        }
    }

    fn fg(self, style: Style, colour: Color) -> Style {
        match self {
            Self::Ansi => style.fg(colour),
            Self::Plain => style,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_no_role_has_one() {
        let tones = [
            Tone::Identified,
            Tone::Anonymous,
            Tone::Business,
            Tone::Problem,
            Tone::Link,
            Tone::JsonKey,
            Tone::JsonText,
            Tone::JsonValue,
        ];
        for tone in tones {
            let style = Theme::Plain.style(tone);
            assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
        }
        assert_eq!(Theme::Plain.stage(Stage::Production).bg, None);
    }

    #[test]
    fn no_color_counts_only_when_it_says_something() {
        assert_eq!(Theme::for_no_color(None), Theme::Ansi);
        assert_eq!(Theme::for_no_color(Some("")), Theme::Ansi);
        assert_eq!(Theme::for_no_color(Some("1")), Theme::Plain);
    }
}
