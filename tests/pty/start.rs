//! From the first frame to the user that an id names.

use std::fs;

use smooch_console::sandbox::cast;

use super::desk::{WINDOW, look_up, open, open_with, paste, wait_until_open};

#[test]
fn with_nothing_configured_the_first_frame_says_sandbox_and_shows_three_panes() {
    let pty = open(WINDOW);
    pty.wait_for("the first frame", |screen| {
        let text = screen.contents();
        ["SANDBOX", "READ-ONLY", "1 Users", "2 Profile", "3 Messages"]
            .iter()
            .all(|word| text.contains(word))
    });
    wait_until_open(&pty);
}

#[test]
fn the_sandbox_leaves_nothing_in_an_empty_home() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::IDENTIFIED_NAMED.id);
    pty.wait_for_text("Perfect, thank you Dana!");
    pty.send("q");
    assert!(pty.exit_status().success());
    assert_eq!(fs::read_dir(pty.home()).unwrap().count(), 0);
}

#[test]
fn a_typed_smooch_id_opens_profile_and_messages() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    pty.send("/");
    pty.send(cast::IDENTIFIED_NAMED.id);
    pty.send("\r");
    pty.wait_for("profile and messages", |screen| {
        let text = screen.contents();
        text.contains("IDENTIFIED · NAMED")
            && text.contains("64be90d2a7f31c0058e6d914  (looked up by this)")
            && text.contains("cust-20418")
            && text.contains("Tracking says delivered, but nothing is here")
            && text.contains("15 of 15")
    });
}

#[test]
fn an_id_typed_before_anything_is_loaded_reaches_its_user() {
    let mut pty = open(WINDOW);
    pty.wait_for_text("READ-ONLY");
    pty.send("/");
    pty.send(cast::ANONYMOUS_NAMED.id);
    pty.send("\r");
    pty.wait_for("the anonymous user", |screen| {
        let text = screen.contents();
        text.contains("ANONYMOUS · NAMED") && text.contains("8f02b6c91ad54e7733c0e1d4  (looked up")
    });
}

#[test]
fn a_pasted_user_id_opens_its_user_whatever_it_holds() {
    let user_id = cast::STRANGE_USER_ID.user_id.unwrap();
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    // In normal mode `/` and `?` are keys; pasted, they are text.
    paste(&mut pty, user_id);
    // The end of the text, where the cursor is.
    pty.wait_for_text("50%+tax@example.org  1 of 72");
    pty.send("\r");
    pty.wait_for("the user with the strange userId", |screen| {
        let text = screen.contents();
        text.contains("zoë/ops? #1 50%+tax@example.org  (looked up by this)")
            && text.contains("Zoë Lindqvist  from givenName + surname")
            && text.contains(cast::STRANGE_USER_ID.id)
    });
}

#[test]
fn a_user_id_beyond_ascii_opens_its_user() {
    // The same way on a configured app, where the API alone knows the user.
    let desk = super::looking::Desk::open();
    let mut pty = open_with(&desk.env(), WINDOW);
    pty.wait_for_text("Nobody is known here yet.");
    paste(&mut pty, "müller/+ö?");
    pty.send("\r");
    pty.wait_for_text("no user “müller/+ö?” in app");
    look_up(&mut pty, cast::STRANGE_USER_ID.user_id.unwrap());
    pty.wait_for_text("Zoë Lindqvist");
}

#[test]
fn an_unknown_id_is_no_user_in_this_app() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, "nobody-here");
    pty.wait_for("no user", |screen| {
        let text = screen.contents();
        text.contains("no user “nobody-here” in app Lantern & Loom (sandbox)")
            && text.contains("R tries again")
            && text.contains("Without a user there are no messages.")
    });
}

#[test]
fn a_user_who_never_wrote_has_no_conversation() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    look_up(&mut pty, cast::NO_CONVERSATION.user_id.unwrap());
    pty.wait_for("no conversation", |screen| {
        let text = screen.contents();
        text.contains("Noor Haddad") && text.contains("o conversation yet")
    });
}
