//! Children that are read as one: a bracket or quote is open at the end of a child, and goes on in
//! lines that look like siblings.

use super::{ChunkReader, Context};
use crate::syntax::chunk::{Child, Chunk};
use crate::syntax::format::Format;
use crate::syntax::yaml;

impl ChunkReader<'_> {
    /// Joins the children of a branch where one goes on in the next ones. Returns also whether
    /// there was any. The first starts at `at`.
    pub(super) fn joined(
        &mut self,
        children: Vec<Child>,
        text: &str,
        at: usize,
        context: Context,
    ) -> (Vec<Child>, bool) {
        if self.format != Format::Yaml || !children.iter().any(Child::is_open) {
            return (children, false);
        }
        // Joined children are read anew: the previous tree is only walked forward.
        let previous = self.previous.take();
        // Many open brackets must not each search the whole text.
        let mut budget = 4 * text.len() + 4096;
        let mut joined = Vec::with_capacity(children.len());
        let mut is_joined = false;
        let mut start = 0;
        let mut rest = children.into_iter().peekable();
        while let Some(child) = rest.next() {
            let mut end = start + child.len();
            let continued = (child.open_place())
                .and_then(|open| yaml::continued_end(&text[start..], open, &mut budget))
                .map_or(0, |length| start + length);
            if continued <= end {
                joined.push(child);
            } else {
                while let Some(next) = rest.next_if(|_| end < continued) {
                    end += next.len();
                }
                is_joined = true;
                let whole = self.chunk(&text[start..end], at + start, context);
                // Where it goes on left of its own parent, splitting cuts it again.
                joined.push(if whole.is_open() {
                    Child::new(Chunk::Leaf(self.leaf(&text[start..end], context)))
                } else {
                    whole
                });
            }
            start = end;
        }
        self.previous = previous;
        (joined, is_joined)
    }
}
