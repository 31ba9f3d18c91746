//! Users who were forgotten or purged while the console is open: nothing brings them back unasked.

use crate::given::{Desk, ask, not_found, person, talk};
use smooch_console::console::effect::{DirectoryEffect, Effect, Slot};
use smooch_console::console::msg::{Msg, Timer};
use smooch_console::domain::{SmoochId, User};

fn people() -> Vec<User> {
    [("p1", "Mara"), ("p2", "Noor"), ("p3", "Ilse")]
        .map(|(id, name)| person(id, name))
        .to_vec()
}

/// A desk where everybody was opened, one after the other.
fn having_opened_all() -> Desk {
    let mut desk = Desk::knowing(&people());
    for user in people() {
        desk.search(user.id.expose());
        desk.keys("<enter>");
        desk.found(&user);
        desk.newest(talk(0..3), false);
    }
    desk
}

fn gone(id: &str) -> Msg {
    Msg::UsersGone(vec![SmoochId::new(id)])
}

#[test]
fn going_back_to_a_forgotten_user_asks_nobody_shows_nobody_and_says_so() {
    let mut desk = having_opened_all();
    assert_eq!(desk.keys("H"), [ask::check("p2")]);
    assert_eq!(desk.send(gone("p2")), []);
    assert!(desk.notice().contains("forgotten or purged"));
    assert!(desk.notice().contains("left out of the history"));
    assert_eq!(desk.shown(), Some("p3"));
    assert_eq!(desk.send(Msg::StillKnown(SmoochId::new("p2"))), []);
    assert_eq!(desk.revisits("H", "p1")[0], ask::user("p1"));
    assert_eq!(desk.revisits("L", "p3")[0], ask::user("p3"));
    assert_eq!(desk.keys("L"), []);
}

#[test]
fn news_leave_forgotten_users_out_of_the_history() {
    let mut desk = having_opened_all();
    let minute = desk.send(Msg::TimerFired(Timer::Minute));
    let opened = ["p1", "p2", "p3"].map(SmoochId::new).to_vec();
    let asked = Effect::Directory(DirectoryEffect::RecallNews { opened });
    assert!(minute.contains(&asked), "{minute:?}");
    assert_eq!(desk.send(gone("p2")), []);
    assert_eq!(desk.notice(), "", "nobody who is shown");
    assert_eq!(desk.revisits("H", "p1")[0], ask::user("p1"));
}

#[test]
fn a_forgotten_user_is_shown_no_more() {
    let mut desk = having_opened_all();
    let effects = desk.send(gone("p3"));
    let slots = [Slot::Profile, Slot::Messages, Slot::Older];
    assert_eq!(effects, slots.map(ask::cancel));
    assert_eq!(desk.shown(), None);
    assert!(desk.state.messages.thread().is_none());
    let screen = desk.screen();
    assert!(screen.contains("was forgotten or purged here"), "{screen}");
    assert!(screen.contains("No user is shown"), "{screen}");
    assert_eq!(desk.keys("R"), [], "nobody is there to ask for");
    assert_eq!(desk.revisits("H", "p2")[0], ask::user("p2"));
}

#[test]
fn the_old_copy_of_a_user_who_is_gone_goes_while_the_api_is_asked() {
    for answers in [true, false] {
        let mut desk = Desk::knowing(&people());
        desk.keys("1g g<enter>");
        let id = desk.shown().unwrap().to_owned();
        let user = people().into_iter().find(|user| user.id.expose() == id);
        assert_eq!(desk.send(gone(&id)), []);
        assert_eq!(desk.shown(), None);
        assert!(desk.state.profile.remote.is_loading());
        if answers {
            assert!(desk.found(&user.unwrap()).contains(&ask::note(&id)));
            assert_eq!(desk.shown(), Some(id.as_str()));
        } else {
            let effects = desk.looked_up(Err(not_found(&id)));
            assert!(!effects.contains(&ask::note(&id)), "{effects:?}");
            assert_eq!(desk.shown(), None);
        }
    }
}

#[test]
fn a_cursor_that_rests_on_a_forgotten_user_asks_nobody() {
    let mut desk = Desk::knowing(&people());
    desk.keys("j");
    let id = desk.selected().unwrap().to_owned();
    desk.send(gone(&id));
    assert_eq!(desk.rests(), []);
    assert_eq!(desk.shown(), None);
}

#[test]
fn an_answer_about_the_user_before_is_ignored_once_the_agent_does_something_else() {
    let still = || Msg::StillKnown(SmoochId::new("p2"));
    let mut typing = having_opened_all();
    typing.keys("H/");
    assert_eq!(typing.send(still()), []);
    assert!(typing.state.users.is_typing());
    let mut opening = having_opened_all();
    opening.keys("H");
    opening.search("p1");
    opening.keys("<enter>");
    assert_eq!(opening.send(still()), []);
    assert_eq!(opening.shown(), Some("p1"));
    let mut twice = having_opened_all();
    twice.keys("HH");
    assert_eq!(twice.send(still()), []);
    assert_eq!(
        twice.send(Msg::StillKnown(SmoochId::new("p1")))[0],
        ask::user("p1")
    );
}
