//! What leaves for the terminal: frames, and nothing that a stranger wrote raw.

use smooch_console::sandbox::cast;

use super::desk::{WINDOW, look_up, open, open_with, wait_until_open};
use super::log::Log;
use super::pty::Pty;

const PAGE_DOWN: &str = "\u{1b}[6~";
const END: &str = "\u{1b}[F";

/// Ctrl-L: paints every cell anew.
const REDRAW: &str = "\u{c}";

/// Presses a key, and waits until everything is painted that it leads to.
fn press_and_see(pty: &mut Pty, key: &str) {
    let before = pty.bytes().len();
    pty.send(&format!("{key}{REDRAW}"));
    pty.wait_for_bytes(before, b"\x1b[2J");
}

fn has_cursor_on(screen: &str, message: &str) -> bool {
    let mut lines = screen.lines();
    lines.any(|line| line.contains('▌') && line.contains(message))
}

/// Looks at everything of the user who tries to break terminals, and quits.
fn browse_the_hostile_user(size: (u16, u16)) -> Vec<u8> {
    let mut pty = open(size);
    pty.wait_for_text("72 known");
    look_up(&mut pty, cast::HOSTILE.id);
    pty.wait_for_text("just testing, sorry");
    pty.send("gg");
    pty.wait_for("the first message", |screen| {
        has_cursor_on(&screen.contents(), "hello")
    });
    while !has_cursor_on(&pty.text(), "just testing, sorry") {
        press_and_see(&mut pty, PAGE_DOWN);
    }
    pty.send("v");
    pty.wait_for_text("authorId");
    press_and_see(&mut pty, END);
    pty.send("q2");
    // The messages may have come before the profile.
    pty.wait_for_text("NAMED");
    press_and_see(&mut pty, END);
    pty.send("i");
    pty.wait_for_text("Who is this?");
    press_and_see(&mut pty, END);
    pty.send("q1/verified");
    pty.wait_for_text("/ verified ");
    pty.send("\u{1b}");
    // Once the box is left, Escape is known to be a key of its own.
    pty.wait_for_text("/ search  ");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    pty.bytes()
}

#[test]
fn a_hostile_user_sends_no_sequence_of_their_own() {
    for size in [(50, 200), (30, 120), (24, 80), (14, 50)] {
        let log = Log::between(&browse_the_hostile_user(size));
        log.assert_only_frames();
        assert!(log.text.contains('␛'), "controls were made visible");
        assert!(log.clipboard().is_empty());
    }
}

#[test]
fn ordinary_frames_have_colours() {
    let log = browse(&[]);
    log.assert_only_frames();
    assert!(log.styles().iter().any(is_colour));
}

#[test]
fn no_color_leaves_no_colour() {
    let log = browse(&[("NO_COLOR", "1")]);
    log.assert_only_frames();
    let colours: Vec<u16> = log.styles().into_iter().filter(is_colour).collect();
    assert!(colours.is_empty(), "{colours:?}");
    assert!(log.styles().contains(&7), "selection is still reversed");
}

#[test]
fn the_title_is_a_constant() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::HOSTILE.id);
    pty.wait_for_text("just testing, sorry");
    pty.send("q");
    pty.exit_status();
    let titles = pty.bytes();
    let titles = titles.windows(4).filter(|part| part == b"\x1b]0;");
    assert_eq!(titles.count(), 1);
}

fn browse(env: &[(&str, &str)]) -> Log {
    let mut pty = open_with(env, WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::EVERY_TYPE.id);
    pty.wait_for_text("Amara Okonkwo  from givenName + surname");
    pty.wait_for("the messages", |screen| {
        screen.contents().contains(" of ") && !screen.contents().contains("loading")
    });
    pty.send("gg");
    pty.send(&PAGE_DOWN.repeat(20));
    pty.send("?");
    pty.wait_for_text("search");
    pty.send("q/nobody-here\r");
    pty.wait_for_text("no user “nobody-here”");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    Log::between(&pty.bytes())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that filter asks for"
)]
fn is_colour(style: &u16) -> bool {
    matches!(style, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107)
}
