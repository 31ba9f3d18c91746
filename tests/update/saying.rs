//! What the panes say of a text: what was searched, and what can be done with it.

use smooch_console::domain::{IdFault, LookupId, Problem, Refused, Region, Stage, UsageFault};

use crate::given::{Desk, ask, client_of, hours, noon, person};

fn desk(width: u16, height: u16) -> Desk {
    Desk::sized(width, height).and_knows(&[
        client_of("id-mara", "Mara Quinn", "cust-1"),
        person("id-noor", "Noor Haddad"),
    ])
}

/// What is drawn, as one line without the frames, so that wrapped words are found.
fn said(desk: &Desk) -> String {
    let area = desk.state.screen().inner(desk.state.focus);
    let buffer = desk.drawn();
    let cell = |x, y| buffer[(x, y)].symbol().to_owned();
    let row = |y| (area.left()..area.right()).map(move |x| cell(x, y));
    let rows = (area.top()..area.bottom()).map(|y| row(y).collect::<String>());
    let words: Vec<String> = rows
        .flat_map(|row| {
            row.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    words.join(" ")
}

#[test]
fn what_only_filters_ask_for_is_not_offered_to_the_api() {
    let mut desk = desk(120, 30);
    desk.search("is:named has:phone");
    let words = said(&desk);
    assert!(words.contains("Among the 2 users known here nobody matches “is:named has:phone”."));
    assert!(
        !words.contains("Look up") && !words.contains("API"),
        "{words}"
    );
    assert_eq!(desk.state.users.rows(), 0);
    assert_eq!(desk.keys("<enter>"), []);
    assert_eq!(
        desk.notice(),
        "no user known here matches, and the API has no filters"
    );
    // The key for it still asks: nothing else can reach somebody with such an id.
    assert!(
        desk.keys("<c-o>")
            .contains(&ask::user("is:named has:phone"))
    );
}

#[test]
fn enter_opens_the_first_of_the_users_that_filters_find() {
    let mut desk = desk(120, 30);
    desk.search("is:identified");
    assert!(!said(&desk).contains("Look up"));
    assert!(desk.keys("<enter>").contains(&ask::user("id-mara")));
}

#[test]
fn text_beside_a_filter_is_offered() {
    let mut desk = desk(120, 30);
    for text in ["zoe is:named", "is:y", "zoe"] {
        desk.search(text);
        assert!(said(&desk).contains("Look up"), "{text}");
    }
}

#[test]
fn an_unknown_e_mail_is_said_to_be_nothing_that_the_api_can_be_asked_for() {
    let mut desk = desk(120, 30);
    desk.search("zoe@example.org");
    let words = said(&desk);
    assert!(
        words.contains("The API v1.1 cannot be asked for an e-mail, only for this text as an id"),
        "{words}"
    );
    desk.search("zoe");
    assert!(said(&desk).contains("The API has no search by name; it can be asked"));
    let mut stranger = Desk::new();
    stranger.search("zoe@example.org");
    assert!(said(&stranger).contains("Nobody is known here yet. The API v1.1 cannot be asked"));
}

#[test]
fn where_no_pane_is_on_the_left_nobody_is_sent_there() {
    for (width, height, left) in [
        (120, 30, true),
        (200, 50, true),
        (80, 24, false),
        (40, 12, false),
    ] {
        let desk = Desk::sized(width, height);
        let screen = desk.screen();
        assert_eq!(screen.contains("Search on the left"), left, "{screen}");
        assert_eq!(screen.contains("Search for a name"), !left, "{screen}");
    }
}

#[test]
fn no_key_tries_again_what_can_never_be_sent() {
    for (id, fault) in [("..", IdFault::DotSegment), ("x", IdFault::TooLong)] {
        let id = LookupId::new(id);
        for (problem, again) in [
            (
                Problem::Usage(UsageFault::ImpossibleId {
                    id: id.clone(),
                    fault,
                }),
                false,
            ),
            (Problem::Refused(Refused::UserNotFound { id }), true),
        ] {
            let mut desk = desk(120, 30);
            desk.search("zoe");
            desk.keys("<c-o>");
            desk.looked_up(Err(problem.clone()));
            let screen = desk.screen();
            assert_eq!(screen.contains("R tries again"), again, "{screen}");
            // The same beside what is known of somebody.
            desk.keys("1<esc>");
            desk.search("mara");
            desk.keys("<enter>");
            desk.looked_up(Err(problem));
            let screen = desk.screen();
            assert_eq!(screen.contains("R tries again"), again, "{screen}");
        }
    }
}

#[test]
fn a_very_long_paste_shows_its_beginning_and_its_end() {
    let text = format!("begin{}end", "x".repeat(200_000));
    for (width, height) in [(80, 24), (120, 30), (200, 50), (40, 12)] {
        let mut desk = desk(width, height);
        desk.search(&text);
        let words = said(&desk);
        assert!(!words.contains(" more"), "{words}");
        assert!(words.contains("xxend"), "{words}");
        assert!(words.contains("Look up “begin"), "{words}");
        assert!(words.contains("xend” in the API"), "{words}");
        desk.keys("<home>");
        assert!(said(&desk).starts_with("/ beginxx"), "{}", said(&desk));
        desk.keys("<end>y<left>");
        assert!(said(&desk).contains("xxendy"), "{}", said(&desk));
    }
}

/// The header where a million users are known, some of them for twenty days.
fn header(width: u16, stage: Stage, label: &str, region: Region) -> String {
    let mut desk = Desk::sized(width, 24);
    desk.state.api.connection.stage = stage;
    desk.state.api.connection.app_label = label.into();
    desk.state.api.connection.region = region;
    desk.state.users.results.known = 1_234_567;
    desk.state.users.results.oldest = Some(noon() - hours(24 * 20));
    desk.screen().lines().next().unwrap().trim().to_owned()
}

#[test]
fn the_number_and_age_of_what_is_searched_outlast_the_name_of_the_app() {
    let long = "the customer care of a very long company name";
    let host = || Region::Host("care.example.org".into());
    let (unmarked, production) = (Stage::Unmarked, Stage::Production);
    for (header, left, right) in [
        (
            header(80, unmarked, "acme", Region::Us),
            "acme · us · v1.1 · READ-ONLY  ",
            "1,234,567 known users, oldest 20d   12:00",
        ),
        (
            header(80, unmarked, long, Region::Us),
            "the custom… · us · v1.1 · READ-ONLY  ",
            "1,234,567 known users, oldest 20d   12:00",
        ),
        (
            header(80, unmarked, long, host()),
            "the customer ca… · v1.1 · READ-ONLY  ",
            "1,234,567 known users, oldest 20d   12:00",
        ),
        (
            header(80, production, "acme", host()),
            "PRODUCTION  acme · v1.1 · READ-ONLY  ",
            " 1,234,567 known, oldest 20d   12:00",
        ),
        (
            header(80, production, long, Region::Us),
            "PRODUCTION  the cust… · v1.1 · READ-ONLY  ",
            "1,234,567 known, oldest 20d   12:00",
        ),
        (
            header(120, production, long, Region::Us),
            "PRODUCTION  the customer care of a … · us · v1.1 · READ-ONLY  ",
            "1,234,567 known users, oldest 20d   12:00",
        ),
    ] {
        assert!(header.starts_with(left), "{header}");
        assert!(header.ends_with(right), "{header}");
    }
}

#[test]
fn on_narrow_screens_the_header_never_loses_read_only() {
    for width in 40..=100 {
        for stage in [Stage::Unmarked, Stage::Production, Stage::Sandbox] {
            let mut desk = Desk::sized(width, 24);
            desk.state.api.connection.stage = stage;
            desk.state.users.results.known = 1_234_567;
            let screen = desk.screen();
            let first = screen.lines().next().unwrap();
            assert!(first.contains(" v1.1 · READ-ONLY"), "{first}");
            assert!(
                first.contains("   12:00 ") || first.contains("  12:00 "),
                "{first}"
            );
        }
    }
}
