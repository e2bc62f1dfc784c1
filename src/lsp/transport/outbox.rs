//! What is still to be written.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// As many bytes of messages are joined to one write.
const BATCH_BYTES: usize = 64 << 10;

/// A queue of messages to the client and the thread that writes them. A clone is the same queue.
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
    is_writing: bool,
    is_broken: bool,
}

#[derive(Debug)]
struct Outgoing {
    key: Option<String>,
    body: Vec<u8>,
}

impl Outbox {
    /// Starts to write to `output`.
    pub fn new(output: impl Write + Send + 'static) -> Self {
        let outbox = Self {
            shared: Arc::new(Shared {
                queue: Mutex::default(),
                changed: Condvar::new(),
            }),
        };
        let shared = Arc::clone(&outbox.shared);
        std::thread::spawn(move || shared.write_all(output));
        outbox
    }

    /// Queues a message.
    pub fn send(&self, message: &impl Serialize) {
        if let Ok(body) = serde_json::to_vec(message) {
            self.push(Outgoing { key: None, body });
        }
    }

    /// Queues a message that takes the place of the one of the same key, if that still waits.
    pub fn replace(&self, key: &str, message: &impl Serialize) {
        if let Ok(body) = serde_json::to_vec(message) {
            let key = Some(key.to_owned());
            self.push(Outgoing { key, body });
        }
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

    fn push(&self, outgoing: Outgoing) {
        let mut queue = self.shared.lock();
        if queue.is_broken {
            return;
        }
        queue.push(outgoing);
        let is_writing = queue.is_writing;
        drop(queue);
        if !is_writing {
            self.shared.changed.notify_all();
        }
    }
}

impl Queue {
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

    /// Takes the next messages off the queue, each with its header.
    fn take_batch(&mut self, batch: &mut Vec<u8>) {
        batch.clear();
        while batch.len() < BATCH_BYTES {
            let Some(outgoing) = self.messages.pop_front() else {
                return;
            };
            self.gone += 1;
            if let Some(key) = &outgoing.key {
                self.replaceable.remove(key);
            }
            let header = format!("Content-Length: {}\r\n\r\n", outgoing.body.len());
            batch.extend_from_slice(header.as_bytes());
            batch.extend_from_slice(&outgoing.body);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut output: impl Write) {
        let mut batch = Vec::new();
        loop {
            let mut queue = self.lock();
            queue.is_writing = false;
            if queue.messages.is_empty() {
                self.changed.notify_all();
            }
            while queue.messages.is_empty() {
                let waited = self.changed.wait(queue);
                queue = waited.unwrap_or_else(PoisonError::into_inner);
            }
            queue.is_writing = true;
            queue.take_batch(&mut batch);
            drop(queue);
            if output
                .write_all(&batch)
                .and_then(|()| output.flush())
                .is_err()
            {
                break;
            }
            if batch.capacity() > 16 * BATCH_BYTES {
                batch = Vec::new();
            }
        }
        // Nobody reads any more; the end of the input will end the server.
        let mut queue = self.lock();
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
        while let Some(outgoing) = queue.messages.pop_front() {
            queue.gone += 1;
            if let Some(key) = &outgoing.key {
                queue.replaceable.remove(key);
            }
            bodies.push(String::from_utf8(outgoing.body).unwrap());
        }
        bodies
    }

    fn outgoing(key: Option<&str>, body: &str) -> Outgoing {
        Outgoing {
            key: key.map(str::to_owned),
            body: body.as_bytes().to_vec(),
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
}
