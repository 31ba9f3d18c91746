//! Files of every kind, good and bad.

use smooch_console::domain::Fate;
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{Identity, MissingUserId, Provenance, SmoochId};

use super::shelf::*;

fn event(trigger: &str, rest: &str) -> String {
    format!(r#"{{"trigger":"{trigger}","app":{{"_id":"{APP}"}},"version":"v1.1",{rest}}}"#)
}

#[test]
fn users_of_both_versions_come_bare_or_wrapped() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let lines = [
        user("u1", "Ana"),
        format!(r#"{{"appUser":{}}}"#, user("u2", "Bo")),
        r#"{"id":"u3","externalId":"c3","authenticated":true,"profile":{"givenName":"Cy"}}"#.into(),
        r#"{"user":{"id":"u4","profile":{"surname":"Dee"},"metadata":{}}}"#.into(),
        r#"{"schema":"smooch-console/user/1","id":"u5","api":"v1.1","raw":{"_id":"u5","givenName":"Eve"}}"#
            .into(),
    ];
    let file = shelf.file("users.ndjson", lines.join("\n"));
    let (report, rejected) = import(&mut store, &file);
    assert_eq!((report.counts, rejected), (counts(5, 0, 0, 0), vec![]));
    for (id, name) in [
        ("u1", "Ana"),
        ("u2", "Bo"),
        ("u3", "Cy"),
        ("u4", "Dee"),
        ("u5", "Eve"),
    ] {
        assert_eq!(find(&store, id).unwrap().name.text.expose(), name);
    }
    assert_eq!(find(&store, "c3").unwrap().user.id, SmoochId::new("u3"));
}

#[test]
fn only_what_differs_is_updated_and_an_older_line_comes_back_in_a_newer_file_alone() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let first = dated(&shelf, "a.ndjson", 1, users(0..10));
    let second = users(0..10).replace("\"Name3\"", "\"Renamed\"") + &users(10..12);
    let second = dated(&shelf, "b.ndjson", 2, second);
    import(&mut store, &first);
    assert_eq!(import(&mut store, &second).0.counts, counts(2, 1, 9, 0));
    assert_eq!(find(&store, &id(3)).unwrap().name.text.expose(), "Renamed");
    assert_eq!(import(&mut store, &first).0.counts, counts(0, 0, 10, 0));
    assert_eq!(find(&store, &id(3)).unwrap().name.text.expose(), "Renamed");
    let newer = dated(&shelf, "c.ndjson", 3, users(0..10));
    assert_eq!(import(&mut store, &newer).0.counts, counts(0, 1, 9, 0));
    assert_eq!(find(&store, &id(3)).unwrap().name.text.expose(), "Name3");
}

#[test]
fn the_last_line_of_a_repeated_id_counts() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let lines = [
        user("u", "A"),
        user("u", "B"),
        user("u", "B"),
        user("u", "A"),
    ];
    let file = shelf.file("users.ndjson", lines.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 2, 1, 0));
    assert_eq!(find(&store, "u").unwrap().name.text.expose(), "A");
    // And when the lines are known already, each is still weighed against the one before it.
    assert_eq!(import(&mut store, &file).0.counts.records(), 4);
    assert_eq!(find(&store, "u").unwrap().name.text.expose(), "A");
}

#[test]
fn a_truncated_user_adds_and_erases_nothing() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let told = [
        user("u1", "Mara"),
        event(
            "conversation:read",
            r#""appUser":{"_id":"u1","userId":"c1","conversationStarted":true}"#,
        ),
    ];
    let file = shelf.file("log.jsonl", told.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 1, 0, 0));
    let known = find(&store, "c1").unwrap();
    assert_eq!(known.user.identity(), Some(Identity::Identified));
    assert_eq!(known.user.conversation_started, Some(true));
    assert_eq!(known.name.text.expose(), "Mara");
    assert_eq!(known.user.portion, Portion::Whole);
}

#[test]
fn messages_bring_names_and_clients() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let message = |id: &str, name: &str, at: u32| {
        event(
            "message:appUser",
            &format!(
                r#""appUser":{{"_id":"{id}"}},"client":{{"id":"k1","platform":"line","displayName":"Haru"}},
                "messages":[{{"_id":"m","role":"appUser","type":"text","authorId":"{id}","name":"{name}","received":{at}}}]"#
            ).replace('\n', " "),
        )
    };
    let log = [message("u1", "New", 200), message("u1", "Old", 100)].join("\n");
    let file = shelf.file("log.jsonl", log);
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 0, 1, 0));
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.name.text.expose(), "New");
    assert_eq!(known.name.provenance, Provenance::Message);
    assert_eq!(known.user.clients.len(), 1);
    assert_eq!(known.user.portion, Portion::Part);
    assert_eq!(known.source, Source::Webhook);
    assert_eq!(known.user.missing_user_id, MissingUserId::SaysNothing);
}

#[test]
fn merges_lead_to_the_survivor_and_deletions_stay() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let merge = |survivor: &str, old: &str| {
        event(
            "merge:appUser",
            &format!(r#""surviving":{{"_id":"{survivor}"}},"discarded":[{{"_id":"{old}"}}]"#),
        )
    };
    let log = [
        user("a", "A"),
        user("b", "B"),
        user("c", "C"),
        user("d", "D"),
        merge("b", "a"),
        merge("c", "b"),
        event("appUser:delete", r#""appUser":{"_id":"d"}"#),
    ];
    let file = shelf.file("log.jsonl", log.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(4, 3, 0, 0));
    let c = SmoochId::new("c");
    for old in ["a", "b"] {
        let fate = store.fate(&SmoochId::new(old)).unwrap();
        assert_eq!(fate, Fate::Merged { into: c.clone() });
        assert_eq!(find(&store, old), None);
    }
    assert!(matches!(
        store.fate(&SmoochId::new("d")).unwrap(),
        Fate::Deleted { .. }
    ));
    assert_eq!(store.fate(&c).unwrap(), Fate::Unknown);
    // An older export does not bring them back, and repeated deliveries change nothing.
    let again = import(&mut store, &file).0.counts;
    assert_eq!(again, counts(0, 0, 7, 0));
    assert_eq!(everybody(&store).len(), 1);
}

#[test]
fn merges_in_a_circle_end() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let at = now();
    let [a, b] = ["a", "b"].map(SmoochId::new);
    store.note_merge(&a, &b, at).unwrap();
    store.note_merge(&b, &a, at).unwrap();
    store.note_merge(&a, &a, at).unwrap();
    let _ = store.fate(&a).unwrap();
}

#[test]
fn the_fixture_of_v2_events_is_understood() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let events = format!(
        r#"{{"app":{{"id":"{APP}"}},"webhook":{{"version":"v2"}},"events":[
        {{"type":"conversation:message","payload":{{"message":{{"received":"2024-03-04T07:01:02.003Z",
          "author":{{"type":"user","userId":"u4","displayName":"Haru","user":{{"id":"u4","authenticated":false}}}},
          "source":{{"client":{{"id":"k","type":"line","displayName":"Haru"}}}}}}}}}},
        {{"type":"user:merge","payload":{{"mergedUsers":{{"surviving":{{"id":"u1","externalId":"c1"}},"discarded":{{"id":"u5"}}}}}}}},
        {{"type":"user:update","payload":{{"user":{{"id":"u2","externalId":"c2","authenticated":true}}}}}},
        {{"type":"user:remove","payload":{{"user":{{"id":"u6"}}}}}},
        {{"type":"user:merge","payload":{{}}}},
        {{"type":"switchboard:passControl","payload":{{}}}}]}}"#
    );
    let file = shelf.file("log.jsonl", events.replace('\n', " "));
    let (report, rejected) = import(&mut store, &file);
    assert_eq!(report.counts, counts(3, 1, 1, 1));
    assert_eq!(rejected.len(), 1);
    assert_eq!(find(&store, "u4").unwrap().name.text.expose(), "Haru");
    let into = SmoochId::new("u1");
    assert_eq!(
        store.fate(&SmoochId::new("u5")).unwrap(),
        Fate::Merged { into }
    );
}

#[test]
fn events_of_another_app_are_refused() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let log = r#"{"trigger":"x","app":{"_id":"other"},"appUser":{"_id":"u"}}"#.to_owned()
        + "\n"
        + r#"{"app":{"id":"other"},"events":[]}"#;
    let file = shelf.file("log.jsonl", log);
    let (report, rejected) = import(&mut store, &file);
    assert_eq!(report.counts, counts(0, 0, 0, 2));
    assert!(rejected.iter().all(|(_, why)| why.contains("another app")));
}

#[test]
fn bad_lines_are_reported_by_number_and_good_ones_are_taken() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let long = format!(r#"{{"_id":"long","givenName":"{}"}}"#, "x".repeat(9 << 20));
    let mut content = Vec::new();
    let lines: [&[u8]; 12] = [
        b"\xEF\xBB\xBF{\"_id\":\"first\"}",
        b"",
        b"   \r",
        b"{broken",
        b"{\"_id\":\"half",
        b"[1]",
        b"{\"a\":1}",
        b"{\"_id\":\"\"}",
        b"{\"_id\":\"latin\",\"givenName\":\"M\xFCller\"}",
        long.as_bytes(),
        b"{\"appUser\":null,\"user\":{}}",
        b"{\"_id\":\"last\"}",
    ];
    for line in lines {
        content.extend_from_slice(line);
        content.push(b'\n');
    }
    content.pop();
    let file = shelf.file("mixed.ndjson", content);
    let (report, rejected) = import(&mut store, &file);
    assert_eq!(report.counts, counts(2, 0, 0, 8));
    let numbers: Vec<u64> = rejected.iter().map(|(line, _)| *line).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9, 10, 11]);
    let words = |line: u64| &rejected.iter().find(|(at, _)| *at == line).unwrap().1;
    assert!(words(5).contains("ends in the middle"), "{}", words(5));
    assert!(words(8).contains("no id"), "{}", words(8));
    assert!(words(9).contains("UTF-8"), "{}", words(9));
    assert!(words(10).contains("8 MiB"), "{}", words(10));
    for known in ["first", "last"] {
        assert!(store.fate(&SmoochId::new(known)).is_ok());
    }
    assert_eq!(store.user_count().unwrap(), 2);
}

#[test]
fn a_field_of_a_million_characters_is_taken() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let name = "é".repeat(1_000_000);
    let file = shelf.file("long.ndjson", user("u", &name));
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 0, 0, 0));
    let known = find(&store, "u").unwrap();
    assert_eq!(known.user.given_name.unwrap().expose().len(), name.len());
}

#[test]
fn files_of_other_kinds_are_refused_in_words() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let cases: [(&str, &[u8], &str); 8] = [
        (
            "book.xlsx",
            b"PK\x03\x04\x14\0\x06\0",
            "save the sheet as CSV",
        ),
        ("utf16.csv", b"\xFF\xFE_\0i\0d\0", "UTF-16"),
        ("utf16be.csv", b"\xFE\xFF\0_\0i\0d", "UTF-16"),
        ("unmarked-utf16.ndjson", b"{\0\"\0_\0i\0d\0", "binary"),
        ("packed.ndjson", b"\x1F\x8B\x08", "cannot be read"),
        ("binary", b"ab\0cd", "binary"),
        ("no-id.csv", b"name,email\nA,b\n", "neither"),
        ("latin.csv", b"_id,pr\xE9nom\n", "UTF-8"),
    ];
    for (name, content, words) in cases {
        let refused = try_import(&mut store, &shelf.file(name, content)).unwrap_err();
        assert!(refused.to_string().contains(words), "{name}: {refused}");
    }
    assert!(try_import(&mut store, &shelf.folder.path().join("missing")).is_err());
    assert!(try_import(&mut store, shelf.folder.path()).is_err());
    assert_eq!(store.user_count().unwrap(), 0);
}

#[test]
fn an_empty_file_is_no_failure() {
    let shelf = Shelf::new();
    for (name, content) in [
        ("empty.ndjson", ""),
        ("blank", " \n\r\n"),
        ("empty.csv", ""),
        ("blank.csv", "\n \r\n"),
        ("head.csv", "_id\n"),
    ] {
        shelf.file(name, content);
        let run = shelf.command(&["import", name]).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{name}");
        let said = String::from_utf8(run.stdout).unwrap();
        assert!(said.contains("0 records"), "{name}: {said}");
    }
}

#[test]
fn what_is_not_a_file_is_refused_and_the_next_file_is_taken() {
    let shelf = Shelf::new();
    std::fs::create_dir(shelf.folder.path().join("folder")).unwrap();
    shelf.file("u.ndjson", users(0..3));
    let pipe = shelf.folder.path().join("pipe");
    std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    let arguments = ["import", "folder", "/dev/null", "pipe", "u.ndjson"];
    let run = shelf.command(&arguments).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let words = String::from_utf8(run.stderr).unwrap();
    for (name, why) in [
        ("folder", "folder"),
        ("/dev/null", "device"),
        ("pipe", "import - < FILE"),
    ] {
        let said = words
            .lines()
            .find(|line| line.contains(&format!("{name}: not imported")));
        assert!(said.is_some_and(|line| line.contains(why)), "{words}");
    }
    assert_eq!(shelf.open().user_count().unwrap(), 3);
}

#[test]
fn nul_bytes_and_line_ends_of_both_kinds_are_no_trouble() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let mut lines = users(0..100).replace('\n', "\r\n").into_bytes();
    lines.extend(
        b"{\"_id\":\"nul\0\"}\r\n{\"_id\":\"escaped\\u0000\",\"givenName\":\"A\\u0000b\"}\r\n",
    );
    let (report, rejected) = import(&mut store, &shelf.file("crlf.ndjson", lines));
    assert_eq!(report.counts, counts(100, 0, 0, 2));
    assert_eq!((rejected[0].0, rejected[1].0), (101, 102));
    assert!(rejected[1].1.contains("NUL"), "{rejected:?}");
    let mut rows = b"_id,email\r\n".to_vec();
    for number in 200..400 {
        rows.extend(format!("{},a@x\r\n", id(number)).bytes());
    }
    rows.extend(b"with\0nul,b@x\r\n");
    let (report, rejected) = import(&mut store, &shelf.file("crlf.csv", rows));
    assert_eq!(report.counts, counts(200, 0, 0, 1));
    assert_eq!(rejected, [(202, "its id holds a NUL".to_owned())]);
    assert!(find(&store, "with").is_none());
    assert_eq!(everybody(&store).len(), 300);
    // Elsewhere they are kept, also near the beginning of a file.
    for (name, content) in [
        (
            "kept.ndjson",
            &b"{\"_id\":\"k1\",\"givenName\":\"A\\u0000b\"}\n{\"_id\":\"k2\",\"x\":\"\0\"}\n"[..],
        ),
        ("kept.csv", b"_id,userId,givenName\nk3,c3,A\0b\nk4,c\0,D\n"),
    ] {
        let (report, rejected) = import(&mut store, &shelf.file(name, content));
        assert_eq!(report.counts, counts(1, 0, 0, 1), "{rejected:?}");
    }
    for known in ["k1", "k3"] {
        let name = find(&store, known).unwrap().user.given_name.unwrap();
        assert_eq!(name.expose(), "A\0b");
    }
}

#[test]
fn ids_too_long_to_look_up_are_refused() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let (most, more) = ("é".repeat(1_024), "é".repeat(1_025));
    let gone = event(
        "appUser:delete",
        &format!(r#""appUser":{{"_id":"{more}"}}"#),
    );
    let lines = [user(&most, "A"), user(&more, "B"), gone].join("\n");
    let (report, rejected) = import(&mut store, &shelf.file("long.ndjson", lines));
    assert_eq!(report.counts, counts(1, 0, 0, 2));
    assert!(
        rejected.iter().all(|(_, why)| why.contains("1,024")),
        "{rejected:?}"
    );
    let rows = format!("_id\n{most}\n{more}\n");
    let (report, rejected) = import(&mut store, &shelf.file("long.csv", rows));
    assert_eq!(report.counts, counts(0, 0, 1, 1), "{rejected:?}");
}

#[test]
fn words_about_a_line_call_it_a_line() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    for (line, words) in [
        (r#"{"_id":"u","x":nope}"#, "it is not JSON (column 1"),
        (r#"{"appUser":{"_id":"u",}}"#, "it is not JSON (column 2"),
        (r#"{"_id":"half"#, "it ends in the middle"),
        (r#"{"appUser":{"givenName":"A"}}"#, "it has no id"),
        (r#"{"user":{"profile":{}}}"#, "it has no id"),
        (r#"{"user":[]}"#, "its user is no JSON object"),
        (r#"{"_id":null}"#, "it has no id"),
        ("hello", "it is not JSON (column 1)"),
        ("[1]", "it is no JSON object"),
    ] {
        let file = shelf.file("line.ndjson", format!("{{\"_id\":\"first\"}}\n{line}\n"));
        let (_, rejected) = import(&mut store, &file);
        assert_eq!(rejected.len(), 1, "{line}: {rejected:?}");
        assert!(rejected[0].1.starts_with(words), "{line}: {rejected:?}");
    }
}
