//! The search box: how keys and pastes change its text, and when a search begins.

use crate::given::{Desk, ask, person};
use smooch_console::console::effect::Slot;
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::Msg;
use smooch_console::console::state::Typing;

#[test]
fn each_character_that_changes_the_text_searches_once() {
    let mut desk = Desk::new();
    for (keys, effects) in [
        ("/", vec![]),
        ("m", vec![ask::search("m")]),
        ("a", vec![ask::search("ma")]),
        ("<left>", vec![]),
        ("<home>", vec![]),
        ("<bs>", vec![]),
        ("<end>", vec![]),
        ("<del>", vec![]),
        ("<bs>", vec![ask::search("m")]),
        ("<space>", vec![ask::search("m ")]),
        ("<f1>", vec![]),
    ] {
        assert_eq!(desk.keys(keys), effects, "{keys}");
    }
}

#[test]
fn every_character_is_typed_even_those_that_are_keys_in_normal_mode() {
    let mut desk = Desk::new();
    desk.keys("/q?jkyiR12佐");
    assert_eq!(desk.state.users.text(), "q?jkyiR12佐");
    assert!(desk.state.overlay.is_none());
}

#[test]
fn readline_keys_edit_the_text() {
    for (keys, text, cursor) in [
        ("ab c", "abc", 3),
        ("mara<space>quinn<c-w>", "mara ", 5),
        ("mara<space>quinn<c-u>", "", 0),
        ("mara<space>quinn<c-a><c-k>", "", 0),
        ("mara<left><left><c-k>", "ma", 2),
        ("mara<c-a>x", "xmara", 1),
        ("mara<c-a><c-e>x", "marax", 5),
        ("mara<c-a><c-d>", "ara", 0),
        ("mara<left>x", "marxa", 4),
        ("mara<left><right>x", "marax", 5),
        ("mara<c-b><c-b><c-f>x", "marxa", 4),
        ("mara<space>q<a-b>x", "mara xq", 6),
        ("mara<c-h>", "mar", 3),
        ("mara<space>quinn<c-w><c-y><c-y>", "mara quinnquinn", 15),
    ] {
        let mut desk = Desk::new();
        desk.keys("/");
        desk.keys(keys);
        let users = &desk.state.users;
        assert_eq!(
            (users.text(), users.input.cursor()),
            (text, cursor),
            "{keys}"
        );
    }
}

#[test]
fn the_old_text_is_selected_and_the_next_character_replaces_it() {
    for (key, text) in [
        ("x", "x"),
        ("<bs>", ""),
        ("<del>", ""),
        ("<left>", "mara"),
        ("<end>", "mara"),
        ("<c-u>", ""),
    ] {
        let mut desk = Desk::new();
        desk.keys("/mara<esc>/");
        assert!(desk.state.users.input.is_selected());
        desk.keys(key);
        assert_eq!(desk.state.users.text(), text, "{key}");
        assert!(desk.state.users.is_typing(), "{key}");
        assert!(!desk.state.users.input.is_selected(), "{key}");
    }
}

#[test]
fn after_moving_in_the_selected_text_characters_are_added() {
    let mut desk = Desk::new();
    desk.keys("/mara<esc>/<left>x");
    assert_eq!(desk.state.users.text(), "marxa");
}

#[test]
fn moving_through_the_hits_leaves_the_old_text_selected() {
    let mut desk = Desk::knowing(&[person("a", "Mara One"), person("b", "Mara Two")]);
    desk.keys("/mara<esc>");
    desk.hits();
    desk.keys("/<down>");
    assert!(desk.state.users.input.is_selected());
    assert_eq!(desk.state.users.text(), "mara");
}

#[test]
fn both_search_keys_open_the_box_from_every_pane() {
    for pane in ["1", "2", "3"] {
        for key in ["/", "s"] {
            let mut desk = Desk::new();
            desk.keys(pane);
            assert_eq!(desk.keys(key), []);
            assert_eq!(desk.state.focus, Pane::Users);
            assert_eq!(desk.state.users.typing, Typing::On);
        }
    }
}

#[test]
fn tab_and_esc_leave_the_box_and_keep_the_text() {
    for (key, focus) in [
        ("<esc>", Pane::Users),
        ("<tab>", Pane::Profile),
        ("<backtab>", Pane::Messages),
    ] {
        let mut desk = Desk::new();
        desk.keys("/mara");
        assert_eq!(desk.keys(key), []);
        assert_eq!(desk.state.focus, focus, "{key}");
        assert_eq!(desk.state.users.typing, Typing::Off);
        assert_eq!(desk.state.users.text(), "mara");
    }
}

#[test]
fn a_paste_in_normal_mode_opens_the_search_and_fires_no_keys() {
    for pane in ["1", "2", "3"] {
        let mut desk = Desk::new();
        desk.keys(pane);
        assert_eq!(desk.paste("qyyR"), [ask::search("qyyR")]);
        assert_eq!(desk.state.focus, Pane::Users);
        assert_eq!(desk.state.users.typing, Typing::On);
    }
}

#[test]
fn a_paste_drops_the_beginning_of_a_longer_binding() {
    let mut desk = Desk::new();
    desk.keys("y");
    desk.paste("x");
    assert!(desk.state.keys.pressed.is_empty());
    desk.keys("i");
    assert_eq!(desk.state.users.text(), "xi");
}

#[test]
fn a_paste_of_several_lines_becomes_one() {
    for (pasted, text) in [
        ("64be90d2a7f31c0058e6d914\n", "64be90d2a7f31c0058e6d914"),
        ("  mara \t", "mara"),
        ("one\ntwo", "one two"),
        ("one\r\ntwo\rthree", "one two three"),
        ("\n\none\n\n\ntwo\n", "one two"),
    ] {
        let mut desk = Desk::new();
        assert_eq!(desk.paste(pasted), [ask::search(text)], "{pasted:?}");
        assert_eq!(desk.state.users.input.cursor(), text.chars().count());
    }
}

#[test]
fn a_paste_goes_where_the_cursor_is() {
    let mut desk = Desk::new();
    desk.keys("/maquinn<left><left><left><left><left>");
    assert_eq!(desk.paste("ra佐"), [ask::search("mara佐quinn")]);
    desk.keys("x");
    assert_eq!(desk.state.users.text(), "mara佐xquinn");
}

#[test]
fn a_paste_replaces_the_old_text() {
    let mut desk = Desk::new();
    desk.keys("/mara<esc>");
    assert_eq!(desk.paste("noor"), [ask::search("noor")]);
}

#[test]
fn a_paste_of_nothing_leaves_the_old_text() {
    for nothing in ["", "  ", "\r\n"] {
        let mut desk = Desk::new();
        desk.keys("/mara<esc>");
        assert_eq!(desk.paste(nothing), [], "{nothing:?}");
        assert_eq!(desk.state.users.text(), "mara");
    }
}

#[test]
fn late_hits_are_dropped() {
    let mut desk = Desk::knowing(&[person("a", "Mara"), person("b", "Noor")]);
    desk.keys("/m");
    let late = desk.number(Slot::Search).unwrap();
    desk.keys("<bs>n");
    let results = desk.results("m");
    let ticket = late;
    assert_eq!(desk.send(Msg::SearchDone { ticket, results }), []);
    assert_eq!(desk.state.users.results.text, "");
    desk.hits();
    assert_eq!(desk.state.users.results.text, "n");
    assert_eq!(desk.selected(), Some("b"));
}

#[test]
fn unrequested_hits_are_dropped() {
    let mut desk = Desk::knowing(&[person("a", "Mara")]);
    let ticket = *desk.numbers.last().unwrap();
    let results = desk.results("nobody");
    assert_eq!(desk.send(Msg::SearchDone { ticket, results }), []);
    assert_eq!(desk.selected(), Some("a"));
}

#[test]
fn a_changed_directory_is_searched_for_the_same_text() {
    let mut desk = Desk::new();
    desk.search("mara");
    assert_eq!(desk.send(Msg::DirectoryChanged), [ask::search("mara")]);
}

#[test]
fn a_text_that_folds_to_nothing_finds_the_user_it_names_exactly() {
    let accent = "\u{301}";
    let users = [
        person("a", "Mara"),
        crate::given::client_of("b", "Noor", accent),
    ];
    let mut desk = Desk::knowing(&users);
    desk.search(accent);
    let hits = &desk.state.users.results.hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(desk.selected(), Some("b"));
}

#[test]
fn no_number_is_used_twice() {
    let mut desk = Desk::knowing(&[person("a", "Mara"), person("b", "Noor")]);
    desk.keys("jk/mar<enter>");
    desk.hits();
    desk.found(&person("a", "Mara"));
    desk.newest(crate::given::talk(0..3), true);
    desk.keys("RH");
    let mut numbers = desk.numbers.clone();
    assert!(numbers.len() > 10, "{numbers:?}");
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), desk.numbers.len());
}
