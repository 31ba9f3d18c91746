//! Pages of messages, read backwards without losing or repeating one (API document, section 3.2).
//!
//! In: a conversation and where to begin. Out: what is new on the page, and a cursor for the page
//! before it.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{ApiV11, missing_user};
use crate::api::exchange::Answer;
use crate::domain::{
    Conversation, ConversationKey, Cursor, LookupId, Message, MessageId, MessagePage, PageRequest,
    Problem, Refused,
};
use crate::wire::ServerWords;
use crate::wire::v11::{Bound, MessagesPage, parse_messages_page};

/// A page holds so many messages; a shorter one is the last, unless it says otherwise.
const FULL_PAGE: usize = 100;

/// What came of asking for messages.
enum Asked {
    Page(MessagesPage),
    NoConversation,
}

/// A page as the console wants it: what is new, and where to go on.
struct Fresh {
    conversation: Conversation,
    messages: Vec<Message>,
    older: Option<Bound>,
}

impl ApiV11 {
    /// Fetches a page. A user has one conversation in v1.1, and is all that addresses it.
    pub(super) async fn get_messages(
        &self,
        conversation: ConversationKey,
        page: PageRequest,
    ) -> Result<MessagePage, Problem> {
        let user = conversation.user_lookup();
        let fresh = match page {
            PageRequest::Newest => self.get_newest(&user).await?,
            PageRequest::Before(moment) => self.get_before(&user, moment).await?,
            PageRequest::Older(cursor) => self.get_older(&user, &bound_of(&cursor)?).await?,
        };
        Ok(match fresh {
            None => MessagePage::NoConversation,
            Some(fresh) => MessagePage::Messages {
                conversation: fresh.conversation,
                messages: fresh.messages,
                older: fresh.older.map(|bound| bound.to_cursor()),
            },
        })
    }

    async fn get_newest(&self, user: &LookupId) -> Result<Option<Fresh>, Problem> {
        Ok(match self.get_page(user, None).await? {
            Asked::NoConversation => None,
            Asked::Page(page) => Some(without_known(page, None)),
        })
    }

    /// The page before a moment. The API counts in milliseconds, so it is asked for the whole one
    /// that the moment falls in.
    async fn get_before(
        &self,
        user: &LookupId,
        moment: Timestamp,
    ) -> Result<Option<Fresh>, Problem> {
        let page = match self
            .get_page(user, Some(a_millisecond_after(moment)))
            .await?
        {
            Asked::NoConversation => return Ok(None),
            Asked::Page(page) => page,
        };
        let mut fresh = without_known(page, None);
        let is_before = |received| received < moment;
        fresh
            .messages
            .retain(|message| message.received.is_none_or(is_before));
        Ok(Some(fresh))
    }

    /// Pages backwards without losing a message that shares its millisecond with the oldest known
    /// one: the bound is exclusive, so it is put one millisecond later and what is known is
    /// dropped. A page that is all known is left behind by the exact bound, once.
    async fn get_older(&self, user: &LookupId, bound: &Bound) -> Result<Option<Fresh>, Problem> {
        let overlapping = a_millisecond_after(bound.oldest);
        let page = match self.get_page(user, Some(overlapping)).await? {
            Asked::NoConversation => return Ok(None),
            Asked::Page(page) => page,
        };
        let is_empty = page.messages.is_empty();
        let fresh = without_known(page, Some(bound));
        if is_empty || !fresh.messages.is_empty() {
            return Ok(Some(fresh));
        }
        match self.get_page(user, Some(bound.oldest)).await? {
            Asked::NoConversation => Ok(None),
            Asked::Page(page) => Ok(Some(without_known(page, Some(bound)))),
        }
    }

    async fn get_page(&self, user: &LookupId, before: Option<Timestamp>) -> Result<Asked, Problem> {
        let path = format!("{}/messages", self.user_path(user)?);
        let mut url = self.transport.url(&path);
        if let Some(bound) = before {
            url.set_query(Some(&format!("before={}", seconds(bound))));
        }
        match self.transport.fetch(url).await? {
            Answer::Body { status, bytes, .. } => self
                .read(status, &bytes, parse_messages_page)
                .map(Asked::Page),
            Answer::NotFound(words) => self.explain_missing_messages(user, words).await,
        }
    }

    /// Tells an unknown user from one who has never written (API document, section 2.2).
    async fn explain_missing_messages(
        &self,
        user: &LookupId,
        words: ServerWords,
    ) -> Result<Asked, Problem> {
        match words.code.as_deref() {
            Some("conversation_not_found") => return Ok(Asked::NoConversation),
            Some("user_not_found" | "app_not_found") => return Err(missing_user(user, words)),
            _ => {}
        }
        let detail = words.detail;
        match self.get_user(user).await {
            Ok((user, _)) if user.conversation_started == Some(false) => Ok(Asked::NoConversation),
            Ok(_) => Err(Problem::Refused(Refused::NotFound { detail })),
            // Asked for the user alone, any 404 that does not name the app means the user.
            Err(Problem::Refused(Refused::NotFound { .. })) => {
                Err(Problem::Refused(Refused::UserNotFound { id: user.clone() }))
            }
            Err(problem) => Err(problem),
        }
    }
}

fn bound_of(cursor: &Cursor) -> Result<Bound, Problem> {
    Bound::of_cursor(cursor).ok_or_else(|| Problem::Internal {
        detail: "the place of the older messages cannot be read".into(),
    })
}

fn a_millisecond_after(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond() + 1).unwrap_or(moment)
}

/// A bound as the API takes it: seconds with three decimals, made of whole milliseconds because a
/// float would be printed with a digit too many or too few.
fn seconds(bound: Timestamp) -> String {
    let milliseconds = bound.as_millisecond().max(0);
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Drops known messages and says whether older ones may follow (API document, section 3.2).
fn without_known(page: MessagesPage, known: Option<&Bound>) -> Fresh {
    let may_have_older = page.previous.is_some() || page.messages.len() >= FULL_PAGE;
    let bound = Bound::before(&page.messages).map(|bound| match known {
        Some(earlier) => bound.with_known_of(earlier),
        None => bound,
    });
    let known: HashSet<&MessageId> = known.iter().flat_map(|bound| &bound.known).collect();
    let messages: Vec<Message> = page
        .messages
        .into_iter()
        .filter(|message| message.id.as_ref().is_none_or(|id| !known.contains(id)))
        .collect();
    // A message without an id is always new, so it must not keep the paging going.
    let is_progress = messages.iter().any(|message| message.id.is_some());
    Fresh {
        conversation: page.conversation,
        older: bound.filter(|_| may_have_older && is_progress),
        messages,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_bound_has_exactly_three_decimals() {
        for (milliseconds, text) in [
            (1_709_543_910_007, "1709543910.007"),
            (1_709_543_910_480, "1709543910.480"),
            (1_709_543_910_000, "1709543910.000"),
            (0, "0.000"),
            (-5, "0.000"),
        ] {
            assert_eq!(
                seconds(Timestamp::from_millisecond(milliseconds).unwrap()),
                text
            );
        }
    }
}
