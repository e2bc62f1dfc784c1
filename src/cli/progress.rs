//! How far a long run is, on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends sooner shows nothing.
const DELAY: Duration = Duration::from_millis(500);

const TEMPLATE: &str = "{msg} {wide_bar} {pos}/{len}";

/// A bar on standard error, if that is a terminal.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// Whether it waits for its time.
    is_waiting: AtomicBool,
}

impl Progress {
    /// Nothing is shown yet; if it is quiet, nothing ever is.
    pub fn new(is_quiet: bool) -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            start: Instant::now(),
            is_waiting: AtomicBool::new(!is_quiet && stderr().is_terminal()),
        }
    }

    /// Begins a part of the run with so many steps.
    pub fn begin(&self, what: &'static str, steps: usize) {
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        self.bar.set_message(what);
        self.bar.set_position(0);
        self.bar.set_length(steps as u64);
    }

    /// Counts a step.
    pub fn step(&self) {
        let is_time = || self.start.elapsed() >= DELAY;
        if self.is_waiting.load(Ordering::Relaxed) && is_time() {
            self.is_waiting.store(false, Ordering::Relaxed);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// Does something that prints.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
