//! Merges, deletions, and people who were forgotten.

use smooch_console::domain::{Fate, SmoochId};

use super::desk::*;

const APRIL: &str = "2024-04-01T00:00:00Z";
const MAY: &str = "2024-05-01T00:00:00Z";
const JUNE: &str = "2024-06-01T00:00:00Z";
const JULY: &str = "2024-07-01T00:00:00Z";
const AUGUST: &str = "2024-08-01T00:00:00Z";

fn merge(at: &str, old: &str, into: &str) -> String {
    let users = format!(r#"{{"surviving":{{"id":"{into}"}},"discarded":{{"id":"{old}"}}}}"#);
    v2("user:merge", at, &format!(r#"{{"mergedUsers":{users}}}"#))
}

fn into(desk: &Desk, old: &str) -> String {
    match desk.store().fate(&SmoochId::new(old)).unwrap() {
        Fate::Merged { into } => into.expose().to_owned(),
        other => format!("{other:?}"),
    }
}

fn profile(id: &str, at: &str, email: &str) -> String {
    v2(
        "user:update",
        at,
        &format!(r#"{{"user":{{"id":"{id}","profile":{{"email":"{email}"}}}}}}"#),
    )
}

#[test]
fn chains_of_merges_lead_to_the_survivor_in_any_order() {
    let user = whole(
        "a1",
        r#""userId":"c1","email":"a1@example.org","properties":{"plan":"gold"}"#,
    );
    let [first, second] = [merge(JUNE, "a1", "b1"), merge(JULY, "b1", "d1")];
    let files = [
        file("1.jsonl", MAY, &user),
        file("2.jsonl", AUGUST, &first),
        file("3.jsonl", AUGUST, &second),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(
            (into(desk, "a1"), into(desk, "b1")),
            ("d1".into(), "d1".into())
        );
        assert_eq!(desk.ids(""), ["d1"]);
        assert_eq!(desk.email("d1").as_deref(), Some("a1@example.org"));
        assert_eq!(desk.property("d1", "plan").as_deref(), Some("gold"));
        // Whose `userId` that was is gone.
        desk.finds(&[("is:identified", 0), ("is:anonymous", 0)]);
    });
}

#[test]
fn the_survivors_values_come_first_and_the_newest_of_the_others_fill_the_gaps() {
    let [survivor, old, new] = [
        whole("s1", r#""givenName":"Sue""#),
        whole(
            "a1",
            r#""givenName":"Ann","surname":"Old","email":"a@example.org""#,
        ),
        whole("b1", r#""surname":"New""#),
    ];
    let merges = merge(AUGUST, "a1", "s1") + &merge(AUGUST, "b1", "s1");
    let files = [
        file("1.jsonl", APRIL, &survivor),
        file("2.jsonl", MAY, &old),
        file("3.jsonl", JUNE, &new),
        file("4.jsonl", AUGUST, &merges),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.person("s1").name.text.expose(), "Sue New");
        assert_eq!(desk.email("s1").as_deref(), Some("a@example.org"));
        desk.finds(&[("is:anonymous", 1)]);
    });
}

#[test]
fn an_answer_after_the_merge_is_about_both() {
    let old = whole(
        "a1",
        r#""email":"a@example.org","clients":[{"id":"k1","platform":"line"}]"#,
    );
    let merged = merge(JUNE, "a1", "s1");
    let raw = r#"{"_id":"s1","userId":"c1","properties":{},"clients":[],"pendingClients":[]}"#;
    for (asked, email, platforms) in [(MAY, Some("a@example.org"), 1), (JULY, None, 0)] {
        let asked = answer(asked, "v1.1", raw);
        let files = [
            file("1.jsonl", APRIL, &old),
            file("2.jsonl", AUGUST, &merged),
            file("3.jsonl", AUGUST, &asked),
            file("4.csv", APRIL, "_id,city\na1,Lyon\n"),
        ];
        in_every_order(&files, |desk| {
            assert_eq!(desk.email("s1").as_deref(), email);
            assert_eq!(desk.platforms("s1").len(), platforms);
            assert_eq!(desk.property("s1", "city").as_deref(), Some("Lyon"));
        });
    }
}

#[test]
fn cycles_lose_their_oldest_merge() {
    let merges = [
        merge(MAY, "a1", "b1"),
        merge(JUNE, "b1", "d1"),
        merge(JULY, "d1", "a1"),
    ];
    let files = [
        file("1.jsonl", AUGUST, &merges[0]),
        file("2.jsonl", AUGUST, &merges[1]),
        file("3.jsonl", AUGUST, &merges[2]),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.ids(""), ["a1"]);
        assert_eq!(
            (into(desk, "b1"), into(desk, "d1")),
            ("a1".into(), "a1".into())
        );
    });
    let itself = merge(MAY, "a1", "a1");
    assert_eq!(
        Desk::with(&[file("1.jsonl", AUGUST, &itself)]).ids(""),
        ["a1"]
    );
}

#[test]
fn only_a_later_answer_for_that_very_id_undoes_a_merge() {
    let merged = merge(JUNE, "a1", "b1");
    let user = whole("a1", r#""email":"a@example.org""#);
    let hook = profile("a1", JULY, "a@example.org");
    let early = answer(MAY, "v1.1", r#"{"_id":"a1"}"#);
    let of_other = answer(JULY, "v1.1", r#"{"_id":"b1"}"#);
    for text in [&user, &hook, &early, &of_other] {
        let files = [
            file("1.jsonl", AUGUST, &merged),
            file("2.jsonl", AUGUST, text),
        ];
        in_every_order(&files, |desk| assert_eq!(desk.ids(""), ["b1"], "{text}"));
    }
    let later = answer(JULY, "v1.1", r#"{"_id":"a1"}"#);
    let files = [
        file("1.jsonl", AUGUST, &merged),
        file("2.jsonl", AUGUST, &later),
    ];
    in_every_order(&files, |desk| assert_eq!(desk.ids(""), ["a1", "b1"]));
}

#[test]
fn files_never_bring_back_a_deleted_user_but_a_newer_event_does() {
    let user = whole("a1", r#""givenName":"Ann","email":"a@example.org""#);
    let gone = v2("user:remove", JUNE, r#"{"user":{"id":"a1"}}"#);
    let untimed = v11(
        "client:add",
        r#""appUser":{"_id":"a1"},"client":{"id":"k1","platform":"line"}"#,
    );
    let early = profile("a1", MAY, "early@example.org");
    let files = [
        file("1.jsonl", AUGUST, &user),
        file("2.jsonl", AUGUST, &gone),
        file("3.jsonl", AUGUST, &untimed),
        file("4.jsonl", AUGUST, &early),
    ];
    in_every_order(&files, |desk| {
        desk.finds(&[("", 0), ("Ann", 0)]);
        assert!(desk.find("a1").is_none());
        let fate = desk.store().fate(&SmoochId::new("a1")).unwrap();
        assert!(matches!(fate, Fate::Deleted { .. }), "{fate:?}");
    });
    let seen = v2(
        "user:update",
        JULY,
        r#"{"user":{"id":"a1","externalId":"c1"}}"#,
    );
    let asked = answer(
        JULY,
        "v1.1",
        r#"{"_id":"a1","userId":"c1","givenName":"Ann","email":"a@example.org"}"#,
    );
    for sign in [seen, asked] {
        let files = [files[0], files[1], file("5.jsonl", AUGUST, &sign)];
        in_every_order(&files, |desk| {
            desk.finds(&[("c1", 1), ("Ann", 1)]);
            assert_eq!(desk.email("a1").as_deref(), Some("a@example.org"));
        });
    }
}

#[test]
fn a_deletion_of_v1_without_a_time_counts_from_its_file() {
    let user = whole("a1", r#""givenName":"Ann""#);
    let gone = v11("appUser:delete", r#""appUser":{"_id":"a1"}"#);
    let seen = profile("a1", JULY, "seen@example.org");
    for (date, known) in [(JUNE, 1), (AUGUST, 0)] {
        let files = [
            file("1.jsonl", MAY, &user),
            file("2.jsonl", date, &gone),
            file("3.jsonl", AUGUST, &seen),
        ];
        in_every_order(&files, |desk| {
            desk.finds(&[("Ann", known), ("seen@example.org", known)]);
        });
    }
}

#[test]
fn a_merge_into_a_deleted_user_shows_nobody() {
    let user = whole("a1", r#""givenName":"Ann""#);
    let [merged, gone] = [
        merge(MAY, "a1", "b1"),
        v2("user:remove", JUNE, r#"{"user":{"id":"b1"}}"#),
    ];
    let files = [
        file("1.jsonl", APRIL, &user),
        file("2.jsonl", AUGUST, &merged),
        file("3.jsonl", AUGUST, &gone),
    ];
    in_every_order(&files, |desk| desk.finds(&[("", 0), ("Ann", 0)]));
}

#[test]
fn files_never_bring_back_a_forgotten_person_whatever_their_date() {
    let user = whole("a1", r#""userId":"c1","givenName":"Ann""#);
    let base = file("u.jsonl", MAY, &user);
    for name in ["a1", "c1"] {
        let desk = Desk::with(&[base]);
        assert_eq!(desk.run(&["forget", name]).status.code(), Some(0));
        desk.import(&base);
        desk.finds(&[("Ann", 0), ("c1", 0)]);
        for date in ["2024-09-01", "2099-01-01"] {
            desk.run(&["import", "--as-of", date, "u.jsonl"]);
            desk.finds(&[("Ann", 0), ("c1", 0)]);
        }
        // Nor by either of the ids alone, nor by an event from before.
        desk.import(&file("crm.csv", JULY, "userId,city\nc1,Lyon\n"));
        desk.import(&file(
            "part.jsonl",
            JULY,
            r#"{"_id":"a1","email":"a@example.org"}"#,
        ));
        let old = profile("a1", JULY, "old@example.org");
        desk.import(&file("old.jsonl", AUGUST, &old));
        desk.finds(&[("", 0), ("prop.city:Lyon", 0)]);
        // Somebody else in the same files is no trouble.
        let other = user.replace("a1", "b2").replace("c1", "c2");
        desk.import(&file("both.jsonl", JULY, &(user.clone() + &other)));
        assert_eq!(desk.ids(""), ["b2"]);
    }
}

#[test]
fn a_newer_event_brings_a_forgotten_person_back() {
    let user = whole("a1", r#""userId":"c1","givenName":"Ann""#);
    let desk = Desk::with(&[file("u.jsonl", MAY, &user)]);
    assert_eq!(desk.run(&["forget", "a1"]).status.code(), Some(0));
    let now = jiff::Timestamp::now();
    let later = now + jiff::SignedDuration::from_mins(60);
    let event = profile("a1", &later.to_string(), "new@example.org");
    desk.import(&file("hook.jsonl", &now.to_string(), &event));
    assert_eq!(desk.ids("new@example.org"), ["a1"]);
    // What was forgotten stays so.
    desk.finds(&[("Ann", 0), ("c1", 0)]);
}

#[test]
fn purging_keeps_merges_and_deletions() {
    let users = whole("a1", r#""givenName":"Ann""#) + &whole("b1", r#""givenName":"Bo""#);
    let fates = merge(MAY, "a1", "d1") + &v2("user:remove", MAY, r#"{"user":{"id":"b1"}}"#);
    let base = file("u.jsonl", APRIL, &users);
    let desk = Desk::with(&[base, file("fates.jsonl", MAY, &fates)]);
    assert_eq!(desk.ids(""), ["d1"]);
    let run = desk.run(&["directory", "purge", "--older-than", "1d"]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(desk.ids(""), Vec::<String>::new());
    desk.import(&file("u.jsonl", JULY, &users));
    desk.finds(&[("Bo", 0)]);
    assert_eq!(into(&desk, "a1"), "d1");
    assert!(!desk.ids("").contains(&"a1".to_owned()));
}

#[test]
fn a_row_that_waits_for_its_person_is_forgotten_too() {
    let desk = Desk::with(&[file("crm.csv", MAY, "userId,city\nc1,Lyon-Canary\n")]);
    desk.run(&["forget", "c1"]);
    let has_canary = || {
        let files = std::fs::read_dir(desk.folder()).unwrap();
        let mut bytes = files.map(|it| std::fs::read(it.unwrap().path()).unwrap());
        bytes.any(|it| it.windows(11).any(|part| part == b"Lyon-Canary"))
    };
    assert!(!has_canary());
    desk.import(&file("crm.csv", JULY, "userId,city\nc1,Lyon-Canary\n"));
    assert!(!has_canary());
    let user = whole("a1", r#""userId":"c2""#);
    desk.import(&file("u.jsonl", JULY, &user));
    desk.finds(&[("c2", 1), ("prop.city:Lyon", 0)]);
}

#[test]
fn the_same_delivery_in_two_files_counts_once() {
    let hook = profile("a1", MAY, "first@example.org");
    let newer = profile("a1", JUNE, "second@example.org");
    let files = [
        file("1.jsonl", MAY, &hook),
        file("2.jsonl", JUNE, &newer),
        file("3.jsonl", AUGUST, &hook),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.email("a1").as_deref(), Some("second@example.org"));
    });
}
