//! The network of the sandbox: connections, bodies, headers, and the log of requests.
//!
//! In: a listener. Out: answered requests. It doesn't decide what to answer.

use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture as _;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::serve::ListenerExt as _;
use futures_util::{StreamExt as _, stream};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::answers::Answer;
use super::answers::attachments::FILE_LIMIT;
use super::chance::Chance;
use super::errors::Refusal;
use super::faults::{Fate, Faults};
use super::hosts::is_for_this_machine;
use super::routes::{Asked, answer, takes_a_file};
use super::world::World;

/// Largest JSON body, in bytes.
const BODY_LIMIT: usize = 100 * 1024;
/// Largest body with a file in it: the file and the multipart text around it.
const UPLOAD_LIMIT: usize = FILE_LIMIT + 16 * 1024;
/// How much more of a too large body to read, so that its sender receives the refusal.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;
/// How many requests the log keeps.
const LOG_LIMIT: usize = 10_000;

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The method.
    pub method: String,
    /// The path as received: still encoded, without the query.
    pub path: String,
    /// The query as received.
    pub query: Option<String>,
    /// The status of the answer.
    pub status: u16,
}

/// What all connections share.
pub(crate) struct Shared {
    world: Mutex<World>,
    log: Mutex<Log>,
    faults: Faults,
    asked: AtomicU64,
    base_url: String,
}

/// The log of requests, and the listeners to tell at once.
#[derive(Default)]
struct Log {
    newest: VecDeque<RequestRecord>,
    listeners: Vec<mpsc::UnboundedSender<RequestRecord>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Secrets and people don't belong in a log.
        f.debug_struct("Shared")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Creates what all connections share.
    pub(crate) fn new(world: World, faults: Faults, base_url: String) -> Self {
        Self {
            world: Mutex::new(world),
            log: Mutex::default(),
            faults,
            asked: AtomicU64::new(0),
            base_url,
        }
    }

    /// The address of the API.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Locks the world.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// The log.
    pub(crate) fn requests(&self) -> Vec<RequestRecord> {
        lock(&self.log).newest.iter().cloned().collect()
    }

    /// Receives every request from now on, as soon as it is answered.
    pub(crate) fn listen(&self) -> mpsc::UnboundedReceiver<RequestRecord> {
        let (sender, receiver) = mpsc::unbounded_channel();
        lock(&self.log).listeners.push(sender);
        receiver
    }

    fn record(&self, request: RequestRecord) {
        let mut log = lock(&self.log);
        log.listeners
            .retain(|listener| listener.send(request.clone()).is_ok());
        if log.newest.len() == LOG_LIMIT {
            log.newest.pop_front();
        }
        log.newest.push_back(request);
    }
}

/// Serves until `stopped` resolves or its sender is gone.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
) {
    // Otherwise small answers over a kept connection would wait for acknowledgements.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().fallback(handle).with_state(shared);
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    // An error of one connection never ends the serving, and there are no other errors.
    let _ = serving.into_future().await;
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let limit = if takes_a_file(&head.method, path) {
        UPLOAD_LIMIT
    } else {
        BODY_LIMIT
    };
    let body = read_body(body, limit).await;
    let number = shared.asked.fetch_add(1, Ordering::Relaxed) + 1;
    if !shared.faults.latency.is_zero() {
        tokio::time::sleep(shared.faults.latency).await;
    }
    let text = |name| head.headers.get(name).map(HeaderValue::as_bytes);
    let asked = Asked {
        method: &head.method,
        path,
        query: head.uri.query(),
        authorization: text(header::AUTHORIZATION),
        content_type: text(header::CONTENT_TYPE).and_then(|kind| std::str::from_utf8(kind).ok()),
        body: body.as_deref(),
    };
    let fate = shared.faults.fate(number);
    let answered = match fate {
        _ if !is_for_this_machine(&head.headers, &head.uri) => {
            Answer::refused(&Refusal::UnknownHost)
        }
        Fate::Answered | Fate::BrokenOff => answer(&mut shared.world(), &shared.base_url, &asked),
        Fate::Refused => Answer::refused(&Refusal::TooMany),
        Fate::Failed(status) => failure(status),
    };
    shared.record(RequestRecord {
        method: head.method.to_string(),
        path: path.to_owned(),
        query: asked.query.map(str::to_owned),
        status: answered.status.as_u16(),
    });
    respond(answered, fate)
}

/// Reads a body; `None` when it is too large or breaks off.
async fn read_body(body: Body, limit: usize) -> Option<Vec<u8>> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        size += chunk.len();
        if size <= limit {
            bytes.extend_from_slice(&chunk);
        } else if size > limit + DRAIN_LIMIT {
            break;
        }
    }
    (size <= limit).then_some(bytes)
}

/// A failure, in JSON as from the API, or in HTML as from a proxy in front of it.
fn failure(status: StatusCode) -> Answer {
    let by_proxy = matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT
    );
    let refused = Answer::refused(&Refusal::Broken);
    let page = format!("<html><body><h1>{status}</h1></body></html>\n");
    Answer {
        status,
        content_type: if by_proxy {
            "text/html".into()
        } else {
            refused.content_type
        },
        body: if by_proxy { page.into() } else { refused.body },
        allow: None,
    }
}

fn respond(answered: Answer, fate: Fate) -> Response<Body> {
    let etag = std::str::from_utf8(&answered.body).ok();
    let etag = etag.map(|text| format!("W/\"{}\"", Chance::about(0, text).hex(27)));
    let length = answered.body.len();
    let body = match fate {
        Fate::BrokenOff => half_of(answered.body),
        _ => Body::from(answered.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answered.status;
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &answered.content_type);
    set(header::CONTENT_LENGTH, &length.to_string());
    set(header::CACHE_CONTROL, "no-cache");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(etag) = etag {
        set(header::ETAG, &etag);
    }
    if let Some(allow) = answered.allow {
        set(header::ALLOW, allow);
    }
    if fate == Fate::Refused {
        set(header::RETRY_AFTER, "1");
    }
    response
}

/// The first half of a body, after which the connection ends.
fn half_of(mut body: Bytes) -> Body {
    body.truncate(body.len() / 2);
    let end = stream::once(async {
        // The half is sent before the client notices the end.
        tokio::task::yield_now().await;
        Err(io::Error::other("broken off on purpose"))
    });
    Body::from_stream(stream::iter([Ok(body)]).chain(end))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in one request must not take the others down.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
