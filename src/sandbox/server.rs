//! The network of the sandbox: connections, bodies, headers, and the log of requests.
//!
//! In: a listener. Out: answered requests. It decides nothing about what is answered.

use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, header};
use axum::serve::ListenerExt as _;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::auth::Key;
use super::chance::Chance;
use super::routes::{Answer, Asked, answer};
use super::world::World;

/// Largest JSON body, in bytes.
const BODY_LIMIT: usize = 100 * 1024;
/// How much of a body that is too large is read on, so that its sender hears the refusal.
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
pub struct Shared {
    world: Mutex<World>,
    log: Mutex<VecDeque<RequestRecord>>,
    key: Key,
    app_id: String,
    base_url: String,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the secret nor the people belong in a log.
        f.debug_struct("Shared")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Puts together what connections share.
    pub fn new(world: World, key: Key, base_url: String) -> Self {
        Self {
            app_id: world.app_id.clone(),
            world: Mutex::new(world),
            log: Mutex::default(),
            key,
            base_url,
        }
    }

    /// Where the API is.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The app's id.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The app's name.
    pub fn app_name(&self) -> String {
        let name = lock(&self.world).app()["name"].as_str().map(str::to_owned);
        name.unwrap_or_default()
    }

    /// The key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Every user's `_id`.
    pub fn user_ids(&self) -> Vec<String> {
        lock(&self.world).user_ids().to_vec()
    }

    /// The log.
    pub fn requests(&self) -> Vec<RequestRecord> {
        lock(&self.log).iter().cloned().collect()
    }

    fn record(&self, request: RequestRecord) {
        let mut log = lock(&self.log);
        if log.len() == LOG_LIMIT {
            log.pop_front();
        }
        log.push_back(request);
    }
}

/// Serves until `stopped` resolves or its sender is gone.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>, stopped: oneshot::Receiver<()>) {
    // Small answers over kept connections would wait for acknowledgements otherwise.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().fallback(handle).with_state(shared);
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    // Accepting goes on after any error of one connection; there is no other error.
    let _ = serving.into_future().await;
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = read_body(body).await;
    let authorization = head.headers.get(header::AUTHORIZATION);
    let asked = Asked {
        method: &head.method,
        path: head.uri.path(),
        query: head.uri.query(),
        authorization: authorization.map(HeaderValue::as_bytes),
        body: body.as_deref(),
    };
    let answered = answer(
        &mut lock(&shared.world),
        &shared.key,
        &shared.base_url,
        &asked,
    );
    shared.record(RequestRecord {
        method: head.method.to_string(),
        path: asked.path.to_owned(),
        query: asked.query.map(str::to_owned),
        status: answered.status.as_u16(),
    });
    respond(answered)
}

/// Reads a body; `None` when it is too large or breaks off.
async fn read_body(body: Body) -> Option<Vec<u8>> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        size += chunk.len();
        if size <= BODY_LIMIT {
            bytes.extend_from_slice(&chunk);
        } else if size > DRAIN_LIMIT {
            break;
        }
    }
    (size <= BODY_LIMIT).then_some(bytes)
}

fn respond(answered: Answer) -> Response<Body> {
    let etag = Chance::about(0, &answered.body).hex(27);
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = answered.status;
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&format!("W/\"{etag}\"")) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(allow) = answered.allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in one request must not take the others down.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
