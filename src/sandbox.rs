//! An embedded server that speaks the API on loopback, with invented people.
//!
//! In: an address on this machine, a seed and a time. Out: a running server whose answers are the
//! same for the same seed and time. It is an independent witness of the wire format: it has types
//! of its own and shares none with the rooms that read that format. It never leaves loopback,
//! never writes a file and prints nothing.

mod auth;
pub mod cast;
mod chance;
mod channels;
mod compose;
mod errors;
mod history;
mod messages;
mod naming;
mod paging;
mod people;
mod percent;
mod posting;
mod routes;
mod server;
mod talks;
mod users;
mod world;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use auth::Key;
use server::Shared;
use world::World;

pub use server::RequestRecord;

/// How a sandbox is started.
#[derive(Debug, Clone, Copy)]
pub struct SandboxOptions {
    /// Where it listens; port 0 takes any free port.
    pub listen: SocketAddr,
    /// What the ids and all other draws hang on.
    pub seed: u64,
    /// The sandbox's time, which stands still: nobody was seen after it.
    pub now: jiff::Timestamp,
}

impl SandboxOptions {
    /// The seed that is used unless another is asked for.
    pub const DEFAULT_SEED: u64 = 20_418;

    /// A sandbox on any free port of 127.0.0.1 with the default seed.
    pub fn at(now: jiff::Timestamp) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: Self::DEFAULT_SEED,
            now,
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address belongs to a network.
    #[error(
        "the sandbox listens on this machine only: {0} can be reached from outside; \
         use 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The people that ship with this program cannot be read.
    #[error("the sandbox's people cannot be read: {0}")]
    World(#[from] serde_json::Error),
}

/// A running sandbox; it stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    // Dropping it is the sign to stop; open connections finish their answer first.
    _stop: oneshot::Sender<()>,
}

impl Sandbox {
    /// Builds the world, takes the port and serves from a task of its own.
    #[expect(
        clippy::unused_async,
        reason = "it needs a running runtime, and a future cannot be polled outside one by mistake"
    )]
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(address));
        }
        let world = World::build(options.seed, options.now.as_millisecond())?;
        let refused = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(refused)?);
        let listener = tokio::net::TcpListener::from_std(listener).map_err(refused)?;
        let shared = Arc::new(Shared::new(world, Key::of_seed(options.seed), base_url));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server::serve(listener, Arc::clone(&shared), stopped));
        Ok(Self {
            shared,
            task,
            _stop: stop,
        })
    }

    /// Where the API is, for instance `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> &str {
        self.shared.base_url()
    }

    /// The id of the one app.
    pub fn app_id(&self) -> &str {
        self.shared.app_id()
    }

    /// The name of the one app.
    pub fn app_name(&self) -> String {
        self.shared.app_name()
    }

    /// The id of the one key, of scope app.
    pub fn key_id(&self) -> &str {
        &self.shared.key().id
    }

    /// The key's secret. It opens nothing but this sandbox.
    pub fn secret(&self) -> &str {
        &self.shared.key().secret
    }

    /// Every user's `_id`: the notable people of [`cast`] first, always in the same order.
    pub fn user_ids(&self) -> Vec<String> {
        self.shared.user_ids()
    }

    /// The newest requests that were answered, oldest first; at most the last 10,000.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.requests()
    }

    /// Serves until the process or the returned future ends.
    pub async fn serve_forever(mut self) {
        // The task ends by itself only when serving has failed, and then there is nothing to do.
        let _ = (&mut self.task).await;
    }
}
