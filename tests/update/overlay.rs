//! Cards over the panes: what opens them, how far they scroll, what closes them.

use crate::given::{Desk, nobody, person, talk};
use smooch_console::console::geometry::Pane;
use smooch_console::console::state::Overlay;
use smooch_console::domain::{Properties, RawJson, Scalar, User};
use smooch_console::text::SafeText;

fn mara() -> User {
    person("id-mara", "Mara")
}

fn scroll(desk: &Desk) -> usize {
    desk.state.overlay.as_ref().expect("no card").scroll()
}

/// A user with JSON of many rows.
fn long() -> User {
    let mut user = mara();
    let members: Vec<String> = (0..200).map(|n| format!("\"k{n}\":{n}")).collect();
    user.json = RawJson::new(format!("{{{}}}", members.join(",")));
    user
}

#[test]
fn cards_without_a_user_say_so() {
    for (key, words) in [("i", "no user is shown yet"), ("v", "nothing is shown yet")] {
        for pane in ["1", "2", "3"] {
            let mut desk = Desk::new();
            desk.keys(pane);
            assert_eq!(desk.keys(key), []);
            assert!(desk.state.overlay.is_none(), "{key}");
            assert_eq!(desk.notice(), words);
        }
    }
}

#[test]
fn each_key_opens_its_card() {
    for (key, title) in [
        ("i", "Who is this?"),
        ("v", "User, raw JSON"),
        ("?", "Keys"),
        ("<f1>", "Keys"),
        ("/<f1>", "Keys"),
    ] {
        let mut desk = Desk::knowing(&[mara()]);
        assert_eq!(desk.keys(key), []);
        assert!(desk.screen().contains(title), "{key}: {}", desk.screen());
    }
}

#[test]
fn raw_json_is_the_users_or_that_of_the_message_under_the_cursor() {
    for (keys, title) in [
        ("1v", "User, raw JSON"),
        ("2v", "User, raw JSON"),
        ("3v", "Message, raw JSON"),
        ("3<enter>", "Message, raw JSON"),
    ] {
        let mut desk = Desk::reading(&mara(), talk(0..3));
        desk.keys(keys);
        let Some(Overlay::Raw { title: shown, .. }) = &desk.state.overlay else {
            panic!("{keys} opened {:?}", desk.state.overlay);
        };
        assert_eq!(*shown, title, "{keys}");
    }
}

#[test]
fn raw_json_is_that_of_the_selected_message() {
    let mut messages = talk(0..3);
    messages[1].json = RawJson::new(r#"{"mine":"\u001b[31m"}"#);
    let mut desk = Desk::reading(&mara(), messages);
    desk.keys("kv");
    let Some(Overlay::Raw { parts, .. }) = &desk.state.overlay else {
        panic!("no raw JSON");
    };
    let lines = parts.iter().flat_map(|part| &part.lines);
    let lines: Vec<&str> = lines.map(SafeText::as_str).collect();
    assert_eq!(lines, ["{", "  \"mine\": \"\\u001b[31m\"", "}"]);
}

#[test]
fn cards_scroll_and_stop_at_both_ends() {
    for card in ["v", "?"] {
        let mut desk = Desk::knowing(&[long()]);
        desk.keys(card);
        desk.keys("G");
        let last = scroll(&desk);
        assert!(last > 3, "{card}");
        for (keys, expected) in [
            ("j", last),
            ("<pagedown>", last),
            ("k", last - 1),
            ("gg", 0),
            ("k", 0),
            ("<pageup>", 0),
            ("jj", 2),
            ("<c-p>", 1),
            ("<c-n><up>", 1),
            ("<end>", last),
            ("<home>", 0),
        ] {
            assert_eq!(desk.keys(keys), []);
            assert_eq!(scroll(&desk), expected, "{card} {keys}");
        }
    }
}

#[test]
fn the_last_row_of_every_card_can_be_reached() {
    let mut user = mara();
    user.json = RawJson::new(format!(r#"{{"long":"{}","last":1}}"#, "word ".repeat(400)));
    for (width, height) in [(120, 30), (80, 24), (60, 16), (40, 10), (200, 50)] {
        for (card, last) in [
            ("i", "tells the user nothing."),
            ("v", "}"),
            ("?", "close the overlay, else quit"),
        ] {
            let mut desk = Desk::sized(width, height).and_knows(std::slice::from_ref(&user));
            desk.keys(card);
            desk.keys("G");
            let screen = desk.screen();
            let words = last.split(' ').next_back().unwrap();
            let found = screen.contains(last) || (width <= 80 && screen.contains(words));
            // The help does not wrap: on a narrow screen its words end at the edge.
            assert!(found || (card == "?" && width < 80), "{card}: {screen}");
        }
    }
}

#[test]
fn no_character_of_the_raw_json_is_cut_off() {
    let digits = "0123456789".repeat(62);
    let mut user = mara();
    user.json = RawJson::new(format!("\"{digits}\""));
    for (width, height) in [(120, 30), (80, 24), (50, 24)] {
        let mut desk = Desk::sized(width, height).and_knows(std::slice::from_ref(&user));
        desk.keys("v");
        let screen = desk.screen();
        let runs = screen.split(|c: char| !c.is_ascii_digit());
        let shown: String = runs.filter(|run| run.len() > 4).collect();
        assert!(shown.contains(&digits), "{screen}");
    }
}

#[test]
fn a_resize_keeps_a_card_within_its_rows() {
    let mut desk = Desk::knowing(&[long()]);
    desk.keys("vG");
    for (width, height) in [(200, 60), (120, 150), (0, 0), (80, 24)] {
        desk.resize(width, height);
        assert!(scroll(&desk) < 210);
    }
    desk.resize(120, 250);
    assert_eq!(scroll(&desk), 0, "all of it fits");
}

#[test]
fn the_help_is_filtered_by_word_and_by_key() {
    for (filter, there, gone) in [
        ("curl", "copy a curl line", "move down"),
        ("CURL", "copy a curl line", "move down"),
        ("R", "fetch again", "move down"),
        ("zzz", "No key and no words contain “zzz”.", "move down"),
    ] {
        let mut desk = Desk::sized(120, 100);
        desk.keys("?/");
        assert_eq!(desk.keys(filter), []);
        let screen = desk.screen();
        assert!(screen.contains(there), "{filter}: {screen}");
        assert!(!screen.contains(gone), "{filter}: {screen}");
    }
}

#[test]
fn the_filter_is_kept_by_enter_and_dropped_by_esc() {
    for (key, there) in [("<enter>", false), ("<esc>", true)] {
        let mut desk = Desk::sized(120, 100);
        desk.keys("?/curl");
        desk.keys(key);
        assert!(!desk.state.overlay.as_ref().unwrap().is_typing());
        assert_eq!(desk.screen().contains("move down"), there, "{key}");
        desk.keys("<esc>");
        assert!(desk.state.overlay.is_none());
    }
}

#[test]
fn the_filter_takes_every_character_and_readline_keys_and_pastes() {
    let mut desk = Desk::new();
    desk.keys("?/qjy?<c-u>cu");
    desk.paste("rl\n");
    desk.keys("x<bs>");
    let Some(Overlay::Help { filter, .. }) = &desk.state.overlay else {
        panic!("no help");
    };
    assert_eq!(filter.text(), "curl");
    assert_eq!(desk.state.users.text(), "");
}

#[test]
fn a_changed_filter_starts_at_the_top() {
    let mut desk = Desk::sized(120, 20);
    desk.keys("?G/m");
    assert_eq!(scroll(&desk), 0);
}

#[test]
fn only_the_help_has_a_filter() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("i/");
    assert!(!desk.state.overlay.as_ref().unwrap().is_typing());
    assert_eq!(desk.state.users.text(), "");
}

#[test]
fn a_paste_over_a_card_goes_nowhere() {
    for card in ["i", "v", "?"] {
        let mut desk = Desk::knowing(&[mara()]);
        desk.keys(card);
        assert_eq!(desk.paste("q"), []);
        assert_eq!(desk.state.users.text(), "");
        assert!(desk.state.overlay.is_some());
    }
}

#[test]
fn keys_of_the_panes_do_nothing_under_a_card() {
    let mut desk = Desk::reading(&mara(), talk(0..3));
    desk.keys("i");
    for key in ["1", "2", "R", "s", "H", "L", "v", "<tab>", "<enter>"] {
        assert_eq!(desk.keys(key), [], "{key}");
        assert_eq!(desk.state.focus, Pane::Messages);
        assert!(matches!(desk.state.overlay, Some(Overlay::Identity { .. })));
    }
}

#[test]
fn the_identity_card_shows_no_more_rows_than_there_are_when_the_user_changes() {
    let mut long = mara();
    long.degraded = (0..30).map(|n| format!("part {n}").into()).collect();
    long.properties = Properties(vec![("k".into(), Scalar::Null)]);
    let mut desk = Desk::knowing(&[long]);
    desk.keys("RiG");
    let far = scroll(&desk);
    desk.found(&mara());
    assert!(scroll(&desk) + 30 <= far);
}

#[test]
fn a_wide_letter_that_a_card_cuts_in_half_is_not_drawn() {
    let crowd =
        (0..20).map(|n| person(&format!("p{n}"), &format!("{}佐佐佐佐", "x".repeat(n % 2))));
    let mut desk = Desk::knowing(&crowd.collect::<Vec<_>>());
    desk.keys("?");
    crate::hostile::check_cells(&desk.drawn());
}

/// The raw JSON of a user with many members, and the console that shows it.
fn raw_of_many() -> Desk {
    let mut user = nobody("id-noor");
    let members: Vec<String> = (0..60)
        .map(|n| format!(r#""key{n}":"Crème {n}""#))
        .collect();
    user.json = RawJson::new(format!(r#"{{"_id":"id-noor",{}}}"#, members.join(",")));
    let mut desk = Desk::knowing(&[user]);
    desk.keys("v");
    desk
}

#[test]
fn a_text_is_found_in_raw_json_and_n_goes_on() {
    let mut desk = raw_of_many();
    desk.keys("/KEY5");
    assert!(desk.screen().contains(r#""key5": "Crème 5""#));
    assert!(desk.screen().contains("1 of 11"), "{}", desk.screen());
    desk.keys("<enter>n");
    assert!(desk.screen().contains(r#""key50": "Crème 50""#));
    assert!(desk.screen().contains("2 of 11"));
    desk.keys("NN");
    assert!(desk.screen().contains(r#""key59": "Crème 59""#));
    assert!(desk.screen().contains("11 of 11"));
    desk.keys("n");
    assert!(desk.screen().contains("1 of 11"));
    assert!(desk.screen().contains(r#""key5": "Crème 5""#));
}

#[test]
fn what_raw_json_does_not_hold_is_said() {
    let mut desk = raw_of_many();
    desk.keys("n");
    assert_eq!(desk.notice(), "nothing was found to go through");
    desk.keys("/zzz");
    assert!(desk.screen().contains("not found"));
    desk.keys("<enter>");
    assert_eq!(desk.notice(), "“zzz” is not in this JSON");
}

#[test]
fn esc_drops_the_search_and_goes_back_to_where_it_began() {
    let mut desk = raw_of_many();
    desk.keys("/key59");
    assert!(desk.screen().contains(r#""key59""#));
    desk.keys("<esc>");
    assert!(!desk.screen().contains(r#""key59""#));
    assert!(desk.screen().contains(r#""key0""#));
    desk.keys("<esc>");
    assert!(desk.state.overlay.is_none());
}

#[test]
fn cards_that_cannot_be_searched_say_so() {
    let mut desk = Desk::knowing(&[nobody("id-noor")]);
    desk.keys("i/");
    assert_eq!(desk.notice(), "only raw JSON and the help can be searched");
    desk.keys("n");
    assert_eq!(desk.notice(), "only raw JSON has matches to go through");
    desk.keys("x");
    assert_eq!(desk.notice(), "no such key here; Esc goes back");
}
