//! What ends the server when its client is gone and the loop is too busy to notice.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// How often it is looked whether the client's process is still there.
const PARENT_INTERVAL: Duration = Duration::from_secs(2);

/// What is known of the client beside the loop. A clone knows the same.
#[derive(Debug, Clone, Default)]
pub struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    client: Mutex<Client>,
    /// The client has left.
    changed: Condvar,
    /// The client's process is gone, so that nothing will be read by anybody.
    is_orphaned: Notify,
}

#[derive(Debug, Default)]
struct Client {
    /// The entry of its process where the system shows processes as files.
    process: Option<PathBuf>,
    has_left: bool,
}

impl Watchdog {
    /// Starts to watch, on a thread of its own: when the client has left or its process is gone,
    /// `end` is called after `patience`, unless the process has ended by then.
    pub fn start(&self, patience: Duration, end: impl FnOnce() + Send + 'static) {
        let shared = Arc::clone(&self.shared);
        std::thread::spawn(move || {
            shared.wait();
            std::thread::sleep(patience);
            end();
        });
    }

    /// Remembers the process of the client, if this system shows processes as files and shows
    /// this one: a client in another container has a number that means nothing here.
    pub fn remember(&self, process_id: u64) {
        let entry = PathBuf::from(format!("/proc/{process_id}"));
        if entry.exists() {
            self.shared.lock().process = Some(entry);
        }
    }

    /// The client has said its last word, which the loop may not have come to yet.
    pub fn client_has_left(&self) {
        self.shared.lock().has_left = true;
        self.shared.changed.notify_all();
    }

    /// Waits until the client's process is gone. A loop that reads at that moment does not hear
    /// of it and is ended after the patience.
    pub async fn orphaned(&self) {
        self.shared.is_orphaned.notified().await;
    }
}

impl Shared {
    fn wait(&self) {
        let mut client = self.lock();
        while !client.has_left {
            if client.process.as_ref().is_some_and(|entry| !entry.exists()) {
                self.is_orphaned.notify_one();
                return;
            }
            let waited = self.changed.wait_timeout(client, PARENT_INTERVAL);
            client = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Client> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::mpsc::{RecvTimeoutError, channel};

    use super::*;

    #[test]
    fn the_end_comes_when_the_client_has_left_and_not_before() {
        let watchdog = Watchdog::default();
        let (sender, ended) = channel();
        watchdog.start(Duration::ZERO, move || sender.send(()).unwrap());
        watchdog.remember(std::process::id().into());
        let early = ended.recv_timeout(Duration::from_millis(1));
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
        watchdog.client_has_left();
        ended.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
