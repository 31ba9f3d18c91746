//! What is copied: ids, name, e-mail, phone number, message, link, transcript, a curl line without the
//! secret; and what is said of it.

mod contact;

use std::fmt::Write as _;

use crate::console::action::Action;
use crate::console::effect::{Effect, TerminalEffect};
use crate::console::layout::profile::shown_name;
use crate::console::msg::{Clipboard, CopyFailed};
use crate::console::state::{Overlay, Profile, State};
use crate::domain::{Connection, LookupId, Message, SmoochId, Untrusted, name};
use crate::text::message::{Breaks, Loaded, links, said};
use crate::text::{SafeText, clipboard, time};

/// Text to copy, and what it is; or why there is none.
type Part = Result<(&'static str, String), &'static str>;

/// Copies what an action names, or says why there is nothing to copy.
pub(super) fn copy(state: &mut State, action: Action) -> Option<Effect> {
    let Some(profile) = state.profile.shown() else {
        state.say("no user is shown yet: nothing to copy");
        return None;
    };
    let part = match action {
        Action::CopyMessage | Action::CopyLink | Action::CopyTranscript => {
            of_conversation(state, action)
        }
        Action::CopyCurl => curl_line(&state.api.connection, &profile.user.id)
            .map(|line| ("a curl line", line))
            .ok_or("no URL can hold this user's _id"),
        _ => of_user(profile, action),
    };
    match part {
        Ok((what, text)) => Some(Effect::Terminal(TerminalEffect::CopyText { what, text })),
        Err(missing) => {
            state.say(missing);
            None
        }
    }
}

fn of_user(profile: &Profile, action: Action) -> Part {
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
        Action::CopyPhone => (
            "the phone number",
            contact::phone(user).map(one_line),
            "no phone number is known of this user",
        ),
        _ => (
            "the channel's id",
            contact::channel_id(user).map(one_line),
            "no channel gives this user an id of its own",
        ),
    };
    text.map(|text| (what, text)).ok_or(missing)
}

fn of_conversation(state: &State, action: Action) -> Part {
    if action == Action::CopyTranscript {
        let text = transcript(state).ok_or("no messages are loaded")?;
        return Ok(("the transcript", text));
    }
    let thread = state.thread().ok_or("no message is selected")?;
    let message = thread.selected_message().ok_or("no message is selected")?;
    if action == Action::CopyMessage {
        let words = words_of(message, &Loaded::of(&thread.messages));
        return Ok(("the message", words));
    }
    let links = links(message);
    let link = links.first().ok_or("the message has no link")?;
    let what = match links.len() {
        1 => "the link",
        _ => "the first of the message's links",
    };
    Ok((what, clipboard::single_line(link)))
}

/// Text of this many bytes was copied, or the terminal was asked to, or neither could be done.
pub(super) fn copied(
    state: &mut State,
    what: &str,
    size: usize,
    result: &Result<Clipboard, CopyFailed>,
) -> Vec<Effect> {
    let kilobytes = |bytes: usize| bytes.div_ceil(1000);
    let may_cut = if size > clipboard::RELIABLE {
        let (size, reliable) = (kilobytes(size), kilobytes(clipboard::RELIABLE));
        format!("; of {size} kB it may cut what is over {reliable} kB")
    } else {
        String::new()
    };
    match result {
        Ok(Clipboard::Tmux) => state.say(format_args!(
            "copied {what} into tmux's buffer, and tmux asked the terminal{may_cut}"
        )),
        Ok(Clipboard::TmuxBuffer) => state.say(format_args!(
            "copied {what} into tmux's buffer alone: tmux 3.2 or later also asks the terminal"
        )),
        Ok(Clipboard::Terminal) => {
            state.say(format_args!("asked the terminal to copy {what}{may_cut}"));
        }
        Ok(Clipboard::TerminalBehindScreen) => state.say(format_args!(
            "asked the terminal to copy {what}, but GNU screen may not pass that on{may_cut}"
        )),
        Ok(Clipboard::TerminalBehindTmux(why)) => {
            let why = SafeText::of(why);
            state.complain(format_args!(
                "asked the terminal to copy {what}{may_cut}; tmux did not take it ({why})"
            ));
        }
        Err(CopyFailed(why)) => {
            let why = SafeText::of(why);
            state.complain(format_args!("could not copy {what}: {why}"));
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
fn words_of(message: &Message, loaded: &Loaded<'_>) -> String {
    let lines = said(message, loaded, Breaks::Kept)
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
    let loaded = Loaded::of(&thread.messages);
    for message in &thread.messages {
        let time = message
            .received
            .map(|at| time::full(at, &state.clock.zone))
            .unwrap_or_default();
        let author = SafeText::of(&name::resolve_author_name(message, name));
        let author = clipboard::single_line(&author);
        let _ = writeln!(text, "{time}  {author}: {}", words_of(message, &loaded));
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
