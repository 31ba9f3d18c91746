//! What a message says, as lines: all its text, the names of its media, its buttons.

use crate::console::layout::row::Tone;
use crate::domain::message::{Answer, FieldOption};
use crate::domain::{
    Action, ActionKind, Content, Coordinates, Field, Item, Media, Message, Place, Quoted, Untrusted,
};
use crate::text::{SafeText, safe_lines};

/// A line of a message before it is wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The text.
    pub text: SafeText,
    /// Its role.
    pub tone: Tone,
    /// Blanks before it, and before what it wraps to.
    pub indent: u16,
}

/// Collects lines.
#[derive(Default)]
struct Lines {
    lines: Vec<Said>,
    /// Buttons are numbered through the whole message.
    buttons: usize,
}

/// All that a message says, as lines. Never empty.
pub(crate) fn said(message: &Message) -> Vec<Said> {
    let mut lines = Lines::default();
    if let Some(quoted) = &message.quoted {
        lines.quoted(quoted);
    }
    lines.content(message);
    lines.actions(&message.actions, 0);
    if let Some(payload) = &message.payload {
        lines.own(
            Tone::Dim,
            0,
            format_args!("answers the button with {}", SafeText::of(payload)),
        );
    }
    for why in &message.degraded {
        let why = SafeText::of(why);
        lines.own(
            Tone::Warning,
            0,
            format_args!("[could not be read whole: {why}]"),
        );
    }
    if lines.lines.is_empty() {
        lines.own(Tone::Dim, 0, "[no text]");
    }
    lines.lines
}

impl Lines {
    fn own(&mut self, tone: Tone, indent: u16, words: impl std::fmt::Display) {
        self.lines.push(Said {
            text: SafeText::own(words),
            tone,
            indent,
        });
    }

    fn text(&mut self, tone: Tone, indent: u16, text: Option<&Untrusted>) {
        for text in text.into_iter().flat_map(safe_lines) {
            self.lines.push(Said { text, tone, indent });
        }
    }

    fn content(&mut self, message: &Message) {
        let text = message.text.as_ref();
        match &message.content {
            Content::Text => self.text(Tone::Plain, 0, text),
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
                self.own(Tone::Strong, 0, format_args!("[form] {state}{blocks}"));
                self.text(Tone::Plain, 0, text);
                self.fields(fields);
            }
            Content::FormResponse {
                fields,
                text_fallback,
            } => {
                self.own(Tone::Strong, 0, "[form response]");
                self.fields(fields);
                if fields.is_empty() {
                    self.text(Tone::Plain, 0, text.or(text_fallback.as_ref()));
                }
            }
            Content::Unknown { kind } => {
                let kind = kind
                    .as_ref()
                    .map_or_else(|| SafeText::own("no type"), SafeText::of);
                self.own(
                    Tone::Strong,
                    0,
                    format_args!("[{kind}] a type this console does not know"),
                );
                self.text(Tone::Plain, 0, text);
            }
        }
    }

    fn media(&mut self, kind: &str, media: &Media, text: Option<&Untrusted>) {
        let name = media_name(media);
        let facts = media_facts(media);
        self.own(Tone::Strong, 0, format_args!("[{kind}] {name}{facts}"));
        self.text(Tone::Plain, 0, text);
    }

    fn items(&mut self, kind: &str, part: &str, items: &[Item], text: Option<&Untrusted>) {
        let count = items.len();
        let plural = if count == 1 { "" } else { "s" };
        self.own(
            Tone::Strong,
            0,
            format_args!("[{kind}] {count} {part}{plural}"),
        );
        for (number, item) in (1..).zip(items) {
            let title = item.title.as_ref().map(SafeText::of).unwrap_or_default();
            self.own(Tone::Plain, 0, format_args!("{number}/{count} {title}"));
            self.text(Tone::Dim, 4, item.description.as_ref());
            if let Some(media) = &item.media {
                let (name, facts) = (media_name(media), media_facts(media));
                self.own(Tone::Dim, 4, format_args!("[image] {name}{facts}"));
            }
            self.actions(&item.actions, 4);
        }
        // The text repeats the items, in the words of channels that know none.
        if items.is_empty() {
            self.text(Tone::Plain, 0, text);
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
                    Tone::Strong,
                    0,
                    format_args!("[location] {lat:.4}, {long:.4}"),
                );
            }
            None => self.own(Tone::Strong, 0, "[location] without coordinates"),
        }
        if let Some(place) = place {
            self.text(Tone::Plain, 0, place.name.as_ref());
            self.text(Tone::Plain, 0, place.address.as_ref());
        }
        self.text(Tone::Dim, 0, text);
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            let label = field.label.as_ref().or(field.name.as_ref());
            let label = label.map_or_else(|| SafeText::own("(no label)"), SafeText::of);
            match &field.answer {
                Some(answer) => {
                    self.own(
                        Tone::Plain,
                        2,
                        format_args!("{label} {}", answer_words(answer)),
                    );
                }
                None => self.own(Tone::Plain, 2, format_args!("{label}{}", field_hint(field))),
            }
        }
    }

    fn actions(&mut self, actions: &[Action], indent: u16) {
        for action in actions {
            self.buttons += 1;
            let (number, label) = (self.buttons, button_label(action));
            let does = button_does(&action.kind);
            self.own(
                Tone::Link,
                indent,
                format_args!("({number}) {label}  {does}"),
            );
        }
    }

    fn quoted(&mut self, quoted: &Quoted) {
        match quoted {
            Quoted::Message(message) => {
                let name = message.author.name.as_ref().map(SafeText::of);
                let name = name.unwrap_or_else(|| SafeText::own("a message"));
                let first = said(message).into_iter().next().map(|said| said.text);
                let first = first.unwrap_or_default().ellipsis(72);
                self.own(Tone::Dim, 0, format_args!("│ in answer to {name}: {first}"));
            }
            Quoted::External(id) => {
                let id = SafeText::of(id).middle(32);
                self.own(
                    Tone::Dim,
                    0,
                    format_args!("│ reply to a message that only the channel has ({id})"),
                );
            }
        }
    }
}

/// The alternative text, else the last part of the address.
fn media_name(media: &Media) -> SafeText {
    if let Some(alt) = &media.alt_text {
        return SafeText::of(alt);
    }
    let Some(url) = &media.url else {
        return SafeText::own("(no address)");
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the file name is cut out, then made safe"
    )]
    let url = url.expose();
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path);
    SafeText::own(name)
}

fn media_facts(media: &Media) -> SafeText {
    let kind = media.media_type.as_ref().map(SafeText::of);
    let size = media.size.map(size_words);
    let facts = [kind, size].into_iter().flatten();
    SafeText::join(facts.map(|fact| SafeText::own(format_args!("  {fact}"))))
}

/// Bytes in the largest unit that leaves a whole number before the point.
fn size_words(bytes: u64) -> SafeText {
    const UNITS: [&str; 3] = ["kB", "MB", "GB"];
    if bytes < 1000 {
        return SafeText::own(format_args!("{bytes} B"));
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let unit = UNITS[unit];
    if whole >= 10 {
        SafeText::own(format_args!("{whole} {unit}"))
    } else {
        SafeText::own(format_args!("{whole}.{tenth} {unit}"))
    }
}

fn field_hint(field: &Field) -> SafeText {
    if !field.options.is_empty() {
        return SafeText::own(format_args!(" ({})", options_words(&field.options)));
    }
    let hint = field
        .placeholder
        .as_ref()
        .or(field.kind.as_ref())
        .map(SafeText::of);
    hint.map_or_else(SafeText::default, |hint| {
        SafeText::own(format_args!(" ({hint})"))
    })
}

fn answer_words(answer: &Answer) -> SafeText {
    match answer {
        Answer::Text(text) | Answer::Email(text) => SafeText::of(text),
        Answer::Select(options) => options_words(options),
    }
}

fn options_words(options: &[FieldOption]) -> SafeText {
    let labels = options
        .iter()
        .filter_map(|option| option.label.as_ref().or(option.name.as_ref()));
    let labels = labels.enumerate().map(|(index, label)| {
        let comma = if index == 0 { "" } else { ", " };
        SafeText::join([SafeText::own(comma), SafeText::of(label)])
    });
    SafeText::join(labels)
}

fn button_label(action: &Action) -> SafeText {
    action
        .text
        .as_ref()
        .map_or_else(|| SafeText::own("(no label)"), SafeText::of)
}

/// What pressing a button does, in a word and its argument.
fn button_does(kind: &ActionKind) -> SafeText {
    let with = |word: &str, argument: Option<&Untrusted>| match argument {
        Some(argument) => SafeText::own(format_args!("{word} {}", SafeText::of(argument))),
        None => SafeText::own(word),
    };
    match kind {
        ActionKind::Link { uri } => with("link", uri.as_ref()),
        ActionKind::Webview { uri, .. } => with("webview", uri.as_ref()),
        ActionKind::Postback { payload } => with("postback", payload.as_ref()),
        ActionKind::Reply { payload, .. } => with("reply", payload.as_ref()),
        ActionKind::Share => SafeText::own("share"),
        ActionKind::LocationRequest => SafeText::own("asks for the location"),
        ActionKind::Buy {
            amount,
            currency,
            state,
            uri,
        } => {
            let amount = amount.map_or_else(SafeText::default, |amount| {
                let sign = if amount < 0 { "-" } else { "" };
                let hundredths = amount.unsigned_abs();
                SafeText::own(format_args!(
                    "{sign}{}.{:02}",
                    hundredths / 100,
                    hundredths % 100
                ))
            });
            let currency = currency.as_ref().map(SafeText::of).unwrap_or_default();
            let state = state.as_ref().map(SafeText::of).unwrap_or_default();
            let uri = uri.as_ref().map(SafeText::of).unwrap_or_default();
            SafeText::own(format_args!("buy {amount} {currency} {state} {uri}"))
        }
        ActionKind::Other { kind, uri, payload } => {
            let word = kind
                .as_ref()
                .map_or_else(|| SafeText::own("no type"), SafeText::of);
            with(word.as_str(), uri.as_ref().or(payload.as_ref()))
        }
    }
}
