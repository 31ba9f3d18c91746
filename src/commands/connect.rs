//! From settings to an API that can be asked, and users looked up there for a command.
//!
//! In: complete [`Settings`]. Out: first the [`Connection`] that words about the app need, then the
//! API behind its trait. Whoever is looked up is remembered on this machine, if it can be. The secret
//! may have to be asked of a command, so that comes second and never on the thread that draws.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::Failure;
use super::failure::note;
use super::local::store_of;
use crate::api::{ApiSettings, ApiV11, UserApi, parse_base_url};
use crate::config::{KeySecret, Origin, Settings};
use crate::console::msg::Msg;
use crate::console::runtime::world::Memory;
use crate::directory::store::StoreHandle;
use crate::domain::Fate;
use crate::domain::{
    AppId, AuthMethod, Connection, Found, LookupId, MatchedBy, MessagePage, Problem, ProblemKind,
    Region, SmoochId, Untrusted,
};
use crate::text::{SafeText, time};

/// An app that can be asked, and how to speak of it.
pub(super) struct Connected {
    /// Answers.
    pub(super) api: Arc<dyn UserApi>,
    /// Everything about the app but its secret.
    pub(super) connection: Connection,
    /// What this machine remembers of the app's users, if it has a place for that.
    pub(super) memory: Option<Memory>,
}

impl Connected {
    /// Looks a user up; an old id leads to the survivor of a merge, as far as one was told of.
    pub(super) async fn fetch_found(&self, id: LookupId) -> Result<Found, Failure> {
        let asked = self.api.fetch_user(id.clone()).await;
        let found = match (asked, &self.memory) {
            (Err(problem @ Problem::UserNotFound { .. }), Some(memory)) => {
                let fate = memory.fate(&tell_news, &id).await;
                let found = self.follow(&id, &problem, fate);
                found.await?
            }
            (Err(problem), Some(memory)) if problem.is_offline() => {
                let fate = memory.fate(&tell_news, &id).await;
                let failure = self.failure_about(&problem, &id).await;
                return Err(told_of(failure, fate));
            }
            (Err(problem), _) => return Err(self.failure_about(&problem, &id).await),
            (Ok(found), _) => found,
        };
        if let Some(memory) = &self.memory {
            let (found, api) = (found.clone(), self.connection.api);
            let now = Timestamp::now();
            memory.learn(&tell_news, &id, found, api, now).await;
        }
        Ok(found)
    }

    /// Keeps the newest page of a user's messages for when the API cannot be asked.
    pub(super) async fn keep_page(&self, user: &SmoochId, page: &MessagePage) {
        if let Some(memory) = &self.memory {
            let (user, page, now) = (user.clone(), page.clone(), Timestamp::now());
            let api = self.connection.api;
            memory.save_page(&tell_news, user, page, api, now).await;
        }
    }

    /// Keeps the name under which a user wrote, and nothing else of the messages.
    pub(super) async fn keep_spoken_name(&self, user: &SmoochId, page: &MessagePage) {
        if let Some(memory) = &self.memory {
            let (user, page, now) = (user.clone(), page.clone(), Timestamp::now());
            memory.save_spoken_name(&tell_news, user, page, now).await;
        }
    }

    /// Closes what is remembered.
    pub(super) fn close(&self) {
        if let Some(memory) = &self.memory {
            memory.close();
        }
    }

    /// Goes where an id leads that the API does not know.
    async fn follow(
        &self,
        id: &LookupId,
        problem: &Problem,
        fate: Option<Fate>,
    ) -> Result<Found, Failure> {
        match fate {
            Some(Fate::Merged { into }) => {
                let survivor = LookupId::from(&into);
                match self.api.fetch_user(survivor.clone()).await {
                    Ok(found) => Ok(Found {
                        matched_by: MatchedBy::Merged,
                        ..found
                    }),
                    Err(problem) => {
                        let failure = self.failure_about(&problem, &survivor).await;
                        Err(failure.because(format_args!(
                            "“{}” was merged into that user, as this machine was told",
                            id.expose()
                        )))
                    }
                }
            }
            Some(Fate::Deleted { .. } | Fate::Unknown) | None => {
                Err(told_of(self.failure(problem), fate))
            }
        }
    }

    /// A failed request about a user. When the API cannot be reached, what is known here can still be
    /// read: how is part of the next step, and never of the output, which is what the API says now.
    pub(super) async fn failure_about(&self, problem: &Problem, id: &LookupId) -> Failure {
        let failure = self.failure(problem);
        let (ProblemKind::Network, Some(memory)) = (problem.kind(), &self.memory) else {
            return failure;
        };
        match memory.last_told(&tell_news, id).await {
            None => failure,
            Some(at) => failure.or_else(format_args!(
                "read what this machine knows of the user, as told {}: with `smooch-console search` \
                 and the same id, or in the console",
                time::ago(Timestamp::now(), at)
            )),
        }
    }

    /// A failed request, in words about this app.
    pub(super) fn failure(&self, problem: &Problem) -> Failure {
        Failure::of_problem(problem, &self.connection)
    }
}

/// What goes wrong with the files in which users are remembered spoils no answer.
fn tell_news(msg: Msg) {
    if let Msg::StoreTrouble(words) = msg {
        note(&SafeText::of(&words));
    }
}

/// An app whose settings make sense, but whose secret has not been fetched.
pub(super) struct Described {
    /// Everything about the app but its secret.
    pub(super) connection: Connection,
    base_url: Url,
    key_id: String,
    secret: KeySecret,
    auth: AuthMethod,
    ca_file: Option<PathBuf>,
}

/// Checks the settings as far as that takes no time.
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
    /// Fetches the secret and makes ready to ask the API.
    pub(super) async fn open(self) -> Result<Connected, Problem> {
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
        let api = ApiV11::new(settings)?;
        Ok(Connected {
            api: Arc::new(api),
            connection,
            memory: None,
        })
    }
}

/// Makes ready to ask the API of one app, and to remember who was looked up in `data`.
pub(super) async fn connect(
    settings: Settings,
    data: Option<PathBuf>,
) -> Result<Connected, Failure> {
    let store = data.and_then(|data| store_of(data, &settings));
    let described = describe(settings)?;
    let connection = described.connection.clone();
    let opened = described.open().await;
    let connected = opened.map_err(|problem| Failure::of_problem(&problem, &connection))?;
    // Without a thread to spare there is nothing remembered, and the rest works.
    let store = store.and_then(|options| StoreHandle::open(options).ok());
    Ok(Connected {
        memory: store.map(Memory::new),
        ..connected
    })
}

async fn fetch_secret(secret: KeySecret) -> Result<SecretString, Problem> {
    // A command may take its time, and waits for it without a runtime.
    let fetched = tokio::task::spawn_blocking(move || secret.fetch()).await;
    match fetched {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(error)) => Err(Problem::NoSecret {
            why: Untrusted::from(error.to_string()),
            next: Untrusted::from(error.next_step()),
        }),
        Err(_) => Err(Problem::Internal {
            detail: Untrusted::from("the secret could not be fetched"),
        }),
    }
}

/// The connection as far as plain settings tell. The base URL is left out until it has been read:
/// somebody may have written a password into it.
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

/// Adds to why nobody was found what this machine was told of the id.
fn told_of(failure: Failure, fate: Option<Fate>) -> Failure {
    match fate {
        Some(Fate::Deleted { at }) => failure.because(format_args!(
            "this user was deleted, as a webhook told by {}",
            at.strftime("%Y-%m-%d")
        )),
        Some(Fate::Merged { into }) => failure.because(format_args!(
            "this id was merged into {}",
            SafeText::of(into.untrusted())
        )),
        Some(Fate::Unknown) | None => failure,
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
