//! What a message says, as lines: all its text, its media, buttons, places and forms, and what it
//! answers. The console and the command line say the same.
//!
//! In: a message, and the messages around it. Out: safe lines with their roles. How a role looks,
//! and how a line is wrapped, is decided elsewhere.

mod links;
mod words;

use std::collections::HashMap;

use super::{SafeText, safe_lines};
use crate::domain::message::Parts;
use crate::domain::{
    Action, Content, Coordinates, Field, Item, Media, Message, MessageId, Place, Quoted, Untrusted,
};
use words::{answer_words, button_does, button_label, field_hint, media_facts, media_name};

pub use links::links;

/// The longest part of a quoted message that is shown, in cells.
const QUOTED: usize = 72;

/// The longest part of an id that is shown where a quoted message is missing, in cells.
const QUOTED_ID: usize = 32;

/// The role of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What was said.
    Plain,
    /// What matters less.
    Dim,
    /// The console's own word for what follows.
    Strong,
    /// Something that can be opened or pressed.
    Link,
    /// Worth a second look.
    Warning,
}

/// A line of a message before it is wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: SafeText,
    /// Its role.
    pub role: Role,
    /// Blanks before it, and before what it wraps to.
    pub indent: u16,
}

/// What becomes of the line breaks in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// Each line of the text is a line.
    Kept,
    /// A text is one line, with a mark for each break.
    Marked,
}

/// The messages of a conversation by their ids, for those that answer one of them.
#[derive(Debug, Default)]
pub struct Loaded<'m> {
    by_id: HashMap<&'m Untrusted, &'m Message>,
    by_channel_id: HashMap<&'m Untrusted, &'m Message>,
}

impl<'m> Loaded<'m> {
    /// Makes the messages findable.
    pub fn of(messages: &'m [Message]) -> Self {
        let mut loaded = Self::default();
        for message in messages {
            if let Some(id) = &message.id {
                loaded.by_id.insert(id.untrusted(), message);
            }
            let source = message.source.as_ref();
            if let Some(id) = source.and_then(|source| source.original_message_id.as_ref()) {
                loaded.by_channel_id.insert(id, message);
            }
        }
        loaded
    }
}

/// Collects lines.
struct Lines {
    said: Vec<Said>,
    breaks: Breaks,
    /// Buttons are numbered through the whole message.
    buttons: usize,
}

/// All that a message says, as lines. Never empty.
pub fn said(message: &Message, loaded: &Loaded<'_>, breaks: Breaks) -> Vec<Said> {
    let mut lines = Lines::new(breaks);
    if let Some(quoted) = &message.quoted {
        lines.quoted(quoted, loaded);
    }
    lines.content(message);
    lines.actions(&message.actions, 0);
    if let Some(payload) = &message.payload {
        lines.own(
            Role::Dim,
            0,
            format_args!("answers the button with {}", SafeText::of(payload)),
        );
    }
    for why in &message.degraded {
        let why = SafeText::of(why);
        lines.own(
            Role::Warning,
            0,
            format_args!("[could not be read whole: {why}]"),
        );
    }
    if lines.said.is_empty() {
        lines.own(Role::Dim, 0, "(no text)");
    }
    lines.said
}

impl Lines {
    const fn new(breaks: Breaks) -> Self {
        Self {
            said: Vec::new(),
            breaks,
            buttons: 0,
        }
    }

    fn own(&mut self, role: Role, indent: u16, words: impl std::fmt::Display) {
        self.said.push(Said {
            text: SafeText::own(words),
            role,
            indent,
        });
    }

    fn text(&mut self, role: Role, indent: u16, text: Option<&Untrusted>) {
        let Some(text) = text else { return };
        let texts = match self.breaks {
            Breaks::Kept => safe_lines(text),
            Breaks::Marked => vec![SafeText::of(text)],
        };
        let lines = texts.into_iter();
        self.said
            .extend(lines.map(|text| Said { text, role, indent }));
    }

    fn content(&mut self, message: &Message) {
        let text = message.text.as_ref();
        match &message.content {
            Content::Text => self.text(Role::Plain, 0, text),
            Content::Image(media) => self.media("image", media, text),
            Content::File(media) => self.media("file", media, text),
            Content::Carousel { items, .. } => self.items("carousel", "card", items, text),
            Content::List { items } => self.items("list", "row", items, text),
            Content::Location { coordinates, place } => {
                self.location(*coordinates, place.as_ref(), text);
            }
            Content::Form {
                fields,
                submitted,
                block_chat_input,
            } => {
                let state = match submitted {
                    Some(true) => "answered",
                    Some(false) => "not answered yet",
                    None => "the API does not say whether it was answered",
                };
                let blocks = if *block_chat_input == Some(true) && *submitted != Some(true) {
                    ", has to be answered before writing on"
                } else {
                    ""
                };
                self.own(Role::Strong, 0, format_args!("[form] {state}{blocks}"));
                self.text(Role::Plain, 0, text);
                self.fields(fields);
            }
            Content::FormResponse {
                fields,
                text_fallback,
            } => {
                self.own(Role::Strong, 0, "[form response]");
                self.fields(fields);
                if fields.is_empty() {
                    self.text(Role::Plain, 0, text.or(text_fallback.as_ref()));
                }
            }
            Content::Unknown { kind, parts } => self.unknown(kind.as_ref(), parts, text),
        }
    }

    /// Whatever a type is, what it carries is shown.
    fn unknown(&mut self, kind: Option<&Untrusted>, parts: &Parts, text: Option<&Untrusted>) {
        let kind = kind.map_or_else(|| SafeText::own("no type"), SafeText::of);
        if let Some(media) = &parts.media {
            self.media(kind.as_str(), media, text);
        } else {
            let words = format!("[{kind}] a type this console does not know");
            self.own(Role::Strong, 0, words);
            self.text(Role::Plain, 0, text);
        }
        if !parts.items.is_empty() {
            self.items("items", "part", &parts.items, None);
        }
        if parts.coordinates.is_some() || parts.place.is_some() {
            self.location(parts.coordinates, parts.place.as_ref(), None);
        }
        self.fields(&parts.fields);
    }

    fn media(&mut self, kind: &str, media: &Media, text: Option<&Untrusted>) {
        let name = media_name(media);
        let facts = media_facts(media);
        self.own(Role::Strong, 0, format_args!("[{kind}] {name}{facts}"));
        self.text(Role::Link, 0, media.url.as_ref());
        self.text(Role::Plain, 0, text);
    }

    fn items(&mut self, kind: &str, part: &str, items: &[Item], text: Option<&Untrusted>) {
        let count = items.len();
        let plural = if count == 1 { "" } else { "s" };
        self.own(
            Role::Strong,
            0,
            format_args!("[{kind}] {count} {part}{plural}"),
        );
        for (number, item) in (1..).zip(items) {
            let title = item.title.as_ref().map(SafeText::of).unwrap_or_default();
            self.own(Role::Plain, 0, format_args!("{number}/{count} {title}"));
            self.text(Role::Dim, 4, item.description.as_ref());
            if let Some(media) = &item.media {
                let (name, facts) = (media_name(media), media_facts(media));
                self.own(Role::Dim, 4, format_args!("[image] {name}{facts}"));
                self.text(Role::Link, 4, media.url.as_ref());
            }
            self.actions(&item.actions, 4);
        }
        // The text repeats the items, in the words of channels that know none.
        if items.is_empty() {
            self.text(Role::Plain, 0, text);
        }
    }

    fn location(
        &mut self,
        coordinates: Option<Coordinates>,
        place: Option<&Place>,
        text: Option<&Untrusted>,
    ) {
        match coordinates {
            Some(Coordinates { lat, long }) => {
                self.own(
                    Role::Strong,
                    0,
                    format_args!("[location] {lat:.4}, {long:.4}"),
                );
            }
            None => self.own(Role::Strong, 0, "[location] without coordinates"),
        }
        if let Some(place) = place {
            self.text(Role::Plain, 0, place.name.as_ref());
            self.text(Role::Plain, 0, place.address.as_ref());
        }
        self.text(Role::Dim, 0, text);
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            let label = field.label.as_ref().or(field.name.as_ref());
            let label = label.map_or_else(|| SafeText::own("(no label)"), SafeText::of);
            match &field.answer {
                Some(answer) => {
                    self.own(
                        Role::Plain,
                        2,
                        format_args!("{label} {}", answer_words(answer)),
                    );
                }
                None => self.own(Role::Plain, 2, format_args!("{label}{}", field_hint(field))),
            }
        }
    }

    fn actions(&mut self, actions: &[Action], indent: u16) {
        for action in actions {
            self.buttons += 1;
            let (number, label) = (self.buttons, button_label(action));
            let does = button_does(&action.kind);
            self.own(
                Role::Link,
                indent,
                format_args!("({number}) {label}  {does}"),
            );
        }
    }

    fn quoted(&mut self, quoted: &Quoted, loaded: &Loaded<'_>) {
        let (original, id) = match quoted {
            Quoted::Message(message) => {
                let id = message.id.as_ref().map(MessageId::untrusted);
                let known = id.and_then(|id| loaded.by_id.get(id).copied());
                (
                    known.filter(|_| is_silent(message)).or(Some(&**message)),
                    id,
                )
            }
            Quoted::ById(id) => {
                let id = id.untrusted();
                (loaded.by_id.get(id).copied(), Some(id))
            }
            Quoted::External(id) => {
                let Some(original) = loaded.by_channel_id.get(id) else {
                    let id = SafeText::of(id).middle(QUOTED_ID);
                    let words = format!("│ answers a message that only the channel has ({id})");
                    return self.own(Role::Dim, 0, words);
                };
                (Some(*original), None)
            }
        };
        let original = original.filter(|original| id.is_none() || !is_silent(original));
        let words = match (original, id) {
            (Some(original), _) => {
                let name = original.author.name.as_ref().map(SafeText::of);
                let name = name.unwrap_or_else(|| SafeText::own("a message"));
                format!("│ in answer to {name}: {}", first_words(original))
            }
            (None, Some(id)) => {
                let id = SafeText::of(id).middle(QUOTED_ID);
                format!("│ answers message {id}, which is not loaded here")
            }
            (None, None) => "│ answers a message".to_owned(),
        };
        self.own(Role::Dim, 0, words);
    }
}

/// Whether a message carries nothing but who and when.
fn is_silent(message: &Message) -> bool {
    let is_empty = match &message.content {
        Content::Text => true,
        Content::Unknown { parts, .. } => parts.is_empty(),
        _ => false,
    };
    is_empty && message.text.is_none() && message.actions.is_empty()
}

/// The beginning of what a quoted message says: its text, else what it carries.
fn first_words(message: &Message) -> SafeText {
    let mut lines = Lines::new(Breaks::Kept);
    lines.text(Role::Plain, 0, message.text.as_ref());
    if lines.said.is_empty() {
        lines.content(message);
    }
    let first = lines.said.into_iter().next().map(|said| said.text);
    let first = first.unwrap_or_else(|| SafeText::own("(no text)"));
    first.ellipsis(QUOTED)
}
