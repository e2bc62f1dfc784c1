//! A node with the nodes that contain it.

use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::{Step, Tree, pointer_key};
use crate::text::range::TextRange;

/// A node and its ancestors.
#[derive(Debug, Clone)]
pub struct NodePath<'t> {
    tree: &'t Tree,
    /// From the root to the node itself. All but the last have the entry that leads to the next;
    /// items of lists have none.
    steps: Vec<(Node<'t>, Option<Entry<'t>>)>,
}

impl<'t> NodePath<'t> {
    /// The root.
    pub fn root(tree: &'t Tree) -> Self {
        Self {
            tree,
            steps: vec![(tree.root(), None)],
        }
    }

    /// The outermost node of exactly this range, else the innermost that contains it.
    pub fn of_range(tree: &'t Tree, range: TextRange) -> Option<Self> {
        Self::find(tree, range.start(), |node| node.range() == range)
            .or_else(|| Self::find_last(tree, range.start(), |node| node.range().contains(range)))
    }

    /// The outermost node that starts at the offset and is of that kind.
    pub fn of_start(tree: &'t Tree, start: usize, kind: NodeKind) -> Option<Self> {
        Self::find(tree, start, |node| {
            node.range().start() == start && node.kind() == kind
        })
    }

    /// The key that starts at the offset.
    pub fn of_key(tree: &'t Tree, start: usize) -> Option<Self> {
        let steps = tree.path_at(start);
        let at = steps.iter().rposition(|step| {
            step.entry
                .is_some_and(|entry| entry.key.range().start() == start)
        })?;
        let mut path = Self::up_to(tree, &steps, at);
        let entry = steps.get(at)?.entry?;
        if let Some(last) = path.steps.last_mut() {
            last.1 = Some(entry);
        }
        path.steps.push((entry.key, None));
        Some(path)
    }

    fn find(tree: &'t Tree, offset: usize, is_it: impl Fn(Node<'t>) -> bool) -> Option<Self> {
        let steps = tree.path_at(offset);
        let at = steps.iter().position(|step| is_it(step.node))?;
        Some(Self::up_to(tree, &steps, at))
    }

    fn find_last(tree: &'t Tree, offset: usize, is_it: impl Fn(Node<'t>) -> bool) -> Option<Self> {
        let steps = tree.path_at(offset);
        let at = steps.iter().rposition(|step| is_it(step.node))?;
        Some(Self::up_to(tree, &steps, at))
    }

    fn up_to(tree: &'t Tree, steps: &[Step<'t>], at: usize) -> Self {
        let mut way: Vec<_> = (steps.iter().take(at + 1))
            .map(|step| (step.node, step.entry))
            .collect();
        if let Some(last) = way.last_mut() {
            last.1 = None;
        }
        Self { tree, steps: way }
    }

    /// The tree.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// The node.
    pub fn node(&self) -> Node<'t> {
        let last = self.steps.last().map(|(node, _)| *node);
        last.unwrap_or_else(|| self.tree.root())
    }

    /// The entry whose key or value the node is.
    pub fn entry(&self) -> Option<Entry<'t>> {
        self.steps.iter().rev().nth(1)?.1
    }

    /// Whether the node is a key.
    pub fn is_key(&self) -> bool {
        let own = self.node().identity();
        self.entry()
            .is_some_and(|entry| entry.key.identity() == own)
    }

    /// The path of the parent.
    pub fn parent(&self) -> Option<Self> {
        let (_, parents) = self.steps.split_last()?;
        let (last, before) = parents.split_last()?;
        let mut steps = before.to_vec();
        steps.push((last.0, None));
        Some(Self {
            tree: self.tree,
            steps,
        })
    }

    /// The value of the entry whose key or value the node is.
    pub fn value(&self) -> Option<Self> {
        let entry = self.entry()?;
        let mut path = self.clone();
        path.steps.pop();
        path.steps.push((entry.value, None));
        Some(path)
    }

    /// A field of the node, without merge keys.
    pub fn field(&self, name: &str) -> Option<Self> {
        let entry = self.node().get(name)?;
        let mut path = self.clone();
        if let Some(last) = path.steps.last_mut() {
            last.1 = Some(entry);
        }
        path.steps.push((entry.value, None));
        Some(path)
    }

    /// An item of the node.
    pub fn item(&self, index: usize) -> Option<Self> {
        let item = self.node().items().nth(index)?;
        let mut path = self.clone();
        path.steps.push((item, None));
        Some(path)
    }

    /// The node at a JSON Pointer (RFC 6901) as it is written: aliases and merge keys are not
    /// followed.
    pub fn at_pointer(tree: &'t Tree, pointer: &str) -> Option<Self> {
        let mut path = Self::root(tree);
        for token in pointer.split('/').skip(1) {
            let token = pointer_key(token);
            path = if path.node().is_sequence() {
                path.item(token.parse().ok()?)?
            } else {
                path.field(&token)?
            };
        }
        Some(path)
    }

    /// Whether the node is a flow collection or inside of one.
    pub fn is_in_flow(&self) -> bool {
        self.steps
            .iter()
            .any(|(node, _)| matches!(node.kind(), NodeKind::FlowMapping | NodeKind::FlowSequence))
    }

    /// The keys from the root to the node; items of lists have none.
    pub fn keys(&self) -> Vec<&'t str> {
        (self.steps.iter())
            .take(self.steps.len().saturating_sub(1))
            .filter_map(|(_, entry)| entry.map(|entry| entry.key.value()))
            .collect()
    }
}
