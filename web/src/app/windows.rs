//! The presenter's window and the one with the speaker's notes, as far as each knows of the other.

use crate::channel::Channel;
use crate::teach::class::notes::{self, CHANNEL, Message, Notes};
use std::rc::Rc;

/// One end of the channel: a presenter's, or that of the window with the notes.
pub(super) struct Speaker {
    channel: Option<Channel>,
    /// What was said last, so that nothing is said twice.
    said: String,
}

/// The window with the notes.
#[derive(Default)]
pub(super) struct Listener {
    /// What the presenter has said.
    pub(super) notes: Option<Rc<Notes>>,
    /// It has gone.
    pub(super) over: bool,
}

impl Speaker {
    /// Speaks, and hears with this.
    pub(super) fn new(heard: impl Fn(String) + 'static) -> Speaker {
        Speaker { channel: Channel::open(CHANNEL, heard), said: String::new() }
    }
    /// Says it, unless it was said last.
    pub(super) fn say(&mut self, message: &Message) {
        let text = notes::text(message);
        if text != self.said {
            if let Some(channel) = &self.channel {
                channel.say(&text);
            }
            self.said = text;
        }
    }
    /// The same once more: somebody has just come.
    pub(super) fn again(&mut self) {
        self.said.clear();
    }
}
