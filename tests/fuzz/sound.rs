//! Properties that every leaf must have for every text.

use asyncapi_security_lsp::syntax::leaf::{Frame, Leaf, NodeKind};

/// The input as frame and depth, from the first two bytes, and text.
pub fn input(data: &[u8]) -> Option<(Frame, usize, &str)> {
    let (head, text) = data.split_at_checked(2)?;
    let frame = match head[0] % 3 {
        0 => Frame::Document,
        1 => Frame::Entries,
        _ => Frame::Items,
    };
    // Half of the depths are near the limit.
    let depth = if head[1] < 128 {
        0
    } else {
        400 + usize::from(head[1])
    };
    Some((frame, depth, std::str::from_utf8(text).ok()?))
}

/// Panics if ranges are not in the text, on character boundaries and nested, sizes are not
/// those of a preorder, or errors have no range, order or message.
pub fn check(text: &str, frame: Frame, leaf: &Leaf) {
    assert_eq!(leaf.text(), text);
    let nodes = leaf.nodes();
    assert_eq!(nodes[0].size as usize, nodes.len());
    match frame {
        Frame::Document => {}
        Frame::Entries => assert!(nodes[0].kind.is_mapping()),
        Frame::Items => assert!(nodes[0].kind.is_sequence()),
    }
    let mut open: Vec<(usize, u32, u32)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        assert!(text.get(node.start as usize..node.end as usize).is_some());
        while open.last().is_some_and(|(last, ..)| *last <= index) {
            open.pop();
        }
        let last = index + node.size as usize;
        if let Some((parent, start, end)) = open.last() {
            assert!(last <= *parent && *start <= node.start && node.end <= *end);
        }
        let is_leaf = node.kind.is_scalar() || node.kind == NodeKind::Missing;
        assert!(!is_leaf || node.size == 1);
        if node.kind.is_mapping() {
            assert!(has_pairs(leaf, index));
        }
        let _ = leaf.value(index as u32);
        open.push((last, node.start, node.end));
    }
    let mut before = 0;
    for error in leaf.errors() {
        let range = error.range;
        assert!(text.get(range.start()..range.end()).is_some());
        assert!(!range.is_empty() || text.is_empty());
        assert!(range.start() >= before && !error.message.is_empty());
        before = range.start();
    }
}

/// Whether the children of a mapping alternate between keys and values.
fn has_pairs(leaf: &Leaf, index: usize) -> bool {
    let nodes = leaf.nodes();
    let end = index + nodes[index].size as usize;
    let mut at = index + 1;
    let mut children = 0;
    while at < end {
        at += nodes[at].size as usize;
        children += 1;
    }
    at == end && children % 2 == 0
}
