//! A conversation wrapped for a width: day separators, authors, times, channels, texts.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::row::Tone;
use crate::domain::{DisplayName, Message, Side, Untrusted, name};
use crate::text::message::{Breaks, Loaded, said};
use crate::text::{SafeText, time};

/// From this width on the channel has a column of its own.
const CHANNEL_COLUMN_FROM: usize = 90;

/// Text is not set wider than this; longer lines are hard to read.
const WIDEST_TEXT: usize = 96;

/// The cells that each part of a row gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    /// The mark of the selected message.
    pub mark: usize,
    /// `12:41`.
    pub time: usize,
    /// The author's name.
    pub author: usize,
    /// What was said.
    pub text: usize,
    /// The channel, or nothing where it has rows of its own.
    pub channel: usize,
}

impl Columns {
    /// Divides a width.
    pub(crate) fn of(width: usize) -> Self {
        let author = match width {
            0..=47 => 7,
            48..=89 => 10,
            _ => 14,
        };
        let channel = if width >= CHANNEL_COLUMN_FROM { 10 } else { 0 };
        let (mark, time) = (1, 6);
        // After the author a mark for the side and a blank.
        // A blank column on the right keeps text off the border.
        let taken = mark + time + author + 2 + channel + 1;
        let text = width.saturating_sub(taken).clamp(1, WIDEST_TEXT);
        Self {
            mark,
            time,
            author,
            text,
            channel,
        }
    }
}

/// Who speaks, on the first row of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// `12:41`, or blanks when the API did not say.
    pub time: SafeText,
    /// The author's name.
    pub author: SafeText,
    /// The author's role.
    pub tone: Tone,
    /// Where it came from.
    pub channel: SafeText,
}

/// One row of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A day begins.
    Day(SafeText),
    /// What follows came by another channel.
    Via(SafeText),
    /// Part of a message.
    Text {
        /// On its first row.
        lead: Option<Lead>,
        /// Blanks before the text.
        indent: u16,
        /// What fits into the text's column.
        text: SafeText,
        /// The text's role.
        tone: Tone,
    },
}

/// A conversation wrapped for a width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wrapped {
    /// For which width.
    pub width: usize,
    /// All rows, oldest first.
    pub lines: Vec<Line>,
    /// For each message, its first row (a day or channel row that belongs to it included).
    pub starts: Vec<usize>,
}

impl Wrapped {
    /// Wraps messages, oldest first, for a width.
    pub(crate) fn of(
        messages: &[Message],
        name: &DisplayName,
        zone: &TimeZone,
        width: usize,
    ) -> Self {
        let mut wrapped = Self {
            width,
            lines: Vec::new(),
            starts: Vec::new(),
        };
        let columns = Columns::of(width);
        let mut day: Option<Date> = None;
        let mut via: Option<&Untrusted> = None;
        let loaded = Loaded::of(messages);
        for message in messages {
            wrapped.starts.push(wrapped.lines.len());
            if let Some(received) = message.received {
                let date = received.to_zoned(zone.clone()).date();
                if day != Some(date) {
                    day = Some(date);
                    wrapped
                        .lines
                        .push(Line::Day(SafeText::own(time::day(received, zone))));
                }
            }
            let channel = channel_of(message);
            if columns.channel == 0 && channel.is_some() && channel != via {
                via = channel;
                let words = channel.map(SafeText::of).unwrap_or_default();
                wrapped
                    .lines
                    .push(Line::Via(SafeText::own(format_args!("via {words}"))));
            }
            wrapped.push_message(message, &loaded, lead(message, name, zone), columns);
        }
        wrapped
    }

    fn push_message(
        &mut self,
        message: &Message,
        loaded: &Loaded<'_>,
        lead: Lead,
        columns: Columns,
    ) {
        let mut lead = Some(lead);
        for said in said(message, loaded, Breaks::Kept) {
            let indent = usize::from(said.indent).min(columns.text / 2);
            for text in said.text.wrap((columns.text - indent).max(1)) {
                self.lines.push(Line::Text {
                    lead: lead.take(),
                    indent: u16::try_from(indent).unwrap_or_default(),
                    text,
                    tone: said.role.into(),
                });
            }
        }
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Which message a row belongs to.
    pub fn message_at(&self, row: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= row)
            .saturating_sub(1)
    }

    /// The rows of a message: from its first to one past its last.
    pub fn rows_of(&self, message: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(message).copied().unwrap_or(self.rows());
        let end = self.starts.get(message + 1).copied().unwrap_or(self.rows());
        start..end
    }
}

/// The channel that a customer's message came by. What the business sends through the API or a
/// desk says nothing about how the customer can be reached.
fn channel_of(message: &Message) -> Option<&Untrusted> {
    match message.author.side {
        Side::User => message.source.as_ref()?.kind.as_ref(),
        _ => None,
    }
}

fn lead(message: &Message, name: &DisplayName, zone: &TimeZone) -> Lead {
    let time = message
        .received
        .map(|received| SafeText::own(time::clock(received, zone)));
    let author = SafeText::of(&name::resolve_author_name(message, name));
    let tone = match message.author.side {
        Side::User => Tone::Strong,
        Side::Business => Tone::Business,
        Side::Internal | Side::Other(_) => Tone::Aside,
    };
    let source = message
        .source
        .as_ref()
        .and_then(|source| source.kind.clone());
    let channel = source.map(|kind| SafeText::of(&kind)).unwrap_or_default();
    Lead {
        time: time.unwrap_or_default(),
        author,
        tone,
        channel,
    }
}
