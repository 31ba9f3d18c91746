//! The name that came with a user's message: lists show it where the profile has none.

use jiff::Timestamp;

use crate::domain::name::is_blank;
use crate::domain::{
    Author, Content, Message, MessageId, Properties, RawJson, Side, SmoochId, Untrusted,
};

/// The name under which a user wrote, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessageName {
    /// The name, as it came.
    pub name: Untrusted,
    /// When the message was received, if that is known.
    pub at: Option<Timestamp>,
    /// The message, which decides among those that were received at the same time.
    pub id: Option<String>,
}

impl MessageName {
    /// The name on the newest message that this user wrote under one; `None` if there is no such
    /// message. Locations and other events may come without a name.
    pub(crate) fn newest_of(user: &SmoochId, messages: &[Message]) -> Option<Self> {
        let is_theirs = |message: &&Message| {
            let author = &message.author;
            let is_other = |id: &Untrusted| *id != *user.untrusted();
            author.side == Side::User && !author.id.as_ref().is_some_and(is_other)
        };
        let names = messages.iter().filter(is_theirs).filter_map(Self::of);
        names.max_by(|one, other| one.place().cmp(&other.place()))
    }

    /// The name on a message; `None` if it is blank.
    pub(crate) fn of(message: &Message) -> Option<Self> {
        let name = message.author.name.clone();
        Some(Self {
            name: name.filter(|name| !is_blank(name))?,
            at: message.received,
            id: message.id.as_ref().map(|id| id.expose().to_owned()),
        })
    }

    /// What decides which of two names is the later one.
    fn place(&self) -> (Option<Timestamp>, Option<&str>, &Untrusted) {
        (self.at, self.id.as_deref(), &self.name)
    }

    /// The later of two names.
    pub(crate) fn later<'n>(
        known: Option<&'n Self>,
        reported: Option<&'n Self>,
    ) -> Option<&'n Self> {
        match (known, reported) {
            (Some(known), Some(reported)) if reported.place() <= known.place() => Some(known),
            (known, reported) => reported.or(known),
        }
    }

    /// A message that says no more than who wrote it and when.
    pub(crate) fn message(&self) -> Message {
        Message {
            id: self.id.as_deref().map(MessageId::new),
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
            id: None,
        }
    }

    #[test]
    fn the_later_name_counts_and_the_greater_id_among_equals() {
        let (known, later) = (name("b", 5), name("a", 6));
        assert_eq!(MessageName::later(Some(&known), Some(&later)), Some(&later));
        assert_eq!(MessageName::later(Some(&later), Some(&known)), Some(&later));
        assert_eq!(MessageName::later(None, Some(&later)), Some(&later));
        assert_eq!(MessageName::later(Some(&known), None), Some(&known));
        let mut same_time = name("a", 5);
        assert_eq!(
            MessageName::later(Some(&same_time), Some(&known)),
            Some(&known)
        );
        same_time.id = Some("m1".to_owned());
        assert_eq!(
            MessageName::later(Some(&same_time), Some(&known)),
            Some(&same_time)
        );
    }

    #[test]
    fn a_newer_message_without_a_name_hides_no_name() {
        let messages = [name("Alder", 1).message(), name(" \u{200B}", 2).message()];
        let newest = MessageName::newest_of(&SmoochId::new("u"), &messages);
        assert_eq!(newest, Some(name("Alder", 1)));
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
