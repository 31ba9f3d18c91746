//! Clients: wherever they stand they are knowledge, and they are known again.

use super::desk::*;

const MAY: &str = "2024-05-01T00:00:00Z";
const JUNE: &str = "2024-06-01T00:00:00Z";
const JULY: &str = "2024-07-01T00:00:00Z";

const WHATSAPP: &str = r#"{"id":"k1","platform":"whatsapp","integrationId":"i1","externalId":"31612345001","displayName":"+31 6 12345001"}"#;

/// A user who can be reached on `whatsapp`.
fn base() -> String {
    whole(
        "u1",
        &format!(r#""userId":"c1","givenName":"Ann","clients":[{WHATSAPP}]"#),
    )
}

#[test]
fn a_client_beside_a_short_user_is_taken() {
    for trigger in [
        "message:appUser",
        "conversation:read",
        "postback",
        "link:success",
        "client:add",
    ] {
        let event = v11(
            trigger,
            &format!(r#""appUser":{{"_id":"u1","conversationStarted":true}},"client":{WHATSAPP}"#),
        );
        let desk = Desk::with(&[file("hook.jsonl", JUNE, &event)]);
        desk.finds(&[
            ("channel:whatsapp", 1),
            ("0612345001", 1),
            ("is:anonymous", 1),
        ]);
    }
}

#[test]
fn the_client_of_an_activity_is_taken() {
    let client = WHATSAPP.replace("platform", "type");
    for kind in ["conversation:read", "conversation:typing"] {
        let payload = format!(
            r#"{{"conversation":{{"id":"c"}},"activity":{{"type":"{kind}","author":{{"type":"user","userId":"u1"}},"source":{{"type":"whatsapp","client":{client}}}}}}}"#
        );
        let event = v2(kind, JUNE, &payload);
        let desk = Desk::with(&[file("hook.jsonl", JUNE, &event)]);
        desk.finds(&[
            ("channel:whatsapp", 1),
            ("0612345001", 1),
            ("is:anonymous", 0),
        ]);
    }
}

#[test]
fn the_client_of_a_source_is_taken_whatever_the_event() {
    let client = WHATSAPP.replace("platform", "type");
    for kind in [
        "conversation:create",
        "conversation:postback",
        "conversation:referral",
        "conversation:join",
        "user:update",
        "something:new",
    ] {
        let payload =
            format!(r#"{{"user":{{"id":"u1"}},"source":{{"type":"whatsapp","client":{client}}}}}"#);
        let event = v2(kind, JUNE, &payload);
        let desk = Desk::with(&[file("hook.jsonl", JUNE, &event)]);
        assert_eq!(desk.ids("0612345001"), ["u1"], "{kind}");
        assert_eq!(desk.platforms("u1"), ["whatsapp"], "{kind}");
    }
}

#[test]
fn names_and_handles_of_every_channel_are_found() {
    for (platform, raw, found) in [
        (
            "whatsapp",
            r#"{"from":"31612345001","profile":{"name":"Rosa Paz"}}"#,
            "Rosa Paz",
        ),
        (
            "telegram",
            r#"{"username":"rosapaz","first_name":"R.","last_name":"P."}"#,
            "rosapaz",
        ),
        (
            "instagram",
            r#"{"username":"rosapaz","name":"Rosa"}"#,
            "@rosapaz",
        ),
        (
            "twitter",
            r#"{"screen_name":"rosapaz","name":"Rosa"}"#,
            "@rosapaz",
        ),
        (
            "messenger",
            r#"{"first_name":"Rosa","last_name":"Paz"}"#,
            "Rosa Paz",
        ),
        ("line", r#"{"displayName":"Rosa Paz"}"#, "Rosa Paz"),
        ("viber", r#"{"name":"Rosa Paz"}"#, "Rosa Paz"),
        ("wechat", r#"{"nickname":"rosapaz"}"#, "rosapaz"),
    ] {
        let client = format!(
            r#"{{"id":"k1","platform":"{platform}","displayName":"+31 6 12345001","raw":{raw}}}"#
        );
        let hook = v11(
            "conversation:start",
            &format!(r#""appUser":{{"_id":"u1"}},"client":{client}"#),
        );
        let line = whole("u1", &format!(r#""clients":[{client}]"#));
        let part = format!(r#"{{"_id":"u1","clients":[{client}]}}"#);
        for text in [hook, line, part] {
            let desk = Desk::with(&[file("u.jsonl", JUNE, &text)]);
            assert_eq!(desk.ids(found), ["u1"], "{platform}: {text}");
            // The chain of names keeps its order: the channel's own word comes first.
            let name = desk.person("u1").name;
            assert_eq!(name.text.expose(), "+31 6 12345001", "{platform}");
        }
    }
}

#[test]
fn several_v2_events_of_a_call_all_count() {
    let [one, other] = ["whatsapp", "line"].map(|platform| {
        format!(
            r#"{{"id":"e","type":"client:add","createdAt":"{JUNE}","payload":{{"user":{{"id":"u1"}},"client":{{"id":"{platform}","type":"{platform}"}}}}}}"#
        )
    });
    let call = format!(r#"{{"app":{{"id":"{APP}"}},"events":[{one},{other}]}}"#);
    let desk = Desk::with(&[file("hook.jsonl", JUNE, &call)]);
    assert_eq!(desk.platforms("u1"), ["line", "whatsapp"]);
}

#[test]
fn a_removed_client_comes_back_only_by_a_later_report() {
    let (base, again) = (base(), base());
    let removed = v11(
        "client:remove",
        &format!(r#""appUser":{{"_id":"u1"}},"client":{WHATSAPP}"#),
    );
    let files = [file("1.jsonl", MAY, &base), file("2.jsonl", JUNE, &removed)];
    in_every_order(&files, |desk| {
        desk.finds(&[("channel:whatsapp", 0), ("0612345001", 0), ("Ann", 1)]);
    });
    let files = [files[0], files[1], file("3.jsonl", JULY, &again)];
    in_every_order(&files, |desk| {
        desk.finds(&[("channel:whatsapp", 1), ("0612345001", 1)]);
    });
    // Only this client: what is told of another one stays.
    let other = removed
        .replace("k1", "k9")
        .replace("31612345001", "31612345009");
    let files = [file("1.jsonl", MAY, &base), file("2.jsonl", JUNE, &other)];
    in_every_order(&files, |desk| desk.finds(&[("channel:whatsapp", 1)]));
}

#[test]
fn a_client_is_known_again_by_each_of_its_ids() {
    let hook = |id: &str, name: &str| {
        let client = format!(r#"{{{id},"platform":"web","displayName":"{name}"}}"#);
        v11(
            "conversation:start",
            &format!(r#""appUser":{{"_id":"u1"}},"client":{client}"#),
        )
    };
    let [one, both, other] = [
        hook(r#""id":"install""#, "Old"),
        hook(r#""id":"install","_id":"record""#, "Middle"),
        hook(r#""_id":"record""#, "New"),
    ];
    let files = [
        file("1.jsonl", MAY, &one),
        file("2.jsonl", JUNE, &both),
        file("3.jsonl", JULY, &other),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.platforms("u1"), ["web"]);
        let name = desk.person("u1").user.clients[0]
            .display_name
            .clone()
            .unwrap();
        assert_eq!(name.expose(), "New");
    });
}

#[test]
fn a_client_without_an_id_is_known_again_by_its_place() {
    let hook = |name: &str| {
        let client = format!(
            r#"{{"platform":"viber","integrationId":"i1","externalId":"x1","displayName":"{name}"}}"#
        );
        v11(
            "conversation:start",
            &format!(r#""appUser":{{"_id":"u1"}},"client":{client}"#),
        )
    };
    let (one, other) = (hook("Old"), hook("New"));
    let files = [file("1.jsonl", MAY, &one), file("2.jsonl", JUNE, &other)];
    in_every_order(&files, |desk| {
        assert_eq!(desk.platforms("u1"), ["viber"]);
        assert_eq!(desk.person("u1").name.text.expose(), "New");
    });
}

#[test]
fn the_sdk_of_v2_is_shown_only_where_no_install_is_known() {
    let sdk = v2(
        "conversation:create",
        JUNE,
        r#"{"user":{"id":"u1"},"source":{"type":"web","client":{"id":"s1","type":"sdk"}}}"#,
    );
    let desk = Desk::with(&[file("1.jsonl", JUNE, &sdk)]);
    assert_eq!(desk.platforms("u1"), ["sdk"]);
    let web = whole("u1", r#""clients":[{"id":"w1","platform":"web"}]"#);
    let files = [file("1.jsonl", JUNE, &sdk), file("2.jsonl", MAY, &web)];
    in_every_order(&files, |desk| assert_eq!(desk.platforms("u1"), ["web"]));
}

#[test]
fn a_whole_user_takes_away_the_clients_that_it_does_not_name() {
    let base = base();
    let none = whole("u1", r#""userId":"c1""#);
    let files = [file("1.jsonl", MAY, &base), file("2.jsonl", JUNE, &none)];
    in_every_order(&files, |desk| {
        desk.finds(&[("channel:whatsapp", 0), ("0612345001", 0)]);
    });
    // Without the list it is a part, and takes nothing away.
    let part = none.replace(r#","clients":[]"#, "");
    assert!(!part.contains(r#""clients""#));
    let files = [file("1.jsonl", MAY, &base), file("2.jsonl", JUNE, &part)];
    in_every_order(&files, |desk| {
        desk.finds(&[("channel:whatsapp", 1), ("0612345001", 1), ("Ann", 1)]);
    });
}

#[test]
fn a_pending_client_that_is_confirmed_is_there_once() {
    let pending = whole("u1", &format!(r#""pendingClients":[{WHATSAPP}]"#));
    let confirmed = whole("u1", &format!(r#""clients":[{WHATSAPP}]"#));
    let files = [
        file("1.jsonl", MAY, &pending),
        file("2.jsonl", JUNE, &confirmed),
    ];
    in_every_order(&files, |desk| {
        assert_eq!(desk.platforms("u1"), ["whatsapp"]);
        assert!(desk.person("u1").user.pending_clients.is_empty());
    });
    let files = [
        file("1.jsonl", JUNE, &pending),
        file("2.jsonl", MAY, &confirmed),
    ];
    in_every_order(&files, |desk| {
        assert!(desk.platforms("u1").is_empty());
        assert_eq!(desk.person("u1").user.pending_clients.len(), 1);
    });
}

#[test]
fn a_list_that_cannot_be_read_whole_takes_nothing_away() {
    let base = whole(
        "u1",
        &format!(r#""properties":{{"plan":"gold"}},"clients":[{WHATSAPP}]"#),
    );
    for broken in [
        r#""clients":[7]"#,
        r#""clients":"none""#,
        r#""properties":[]"#,
        r#""clients":[7],"properties":"none""#,
    ] {
        let line = whole("u1", broken);
        let asked = answer(JUNE, "v1.1", line.trim());
        for text in [line, asked] {
            let files = [file("1.jsonl", MAY, &base), file("2.jsonl", JUNE, &text)];
            in_every_order(&files, |desk| {
                let stays = |list: &str| usize::from(broken.contains(list));
                desk.finds(&[
                    ("channel:whatsapp", stays("clients")),
                    ("prop.plan:gold", stays("properties")),
                ]);
            });
        }
    }
}
