//! Ways to start the program, and what an agent does in it.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use super::pty::Pty;

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_smooch-console");

/// Rows and columns of an ordinary window.
pub const WINDOW: (u16, u16) = (30, 120);

/// What the terminal shows before the program starts in a shell.
pub const BEFORE: &str = "$ smooch-console";

/// The console on its sandbox, alone in a terminal.
pub fn open(size: (u16, u16)) -> Pty {
    open_with(&[], size)
}

/// The console with variables set.
pub fn open_with(env: &[(&str, &str)], size: (u16, u16)) -> Pty {
    Pty::spawn(PROGRAM, &[], env, size)
}

/// A program in a shell with job control, which says how it ended and keeps the terminal for
/// looking at; after a key it brings a stopped program back, and says how that ended.
pub fn in_shell(program: &str, args: &[&str], env: &[(&str, &str)]) -> Pty {
    // The inner shell's process becomes the program, so its id is the program's.
    const SCRIPT: &str = "set -m; echo \"$ smooch-console\"; \
         sh -c 'echo $$ >\"$HOME/pid\"; exec \"$0\" \"$@\"' \"$@\"; \
         echo \"ended $?\"; read key; fg; echo \"ended again $?\"; read key";
    let mut all = vec!["-c", SCRIPT, "sh", program];
    all.extend(args);
    Pty::spawn("/bin/sh", &all, env, WINDOW)
}

/// Sends a signal to the program that runs in the shell.
pub fn signal_program(pty: &Pty, signal: Signal) {
    let pid = fs::read_to_string(pty.home().join("pid")).unwrap();
    kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), signal).unwrap();
}

/// The line mode of a terminal in which nothing has happened.
fn untouched() -> String {
    let pty = Pty::spawn("/bin/sh", &["-c", "echo ready; read key"], &[], WINDOW);
    pty.wait_for_text("ready");
    pty.line_mode()
}

/// The terminal is the program's own.
pub fn assert_taken(pty: &Pty) {
    assert_ne!(pty.line_mode(), untouched());
    pty.look(|screen| {
        assert!(screen.alternate_screen());
        assert!(screen.bracketed_paste());
    });
}

/// The terminal is as it was before the program, and so is what stood on it.
pub fn assert_given_back(pty: &Pty) {
    assert_eq!(pty.line_mode(), untouched());
    pty.look(|screen| {
        assert!(!screen.alternate_screen());
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.fgcolor(), vt100::Color::Default);
        assert!(!screen.bold() && !screen.inverse());
    });
    let text = pty.text();
    assert!(text.starts_with(BEFORE), "{text}");
    assert!(!text.contains("READ-ONLY"), "{text}");
}

/// Waits until the people of the sandbox are known and the first of them is shown.
pub fn wait_until_open(pty: &Pty) {
    pty.wait_for("the sandbox's people", |screen| {
        let text = screen.contents();
        text.contains("72 known users") && text.contains("Mara Quinn  from givenName + surname")
    });
}

/// Pastes text as a terminal with bracketed paste does.
pub fn paste(pty: &mut Pty, text: &str) {
    pty.send(&format!("\u{1b}[200~{text}\u{1b}[201~"));
}

/// Opens a user by an id: search, paste, Enter.
pub fn look_up(pty: &mut Pty, id: &str) {
    pty.send("/");
    paste(pty, id);
    pty.send("\r");
}
