//! `keys dump`, and the agent's own keymap.

use super::desk::{Desk, Ran, run_bare};

#[test]
fn the_dump_equals_the_built_in_keymap_file() {
    let ran = run_bare(&["keys", "dump"], &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let written: toml::Table = include_str!("../../assets/keymap.toml").parse().unwrap();
    assert_eq!(ran.stdout.parse::<toml::Table>().unwrap(), written);
}

#[test]
fn the_dump_includes_the_agents_own_keys() {
    let desk = Desk::open();
    desk.write_setting("keymap.toml", "[normal]\nquit = [\"Q\"]\nredraw = []\n");
    let ran = Ran::of(&mut desk.bare(&["keys", "dump"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let dumped: toml::Table = ran.stdout.parse().unwrap();
    assert_eq!(dumped["normal"]["quit"][0].as_str(), Some("Q"));
    assert!(dumped["normal"].get("redraw").is_none());

    let record = Ran::of(&mut desk.bare(&["keys", "dump", "--json"])).record();
    assert_eq!(record["schema"], "smooch-console/keys/1");
    let bindings = record["bindings"].as_array().unwrap();
    let quits: Vec<_> = bindings
        .iter()
        .filter(|binding| binding["mode"] == "normal" && binding["action"] == "quit")
        .collect();
    assert_eq!(quits.len(), 1);
    assert_eq!(quits[0]["keys"], "Q");
    assert_eq!(quits[0]["does"], "close the overlay, else quit");
}

#[test]
fn a_key_that_the_agents_file_takes_is_noted_and_stops_nothing() {
    let desk = Desk::open();
    desk.write_setting("keymap.toml", "[normal]\nquit = [\"R\"]\n");
    let ran = Ran::of(&mut desk.bare(&["keys", "dump"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let note = "# “R” was for refresh: keymap.toml gives it to quit";
    assert!(
        ran.stdout.lines().any(|line| line == note),
        "{}",
        ran.stdout
    );
    let record = Ran::of(&mut desk.bare(&["keys", "dump", "--json"])).record();
    let taken = &record["taken"][0];
    assert_eq!(taken["mode"], "normal");
    assert_eq!(taken["keys"], "R");
    assert_eq!(taken["from"], "refresh");
    assert_eq!(taken["by"], "quit");
}

#[test]
fn a_broken_keymap_is_refused_with_file_line_and_suggestion() {
    let desk = Desk::open();
    for (text, line, word) in [
        ("[normal]\nqiut = [\"Q\"]", 2, "did you mean quit?"),
        (
            "[normal]\nhelp = [\"j\"]\nquit = [\"j\"]",
            3,
            "bound to both help and quit",
        ),
        ("[normal]\nquit = [\"ctlr-q\"]", 2, "did you mean ctrl-q?"),
    ] {
        let path = desk.write_setting("keymap.toml", text);
        let ran = Ran::of(&mut desk.bare(&["keys", "dump"]));
        assert_eq!(ran.code, 2);
        assert_eq!(ran.stdout, "");
        let place = format!("{}:{line}: ", path.display());
        assert!(ran.complaint().contains(&place), "{}", ran.stderr);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}

#[test]
fn the_keymap_is_found_beside_the_named_settings_file() {
    let desk = Desk::open();
    desk.write_setting("keymap.toml", "[normal]\nquit = [\"Q\"]\n");
    let elsewhere = desk.home().join("elsewhere.toml");
    std::fs::write(&elsewhere, "").unwrap();
    let ran = Ran::of(&mut desk.bare(&["keys", "dump", "--config", "elsewhere.toml"]));
    assert!(ran.stdout.contains("quit = [\"q\"]"), "{}", ran.stdout);
}
