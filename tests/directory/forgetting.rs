//! `forget` leaves no byte of a person in any file.

use std::fs;

use smooch_console::directory::store::{Change, How};
use smooch_console::domain::{ApiVersion, LookupId, MessagePage, SmoochId};
use smooch_console::wire::v11;

use super::shelf::*;

const CANARIES: [&str; 7] = [
    "64be90d2a7f31c0058e6d914",
    "64be90d2a7f31c0058e6dead",
    "cust-canary-20418",
    "Maracanary",
    "canary@example.org",
    "property-canary",
    "message-canary",
];

fn hits(shelf: &Shelf) -> Vec<String> {
    let mut found = Vec::new();
    for file in fs::read_dir(shelf.app_folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for canary in CANARIES {
            if bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes())
            {
                found.push(format!("{canary} in {}", path.display()));
            }
        }
    }
    found
}

/// A directory of many, one of whom left traces everywhere.
fn directory(shelf: &Shelf) {
    let mut store = shelf.open();
    import(&mut store, &shelf.file("before.ndjson", users(0..500)));
    // Three versions of the same person, each longer, so that rows move about in the file.
    for filler in [10, 900, 3_000] {
        let json = format!(
            r#"{{"_id":"{}","userId":"{}","givenName":"{}","email":"{}","signedUpAt":"2024-01-01T00:00:00Z",
            "properties":{{"p":"{}{}"}},"clients":[]}}"#,
            CANARIES[0],
            CANARIES[2],
            CANARIES[3],
            CANARIES[4],
            CANARIES[5],
            "x".repeat(filler)
        );
        let file = shelf.file("person.ndjson", json.replace('\n', " "));
        import(&mut store, &file);
    }
    let merge = format!(
        r#"{{"trigger":"merge:appUser","surviving":{{"_id":"{}"}},"discarded":[{{"_id":"{}"}}]}}"#,
        CANARIES[0], CANARIES[1]
    );
    import(&mut store, &shelf.file("merge.jsonl", merge));
    import(&mut store, &shelf.file("after.ndjson", users(500..1000)));
    let id = SmoochId::new(CANARIES[0]);
    let body = format!(
        r#"{{"conversation":{{}},"messages":[{{"_id":"m","type":"text","role":"appUser","text":"{}","received":1}}]}}"#,
        CANARIES[6]
    );
    let page = v11::parse_messages_page(body.as_bytes()).unwrap();
    let page = MessagePage::Messages {
        conversation: page.conversation,
        messages: page.messages,
        has_older: false,
    };
    store.save_page(&id, &page, ApiVersion::V11, now()).unwrap();
    for id in CANARIES.iter().take(2) {
        store.note_opened(&SmoochId::new(*id), now()).unwrap();
        store.set_pinned(&SmoochId::new(*id), true, now()).unwrap();
    }
}

#[test]
fn no_byte_of_the_person_is_left_by_whichever_id_they_are_named() {
    for name in [CANARIES[0], CANARIES[1], CANARIES[2]] {
        let shelf = Shelf::new();
        directory(&shelf);
        // What an earlier accident left behind.
        let broken = shelf.app_folder().join("directory.db.broken-1");
        fs::copy(shelf.database(), &broken).unwrap();
        fs::write(
            shelf.app_folder().join("directory.db.broken-1-wal"),
            CANARIES[3],
        )
        .unwrap();
        let found = hits(&shelf);
        for canary in CANARIES {
            assert!(
                found.iter().any(|hit| hit.starts_with(canary)),
                "{canary} was never there"
            );
        }
        let mut store = shelf.open();
        let forgotten = store.forget(&LookupId::new(name)).unwrap();
        assert!(forgotten.rows >= 6, "{forgotten:?}");
        assert_eq!(forgotten.set_aside, 2);
        assert_eq!(
            hits(&shelf),
            Vec::<String>::new(),
            "while the files are open"
        );
        drop(store);
        assert_eq!(hits(&shelf), Vec::<String>::new());
        assert_eq!(everybody(&shelf.open()).len(), 1000);
        assert!(is_sound(&shelf.database()));
    }
}

#[test]
fn deleted_and_unknown_people_can_be_forgotten_too() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let gone = Change::Gone(SmoochId::new(CANARIES[0]));
    store.tell(&gone, How::Webhook, 0).unwrap();
    assert_eq!(store.forget(&LookupId::new("nobody")).unwrap().rows, 0);
    assert_eq!(store.forget(&LookupId::new(CANARIES[0])).unwrap().rows, 1);
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn the_command_says_whether_somebody_was_known() {
    let shelf = Shelf::new();
    directory(&shelf);
    let run = |json: bool| {
        let mut arguments = vec!["forget", CANARIES[2]];
        arguments.extend(json.then_some("--json"));
        shelf.command(&arguments).output().unwrap()
    };
    let first = run(true);
    assert_eq!(first.status.code(), Some(0));
    let record: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(record["schema"], "smooch-console/forget/1");
    assert_eq!(record["forgotten"], true);
    assert_eq!(hits(&shelf), Vec::<String>::new());
    assert_eq!(run(false).status.code(), Some(3));
}
