//! Odd but possible JSON: broken characters, repeated keys, depth, forms of times and ids.

use smooch_console::domain::{Answer, ClientStatus, Content, Coordinates, MessageId, Quoted, Side};
use smooch_console::wire::{WireError, v11};

fn message(members: &str) -> smooch_console::domain::Message {
    let body = format!(r#"{{"messages":[{{{members}}}]}}"#);
    let mut page = v11::parse_messages_page(body.as_bytes()).unwrap();
    page.messages.remove(0)
}

const WHOLE: &str = r#""_id":"m","role":"appUser","type":"text","received":1"#;

fn whole(members: &str) -> smooch_console::domain::Message {
    message(&format!("{WHOLE},{members}"))
}

#[test]
fn a_lone_surrogate_degrades_its_message_and_keeps_the_rest_of_the_text() {
    let read = whole(r#""text":"smile \ud83d!""#);
    assert_eq!(read.text, Some("smile \u{fffd}!".into()));
    assert_eq!(read.degraded.len(), 1);
    assert!(read.json.expose().contains(r"\ud83d"));
}

#[test]
fn a_byte_that_is_no_utf_8_does_not_cost_the_page() {
    let mut body =
        br#"{"messages":[{"_id":"m","role":"appUser","type":"text","received":1,"text":"a"#
            .to_vec();
    body.extend(b"\xff\"}]}");
    let page = v11::parse_messages_page(&body).unwrap();
    assert_eq!(page.messages[0].text, Some("a\u{fffd}".into()));
}

#[test]
fn of_a_repeated_key_the_last_counts() {
    let read = whole(r#""text":"first","text":"second""#);
    assert_eq!(read.text, Some("second".into()));
    assert_eq!(read.degraded.len(), 1);
}

#[test]
fn blank_text_is_no_text() {
    for blank in [r#""""#, r#"" ""#, r#""\u200b\n""#, "null"] {
        let read = whole(&format!(r#""text":{blank}"#));
        assert_eq!(read.text, None, "{blank}");
        assert!(read.degraded.is_empty());
    }
}

#[test]
fn an_unknown_role_status_and_button_keep_their_words() {
    let read = message(r#""_id":"m","role":"supervisor","type":"text","received":1"#);
    assert_eq!(read.author.side, Side::Other("supervisor".into()));
    assert!(read.degraded.is_empty());
    let user =
        br#"{"appUser":{"_id":"u","clients":[{"id":"c","platform":"smoke","status":"hazy"}]}}"#;
    let user = v11::parse_user(user).unwrap();
    assert_eq!(user.clients[0].status, ClientStatus::Other("hazy".into()));
    assert_eq!(user.clients[0].platform.0, "smoke".into());
    assert!(user.degraded.is_empty());
    let read = whole(r#""actions":[{"type":"dance","text":"Go","uri":"https://x.example"}]"#);
    assert!(format!("{:?}", read.actions[0].kind).contains("dance"));
}

#[test]
fn a_whisper_is_internal() {
    let read = message(r#""_id":"m","role":"whisper","type":"text","received":1"#);
    assert_eq!(read.author.side, Side::Internal);
}

#[test]
fn the_deprecated_active_speaks_where_status_is_silent() {
    let user = br#"{"appUser":{"_id":"u","clients":[
        {"id":"a","platform":"web","active":true},{"id":"b","platform":"web","active":false},
        {"id":"c","platform":"web"},{"id":"d","platform":"web","active":true,"status":"blocked"}]}}"#;
    let clients = v11::parse_user(user).unwrap().clients;
    let statuses: Vec<&ClientStatus> = clients.iter().map(|client| &client.status).collect();
    assert_eq!(
        statuses,
        [
            &ClientStatus::Active,
            &ClientStatus::Inactive,
            &ClientStatus::Unknown,
            &ClientStatus::Blocked
        ]
    );
}

#[test]
fn times_come_in_every_form() {
    for received in [
        "1709543910.007",
        "1709543910007",
        r#""2024-03-04T09:18:30.007Z""#,
    ] {
        let read = message(&format!(
            r#""_id":"m","role":"appUser","type":"text","received":{received}"#
        ));
        assert_eq!(
            read.received.unwrap().as_millisecond(),
            1_709_543_910_007,
            "{received}"
        );
        assert!(read.degraded.is_empty());
    }
}

#[test]
fn a_user_id_that_is_a_number_is_taken_by_its_digits() {
    let user = v11::parse_user(br#"{"appUser":{"_id":12,"userId":9007199254740993}}"#).unwrap();
    assert_eq!(user.id.expose(), "12");
    assert_eq!(user.user_id.unwrap().expose(), "9007199254740993");
}

#[test]
fn messages_come_out_oldest_first_and_equal_times_keep_their_order() {
    let body = br#"{"messages":[
        {"_id":"c","role":"appUser","type":"text","received":3},
        {"_id":"a","role":"appUser","type":"text","received":1},
        {"_id":"lost","role":"appUser","type":"text"},
        {"_id":"b1","role":"appUser","type":"text","received":2},
        {"_id":"b2","role":"appUser","type":"text","received":2}]}"#;
    let page = v11::parse_messages_page(body).unwrap();
    let ids: Vec<&str> = page
        .messages
        .iter()
        .map(|m| m.id.as_ref().unwrap().expose())
        .collect();
    assert_eq!(ids, ["a", "lost", "b1", "b2", "c"]);
}

#[test]
fn quotes_inside_quotes_end_somewhere() {
    let mut inner = format!("{{{WHOLE}}}");
    for _ in 0..2000 {
        inner = format!(r#"{{{WHOLE},"quotedMessage":{{"type":"message","content":{inner}}}}}"#);
    }
    let body = format!(r#"{{"messages":[{inner}]}}"#);
    let page = v11::parse_messages_page(body.as_bytes()).unwrap();
    let mut depth = 0;
    let mut at = &page.messages[0];
    while let Some(Quoted::Message(quoted)) = &at.quoted {
        depth += 1;
        at = quoted;
    }
    assert_eq!(depth, 2);
    assert_eq!(at.degraded.len(), 1);
}

#[test]
fn deep_unknown_fields_are_kept_and_cost_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let read = whole(&format!(r#""novelty":{deep},"text":"ok""#));
    assert_eq!(read.text, Some("ok".into()));
    assert!(read.json.expose().contains(&deep));
}

#[test]
fn a_missing_type_is_an_unknown_content() {
    let read = message(r#""_id":"m","role":"appUser","received":1,"text":"hi""#);
    let unknown = Content::Unknown {
        kind: None,
        parts: Box::default(),
    };
    assert_eq!(read.content, unknown);
    assert_eq!(read.degraded.len(), 1);
}

#[test]
fn a_type_that_is_not_known_keeps_whatever_it_carries() {
    let read = message(
        r#""_id":"m","role":"appUser","received":1,"type":"template","mediaUrl":"https://m.example/a",
           "mediaType":"audio/ogg","mediaSize":12,"items":[{"title":"one"}],"coordinates":{"lat":1,"long":2},
           "location":{"name":"here"},"fields":[{"name":"f","text":"answer"}]"#,
    );
    assert_eq!(read.degraded, []);
    let Content::Unknown { parts, .. } = &read.content else {
        panic!("{read:?}");
    };
    let media = parts.media.as_ref().unwrap();
    assert_eq!(media.url, Some("https://m.example/a".into()));
    assert_eq!(
        (media.media_type.clone(), media.size),
        (Some("audio/ogg".into()), Some(12))
    );
    assert_eq!(parts.items[0].title, Some("one".into()));
    let point = Coordinates {
        lat: 1.0,
        long: 2.0,
    };
    assert_eq!(parts.coordinates, Some(point));
    assert_eq!(parts.place.as_ref().unwrap().name, Some("here".into()));
    assert_eq!(parts.fields[0].answer, Some(Answer::Text("answer".into())));
}

#[test]
fn media_of_a_text_are_kept() {
    let read = message(
        r#""_id":"m","role":"appUser","received":1,"type":"text","text":"look",
           "mediaUrl":"https://m.example/a.jpg""#,
    );
    let Content::Unknown { kind, parts } = &read.content else {
        panic!("{read:?}");
    };
    assert_eq!(*kind, Some("text".into()));
    let media = parts.media.as_ref().unwrap();
    assert_eq!(media.url, Some("https://m.example/a.jpg".into()));
}

#[test]
fn a_quoted_message_may_be_named_by_its_id_alone() {
    for quoted in [
        r#"{"content":{"_id":"3"}}"#,
        r#"{"type":"message","content":{"_id":"3","role":"appUser","received":1.5}}"#,
        r#"{"type":"message","message":{"id":"3"}}"#,
        r#"{"content":"3"}"#,
        r#"{"content":3}"#,
        r#"{"_id":"3"}"#,
        r#"{"messageId":"3"}"#,
    ] {
        let read = message(&format!(
            r#""_id":"m","role":"appUser","type":"text","text":"a","received":1,"quotedMessage":{quoted}"#
        ));
        let id = Quoted::ById(MessageId::new("3"));
        assert_eq!(read.quoted, Some(id), "{quoted}");
        assert_eq!(read.degraded, [], "{quoted}");
    }
}

#[test]
fn an_answer_of_another_shape_is_an_error() {
    assert_eq!(v11::parse_user(b"<html>"), Err(WireError::NotJson));
    assert_eq!(v11::parse_user(b"{}"), Err(WireError::Missing("appUser")));
    assert_eq!(
        v11::parse_user(b"[]"),
        Err(WireError::WrongShape("the answer"))
    );
    assert_eq!(
        v11::parse_messages_page(b"{}").unwrap_err(),
        WireError::Missing("messages")
    );
    let wrong = v11::parse_messages_page(br#"{"messages":{}}"#).unwrap_err();
    assert_eq!(wrong, WireError::WrongShape("messages"));
}

#[test]
fn an_empty_page_is_a_page() {
    let page = v11::parse_messages_page(br#"{"messages":[]}"#).unwrap();
    assert!(page.messages.is_empty() && page.conversation.id.is_none());
}
