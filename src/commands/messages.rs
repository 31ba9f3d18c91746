//! `messages`: prints one conversation, oldest first.
//!
//! In: an id, a number of messages and perhaps a time bound. Out: one line or one JSON object per
//! message; in plain text, what a message has beside its text follows it, indented. Pages are read backwards from the newest one, which is stored for times without the
//! API. Nothing is marked as read.

mod record;
mod words;

use std::io::Write;

use jiff::Timestamp;

use super::connect::Connected;
use super::failure::note;
use super::{Exit, Failure, Format, Output};
use crate::cli::MessagesArgs;
use crate::domain::{
    ConversationKey, LookupId, Message, MessagePage, PageRequest, Problem, SmoochId,
};
use crate::text::SafeText;
use crate::text::message::Loaded;
use record::MessageRecord;

/// What could be read of a conversation.
enum Conversation {
    /// The user has never written.
    None,
    /// Messages, oldest first, perhaps more than asked for; and what kept the older ones from being read.
    Read {
        messages: Vec<Message>,
        problem: Option<Problem>,
    },
}

/// Reads and prints the messages of one user.
pub(super) async fn run<W: Write>(
    args: MessagesArgs,
    to: &Connected,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let found = to.fetch_found(LookupId::new(args.id)).await?;
    let user = found.user;
    let read = fetch_conversation(to, &user.id, args.limit.get(), args.before).await;
    let (read, problem) = match read {
        Conversation::Read { messages, problem } => (messages, problem),
        Conversation::None => {
            let name = SafeText::of(&to.display_name(&user, &[]).await.text);
            let words = [name, SafeText::own(" has no conversation yet")];
            note(&SafeText::join(words));
            return Ok(Exit::Done);
        }
    };
    // The name may be on a message that is not printed.
    let messages = &read[read.len().saturating_sub(args.limit.get())..];
    match out.format() {
        Format::Json => {
            for message in messages {
                out.json(&MessageRecord::of(message))?;
            }
        }
        Format::Words => {
            let name = to.display_name(&user, &read).await;
            let loaded = Loaded::of(messages);
            let lines: Vec<SafeText> = messages
                .iter()
                .flat_map(|message| words::lines(message, &name, &loaded))
                .collect();
            out.lines(&lines)?;
            for words in messages.iter().filter_map(words::not_read) {
                note(&words);
            }
        }
    }
    match problem {
        Some(problem) => Err(to.failure_about(&problem, &LookupId::from(&user.id)).await),
        None => Ok(Exit::Done),
    }
}

/// Reads pages backwards until there are enough messages or no older ones.
async fn fetch_conversation(
    to: &Connected,
    user: &SmoochId,
    limit: usize,
    before: Option<Timestamp>,
) -> Conversation {
    let mut newest_first: Vec<Message> = Vec::new();
    let conversation = ConversationKey::default_of(user);
    let mut request = before.map_or(PageRequest::Newest, PageRequest::Before);
    let problem = loop {
        let is_newest = request == PageRequest::Newest;
        let page = match to.asker.fetch_messages(&conversation, request).await {
            Ok(page) => page,
            Err(problem) => break Some(problem),
        };
        if is_newest {
            to.asker.remember_page(&conversation, &page).await;
        }
        let MessagePage::Messages {
            messages, older, ..
        } = page
        else {
            return Conversation::None;
        };
        newest_first.extend(messages.into_iter().rev());
        match older {
            Some(cursor) if newest_first.len() < limit => request = PageRequest::Older(cursor),
            _ => break None,
        }
    };
    newest_first.reverse();
    Conversation::Read {
        messages: newest_first,
        problem,
    }
}

#[cfg(test)]
mod tests;
