//! Asks the API, follows merges, and remembers the answers.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use super::memory::Memory;
use super::outcome::{Kept, LookupOutcome, Recalled};
use crate::api::UserApi;
use crate::domain::{
    ApiVersion, App, ConversationKey, DisplayName, Fate, Found, LookupId, MatchedBy, MessagePage,
    PageRequest, Pause, Problem, Refused, SmoochId,
};

/// An API, and a memory for its answers if there is one.
pub(crate) struct Asker {
    api: Arc<dyn UserApi>,
    version: ApiVersion,
    memory: Option<Memory>,
    now: fn() -> Timestamp,
}

impl Asker {
    /// Asks `api`, which speaks `version`; `now` dates the pages of messages that it answers with.
    pub(crate) fn new(
        api: Arc<dyn UserApi>,
        version: ApiVersion,
        memory: Option<Memory>,
        now: fn() -> Timestamp,
    ) -> Self {
        Self {
            api,
            version,
            memory,
            now,
        }
    }

    /// Looks a user up. An id that the API does not know is followed to the survivor of a merge,
    /// if this machine knows of one: a webhook may have reported it.
    pub(crate) async fn look_up(&self, id: &LookupId) -> LookupOutcome {
        match self.api.fetch_user(id.clone()).await {
            Ok(found) => LookupOutcome::Found(found),
            Err(problem @ Problem::Refused(Refused::UserNotFound { .. })) => {
                self.follow_merge(id, problem).await
            }
            Err(problem) => LookupOutcome::Failed(problem),
        }
    }

    async fn follow_merge(&self, id: &LookupId, problem: Problem) -> LookupOutcome {
        let survivor = match self.fate(id).await {
            Fate::Merged { into } => into,
            fate @ (Fate::Deleted { .. } | Fate::Unknown) => {
                return LookupOutcome::NotFound { problem, fate };
            }
        };
        match self.api.fetch_user(LookupId::from(&survivor)).await {
            Ok(found) => LookupOutcome::Found(Found {
                matched_by: MatchedBy::Merged,
                ..found
            }),
            Err(problem) => LookupOutcome::SurvivorFailed { survivor, problem },
        }
    }

    /// Remembers the user that a lookup of `id` led to.
    pub(crate) async fn remember(&self, id: &LookupId, found: &Found) -> Kept {
        let Some(memory) = &self.memory else {
            return Kept::Not;
        };
        memory.learn(id, found.clone(), self.version).await
    }

    /// What this machine knows about the fate of an id.
    pub(crate) async fn fate(&self, id: &LookupId) -> Fate {
        match &self.memory {
            Some(memory) => memory.fate(id).await,
            None => Fate::Unknown,
        }
    }

    /// When anything was last reported about the user with this id, or about the survivor that an
    /// old id leads to; `None` when nothing is kept.
    pub(crate) async fn last_report(&self, id: &LookupId) -> Option<Timestamp> {
        self.memory.as_ref()?.last_report(id).await
    }

    /// The name under which this machine lists a user, if it keeps any.
    pub(crate) async fn kept_name(&self, user: &SmoochId) -> Option<DisplayName> {
        let id = LookupId::from(user);
        match self.memory.as_ref()?.recall_user(&id).await? {
            Recalled::User { known, .. } => Some(known.name),
            Recalled::Gone(_) | Recalled::Nothing => None,
        }
    }

    /// Fetches one page of a conversation.
    pub(crate) async fn fetch_messages(
        &self,
        conversation: &ConversationKey,
        page: PageRequest,
    ) -> Result<MessagePage, Problem> {
        self.api.fetch_messages(conversation.clone(), page).await
    }

    /// Remembers the newest page of a conversation.
    pub(crate) async fn remember_page(&self, conversation: &ConversationKey, page: &MessagePage) {
        if let Some(memory) = &self.memory {
            let (key, page, now) = (conversation.clone(), page.clone(), (self.now)());
            memory.save_page(key, page, self.version, now).await;
        }
    }

    /// Remembers the name under which a user wrote, and nothing else of the messages.
    pub(crate) async fn remember_spoken_name(&self, user: &SmoochId, page: &MessagePage) {
        if let Some(memory) = &self.memory {
            let (user, page, now) = (user.clone(), page.clone(), (self.now)());
            memory.save_spoken_name(user, page, now).await;
        }
    }

    /// Fetches the app and its settings.
    pub(crate) async fn fetch_app(&self) -> Result<App, Problem> {
        self.api.fetch_app().await
    }

    /// News of the pauses that the API asks for.
    pub(crate) fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.api.pauses()
    }

    /// Closes the files once everything is written.
    pub(crate) fn close(&self) {
        if let Some(memory) = &self.memory {
            memory.close();
        }
    }
}
