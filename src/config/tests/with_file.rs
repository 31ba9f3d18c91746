//! The file among the other layers: which app is chosen, what wins, and when its secret is used.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::domain::Stage;

const FILE: &str = "\
[apps.acme]
region = \"eu\"
app_id = \"a1\"
key_id = \"app_1\"
secret = \"canary-8c1f-secret\"
";

const TWO: &str = "\
[apps.acme]
region = \"eu\"
app_id = \"a1\"
key_id = \"app_1\"
secret = \"s1\"

[apps.bravo]
region = \"us\"
app_id = \"a2\"
key_id = \"app_2\"
secret = \"s2\"
production = true
";

/// A folder of settings with `config.toml` in it.
struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        fs::create_dir_all(folder.path().parent().unwrap()).unwrap();
        fs::write(folder.path(), text).unwrap();
        folder.chmod(0o600);
        folder
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("smooch-console/config.toml")
    }

    fn chmod(&self, mode: u32) {
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn environment(&self, pairs: &[(&str, &str)]) -> Environment {
        let home = [("XDG_CONFIG_HOME", self.0.path().to_str().unwrap())];
        super::environment(&[&home, pairs].concat())
    }

    fn settings(&self, pairs: &[(&str, &str)]) -> Box<Settings> {
        settings(self.environment(pairs), Flags::default())
    }

    fn fault(&self, pairs: &[(&str, &str)]) -> String {
        let error = fault(self.environment(pairs), Flags::default());
        format!("{error} | {}", error.next_step())
    }
}

fn app_flag(name: &str) -> Flags {
    Flags {
        app: Some(name.into()),
        ..Flags::default()
    }
}

#[test]
fn the_only_app_of_the_file_needs_no_choice() {
    let folder = Folder::with(FILE);
    let settings = folder.settings(&[]);
    assert_eq!(settings.app.unwrap().value, "acme");
    assert_eq!(settings.base_url.value, EU_BASE_URL);
    assert_eq!(settings.secret.fetch().unwrap().expose_secret(), CANARY);
    assert_eq!(settings.stage.value, Stage::Unmarked);
    let words = settings.app_id.origin.words();
    assert!(words.ends_with("/smooch-console/config.toml:3"), "{words}");
}

#[test]
fn a_home_is_enough_to_find_the_file() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/smooch-console");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(CONFIG_FILE), "default_app = \"x\"").unwrap();
    let home = environment(&[("HOME", home.path().to_str().unwrap())]);
    let error = fault(home, Flags::default());
    assert!(matches!(error, ConfigError::UnknownApp(_)), "{error}");
}

#[test]
fn of_several_apps_one_has_to_be_chosen() {
    let folder = Folder::with(TWO);
    let said = folder.fault(&[]);
    assert!(
        said.contains("has several apps and none is chosen"),
        "{said}"
    );
    assert!(
        said.ends_with("SMOOCH_APP or --app to acme or bravo"),
        "{said}"
    );
    let chosen = folder.settings(&[("SMOOCH_APP", "bravo")]);
    assert_eq!(chosen.app_id.value, "a2");
    assert_eq!(chosen.stage.value, Stage::Production);
    assert_eq!(
        chosen.app.unwrap().origin,
        Origin::Environment("SMOOCH_APP")
    );
    let variable = folder.environment(&[("SMOOCH_APP", "bravo")]);
    assert_eq!(settings(variable, app_flag("acme")).app_id.value, "a1");
}

#[test]
fn the_default_app_is_the_weakest_choice() {
    let folder = Folder::with(&format!("default_app = \"bravo\"\n{TWO}"));
    assert_eq!(folder.settings(&[]).app_id.value, "a2");
    let chosen = folder.settings(&[("SMOOCH_APP", "acme")]);
    assert_eq!(chosen.app_id.value, "a1");
}

#[test]
fn an_unknown_app_is_refused_with_the_nearest_name() {
    let folder = Folder::with(&format!("default_app = \"barvo\"\n{TWO}"));
    let said = folder.fault(&[]);
    assert!(said.starts_with("default_app in "), "{said}");
    assert!(
        said.contains("config.toml:1 chooses the app “barvo”"),
        "{said}"
    );
    assert!(said.ends_with("| did you mean “bravo”?"), "{said}");
    let said = folder.fault(&[("SMOOCH_APP", "zebra")]);
    assert!(
        said.starts_with("SMOOCH_APP chooses the app “zebra”"),
        "{said}"
    );
    assert!(said.ends_with("| choose acme or bravo"), "{said}");
}

#[test]
fn environment_and_flags_alone_are_enough_beside_a_file_of_other_apps() {
    for text in [FILE, TWO] {
        let folder = Folder::with(text);
        let settings = folder.settings(&COMPLETE);
        assert_eq!(settings.base_url.value, DEFAULT_BASE_URL);
        assert_eq!(settings.app, None);
        assert_eq!(settings.stage.value, Stage::Unmarked);
    }
}

#[test]
fn the_environment_wins_over_the_file_and_a_flag_over_both() {
    let folder = Folder::with(FILE);
    let flags = Flags {
        app: Some("acme".into()),
        key_id: Some("app_flag".into()),
        ..Flags::default()
    };
    let variables = [
        ("SMOOCH_APP_ID", "a-env"),
        ("SMOOCH_KEY_ID", "app_env"),
        ("SMOOCH_KEY_SECRET", "s-env"),
    ];
    let settings = settings(folder.environment(&variables), flags);
    assert_eq!(settings.base_url.value, EU_BASE_URL);
    assert_eq!(settings.app_id.value, "a-env");
    assert_eq!(settings.key_id.value, "app_flag");
    let secret = settings.secret;
    assert_eq!(secret.fetch().unwrap().expose_secret(), "s-env");
    assert_eq!(secret.origin().words(), "SMOOCH_KEY_SECRET");
}

#[test]
fn a_stored_secret_never_goes_with_another_host_app_or_key() {
    let by_command = FILE.replace(
        "secret = \"canary-8c1f-secret\"",
        "secret_command = [\"/bin/echo\", \"canary-8c1f-secret\"]",
    );
    for text in [FILE, &by_command] {
        let folder = Folder::with(text);
        for (variable, value) in [
            ("SMOOCH_BASE_URL", "https://evil.example"),
            // Even when it says the very same.
            ("SMOOCH_BASE_URL", EU_BASE_URL),
            ("SMOOCH_APP_ID", "a2"),
            ("SMOOCH_KEY_ID", "app_2"),
        ] {
            let overridden = [("SMOOCH_APP", "acme"), (variable, value)];
            let said = folder.fault(&overridden);
            assert!(said.contains("is not sent, because"), "{said}");
            assert!(
                said.contains(&format!("{variable} changes what it belongs to")),
                "{said}"
            );
            assert!(said.contains("set SMOOCH_KEY_SECRET"), "{said}");
            let error = fault(folder.environment(&overridden), Flags::default());
            assert_eq!(error.kind(), ConfigErrorKind::Credentials);
            let with_secret = [&overridden[..], &[("SMOOCH_KEY_SECRET", "mine")]].concat();
            let secret = folder.settings(&with_secret).secret;
            assert_eq!(secret.fetch().unwrap().expose_secret(), "mine");
        }
        let flags = Flags {
            base_url: Some("https://evil.example".into()),
            app_id: Some("a2".into()),
            key_id: Some("app_2".into()),
            ..app_flag("acme")
        };
        let said = fault(folder.environment(&[]), flags).to_string();
        let all = "because --base-url, --app-id and --key-id change what it belongs to";
        assert!(said.contains(all), "{said}");
    }
}

#[test]
fn how_the_key_is_sent_and_the_version_may_be_overridden() {
    let folder = Folder::with(FILE);
    let settings = folder.settings(&[("SMOOCH_API", "v1.1"), ("SMOOCH_AUTH", "basic")]);
    assert_eq!(settings.secret.fetch().unwrap().expose_secret(), CANARY);
}

#[test]
fn a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let folder = Folder::with(FILE);
    for mode in [0o644, 0o640, 0o604, 0o602, 0o620, 0o601, 0o666] {
        folder.chmod(mode);
        let said = folder.fault(&[]);
        assert!(
            said.contains(&format!("(its mode is {mode:04o})")),
            "{said}"
        );
        let mend = format!("run: chmod 600 {}", folder.path().display());
        assert!(said.ends_with(&mend), "{said}");
    }
    let error = fault(folder.environment(&[]), Flags::default());
    assert_eq!(error.kind(), ConfigErrorKind::Credentials);
    for mode in [0o600, 0o400] {
        folder.chmod(mode);
        assert_eq!(folder.settings(&[]).app_id.value, "a1");
    }
}

#[test]
fn a_command_that_others_could_have_written_is_not_run() {
    let text = FILE.replace("secret = \"", "secret_command = [\"/bin/echo\", \"");
    let folder = Folder::with(&text.replace("-secret\"", "-secret\"]"));
    for mode in [0o620, 0o602, 0o664, 0o666, 0o622] {
        folder.chmod(mode);
        let said = folder.fault(&[]);
        let path = folder.path();
        assert_eq!(
            said,
            format!(
                "secret_command in {0} is not run: others on this machine can change it (its mode \
                 is {mode:04o}) | run: chmod go-w {0}",
                path.display()
            )
        );
        let settings = folder.settings(&[("SMOOCH_KEY_SECRET", "s")]);
        assert_eq!(
            settings.app_id.value, "a1",
            "its other settings may be read"
        );
    }
    let error = fault(folder.environment(&[]), Flags::default());
    assert_eq!(error.kind(), ConfigErrorKind::Credentials);
    for mode in [0o600, 0o644, 0o400, 0o755] {
        folder.chmod(mode);
        assert_eq!(folder.settings(&[]).app_id.value, "a1", "{mode:o}");
    }
}

#[test]
fn a_command_in_somebody_elses_file_is_not_run() {
    if !rustix::process::geteuid().is_root() {
        // Only root can give a file away; the rule itself has a test that needs no file.
        return;
    }
    let text = FILE.replace("secret = \"", "secret_command = [\"/bin/echo\", \"");
    let folder = Folder::with(&text.replace("-secret\"", "-secret\"]"));
    std::os::unix::fs::chown(folder.path(), Some(12345), None).unwrap();
    let said = folder.fault(&[]);
    assert!(
        said.contains("is not run: it belongs to another user | run: chown"),
        "{said}"
    );
}

#[test]
fn a_pipe_or_a_device_is_refused_without_opening_it() {
    let folder = Folder::with("");
    fs::remove_file(folder.path()).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path())
        .status();
    assert!(made.unwrap().success());
    // Nobody writes to the pipe, so opening it would wait for ever.
    let said = folder.fault(&[]);
    assert!(
        said.contains("config.toml cannot be read: it is not a regular file"),
        "{said}"
    );
    fs::rename(folder.path(), folder.path().with_file_name(KEYMAP_FILE)).unwrap();
    let keymap = read_keymap(&folder.environment(&[]), &Flags::default());
    assert!(keymap.is_err());
    symlink("/dev/zero", folder.path()).unwrap();
    assert!(folder.fault(&[]).contains("it is not a regular file"));
}

#[test]
fn a_secret_behind_a_link_is_refused() {
    let folder = Folder::with("");
    let elsewhere = folder.0.path().join("elsewhere.toml");
    fs::write(&elsewhere, FILE).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(folder.path()).unwrap();
    symlink(&elsewhere, folder.path()).unwrap();
    let said = folder.fault(&[]);
    assert!(said.contains("is refused: the path is a link"), "{said}");
    assert!(!said.contains(CANARY));
}

#[test]
fn a_file_without_a_secret_may_be_read_by_others_and_be_a_link() {
    let text = FILE.replace("secret = \"canary-8c1f-secret\"\n", "");
    let folder = Folder::with(&text);
    folder.chmod(0o644);
    let elsewhere = folder.0.path().join("elsewhere.toml");
    fs::rename(folder.path(), &elsewhere).unwrap();
    symlink(&elsewhere, folder.path()).unwrap();
    let settings = folder.settings(&[("SMOOCH_KEY_SECRET", "s")]);
    assert_eq!(settings.app_id.value, "a1");
}

#[test]
fn an_app_has_to_say_where_the_api_lives() {
    let folder = Folder::with("\n[apps.acme]\napp_id = \"a1\"\nkey_id = \"k\"\nsecret = \"s\"\n");
    let said = folder.fault(&[]);
    assert!(
        said.contains("config.toml:2: [apps.acme] does not say where"),
        "{said}"
    );
    let variables = [
        ("SMOOCH_APP", "acme"),
        ("SMOOCH_BASE_URL", "https://x.example"),
        ("SMOOCH_KEY_SECRET", "s"),
    ];
    let settings = folder.settings(&variables);
    assert_eq!(settings.base_url.value, "https://x.example");
}

#[test]
fn an_app_without_key_or_secret_says_what_is_missing() {
    let folder = Folder::with("[apps.acme]\nregion = \"us\"\napp_id = \"a1\"\n");
    let said = folder.fault(&[]);
    assert!(
        said.contains("the key id and the key's secret are not set"),
        "{said}"
    );
}

#[test]
fn a_named_file_is_read_instead_and_has_to_be_there() {
    let folder = Folder::with(FILE);
    let other = folder.0.path().join("other.toml");
    let named = || Flags {
        config: Some(other.clone()),
        ..Flags::default()
    };
    let error = fault(folder.environment(&[]), named());
    assert!(
        error
            .to_string()
            .ends_with("cannot be read: there is no such file"),
        "{error}"
    );
    fs::write(&other, "").unwrap();
    let configured = resolve_settings(folder.environment(&[]), named()).unwrap();
    assert!(matches!(configured, Configured::Nothing));
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = Folder::with("");
    fs::write(folder.path(), b"\xff\xfe").unwrap();
    assert!(folder.fault(&[]).contains("it is not valid UTF-8"));
    fs::write(folder.path(), " ".repeat(1024 * 1024 + 1)).unwrap();
    assert!(folder.fault(&[]).contains("it is larger than 1 MiB"));
    fs::remove_file(folder.path()).unwrap();
    fs::create_dir(folder.path()).unwrap();
    assert!(folder.fault(&[]).contains("cannot be read"));
}

#[test]
fn a_mark_of_byte_order_is_no_part_of_the_text() {
    let folder = Folder::with(&format!("\u{feff}{FILE}"));
    assert_eq!(folder.settings(&[]).app_id.value, "a1");
}

#[test]
fn the_store_is_all_unless_said() {
    let folder = Folder::with(FILE);
    assert_eq!(folder.settings(&[]).store.value, Store::All);
    let folder = Folder::with(&format!("store = \"ids\"\n{FILE}"));
    assert_eq!(folder.settings(&[]).store.value, Store::Ids);
}

#[test]
fn the_keymap_lies_beside_the_file_of_settings() {
    let folder = Folder::with(FILE);
    let environment = folder.environment(&[]);
    assert!(
        read_keymap(&environment, &Flags::default())
            .unwrap()
            .is_none()
    );
    fs::write(folder.path().with_file_name(KEYMAP_FILE), "[normal]").unwrap();
    let found = read_keymap(&environment, &Flags::default())
        .unwrap()
        .unwrap();
    assert_eq!(found.text, "[normal]");
    let named = Flags {
        config: Some(folder.0.path().join("other.toml")),
        ..Flags::default()
    };
    assert!(read_keymap(&environment, &named).unwrap().is_none());
}

#[test]
fn the_default_is_no_choice_where_another_app_is_named() {
    let folder = Folder::with(&format!("default_app = \"bravo\"\n{TWO}"));
    let key = [("SMOOCH_KEY_ID", "app_9"), ("SMOOCH_KEY_SECRET", "s9")];
    for other in [
        ("SMOOCH_APP_ID", "a9"),
        ("SMOOCH_BASE_URL", "https://acme.zendesk.com/sc"),
    ] {
        let settings = folder.settings(&[&key[..], &[("SMOOCH_APP_ID", "a9"), other]].concat());
        assert_eq!(settings.app, None, "{other:?}");
        assert_eq!(settings.stage.value, Stage::Unmarked, "{other:?}");
    }
    let same = folder.settings(&[&key[..], &[("SMOOCH_APP_ID", "a2")]].concat());
    assert_eq!(same.app.unwrap().value, "bravo");
    assert_eq!(same.stage.value, Stage::Production);
    let named = [
        &key[..],
        &[("SMOOCH_APP_ID", "a9"), ("SMOOCH_APP", "bravo")],
    ]
    .concat();
    assert_eq!(folder.settings(&named).app.unwrap().value, "bravo");
}
