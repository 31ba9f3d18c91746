//! Requests as often as they are worth it: shared, paused and tried again.
//!
//! In: a path or a URL of the configured host. Out: one answer, however many tries it took. A
//! request is sent at most [`Retries::tries`] times, each try has the deadlines of
//! [`Limits`](super::Limits), and the waits in between are bounded, so every request ends.

use std::sync::Arc;

use tokio::sync::watch;
use url::Url;

use super::base_url::{Fault, check_base_url};
use super::exchange::{Answer, Line};
use super::gate::Gate;
use super::jwt::Scope;
use super::retry::{Retries, is_passing};
use super::settings::ApiSettings;
use super::sharing::Sharing;
use super::timing::Timing;
use crate::domain::{Pause, Problem, Refused, Untrusted, UsageFault};

/// The way to one host.
pub(super) struct Transport {
    base_url: Url,
    patient: Arc<Patient>,
    sharing: Sharing<Result<Answer, Problem>>,
}

/// What a request needs on its way; requests keep it alive.
struct Patient {
    line: Line,
    gate: Gate,
    retries: Retries,
    timing: Arc<dyn Timing>,
}

impl Transport {
    /// Checks the settings, for an API that takes tokens of these scopes; opens nothing yet.
    pub(super) fn new(settings: ApiSettings, scopes: &[Scope]) -> Result<Self, Problem> {
        let base_url = settings.base_url.clone();
        check_base_url(&base_url).map_err(|fault| match fault {
            Fault::Insecure(host) => Problem::Usage(UsageFault::InsecureHost {
                host: Untrusted::from(host),
            }),
            Fault::Unusable(why) => Problem::Usage(UsageFault::BadBaseUrl {
                url: Untrusted::from(base_url.origin().ascii_serialization()),
                why,
            }),
        })?;
        let timing = Arc::clone(&settings.timing);
        Ok(Self {
            base_url,
            patient: Arc::new(Patient {
                gate: Gate::new(Arc::clone(&timing)),
                retries: settings.retries,
                timing,
                line: Line::new(settings, scopes)?,
            }),
            sharing: Sharing::default(),
        })
    }

    /// The base URL with this path appended; its segments must be encoded already.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        let base = self.base_url.path().trim_end_matches('/');
        url.set_path(&format!("{base}{path}"));
        url
    }

    /// Fetches one URL. Requests for the same URL share its answer while it is under way.
    pub(super) async fn fetch(&self, url: Url) -> Result<Answer, Problem> {
        let patient = Arc::clone(&self.patient);
        let what = url.to_string();
        let ask = async move { patient.fetch(&url).await };
        self.sharing.join(&what, ask).await
    }

    /// News of the pauses that the server asks for.
    pub(super) fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.patient.gate.watch()
    }

    /// Words from an answer without the secret.
    pub(super) fn without_echo(&self, text: &str) -> String {
        self.patient.line.without_echo(text)
    }
}

impl Patient {
    /// Tries until there is an answer, a problem that will not pass, or no try left.
    async fn fetch(&self, url: &Url) -> Result<Answer, Problem> {
        // A server that pauses without end is given up as well.
        let mut patience = self.retries.tries;
        let mut tried = 0;
        loop {
            self.gate.pass(&mut patience).await?;
            tried += 1;
            let answer = self.line.fetch_once(url).await;
            let is_last = tried >= self.retries.tries;
            match &answer {
                Err(Problem::Refused(Refused::RateLimited { retry_after })) => {
                    let length = self.retries.pause(*retry_after, tried, &*self.timing);
                    self.gate.close(length);
                }
                Err(problem) if is_passing(problem) && !is_last => {
                    let wait = self.retries.backoff(tried, &*self.timing);
                    self.timing.sleep(wait).await;
                }
                _ => return answer,
            }
            if is_last {
                return answer;
            }
        }
    }
}
