//! The list can be walked: its order stays until the agent asks for another.

use crate::given::{Desk, ask, client_of, hours, noon, person, seen};
use smooch_console::console::geometry::Pane;
use smooch_console::domain::{SmoochId, User};
use smooch_console::search::Order;

/// Users who were last seen one hour after the other, the latest first.
fn people() -> Vec<User> {
    let names = ["Noor", "Anna", "Zoe", "Mara", "Bela"];
    (1..)
        .zip(names)
        .map(|(hour, name)| {
            let user = client_of(&format!("p{hour}"), name, &format!("cust-{hour}"));
            seen(user, noon() - hours(hour))
        })
        .collect()
}

fn listed(desk: &Desk) -> Vec<String> {
    let hits = desk.state.users.results.hits.iter();
    hits.map(|hit| hit.entry.id.expose().to_owned()).collect()
}

/// Opens the user under the cursor, and everything that follows happens.
fn open(desk: &mut Desk, keys: &str) -> String {
    desk.keys(keys);
    let id = desk.selected().unwrap().to_owned();
    let user = people().into_iter().find(|user| user.id.expose() == id);
    desk.found(&user.unwrap());
    desk.known.note_opened(&SmoochId::new(&*id), desk.now);
    desk.directory_changes();
    id
}

#[test]
fn opening_one_user_after_the_other_reaches_all_of_them() {
    for text in ["", "cust", "is:identified"] {
        let mut desk = Desk::knowing(&people());
        if !text.is_empty() {
            desk.search(text);
            desk.keys("<esc>");
        }
        let all = listed(&desk);
        assert_eq!(all.len(), 5, "{text}");
        let mut walked = vec![open(&mut desk, "<enter>")];
        for _ in 1..all.len() {
            walked.push(open(&mut desk, "1j<enter>"));
        }
        assert_eq!(walked, all, "{text}");
        assert_eq!(listed(&desk), all, "{text}: the order stays");
    }
}

#[test]
fn the_next_and_the_previous_user_open_without_leaving_the_conversation() {
    let mut desk = Desk::knowing(&people());
    let all = listed(&desk);
    open(&mut desk, "<enter>");
    for id in &all[1..] {
        assert_eq!(&open(&mut desk, "J"), id);
        assert_eq!(desk.state.focus, Pane::Messages);
        assert_eq!(desk.shown(), Some(id.as_str()));
    }
    assert_eq!(desk.keys("J"), []);
    assert_eq!(desk.notice(), "this is the last user of the list");
    for id in all.iter().rev().skip(1) {
        assert_eq!(&open(&mut desk, "K"), id);
    }
    assert_eq!(desk.keys("K"), []);
    assert_eq!(desk.notice(), "this is the first user of the list");
    assert_eq!(listed(&desk), all);
    // The way back leads through all who were opened.
    desk.revisits("H", &all[1]);
    let mut nobody = Desk::new();
    assert_eq!(nobody.keys("J"), []);
    assert_eq!(nobody.notice(), "nobody is listed");
}

#[test]
fn the_rows_that_look_something_up_are_no_next_user() {
    let mut desk = Desk::knowing(&people());
    desk.search("noor");
    desk.keys("<esc>");
    open(&mut desk, "<enter>");
    assert_eq!(desk.keys("J"), []);
    assert_eq!(desk.selected(), Some("p1"));
}

#[test]
fn the_agent_sorts_the_list_and_its_order_has_a_name() {
    let mut desk = Desk::knowing(&people());
    desk.known.note_opened(&SmoochId::new("p4"), desk.now);
    assert!(desk.screen().contains("sort: opened"), "{}", desk.screen());
    for (order, words, ids) in [
        (Order::Seen, "last seen", ["p1", "p2", "p3", "p4", "p5"]),
        (Order::Name, "name", ["p2", "p5", "p4", "p1", "p3"]),
        (Order::Opened, "opened", ["p4", "p1", "p2", "p3", "p5"]),
        (Order::Seen, "last seen", ["p1", "p2", "p3", "p4", "p5"]),
    ] {
        assert_eq!(desk.keys("S"), [ask::sorted("", order)]);
        assert_eq!(desk.notice(), format!("sorted by {words}"));
        desk.hits();
        assert_eq!(listed(&desk), ids);
        assert_eq!(desk.selected(), Some(ids[0]));
        let screen = desk.screen();
        assert!(screen.contains(&format!(" sort: {words} ─")), "{screen}");
    }
}

#[test]
fn hits_can_be_sorted_too_until_the_text_changes() {
    let mut desk = Desk::knowing(&people());
    desk.search("cust");
    desk.keys("<esc>");
    for order in [Order::Seen, Order::Name, Order::Opened, Order::Match] {
        assert_eq!(desk.keys("S"), [ask::sorted("cust", order)]);
        desk.hits();
        assert_eq!(desk.state.users.results.order, order);
        assert_eq!(desk.state.users.results.matched, 5);
    }
    desk.keys("S");
    desk.hits();
    desk.search("cust-");

    assert_eq!(desk.state.users.results.order, Order::Match);
    // The order of an empty box stays.
    desk.keys("<esc><esc>S");
    desk.hits();
    assert_eq!(desk.state.users.results.order, Order::Seen);
    desk.search("mara");
    desk.keys("<esc><esc>");
    desk.hits();
    assert_eq!(desk.state.users.results.order, Order::Seen);
}

#[test]
fn who_is_read_stays_under_the_cursor_in_another_order() {
    let mut desk = Desk::knowing(&people());
    open(&mut desk, "jjj<enter>");
    desk.keys("SS");
    desk.hits();
    assert_eq!(listed(&desk), ["p2", "p5", "p4", "p1", "p3"]);
    assert_eq!((desk.selected(), desk.shown()), (Some("p4"), Some("p4")));
}

#[test]
fn users_who_become_known_come_between_the_others_and_move_nobody() {
    let mut desk = Desk::knowing(&people());
    desk.keys("S");
    desk.hits();
    desk.keys("jj");
    // Somebody in the list is seen again, and somebody new was seen between two others.
    desk.known.learn(seen(people().remove(4), noon()), noon());
    let between = noon() - hours(2) - hours(1) / 2;
    desk.known
        .learn(seen(person("p9", "Nina"), between), noon());
    desk.directory_changes();
    assert_eq!(listed(&desk), ["p1", "p2", "p9", "p3", "p4", "p5"]);
    assert_eq!(desk.selected(), Some("p3"));
    desk.keys("SSS");
    desk.hits();
    assert_eq!(listed(&desk), ["p5", "p1", "p2", "p9", "p3", "p4"]);
}

#[test]
fn a_user_who_is_shown_and_not_listed_has_a_row_of_their_own() {
    let mut desk = Desk::knowing(&people());
    open(&mut desk, "<enter>");
    desk.search("zoe");
    open(&mut desk, "<enter>");
    desk.revisits("H", "p1");
    desk.found(&people()[0]);
    assert_eq!((desk.selected(), desk.shown()), (Some("p1"), Some("p1")));
    let screen = desk.screen();
    assert!(screen.contains("▸ID Noor"), "{screen}");
    assert!(screen.contains("shown, but not in this list"), "{screen}");
    desk.keys("1j");
    assert_eq!((desk.selected(), desk.shown()), (Some("p3"), Some("p3")));
    assert!(!desk.screen().contains("not in this list"));
}

#[test]
fn back_is_only_offered_if_there_is_somebody_to_go_back_to() {
    let mut desk = Desk::sized(200, 50).and_knows(&people());
    open(&mut desk, "<enter>");
    assert!(!desk.screen().contains("H back"), "{}", desk.screen());
    open(&mut desk, "J");
    assert!(desk.screen().contains("H back"), "{}", desk.screen());
}
