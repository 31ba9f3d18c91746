//! What the types of messages add: media, items, buttons, places and forms.

use crate::domain::message::Parts;
use crate::domain::{
    Action, ActionKind, Answer, Content, Coordinates, Field, FieldOption, Item, Media, Place,
    Untrusted,
};
use crate::wire::reader::Reader;

/// Reads what the message's `type` adds.
pub(super) fn read_content(message: &mut Reader<'_>) -> Content {
    let Some(kind) = message.word("type") else {
        return unknown(None, message);
    };
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    match kind.expose() {
        // A text that carries media is more than a text.
        "text" if message.has("mediaUrl") => unknown(Some(kind), message),
        "text" => Content::Text,
        "image" => Content::Image(read_media(message)),
        "file" => Content::File(read_media(message)),
        "carousel" => Content::Carousel {
            items: message.each("items", read_item),
            image_aspect_ratio: message
                .nested("displaySettings", |settings| {
                    settings.word("imageAspectRatio")
                })
                .flatten(),
        },
        "list" => Content::List {
            items: message.each("items", read_item),
        },
        "location" => Content::Location {
            coordinates: read_coordinates(message),
            place: read_place(message),
        },
        "form" => Content::Form {
            fields: message.each("fields", read_field),
            submitted: message.flag("submitted"),
            block_chat_input: message.flag("blockChatInput"),
        },
        "formResponse" => Content::FormResponse {
            fields: message.each("fields", read_field),
            text_fallback: message.word("textFallback"),
        },
        _ => unknown(Some(kind), message),
    }
}

/// A type that is not known, with whatever it carries that other types have as well.
fn unknown(kind: Option<Untrusted>, message: &mut Reader<'_>) -> Content {
    let media = read_media(message);
    let parts = Parts {
        media: (media != Media::default()).then_some(media),
        items: message.each("items", read_item),
        coordinates: if message.has("coordinates") {
            read_coordinates(message)
        } else {
            None
        },
        place: read_place(message),
        fields: message.each("fields", read_field),
    };
    Content::Unknown {
        kind,
        parts: Box::new(parts),
    }
}

/// Reads the buttons of a message or an item.
pub(super) fn read_actions(reader: &mut Reader<'_>) -> Vec<Action> {
    reader.each("actions", |action| Action {
        id: action.id("_id"),
        kind: read_action_kind(action),
        text: action.text("text"),
        is_default: action.flag("default"),
        metadata: action.properties("metadata"),
    })
}

fn read_action_kind(action: &mut Reader<'_>) -> ActionKind {
    let kind = action.word("type");
    // Buttons that open nothing come with an empty `uri`, which `word` takes for none.
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    match kind.as_ref().map_or("", Untrusted::expose) {
        "link" => ActionKind::Link {
            uri: action.word("uri"),
        },
        "webview" => ActionKind::Webview {
            uri: action.word("uri"),
            fallback: action.word("fallback"),
            size: action.word("size"),
            open_on_receive: action.flag("openOnReceive"),
        },
        "postback" => ActionKind::Postback {
            payload: action.text("payload"),
        },
        "buy" => ActionKind::Buy {
            amount: action.whole("amount"),
            currency: action.word("currency"),
            state: action.word("state"),
            uri: action.word("uri"),
        },
        "share" => ActionKind::Share,
        "reply" => ActionKind::Reply {
            payload: action.text("payload"),
            icon_url: action.word("iconUrl"),
        },
        "locationRequest" => ActionKind::LocationRequest,
        _ => ActionKind::Other {
            uri: action.word("uri"),
            payload: action.text("payload"),
            kind,
        },
    }
}

fn read_media(reader: &mut Reader<'_>) -> Media {
    Media {
        url: reader.word("mediaUrl"),
        media_type: reader.word("mediaType"),
        size: reader.count("mediaSize"),
        alt_text: reader.word("altText"),
    }
}

fn read_item(item: &mut Reader<'_>) -> Item {
    let media = read_media(item);
    Item {
        id: item.id("_id"),
        title: item.text("title"),
        description: item.text("description"),
        media: (media != Media::default()).then_some(media),
        size: item.word("size"),
        actions: read_actions(item),
        metadata: item.properties("metadata"),
    }
}

fn read_place(message: &mut Reader<'_>) -> Option<Place> {
    message.nested("location", |place| Place {
        name: place.word("name"),
        address: place.word("address"),
    })
}

fn read_coordinates(message: &mut Reader<'_>) -> Option<Coordinates> {
    if !message.has("coordinates") {
        message.note("coordinates", "missing");
    }
    message
        .nested("coordinates", |point| {
            for member in ["lat", "long"] {
                if !point.has(member) {
                    point.note(member, "missing");
                }
            }
            // Both are read before either is missed, so that both get their notes.
            let (lat, long) = (point.number("lat"), point.number("long"));
            Some(Coordinates {
                lat: lat?,
                long: long?,
            })
        })
        .flatten()
}

fn read_field(field: &mut Reader<'_>) -> Field {
    Field {
        id: field.id("_id"),
        kind: field.word("type"),
        name: field.word("name"),
        label: field.text("label"),
        placeholder: field.word("placeholder"),
        min_size: field.count("minSize"),
        max_size: field.count("maxSize"),
        select_size: field.count("selectSize"),
        options: field.each("options", read_option),
        answer: read_answer(field),
    }
}

fn read_option(option: &mut Reader<'_>) -> FieldOption {
    FieldOption {
        id: option.id("_id"),
        name: option.text("name"),
        label: option.text("label"),
    }
}

/// A field holds its answer under the name of its type; whichever is there is taken.
fn read_answer(field: &mut Reader<'_>) -> Option<Answer> {
    if field.has("select") {
        return Some(Answer::Select(field.each("select", read_option)));
    }
    let email = field.text("email").map(Answer::Email);
    email.or_else(|| field.text("text").map(Answer::Text))
}
