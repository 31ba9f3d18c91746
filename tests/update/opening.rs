//! Opening a user: what is asked for, what each answer changes, and which answers count.

use crate::given::{Desk, ask, client_of, message, nobody, noon, not_found, page, person, talk};
use smooch_console::console::effect::Slot;
use smooch_console::console::geometry::Pane;
use smooch_console::console::layout::facts::Facts;
use smooch_console::console::layout::strip;
use smooch_console::console::msg::Msg;
use smooch_console::console::state::Remote;
use smooch_console::console::state::messages::Opened;
use smooch_console::console::state::profile::Visit;
use smooch_console::domain::{Found, MatchedBy, MessagePage, Problem, Provenance, Refused, User};

fn mara() -> User {
    client_of("id-mara", "Mara", "cust-1")
}

fn noor() -> User {
    person("id-noor", "Noor")
}

/// A desk where the second of two known users was opened while the first still loads.
fn moved_on() -> Desk {
    let mut desk = Desk::knowing(&[mara(), noor()]);
    desk.keys("<enter>");
    desk
}

#[test]
fn opening_a_row_fetches_profile_and_messages() {
    let mut desk = Desk::knowing(&[mara(), noor()]);
    assert_eq!(
        desk.keys("j<enter>"),
        [
            ask::cancel(Slot::Profile),
            ask::rest(),
            ask::user("id-noor"),
            ask::newest("id-noor"),
            ask::spinner(200),
        ]
    );
    assert_eq!(desk.shown(), Some("id-noor"), "the copy shows at once");
    assert_eq!(desk.state.focus, Pane::Messages);
    assert_eq!(desk.rests(), [], "opening is more than resting");
    assert_eq!(desk.found(&noor()), [ask::note("id-noor")]);
    let learnt = desk.newest(talk(0..3), false);
    assert_eq!(learnt, [ask::learn_name(&desk)]);
}

#[test]
fn the_messages_of_a_typed_id_are_asked_for_when_the_user_is_known() {
    let mut desk = Desk::new();
    desk.search("cust-1");
    assert_eq!(
        desk.keys("<enter>"),
        [
            ask::user("cust-1"),
            ask::cancel(Slot::Messages),
            ask::cancel(Slot::Older),
            ask::spinner(200),
        ]
    );
    assert_eq!(
        desk.found(&mara()),
        [ask::note("id-mara"), ask::newest("id-mara")]
    );
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.matched_by, Some(MatchedBy::UserId));
}

#[test]
fn which_id_matched_is_shown_for_typed_text_only() {
    for (text, matched_by) in [
        ("cust-1", Some(MatchedBy::UserId)),
        ("id-mara", Some(MatchedBy::SmoochId)),
        ("mara", None),
        ("", None),
    ] {
        let mut desk = Desk::knowing(&[mara()]);
        desk.keys("s");
        if !text.is_empty() {
            desk.paste(text);
            desk.hits();
        }
        desk.keys("<enter>");
        desk.found(&mara());
        let shown = desk.state.profile.shown().unwrap();
        assert_eq!(shown.matched_by, matched_by, "{text}");
    }
}

#[test]
fn which_id_matched_is_kept_by_a_refresh_and_forgotten_by_opening_the_row() {
    let mut desk = Desk::new();
    desk.search("cust-1");
    desk.keys("<enter>");
    desk.found(&mara());
    desk.directory_changes();
    desk.keys("R");
    desk.found(&mara());
    let matched_by = |desk: &Desk| desk.state.profile.shown().unwrap().matched_by;
    assert_eq!(matched_by(&desk), Some(MatchedBy::UserId));
    desk.search("mara");
    desk.keys("<enter>");
    assert_eq!(matched_by(&desk), None);
    desk.found(&mara());
    assert_eq!(matched_by(&desk), None);
}

#[test]
fn an_id_with_blanks_around_it_can_be_asked_for_to_the_letter() {
    let mut desk = Desk::new();
    desk.keys("s<space>x<space>");
    desk.hits();
    desk.keys("<c-o>");
    assert_eq!(
        desk.found(&client_of("id", "N", " x ")),
        [ask::note("id"), ask::newest("id")]
    );
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.matched_by, Some(MatchedBy::UserId));
}

#[test]
fn an_old_id_says_so_and_opens_the_survivors_messages() {
    let mut desk = Desk::new();
    desk.search("id-before-the-merge");
    desk.keys("<enter>");
    assert_eq!(
        desk.found(&mara()),
        [ask::note("id-mara"), ask::newest("id-mara")]
    );
    assert_eq!(
        desk.notice(),
        "id-before-the-merge is an old id: it leads to the survivor of a merge"
    );
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.matched_by, Some(MatchedBy::Merged));
}

#[test]
fn a_row_whose_user_was_merged_opens_the_survivors_messages() {
    let mut desk = Desk::knowing(&[noor(), mara()]);
    desk.keys("<enter>");
    desk.newest(talk(0..3), false);
    assert_eq!(
        desk.found(&mara()),
        [ask::note("id-mara"), ask::newest("id-mara")]
    );
    assert!(desk.notice().starts_with("id-noor is an old id"));
    assert!(
        desk.state.thread().is_none(),
        "the old thread is not theirs"
    );
}

#[test]
fn a_late_profile_is_ignored() {
    let mut desk = moved_on();
    let ticket = desk.number(Slot::Profile).unwrap();
    desk.keys("1j");
    let (user, matched_by) = (mara(), MatchedBy::SmoochId);
    let result = Box::new(Ok(Found {
        user,
        matched_by,
        asked_at: noon(),
    }));
    let before = format!("{:?}", desk.state.profile);
    assert_eq!(desk.send(Msg::UserLoaded { ticket, result }), []);
    assert_eq!(format!("{:?}", desk.state.profile), before);
}

#[test]
fn a_late_page_is_ignored() {
    for result in [
        Ok(page(talk(0..3), true)),
        Ok(MessagePage::NoConversation),
        Err(Problem::Refused(Refused::AppNotFound)),
    ] {
        let mut desk = moved_on();
        let ticket = desk.number(Slot::Messages).unwrap();
        desk.keys("1j<enter>");
        let before = format!("{:?}{:?}", desk.state.profile, desk.state.messages);
        assert_eq!(desk.send(Msg::MessagesLoaded { ticket, result }), []);
        let after = format!("{:?}{:?}", desk.state.profile, desk.state.messages);
        assert_eq!(after, before);
    }
}

#[test]
fn messages_of_the_user_opened_before_change_nothing_about_the_user_under_the_cursor() {
    // Noor's name is known from messages, which are not loaded now.
    let mut desk = Desk::knowing(&[mara(), nobody("id-noor")]);
    let id = nobody("id-noor").id;
    let mut name = smooch_console::domain::DisplayName::unknown();
    name.text = "Noor".into();
    name.provenance = Provenance::Message;
    desk.known.learn_name(&id, name.clone());
    desk.directory_changes();
    desk.keys("<enter>1j");
    let before = desk.state.profile.clone();
    assert_eq!(desk.newest(talk(0..3), false), []);
    assert_eq!(desk.state.profile, before);
    assert_eq!(desk.state.profile.shown().unwrap().name, name);
    assert!(
        desk.state.thread().is_none(),
        "Mara's thread is not painted"
    );
}

#[test]
fn a_name_known_from_messages_is_not_lost_when_the_profile_comes() {
    let mut desk = Desk::knowing(&[nobody("id-noor")]);
    let mut name = smooch_console::domain::DisplayName::unknown();
    name.text = "Noor".into();
    name.provenance = Provenance::Message;
    desk.known.learn_name(&nobody("id-noor").id, name.clone());
    desk.directory_changes();
    // The cursor comes to the row anew and shows the copy.
    desk.search("nobody");
    desk.search("id-noor");
    assert_eq!(desk.state.profile.shown().unwrap().name, name);
    desk.rests();
    desk.found(&nobody("id-noor"));
    assert_eq!(desk.state.profile.shown().unwrap().name, name);
    // A name of the profile is better than one of messages.
    desk.wait(60_000).keys("<enter>");
    desk.found(&person("id-noor", "Noor Haddad"));
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.name.provenance, Provenance::Profile);
}

#[test]
fn authors_without_a_name_get_the_one_that_the_profile_brings() {
    let mut desk = Desk::new();
    let id = mara().id;
    desk.known.import_ids([id]);
    desk.directory_changes();
    desk.keys("<enter>");
    desk.newest(talk(0..1), false);
    assert!(!desk.screen().contains("12:00 Mara"));
    desk.found(&mara());
    assert!(desk.screen().contains("12:00 Mara"), "{}", desk.screen());
    desk.keys("R");
    desk.found(&client_of("id-mara", "Marianne", "cust-1"));
    assert!(
        desk.screen().contains("12:00 Marianne"),
        "{}",
        desk.screen()
    );
}

#[test]
fn authors_keep_their_name_while_another_user_is_glanced_at() {
    let mut desk = Desk::knowing(&[mara(), noor()]).and_reads(&mara(), talk(0..1));
    desk.keys("1j");
    desk.resize(100, 30);
    desk.keys("k");
    assert!(desk.screen().contains("12:00 Mara"), "{}", desk.screen());
}

#[test]
fn a_name_from_the_messages_is_learnt() {
    let mut desk = Desk::knowing(&[nobody("id-noor")]);
    desk.keys("<enter>");
    desk.found(&nobody("id-noor"));
    let mut said = message("m1", 1, "hello");
    said.author.name = Some("Noor from the app".into());
    let effects = desk.newest(vec![said], false);
    assert_eq!(effects, [ask::learn_name(&desk)]);
    let shown = desk.state.profile.shown().unwrap();
    assert_eq!(shown.name.provenance, Provenance::Message);
    assert_eq!(shown.name.text, "Noor from the app".into());
}

#[test]
fn no_conversation_is_not_a_problem() {
    let mut desk = moved_on();
    desk.found(&mara());
    assert_eq!(
        desk.page(Slot::Messages, Ok(MessagePage::NoConversation)),
        []
    );
    assert!(matches!(
        &desk.state.messages.remote,
        Remote::Ready(good) if good.value == Opened::NoConversation
    ));
    let screen = desk.screen();
    assert!(screen.contains("No conversation yet"), "{screen}");
    assert!(!screen.contains("tries again"), "{screen}");
}

#[test]
fn an_older_copy_stays_when_the_look_up_fails() {
    let mut desk = moved_on();
    desk.looked_up(Err(Problem::Refused(Refused::AppNotFound)));
    assert_eq!(desk.shown(), Some("id-mara"));
    assert_eq!(
        desk.state.profile.remote.good().unwrap().at,
        noon() - crate::given::hours(1)
    );
    assert_eq!(desk.state.focus, Pane::Messages);
}

#[test]
fn opening_again_keeps_what_is_loaded_while_it_loads() {
    let mut desk = Desk::reading(&mara(), talk(0..3));
    assert_eq!(
        desk.keys("1<enter>"),
        [ask::user("id-mara"), ask::newest("id-mara")]
    );
    assert_eq!(desk.thread().messages.len(), 3);
    assert_eq!(desk.shown(), Some("id-mara"));
}

#[test]
fn enter_in_the_other_panes_opens_who_is_shown_then_goes_in() {
    for pane in ["2", "3"] {
        let mut desk = Desk::knowing(&[mara()]);
        desk.keys(pane);
        assert_eq!(
            desk.keys("<enter>"),
            [
                ask::user("id-mara"),
                ask::newest("id-mara"),
                ask::spinner(200)
            ]
        );
        assert_eq!(desk.state.focus, Pane::Messages);
        let subject = desk.state.profile.subject.as_ref().unwrap();
        assert_eq!(subject.visit, Visit::Opened);
        assert_eq!(desk.keys("2<enter>"), []);
        assert_eq!(desk.state.focus, Pane::Messages);
    }
}

#[test]
fn enter_in_the_other_panes_tries_a_failed_look_up_again() {
    let mut desk = Desk::new();
    desk.search("gone");
    desk.keys("<enter>");
    desk.looked_up(Err(not_found("gone")));
    let effects = desk.keys("<enter>");
    assert_eq!(effects[0], ask::user("gone"));
}

#[test]
fn enter_where_nobody_is_shown_does_nothing() {
    for pane in ["1", "2", "3"] {
        let mut desk = Desk::new();
        desk.keys(pane);
        assert_eq!(desk.keys("<enter>"), []);
    }
}

#[test]
fn the_profile_starts_at_its_top_for_each_user() {
    let mut desk = Desk::knowing(&[mara(), noor()]);
    desk.keys("2G");
    assert!(desk.state.profile.scroll > 0);
    desk.keys("1j");
    assert_eq!(desk.state.profile.scroll, 0);
}

#[test]
fn a_shorter_profile_takes_the_scroll_back() {
    let mut long = mara();
    let properties = (0..40).map(|n| {
        let key = format!("key {n}");
        let value = smooch_console::domain::Scalar::Bool(true);
        (key.into(), value)
    });
    long.properties = smooch_console::domain::Properties(properties.collect());
    let mut desk = Desk::knowing(std::slice::from_ref(&long));
    desk.keys("2G");
    let scrolled = desk.state.profile.scroll;
    desk.keys("R");
    desk.found(&mara());
    assert!(desk.state.profile.scroll + 30 < scrolled);
}

#[test]
fn a_long_problem_takes_two_rows_from_a_profile_that_is_known() {
    let mut desk = Desk::sized(40, 10).and_knows(&[mara()]);
    desk.keys("2R");
    desk.looked_up(Err(not_found(&"long ".repeat(60))));
    desk.keys("GG");
    let profile = desk.state.profile.shown().unwrap();
    let text = desk.state.screen().text(Pane::Profile);
    let facts = strip::below(&desk.state, Facts::of(&desk.state, profile));
    let rows = smooch_console::console::layout::profile::rows(facts, usize::from(text.width));
    let shown = usize::from(text.height) - 2;
    assert_eq!(desk.state.profile.scroll, rows.len() - shown);
    assert!(desk.screen().contains("R tries again"), "{}", desk.screen());
}

#[test]
fn a_banner_is_not_cut_before_it_says_what_failed() {
    for (width, height) in [(200, 50), (120, 30), (80, 24), (60, 16)] {
        let mut desk = Desk::sized(width, height).and_knows(&[mara()]);
        let connection = &mut desk.state.api.connection;
        connection.key_id = "app_5f2c0000000000000000b001".into();
        connection.key_source = "the secret_command of [apps.acme-production]".into();
        desk.keys("R");
        let detail = "a long answer of the server ".repeat(9).as_str().into();
        desk.looked_up(Err(Problem::Refused(Refused::Unauthorized { detail })));
        let screen = desk.screen();
        assert!(screen.contains("the API refused key"), "{screen}");
        assert!(screen.contains("R tries again"), "{screen}");
    }
}

#[test]
fn a_problem_that_goes_takes_the_scroll_back() {
    let mut desk = Desk::sized(60, 16).and_knows(&[mara()]);
    desk.keys("2R");
    desk.looked_up(Err(Problem::Refused(Refused::AppNotFound)));
    desk.keys("G");
    let scrolled = desk.state.profile.scroll;
    desk.keys("R");
    assert!(desk.state.profile.scroll < scrolled);
}

#[test]
fn the_end_of_the_profile_can_be_reached_below_a_problem() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("2R");
    desk.looked_up(Err(Problem::Refused(Refused::AppNotFound)));
    desk.keys("G");
    // The last row of the profile's details.
    assert!(desk.screen().contains("payment info"), "{}", desk.screen());
}

#[test]
fn the_name_that_a_channel_knows_is_shown_beside_the_number() {
    let json = br#"{"_id":"u","properties":{},"clients":[{"id":"c","platform":"whatsapp",
        "displayName":"+31 6 12345039","raw":{"from":"31612345039","profile":{"name":"Rosa Paz"}}},
        {"id":"t","platform":"telegram","displayName":"T. A.","raw":{"username":"tareka99"}}]}"#;
    let user = smooch_console::wire::v11::parse_user(json).unwrap();
    let mut desk = Desk::knowing(&[user]);
    let screen = desk.screen();
    assert!(screen.contains("whatsapp “Rosa Paz”"), "{screen}");
    assert!(!screen.contains("telegram “"), "{screen}");
    desk.keys("2G");
    let screen = desk.screen();
    assert!(screen.contains("@tareka99"), "{screen}");
}
