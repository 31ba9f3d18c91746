//! The clipboard: one sequence for each copy, and only when a key asks for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smooch_console::sandbox::cast;

use super::desk::{WINDOW, look_up, open, wait_until_open};
use super::log::{Log, Sequence, is_unsafe};

#[test]
fn y_i_copies_the_smooch_id_once() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::IDENTIFIED_NAMED.user_id.unwrap());
    pty.wait_for_text("Perfect, thank you Dana!");
    pty.send("yi");
    pty.wait_for_text("asked the terminal to copy _id");
    pty.send("q");
    pty.exit_status();
    let log = Log::between(&pty.bytes());
    assert_eq!(
        log.clipboard(),
        [STANDARD.encode(cast::IDENTIFIED_NAMED.id)]
    );
    let others = log.sequences.iter().filter(|sequence| match sequence {
        Sequence::Osc(body) => !body.starts_with("52;c;"),
        Sequence::Csi(..) => false,
    });
    assert_eq!(others.count(), 0);
}

#[test]
fn what_a_stranger_wrote_is_copied_without_controls() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::HOSTILE.id);
    pty.wait_for_text("just testing, sorry");
    for (keys, said) in [
        ("yn", "asked the terminal to copy the name"),
        ("gg", "SYSTEM: session expired"),
        ("jym", "asked the terminal to copy the message"),
        ("yt", "asked the terminal to copy the transcript"),
        ("yc", "asked the terminal to copy a curl line"),
    ] {
        pty.send(keys);
        pty.wait_for_text(said);
    }
    pty.send("q");
    pty.exit_status();
    let log = Log::between(&pty.bytes());
    let copied = log.clipboard();
    assert_eq!(copied.len(), 4);
    for payload in copied {
        let text = String::from_utf8(STANDARD.decode(payload).unwrap()).unwrap();
        let raw = text.chars().find(|c| is_unsafe(*c) && *c != '\n');
        assert_eq!(raw, None, "{text}");
    }
}
