//! The terminal itself: taken over at the start, given back whatever happens.
//!
//! In: the wish to draw, to stop for a while, to end. Out: a terminal in raw mode on its
//! alternate screen, and later the terminal as it was before. It owns raw mode, the
//! alternate screen, bracketed paste, the cursor and the window title. It must not
//! draw, read keys or put anything but constants into the title.
//!
//! Everything is written straight to the terminal's file, past the buffer and the lock of
//! standard output: a signal's task has to get through while another thread hangs in a write.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use crossterm::cursor::{Hide, SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode,
};
use rustix::process::{Signal as Kill, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

mod panics;
mod signals;

pub use panics::{install_panic_hook, take_task_panic};
pub use signals::{Signal, continuations, termination};

/// The window's title while the console runs.
pub(crate) const TITLE: &str = "smooch-console";

/// XTWINOPS 22 and 23: keep the window's title, and bring it back.
const KEEP_TITLE: &[u8] = b"\x1b[22;0t";
const BRING_TITLE_BACK: &[u8] = b"\x1b[23;0t";

/// How long a requested stop may take to come; an orphaned process group is never stopped.
const STOP_WATCHDOG: Duration = Duration::from_millis(500);

/// Whether the terminal is ours. One for the process, as the terminal is.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Held while a frame is written.
static PAINTING: Mutex<()> = Mutex::new(());

/// The terminal while the console has it; gives it back when dropped.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal over; on an error nothing stays changed.
    pub fn enter() -> io::Result<Self> {
        take_over()?;
        Ok(Self(()))
    }

    /// Gives the terminal back; doing so again changes nothing.
    pub fn leave(&mut self) -> io::Result<()> {
        // What is still in the buffer belongs to the screen that is about to go.
        let flushed = io::stdout().flush();
        restore_terminal().and(flushed)
    }

    /// Gives the terminal back, stops the process group as Ctrl-Z does, and takes the terminal
    /// over again when the shell lets it go on. The caller then paints everything anew.
    pub async fn suspend(&mut self) -> io::Result<()> {
        // Listening begins first, so that the signal to go on cannot be missed.
        let mut go_on = signal(SignalKind::from_raw(Kill::CONT.as_raw()))?;
        self.leave()?;
        kill_current_process_group(Kill::TSTP)?;
        // The kernel may stop the other threads a moment after the call returns; taking the
        // terminal over before that would leave the shell with our screen.
        let _ = tokio::time::timeout(STOP_WATCHDOG, go_on.recv()).await;
        self.resume()
    }

    /// Takes the terminal over again, also when a shell changed it behind our back.
    pub fn resume(&mut self) -> io::Result<()> {
        if ENTERED.load(Ordering::SeqCst) {
            // Raw mode is entered only from the mode before it.
            disable_raw_mode()?;
        }
        take_over()
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        // There is nowhere left to report an error; the program's end shows it.
        let _ = self.leave();
    }
}

/// Gives the terminal back if it is ours. Safe to call from a panic hook, from a signal's task
/// and twice; it may block as long as the terminal accepts nothing.
pub fn restore_terminal() -> io::Result<()> {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    give_back()
}

fn give_back() -> io::Result<()> {
    let written = leave_sequences().and_then(|sequences| write_to_terminal(&sequences));
    // Even when the screen cannot be written the line mode can be mended.
    disable_raw_mode().and(written)
}

/// Gives the terminal back, but waits no longer than `limit` for a terminal that is stopped or
/// gone. For the task that ends the process on a signal.
pub fn restore_terminal_within(limit: Duration) {
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        let restored = if ENTERED.swap(false, Ordering::SeqCst) {
            // From here on no frame begins; one that has begun would end on the shell's screen.
            drop(PAINTING.lock().unwrap_or_else(PoisonError::into_inner));
            give_back()
        } else {
            Ok(())
        };
        let _ = done.send(restored);
    });
    let _ = finished.recv_timeout(limit);
}

/// Writes a frame in one piece, or nothing if the terminal has been given back meanwhile: a
/// signal's task does so at any moment.
pub(super) fn write_frame(bytes: &[u8]) -> io::Result<()> {
    let _painting = PAINTING.lock().unwrap_or_else(PoisonError::into_inner);
    if !ENTERED.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// What a standard stream of the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Terminal,
    /// A file, a pipe, or nothing.
    Redirected,
}

impl Stream {
    fn of(stream: &impl IsTerminal) -> Self {
        if stream.is_terminal() {
            Self::Terminal
        } else {
            Self::Redirected
        }
    }
}

/// Why the console cannot be opened here and what can be done, in a plain sentence; `None` when
/// it can.
fn refuse_reason(stdin: Stream, stdout: Stream, term: Option<&str>) -> Option<&'static str> {
    if stdin == Stream::Redirected {
        return Some(
            "The console needs a terminal, but standard input is not one; \
             `get` and `messages` work without.",
        );
    }
    if stdout == Stream::Redirected {
        return Some(
            "The console needs a terminal, but standard output is not one; \
             `get` and `messages` work without.",
        );
    }
    match term {
        None | Some("") => Some(
            "The console needs to know the terminal, but TERM is not set; \
             `get` and `messages` work without.",
        ),
        Some("dumb") => Some(
            "The console needs a terminal that can be drawn on, but TERM is dumb; \
             `get` and `messages` work without.",
        ),
        Some(_) => None,
    }
}

/// Why this process cannot open the console, in a plain sentence; `None` when it can.
pub(crate) fn refuse_reason_here(term: Option<&str>) -> Option<&'static str> {
    refuse_reason(Stream::of(&io::stdin()), Stream::of(&io::stdout()), term)
}

fn take_over() -> io::Result<()> {
    let sequences = enter_sequences()?;
    // Set first: a signal that comes in between then restores what may be half changed.
    ENTERED.store(true, Ordering::SeqCst);
    if let Err(error) = enable_raw_mode() {
        ENTERED.store(false, Ordering::SeqCst);
        return Err(error);
    }
    write_to_terminal(&sequences).inspect_err(|_| {
        let _ = restore_terminal();
    })
}

fn enter_sequences() -> io::Result<Vec<u8>> {
    let mut sequences = KEEP_TITLE.to_vec();
    queue!(
        sequences,
        SetTitle(TITLE),
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide
    )?;
    Ok(sequences)
}

fn leave_sequences() -> io::Result<Vec<u8>> {
    let mut sequences = Vec::new();
    queue!(
        sequences,
        DisableBracketedPaste,
        ResetColor,
        LeaveAlternateScreen,
        SetCursorStyle::DefaultUserShape,
        Show
    )?;
    sequences.extend_from_slice(BRING_TITLE_BACK);
    Ok(sequences)
}

/// One write for all of `bytes`, so that nothing of another thread comes in between.
fn write_to_terminal(bytes: &[u8]) -> io::Result<()> {
    File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot start may panic")]

    use std::num::NonZero;

    use super::*;

    fn terminal() -> vt100::Parser {
        vt100::Parser::new(NonZero::new(24).unwrap(), NonZero::new(80).unwrap(), 0)
    }

    #[test]
    fn leaving_undoes_what_entering_did() {
        let mut terminal = terminal();
        terminal.process(b"\x1b[1;31m$ smooch-console\r\n\x1b[m");
        let before = terminal.screen().state_formatted();
        terminal.process(&enter_sequences().unwrap());
        let screen = terminal.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        // The terminal keeps its own selection.
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        terminal.process(b"\x1b[7;42mpainted");
        terminal.process(&leave_sequences().unwrap());
        assert_eq!(terminal.screen().state_formatted(), before);
    }

    #[test]
    fn the_title_is_kept_set_and_brought_back() {
        let enter = enter_sequences().unwrap();
        assert!(enter.starts_with(b"\x1b[22;0t\x1b]0;smooch-console\x07"));
        assert!(leave_sequences().unwrap().ends_with(b"\x1b[23;0t"));
    }

    #[test]
    fn a_terminal_that_is_not_ours_is_left_alone() {
        assert!(restore_terminal().is_ok());
        restore_terminal_within(Duration::from_secs(10));
    }

    #[test]
    fn only_a_terminal_that_can_be_drawn_on_is_taken() {
        use Stream::{Redirected, Terminal};
        let drawable = Some("xterm-256color");
        assert_eq!(refuse_reason(Terminal, Terminal, drawable), None);
        for (stdin, stdout, term, word) in [
            (Redirected, Terminal, Some("xterm"), "input"),
            (Terminal, Redirected, Some("xterm"), "output"),
            (Terminal, Terminal, None, "TERM"),
            (Terminal, Terminal, Some(""), "TERM"),
            (Terminal, Terminal, Some("dumb"), "dumb"),
        ] {
            let reason = refuse_reason(stdin, stdout, term).unwrap();
            assert!(reason.contains(word), "{reason}");
            assert!(reason.chars().all(|c| matches!(c, ' '..='~')), "{reason}");
        }
    }
}
