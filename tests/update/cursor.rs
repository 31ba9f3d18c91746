//! The cursor among the hits: which user it is on, and what its rest loads.

use crate::given::{Desk, ask, nobody, noon, not_found, person};
use smooch_console::console::effect::{Effect, Slot};
use smooch_console::console::msg::{Msg, Timer};
use smooch_console::console::state::profile::Visit;
use smooch_console::domain::User;

fn people(names: &[&str]) -> Vec<User> {
    let numbered = (1..).zip(names);
    numbered
        .map(|(n, name)| person(&format!("p{n}"), name))
        .collect()
}

#[test]
fn the_cursor_moves_by_rows_and_pages_and_stops_at_both_ends() {
    let crowd: Vec<User> = (0..100).map(|n| nobody(&format!("p{n}"))).collect();
    // 120x30 leaves 23 rows for hits.
    for (keys, selected) in [
        ("j", "p1"),
        ("jjk", "p1"),
        ("k", "p0"),
        ("<down><down>", "p2"),
        ("G", "p99"),
        ("Gj", "p99"),
        ("G<home>", "p0"),
        ("Ggg", "p0"),
        ("<c-d>", "p11"),
        ("<c-d><c-d><c-u>", "p11"),
        ("<pagedown>", "p23"),
        ("<pagedown><pagedown><pageup>", "p23"),
        ("/<c-n><c-n><c-p>", "p1"),
        ("/<pagedown><up>", "p22"),
    ] {
        let mut desk = Desk::knowing(&crowd);
        desk.keys(keys);
        assert_eq!(desk.selected(), Some(selected), "{keys}");
        let users = &desk.state.users;
        let row = users.selected_row().unwrap();
        assert!((users.offset..users.offset + 23).contains(&row), "{keys}");
    }
}

#[test]
fn before_the_agent_moves_the_cursor_is_on_the_best_row() {
    let mut desk = Desk::knowing(&people(&["Noor", "Amara"]));
    desk.search("mar");
    assert_eq!(desk.selected(), Some("p2"));
    desk.known.learn(person("p3", "Mara"), noon());
    desk.directory_changes();
    assert_eq!(desk.selected(), Some("p3"), "a prefix is better");
}

#[test]
fn after_a_move_the_cursor_stays_on_the_same_user() {
    let mut desk = Desk::knowing(&people(&["Amara", "Tamara"]));
    desk.search("mar");
    desk.keys("<down>");
    assert_eq!(desk.selected(), Some("p2"));
    desk.known.learn(person("p3", "Mara"), noon());
    assert_eq!(desk.directory_changes(), [ask::search("mar")]);
    assert_eq!(desk.selected(), Some("p2"));
    assert_eq!(desk.state.users.selected_row(), Some(2));
}

#[test]
fn new_text_lets_the_cursor_follow_the_best_row_again() {
    let mut desk = Desk::knowing(&people(&["Amara", "Tamara"]));
    desk.search("mar");
    desk.keys("<down>");
    desk.keys("<bs>");
    desk.hits();
    assert_eq!(desk.selected(), Some("p1"));
}

#[test]
fn the_cursor_goes_to_the_best_row_when_its_user_is_no_hit_any_more() {
    let mut desk = Desk::knowing(&people(&["Mara", "Marat"]));
    desk.search("mar");
    desk.keys("<down>");
    desk.known.learn(person("p2", "Noor"), noon());
    desk.directory_changes();
    assert_eq!(desk.selected(), Some("p1"));
}

#[test]
fn who_is_looked_at_stays_when_the_hits_change() {
    // Other panes and overlays are about the user under the cursor: they must not turn to
    // somebody else by themselves.
    for keys in ["2", "3", "i", "v"] {
        let mut desk = Desk::knowing(&people(&["Amara", "Noor"]));
        desk.search("mar");
        desk.keys("<esc>");
        desk.keys(keys);
        desk.known.learn(person("p3", "Mara"), noon());
        assert_eq!(desk.directory_changes(), [ask::search("mar")], "{keys}");
        assert_eq!(desk.shown(), Some("p1"), "{keys}");
    }
}

#[test]
fn who_is_opened_stays_when_they_are_no_hit_any_more() {
    for keys in ["", "1"] {
        let mut desk = Desk::knowing(&people(&["Mara", "Marat"]));
        desk.search("mara");
        desk.keys("<enter>");
        desk.keys(keys);
        desk.found(&person("p1", "Renamed"));
        assert_eq!(desk.directory_changes(), [ask::search("mara")]);
        assert_eq!(desk.shown(), Some("p1"), "{keys}");
        assert_eq!(desk.state.messages.user().unwrap().expose(), "p1");
    }
}

#[test]
fn who_was_opened_from_the_profile_pane_stays() {
    let mut desk = Desk::knowing(&people(&["Amara", "Noor"]));
    desk.search("mar");
    desk.keys("<tab><enter>1");
    desk.known.learn(person("p3", "Mara"), noon());
    desk.directory_changes();
    assert_eq!(desk.shown(), Some("p1"));
}

#[test]
fn coming_to_a_row_shows_the_copy_and_asks_for_nothing_yet() {
    let mut desk = Desk::knowing(&people(&["Mara", "Noor"]));
    assert_eq!(desk.keys("j"), [ask::cancel(Slot::Profile), ask::rest()]);
    assert_eq!(desk.shown(), Some("p2"));
    let subject = desk.state.profile.subject.as_ref().unwrap();
    assert_eq!(subject.visit, Visit::Glance);
}

#[test]
fn after_its_rest_a_row_loads_the_profile_and_never_the_messages() {
    let mut desk = Desk::knowing(&people(&["Mara", "Noor"]));
    desk.keys("j");
    assert_eq!(desk.rests(), [ask::user("p2"), ask::spinner(200)]);
    assert_eq!(desk.found(&person("p2", "Noor H.")), []);
    assert_eq!(desk.state.messages.conversation, None);
    assert_eq!(desk.state.profile.shown().unwrap().matched_by, None);
    assert_eq!(
        desk.state.history,
        smooch_console::console::state::History::default()
    );
}

#[test]
fn an_old_rest_is_ignored() {
    let mut desk = Desk::knowing(&people(&["Mara", "Noor", "Ona"]));
    desk.keys("j");
    let old = desk.rest_number();
    desk.keys("j");
    assert_eq!(desk.send(Msg::TimerFired(Timer::Rest(old))), []);
    assert_eq!(desk.rests(), [ask::user("p3"), ask::spinner(200)]);
    let spent = desk.rest_number();
    assert_eq!(desk.send(Msg::TimerFired(Timer::Rest(spent))), []);
}

#[test]
fn a_fresh_copy_is_not_fetched_because_the_cursor_rests_on_it() {
    for (age, effects) in [
        (59_000, vec![]),
        (60_000, vec![ask::user("p2"), ask::spinner(200)]),
    ] {
        let mut desk = Desk::knowing(&people(&["Mara"]));
        desk.known.learn(person("p2", "Noor"), desk.now);
        desk.directory_changes();
        desk.wait(age - 120).keys("j");
        assert_eq!(desk.rests(), effects, "{age} ms old");
    }
}

#[test]
fn a_user_known_by_id_alone_is_fetched() {
    let mut desk = Desk::knowing(&people(&["Mara"]));
    let id = smooch_console::domain::SmoochId::new("bare");
    desk.known.import_ids([id]);
    desk.directory_changes();
    desk.keys("j");
    assert_eq!(desk.shown(), None);
    assert_eq!(desk.rests(), [ask::user("bare"), ask::spinner(200)]);
}

#[test]
fn moving_on_cancels_what_the_rest_asked_for() {
    let mut desk = Desk::knowing(&people(&["Mara", "Noor"]));
    desk.rests();
    let late = desk.number(Slot::Profile).unwrap();
    assert_eq!(desk.keys("j"), [ask::cancel(Slot::Profile), ask::rest()]);
    let result = Box::new(Err(not_found("p1")));
    let ticket = late;
    assert_eq!(desk.send(Msg::UserLoaded { ticket, result }), []);
    assert_eq!(desk.shown(), Some("p2"));
    assert_eq!(desk.state.profile.remote.problem(), None);
}

#[test]
fn the_look_up_row_shows_no_user() {
    let mut desk = Desk::knowing(&people(&["Mara"]));
    desk.search("mar");
    assert_eq!(desk.keys("<down>"), [ask::cancel(Slot::Profile)]);
    assert_eq!(desk.selected(), Some("(look up)"));
    assert_eq!(desk.state.profile.subject, None);
    assert_eq!(desk.keys("<up>"), [ask::cancel(Slot::Profile), ask::rest()]);
}

#[test]
fn without_rows_moving_does_nothing() {
    let mut desk = Desk::new();
    for key in ["j", "k", "G", "gg", "<c-d>", "<pageup>"] {
        assert_eq!(desk.keys(key), [], "{key}");
        assert_eq!(desk.selected(), None);
    }
}

#[test]
fn the_cursors_row_stays_on_the_screen_when_the_screen_shrinks_and_grows() {
    let crowd: Vec<User> = (0..100).map(|n| nobody(&format!("p{n}"))).collect();
    let mut desk = Desk::knowing(&crowd);
    desk.keys("<pagedown><pagedown>");
    for (width, height) in [(80, 24), (40, 10), (0, 0), (1, 1), (200, 60), (120, 30)] {
        desk.resize(width, height);
        let users = &desk.state.users;
        assert_eq!(desk.selected(), Some("p46"));
        let page = usize::from(desk.state.screen().hits().height).max(1);
        assert!((users.offset..users.offset + page).contains(&46));
    }
}

#[test]
fn more_hits_are_asked_for_before_the_cursor_is_at_the_last() {
    let crowd: Vec<User> = (0..1_000).map(|n| nobody(&format!("p{n:04}"))).collect();
    let mut desk = Desk::knowing(&crowd);
    assert_eq!(desk.state.users.results.hits.len(), 100);
    assert!(desk.keys(&"j".repeat(53)).iter().all(|it| !is_search(it)));
    assert!(desk.keys("j").iter().any(is_search));
    let hits = desk.hits();
    assert!(!hits.iter().any(is_search), "one step at a time");
    assert_eq!(desk.state.users.results.hits.len(), 400);
    assert_eq!(desk.selected(), Some("p0054"));
    // At the end of what is there more is asked for, until everybody is.
    for there in [1_000, 1_000] {
        if desk.keys("G").iter().any(is_search) {
            desk.hits();
        }
        assert_eq!(desk.state.users.results.hits.len(), there);
    }
    assert_eq!(desk.selected(), Some("p0999"));
    // Another text begins anew.
    assert_eq!(desk.keys("/p")[..], [ask::search("p")]);
}

fn is_search(effect: &Effect) -> bool {
    matches!(effect, Effect::Search { .. })
}

#[test]
fn the_cursors_row_is_seen_beside_the_explanation_of_the_text() {
    let crowd: Vec<User> = (0..60)
        .map(|n| person(&format!("p{n}"), &format!("Anna {n}")))
        .collect();
    for (width, height) in [(80, 24), (120, 30), (200, 50), (60, 16), (40, 10)] {
        let mut desk = Desk::sized(width, height).and_knows(&crowd);
        desk.search("a seen:x is:y");
        for presses in 0..70 {
            let screen = desk.screen();
            assert!(screen.contains('▸'), "after {presses}\n{screen}");
            let told = screen.contains("is: wants anonymous,");
            let counted = screen.contains("… and 1 more");
            assert!(told || counted || height < 16, "{screen}");
            desk.keys("<down>");
        }
        desk.keys("<pageup>");
        assert!(desk.screen().contains('▸'));
    }
}

#[test]
fn a_page_is_as_many_rows_as_the_explanation_leaves() {
    let crowd: Vec<User> = (0..60)
        .map(|n| person(&format!("p{n}"), &format!("Anna {n}")))
        .collect();
    let mut desk = Desk::sized(80, 24).and_knows(&crowd);
    desk.search("anna");
    desk.keys("<pagedown>");
    let all = desk.state.users.selected_row().unwrap();
    desk.search("anna is:y");
    desk.keys("<pagedown>");
    // “is: wants anonymous, identified, named or unnamed, not “y”” takes one line here.
    assert_eq!(desk.state.users.selected_row(), Some(all - 1));
    desk.search("anna is:y is:z");
    desk.keys("<pagedown>");
    assert_eq!(desk.state.users.selected_row(), Some(all - 2));
}
