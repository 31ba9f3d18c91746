//! Copying: every `y` key, and what each says when there is nothing to copy.

use crate::given::{Desk, ask, client_of, message, nobody, person, talk};
use smooch_console::console::effect::Effect;
use smooch_console::console::msg::{Clipboard, CopyFailed, Msg};
use smooch_console::console::state::NoticeTone;
use smooch_console::domain::{AppId, Content, Media, Properties, RawJson, Scalar, Side, User};
use smooch_console::wire::v11::parse_user;

fn mara() -> User {
    let mut user = client_of("id-mara", "Mara", "cust/1 é");
    user.email = Some("mara@example.org".into());
    user
}

#[test]
fn every_y_key_copies_its_own_part() {
    for (keys, what, text) in [
        ("yi", "_id", "id-mara"),
        ("yu", "userId", "cust/1 é"),
        ("yn", "the name", "Mara"),
        ("ye", "the e-mail", "mara@example.org"),
        ("ym", "the message", "text 2"),
    ] {
        for pane in ["1", "2", "3"] {
            let mut desk = Desk::reading(&mara(), talk(0..3));
            desk.keys(pane);
            assert_eq!(desk.keys(keys), [ask::copy(what, text)], "{keys}");
        }
    }
}

#[test]
fn what_is_missing_is_said() {
    for (keys, words) in [
        ("yu", "an anonymous user has no userId"),
        ("ye", "the profile has no e-mail"),
        ("yp", "no phone number is known of this user"),
        ("yh", "no channel gives this user an id of its own"),
        ("yl", "no message is selected"),
        ("ym", "no message is selected"),
        ("yt", "no messages are loaded"),
    ] {
        let mut desk = Desk::knowing(&[person("id-noor", "Noor")]);
        assert_eq!(desk.keys(keys), [], "{keys}");
        assert_eq!(desk.notice(), words);
    }
}

#[test]
fn an_empty_conversation_has_no_transcript() {
    let mut desk = Desk::reading(&mara(), Vec::new());
    assert_eq!(desk.keys("yt"), []);
    assert_eq!(desk.notice(), "no messages are loaded");
}

#[test]
fn where_nobody_is_shown_there_is_nothing_to_copy() {
    for key in ["yi", "yu", "yn", "ye", "yp", "ym", "yl", "yh", "yt", "yc"] {
        let mut desk = Desk::new();
        assert_eq!(desk.keys(key), [], "{key}");
        assert_eq!(desk.notice(), "no user is shown yet: nothing to copy");
    }
}

#[test]
fn the_message_under_the_cursor_is_copied() {
    let mut desk = Desk::reading(&mara(), talk(0..3));
    desk.keys("k");
    assert_eq!(desk.keys("ym"), [ask::copy("the message", "text 1")]);
}

#[test]
fn another_users_message_is_never_copied() {
    let noor = person("id-noor", "Noor");
    let mut desk = Desk::knowing(&[mara(), noor]).and_reads(&mara(), talk(0..3));
    desk.keys("1j");
    for key in ["ym", "yt"] {
        assert_eq!(desk.keys(key), [], "{key}");
    }
}

#[test]
fn a_copied_message_is_one_line_without_controls() {
    let said = message("m1", 1, "rm -rf ~\n\u{1B}]52;c;x\u{7}\u{202E}evil");
    let mut desk = Desk::reading(&mara(), vec![said]);
    let text = "rm -rf ~ ␛]52;c;x␇‹RLO›evil";
    assert_eq!(desk.keys("ym"), [ask::copy("the message", text)]);
}

#[test]
fn a_transcript_has_a_line_for_each_loaded_message_oldest_first() {
    let mut messages = vec![
        message("m1", 0, "Where is\nmy order?"),
        message("m2", 61, "On its way."),
        message("m3", 62, "Thanks"),
    ];
    messages[1].author.side = Side::Business;
    messages[1].author.name = Some("Dana\u{1B}".into());
    messages[2].received = None;
    let mut desk = Desk::reading(&mara(), messages);
    let transcript = "2025-11-18 12:00:00 UTC  Mara: Where is my order?\n\
                      2025-11-18 12:01:01 UTC  Dana: On its way.\n  \
                      Mara: Thanks\n";
    assert_eq!(desk.keys("yt"), [ask::copy("the transcript", transcript)]);
}

#[test]
fn a_curl_line_names_the_key_and_a_variable_for_the_secret() {
    let mut desk = Desk::knowing(&[mara()]);
    let line = "curl -u 'app_key1':\"$SMOOCH_KEY_SECRET\" \
                'https://api.smooch.io'/v1.1/apps/app1/appusers/id-mara";
    assert_eq!(desk.keys("yc"), [ask::copy("a curl line", line)]);
}

#[test]
fn odd_ids_quotes_and_slashes_do_not_break_a_curl_line() {
    for (id, encoded) in [
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("it's $(me)", "it%27s%20%24%28me%29"),
        ("../x", "..%2Fx"),
        ("é佐", "%C3%A9%E4%BD%90"),
        ("a-b_c.d~e", "a-b_c.d~e"),
        ("100%", "100%25"),
    ] {
        let mut desk = Desk::knowing(&[nobody(id)]);
        desk.state.api.connection.key_id = "key'; rm -rf ~ #".into();
        desk.state.api.connection.app_id = AppId::new("app/'1");
        desk.state.api.connection.base_url = "http://127.0.0.1:8080/it's/".into();
        let line = format!(
            "curl -u 'key'\\''; rm -rf ~ #':\"$SMOOCH_KEY_SECRET\" \
             'http://127.0.0.1:8080/it'\\''s'/v1.1/apps/app%2F%271/appusers/{encoded}"
        );
        assert_eq!(desk.keys("yc"), [ask::copy("a curl line", &line)], "{id}");
    }
}

#[test]
fn an_id_that_no_url_can_hold_gives_no_curl_line() {
    let mut desk = Desk::knowing(&[nobody("..")]);
    assert_eq!(desk.keys("yc"), []);
    let notice = desk
        .state
        .notice
        .as_ref()
        .map(|notice| notice.words.as_str());
    assert_eq!(notice, Some("no URL can hold this user's _id"));
}

#[test]
fn y_copies_the_raw_json_that_is_shown_and_nothing_from_other_cards() {
    let mut desk = Desk::knowing(&[nobody("id-noor")]);
    desk.keys("v");
    let json = r#"{"_id":"id-noor"}"#;
    assert_eq!(desk.keys("y"), [ask::copy("the API's answer", json)]);
    for card in ["i", "?"] {
        desk.keys("<esc>");
        desk.keys(card);
        assert_eq!(desk.keys("y"), [] as [Effect; 0], "{card}");
        assert_eq!(desk.notice(), "only raw JSON can be copied from here");
    }
}

/// What is said once the name was copied, or could not be.
fn said_of(size: usize, result: Result<Clipboard, CopyFailed>) -> String {
    let mut desk = Desk::new();
    let what = "the name";
    desk.send(Msg::Copied { what, size, result });
    desk.notice().to_owned()
}

#[test]
fn which_way_the_copied_text_went_is_said() {
    for (way, words) in [
        (
            Clipboard::Tmux,
            "copied the name into tmux's buffer, and tmux asked the terminal",
        ),
        (
            Clipboard::TmuxBuffer,
            "copied the name into tmux's buffer alone: tmux 3.2 or later also asks the terminal",
        ),
        (Clipboard::Terminal, "asked the terminal to copy the name"),
        (
            Clipboard::TerminalBehindScreen,
            "asked the terminal to copy the name, but GNU screen may not pass that on",
        ),
        (
            Clipboard::TerminalBehindTmux("no\u{1B} server".into()),
            "asked the terminal to copy the name; tmux did not take it (no␛ server)",
        ),
    ] {
        assert_eq!(said_of(4, Ok(way)), words);
    }
}

#[test]
fn what_could_not_be_copied_is_said_and_why() {
    let mut desk = Desk::new();
    let (what, size) = ("the name", 4);
    let result = Err(CopyFailed("no\u{1B} terminal".into()));
    desk.send(Msg::Copied { what, size, result });
    assert_eq!(desk.notice(), "could not copy the name: no␛ terminal");
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, NoticeTone::Failed);
}

#[test]
fn copied_json_is_one_line_whatever_the_answer_looked_like() {
    let mut user = nobody("id-noor");
    user.json = RawJson::new("{\r\n\t\"_id\": \"id-noor\",\n\"x\" : [ \"a b\\n\", 1.50 ]\n}");
    let mut desk = Desk::knowing(&[user]);
    desk.keys("v");
    let json = r#"{"_id":"id-noor","x":["a b\n",1.50]}"#;
    assert_eq!(desk.keys("y"), [ask::copy("the API's answer", json)]);
}

#[test]
fn a_copy_that_terminals_may_cut_says_so() {
    for (size, words) in [
        (74_994, "asked the terminal to copy the name"),
        (
            74_995,
            "asked the terminal to copy the name; of 75 kB it may cut what is over 75 kB",
        ),
        (
            812_345,
            "asked the terminal to copy the name; of 813 kB it may cut what is over 75 kB",
        ),
    ] {
        assert_eq!(said_of(size, Ok(Clipboard::Terminal)), words);
    }
    let words = "copied the name into tmux's buffer, and tmux asked the terminal; \
                 of 813 kB it may cut what is over 75 kB";
    assert_eq!(said_of(812_345, Ok(Clipboard::Tmux)), words);
}

#[test]
fn the_phone_number_is_that_of_the_channel_where_the_user_was_seen_last() {
    let client = |platform, external, seen| {
        format!(
            r#"{{"id":"{external}","platform":"{platform}","externalId":"{external}","lastSeen":"{seen}"}}"#
        )
    };
    let clients = [
        client("whatsapp", "4915100000001", "2025-11-01T00:00:00Z"),
        client("messenger", "7283471289374", "2025-11-17T00:00:00Z"),
        client("twilio", "+1 555 010 0200", "2025-11-16T00:00:00Z"),
    ];
    let clients = clients.join(",");
    let user = format!(r#"{{"appUser":{{"_id":"id-mara","clients":[{clients}]}}}}"#);
    let mut user = parse_user(user.as_bytes()).unwrap();
    let mut desk = Desk::knowing(&[user.clone()]);
    let number = ask::copy("the phone number", "+1 555 010 0200");
    assert_eq!(desk.keys("yp"), [number]);
    let id = ask::copy("the channel's id", "7283471289374");
    assert_eq!(desk.keys("yh"), [id]);
    user.clients.clear();
    user.properties = Properties(vec![
        ("mobile_ok".into(), Scalar::Bool(true)),
        ("Mobile phone".into(), Scalar::Number("33612345678".into())),
    ]);
    let mut desk = Desk::knowing(&[user]);
    let number = ask::copy("the phone number", "33612345678");
    assert_eq!(desk.keys("yp"), [number]);
    assert_eq!(desk.keys("yh"), []);
    assert_eq!(desk.notice(), "no channel gives this user an id of its own");
}

#[test]
fn the_link_of_a_message_is_that_of_its_media_its_buttons_or_its_text() {
    let mut media = message("m1", 1, "see https://example.org/t?a=b#c).");
    media.content = Content::File(Media {
        url: Some("https://media.example.org/a.pdf".into()),
        ..Media::default()
    });
    let text = message(
        "m2",
        2,
        "look (https://example.org/a_(b)) or http://x.example, ok?",
    );
    let mut desk = Desk::reading(&mara(), vec![media, text, message("m3", 3, "no")]);
    assert_eq!(desk.keys("yl"), []);
    assert_eq!(desk.notice(), "the message has no link");
    let several = "the first of the message's links";
    let link = ask::copy(several, "https://example.org/a_(b)");
    assert_eq!(desk.keys("kyl"), [link]);
    let link = ask::copy(several, "https://media.example.org/a.pdf");
    assert_eq!(desk.keys("kyl"), [link]);
}
