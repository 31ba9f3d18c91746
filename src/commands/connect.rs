//! Connects a command to the API, and looks users up there.
//!
//! In: complete [`Settings`]. Out: first the [`Connection`], which messages about the app need, then
//! a way to ask the API, and the words for its failures. A command of the agent's may have to print
//! the secret, so that comes second, and never on the thread that draws.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::Failure;
use super::failure::note;
use super::local::store_of;
use crate::api::{ApiSettings, UserApi, open_api, parse_base_url};
use crate::config::{Folders, KeySecret, Origin, Settings};
use crate::directory::store::{StoreHandle, StoreNews};
use crate::domain::name::resolve_display_name;
use crate::domain::{
    AppId, AuthMethod, Connection, DisplayName, Fate, Found, LookupId, Message, Problem,
    ProblemKind, Provenance, Region, Untrusted, UsageFault, User,
};
use crate::lookup::{Asker, LookupOutcome, Memory};
use crate::text::{SafeText, time};

/// A connected app.
pub(super) struct Connected {
    /// Asks the app, and remembers the answers if this machine has a place for them.
    pub(super) asker: Asker,
    /// Everything about the app but its secret.
    pub(super) connection: Connection,
}

impl Connected {
    /// Looks up a user and remembers them. An old id leads to the survivor of a merge, if this
    /// machine knows about it.
    pub(super) async fn fetch_found(&self, id: LookupId) -> Result<Found, Failure> {
        match self.asker.look_up(&id).await {
            LookupOutcome::Found(found) => {
                self.asker.remember(&id, &found).await;
                Ok(found)
            }
            LookupOutcome::NotFound { problem, fate } => {
                Err(because_of_fate(self.failure(&problem), fate))
            }
            LookupOutcome::SurvivorFailed { survivor, problem } => {
                let survivor = LookupId::from(&survivor);
                let failure = self.failure_about(&problem, &survivor).await;
                Err(failure.because(format_args!(
                    "“{}” was merged into that user, as far as this machine knows",
                    id.expose()
                )))
            }
            LookupOutcome::Failed(problem) => {
                let failure = self.failure_about(&problem, &id).await;
                if problem.is_offline() {
                    let fate = self.asker.fate(&id).await;
                    return Err(because_of_fate(failure, fate));
                }
                Err(failure)
            }
        }
    }

    /// The name to show of a user, the same as in searches and in the console: of the names in
    /// messages, the newest that was ever seen here counts, and what files say counts too.
    pub(super) async fn display_name(&self, user: &User, messages: &[Message]) -> DisplayName {
        let name = resolve_display_name(user, messages);
        let kept = self.asker.kept_name(&user.id).await;
        // Where only ids are kept, what was read just now knows better.
        let is_told = |kept: &DisplayName| match kept.provenance {
            Provenance::Profile => true,
            Provenance::File | Provenance::Message => name.provenance != Provenance::Profile,
            _ => false,
        };
        kept.filter(is_told).unwrap_or(name)
    }

    /// A failed request about a user. When the API cannot be reached, the next step is to read what
    /// is kept; the output holds only what the API says now.
    pub(super) async fn failure_about(&self, problem: &Problem, id: &LookupId) -> Failure {
        let failure = self.failure(problem);
        if problem.kind() != ProblemKind::Network {
            return failure;
        }
        match self.asker.last_report(id).await {
            None => failure,
            Some(at) => failure.or_else(format_args!(
                "read what this machine knows of the user, last reported {}: run `smooch-console \
                 search` with the same id, or open the console",
                time::ago(Timestamp::now(), at)
            )),
        }
    }

    /// A failed request, in words about this app.
    pub(super) fn failure(&self, problem: &Problem) -> Failure {
        Failure::of_problem(problem, &self.connection)
    }
}

/// An app with valid settings, before its secret is fetched.
pub(super) struct Described {
    /// Everything about the app but its secret.
    pub(super) connection: Connection,
    base_url: Url,
    key_id: String,
    secret: KeySecret,
    auth: AuthMethod,
    ca_file: Option<PathBuf>,
}

/// Checks the settings, as far as that takes no time.
pub(super) fn describe(settings: Settings) -> Result<Described, Failure> {
    let mut connection = connection_of(&settings);
    let base_url = parse_base_url(&settings.base_url.value)
        .map_err(|problem| Failure::of_problem(&problem, &connection))?;
    connection.region = region_of(&base_url);
    connection.base_url = Untrusted::from(base_url.as_str());
    Ok(Described {
        connection,
        base_url,
        key_id: settings.key_id.value,
        secret: settings.secret,
        auth: settings.auth.value,
        ca_file: settings.ca_file,
    })
}

impl Described {
    /// Fetches the secret, and prepares to ask the API.
    pub(super) async fn open(self) -> Result<(Arc<dyn UserApi>, Connection), Problem> {
        let Self {
            connection,
            base_url,
            key_id,
            secret,
            auth,
            ca_file,
        } = self;
        let app_id = connection.app_id.clone();
        let secret = fetch_secret(secret).await?;
        let mut settings = ApiSettings::new(base_url, app_id, key_id, secret);
        settings.auth = auth;
        settings.extra_ca = ca_file;
        let api = open_api(connection.api, settings)?;
        Ok((api, connection))
    }
}

/// Prepares to ask the API of one app, and to store the users it looks up.
pub(super) async fn connect(settings: Settings, folders: Folders) -> Result<Connected, Failure> {
    let store = store_of(folders, &settings);
    let described = describe(settings)?;
    let connection = described.connection.clone();
    let opened = described.open().await;
    let (api, connection) = opened.map_err(|problem| Failure::of_problem(&problem, &connection))?;
    // If no thread is available, nothing is stored, but the rest works.
    let store = store.and_then(|options| StoreHandle::open(options).ok());
    // Trouble with the files is no reason to withhold the API's answers.
    let tell_trouble = |news: &StoreNews| note(&SafeText::own(news));
    let memory = store.map(|store| Memory::new(store, tell_trouble));
    Ok(Connected {
        asker: Asker::new(api, connection.api, memory, Timestamp::now),
        connection,
    })
}

async fn fetch_secret(secret: KeySecret) -> Result<SecretString, Problem> {
    // The command may take its time, and waiting for it blocks a thread.
    let fetched = tokio::task::spawn_blocking(move || secret.fetch()).await;
    match fetched {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(error)) => Err(Problem::Usage(UsageFault::NoSecret {
            why: Untrusted::from(error.to_string()),
            next: Untrusted::from(error.next_step()),
        })),
        Err(_) => Err(Problem::Internal {
            detail: Untrusted::from("the secret could not be fetched"),
        }),
    }
}

/// The connection as far as plain settings describe it. The base URL is left out until it is
/// parsed, because it may contain a password.
fn connection_of(settings: &Settings) -> Connection {
    let name = settings.app.as_ref().unwrap_or(&settings.app_id);
    Connection {
        app_label: Untrusted::from(name.value.as_str()),
        app_id: AppId::new(settings.app_id.value.as_str()),
        region: Region::Host(Untrusted::from("unknown host")),
        base_url: Untrusted::default(),
        api: settings.api.value,
        key_id: Untrusted::from(settings.key_id.value.as_str()),
        key_source: Untrusted::from(key_source(
            &settings.key_id.origin,
            settings.secret.origin(),
        )),
        stage: settings.stage.value,
    }
}

fn key_source(key_id: &Origin, secret: &Origin) -> String {
    format!("{} and {}", key_id.words(), secret.words())
}

fn region_of(base_url: &Url) -> Region {
    let host = base_url.host_str().unwrap_or_default();
    match base_url.port() {
        Some(port) => Region::of_host(&format!("{host}:{port}")),
        None => Region::of_host(host),
    }
}

/// Adds what this machine knows about the fate of the id to the reason why nobody was found.
fn because_of_fate(failure: Failure, fate: Fate) -> Failure {
    match fate {
        Fate::Deleted { at } => failure.because(format_args!(
            "this user was deleted, as a webhook reported on {}",
            at.strftime("%Y-%m-%d")
        )),
        Fate::Merged { into } => failure.because(format_args!(
            "this id was merged into {}",
            SafeText::of(into.untrusted())
        )),
        Fate::Unknown => failure,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

    use super::*;
    use crate::config::SECRET_VARIABLE;

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
            key_source(
                &Origin::Flag("--key-id"),
                &Origin::Environment(SECRET_VARIABLE)
            ),
            "--key-id and SMOOCH_KEY_SECRET"
        );
    }
}
