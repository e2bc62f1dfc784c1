//! Where in a document something stands, as a JSON Pointer (RFC 6901): it stays the same when lines
//! are added elsewhere.

use std::collections::HashMap;

use super::walk::push_token;
use crate::syntax::node::Node;
use crate::syntax::tree::{Step, Tree};
use crate::text::range::TextRange;

/// The pointers of one document.
#[derive(Debug)]
pub struct Pointers<'t> {
    tree: &'t Tree,
    /// Where the items of each list start that was asked about.
    items: HashMap<(usize, u32), Vec<usize>>,
}

impl<'t> Pointers<'t> {
    /// The pointers of a document.
    pub fn new(tree: &'t Tree) -> Self {
        Self {
            tree,
            items: HashMap::new(),
        }
    }

    /// The pointer to the innermost part of the document that has a range in it. A key stands for
    /// its entry.
    pub fn of(&mut self, range: TextRange) -> String {
        let steps = self.tree.path_at(range.start());
        let mut pointer = String::new();
        for (at, step) in steps.iter().enumerate() {
            match step.entry {
                Some(entry) => {
                    let key = entry.key.range();
                    if !key.contains(range) && !entry.value.range().contains(range) {
                        break;
                    }
                    push_token(&mut pointer, entry.key.value());
                }
                None => {
                    let item = steps
                        .get(at + 1)
                        .filter(|item| item.node.range().contains(range));
                    let Some(index) = item.and_then(|item| self.index(step, item)) else {
                        break;
                    };
                    push_token(&mut pointer, &index.to_string());
                }
            }
        }
        pointer
    }

    fn index(&mut self, list: &Step<'t>, item: &Step<'t>) -> Option<usize> {
        let start = |item: Node<'_>| item.range().start();
        let starts = self.items.entry(list.node.identity());
        let starts = starts.or_insert_with(|| list.node.items().map(start).collect());
        starts.binary_search(&start(item.node)).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::syntax::format::Format;

    #[test]
    fn a_pointer_leads_to_the_innermost_part() {
        let text = "a/b:\n  - x\n  - {c~: [1, 2], d: }\ne: f # g\n";
        let tree = Tree::parse(text, Format::Yaml);
        let mut pointers = Pointers::new(&tree);
        for (part, expected) in [
            ("a/b", "/a~1b"),
            ("- x", "/a~1b"),
            ("x", "/a~1b/0"),
            ("c~", "/a~1b/1/c~0"),
            ("2", "/a~1b/1/c~0/1"),
            ("d", "/a~1b/1/d"),
            ("c~: [1", "/a~1b/1"),
            ("f", "/e"),
            ("e: f", ""),
            ("g", ""),
        ] {
            let start = text.find(part).unwrap();
            let range = TextRange::new(start, start + part.len());
            assert_eq!(pointers.of(range), expected, "{part}");
        }
        assert_eq!(pointers.of(TextRange::empty(text.len())), "");
    }
}
