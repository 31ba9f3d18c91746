//! What the console remembers from one start to the next, through the thread that keeps the files.
//!
//! In: what the API answered, whom the agent opened. Out: what was known before: everybody at the
//! start, one user or their messages while the API is asked, and what became of an old id. Nothing
//! here waits for a disk but the task that asked; what goes wrong with the files is told once, and
//! the console goes on without them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::Say;
use crate::console::msg::Msg;
use crate::directory::store::{
    Change, Completeness, Store, StoreError, StoreHandle, StoreNews, StoredPage, StoredUser, Told,
};
use crate::domain::facts::Source;
use crate::domain::{ApiVersion, Found, LookupId, MatchedBy, MessagePage, SmoochId, Untrusted};
use crate::domain::{Coverage, Fate};
use crate::lookup::load_everybody;
use crate::search::{BuiltIndex, Known};

/// How long the end of the console waits for what is still to be written.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// The way to what is remembered.
pub struct Memory {
    store: StoreHandle,
    told: ToldOnce,
}

/// What went wrong is told once: without a disk every look-up would say the same.
#[derive(Clone, Default)]
struct ToldOnce(Arc<AtomicBool>);

impl ToldOnce {
    fn tell(&self, error: &StoreError) -> Option<Msg> {
        let is_new = !matches!(error, StoreError::Ended) && !self.0.swap(true, Ordering::Relaxed);
        is_new.then(|| news(&StoreNews::from(error)))
    }
}

/// A part of everybody who is remembered.
pub(super) enum Remembered {
    /// Everybody, ready to be searched.
    Index(BuiltIndex),
    /// Every visit of the agent to a user, the earliest first.
    Visits(Vec<(SmoochId, Timestamp)>),
    /// The users whom the agent pinned.
    Pinned(Vec<SmoochId>),
}

impl Memory {
    /// Remembers through the thread that keeps the files.
    pub fn new(store: StoreHandle) -> Self {
        Self {
            store,
            told: ToldOnce::default(),
        }
    }

    /// Asks the files something. What goes wrong is told once, and answered by nothing.
    async fn ask<T: Send + 'static>(
        &self,
        say: Say<'_>,
        question: impl Fn(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let (to, from) = oneshot::channel();
        self.store.ask(question, move |answer| {
            // Whoever asked may have gone on to another user.
            let _ = to.send(answer);
        });
        match from.await.ok()? {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.told.tell(&error).map(say);
                None
            }
        }
    }

    /// Hands everybody on who is remembered, and tells what was lost.
    pub(super) async fn recall_all(
        &self,
        say: Say<'_>,
        take: impl Fn(Remembered) + Clone + Send + 'static,
    ) {
        let read = self.ask(say, move |store| {
            take(Remembered::Index(load_everybody(store)?));
            take(Remembered::Visits(store.visits()?));
            take(Remembered::Pinned(store.pinned()?));
            Ok(())
        });
        read.await;
        let (to, from) = oneshot::channel();
        self.store.take_loss(move |loss| {
            let _ = to.send(loss);
        });
        if let Ok(Some(loss)) = from.await {
            say(news(&loss));
        }
    }

    /// Hands everybody on anew if others wrote into the directory; says whether they did.
    pub(super) async fn recall_news(
        &self,
        say: Say<'_>,
        take: impl Fn(BuiltIndex) + Send + 'static,
    ) -> bool {
        let read = self.ask(say, move |store| {
            let has_news = store.has_news()?;
            if has_news {
                take(load_everybody(store)?);
            }
            Ok(has_news)
        });
        read.await.unwrap_or(false)
    }

    /// The copy of a user whom either id names, or to whom an old id leads.
    pub(super) async fn recall_user(&self, say: Say<'_>, lookup: LookupId) -> Option<Msg> {
        let read = self.ask(say, move |store| recall(store, &lookup));
        read.await.flatten()
    }

    /// The same, told by the thread that keeps the files itself.
    pub(super) fn begin_recall(&self, lookup: LookupId, say: impl Fn(Msg) + Send + 'static) {
        let told = self.told.clone();
        let answer = move |read: Result<Option<Msg>, StoreError>| {
            let msg = read.unwrap_or_else(|error| told.tell(&error));
            msg.map(say);
        };
        self.store.ask(move |store| recall(store, &lookup), answer);
    }

    /// The newest messages that were kept of a user.
    pub(super) async fn recall_page(&self, say: Say<'_>, user: SmoochId) -> Option<Msg> {
        let id = user.clone();
        let read = self.ask(say, move |store| store.page(&id));
        let StoredPage { page, at } = read.await.flatten()?;
        Some(Msg::PageRecalled { user, page, at })
    }

    /// When what is kept of a user was told, whom either id names or to whom an old one leads.
    pub async fn last_told(&self, say: Say<'_>, id: &LookupId) -> Option<Timestamp> {
        let id = id.clone();
        self.ask(say, move |store| store.last_told(&id))
            .await
            .flatten()
    }

    /// What became of an id that the API does not know.
    pub async fn fate(&self, say: Say<'_>, id: &LookupId) -> Option<Fate> {
        let id = SmoochId::new(id.expose());
        self.ask(say, move |store| store.fate(&id)).await
    }

    /// Keeps what a look-up told, and hands back all that is kept of the user now, unless it is no more
    /// than ids; nothing when it could not be kept.
    pub async fn learn(
        &self,
        say: Say<'_>,
        lookup: &LookupId,
        found: Found,
        api: ApiVersion,
        at: Timestamp,
    ) -> Option<Option<StoredUser>> {
        let told = Told::of(&found.user, api, Completeness::Whole);
        let change = Change::Told(Box::new(told));
        let survivor = found.user.id.clone();
        // Only what looks like an `_id` can be one that was merged away.
        let is_merged = found.matched_by == MatchedBy::Merged && lookup.looks_like_smooch_id();
        let old = is_merged.then(|| SmoochId::new(lookup.expose()));
        let write = self.ask(say, move |store| {
            store.tell(&change, Source::Api, at.as_millisecond())?;
            if let Some(old) = &old {
                store.note_merge(old, &survivor, at)?;
            }
            let kept = store.find(&LookupId::from(&survivor))?;
            Ok(kept.filter(|kept| kept.completeness == Completeness::Whole))
        });
        write.await
    }

    /// Keeps the name under which a user wrote, out of a page of their messages.
    pub async fn save_spoken_name(
        &self,
        say: Say<'_>,
        user: SmoochId,
        page: MessagePage,
        at: Timestamp,
    ) {
        let write = self.ask(say, move |store| store.learn_spoken(&user, &page, at));
        write.await;
    }

    /// Keeps the newest page of a user's messages.
    pub async fn save_page(
        &self,
        say: Say<'_>,
        user: SmoochId,
        page: MessagePage,
        api: ApiVersion,
        at: Timestamp,
    ) {
        let write = self.ask(say, move |store| store.save_page(&user, &page, api, at));
        write.await;
    }

    /// Keeps that the agent opened a user.
    pub(super) async fn note_opened(&self, say: Say<'_>, id: SmoochId, at: Timestamp) {
        let write = self.ask(say, move |store| store.note_opened(&id, at));
        write.await;
    }

    /// Counts what is kept.
    pub(super) async fn coverage(&self, say: Say<'_>, now: Timestamp) -> Option<Coverage> {
        self.ask(say, move |store| store.coverage(now)).await
    }

    /// Keeps that the agent pinned a user, or took the pin away.
    pub(super) async fn set_pinned(&self, say: Say<'_>, id: SmoochId, pinned: bool, at: Timestamp) {
        let write = self.ask(say, move |store| store.set_pinned(&id, pinned, at));
        write.await;
    }

    /// Closes the files once everything is written, and waits for that, but not for long.
    pub fn close(&self) {
        self.store.close(CLOSE_WITHIN);
    }
}

fn recall(store: &Store, lookup: &LookupId) -> Result<Option<Msg>, StoreError> {
    let recalled = |stored, matched_by| Msg::UserRecalled {
        lookup: lookup.clone(),
        known: Box::new(known(stored)),
        matched_by,
    };
    if let Some(stored) = store.find(lookup)? {
        return Ok(Some(recalled(stored, None)));
    }
    let fate = store.fate(&SmoochId::new(lookup.expose()))?;
    let survivor = match &fate {
        Fate::Merged { into } => store.find(&LookupId::from(into))?,
        Fate::Deleted { .. } => None,
        Fate::Unknown => return Ok(None),
    };
    Ok(Some(match survivor {
        Some(survivor) => recalled(survivor, Some(MatchedBy::Merged)),
        None => Msg::FateTold {
            lookup: lookup.clone(),
            fate,
        },
    }))
}

fn news(news: &StoreNews) -> Msg {
    let next = news.next.map(|next| format!("; {next}"));
    let words = format!("{}{}", news.what, next.unwrap_or_default());
    Msg::StoreTrouble(Untrusted::from(words))
}

fn known(stored: StoredUser) -> Known {
    Known {
        user: stored.user,
        name: stored.name,
        confirmed_at: stored.confirmed_at,
        how: stored.how,
    }
}
