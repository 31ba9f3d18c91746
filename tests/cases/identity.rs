//! Who is identified, who is anonymous, and who may be either.

use smooch_console::domain::Identity;

use super::desk::*;

const MAY: &str = "2024-05-01T00:00:00Z";
const JUNE: &str = "2024-06-01T00:00:00Z";
const JULY: &str = "2024-07-01T00:00:00Z";

fn identity(text: &str) -> Option<Identity> {
    let name = if text.starts_with('{') {
        "u.jsonl"
    } else {
        "u.csv"
    };
    let desk = Desk::with(&[file(name, JUNE, text)]);
    let person = desk.person("a1");
    let counts = ["is:identified", "is:anonymous"].map(|query| desk.ids(query).len());
    let expected = match person.user.identity() {
        Some(Identity::Identified) => [1, 0],
        Some(Identity::Anonymous) => [0, 1],
        None => [0, 0],
    };
    assert_eq!(counts, expected, "{text}");
    person.user.identity()
}

#[test]
fn nobody_is_anonymous_out_of_silence() {
    let hook = |user: &str| v11("conversation:start", &format!(r#""appUser":{user}"#));
    let v2_hook = |user: &str| v2("user:update", MAY, &format!(r#"{{"user":{user}}}"#));
    for text in [
        r#"{"_id":"a1","givenName":"Ann","signedUpAt":"2024-01-01T00:00:00Z","clients":[],"properties":{}}"#.to_owned(),
        r#"{"_id":"a1","properties":{}}"#.to_owned(),
        r#"{"_id":"a1","conversationStarted":true}"#.to_owned(),
        r#"{"id":"a1","profile":{"givenName":"Ann"},"metadata":{},"identities":[]}"#.to_owned(),
        hook(r#"{"_id":"a1","conversationStarted":true,"properties":{}}"#),
        hook(r#"{"_id":"a1"}"#),
        v2_hook(r#"{"id":"a1","profile":{},"identities":[]}"#),
        "_id,userId,city\na1,,Lyon\n".to_owned(),
    ] {
        assert_eq!(identity(&text), None, "{text}");
    }
    let short = v11(
        "conversation:start",
        r#""appUser":{"_id":"a1","conversationStarted":true}"#,
    );
    let v2_whole =
        r#"{"id":"a1","authenticated":false,"profile":{},"metadata":{},"identities":[]}"#;
    for text in [
        short,
        whole("a1", ""),
        v2_whole.to_owned(),
        v2_hook(r#"{"id":"a1","externalId":null}"#),
        answer(MAY, "v1.1", r#"{"_id":"a1"}"#),
        answer(MAY, "v2", r#"{"id":"a1"}"#),
    ] {
        assert_eq!(identity(&text), Some(Identity::Anonymous), "{text}");
    }
}

#[test]
fn a_user_id_of_the_api_is_not_taken_away_by_files_and_events() {
    let told = whole("a1", r#""userId":"c1""#);
    let short = v11(
        "conversation:start",
        r#""timestamp":1717200000,"appUser":{"_id":"a1","conversationStarted":true}"#,
    );
    let later = whole("a1", "");
    let files = [
        file("1.jsonl", MAY, &told),
        file("2.jsonl", JUNE, &short),
        file("3.jsonl", JULY, &later),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.user_id("a1").as_deref(), Some("c1"));
    });
    let asked = answer(JUNE, "v1.1", r#"{"_id":"a1"}"#);
    let files = [file("1.jsonl", MAY, &told), file("2.jsonl", JULY, &asked)];
    in_every_order(&files, |desk| {
        desk.finds(&[("is:anonymous", 1), ("is:identified", 0)]);
    });
    let before = answer("2024-04-01T00:00:00.000Z", "v1.1", r#"{"_id":"a1"}"#);
    let files = [file("1.jsonl", MAY, &told), file("2.jsonl", JULY, &before)];
    in_every_order(&files, |desk| desk.finds(&[("is:identified", 1)]));
}

#[test]
fn a_row_counts_only_while_its_user_id_does_not_contradict_the_apis() {
    let row = file(
        "crm.csv",
        JUNE,
        "_id,userId,email,city\na1,crm-9,row@example.org,Lyon\n",
    );
    let alone = Desk::with(&[row]);
    assert_eq!(alone.user_id("a1").as_deref(), Some("crm-9"));
    assert_eq!(alone.property("a1", "city").as_deref(), Some("Lyon"));
    // Then the API says better, and everything in the row is about somebody else.
    for text in [
        whole("a1", r#""userId":"c1""#),
        answer(MAY, "v1.1", r#"{"_id":"a1","userId":"c1"}"#),
        v2(
            "user:update",
            MAY,
            r#"{"user":{"id":"a1","externalId":"c1"}}"#,
        ),
    ] {
        in_every_order(&[row, file("api.jsonl", MAY, &text)], |desk| {
            assert_eq!(desk.user_id("a1").as_deref(), Some("c1"));
            assert_eq!(desk.email("a1"), None);
            assert_eq!(desk.property("a1", "city"), None);
            desk.finds(&[("c1", 1), ("prop.city:Lyon", 0)]);
        });
    }
}

#[test]
fn a_part_with_another_user_id_counts_for_nothing() {
    let part = r#"{"_id":"a1","userId":"wrong","email":"part@example.org"}"#;
    let told = whole("a1", r#""userId":"c1","email":"api@example.org""#);
    let files = [file("1.jsonl", MAY, &told), file("2.jsonl", JUNE, part)];
    in_every_order(&files, |desk| {
        assert_eq!(desk.user_id("a1").as_deref(), Some("c1"));
        assert_eq!(desk.email("a1").as_deref(), Some("api@example.org"));
    });
}

#[test]
fn a_lists_user_id_fills_a_gap_but_not_what_the_api_denied_later() {
    let row = file("crm.csv", JUNE, "_id,userId\na1,c1\n");
    let short = v11(
        "conversation:start",
        r#""appUser":{"_id":"a1","conversationStarted":true}"#,
    );
    in_every_order(&[row, file("hook.jsonl", JULY, &short)], |desk| {
        assert_eq!(desk.user_id("a1").as_deref(), Some("c1"));
    });
    for (asked, right) in [(MAY, Some("c1")), (JULY, None)] {
        let asked = answer(asked, "v1.1", r#"{"_id":"a1"}"#);
        in_every_order(&[row, file("asked.jsonl", JULY, &asked)], |desk| {
            assert_eq!(desk.user_id("a1").as_deref(), right);
        });
    }
}

#[test]
fn rows_with_a_user_id_alone_wait_for_their_user() {
    let row = file("crm.csv", MAY, "userId,city\nc1,Lyon\n");
    let desk = Desk::with(&[row]);
    desk.finds(&[("prop.city:Lyon", 0), ("c1", 0)]);
    let told = whole("a1", r#""userId":"c1""#);
    in_every_order(&[row, file("1.jsonl", JUNE, &told)], |desk| {
        assert_eq!(desk.ids("prop.city:Lyon"), ["a1"]);
    });
    // Of two with the same `userId`, the newest report of both decides.
    let other = whole("b1", r#""userId":"c1""#);
    for (date, right) in [(MAY, "a1"), (JULY, "b1")] {
        let files = [
            row,
            file("1.jsonl", JUNE, &told),
            file("2.jsonl", date, &other),
        ];
        in_every_order(&files, |desk| {
            assert_eq!(desk.ids("prop.city:Lyon"), [right]);
        });
    }
}
