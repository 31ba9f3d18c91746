//! Asks the API, and hands its answers and what is kept of the same user to the loop.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt, Shared, join};
use jiff::Timestamp;

use super::answers::Answers;
use super::keeping::DirectoryExecutor;
use crate::api::UserApi;
use crate::console::effect::Ask;
use crate::console::msg::{Msg, Ticket};
use crate::domain::{
    Connection, ConversationKey, Found, LookupId, PageRequest, Problem, Untrusted, User,
};
use crate::log;
use crate::lookup::{Asker, Kept, LookupOutcome};
use crate::search::KnownUsers;

/// The API client, and what is known from the start.
pub struct Connected {
    /// The client.
    pub api: Arc<dyn UserApi>,
    /// The app, as far as it is known once the client is there.
    pub connection: Connection,
    /// Users who are known without asking for them, each with all facts.
    pub people: Vec<User>,
    /// What has to live as long as the client: the sandbox, for instance.
    pub kept: Option<Box<dyn Any + Send + Sync>>,
}

/// Brings the API client.
pub type Connecting = BoxFuture<'static, Result<Connected, Problem>>;

/// What is there once the client is.
struct Ready {
    asker: Asker,
    connection: Connection,
    _kept: Option<Box<dyn Any + Send + Sync>>,
}

/// Carries out what is asked of the API.
pub(super) struct ApiExecutor {
    ready: Shared<BoxFuture<'static, Result<Arc<Ready>, Problem>>>,
    directory: Arc<DirectoryExecutor>,
}

impl ApiExecutor {
    /// An executor whose API client is still being made.
    pub(super) fn new(
        connecting: Connecting,
        directory: Arc<DirectoryExecutor>,
        now: fn() -> Timestamp,
    ) -> Self {
        let memory = directory.memory().cloned();
        let known = directory.known().clone();
        let ready = async move {
            let Connected {
                api,
                connection,
                people,
                kept,
            } = connecting.await?;
            if !people.is_empty() {
                let at = now();
                let learn = move |known: &mut KnownUsers| {
                    for user in people {
                        known.learn(user, at);
                    }
                };
                known.with(learn).await;
            }
            Ok(Arc::new(Ready {
                asker: Asker::new(api, connection.api, memory, now),
                connection,
                _kept: kept,
            }))
        };
        Self {
            ready: ready.boxed().shared(),
            directory,
        }
    }

    /// Waits for the API client.
    pub(super) async fn connect(&self, answers: &Answers) {
        let ready = self.ready.clone().await;
        if let Err(problem) = &ready {
            log::problem(problem.kind());
        }
        let connection = ready.map(|ready| Box::new(ready.connection.clone()));
        answers.send(Msg::Connected(connection));
    }

    /// Reports the pauses that the API asks for, as long as there is a client.
    pub(super) async fn watch_pauses(&self, answers: &Answers) {
        let Ok(ready) = self.ready.clone().await else {
            return;
        };
        let mut news = ready.asker.pauses();
        while news.changed().await.is_ok() {
            let pause = *news.borrow_and_update();
            answers.send(Msg::Paused(pause));
        }
    }

    /// Asks, and hands on the answer.
    pub(super) async fn carry_out(&self, ask: Ask, answers: &Answers) {
        match ask {
            Ask::FetchUser { ticket, id } => {
                let recalled = self.directory.recall_user(id.clone(), answers);
                join(recalled, self.fetch_user(ticket, id, answers)).await;
            }
            Ask::FetchMessages {
                ticket,
                conversation,
                page,
                ..
            } => self.fetch_page(ticket, &conversation, page, answers).await,
            Ask::FetchApp => {
                let result = self.ask(|ready| async move { ready.asker.fetch_app().await });
                answers.send(Msg::AppLoaded(Box::new(result.await)));
            }
        }
    }

    async fn fetch_user(&self, ticket: Ticket, id: LookupId, answers: &Answers) {
        let asked = id.clone();
        let look_up = |ready: Arc<Ready>| async move {
            let outcome = ready.asker.look_up(&asked).await;
            LookupOutcome::into_result(outcome)
        };
        let result = self.ask(look_up).await;
        let found = result.as_ref().ok().cloned();
        if let Some(Found { user, asked_at, .. }) = &found {
            let known = self.directory.known();
            known.learn(user.clone(), *asked_at).await;
        }
        answers.send(Msg::UserLoaded {
            ticket,
            result: Box::new(result),
        });
        if let Some(found) = found {
            answers.send(Msg::DirectoryChanged);
            self.remember(ticket, &id, found, answers).await;
        }
    }

    async fn remember(&self, ticket: Ticket, id: &LookupId, found: Found, answers: &Answers) {
        let Ok(ready) = self.ready.clone().await else {
            return;
        };
        // Facts of other reports are kept beside those of the API, and are found like the rest.
        let more = match ready.asker.remember(id, &found).await {
            Kept::Not => return,
            Kept::AsAnswered => None,
            Kept::WithMore(known) => Some(known),
        };
        let (written, learned) = (found.user.id, more.clone());
        let take = move |known: &mut KnownUsers| {
            if let Some(more) = learned {
                known.learn_known(*more);
            }
            known.note_written(&written);
        };
        self.directory.known().with(take).await;
        if let Some(known) = more {
            answers.send(Msg::UserJoined { ticket, known });
            answers.send(Msg::DirectoryChanged);
        }
    }

    /// The newest page is brought back from the files meanwhile, and remembered afterwards.
    async fn fetch_page(
        &self,
        ticket: Ticket,
        conversation: &ConversationKey,
        page: PageRequest,
        answers: &Answers,
    ) {
        let is_newest = page == PageRequest::Newest;
        let recall = async {
            if is_newest {
                self.directory.recall_page(conversation, answers).await;
            }
        };
        let fetch = async {
            let whose = conversation.clone();
            let result = self
                .ask(|ready| async move { ready.asker.fetch_messages(&whose, page).await })
                .await;
            let newest = result.as_ref().ok().filter(|_| is_newest).cloned();
            answers.send(Msg::MessagesLoaded { ticket, result });
            if let (Some(newest), Ok(ready)) = (newest, self.ready.clone().await) {
                ready.asker.remember_page(conversation, &newest).await;
            }
        };
        join(recall, fetch).await;
    }

    /// Asks the API; a panic in the client becomes a problem of this one request.
    async fn ask<T, F>(&self, question: impl FnOnce(Arc<Ready>) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let ready = self.ready.clone().await?;
        let answer = AssertUnwindSafe(question(ready)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| {
            let detail = Untrusted::from("the API client stopped in the middle of a request");
            Err(Problem::Internal { detail })
        });
        answer.inspect_err(|problem| log::problem(problem.kind()))
    }
}
