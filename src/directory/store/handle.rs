//! A thread that keeps the files, so that nobody who draws ever waits for a disk.
//!
//! In: questions, each a closure on the open store. Out: answers, handed to a closure on that
//! thread. Questions are answered in the order in which they were asked; damage that one of them
//! meets is repaired and the question asked again.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{Store, StoreError, StoreOptions};

type Request = Box<dyn FnOnce(&mut Keeper) + Send>;

/// Something to tell the agent about the files.
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

/// A way to the thread that keeps the files.
#[derive(Debug, Clone)]
pub struct StoreHandle {
    requests: Sender<Request>,
}

/// What lives on the thread.
struct Keeper {
    options: StoreOptions,
    store: Result<Option<Store>, StoreError>,
    told_loss: bool,
}

impl StoreHandle {
    /// Starts the thread, which opens the files first.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let serve = move || {
            let store = Store::open(options.clone()).map(Some);
            if let Ok(Some(store)) = &store {
                // Without them everything works, but slowly: what is wrong shows itself later.
                let _ = store.finish_indexes();
            }
            let mut keeper = Keeper {
                options,
                store,
                told_loss: false,
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
        // Without the thread there is nobody to answer; whoever waits sees the answer dropped.
        let request: Request = Box::new(move |keeper| answer(keeper.ask(question)));
        let _ = self.requests.send(request);
    }

    /// What was lost when the files were opened or repaired, told once.
    pub fn take_loss(&self, answer: impl FnOnce(Option<StoreNews>) + Send + 'static) {
        let request: Request = Box::new(move |keeper| answer(keeper.take_loss()));
        let _ = self.requests.send(request);
    }

    /// Closes the files once everything that was asked before is done, and waits for that no longer
    /// than `most`. Whatever is asked afterwards is not answered.
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

    /// The open store; what kept it from being opened is told once, after that it is gone.
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
        self.told_loss = false;
        self.store = match broken {
            Ok(Some(store)) => store.reopen_salvaged().map(Some),
            _ => Store::open(self.options.clone()).map(Some),
        };
        self.opened().map(|_| ())
    }

    fn take_loss(&mut self) -> Option<StoreNews> {
        let loss = self.store.as_ref().ok()?.as_ref()?.loss()?;
        if std::mem::replace(&mut self.told_loss, true) {
            return None;
        }
        Some(StoreNews {
            what: loss.words(),
            next: None,
        })
    }
}
