//! What a command line that names no command was probably meant to be.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::domain::{LookupId, nearest};

/// The same error; where a word is no command, with what to write instead.
pub(super) fn explain(
    error: clap::Error,
    arguments: &[String],
    mut command: clap::Command,
) -> clap::Error {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return error;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let names: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    // Below a command, clap lists what there is.
    if arguments
        .iter()
        .any(|argument| names.contains(&argument.as_str()))
    {
        return error;
    }
    let other = by_other_name(word).map(|name| {
        let mut rest = arguments.iter().skip_while(|argument| *argument != word);
        match rest.nth(1).filter(|next| !next.starts_with('-')) {
            Some(next) => format!("smooch-console {name} {}", quoted(next)),
            None => name.to_owned(),
        }
    });
    let near = nearest(word, names).map(str::to_owned);
    let words = match other.or(near) {
        Some(near) => format!("there is no command “{word}”: did you mean `{near}`?"),
        None => format!(
            "there is no command “{word}”: did you mean {}?",
            by_word(word)
        ),
    };
    command.error(ErrorKind::InvalidSubcommand, words)
}

/// The command that other programs call by this name.
fn by_other_name(word: &str) -> Option<&'static str> {
    match word {
        "lookup" | "show" | "user" | "profile" | "view" | "info" => Some("get"),
        "find" | "query" | "grep" => Some("search"),
        "conversation" | "history" | "chat" | "log" => Some("messages"),
        _ => None,
    }
}

/// The commands that take such a word.
fn by_word(word: &str) -> String {
    let quoted = quoted(word);
    let get = format!("`smooch-console get {quoted}`");
    let is_id = LookupId::new(word).looks_like_smooch_id()
        || word.chars().any(|c| c.is_ascii_digit()) && !word.contains('@');
    if is_id {
        get
    } else {
        format!("{get} or `smooch-console search {quoted}`")
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "@._-+:/%".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
