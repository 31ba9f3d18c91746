//! The words for media, fields and buttons.
//!
//! In: parts of a message. Out: safe text for one line. Where the lines go is decided elsewhere.

use crate::domain::message::{Answer, FieldOption};
use crate::domain::{Action, ActionKind, Field, Media, Untrusted};
use crate::text::SafeText;

/// The alternative text, else the last part of the address.
pub(super) fn media_name(media: &Media) -> SafeText {
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

pub(super) fn media_facts(media: &Media) -> SafeText {
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

pub(super) fn field_hint(field: &Field) -> SafeText {
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

pub(super) fn answer_words(answer: &Answer) -> SafeText {
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

pub(super) fn button_label(action: &Action) -> SafeText {
    action
        .text
        .as_ref()
        .map_or_else(|| SafeText::own("(no label)"), SafeText::of)
}

/// What pressing a button does, in a word and its argument.
pub(super) fn button_does(kind: &ActionKind) -> SafeText {
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
            let word = with(word.as_str(), uri.as_ref());
            with(word.as_str(), payload.as_ref())
        }
    }
}
