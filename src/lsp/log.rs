//! Lines for whoever looks for the reason of something: on standard error, as many as the client's
//! trace level asks for. Standard output belongs to the protocol.

use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use tower_lsp::ls_types::TraceValue;

/// More lines than this do not wait for a client that does not read them; they are dropped.
const WAITING_LINES: usize = 1024;

/// How much somebody must want to know to see a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Something is wrong with what the client sent, or with this program: always written.
    Problem,
    /// What happens to documents and to the server.
    Event,
    /// Each message.
    Detail,
}

/// A log with its level.
#[derive(Debug)]
pub struct Log {
    level: AtomicU8,
    lines: SyncSender<String>,
}

impl Log {
    /// A log that shows problems only. Its thread ends with it.
    pub fn new(mut output: impl Write + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel::<String>(WAITING_LINES);
        std::thread::spawn(move || {
            for line in waiting {
                if output.write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
        });
        Self {
            level: AtomicU8::new(LogLevel::Problem as u8),
            lines,
        }
    }

    /// Follows the client's trace level (LSP 3.17, `$/setTrace`).
    pub fn set_level(&self, trace: TraceValue) {
        let level = match trace {
            TraceValue::Off => LogLevel::Problem,
            TraceValue::Messages => LogLevel::Event,
            TraceValue::Verbose => LogLevel::Detail,
        };
        self.level.store(level as u8, Ordering::Relaxed);
    }

    /// Whether lines of this level are shown.
    pub fn shows(&self, level: LogLevel) -> bool {
        level as u8 <= self.level.load(Ordering::Relaxed)
    }

    /// Writes a line, if its level is shown; the message is made only then.
    pub fn line(&self, level: LogLevel, message: impl FnOnce() -> String) {
        if self.shows(level) {
            let line = format!("asyncapi-security-lsp: {}\n", message());
            // Never wait for whoever reads the log.
            let _ = self.lines.try_send(line);
        }
    }
}
