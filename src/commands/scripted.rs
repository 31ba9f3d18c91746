//! An API that answers from a script, for tests of what a server seldom does on demand.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, ready};
use jiff::Timestamp;

use super::connect::Connected;
use crate::api::UserApi;
use crate::domain::{
    ApiVersion, App, AppId, Connection, ConversationKey, Cursor, Found, LookupId, MatchedBy,
    MessagePage, PageRequest, Problem, Region, Stage,
};
use crate::lookup::Asker;
use crate::wire::v11;

/// Answers every lookup with one user, and every page with the next one of the script.
pub(super) struct Scripted {
    user: &'static str,
    pages: Mutex<VecDeque<Result<MessagePage, Problem>>>,
    asked: Mutex<Vec<PageRequest>>,
}

impl Scripted {
    /// A user as JSON, and pages.
    pub(super) fn new(
        user: &'static str,
        pages: impl IntoIterator<Item = Result<MessagePage, Problem>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            user,
            pages: Mutex::new(pages.into_iter().collect()),
            asked: Mutex::default(),
        })
    }

    /// A user whose newest message, a location, came without the name that those before have.
    pub(super) fn of_location_without_name() -> Arc<Self> {
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        let user = include_str!("../../tests/fixtures/cases/location-without-name/user.json");
        let said = include_str!("../../tests/fixtures/cases/location-without-name/messages.json");
        let user = read(user)["appUser"].to_string().leak();
        let messages = read(said)["messages"].to_string();
        Self::new(user, [Ok(page(&messages, false))])
    }

    /// What the commands take.
    pub(super) fn connected(self: &Arc<Self>) -> Connected {
        let api = Arc::clone(self) as Arc<dyn UserApi>;
        Connected {
            asker: Asker::new(api, ApiVersion::V11, None, Timestamp::now),
            connection: Connection {
                app_label: "acme".into(),
                app_id: AppId::new("a1"),
                region: Region::Us,
                base_url: "https://api.smooch.io".into(),
                api: ApiVersion::V11,
                key_id: "app_1".into(),
                key_source: "SMOOCH_KEY_ID".into(),
                stage: Stage::Unmarked,
            },
        }
    }

    /// The pages that were asked for.
    pub(super) fn asked(&self) -> Vec<PageRequest> {
        self.asked.lock().unwrap().clone()
    }
}

/// When every user was asked for, by the server's clock.
pub(super) fn asked_at() -> Timestamp {
    "2024-03-04T09:00:00Z".parse().unwrap()
}

/// A page of messages given as a JSON array.
pub(super) fn page(messages: &str, has_older: bool) -> MessagePage {
    let body =
        format!(r#"{{"conversation":{{"_id":"c1","unreadCount":0}},"messages":{messages}}}"#);
    let page = v11::parse_messages_page(body.as_bytes()).unwrap();
    MessagePage::Messages {
        conversation: page.conversation,
        messages: page.messages,
        older: has_older.then(|| Cursor::new("older")),
    }
}

impl UserApi for Scripted {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        let body = format!(r#"{{"appUser":{}}}"#, self.user);
        let user = v11::parse_user(body.as_bytes()).unwrap();
        let matched_by = MatchedBy::of(&id, &user);
        Box::pin(ready(Ok(Found {
            user,
            matched_by,
            asked_at: asked_at(),
        })))
    }

    fn fetch_messages(
        &self,
        _: ConversationKey,
        page: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        self.asked.lock().unwrap().push(page);
        let answer = self.pages.lock().unwrap().pop_front();
        Box::pin(ready(answer.expect("no page is left in the script")))
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        unreachable!("no command asks for the app")
    }
}
