//! What is remembered from one start to the next, through the thread that keeps the files.
//!
//! In: what the API answered, and what the agent opened and pinned. Out: what was known before:
//! everybody at the start, one user or their messages while the API is asked, and what became of
//! an old id. Only the task that asks waits for the disk. The first thing that goes wrong with the
//! files is reported, and the program goes on without them; for a pin each failure is the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::loading::load_everybody;
use super::outcome::{Kept, Recalled};
use crate::directory::store::{
    Change, Report, Store, StoreError, StoreHandle, StoreNews, StoredPage,
};
use crate::domain::facts::Portion;
use crate::domain::{
    ApiVersion, ConversationKey, Coverage, Fate, Found, KnownUser, LookupId, MatchedBy,
    MessagePage, Pin, SmoochId, User,
};
use crate::search::BuiltIndex;

/// How long the program's end waits for what is still to be written.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// The way to what is remembered.
#[derive(Clone)]
pub(crate) struct Memory {
    store: StoreHandle,
    trouble: Trouble,
}

/// Reports the first thing that goes wrong: without a disk every question would report the same.
#[derive(Clone)]
struct Trouble {
    listener: Arc<dyn Fn(&StoreNews) + Send + Sync>,
    is_reported: Arc<AtomicBool>,
}

impl Trouble {
    fn report(&self, error: &StoreError) {
        let is_new =
            !matches!(error, StoreError::Ended) && !self.is_reported.swap(true, Ordering::Relaxed);
        if is_new {
            (self.listener)(&StoreNews::from(error));
        }
    }
}

/// A part of what is remembered of everybody.
pub(crate) enum EverybodyPart {
    /// Everybody, ready to be searched.
    Index(BuiltIndex),
    /// Every visit of the agent to a user, the earliest first.
    Visits(Vec<(SmoochId, Timestamp)>),
    /// The users that the agent pinned.
    Pinned(Vec<SmoochId>),
}

impl Memory {
    /// Remembers through the thread that keeps the files. `listener` hears of trouble with them,
    /// from any thread.
    pub(crate) fn new(
        store: StoreHandle,
        listener: impl Fn(&StoreNews) + Send + Sync + 'static,
    ) -> Self {
        let listener = Arc::new(listener);
        let losses = Arc::clone(&listener);
        store.on_loss(move |loss| losses(loss));
        let trouble = Trouble {
            listener,
            is_reported: Arc::default(),
        };
        Self { store, trouble }
    }

    /// Asks the files something. `None` when there is no answer; trouble is reported.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let (to, from) = oneshot::channel();
        self.store.ask(question, move |answer| {
            // The task that asked may have been stopped.
            let _ = to.send(answer);
        });
        from.await
            .ok()?
            .inspect_err(|error| self.trouble.report(error))
            .ok()
    }

    /// Hands on everybody who is remembered.
    pub(crate) async fn recall_everybody(
        &self,
        take: impl Fn(EverybodyPart) + Clone + Send + 'static,
    ) {
        let read = self.ask(move |store| {
            take(EverybodyPart::Index(load_everybody(store)?));
            take(EverybodyPart::Visits(store.visits()?));
            take(EverybodyPart::Pinned(store.pinned()?));
            Ok(())
        });
        read.await;
    }

    /// Hands on everybody anew if others wrote into the directory. Says who of `opened` left no
    /// trace there; `None` when nothing was written.
    pub(crate) async fn recall_news(
        &self,
        opened: Vec<SmoochId>,
        take: impl Fn(BuiltIndex) + Send + 'static,
    ) -> Option<Vec<SmoochId>> {
        let read = self.ask(move |store| {
            if !store.has_news()? {
                return Ok(None);
            }
            take(load_everybody(store)?);
            let mut gone = Vec::new();
            for id in &opened {
                if store.has_no_trace(id)? {
                    gone.push(id.clone());
                }
            }
            Ok(Some(gone))
        });
        read.await.flatten()
    }

    /// What is kept of the user with this id, or of the survivor that an old id leads to; `None`
    /// when the files cannot tell.
    pub(crate) async fn recall_user(&self, id: &LookupId) -> Option<Recalled> {
        let id = id.clone();
        self.ask(move |store| recall(store, &id)).await
    }

    /// Whether no trace of a user is left; `false` when the files cannot tell.
    pub(crate) async fn has_no_trace(&self, id: &SmoochId) -> bool {
        let id = id.clone();
        let read = self.ask(move |store| store.has_no_trace(&id));
        read.await.unwrap_or(false)
    }

    /// The same, handed on by the thread that keeps the files: each thread in between would cost
    /// more than the reading.
    pub(crate) fn begin_recall(
        &self,
        id: LookupId,
        take: impl FnOnce(LookupId, Recalled) + Send + 'static,
    ) {
        let trouble = self.trouble.clone();
        let asked = id.clone();
        let answer = move |read: Result<Recalled, StoreError>| match read {
            Ok(recalled) => take(asked, recalled),
            Err(error) => trouble.report(&error),
        };
        self.store.ask(move |store| recall(store, &id), answer);
    }

    /// The newest messages that were kept of a conversation.
    pub(crate) async fn recall_page(&self, conversation: &ConversationKey) -> Option<StoredPage> {
        let key = conversation.clone();
        self.ask(move |store| store.page(&key)).await.flatten()
    }

    /// When anything was last reported about the user with this id, or about the survivor that an
    /// old id leads to.
    pub(super) async fn last_report(&self, id: &LookupId) -> Option<Timestamp> {
        let id = id.clone();
        self.ask(move |store| store.last_confirmed(&id))
            .await
            .flatten()
    }

    /// What became of an id that the API does not know.
    pub(super) async fn fate(&self, id: &LookupId) -> Fate {
        let id = SmoochId::new(id.expose());
        let read = self.ask(move |store| store.fate(&id));
        read.await.unwrap_or(Fate::Unknown)
    }

    /// Keeps what the API answered when `lookup` was looked up.
    pub(super) async fn learn(&self, lookup: &LookupId, found: Found, api: ApiVersion) -> Kept {
        let Found {
            user,
            matched_by,
            asked_at,
        } = found;
        let change = Change::Report(Box::new(Report::answered(&user, api, asked_at)));
        let survivor = user.id.clone();
        // Only what looks like an `_id` can be one that was merged away.
        let is_merged = matched_by == MatchedBy::Merged && lookup.looks_like_smooch_id();
        let old = is_merged.then(|| SmoochId::new(lookup.expose()));
        let write = self.ask(move |store| {
            store.record(&change)?;
            if let Some(old) = &old {
                store.note_merge(old, &survivor, asked_at)?;
            }
            store.find(&LookupId::from(&survivor))
        });
        match write.await {
            None => Kept::Not,
            Some(stored) => kept_beside(stored, &user),
        }
    }

    /// Keeps the name under which a user wrote, out of a page of their messages.
    pub(super) async fn save_spoken_name(&self, user: SmoochId, page: MessagePage, at: Timestamp) {
        self.ask(move |store| store.record_message_name(&user, &page, at))
            .await;
    }

    /// Keeps the newest page of a conversation.
    pub(super) async fn save_page(
        &self,
        conversation: ConversationKey,
        page: MessagePage,
        api: ApiVersion,
        at: Timestamp,
    ) {
        self.ask(move |store| store.save_page(&conversation, &page, api, at))
            .await;
    }

    /// Keeps that the agent opened a user.
    pub(crate) async fn note_opened(&self, id: SmoochId, at: Timestamp) {
        self.ask(move |store| store.note_opened(&id, at)).await;
    }

    /// Keeps that the agent pinned a user, or took the pin away; it is on the disk when this
    /// returns `Ok`.
    pub(crate) async fn set_pin(
        &self,
        id: SmoochId,
        pin: Pin,
        at: Timestamp,
    ) -> Result<(), StoreNews> {
        let (to, from) = oneshot::channel();
        let write = move |store: &mut Store| store.set_pin(&id, pin, at);
        self.store.insist(write, move |written| {
            let _ = to.send(written);
        });
        let written = from.await.unwrap_or(Err(StoreError::Ended));
        written.map_err(|error| StoreNews::from(&error))
    }

    /// Counts what is kept.
    pub(crate) async fn coverage(&self, now: Timestamp) -> Option<Coverage> {
        self.ask(move |store| store.coverage(now)).await
    }

    /// Closes the files once everything is written, and waits for that, but not for long.
    pub(crate) fn close(&self) {
        self.store.close(CLOSE_WITHIN);
    }
}

/// What is kept, compared with what the API answered. Where only ids may be kept, the answer is
/// the fuller of the two.
fn kept_beside(stored: Option<KnownUser>, answered: &User) -> Kept {
    match stored {
        Some(stored)
            if stored.user.portion == Portion::Whole
                && (stored.user.properties != answered.properties
                    || !stored.notes.is_empty()
                    || !stored.beside.is_empty()) =>
        {
            Kept::WithMore(Box::new(stored))
        }
        _ => Kept::AsAnswered,
    }
}

fn recall(store: &Store, id: &LookupId) -> Result<Recalled, StoreError> {
    let recalled = |stored, matched_by| Recalled::User {
        known: Box::new(stored),
        matched_by,
    };
    if let Some(stored) = store.find(id)? {
        return Ok(recalled(stored, None));
    }
    let fate = store.fate(&SmoochId::new(id.expose()))?;
    let survivor = match &fate {
        Fate::Merged { into } => store.find(&LookupId::from(into))?,
        Fate::Deleted { .. } => None,
        Fate::Unknown => return Ok(Recalled::Nothing),
    };
    Ok(match survivor {
        Some(survivor) => recalled(survivor, Some(MatchedBy::Merged)),
        None => Recalled::Gone(fate),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Mutex;

    use super::*;
    use crate::directory::store::StoreOptions;
    use crate::domain::AppId;

    #[tokio::test]
    async fn only_the_first_trouble_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let options = StoreOptions::new(data, "https://x/", AppId::new("a1"));
        let reported = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&reported);
        let memory = Memory::new(StoreHandle::open(options).unwrap(), move |news| {
            heard.lock().unwrap().push(news.to_string());
        });
        for error in [|| StoreError::Full, || StoreError::Busy] {
            let answer: Option<()> = memory.ask(move |_| Err(error())).await;
            assert_eq!(answer, None);
        }
        let first = StoreNews::from(&StoreError::Full).to_string();
        assert_eq!(*reported.lock().unwrap(), [first]);
    }
}
