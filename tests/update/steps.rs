//! Steps back, cancelling and quitting, panes, history, timers and what the program says.

use crate::given::{Desk, ask, client_of, nobody, not_found, person, talk};
use smooch_console::console::effect::{Ask, DirectoryEffect, Effect, Slot, TerminalEffect};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::{Msg, Timer};
use smooch_console::console::state::{Link, NoticeTone};
use smooch_console::domain::{LineFault, Problem, Refused, UsageFault, User};

fn people() -> Vec<User> {
    vec![
        person("p1", "Mara"),
        person("p2", "Noor"),
        person("p3", "Ona"),
    ]
}

/// Opens users by their rows, each with profile and messages.
fn having_opened(ids: &[&str]) -> Desk {
    let mut desk = Desk::knowing(&people());
    for id in ids {
        desk.search(id);
        desk.keys("<enter>");
        let user = people().into_iter().find(|user| user.id.expose() == *id);
        desk.found(&user.unwrap());
        desk.newest(talk(0..3), false);
    }
    desk
}

/// Whether a step back was taken.
type Done = fn(&Desk) -> bool;

#[test]
fn esc_goes_one_step_back_and_never_quits() {
    let mut desk = Desk::reading(&people()[0], talk(0..3));
    desk.search("mara");
    desk.keys("<enter>");
    desk.keys("s");
    desk.keys("<esc>");
    desk.keys("3?/curl");
    let steps: [(&str, Done); 4] = [
        ("the filter", |desk| desk.state.overlay.is_some()),
        ("the card", |desk| {
            desk.state.overlay.is_none() && desk.state.focus == Pane::Messages
        }),
        ("the pane", |desk| desk.state.focus == Pane::Users),
        ("the text", |desk| desk.state.users.text().is_empty()),
    ];
    for (step, done) in steps {
        let effects = desk.keys("<esc>");
        assert!(!effects.contains(&Effect::Terminal(TerminalEffect::Quit)));
        assert!(done(&desk), "{step}");
    }
    assert_eq!(desk.keys("<esc>"), []);
}

#[test]
fn esc_in_the_list_clears_the_text_and_shows_all_users() {
    let mut desk = Desk::knowing(&people());
    desk.search("noor");
    desk.keys("<esc>");
    assert_eq!(desk.keys("<esc>"), [ask::search("")]);
}

#[test]
fn esc_drops_the_beginning_of_a_longer_binding_first() {
    let mut desk = Desk::reading(&people()[0], talk(0..3));
    desk.keys("y<esc>");
    assert_eq!(desk.state.focus, Pane::Messages);
    assert_eq!(desk.keys("i"), []);
    assert!(desk.state.overlay.is_some(), "i is a key of its own again");
}

#[test]
fn q_closes_a_card_else_quits_and_is_a_letter_in_a_text_box() {
    let mut desk = Desk::knowing(&people());
    for card in ["i", "v", "?"] {
        desk.keys(card);
        assert_eq!(desk.keys("q"), []);
        assert!(desk.state.overlay.is_none());
    }
    assert_eq!(desk.keys("/q"), [ask::search("q")]);
    assert_eq!(
        desk.keys("<esc>q"),
        [Effect::Terminal(TerminalEffect::Quit)]
    );
}

#[test]
fn ctrl_c_cancels_what_is_loading_else_quits() {
    let mut desk = Desk::knowing(&people());
    desk.keys("<enter>");
    assert_eq!(
        desk.keys("<c-c>"),
        [ask::cancel(Slot::Profile), ask::cancel(Slot::Messages)]
    );
    assert_eq!(desk.notice(), "cancelled");
    assert_eq!(desk.shown(), Some("p1"), "what is known stays");
    assert_eq!(desk.keys("<c-c>"), [Effect::Terminal(TerminalEffect::Quit)]);
}

#[test]
fn ctrl_c_cancels_or_quits_in_every_mode() {
    for keys in ["", "/", "?", "?/", "i", "2", "y"] {
        let mut desk = Desk::knowing(&people());
        desk.keys("R");
        desk.keys(keys);
        if keys == "y" {
            desk.keys("i");
        }
        assert_eq!(desk.keys("<c-c>"), [ask::cancel(Slot::Profile)], "{keys}");
        assert_eq!(
            desk.keys("<c-c>"),
            [Effect::Terminal(TerminalEffect::Quit)],
            "{keys}"
        );
    }
}

#[test]
fn what_was_cancelled_is_ignored_when_it_comes() {
    let mut desk = Desk::knowing(&people());
    desk.keys("<enter>");
    let profile = desk.number(Slot::Profile).unwrap();
    let messages = desk.number(Slot::Messages).unwrap();
    desk.keys("<c-c>");
    let before = format!("{:?}{:?}", desk.state.profile, desk.state.messages);
    let result = Box::new(Err(not_found("p1")));
    desk.send(Msg::UserLoaded {
        ticket: profile,
        result,
    });
    desk.send(Msg::MessagesLoaded {
        ticket: messages,
        result: Err(Problem::Refused(Refused::AppNotFound)),
    });
    let after = format!("{:?}{:?}", desk.state.profile, desk.state.messages);
    assert_eq!(after, before);
}

#[test]
fn a_cancelled_look_up_does_not_say_that_it_goes_on() {
    let mut desk = Desk::new();
    desk.search("cust-1");
    desk.keys("<enter>");
    assert!(desk.screen().contains("Looking up “cust-1”"));
    desk.keys("<c-c>");
    assert!(!desk.screen().contains("Looking up"), "{}", desk.screen());
    assert_eq!(desk.keys("R")[0], ask::user("cust-1"));
}

#[test]
fn keys_for_the_terminal_ask_the_runtime() {
    for mode in ["", "/", "?", "?/"] {
        for (key, effect) in [
            ("<c-z>", Effect::Terminal(TerminalEffect::Suspend)),
            ("<c-l>", Effect::Terminal(TerminalEffect::Redraw)),
        ] {
            let mut desk = Desk::new();
            desk.keys(mode);
            assert_eq!(desk.keys(key), [effect], "{mode}{key}");
        }
    }
}

#[test]
fn panes_are_reached_by_number_and_one_after_the_other() {
    use Pane::{Messages, Profile, Users};
    for (keys, pane) in [
        ("2", Profile),
        ("3", Messages),
        ("31", Users),
        ("<tab>", Profile),
        ("<tab><tab>", Messages),
        ("<tab><tab><tab>", Users),
        ("<backtab>", Messages),
        ("l", Profile),
        ("<right>l", Messages),
        ("h", Messages),
        ("<left>h", Profile),
    ] {
        let mut desk = Desk::knowing(&people());
        assert_eq!(desk.keys(keys), [], "{keys}");
        assert_eq!(desk.state.focus, pane, "{keys}");
    }
}

#[test]
fn history_goes_back_and_forth_through_opened_users() {
    let mut desk = having_opened(&["p1", "p2", "p3"]);
    for (key, shown) in [
        ("H", "p2"),
        ("H", "p1"),
        ("L", "p2"),
        ("L", "p3"),
        ("H", "p2"),
    ] {
        let effects = desk.revisits(key, shown);
        assert_eq!(
            effects[..2],
            [ask::user(shown), ask::newest(shown)],
            "{key}"
        );
        let user = people().into_iter().find(|user| user.id.expose() == shown);
        assert_eq!(desk.found(&user.unwrap()), [ask::note(shown)]);
        desk.newest(talk(0..3), false);
        assert_eq!(desk.shown(), Some(shown), "{key}");
    }
}

#[test]
fn going_back_before_the_answer_leads_to_the_user_before() {
    let mut desk = having_opened(&["p1", "p2"]);
    desk.search("p3");
    desk.keys("<enter>");
    assert_eq!(desk.revisits("H", "p2")[0], ask::user("p2"));
    assert_eq!(desk.revisits("H", "p1")[0], ask::user("p1"));
}

#[test]
fn at_both_ends_of_the_history_nothing_happens_and_that_is_said() {
    for (opened, key) in [(&[][..], "H"), (&[], "L"), (&["p1"], "H"), (&["p1"], "L")] {
        let mut desk = having_opened(opened);
        assert_eq!(desk.keys(key), [], "{opened:?} {key}");
        assert_eq!(desk.notice(), "no more users opened in this direction");
        assert_eq!(desk.shown(), Some("p1"));
    }
}

#[test]
fn going_back_keeps_the_pane() {
    for pane in ["1", "2", "3"] {
        let mut desk = having_opened(&["p1", "p2"]);
        desk.keys(pane);
        let focus = desk.state.focus;
        desk.revisits("H", "p1");
        assert_eq!(desk.state.focus, focus);
    }
}

#[test]
fn a_user_reached_by_going_back_stays_though_they_are_no_hit() {
    for pane in ["1", "2", "3"] {
        let mut desk = having_opened(&["p1", "p2"]);
        desk.keys(pane);
        desk.revisits("H", "p1");
        desk.found(&people()[0]);
        assert_eq!(desk.directory_changes(), [ask::search("p2")]);
        assert_eq!(desk.shown(), Some("p1"));
    }
}

#[test]
fn opening_another_user_forgets_the_way_forward() {
    let mut desk = having_opened(&["p1", "p2"]);
    desk.revisits("H", "p1");
    desk.found(&people()[0]);
    desk.newest(talk(0..3), false);
    desk.search("p3");
    desk.keys("<enter>");
    desk.found(&people()[2]);
    assert_eq!(desk.keys("L"), []);
    assert_eq!(desk.revisits("H", "p1")[0], ask::user("p1"));
}

#[test]
fn a_survivor_takes_the_place_of_the_old_id_in_the_history() {
    let mut desk = having_opened(&["p1", "p2"]);
    // p2 has been merged into p3 meanwhile.
    desk.keys("R");
    desk.found(&people()[2]);
    assert_eq!(desk.shown(), Some("p3"));
    assert_eq!(desk.revisits("H", "p1")[0], ask::user("p1"));
    desk.found(&people()[0]);
    assert_eq!(desk.revisits("L", "p3")[0], ask::user("p3"));
}

#[test]
fn a_spinner_timer_runs_while_something_loads_one_at_a_time() {
    let mut desk = Desk::knowing(&people());
    assert_eq!(desk.keys("R"), [ask::user("p1"), ask::spinner(200)]);
    assert_eq!(desk.keys("R"), [ask::user("p1")], "one runs already");
    let spin = Msg::TimerFired(Timer::Spinner);
    assert_eq!(desk.wait(200).send(spin.clone()), [ask::spinner(100)]);
    assert_eq!(desk.state.clock.spin, 1);
    assert_eq!(desk.wait(100).send(spin.clone()), [ask::spinner(100)]);
    assert_eq!(desk.state.clock.spin, 2);
    desk.found(&people()[0]);
    assert_eq!(desk.send(spin), [], "nothing moves any more");
    assert!(!desk.state.clock.spinning);
    assert_eq!(desk.keys("R"), [ask::user("p1"), ask::spinner(200)]);
}

#[test]
fn a_spinner_shows_after_200_ms() {
    let mut desk = Desk::knowing(&people());
    desk.keys("R");
    for (millis, shown) in [(199, false), (1, true)] {
        desk.wait(millis).send(Msg::TimerFired(Timer::Spinner));
        assert_eq!(desk.screen().contains("loading"), shown);
    }
}

#[test]
fn the_minute_timer_fires_when_the_clock_changes() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.wait(0).send(Msg::Started),
        [ask::search(""), ask::minute(60_000)]
    );
    let minute = Msg::TimerFired(Timer::Minute);
    let news = || {
        let opened = Vec::new();
        Effect::Directory(DirectoryEffect::RecallNews { opened })
    };
    assert_eq!(
        desk.wait(59_999).send(minute.clone()),
        [ask::minute(1), news()]
    );
    assert!(desk.screen().contains("12:00"));
    assert_eq!(desk.wait(1).send(minute), [ask::minute(60_000), news()]);
    assert!(desk.screen().contains("12:01"));
}

#[test]
fn connecting_searches_again_and_fetches_the_app() {
    let mut desk = Desk::new();
    let connection = crate::given::connection();
    assert_eq!(
        desk.send(Msg::Connected(Ok(Box::new(connection)))),
        [ask::search(""), Effect::Ask(Ask::FetchApp)]
    );
    assert_eq!(desk.state.api.link, Link::Up);
}

#[test]
fn why_the_api_cannot_be_asked_is_shown() {
    for (width, height) in [(120, 30), (80, 24), (50, 14)] {
        let mut desk = Desk::sized(width, height);
        assert_eq!(
            desk.send(Msg::Connected(Err(Problem::Refused(Refused::AppNotFound)))),
            []
        );
        assert_eq!(
            desk.state.api.link,
            Link::Down(Problem::Refused(Refused::AppNotFound))
        );
        let screen = desk.screen();
        assert!(screen.contains("no app with the id app1"), "{screen}");
        // No key connects anew.
        assert!(!screen.contains("tries again"), "{screen}");
    }
}

fn unreached() -> Problem {
    Problem::Line(LineFault::ConnectionFailed {
        host: "api.example.org".into(),
        detail: "refused".into(),
    })
}

#[test]
fn the_api_counts_as_lost_from_the_first_request_that_does_not_reach_it_to_the_next_that_does() {
    let mut desk = Desk::knowing(&people());
    desk.send(Msg::AppLoaded(Box::new(Err(unreached()))));
    assert_eq!(desk.state.api.link, Link::Lost(unreached()));
    let banner = "OFFLINE: showing what is known here, looked up 1h ago · R tries again";
    assert!(desk.screen().contains(banner), "{}", desk.screen());
    desk.keys("R");
    assert!(desk.screen().contains(banner), "until it is known better");
    desk.looked_up(Err(Problem::Usage(UsageFault::BadBaseUrl {
        url: "x".into(),
        why: "it never left this machine",
    })));
    assert_eq!(desk.state.api.link, Link::Lost(unreached()));
    desk.keys("R");
    desk.looked_up(Err(not_found("p1")));
    assert_eq!(desk.state.api.link, Link::Up);
    desk.keys("R");
    desk.looked_up(Err(unreached()));
    desk.keys("R");
    desk.found(&people()[0]);
    assert_eq!(desk.state.api.link, Link::Up);
    assert!(!desk.screen().contains("OFFLINE"), "{}", desk.screen());
}

#[test]
fn the_shown_user_stays_readable_where_no_connection_was_made() {
    for (problem, words) in [
        (
            unreached(),
            "OFFLINE: showing what is known here, looked up",
        ),
        (
            Problem::Refused(Refused::AppNotFound),
            "NOT CONNECTED: showing what is known here, looked up",
        ),
    ] {
        let mut desk = Desk::knowing(&people());
        desk.send(Msg::Connected(Err(problem)));
        let screen = desk.screen();
        assert!(screen.contains(words), "{screen}");
        assert!(!screen.contains("tries again"), "{screen}");
    }
}

#[test]
fn where_nobody_is_shown_a_lost_api_is_tried_by_the_same_key() {
    let mut desk = Desk::new();
    desk.send(Msg::AppLoaded(Box::new(Err(unreached()))));
    assert_eq!(desk.keys("R"), [Effect::Ask(Ask::FetchApp)]);
}

#[test]
fn a_part_that_failed_is_said_in_safe_words() {
    let mut desk = Desk::knowing(&people());
    desk.send(Msg::TaskFailed("the search\u{1B}[2J".into()));
    assert_eq!(
        desk.notice(),
        "a part of the program failed, the rest goes on: the search␛[2J"
    );
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, NoticeTone::Failed);
    assert!(desk.screen().contains("the rest goes on"));
    desk.keys("j");
    assert_eq!(desk.notice(), "", "the next key takes it away");
}

#[test]
fn an_app_that_cannot_be_described_hinders_nothing() {
    let mut desk = Desk::knowing(&people());
    let result = Box::new(Err(Problem::Refused(Refused::AppNotFound)));
    assert_eq!(desk.send(Msg::AppLoaded(result)), []);
    assert_eq!(desk.state.api.app, None);
    assert_eq!(desk.state.api.link, Link::Up);
}

#[test]
fn a_key_without_a_meaning_does_nothing() {
    let mut desk = Desk::knowing(&[client_of("p1", "Mara", "cust-1"), nobody("p2")]);
    for key in ["r", "e", "d", "u", "Z", "<del>", "佐", "gx", "yz"] {
        assert_eq!(desk.keys(key), [], "{key}");
        assert!(desk.state.keys.pressed.is_empty());
    }
}
