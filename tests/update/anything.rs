//! Whatever happens in whatever order: no panic, and what must always hold holds.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use smooch_console::console::effect::{Effect, Slot};
use smooch_console::console::geometry::Pane;
use smooch_console::console::geometry::Size;
use smooch_console::console::keymap::Key;
use smooch_console::console::layout::facts::Facts;
use smooch_console::console::layout::strip;
use smooch_console::console::msg::{Clipboard, CopyFailed, Msg, Ticket, Timer};
use smooch_console::console::state::{Older, State};
use smooch_console::domain::{Found, MatchedBy, Message, MessagePage, Problem, Refused, User};

use crate::given::{Desk, not_found, page};
use crate::hostile::{self, TEXTS, check_cells};

/// One thing that happens; numbers choose among what is there at that moment.
#[derive(Debug, Clone)]
enum Step {
    Key(Key),
    Paste(String),
    Resize(u16, u16),
    Directory(usize),
    Hits {
        late: bool,
    },
    User {
        who: usize,
        late: bool,
        fine: bool,
    },
    Page {
        first: i64,
        count: i64,
        text: usize,
        slot: Slot,
        late: bool,
        kind: u8,
    },
    Rest {
        late: bool,
    },
    Spinner,
    Minute,
    Wait(i64),
    Connected(bool),
    TaskFailed(usize),
    Copied(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let slot = prop_oneof![Just(Slot::Messages), Just(Slot::Older)];
    let late = || proptest::bool::weighted(0.2);
    prop_oneof![
        20 => key().prop_map(Step::Key),
        2 => text().prop_map(Step::Paste),
        4 => size().prop_map(|(width, height)| Step::Resize(width, height)),
        2 => any::<usize>().prop_map(Step::Directory),
        6 => late().prop_map(|late| Step::Hits { late }),
        6 => (any::<usize>(), late(), proptest::bool::weighted(0.8))
            .prop_map(|(who, late, fine)| Step::User { who, late, fine }),
        8 => (0..60i64, 0..40i64, any::<usize>(), slot, late(), any::<u8>()).prop_map(
            |(first, count, text, slot, late, kind)| Step::Page {
                first, count, text, slot, late, kind,
            }
        ),
        3 => late().prop_map(|late| Step::Rest { late }),
        2 => Just(Step::Spinner),
        1 => Just(Step::Minute),
        2 => (0..100_000i64).prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Connected),
        1 => any::<usize>().prop_map(Step::TaskFailed),
        1 => any::<bool>().prop_map(Step::Copied),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    let plain = |code| Key::new(code, KeyModifiers::NONE);
    let bound = prop::sample::select("/sjkgGhl123HLivRyunemtc?q+ ".chars().collect::<Vec<_>>());
    let control = prop::sample::select("cdukweanpozlhfby".chars().collect::<Vec<_>>());
    let named = prop::sample::select(vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
        KeyCode::Null,
    ]);
    prop_oneof![
        8 => bound.prop_map(move |c| plain(KeyCode::Char(c))),
        2 => control.prop_map(|c| Key::new(KeyCode::Char(c), KeyModifiers::CONTROL)),
        8 => named.prop_map(plain),
        2 => any::<char>().prop_map(move |c| plain(KeyCode::Char(c))),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(TEXTS).prop_map(str::to_owned),
        any::<String>(),
        (0..4u8).prop_map(|n| format!("u{n}")),
    ]
}

fn size() -> impl Strategy<Value = (u16, u16)> {
    let odd = prop::sample::select(vec![
        (0, 0),
        (1, 1),
        (0, 30),
        (120, 0),
        (39, 9),
        (40, 10),
        (59, 15),
        (60, 16),
        (80, 24),
        (99, 30),
        (100, 16),
        (120, 30),
        (160, 40),
    ]);
    prop_oneof![odd, (0..170u16, 0..50u16)]
}

fn hostile_user(who: usize) -> User {
    hostile::user(&format!("u{}", who % 5), TEXTS[who % TEXTS.len()])
}

/// The numbers of requests that were asked for, the newest of each slot last.
#[derive(Default)]
struct Asked(HashMap<Slot, Vec<Ticket>>);

impl Asked {
    fn note(&mut self, desk: &Desk) {
        for slot in [Slot::Search, Slot::Profile, Slot::Messages, Slot::Older] {
            let asked = self.0.entry(slot).or_default();
            if let Some(number) = desk.number(slot)
                && asked.last() != Some(&number)
            {
                asked.push(number);
            }
        }
    }

    /// The number of the newest request, or of one before.
    fn number(&self, slot: Slot, late: bool) -> Ticket {
        let asked = self.0.get(&slot).map_or(&[][..], Vec::as_slice);
        let back = usize::from(late);
        let index = asked.len().checked_sub(1 + back);
        index.map_or(Ticket(u64::MAX), |index| asked[index])
    }
}

fn msg_of(step: Step, desk: &mut Desk, asked: &Asked) -> Option<Msg> {
    Some(match step {
        Step::Key(key) => Msg::KeyPressed(key),
        Step::Paste(text) => Msg::Pasted(text),
        Step::Resize(width, height) => Msg::Resized { width, height },
        Step::Directory(who) => {
            let now = desk.now;
            desk.known.learn(hostile_user(who), now);
            Msg::DirectoryChanged
        }
        Step::Hits { late } => {
            let ticket = asked.number(Slot::Search, late);
            let Some(Effect::Search { text, .. }) = desk.request(Slot::Search) else {
                return None;
            };
            let results = desk.results(text);
            Msg::SearchDone { ticket, results }
        }
        Step::User { who, late, fine } => {
            let ticket = asked.number(Slot::Profile, late);
            let matched_by = [MatchedBy::SmoochId, MatchedBy::UserId, MatchedBy::Merged][who % 3];
            let result = Box::new(if fine {
                let user = hostile_user(who);
                Ok(Found {
                    user,
                    matched_by,
                    asked_at: desk.now,
                })
            } else {
                Err(not_found(TEXTS[who % TEXTS.len()]))
            });
            Msg::UserLoaded { ticket, result }
        }
        Step::Page {
            first,
            count,
            text,
            slot,
            late,
            kind,
        } => {
            let ticket = asked.number(slot, late);
            let result = match kind % 10 {
                0 => Err(Problem::Refused(Refused::AppNotFound)),
                1 => Ok(MessagePage::NoConversation),
                _ => Ok(page(messages(first, count, text), kind % 2 == 0)),
            };
            Msg::MessagesLoaded { ticket, result }
        }
        Step::Rest { late } => {
            let back = u64::from(late);
            let rests = desk.numbers.iter().map(|number| number.0).max();
            Msg::TimerFired(Timer::Rest(Ticket(rests.unwrap_or(0).saturating_sub(back))))
        }
        Step::Spinner => Msg::TimerFired(Timer::Spinner),
        Step::Minute => Msg::TimerFired(Timer::Minute),
        Step::Wait(millis) => {
            desk.wait(millis);
            return None;
        }
        Step::Connected(true) => Msg::Connected(Ok(Box::new(crate::given::connection()))),
        Step::Connected(false) => Msg::Connected(Err(not_found(TEXTS[3]))),
        Step::TaskFailed(text) => Msg::TaskFailed(TEXTS[text % TEXTS.len()].into()),
        Step::Copied(fine) => Msg::Copied {
            what: "the name",
            size: TEXTS[3].len(),
            result: if fine {
                Ok(Clipboard::Terminal)
            } else {
                Err(CopyFailed(TEXTS[3].into()))
            },
        },
    })
}

fn messages(first: i64, count: i64, text: usize) -> Vec<Message> {
    let numbers = first..first + count;
    numbers
        .map(|n| {
            let index = usize::try_from(n).unwrap_or_default();
            hostile::said(n, TEXTS[text.wrapping_add(index) % TEXTS.len()])
        })
        .collect()
}

/// What must hold of every state.
fn check(state: &State) {
    let users = &state.users;
    if let Some(row) = users.selected_row() {
        assert!(row < users.rows(), "the cursor is on no row");
        let page = usize::from(state.screen().hits().height);
        if page > 0 && users.is_settled() {
            assert!((users.offset..users.offset + page).contains(&row));
        }
    }
    assert!(users.offset <= users.rows(), "scrolled past the hits");
    if let Some(thread) = state.messages.thread() {
        let count = thread.messages.len();
        assert!(
            thread.selected < count.max(1),
            "the cursor is on no message"
        );
        assert_eq!(thread.wrapped.starts.len(), count);
        let screen = smooch_console::console::geometry::Screen::of(state.size, Pane::Messages);
        let height = usize::from(screen.inner(Pane::Messages).height);
        let limit = thread.wrapped.rows().saturating_sub(height);
        assert!(thread.top <= limit, "{} > {limit}", thread.top);
    }
    let bottom = smooch_console::console::geometry::Screen::of(state.size, Pane::Profile);
    let width = usize::from(bottom.text(Pane::Profile).width);
    if let Some(profile) = state.profile.shown() {
        let facts = strip::below(state, Facts::of(state, profile));
        let rows = smooch_console::console::layout::profile::rows(facts, width);
        assert!(
            state.profile.scroll < rows.len(),
            "scrolled past the profile"
        );
    }
}

/// The request that a pane waits for is the newest one in its slot: the runtime stops the others,
/// so any other would be waited for in vain.
fn check_slots(desk: &Desk) {
    let state = &desk.state;
    for (slot, loading) in [
        (Slot::Profile, state.profile.remote.is_loading()),
        (Slot::Messages, state.messages.remote.is_loading()),
    ] {
        let Some(number) = desk.number(slot) else {
            assert!(!loading, "{slot:?} waits for what was cancelled");
            continue;
        };
        let waited = match slot {
            Slot::Profile => state.profile.remote.waits_for(number),
            _ => state.messages.remote.waits_for(number),
        };
        assert!(!loading || waited, "{slot:?} waits for what was replaced");
    }
    if let Some(Older::Loading { ticket, .. }) = state.messages.thread().map(|thread| &thread.older)
    {
        assert_eq!(desk.number(Slot::Older), Some(*ticket));
    }
    if let Some(waited) = state.users.searching {
        assert_eq!(desk.number(Slot::Search), Some(waited));
    }
}

/// The same cases on every run; `PROPTEST_CASES=2000` asks for that many new ones.
fn seed() -> RngSeed {
    cases().map_or(RngSeed::Fixed(7), |_| RngSeed::Random)
}

fn cases() -> Option<u32> {
    std::env::var("PROPTEST_CASES").ok()?.parse().ok()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases().unwrap_or(40),
        rng_seed: seed(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_state_holds_together_and_can_be_drawn(
        steps in prop::collection::vec(step(), 60)
    ) {
        let mut desk = Desk::knowing(&[hostile_user(0), hostile_user(1), hostile_user(2)]);
        let mut asked = Asked::default();
        asked.note(&desk);
        for step in steps {
            let Some(msg) = msg_of(step, &mut desk, &asked) else {
                continue;
            };
            desk.send(msg);
            asked.note(&desk);
            check(&desk.state);
            check_slots(&desk);
            let Size { width, height } = desk.state.size;
            if u32::from(width) * u32::from(height) > 0 {
                check_cells(&desk.drawn());
            } else {
                desk.drawn();
            }
        }
    }
}
