//! Conversations and their messages: reading pages and storing new messages.
//!
//! In: a stored conversation and a bound, or a checked new message. Out: JSON bodies of the API
//! document, section 3.2. Stored messages are never written anew.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::paging::{Bound, choose_page, seconds, seconds_text};

/// A conversation with everything that was said in it.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// How many messages the user has not read.
    pub unread_count: u64,
    /// When the business last read, in unix milliseconds.
    pub app_maker_last_read: Option<i64>,
    /// When the user last read, in unix milliseconds.
    pub app_user_last_read: Option<i64>,
    /// Oldest first; times rise strictly.
    pub messages: Vec<StoredMessage>,
}

/// A message as it was stored.
#[derive(Debug, Clone)]
pub struct StoredMessage {
    /// When it was received, in unix milliseconds.
    pub received: i64,
    /// The whole message, ready to be sent.
    pub json: Box<RawValue>,
}

/// The `conversation` object.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationFacts<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    unread_count: u64,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "float")]
    app_maker_last_read: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "float")]
    app_user_last_read: Option<i64>,
}

/// The answer to a GET of messages.
#[derive(Debug, Serialize)]
pub struct MessagePage<'a> {
    conversation: ConversationFacts<'a>,
    messages: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Conversation {
    /// A conversation in which nothing has been said.
    pub fn new(id: String) -> Self {
        Self {
            id,
            unread_count: 0,
            app_maker_last_read: None,
            app_user_last_read: None,
            messages: Vec::new(),
        }
    }

    /// The conversation's own facts.
    pub fn facts(&self) -> ConversationFacts<'_> {
        ConversationFacts {
            id: &self.id,
            unread_count: self.unread_count,
            app_maker_last_read: self.app_maker_last_read,
            app_user_last_read: self.app_user_last_read,
        }
    }

    /// The page at `bound`; `url` is the absolute address of the messages without a query.
    pub fn page(&self, bound: Bound, url: &str) -> MessagePage<'_> {
        let range = choose_page(&self.messages, |message| message.received, bound);
        let is_oldest = range.start == 0;
        let is_newest = range.end == self.messages.len();
        let shown = self.messages.get(range).unwrap_or_default();
        let link = |message: Option<&StoredMessage>, query: &str| {
            message.map(|message| format!("{url}?{query}={}", seconds_text(message.received)))
        };
        MessagePage {
            conversation: self.facts(),
            messages: shown.iter().map(|message| &*message.json).collect(),
            previous: link(shown.first().filter(|_| !is_oldest), "before"),
            next: link(shown.last().filter(|_| !is_newest), "after"),
        }
    }
}

#[expect(
    clippy::ref_option,
    reason = "serde calls it with a reference to the field"
)]
fn float<S: Serializer>(ms: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match ms {
        Some(ms) => serializer.serialize_f64(seconds(*ms)),
        None => serializer.serialize_none(),
    }
}
