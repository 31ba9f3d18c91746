//! Fetching again: what is known stays until something newer is there, and so does the place.

use crate::given::{Desk, ask, cursor_before, ids, page, person, talk};
use smooch_console::console::effect::Slot;
use smooch_console::console::state::{Older, Remote};
use smooch_console::domain::{Problem, Refused, User};

fn mara() -> User {
    person("id-mara", "Mara")
}

fn reading() -> Desk {
    let mut desk = Desk::reading(&mara(), talk(0..100));
    desk.keys("R");
    desk
}

#[test]
fn a_refresh_fetches_what_the_panes_show() {
    let both = vec![ask::user("id-mara"), ask::newest("id-mara")];
    let mut opened = Desk::reading(&mara(), talk(0..3));
    for pane in ["1", "2", "3"] {
        opened.keys(pane);
        assert_eq!(opened.keys("R"), both, "{pane}");
        opened.found(&mara());
        opened.newest(talk(0..3), false);
    }
    let mut glanced_at = Desk::knowing(&[mara()]);
    assert_eq!(
        glanced_at.keys("R"),
        [ask::user("id-mara"), ask::spinner(200)]
    );
}

#[test]
fn a_thread_that_is_shown_again_is_refreshed_too() {
    let noor = person("id-noor", "Noor");
    let mut desk = Desk::knowing(&[mara(), noor]).and_reads(&mara(), talk(0..3));
    desk.keys("1jk");
    assert_eq!(desk.thread().messages.len(), 3, "it is still there");
    let effects = desk.keys("R");
    assert_eq!(effects, [ask::user("id-mara"), ask::newest("id-mara")]);
}

#[test]
fn where_nobody_is_shown_a_refresh_says_so() {
    let mut desk = Desk::new();
    assert_eq!(desk.keys("R"), []);
    assert_eq!(desk.notice(), "no user is shown: nothing to fetch");
}

#[test]
fn a_refresh_tries_a_failed_look_up_again() {
    let mut desk = Desk::new();
    desk.search("gone");
    desk.keys("<enter>");
    desk.looked_up(Err(crate::given::not_found("gone")));
    assert_eq!(desk.keys("R"), [ask::user("gone")]);
}

#[test]
fn what_is_known_stays_while_it_loads_and_when_that_fails() {
    let mut desk = reading();
    assert!(desk.state.profile.remote.is_loading());
    assert!(desk.state.messages.remote.is_loading());
    assert_eq!(desk.shown(), Some("id-mara"));
    assert_eq!(desk.thread().messages.len(), 100);
    desk.looked_up(Err(Problem::Refused(Refused::AppNotFound)));
    desk.page(Slot::Messages, Err(Problem::Refused(Refused::AppNotFound)));
    assert_eq!(desk.shown(), Some("id-mara"));
    assert_eq!(desk.thread().messages.len(), 100);
    assert!(matches!(desk.state.messages.remote, Remote::Failed { .. }));
    // The next one that succeeds takes the problem away.
    desk.keys("R");
    desk.found(&mara());
    desk.newest(talk(0..100), false);
    assert_eq!(desk.state.profile.remote.problem(), None);
    assert_eq!(desk.state.messages.remote.problem(), None);
}

#[test]
fn a_newer_page_is_joined_where_the_two_overlap() {
    let mut desk = reading();
    desk.newest(talk(60..110), true);
    let thread = desk.thread();
    assert_eq!(ids(thread), ids_of(0..110));
    assert_eq!(thread.older, Older::None, "as was known before");
}

fn ids_of(numbers: std::ops::Range<i64>) -> Vec<String> {
    numbers.map(|n| format!("m{n}")).collect()
}

#[test]
fn at_the_end_the_cursor_follows_the_end() {
    let mut desk = reading();
    desk.newest(talk(60..110), true);
    let thread = desk.thread();
    assert_eq!(thread.selected, 109);
    assert!(desk.screen().contains("text 109"));
}

#[test]
fn further_up_the_agent_stays_where_they_are() {
    for keys in ["gg", "gg<pagedown><pagedown>", "kk", "<pageup>"] {
        let mut desk = reading();
        desk.keys(keys);
        let (first, selected) = (desk.first_visible(), desk.thread().selected);
        desk.newest(talk(60..110), true);
        assert_eq!(desk.first_visible(), first, "{keys}");
        assert_eq!(desk.thread().selected, selected, "{keys}");
    }
}

#[test]
fn the_cursor_stays_on_its_message_when_others_were_deleted() {
    let mut desk = reading();
    desk.keys("gg<pagedown><pagedown>");
    let selected = desk.thread().selected_message().unwrap().id.clone();
    let first = desk.thread().messages[desk.first_visible()].id.clone();
    let mut left = talk(0..100);
    left.drain(1..11);
    desk.newest(left, false);
    assert_eq!(desk.thread().selected_message().unwrap().id, selected);
    assert_eq!(desk.thread().messages[desk.first_visible()].id, first);
}

#[test]
fn the_cursor_is_on_a_message_even_when_its_own_was_deleted() {
    let mut desk = reading();
    desk.keys("kk");
    desk.newest(talk(0..5), false);
    assert_eq!(desk.thread().messages.len(), 5);
    assert!(desk.thread().selected_message().is_some());
}

#[test]
fn a_page_without_overlap_takes_the_place_of_what_was_there() {
    let mut desk = reading();
    let effects = desk.newest(talk(300..350), true);
    assert_eq!(effects, [ask::learn_name(&desk)]);
    assert_eq!(ids(desk.thread()), ids_of(300..350));
    let older = Older::Idle {
        from: cursor_before("m300"),
    };
    assert_eq!(desk.thread().older, older, "the gap can be filled");
    assert_eq!(desk.thread().selected, 49);
}

#[test]
fn a_message_without_an_id_is_not_doubled() {
    let mut messages = talk(0..20);
    messages[10].id = None;
    let mut desk = Desk::reading(&mara(), messages.clone());
    desk.keys("R");
    desk.newest(messages.split_off(10), false);
    assert_eq!(desk.thread().messages.len(), 20);
}

#[test]
fn an_emptied_conversation_is_shown_empty() {
    let mut desk = reading();
    desk.newest(Vec::new(), false);
    assert!(desk.thread().messages.is_empty());
    assert_eq!((desk.thread().selected, desk.thread().top), (0, 0));
}

#[test]
fn a_request_for_older_messages_goes_on_through_a_refresh() {
    for newest in [100..200, 150..210] {
        let mut desk = Desk::knowing(&[mara()]);
        desk.keys("<enter>");
        desk.found(&mara());
        desk.newest(talk(100..200), true);
        desk.keys("ggR");
        let asked = desk.number(Slot::Older);
        let end = newest.end;
        let learnt = desk.newest(talk(newest), true);
        assert_eq!(learnt, [ask::learn_name(&desk)]);
        assert_eq!(desk.number(Slot::Older), asked);
        desk.page(Slot::Older, Ok(page(talk(50..100), false)));
        assert_eq!(ids(desk.thread()), ids_of(50..end));
    }
}

#[test]
fn the_age_counts_from_when_the_answer_came() {
    let mut desk = reading();
    desk.wait(500).newest(talk(0..100), false);
    assert_eq!(desk.state.messages.remote.good().unwrap().at, desk.now);
}
