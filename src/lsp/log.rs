//! The log on standard error, as detailed as the client's trace level asks for. Standard output
//! belongs to the protocol.

use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use tower_lsp::ls_types::TraceValue;

use crate::text::printable::one_line;

/// How many lines wait for a client that does not read them; further ones are dropped.
const WAITING_LINES: usize = 1024;

/// How detailed a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// A problem with what the client sent or in this program; always written.
    Problem,
    /// A document was opened, the server started and the like.
    Event,
    /// Each message.
    Detail,
}

/// The log and its level.
#[derive(Debug)]
pub struct Log {
    level: AtomicU8,
    lines: SyncSender<String>,
}

impl Log {
    /// A log that writes problems only. Its thread ends when the log is dropped.
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

    /// Writes what panics here, not where a client that reads nothing would stop it.
    pub fn take_panics(&self) {
        let lines = self.lines.clone();
        std::panic::set_hook(Box::new(move |panic| {
            let words = panic.to_string().replace('\n', " ");
            _ = lines.try_send(format!("asyncapi-security-lsp: {}\n", one_line(&words)));
        }));
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

    /// Whether lines of this level are written.
    pub fn shows(&self, level: LogLevel) -> bool {
        level as u8 <= self.level.load(Ordering::Relaxed)
    }

    /// Writes a line if its level is written; only then is the message built.
    pub fn line(&self, level: LogLevel, message: impl FnOnce() -> String) {
        if self.shows(level) {
            // Names that clients send are written too.
            let line = format!("asyncapi-security-lsp: {}\n", one_line(&message()));
            // Never wait for the reader of the log.
            let _ = self.lines.try_send(line);
        }
    }
}
