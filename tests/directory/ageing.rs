//! Facts of different ages about the same people, and what becomes of people who are merged.

use jiff::Timestamp;
use smooch_console::directory::store::Keep;
use smooch_console::directory::store::{Change, Report, Store, StoreOptions};
use smooch_console::domain::Fate;
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{ApiVersion, ConversationKey, Identity, Scalar, SmoochId};
use smooch_console::wire::v11;

use super::shelf::*;

fn look_up(store: &mut Store, json: &str, at: Timestamp) {
    let user = v11::parse_user(json.as_bytes()).unwrap();
    let told = Report::whole(
        &user,
        ApiVersion::V11,
        key(Source::Api, at.as_millisecond()),
    );
    let change = Change::Report(Box::new(told));
    store.record(&change).unwrap();
}

fn event(trigger: &str, rest: &str) -> String {
    format!(r#"{{"trigger":"{trigger}","app":{{"_id":"{APP}"}},{rest}}}"#)
}

fn v2_event(kind: &str, at: &str, payload: &str) -> String {
    format!(
        r#"{{"app":{{"id":"{APP}"}},"events":[{{"type":"{kind}","createdAt":"{at}","payload":{payload}}}]}}"#
    )
}

/// The properties of a user by name.
fn properties(store: &Store, id: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    store
        .each_row(|row| {
            if row.id == id {
                let all = row.properties();
                found.extend(all.map(|[name, value]| (name.to_owned(), value.to_owned())));
            }
        })
        .unwrap();
    found.sort();
    found
}

/// The value of a property that is shown.
fn shown(store: &Store, id: &str, property: &str) -> Option<String> {
    let user = find(store, id)?.user;
    let mut properties = user.properties.0.iter();
    let (_, value) = properties.rfind(|(name, _)| name.expose() == property)?;
    match value {
        Scalar::Text(text) => Some(text.expose().to_owned()),
        _ => None,
    }
}

fn given_name(store: &Store, id: &str) -> Option<String> {
    let known = find(store, id)?;
    Some(known.user.given_name?.expose().to_owned())
}

fn clients(store: &Store, id: &str) -> Vec<String> {
    let known = find(store, id).unwrap();
    let ids = known
        .user
        .clients
        .iter()
        .filter_map(|client| client.id.as_ref());
    let mut ids: Vec<String> = ids.map(|id| id.expose().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn an_older_file_adds_what_is_missing_and_replaces_nothing() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let new = dated(&shelf, "new.csv", 9, "_id,givenName\nu1,New\n");
    let old = "_id,givenName,surname,tag\nu1,Old,Quinn,vip\nu2,Two,,\n";
    let old = dated(&shelf, "old.csv", 3, old);
    import(&mut store, &new);
    assert_eq!(import(&mut store, &old).0.counts, counts(1, 1, 0, 0));
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.name.text.expose(), "New Quinn");
    assert_eq!(known.confirmed_at, day(9));
    assert_eq!(properties(&store, "u1"), [("tag".into(), "vip".into())]);
    assert_eq!(find(&store, "u2").unwrap().confirmed_at, day(3));
    assert_eq!(import(&mut store, &old).0.counts, counts(0, 0, 2, 0));
    // The same lines in a newer file count again.
    let again = std::fs::read(&old).unwrap();
    let again = dated(&shelf, "again.csv", 12, again);
    assert_eq!(import(&mut store, &again).0.counts, counts(0, 1, 1, 0));
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.name.text.expose(), "Old Quinn");
    assert_eq!(known.confirmed_at, day(12));
}

#[test]
fn the_newer_of_two_tables_counts_beside_the_apis_facts() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let table = |at: u64, name: &str, tag: &str| {
        let rows = format!("_id,givenName,tag\nu1,{name},{tag}\n");
        dated(&shelf, &format!("{at}.csv"), at, rows)
    };
    import(&mut store, &table(5, "Five", "five"));
    // Read later, though it is older and covers everything.
    import(
        &mut store,
        &dated(&shelf, "whole.ndjson", 1, user("u1", "One")),
    );
    for at in [4, 2] {
        let older = table(at, "Older", "older");
        assert_eq!(import(&mut store, &older).0.counts, counts(0, 0, 1, 0));
    }
    assert_eq!(given_name(&store, "u1").as_deref(), Some("Five"));
    assert_eq!(find(&store, "u1").unwrap().confirmed_at, day(1));
    import(&mut store, &table(8, "Eight", "eight"));
    import(&mut store, &table(7, "Seven", "seven"));
    assert_eq!(given_name(&store, "u1").as_deref(), Some("Eight"));
    assert_eq!(find(&store, "u1").unwrap().confirmed_at, day(1));
    look_up(&mut store, &user("u1", "Nine"), day(9));
    import(&mut store, &table(6, "Six", "six"));
    assert_eq!(given_name(&store, "u1").as_deref(), Some("Nine"));
    assert_eq!(properties(&store, "u1"), [("tag".into(), "eight".into())]);
}

#[test]
fn an_older_table_does_not_make_an_anonymous_user_identified() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("u1", "Ana"), day(5));
    let rows = dated(&shelf, "crm.csv", 2, "_id,userId,tag\nu1,c1,vip\n");
    assert_eq!(import(&mut store, &rows).0.counts, counts(0, 1, 0, 0));
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.user.user_id, None);
    assert_eq!(properties(&store, "u1"), [("tag".into(), "vip".into())]);
    assert_eq!(find(&store, "c1"), None);
    assert_eq!(import(&mut store, &rows).0.counts, counts(0, 0, 1, 0));
}

#[test]
fn an_event_is_as_old_as_it_says_and_not_as_its_file() {
    let full = |id: &str| {
        event(
            "message:appUser",
            &format!(
                r#""appUser":{{"_id":"{id}","givenName":"Old","email":"old@x","clients":[{{"id":"k","platform":"web"}}],"properties":{{}}}},
                "messages":[{{"role":"appUser","type":"text","name":"Old","received":1500000000.5}}]"#
            )
            .replace('\n', " "),
        )
    };
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("u1", "New"), day(1));
    let events = [
        full("u1"),
        full("u2"),
        event(
            "conversation:start",
            r#""appUser":{"_id":"u3"},"timestamp":1500000000"#,
        ),
        v2_event(
            "user:update",
            "2017-07-14T02:40:00Z",
            r#"{"user":{"id":"u1","profile":{"givenName":"Old"}}}"#,
        ),
        event(
            "conversation:start",
            r#""appUser":{"_id":"u4"},"timestamp":99999999999"#,
        ),
    ];
    let file = dated(&shelf, "log.jsonl", 9, events.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(3, 1, 1, 0));
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.user.given_name.unwrap().expose(), "New");
    assert!(known.user.email.is_none() && known.user.clients.is_empty());
    assert_eq!((known.confirmed_at, known.source), (day(1), Source::Api));
    let known = find(&store, "u2").unwrap();
    assert_eq!(known.confirmed_at.as_millisecond(), 1_500_000_000_500);
    let mut times = Vec::new();
    store
        .each_row(|row| times.push((row.id.to_owned(), row.confirmed_at)))
        .unwrap();
    times.sort();
    assert_eq!(times[2].1.as_second(), 1_500_000_000);
    // Nothing that a file reports happens more than a day after its date.
    assert_eq!(times[3].1, day(9));
}

#[test]
fn an_older_whole_user_fills_a_newer_part_and_is_as_old_as_it_is() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let part = dated(&shelf, "part.csv", 9, "_id,userId,givenName\nu1,c1,New\n");
    let whole = whole(
        "u1",
        r#""userId":"c1","givenName":"Old","surname":"Quinn","#,
    );
    let whole = dated(&shelf, "whole.ndjson", 3, whole);
    import(&mut store, &part);
    assert_eq!(import(&mut store, &whole).0.counts, counts(0, 1, 0, 0));
    let known = find(&store, "c1").unwrap();
    assert_eq!(known.name.text.expose(), "New Quinn");
    assert_eq!(known.user.portion, Portion::Whole);
    assert_eq!(known.confirmed_at, day(3));
}

#[test]
fn a_row_with_another_user_id_than_the_apis_counts_for_nothing_in_either_order() {
    let row = "_id,userId,givenName,tag\nu1,c1,New,vip\n";
    for row_first in [true, false] {
        let shelf = Shelf::new();
        let mut store = shelf.open();
        let row = dated(&shelf, "row.csv", 9, row);
        let whole = whole("u1", r#""userId":"c0","givenName":"Old","#);
        let whole = dated(&shelf, "whole.ndjson", 3, whole);
        if row_first {
            import(&mut store, &row);
            assert_eq!(find(&store, "c1").unwrap().name.text.expose(), "New");
            import(&mut store, &whole);
        } else {
            import(&mut store, &whole);
        }
        // Whenever it comes, the row is refused from now on.
        let (report, rejected) = import(&mut store, &row);
        assert_eq!(report.counts, counts(0, 0, 0, 1), "{row_first}");
        assert_eq!(rejected[0].0, 2);
        assert!(rejected[0].1.contains("not the one that the API gives"));
        assert_eq!(find(&store, "c1"), None);
        let known = find(&store, "c0").unwrap();
        assert_eq!(known.name.text.expose(), "Old");
        assert_eq!(properties(&store, "u1"), []);
    }
}

#[test]
fn part_of_a_user_never_confirms_the_rest_however_often_it_comes() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let whole = whole("u1", r#""givenName":"Ana","#);
    import(&mut store, &dated(&shelf, "whole.ndjson", 1, whole));
    assert_eq!(find(&store, "u1").unwrap().user.portion, Portion::Whole);
    let (row, line) = ("_id,tag\nu1,vip\n", r#"{"_id":"u1","surname":"Quinn"}"#);
    for at in 2..6 {
        import(&mut store, &dated(&shelf, "part.csv", at, row));
        import(&mut store, &dated(&shelf, "part.ndjson", at, line));
        assert_eq!(find(&store, "u1").unwrap().confirmed_at, day(1));
    }
    import(&mut store, &dated(&shelf, "part.csv", 6, row));
    let file = dated(&shelf, "part.csv", 7, row);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 1, 0));
    assert_eq!(find(&store, "u1").unwrap().confirmed_at, day(1));
}

#[test]
fn imported_properties_survive_what_the_api_answers() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let file = dated(&shelf, "crm.csv", 1, "userId,_id,tag,plan\nc1,u1,vip,pro\n");
    import(&mut store, &file);
    let answer = r#"{"_id":"u1","userId":"c1","givenName":"Ana","clients":[],"properties":{"plan":"free","own":1}}"#;
    look_up(&mut store, answer, day(2));
    // The later value is shown, and the other one is searched too.
    let expected = [
        ("own", "1"),
        ("plan", "free"),
        ("plan", "pro"),
        ("tag", "vip"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(properties(&store, "u1"), expected);
    assert_eq!(shown(&store, "u1", "plan").as_deref(), Some("free"));
    assert_eq!(find(&store, "u1").unwrap().user.properties.0.len(), 3);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 1, 0));
    look_up(&mut store, answer, day(3));
    assert_eq!(properties(&store, "u1"), expected);
    // What the API sent once is the API's to take away; what it never sent is not.
    look_up(&mut store, &user("u1", "Ana"), day(4));
    let of_list = [("plan", "pro"), ("tag", "vip")];
    let of_list = of_list.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(properties(&store, "u1"), of_list);
    assert_eq!(shown(&store, "u1", "plan").as_deref(), Some("pro"));
    // Imported only after the look-up, it is there all the same.
    let late = dated(&shelf, "late.csv", 1, "_id,region\nu1,north\n");
    assert_eq!(import(&mut store, &late).0.counts, counts(0, 1, 0, 0));
    look_up(&mut store, &user("u1", "Ana"), day(5));
    assert_eq!(properties(&store, "u1").len(), 3);
}

#[test]
fn the_same_facts_in_other_words_change_nothing() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(
        &mut store,
        &dated(&shelf, "a.csv", 1, "_id,email,tag\nu1,a@x,vip\n"),
    );
    for (name, content) in [
        ("b.csv", "tag,_id\nvip,u1\n"),
        ("c.ndjson", r#"{"_id":"u1","email":"a@x"}"#),
        (
            "d.ndjson",
            r#"{"id":"u1","profile":{"email":"a@x"},"metadata":{"tag":"vip"}}"#,
        ),
        (
            "e.ndjson",
            r#"{"id":"u1","profile":{"email":"a@x"},"metadata":{"tag":"vip"},"authenticated":false,"identities":[]}"#,
        ),
    ] {
        let file = dated(&shelf, name, 2, content);
        // A whole user says besides that there is nothing else.
        let whole = name == "e.ndjson";
        let expected = counts(0, u64::from(whole), u64::from(!whole), 0);
        assert_eq!(import(&mut store, &file).0.counts, expected, "{name}");
    }
}

#[test]
fn what_was_left_out_with_ids_only_comes_with_the_same_file_later() {
    let shelf = Shelf::new();
    let file = dated(&shelf, "u.ndjson", 1, user("u1", "Ana"));
    let ids = StoreOptions {
        keep: Keep::Ids,
        ..shelf.options()
    };
    import(&mut Store::open(ids).unwrap(), &file);
    let mut store = shelf.open();
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 1, 0, 0));
    assert_eq!(given_name(&store, "u1").as_deref(), Some("Ana"));
}

#[test]
fn a_removed_client_is_gone_from_the_channels() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let known = r#"{"_id":"u1","properties":{},"clients":[{"id":"k1","_id":"r1","platform":"web"},
        {"id":"k2","platform":"line","externalId":"e2"},{"id":"k3","platform":"line","externalId":"e3"}],
        "pendingClients":[{"id":"k4","platform":"twilio"}]}"#;
    look_up(&mut store, known, day(3));
    let remove = |client: &str| {
        event(
            "client:remove",
            &format!(r#""appUser":{{"_id":"u1"}},"client":{client}"#),
        )
    };
    let removed = [
        remove(r#"{"id":"k1","platform":"web"}"#),
        remove(r#"{"platform":"line","externalId":"e2"}"#),
        remove(r#"{"id":"k4","platform":"twilio"}"#),
        remove(r#"{"id":"other","platform":"line","externalId":"e9"}"#),
        v2_event(
            "client:remove",
            "2023-12-31T00:00:00Z",
            r#"{"user":{"id":"u1"},"client":{"id":"k3","type":"line","externalId":"e3"}}"#,
        ),
    ];
    let file = dated(&shelf, "log.jsonl", 4, removed.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 5, 0, 0));
    assert_eq!(
        clients(&store, "u1"),
        ["k3"],
        "it was there later than removed"
    );
    // Also of a client that is not known yet: what is older about it comes too late.
    let late = event(
        "client:add",
        r#""appUser":{"_id":"u1"},"client":{"id":"other","platform":"line","externalId":"e9"},"timestamp":1500000000"#,
    );
    import(&mut store, &dated(&shelf, "late.jsonl", 5, late));
    assert_eq!(clients(&store, "u1"), ["k3"]);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 5, 0));
    assert!(find(&store, "u1").unwrap().user.pending_clients.is_empty());
    let last = v2_event(
        "client:remove",
        "2024-01-05T00:00:00Z",
        r#"{"user":{"id":"u1"},"client":{"id":"k3","type":"line"}}"#,
    );
    let file = dated(&shelf, "v2.jsonl", 5, last);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 1, 0, 0));
    assert!(clients(&store, "u1").is_empty());
    assert_eq!(find(&store, "u1").unwrap().confirmed_at, day(3));
}

#[test]
fn a_survivor_inherits_what_they_lack() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let old = r#"{"_id":"old","userId":"c1","givenName":"Old","surname":"Quinn","signedUpAt":"2024-01-01T00:00:00Z",
        "clients":[{"id":"k1","platform":"web"}],"properties":{"plan":"pro","tag":"vip"}}"#;
    look_up(&mut store, old, day(1));
    let body = r#"{"conversation":{},"messages":[{"_id":"m","type":"text","role":"appUser","name":"Haru","text":"x","received":5}]}"#;
    let [old, new] = ["old", "new"].map(SmoochId::new);
    let page = save_newest(&mut store, &old, body, day(1));
    let known = r#"{"_id":"new","givenName":"New","clients":[{"id":"k2","platform":"line"}],"properties":{"plan":"free"}}"#;
    look_up(&mut store, known, day(2));
    let merge = event(
        "merge:appUser",
        r#""surviving":{"_id":"new"},"discarded":[{"_id":"old"}]"#,
    );
    let file = dated(&shelf, "log.jsonl", 3, &merge);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 1, 0, 0));
    let known = find(&store, "new").unwrap();
    assert_eq!(known.name.text.expose(), "New Quinn");
    // The API, asked about the survivor, said that they have no `userId`.
    assert_eq!(known.user.identity(), Some(Identity::Anonymous));
    assert_eq!(find(&store, "c1"), None);
    assert_eq!(clients(&store, "new"), ["k1", "k2"]);
    assert_eq!(
        properties(&store, "new"),
        [("plan", "free"), ("tag", "vip")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(known.confirmed_at, day(2));
    assert_eq!(
        store
            .page(&ConversationKey::default_of(&new))
            .unwrap()
            .unwrap()
            .page,
        page
    );
    assert_eq!(store.user_count().unwrap(), 1);
    assert_eq!(store.fate(&old).unwrap(), Fate::Merged { into: new });
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 1, 0));
}

#[test]
fn a_survivor_who_was_not_known_inherits_everything() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("old", "Ana"), day(1));
    let merge = v2_event(
        "user:merge",
        "2024-01-03T00:00:00Z",
        r#"{"mergedUsers":{"surviving":{"id":"new","externalId":"c1"},"discarded":{"id":"old"}}}"#,
    );
    import(&mut store, &dated(&shelf, "log.jsonl", 3, merge));
    let known = find(&store, "c1").unwrap();
    assert_eq!(known.user.id.expose(), "new");
    assert_eq!(known.name.text.expose(), "Ana");
    assert_eq!(known.user.portion, Portion::Part);
    assert_eq!(known.confirmed_at, day(2), "nothing but the merge says so");
    assert_eq!(known.user.user_id.unwrap().expose(), "c1");
}

#[test]
fn lines_with_an_old_id_are_about_the_survivor() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("c", "Cy"), day(1));
    let merge = |survivor: &str, old: &str| {
        let names =
            format!(r#""surviving":{{"_id":"{survivor}"}},"discarded":[{{"_id":"{old}"}}]"#);
        event("merge:appUser", &names)
    };
    let log = [
        merge("b", "a"),
        merge("c", "b"),
        event(
            "client:add",
            r#""appUser":{"_id":"a"},"client":{"id":"k","platform":"line"}"#,
        ),
        r#"{"_id":"b","givenName":"Bo","surname":"Quinn"}"#.to_owned(),
    ];
    let file = dated(&shelf, "log.jsonl", 3, log.join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 3, 0, 0));
    assert_eq!(store.user_count().unwrap(), 1);
    assert_eq!(find(&store, "c").unwrap().name.text.expose(), "Cy Quinn");
    assert_eq!(clients(&store, "c"), ["k"]);
    assert_eq!(find(&store, "c").unwrap().confirmed_at, day(1));
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 4, 0));
    let gone = event("appUser:delete", r#""appUser":{"_id":"c"}"#);
    let file = dated(&shelf, "gone.jsonl", 4, [gone, user("a", "Ana")].join("\n"));
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 1, 1, 0));
    assert_eq!(store.user_count().unwrap(), 0);
}
