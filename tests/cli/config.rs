//! Settings from a file, the sources of the secret, and `config check`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::desk::{Desk, Ran, run_bare};

/// A setting that has a shell print the secret and leave a trace.
fn secret_command(desk: &Desk) -> String {
    let trace = desk.home().join("ran");
    format!(
        "secret_command = [\"/bin/sh\", \"-c\", \"touch {}; echo {}\"]",
        trace.display(),
        desk.secret()
    )
}

#[test]
fn a_file_alone_is_enough() {
    let desk = Desk::open();
    let plain = format!("secret = \"{}\"", desk.secret());
    for secret in [plain, secret_command(&desk)] {
        desk.write_config(&desk.app_table("acme", &secret));
        let record = Ran::of(&mut desk.bare(&["get", "cust-20418", "--json"])).record();
        assert_eq!(record["user_id"], "cust-20418");
    }
    assert!(desk.home().join("ran").exists());
}

#[test]
fn a_flag_can_name_another_file() {
    let desk = Desk::open();
    let path = desk.write_config(&desk.app_table("acme", &secret_command(&desk)));
    let other = desk.home().join("other.toml");
    fs::rename(path, &other).unwrap();
    for arguments in [
        ["--config", "other.toml", "get", "cust-20418"],
        ["get", "cust-20418", "--config", other.to_str().unwrap()],
    ] {
        let ran = Ran::of(&mut desk.bare(&arguments));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let ran = Ran::of(&mut desk.bare(&["get", "x", "--config", "no.toml"]));
    assert_eq!(ran.code, 2);
    assert!(
        ran.complaint().contains("no.toml cannot be read"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_app_is_chosen_by_name() {
    let desk = Desk::open();
    let good = desk.app_table("good", &secret_command(&desk));
    let bad = desk.app_table("bad", "secret = \"wrong\"");
    desk.write_config(&format!("default_app = \"bad\"\n{good}{bad}"));
    assert_eq!(Ran::of(&mut desk.bare(&["get", "cust-20418"])).code, 4);
    let chosen = &["get", "cust-20418", "--app", "good"];
    assert_eq!(Ran::of(&mut desk.bare(chosen)).code, 0);
    let ran = Ran::of(desk.bare(&["get", "x"]).env("SMOOCH_APP", "goood"));
    assert_eq!(ran.code, 2);
    assert!(
        ran.complaint().contains("did you mean “good”?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_file_with_a_fault_ends_with_2_and_names_the_line() {
    let desk = Desk::open();
    let path = desk.write_config(&desk.app_table("acme", "secrt = \"canary-41\""));
    let ran = Ran::of(&mut desk.bare(&["get", "x"]));
    assert_eq!(ran.code, 2);
    let place = format!("{}:5: ", path.display());
    assert!(ran.complaint().contains(&place), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("did you mean secret?"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("canary-41"));
}

#[test]
fn a_secret_file_that_others_can_read_or_that_is_a_link_ends_with_4() {
    let desk = Desk::open();
    let secret = format!("secret = \"{}\"", desk.secret());
    let path = desk.write_config(&desk.app_table("acme", &secret));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = Ran::of(&mut desk.bare(&["get", "cust-20418"]));
    assert_eq!(ran.code, 4);
    let mend = format!("next: run: chmod 600 {}", path.display());
    assert!(ran.complaint().contains(&mend), "{}", ran.stderr);
    assert!(!ran.stderr.contains(desk.secret()));

    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let elsewhere = path.with_file_name("elsewhere.toml");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    let ran = Ran::of(&mut desk.bare(&["get", "cust-20418"]));
    assert_eq!(ran.code, 4);
    assert!(
        ran.complaint().contains("the path is a link"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn a_command_in_a_file_that_others_can_change_is_not_run() {
    let desk = Desk::open();
    let path = desk.write_config(&desk.app_table("acme", &secret_command(&desk)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    for arguments in [&["get", "cust-20418"][..], &["config", "check"]] {
        let ran = Ran::of(&mut desk.bare(arguments));
        assert_eq!(ran.code, 4, "{arguments:?}");
        let said = ran.complaint();
        let cause = format!("secret_command in {} is not run: others", path.display());
        assert!(said.contains(&cause), "{said}");
        let mend = format!("next: run: chmod go-w {}", path.display());
        assert!(said.contains(&mend), "{said}");
    }
    assert!(!desk.home().join("ran").exists(), "the command was run");
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn a_stored_secret_reaches_no_other_host() {
    let desk = Desk::open();
    let other = Desk::open();
    let plain = format!("secret = \"{}\"", desk.secret());
    let elsewhere = other.app_table("x", "");
    let base_url = elsewhere.split('"').nth(1).unwrap();
    for secret in [plain, secret_command(&desk)] {
        desk.write_config(&desk.app_table("acme", &secret));
        for arguments in [
            ["get", "x", "--app", "acme", "--base-url", base_url],
            ["get", "x", "--app", "acme", "--app-id", "another"],
            ["get", "x", "--app", "acme", "--key-id", "app_another"],
        ] {
            let ran = Ran::of(&mut desk.bare(&arguments));
            assert_eq!(ran.code, 4, "{arguments:?}");
            assert!(ran.complaint().contains(arguments[4]), "{}", ran.stderr);
            assert!(
                ran.stderr.contains("set SMOOCH_KEY_SECRET"),
                "{}",
                ran.stderr
            );
        }
    }
    assert!(
        !desk.home().join("ran").exists(),
        "the command was run in vain"
    );
    assert_eq!(other.requests().len() + desk.requests().len(), 0);
}

#[test]
fn a_failing_command_is_reported_without_its_output() {
    let desk = Desk::open();
    for (script, word) in [
        (
            "echo canary-52 >&2; echo canary-52; exit 7",
            "failed (exit status: 7)",
        ),
        ("echo canary-52 >&2", "printed nothing"),
        ("echo canary-52; echo canary-52", "it has several lines"),
    ] {
        let line = format!("secret_command = [\"/bin/sh\", \"-c\", \"{script}\"]");
        let path = desk.write_config(&desk.app_table("acme", &line));
        let ran = Ran::of(&mut desk.bare(&["get", "x"]));
        assert_eq!(ran.code, 4);
        let place = format!("secret_command in {}:5", path.display());
        assert!(ran.complaint().contains(&place), "{}", ran.stderr);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
        assert!(!ran.stderr.contains("canary-52"), "{}", ran.stderr);
    }
    desk.write_config(&desk.app_table("acme", "secret_command = [\"/nowhere/pass\"]"));
    let ran = Ran::of(&mut desk.bare(&["messages", "x"]));
    assert_eq!(ran.code, 4);
    assert!(
        ran.complaint().contains("`/nowhere/pass`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_hung_command_is_given_up_after_5_seconds() {
    let desk = Desk::open();
    desk.write_config(&desk.app_table("acme", "secret_command = [\"/bin/sleep\", \"1000\"]"));
    let ran = Ran::of(&mut desk.bare(&["get", "x"]));
    assert_eq!(ran.code, 4);
    assert!(
        ran.complaint().contains("did not end within 5 s"),
        "{}",
        ran.stderr
    );
}

#[test]
fn check_shows_each_setting_and_where_it_comes_from() {
    let desk = Desk::open();
    let table = desk.app_table("acme", &secret_command(&desk));
    let path = desk.write_config(&format!("{table}production = true\n"));
    let ran = Ran::of(desk.bare(&["config", "check"]).env("SMOOCH_API", "v1.1"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (name, origin) in [
        ("app  ", "[apps] in FILE:1"),
        ("base_url  ", "base_url in FILE:2"),
        ("app_id  ", "app_id in FILE:3"),
        ("key_id  ", "key_id in FILE:4"),
        ("secret      set, not shown", "secret_command in FILE:5"),
        ("production  true", "production in FILE:6"),
        ("api         v1.1", "from SMOOCH_API"),
        ("auth        basic", "default"),
        ("store       all", "default"),
    ] {
        let line = ran.stdout.lines().find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name}: {}", ran.stdout));
        let origin = origin.replace("FILE", path.to_str().unwrap());
        assert!(line.contains(&origin), "{line}");
    }
    assert!(!ran.stdout.contains(desk.secret()));
    assert!(!desk.home().join("ran").exists(), "the command was run");
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn check_as_json_is_one_document() {
    let desk = Desk::open();
    let path = desk.write_config(&desk.app_table("acme", &secret_command(&desk)));
    let ran = Ran::of(&mut desk.bare(&["config", "check", "--json"]));
    let record = ran.record();
    assert_eq!(record["schema"], "smooch-console/config/1");
    assert_eq!(record["complete"], true);
    assert_eq!(record["file"], path.to_str().unwrap());
    let settings = record["settings"].as_array().unwrap();
    let of = |name: &str| settings.iter().find(|row| row["name"] == name).unwrap();
    let origin = &of("secret")["origin"];
    assert_eq!(origin["from"], "file");
    assert_eq!(origin["key"], "secret_command");
    assert_eq!(origin["line"], 5);
    assert_eq!(of("auth")["origin"]["from"], "default");
    assert!(!ran.stdout.contains(desk.secret()));
}

#[test]
fn check_exits_as_a_lookup_would() {
    let desk = Desk::open();
    let check = &["config", "check"][..];
    let nothing = run_bare(check, &[]);
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.stdout.contains("app_id      not set"),
        "{}",
        nothing.stdout
    );

    desk.write_config(&desk.app_table("acme", ""));
    let lacking = Ran::of(&mut desk.bare(check));
    assert_eq!(lacking.code, 4);
    assert!(
        lacking.stdout.contains("secret      not set"),
        "{}",
        lacking.stdout
    );
    assert!(lacking.complaint().contains("the key's secret is not set"));

    let path = desk.write_config(&desk.app_table("acme", "secret = \"canary-63\""));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = Ran::of(&mut desk.bare(check));
    assert_eq!(exposed.code, 4);
    assert!(
        exposed.complaint().contains("chmod 600"),
        "{}",
        exposed.stderr
    );
    assert!(exposed.stdout.contains("app_id"), "{}", exposed.stdout);
    assert!(!format!("{}{}", exposed.stdout, exposed.stderr).contains("canary-63"));

    let unusable = desk.run(&["config", "check", "--base-url", "https://u:canary-63@x"]);
    assert_eq!(unusable.code, 2);
    assert!(!format!("{}{}", unusable.stdout, unusable.stderr).contains("canary-63"));
    let plain = desk.run(&["config", "check", "--base-url", "http://example.org"]);
    assert_eq!(plain.code, 2);
}

#[test]
fn a_check_says_that_it_is_offline_and_asks_the_api_once_if_told_to() {
    let desk = Desk::open();
    let ran = desk.run(&["config", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("offline check"), "{}", ran.stdout);
    assert_eq!(desk.requests().len(), 0);
    let ran = desk.run(&["config", "check", "--online"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("the API accepts these settings"),
        "{}",
        ran.stdout
    );
    assert_eq!(desk.requests().len(), 1);
    let ran = desk.run(&["config", "check", "--online", "--key-id", "app_wrong"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("online check: a lookup fails"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_base_url_that_leads_into_the_api_is_refused_with_the_reason() {
    for url in [
        "https://api.smooch.io/v1.1",
        "https://acme.zendesk.com/sc/v2/apps/a1",
    ] {
        let settings = [
            ("SMOOCH_APP_ID", "a1"),
            ("SMOOCH_KEY_ID", "app_1"),
            ("SMOOCH_KEY_SECRET", "s"),
        ];
        for command in [&["get", "x"][..], &["search", "x"]] {
            let ran = run_bare(&[command, &["--base-url", url]].concat(), &settings);
            assert_eq!(ran.code, 2, "{}", ran.stderr);
            assert!(
                ran.stderr.contains("it leads into the API"),
                "{}",
                ran.stderr
            );
        }
    }
}
