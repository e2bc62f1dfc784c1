//! What edits have kept of a text.

use super::range::TextRange;

/// The runs of bytes that edits have not changed, in order.
#[derive(Debug, Clone)]
pub struct Kept {
    runs: Vec<Run>,
    old_len: usize,
    new_len: usize,
}

/// The part in which two texts differ: before and after it they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Its start, in both texts.
    pub start: usize,
    /// Its end in the old text.
    pub old_end: usize,
    /// Its end in the new text.
    pub new_end: usize,
}

/// Bytes that are in both texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// Their offset in the old text.
    old: usize,
    /// Their offset in the new text.
    new: usize,
    len: usize,
}

impl Kept {
    /// All of a text with this many bytes.
    pub fn all(len: usize) -> Self {
        let runs = vec![Run {
            old: 0,
            new: 0,
            len,
        }];
        Self {
            runs,
            old_len: len,
            new_len: len,
        }
    }

    /// Records edits, each a range of the text after the edits before it and how many bytes replace
    /// it. Many edits from the end of a text to its start are recorded together.
    pub fn edit(&mut self, edits: &[(TextRange, usize)]) {
        let is_before = |pair: &[(TextRange, usize)]| match pair {
            [(last, _), (next, _)] => next.end() <= last.start(),
            _ => false,
        };
        let mut from = 0;
        for at in 1..=edits.len() {
            let is_end = edits.get(at - 1..=at).is_none_or(|pair| !is_before(pair));
            if is_end {
                let together = edits.get(from..at).unwrap_or_default();
                self.edit_backwards(together);
                from = at;
            }
        }
    }

    /// The same for edits of which each ends where the one before starts, or further ahead.
    fn edit_backwards(&mut self, edits: &[(TextRange, usize)]) {
        let mut runs = Vec::with_capacity(self.runs.len() + edits.len());
        let (mut inserted, mut removed) = (0, 0);
        let mut edits = edits.iter().rev().peekable();
        for run in &self.runs {
            let (mut start, end) = (run.new, run.new + run.len);
            let mut keep = |start: usize, end: usize, inserted: usize, removed: usize| {
                if start < end {
                    runs.push(Run {
                        old: run.old + start - run.new,
                        new: start + inserted - removed,
                        len: end - start,
                    });
                }
            };
            while let Some((range, new)) = edits.next_if(|(range, _)| range.end() <= end) {
                keep(start, range.start().max(start), inserted, removed);
                start = range.end().max(start);
                inserted += new;
                removed += range.len();
            }
            let open = edits
                .peek()
                .map_or(end, |(range, _)| range.start().min(end));
            keep(start, open, inserted, removed);
        }
        let rest = edits.map(|(range, new)| (new, range.len()));
        let (more, less) = rest.fold((0, 0), |(new, gone), (more, less)| {
            (new + more, gone + less)
        });
        self.runs = runs;
        self.new_len = self.new_len + inserted + more - removed - less;
    }

    /// The smallest range that covers all changes.
    pub fn changed(&self) -> Changed {
        let first = self.runs.first().filter(|run| run.old == 0 && run.new == 0);
        let last = self
            .runs
            .last()
            .filter(|run| run.old + run.len == self.old_len && run.new + run.len == self.new_len);
        let start = first.map_or(0, |run| run.len);
        Changed {
            start,
            old_end: last.map_or(self.old_len, |run| run.old.max(start)),
            new_end: last.map_or(self.new_len, |run| run.new.max(start)),
        }
    }

    /// Where a range of the new text started in the old one, if all its bytes were kept.
    pub fn start_before(&self, range: TextRange) -> Option<usize> {
        let after = self.runs.partition_point(|run| run.new <= range.start());
        let run = self.runs.get(after.checked_sub(1)?)?;
        (range.end() <= run.new + run.len).then(|| run.old + range.start() - run.new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_kept_reads_the_same_in_both_texts() {
        let edits = [
            (2, 4, "XY!"),
            (0, 0, "BEGIN "),
            (9, 9, "-"),
            (11, 30, ""),
            (3, 5, ""),
        ];
        let old = "abcdefghijklmnopqrstuvwxyz";
        let mut text = old.to_owned();
        let mut kept = Kept::all(old.len());
        for (start, end, new) in edits {
            let range = TextRange::new(start, end.min(text.len()));
            text.replace_range(range.start()..range.end(), new);
            kept.edit(&[(range, new.len())]);
            let mut letters = 0;
            for at in 0..text.len() {
                for end in at..=text.len() {
                    if let Some(before) = kept.start_before(TextRange::new(at, end)) {
                        assert_eq!(old[before..before + end - at], text[at..end]);
                        letters += usize::from(end == at + 1);
                    }
                }
            }
            let Changed {
                start,
                old_end,
                new_end,
            } = kept.changed();
            assert_eq!(old[..start], text[..start]);
            assert_eq!(old[old_end..], text[new_end..]);
            let stay = text.bytes().filter(u8::is_ascii_lowercase).count();
            assert_eq!(letters, stay, "{text} {kept:?}");
        }
    }

    proptest! {
        #[test]
        fn edits_are_recorded_together_as_one_by_one(
            places in prop::collection::vec((0_usize..40, 0_usize..6, 0_usize..4), 0..12),
            is_sorted in any::<bool>(),
        ) {
            let mut places = places;
            if is_sorted {
                places.sort_unstable_by(|one, other| other.cmp(one));
            }
            let mut len = 40;
            let mut edits = Vec::new();
            for (start, removed, inserted) in places {
                let start = start.min(len);
                let range = TextRange::new(start, (start + removed).min(len));
                len = len - range.len() + inserted;
                edits.push((range, inserted));
            }
            let (mut together, mut each) = (Kept::all(40), Kept::all(40));
            together.edit(&edits);
            for edit in &edits {
                each.edit(&[*edit]);
            }
            prop_assert_eq!(&together.runs, &each.runs);
            prop_assert_eq!(together.new_len, len);
            prop_assert_eq!(each.new_len, len);
        }
    }

    #[test]
    fn an_edit_in_the_middle_keeps_both_sides() {
        let mut kept = Kept::all(10);
        kept.edit(&[(TextRange::new(4, 6), 1)]);
        assert_eq!(kept.start_before(TextRange::new(0, 4)), Some(0));
        assert_eq!(kept.start_before(TextRange::new(5, 9)), Some(6));
        assert_eq!(kept.start_before(TextRange::new(3, 5)), None);
        let changed = |start, old_end, new_end| Changed {
            start,
            old_end,
            new_end,
        };
        assert_eq!(kept.changed(), changed(4, 6, 5));
        kept.edit(&[(TextRange::new(7, 7), 2)]);
        assert_eq!(kept.changed(), changed(4, 8, 9));
        kept.edit(&[(TextRange::new(0, 11), 3)]);
        assert_eq!(kept.changed(), changed(0, 10, 3));
        assert_eq!(kept.start_before(TextRange::new(0, 1)), None);
    }
}
