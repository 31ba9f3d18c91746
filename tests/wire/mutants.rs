//! Each member of each item is taken away, made null and made every wrong thing, one at a time: no
//! panic, never an error for the siblings, and what was wrong is said.

use serde_json::{Value, json};
use smooch_console::domain::Message;
use smooch_console::wire::{parse_error, v11};

use super::fixtures::{PAGES, USERS, body, json as fixture};

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut go = |key: String, child: &Value| {
        let here = format!("{at}/{key}");
        found.push(here.clone());
        pointers(child, &here, found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, child)| go(key.clone(), child)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(i, child)| go(i.to_string(), child)),
        _ => {}
    }
}

fn wrong_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-7),
        json!(1e300),
        json!(""),
        json!("\u{202e}surprise"),
        json!([]),
        json!([null, 1, [], "x"]),
        json!({}),
        json!({"unknown": {"deep": []}}),
    ]
}

/// All variants of `whole` in which the member at `pointer` is gone or wrong.
fn mutants(whole: &Value, pointer: &str) -> Vec<Value> {
    let mut variants: Vec<Value> = wrong_values()
        .into_iter()
        .map(|wrong| {
            let mut mutant = whole.clone();
            *mutant.pointer_mut(pointer).unwrap() = wrong;
            mutant
        })
        .collect();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut removed = whole.clone();
    match removed.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.shift_remove(key)),
        Value::Array(list) => drop(list.remove(key.parse().unwrap())),
        _ => unreachable!("a pointer leads into a container"),
    }
    variants.push(removed);
    variants
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn a_broken_message_never_touches_its_siblings() {
    let original = fixture(PAGES[0]);
    let count = original["messages"].as_array().unwrap().len();
    for broken in 0..count {
        // Three messages are enough to see both neighbours, and keep the test quick.
        let mut whole = original.clone();
        let list = whole["messages"].as_array_mut().unwrap();
        let first = broken.saturating_sub(1);
        *list = list[first..(broken + 2).min(count)].to_vec();
        let at = broken - first;
        let intact = v11::parse_messages_page(&bytes(&whole)).unwrap().messages;
        let mut found = Vec::new();
        let base = format!("/messages/{at}");
        pointers(&whole["messages"][at], &base, &mut found);
        for pointer in found {
            for mutant in mutants(&whole, &pointer) {
                let page = v11::parse_messages_page(&bytes(&mutant)).expect(&pointer);
                assert_eq!(page.messages.len(), intact.len(), "{pointer}");
                for sibling in intact.iter().enumerate().filter(|(i, _)| *i != at) {
                    assert!(page.messages.contains(sibling.1), "{pointer}");
                }
            }
        }
    }
}

#[test]
fn anything_in_place_of_a_message_is_a_degraded_message() {
    let mut page = fixture(PAGES[0]);
    for wrong in wrong_values() {
        page["messages"][3] = wrong.clone();
        let read = v11::parse_messages_page(&bytes(&page)).unwrap().messages;
        assert_eq!(read.len(), 13);
        let degraded: Vec<&Message> = read.iter().filter(|m| !m.degraded.is_empty()).collect();
        assert_eq!(degraded.len(), 1, "{wrong}");
        assert_eq!(degraded[0].json.expose(), wrong.to_string());
        // It stays where it stood.
        assert!(!read[3].degraded.is_empty());
    }
}

#[test]
fn a_wrong_type_is_noted_and_a_missing_field_costs_only_itself() {
    for (member, wrong) in [
        ("received", json!("soon")),
        ("_id", json!({})),
        ("role", json!([])),
        ("type", json!(7)),
        ("text", json!({"a": 1})),
        ("actions", json!("none")),
        ("metadata", json!(1)),
        ("source", json!("api")),
        ("name", json!([1])),
    ] {
        let mut page = fixture(PAGES[0]);
        page["messages"][1][member] = wrong;
        let read = v11::parse_messages_page(&bytes(&page)).unwrap().messages;
        let message = read.iter().find(|m| !m.degraded.is_empty()).expect(member);
        let note = message.degraded[0].expose();
        assert!(note.starts_with(member), "{member}: {note}");
    }
}

#[test]
fn a_user_survives_everything_but_the_loss_of_its_id() {
    for name in USERS {
        let whole = fixture(name);
        let intact = v11::parse_user(&bytes(&whole)).unwrap();
        let mut found = Vec::new();
        pointers(&whole["appUser"], "/appUser", &mut found);
        for pointer in found {
            for mutant in mutants(&whole, &pointer) {
                let read = v11::parse_user(&bytes(&mutant));
                if pointer == "/appUser/_id" {
                    continue;
                }
                let user = read.expect(&pointer);
                assert_eq!(user.id, intact.id, "{pointer}");
                let member = pointer.split('/').nth(2).unwrap();
                if member != "clients" {
                    assert_eq!(user.clients, intact.clients, "{pointer}");
                }
                if member != "properties" {
                    assert_eq!(user.properties, intact.properties, "{pointer}");
                }
                if member != "userId" {
                    assert_eq!(user.user_id, intact.user_id, "{pointer}");
                }
            }
        }
    }
}

#[test]
fn a_user_without_an_id_is_an_error_and_no_guess() {
    for wrong in [json!(null), json!({}), json!([]), json!(""), json!(true)] {
        let body = bytes(&json!({"appUser": {"_id": wrong, "givenName": "Mara"}}));
        assert!(v11::parse_user(&body).is_err());
    }
}

#[test]
fn no_mutant_of_any_other_fixture_panics() {
    for name in ["v1.1/app.json", "v1.1/error_404_user.json"] {
        let whole = fixture(name);
        let mut found = Vec::new();
        pointers(&whole, "", &mut found);
        let mut read = 0;
        for mutant in found.iter().flat_map(|pointer| mutants(&whole, pointer)) {
            let body = bytes(&mutant);
            read += usize::from(v11::parse_app(&body).is_ok());
            read += usize::from(!parse_error(500, &body).detail.is_empty());
        }
        assert!(read > found.len(), "{name}");
    }
}

#[test]
fn one_bad_element_of_a_list_leaves_the_others() {
    for wrong in [json!(null), json!("x"), json!([])] {
        let mut user = fixture(USERS[3]);
        user["appUser"]["clients"][0] = wrong;
        let read = v11::parse_user(&bytes(&user)).unwrap();
        assert_eq!((read.clients.len(), read.degraded.len()), (1, 1));
    }
}

/// Breaks every member of the element at `list`/`at` in turn and hands each whole mutant on.
fn break_element(whole: &Value, list: &str, at: usize, mut check: impl FnMut(&str, Vec<u8>)) {
    let base = format!("{list}/{at}");
    let mut found = Vec::new();
    pointers(whole.pointer(&base).unwrap(), &base, &mut found);
    assert!(!found.is_empty());
    for pointer in found {
        for mutant in mutants(whole, &pointer) {
            check(&pointer, bytes(&mutant));
        }
    }
}

#[test]
fn a_broken_client_never_touches_its_sibling() {
    let whole = fixture(USERS[3]);
    let intact = v11::parse_user(&bytes(&whole)).unwrap().clients;
    for (at, sibling) in [(0, 1), (1, 0)] {
        break_element(&whole, "/appUser/clients", at, |pointer, body| {
            let clients = v11::parse_user(&body).expect(pointer).clients;
            assert_eq!(clients.len(), 2, "{pointer}");
            assert_eq!(clients[sibling], intact[sibling], "{pointer}");
        });
    }
}

#[test]
fn notes_tell_the_place_within_their_own_item() {
    let mut user = fixture(USERS[3]);
    user["appUser"]["clients"][1]["lastSeen"] = json!("soon");
    let read = v11::parse_user(&bytes(&user)).unwrap();
    let note = read.degraded[0].expose();
    assert_eq!(note, "clients[1].lastSeen: expected a time, got a text");
}

#[test]
fn half_an_answer_is_an_error_at_every_length() {
    let whole = body("v1.1/appuser_pending_clients.json");
    let end = whole.iter().rposition(|byte| *byte == b'}').unwrap();
    for length in 0..end {
        assert!(v11::parse_user(&whole[..length]).is_err(), "{length}");
    }
}
