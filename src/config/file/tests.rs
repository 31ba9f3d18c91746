//! What a file may say, and what is said about a file that says something else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use secrecy::ExposeSecret as _;

use super::*;

const CANARY: &str = "canary-31c7-secret";

fn parse(text: &str) -> Result<ConfigFile, ConfigError> {
    ConfigFile::parse(&RawFile {
        path: Path::new("/c/config.toml").into(),
        text: text.to_owned(),
        exposures: Exposures::default(),
    })
}

/// The fault of a file, with what to do about it.
fn fault(text: &str) -> String {
    let error = parse(text).unwrap_err();
    format!("{error} | {}", error.next_step())
}

fn value(file: &ConfigFile, app: &str, setting: Setting) -> (String, String) {
    let found = file.app(app).unwrap().values.get(setting).unwrap();
    (found.value.clone(), found.origin.words())
}

#[test]
fn everything_that_a_file_can_say_is_read_with_its_line() {
    let file = parse(
        "default_app = \"acme\"\nstore = \"ids\"\n\n[apps.acme]\nregion = \"eu\"\napp_id = \"a1\"\n\
         api = \"v1.1\"\nkey_id = \"app_1\"\nauth = \"basic\"\nsecret = \"s\"\nproduction = true\n\
         \n[apps.\"two words\"]\nsubdomain = \"acme\"\nsecret_command = [\"pass\", \"show\"]\n",
    )
    .unwrap();
    assert_eq!(file.default_app.as_ref().unwrap().value, "acme");
    assert_eq!(file.store.as_ref().unwrap().value, Store::Ids);
    assert_eq!(
        value(&file, "acme", Setting::BaseUrl),
        (
            "https://api.eu-1.smooch.io".into(),
            "region in /c/config.toml:5".into()
        )
    );
    for (setting, wanted, line) in [
        (Setting::AppId, "a1", "app_id in /c/config.toml:6"),
        (Setting::Api, "v1.1", "api in /c/config.toml:7"),
        (Setting::KeyId, "app_1", "key_id in /c/config.toml:8"),
        (Setting::Auth, "basic", "auth in /c/config.toml:9"),
    ] {
        assert_eq!(value(&file, "acme", setting), (wanted.into(), line.into()));
    }
    let acme = file.app("acme").unwrap();
    let secret = acme.secret.as_ref().unwrap();
    assert_eq!(secret.origin().words(), "secret in /c/config.toml:10");
    assert_eq!(secret.fetch().unwrap().expose_secret(), "s");
    assert_eq!(acme.stage.as_ref().unwrap().value, Stage::Production);
    let other = file.app("two words").unwrap();
    assert_eq!(other.line.line, 13);
    let url = value(&file, "two words", Setting::BaseUrl).0;
    assert_eq!(url, "https://acme.zendesk.com/sc");
    assert!(!other.secret.as_ref().unwrap().is_known());
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "# only words\n", "[apps]\n"] {
        let file = parse(text).unwrap();
        assert!(file.apps.is_empty() && file.default_app.is_none());
    }
}

#[test]
fn the_order_of_the_apps_is_that_of_the_file() {
    let file = parse("[apps.b]\n[apps.a]\n[apps.c]\n").unwrap();
    assert_eq!(file.names().collect::<Vec<_>>(), ["b", "a", "c"]);
}

#[test]
fn what_is_not_known_is_told_with_its_line_and_the_nearest_word() {
    for (text, words) in [
        (
            "\ndefault_ap = \"x\"",
            "/c/config.toml:2: there is no key “default_ap” | did you mean default_app?",
        ),
        (
            "[apps.acme]\nappid = \"x\"",
            "/c/config.toml:2: [apps.acme] has no key “appid” | did you mean app_id?",
        ),
        (
            "[apps.acme]\nprod = true",
            "/c/config.toml:2: [apps.acme] has no key “prod” | did you mean production?",
        ),
        (
            "[app.acme]\nregion = \"us\"",
            "/c/config.toml:1: there is no key “app” | did you mean apps?",
        ),
        (
            "colour = 1",
            "/c/config.toml:1: there is no key “colour” | remove it, or use default_app, store \
             or apps",
        ),
    ] {
        assert_eq!(fault(text), words);
    }
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for (text, words) in [
        ("default_app = 7", "default_app has to be a text in quotes"),
        ("apps = []", "apps has to be a table"),
        ("[apps]\nacme = \"x\"", "acme has to be a table"),
        (
            "[apps.a]\napp_id = 64",
            "app_id has to be a text in quotes; this is of the type integer",
        ),
        (
            "[apps.a]\nproduction = \"yes\"",
            "production has to be true or false",
        ),
        (
            "[apps.a]\nsecret_command = \"pass\"",
            "secret_command has to be a list",
        ),
        (
            "[apps.a]\nsecret_command = [\"pass\", 1]",
            "secret_command has to be a list",
        ),
    ] {
        let said = fault(text);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn values_that_mean_nothing_are_refused_by_their_line() {
    for (text, words) in [
        ("store = \"some\"", "store in /c/config.toml:1 is neither"),
        (
            "[apps.a]\nregion = \"asia\"",
            "region in /c/config.toml:2 is no region",
        ),
        (
            "[apps.a]\nsubdomain = \"evil.com/\"",
            "subdomain in /c/config.toml:2 has to be",
        ),
        (
            "[apps.a]\nsubdomain = \"\"",
            "subdomain in /c/config.toml:2 has to be",
        ),
        (
            "[apps.a]\nsubdomain = \"a@b\"",
            "subdomain in /c/config.toml:2 has to be",
        ),
        (
            "[apps.a]\nsecret = \"\"",
            "secret in /c/config.toml:2 is empty",
        ),
        ("[apps.a]\nsecret_command = []", "names no program"),
        ("[apps.a]\nsecret_command = [\"\"]", "names no program"),
    ] {
        let said = fault(text);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn two_ways_to_say_the_same_thing_cannot_both_be_meant() {
    for (text, words) in [
        (
            "[apps.a]\nregion = \"us\"\nbase_url = \"https://x\"",
            "/c/config.toml:3: base_url is given beside region",
        ),
        (
            "[apps.a]\nsubdomain = \"a\"\nregion = \"us\"",
            "/c/config.toml:3: region is given beside subdomain",
        ),
        (
            "[apps.a]\nsecret = \"s\"\nsecret_command = [\"pass\"]",
            "/c/config.toml:3: secret_command is given beside secret",
        ),
    ] {
        let said = fault(text);
        assert!(said.starts_with(words), "{said}");
    }
}

#[test]
fn what_is_not_toml_is_told_without_the_line_itself() {
    for (text, line) in [
        ("[apps.a]\nsecret = \"canary-31c7-secret", 2),
        ("[apps.a]\nsecret = canary-31c7-secret\n", 2),
        ("[apps.a]\nsecret = \"canary-31c7-secret\" x\n", 2),
        ("[apps.a]\ncanary-31c7-secret\n", 2),
        ("[apps.a]\nsecret = 'a'\nsecret = 'canary-31c7-secret'\n", 3),
        ("\n\n[apps.a\nsecret = \"canary-31c7-secret\"\n", 3),
    ] {
        let error = parse(text).unwrap_err();
        let said = format!("{error} {error:?} {}", error.next_step());
        assert!(said.contains(&format!("config.toml:{line}: ")), "{said}");
        assert!(!said.contains(CANARY), "{said}");
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_never_repeated() {
    for text in [
        "[apps.a]\nregion = \"canary-31c7-secret\"",
        "[apps.a]\nsubdomain = \"canary-31c7-secret!\"",
        "[apps.a]\nproduction = \"canary-31c7-secret\"",
        "[apps.a]\nsecret_command = \"canary-31c7-secret\"",
        "store = \"canary-31c7-secret\"",
        "[apps]\na = \"canary-31c7-secret\"",
    ] {
        let error = parse(text).unwrap_err();
        let said = format!("{error} {error:?} {}", error.next_step());
        assert!(!said.contains(CANARY), "{said}");
    }
    let file = parse("[apps.a]\nsecret = \"canary-31c7-secret\"").unwrap();
    assert!(!format!("{file:?}").contains(CANARY));
}
