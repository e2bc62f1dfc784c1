//! Stdio as a queue in and a queue out. The base protocol of LSP 3.17: a header, an empty line,
//! a body of `Content-Length` bytes.
//!
//! One thread reads, one writes, and neither queue has a bound: a client that does not read
//! cannot make the server deaf, and a server that is busy cannot make the client wait.

mod frames;
mod outbox;

use std::io::{Read, Write};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::message::{self, Message};
use super::watchdog::Watchdog;
pub use frames::{Frames, Incoming, MAX_BODY_BYTES};
pub use outbox::Outbox;

/// No client writes an `exit` that is longer.
const MAX_EXIT_BYTES: usize = 100;

/// Starts to read: everything that arrives, in its order. The queue ends where the input ends.
/// The watchdog hears of the client's last word here, for the loop may be busy.
pub fn read(input: impl Read + Send + 'static, watchdog: Watchdog) -> UnboundedReceiver<Incoming> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        forward(input, &sender, &watchdog);
        watchdog.client_has_left();
    });
    receiver
}

fn forward(input: impl Read, sender: &UnboundedSender<Incoming>, watchdog: &Watchdog) {
    let mut frames = Frames::new(input);
    while let Some(incoming) = frames.next() {
        if is_exit(&incoming) {
            watchdog.client_has_left();
        }
        if sender.send(incoming).is_err() {
            return;
        }
    }
}

fn is_exit(incoming: &Incoming) -> bool {
    let Incoming::Body(body) = incoming else {
        return false;
    };
    // Messages that are as short are few, so that reading them twice costs nothing.
    body.len() < MAX_EXIT_BYTES
        && matches!(message::read(body), Message::Call(call) if call.method == "exit")
}

/// Standard input without the lock and the buffer of [`std::io::stdin`].
pub fn stdin() -> Box<dyn Read + Send> {
    match plain::stdin() {
        Ok(pipe) => Box::new(pipe),
        Err(_) => Box::new(std::io::stdin()),
    }
}

/// Standard output without the buffer of [`std::io::stdout`], which looks for line ends and so
/// writes each message in two pieces.
pub fn stdout() -> Box<dyn Write + Send> {
    match plain::stdout() {
        Ok(pipe) => Box::new(pipe),
        Err(_) => Box::new(std::io::stdout()),
    }
}

#[cfg(unix)]
mod plain {
    use std::io::{PipeReader, PipeWriter, Result};
    use std::os::fd::AsFd;

    pub fn stdin() -> Result<PipeReader> {
        Ok(std::io::stdin().as_fd().try_clone_to_owned()?.into())
    }

    pub fn stdout() -> Result<PipeWriter> {
        Ok(std::io::stdout().as_fd().try_clone_to_owned()?.into())
    }
}

#[cfg(windows)]
mod plain {
    use std::io::{PipeReader, PipeWriter, Result};
    use std::os::windows::io::AsHandle;

    pub fn stdin() -> Result<PipeReader> {
        Ok(std::io::stdin().as_handle().try_clone_to_owned()?.into())
    }

    pub fn stdout() -> Result<PipeWriter> {
        Ok(std::io::stdout().as_handle().try_clone_to_owned()?.into())
    }
}
