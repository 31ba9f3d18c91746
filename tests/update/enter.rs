//! Enter in the search box acts on the current text; Ctrl-o always looks it up.

use crate::given::{Desk, ask, client_of, nobody, not_found, person};
use smooch_console::console::effect::Slot;
use smooch_console::console::geometry::Pane;
use smooch_console::console::state::Typing;
use smooch_console::domain::User;

fn people() -> Vec<User> {
    let mut mara = client_of("id-mara", "Mara Quinn", "cust-1");
    mara.email = Some("mara@example.org".into());
    vec![
        mara,
        client_of("id-marat", "Marat Aliyev", "cust-2"),
        person("id-noor", "Noor Haddad"),
    ]
}

/// The effects of opening a known user by one of their ids.
fn opens(lookup: &str, id: &str) -> [smooch_console::console::effect::Effect; 3] {
    [ask::user(lookup), ask::newest(id), ask::spinner(200)]
}

/// The effects of looking a text up.
fn looks_up(text: &str) -> [smooch_console::console::effect::Effect; 4] {
    [
        ask::user(text),
        ask::cancel(Slot::Messages),
        ask::cancel(Slot::Older),
        ask::spinner(200),
    ]
}

#[test]
fn an_exact_hit_opens() {
    for (text, lookup) in [
        // Asked by the very text, so that the answer says which of the two ids it was.
        ("id-mara", "id-mara"),
        ("cust-1", "cust-1"),
        // The API cannot be asked for an e-mail.
        ("mara@example.org", "id-mara"),
        ("MARA@example.org", "id-mara"),
        (" cust-1 ", "cust-1"),
    ] {
        let mut desk = Desk::knowing(&people());
        desk.keys("/");
        for c in text.chars() {
            let key = if c == ' ' {
                "<space>".into()
            } else {
                c.to_string()
            };
            desk.keys(&key);
        }
        desk.hits();
        assert_eq!(desk.keys("<enter>"), opens(lookup, "id-mara"), "{text}");
        assert_eq!(desk.selected(), Some("id-mara"));
        assert_eq!(desk.state.focus, Pane::Messages);
        assert_eq!(desk.state.users.typing, Typing::Off);
    }
}

#[test]
fn the_cursor_is_on_an_exact_hit_until_the_agent_moves_it() {
    let mut people = people();
    people.push(person("id-4", "cust-1 is my number"));
    let mut desk = Desk::knowing(&people);
    desk.search("cust-1");
    assert_eq!(desk.selected(), Some("id-mara"));
    desk.keys("<down>");
    assert_eq!(desk.selected(), Some("id-4"));
    assert_eq!(desk.keys("<enter>"), opens("id-4", "id-4"));
}

#[test]
fn of_several_exact_hits_the_one_that_the_agent_moved_to_opens() {
    let mut people =
        [("id-hans", "Hans Zwei"), ("id-hanna", "Hanna Anders")].map(|(id, name)| person(id, name));
    for who in &mut people {
        who.email = Some("shared@example.org".into());
    }
    let mut desk = Desk::knowing(&people);
    desk.search("shared@example.org");
    desk.keys("<down>");
    assert_eq!(desk.selected(), Some("id-hanna"));
    assert_eq!(desk.keys("<enter>"), opens("id-hanna", "id-hanna"));
}

#[test]
fn an_id_comes_before_a_user_id_and_a_user_id_before_an_e_mail() {
    let mut by_email = person("id-1", "Mail");
    by_email.email = Some("64be90d2a7f31c0058e6d914".into());
    let by_user_id = client_of("id-2", "User", "64be90d2a7f31c0058e6d914");
    let by_id = person("64be90d2a7f31c0058e6d914", "Id");
    let mut desk = Desk::knowing(&[by_email, by_user_id, by_id]);
    desk.search("64be90d2a7f31c0058e6d914");
    let hits = desk.state.users.results.hits.iter();
    let order: Vec<&str> = hits.map(|hit| hit.entry.id.expose()).collect();
    assert_eq!(order, ["64be90d2a7f31c0058e6d914", "id-2", "id-1"]);
}

#[test]
fn an_id_in_capitals_reaches_its_user() {
    let id = "64be90d2a7f31c0058e6d914";
    let mut desk = Desk::knowing(&[person(id, "Mara")]);
    desk.paste("64BE90D2A7F31C0058E6D914");
    desk.hits();
    assert_eq!(desk.keys("<enter>"), opens(id, id));
}

#[test]
fn a_blank_behind_the_text_is_not_asked_for() {
    let mut desk = Desk::new();
    desk.keys("/cust-9<space>");
    desk.hits();
    assert_eq!(desk.keys("<enter>"), looks_up("cust-9"));
}

#[test]
fn else_the_row_that_the_agent_moved_to_opens() {
    let mut desk = Desk::knowing(&people());
    desk.search("mara");
    desk.keys("<down>");
    assert_eq!(desk.keys("<enter>"), opens("id-marat", "id-marat"));
}

#[test]
fn else_the_best_row_that_is_not_fuzzy_opens() {
    let mut desk = Desk::knowing(&people());
    desk.search("mara");
    assert_eq!(desk.keys("<enter>"), opens("id-mara", "id-mara"));
}

#[test]
fn a_text_that_may_be_an_id_is_looked_up_rather_than_a_mere_likeness_opened() {
    for text in ["mrqnn", "maraquinn", "haddadnoor"] {
        let mut desk = Desk::knowing(&people());
        desk.search(text);
        assert_eq!(desk.selected(), Some("(look up)"), "{text}");
        let screen = desk.screen();
        assert!(screen.contains("↵ ask the API"), "{screen}");
        assert!(screen.contains("▸Look up “"), "{screen}");
        assert_eq!(desk.shown(), None, "nobody is shown in the row's place");
        assert_eq!(desk.keys("<enter>"), looks_up(text));
        assert_eq!(desk.selected(), Some("(look up)"));
    }
}

#[test]
fn a_likeness_is_one_row_below_the_look_up() {
    let mut desk = Desk::knowing(&people());
    desk.search("mrqnn");
    desk.keys("<down>");
    assert!(desk.screen().contains("↵ open"), "{}", desk.screen());
    assert_eq!(desk.keys("<enter>"), opens("id-mara", "id-mara"));
}

#[test]
fn the_nearest_likeness_opens_if_the_text_cannot_be_an_id() {
    let mut desk = Desk::knowing(&people());
    desk.search("mra qnn");
    assert_eq!(desk.selected(), Some("id-mara"));
    assert!(desk.screen().contains("↵ open"), "{}", desk.screen());
    assert_eq!(desk.keys("<enter>"), opens("id-mara", "id-mara"));
}

#[test]
fn what_looks_like_a_mistyped_filter_is_not_sent_to_the_api() {
    for text in [
        "is:anonymus",
        "chanel:web",
        "platform:web",
        "has:emial",
        "seen<7d",
    ] {
        let mut desk = Desk::knowing(&people());
        desk.search(text);
        assert_eq!(desk.selected(), None, "{text}");
        assert!(!desk.screen().contains('↵'), "{}", desk.screen());
        assert_eq!(desk.keys("<enter>"), [], "{text}");
        let words = "no user known here matches; Ctrl-o asks the API for it as an id";
        assert_eq!(desk.notice(), words, "{text}");
        // Whoever means it moves to the row that says so.
        desk.keys("<down>");
        assert_eq!(desk.selected(), Some("(look up)"));
        assert_eq!(desk.keys("<enter>"), looks_up(text), "{text}");
    }
    let mut desk = Desk::knowing(&people());
    desk.search("auth0:42");
    assert_eq!(
        desk.keys("<enter>"),
        looks_up("auth0:42"),
        "some ids have a colon"
    );
    // The id behind such a word is offered.
    let mut desk = Desk::knowing(&people());
    desk.search("user:42");
    assert_eq!(desk.keys("<enter>"), looks_up("42"));
}

#[test]
fn a_text_that_nobody_matches_is_looked_up() {
    let mut desk = Desk::knowing(&people());
    desk.search("5f3a0000000000000000beef");
    assert_eq!(desk.keys("<enter>"), looks_up("5f3a0000000000000000beef"));
}

#[test]
fn the_look_up_row_looks_the_text_up() {
    let mut desk = Desk::knowing(&people());
    desk.search("mara");
    desk.keys("<down><down>");
    assert_eq!(desk.selected(), Some("(look up)"));
    assert_eq!(desk.keys("<enter>"), looks_up("mara"));
}

#[test]
fn enter_before_the_hits_are_there_waits_for_them() {
    let mut desk = Desk::knowing(&people());
    desk.keys("/cust-2");
    assert_eq!(desk.keys("<enter>"), []);
    assert_eq!(desk.state.users.typing, Typing::On);
    assert_eq!(desk.hits(), opens("cust-2", "id-marat"));
}

#[test]
fn enter_never_acts_on_the_hits_for_an_older_text() {
    let mut desk = Desk::knowing(&people());
    desk.search("cust-1");
    desk.keys("<bs>3<enter>");
    assert_eq!(desk.state.profile.shown_id().unwrap().expose(), "id-mara");
    assert_eq!(desk.hits(), looks_up("cust-3"));
}

#[test]
fn an_enter_that_waits_is_forgotten_when_the_agent_does_something_else() {
    for keys in ["<esc>", "<tab>", "x", "<bs>"] {
        let mut desk = Desk::knowing(&people());
        desk.keys("/cust-2<enter>");
        desk.keys(keys);
        desk.hits();
        assert_eq!(desk.number(Slot::Profile), None, "{keys}");
        assert_eq!(desk.number(Slot::Messages), None, "{keys}");
    }
}

#[test]
fn a_look_up_takes_the_place_of_an_enter_that_waits() {
    let mut desk = Desk::knowing(&people());
    desk.keys("/cust-2<enter><c-o>");
    let asked = desk.request(Slot::Profile).cloned();
    assert_eq!(desk.hits(), []);
    assert_eq!(desk.request(Slot::Profile).cloned(), asked);
}

#[test]
fn enter_on_blank_text_opens_the_row_under_the_cursor() {
    for blank in ["", "<space>"] {
        let mut desk = Desk::knowing(&people());
        desk.keys("/");
        desk.keys(blank);
        if !blank.is_empty() {
            desk.hits();
        }
        assert_eq!(desk.keys("<enter>"), opens("id-mara", "id-mara"), "{blank}");
    }
}

#[test]
fn enter_opens_no_user_if_none_is_known() {
    let mut desk = Desk::new();
    assert_eq!(desk.keys("/<enter>"), []);
    assert_eq!(desk.state.profile.subject, None);
}

#[test]
fn ctrl_o_always_looks_the_text_up() {
    // Whatever the hits say, and before they are there.
    for text in ["mara", "cust-1", "mara@example.org", "nobody at all"] {
        let mut desk = Desk::knowing(&people());
        desk.search(text);
        assert_eq!(desk.keys("<c-o>"), looks_up(text), "{text}");
        let mut hasty = Desk::knowing(&people());
        hasty.paste(text);
        assert_eq!(hasty.keys("<c-o>"), looks_up(text), "{text}");
    }
}

#[test]
fn ctrl_o_on_blank_text_says_what_is_missing() {
    for blank in ["", "<space>"] {
        let mut desk = Desk::knowing(&people());
        desk.keys("/");
        desk.keys(blank);
        assert_eq!(desk.keys("<c-o>"), []);
        assert_eq!(desk.notice(), "type or paste an _id or a userId first");
        assert!(desk.state.users.is_typing());
    }
}

#[test]
fn the_user_that_ctrl_o_found_stays_when_the_hits_name_another() {
    // One user's e-mail is another one's userId.
    let mut people = people();
    people.push(client_of("id-4", "Ona", "mara@example.org"));
    let mut desk = Desk::knowing(&people[..3]);
    desk.search("mara@example.org");
    desk.keys("<c-o>");
    let effects = desk.found(&people[3]);
    assert_eq!(effects, [ask::note("id-4"), ask::newest("id-4")]);
    assert_eq!(desk.directory_changes(), [ask::search("mara@example.org")]);
    assert_eq!(desk.shown(), Some("id-4"));
}

#[test]
fn a_failed_look_up_keeps_the_text_and_shows_the_reason() {
    let mut desk = Desk::new();
    desk.search("gone");
    desk.keys("<enter>");
    assert_eq!(desk.state.focus, Pane::Messages);
    assert_eq!(desk.looked_up(Err(not_found("gone"))), []);
    assert_eq!(desk.state.focus, Pane::Profile);
    assert_eq!(desk.state.users.text(), "gone");
    assert_eq!(
        desk.state.profile.remote.problem(),
        Some(&not_found("gone"))
    );
    assert!(desk.screen().contains("gone"), "{}", desk.screen());
}

#[test]
fn a_failed_look_up_leaves_the_focus_where_the_agent_put_it() {
    let mut desk = Desk::knowing(&[nobody("a")]);
    desk.search("gone");
    desk.keys("<enter>1");
    desk.looked_up(Err(not_found("gone")));
    assert_eq!(desk.state.focus, Pane::Users);
}
