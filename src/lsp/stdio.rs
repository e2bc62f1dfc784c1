//! Standard input and output as queues, each with a thread. The queues are unbounded: a client that
//! does not read cannot stop the server from reading, and a busy server cannot stop the client from
//! writing.

use std::collections::HashMap;
use std::io::{BufWriter, PipeWriter, Read, Result, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::frames::Frames;
use super::message::{self, Message};
use super::watchdog::Watchdog;

/// Waiting messages are written together, up to so many bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// Starts the thread that reads. The queue ends when the input ends.
pub fn read(input: impl Read + Send + 'static, watchdog: Watchdog) -> UnboundedReceiver<Message> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let mut frames = Frames::new(input);
        while let Some(incoming) = frames.next() {
            let message = message::read(incoming);
            // Notify the watchdog here, because the loop may be busy for long.
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

/// Standard output without the line buffer of [`std::io::stdout`], which would split each message
/// into two writes.
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

/// The queue to the client. Clones share the queue.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: Sender<Outgoing>,
    /// Waiting messages that a newer one with the same key replaces.
    replaceable: Arc<Mutex<HashMap<String, Weak<Replaceable>>>>,
}

/// A body, or `None` once it is written or replaced.
type Replaceable = Mutex<Option<Vec<u8>>>;

#[derive(Debug)]
enum Outgoing {
    /// The body of a message.
    Body(Vec<u8>),
    /// The body of a message, unless it is replaced before it is written.
    Replaceable(Arc<Replaceable>),
    /// A request to confirm that everything before is written.
    Flush(Sender<()>),
}

impl Writer {
    /// Starts the thread that writes.
    pub fn new(output: impl Write + Send + 'static) -> Self {
        let (queue, messages) = channel();
        // After an error the client is gone; the end of the input will end the server.
        std::thread::spawn(move || write_all(&messages, output));
        Self {
            queue,
            replaceable: Arc::default(),
        }
    }

    /// Sends a message. Never waits.
    pub fn send(&self, message: &impl Serialize) {
        if let Ok(body) = serde_json::to_vec(message) {
            let _ = self.queue.send(Outgoing::Body(body));
        }
    }

    /// Sends a message, and drops the last one with this key if it still waits. Never waits.
    pub fn send_latest(&self, key: &str, message: &impl Serialize) {
        let Ok(body) = serde_json::to_vec(message) else {
            return;
        };
        let body = Arc::new(Mutex::new(Some(body)));
        let mut replaceable = lock(&self.replaceable);
        replaceable.retain(|_, waiting| waiting.strong_count() > 0);
        let old = replaceable.insert(key.to_owned(), Arc::downgrade(&body));
        if let Some(old) = old.and_then(|old| old.upgrade()) {
            lock(&old).take();
        }
        let _ = self.queue.send(Outgoing::Replaceable(body));
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
            Outgoing::Body(body) => write_message(&mut output, &body)?,
            Outgoing::Replaceable(body) => {
                // Taken out first, so that the lock is not held while the client does not read.
                let body = lock(&body).take();
                if let Some(body) = body {
                    write_message(&mut output, &body)?;
                }
            }
            Outgoing::Flush(done) => {
                output.flush()?;
                let _ = done.send(());
            }
        }
    }
}

fn write_message(output: &mut impl Write, body: &[u8]) -> Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(body)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The first message fills the pipe, so that the others wait until the client reads.
    #[test]
    fn a_waiting_message_is_replaced_by_the_next_one_of_its_key() {
        let (mut client, pipe) = std::io::pipe().unwrap();
        let writer = Writer::new(pipe);
        let large = "x".repeat(1 << 20);
        writer.send(&large);
        for (key, message) in [("a", 1), ("b", 2), ("a", 3), ("a", 4)] {
            writer.send_latest(key, &message);
        }
        writer.send(&5);
        drop(writer);
        let mut written = String::new();
        client.read_to_string(&mut written).unwrap();
        let bodies: Vec<&str> = written.split("Content-Length: ").skip(2).collect();
        assert_eq!(bodies, ["1\r\n\r\n2", "1\r\n\r\n4", "1\r\n\r\n5"]);
    }

    /// Large and small messages through a pipe that is full until the client reads.
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

    /// Some messages are longer than one read.
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
