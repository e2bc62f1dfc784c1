//! Pieces of a long text, read on several threads.
//!
//! A piece is a function of its own text, so who reads it and when changes nothing but the time.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use super::{Builder, Context};
use crate::syntax::index::Piece;

/// Shorter texts are read on one thread: they take less than a millisecond or two.
pub(in crate::syntax) const TOGETHER_ABOVE: usize = 256 << 10;

/// Most threads that read one text.
const MAX_THREADS: usize = 4;

/// How much smaller than the share of a thread the largest piece must be, so that no thread
/// waits long for another. Where it is not, the pieces inside that one are shared out.
const EVEN: usize = 4;

/// Into how many parts a text with pieces of these lengths is shared out.
pub(super) fn parts(length: usize, pieces: &[usize]) -> usize {
    if length <= TOGETHER_ABOVE {
        return 1;
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.min(MAX_THREADS);
    let largest = pieces.iter().max().copied().unwrap_or(length);
    if largest > length / threads / EVEN {
        return 1;
    }
    threads
}

impl Builder {
    /// The pieces of a body, in its order. `at` is where the body starts in the document.
    pub(super) fn pieces_together(
        &mut self,
        body: &str,
        at: usize,
        lengths: &[usize],
        context: Context,
        parts: usize,
    ) -> Vec<Arc<Piece>> {
        let groups = groups(lengths, body.len().div_ceil(parts));
        let mut pieces = Vec::with_capacity(lengths.len());
        thread::scope(|scope| {
            let mut start = 0;
            let mut readers = Vec::new();
            for group in groups {
                let from = start;
                start += group.iter().sum::<usize>();
                let text = &body[from..start];
                let (format, cut_above) = (self.format, self.cut_above);
                readers.push(scope.spawn(move || {
                    let mut builder = Self::new(format, cut_above, super::Reuse::default());
                    builder.shares = false;
                    let pieces = builder.pieces_of(text, at + from, group, context);
                    (pieces, builder.work)
                }));
            }
            for reader in readers {
                match reader.join() {
                    Ok((read, work)) => {
                        pieces.extend(read);
                        self.work.bytes += work.bytes;
                        self.work.pieces += work.pieces;
                    }
                    Err(panic) => resume_unwind(panic),
                }
            }
        });
        pieces
    }
}

/// Neighbouring lengths in groups of about `share` bytes.
fn groups(lengths: &[usize], share: usize) -> Vec<&[usize]> {
    let mut groups = Vec::new();
    let mut from = 0;
    let mut sum = 0;
    for (at, length) in lengths.iter().enumerate() {
        sum += length;
        if sum >= share {
            groups.push(&lengths[from..=at]);
            from = at + 1;
            sum = 0;
        }
    }
    if from < lengths.len() {
        groups.push(&lengths[from..]);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::build::Reuse;
    use crate::syntax::cut::plan::Role;
    use crate::syntax::document::Format;

    /// Entries of all kinds: long and short, sound and broken.
    fn body() -> (String, Vec<usize>) {
        let entries: Vec<String> = (0..400)
            .map(|number| match number % 5 {
                0 => format!("k{number}: [a, b\n"),
                1 => format!("k{number}:\n{}", "  a: b\n".repeat(number)),
                2 => "twice: 1\n".to_owned(),
                3 => format!("k{number}: &a {{x: '\u{e9}'}}\nj{number}: *a\n"),
                _ => format!("k{number}:\n  - a: |\n      b\n    c: d\n"),
            })
            .collect();
        let lengths = entries.iter().map(String::len).collect();
        (entries.concat(), lengths)
    }

    #[test]
    fn several_threads_read_what_one_reads() {
        let (text, lengths) = body();
        let context = Context {
            role: Role::Entry,
            depth: 1,
        };
        let builder = || Builder::new(Format::Yaml, 256, Reuse::default());
        let mut alone = builder();
        let expected = alone.pieces_of(&text, 7, &lengths, context);
        for parts in [1, 2, 3, 7, 1000] {
            let mut together = builder();
            let pieces = together.pieces_together(&text, 7, &lengths, context, parts);
            assert_eq!(pieces.len(), expected.len());
            assert_eq!(format!("{pieces:?}"), format!("{expected:?}"), "{parts}");
            assert_eq!(together.work, alone.work);
        }
    }

    #[test]
    fn only_long_texts_of_even_pieces_are_shared_out() {
        assert_eq!(parts(TOGETHER_ABOVE, &[1]), 1);
        assert_eq!(parts(4 << 20, &[2 << 20, 2 << 20]), 1);
        assert!(parts(4 << 20, &[1 << 10; 4 << 10]) <= MAX_THREADS);
        assert_eq!(groups(&[3, 3, 3, 1], 5), [&[3, 3][..], &[3, 1]]);
    }
}
