//! How layers win over each other, what counts as configured, and that the secret stays hidden.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use secrecy::ExposeSecret as _;

use super::*;
use crate::domain::ApiVersion;

mod with_file;

const CANARY: &str = "canary-8c1f-secret";

fn environment(pairs: &[(&str, &str)]) -> Environment {
    Environment::new(
        pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    )
}

const COMPLETE: [(&str, &str); 3] = [
    ("SMOOCH_APP_ID", "64f1c0de00000000000000a1"),
    ("SMOOCH_KEY_ID", "app_1"),
    ("SMOOCH_KEY_SECRET", CANARY),
];

fn with(extra: &[(&str, &str)]) -> Environment {
    environment(&[&COMPLETE, extra].concat())
}

fn settings(environment: Environment, flags: Flags) -> Box<Settings> {
    match resolve_settings(environment, flags).unwrap() {
        Configured::App(settings) => settings,
        Configured::Nothing => panic!("an app is configured"),
    }
}

fn fault(environment: Environment, flags: Flags) -> ConfigError {
    resolve_settings(environment, flags).unwrap_err()
}

#[test]
fn an_empty_environment_configures_nothing() {
    let configured = resolve_settings(environment(&[]), Flags::default()).unwrap();
    assert!(matches!(configured, Configured::Nothing));
}

#[test]
fn variables_that_are_no_settings_are_ignored() {
    let foreign = environment(&[("SMOOCH_API_BASE", "x"), ("SMOOCHAPP", "y"), ("HOME", "/")]);
    let configured = resolve_settings(foreign, Flags::default()).unwrap();
    assert!(matches!(configured, Configured::Nothing));
}

#[test]
fn a_variable_set_to_nothing_is_not_set() {
    let blank = environment(&[("SMOOCH_APP_ID", ""), ("SMOOCH_KEY_SECRET", "")]);
    let configured = resolve_settings(blank, Flags::default()).unwrap();
    assert!(matches!(configured, Configured::Nothing));
}

#[test]
fn app_key_and_secret_are_enough_and_the_rest_has_defaults() {
    let settings = settings(with(&[]), Flags::default());
    assert_eq!(settings.app, None);
    assert_eq!(settings.base_url.value, "https://api.smooch.io");
    assert_eq!(settings.base_url.origin, Origin::Default);
    assert_eq!(settings.api.value, ApiVersion::V11);
    assert_eq!(settings.auth.value, AuthMethod::Basic);
    assert_eq!(settings.app_id.origin, Origin::Environment("SMOOCH_APP_ID"));
    assert_eq!(settings.secret.fetch().unwrap().expose_secret(), CANARY);
}

#[test]
fn a_flag_wins_over_its_variable() {
    let flags = Flags {
        app_id: Some("from-flag".into()),
        ..Flags::default()
    };
    let settings = settings(with(&[]), flags);
    assert_eq!(settings.app_id.value, "from-flag");
    assert_eq!(settings.app_id.origin, Origin::Flag("--app-id"));
    assert_eq!(settings.key_id.origin, Origin::Environment("SMOOCH_KEY_ID"));
}

#[test]
fn a_variable_wins_over_the_default() {
    let settings = settings(
        with(&[("SMOOCH_BASE_URL", "https://acme.zendesk.com/sc")]),
        Flags::default(),
    );
    assert_eq!(settings.base_url.value, "https://acme.zendesk.com/sc");
    assert_eq!(
        settings.base_url.origin,
        Origin::Environment("SMOOCH_BASE_URL")
    );
}

#[test]
fn every_flag_reaches_its_own_setting() {
    let flags = Flags {
        config: None,
        app: Some("acme".into()),
        base_url: Some("https://api.eu-1.smooch.io".into()),
        app_id: Some("a1".into()),
        api: Some("v1.1".into()),
        key_id: Some("app_2".into()),
        auth: Some("jwt".into()),
    };
    let settings = settings(environment(&[("SMOOCH_KEY_SECRET", "s")]), flags);
    assert_eq!(settings.app.unwrap().value, "acme");
    assert_eq!(settings.base_url.value, "https://api.eu-1.smooch.io");
    assert_eq!(settings.app_id.value, "a1");
    assert_eq!(settings.api.origin, Origin::Flag("--api"));
    assert_eq!(settings.key_id.value, "app_2");
    assert_eq!(settings.auth.origin, Origin::Flag("--auth"));
    assert_eq!(settings.auth.value, AuthMethod::Jwt);
}

#[test]
fn a_ca_file_comes_from_the_environment_and_configures_no_app_by_itself() {
    let named = environment(&[("SMOOCH_CA_FILE", "/etc/ca.pem")]);
    let configured = resolve_settings(named, Flags::default()).unwrap();
    assert!(matches!(configured, Configured::Nothing));
    for (value, file) in [
        ("/etc/ca.pem", Some(PathBuf::from("/etc/ca.pem"))),
        ("", None),
    ] {
        let settings = settings(with(&[("SMOOCH_CA_FILE", value)]), Flags::default());
        assert_eq!(settings.ca_file, file);
    }
}

#[test]
fn a_lone_secret_counts_as_partly_configured() {
    let error = fault(environment(&[("SMOOCH_KEY_SECRET", "s")]), Flags::default());
    assert_eq!(
        error.to_string(),
        "the connection is not complete: the app id and the key id are not set"
    );
    assert_eq!(
        error.next_step(),
        "set SMOOCH_APP_ID or --app-id, and SMOOCH_KEY_ID or --key-id"
    );
    assert_eq!(error.kind(), ConfigErrorKind::Usage);
}

#[test]
fn a_missing_secret_is_asked_for_by_variable_only() {
    let error = fault(environment(&COMPLETE[..2]), Flags::default());
    assert_eq!(error.kind(), ConfigErrorKind::Credentials);
    assert_eq!(
        error.to_string(),
        "the connection is not complete: the key's secret is not set"
    );
    assert!(error.next_step().contains("SMOOCH_KEY_SECRET"));
    assert!(!error.next_step().contains("--"));
}

#[test]
fn a_missing_key_is_a_matter_of_credentials() {
    let error = fault(environment(&COMPLETE[..1]), Flags::default());
    assert_eq!(error.kind(), ConfigErrorKind::Credentials);
}

#[test]
fn a_base_url_or_a_name_alone_is_partly_configured() {
    for variable in ["SMOOCH_BASE_URL", "SMOOCH_APP"] {
        let error = fault(environment(&[(variable, "x")]), Flags::default());
        assert_eq!(error, ConfigError::nothing(), "{variable}");
    }
}

#[test]
fn what_is_not_supported_yet_is_refused_in_words() {
    for (variable, value, word) in [
        ("SMOOCH_API", "v2", "v1.1"),
        ("SMOOCH_API", "v3", "v1.1"),
        ("SMOOCH_AUTH", "digest", "basic or jwt"),
        ("SMOOCH_AUTH", "JWT", "basic or jwt"),
    ] {
        let error = fault(with(&[(variable, value)]), Flags::default());
        assert_eq!(error.kind(), ConfigErrorKind::Usage);
        let words = error.to_string();
        assert!(words.starts_with(variable), "{words}");
        assert!(words.ends_with(&format!("use {word}")), "{words}");
    }
}

#[test]
fn v2_is_refused_even_when_nothing_else_is_set() {
    let error = fault(environment(&[("SMOOCH_API", "v2")]), Flags::default());
    assert!(error.to_string().contains("not supported yet"));
}

#[test]
fn values_that_would_address_something_else_are_refused() {
    for (variable, value) in [
        ("SMOOCH_APP_ID", ".."),
        ("SMOOCH_APP_ID", "."),
        ("SMOOCH_APP_ID", " "),
        ("SMOOCH_KEY_ID", "app_1:secret"),
        ("SMOOCH_KEY_ID", "app\n1"),
        ("SMOOCH_BASE_URL", "\t"),
    ] {
        let error = fault(with(&[(variable, value)]), Flags::default());
        assert!(
            matches!(error, ConfigError::Unusable { ref origin, .. } if origin.words() == variable),
            "{variable}={value:?}: {error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_refused_by_name() {
    use std::os::unix::ffi::OsStringExt as _;
    let odd = std::ffi::OsString::from_vec(vec![0xff, 0xfe]);
    let environment = Environment::new([("SMOOCH_KEY_SECRET".into(), odd)]);
    assert_eq!(
        fault(environment, Flags::default()).to_string(),
        "SMOOCH_KEY_SECRET is not valid UTF-8"
    );
}

#[test]
fn the_secret_shows_in_no_debug_print_and_no_error() {
    let environment = with(&[]);
    assert!(!format!("{environment:?}").contains(CANARY));
    let settings = settings(environment, Flags::default());
    assert!(!format!("{settings:?} {settings:#?}").contains(CANARY));

    let wrong_places = [
        ("SMOOCH_API", CANARY),
        ("SMOOCH_AUTH", CANARY),
        ("SMOOCH_KEY_ID", "app_1:canary-8c1f-secret"),
    ];
    for (variable, value) in wrong_places {
        let error = fault(with(&[(variable, value)]), Flags::default());
        let said = format!("{error} {error:?} {}", error.next_step());
        assert!(!said.contains(CANARY), "{said}");
    }
}
