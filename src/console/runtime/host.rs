//! The real terminal and the real clock.

use std::io;
use std::time::Duration;

use super::answers::Answers;
use super::clipboard::Way;
use super::dispatch::{Host, Next};
use super::guard::TerminalGuard;
use super::screen::Screen;
use crate::console::effect::TerminalEffect;
use crate::console::msg::{Msg, Timer};

/// The terminal that the console has taken over.
pub(super) struct LiveHost {
    pub(super) guard: TerminalGuard,
    pub(super) screen: Screen,
    pub(super) way: Way,
}

impl LiveHost {
    /// Paints everything anew after others had the terminal, at the size that it has now.
    pub(super) fn repaint(&mut self, answers: &Answers) -> io::Result<()> {
        let size = self.screen.size()?;
        self.screen.forget();
        answers.send(Msg::Resized {
            width: size.width,
            height: size.height,
        });
        Ok(())
    }
}

impl Host for LiveHost {
    async fn carry_out(&mut self, effect: TerminalEffect, answers: &Answers) -> io::Result<Next> {
        match effect {
            TerminalEffect::Quit => return Ok(Next::End),
            TerminalEffect::Redraw => self.screen.forget(),
            TerminalEffect::Suspend => {
                self.guard.suspend().await?;
                self.repaint(answers)?;
            }
            TerminalEffect::CopyText { what, text } => {
                let (way, size) = (self.way.clone(), text.len());
                // What is copied next has to come later, and what hangs in tmux hangs anyway.
                let copying = tokio::task::spawn_blocking(move || way.copy(&text));
                let result = copying.await.map_err(io::Error::other)?;
                answers.send(Msg::Copied { what, size, result });
            }
        }
        Ok(Next::GoOn)
    }

    fn wake(&mut self, timer: Timer, after: Duration, answers: &Answers) {
        let answers = answers.clone();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            answers.send(Msg::TimerFired(timer));
        });
    }
}
