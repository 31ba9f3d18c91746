//! Every state has words of its own: loading, missing, refused, broken, old.

use std::time::Duration;

use jiff::Timestamp;
use smooch_console::console::effect::{Ask, Effect, Slot};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::{Msg, Stamped, Ticket, Timer};
use smooch_console::console::update::update;
use smooch_console::domain::{
    AnswerFault, Deadline, Held, IdFault, LineFault, LookupId, Pause, Problem, Refused, Untrusted,
    UsageFault,
};
use smooch_console::sandbox::cast;

use crate::script::{NOW, Script};
use crate::{Part, picture_of_part, picture_of_parts};

/// The part of a screen that says who is shown, or why nobody is.
const fn who((width, _): (u16, u16)) -> Part {
    if width < 100 {
        Part::Strip
    } else {
        Part::Pane(Pane::Profile)
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 30)];

/// Lets something happen some time after the script's moment; nothing that follows is carried out.
fn after(script: &mut Script, waited: Duration, msg: Msg) -> Vec<Effect> {
    let at = NOW.parse::<Timestamp>().unwrap() + waited;
    update(&mut script.state, Stamped { at, msg })
}

/// The tickets of the requests for a user and for messages.
fn tickets(effects: &[Effect]) -> (Option<Ticket>, Option<Ticket>) {
    let user = effects.iter().find_map(|effect| match effect {
        Effect::Ask(Ask::FetchUser { ticket, .. }) => Some(*ticket),
        _ => None,
    });
    let messages = effects.iter().find_map(|effect| match effect {
        Effect::Ask(Ask::FetchMessages {
            ticket,
            slot: Slot::Messages,
            ..
        }) => Some(*ticket),
        _ => None,
    });
    (user, messages)
}

/// A script with a text typed and Enter pressed, but nothing answered.
async fn asked(id: &str, (width, height): (u16, u16)) -> (Script, Vec<Effect>) {
    let mut script = Script::start(width, height).await;
    script.keys("/").await;
    script.paste(id).await;
    let enter = smooch_console::console::keymap::Key::new(
        crossterm::event::KeyCode::Enter,
        crossterm::event::KeyModifiers::NONE,
    );
    let effects = after(&mut script, Duration::ZERO, Msg::KeyPressed(enter));
    (script, effects)
}

#[tokio::test]
async fn what_loads_says_so_and_turns_a_spinner_after_a_while() {
    for size in SIZES {
        let (mut script, _) = asked("somebody-new", size).await;
        let name = format!("loading_at_once_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, picture_of_part(&script, who(size)));
        after(
            &mut script,
            Duration::from_millis(250),
            Msg::TimerFired(Timer::Spinner),
        );
        let name = format!("loading_a_while_{}x{}", size.0, size.1);
        let parts = [who(size), Part::Pane(script.state.focus)];
        insta::assert_snapshot!(name, picture_of_parts(&script, &parts));
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_explained() {
    for size in SIZES {
        let mut script = Script::start(size.0, size.1).await;
        script.keys("/is:nobody").await;
        let name = format!("not_understood_{}x{}", size.0, size.1);
        let users = picture_of_part(&script, Part::Pane(Pane::Users));
        insta::assert_snapshot!(name, users);
    }
}

#[tokio::test]
async fn what_was_known_stays_with_its_age_while_it_reloads_and_when_that_fails() {
    for size in SIZES {
        let mut script = Script::start(size.0, size.1).await;
        script.keys("/").await;
        script.paste(cast::IDENTIFIED_NAMED.id).await;
        script.keys("<enter>").await;
        let refresh = smooch_console::console::keymap::Key::new(
            crossterm::event::KeyCode::Char('R'),
            crossterm::event::KeyModifiers::NONE,
        );
        let hour = Duration::from_hours(1);
        let effects = after(&mut script, hour, Msg::KeyPressed(refresh));
        after(
            &mut script,
            hour + Duration::from_secs(1),
            Msg::TimerFired(Timer::Spinner),
        );
        let parts = [who(size), Part::Pane(Pane::Messages)];
        let name = format!("reloading_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, picture_of_parts(&script, &parts));
        let (user, messages) = tickets(&effects);
        let broken = || {
            Problem::Line(LineFault::Timeout {
                deadline: Deadline::Read,
                after: Duration::from_secs(10),
            })
        };
        let result = Box::new(Err(broken()));
        after(
            &mut script,
            hour,
            Msg::UserLoaded {
                ticket: user.unwrap(),
                result,
            },
        );
        let result = Err(broken());
        after(
            &mut script,
            hour,
            Msg::MessagesLoaded {
                ticket: messages.unwrap(),
                result,
            },
        );
        insta::assert_snapshot!(
            format!("reload_failed_{}x{}", size.0, size.1),
            picture_of_parts(&script, &parts)
        );
    }
}

#[tokio::test]
async fn each_problem_shows_its_next_step_and_the_key_that_tries_again() {
    let mut screens = Vec::new();
    for (name, problem) in problems() {
        for size in SIZES {
            let (mut script, effects) = asked("somebody-new", size).await;
            let ticket = tickets(&effects).0.unwrap();
            let result = Box::new(Err(problem.clone()));
            after(
                &mut script,
                Duration::ZERO,
                Msg::UserLoaded { ticket, result },
            );
            let screen = script.screen();
            // What can never be sent is not tried again.
            let is_final = matches!(problem, Problem::Usage(UsageFault::ImpossibleId { .. }));
            let again = screen.contains("R tries again");
            assert_eq!(again, !is_final, "{name}\n{screen}");
            assert!(screen.contains('→'), "{name}: no next step\n{screen}");
            let name = format!("{name}_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, picture_of_part(&script, who(size)));
            if size == SIZES[0] {
                screens.push(screen);
            }
        }
    }
    let count = screens.len();
    screens.sort();
    screens.dedup();
    assert_eq!(screens.len(), count, "two problems look the same");
}

#[tokio::test]
async fn messages_that_cannot_be_read_leave_the_profile_on_the_screen() {
    for size in SIZES {
        let (mut script, effects) = asked(cast::IDENTIFIED_NAMED.id, size).await;
        let ticket = tickets(&effects).1.unwrap();
        let result = Err(Problem::Answer(AnswerFault::Server {
            status: 503,
            detail: Untrusted::from("busy"),
        }));
        after(
            &mut script,
            Duration::ZERO,
            Msg::MessagesLoaded { ticket, result },
        );
        let screen = script.screen();
        assert!(
            screen.contains("Mara Quinn") && screen.contains("503"),
            "{screen}"
        );
        insta::assert_snapshot!(
            format!("messages_failed_{}x{}", size.0, size.1),
            picture_of_part(&script, Part::Pane(Pane::Messages))
        );
    }
}

#[tokio::test]
async fn a_failed_part_of_the_program_is_a_banner() {
    let mut script = Script::start(80, 24).await;
    let words = Untrusted::from("index out of bounds (src/x.rs:1)\u{1b}[2J");
    after(&mut script, Duration::ZERO, Msg::TaskFailed(words));
    let screen = script.screen();
    let last = screen.lines().last().unwrap();
    assert!(
        last.contains("the rest goes on: index out of bounds"),
        "{last}"
    );
}

/// Every problem that a request can end with.
fn problems() -> Vec<(&'static str, Problem)> {
    [refusals(), broken_answers()].concat()
}

/// What the API refuses.
fn refusals() -> Vec<(&'static str, Problem)> {
    let detail = || Untrusted::from("the server's own words");
    let id = || LookupId::new("somebody-new");
    vec![
        (
            "user_not_found",
            Problem::Refused(Refused::UserNotFound { id: id() }),
        ),
        ("app_not_found", Problem::Refused(Refused::AppNotFound)),
        (
            "not_found",
            Problem::Refused(Refused::NotFound { detail: detail() }),
        ),
        (
            "unauthorized",
            Problem::Refused(Refused::Unauthorized { detail: detail() }),
        ),
        (
            "forbidden",
            Problem::Refused(Refused::Forbidden { detail: detail() }),
        ),
        (
            "payment_required",
            Problem::Refused(Refused::PaymentRequired { detail: detail() }),
        ),
        (
            "bad_request",
            Problem::Refused(Refused::BadRequest { detail: detail() }),
        ),
        (
            "conflict",
            Problem::Refused(Refused::Conflict { detail: detail() }),
        ),
        (
            "request_too_large",
            Problem::Refused(Refused::RequestTooLarge { detail: detail() }),
        ),
        (
            "locked",
            Problem::Refused(Refused::Locked { detail: detail() }),
        ),
        (
            "rate_limited",
            Problem::Refused(Refused::RateLimited {
                retry_after: Some(Duration::from_secs(30)),
            }),
        ),
        (
            "server",
            Problem::Answer(AnswerFault::Server {
                status: 502,
                detail: detail(),
            }),
        ),
    ]
}

/// What goes wrong on the way there and back.
fn broken_answers() -> Vec<(&'static str, Problem)> {
    let detail = || Untrusted::from("the server's own words");
    let host = || Untrusted::from("api.example.org");
    vec![
        (
            "redirected",
            Problem::Answer(AnswerFault::Redirected {
                status: 302,
                to: Some(Untrusted::from("evil.example")),
            }),
        ),
        (
            "unexpected_status",
            Problem::Answer(AnswerFault::UnexpectedStatus {
                status: 418,
                detail: detail(),
            }),
        ),
        (
            "host_not_found",
            Problem::Line(LineFault::HostNotFound { host: host() }),
        ),
        (
            "connection_failed",
            Problem::Line(LineFault::ConnectionFailed {
                host: host(),
                detail: Untrusted::from("refused"),
            }),
        ),
        (
            "tls",
            Problem::Line(LineFault::Tls {
                host: host(),
                detail: Untrusted::from("unknown issuer"),
            }),
        ),
        (
            "timeout_connect",
            Problem::Line(LineFault::Timeout {
                deadline: Deadline::Connect,
                after: Duration::from_secs(5),
            }),
        ),
        (
            "timeout_total",
            Problem::Line(LineFault::Timeout {
                deadline: Deadline::Total,
                after: Duration::from_secs(20),
            }),
        ),
        (
            "interrupted",
            Problem::Line(LineFault::Interrupted {
                detail: Untrusted::from("connection reset"),
            }),
        ),
        (
            "answer_too_large",
            Problem::Answer(AnswerFault::TooLarge {
                limit: 8 * 1024 * 1024,
            }),
        ),
        (
            "not_json",
            Problem::Answer(AnswerFault::NotJson {
                status: 200,
                excerpt: Untrusted::from("<html><h1>Proxy</h1>"),
            }),
        ),
        (
            "unreadable",
            Problem::Answer(AnswerFault::Unreadable {
                why: Untrusted::from("appUser is missing"),
            }),
        ),
        (
            "impossible_id",
            Problem::Usage(UsageFault::ImpossibleId {
                id: LookupId::new(".."),
                fault: IdFault::DotSegment,
            }),
        ),
        (
            "internal",
            Problem::Internal {
                detail: Untrusted::from("the HTTP client could not be built"),
            },
        ),
    ]
}

#[tokio::test]
async fn a_pause_is_counted_down_by_one_timer_at_a_time() {
    let start: Timestamp = NOW.parse().unwrap();
    let countdown = |millis| Effect::Wake {
        timer: Timer::Countdown,
        after: Duration::from_millis(millis),
    };
    let mut script = Script::start(80, 24).await;
    let last_line = |script: &Script| script.screen().lines().last().unwrap().to_owned();
    let pause = |millis| {
        Some(Pause {
            until: start + Duration::from_millis(millis),
            held: Held::Requests,
        })
    };

    let effects = after(&mut script, Duration::ZERO, Msg::Paused(pause(12_400)));
    assert_eq!(effects, [countdown(400)]);
    assert!(last_line(&script).contains("the API asked for a pause, 13 s left"));
    let effects = after(
        &mut script,
        Duration::from_millis(100),
        Msg::Paused(pause(20_000)),
    );
    assert_eq!(effects, [], "the countdown goes on");

    let fired = Msg::TimerFired(Timer::Countdown);
    let effects = after(&mut script, Duration::from_secs(1), fired.clone());
    assert_eq!(effects, [countdown(1000)]);
    assert!(last_line(&script).contains("19 s left"));
    assert_eq!(after(&mut script, Duration::from_secs(20), fired), []);
    assert_eq!(script.state.api.pause, None, "it is over");

    after(&mut script, Duration::ZERO, Msg::Paused(pause(5_000)));
    after(&mut script, Duration::from_secs(1), Msg::Paused(None));
    assert!(!last_line(&script).contains("pause"));
}
