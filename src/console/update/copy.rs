//! What is copied: ids, name, e-mail, message, transcript, a curl line without the secret.

use std::fmt::Write as _;

use crate::console::action::Action;
use crate::console::effect::{Effect, TerminalEffect};
use crate::console::layout::message::said;
use crate::console::layout::profile::shown_name;
use crate::console::state::{Overlay, State};
use crate::domain::{Connection, LookupId, Message, SmoochId, Untrusted, name};
use crate::text::{SafeText, clipboard, time};

/// Copies what an action names, or says why there is nothing to copy.
pub(super) fn copy(state: &mut State, action: Action) -> Option<Effect> {
    let Some(profile) = state.profile.shown() else {
        state.say("no user is shown yet: nothing to copy");
        return None;
    };
    let user = &profile.user;
    let one_line = |text: &Untrusted| clipboard::single_line(&SafeText::of(text));
    let (what, text, missing) = match action {
        Action::CopySmoochId => ("_id", Some(one_line(user.id.untrusted())), ""),
        Action::CopyUserId => {
            let id = user.user_id.as_ref().map(|id| one_line(id.untrusted()));
            let missing = match user.identity() {
                Some(_) => "an anonymous user has no userId",
                None => "it is not known whether this user has a userId",
            };
            ("userId", id, missing)
        }
        Action::CopyName => {
            let name = shown_name(profile).map(|name| clipboard::single_line(&name));
            ("the name", name, "no name is known of this user")
        }
        Action::CopyEmail => (
            "the e-mail",
            user.email.as_ref().map(one_line),
            "the profile has no e-mail",
        ),
        Action::CopyMessage => {
            let message = state.thread().and_then(|thread| thread.selected_message());
            (
                "the message",
                message.map(words_of),
                "no message is selected",
            )
        }
        Action::CopyTranscript => (
            "the transcript",
            transcript(state),
            "no messages are loaded",
        ),
        Action::CopyCurl => (
            "a curl line",
            curl_line(&state.api.connection, &user.id),
            "no URL can hold this user's _id",
        ),
        _ => return None,
    };
    if text.is_none() {
        state.say(missing);
    }
    Some(Effect::Terminal(TerminalEffect::CopyText {
        what,
        text: text?,
    }))
}

/// Text of this many bytes went to the clipboard, or could not.
pub(super) fn copied(
    state: &mut State,
    what: &str,
    size: usize,
    error: Option<String>,
) -> Vec<Effect> {
    let kilobytes = |bytes: usize| bytes.div_ceil(1000);
    match error {
        None if size > clipboard::RELIABLE => state.say(format_args!(
            "copied {what}: {} kB, and the terminal may cut what is over {} kB",
            kilobytes(size),
            kilobytes(clipboard::RELIABLE)
        )),
        None => state.say(format_args!("copied {what}")),
        Some(error) => {
            let error = SafeText::own(error);
            state.complain(format_args!("could not copy {what}: {error}"));
        }
    }
    Vec::new()
}

/// Copies the raw JSON that is shown, on one line.
pub(super) fn copy_overlay(state: &mut State) -> Option<Effect> {
    let Some(Overlay::Raw { json, copied, .. }) = &state.overlay else {
        state.say("only raw JSON can be copied from here");
        return None;
    };
    #[expect(clippy::disallowed_methods, reason = "it is escaped for the clipboard")]
    let text = clipboard::single_line_json(json.expose());
    Some(Effect::Terminal(TerminalEffect::CopyText {
        what: copied,
        text,
    }))
}

/// All that a message says, on one line.
fn words_of(message: &Message) -> String {
    let lines = said(message)
        .into_iter()
        .map(|said| clipboard::single_line(&said.text));
    lines.collect::<Vec<_>>().join(" ")
}

/// The loaded messages, oldest first, a line each.
fn transcript(state: &State) -> Option<String> {
    let thread = state.thread()?;
    if thread.messages.is_empty() {
        return None;
    }
    let name = &state.profile.shown()?.name;
    let mut text = String::new();
    for message in &thread.messages {
        let time = message
            .received
            .map(|at| time::full(at, &state.clock.zone))
            .unwrap_or_default();
        let author = SafeText::of(&name::resolve_author_name(message, name));
        let author = clipboard::single_line(&author);
        let _ = writeln!(text, "{time}  {author}: {}", words_of(message));
    }
    Some(text)
}

/// A line that fetches the user, with the key's id and a variable in place of the secret; `None`
/// for an id that no path can hold.
fn curl_line(connection: &Connection, user: &SmoochId) -> Option<String> {
    let base = clipboard::single_line(&SafeText::of(&connection.base_url));
    let key = clipboard::single_line(&SafeText::of(&connection.key_id));
    let path = connection
        .api
        .user_path(&connection.app_id, &LookupId::from(user));
    let (base, key) = (shell_quoted(base.trim_end_matches('/')), shell_quoted(&key));
    Some(format!(
        "curl -u {key}:\"$SMOOCH_KEY_SECRET\" {base}{}",
        path.ok()?
    ))
}

/// In single quotes nothing has a meaning for the shell but the quote itself.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
