//! Fast access to the children of large collections.

use std::collections::HashMap;

use super::target::name_of;
use crate::model::walk::members;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;

/// Children of collections by the tokens of pointers. A collection that is used often gets a table;
/// otherwise a reference to each of its items would cost quadratic time.
#[derive(Debug, Default)]
pub(in crate::model) struct ChildIndex<'t> {
    tables: HashMap<(usize, u32), Table<'t>>,
}

#[derive(Debug, Default)]
struct Table<'t> {
    uses: usize,
    items: Vec<Node<'t>>,
    fields: HashMap<&'t str, Entry<'t>>,
}

/// How often a collection is used before it gets a table.
const MIN_USES: usize = 32;

impl<'t> ChildIndex<'t> {
    /// The child at a token of a pointer, with aliases resolved.
    pub(super) fn child(
        &mut self,
        tree: &'t Tree,
        node: Node<'t>,
        token: &str,
    ) -> Option<Node<'t>> {
        Some(self.entry(tree, node, &name_of(token))?.1)
    }

    /// The same for the key that a token stands for, with the key as it is written. Items have none.
    pub(in crate::model) fn entry(
        &mut self,
        tree: &'t Tree,
        node: Node<'t>,
        name: &str,
    ) -> Option<(Option<Node<'t>>, Node<'t>)> {
        let node = tree.resolve(node)?;
        let table = self.tables.entry(node.identity()).or_default();
        table.uses += 1;
        if table.uses == MIN_USES {
            table.fill(tree, node);
        }
        let is_filled = table.uses >= MIN_USES;
        let (key, child) = if node.is_sequence() {
            let index: usize = name.parse().ok()?;
            let item = match is_filled {
                true => *table.items.get(index)?,
                false => node.items().nth(index)?,
            };
            (None, item)
        } else {
            let entry = match is_filled {
                true => *table.fields.get(name)?,
                false => tree.field(node, name)?,
            };
            (Some(entry.key), entry.value)
        };
        Some((key, tree.resolve(child)?))
    }
}

impl<'t> Table<'t> {
    fn fill(&mut self, tree: &'t Tree, node: Node<'t>) {
        self.items = node.items().collect();
        let fields = members(tree, node).into_iter();
        let fields = fields.filter(|entry| entry.key.is_scalar());
        // Of duplicate keys the last one wins.
        self.fields = fields.map(|entry| (entry.key.value(), entry)).collect();
    }
}
