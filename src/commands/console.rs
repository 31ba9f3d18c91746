//! The console itself: decides what it opens on, and opens it.
//!
//! In: whether the sandbox was asked for, and the settings. Out: an [`Opening`] for the console.
//! What the console does with it is decided there.

use std::io::IsTerminal as _;
use std::sync::Arc;

use jiff::Timestamp;

use super::connect::{Connected, connect};
use super::{Exit, Failure};
use crate::api::v11::ApiV11;
use crate::api::{ApiSettings, Limits, UserApi};
use crate::config::{Configured, Environment, Flags, Settings, resolve_settings};
use crate::domain::{ApiVersion, AppId, Connection, Region, Stage, Untrusted};
use crate::sandbox::{Sandbox, SandboxOptions};

/// What the console opens on.
pub struct Opening {
    /// Answers.
    pub api: Arc<dyn UserApi>,
    /// The app that is looked at.
    pub connection: Connection,
    /// The server that answers, when it is the built-in one; it stops when this is dropped.
    pub sandbox: Option<Sandbox>,
}

/// Which app the console looks at.
#[derive(Debug)]
enum Target {
    /// Invented people.
    Sandbox,
    /// The configured app.
    App(Box<Settings>),
}

/// Opens the console and stays until it is closed.
pub(super) async fn run(
    sandbox_asked: bool,
    environment: Environment,
    flags: Flags,
) -> Result<Exit, Failure> {
    let terminals = [
        std::io::stdin().is_terminal(),
        std::io::stdout().is_terminal(),
    ];
    let term = std::env::var("TERM").ok();
    if let Some(why) = refuse_reason(terminals, term.as_deref()) {
        return Err(Failure::new(
            Exit::Usage,
            format_args!("the console needs a terminal, but {why}"),
            "use `smooch-console get ID` in scripts; see `smooch-console --help`",
        ));
    }
    let opening = match resolve_target(sandbox_asked, environment, flags)? {
        Target::Sandbox => open_sandbox().await?,
        Target::App(settings) => {
            let Connected { api, connection } = connect(settings)?;
            Opening {
                api,
                connection,
                sandbox: None,
            }
        }
    };
    open(opening).await
}

/// Why a console cannot be drawn here, given whether standard input and output are terminals.
fn refuse_reason(terminals: [bool; 2], term: Option<&str>) -> Option<&'static str> {
    match (terminals, term) {
        ([false, _], _) => Some("standard input is not one"),
        ([_, false], _) => Some("standard output is not one"),
        (_, None | Some("" | "dumb")) => Some("TERM says that this one cannot move its cursor"),
        _ => None,
    }
}

/// Settings are not even read when the sandbox was asked for: it works whatever they say.
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

async fn open_sandbox() -> Result<Opening, Failure> {
    let sandbox = Sandbox::start(SandboxOptions::at(Timestamp::now()))
        .await
        .map_err(|error| {
            Failure::new(
                Exit::Failure,
                format_args!("the sandbox could not be started: {error}"),
                "check that programs may listen on 127.0.0.1",
            )
        })?;
    let connection = Connection {
        app_label: Untrusted::from("sandbox"),
        app_id: AppId::new(sandbox.app_id()),
        region: Region::Sandbox,
        base_url: Untrusted::from(sandbox.base_url()),
        api: ApiVersion::V11,
        key_id: Untrusted::from(sandbox.key_id()),
        key_source: Untrusted::from("the sandbox"),
        stage: Stage::Sandbox,
    };
    let in_words = |problem| Failure::of_problem(&problem, &connection);
    let settings = ApiSettings {
        base_url: crate::api::base_url::parse_base_url(sandbox.base_url()).map_err(in_words)?,
        app_id: connection.app_id.clone(),
        key_id: sandbox.key_id().to_owned(),
        secret: sandbox.secret().into(),
        limits: Limits::default(),
    };
    let api = ApiV11::new(settings).map_err(in_words)?;
    Ok(Opening {
        api: Arc::new(api),
        connection,
        sandbox: Some(sandbox),
    })
}

/// Hands the opening to the console's own loop.
#[expect(
    clippy::unused_async,
    reason = "the loop that is to be joined here is async"
)]
async fn open(opening: Opening) -> Result<Exit, Failure> {
    let label = crate::text::SafeText::of(&opening.connection.app_label);
    Err(Failure::new(
        Exit::Failure,
        format_args!("this build cannot draw the console on {label} yet"),
        "use `smooch-console get ID` and `smooch-console messages ID`",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

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

    #[test]
    fn a_console_needs_a_terminal_on_both_sides_that_can_draw() {
        let both = [true, true];
        assert_eq!(refuse_reason(both, Some("xterm-256color")), None);
        for (terminals, term) in [
            ([false, true], Some("xterm")),
            ([true, false], Some("xterm")),
            (both, None),
            (both, Some("")),
            (both, Some("dumb")),
        ] {
            assert!(
                refuse_reason(terminals, term).is_some(),
                "{terminals:?} {term:?}"
            );
        }
    }
}
