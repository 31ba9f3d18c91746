//! Messages of every type, as the API stored them.

use jiff::Timestamp;

use super::{ClientId, IntegrationId, MessageId, Properties, RawJson, Untrusted};

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// `_id`; `None` only on a degraded message.
    pub id: Option<MessageId>,
    /// When the API received it, to the millisecond; `None` only on a degraded message.
    pub received: Option<Timestamp>,
    /// Who wrote it.
    pub author: Author,
    /// The text that every type may carry. Blank text is none.
    pub text: Option<Untrusted>,
    /// What its type adds.
    pub content: Content,
    /// Buttons of the message itself (items carry their own).
    pub actions: Vec<Action>,
    /// Answer to a reply button.
    pub payload: Option<Untrusted>,
    /// Where it came from.
    pub source: Option<Source>,
    /// The message it answers.
    pub quoted: Option<Quoted>,
    /// Custom data.
    pub metadata: Properties,
    /// What could not be read, in words; empty for a whole message.
    pub degraded: Vec<Untrusted>,
    /// The message as it came.
    pub json: RawJson,
}

/// Which side of the conversation wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// The user (`appUser`).
    User,
    /// The business: an agent or a bot (`appMaker`).
    Business,
    /// A note among agents (`whisper`, v1).
    Internal,
    /// A role that is not known, or none at all.
    Other(Untrusted),
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Author {
    /// Which side wrote.
    pub side: Side,
    /// `authorId`: a user's `_id` on the user's side; on the business's side an opaque hash that
    /// must never be looked up.
    pub id: Option<Untrusted>,
    /// The name stored with the message.
    pub name: Option<Untrusted>,
    /// The picture stored with the message.
    pub avatar_url: Option<Untrusted>,
    /// An agent's e-mail: picks the picture, is never shown as the author.
    pub email: Option<Untrusted>,
    /// `AI`, `bot`, `agent` and the like (v2 only).
    pub subtype: Option<Untrusted>,
}

/// What a message's type adds to its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// `text`.
    Text,
    /// `image`.
    Image(Media),
    /// `file`.
    File(Media),
    /// `carousel`.
    Carousel {
        /// Cards.
        items: Vec<Item>,
        /// `displaySettings.imageAspectRatio`.
        image_aspect_ratio: Option<Untrusted>,
    },
    /// `list`.
    List {
        /// Rows.
        items: Vec<Item>,
    },
    /// `location`.
    Location {
        /// Where; `None` only on a degraded message.
        coordinates: Option<Coordinates>,
        /// What is there.
        place: Option<Place>,
    },
    /// `form`.
    Form {
        /// Questions.
        fields: Vec<Field>,
        /// Whether it has been answered; `None` where the API does not say.
        submitted: Option<bool>,
        /// Whether the user has to answer before writing on.
        block_chat_input: Option<bool>,
    },
    /// `formResponse`.
    FormResponse {
        /// Answers.
        fields: Vec<Field>,
        /// The answers as text.
        text_fallback: Option<Untrusted>,
    },
    /// A type that is not known, or none at all.
    Unknown {
        /// The type as it came; `None` when there was none.
        kind: Option<Untrusted>,
        /// What it carries that other types have as well.
        parts: Box<Parts>,
    },
}

/// What a message may carry whatever its type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// A picture, a sound, a sticker, a file.
    pub media: Option<Media>,
    /// Cards or rows.
    pub items: Vec<Item>,
    /// Where.
    pub coordinates: Option<Coordinates>,
    /// What is there.
    pub place: Option<Place>,
    /// Questions or answers.
    pub fields: Vec<Field>,
}

impl Parts {
    /// Whether it carries nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A picture or a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Media {
    /// `mediaUrl`.
    pub url: Option<Untrusted>,
    /// `mediaType`, a MIME type.
    pub media_type: Option<Untrusted>,
    /// `mediaSize`, in bytes.
    pub size: Option<u64>,
    /// `altText`: often the file name.
    pub alt_text: Option<Untrusted>,
}

/// A point on the earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub long: f64,
}

/// What is at a location.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: Option<Untrusted>,
    /// Its address.
    pub address: Option<Untrusted>,
}

/// A card of a carousel or a row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// `_id`.
    pub id: Option<Untrusted>,
    /// `title`.
    pub title: Option<Untrusted>,
    /// `description`.
    pub description: Option<Untrusted>,
    /// Its picture.
    pub media: Option<Media>,
    /// `size`: `compact` or `large`.
    pub size: Option<Untrusted>,
    /// Its buttons.
    pub actions: Vec<Action>,
    /// Custom data.
    pub metadata: Properties,
}

/// A button.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// `_id`.
    pub id: Option<Untrusted>,
    /// What pressing it does.
    pub kind: ActionKind,
    /// Its label.
    pub text: Option<Untrusted>,
    /// Whether it is the default button of its item.
    pub is_default: Option<bool>,
    /// Custom data.
    pub metadata: Properties,
}

/// What pressing a button does.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionKind {
    /// Opens a page.
    Link {
        /// Its address.
        uri: Option<Untrusted>,
    },
    /// Opens a page inside the conversation.
    Webview {
        /// Its address.
        uri: Option<Untrusted>,
        /// The address where webviews do not work.
        fallback: Option<Untrusted>,
        /// `compact`, `tall` or `full`.
        size: Option<Untrusted>,
        /// Opens by itself.
        open_on_receive: Option<bool>,
    },
    /// Sends a payload to the business.
    Postback {
        /// What is sent.
        payload: Option<Untrusted>,
    },
    /// Asks for a payment.
    Buy {
        /// Hundredths of the currency's unit.
        amount: Option<i64>,
        /// ISO 4217, lower case.
        currency: Option<Untrusted>,
        /// `offered` or `paid`.
        state: Option<Untrusted>,
        /// Where to pay.
        uri: Option<Untrusted>,
    },
    /// Shares the item.
    Share,
    /// Answers with its text.
    Reply {
        /// What is sent.
        payload: Option<Untrusted>,
        /// A small picture.
        icon_url: Option<Untrusted>,
    },
    /// Asks for the user's location.
    LocationRequest,
    /// A type that is not known, or none at all.
    Other {
        /// The type as it came.
        kind: Option<Untrusted>,
        /// An address, when there is one.
        uri: Option<Untrusted>,
        /// A payload, when there is one.
        payload: Option<Untrusted>,
    },
}

/// A question of a form, or an answer to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// `_id`.
    pub id: Option<Untrusted>,
    /// `type`: `text`, `email`, `select` or something new.
    pub kind: Option<Untrusted>,
    /// `name`: unique within the form.
    pub name: Option<Untrusted>,
    /// `label`: the question.
    pub label: Option<Untrusted>,
    /// `placeholder`.
    pub placeholder: Option<Untrusted>,
    /// Fewest characters.
    pub min_size: Option<u64>,
    /// Most characters.
    pub max_size: Option<u64>,
    /// How many options may be chosen.
    pub select_size: Option<u64>,
    /// Offered options.
    pub options: Vec<FieldOption>,
    /// What was answered, in the field's own shape.
    pub answer: Option<Answer>,
}

/// An option of a select field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldOption {
    /// `_id`.
    pub id: Option<Untrusted>,
    /// `name`.
    pub name: Option<Untrusted>,
    /// `label`.
    pub label: Option<Untrusted>,
}

/// An answer to a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of a text field.
    Text(Untrusted),
    /// Of an e-mail field.
    Email(Untrusted),
    /// Of a select field.
    Select(Vec<FieldOption>),
}

/// Where a message came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// A platform, `api`, or a business system (`slack`, `zendesk`, …).
    pub kind: Option<Untrusted>,
    /// The integration it came through.
    pub integration_id: Option<IntegrationId>,
    /// The client it came from.
    pub client_id: Option<ClientId>,
    /// The channel's own id of the message.
    pub original_message_id: Option<Untrusted>,
    /// The channel's own time of the message.
    pub original_timestamp: Option<Timestamp>,
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Quoted {
    /// A message that the API knows.
    Message(Box<Message>),
    /// A message that is named by its id alone.
    ById(MessageId),
    /// A message that only the channel knows.
    External(Untrusted),
}
