//! Ends the process when the client is gone and the loop is too busy to notice.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use tokio::sync::Notify;

/// How often to check whether the client's process still exists.
const PARENT_INTERVAL: Duration = Duration::from_secs(2);

/// A handle to the watching thread. Clones share the thread.
#[derive(Debug, Clone)]
pub struct Watchdog {
    events: Sender<WatchEvent>,
    /// Notified when the client's process is gone.
    is_orphaned: Arc<Notify>,
}

#[derive(Debug)]
enum WatchEvent {
    /// The client's process, as its entry in `/proc`.
    Process(PathBuf),
    ClientHasLeft,
}

impl Watchdog {
    /// Starts the watching thread. It calls `end` once the client has left or its process is gone
    /// and `patience` has passed; normally this process has ended by then.
    pub fn start(patience: Duration, end: impl FnOnce() + Send + 'static) -> Self {
        let (events, received) = channel();
        let is_orphaned = Arc::new(Notify::new());
        let watchdog = Self {
            events,
            is_orphaned: Arc::clone(&is_orphaned),
        };
        std::thread::spawn(move || {
            wait(&received, &is_orphaned);
            std::thread::sleep(patience);
            end();
        });
        watchdog
    }

    /// Watches the client's process, if `/proc` has it: the id of a client in another container
    /// means nothing here.
    pub fn remember(&self, process_id: u64) {
        let entry = PathBuf::from(format!("/proc/{process_id}"));
        if entry.exists() {
            let _ = self.events.send(WatchEvent::Process(entry));
        }
    }

    /// Notes that the client has sent its last message; the loop may not have handled it yet.
    pub fn client_has_left(&self) {
        let _ = self.events.send(WatchEvent::ClientHasLeft);
    }

    /// Waits until the client's process is gone. A loop that is too busy for this future is ended
    /// by the thread instead.
    pub async fn orphaned(&self) {
        self.is_orphaned.notified().await;
    }
}

fn wait(events: &Receiver<WatchEvent>, is_orphaned: &Notify) {
    let mut process: Option<PathBuf> = None;
    loop {
        match events.recv_timeout(PARENT_INTERVAL) {
            Ok(WatchEvent::Process(entry)) => process = Some(entry),
            Err(RecvTimeoutError::Timeout) => {
                if process.as_ref().is_some_and(|entry| !entry.exists()) {
                    is_orphaned.notify_one();
                    return;
                }
            }
            Ok(WatchEvent::ClientHasLeft) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_end_comes_when_the_client_has_left_and_not_before() {
        let (sender, ended) = channel();
        let watchdog = Watchdog::start(Duration::ZERO, move || sender.send(()).unwrap());
        watchdog.remember(std::process::id().into());
        let early = ended.recv_timeout(Duration::from_millis(1));
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
        watchdog.client_has_left();
        ended.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
