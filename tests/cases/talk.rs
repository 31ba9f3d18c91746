//! Messages, the clipboard and keys: what the program prints and shows of a conversation that a
//! small server answers with, and what keys do in a terminal.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::thread;

use assert_cmd::Command;
use tempfile::TempDir;

use super::desk::{APP, given};
use super::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_smooch-console");
const USER: &str = "d00d00000000000000000003";
const WINDOW: (u16, u16) = (30, 120);

/// The address of a server that answers everything about one user with these messages.
fn serve(messages: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for line in listener.incoming() {
            let _ = answer(line.unwrap(), messages);
        }
    });
    address
}

fn answer(mut line: TcpStream, messages: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && line.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let user = format!(r#"{{"appUser":{{"_id":"{USER}","conversationStarted":true}}}}"#);
    let body = if head.starts_with(&format!("GET /v1.1/apps/{APP}/appusers/{USER}/messages")) {
        messages
    } else {
        &user
    };
    let length = body.len();
    write!(
        line,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

fn variables(address: &str) -> [(&str, &str); 4] {
    [
        ("SMOOCH_BASE_URL", address),
        ("SMOOCH_APP_ID", APP),
        ("SMOOCH_KEY_ID", "app_64f1c0de00000000000000aa"),
        ("SMOOCH_KEY_SECRET", "not-a-secret"),
    ]
}

/// What `messages` prints of the user.
fn printed(messages: &'static str) -> String {
    let home = TempDir::new().unwrap();
    let Output { stdout, stderr, .. } = Command::new(PROGRAM)
        .env_clear()
        .env("HOME", home.path())
        .envs(variables(&serve(messages)))
        .args(["messages", USER])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    String::from_utf8(stdout).unwrap()
}

/// The console with the user's conversation open.
fn reading(messages: &'static str) -> Pty {
    let address = serve(messages);
    let mut pty = Pty::spawn(PROGRAM, &[], &variables(&address), WINDOW);
    pty.wait_for_text("0 known users");
    pty.send(&format!("/\u{1b}[200~{USER}\u{1b}[201~\r"));
    pty
}

#[test]
fn media_of_unknown_types_are_shown() {
    let messages = given!("media-of-unknown-types-hidden/messages.json");
    let printed = printed(messages);
    for words in [
        "[audio] a.ogg\n    https://media.example.org/a.ogg\n    This is a test\n",
        "[sticker] s.webp  image/webp\n    https://media.example.org/s.webp\n",
    ] {
        assert!(printed.contains(words), "{printed}");
    }
    let pty = reading(messages);
    for words in [
        "[audio] a.ogg",
        "https://media.example.org/a.ogg",
        "[sticker] s.webp  image/webp",
        "https://media.example.org/s.webp",
    ] {
        pty.wait_for_text(words);
    }
}

#[test]
fn a_quote_by_id_shows_the_text_of_that_message() {
    let messages = given!("quote-by-id-only-described-wrongly/messages.json");
    let words = "│ in answer to Birk: Your parcel is on its way";
    let printed = printed(messages);
    assert!(
        printed.contains(&format!(": Receive update\n    {words}\n")),
        "{printed}"
    );
    reading(messages).wait_for_text(words);
}

#[test]
fn a_quote_of_a_message_that_is_not_loaded_names_its_id() {
    let printed = printed(
        r#"{"conversation":{"_id":"c"},"messages":[{"_id":"4","role":"appUser","type":"text",
           "text":"Receive update","quotedMessage":{"content":{"_id":"3"}},"received":1709535662}]}"#,
    );
    let words = "│ answers message 3, which is not loaded here";
    assert!(printed.contains(words), "{printed}");
}

#[test]
fn a_quote_by_the_channels_id_shows_the_text_of_that_message() {
    let printed = printed(
        r#"{"conversation":{"_id":"c"},"messages":[
        {"_id":"3","role":"appMaker","name":"Dana","type":"text","text":"Your parcel is here",
         "received":1,"source":{"type":"whatsapp","originalMessageId":"wamid.1"}},
        {"_id":"4","role":"appUser","name":"Birk","type":"text","text":"Thanks","received":2,
         "quotedMessage":{"type":"externalMessageId","externalMessageId":"wamid.1"}},
        {"_id":"5","role":"appUser","name":"Birk","type":"text","text":"And this?","received":3,
         "quotedMessage":{"type":"externalMessageId","externalMessageId":"wamid.0"}}]}"#,
    );
    for words in [
        "Birk: Thanks\n    │ in answer to Dana: Your parcel is here\n",
        "Birk: And this?\n    │ answers a message that only the channel has (wamid.0)\n",
    ] {
        assert!(printed.contains(words), "{printed}");
    }
}

#[test]
fn everything_that_a_message_carries_is_printed() {
    let printed = printed(
        r#"{"conversation":{"_id":"c"},"messages":[
        {"_id":"1","role":"appMaker","type":"carousel","text":"as text","received":1,"items":[
          {"title":"Trail boots","description":"Size 42","mediaUrl":"https://m.example/b.jpg",
           "mediaType":"image/jpeg","mediaSize":120000,
           "actions":[{"type":"buy","text":"Buy now","amount":4900,"currency":"eur","state":"offered"}]},
          {"title":"Socks","actions":[{"type":"postback","text":"Choose","payload":"SOCKS_1"}]}]},
        {"_id":"2","role":"appUser","type":"formResponse","received":2,"fields":[
          {"name":"n","label":"Your name?","type":"text","text":"Mara"},
          {"name":"s","label":"Size?","type":"select","select":[{"name":"m","label":"Medium"}]}]},
        {"_id":"3","role":"appUser","type":"file","received":3,"mediaUrl":"https://m.example/x.pdf",
         "mediaType":"application/pdf","mediaSize":2500000,"altText":"Invoice"},
        {"_id":"4","role":"appUser","type":"text","received":4,"text":"two\nlines"}]}"#,
    );
    for words in [
        ": [carousel] 2 cards\n    1/2 Trail boots\n        Size 42\n",
        "        [image] b.jpg  image/jpeg  120 kB\n        https://m.example/b.jpg\n",
        "        (1) Buy now  buy 49.00 eur offered",
        "    2/2 Socks\n        (2) Choose  postback SOCKS_1\n",
        ": [form response]\n      Your name? Mara\n      Size? Medium\n",
        ": [file] Invoice  application/pdf  2.5 MB\n    https://m.example/x.pdf\n",
        ": two⏎lines\n",
    ] {
        assert!(printed.contains(words), "{words}\n\n{printed}");
    }
}

/// The console on its sandbox, with variables set.
fn open(variables: &[(&str, &str)]) -> Pty {
    let pty = Pty::spawn(PROGRAM, &["--sandbox"], variables, WINDOW);
    pty.wait_for_text("Mara Quinn  from givenName + surname");
    pty
}

#[test]
fn inside_tmux_the_text_is_in_its_buffer_when_it_is_said_to_be() {
    // In place of tmux: it keeps what it is given, and the variables that it was given.
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("tmux");
    let script = "#!/bin/sh\ncd \"${0%/*}\"\necho \"$*\" >arguments\nenv >variables\ncat >buffer\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let inside = [
        ("PATH", path.as_str()),
        ("TMUX", "/tmp/tmux-0/default,1,0"),
        ("PGPASSWORD", "not-for-children"),
    ];
    let mut pty = open(&inside);
    pty.send("yi");
    pty.wait_for_text("copied _id into tmux's buffer");
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("arguments"), "load-buffer -w -\n");
    assert!(pty.text().contains(&read("buffer")), "{}", read("buffer"));
    assert!(!read("variables").contains("not-for-children"));
    let asked = String::from_utf8_lossy(&pty.bytes()).contains("\u{1b}]52;");
    assert!(!asked, "tmux asks the terminal itself");
}

#[test]
fn where_tmux_fails_the_terminal_is_asked_and_that_is_said() {
    let mut pty = open(&[("PATH", "/nowhere"), ("TMUX", "/tmp/tmux-0/default,1,0")]);
    pty.send("yi");
    pty.wait_for_text("asked the terminal to copy _id; tmux did not take it (tmux was not found)");
    assert!(String::from_utf8_lossy(&pty.bytes()).contains("\u{1b}]52;c;"));
}

#[test]
fn keys_of_a_cyrillic_layout_work() {
    let mut pty = open(&[]);
    let selected = |pty: &Pty| {
        let text = pty.text();
        let line = text.lines().find(|line| line.contains('▸'));
        line.unwrap_or_default().to_owned()
    };
    let first = selected(&pty);
    pty.send("оо");
    pty.wait_for("another row", |screen| {
        let text = screen.contents();
        let line = text.lines().find(|line| line.contains('▸'));
        line.is_some_and(|line| line != first)
    });
    // A full stop is where the slash is, and what follows is text.
    pty.send(".ьфкф");
    pty.wait_for_text("/ ьфкф");
    pty.send("\u{1b}");
    // Else both would be one key: Alt with a letter.
    pty.wait_for_text("/ search  ↵ ask the API");
    pty.send("й");
    assert!(pty.exit_status().success());
}

#[test]
fn a_key_that_means_nothing_says_so() {
    let mut pty = open(&[]);
    pty.send("Z");
    pty.wait_for_text("no such key here; ? helps");
    pty.send(".");
    pty.wait_for_text("no such key here; ? helps");
    pty.send("ก");
    pty.wait_for_text("no such key here: the keyboard's layout is not Latin; ? helps");
}
