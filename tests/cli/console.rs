//! The console with settings of its own, in a real terminal.

use super::desk::Desk;
use super::pty::Pty;

/// The console, with the settings of `desk`.
fn open(desk: &Desk, config: &str) -> Pty {
    let path = desk.write_config(config);
    let arguments = ["--config", path.to_str().unwrap()];
    let program = env!("CARGO_BIN_EXE_smooch-console");
    Pty::spawn(program, &arguments, &[], (30, 120))
}

fn secret(desk: &Desk) -> String {
    format!("secret_command = [\"/bin/echo\", \"{}\"]", desk.secret())
}

#[test]
fn the_header_marks_a_production_app() {
    let desk = Desk::open();
    let table = desk.app_table("acme-prod", &secret(&desk));
    let mut pty = open(&desk, &format!("{table}production = true\n"));
    pty.wait_for_text("PRODUCTION  acme-prod");
    pty.send("/cust-20418\r");
    pty.wait_for_text("Mara Quinn");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
}

#[test]
fn the_first_frame_does_not_wait_for_the_secret() {
    let desk = Desk::open();
    let hung = "secret_command = [\"/bin/sleep\", \"1000\"]";
    let mut pty = open(&desk, &desk.app_table("acme", hung));
    pty.wait_for_text("READ-ONLY");
    assert!(!pty.text().contains("did not end"), "{}", pty.text());
    pty.wait_for_text("did not end within 5 s");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn the_agents_own_keys_work() {
    let desk = Desk::open();
    desk.write_setting("keymap.toml", "[normal]\nquit = [\"Q\"]\n");
    let mut pty = open(&desk, &desk.app_table("acme", &secret(&desk)));
    pty.wait_for_text("Q quit");
    pty.send("qQ");
    assert_eq!(pty.exit_status().exit_code(), 0);
}

#[test]
fn a_broken_keymap_stops_the_start() {
    let desk = Desk::open();
    let path = desk.write_setting("keymap.toml", "[normal]\nqiut = [\"Q\"]\n");
    let mut pty = open(&desk, &desk.app_table("acme", &secret(&desk)));
    assert_eq!(pty.exit_status().exit_code(), 2);
    let said = String::from_utf8(pty.bytes()).unwrap();
    assert!(said.contains(&format!("{}:2: ", path.display())), "{said}");
    assert!(said.contains("did you mean quit?"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
}
