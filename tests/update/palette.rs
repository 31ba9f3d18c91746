//! The palette, the card about what is known here, and pins.

use crate::given::{Desk, ask, person};
use smooch_console::console::action::Action;
use smooch_console::console::action::Mode;
use smooch_console::console::effect::{DirectoryEffect, Effect, TerminalEffect};
use smooch_console::console::geometry::Pane;
use smooch_console::console::keymap::Keymap;
use smooch_console::console::layout::palette::commands;
use smooch_console::console::msg::Msg;
use smooch_console::console::state::{NoticeTone, Overlay};
use smooch_console::domain::SmoochId;
use smooch_console::domain::{Coverage, Pin};

fn selected(desk: &Desk) -> usize {
    match &desk.state.overlay {
        Some(Overlay::Palette { selected, .. }) => *selected,
        other => panic!("no palette but {other:?}"),
    }
}

#[test]
fn what_is_typed_runs_the_best_command() {
    let mut desk = Desk::knowing(&[person("p1", "Mara")]);
    desk.keys("j:identity");
    assert!(
        desk.screen()
            .contains("▸ who is this: identity, access and trust")
    );
    assert_eq!(desk.keys("<enter>"), []);
    assert!(matches!(desk.state.overlay, Some(Overlay::Identity { .. })));
}

#[test]
fn every_command_of_the_palette_does_what_its_key_does() {
    let keymap = Keymap::built_in().unwrap();
    for (row, command) in commands(&keymap, "").iter().enumerate() {
        let Some(label) = keymap.label(Mode::Normal, command.action) else {
            continue;
        };
        let people = [person("p1", "Mara"), person("p2", "Noor")];
        let mut by_key = Desk::knowing(&people);
        let mut by_name = Desk::knowing(&people);
        let keys = label.replace("Ctrl-", "c-");
        let keys = match keys.strip_prefix("c-") {
            Some(key) => format!("<c-{key}>"),
            None if keys == "Tab" => "<tab>".to_owned(),
            None if keys == "Shift-Tab" => "<backtab>".to_owned(),
            None => keys,
        };
        let expected = by_key.keys(&keys);
        by_name.keys(&format!(":{}", "<down>".repeat(row)));
        assert_eq!(selected(&by_name), row);
        assert_eq!(by_name.keys("<enter>"), expected, "{label}");
        assert_eq!(by_name.screen(), by_key.screen(), "{label}");
    }
}

#[test]
fn the_cursor_of_the_palette_stays_within_its_rows() {
    let mut desk = Desk::sized(80, 24);
    let last = commands(&desk.state.keys.map, "").len() - 1;
    for (keys, row) in [
        (":<up>", 0),
        (":<down><down><up>", 1),
        (":<c-n><c-n><c-p>", 1),
        (":<pagedown><pagedown><pagedown>", last),
        (":<down><down>c", 0),
    ] {
        desk.keys(keys);
        assert_eq!(selected(&desk), row, "{keys}");
        assert!(desk.screen().contains('▸'), "{}", desk.screen());
        desk.keys("<esc>");
        assert!(desk.state.overlay.is_none());
    }
}

#[test]
fn a_name_that_no_command_has_is_said_and_enter_does_nothing() {
    let mut desk = Desk::new();
    desk.keys(":zzz");
    assert!(desk.screen().contains("No command has that name."));
    assert_eq!(desk.keys("<enter>"), []);
    assert!(desk.state.overlay.is_some());
    desk.keys("<c-u>");
    assert!(desk.screen().contains("▸ search users, from anywhere"));
}

#[test]
fn pasted_text_goes_into_the_palette_and_runs_nothing() {
    let mut desk = Desk::new();
    desk.keys(":");
    assert_eq!(desk.paste("quit\n"), []);
    assert!(desk.screen().contains("▸ close the overlay, else quit"));
    assert_eq!(
        desk.keys("<enter>"),
        [Effect::Terminal(TerminalEffect::Quit)]
    );
}

#[test]
fn what_is_known_is_counted_when_it_is_asked_for() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.keys(":known<enter>"),
        [Effect::Directory(DirectoryEffect::CountKnown)]
    );
    assert!(desk.screen().contains("counting …"));
    let coverage = Coverage {
        users: 1_248,
        identified: 600,
        never_confirmed: 1_000,
        ..Coverage::default()
    };
    desk.send(Msg::KnownCounted(Some(Box::new(coverage))));
    let screen = desk.screen();
    assert!(
        screen.contains("1,248: 600 identified, 648 anonymous"),
        "{screen}"
    );
    assert!(screen.contains("The API has no list of users"), "{screen}");
    desk.keys("<esc>");
    desk.send(Msg::KnownCounted(None));
    assert!(desk.state.overlay.is_none(), "an answer opens nothing");
    desk.keys(":known<enter>");
    desk.send(Msg::KnownCounted(None));
    assert!(desk.screen().contains("Nothing is kept on this machine"));
}

#[test]
fn a_pin_is_for_the_user_under_the_cursor_or_the_one_who_is_shown() {
    let toggle = |id: &str| {
        [Effect::Directory(DirectoryEffect::TogglePin(
            SmoochId::new(id),
        ))]
    };
    let mut desk = Desk::knowing(&[person("p1", "Mara"), person("p2", "Noor")]);
    desk.keys("j");
    assert_eq!(desk.keys("p"), toggle("p2"));
    desk.keys("k2");
    assert_eq!(desk.state.focus, Pane::Profile);
    assert_eq!(desk.keys("p"), toggle("p1"));
    let mut nobody = Desk::new();
    assert_eq!(nobody.keys("p"), []);
    assert_eq!(nobody.notice(), "no user is shown yet: nothing to pin");
}

#[test]
fn a_pinned_user_is_marked_at_once_and_comes_first_in_the_next_search() {
    let mut desk = Desk::knowing(&[person("p1", "Mara"), person("p2", "Noor")]);
    desk.known.pin(&SmoochId::new("p2"));
    assert_eq!(desk.send(Msg::PinToggled(Pin::Set)), [ask::search("")]);
    desk.hits();
    assert!(desk.notice().starts_with("pinned"));
    let is_above = |desk: &Desk| {
        let screen = desk.screen();
        let row = |name: &str| screen.lines().position(|line| line.contains(name)).unwrap();
        row("--* Noor") < row("--  Mara")
    };
    assert!(!is_above(&desk), "the list on the screen keeps its order");
    assert!(desk.screen().contains("* pinned"));
    desk.search("x");
    desk.keys("<esc><esc>");
    desk.hits();
    assert!(is_above(&desk), "{}", desk.screen());
}

#[test]
fn a_pin_is_shown_and_said_only_once_it_is_on_the_disk() {
    let mut desk = Desk::knowing(&[person("p1", "Mara"), person("p2", "Noor")]);
    desk.keys("jp");
    assert_eq!(desk.notice(), "changing the pin …");
    let screen = desk.screen();
    assert!(!screen.contains("--*"), "{screen}");
    let why = "the disk is full; make room on the disk, then try again";
    for (pin, words) in [(Pin::Set, "not pinned"), (Pin::Removed, "still pinned")] {
        let why = why.into();
        assert_eq!(desk.send(Msg::PinFailed { pin, why }), []);
        let notice = desk.notice();
        let expected = format!("{words}: the disk is full; make room on the disk");
        assert!(notice.starts_with(&expected), "{notice}");
        assert_eq!(desk.state.notice.as_ref().unwrap().tone, NoticeTone::Failed);
    }
}

#[test]
fn no_name_can_enter_the_place_of_the_pin() {
    let desk = Desk::knowing(&[person("p1", "* Mara")]);
    assert!(desk.screen().contains("-- * Mara"), "{}", desk.screen());
    assert!(!desk.screen().contains("pinned"));
    assert_eq!(Action::Pin.name(), "pin");
}
