//! The name that came with a user's message: lists show it where the profile has none.

use jiff::Timestamp;

use crate::domain::{Author, Content, Message, Properties, RawJson, Side, SmoochId, Untrusted};

/// The name under which a user wrote, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessageName {
    /// The name, as it came.
    pub name: Untrusted,
    /// When the message was received, if that is known.
    pub at: Option<Timestamp>,
}

impl MessageName {
    /// The name on the newest message with one that this user wrote; `None` if there is no such
    /// message.
    pub(crate) fn newest_of(user: &SmoochId, messages: &[Message]) -> Option<Self> {
        let is_theirs = |message: &&Message| {
            let author = &message.author;
            let is_other = |id: &Untrusted| *id != *user.untrusted();
            author.side == Side::User && !author.id.as_ref().is_some_and(is_other)
        };
        let newest = messages
            .iter()
            .filter(is_theirs)
            .filter(|message| message.author.name.is_some())
            .max_by_key(|message| message.received)?;
        Some(Self {
            name: newest.author.name.clone()?,
            at: newest.received,
        })
    }

    /// The later of two names; of equally old ones the known one.
    pub(crate) fn later<'n>(
        known: Option<&'n Self>,
        reported: Option<&'n Self>,
    ) -> Option<&'n Self> {
        match (known, reported) {
            (Some(known), Some(reported)) if reported.at <= known.at => Some(known),
            (known, reported) => reported.or(known),
        }
    }

    /// A message that says no more than who wrote it and when.
    pub(crate) fn message(&self) -> Message {
        Message {
            id: None,
            received: self.at,
            author: Author {
                side: Side::User,
                id: None,
                name: Some(self.name.clone()),
                avatar_url: None,
                email: None,
                subtype: None,
            },
            text: None,
            content: Content::Text,
            actions: Vec::new(),
            payload: None,
            source: None,
            quoted: None,
            metadata: Properties::default(),
            degraded: Vec::new(),
            json: RawJson::new("{}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str, second: i64) -> MessageName {
        MessageName {
            name: name.into(),
            at: Timestamp::from_second(second).ok(),
        }
    }

    #[test]
    fn the_later_name_counts_and_the_known_one_among_equals() {
        let (known, same, later) = (name("a", 5), name("b", 5), name("c", 6));
        assert_eq!(MessageName::later(Some(&known), Some(&same)), Some(&known));
        assert_eq!(MessageName::later(Some(&known), Some(&later)), Some(&later));
        assert_eq!(MessageName::later(None, Some(&later)), Some(&later));
        assert_eq!(MessageName::later(Some(&known), None), Some(&known));
    }

    #[test]
    fn another_persons_message_names_nobody() {
        let mut by_other = name("Colleague", 9).message();
        by_other.author.id = Some("somebody-else".into());
        let messages = [name("Old", 1).message(), name("New", 2).message(), by_other];
        let newest = MessageName::newest_of(&SmoochId::new("u"), &messages);
        assert_eq!(newest, Some(name("New", 2)));
    }
}
