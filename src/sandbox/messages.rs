//! Conversations and their messages: reading pages and storing new messages.
//!
//! In: a stored conversation and a bound, or a checked new message. Out: JSON bodies of the API
//! document, section 3.2. Stored messages never change, except that a merge may move one by a
//! millisecond.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::paging::{Bound, choose_page, seconds, seconds_text};

/// A conversation and all its messages.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    /// Its id.
    pub id: String,
    /// How many messages the user has not read.
    pub unread_count: u64,
    /// When the business last read, in unix milliseconds.
    pub app_maker_last_read: Option<i64>,
    /// When the user last read, in unix milliseconds.
    pub app_user_last_read: Option<i64>,
    /// How many messages there have been, including deleted ones.
    pub written: usize,
    /// When the newest message was received, even if it has been deleted.
    pub last_received: Option<i64>,
    /// Oldest first; times rise strictly.
    pub messages: Vec<StoredMessage>,
}

/// A message as it was stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredMessage {
    /// When it was received, in unix milliseconds.
    pub received: i64,
    /// The whole message, ready to be sent.
    pub json: Box<RawValue>,
}

/// What the server itself needs to know about a stored message.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct MessageFacts {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The file that it shows.
    pub media_url: Option<String>,
    /// Where it came from.
    pub source: SourceFacts,
}

/// Where a stored message came from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SourceFacts {
    /// `api`, a platform or a business system.
    #[serde(rename = "type")]
    pub kind: String,
}

impl StoredMessage {
    /// Reads what the server needs; undecodable texts don't matter here.
    pub(crate) fn facts(&self) -> MessageFacts {
        serde_json::from_str(self.json.get()).unwrap_or_default()
    }

    /// The same message, received at another time.
    pub(crate) fn at(self, received: i64) -> Self {
        if received == self.received {
            return self;
        }
        let time = |ms| serde_json::json!({ "received": seconds(ms) }).to_string();
        let field = |ms| time(ms).trim_matches(['{', '}']).to_owned();
        let json = self.json.get();
        // A quoted message's time comes first, so the last one is the message's own.
        let moved = json.rfind(&field(self.received)).and_then(|start| {
            let (before, rest) = json.split_at_checked(start)?;
            let after = rest.get(field(self.received).len()..)?;
            RawValue::from_string(format!("{before}{}{after}", field(received))).ok()
        });
        match moved {
            Some(json) => Self { received, json },
            None => self,
        }
    }
}

/// The `conversation` object.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationFacts<'a> {
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
pub(crate) struct MessagePage<'a> {
    conversation: ConversationFacts<'a>,
    messages: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Conversation {
    /// A conversation without messages.
    pub(crate) fn new(id: String) -> Self {
        Self {
            id,
            unread_count: 0,
            app_maker_last_read: None,
            app_user_last_read: None,
            written: 0,
            last_received: None,
            messages: Vec::new(),
        }
    }

    /// The time of a message that arrives `now`: after all earlier ones.
    pub(crate) fn next_received(&self, now: i64) -> i64 {
        self.last_received.map_or(now, |newest| now.max(newest + 1))
    }

    /// Appends a message that was received after all others.
    pub(crate) fn push(&mut self, message: StoredMessage) {
        self.written += 1;
        self.last_received = Some(message.received);
        self.messages.push(message);
    }

    /// Removes one message.
    pub(crate) fn remove(&mut self, id: &str) -> Option<StoredMessage> {
        let at = self.messages.iter().position(|m| m.facts().id == id)?;
        Some(self.messages.remove(at))
    }

    /// Marks everything as read by the user.
    pub(crate) fn read_by_user(&mut self, now: i64) {
        self.unread_count = 0;
        self.app_user_last_read = Some(self.last_received.map_or(now, |newest| now.max(newest)));
    }

    /// Marks everything as read by the business.
    pub(crate) fn read_by_business(&mut self, now: i64) {
        self.app_maker_last_read = Some(self.last_received.map_or(now, |newest| now.max(newest)));
    }

    /// Adds the messages of `other`, ordered by time.
    pub(crate) fn absorb(&mut self, other: Self) {
        let mut all = std::mem::take(&mut self.messages);
        all.extend(other.messages);
        all.sort_by_key(|message| message.received);
        let mut last = i64::MIN;
        for message in all {
            // Of two simultaneous messages, the later one moves on, because times rise strictly.
            let received = message.received.max(last.saturating_add(1));
            let message = message.at(received);
            last = message.received;
            self.messages.push(message);
        }
        self.written += other.written;
        self.last_received = self.last_received.max(other.last_received).max(Some(last));
        self.unread_count += other.unread_count;
        self.app_maker_last_read = self.app_maker_last_read.max(other.app_maker_last_read);
        self.app_user_last_read = self.app_user_last_read.max(other.app_user_last_read);
    }

    /// The conversation's own facts.
    pub(crate) fn facts(&self) -> ConversationFacts<'_> {
        ConversationFacts {
            id: &self.id,
            unread_count: self.unread_count,
            app_maker_last_read: self.app_maker_last_read,
            app_user_last_read: self.app_user_last_read,
        }
    }

    /// The page at `bound`; `url` is the absolute address of the messages without a query.
    pub(crate) fn page(&self, bound: Bound, url: &str) -> MessagePage<'_> {
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
