//! Any size, and many of them one after the other.

use smooch_console::sandbox::cast;

use super::desk::{PROGRAM, look_up, open, wait_until_open};
use super::looking::Desk;
use super::pty::Pty;

/// The screen below the header's clock and the age of what was fetched, which go on.
fn body(text: &str) -> String {
    let lines: Vec<&str> = text.lines().skip(2).map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

/// A console on a conversation with fixed times.
fn conversation(desk: &Desk) -> Pty {
    let mut pty = super::desk::open_with(&desk.env(), (30, 120));
    pty.wait_for_text("Nobody is known here yet.");
    look_up(&mut pty, cast::IDENTIFIED_NAMED.id);
    pty.wait_for("everything loaded", |screen| {
        let text = screen.contents();
        text.contains("Perfect, thank you Dana!")
            && text.contains("(looked up by this)")
            && text.contains("▸ID Mara")
            // The lines with emoji are painted last, and whole.
            && text.contains("That is number 41 😅                     │")
    });
    pty
}

#[test]
fn a_storm_of_resizes_settles_on_the_right_screen() {
    let desk = Desk::open();
    let mut pty = conversation(&desk);
    let before = body(&pty.text());
    for step in 0..300_u16 {
        let (rows, cols) = match step % 6 {
            0 => (1, 1),
            1 => (1 + step % 60, 1 + step),
            2 => (9, 39),
            3 => (50, 200),
            4 => (1 + step, 3),
            _ => (24, 80),
        };
        pty.resize(rows, cols);
    }
    pty.resize(30, 120);
    pty.wait_for(&format!("the screen as it was:\n{before}"), |screen| {
        body(&screen.contents()) == before
    });
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
}

#[test]
fn a_size_that_comes_back_at_once_is_repainted() {
    let desk = Desk::open();
    let mut pty = conversation(&desk);
    let before = body(&pty.text());
    // The terminal has cut its screen down by then; the program may hear of the last size only.
    for _ in 0..50 {
        pty.resize(1, 1);
        pty.resize(30, 120);
        pty.wait_for(&format!("the screen as it was:\n{before}"), |screen| {
            body(&screen.contents()) == before
        });
    }
}

#[test]
fn the_newest_message_stays_in_sight_when_the_window_shrinks() {
    let desk = Desk::open();
    let mut pty = conversation(&desk);
    for size in [(20, 110), (17, 90), (12, 50), (20, 110)] {
        pty.resize(size.0, size.1);
        pty.wait_for("the newest message under the cursor", |screen| {
            let text = screen.contents();
            let mut lines = text.lines();
            lines.any(|line| line.contains('▌') && line.contains("Perfect, thank you Dana!"))
        });
    }
}

#[test]
fn each_width_has_its_layout() {
    let mut pty = open((50, 200));
    wait_until_open(&pty);
    pty.wait_for("three panes side by side", |screen| {
        let text = screen.contents();
        let titles = text.lines().find(|line| line.contains("1 Users"));
        titles.is_some_and(|line| line.contains("2 Profile") && line.contains("3 Messages"))
    });
    pty.resize(24, 80);
    pty.wait_for("tabs", |screen| {
        let text = screen.contents();
        let mut lines = text.lines();
        lines.any(|line| {
            ["1 Users", "2 Profile", "3 Messages"]
                .iter()
                .all(|tab| line.contains(tab))
        }) && text.contains("IDENTIFIED")
    });
    pty.resize(9, 39);
    pty.wait_for_text("This terminal is 39x9.");
    pty.resize(30, 120);
    wait_until_open(&pty);
}

#[test]
fn a_window_that_claims_to_be_huge_takes_no_gigabytes() {
    let desk = Desk::open();
    let mut pty = conversation(&desk);
    let before = body(&pty.text());
    for (rows, cols) in [(65_535, 65_535), (1, 65_535), (65_535, 1), (65_535, 65_535)] {
        let seen = pty.bytes().len();
        pty.claim_size(rows, cols);
        pty.wait_for_bytes(seen, b"\x1b[2J");
    }
    pty.resize(30, 120);
    pty.wait_for(&format!("the screen as it was:\n{before}"), |screen| {
        body(&screen.contents()) == before
    });
    let peak = pty.peak_memory();
    assert!(peak < 400_000, "{peak} kB");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
}

#[test]
fn a_window_that_claims_to_be_huge_from_the_start_opens() {
    // The emulator would take the gigabytes itself, so it is told nothing of the size.
    let script = "stty rows 65535 cols 65535; exec \"$0\"";
    let mut pty = Pty::spawn("/bin/sh", &["-c", script, PROGRAM], &[], (24, 80));
    pty.wait_for_bytes(0, b"READ-ONLY");
    let peak = pty.peak_memory();
    assert!(peak < 400_000, "{peak} kB");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
}
