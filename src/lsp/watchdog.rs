//! What ends the server when its client is gone and the loop is too busy to notice.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use tokio::sync::Notify;

/// How often it is looked whether the client's process is still there.
const PARENT_INTERVAL: Duration = Duration::from_secs(2);

/// Tells the thread that watches. A clone tells the same one.
#[derive(Debug, Clone)]
pub struct Watchdog {
    news: Sender<News>,
    /// The client's process is gone, so that nothing will be read by anybody.
    is_orphaned: Arc<Notify>,
}

#[derive(Debug)]
enum News {
    /// The entry of the client's process where the system shows processes as files.
    Process(PathBuf),
    ClientHasLeft,
}

impl Watchdog {
    /// Starts to watch, on a thread of its own: when the client has left or its process is gone,
    /// `end` is called after `patience`, unless the process has ended by then.
    pub fn start(patience: Duration, end: impl FnOnce() + Send + 'static) -> Self {
        let (news, received) = channel();
        let is_orphaned = Arc::new(Notify::new());
        let watchdog = Self {
            news,
            is_orphaned: Arc::clone(&is_orphaned),
        };
        std::thread::spawn(move || {
            wait(&received, &is_orphaned);
            std::thread::sleep(patience);
            end();
        });
        watchdog
    }

    /// Remembers the process of the client, if this system shows processes as files and shows
    /// this one: a client in another container has a number that means nothing here.
    pub fn remember(&self, process_id: u64) {
        let entry = PathBuf::from(format!("/proc/{process_id}"));
        if entry.exists() {
            let _ = self.news.send(News::Process(entry));
        }
    }

    /// The client has sent its last message, which the loop may not have come to yet.
    pub fn client_has_left(&self) {
        let _ = self.news.send(News::ClientHasLeft);
    }

    /// Waits until the client's process is gone. A loop that is busy at that moment is ended after
    /// the patience.
    pub async fn orphaned(&self) {
        self.is_orphaned.notified().await;
    }
}

fn wait(news: &Receiver<News>, is_orphaned: &Notify) {
    let mut process: Option<PathBuf> = None;
    loop {
        match news.recv_timeout(PARENT_INTERVAL) {
            Ok(News::Process(entry)) => process = Some(entry),
            Err(RecvTimeoutError::Timeout) => {
                if process.as_ref().is_some_and(|entry| !entry.exists()) {
                    is_orphaned.notify_one();
                    return;
                }
            }
            Ok(News::ClientHasLeft) | Err(RecvTimeoutError::Disconnected) => return,
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
