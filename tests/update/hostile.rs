//! Strangers' text that must stay harmless, and what must hold of every screen.

use ratatui::buffer::Buffer;
use smooch_console::domain::{
    Client, ClientStatus, Message, Platform, Properties, RawJson, Scalar, Side, Untrusted, User,
    UserId,
};
use unicode_width::UnicodeWidthStr;

use crate::given::{message, nobody};

/// Texts that break terminals, columns and careless programs.
pub const TEXTS: &[&str] = &[
    "",
    " ",
    "Mara Quinn",
    "\u{1B}[2J\u{1B}]0;owned\u{7}",
    "\u{9B}31m\u{85}\u{90}",
    "a\r\nb\nc\u{2028}d\te",
    "\u{202E}evil\u{2066}\u{200F}\u{61C}",
    "佐藤 花子の長い名前がここに続く",
    "👩\u{200D}👩\u{200D}👧\u{200D}👦 🇫🇷🇩🇪 1\u{FE0F}\u{20E3} ❤\u{FE0F}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "ᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀ",
    "\u{200B}\u{200D}\u{FEFF}\u{AD}\u{E0041}\u{FE0F}\u{20E3}",
    "שלום עולם مرحبا بالعالم",
    "한국어 ｆｕｌｌｗｉｄｔｈ ﷽ 𒐫",
    "averyveryveryveryveryveryveryveryveryveryveryveryverylongwordwithoutanyblanks",
    "ID IDENTIFIED · NAMED ✓ │ ▌ ▸",
    "a\u{0}b\u{7F}c\u{FFFD}\u{10FFFF}\u{E000}",
];

/// A user who is hostile in every field.
pub fn user(id: &str, text: &str) -> User {
    let said = || Some(Untrusted::from(text));
    let mut user = nobody(id);
    user.user_id = text.len().is_multiple_of(2).then(|| UserId::new(text));
    user.given_name = said();
    user.surname = said();
    user.email = said();
    user.avatar_url = said();
    user.clients = vec![client(text), client("web")];
    user.pending_clients = vec![client(text)];
    user.properties = properties(text);
    user.degraded = vec![text.into()].into();
    user.json = RawJson::new(serde_json::json!({ text: [text, 1, null] }).to_string());
    user
}

fn client(text: &str) -> Client {
    let said = || Some(Untrusted::from(text));
    Client {
        id: None,
        record_id: said(),
        device_id: said(),
        platform: Platform(text.into()),
        status: ClientStatus::Other(text.into()),
        primary: Some(true),
        external_id: said(),
        integration_id: None,
        display_name: said(),
        avatar_url: said(),
        last_seen: Some(crate::given::noon()),
        linked_at: Some(jiff::Timestamp::MIN),
        app_version: said(),
        has_push_token: true,
        info: properties(text),
        raw: properties(text),
        json: RawJson::new("{}"),
    }
}

fn properties(text: &str) -> Properties {
    let key = Untrusted::from(text);
    Properties(vec![
        (key.clone(), Scalar::Text(text.into())),
        (key, Scalar::Json(text.into())),
    ])
}

/// A message with a hostile text and a hostile author.
pub fn said(number: i64, text: &str) -> Message {
    let mut said = message(&format!("m{number}"), number, text);
    said.author.name = Some(text.into());
    if text.len().is_multiple_of(3) {
        said.author.side = Side::Other(text.into());
    }
    said.payload = Some(text.into());
    said.degraded = vec![text.into()];
    if text.len().is_multiple_of(5) {
        (said.received, said.id) = (None, None);
    }
    said
}

/// Fails unless every cell can be sent to a terminal: no control, nothing that turns the
/// direction, each wide symbol followed by the blank that it covers, inside the screen.
pub fn check_cells(buffer: &Buffer) {
    let width = usize::from(buffer.area.width.max(1));
    for (y, row) in buffer.content().chunks(width).enumerate() {
        let mut covered = 0;
        for (x, cell) in row.iter().enumerate() {
            let symbol = cell.symbol();
            let bad = |c: char| c.is_control() || is_bidi(c);
            assert!(!symbol.chars().any(bad), "{symbol:?} at {x},{y}");
            if covered > 0 {
                assert_eq!(symbol, " ", "covered by a wide symbol, at {x},{y}");
                covered -= 1;
                continue;
            }
            let cells = symbol.width();
            assert!((1..=2).contains(&cells), "{symbol:?} at {x},{y}");
            assert!(x + cells <= row.len(), "{symbol:?} hangs over at {x},{y}");
            covered = cells - 1;
        }
    }
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn the_check_finds_what_it_looks_for() {
    use ratatui::layout::Rect;
    for (symbols, fine) in [
        (["a", "b", "c"], true),
        (["佐", " ", "c"], true),
        (["佐", "b", "c"], false),
        (["a", "b", "佐"], false),
        (["a", "\u{202E}", "c"], false),
        (["a", "\u{1B}", "c"], false),
    ] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        for (cell, symbol) in buffer.content.iter_mut().zip(symbols) {
            #[expect(clippy::disallowed_methods, reason = "made by hand to be found")]
            cell.set_symbol(symbol);
        }
        let checked = std::panic::catch_unwind(|| check_cells(&buffer));
        assert_eq!(checked.is_ok(), fine, "{symbols:?}");
    }
}
