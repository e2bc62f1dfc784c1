//! What is still to be written.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::direct::Direct;

/// As many bytes of messages are joined to one write.
const BATCH_BYTES: usize = 64 << 10;

/// Larger buffers are not kept.
const KEPT_BYTES: usize = 1 << 20;

const HEADER: &str = "Content-Length: ";

/// Room for the longest header.
const HEADER_BYTES: usize = HEADER.len() + 20 + 4;

/// A queue of messages to the client and the thread that writes them. A clone is the same queue.
///
/// A message that the client's pipe takes at once is not queued: to wake a thread for it costs
/// more than to write it.
#[derive(Debug, Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// Something changed: a message came, or all are written.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Outgoing>,
    /// How many messages have left the queue.
    gone: u64,
    /// Messages that a newer one of the same key takes the place of: their number since the start.
    replaceable: HashMap<String, u64>,
    /// What takes messages past the queue, where something can.
    direct: Option<Direct>,
    /// A buffer that is used again.
    spare: Vec<u8>,
    is_writing: bool,
    is_broken: bool,
}

/// A message with its header.
#[derive(Debug, Default)]
struct Outgoing {
    key: Option<String>,
    bytes: Vec<u8>,
    /// What of the bytes is written, or is none of the message.
    start: usize,
}

impl Outbox {
    /// Starts to write to `output`.
    pub fn new(output: impl Write + Send + 'static) -> Self {
        Self::with(output, None)
    }

    /// Starts to write to standard output.
    pub fn stdout() -> Self {
        Self::with(super::stdout(), Direct::stdout())
    }

    fn with(output: impl Write + Send + 'static, direct: Option<Direct>) -> Self {
        let queue = Queue {
            direct,
            ..Queue::default()
        };
        let outbox = Self {
            shared: Arc::new(Shared {
                queue: Mutex::new(queue),
                changed: Condvar::new(),
            }),
        };
        let shared = Arc::clone(&outbox.shared);
        std::thread::spawn(move || shared.write_all(output));
        outbox
    }

    /// Sends a message.
    pub fn send(&self, message: &impl Serialize) {
        self.write(None, |body| serde_json::to_writer(body, message).is_ok());
    }

    /// Sends a message that takes the place of the one of the same key, if that still waits.
    pub fn replace(&self, key: &str, message: &impl Serialize) {
        self.write(Some(key), |body| {
            serde_json::to_writer(body, message).is_ok()
        });
    }

    /// Sends a message that takes the place of the one of the same key, if that still waits.
    /// Its body is what `write` adds to the bytes.
    pub fn replace_with(&self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        self.write(Some(key), |body| {
            write(body);
            true
        });
    }

    /// Waits until everything is written, but no longer than `patience`.
    pub fn drain(&self, patience: Duration) {
        let until = Instant::now() + patience;
        let mut queue = self.shared.lock();
        while !queue.is_broken && (queue.is_writing || !queue.messages.is_empty()) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.shared.changed.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn write(&self, key: Option<&str>, write: impl FnOnce(&mut Vec<u8>) -> bool) {
        let mut bytes = std::mem::take(&mut self.shared.lock().spare);
        bytes.clear();
        bytes.resize(HEADER_BYTES, b' ');
        if !write(&mut bytes) {
            return;
        }
        let header = put_header(&mut bytes);
        let mut queue = self.shared.lock();
        let start = queue.write_directly(&bytes, header);
        if start == bytes.len() || queue.is_broken {
            queue.keep(bytes);
            return;
        }
        // What has begun must be written to its end.
        let key = key.filter(|_| start == header).map(str::to_owned);
        queue.push(Outgoing { key, bytes, start });
        let is_writing = queue.is_writing;
        drop(queue);
        if !is_writing {
            self.shared.changed.notify_all();
        }
    }
}

/// Writes the header before the body, into its room; returns where it starts.
fn put_header(bytes: &mut [u8]) -> usize {
    let header = format!("{HEADER}{}\r\n\r\n", bytes.len() - HEADER_BYTES);
    let start = HEADER_BYTES - header.len();
    bytes[start..HEADER_BYTES].copy_from_slice(header.as_bytes());
    start
}

impl Queue {
    /// Writes as much as the client takes at once, unless something older waits; returns from
    /// where the bytes are still to be written.
    fn write_directly(&mut self, bytes: &[u8], start: usize) -> usize {
        if self.is_writing || !self.messages.is_empty() {
            return start;
        }
        match self
            .direct
            .as_ref()
            .map(|direct| direct.write(&bytes[start..]))
        {
            Some(Some(written)) => start + written,
            Some(None) => {
                // The thread finds out what is the matter.
                self.direct = None;
                start
            }
            None => start,
        }
    }

    fn push(&mut self, outgoing: Outgoing) {
        if let Some(key) = &outgoing.key {
            let number = self.gone + self.messages.len() as u64;
            if let Some(waiting) = self.replaceable.get(key) {
                let index = usize::try_from(waiting - self.gone).unwrap_or(usize::MAX);
                if let Some(old) = self.messages.get_mut(index) {
                    *old = outgoing;
                    return;
                }
            }
            self.replaceable.insert(key.clone(), number);
        }
        self.messages.push_back(outgoing);
    }

    fn pop(&mut self) -> Option<Outgoing> {
        let outgoing = self.messages.pop_front()?;
        self.gone += 1;
        if let Some(key) = &outgoing.key {
            self.replaceable.remove(key);
        }
        Some(outgoing)
    }

    /// Takes the next messages off the queue: a large one as it is, small ones together.
    fn pop_batch(&mut self) -> Outgoing {
        let mut batch = self.pop().unwrap_or_default();
        while batch.bytes.len() < BATCH_BYTES {
            let Some(next) = self.pop() else { break };
            batch.bytes.extend_from_slice(&next.bytes[next.start..]);
        }
        batch
    }

    fn keep(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT_BYTES {
            self.spare = buffer;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut output: impl Write) {
        let mut queue = self.lock();
        loop {
            queue.is_writing = false;
            if queue.messages.is_empty() {
                self.changed.notify_all();
            }
            while queue.messages.is_empty() {
                let waited = self.changed.wait(queue);
                queue = waited.unwrap_or_else(PoisonError::into_inner);
            }
            queue.is_writing = true;
            let batch = queue.pop_batch();
            drop(queue);
            let written = output
                .write_all(&batch.bytes[batch.start..])
                .and_then(|()| output.flush());
            queue = self.lock();
            if written.is_err() {
                break;
            }
            queue.keep(batch.bytes);
        }
        // Nobody reads any more; the end of the input will end the server.
        queue.is_broken = true;
        queue.messages.clear();
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn bodies(queue: &mut Queue) -> Vec<String> {
        let mut bodies = Vec::new();
        while let Some(outgoing) = queue.pop() {
            bodies.push(String::from_utf8(outgoing.bytes).unwrap());
        }
        bodies
    }

    fn outgoing(key: Option<&str>, body: &str) -> Outgoing {
        Outgoing {
            key: key.map(str::to_owned),
            bytes: body.as_bytes().to_vec(),
            start: 0,
        }
    }

    #[test]
    fn what_is_overtaken_is_not_written() {
        let mut queue = Queue::default();
        for round in 0..3 {
            queue.push(outgoing(Some("a"), "a1"));
            queue.push(outgoing(None, "answer 1"));
            queue.push(outgoing(Some("b"), "b1"));
            queue.push(outgoing(Some("a"), "a2"));
            queue.push(outgoing(None, "answer 2"));
            queue.push(outgoing(Some("a"), "a3"));
            let written = bodies(&mut queue);
            assert_eq!(written, ["a3", "answer 1", "b1", "answer 2"], "{round}");
        }
    }

    /// An output that is never read from in between, so that the pipe fills.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_pipe_does_not_take_is_written_later_and_whole() {
        use std::io::Read;

        let (mut client, pipe) = std::io::pipe().unwrap();
        let direct = Direct::to(pipe.try_clone().unwrap().into());
        let outbox = Outbox::with(pipe, Some(direct));
        let mut expected = String::new();
        for number in 0..40 {
            let text = "x".repeat(number * 1_000);
            outbox.replace_with(&number.to_string(), |body| body.extend(text.as_bytes()));
            expected += &format!("Content-Length: {}\r\n\r\n{text}", text.len());
        }
        // The end of the pipe comes only with the last of its writers.
        let mut written = vec![0; expected.len()];
        client.read_exact(&mut written).unwrap();
        assert!(String::from_utf8(written).unwrap() == expected);
        outbox.drain(Duration::from_secs(60));
        assert!(outbox.shared.lock().direct.is_some());
    }
}
