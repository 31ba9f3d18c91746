//! From settings to an API that can be asked.
//!
//! In: complete [`Settings`]. Out: the API behind its trait and the [`Connection`] that words about
//! it need. No request is made here.

use std::sync::Arc;

use url::Url;

use super::Failure;
use crate::api::{ApiSettings, ApiV11, UserApi, parse_base_url};
use crate::config::{Origin, SECRET_VARIABLE, Settings};
use crate::domain::{AppId, Connection, Region, Stage, Untrusted};

/// An app that can be asked, and how to speak of it.
pub(super) struct Connected {
    /// Answers.
    pub(super) api: Arc<dyn UserApi>,
    /// Everything about the app but its secret.
    pub(super) connection: Connection,
}

impl Connected {
    /// A failed request, in words about this app.
    pub(super) fn failure(&self, problem: &crate::domain::Problem) -> Failure {
        Failure::of_problem(problem, &self.connection)
    }
}

/// Makes ready to ask the API of one app.
pub(super) fn connect(settings: Box<Settings>) -> Result<Connected, Failure> {
    let mut connection = describe(&settings);
    let in_words = |problem, connection: &Connection| Failure::of_problem(&problem, connection);
    let base_url = parse_base_url(&settings.base_url.value)
        .map_err(|problem| in_words(problem, &connection))?;
    connection.region = region_of(&base_url);
    connection.base_url = Untrusted::from(base_url.as_str());
    let mut api = ApiSettings::new(
        base_url,
        connection.app_id.clone(),
        settings.key_id.value,
        settings.secret,
    );
    api.auth = settings.auth.value;
    api.extra_ca = settings.ca_file;
    let api = ApiV11::new(api).map_err(|problem| in_words(problem, &connection))?;
    Ok(Connected {
        api: Arc::new(api),
        connection,
    })
}

/// The connection as far as plain settings tell. The base URL is left out until it has been read:
/// somebody may have written a password into it.
fn describe(settings: &Settings) -> Connection {
    let name = settings.app.as_ref().unwrap_or(&settings.app_id);
    Connection {
        app_label: Untrusted::from(name.value.as_str()),
        app_id: AppId::new(settings.app_id.value.as_str()),
        region: Region::Host(Untrusted::from("unknown host")),
        base_url: Untrusted::default(),
        api: settings.api.value,
        key_id: Untrusted::from(settings.key_id.value.as_str()),
        key_source: Untrusted::from(key_source(settings.key_id.origin)),
        stage: Stage::Unmarked,
    }
}

fn key_source(key_id: Origin) -> String {
    format!("{} and {SECRET_VARIABLE}", key_id.words())
}

fn region_of(base_url: &Url) -> Region {
    let host = base_url.host_str().unwrap_or_default();
    match base_url.port() {
        Some(port) => Region::of_host(&format!("{host}:{port}")),
        None => Region::of_host(host),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

    use super::*;

    #[test]
    fn the_region_comes_from_the_host_and_names_odd_ports() {
        for (url, region) in [
            ("https://api.smooch.io", "us"),
            ("https://api.eu-1.smooch.io/", "eu"),
            ("https://acme.zendesk.com/sc", "acme.zendesk.com"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ] {
            let region_words = region_of(&Url::parse(url).unwrap()).words();
            assert_eq!(region_words.expose(), region);
        }
    }

    #[test]
    fn the_source_of_the_key_names_both_places() {
        assert_eq!(
            key_source(Origin::Flag("--key-id")),
            "--key-id and SMOOCH_KEY_SECRET"
        );
    }
}
