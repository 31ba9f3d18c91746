//! Files: their dates, the same one again, and what tables leave out.

use super::desk::*;

const MAY: &str = "2024-05-01T00:00:00Z";
const JUNE: &str = "2024-06-01T00:00:00Z";
const JULY: &str = "2024-07-01T00:00:00Z";

const LYON: &str = "_id,city\na1,Lyon\n";
const METZ: &str = "_id,city\na1,Metz\n";

#[test]
fn a_table_imported_again_after_another_overruled_it_changes_nothing() {
    let files = [file("1.csv", MAY, LYON), file("2.csv", JUNE, METZ)];
    in_every_order(&files, |desk| {
        desk.finds(&[("prop.city:Metz", 1), ("prop.city:Lyon", 0)]);
    });
    let desk = Desk::with(&files);
    let counted = desk.import(&files[0]);
    assert_eq!(
        (&counted["updated"], &counted["inserted"]),
        (&0.into(), &0.into()),
        "{counted}"
    );
}

#[test]
fn the_same_file_touched_to_be_newer_counts_anew() {
    let newer = file("3.csv", JULY, LYON);
    let files = [file("1.csv", MAY, LYON), file("2.csv", JUNE, METZ), newer];
    in_every_order(&files, |desk| {
        desk.finds(&[("prop.city:Lyon", 1), ("prop.city:Metz", 0)]);
    });
    // Also when nothing else had come in between: the times of an unchanged line rise.
    let files = [file("1.csv", MAY, LYON), newer, file("2.csv", JUNE, METZ)];
    let desk = Desk::with(&files);
    desk.finds(&[("prop.city:Lyon", 1), ("prop.city:Metz", 0)]);
}

#[test]
fn whole_lines_touched_to_be_newer_take_away_what_came_between() {
    let line = whole("u1", r#""userId":"c1","givenName":"Ann""#);
    let hook = v2(
        "user:update",
        JUNE,
        r#"{"user":{"id":"u1","profile":{"email":"hook@example.org"}}}"#,
    );
    let older = file("1.jsonl", MAY, &line);
    let newer = file("1.jsonl", JULY, &line);
    let hook = file("hook.jsonl", JULY, &hook);
    for files in [
        [older, hook, newer],
        [older, newer, hook],
        [newer, hook, older],
    ] {
        assert_eq!(Desk::with(&files).email("u1"), None);
    }
    assert_eq!(
        Desk::with(&[older, hook]).email("u1").as_deref(),
        Some("hook@example.org")
    );
}

#[test]
fn of_two_tables_of_one_date_the_later_line_and_then_the_value_counts() {
    let line = "_id,city\nb1,Nice\na1,Lyon\n";
    let files = [file("1.csv", MAY, METZ), file("2.csv", MAY, line)];
    in_every_order(&files, |desk| {
        desk.finds(&[("prop.city:Lyon", 1), ("prop.city:Metz", 0)]);
    });
    let files = [file("1.csv", MAY, METZ), file("2.csv", MAY, LYON)];
    in_every_order(&files, |desk| {
        desk.finds(&[("prop.city:Metz", 1), ("prop.city:Lyon", 0)]);
    });
}

#[test]
fn empty_cells_and_missing_columns_and_rows_take_nothing_away() {
    let full = "_id,email,city\na1,ann@example.org,Lyon\nb1,bo@example.org,Metz\n";
    let sparse = "_id,email,plan\na1,,gold\n";
    let files = [file("1.csv", MAY, full), file("2.csv", JUNE, sparse)];
    in_every_order(&files, |desk| {
        desk.finds(&[
            ("ann@example.org", 1),
            ("prop.city:Lyon", 1),
            ("prop.plan:gold", 1),
            ("bo@example.org", 1),
        ]);
    });
}

#[test]
fn a_null_in_a_part_says_none_among_lists_alone() {
    let listed = file("1.csv", MAY, "_id,email\na1,list@example.org\n");
    let none = file("2.jsonl", JUNE, r#"{"_id":"a1","email":null}"#);
    in_every_order(&[listed, none], |desk| assert_eq!(desk.email("a1"), None));
    let api = whole("a1", r#""email":"api@example.org""#);
    let api = file("3.jsonl", MAY, &api);
    in_every_order(&[listed, none, api], |desk| {
        assert_eq!(desk.email("a1").as_deref(), Some("api@example.org"));
    });
}

#[test]
fn a_property_that_is_null_is_none() {
    let told = whole("a1", r#""properties":{"plan":"gold","city":"Lyon"}"#);
    let none = v11(
        "client:add",
        r#""appUser":{"_id":"a1","properties":{"plan":null}}"#,
    );
    let files = [file("1.jsonl", MAY, &told), file("2.jsonl", JUNE, &none)];
    in_every_order(&files, |desk| {
        desk.finds(&[("prop.plan:gold", 0), ("prop.city:Lyon", 1)]);
    });
}

#[test]
fn a_whole_user_does_not_take_away_what_lists_say() {
    let listed = file(
        "crm.csv",
        MAY,
        "_id,email,city,plan\na1,list@example.org,Lyon,free\n",
    );
    let nightly = whole("a1", r#""userId":"c1","properties":{"plan":"gold"}"#);
    for date in [JUNE, "2024-04-01T00:00:00Z"] {
        in_every_order(&[listed, file("u.jsonl", date, &nightly)], |desk| {
            assert_eq!(desk.email("a1").as_deref(), Some("list@example.org"));
            assert_eq!(desk.property("a1", "city").as_deref(), Some("Lyon"));
            let plan = if date == JUNE { "gold" } else { "free" };
            assert_eq!(desk.property("a1", "plan").as_deref(), Some(plan));
            // What is not shown is searched all the same.
            desk.finds(&[("c1", 1), ("is:identified", 1)]);
        });
    }
}

#[test]
fn an_event_without_a_time_is_as_old_as_its_file() {
    let hook = v11(
        "client:add",
        r#""appUser":{"_id":"a1","email":"hook@example.org"}"#,
    );
    let line = whole("a1", r#""email":"line@example.org""#);
    for (date, right) in [(MAY, "line@example.org"), (JULY, "hook@example.org")] {
        let files = [
            file("hook.jsonl", date, &hook),
            file("line.jsonl", JUNE, &line),
        ];
        in_every_order(&files, |desk| {
            assert_eq!(desk.email("a1").as_deref(), Some(right));
        });
    }
}

#[test]
fn an_event_may_be_a_day_ahead_of_its_file() {
    let hook = |at: &str| {
        v2(
            "user:update",
            at,
            r#"{"user":{"id":"a1","profile":{"email":"hook@example.org"}}}"#,
        )
    };
    let line = whole("a1", r#""email":"line@example.org""#);
    let line = file("line.jsonl", "2024-06-01T12:00:00Z", &line);
    for (at, right) in [
        ("2024-06-02T00:00:00Z", "hook@example.org"),
        ("2024-06-02T00:00:00.001Z", "line@example.org"),
    ] {
        let hook = hook(at);
        in_every_order(&[file("hook.jsonl", JUNE, &hook), line], |desk| {
            assert_eq!(desk.email("a1").as_deref(), Some(right), "{at}");
        });
    }
}

#[test]
fn answers_count_from_when_they_were_asked() {
    let asked = answer(
        MAY,
        "v1.1",
        r#"{"_id":"a1","userId":"c1","givenName":"Ann"}"#,
    );
    let hook = v2(
        "user:update",
        JUNE,
        r#"{"user":{"id":"a1","profile":{"email":"hook@example.org"}}}"#,
    );
    let files = [
        file("asked.jsonl", JULY, &asked),
        file("hook.jsonl", JULY, &hook),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.email("a1").as_deref(), Some("hook@example.org"));
    });
    let later = asked.replace(MAY, "2024-06-02T00:00:00.000Z");
    let files = [
        file("asked.jsonl", JULY, &later),
        file("hook.jsonl", JULY, &hook),
    ];
    in_every_order(&files, |desk| assert_eq!(desk.email("a1"), None));
}

#[test]
fn v2_answers_say_nothing_of_what_only_v1_knows() {
    let client = r#""clients":[{"id":"k1","platform":"line"}]"#;
    let told = whole(
        "a1",
        &format!(r#""givenName":"Ann","surname":"Quinn",{client}"#),
    );
    let asked = answer(
        JUNE,
        "v2",
        r#"{"id":"a1","externalId":"c1","profile":{"givenName":"Anna"},"metadata":{},"identities":[]}"#,
    );
    let files = [file("1.jsonl", MAY, &told), file("2.jsonl", JULY, &asked)];
    in_every_order(&files, |desk| {
        assert_eq!(desk.platforms("a1"), ["line"]);
        let person = desk.person("a1");
        assert_eq!(person.user.conversation_started, Some(true));
        assert_eq!(person.name.text.expose(), "Anna");
    });
}

#[test]
fn a_date_in_the_future_or_long_past_is_refused_unless_given() {
    for date in ["2099-01-01T00:00:00Z", "2010-12-31T00:00:00Z"] {
        let desk = Desk::new();
        desk.write(&file("u.csv", date, LYON));
        let run = desk.run(&["import", "u.csv"]);
        assert_eq!(run.status.code(), Some(1), "{date}");
        let words = String::from_utf8(run.stderr).unwrap();
        assert!(words.contains("--as-of"), "{words}");
        assert_eq!(
            desk.ids("is:identified").len() + desk.ids("prop.city:Lyon").len(),
            0
        );
        let run = desk.run(&["import", "--as-of", MAY, "u.csv"]);
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        desk.import(&file("2.csv", JUNE, METZ));
        desk.finds(&[("prop.city:Metz", 1), ("prop.city:Lyon", 0)]);
    }
}

#[test]
fn a_given_date_counts_instead_of_the_files() {
    let desk = Desk::with(&[file("1.csv", JULY, LYON)]);
    desk.write(&file("2.csv", MAY, METZ));
    let run = desk.run(&["import", "--as-of", "2024-08-01T00:00:00Z", "2.csv"]);
    assert_eq!(run.status.code(), Some(0));
    desk.finds(&[("prop.city:Metz", 1), ("prop.city:Lyon", 0)]);
}

#[test]
fn lines_are_whole_where_the_user_says_so() {
    let told = whole(
        "a1",
        r#""email":"old@example.org","properties":{"plan":"gold"}"#,
    );
    let desk = Desk::with(&[file("1.jsonl", MAY, &told)]);
    desk.write(&file(
        "2.jsonl",
        JUNE,
        r#"{"_id":"a1","givenName":"Ann","properties":{}}"#,
    ));
    let run = desk.run(&["import", "--whole", "2.jsonl"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    assert_eq!(desk.email("a1"), None);
    desk.finds(&[("Ann", 1), ("prop.plan:gold", 0), ("is:anonymous", 1)]);
}

#[test]
fn the_name_on_the_newest_message_that_has_one_is_shown() {
    let message = |id: &str, received: u64, name: &str| {
        v11(
            "message:appUser",
            &format!(
                r#""appUser":{{"_id":"a1"}},"messages":[{{"_id":"{id}","role":"appUser","type":"text","authorId":"a1",{name}"received":{received}}}]"#
            ),
        )
    };
    let [old, new, nameless, impossible] = [
        message("m1", 1_714_521_600, r#""name":"Old","#),
        message("m2", 1_714_608_000, r#""name":"New","#),
        message("m3", 1_714_694_400, ""),
        message("m4", 9_000_000_000, r#""name":"Future","#),
    ];
    let files = [
        file("1.jsonl", JUNE, &old),
        file("2.jsonl", JUNE, &new),
        file("3.jsonl", JUNE, &nameless),
        file("4.jsonl", MAY, &impossible),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.person("a1").name.text.expose(), "New");
    });
}
