//! Panics: on the UI's thread the terminal is given back before the message is printed; on any
//! other thread the message is kept for a banner and the screen is left alone.
//!
//! In: a panic. Out: a whole terminal and a message on it, or a text for the UI. It must not
//! print over the screen, nor print a message raw: it may quote what a stranger wrote.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::{ENTERED, restore_terminal};
use crate::domain::Untrusted;
use crate::log;
use crate::text::safe_lines;

static TASK_PANIC: Mutex<Option<Untrusted>> = Mutex::new(None);

/// Makes panics harmless for the terminal. To be called once, on the thread that draws, after
/// any other hook was installed, for it replaces that one.
pub fn install_panic_hook() {
    let drawing = thread::current().id();
    panic::set_hook(Box::new(move |info| on_panic(drawing, info)));
}

/// What the last panic outside the UI's thread said, once. It may quote strangers' text.
pub fn take_task_panic() -> Option<Untrusted> {
    TASK_PANIC
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

fn on_panic(drawing: ThreadId, info: &PanicHookInfo<'_>) {
    let message = describe(info.payload(), info.location());
    if let Some(at) = info.location() {
        log::panicked(at.file(), at.line());
    }
    if thread::current().id() == drawing {
        // What is still in the buffer belongs to the screen that is about to go.
        let _ = io::stdout().flush();
        let _ = restore_terminal();
        print(&message);
        // The program ends now, and nobody else waits for the log.
        log::finish();
    } else if ENTERED.load(Ordering::SeqCst) {
        *TASK_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    } else {
        print(&message);
    }
}

/// Prints the message and, when the environment asks for one, the backtrace.
fn print(message: &Untrusted) {
    let mut said = String::from("smooch-console failed:\n");
    let trace = Backtrace::capture();
    let trace = match trace.status() {
        BacktraceStatus::Captured => Untrusted::new(trace.to_string()),
        _ => Untrusted::default(),
    };
    for line in safe_lines(message).iter().chain(&safe_lines(&trace)) {
        said.push_str(line.as_str());
        said.push('\n');
    }
    // Nothing is left to do if this fails too.
    let _ = io::stderr().write_all(said.as_bytes());
}

fn describe(payload: &(dyn Any + Send), location: Option<&panic::Location<'_>>) -> Untrusted {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic without a message");
    Untrusted::new(match location {
        Some(at) => format!("{message} ({}:{})", at.file(), at.line()),
        None => message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests compare raw text")]

    use super::*;

    #[test]
    fn a_panic_is_described_with_its_place() {
        let here = panic::Location::caller();
        let said = describe(&"index out of bounds", Some(here));
        let place = format!("({}:{})", here.file(), here.line());
        assert_eq!(said.expose(), format!("index out of bounds {place}"));
        assert_eq!(describe(&String::from("lost"), None).expose(), "lost");
        assert_eq!(describe(&7_u8, None).expose(), "panic without a message");
    }
}
