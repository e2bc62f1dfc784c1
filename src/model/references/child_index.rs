//! ChildIndex of collections, for many pointers into the same ones.

use std::collections::HashMap;

use super::target::name_of;
use crate::model::walk::members;
use crate::syntax::document::Tree;
use crate::syntax::node::Node;

/// ChildIndex of collections by the tokens of pointers. A collection that is asked often is put
/// into a table, or as many references as it has items would cost a square.
#[derive(Debug, Default)]
pub(super) struct ChildIndex<'t> {
    tables: HashMap<(usize, u32), Table<'t>>,
}

#[derive(Debug, Default)]
struct Table<'t> {
    asked: usize,
    items: Vec<Node<'t>>,
    fields: HashMap<&'t str, Node<'t>>,
}

/// How often a collection is asked before it gets a table.
const ASKED_OFTEN: usize = 32;

impl<'t> ChildIndex<'t> {
    /// The child that a token of a pointer means, with aliases followed.
    pub(super) fn child(
        &mut self,
        tree: &'t Tree,
        node: Node<'t>,
        token: &str,
    ) -> Option<Node<'t>> {
        let node = tree.resolve(node)?;
        let table = self.tables.entry(node.identity()).or_default();
        table.asked += 1;
        if table.asked == ASKED_OFTEN {
            table.fill(tree, node);
        }
        let is_filled = table.asked >= ASKED_OFTEN;
        let child = if node.is_sequence() {
            let index: usize = token.parse().ok()?;
            if is_filled {
                *table.items.get(index)?
            } else {
                node.items().nth(index)?
            }
        } else if is_filled {
            *table.fields.get(&*name_of(token))?
        } else {
            tree.field(node, &name_of(token))?.value
        };
        tree.resolve(child)
    }
}

impl<'t> Table<'t> {
    fn fill(&mut self, tree: &'t Tree, node: Node<'t>) {
        self.items = node.items().collect();
        let fields = members(tree, node).into_iter();
        let fields = fields.filter(|entry| entry.key.is_scalar());
        // Of repeated keys the last one counts.
        self.fields = fields
            .map(|entry| (entry.key.value(), entry.value))
            .collect();
    }
}
