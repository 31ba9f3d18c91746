//! The user API in its version 1.1 (API document, section 3).
//!
//! In: ids and page bounds. Out: domain values. It owns what a 404 means for each path of v1.1
//! and, in `messages`, the rules for paging; it only ever reads.

mod messages;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::watch;

use super::UserApi;
use super::exchange::Answer;
use super::jwt::Scope;
use super::settings::ApiSettings;
use super::transport::Transport;
use crate::domain::{
    AnswerFault, ApiVersion, App, AppId, ConversationKey, Found, IdFault, LookupId, MatchedBy,
    MessagePage, PageRequest, Pause, Problem, Refused, Untrusted, UsageFault, User,
};
use crate::wire::v11::{parse_app, parse_user};
use crate::wire::{ServerWords, WireError, excerpt};

/// The scopes whose keys v1.1 takes tokens of (API document, section 1.4).
const SCOPES: &[Scope] = &[Scope::App, Scope::Account];

/// The user API, v1.1, of one app.
pub(super) struct ApiV11 {
    transport: Transport,
    app_id: AppId,
    app_path: String,
}

impl ApiV11 {
    /// Checks the settings. Cheap: nothing is opened or read until the first request.
    pub(super) fn new(settings: ApiSettings) -> Result<Self, Problem> {
        let app_id = settings.app_id.clone();
        let path = ApiVersion::V11.app_path(&app_id);
        let app_path = path.map_err(|fault| impossible_id(app_id.expose(), fault))?;
        Ok(Self {
            transport: Transport::new(settings, SCOPES)?,
            app_id,
            app_path,
        })
    }

    fn user_path(&self, id: &LookupId) -> Result<String, Problem> {
        let path = ApiVersion::V11.user_path(&self.app_id, id);
        path.map_err(|fault| impossible_id(id.expose(), fault))
    }

    /// A user, and when they were asked for by the server's clock.
    async fn get_user(&self, id: &LookupId) -> Result<(User, Timestamp), Problem> {
        let url = self.transport.url(&self.user_path(id)?);
        match self.transport.fetch(url).await? {
            Answer::Body {
                status,
                bytes,
                asked_at,
            } => Ok((self.read(status, &bytes, parse_user)?, asked_at)),
            Answer::NotFound(words) => Err(missing_user(id, words)),
        }
    }

    async fn get_app(&self) -> Result<App, Problem> {
        match self
            .transport
            .fetch(self.transport.url(&self.app_path))
            .await?
        {
            Answer::Body { status, bytes, .. } => self.read(status, &bytes, parse_app),
            Answer::NotFound(words) => Err(match words.code.as_deref() {
                Some("app_not_found") => Problem::Refused(Refused::AppNotFound),
                _ => Problem::Refused(Refused::NotFound {
                    detail: words.detail,
                }),
            }),
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
                let excerpt = excerpt(&String::from_utf8_lossy(bytes));
                let excerpt = self.transport.without_echo(&excerpt);
                Problem::Answer(AnswerFault::NotJson {
                    status,
                    excerpt: Untrusted::from(excerpt),
                })
            }
            other => Problem::Answer(AnswerFault::Unreadable {
                why: Untrusted::from(other.to_string()),
            }),
        })
    }
}

impl UserApi for ApiV11 {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        Box::pin(async move {
            let (user, asked_at) = self.get_user(&id).await?;
            let matched_by = MatchedBy::of(&id, &user);
            Ok(Found {
                user,
                matched_by,
                asked_at,
            })
        })
    }

    fn fetch_messages(
        &self,
        conversation: ConversationKey,
        page: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        Box::pin(self.get_messages(conversation, page))
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        Box::pin(self.get_app())
    }

    fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.transport.pauses()
    }
}

fn impossible_id(id: &str, fault: IdFault) -> Problem {
    let id = LookupId::new(id);
    UsageFault::ImpossibleId { id, fault }.into()
}

fn missing_user(id: &LookupId, words: ServerWords) -> Problem {
    match words.code.as_deref() {
        Some("user_not_found") => Problem::Refused(Refused::UserNotFound { id: id.clone() }),
        Some("app_not_found") => Problem::Refused(Refused::AppNotFound),
        _ => Problem::Refused(Refused::NotFound {
            detail: words.detail,
        }),
    }
}
