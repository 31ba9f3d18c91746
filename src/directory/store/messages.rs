//! The newest messages of opened conversations, kept for when the API cannot be asked.
//!
//! In: pages as the API client read them. Out: the same page later, with the moment at which it
//! was read. Only the newest page of a user is kept.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use serde_json::json;

use super::change::{api_code, api_of_code};
use super::read::time;
use super::{Change, Keep, Report, Spoken, Store, StoreError};
use crate::domain::facts::Source;
use crate::domain::{
    ApiVersion, Conversation, ConversationKey, ConversationRef, MessagePage, Side, SmoochId,
};
use crate::wire::v11;

/// A page that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPage {
    /// The page.
    pub page: MessagePage,
    /// When the API told it.
    pub at: Timestamp,
}

impl Store {
    /// Keeps the newest page of a user's default conversation; that there is none is kept too.
    pub fn save_page(
        &mut self,
        conversation: &ConversationKey,
        page: &MessagePage,
        api: ApiVersion,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.keep() == Keep::Ids {
            return Ok(());
        }
        let ConversationKey {
            user,
            conversation: ConversationRef::Default,
        } = conversation
        else {
            return Ok(());
        };
        let Some(row) = self.row_number(user)? else {
            return Ok(());
        };
        let Some(body) = body_of(page) else {
            return Ok(());
        };
        let mut save = self.directory().prepare_cached(
            "INSERT OR REPLACE INTO pages (row, api, at, body) VALUES (?1, ?2, ?3, ?4)",
        )?;
        save.execute((row, api_code(api), at.as_millisecond(), body))?;
        drop(save);
        self.learn_spoken(user, page, at)
    }

    /// Keeps the name under which the user wrote last: lists show it where the profile has none.
    pub fn learn_spoken(
        &mut self,
        user: &SmoochId,
        page: &MessagePage,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let MessagePage::Messages { messages, .. } = page else {
            return Ok(());
        };
        let named = messages
            .iter()
            .rev()
            .find(|message| message.author.side == Side::User && message.author.name.is_some());
        let Some(name) = named.and_then(|message| message.author.name.clone()) else {
            return Ok(());
        };
        let received = named.and_then(|message| message.received);
        let Some(mention) = Report::mention(user.expose(), None) else {
            return Ok(());
        };
        let report = mention.with_spoken(Some(Spoken::new(name, received)));
        let change = Change::Report(Box::new(report));
        self.record(&change, Source::Api, at.as_millisecond())?;
        Ok(())
    }

    /// The newest page that was kept of a conversation.
    pub fn page(&self, conversation: &ConversationKey) -> Result<Option<StoredPage>, StoreError> {
        let ConversationKey {
            user,
            conversation: ConversationRef::Default,
        } = conversation
        else {
            return Ok(None);
        };
        let mut find = self.directory().prepare_cached(
            "SELECT p.api, p.at, p.body FROM pages p JOIN users u ON u.row = p.row
             WHERE u.id = ?1",
        )?;
        let found = find
            .query_row([user.expose()], |row| {
                let api = api_of_code(row.get(0)?);
                Ok((api, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        Ok(found.and_then(|(api, at, body)| {
            let page = parse_page(&body, api)?;
            let at = time(at)?;
            Some(StoredPage { page, at })
        }))
    }
}

/// The page in the words of v1.1; each message stands in its own.
#[expect(clippy::disallowed_methods, reason = "kept as it came")]
fn body_of(page: &MessagePage) -> Option<String> {
    let MessagePage::Messages {
        conversation,
        messages,
        older,
    } = page
    else {
        return Some("{}".to_owned());
    };
    let Conversation {
        id,
        unread_by_user,
        business_last_read,
        user_last_read,
    } = conversation;
    let messages: Option<Vec<serde_json::Value>> = messages
        .iter()
        .map(|message| serde_json::from_str(message.json.expose()).ok())
        .collect();
    let body = json!({
        "conversation": {
            "_id": id.as_ref().map(crate::domain::ConversationId::expose),
            "unreadCount": unread_by_user,
            "appMakerLastRead": business_last_read.map(|at| at.to_string()),
            "appUserLastRead": user_last_read.map(|at| at.to_string()),
        },
        "messages": messages?,
        "previous": older.as_ref().map(|_| "older messages were there"),
    });
    Some(body.to_string())
}

fn parse_page(body: &str, api: ApiVersion) -> Option<MessagePage> {
    if body == "{}" {
        return Some(MessagePage::NoConversation);
    }
    match api {
        ApiVersion::V11 => {
            let page = v11::parse_messages_page(body.as_bytes()).ok()?;
            let bound = v11::Bound::before(&page.messages).filter(|_| page.previous.is_some());
            Some(MessagePage::Messages {
                conversation: page.conversation,
                older: bound.map(|bound| bound.to_cursor()),
                messages: page.messages,
            })
        }
        // Nothing here reads messages of v2 yet: the API is asked again.
        ApiVersion::V2 => None,
    }
}
