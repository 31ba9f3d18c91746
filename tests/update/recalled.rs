//! What was known from earlier starts: it is shown until the API has answered, or in place of an answer.

use crate::given::{Desk, ask, client_of, noon, not_found, page, person, talk};
use jiff::ToSpan as _;
use smooch_console::console::effect::{DirectoryEffect, Effect};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::{Clipboard, Msg};
use smooch_console::console::state::Remote;
use smooch_console::console::state::messages::Opened;
use smooch_console::domain::Fate;
use smooch_console::domain::facts::Source;
use smooch_console::domain::name::resolve_display_name;
use smooch_console::domain::{
    ConversationKey, KnownUser, LookupId, MatchedBy, MessagePage, SmoochId, User, WholeReport,
};
use smooch_console::search::Person;

fn mara() -> User {
    client_of("id-mara", "Mara", "cust-1")
}

fn recalled(lookup: &str, user: User, matched_by: Option<MatchedBy>) -> Msg {
    let known = KnownUser {
        name: resolve_display_name(&user, &[]),
        user,
        confirmed_at: noon() - 3.hours(),
        source: Source::Api,
        notes: Vec::new(),
        whole: WholeReport::InTheUser,
        beside: Vec::new(),
    };
    Msg::UserRecalled {
        lookup: LookupId::new(lookup),
        known: Box::new(known),
        matched_by,
    }
}

fn recalled_page(user: &str, page: MessagePage) -> Msg {
    Msg::PageRecalled {
        conversation: ConversationKey::default_of(&SmoochId::new(user)),
        page,
        at: noon() - 3.hours(),
    }
}

/// A desk where a `userId` was typed of somebody who is not in the list.
fn typed() -> Desk {
    let mut desk = Desk::new();
    desk.search("cust-1");
    desk.keys("<enter>");
    desk
}

#[test]
fn a_user_opened_without_the_api_counts_as_opened() {
    let unreachable = || not_found("cust-1");
    let mut failed_first = typed();
    assert!(
        !failed_first
            .looked_up(Err(unreachable()))
            .contains(&ask::note("id-mara"))
    );
    let effects = failed_first.send(recalled("cust-1", mara(), None));
    assert!(effects.contains(&ask::note("id-mara")), "{effects:?}");
    let mut recalled_first = typed();
    recalled_first.send(recalled("cust-1", mara(), None));
    let effects = recalled_first.looked_up(Err(unreachable()));
    assert_eq!(
        effects
            .iter()
            .filter(|effect| **effect == ask::note("id-mara"))
            .count(),
        1
    );
}

#[test]
fn a_copy_shows_while_the_api_is_asked_and_its_messages_are_asked_for() {
    let mut desk = typed();
    let effects = desk.send(recalled("cust-1", mara(), None));
    assert_eq!(effects, [ask::newest("id-mara")]);
    assert_eq!(desk.shown(), Some("id-mara"));
    let good = desk.state.profile.remote.good().unwrap();
    assert_eq!(good.at, noon() - 3.hours());
    assert!(desk.state.profile.remote.is_loading());
    desk.send(recalled_page("id-mara", page(talk(0..3), false)));
    assert_eq!(desk.thread().messages.len(), 3);
    desk.found(&mara());
    assert_eq!(
        desk.state.profile.remote.good().unwrap().at,
        desk.state.clock.now
    );
    desk.newest(talk(0..5), false);
    assert_eq!(desk.thread().messages.len(), 5);
}

#[test]
fn a_copy_that_comes_after_the_api_has_failed_still_shows_with_its_age() {
    let mut desk = typed();
    desk.looked_up(Err(not_found("cust-1")));
    assert_eq!(desk.state.focus, Pane::Profile);
    desk.send(recalled("cust-1", mara(), None));
    assert!(matches!(
        desk.state.profile.remote,
        Remote::Failed { last: Some(_), .. }
    ));
    assert!(
        desk.screen().contains("an older copy, looked up 3h ago"),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_copy_never_replaces_what_the_api_has_said() {
    let mut desk = typed();
    desk.found(&mara());
    desk.newest(talk(0..3), false);
    let before = desk.state.clone();
    let older = client_of("id-mara", "Older", "cust-1");
    assert_eq!(desk.send(recalled("cust-1", older, None)), []);
    let nothing = MessagePage::NoConversation;
    assert_eq!(desk.send(recalled_page("id-mara", nothing)), []);
    assert_eq!(desk.state.profile, before.profile);
    assert_eq!(desk.state.messages, before.messages);
}

#[test]
fn a_copy_of_another_user_changes_nothing() {
    let mut desk = typed();
    let before = desk.state.clone();
    assert_eq!(
        desk.send(recalled("cust-2", person("id-noor", "Noor"), None)),
        []
    );
    let nothing = MessagePage::NoConversation;
    assert_eq!(desk.send(recalled_page("id-noor", nothing)), []);
    assert_eq!(desk.state.profile, before.profile);
    assert_eq!(desk.state.messages, before.messages);
}

#[test]
fn an_old_id_shows_the_survivor_and_that_it_is_old() {
    let mut desk = typed();
    desk.send(recalled("cust-1", mara(), Some(MatchedBy::Merged)));
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.matched_by, Some(MatchedBy::Merged));
    assert_eq!(shown.old_id, Some(LookupId::new("cust-1")));
}

#[test]
fn the_fate_of_an_id_is_shown_until_a_user_is_found_or_another_id_is_looked_up() {
    let deleted = |lookup: &str| Msg::FateKnown {
        lookup: LookupId::new(lookup),
        fate: Fate::Deleted {
            at: noon() - 3.hours(),
        },
    };
    let words = "cust-1 was deleted, as a webhook reported on";
    let mut desk = typed();
    desk.send(deleted("cust-2"));
    assert_eq!(
        desk.state.profile.fate, None,
        "nobody asks for that id any more"
    );
    desk.send(deleted("cust-1"));
    assert!(desk.screen().contains(words), "{}", desk.screen());
    desk.looked_up(Err(not_found("cust-1")));
    let screen = desk.screen();
    assert!(screen.contains(words), "{screen}");
    assert!(
        screen.contains("The API knows nobody by this id any more."),
        "{screen}"
    );
    assert!(!screen.contains("check the id"), "{screen}");
    desk.keys("R");
    desk.found(&mara());
    assert_eq!(desk.state.profile.fate, None);
    assert!(!desk.screen().contains(words), "{}", desk.screen());
    desk.send(deleted("id-mara"));
    assert_eq!(desk.state.profile.fate, None, "the API knows better");

    let mut desk = typed();
    desk.send(deleted("cust-1"));
    desk.search("cust-3");
    desk.keys("<enter>");
    assert_eq!(desk.state.profile.fate, None);
}

#[test]
fn an_empty_conversation_is_remembered_too() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("<enter>");
    desk.send(recalled_page("id-mara", MessagePage::NoConversation));
    let good = desk.state.messages.remote.good().unwrap();
    assert_eq!(good.value, Opened::NoConversation);
}

#[test]
fn trouble_with_the_files_is_shown() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.send(Msg::StoreNews("the disk is \u{1b}full".into()));
    assert!(
        desk.notice().starts_with("the disk is "),
        "{}",
        desk.notice()
    );
    assert!(!desk.notice().contains('\u{1b}'));
}

#[test]
fn trouble_with_the_files_stays_until_it_is_dismissed() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.send(Msg::StoreTrouble("the disk is full; make room".into()));
    assert!(desk.screen().contains("the disk is full; make room"));
    desk.keys("yi");
    desk.send(Msg::Copied {
        what: "the _id",
        size: 7,
        result: Ok(Clipboard::Tmux),
    });
    assert!(
        !desk.screen().contains("the disk is full"),
        "newer words come first"
    );
    desk.keys("jk/x");
    assert!(
        desk.screen().contains("the disk is full"),
        "no key loses it"
    );
    desk.keys("<esc><esc>");
    assert!(desk.screen().contains("the disk is full"));
    desk.keys("<esc>");
    assert!(!desk.screen().contains("the disk is full"));
}

#[test]
fn the_cursor_on_a_kept_user_brings_back_what_is_kept() {
    let mut desk = Desk::new();
    desk.known.learn_person(&Person {
        user_id: Some("cust-1"),
        name: "Mara",
        confirmed_at: Some(noon() - 3.hours()),
        ..Person::bare("id-mara")
    });
    let effects = desk.directory_changes();
    assert!(
        effects.contains(&Effect::Directory(DirectoryEffect::RecallUser(
            LookupId::new("id-mara")
        )))
    );
    assert!(
        desk.screen().contains("Reading what is kept of this user"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.send(recalled("id-mara", mara(), None)), []);
    assert_eq!(desk.shown(), Some("id-mara"));
    // It is as old as before, so the API is asked all the same.
    assert!(desk.rests().contains(&ask::user("id-mara")));
}

#[test]
fn the_title_names_the_source_and_age_until_the_api_has_answered() {
    let told = [
        (Source::Api, "─ looked up 3h ago ─"),
        (Source::File, "─ file as of 3h ago ─"),
        (Source::Webhook, "─ from a webhook 3h ago ─"),
    ];
    for (how, words) in told {
        let mut desk = typed();
        let known = KnownUser {
            name: resolve_display_name(&mara(), &[]),
            user: mara(),
            confirmed_at: noon() - 3.hours(),
            source: how,
            notes: Vec::new(),
            whole: WholeReport::InTheUser,
            beside: Vec::new(),
        };
        desk.send(Msg::UserRecalled {
            lookup: LookupId::new("cust-1"),
            known: Box::new(known),
            matched_by: None,
        });
        assert!(desk.screen().contains(words), "{}", desk.screen());
        desk.keys("iG");
        let asked = desk.screen().contains("Asked the API");
        assert_eq!(asked, how == Source::Api, "{}", desk.screen());
        desk.keys("<esc>");
        desk.looked_up(Err(not_found("cust-1")));
        let is_older = desk.screen().contains("an older copy, ");
        assert_eq!(is_older, how == Source::Api, "{}", desk.screen());
        desk.keys("R");
        desk.found(&mara());
        let screen = desk.screen();
        assert!(screen.contains("─ looked up just now ─"), "{screen}");
    }
}
