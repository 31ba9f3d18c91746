//! A thread that keeps the files, so that drawing never waits for a disk.
//!
//! In: questions, each a closure on the open store. Out: answers, handed to a closure on that
//! thread. Questions are answered in the order in which they were asked. If one meets damage, the
//! damaged file is repaired, that is reported, and the question is asked again.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{Repairs, Store, StoreError, StoreFile, StoreOptions};

type Request = Box<dyn FnOnce(&mut Keeper) + Send>;

/// News about the files for the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreNews {
    /// What happened.
    pub what: String,
    /// What to do about it, if anything.
    pub next: Option<&'static str>,
}

impl fmt::Display for StoreNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.next {
            Some(next) => write!(f, "; {next}"),
            None => Ok(()),
        }
    }
}

impl From<&StoreError> for StoreNews {
    fn from(error: &StoreError) -> Self {
        Self {
            what: error.to_string(),
            next: Some(error.next_step()),
        }
    }
}

/// A handle on the thread that keeps the files.
#[derive(Debug, Clone)]
pub struct StoreHandle {
    requests: Sender<Request>,
}

/// What lives on the thread.
struct Keeper {
    options: StoreOptions,
    files: Files,
    repairs: Repairs,
    losses: Option<LossListener>,
    loss_is_told: bool,
}

type LossListener = Box<dyn Fn(&StoreNews) + Send>;

/// Whether questions can be answered.
enum Files {
    /// They can.
    Open(Box<Store>),
    /// The files could not be opened or repaired, and nobody has been told why.
    Failed(StoreError),
    /// The same, and somebody has been told.
    Unusable,
    /// The program is ending.
    Closed,
}

impl StoreHandle {
    /// Starts the thread, which opens the files first.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let serve = move || {
            let mut keeper = Keeper {
                options,
                files: Files::Unusable,
                repairs: Repairs::default(),
                losses: None,
                loss_is_told: false,
            };
            keeper.open();
            for request in inbox {
                request(&mut keeper);
            }
        };
        let thread = thread::Builder::new().name("directory".to_owned());
        thread.spawn(serve).map_err(|_| StoreError::Ended)?;
        Ok(Self { requests })
    }

    /// Asks something; the answer comes on the store's thread.
    pub fn ask<T: 'static>(
        &self,
        question: impl Fn(&mut Store) -> Result<T, StoreError> + Send + 'static,
        answer: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.send(move |keeper| answer(keeper.ask(question)));
    }

    /// The same for what must not be dropped: files that could not be opened before are tried
    /// again, and each failure has its reason.
    pub fn insist<T: 'static>(
        &self,
        question: impl Fn(&mut Store) -> Result<T, StoreError> + Send + 'static,
        answer: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.send(move |keeper| {
            keeper.open_again();
            answer(keeper.ask(question));
        });
    }

    /// From now on `listener` hears, on the store's thread, what is lost when the files are opened
    /// or repaired, what was lost already included, and each loss before the answer that follows it.
    pub fn on_loss(&self, listener: impl Fn(&StoreNews) + Send + 'static) {
        self.send(move |keeper| {
            keeper.losses = Some(Box::new(listener));
            keeper.tell_loss();
        });
    }

    fn send(&self, request: impl FnOnce(&mut Keeper) + Send + 'static) {
        // If the thread has ended, the answer is dropped, and the asker sees that.
        let _ = self.requests.send(Box::new(request));
    }

    /// Closes the files when everything asked before is done, and waits no longer than `most` for
    /// that. Later questions are not answered.
    pub fn close(&self, most: Duration) -> bool {
        let (done, wait) = mpsc::channel();
        let request: Request = Box::new(move |keeper| {
            keeper.files = Files::Closed;
            let _ = done.send(());
        });
        if self.requests.send(request).is_err() {
            return true;
        }
        !matches!(wait.recv_timeout(most), Err(RecvTimeoutError::Timeout))
    }
}

impl Keeper {
    fn open(&mut self) {
        self.loss_is_told = false;
        self.files = match Store::open(self.options.clone()) {
            Ok(store) => {
                // Without them everything works, only slowly; what is wrong shows later.
                let _ = store.finish_indexes();
                Files::Open(Box::new(store))
            }
            Err(error) => Files::Failed(error),
        };
    }

    fn open_again(&mut self) {
        if matches!(self.files, Files::Failed(_) | Files::Unusable) {
            self.open();
            if let Files::Open(store) = &mut self.files {
                // Nobody has read them yet.
                store.expect_news();
            }
            self.tell_loss();
        }
    }

    fn ask<T>(
        &mut self,
        question: impl Fn(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        loop {
            let answer = question(self.opened()?);
            match self.repairs.due(&answer) {
                Some(file) => self.repair(file)?,
                None => return answer,
            }
        }
    }

    /// The open store. Why it could not be opened is said once; after that the thread counts as
    /// ended.
    fn opened(&mut self) -> Result<&mut Store, StoreError> {
        if let Files::Failed(_) = self.files
            && let Files::Failed(error) = std::mem::replace(&mut self.files, Files::Unusable)
        {
            return Err(error);
        }
        match &mut self.files {
            Files::Open(store) => Ok(store),
            _ => Err(StoreError::Ended),
        }
    }

    /// Repairs one file. If that fails while another program has the files open, the other one can
    /// still be used, and this is tried again.
    fn repair(&mut self, file: StoreFile) -> Result<(), StoreError> {
        let Files::Open(store) = std::mem::replace(&mut self.files, Files::Unusable) else {
            return Err(StoreError::Ended);
        };
        match store.reopen_salvaged(file) {
            Ok(store) => {
                self.files = Files::Open(Box::new(store));
                self.loss_is_told = false;
                self.tell_loss();
                Ok(())
            }
            Err(unrepaired) => {
                let super::Unrepaired { error, store } = *unrepaired;
                if let Some(store) = store {
                    self.repairs = Repairs::default();
                    self.files = Files::Open(Box::new(store));
                }
                Err(error)
            }
        }
    }

    fn tell_loss(&mut self) {
        let (Files::Open(store), Some(listener)) = (&self.files, &self.losses) else {
            return;
        };
        if let Some(loss) = store.loss().filter(|_| !self.loss_is_told) {
            listener(&StoreNews {
                what: loss.words(),
                next: None,
            });
        }
        self.loss_is_told = true;
    }
}
