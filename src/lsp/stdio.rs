//! Standard input and output as queues. One thread reads and one writes, and neither queue has a
//! bound: a client that does not read cannot keep the server from reading, and a server that is
//! busy cannot keep the client from writing.

use std::io::{BufWriter, PipeWriter, Read, Result, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::frames::Frames;
use super::message::{self, Message};
use super::watchdog::Watchdog;

/// Messages that wait together are written together, up to so many bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// Reads on a thread of its own. The queue ends where the input ends.
pub fn read(input: impl Read + Send + 'static, watchdog: Watchdog) -> UnboundedReceiver<Message> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let mut frames = Frames::new(input);
        while let Some(incoming) = frames.next() {
            let message = message::read(incoming);
            // The watchdog is told here, for the loop may be busy for long.
            if matches!(&message, Message::Call(request) if request.method() == "exit") {
                watchdog.client_has_left();
            }
            if sender.send(message).is_err() {
                return;
            }
        }
        watchdog.client_has_left();
    });
    receiver
}

/// Standard output without the buffer of [`std::io::stdout`], which looks for line ends and would
/// write each message in two pieces.
pub fn stdout() -> Box<dyn Write + Send> {
    let stdout = std::io::stdout();
    #[cfg(unix)]
    let copy = std::os::fd::AsFd::as_fd(&stdout).try_clone_to_owned();
    #[cfg(windows)]
    let copy = std::os::windows::io::AsHandle::as_handle(&stdout).try_clone_to_owned();
    match copy {
        Ok(copy) => Box::new(PipeWriter::from(copy)),
        Err(_) => Box::new(stdout),
    }
}

/// The queue to the client. A clone is the same queue.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: Sender<Outgoing>,
}

#[derive(Debug)]
enum Outgoing {
    /// The body of a message.
    Body(Vec<u8>),
    /// Somebody waits until all that came before is written.
    Flush(Sender<()>),
}

impl Writer {
    /// Starts the thread that writes.
    pub fn new(output: impl Write + Send + 'static) -> Self {
        let (queue, messages) = channel();
        // After an error nobody reads any more; the end of the input will end the server.
        std::thread::spawn(move || write_all(&messages, output));
        Self { queue }
    }

    /// Sends a message; never waits.
    pub fn send(&self, message: &impl Serialize) {
        if let Ok(body) = serde_json::to_vec(message) {
            let _ = self.queue.send(Outgoing::Body(body));
        }
    }

    /// Waits until everything is written, but no longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let (sender, done) = channel();
        if self.queue.send(Outgoing::Flush(sender)).is_ok() {
            let _ = done.recv_timeout(patience);
        }
    }
}

fn write_all(messages: &Receiver<Outgoing>, output: impl Write) -> Result<()> {
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, output);
    loop {
        let outgoing = match messages.try_recv() {
            Ok(outgoing) => outgoing,
            Err(_) => {
                output.flush()?;
                let Ok(outgoing) = messages.recv() else {
                    return Ok(());
                };
                outgoing
            }
        };
        match outgoing {
            Outgoing::Body(body) => {
                write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
                output.write_all(&body)?;
            }
            Outgoing::Flush(done) => {
                output.flush()?;
                let _ = done.send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Large and small messages through a pipe that fills while nobody reads.
    #[test]
    fn what_the_pipe_does_not_take_is_written_later_and_whole() {
        let (mut client, pipe) = std::io::pipe().unwrap();
        let writer = Writer::new(pipe);
        let mut expected = String::new();
        for number in 0..40 {
            let body = format!("\"{}\"", "x".repeat(number * 10_000));
            writer.send(&body.trim_matches('"'));
            expected += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        }
        let reading = std::thread::spawn(move || {
            let mut written = String::new();
            client.read_to_string(&mut written).unwrap();
            written
        });
        writer.flush(Duration::from_secs(60));
        drop(writer);
        assert!(reading.join().unwrap() == expected);
    }

    /// Messages that are read in one go and messages that are not.
    #[test]
    fn messages_come_in_the_order_of_the_client() {
        const MESSAGES: usize = 2_000;
        let (pipe, mut client) = std::io::pipe().unwrap();
        let watchdog = Watchdog::start(Duration::ZERO, || {});
        let mut input = read(pipe, watchdog);
        let writing = std::thread::spawn(move || {
            for number in 0..MESSAGES {
                let padding = " ".repeat(if number.is_multiple_of(7) {
                    64 << 10
                } else {
                    0
                });
                let body = format!(r#"{{"jsonrpc":"2.0","method":"{number}"{padding}}}"#);
                write!(client, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
            }
        });
        for number in 0..MESSAGES {
            let Some(Message::Call(request)) = input.blocking_recv() else {
                panic!("{number} is missing");
            };
            assert_eq!(request.method(), number.to_string());
        }
        assert!(input.blocking_recv().is_none());
        writing.join().unwrap();
    }
}
