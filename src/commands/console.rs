//! Opens the console on the configured app, or on the sandbox.
//!
//! In: whether the sandbox was requested, and the settings. Out: a finished session, or why it could
//! not start.

use std::any::Any;

use futures_util::{FutureExt as _, TryFutureExt as _};
use jiff::Timestamp;

use super::connect::describe;
use super::keys::live_keymap;
use super::local::store_of;
use super::log_plan::LogPlan;
use super::{Exit, Failure};

use crate::api::{ApiSettings, open_api, parse_base_url};
use crate::config::{Configured, Environment, Flags, Settings, resolve_settings};
use crate::console::runtime::guard::refuse_reason_here;
use crate::console::runtime::{self, Connecting, ConsoleOptions};
use crate::console::theme::Theme;
use crate::domain::{ApiVersion, AppId, Connection, Problem, Region, Stage, Untrusted, User};
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::wire::v11;

/// Which app the console looks at.
#[derive(Debug)]
enum Target {
    /// The sandbox.
    Sandbox,
    /// The configured app.
    App(Box<Settings>),
}

/// Opens the console, and returns when it is closed.
pub(super) async fn run(
    sandbox_asked: bool,
    environment: Environment,
    flags: Flags,
) -> Result<Exit, Failure> {
    let term = std::env::var("TERM").ok();
    if let Some(why) = refuse_reason_here(term.as_deref()) {
        let next = "run it in a terminal window; see `smooch-console --help` for scripts";
        return Err(Failure::new(Exit::Usage, why, next));
    }
    let log = LogPlan::of(&environment)?;
    let keymap = live_keymap(&environment, &flags)?;
    let folders = environment.folders();
    let (connection, connecting, store) = match resolve_target(sandbox_asked, environment, flags)? {
        // Invented people are not stored.
        Target::Sandbox => (sandbox_connection(), open_sandbox().boxed(), None),
        Target::App(settings) => {
            log.start("console");
            let store = store_of(folders, &settings);
            let (connection, connecting) = open_app(*settings)?;
            (connection, connecting, store)
        }
    };
    let theme = Theme::for_no_color(std::env::var("NO_COLOR").ok().as_deref());
    let options = ConsoleOptions {
        connection,
        connecting,
        store,
        keymap,
        theme,
    };
    let ended = runtime::run(options).await;
    ended.map(|()| Exit::Done).map_err(|error| {
        let words = format_args!("the terminal does not answer: {error}");
        Failure::new(
            Exit::Failure,
            words,
            "open another terminal and start again",
        )
    })
}

/// A command may have to be run for the secret, so the client is made behind the first frame.
fn open_app(settings: Settings) -> Result<(Connection, Connecting), Failure> {
    let described = describe(settings)?;
    let connection = described.connection.clone();
    let connecting = described
        .open()
        .map_ok(|(api, connection)| runtime::Connected {
            api,
            connection,
            people: Vec::new(),
            kept: None,
        });
    Ok((connection, connecting.boxed()))
}

/// The sandbox ignores the settings, so it doesn't even read them.
fn resolve_target(
    sandbox_asked: bool,
    environment: Environment,
    flags: Flags,
) -> Result<Target, Failure> {
    if sandbox_asked {
        return Ok(Target::Sandbox);
    }
    Ok(match resolve_settings(environment, flags)? {
        Configured::Nothing => Target::Sandbox,
        Configured::App(settings) => Target::App(settings),
    })
}

/// What is known about the sandbox before it runs; its address and ids are new each time.
fn sandbox_connection() -> Connection {
    Connection {
        app_label: Untrusted::from("sandbox"),
        app_id: AppId::new("sandbox"),
        region: Region::Sandbox,
        base_url: Untrusted::from("http://127.0.0.1"),
        api: ApiVersion::V11,
        key_id: Untrusted::from("the sandbox's own"),
        key_source: Untrusted::from("the sandbox"),
        stage: Stage::Sandbox,
    }
}

/// Starts the sandbox after the first frame.
async fn open_sandbox() -> Result<runtime::Connected, Problem> {
    let sandbox = Sandbox::start(SandboxOptions::at(Timestamp::now())).await;
    let sandbox = sandbox.map_err(|error| Problem::Internal {
        detail: Untrusted::from(format!("the sandbox could not be started: {error}")),
    })?;
    let connection = Connection {
        app_label: Untrusted::from(sandbox.app_name()),
        app_id: AppId::new(sandbox.app_id()),
        base_url: Untrusted::from(sandbox.base_url()),
        key_id: Untrusted::from(sandbox.key_id()),
        ..sandbox_connection()
    };
    let settings = ApiSettings::new(
        parse_base_url(sandbox.base_url())?,
        connection.app_id.clone(),
        sandbox.key_id().to_owned(),
        sandbox.secret().into(),
    );
    let api = open_api(connection.api, settings)?;
    let people = people_of(&sandbox);
    let kept: Option<Box<dyn Any + Send + Sync>> = Some(Box::new(sandbox));
    Ok(runtime::Connected {
        api,
        connection,
        people,
        kept,
    })
}

/// The sandbox's people, read as the lines of an export are read before an import.
fn people_of(sandbox: &Sandbox) -> Vec<User> {
    let lines = sandbox.export_users();
    let people = lines.iter().map(|line| v11::parse_user(line.as_bytes()));
    people.flatten().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::domain::{LookupId, MatchedBy};

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::new(
            pairs
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        )
    }

    #[test]
    fn the_sandbox_opens_when_nothing_is_configured() {
        let target = resolve_target(false, environment(&[]), Flags::default()).unwrap();
        assert!(matches!(target, Target::Sandbox));
    }

    #[test]
    fn the_sandbox_opens_when_asked_whatever_is_configured() {
        let broken = environment(&[("SMOOCH_API", "v9"), ("SMOOCH_APP_ID", "a")]);
        let target = resolve_target(true, broken, Flags::default()).unwrap();
        assert!(matches!(target, Target::Sandbox));
    }

    #[test]
    fn a_configured_app_opens() {
        let complete = environment(&[
            ("SMOOCH_APP_ID", "a1"),
            ("SMOOCH_KEY_ID", "app_1"),
            ("SMOOCH_KEY_SECRET", "s"),
        ]);
        let target = resolve_target(false, complete, Flags::default()).unwrap();
        assert!(matches!(target, Target::App(settings) if settings.app_id.value == "a1"));
    }

    #[test]
    fn a_half_configured_app_never_opens_the_sandbox_instead() {
        let half = environment(&[("SMOOCH_APP_ID", "a1")]);
        assert!(resolve_target(false, half, Flags::default()).is_err());
    }

    #[tokio::test]
    async fn the_sandbox_answers_as_soon_as_it_is_open() {
        let opening = open_sandbox().await.unwrap();
        assert_eq!(opening.connection.stage, Stage::Sandbox);
        assert_eq!(opening.connection.region, Region::Sandbox);
        let id = LookupId::new("cust-20418");
        let found = opening.api.fetch_user(id).await.unwrap();
        assert_eq!(found.matched_by, MatchedBy::UserId);
    }

    #[tokio::test]
    async fn the_people_of_the_sandbox_are_known_as_its_api_describes_them() {
        let opening = open_sandbox().await.unwrap();
        assert!(opening.people.len() > 30);
        for person in opening.people {
            let asked = opening.api.fetch_user(LookupId::from(&person.id)).await;
            assert_eq!(asked.unwrap().user, person);
        }
    }
}
