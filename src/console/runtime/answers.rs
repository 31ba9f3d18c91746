//! The way of answers back to the loop.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::console::msg::Msg;

/// Takes messages to the loop, from any thread. The loop's end of the channel closes once every
/// clone is dropped: a task that holds one is still at work.
#[derive(Debug, Clone)]
pub struct Answers(UnboundedSender<Msg>);

impl Answers {
    /// Both ends of a way.
    pub fn channel() -> (Self, UnboundedReceiver<Msg>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// Hands a message to the loop.
    pub fn send(&self, msg: Msg) {
        // The receiver is gone only when the console has ended.
        let _ = self.0.send(msg);
    }
}
