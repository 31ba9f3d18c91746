//! One request and its whole answer: credentials, deadlines, size limits and statuses.
//!
//! In: a URL of the configured host. Out: the body of a success, the words of a 404, or a
//! [`Problem`]. Redirects are not followed and the credentials are sent to no other host. It
//! neither repeats a request nor knows what the bodies mean.

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Response, StatusCode};
use tokio::sync::OnceCell;
use url::Url;

use super::client::Plan;
use super::credential::Credential;
use super::failure;
use super::jwt::Scope;
use super::refusal::Refusal;
use super::server_clock;
use super::settings::{ApiSettings, Limits};
use super::timing::Timing;
use crate::domain::{AnswerFault, Deadline, LineFault, Problem, Untrusted};
use crate::log;
use crate::wire::{ServerWords, parse_error};

/// An answer that can be made sense of.
#[derive(Clone)]
pub(super) enum Answer {
    /// A success.
    Body {
        /// The status.
        status: u16,
        /// The body, within its limit.
        bytes: Arc<[u8]>,
        /// When it was asked for, by the server's clock.
        asked_at: Timestamp,
    },
    /// 404: what is missing depends on what was asked for.
    NotFound(ServerWords),
}

/// The line to one host.
pub(super) struct Line {
    plan: Arc<Plan>,
    host: String,
    limits: Limits,
    timing: Arc<dyn Timing>,
    credential: Credential,
    client: OnceCell<Client>,
}

impl Line {
    /// Takes settings whose base URL has been checked; opens nothing yet.
    pub(super) fn new(settings: ApiSettings, scopes: &[Scope]) -> Result<Self, Problem> {
        Ok(Self {
            host: host_and_port(&settings.base_url),
            limits: settings.limits,
            plan: Arc::new(Plan {
                base_url: settings.base_url,
                limits: settings.limits,
                extra_ca: settings.extra_ca,
            }),
            timing: settings.timing,
            credential: Credential::new(settings.auth, settings.key_id, settings.secret, scopes)?,
            client: OnceCell::new(),
        })
    }

    /// Fetches one URL once, within all limits.
    pub(super) async fn fetch_once(&self, url: &Url) -> Result<Answer, Problem> {
        let client = self.client().await?;
        let total = self.limits.total;
        match tokio::time::timeout(total, self.exchange(client, url)).await {
            Ok(answer) => answer,
            Err(_) => Err(Problem::Line(LineFault::Timeout {
                deadline: Deadline::Total,
                after: total,
            })),
        }
    }

    async fn exchange(&self, client: &Client, url: &Url) -> Result<Answer, Problem> {
        let sent = self.timing.now();
        let authorization = self.credential.authorization(sent)?;
        let mut logged = log::Request::begin("GET", url.path());
        let request = client
            .get(url.clone())
            .header(AUTHORIZATION, authorization)
            .header(ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        logged.answered(status.as_u16());
        let answered = self.timing.now();
        let asked_at = server_clock::asked_at(response.headers(), sent, answered);
        let refusal = Refusal {
            status,
            headers: self.without_echo_in_location(response.headers()),
            asked: url,
            auth: self.credential.method(),
            now: answered,
        };
        if status.is_redirection() {
            // Its body says nothing that the status does not.
            return Err(refusal.problem(Untrusted::default()));
        }
        let bytes = self.read_body(response).await?;
        if status.is_success() {
            let (status, bytes) = (status.as_u16(), bytes.into());
            return Ok(Answer::Body {
                status,
                bytes,
                asked_at,
            });
        }
        let words = self.server_words(status, &bytes);
        if status == StatusCode::NOT_FOUND {
            return Ok(Answer::NotFound(words));
        }
        Err(refusal.problem(words.detail))
    }

    /// The whole body without the secret, read piece by piece, so that no server can fill the memory.
    async fn read_body(&self, mut response: Response) -> Result<Vec<u8>, Problem> {
        let limit = self.limits.body;
        let too_large = || Problem::Answer(AnswerFault::TooLarge { limit });
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |length| length > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| self.failure(&error))?
        {
            if bytes.len() + piece.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        // Once, and before anybody reads it: nothing behind this line ever sees the secret.
        Ok(self.credential.without_echo(bytes))
    }

    /// The headers, without the secret in the only one of them that is shown.
    fn without_echo_in_location(&self, headers: &HeaderMap) -> HeaderMap {
        let mut headers = headers.clone();
        if let Some(location) = headers.remove(LOCATION) {
            let left = self.credential.without_echo(location.as_bytes().to_vec());
            if let Ok(left) = HeaderValue::from_bytes(&left) {
                headers.insert(LOCATION, left);
            }
        }
        headers
    }

    fn failure(&self, error: &reqwest::Error) -> Problem {
        failure::problem_of(error, &self.host, &self.limits)
    }

    fn server_words(&self, status: StatusCode, body: &[u8]) -> ServerWords {
        let words = parse_error(status.as_u16(), body);
        #[expect(clippy::disallowed_methods, reason = "secrets are taken out of it")]
        let detail = self.without_echo(words.detail.expose());
        ServerWords {
            code: words.code,
            detail: Untrusted::from(detail),
        }
    }

    /// The text without the secret. Bodies are without it anyway, but words that are put together
    /// from the pieces of one may spell it again.
    pub(super) fn without_echo(&self, text: &str) -> String {
        let left = self.credential.without_echo(text.as_bytes().to_vec());
        String::from_utf8_lossy(&left).into_owned()
    }

    /// The HTTP client, built on first use: reading the system's certificates takes longer than a
    /// frame, so it happens neither at the start nor on the caller's thread.
    async fn client(&self) -> Result<&Client, Problem> {
        let build = || async {
            let plan = Arc::clone(&self.plan);
            let built = tokio::task::spawn_blocking(move || plan.build()).await;
            built.unwrap_or_else(|_| {
                let detail = "the HTTP client could not be built".into();
                Err(Problem::Internal { detail })
            })
        };
        self.client.get_or_try_init(build).await
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
