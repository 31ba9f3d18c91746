//! A toy server: one closure answers every request with raw bytes; requests are kept as text.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use smooch_console::api::{ApiSettings, Limits, UserApi, open_api, parse_base_url};
use smooch_console::domain::{ApiVersion, AppId, ConversationKey, LookupId, Problem, SmoochId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedSender;

use super::clockwork::Clockwork;

pub const SECRET: &str = "canary-secret-0123456789";
pub const KEY: &str = "app_64f1c0de00000000000000aa";

/// What a server does after it has read a request.
pub enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and then nothing more, but keeps the line open.
    Stall(Vec<u8>),
    /// Sends these bytes and tears the line down without a goodbye.
    Reset(Vec<u8>),
    /// Sends these bytes over and over until the other side has enough.
    Flood(Vec<u8>, Vec<u8>),
    /// Sends these bytes, and then these, again and again, but slowly.
    Drip(Vec<u8>, Vec<u8>),
    /// Does it after a while.
    Late(Duration, Box<Act>),
    /// Sends nothing and tells when the other side has gone.
    Listen(UnboundedSender<()>),
}

pub struct Toy {
    pub base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Toy {
    /// Starts a server on a free loopback port.
    pub async fn start(answer: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(serve(line, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self { base_url, requests }
    }

    /// All requests so far, heads as they came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The targets of all requests so far.
    pub fn targets(&self) -> Vec<String> {
        let requests = self.requests();
        requests.iter().map(|r| target(r).to_owned()).collect()
    }

    pub fn api(&self) -> Arc<dyn UserApi> {
        api(&self.base_url)
    }
}

/// The path and query of a request.
pub fn target(request: &str) -> &str {
    request.split(' ').nth(1).unwrap()
}

async fn serve(
    mut line: TcpStream,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Arc<impl Fn(&str) -> Act>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if line.read(&mut byte).await.unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    seen.lock().unwrap().push(head.clone());
    act(line, answer(&head)).await;
}

async fn act(mut line: TcpStream, what: Act) {
    match what {
        Act::Send(bytes) => drop(line.write_all(&bytes).await),
        Act::Stall(bytes) => {
            drop(line.write_all(&bytes).await);
            // Ends when the client gives up.
            drop(line.read(&mut [0]).await);
        }
        Act::Reset(bytes) => {
            drop(line.write_all(&bytes).await);
            line.set_zero_linger().unwrap();
        }
        Act::Flood(head, piece) => {
            drop(line.write_all(&head).await);
            while line.write_all(&piece).await.is_ok() {}
        }
        Act::Drip(head, drop_by_drop) => {
            drop(line.write_all(&head).await);
            for byte in drop_by_drop.iter().cycle() {
                if line.write_all(&[*byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        Act::Late(after, what) => {
            tokio::time::sleep(after).await;
            Box::pin(act(line, *what)).await;
        }
        Act::Listen(gone) => {
            drop(line.read(&mut [0]).await);
            let _ = gone.send(());
        }
    }
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    Act::Send(
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        )
        .into_bytes(),
    )
}

pub fn ok(body: &str) -> Act {
    answer("200 OK", "content-type: application/json\r\n", body)
}

pub fn error(status: &str, code: &str) -> Act {
    answer(
        status,
        "",
        &format!(r#"{{"error":{{"code":"{code}","description":"words of {code}"}}}}"#),
    )
}

/// Long enough never to pass on a busy machine.
pub const PATIENT: Limits = Limits {
    connect: Duration::from_secs(30),
    read: Duration::from_secs(30),
    total: Duration::from_mins(1),
    body: 64 * 1024,
};

/// A client for v1.1.
pub fn open_v11(settings: ApiSettings) -> Result<Arc<dyn UserApi>, Problem> {
    open_api(ApiVersion::V11, settings)
}

pub fn api(base_url: &str) -> Arc<dyn UserApi> {
    api_within(base_url, PATIENT)
}

pub fn api_within(base_url: &str, limits: Limits) -> Arc<dyn UserApi> {
    let mut settings = settings(base_url, &Clockwork::quick());
    settings.limits = limits;
    open_v11(settings).unwrap()
}

pub fn api_by(base_url: &str, time: &Clockwork) -> Arc<dyn UserApi> {
    open_v11(settings(base_url, time)).unwrap()
}

pub fn settings(base_url: &str, time: &Clockwork) -> ApiSettings {
    let mut settings = ApiSettings::new(
        parse_base_url(base_url).unwrap(),
        AppId::new("64f1c0de00000000000000a1"),
        KEY.into(),
        SECRET.to_owned().into(),
    );
    settings.limits = PATIENT;
    settings.timing = Arc::new(time.clone());
    settings
}

pub fn mara() -> LookupId {
    LookupId::new("mara")
}

pub fn mara_talk() -> ConversationKey {
    ConversationKey::default_of(&SmoochId::new("mara"))
}
