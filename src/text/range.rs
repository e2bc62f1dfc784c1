//! Half-open ranges of bytes.

/// A half-open range of bytes, `start..end`.
///
/// Documents have millions of ranges and at most 64 MiB, so that 32 bits hold a byte's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    /// A range; an end before the start gives an empty range at the start. What is behind 4 GiB
    /// falls on that place.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start: offset(start),
            end: offset(end.max(start)),
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

    /// The exclusive end; never less than the start.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end().saturating_sub(self.start())
    }

    /// Whether the range is empty.
    pub fn is_empty(self) -> bool {
        self.start == self.end
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
        self.start <= other.start && other.end <= self.end
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
        let base = offset(base);
        Self {
            start: self.start.wrapping_sub(base),
            end: self.end.wrapping_sub(base),
        }
    }

    /// The range that was [`Self::seen_from`] a base, in the document again.
    #[must_use]
    pub fn seen_from_zero(self, base: usize) -> Self {
        let base = offset(base);
        Self {
            start: self.start.wrapping_add(base),
            end: self.end.wrapping_add(base),
        }
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn cover(self, other: TextRange) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
