//! Reads the chunks of a long text on several threads.
//!
//! A chunk depends only on its own text, so it does not matter which thread reads it and when.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread::{self, ScopedJoinHandle};

use super::{ChunkReader, Context};
use crate::syntax::chunk::Child;

/// Shorter texts are read on one thread: they take only a millisecond or two.
pub(in crate::syntax) const PARALLEL_ABOVE: usize = 256 << 10;

/// The largest number of threads for one text.
const MAX_THREADS: usize = 4;

/// The largest chunk must be this many times smaller than a thread's share, so that no thread waits
/// long for another. Otherwise the chunks inside that one are distributed.
const EVEN: usize = 4;

/// The number of threads that a text may be read on.
pub(super) fn threads() -> usize {
    static THREADS: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
    THREADS.min(MAX_THREADS)
}

impl ChunkReader<'_> {
    /// The children of a branch. The first starts at `at`.
    pub(super) fn children(
        &mut self,
        text: &str,
        at: usize,
        lengths: &[usize],
        context: Context,
    ) -> Vec<Child> {
        if self.threads == 1 || !pays(text.len(), lengths, self.threads) {
            return self.chunks(text, at, lengths, context);
        }
        let mut children = Vec::with_capacity(lengths.len());
        thread::scope(|scope| {
            let mut start = 0;
            let mut shares = Vec::new();
            for lengths in shares_of(lengths, text.len().div_ceil(self.threads)) {
                let from = start;
                start += lengths.iter().sum::<usize>();
                let text = &text[from..start];
                let (format, split_above) = (self.format, self.split_above);
                let read = move || {
                    let mut reader = ChunkReader::new(format, split_above, None);
                    reader.threads = 1;
                    let chunks = reader.chunks(text, at + from, lengths, context);
                    (chunks, reader.work)
                };
                shares.push(Started::new(scope, read));
            }
            for share in shares {
                let (chunks, work) = share.finish();
                children.extend(chunks);
                self.work.bytes += work.bytes;
                self.work.chunks += work.chunks;
            }
        });
        children
    }
}

/// Work on another thread, or on this one if no thread could be started.
pub(in crate::syntax) enum Started<'scope, T, F> {
    Running(ScopedJoinHandle<'scope, T>),
    Refused(F),
}

impl<'scope, T, F> Started<'scope, T, F>
where
    T: Send + 'scope,
    F: FnOnce() -> T + Copy + Send + 'scope,
{
    pub fn new<'env>(scope: &'scope thread::Scope<'scope, 'env>, work: F) -> Self {
        match thread::Builder::new().spawn_scoped(scope, work) {
            Ok(thread) => Self::Running(thread),
            Err(_) => Self::Refused(work),
        }
    }

    /// The result. Resumes a panic of the other thread.
    pub fn finish(self) -> T {
        match self {
            Self::Running(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Self::Refused(work) => work(),
        }
    }
}

/// Whether it pays to read children with these lengths on several threads.
fn pays(length: usize, lengths: &[usize], threads: usize) -> bool {
    let largest = lengths.iter().max().copied().unwrap_or(length);
    length > PARALLEL_ABOVE && largest <= length / threads / EVEN
}

/// Consecutive lengths in shares of about this many bytes.
fn shares_of(lengths: &[usize], share: usize) -> Vec<&[usize]> {
    let mut shares = Vec::new();
    let mut from = 0;
    let mut sum = 0;
    for (at, length) in lengths.iter().enumerate() {
        sum += length;
        if sum >= share {
            shares.push(&lengths[from..=at]);
            from = at + 1;
            sum = 0;
        }
    }
    if from < lengths.len() {
        shares.push(&lengths[from..]);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::format::Format;
    use crate::syntax::leaf::Frame;

    /// Entries of all kinds (long, short, valid, broken) until the text is long.
    fn body() -> (String, Vec<usize>) {
        let mut text = String::new();
        let mut lengths = Vec::new();
        for number in (0..400).cycle() {
            let entry = match number % 5 {
                0 => format!("k{number}: [a, b\n"),
                1 => format!("k{number}:\n{}", "  a: b\n".repeat(number)),
                2 => "twice: 1\n".to_owned(),
                3 => format!("k{number}: &a {{x: '\u{e9}'}}\nj{number}: *a\n"),
                _ => format!("k{number}:\n  - a: |\n      b\n    c: d\n"),
            };
            lengths.push(entry.len());
            text.push_str(&entry);
            if text.len() > PARALLEL_ABOVE {
                break;
            }
        }
        (text, lengths)
    }

    #[test]
    fn several_threads_read_what_one_reads() {
        let (text, lengths) = body();
        let context = Context {
            frame: Frame::Entries,
            depth: 1,
        };
        let read = |threads| {
            let mut reader = ChunkReader::new(Format::Yaml, 256, None);
            reader.threads = threads;
            let children = reader.children(&text, 7, &lengths, context);
            (format!("{children:?}"), reader.work)
        };
        let alone = read(1);
        for threads in [2, 3, 7] {
            assert!(pays(text.len(), &lengths, threads));
            assert!(read(threads) == alone, "{threads}");
        }
    }

    #[test]
    fn only_long_texts_of_even_chunks_are_shared_out() {
        assert!(!pays(PARALLEL_ABOVE, &[1], 2));
        assert!(!pays(4 << 20, &[2 << 20, 2 << 20], 2));
        assert!(pays(4 << 20, &[1 << 10; 4 << 10], 2));
        assert_eq!(shares_of(&[3, 3, 3, 1], 5), [&[3, 3][..], &[3, 1]]);
    }

    #[test]
    fn work_without_a_thread_is_done_all_the_same() {
        let refused: Started<'_, usize, _> = Started::Refused(|| 7);
        assert_eq!(refused.finish(), 7);
    }
}
