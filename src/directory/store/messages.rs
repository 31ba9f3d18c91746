//! The newest messages of opened conversations, kept for when the API cannot be asked.
//!
//! In: pages as the API client read them. Out: the same page later, with the moment at which it
//! was read. Of each conversation only the newest page is kept.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use serde_json::json;

use super::codes::time;
use super::codes::{api_code, api_of_code};
use super::lineage::Fates;
use super::{Change, Keep, Report, Store, StoreError};
use crate::domain::facts::{Key, MessageName, Source};
use crate::domain::{
    ApiVersion, Conversation, ConversationKey, ConversationRef, MessagePage, SmoochId,
};
use crate::wire::v11;

/// A page that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPage {
    /// The page.
    pub page: MessagePage,
    /// When the API answered with it.
    pub at: Timestamp,
}

impl Store {
    /// Keeps the newest page of a conversation; that there is no conversation is kept too.
    pub fn save_page(
        &mut self,
        key: &ConversationKey,
        page: &MessagePage,
        api: ApiVersion,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.keep() == Keep::Ids {
            return Ok(());
        }
        let Some(row) = self.row_number(&key.user)? else {
            return Ok(());
        };
        let Some(body) = body_of(page) else {
            return Ok(());
        };
        let mut save = self.directory().prepare_cached(
            "INSERT INTO pages (row, conversation, api, at, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (row, conversation) DO UPDATE SET api = ?3, at = ?4, body = ?5",
        )?;
        let name = name_of(&key.conversation);
        save.execute((row, name, api_code(api), at.as_millisecond(), body))?;
        drop(save);
        self.record_message_name(&key.user, page, at)
    }

    /// Keeps the name on the user's newest message: lists show it where the profile has none.
    pub(crate) fn record_message_name(
        &mut self,
        user: &SmoochId,
        page: &MessagePage,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let MessagePage::Messages { messages, .. } = page else {
            return Ok(());
        };
        let Some(name) = MessageName::newest_of(user, messages) else {
            return Ok(());
        };
        let key = Key {
            at: at.as_millisecond(),
            source: Source::Api,
            line: 0,
        };
        let report = Report::mention(user.expose(), key).with_message_name(Some(name));
        self.record(&Change::Report(Box::new(report)))?;
        Ok(())
    }

    /// The newest page that was kept of a conversation.
    pub fn page(&self, key: &ConversationKey) -> Result<Option<StoredPage>, StoreError> {
        if let Some(page) = self.page_under(key.user.expose(), &key.conversation)? {
            return Ok(Some(page));
        }
        // It may have been read before the user was merged into this one.
        let discarded = Fates::of(self.directory()).discarded_of(key.user.expose())?;
        let mut newest: Option<StoredPage> = None;
        for discarded in discarded {
            let page = self.page_under(&discarded.id, &key.conversation)?;
            newest = newest.into_iter().chain(page).max_by_key(|page| page.at);
        }
        Ok(newest)
    }

    fn page_under(
        &self,
        user: &str,
        conversation: &ConversationRef,
    ) -> Result<Option<StoredPage>, StoreError> {
        let mut find = self.directory().prepare_cached(
            "SELECT p.api, p.at, p.body FROM pages p JOIN users u ON u.row = p.row
             WHERE u.id = ?1 AND p.conversation = ?2",
        )?;
        let found = find
            .query_row((user, name_of(conversation)), |row| {
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

/// What a conversation is called in the file; the default one has no name.
fn name_of(conversation: &ConversationRef) -> &str {
    match conversation {
        ConversationRef::Default => "",
        ConversationRef::Id(id) => id.expose(),
    }
}

/// The page in the words of v1.1; each message stays in those of its own version.
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
