//! What a selection grows to: word, name, value, entry, object, and so on to the whole document.

use crate::analysis::Analysis;
use crate::edits::layout::entry_range;
use crate::model::DocumentKind;
use crate::syntax::node::Node;
use crate::syntax::written;
use crate::text::Text;
use crate::text::range::TextRange;

/// The ranges around an offset, each inside of the next one; `None` in a document that is not ours.
pub fn selections(analysis: &Analysis, offset: usize) -> Option<Vec<TextRange>> {
    if analysis.model.kind == DocumentKind::Other {
        return None;
    }
    let document = &analysis.document;
    let text = document.text();
    let mut ranges = Vec::new();
    let steps = document.tree().path_at(offset);
    for step in steps.iter().rev() {
        if step.node.is_scalar() {
            ranges.push(word(text, step.node, offset));
            let name = analysis.mentions().at(offset);
            let name = name.filter(|name| name.scalar == step.node.range());
            ranges.extend(name.map(|name| name.range));
            ranges.push(written::inner(step.node));
        } else if let Some(entry) = step.entry {
            ranges.push(entry_range(entry));
        }
        ranges.push(step.node.range());
    }
    ranges.push(TextRange::new(0, text.len()));
    let mut grown: Vec<TextRange> = Vec::new();
    for range in ranges {
        let last = grown.last().copied();
        let is_larger = last.is_none_or(|last| range.contains(last) && range != last);
        if is_larger && range.touches(offset) && !range.is_empty() {
            grown.push(range);
        }
    }
    if grown.is_empty() {
        grown.push(TextRange::empty(offset));
    }
    Some(grown)
}

/// The word at an offset in a scalar.
fn word(text: &Text, scalar: Node<'_>, offset: usize) -> TextRange {
    let range = scalar.range();
    let source = text.slice(range);
    let at = offset.saturating_sub(range.start()).min(source.len());
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    let (Some(before), Some(after)) = (source.get(..at), source.get(at..)) else {
        return TextRange::empty(offset);
    };
    let back = before.len() - before.trim_end_matches(is_part).len();
    let ahead = after.len() - after.trim_start_matches(is_part).len();
    TextRange::new(offset - back, offset + ahead)
}
