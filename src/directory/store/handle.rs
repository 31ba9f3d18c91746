//! A thread that keeps the files, so that drawing never waits for a disk.
//!
//! In: questions, each a closure on the open store. Out: answers, handed to a closure on that
//! thread. Questions are answered in the order in which they were asked. If one meets damage, the
//! files are repaired and the question is asked again.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{Store, StoreError, StoreOptions};

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
    store: Result<Option<Store>, StoreError>,
    loss_is_taken: bool,
}

impl StoreHandle {
    /// Starts the thread, which opens the files first.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let serve = move || {
            let store = Store::open(options.clone()).map(Some);
            if let Ok(Some(store)) = &store {
                // Without them everything works, only slowly; what is wrong shows later.
                let _ = store.finish_indexes();
            }
            let mut keeper = Keeper {
                options,
                store,
                loss_is_taken: false,
            };
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
        // If the thread has ended, the answer is dropped, and the asker sees that.
        let request: Request = Box::new(move |keeper| answer(keeper.ask(question)));
        let _ = self.requests.send(request);
    }

    /// What was lost when the files were opened or repaired; handed out once.
    pub fn take_loss(&self, answer: impl FnOnce(Option<StoreNews>) + Send + 'static) {
        let request: Request = Box::new(move |keeper| answer(keeper.take_loss()));
        let _ = self.requests.send(request);
    }

    /// Closes the files when everything asked before is done, and waits no longer than `most` for
    /// that. Later questions are not answered.
    pub fn close(&self, most: Duration) -> bool {
        let (done, wait) = mpsc::channel();
        let request: Request = Box::new(move |keeper| {
            keeper.store = Ok(None);
            let _ = done.send(());
        });
        if self.requests.send(request).is_err() {
            return true;
        }
        !matches!(wait.recv_timeout(most), Err(RecvTimeoutError::Timeout))
    }
}

impl Keeper {
    fn ask<T>(
        &mut self,
        question: impl Fn(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let store = self.opened()?;
        match question(store) {
            Err(error) if error.is_damage() => {
                self.repair()?;
                question(self.opened()?)
            }
            answer => answer,
        }
    }

    /// The open store. Why it could not be opened is said once; after that the thread counts as
    /// ended.
    fn opened(&mut self) -> Result<&mut Store, StoreError> {
        if self.store.is_err() {
            let failed = std::mem::replace(&mut self.store, Ok(None));
            return Err(failed.err().unwrap_or(StoreError::Ended));
        }
        match &mut self.store {
            Ok(Some(store)) => Ok(store),
            _ => Err(StoreError::Ended),
        }
    }

    fn repair(&mut self) -> Result<(), StoreError> {
        let broken = std::mem::replace(&mut self.store, Ok(None));
        self.loss_is_taken = false;
        self.store = match broken {
            Ok(Some(store)) => store.reopen_salvaged().map(Some),
            _ => Store::open(self.options.clone()).map(Some),
        };
        self.opened().map(|_| ())
    }

    fn take_loss(&mut self) -> Option<StoreNews> {
        let loss = self.store.as_ref().ok()?.as_ref()?.loss()?;
        if std::mem::replace(&mut self.loss_is_taken, true) {
            return None;
        }
        Some(StoreNews {
            what: loss.words(),
            next: None,
        })
    }
}
