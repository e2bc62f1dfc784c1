//! Marks among the children of a long collection, so that a child is found without a walk over all
//! those before it.

use super::{Leaf, NodeData, offset};

/// One of so many children has a mark. An even number, so that in a mapping each is a key.
const STEP: usize = 64;

/// A mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) collection: u32,
    child: u32,
}

/// The marks of all collections, by collection and then by child.
pub(super) fn of(nodes: &[NodeData]) -> Vec<Mark> {
    struct Open {
        index: usize,
        end: usize,
        children: usize,
    }
    let mut marks = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut index = 0;
    while let Some(node) = nodes.get(index) {
        while open.pop_if(|last| last.end <= index).is_some() {}
        if let Some(parent) = open.last_mut() {
            if parent.children > 0 && parent.children.is_multiple_of(STEP) {
                marks.push(Mark {
                    collection: offset(parent.index),
                    child: offset(index),
                });
            }
            parent.children += 1;
        }
        let size = node.size as usize;
        if size <= STEP {
            index += size.max(1);
        } else {
            open.push(Open {
                index,
                end: index + size,
                children: 0,
            });
            index += 1;
        }
    }
    marks.sort_unstable();
    marks
}

impl Leaf {
    /// A child of a collection that starts before an offset of the leaf, with few children between
    /// them: a key in a mapping, an item in a sequence. `None` where the first child is near.
    pub fn child_before(&self, collection: u32, at: usize) -> Option<u32> {
        let marks = self.rare.as_ref().map_or(&[][..], |rare| &rare.marks);
        let starts_before = |child: u32| {
            self.node(child)
                .is_some_and(|node| (node.start as usize) < at)
        };
        let next = marks.partition_point(|mark| {
            mark.collection < collection
                || mark.collection == collection && starts_before(mark.child)
        });
        let mark = marks.get(next.checked_sub(1)?)?;
        (mark.collection == collection).then_some(mark.child)
    }
}
