//! Which certificates the client trusts: the system's, those of a file, and no others.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use smooch_console::domain::{LineFault, Problem, UsageFault};

use super::clockwork::Clockwork;
use super::toy::{mara, open_v11, settings};

const USER: &str = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01"}}"#;

pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/tls")
        .join(name)
}

/// What comes before the handshake.
#[derive(Clone, Copy)]
pub enum Door {
    /// Nothing.
    Straight,
    /// A tunnel, as through a proxy.
    Tunnel,
}

/// A server that shows the test certificate; counts the requests that it has read.
pub fn serve_tls(door: Door) -> (String, Arc<AtomicUsize>) {
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    std::thread::spawn(move || {
        for mut line in listener.incoming().flatten() {
            if let Door::Tunnel = door {
                let _ = line.read(&mut [0; 4096]);
                let _ = line.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            }
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, line);
            if stream.read(&mut [0; 4096]).is_ok_and(|length| length > 0) {
                count.fetch_add(1, Ordering::SeqCst);
                let length = USER.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{USER}"
                );
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (format!("https://localhost:{port}"), read)
}

async fn fetch(base_url: &str, ca: Option<PathBuf>) -> Result<(), Problem> {
    let mut settings = settings(base_url, &Clockwork::quick());
    settings.extra_ca = ca;
    let api = open_v11(settings).unwrap();
    api.fetch_user(mara()).await.map(drop)
}

#[tokio::test]
async fn a_certificate_of_nobody_is_refused_before_the_key_is_sent() {
    let (base_url, read) = serve_tls(Door::Straight);
    let problem = fetch(&base_url, None).await.unwrap_err();
    let Problem::Line(LineFault::Tls { detail, .. }) = problem else {
        panic!("{problem:?}")
    };
    assert!(detail.expose().contains("certificate"), "{detail:?}");
    assert_eq!(read.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_authority_of_the_users_own_is_trusted() {
    let (base_url, read) = serve_tls(Door::Straight);
    assert_eq!(fetch(&base_url, Some(fixture("ca.pem"))).await, Ok(()));
    let by_number = base_url.replace("localhost", "127.0.0.1");
    assert_eq!(fetch(&by_number, Some(fixture("ca.pem"))).await, Ok(()));
    assert_eq!(read.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_file_of_no_use_is_named_and_nothing_is_sent() {
    let (base_url, read) = serve_tls(Door::Straight);
    for name in ["server.key", "README.md", "none.pem"] {
        let problem = fetch(&base_url, Some(fixture(name))).await.unwrap_err();
        let Problem::Usage(UsageFault::BadCaFile { file, .. }) = problem else {
            panic!("{name}: {problem:?}")
        };
        assert!(file.expose().ends_with(name));
    }
    assert_eq!(read.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let (base_url, read) = serve_tls(Door::Straight);
    let other = base_url.replace("localhost", "127.0.0.2");
    let problem = fetch(&other, Some(fixture("ca.pem"))).await.unwrap_err();
    // Where only 127.0.0.1 is listened on there is not even a handshake.
    assert!(
        matches!(
            problem,
            Problem::Line(LineFault::Tls { .. } | LineFault::ConnectionFailed { .. })
        ),
        "{problem:?}"
    );
    assert_eq!(read.load(Ordering::SeqCst), 0);
}
