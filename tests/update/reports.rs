//! What the facts of a user rest on: tags in the profile, sentences on the card, every report in the
//! raw view, and what is known beside an answer.

use crate::given::{Desk, ask, client_of, nobody, noon, person};
use jiff::{Timestamp, ToSpan as _};
use smooch_console::console::msg::{Msg, Ticket};
use smooch_console::domain::facts::{MissingUserId, Source};
use smooch_console::domain::name::resolve_display_name;
use smooch_console::domain::{
    FactName, FactNote, KnownUser, LookupId, OtherReport, Properties, RawJson, ReportedPart,
    Scalar, SmoochId, Standing, User, WholeReport,
};

fn may() -> Timestamp {
    "2025-05-03T14:02:00Z".parse().unwrap()
}

fn long_ago() -> Timestamp {
    "2024-05-02T08:00:00Z".parse().unwrap()
}

fn note(about: FactName, source: Source, at: Timestamp) -> FactNote {
    FactNote {
        about,
        source,
        at,
        old_id: None,
        other: None,
    }
}

fn mara() -> User {
    let mut user = client_of("id-mara", "Mara", "cust-1");
    user.email = Some("mara@example.org".into());
    user
}

/// A user that the API described an hour ago, with notes.
fn known(user: User, notes: Vec<FactNote>) -> KnownUser {
    KnownUser {
        name: resolve_display_name(&user, &[]),
        user,
        confirmed_at: noon() - 1.hours(),
        source: Source::Api,
        notes,
        whole: WholeReport::InTheUser,
        beside: Vec::new(),
    }
}

/// A desk at a size, where that user is shown.
fn shown_at(known: KnownUser, width: u16, height: u16) -> Desk {
    let mut desk = Desk::sized(width, height);
    desk.search(known.user.id.expose());
    desk.keys("<c-o>");
    desk.send(Msg::UserRecalled {
        lookup: LookupId::new(known.user.id.expose()),
        known: Box::new(known),
        matched_by: None,
    });
    desk.keys("2");
    desk
}

fn shown(known: KnownUser) -> Desk {
    shown_at(known, 99, 90)
}

#[track_caller]
fn assert_shows(desk: &Desk, words: &str) {
    let screen = desk.screen();
    assert!(screen.contains(words), "“{words}” is not on\n{screen}");
}

#[track_caller]
fn assert_lacks(desk: &Desk, words: &str) {
    let screen = desk.screen();
    assert!(!screen.contains(words), "“{words}” is on\n{screen}");
}

/// The words of a card, without its border and its line breaks.
fn card(desk: &mut Desk) -> String {
    desk.keys("i");
    let screen = desk.screen();
    let words = screen.split(|c: char| c.is_whitespace() || c == '│');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[track_caller]
fn assert_says(card: &str, words: &str) {
    assert!(card.contains(words), "“{words}” is not in\n{card}");
}

#[test]
fn what_rests_on_another_report_has_a_tag_where_it_stands_and_the_rest_has_none() {
    let mut user = mara();
    user.properties = Properties(vec![
        ("plan".into(), Scalar::Text("pro".into())),
        ("tier".into(), Scalar::Text("gold".into())),
    ]);
    let notes = vec![
        note(FactName::Email, Source::File, may()),
        note(FactName::GivenName, Source::File, long_ago()),
        note(
            FactName::Property("tier".into()),
            Source::Webhook,
            noon() - 48.hours(),
        ),
    ];
    let desk = shown(known(user.clone(), notes));
    assert_shows(&desk, "mara@example.org  file, 3 May");
    assert_shows(&desk, "Mara  from givenName  file, 2 May 2024");
    assert_shows(&desk, "plan=pro  tier=gold  1 from webhook, 2d");
    assert_shows(&desk, "tier         gold  webhook, 2d");
    let screen = desk.screen();
    assert!(
        screen
            .lines()
            .any(|line| line.contains("plan         pro "))
    );

    let calm = shown(known(user, Vec::new()));
    for word in ["file, ", "webhook, ", "API, "] {
        assert_lacks(&calm, word);
    }
}

#[test]
fn no_value_is_cut_for_its_tag_at_any_width() {
    let mut user = mara();
    let email = format!("mara.{}@example.org", "q".repeat(50));
    user.email = Some(email.as_str().into());
    let about = [FactName::Email, FactName::GivenName, FactName::UserId];
    let notes = about.map(|about| note(about, Source::File, long_ago()));
    for width in [80, 81, 82, 84, 88, 92, 99] {
        let desk = shown_at(known(user.clone(), notes.to_vec()), width, 24);
        assert_shows(&desk, &email);
        // In the details it goes below a value that leaves it no room.
        let lines = desk.screen().matches("file, 2 May 2024").count();
        assert!(lines >= 4, "{width}: {}", desk.screen());
    }
}

#[test]
fn the_card_says_who_gave_a_user_id_that_the_api_has_not_given() {
    let by_file = vec![note(FactName::UserId, Source::File, may())];
    let mut desk = shown(known(mara(), by_file.clone()));
    assert_shows(&desk, "cust-1  file, 3 May");
    let words = card(&mut desk);
    assert_says(
        &words,
        "Identified, because a file of 3 May 2025 gives a userId",
    );
    assert_says(&words, "The API's answer of 18 Nov 2025 had none.");
    assert_says(
        &words,
        "The userId is known from a file of 3 May 2025 alone.",
    );

    let listed = KnownUser {
        source: Source::File,
        confirmed_at: may(),
        ..known(mara(), Vec::new())
    };
    let words = card(&mut shown(listed));
    assert_says(
        &words,
        "Identified, because a file of 3 May 2025 gives a userId",
    );
    assert_says(
        &words,
        "The API itself has not confirmed that; R asks the API.",
    );

    let words = card(&mut shown(known(mara(), Vec::new())));
    assert_says(&words, "Identified, because there is a userId The business");
}

#[test]
fn the_card_says_who_said_that_there_is_no_user_id_and_argues_from_no_silence() {
    let mut silent = person("id-noor", "Noor");
    silent.missing_user_id = MissingUserId::SaysNothing;
    let noor = |user: &User, source, notes| KnownUser {
        source,
        confirmed_at: may(),
        ..known(user.clone(), notes)
    };
    let words = card(&mut shown(noor(&silent, Source::File, Vec::new())));
    assert_says(&words, "Not known whether anonymous or identified");
    assert!(!words.contains("Anonymous, because"), "{words}");

    let anonymous = person("id-noor", "Noor");
    let by_webhook = vec![note(FactName::UserId, Source::Webhook, long_ago())];
    let words = card(&mut shown(noor(&anonymous, Source::File, by_webhook)));
    assert_says(
        &words,
        "Anonymous, because a webhook of 2 May 2024 says there is no userId",
    );
    assert_says(
        &words,
        "The API itself has not confirmed that; R asks the API.",
    );

    let words = card(&mut shown(noor(&anonymous, Source::Api, Vec::new())));
    assert_says(&words, "Anonymous, because there is no userId Nothing else");
}

#[test]
fn the_card_says_what_other_sources_say_and_what_is_from_merged_ids() {
    let disputed = FactNote {
        other: Some(OtherReport {
            value: "m@old.org".into(),
            source: Source::Api,
            at: long_ago(),
        }),
        ..note(FactName::Email, Source::File, may())
    };
    let on_one_day = FactNote {
        other: Some(OtherReport {
            value: "Marah".into(),
            source: Source::Api,
            at: may() - 2.hours(),
        }),
        ..note(FactName::GivenName, Source::File, may())
    };
    let property = |name: &str| note(FactName::Property(name.into()), Source::File, may());
    let merged = FactNote {
        old_id: Some(SmoochId::new("id-old")),
        ..note(FactName::Property("shoe".into()), Source::Webhook, may())
    };
    let notes = vec![
        disputed,
        on_one_day,
        property("plan"),
        property("city"),
        property("tier"),
        merged,
    ];
    let words = card(&mut shown(known(mara(), notes)));
    for sentence in [
        "e-mail mara@example.org, from a file of 3 May 2025; the API's answer of 2 May 2024 says \
         m@old.org.",
        "givenName Mara, from a file of 2025-05-03 14:02:00 UTC; the API's answer of \
         2025-05-03 12:02:00 UTC says Marah.",
        "plan, city and tier, from a file of 3 May 2025.",
        "shoe, from a webhook of 3 May 2025 about id-old, which was merged into this user.",
    ] {
        assert_says(&words, sentence);
    }
}

#[test]
fn a_fact_that_only_others_give_otherwise_says_who_differs() {
    let disputed = FactNote {
        other: Some(OtherReport {
            value: "m@old.org".into(),
            source: Source::File,
            at: long_ago(),
        }),
        ..note(FactName::Email, Source::Api, noon() - 1.hours())
    };
    let mut desk = shown(known(mara(), vec![disputed]));
    assert_shows(&desk, "mara@example.org  file differs");
    let words = card(&mut desk);
    assert_says(
        &words,
        "e-mail mara@example.org, from the API's answer of 18 Nov 2025; a file of 2 May 2024 says \
         m@old.org.",
    );
}

#[test]
fn a_fact_of_a_merged_id_says_so_in_its_tag() {
    let merged = FactNote {
        old_id: Some(SmoochId::new("id-old")),
        ..note(FactName::Email, Source::Webhook, noon() - 3.hours())
    };
    let desk = shown(known(mara(), vec![merged]));
    assert_shows(&desk, "mara@example.org  webhook, 3h, old id");
}

fn reported(source: Source, json: &str) -> ReportedPart {
    ReportedPart {
        source,
        at: may(),
        old_id: None,
        json: RawJson::new(json),
        standing: Standing::Counts,
    }
}

#[test]
fn the_raw_view_shows_the_answer_first_and_then_every_report_under_its_own_heading() {
    let answer = "{ \"_id\": \"id-mara\" }";
    let mut desk = shown(KnownUser {
        whole: WholeReport::Apart(RawJson::new(answer)),
        beside: vec![
            reported(Source::Webhook, r#"{"_id":"id-mara","email":"m@new.org"}"#),
            ReportedPart {
                old_id: Some(SmoochId::new("id-old")),
                ..reported(Source::File, r#"{"_id":"id-old","shoe":1}"#)
            },
            ReportedPart {
                standing: Standing::OtherUserId,
                ..reported(Source::File, r#"{"userId":"cust-9"}"#)
            },
        ],
        ..known(mara(), Vec::new())
    });
    desk.keys("v");
    let screen = desk.screen();
    let mut from = 0;
    for words in [
        "as the API answered on 2025-11-18 11:00:00 UTC",
        "\"_id\": \"id-mara\"",
        "from a webhook of 2025-05-03 14:02:00 UTC",
        "\"email\": \"m@new.org\"",
        "from a file of 2025-05-03 14:02:00 UTC, about id-old, which was merged into this user",
        "\"shoe\": 1",
        "UTC, which does not count: it gives another userId",
        "\"userId\": \"cust-9\"",
    ] {
        let place = screen[from..].find(words);
        from += place.unwrap_or_else(|| panic!("“{words}” is not further down on\n{screen}"));
    }
    assert_shows(&desk, "y copy the JSON");
    let copied = ask::copy("the API's answer", r#"{"_id":"id-mara"}"#);
    assert_eq!(desk.keys("y"), [copied]);
}

#[test]
fn the_raw_view_says_when_no_answer_is_kept() {
    let file = KnownUser {
        source: Source::File,
        ..known(nobody("id-mara"), Vec::new())
    };
    let mut desk = shown(file.clone());
    desk.keys("v");
    assert_shows(&desk, "as a file of 2025-11-18 11:00:00 UTC has it");
    let json = r#"{"_id":"id-mara"}"#;
    assert_eq!(desk.keys("y"), [ask::copy("the line of the file", json)]);

    let mut desk = shown(KnownUser {
        whole: WholeReport::Missing,
        beside: vec![reported(Source::Webhook, json)],
        ..file.clone()
    });
    desk.keys("v");
    assert_shows(&desk, "no source has reported the whole user");
    assert_shows(&desk, "from a webhook of 2025-05-03 14:02:00 UTC");
    let what = "what is known, joined as one JSON";
    assert_eq!(desk.keys("y"), [ask::copy(what, json)]);

    let mut desk = shown(KnownUser {
        whole: WholeReport::Missing,
        ..file
    });
    desk.keys("v");
    assert_shows(
        &desk,
        "what is kept of this user: no source has reported all of it",
    );
    assert_shows(&desk, "\"_id\": \"id-mara\"");
}

fn joined(ticket: Ticket) -> Msg {
    let mut user = mara();
    user.email = Some("m@new.org".into());
    let notes = vec![note(FactName::Email, Source::File, may())];
    let known = Box::new(known(user, notes));
    Msg::UserJoined { ticket, known }
}

/// A desk where Mara was looked up by her `userId`, and the number of that request.
fn looked_up() -> (Desk, Ticket) {
    let mut desk = Desk::new();
    desk.search("cust-1");
    desk.keys("<enter>");
    desk.found(&mara());
    let ticket = desk.state.profile.answered.unwrap();
    (desk, ticket)
}

#[test]
fn what_is_known_beside_an_answer_is_shown_as_of_the_same_look_up() {
    let (mut desk, ticket) = looked_up();
    desk.wait(40);
    desk.send(joined(ticket));
    assert_shows(&desk, "m@new.org  file, 3 May");
    assert_shows(&desk, "(looked up by this)");
    assert_shows(&desk, "─ looked up just now ─");
    desk.wait(4_000);
    desk.send(Msg::DirectoryChanged);
    assert_shows(&desk, "─ looked up 4s ago ─");
}

#[test]
fn what_is_known_beside_an_earlier_answer_or_of_somebody_else_is_ignored() {
    let (mut desk, ticket) = looked_up();
    desk.keys("R");
    desk.found(&mara());
    let before = desk.state.profile.clone();
    desk.send(joined(ticket));
    assert_eq!(desk.state.profile, before);

    let (mut desk, ticket) = looked_up();
    desk.search("cust-2");
    desk.keys("<enter>");
    let before = desk.state.profile.clone();
    desk.send(joined(ticket));
    assert_eq!(desk.state.profile, before);
    desk.found(&client_of("id-noor", "Noor", "cust-2"));
    desk.send(joined(desk.state.profile.answered.unwrap()));
    assert_lacks(&desk, "m@new.org");
}
