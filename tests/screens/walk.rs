//! Random walks over the real console, directory, client and sandbox: what is highlighted is what
//! Enter does, and the profile shows the row that is highlighted, or the row says who is shown.

use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseError};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::{Msg, Timer};
use smooch_console::console::state::{Selection, Visit};
use smooch_console::sandbox::cast;
use tokio::runtime::Runtime;

use crate::parts::import_into;
use crate::remembered::Place;
use crate::script::Script;

/// Who is kept here: users whom the API knows too, one with a number of another system for an
/// `_id`, one whose `_id` is the `userId` of somebody else, and one who was merged.
const KEPT: &str = r#"{"_id":"64be90d2a7f31c0058e6d914","givenName":"Mara","surname":"Quinn","email":"mara@example.org"}
{"_id":"64be90d2a7f31c0058e6d9a2","userId":"crm-000417"}
{"_id":"8f02b6c91ad54e7733c0e1d4","givenName":"Marat","surname":"Aliyev"}
{"_id":"361549","givenName":"Maria","userId":"cust-20418","email":"maria@example.org"}
{"_id":"cust-31007","givenName":"Marlene","surname":"Leads"}
{"_id":"64c0a1f2a7f31c0058e6d000","givenName":"Omar","surname":"Old"}
"#;

const MERGE: &str = r#"{"trigger":"merge:appUser","version":"v1.1","app":{"_id":"APP"},"surviving":{"_id":"0ad94be7c21f48e69d7735f0"},"discarded":[{"_id":"64c0a1f2a7f31c0058e6d0aa"}]}"#;

/// What is typed: names, likenesses, ids of known and of unknown users, filters, a log line.
const TEXTS: [&str; 24] = [
    "mar",
    "mara quinn",
    "maraquinn",
    "mrqnn",
    "mra qnn",
    "leads",
    "omar",
    "361549",
    "cust-20418",
    "cust-31007",
    "cust-30981",
    "nobody-here",
    "nobody at all",
    "64be90d2a7f31c0058e6d914",
    "64c0a1f2a7f31c0058e6d000",
    "64c0a1f2a7f31c0058e6d0aa",
    cast::THOUSAND_MESSAGES.id,
    "mara@example.org",
    "is:identified",
    "is:anonymus",
    "chanel:web",
    "mar is:named",
    "!",
    "user=cust-11802 GET /v1.1/apps/a/appusers/c60a1e8d7b9342f5a3e4790d 404",
];

/// What the agent does, or what happens to them.
#[derive(Debug, Clone)]
enum Move {
    Keys(&'static str),
    /// Types a text into the search box.
    Search(&'static str),
    Paste(&'static str),
    /// Enter, wherever the agent is.
    Enter,
    /// Nothing is pressed for a while.
    Rest,
    Minute,
    Resize(u16, u16),
}

fn moves() -> impl Strategy<Value = Move> {
    let keys = [
        "j",
        "k",
        "j",
        "J",
        "K",
        "J",
        "H",
        "L",
        "S",
        "R",
        "p",
        "1",
        "2",
        "3",
        "<tab>",
        "<esc>",
        "<esc>",
        "G",
        "gg",
        "/",
        "<down>",
        "<up>",
        "<ctrl-o>",
        "<ctrl-c>",
        "i",
        "v",
        "<backspace>",
        "x",
        "1j<enter>",
        "<pgdn>",
    ];
    prop_oneof![
        12 => select(keys.to_vec()).prop_map(Move::Keys),
        4 => select(TEXTS.to_vec()).prop_map(Move::Search),
        1 => select(TEXTS.to_vec()).prop_map(Move::Paste),
        5 => Just(Move::Enter),
        3 => Just(Move::Rest),
        1 => Just(Move::Minute),
        1 => select(vec![(80, 24), (120, 30), (200, 50), (44, 12)])
            .prop_map(|(width, height)| Move::Resize(width, height)),
    ]
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A place with those users, for one walk.
async fn place() -> Place {
    let place = Place::new().await;
    let then = "2026-02-10T09:00:00Z".parse().unwrap();
    import_into(&place, "kept.ndjson", KEPT, then);
    import_into(&place, "log.ndjson", MERGE, then);
    place
}

async fn play(script: &mut Script, what: &Move) -> Result<(), TestCaseError> {
    match what {
        Move::Keys(keys) => script.keys(keys).await,
        Move::Search(text) => {
            script.keys("<esc><esc>s").await;
            script.keys(text).await;
        }
        Move::Paste(text) => script.paste(text).await,
        Move::Enter => return enter(script).await,
        Move::Rest => script.rest().await,
        Move::Minute => script.tell(Msg::TimerFired(Timer::Minute)).await,
        Move::Resize(width, height) => script.resize(*width, *height).await,
    }
    Ok(())
}

/// The keys that the footer names, if Enter is among them.
fn words_of_enter(script: &Script) -> Option<String> {
    let screen = script.screen();
    let line = screen.lines().find(|line| line.contains("↵ "))?;
    let (_, words) = line.split_once("↵ ")?;
    Some(
        words
            .split("  ")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned(),
    )
}

/// Presses Enter; in the list it does what is highlighted, and the footer has said so.
async fn enter(script: &mut Script) -> Result<(), TestCaseError> {
    let state = &script.state;
    if state.overlay.is_some() || state.focus != Pane::Users {
        script.keys("<enter>").await;
        return Ok(());
    }
    prop_assert!(state.users.is_settled());
    let selected = state.users.selection.clone();
    let text = state.users.text().trim().to_owned();
    let before = state.profile.subject.clone();
    let said = words_of_enter(script);
    script.keys("<enter>").await;
    let after = script.state.profile.subject.clone();
    match selected {
        None => {
            prop_assert_eq!(said, None);
            prop_assert_eq!(after, before, "nobody was highlighted");
        }
        Some(selected) => {
            let is_user = matches!(selected, Selection::User(_));
            let words = if is_user { "open" } else { "ask the API" };
            prop_assert_eq!(said.as_deref(), Some(words));
            let after = after.unwrap();
            prop_assert_eq!(after.visit, Visit::Opened);
            match &selected {
                Selection::User(id) => {
                    let is_opened = after.id.as_ref() == Some(id) || after.row.as_ref() == Some(id);
                    // Asked for by its text, a userId is the API's to give.
                    prop_assert!(is_opened || text != id.expose(), "{after:?} for {id:?}");
                    let by_text = was_asked(script, &text);
                    prop_assert!(is_opened || by_text, "{after:?} for {id:?}");
                }
                Selection::Offer(id) => prop_assert!(was_asked(script, id.expose())),
                Selection::LookUp => prop_assert!(was_asked(script, &text)),
            }
        }
    }
    Ok(())
}

/// Whether the API was asked for a user by a text.
fn was_asked(script: &Script, text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !text.chars().all(plain) {
        return true;
    }
    let end = format!("/appusers/{text}");
    let requests = script.sandbox.requests();
    requests.iter().any(|request| request.path.ends_with(&end))
}

/// What always holds once everything was answered.
fn check(script: &Script) -> Result<(), TestCaseError> {
    let state = &script.state;
    let screen = script.screen();
    prop_assert!(state.users.is_settled(), "{}", screen);
    prop_assert!(
        state.shows_selection(),
        "{:?} is highlighted, {:?} is shown\n{}",
        state.users.selection,
        state.profile.subject,
        screen
    );
    let area = state.screen().inner(Pane::Users);
    if area.is_empty() || state.overlay.is_some() {
        return Ok(());
    }
    let lines = screen.lines().filter(|line| line.contains('▸'));
    let lines: Vec<&str> = lines.collect();
    let highlighted = usize::from(state.users.selection.is_some());
    prop_assert_eq!(lines.len(), highlighted, "rows are highlighted\n{}", screen);
    // Where another user is shown than the row's, the line below says who.
    let mut below = screen.lines().map(|line| line.trim_start_matches('│'));
    let says = below.any(|line| line.starts_with("    leads to "));
    prop_assert_eq!(says, state.shows_another(), "{}", screen);
    Ok(())
}

fn walk(steps: &[Move]) -> Result<(), TestCaseError> {
    runtime().block_on(async {
        let place = place().await;
        let mut script = place.online_at(120, 30).await;
        check(&script)?;
        for step in steps {
            play(&mut script, step).await?;
            check(&script).map_err(|error| TestCaseError::fail(format!("{step:?}: {error}")))?;
        }
        script.close();
        Ok(())
    })
}

#[test]
fn the_profile_shows_the_row_that_is_highlighted_and_enter_opens_it() {
    let cases = std::env::var("SMOOCH_WALKS").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(16);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        rng_seed: RngSeed::Fixed(13),
        ..Config::default()
    };
    let steps = proptest::collection::vec(moves(), 1..60);
    proptest!(config, |(steps in steps)| walk(&steps)?);
}

#[tokio::test]
async fn a_row_with_a_wrong_id_says_whom_it_leads_to() {
    let place = place().await;
    let mut script = place.online_at(120, 30).await;
    script.keys("/leads<esc><enter>1").await;
    let screen = script.screen();
    assert!(screen.contains("▸·· Marlene Leads"), "{screen}");
    assert!(screen.contains("leads to "), "{screen}");
}

#[tokio::test]
async fn the_cursor_follows_a_typed_user_id_to_its_user() {
    let place = place().await;
    let mut script = place.online_at(120, 30).await;
    // The API knows nobody by that id, and the profile says so.
    script.keys("/361549<enter>1").await;
    let screen = script.screen();
    assert!(screen.contains("▸ID Maria"), "{screen}");
    // By the userId of that row the API knows somebody else.
    script.keys("/cust-20418<enter>1").await;
    let screen = script.screen();
    assert!(screen.contains("▸ID Mara Quinn"), "{screen}");
    assert!(
        screen.contains("_id      64be90d2a7f31c0058e6d914"),
        "{screen}"
    );
}
