//! Carries effects out against the API and the directory, and says what came of them.

mod memory;

use std::any::Any;
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, Shared, join};
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::api::UserApi;
use crate::console::effect::{Ask, DirectoryEffect};
use crate::console::msg::{Msg, Ticket};
use crate::directory::store::StoreHandle;
use crate::domain::Fate;
use crate::domain::{
    ApiVersion, Connection, Found, LookupId, MatchedBy, PageRequest, Problem, SmoochId, Untrusted,
};
use crate::log;
use crate::search::KnownUsers;
use crate::search::ranking::{Request, Searches, search_in_steps};
use memory::Remembered;

pub use memory::Memory;

/// How many users are asked for at once when only their ids are known.
const LEARNERS: usize = 4;

/// After this many learnt users the lists are brought up to date.
const LEARNT_AT_ONCE: usize = 32;

/// The API client, and what is known from the start.
pub struct Connected {
    /// The client.
    pub api: Arc<dyn UserApi>,
    /// The app, as far as it is known once the client is there.
    pub connection: Connection,
    /// Users of whom only the `_id` is known.
    pub known_ids: Vec<SmoochId>,
    /// What has to live as long as the client: the sandbox, for instance.
    pub kept: Option<Box<dyn Any + Send + Sync>>,
}

/// Brings the API client.
pub type Connecting = BoxFuture<'static, Result<Connected, Problem>>;

/// Says what came of something.
pub type Say<'s> = &'s (dyn Fn(Msg) + Send + Sync + 's);

/// The API and the directory.
pub struct World {
    connected: Shared<BoxFuture<'static, Result<Arc<Connected>, Problem>>>,
    known: Arc<Mutex<KnownUsers>>,
    searches: Searches,
    memory: Option<Memory>,
    now: fn() -> Timestamp,
}

impl World {
    /// A world whose API client is still being made; `now` tells when answers come.
    pub fn new(connecting: Connecting, now: fn() -> Timestamp) -> Self {
        let known = Arc::new(Mutex::new(KnownUsers::default()));
        let imported = Arc::clone(&known);
        let connected = async move {
            let connected = connecting.await?;
            let ids = connected.known_ids.clone();
            if !ids.is_empty() {
                with(&imported, move |known| known.import_ids(ids)).await;
            }
            Ok(Arc::new(connected))
        };
        Self {
            connected: connected.boxed().shared(),
            known,
            searches: Searches::default(),
            memory: None,
            now,
        }
    }

    /// The same world, which remembers from one start to the next.
    #[must_use]
    pub fn remembering(mut self, store: StoreHandle) -> Self {
        self.memory = Some(Memory::new(store));
        self
    }

    /// Brings back what is remembered of everybody.
    pub async fn recall(&self, say: impl Fn(Msg) + Send + Sync) {
        let Some(memory) = &self.memory else { return };
        let known = Arc::clone(&self.known);
        let take = move |remembered| remember(&mut lock(&known), remembered);
        memory.recall_all(&say, take).await;
        say(Msg::DirectoryRead);
    }

    /// Closes what is remembered once it is written, and waits for that, but not for long.
    pub fn close(&self) {
        if let Some(memory) = &self.memory {
            memory.close();
        }
    }

    /// Waits for the API client.
    pub async fn connect(&self) -> Msg {
        let connected = self.connected.clone().await;
        if let Err(problem) = &connected {
            log::problem(problem.kind());
        }
        Msg::Connected(connected.map(|connected| Box::new(connected.connection.clone())))
    }

    /// Tells of the pauses that the API asks for, as long as there is a client.
    pub async fn tell_pauses(&self, say: impl Fn(Msg)) {
        let Ok(connected) = self.connected.clone().await else {
            return;
        };
        let mut news = connected.api.pauses();
        while news.changed().await.is_ok() {
            let pause = *news.borrow_and_update();
            say(Msg::Paused(pause));
        }
    }

    /// Asks the API, and says what it answers.
    pub async fn ask_api(&self, ask: Ask, say: impl Fn(Msg) + Send + Sync) {
        match ask {
            Ask::FetchUser { ticket, id } => {
                let recalled = self.recall_user(id.clone(), &say);
                join(recalled, self.tell_user(ticket, id, &say)).await;
            }
            Ask::FetchMessages {
                ticket, user, page, ..
            } => {
                let recalled = self.recall_page(&user, &page, &say);
                let told = self.tell_messages(ticket, user.clone(), page.clone(), &say);
                join(recalled, told).await;
            }
            Ask::FetchApp => {
                let result = self.ask(|api| async move { api.fetch_app().await }).await;
                say(Msg::AppLoaded(Box::new(result)));
            }
            Ask::LearnImported => self.learn_imported(say).await,
        }
    }

    /// Carries out what concerns the directory, and says what came of it.
    pub async fn use_directory(&self, effect: DirectoryEffect, say: impl Fn(Msg) + Send + Sync) {
        match effect {
            DirectoryEffect::RecallUser(id) => self.recall_user(id, &say).await,
            DirectoryEffect::RecallNews => self.recall_news(&say).await,
            DirectoryEffect::LearnName { id, name } => {
                with(&self.known, move |known| known.learn_name(&id, name)).await;
                say(Msg::DirectoryChanged);
            }
            DirectoryEffect::NoteOpened(id) => {
                let (opened, at) = (id.clone(), (self.now)());
                with(&self.known, move |known| known.note_opened(&opened, at)).await;
                if let Some(memory) = &self.memory {
                    memory.note_opened(&say, id, at).await;
                }
            }
            DirectoryEffect::TogglePin(id) => self.toggle_pin(id, &say).await,
            DirectoryEffect::CountKnown => {
                let coverage = match &self.memory {
                    Some(memory) => memory.coverage(&say, (self.now)()).await,
                    None => None,
                };
                say(Msg::KnownCounted(coverage.map(Box::new)));
            }
        }
    }

    async fn recall_news(&self, say: Say<'_>) {
        let Some(memory) = &self.memory else { return };
        let known = Arc::clone(&self.known);
        let take = move |built| lock(&known).reinstall(built);
        if memory.recall_news(say, take).await {
            say(Msg::DirectoryChanged);
        }
    }

    async fn toggle_pin(&self, id: SmoochId, say: Say<'_>) {
        let pin = id.clone();
        let toggle = move |known: &mut KnownUsers| {
            let pinned = known.knows(&pin).then(|| !known.is_pinned(&pin))?;
            known.set_pinned(&pin, pinned);
            Some(pinned)
        };
        let Some(toggled) = with(&self.known, toggle).await else {
            return;
        };
        // A pin would write the id of somebody down who was just forgotten.
        let Some(pinned) = toggled else {
            let words = "this user is known here no more: look them up again before pinning";
            return say(Msg::StoreNews(Untrusted::from(words)));
        };
        say(Msg::PinToggled { pinned });
        if let Some(memory) = &self.memory {
            memory.set_pinned(say, id, pinned, (self.now)()).await;
        }
    }

    /// Searches beside everything else, straight from whoever asks: each thread in between would
    /// cost a key more than most searches do. A newer search ends it early, without a word.
    pub fn begin_search(
        &self,
        ticket: Ticket,
        text: String,
        most: usize,
        say: impl Fn(Msg) + Send + 'static,
    ) -> JoinHandle<()> {
        // Before the directory is waited for: an older search may hold it.
        let watch = self.searches.begin(ticket.0);
        let (known, now) = (Arc::clone(&self.known), self.now);
        tokio::task::spawn_blocking(move || {
            let request = Request {
                text: &text,
                now: now(),
                most,
                watch,
            };
            let tell = |results| say(Msg::SearchDone { ticket, results });
            if let Some(results) = search_in_steps(&lock(&known), &request, tell) {
                tell(results);
            }
        })
    }

    /// Brings back what is kept of a user, straight from the thread that keeps the files, for the
    /// same reason.
    pub fn begin_recall(&self, id: LookupId, say: impl Fn(Msg) + Send + 'static) {
        if let Some(memory) = &self.memory {
            memory.begin_recall(id, say);
        }
    }

    /// The same, for whoever waits for it.
    pub async fn search(&self, ticket: Ticket, text: String, most: usize, say: Say<'_>) {
        let (answers, mut answered) = mpsc::unbounded_channel();
        let searching = self.begin_search(ticket, text, most, move |msg| {
            // Nobody listens any more once a newer search has begun.
            let _ = answers.send(msg);
        });
        while let Some(msg) = answered.recv().await {
            say(msg);
        }
        if let Some(failed) = search_failed(searching).await {
            say(failed);
        }
    }

    async fn recall_user(&self, id: LookupId, say: Say<'_>) {
        if let Some(memory) = &self.memory
            && let Some(msg) = memory.recall_user(say, id).await
        {
            say(msg);
        }
    }

    async fn recall_page(&self, user: &SmoochId, page: &PageRequest, say: Say<'_>) {
        if let (Some(memory), PageRequest::Newest) = (&self.memory, page)
            && let Some(msg) = memory.recall_page(say, user.clone()).await
        {
            say(msg);
        }
    }

    async fn tell_user(&self, ticket: Ticket, id: LookupId, say: Say<'_>) {
        let result = self.fetch_user(id.clone()).await;
        let result = match result {
            Err(Problem::UserNotFound { .. }) => self.follow_merge(&id, result, say).await,
            result => result,
        };
        let found = result.as_ref().ok().cloned();
        say(Msg::UserLoaded {
            ticket,
            result: Box::new(result),
        });
        let Some(found) = found else { return };
        say(Msg::DirectoryChanged);
        if let (Some(memory), Some(api)) = (&self.memory, self.api().await) {
            let user = found.user.clone();
            if let Some(kept) = memory.learn(say, &id, found, api, (self.now)()).await {
                // What files told beside the API is kept with it, and is found like the rest.
                let kept = kept.filter(|kept| kept.user.properties != user.properties);
                let changed = kept.is_some();
                let at = (self.now)();
                let take = move |known: &mut KnownUsers| {
                    if let Some(kept) = kept {
                        known.learn(kept.user, at);
                    }
                    known.note_written(&user.id);
                };
                with(&self.known, take).await;
                if changed {
                    say(Msg::DirectoryChanged);
                }
            }
        }
    }

    /// The API does not know an id: a webhook may have told where it leads.
    async fn follow_merge(
        &self,
        id: &LookupId,
        result: Result<Found, Problem>,
        say: Say<'_>,
    ) -> Result<Found, Problem> {
        let Some(memory) = &self.memory else {
            return result;
        };
        match memory.fate(say, id).await {
            Some(Fate::Merged { into }) => {
                let found = self.fetch_user(LookupId::from(&into)).await?;
                Ok(Found {
                    matched_by: MatchedBy::Merged,
                    ..found
                })
            }
            // Recalling the user has told it already.
            Some(Fate::Deleted { .. } | Fate::Unknown) | None => result,
        }
    }

    async fn tell_messages(&self, ticket: Ticket, user: SmoochId, page: PageRequest, say: Say<'_>) {
        let is_newest = page == PageRequest::Newest;
        let whose = user.clone();
        let result = self
            .ask(|api| async move { api.fetch_messages(whose, page).await })
            .await;
        let kept = result.as_ref().ok().filter(|_| is_newest).cloned();
        say(Msg::MessagesLoaded { ticket, result });
        if let (Some(memory), Some(page), Some(api)) = (&self.memory, kept, self.api().await) {
            memory.save_page(say, user, page, api, (self.now)()).await;
        }
    }

    async fn fetch_user(&self, id: LookupId) -> Result<Found, Problem> {
        let found = self
            .ask(|api| async move { api.fetch_user(id).await })
            .await?;
        self.learn(&found).await;
        Ok(found)
    }

    /// Takes a user into what is known, and has the index merged beside the searches when enough
    /// came one by one.
    async fn learn(&self, found: &Found) {
        let (user, at) = (found.user.clone(), (self.now)());
        let merge = with(&self.known, move |known| {
            known.learn(user, at);
            known.begin_due_merge()
        });
        if let Some(merge) = merge.await.flatten() {
            let known = Arc::clone(&self.known);
            tokio::task::spawn_blocking(move || {
                let merged = merge.build();
                lock(&known).finish_merge(merged);
            });
        }
    }

    /// The version of the API that answers.
    async fn api(&self) -> Option<ApiVersion> {
        let connected = self.connected.clone().await.ok()?;
        Some(connected.connection.api)
    }

    /// Asks the API about everybody of whom only the id is known. What cannot be learnt stays
    /// as it is: the reason shows when the agent opens that user.
    async fn learn_imported(&self, say: impl Fn(Msg) + Send + Sync) {
        // Not everybody who was ever mentioned: there may be a million of them.
        let mut ids = match self.connected.clone().await {
            Ok(connected) => connected.known_ids.clone(),
            Err(_) => return,
        };
        let bare = with(&self.known, |known| known.ids_without_copy()).await;
        let bare: HashSet<SmoochId> = bare.into_iter().flatten().collect();
        ids.retain(|id| bare.contains(id));
        let users = stream::iter(ids).map(|id| self.fetch_user(LookupId::from(&id)));
        let mut batches = users.buffer_unordered(LEARNERS).chunks(LEARNT_AT_ONCE);
        while batches.next().await.is_some() {
            say(Msg::DirectoryChanged);
        }
    }

    /// Asks the API; a panic in the client becomes a problem of this one request.
    async fn ask<T, F>(&self, question: impl FnOnce(Arc<dyn UserApi>) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let connected = self.connected.clone().await?;
        let answer = AssertUnwindSafe(question(Arc::clone(&connected.api)))
            .catch_unwind()
            .await;
        let answer = answer.unwrap_or_else(|_| {
            let detail = Untrusted::from("the API client stopped in the middle of a request");
            Err(Problem::Internal { detail })
        });
        answer.inspect_err(|problem| log::problem(problem.kind()))
    }
}

/// Takes in what is remembered. Whoever was looked up meanwhile stays: they are newer.
fn remember(known: &mut KnownUsers, remembered: Remembered) {
    match remembered {
        Remembered::Index(built) => known.install(built),
        Remembered::Visits(visits) => {
            for (id, at) in visits {
                known.recall_opened(&id, at);
            }
        }
        Remembered::Pinned(pinned) => {
            for id in pinned {
                known.recall_pinned(&id);
            }
        }
    }
}

/// What is to be told of a search that did not come to its end.
pub async fn search_failed(searching: JoinHandle<()>) -> Option<Msg> {
    let failed = searching.await.is_err();
    failed.then(|| Msg::TaskFailed(Untrusted::from("the search")))
}

/// Does something with the directory where waiting is allowed: a search holds it until it ends, and
/// the threads of the tasks have the terminal and the network to serve. `None` after a panic.
async fn with<T: Send + 'static>(
    known: &Arc<Mutex<KnownUsers>>,
    act: impl FnOnce(&mut KnownUsers) -> T + Send + 'static,
) -> Option<T> {
    let known = Arc::clone(known);
    let done = tokio::task::spawn_blocking(move || act(&mut lock(&known)));
    done.await.ok()
}

/// A panic while something is locked leaves it readable: every change is complete in itself.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
