//! One GET after another over HTTP: credentials, deadlines, size limits and statuses.
//!
//! In: a URL of the configured host. Out: the body of a success, the words of a 404, or a
//! [`Problem`]. Redirects are not followed and the credentials are sent to no other host. It does
//! not know what the bodies mean.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use url::Url;

use super::base_url::{Fault, check_base_url, is_loopback};
use super::{failure, refusal};
use crate::domain::{AppId, Deadline, Problem, Untrusted};
use crate::wire::{ServerWords, v11::parse_error};

/// Which app is asked, with which key.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Where the API lives; may carry a path such as `/sc`.
    pub base_url: Url,
    /// The app.
    pub app_id: AppId,
    /// The id of the key.
    pub key_id: String,
    /// The key's secret.
    pub secret: SecretString,
    /// How long and how much.
    pub limits: Limits,
}

/// How long a request may take and how much an answer may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two signs of life of the server.
    pub read: Duration,
    /// The whole request.
    pub total: Duration,
    /// The most bytes of an answer.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            total: Duration::from_secs(20),
            body: 8 * 1024 * 1024,
        }
    }
}

/// An answer that can be made sense of.
pub(super) enum Answer {
    /// A success.
    Body {
        /// The status.
        status: u16,
        /// The body, within its limit.
        bytes: Vec<u8>,
    },
    /// 404: what is missing depends on what was asked for.
    NotFound(ServerWords),
}

/// The way to one host.
pub(super) struct Transport {
    base_url: Url,
    host: String,
    limits: Limits,
    authorization: HeaderValue,
    /// The secret in the forms in which a server could send it back.
    echoes: Vec<SecretString>,
    client: OnceCell<Client>,
}

impl Transport {
    /// Checks the settings; opens nothing yet.
    pub(super) fn new(settings: ApiSettings) -> Result<Self, Problem> {
        let base_url = settings.base_url;
        check_base_url(&base_url).map_err(|fault| match fault {
            Fault::Insecure(host) => Problem::InsecureHost {
                host: Untrusted::from(host),
            },
            Fault::Unusable(why) => Problem::BadBaseUrl {
                url: Untrusted::from(base_url.origin().ascii_serialization()),
                why,
            },
        })?;
        let secret = settings.secret.expose_secret();
        let token = BASE64_STANDARD.encode(format!("{}:{secret}", settings.key_id));
        let mut authorization =
            HeaderValue::from_str(&format!("Basic {token}")).map_err(|_| Problem::Internal {
                detail: "the key cannot be written into a header".into(),
            })?;
        authorization.set_sensitive(true);
        Ok(Self {
            host: host_and_port(&base_url),
            base_url,
            limits: settings.limits,
            authorization,
            echoes: vec![settings.secret, token.into()],
            client: OnceCell::new(),
        })
    }

    /// The base URL with this path appended; its segments must be encoded already.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        let base = self.base_url.path().trim_end_matches('/');
        url.set_path(&format!("{base}{path}"));
        url
    }

    /// Fetches one URL, within all limits.
    ///
    /// This is the one place that decides how often a request is tried: once.
    pub(super) async fn fetch(&self, url: Url) -> Result<Answer, Problem> {
        let client = self.client().await?;
        let total = self.limits.total;
        match tokio::time::timeout(total, self.exchange(client, url)).await {
            Ok(answer) => answer,
            Err(_) => Err(Problem::Timeout {
                deadline: Deadline::Total,
                after: total,
            }),
        }
    }

    /// One request and its whole answer.
    async fn exchange(&self, client: &Client, url: Url) -> Result<Answer, Problem> {
        let request = client
            .get(url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_redirection() {
            // Its body says nothing that the status does not.
            let detail = Untrusted::default();
            return Err(refusal::problem_of(status, &headers, &url, detail));
        }
        let bytes = self.read_body(response).await?;
        if status.is_success() {
            let status = status.as_u16();
            return Ok(Answer::Body { status, bytes });
        }
        let words = self.server_words(status, &bytes);
        if status == StatusCode::NOT_FOUND {
            return Ok(Answer::NotFound(words));
        }
        Err(refusal::problem_of(status, &headers, &url, words.detail))
    }

    /// Reads piece by piece, so that no server can fill the memory.
    async fn read_body(&self, mut response: Response) -> Result<Vec<u8>, Problem> {
        let limit = self.limits.body;
        let too_large = || Problem::AnswerTooLarge { limit };
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
        Ok(bytes)
    }

    fn failure(&self, error: &reqwest::Error) -> Problem {
        failure::problem_of(error, &self.host, &self.limits)
    }

    fn server_words(&self, status: StatusCode, body: &[u8]) -> ServerWords {
        let body = self.without_echo(&String::from_utf8_lossy(body));
        let words = parse_error(status.as_u16(), body.as_bytes());
        #[expect(clippy::disallowed_methods, reason = "secrets are taken out of it")]
        let detail = self.without_echo(words.detail.expose());
        ServerWords {
            code: words.code,
            detail: Untrusted::from(detail),
        }
    }

    /// The text without the secret, should a server send it back.
    pub(super) fn without_echo(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for echo in &self.echoes {
            let echo = echo.expose_secret();
            if !echo.is_empty() {
                text = text.replace(echo, "[secret]");
            }
        }
        text
    }

    /// The HTTP client, built on first use: reading the system's certificates takes longer than a
    /// frame, so it happens neither at the start nor on the caller's thread.
    async fn client(&self) -> Result<&Client, Problem> {
        let build = || async {
            let limits = self.limits;
            let base_url = self.base_url.clone();
            let built = tokio::task::spawn_blocking(move || build_client(&base_url, &limits)).await;
            match built {
                Ok(Ok(client)) => Ok(client),
                Ok(Err(error)) => Err(self.failure(&error)),
                Err(_) => Err(Problem::Internal {
                    detail: "the HTTP client could not be built".into(),
                }),
            }
        };
        self.client.get_or_try_init(build).await
    }
}

fn build_client(base_url: &Url, limits: &Limits) -> reqwest::Result<Client> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("smooch-console/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
    if !is_loopback(base_url) {
        return builder.https_only(true).build();
    }
    // Neither a proxy nor a hosts file may lead requests for this machine to another one.
    let here: [SocketAddr; 2] = [
        (Ipv4Addr::LOCALHOST, 0).into(),
        (Ipv6Addr::LOCALHOST, 0).into(),
    ];
    let builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
    if base_url.scheme() == "http" {
        // Without TLS there is no need for the system's certificates.
        builder.tls_certs_only([]).build()
    } else {
        builder.build()
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
