//! Panics: on the UI's thread the terminal is given back before the message is printed; on any
//! other thread the message is kept for a banner and the screen is left alone.
//!
//! In: a panic. Out: a whole terminal, or a text for the UI. It must not print over the screen.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::{ENTERED, restore_terminal};
use crate::domain::Untrusted;

static TASK_PANIC: Mutex<Option<Untrusted>> = Mutex::new(None);

/// Makes panics harmless for the terminal. To be called once, on the thread that draws, after
/// any other hook: the hook that is installed by then prints the message.
pub fn install_panic_hook() {
    let drawing = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| on_panic(drawing, &print, info)));
}

/// What the last panic outside the UI's thread said, once. It may quote strangers' text.
pub fn take_task_panic() -> Option<Untrusted> {
    TASK_PANIC
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

fn on_panic(
    drawing: ThreadId,
    print: &(dyn Fn(&PanicHookInfo<'_>) + Send + Sync),
    info: &PanicHookInfo<'_>,
) {
    if thread::current().id() == drawing {
        // What is still in the buffer belongs to the screen that is about to go.
        let _ = io::stdout().flush();
        let _ = restore_terminal();
        print(info);
    } else if ENTERED.load(Ordering::SeqCst) {
        let text = describe(info.payload(), info.location());
        *TASK_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    } else {
        print(info);
    }
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
