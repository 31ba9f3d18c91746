//! A server that answers late, never or with a refusal: the keys go on, and the screen says why.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::desk::{WINDOW, look_up, open_with};
use super::pty::Pty;

/// A raw server on loopback that does the same to everybody who connects.
fn served(by: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            by(stream);
        }
    });
    base_url
}

fn open_on(base_url: &str) -> Pty {
    let env = [
        ("SMOOCH_BASE_URL", base_url),
        ("SMOOCH_APP_ID", "5f2c8a0e1b3d4c5e6f708192"),
        ("SMOOCH_KEY_ID", "app_5f2c8a0e1b3d4c5e6f708192"),
        ("SMOOCH_KEY_SECRET", "pty-secret"),
    ];
    let pty = open_with(&env, WINDOW);
    pty.wait_for_text("Nobody is known here yet.");
    pty
}

#[test]
fn a_server_that_never_answers_does_not_hold_up_the_keys() {
    // Connections are kept open and nothing is ever said on them.
    let (keep, kept) = std::sync::mpsc::channel();
    let base_url = served(move |stream| keep.send(stream).unwrap());
    let mut pty = open_on(&base_url);
    look_up(&mut pty, "somebody");
    pty.wait_for_text("Looking up “somebody”");
    pty.send("?");
    pty.wait_for_text("In the panes");
    // Ctrl-C gives the request up; with nothing left to give up, it quits.
    pty.send("q\u{3}");
    pty.wait_for_text("cancelled");
    pty.send("/and now this");
    pty.wait_for_text("/ and now this");
    pty.send("\u{3}");
    assert!(pty.exit_status().success());
    drop(kept);
}

#[test]
fn a_pause_that_the_api_asks_for_is_counted_on_the_screen() {
    let base_url = served(|mut stream| {
        // The request is read first: a connection closed on unread bytes is reset.
        let _ = stream.read(&mut [0; 4096]);
        let refusal = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\n\
                       Content-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(refusal.as_bytes());
    });
    let mut pty = open_on(&base_url);
    pty.wait_for("the pause", |screen| {
        let text = screen.contents();
        text.contains("too many requests: the API asked for a pause") && text.contains(" s left")
    });
    // Everything waits, nothing is lost, and the way out is open.
    look_up(&mut pty, "somebody");
    pty.wait_for_text("Looking up “somebody”");
    pty.send("\u{3}");
    pty.wait_for_text("cancelled");
    pty.send("q");
    assert!(pty.exit_status().success());
}

#[test]
fn a_page_of_a_proxy_is_shown_as_text() {
    let base_url = served(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let page = "<html><h1>Sign in\u{1b}[2J to the proxy</h1></html>";
        let length = page.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{page}"
        );
        let _ = stream.write_all(answer.as_bytes());
    });
    let mut pty = open_on(&base_url);
    look_up(&mut pty, "somebody");
    pty.wait_for("the proxy's words", |screen| {
        let text = screen.contents();
        text.contains("Sign in") && text.contains("tries again")
    });
    pty.send("q");
    assert!(pty.exit_status().success());
    let bytes = pty.bytes();
    let leaked = bytes.windows(6).any(|window| window == b"\x1b[2J t");
    assert!(!leaked, "the page's escape reached the terminal");
}
