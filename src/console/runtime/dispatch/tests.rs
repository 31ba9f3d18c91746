//! Which executor an effect reaches, and what stops it, against an API that answers at once, never,
//! or with a panic.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use futures_util::future::{BoxFuture, FutureExt, pending, ready};
use tokio::sync::mpsc::UnboundedReceiver;

use super::*;
use crate::api::UserApi;
use crate::console::effect::DirectoryEffect;
use crate::console::msg::{Msg, Ticket};
use crate::console::runtime::Connected;
use crate::domain::{
    ApiVersion, App, AppId, Connection, ConversationKey, Found, LookupId, MatchedBy, MessagePage,
    PageRequest, Pin, Problem, Refused, Region, SmoochId, Stage, User,
};
use crate::search::Order;
use crate::wire::v11;

const MARA: &str = "7c1f0a9be35d42608f1b6a05";

struct Fake;

impl UserApi for Fake {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        match id.expose() {
            "slow" => pending().boxed(),
            "broken" => panic!("the client is broken"),
            _ => {
                let (user, matched_by) = (mara(), MatchedBy::SmoochId);
                let asked_at = Timestamp::UNIX_EPOCH;
                ready(Ok(Found {
                    user,
                    matched_by,
                    asked_at,
                }))
                .boxed()
            }
        }
    }

    fn fetch_messages(
        &self,
        _: ConversationKey,
        _: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        ready(Ok(MessagePage::NoConversation)).boxed()
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        ready(Err(Problem::Refused(Refused::AppNotFound))).boxed()
    }
}

/// Notes what is asked of the terminal and the clock.
#[derive(Default)]
struct Noting {
    terminal: Vec<TerminalEffect>,
    timers: Vec<Timer>,
}

impl Host for Noting {
    async fn carry_out(&mut self, effect: TerminalEffect, _: &Answers) -> io::Result<Next> {
        let is_quit = effect == TerminalEffect::Quit;
        self.terminal.push(effect);
        Ok(if is_quit { Next::End } else { Next::GoOn })
    }

    fn wake(&mut self, timer: Timer, _: Duration, _: &Answers) {
        self.timers.push(timer);
    }
}

fn mara() -> User {
    let json = format!(r#"{{"_id":"{MARA}","givenName":"Mara","clients":[],"properties":{{}}}}"#);
    v11::parse_user(json.as_bytes()).unwrap()
}

fn now() -> Timestamp {
    "2026-03-04T12:41:00Z".parse().unwrap()
}

fn dispatcher(people: Vec<User>) -> Dispatcher {
    let connection = Connection {
        app_label: "acme".into(),
        app_id: AppId::new("a1"),
        region: Region::Us,
        base_url: "https://api.example.org".into(),
        api: ApiVersion::V11,
        key_id: "app_1".into(),
        key_source: "this test".into(),
        stage: Stage::Unmarked,
    };
    let connected = Connected {
        api: Arc::new(Fake),
        connection,
        people,
        kept: None,
    };
    let sources = Sources {
        connecting: ready(Ok(connected)).boxed(),
        store: None,
        now,
    };
    Dispatcher::new(sources, Answers::channel().0)
}

/// Begins something; every answer to it comes out of the channel, which closes after the last.
async fn begin(dispatcher: &mut Dispatcher, effect: Effect) -> UnboundedReceiver<Msg> {
    let (answers, inbox) = Answers::channel();
    let host = &mut Noting::default();
    let next = dispatcher.carry_out(effect, host, &answers).await.unwrap();
    assert_eq!(next, Next::GoOn);
    inbox
}

fn fetch(ticket: u64, id: &str) -> Effect {
    let (ticket, id) = (Ticket(ticket), LookupId::new(id));
    Effect::Ask(Ask::FetchUser { ticket, id })
}

fn search(text: &str) -> Effect {
    Effect::Search {
        ticket: Ticket(1),
        text: text.to_owned(),
        most: 10,
        order: Order::Match,
    }
}

#[tokio::test]
async fn a_newer_request_in_a_slot_stops_the_older_one() {
    let mut dispatcher = dispatcher(Vec::new());
    let mut older = begin(&mut dispatcher, fetch(1, "slow")).await;
    let mut newer = begin(&mut dispatcher, fetch(2, MARA)).await;
    assert_eq!(older.recv().await, None);
    let Some(Msg::UserLoaded { ticket, result }) = newer.recv().await else {
        panic!("the newer request was not answered");
    };
    assert_eq!((ticket, result.unwrap().user), (Ticket(2), mara()));
    assert_eq!(newer.recv().await, Some(Msg::DirectoryChanged));
    assert_eq!(newer.recv().await, None);
}

#[tokio::test]
async fn a_request_in_another_slot_goes_on() {
    let mut dispatcher = dispatcher(Vec::new());
    let mut asked = begin(&mut dispatcher, fetch(1, "slow")).await;
    drop(begin(&mut dispatcher, Effect::Cancel(Slot::Messages)).await);
    drop(begin(&mut dispatcher, search("")).await);
    assert!(asked.recv().now_or_never().is_none());
    drop(begin(&mut dispatcher, Effect::Cancel(Slot::Profile)).await);
    assert_eq!(asked.recv().await, None);
}

#[tokio::test]
async fn a_panic_in_the_client_is_a_problem_of_that_request_alone() {
    let mut dispatcher = dispatcher(Vec::new());
    let mut broken = begin(&mut dispatcher, fetch(1, "broken")).await;
    let Some(Msg::UserLoaded { result, .. }) = broken.recv().await else {
        panic!("the request was not answered");
    };
    assert!(matches!(*result, Err(Problem::Internal { .. })));
    let mut whole = begin(&mut dispatcher, fetch(2, MARA)).await;
    let loaded = whole.recv().await;
    assert!(matches!(loaded, Some(Msg::UserLoaded { result, .. }) if result.is_ok()));
}

#[tokio::test]
async fn people_who_come_with_the_client_are_known_once_it_is_there() {
    let mut dispatcher = dispatcher(vec![mara()]);
    let (answers, mut inbox) = Answers::channel();
    dispatcher.connect(&answers);
    assert!(matches!(inbox.recv().await, Some(Msg::Connected(Ok(_)))));
    let mut searched = begin(&mut dispatcher, search("mara")).await;
    let Some(Msg::SearchDone { ticket, results }) = searched.recv().await else {
        panic!("the search was not answered");
    };
    assert_eq!((ticket, results.matched), (Ticket(1), 1));
    assert_eq!(results.hits[0].entry.id, SmoochId::new(MARA));
}

#[tokio::test]
async fn nothing_is_recalled_or_counted_where_nothing_is_kept() {
    let mut dispatcher = dispatcher(Vec::new());
    let recall = DirectoryEffect::RecallUser(LookupId::new(MARA));
    let mut recalled = begin(&mut dispatcher, Effect::Directory(recall)).await;
    assert_eq!(recalled.recv().await, None);
    let count = Effect::Directory(DirectoryEffect::CountKnown);
    let mut counted = begin(&mut dispatcher, count).await;
    assert_eq!(counted.recv().await, Some(Msg::KnownCounted(None)));
}

#[tokio::test]
async fn a_pin_needs_a_known_user() {
    let mut dispatcher = dispatcher(Vec::new());
    let pin = || Effect::Directory(DirectoryEffect::TogglePin(SmoochId::new(MARA)));
    let mut refused = begin(&mut dispatcher, pin()).await;
    assert!(matches!(refused.recv().await, Some(Msg::StoreNews(_))));
    let mut learnt = begin(&mut dispatcher, fetch(1, MARA)).await;
    while learnt.recv().await.is_some() {}
    for pinned in [Pin::Set, Pin::Removed] {
        let mut toggled = begin(&mut dispatcher, pin()).await;
        assert_eq!(toggled.recv().await, Some(Msg::PinToggled(pinned)));
    }
}

#[tokio::test]
async fn the_terminal_and_the_clock_belong_to_the_host() {
    let mut dispatcher = dispatcher(Vec::new());
    let (answers, _inbox) = Answers::channel();
    let mut host = Noting::default();
    let wake = Effect::Wake {
        timer: Timer::Minute,
        after: Duration::from_mins(1),
    };
    let effects = [
        (Effect::Terminal(TerminalEffect::Redraw), Next::GoOn),
        (wake, Next::GoOn),
        (Effect::Terminal(TerminalEffect::Quit), Next::End),
    ];
    for (effect, expected) in effects {
        let next = dispatcher.carry_out(effect, &mut host, &answers).await;
        assert_eq!(next.unwrap(), expected);
    }
    assert_eq!(
        host.terminal,
        [TerminalEffect::Redraw, TerminalEffect::Quit]
    );
    assert_eq!(host.timers, [Timer::Minute]);
}
