//! The user API as the console needs it: one trait, with each version of the API behind it.
//!
//! In: ids and page bounds. Out: domain values or a [`Problem`]. This room owns URLs, credentials
//! on the wire, deadlines, size limits, repeated and shared requests, pauses and the reading of
//! statuses. It never writes to the API by itself and knows nothing of screens or storage.

mod base_url;
mod client;
mod credential;
mod echo;
mod exchange;
mod failure;
mod gate;
mod jwt;
mod open;
mod proxy;
mod refusal;
mod retry;
mod server_clock;
mod settings;
mod sharing;
mod timing;
mod transport;
mod v11;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::domain::{
    App, ConversationKey, Found, LookupId, MessagePage, PageRequest, Pause, Problem,
};

pub use base_url::parse_base_url;
pub use open::open_api;
pub use retry::Retries;
pub use settings::{ApiSettings, Limits};
pub use timing::{SystemTiming, Timing};

/// What the console asks of the API. Every call only reads.
pub trait UserApi: Send + Sync + 'static {
    /// Looks a user up by either id.
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>>;

    /// Fetches one page of a conversation, oldest message first.
    fn fetch_messages(
        &self,
        conversation: ConversationKey,
        page: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>>;

    /// Fetches the app and its settings.
    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>>;

    /// News of the pauses that the API asks for: `Some` while every request waits, `None` when
    /// requests go on. An API that never asks for one closes the channel at once.
    fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        watch::channel(None).1
    }
}
