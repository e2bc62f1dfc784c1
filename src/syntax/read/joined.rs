//! Children that are read as one: a bracket or quote is open at the end of a child, and goes on in
//! lines that look like siblings.

use super::{ChunkReader, Context};
use crate::syntax::chunk::Child;
use crate::syntax::format::Format;
use crate::syntax::yaml;

impl ChunkReader<'_> {
    /// Joins the children of a branch where one goes on in the next ones. Returns also whether
    /// there was any.
    ///
    /// What is joined is read again by each edit of its branch, also outside of it: it is no child
    /// that the split knows, so that the previous tree has nothing to compare it with. Only text
    /// that YAML does not allow comes here, and nearly always a few lines.
    pub(super) fn joined(
        &mut self,
        children: Vec<Child>,
        text: &str,
        context: Context,
    ) -> (Vec<Child>, bool) {
        if self.format != Format::Yaml || !children.iter().any(Child::is_open) {
            return (children, false);
        }
        // Joined children are read anew: the previous tree is only walked forward.
        let previous = self.previous.take();
        // Many open brackets must not each search or read the whole text.
        let mut budget = 16 * text.len() + 4096;
        let mut joined = Vec::with_capacity(children.len());
        let mut is_joined = false;
        let mut start = 0;
        let mut rest = children.into_iter().peekable();
        while let Some(child) = rest.next() {
            let mut whole = child;
            let mut end = start + whole.len();
            // What is joined may end with another one that goes on.
            while let Some(open) = whole.open_place()
                && let Some(length) = yaml::continued_end(&text[start..], open, &mut budget)
                && start + length > end
                && budget > length
            {
                while let Some(next) = rest.next_if(|_| end < start + length) {
                    end += next.len();
                }
                is_joined = true;
                budget = budget.saturating_sub(end - start);
                // Splitting would cut it again, and join it again on each level.
                whole = Child::joined(self.leaf(&text[start..end], context));
            }
            joined.push(whole);
            start = end;
        }
        self.previous = previous;
        (joined, is_joined)
    }
}
