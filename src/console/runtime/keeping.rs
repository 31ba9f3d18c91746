//! Carries out what is asked of the directory: who is known in memory, and what is kept on disk.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;

use super::answers::Answers;
use super::known::SharedKnown;
use crate::console::effect::DirectoryEffect;
use crate::console::msg::Msg;
use crate::directory::store::{StoreHandle, StoreNews, StoredPage};
use crate::domain::{ConversationKey, DisplayName, LookupId, Pin, SmoochId, Untrusted};
use crate::lookup::{EverybodyPart, Memory, Recalled};
use crate::search::KnownUsers;

/// The directory in memory, and the files behind it if anything is kept.
pub(super) struct DirectoryExecutor {
    known: SharedKnown,
    memory: Option<Memory>,
    now: fn() -> Timestamp,
    /// Held from the question whether a user is pinned until the opposite is written.
    pinning: tokio::sync::Mutex<()>,
}

impl DirectoryExecutor {
    /// A directory that is kept in `store`, if there is one. Trouble with its files is reported
    /// to `answers`.
    pub(super) fn new(
        store: Option<StoreHandle>,
        now: fn() -> Timestamp,
        answers: Answers,
    ) -> Self {
        let listener = move |news: &StoreNews| {
            let words = Untrusted::from(news.to_string());
            answers.send(Msg::StoreTrouble(words));
        };
        Self {
            known: SharedKnown::default(),
            memory: store.map(|store| Memory::new(store, listener)),
            now,
            pinning: tokio::sync::Mutex::default(),
        }
    }

    pub(super) const fn known(&self) -> &SharedKnown {
        &self.known
    }

    pub(super) const fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// Brings back what is remembered of everybody.
    pub(super) async fn recall(&self, answers: &Answers) {
        let Some(memory) = &self.memory else { return };
        let known = self.known.clone();
        let take = move |part| take_in(&mut known.lock(), part);
        memory.recall_everybody(take).await;
        answers.send(Msg::DirectoryRead);
    }

    /// Begins to carry an effect out.
    pub(super) fn begin(self: &Arc<Self>, effect: DirectoryEffect, answers: &Answers) {
        let (here, answers) = (Arc::clone(self), answers.clone());
        match effect {
            DirectoryEffect::RecallUser(id) => self.begin_recall(id, answers),
            DirectoryEffect::RecallNews { opened } => {
                tokio::spawn(async move { here.recall_news(opened, &answers).await });
            }
            DirectoryEffect::CheckKnown(id) => {
                tokio::spawn(async move { here.check_known(id, &answers).await });
            }
            DirectoryEffect::LearnName { id, name } => {
                tokio::spawn(async move { here.learn_name(id, name, &answers).await });
            }
            DirectoryEffect::NoteOpened(id) => {
                tokio::spawn(async move { here.note_opened(id, &answers).await });
            }
            DirectoryEffect::TogglePin(id) => {
                tokio::spawn(async move { here.toggle_pin(id, &answers).await });
            }
            DirectoryEffect::CountKnown => {
                tokio::spawn(async move { here.count_known(&answers).await });
            }
        }
    }

    /// Brings back what is kept of a user, straight from the thread that keeps the files: the
    /// frame after a key waits for this.
    fn begin_recall(self: &Arc<Self>, id: LookupId, answers: Answers) {
        let Some(memory) = &self.memory else { return };
        let (here, tasks) = (Arc::clone(self), Handle::current());
        memory.begin_recall(id, move |id, recalled| match msg_of(&id, recalled) {
            Some(msg) => answers.send(msg),
            None => {
                tasks.spawn(async move { here.report_if_gone(id, &answers).await });
            }
        });
    }

    /// Brings back what is kept of a user.
    pub(super) async fn recall_user(&self, id: LookupId, answers: &Answers) {
        let Some(memory) = &self.memory else { return };
        let Some(recalled) = memory.recall_user(&id).await else {
            return;
        };
        match msg_of(&id, recalled) {
            Some(msg) => answers.send(msg),
            None => self.report_if_gone(id, answers).await,
        }
    }

    /// Reports that nothing is kept under an id any more, if the user is still in memory and the API
    /// has not answered for them since.
    async fn report_if_gone(&self, id: LookupId, answers: &Answers) {
        let id = SmoochId::new(id.expose());
        let user = id.clone();
        let is_known = self.known.with(move |known| known.knows(&user)).await;
        if is_known == Some(true) && self.is_gone(&id).await {
            self.report_gone(id, answers).await;
        }
    }

    async fn report_gone(&self, id: SmoochId, answers: &Answers) {
        answers.send(Msg::UsersGone(vec![id]));
        self.recall_news(Vec::new(), answers).await;
    }

    /// Brings back the newest messages that are kept of a conversation.
    pub(super) async fn recall_page(&self, conversation: &ConversationKey, answers: &Answers) {
        if let Some(memory) = &self.memory
            && let Some(StoredPage { page, at }) = memory.recall_page(conversation).await
        {
            answers.send(Msg::PageRecalled {
                conversation: conversation.clone(),
                page,
                at,
            });
        }
    }

    async fn recall_news(&self, opened: Vec<SmoochId>, answers: &Answers) {
        let Some(memory) = &self.memory else { return };
        let known = self.known.clone();
        let take = move |built| known.lock().reinstall(built);
        let Some(mut gone) = memory.recall_news(opened, take).await else {
            return;
        };
        let leave_learned = move |known: &mut KnownUsers| {
            gone.retain(|id| !known.is_unwritten(id));
            gone
        };
        let gone = self.known.with(leave_learned).await.unwrap_or_default();
        if !gone.is_empty() {
            answers.send(Msg::UsersGone(gone));
        }
        answers.send(Msg::DirectoryChanged);
    }

    async fn check_known(&self, id: SmoochId, answers: &Answers) {
        if self.is_gone(&id).await {
            self.report_gone(id, answers).await;
        } else {
            answers.send(Msg::StillKnown(id));
        }
    }

    /// Whether a user was forgotten or purged, by this program or another. Who was looked up and
    /// could not be written yet is not gone.
    async fn is_gone(&self, id: &SmoochId) -> bool {
        let Some(memory) = &self.memory else {
            return false;
        };
        let user = id.clone();
        let is_unwritten = move |known: &mut KnownUsers| known.is_unwritten(&user);
        self.known.with(is_unwritten).await == Some(false) && memory.has_no_trace(id).await
    }

    async fn learn_name(&self, id: SmoochId, name: DisplayName, answers: &Answers) {
        let learn = move |known: &mut KnownUsers| known.learn_name(&id, name);
        self.known.with(learn).await;
        answers.send(Msg::DirectoryChanged);
    }

    /// Answers nothing, but holds `_answers` until it is done.
    async fn note_opened(&self, id: SmoochId, _answers: &Answers) {
        // The visit would write down the id of a user who was just forgotten.
        if self.is_gone(&id).await {
            return;
        }
        let (opened, at) = (id.clone(), (self.now)());
        let note = move |known: &mut KnownUsers| known.note_opened(&opened, at);
        self.known.with(note).await;
        if let Some(memory) = &self.memory {
            memory.note_opened(id, at).await;
        }
    }

    /// Pins a user, or takes the pin away. Nothing shows it before it is on the disk.
    async fn toggle_pin(&self, id: SmoochId, answers: &Answers) {
        let _one_at_a_time = self.pinning.lock().await;
        let user = id.clone();
        let find = move |known: &mut KnownUsers| {
            let opposite = if known.is_pinned(&user) {
                Pin::Removed
            } else {
                Pin::Set
            };
            known.knows(&user).then_some(opposite)
        };
        let Some(found) = self.known.with(find).await else {
            return;
        };
        // A pin would write down the id of a user who was just forgotten.
        let (Some(pin), false) = (found, self.is_gone(&id).await) else {
            let words = "this user is no longer known here: look them up again before pinning";
            return answers.send(Msg::StoreNews(Untrusted::from(words)));
        };
        if let Some(memory) = &self.memory {
            let written = memory.set_pin(id.clone(), pin, (self.now)()).await;
            if let Err(news) = written {
                let why = Untrusted::from(news.to_string());
                return answers.send(Msg::PinFailed { pin, why });
            }
        }
        let show = move |known: &mut KnownUsers| match pin {
            Pin::Set => known.recall_pinned(&id),
            Pin::Removed => known.unpin(&id),
        };
        self.known.with(show).await;
        answers.send(Msg::PinToggled(pin));
    }

    async fn count_known(&self, answers: &Answers) {
        let coverage = match &self.memory {
            Some(memory) => memory.coverage((self.now)()).await,
            None => None,
        };
        answers.send(Msg::KnownCounted(coverage.map(Box::new)));
    }

    /// Closes the files once everything is written, and waits for that, but not for long.
    pub(super) fn close(&self) {
        if let Some(memory) = &self.memory {
            memory.close();
        }
    }
}

/// Takes in what is remembered. Users who were looked up meanwhile stay: they are newer.
fn take_in(known: &mut KnownUsers, part: EverybodyPart) {
    match part {
        EverybodyPart::Index(built) => known.install(built),
        EverybodyPart::Visits(visits) => {
            for (id, at) in visits {
                known.recall_opened(&id, at);
            }
        }
        EverybodyPart::Pinned(pinned) => {
            for id in pinned {
                known.recall_pinned(&id);
            }
        }
    }
}

/// What is known of an id here, as a message.
fn msg_of(lookup: &LookupId, recalled: Recalled) -> Option<Msg> {
    let lookup = lookup.clone();
    match recalled {
        Recalled::User { known, matched_by } => Some(Msg::UserRecalled {
            lookup,
            known,
            matched_by,
        }),
        Recalled::Gone(fate) => Some(Msg::FateKnown { lookup, fate }),
        Recalled::Nothing => None,
    }
}
