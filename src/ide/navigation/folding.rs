//! What can be folded: objects and lists over several lines, block texts, comments, regions.

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::Text;

/// Lines that can be folded; the first one stays visible. Both count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// The first line.
    pub start: usize,
    /// The last line that is hidden.
    pub end: usize,
    /// What is hidden.
    pub kind: FoldKind,
}

/// What a fold hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoldKind {
    /// An object, a list or a text.
    Value,
    /// Lines of comments.
    Comment,
    /// What stands between two marks of a region.
    Region,
}

/// What can be folded, in the order of the text; `None` in a document that is not ours, so that the
/// editor folds it in its own way.
pub fn folds(analysis: &Analysis) -> Option<Vec<Fold>> {
    if analysis.model.kind == DocumentKind::Other {
        return None;
    }
    let document = &analysis.document;
    let text = document.text();
    let mut open: Vec<Node<'_>> = document.tree().documents().collect();
    // A root in brackets; one without begins with its first entry.
    let roots = open.iter().filter(|root| is_in_brackets(text, **root));
    let mut folds: Vec<Fold> = roots
        .filter_map(|root| fold(text, root.range().start(), *root))
        .collect();
    while let Some(node) = open.pop() {
        for entry in node.entries() {
            folds.extend(fold(text, entry.key.range().start(), entry.value));
            open.push(entry.value);
        }
        for item in node.items() {
            let dash = match node.kind() {
                NodeKind::BlockSequence => line_begin(text, item.range().start()),
                _ => item.range().start(),
            };
            folds.extend(fold(text, dash, item));
            open.push(item);
        }
    }
    folds.extend(comments(analysis));
    // Of those that begin in one line the longest wins, as editors can show one only.
    folds.sort_by_key(|fold| (fold.start, usize::MAX - fold.end, fold.kind));
    folds.dedup_by_key(|fold| fold.start);
    Some(folds)
}

fn fold(text: &Text, start: usize, value: Node<'_>) -> Option<Fold> {
    let range = value.range();
    let is_block = matches!(value.kind(), NodeKind::Literal | NodeKind::Folded);
    if range.is_empty() || !(value.is_mapping() || value.is_sequence() || is_block) {
        return None;
    }
    let in_brackets = is_in_brackets(text, value);
    // Brackets stay visible, also where the closing one has a line of its own.
    let start = text.line_of(if in_brackets { range.start() } else { start });
    let mut end = text.line_of(range.end().saturating_sub(1));
    if in_brackets && !value.is_unclosed() && end > start {
        let line = text.line_range(end).start();
        // A line may be the whole document, so it is not copied.
        let is_first = (line..range.end() - 1).rev().all(|at| is_blank(text, at));
        end -= usize::from(is_first);
    }
    (end > start).then_some(Fold {
        start,
        end,
        kind: FoldKind::Value,
    })
}

fn is_in_brackets(text: &Text, node: Node<'_>) -> bool {
    let is_flow = matches!(node.kind(), NodeKind::FlowMapping | NodeKind::FlowSequence);
    is_flow && matches!(text.byte(node.range().start()), Some(b'{' | b'['))
}

/// The first character of the line of an offset that is no blank.
fn line_begin(text: &Text, offset: usize) -> usize {
    let line = text.line_range(text.line_of(offset)).start();
    let mut before = line..offset;
    before.find(|at| !is_blank(text, *at)).unwrap_or(offset)
}

fn is_blank(text: &Text, at: usize) -> bool {
    text.byte(at).is_some_and(|byte| byte.is_ascii_whitespace())
}

/// Runs of lines that are comments, and regions between two of them.
fn comments(analysis: &Analysis) -> Vec<Fold> {
    let document = &analysis.document;
    let text = document.text();
    let mark = match document.tree().format() {
        Format::Yaml => "#",
        Format::Json => "//",
    };
    let string = text.to_string();
    let mut folds = Vec::new();
    let mut regions = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    let mut fold = |run: Option<(usize, usize)>| {
        if let Some((start, end)) = run.filter(|(start, end)| end > start) {
            let kind = FoldKind::Comment;
            folds.push(Fold { start, end, kind });
        }
    };
    let mut closed = Vec::new();
    for line in 0..text.line_count() {
        let range = text.line_range(line);
        let source = string.get(range.start()..range.end()).unwrap_or_default();
        let comment = source.trim_start().strip_prefix(mark);
        let at = range.start() + (source.len() - source.trim_start().len());
        let Some(comment) = comment.filter(|_| !document.tree().is_in_scalar(at)) else {
            fold(run.take());
            continue;
        };
        let comment = comment.trim_start();
        let is_mark = if comment.starts_with("region") || comment.starts_with("#region") {
            regions.push(line);
            true
        } else if comment.starts_with("endregion") || comment.starts_with("#endregion") {
            let start = regions.pop();
            closed.extend(start.map(|start| Fold {
                start,
                end: line,
                kind: FoldKind::Region,
            }));
            true
        } else {
            false
        };
        run = match run {
            _ if is_mark => {
                fold(run);
                None
            }
            Some((start, _)) => Some((start, line)),
            None => Some((line, line)),
        };
    }
    fold(run);
    folds.extend(closed);
    folds
}
