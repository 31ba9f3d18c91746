//! Bounds for paging backwards in v1.1, and the cursors that carry them.
//!
//! In: the messages of a page. Out: the millisecond of the oldest one with the ids that share it,
//! wrapped as a [`Cursor`] and read back from one. What is asked of the API with it is decided
//! elsewhere.

use jiff::Timestamp;

use crate::domain::{Cursor, Message, MessageId};

/// The border between a page and the messages before it.
///
/// Two messages may share a millisecond, so the time alone does not tell which are known already
/// (API document, section 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// When the oldest message was received, in whole milliseconds.
    pub oldest: Timestamp,
    /// The messages of that millisecond that are known already.
    pub known: Vec<MessageId>,
}

impl Bound {
    /// The border before these messages; `None` when no message has a time.
    pub fn before(messages: &[Message]) -> Option<Self> {
        let millisecond = messages.iter().filter_map(millisecond_of).min()?;
        let border = messages
            .iter()
            .filter(|message| millisecond_of(message) == Some(millisecond));
        Some(Self {
            oldest: Timestamp::from_millisecond(millisecond).ok()?,
            known: border.filter_map(|message| message.id.clone()).collect(),
        })
    }

    /// Adds what was known at an earlier border if both share a millisecond.
    #[must_use]
    pub(crate) fn with_known_of(mut self, earlier: &Self) -> Self {
        if earlier.oldest == self.oldest {
            for id in &earlier.known {
                if !self.known.contains(id) {
                    self.known.push(id.clone());
                }
            }
        }
        self
    }

    /// Wraps the border, so that the next page can be asked for.
    pub fn to_cursor(&self) -> Cursor {
        let known: Vec<&str> = self.known.iter().map(MessageId::expose).collect();
        // A number and strings always make JSON.
        let token = serde_json::to_string(&(self.oldest.as_millisecond(), known));
        Cursor::new(token.unwrap_or_default())
    }

    /// Unwraps a border; `None` when the cursor was made by another version of the API.
    pub(crate) fn of_cursor(cursor: &Cursor) -> Option<Self> {
        let (millisecond, known): (i64, Vec<String>) = serde_json::from_str(cursor.token()).ok()?;
        Some(Self {
            oldest: Timestamp::from_millisecond(millisecond).ok()?,
            known: known.into_iter().map(MessageId::new).collect(),
        })
    }
}

fn millisecond_of(message: &Message) -> Option<i64> {
    message.received.map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::wire::v11::parse_messages_page;

    fn messages(list: &str) -> Vec<Message> {
        let body = format!(r#"{{"messages":{list}}}"#);
        parse_messages_page(body.as_bytes()).unwrap().messages
    }

    fn bound(list: &str) -> Option<(i64, Vec<String>)> {
        let bound = Bound::before(&messages(list))?;
        let known = bound.known.iter().map(|id| id.expose().to_owned());
        Some((bound.oldest.as_millisecond(), known.collect()))
    }

    #[test]
    fn the_bound_names_every_message_of_the_oldest_millisecond() {
        let list = r#"[{"_id":"a","received":5.001},{"_id":"b","received":5.0012},
            {"received":5.001},{"_id":"c","received":5.002}]"#;
        assert_eq!(bound(list), Some((5001, vec!["a".into(), "b".into()])));
    }

    #[test]
    fn a_message_without_a_time_does_not_hide_the_bound() {
        let list = r#"[{"_id":"a"},{"_id":"b","received":5}]"#;
        assert_eq!(bound(list), Some((5000, vec!["b".into()])));
        assert_eq!(bound(r#"[{"_id":"a"}]"#), None);
        assert_eq!(bound("[]"), None);
    }

    #[test]
    fn messages_known_from_the_page_before_count_while_they_share_the_millisecond() {
        let at = |list| Bound::before(&messages(list)).unwrap();
        let earlier = at(r#"[{"_id":"b","received":5}]"#);
        let same = at(r#"[{"_id":"a","received":5},{"_id":"b","received":5}]"#);
        let older = at(r#"[{"_id":"a","received":4}]"#);
        let ids = |bound: Bound| bound.known.len();
        assert_eq!(ids(same.with_known_of(&earlier)), 2);
        let same = at(r#"[{"_id":"a","received":5}]"#);
        assert_eq!(ids(same.with_known_of(&earlier)), 2);
        assert_eq!(ids(older.with_known_of(&earlier)), 1);
    }

    #[test]
    fn a_cursor_leads_back_to_its_bound_whatever_the_ids_hold() {
        let list = r#"[{"_id":"a\",\"b","received":5},{"_id":"ü\n","received":5}]"#;
        let bound = Bound::before(&messages(list)).unwrap();
        assert_eq!(Bound::of_cursor(&bound.to_cursor()), Some(bound));
    }

    #[test]
    fn a_cursor_of_something_else_is_refused() {
        for token in ["", "65e58f000000000000001900", "[5]", r#"["5",[]]"#] {
            assert_eq!(Bound::of_cursor(&Cursor::new(token)), None, "{token}");
        }
    }
}
