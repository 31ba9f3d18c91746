//! Older messages: when they are asked for, with which bound, and what stays in place.

use crate::given::{Desk, ask, cursor_before, ids, message, person, talk};
use smooch_console::console::effect::Slot;
use smooch_console::console::msg::Msg;
use smooch_console::console::state::Older;
use smooch_console::domain::{Message, MessagePage, Problem, Refused, User};

fn mara() -> User {
    person("id-mara", "Mara")
}

/// A desk at the end of a conversation; its older messages are not loaded.
fn at_the_end(messages: Vec<Message>) -> Desk {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("<enter>");
    desk.found(&mara());
    desk.newest(messages, true);
    desk
}

/// The same after going to the first loaded message.
fn at_the_top() -> Desk {
    let mut desk = at_the_end(talk(100..200));
    desk.keys("gg");
    desk
}

#[test]
fn coming_near_the_top_asks_for_older_messages_once() {
    let mut desk = at_the_end(talk(100..200));
    let mut asked = Vec::new();
    for _ in 0..120 {
        asked.extend(desk.keys("k"));
    }
    let older = ask::older("id-mara", "m100");
    assert_eq!(asked, [older]);
    assert_eq!(desk.thread().selected, 0);
}

#[test]
fn every_way_up_asks_for_older_messages() {
    for keys in [
        "gg",
        "<home>",
        "<pageup><pageup><pageup><pageup><pageup><pageup>",
    ] {
        let mut desk = at_the_end(talk(100..200));
        let older = ask::older("id-mara", "m100");
        assert_eq!(desk.keys(keys), [older], "{keys}");
    }
}

#[test]
fn a_short_page_asks_for_more_at_once() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("<enter>");
    desk.found(&mara());
    let effects = desk.newest(talk(100..105), true);
    let older = ask::older("id-mara", "m100");
    assert_eq!(effects, [ask::learn_name(&desk), older]);
}

#[test]
fn older_messages_come_above_and_the_place_is_kept() {
    let mut desk = at_the_top();
    desk.keys("jjj");
    let (first, selected) = (desk.first_visible(), desk.thread().selected);
    let row = desk.thread().wrapped.rows_of(first).end - desk.thread().top;
    let learnt = desk.older(talk(50..100), true);
    assert_eq!(learnt, [ask::learn_name(&desk)]);
    let thread = desk.thread();
    assert_eq!(ids(thread)[..2], ["m50", "m51"]);
    assert_eq!(thread.messages.len(), 150);
    assert_eq!(desk.first_visible(), first + 50);
    assert_eq!(thread.selected, selected + 50);
    // The row of the day is above the older messages now: the message's own row stays first.
    let row_now = thread.wrapped.rows_of(first + 50).end - thread.top;
    assert!(row_now <= row);
}

#[test]
fn older_messages_of_another_day_keep_the_place_too() {
    let mut desk = at_the_top();
    let days_ago: Vec<Message> = (0..50)
        .map(|n| message(&format!("d{n}"), n - 3 * 86_400, "earlier"))
        .collect();
    let screen = desk.screen();
    desk.older(days_ago, false);
    assert_eq!(desk.first_visible(), 50);
    let line = |screen: &str| {
        let lines = screen.lines().filter(|line| line.contains("text 10"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        line(&desk.screen()),
        line(&screen),
        "the same rows as before"
    );
}

#[test]
fn there_is_one_request_at_a_time() {
    let mut desk = at_the_top();
    assert!(matches!(desk.thread().older, Older::Loading { .. }));
    for keys in ["k", "j", "gg", "<pageup>", "<c-u>"] {
        assert_eq!(desk.keys(keys), [], "{keys}");
    }
}

#[test]
fn going_on_up_asks_for_the_page_before() {
    let mut desk = at_the_top();
    desk.older(talk(50..100), true);
    assert_eq!(desk.keys("gg"), [ask::older("id-mara", "m50")]);
}

#[test]
fn the_first_message_of_all_ends_it() {
    for result in [
        Ok(crate::given::page(talk(90..100), false)),
        Ok(crate::given::page(Vec::new(), false)),
        Ok(MessagePage::NoConversation),
    ] {
        let mut desk = at_the_top();
        desk.page(Slot::Older, result);
        assert_eq!(desk.thread().older, Older::None);
        assert_eq!(desk.keys("ggkkG<home>"), []);
    }
}

#[test]
fn a_conversation_loaded_whole_asks_for_nothing() {
    let mut desk = Desk::reading(&mara(), talk(0..5));
    assert_eq!(desk.thread().older, Older::None);
    assert_eq!(desk.keys("gg"), []);
}

#[test]
fn after_a_failure_scrolling_asks_for_nothing_and_r_tries_again() {
    let mut desk = at_the_top();
    assert_eq!(
        desk.page(Slot::Older, Err(Problem::Refused(Refused::AppNotFound))),
        []
    );
    let failed = Older::Failed {
        from: cursor_before("m100"),
        problem: Problem::Refused(Refused::AppNotFound),
    };
    assert_eq!(desk.thread().older, failed);
    assert_eq!(desk.thread().messages.len(), 100, "what is loaded stays");
    let screen = desk.screen();
    assert!(screen.contains("older messages are missing"), "{screen}");
    desk.resize(60, 16);
    desk.keys("gg");
    let screen = desk.screen();
    assert!(screen.contains("R tries again"), "{screen}");
    desk.resize(120, 30);
    assert_eq!(desk.keys("kjgg"), []);
    assert_eq!(
        desk.keys("R"),
        [
            ask::user("id-mara"),
            ask::older("id-mara", "m100"),
            ask::newest("id-mara"),
        ]
    );
    assert!(matches!(desk.thread().older, Older::Loading { .. }));
    // The newest page says nothing about the request for older messages: it goes on.
    let learnt = desk.newest(talk(100..200), true);
    assert_eq!(learnt, [ask::learn_name(&desk)]);
    desk.older(talk(50..100), false);
    assert_eq!(desk.thread().messages.len(), 150);
}

#[test]
fn cancelled_older_messages_are_asked_for_again_on_the_way_up() {
    let mut desk = at_the_top();
    let ticket = desk.number(Slot::Older).unwrap();
    assert_eq!(desk.keys("<c-c>"), [ask::cancel(Slot::Older)]);
    let result = Ok(crate::given::page(talk(50..100), false));
    assert_eq!(desk.send(Msg::MessagesLoaded { ticket, result }), []);
    assert_eq!(desk.thread().messages.len(), 100);
    let older = ask::older("id-mara", "m100");
    assert_eq!(desk.keys("k"), [older]);
}

#[test]
fn older_messages_of_the_user_opened_before_are_dropped() {
    let mut desk = at_the_top().and_knows(&[person("id-noor", "Noor")]);
    let ticket = desk.number(Slot::Older).unwrap();
    desk.search("noor");
    desk.keys("<enter>");
    desk.found(&person("id-noor", "Noor"));
    desk.newest(talk(0..3), true);
    let result = Ok(crate::given::page(talk(50..100), false));
    let before = desk.state.messages.clone();
    assert_eq!(desk.send(Msg::MessagesLoaded { ticket, result }), []);
    assert_eq!(desk.state.messages, before);
}
