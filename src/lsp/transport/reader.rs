//! Who reads. While the loop has nothing to do it reads itself, so that no thread has to be woken
//! for a message, which costs several times what a keystroke does. While it is busy for long,
//! another thread reads in its place: the client never waits for the server, and what it says last
//! is heard.

use std::fmt;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::frames::{Frames, Incoming};
use crate::lsp::message::{self, Message};
use crate::lsp::watchdog::Watchdog;

/// No client writes an `exit` that is longer.
const MAX_EXIT_BYTES: usize = 100;

/// Messages of so many bytes may keep the loop busy.
const LARGE_BYTES: usize = 64 << 10;

/// A loop that was busy for so long will be so again.
const LONG: Duration = Duration::from_millis(5);

/// A loop that is busy for so long needs somebody who reads, whatever was expected.
const PATIENCE: Duration = Duration::from_millis(250);

/// Reads an input into a queue. A clone reads the same.
#[derive(Debug, Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// The deputy has something to do.
    called: Condvar,
    watchdog: Watchdog,
}

struct State {
    /// Away while somebody reads, and after the end.
    frames: Option<Frames<Box<dyn Read + Send>>>,
    /// Gone after the end.
    sender: Option<UnboundedSender<Incoming>>,
    /// The loop has nothing to do, but the deputy reads.
    loop_waits: bool,
    /// The deputy shall read as soon as nobody does.
    is_called: bool,
    /// The deputy sleeps until it is woken.
    is_asleep: bool,
    /// When the loop was given something to do.
    busy_since: Option<Instant>,
}

impl Reader {
    /// Reads `input` whenever [`Self::read`] is called, and until then on a thread of its own
    /// what cannot wait. The queue ends where the input ends.
    pub fn new(
        input: impl Read + Send + 'static,
        watchdog: Watchdog,
    ) -> (Self, UnboundedReceiver<Incoming>) {
        let (sender, receiver) = unbounded_channel();
        let reader = Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    frames: Some(Frames::new(Box::new(input))),
                    sender: Some(sender),
                    loop_waits: false,
                    is_called: false,
                    is_asleep: false,
                    busy_since: None,
                }),
                called: Condvar::new(),
                watchdog,
            }),
        };
        let deputy = Arc::clone(&reader.shared);
        std::thread::spawn(move || deputy.stand_in());
        (reader, receiver)
    }

    /// The loop has nothing to do: waits for the next message and queues it, with those that
    /// arrived together with it. Returns at once where the deputy reads.
    pub fn read(&self) {
        let mut state = self.shared.lock();
        let Some(mut frames) = state.frames.take() else {
            state.loop_waits = true;
            return;
        };
        let was_long = state
            .busy_since
            .is_some_and(|since| since.elapsed() >= LONG);
        drop(state);
        let batch = Batch::read(&mut frames);
        let mut state = self.shared.lock();
        state.busy_since = Some(Instant::now());
        state.is_called = was_long || batch.is_large;
        let wakes = std::mem::take(&mut state.is_asleep) || state.is_called;
        if self.shared.hand_over(&mut state, batch) {
            state.frames = Some(frames);
        }
        let has_ended = state.sender.is_none();
        drop(state);
        if wakes || has_ended {
            self.shared.called.notify_one();
        }
    }

    /// The loop goes on, for whatever reason. Should the deputy take it for waiting, it would let
    /// go of the input after a message, and the loop, which has found its queue empty before that,
    /// would read on and leave the message where it is.
    pub fn goes_on(&self) {
        self.shared.lock().loop_waits = false;
    }

    /// The loop has something to do that no message has brought, and wants to hear of messages
    /// meanwhile: the deputy reads, until the loop does again.
    pub fn call_deputy(&self) {
        let mut state = self.shared.lock();
        if state.frames.is_some() {
            state.is_called = true;
            drop(state);
            self.shared.called.notify_one();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads in the place of the loop whenever that is busy for long.
    fn stand_in(&self) {
        let mut state = self.lock();
        while state.sender.is_some() {
            let is_called = std::mem::take(&mut state.is_called);
            if is_called && let Some(frames) = state.frames.take() {
                drop(state);
                state = self.read_for_the_loop(frames);
                continue;
            }
            if state.frames.is_none() {
                // The loop reads. Whenever it comes to something, it says so.
                state.is_asleep = true;
                let waited = self.called.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let since = state.busy_since;
            let waited = self.called.wait_timeout(state, PATIENCE);
            let (woken, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            // Still at the same message.
            state.is_called |= timeout.timed_out() && since == state.busy_since;
        }
    }

    /// Reads until the loop waits for a message, or until the end.
    fn read_for_the_loop(&self, mut frames: Frames<Box<dyn Read + Send>>) -> MutexGuard<'_, State> {
        loop {
            let batch = Batch::read(&mut frames);
            let mut state = self.lock();
            let is_awaited = std::mem::take(&mut state.loop_waits);
            if is_awaited {
                state.busy_since = Some(Instant::now());
            }
            // Before the loop can come back it must find what it reads from.
            if !self.hand_over(&mut state, batch) {
                return state;
            }
            if is_awaited {
                state.frames = Some(frames);
                return state;
            }
        }
    }

    /// Queues what was read, in its order since the state is locked; `false` after the end.
    /// The watchdog hears of the client's last word here, for the loop may be busy.
    fn hand_over(&self, state: &mut State, batch: Batch) -> bool {
        let Some(sender) = &state.sender else {
            return false;
        };
        let mut is_open = true;
        for incoming in batch.messages {
            if is_exit(&incoming) {
                self.watchdog.client_has_left();
            }
            is_open &= sender.send(incoming).is_ok();
        }
        if batch.is_last {
            self.watchdog.client_has_left();
        }
        if batch.is_last || !is_open {
            state.sender = None;
            return false;
        }
        true
    }
}

/// What arrives together.
struct Batch {
    messages: Vec<Incoming>,
    is_large: bool,
    /// Whether the input has ended.
    is_last: bool,
}

impl Batch {
    /// Waits for one message, not for more.
    fn read(frames: &mut Frames<impl Read>) -> Self {
        let mut batch = Self {
            messages: Vec::with_capacity(1),
            is_large: false,
            is_last: false,
        };
        let mut bytes = 0;
        while batch.messages.is_empty() || frames.has_whole_message() {
            let Some(incoming) = frames.next() else {
                batch.is_last = true;
                break;
            };
            if let Incoming::Body(body) = &incoming {
                bytes += body.len();
            }
            batch.messages.push(incoming);
        }
        batch.is_large = bytes >= LARGE_BYTES;
        batch
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

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use super::*;
    use crate::lsp::transport;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn body(incoming: Option<Incoming>) -> Option<String> {
        match incoming? {
            Incoming::Body(body) => Some(String::from_utf8(body).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_loop_that_does_not_come_to_read_is_stood_in_for() {
        let (pipe, mut client) = std::io::pipe().unwrap();
        let (_reader, mut input) = Reader::new(pipe, Watchdog::default());
        for number in 0..3 {
            client
                .write_all(framed(&number.to_string()).as_bytes())
                .unwrap();
            assert_eq!(body(input.blocking_recv()), Some(number.to_string()));
        }
        drop(client);
        assert_eq!(input.blocking_recv(), None);
    }

    /// Large messages, after which the deputy reads, between small ones, after which it does not.
    #[test]
    fn whoever_reads_the_order_is_the_clients() {
        const MESSAGES: usize = 2_000;
        let expected = |number: usize| {
            let length = if number.is_multiple_of(7) {
                LARGE_BYTES
            } else {
                4
            };
            format!("{number:04}").repeat(length / 4)
        };
        let (pipe, mut client) = std::io::pipe().unwrap();
        let (reader, mut input) = Reader::new(pipe, Watchdog::default());
        let writing = std::thread::spawn(move || {
            for number in 0..MESSAGES {
                client
                    .write_all(framed(&expected(number)).as_bytes())
                    .unwrap();
            }
        });
        let runtime = transport::runtime(reader).unwrap();
        let read = async {
            for number in 0..MESSAGES {
                assert_eq!(body(input.recv().await), Some(expected(number)));
            }
            assert_eq!(input.recv().await, None);
        };
        runtime.block_on(read);
        writing.join().unwrap();
    }

    /// A client that waits for each answer, and a loop that is busy now and then, so that both
    /// read in turns: no message is left where it is.
    #[test]
    fn a_message_is_never_left_in_the_queue() {
        const MESSAGES: usize = 20_000;
        let (pipe, mut client) = std::io::pipe().unwrap();
        let (reader, mut input) = Reader::new(pipe, Watchdog::default());
        let (answer, answers) = std::sync::mpsc::channel();
        let asking = std::thread::spawn(move || {
            for number in 0..MESSAGES {
                // Now and then two at once, of which the second comes while the loop is at work.
                let count = 1 + usize::from(number.is_multiple_of(3));
                for _ in 0..count {
                    client.write_all(framed("message").as_bytes()).unwrap();
                }
                for _ in 0..count {
                    let patience = Duration::from_secs(30);
                    answers.recv_timeout(patience).unwrap();
                }
            }
        });
        let runtime = transport::runtime(reader.clone()).unwrap();
        runtime.block_on(async {
            let mut number = 0_usize;
            while input.recv().await.is_some() {
                number += 1;
                if number.is_multiple_of(2) {
                    reader.call_deputy();
                }
                if number.is_multiple_of(5) {
                    tokio::task::yield_now().await;
                }
                answer.send(()).unwrap();
            }
        });
        asking.join().unwrap();
    }

    /// Tasks beside the loop go on before it waits for the client.
    #[test]
    fn what_can_go_on_does_so_before_anything_is_waited_for() {
        let (pipe, mut client) = std::io::pipe().unwrap();
        let (reader, mut input) = Reader::new(pipe, Watchdog::default());
        let runtime = transport::runtime(reader).unwrap();
        runtime.spawn(async move {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            client.write_all(framed("from a task").as_bytes()).unwrap();
        });
        let read = runtime.block_on(input.recv());
        assert_eq!(body(read).as_deref(), Some("from a task"));
    }
}
