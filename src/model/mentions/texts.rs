//! All texts of a document, found in one walk: a look into the tree for each name would take the
//! square of the length.

use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// The values of these keys are data, in which a `$ref` refers to nothing.
const DATA: [&str; 2] = ["example", "examples"];

/// The scalars and aliases of a document.
#[derive(Debug)]
pub(super) struct Texts<'t> {
    /// All of them in the order of the text; a key has its value.
    all: Vec<(Node<'t>, Option<Node<'t>>)>,
    /// The values of `$ref`, as they are written.
    pub references: Vec<Node<'t>>,
}

impl<'t> Texts<'t> {
    pub fn of(tree: &'t Tree) -> Self {
        let mut texts = Self {
            all: Vec::new(),
            references: Vec::new(),
        };
        let mut open = vec![(tree.root(), false)];
        while let Some((node, is_data)) = open.pop() {
            texts.add(node, None);
            for Entry { key, value } in node.entries() {
                texts.add(key, Some(value));
                if key.value() == "$ref" && key.is_scalar() && !is_data {
                    texts.references.push(value);
                }
                open.push((value, is_data || DATA.contains(&key.value())));
            }
            open.extend(node.items().map(|item| (item, is_data)));
        }
        texts.all.sort_by_key(|(text, _)| text.range().start());
        texts
    }

    fn add(&mut self, node: Node<'t>, value: Option<Node<'t>>) {
        if node.is_scalar() || node.kind() == NodeKind::Alias {
            self.all.push((node, value));
        }
    }

    /// The text of exactly this range.
    pub fn at(&self, range: TextRange) -> Option<Node<'t>> {
        let mut here = self.from(range.start()).iter();
        let found = here.find(|(text, _)| text.range() == range);
        found.map(|(text, _)| *text)
    }

    /// The entry whose key starts there.
    pub fn entry(&self, start: usize) -> Option<Entry<'t>> {
        let (key, value) = self.from(start).iter().find(|(_, value)| value.is_some())?;
        let value = (*value)?;
        Some(Entry { key: *key, value })
    }

    /// The texts that start there.
    fn from(&self, start: usize) -> &[(Node<'t>, Option<Node<'t>>)] {
        let begin = self
            .all
            .partition_point(|(text, _)| text.range().start() < start);
        let end = self
            .all
            .partition_point(|(text, _)| text.range().start() <= start);
        self.all.get(begin..end).unwrap_or_default()
    }
}
