//! The user API in its version 1.1 (API document, section 3).
//!
//! In: ids and page bounds. Out: domain values. It owns the paths of v1.1, what a 404 means for
//! each of them and the rules for paging through messages; it only ever reads.

use std::collections::HashSet;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::watch;

use super::UserApi;
use super::exchange::Answer;
use super::path::encode_segment;
use super::settings::ApiSettings;
use super::transport::Transport;
use crate::domain::{
    App, ClockSkew, Conversation, Found, LookupId, MatchedBy, Message, MessageId, MessagePage,
    PageRequest, Pause, Problem, SmoochId, Untrusted, User,
};
use crate::wire::v11::{MessagesPage, parse_app, parse_messages_page, parse_user};
use crate::wire::{ServerWords, WireError, excerpt};

/// A page holds so many messages; a shorter one is the last, unless it says otherwise.
const FULL_PAGE: usize = 100;

/// The user API, v1.1, of one app.
pub struct ApiV11 {
    transport: Transport,
    app_path: String,
}

/// What came of asking for messages.
enum Asked {
    Page(MessagesPage),
    NoConversation,
}

/// A page as the console wants it: what is new, and whether asking on makes sense.
struct Fresh {
    conversation: Conversation,
    messages: Vec<Message>,
    has_older: bool,
}

impl ApiV11 {
    /// Checks the settings. Cheap: nothing is opened or read until the first request.
    pub fn new(settings: ApiSettings) -> Result<Self, Problem> {
        let app = segment(&LookupId::new(settings.app_id.expose()))?;
        Ok(Self {
            transport: Transport::new(settings)?,
            app_path: format!("/v1.1/apps/{app}"),
        })
    }

    /// How far this machine's clock is off by that of the API, once an answer has told; `None`
    /// while they agree to within two minutes.
    pub fn clock_skew(&self) -> Option<ClockSkew> {
        self.transport.clock_skew()
    }

    fn user_path(&self, id: &LookupId) -> Result<String, Problem> {
        Ok(format!("{}/appusers/{}", self.app_path, segment(id)?))
    }

    async fn get_user(&self, id: &LookupId) -> Result<User, Problem> {
        let url = self.transport.url(&self.user_path(id)?);
        match self.transport.fetch(url).await? {
            Answer::Body { status, bytes } => self.read(status, &bytes, parse_user),
            Answer::NotFound(words) => Err(missing_user(id, words)),
        }
    }

    async fn get_app(&self) -> Result<App, Problem> {
        match self
            .transport
            .fetch(self.transport.url(&self.app_path))
            .await?
        {
            Answer::Body { status, bytes } => self.read(status, &bytes, parse_app),
            Answer::NotFound(words) => Err(match words.code.as_deref() {
                Some("app_not_found") => Problem::AppNotFound,
                _ => Problem::NotFound {
                    detail: words.detail,
                },
            }),
        }
    }

    async fn get_page(&self, user: &LookupId, before: Option<Timestamp>) -> Result<Asked, Problem> {
        let path = format!("{}/messages", self.user_path(user)?);
        let mut url = self.transport.url(&path);
        if let Some(bound) = before {
            url.set_query(Some(&format!("before={}", seconds(bound))));
        }
        match self.transport.fetch(url).await? {
            Answer::Body { status, bytes } => self
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
            Ok(found) if found.conversation_started == Some(false) => Ok(Asked::NoConversation),
            Ok(_) => Err(Problem::NotFound { detail }),
            // Asked for the user alone, any 404 that does not name the app means the user.
            Err(Problem::NotFound { .. }) => Err(Problem::UserNotFound { id: user.clone() }),
            Err(problem) => Err(problem),
        }
    }

    async fn get_messages(
        &self,
        user: SmoochId,
        page: PageRequest,
    ) -> Result<MessagePage, Problem> {
        let user = LookupId::from(&user);
        let fresh = match page {
            PageRequest::Newest => match self.get_page(&user, None).await? {
                Asked::NoConversation => return Ok(MessagePage::NoConversation),
                Asked::Page(page) => without_known(page, &[]),
            },
            PageRequest::Before { oldest, known } => {
                match self.get_older(&user, oldest, &known).await? {
                    None => return Ok(MessagePage::NoConversation),
                    Some(fresh) => fresh,
                }
            }
        };
        Ok(MessagePage::Messages {
            conversation: fresh.conversation,
            messages: fresh.messages,
            has_older: fresh.has_older,
        })
    }

    /// Pages backwards without losing a message that shares its millisecond with the oldest known
    /// one: the bound is exclusive, so it is put one millisecond later and what is known is
    /// dropped. A page that is all known is left behind by the exact bound, once.
    async fn get_older(
        &self,
        user: &LookupId,
        oldest: Timestamp,
        known: &[MessageId],
    ) -> Result<Option<Fresh>, Problem> {
        let overlapping = Timestamp::from_millisecond(oldest.as_millisecond() + 1);
        let overlapping = overlapping.unwrap_or(oldest);
        let page = match self.get_page(user, Some(overlapping)).await? {
            Asked::NoConversation => return Ok(None),
            Asked::Page(page) => page,
        };
        let is_empty = page.messages.is_empty();
        let fresh = without_known(page, known);
        if is_empty || !fresh.messages.is_empty() {
            return Ok(Some(fresh));
        }
        match self.get_page(user, Some(oldest)).await? {
            Asked::NoConversation => Ok(None),
            Asked::Page(page) => Ok(Some(without_known(page, known))),
        }
    }

    fn read<T>(
        &self,
        status: u16,
        bytes: &[u8],
        parse: fn(&[u8]) -> Result<T, WireError>,
    ) -> Result<T, Problem> {
        parse(bytes).map_err(|error| match error {
            WireError::NotJson => {
                let text = self.transport.without_echo(&String::from_utf8_lossy(bytes));
                let excerpt = self.transport.without_echo(&excerpt(&text));
                Problem::NotJson {
                    status,
                    excerpt: Untrusted::from(excerpt),
                }
            }
            other => Problem::Unreadable {
                why: Untrusted::from(other.to_string()),
            },
        })
    }
}

impl UserApi for ApiV11 {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        Box::pin(async move {
            let user = self.get_user(&id).await?;
            let matched_by = MatchedBy::of(&id, &user);
            Ok(Found { user, matched_by })
        })
    }

    fn fetch_messages(
        &self,
        user: SmoochId,
        page: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        Box::pin(self.get_messages(user, page))
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        Box::pin(self.get_app())
    }

    fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.transport.pauses()
    }
}

fn segment(id: &LookupId) -> Result<String, Problem> {
    encode_segment(id.expose()).map_err(|fault| Problem::ImpossibleId {
        id: id.clone(),
        fault,
    })
}

fn missing_user(id: &LookupId, words: ServerWords) -> Problem {
    match words.code.as_deref() {
        Some("user_not_found") => Problem::UserNotFound { id: id.clone() },
        Some("app_not_found") => Problem::AppNotFound,
        _ => Problem::NotFound {
            detail: words.detail,
        },
    }
}

/// A bound as the API takes it: seconds with three decimals, made of whole milliseconds because a
/// float would be printed with a digit too many or too few.
fn seconds(bound: Timestamp) -> String {
    let milliseconds = bound.as_millisecond().max(0);
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Drops known messages and says whether older ones may follow (API document, section 3.2).
fn without_known(page: MessagesPage, known: &[MessageId]) -> Fresh {
    let may_have_older = page.previous.is_some() || page.messages.len() >= FULL_PAGE;
    let known: HashSet<&MessageId> = known.iter().collect();
    let messages: Vec<Message> = page
        .messages
        .into_iter()
        .filter(|message| message.id.as_ref().is_none_or(|id| !known.contains(id)))
        .collect();
    // A message without an id is always new, so it must not keep the paging going.
    let is_progress = messages.iter().any(|message| message.id.is_some());
    Fresh {
        conversation: page.conversation,
        has_older: may_have_older && is_progress,
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
