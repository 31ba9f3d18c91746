//! The HTTP client itself: which certificates and proxies it uses, and what it never does.
//!
//! In: the base URL, the limits and perhaps a file of certificates. Out: a client that follows no
//! redirect, repeats nothing and speaks plain http only to this machine; or what is wrong with the
//! file. It sends nothing itself.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use reqwest::{Certificate, Client};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::base_url::is_loopback;
use super::failure;
use super::proxy::check_proxy;
use super::settings::Limits;
use crate::domain::{Problem, Untrusted, UsageFault};

/// The certificate authorities of a whole system take less than this, in bytes.
const LARGEST_CA_FILE: u64 = 4 * 1024 * 1024;

/// What a client is built from.
pub(super) struct Plan {
    /// Where requests go.
    pub(super) base_url: Url,
    /// How long they may take.
    pub(super) limits: Limits,
    /// Certificates to trust beside the system's.
    pub(super) extra_ca: Option<PathBuf>,
}

impl Plan {
    /// Builds the client. It reads the system's certificates, which takes longer than a frame.
    pub(super) fn build(&self) -> Result<Client, Problem> {
        // Fails only when a provider is already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = &self.limits;
        let mut builder = Client::builder()
            .user_agent(concat!("smooch-console/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .read_timeout(limits.read)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        if is_loopback(&self.base_url) {
            // Neither a proxy nor a hosts file may lead requests for this machine to another one.
            let here: [SocketAddr; 2] = [
                (Ipv4Addr::LOCALHOST, 0).into(),
                (Ipv6Addr::LOCALHOST, 0).into(),
            ];
            builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
        } else {
            check_proxy(|name| std::env::var_os(name))?;
            builder = builder.https_only(true);
        }
        builder = match (self.base_url.scheme(), &self.extra_ca) {
            // Without TLS there is no need for certificates.
            ("http", _) => builder.tls_certs_only([]),
            (_, Some(file)) => builder.tls_certs_merge(read_ca_file(file)?),
            (_, None) => builder,
        };
        let host = self.base_url.host_str().unwrap_or_default();
        let built = builder.build();
        built.map_err(|error| failure::problem_of(&error, host, limits))
    }
}

/// Reads a file of certificates; one bad certificate makes the whole file unusable.
fn read_ca_file(file: &Path) -> Result<Vec<Certificate>, Problem> {
    parse_ca_file(file).map_err(|why| {
        Problem::Usage(UsageFault::BadCaFile {
            file: Untrusted::from(file.to_string_lossy().into_owned()),
            why: Untrusted::from(why),
        })
    })
}

fn parse_ca_file(file: &Path) -> Result<Vec<Certificate>, String> {
    // Reading a pipe could block a request forever.
    let kind = fs::metadata(file).map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err("it is no ordinary file".into());
    }
    let mut pem = Vec::new();
    let opened = File::open(file).map_err(|error| error.to_string())?;
    let mut opened = opened.take(LARGEST_CA_FILE + 1);
    opened
        .read_to_end(&mut pem)
        .map_err(|error| error.to_string())?;
    if pem.len() as u64 > LARGEST_CA_FILE {
        return Err("it is too large for certificates".into());
    }
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let usable = certificate.ok().filter(is_usable);
        let usable = usable.and_then(|usable| Certificate::from_der(&usable).ok());
        certificates.push(usable.ok_or("a certificate in it is damaged")?);
    }
    if certificates.is_empty() {
        return Err("there is no PEM certificate in it".into());
    }
    Ok(certificates)
}

fn is_usable(certificate: &CertificateDer<'_>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use super::*;

    const CA: &str = include_str!("../../tests/fixtures/tls/ca.pem");

    fn read(text: &[u8]) -> Result<usize, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        fs::write(&file, text).unwrap();
        parse_ca_file(&file).map(|certificates| certificates.len())
    }

    #[test]
    fn all_certificates_of_a_file_are_read() {
        assert_eq!(read(CA.as_bytes()), Ok(1));
        assert_eq!(
            read(format!("a note\n{CA}\nanother\n{CA}").as_bytes()),
            Ok(2)
        );
        assert_eq!(read(CA.replace('\n', "\r\n").as_bytes()), Ok(1));
    }

    #[test]
    fn an_unusable_file_says_why() {
        let none = "there is no PEM certificate in it";
        let damaged = "a certificate in it is damaged";
        let key = include_bytes!("../../tests/fixtures/tls/server.key");
        let empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
        let short = CA.replacen("MII", "MIJ", 1);
        let cut = &CA[..CA.len() / 2];
        for (text, why) in [
            (&b""[..], none),
            (b"hello", none),
            (b"\xff\xfe\0\0", none),
            (key, none),
            (empty.as_bytes(), damaged),
            (short.as_bytes(), damaged),
            (format!("{CA}{short}").as_bytes(), damaged),
            (cut.as_bytes(), damaged),
        ] {
            let text_words = String::from_utf8_lossy(text);
            assert_eq!(read(text), Err(why.to_owned()), "{text_words}");
        }
    }

    #[test]
    fn a_missing_file_and_a_folder_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.pem");
        let Err(Problem::Usage(UsageFault::BadCaFile { file, why })) = read_ca_file(&missing)
        else {
            unreachable!("there is no such file")
        };
        assert_eq!(file.expose(), missing.to_str().unwrap());
        assert!(why.expose().contains("No such file"), "{why:?}");
        let why = parse_ca_file(folder.path()).unwrap_err();
        assert_eq!(why, "it is no ordinary file");
    }
}
