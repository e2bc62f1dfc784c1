//! Half-open ranges of bytes.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;

/// A half-open range of bytes, `start..end`.
///
/// Documents have millions of ranges and at most 64 MiB. So an offset has 32 bits, and an
/// `Option` of a range takes no more space than the range.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextRange {
    start: u32,
    /// The complement of the end.
    not_end: NonZeroU32,
}

/// Offsets are below this number, and wrap around there.
const LIMIT: u64 = u32::MAX as u64;

impl TextRange {
    /// A range; an end before the start gives an empty range at the start. What is behind 4 GiB
    /// falls on that place.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |at: usize| (at as u64).min(LIMIT - 1);
        Self::of(offset(start), offset(end.max(start)))
    }

    /// Both offsets are below [`LIMIT`].
    fn of(start: u64, end: u64) -> Self {
        let narrow = |at: u64| u32::try_from(at).unwrap_or(u32::MAX - 1);
        Self {
            start: narrow(start),
            not_end: NonZeroU32::new(!narrow(end)).unwrap_or(NonZeroU32::MIN),
        }
    }

    /// The empty range at an offset.
    pub fn empty(at: usize) -> Self {
        Self::new(at, at)
    }

    /// The first byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The exclusive end; never less than the start, but where a range wrapped around.
    pub fn end(self) -> usize {
        !self.not_end.get() as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end().saturating_sub(self.start())
    }

    /// Whether the range is empty.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The same range with another start.
    #[must_use]
    pub fn with_start(self, start: usize) -> Self {
        Self::new(start, self.end())
    }

    /// The same range with another end.
    #[must_use]
    pub fn with_end(self, end: usize) -> Self {
        Self::new(self.start(), end)
    }

    /// Whether `offset` is inside or at one of the ends (where a cursor touches the range).
    pub fn touches(self, offset: usize) -> bool {
        self.start() <= offset && offset <= self.end()
    }

    /// Whether the other range is inside this one.
    pub fn contains(self, other: TextRange) -> bool {
        self.start() <= other.start() && other.end() <= self.end()
    }

    /// The same range, moved by `by` bytes.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start() + by, self.end() + by)
    }

    /// The same range, seen from `base`. A range before the base wraps around, and becomes right
    /// again with [`Self::seen_from_zero`].
    #[must_use]
    pub fn seen_from(self, base: usize) -> Self {
        self.turned(LIMIT - base as u64 % LIMIT)
    }

    /// The range that was [`Self::seen_from`] a base, in the document again.
    #[must_use]
    pub fn seen_from_zero(self, base: usize) -> Self {
        self.turned(base as u64)
    }

    fn turned(self, by: u64) -> Self {
        let turned = |at: usize| (at as u64 + by) % LIMIT;
        Self::of(turned(self.start()), turned(self.end()))
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn cover(self, other: TextRange) -> Self {
        Self::new(self.start().min(other.start()), self.end().max(other.end()))
    }
}

impl Ord for TextRange {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.start(), self.end()).cmp(&(other.start(), other.end()))
    }
}

impl PartialOrd for TextRange {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}..{}", self.start(), self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_before_its_base_comes_back() {
        for range in [(0, 0), (0, 9), (8, 9), (9, 10), (10, 11), (12, 40)] {
            let range = TextRange::new(range.0, range.1);
            for base in [0, 1, 9, 10, 11, 1 << 26] {
                let seen = range.seen_from(base);
                assert_eq!(seen.seen_from_zero(base), range, "{range:?} from {base}");
            }
        }
    }

    #[test]
    fn what_is_behind_4_gib_falls_on_that_place() {
        let range = TextRange::new(7, usize::MAX);
        assert_eq!((range.start(), range.end()), (7, u32::MAX as usize - 1));
        assert!(TextRange::empty(usize::MAX).is_empty());
    }

    #[test]
    fn ranges_are_in_the_order_of_their_starts() {
        let range = TextRange::new;
        let mut ranges = [range(3, 4), range(1, 9), range(1, 2), range(0, 90)];
        ranges.sort();
        assert_eq!(
            ranges,
            [range(0, 90), range(1, 2), range(1, 9), range(3, 4)]
        );
        assert_eq!(size_of::<Option<TextRange>>(), 8);
    }
}
