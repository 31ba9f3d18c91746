//! The footer: which keys it names, in every mode and overlay, from the keymap that dispatches.

use smooch_console::console::keymap::Keymap;
use smooch_console::console::layout::footer::{Hint, lines};

use crate::given::*;

/// The footer of a wide screen after some keys, with the agent's own keys.
fn footer(changes: &str, keys: &str) -> String {
    let mut desk = Desk::knowing(&[person("a", "Mara")]);
    desk.state.keys.map = Keymap::with_changes(changes).unwrap();
    desk.keys(keys);
    let shown = lines(&desk.state, 400).concat().into_iter();
    let shown: Vec<String> = shown
        .map(|Hint { keys, words }| format!("{} {}", keys.as_str(), words.as_str()))
        .collect();
    shown.join(", ")
}

#[test]
fn each_mode_and_overlay_names_the_keys_that_work_there() {
    for (keys, words) in [
        ("", "/ search, ↵ open, Tab pane, y copy"),
        ("2", "/ search, j down, k up, Tab pane, y copy"),
        (
            "y",
            "y copies, i _id, u userId, n name, e e-mail, p phone, m message, l link, h channel id",
        ),
        (
            "/",
            "↵ open, ↓ next hit, Ctrl-o look up as an id, F1 help, Esc leave the box",
        ),
        (":", "↵ do it, ↑ ↓ choose, Esc close"),
        ("?", "j down, k up, PgDn page, g g top, Esc close"),
        ("?/", "↵ keep the filter, Esc drop it"),
        ("D", "j down, k up, PgDn page, g g top, Esc close"),
    ] {
        let shown = footer("", keys);
        assert!(shown.starts_with(words), "{keys}: {shown}");
    }
}

#[test]
fn the_agents_own_keys_are_named_everywhere() {
    for (changes, keys, words) in [
        ("[normal]\nsearch = [\"f\"]", "", "f search"),
        ("[typing]\ngo_in = [\"f9\"]", "/", "F9 open"),
        ("[overlay]\nback = [\"x\"]", "?", "x close"),
        ("[filter]\ngo_in = [\"f9\"]", ":", "F9 do it"),
        ("[filter]\nback = [\"ctrl-g\"]", "?/", "Ctrl-g drop it"),
        ("[overlay]\ndown = [\"f2\"]", ":", "↑ F2 choose"),
    ] {
        let shown = footer(changes, keys);
        assert!(shown.contains(words), "{changes}: {shown}");
    }
}

#[test]
fn a_key_that_the_text_box_takes_is_not_named() {
    let shown = footer("[overlay]\nup = [\"k\"]\ndown = [\"j\", \"f2\"]", ":");
    assert!(shown.contains("F2 choose"), "{shown}");
    assert!(!shown.contains('k'), "{shown}");
}

#[test]
fn what_is_named_is_what_the_keys_do() {
    let mut desk = Desk::new();
    desk.state.keys.map =
        Keymap::with_changes("[filter]\ngo_in = [\"f1\"]\nback = [\"tab\"]\n").unwrap();
    desk.keys("?/xyz<tab>");
    let screen = desk.screen();
    assert!(!screen.contains("xyz"), "the filter is dropped: {screen}");
    desk.keys("<esc>:identity<f1>");
    let screen = desk.screen();
    assert!(screen.contains("no user is shown yet"), "{screen}");
}

#[test]
fn every_choice_to_copy_is_shown_on_small_screens_too() {
    for (width, height) in [(200, 50), (120, 30), (80, 24), (60, 16), (40, 10)] {
        let mut desk = Desk::sized(width, height).and_knows(&[person("a", "Mara")]);
        desk.keys("y");
        let screen = desk.screen();
        for words in [
            "i _id",
            "u userId",
            "n name",
            "e e-mail",
            "p phone",
            "m message",
            "l link",
            "h channel id",
            "t transcript",
            "c curl line",
        ] {
            assert!(
                screen.contains(words),
                "{width}x{height}: {words}: {screen}"
            );
        }
    }
}

#[test]
fn a_notice_is_seen_on_the_smallest_screens_too() {
    for (width, height) in [(80, 24), (59, 15), (40, 10)] {
        let mut desk = Desk::sized(width, height).and_knows(&[person("a", "Mara")]);
        desk.keys("Z");
        let screen = desk.screen();
        assert!(screen.contains("no such key here; ? helps"), "{screen}");
        desk.keys("j");
        assert!(!desk.screen().contains("no such key"));
        assert!(desk.screen().contains("? help"));
    }
}
