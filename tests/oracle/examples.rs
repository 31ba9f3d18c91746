//! The rules on a few lines each, worked out by hand: who checks the checker.

use serde_json::{Value, json};

use super::rules::{Content, Known, Line, Person, known_from};
use super::shelf::APP;

const HOUR: i64 = 3_600_000;

/// So many hours after some midnight.
const fn hour(hours: i64) -> i64 {
    1_709_251_200_000 + hours * HOUR
}

fn line(date: i64, value: Value) -> Line {
    Line {
        date: hour(date),
        number: 1,
        content: Content::Json(value),
    }
}

fn row<const N: usize>(date: i64, cells: [(&'static str, &str); N]) -> Line {
    let cells = cells.into_iter();
    let content = Content::Row(cells.map(|(name, cell)| (name, cell.to_owned())).collect());
    Line {
        date: hour(date),
        number: 2,
        content,
    }
}

fn iso(hours: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(hour(hours)).unwrap();
    time.to_string()
}

/// An answer of v1.1, asked at an hour.
fn answer(asked: i64, raw: &Value) -> Line {
    let schema = "smooch-console/user/1";
    line(
        99,
        json!({"schema": schema, "api": "v1.1", "fetched_at": iso(asked), "raw": raw}),
    )
}

/// A line of a file that has all of a user.
fn whole(date: i64, mut user: Value) -> Line {
    for (name, value) in [
        ("conversationStarted", json!(true)),
        ("properties", json!({})),
        ("clients", json!([])),
        ("pendingClients", json!([])),
    ] {
        if user.get(name).is_none() {
            user[name] = value;
        }
    }
    line(date, user)
}

fn hook(date: i64, own: i64, user: &Value) -> Line {
    line(
        date,
        json!({"trigger": "conversation:start", "app": {"_id": APP}, "timestamp": hour(own) / 1000, "appUser": user}),
    )
}

fn merge(own: i64, discarded: &str, into: &str) -> Line {
    v2(
        own,
        "user:merge",
        &json!({"mergedUsers": {"surviving": {"id": into}, "discarded": {"id": discarded}}}),
    )
}

fn v2(own: i64, kind: &str, payload: &Value) -> Line {
    line(
        99,
        json!({"app": {"id": APP}, "events": [{"type": kind, "createdAt": iso(own), "payload": payload}]}),
    )
}

fn known(lines: &[Line]) -> Known {
    let known = known_from(lines);
    assert!(known.doubts.is_empty(), "{:?}", known.doubts);
    let mut backwards = lines.to_vec();
    backwards.reverse();
    assert_eq!(known_from(&backwards), known);
    known
}

fn only(lines: &[Line]) -> Person {
    let known = known(lines);
    assert_eq!(known.persons.len(), 1, "{known:?}");
    known.persons.into_values().next().unwrap()
}

fn email(lines: &[Line]) -> Option<String> {
    only(lines).email
}

/// A value that is shown.
fn some(text: &str) -> Option<String> {
    Option::from(text.to_owned())
}

#[test]
fn the_later_of_two_values_is_shown_and_silence_takes_nothing_away() {
    let one = || line(1, json!({"_id": "a", "email": "1@x"}));
    let two = || line(2, json!({"_id": "a", "email": "2@x"}));
    assert_eq!(email(&[one(), two()]), some("2@x"));
    let silent = hook(3, 3, &json!({"_id": "a", "givenName": "Ann"}));
    let person = only(&[one(), silent]);
    assert_eq!((person.email, person.identity), (some("1@x"), None));
}

#[test]
fn nulls_and_floors_act_within_their_own_register() {
    let listed = row(1, [("_id", "a"), ("email", "list@x"), ("city", "Lyon")]);
    let told = whole(
        2,
        json!({"_id": "a", "email": "api@x", "properties": {"plan": "gold"}}),
    );
    let person = only(&[listed.clone(), told.clone()]);
    assert_eq!(person.email, some("api@x"));
    assert_eq!(person.properties.len(), 2);
    // The API does not have the e-mail any more, and never knew the city.
    let later = answer(3, &json!({"_id": "a", "properties": {}}));
    let person = only(&[listed, told.clone(), later.clone()]);
    assert_eq!(person.email, some("list@x"));
    assert_eq!(person.properties.keys().collect::<Vec<_>>(), ["city"]);
    let part = line(4, json!({"_id": "a", "email": null}));
    assert_eq!(email(&[told.clone(), part]), some("api@x"));
    assert_eq!(email(&[told, later]), None);
}

#[test]
fn an_answer_says_nothing_of_sets_that_it_does_not_have() {
    let told = whole(
        1,
        json!({"_id": "a", "properties": {"plan": "gold"}, "clients": [{"id": "k", "platform": "line"}]}),
    );
    let person = only(&[told.clone(), answer(2, &json!({"_id": "a"}))]);
    assert_eq!((person.properties.len(), person.clients.len()), (1, 1));
    let person = only(&[told.clone(), answer(2, &json!({"_id": "a", "clients": []}))]);
    assert_eq!((person.properties.len(), person.clients.len()), (1, 0));
    // A webhook's user is never whole.
    let full = json!({"_id": "a", "properties": {}, "clients": []});
    let person = only(&[told, hook(2, 2, &full)]);
    assert_eq!((person.properties.len(), person.clients.len()), (1, 1));
}

#[test]
fn an_impossible_time_is_the_date_of_the_file() {
    let future = hook(1, 1000, &json!({"_id": "a", "email": "hook@x"}));
    let later = row(2, [("_id", "a"), ("email", "list@x")]);
    assert_eq!(email(&[future, later.clone()]), some("list@x"));
    let soon = hook(1, 25, &json!({"_id": "a", "email": "hook@x"}));
    assert_eq!(email(&[soon, later]), some("hook@x"));
}

#[test]
fn nobody_is_anonymous_out_of_silence() {
    let identity = |lines: &[Line]| only(lines).identity;
    let anonymous = Some("anonymous");
    assert_eq!(identity(&[row(1, [("_id", "a")])]), None);
    assert_eq!(
        identity(&[line(1, json!({"_id": "a", "properties": {}}))]),
        None
    );
    assert_eq!(
        identity(&[hook(1, 1, &json!({"_id": "a", "email": "x"}))]),
        None
    );
    let short = || hook(1, 1, &json!({"_id": "a", "conversationStarted": true}));
    assert_eq!(identity(&[short()]), anonymous);
    assert_eq!(identity(&[whole(1, json!({"_id": "a"}))]), anonymous);
    assert_eq!(identity(&[answer(1, &json!({"_id": "a"}))]), anonymous);
    // A list may know better than all of them, but not than a later answer.
    let listed = || row(2, [("_id", "a"), ("userId", "c")]);
    assert_eq!(identity(&[short(), listed()]), Some("identified"));
    let whole = whole(3, json!({"_id": "a"}));
    assert_eq!(identity(&[whole, listed()]), Some("identified"));
    assert_eq!(
        identity(&[answer(3, &json!({"_id": "a"})), listed()]),
        anonymous
    );
    assert_eq!(
        identity(&[answer(1, &json!({"_id": "a"})), listed()]),
        Some("identified")
    );
}

#[test]
fn a_user_id_of_the_api_outlives_all_but_later_answers() {
    let told = || hook(1, 1, &json!({"_id": "a", "userId": "c"}));
    let short = hook(5, 5, &json!({"_id": "a", "conversationStarted": true}));
    let line = whole(5, json!({"_id": "a"}));
    assert_eq!(only(&[told(), short, line]).user_id, some("c"));
    assert_eq!(
        only(&[told(), answer(5, &json!({"_id": "a"}))]).user_id,
        None
    );
}

#[test]
fn rows_that_contradict_the_api_count_for_nothing() {
    let damaged = row(2, [("_id", "a"), ("userId", "9E+15"), ("city", "Lyon")]);
    let person = only(std::slice::from_ref(&damaged));
    assert_eq!(
        (person.user_id, person.properties.len()),
        (some("9E+15"), 1)
    );
    let true_one = whole(1, json!({"_id": "a", "userId": "c"}));
    let person = only(&[damaged, true_one]);
    assert_eq!((person.user_id, person.properties.len()), (some("c"), 0));
}

#[test]
fn rows_with_a_user_id_alone_go_where_the_newest_report_of_both_says() {
    let listed = row(9, [("userId", "c"), ("city", "Lyon")]);
    assert_eq!(known(std::slice::from_ref(&listed)).persons.len(), 0);
    let city = |known: &Known, id: &str| known.persons[id].properties.contains_key("city");
    let first = hook(1, 1, &json!({"_id": "a", "userId": "c"}));
    assert!(city(&known(&[listed.clone(), first.clone()]), "a"));
    let second = hook(2, 2, &json!({"_id": "b", "userId": "c"}));
    let both = known(&[listed, first, second]);
    assert!(!city(&both, "a") && city(&both, "b"));
}

#[test]
fn clients_are_known_again_by_any_of_their_ids() {
    let hook = |own, client: Value| {
        line(
            99,
            json!({"trigger": "conversation:start", "timestamp": hour(own) / 1000,
            "appUser": {"_id": "a"}, "client": client}),
        )
    };
    let one = hook(
        1,
        json!({"id": "i", "platform": "web", "displayName": "Old"}),
    );
    let other = hook(
        2,
        json!({"_id": "r", "platform": "web", "displayName": "New"}),
    );
    assert_eq!(only(&[one.clone(), other.clone()]).clients.len(), 2);
    let both = hook(0, json!({"id": "i", "_id": "r", "platform": "web"}));
    let person = only(&[one, other.clone(), both]);
    assert_eq!(person.clients.len(), 1);
    assert_eq!(person.clients.first().unwrap().display_name, some("New"));
    assert_eq!(person.name, some("New"));
    let removed = line(
        3,
        json!({"trigger": "client:remove", "appUser": {"_id": "a"}, "client": {"_id": "r"}}),
    );
    assert_eq!(only(&[other, removed]).clients.len(), 0);
}

#[test]
fn an_sdk_is_shown_only_without_an_install() {
    let sdk = v2(
        1,
        "conversation:create",
        &json!({"user": {"id": "a"}, "source": {"client": {"id": "s", "type": "sdk"}}}),
    );
    assert_eq!(only(std::slice::from_ref(&sdk)).clients.len(), 1);
    let web = whole(
        2,
        json!({"_id": "a", "clients": [{"id": "w", "platform": "web"}]}),
    );
    let person = only(&[sdk, web]);
    assert_eq!(person.clients.len(), 1);
    assert_eq!(person.clients.first().unwrap().platform, some("web"));
}

#[test]
fn a_pending_client_is_the_same_client_in_another_list() {
    let client = || json!([{"id": "k", "platform": "line", "displayName": "D"}]);
    let pending = line(
        1,
        json!({"trigger": "x", "appUser": {"_id": "a", "pendingClients": client()}}),
    );
    assert_eq!(only(std::slice::from_ref(&pending)).pending.len(), 1);
    let confirmed = whole(
        2,
        json!({"_id": "a", "clients": [{"id": "k", "platform": "line"}]}),
    );
    let person = only(&[pending, confirmed]);
    assert_eq!((person.clients.len(), person.pending.len()), (1, 0));
    assert_eq!(person.clients.first().unwrap().display_name, None);
}

#[test]
fn the_name_on_the_newest_message_that_has_one_counts() {
    let message = |date, received: i64, name: Value| {
        line(
            date,
            json!({"trigger": "message:appUser", "appUser": {"_id": "a"}, "messages":
            [{"_id": "m", "role": "appUser", "received": hour(received) / 1000, "name": name}]}),
        )
    };
    let (old, new) = (message(1, 1, json!("Old")), message(2, 2, json!("New")));
    let nameless = message(3, 3, Value::Null);
    assert_eq!(only(&[old, new.clone(), nameless]).name, some("New"));
    let future = message(1, 1000, json!("Future"));
    assert_eq!(only(&[new, future]).name, some("New"));
}

#[test]
fn the_survivor_comes_first_and_the_discarded_ids_fill_the_gaps() {
    let survivor = whole(1, json!({"_id": "s", "givenName": "Sue"}));
    let one = whole(
        2,
        json!({"_id": "d", "userId": "c", "givenName": "Dan", "email": "d@x"}),
    );
    let two = whole(3, json!({"_id": "e", "email": "e@x"}));
    let lines = [survivor, one, two, merge(5, "d", "e"), merge(6, "e", "s")];
    let person = only(&lines);
    assert_eq!(
        (person.given_name, person.email),
        (some("Sue"), some("e@x"))
    );
    assert_eq!((person.user_id, person.identity), (None, Some("anonymous")));
    assert_eq!(known(&lines).merged["d"], "s");
}

#[test]
fn an_answer_after_the_merge_is_about_both_but_not_about_lists() {
    let one = whole(
        1,
        json!({"_id": "d", "email": "d@x", "properties": {"plan": "gold"}}),
    );
    let listed = row(1, [("_id", "d"), ("city", "Lyon")]);
    let asked = |at| answer(at, &json!({"_id": "s", "properties": {}}));
    let person = only(&[one.clone(), listed.clone(), merge(5, "d", "s"), asked(4)]);
    assert_eq!((person.email, person.properties.len()), (some("d@x"), 2));
    let person = only(&[one, listed, merge(5, "d", "s"), asked(6)]);
    assert_eq!((person.email, person.properties.len()), (None, 1));
}

#[test]
fn the_newest_merge_counts_a_cycle_loses_its_oldest_and_answers_undo_one() {
    let lines = [merge(1, "a", "b"), merge(2, "a", "c")];
    assert_eq!(known(&lines).merged["a"], "c");
    let lines = [merge(1, "a", "b"), merge(2, "b", "c"), merge(3, "c", "a")];
    let merged = known(&lines).merged;
    assert_eq!((&*merged["b"], &*merged["c"]), ("a", "a"));
    assert!(known(&[merge(1, "a", "a")]).persons.contains_key("a"));
    let undone = [merge(1, "a", "b"), answer(2, &json!({"_id": "a"}))];
    assert_eq!(known(&undone).persons.len(), 2);
    let kept = [
        merge(1, "a", "b"),
        whole(2, json!({"_id": "a"})),
        hook(3, 3, &json!({"_id": "a"})),
    ];
    assert_eq!(known(&kept).persons.len(), 1);
}

#[test]
fn the_dead_stay_dead_until_the_api_or_a_timed_event_names_them() {
    let user = || whole(1, json!({"_id": "a", "email": "a@x"}));
    let gone = || v2(5, "user:remove", &json!({"user": {"id": "a"}}));
    let untimed = line(9, json!({"trigger": "client:add", "appUser": {"_id": "a"}}));
    let file = whole(9, json!({"_id": "a"}));
    let early = hook(4, 4, &json!({"_id": "a"}));
    let dead = known(&[user(), gone(), untimed, file, early]);
    assert!(dead.persons.is_empty() && dead.deleted.contains("a"));
    for sign in [
        hook(6, 6, &json!({"_id": "a"})),
        answer(6, &json!({"_id": "a", "email": "a@x"})),
    ] {
        assert_eq!(email(&[user(), gone(), sign]), some("a@x"));
    }
    let merged = known(&[
        user(),
        gone(),
        whole(1, json!({"_id": "d"})),
        merge(2, "d", "a"),
    ]);
    assert!(merged.persons.is_empty(), "nobody survives");
}
