//! Scopes in alphabetical order, each once.

use super::change::{Effect, RefactorKind, Refusal, checked};
use super::offers::Offers;
use crate::analysis::Analysis;
use crate::edits::builder::EditBuilder;
use crate::edits::layout::entry_range;
use crate::edits::path::NodePath;
use crate::model::facts::EntryForm;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::TextEdit;
use crate::text::range::TextRange;
use std::collections::HashSet;

/// Offers to sort the scopes at an offset, and to remove those that are repeated.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let Some(holder) = scopes_at(analysis, offset) else {
        return;
    };
    let names = names(holder);
    let mut push = |title: &str, edits: Result<Vec<TextEdit>, Refusal>| {
        found.push(RefactorKind::Rewrite, title.to_owned(), || {
            checked(analysis, edits?.into(), Effect::Keeps)
        });
    };
    if !names.is_sorted() {
        push("Sort the scopes", sort(&analysis.document, holder, &names));
    }
    let mut seen = HashSet::new();
    let repeated: Vec<Node<'_>> = (holder.items())
        .filter(|item| !seen.insert(item.value()))
        .collect();
    if !repeated.is_empty() {
        let mut edits = EditBuilder::new(&analysis.document);
        let done = (repeated.iter()).try_for_each(|item| edits.remove_item(*item));
        let edits = done.map(|()| edits.finish());
        let edits = edits.ok_or_else(Refusal::unwritable);
        push("Remove repeated scopes", edits);
    }
}

fn names(holder: Node<'_>) -> Vec<&str> {
    let keys = holder.entries().map(|entry| entry.key.value());
    keys.chain(holder.items().map(Node::value)).collect()
}

/// The list of required scopes, or the map of declared ones, whose key or value is at an offset.
fn scopes_at(analysis: &Analysis, offset: usize) -> Option<Node<'_>> {
    let model = &analysis.model;
    let of_schemes = model.schemes().flat_map(|scheme| {
        let required = scheme.fact.details().scopes.as_ref().map(|list| list.key);
        let declared = scheme
            .fact
            .flows()
            .iter()
            .filter_map(|flow| flow.scopes_key);
        declared.chain(required).map(move |key| scheme.abs(key))
    });
    let of_lists = model.sites().flat_map(|site| {
        let entries = site.fact.security.iter().flat_map(|list| &list.entries);
        let required = entries.filter_map(|entry| match &entry.form {
            EntryForm::Requirement(required) => Some(required),
            _ => None,
        });
        let names = required.flatten().map(|required| required.name.range);
        names.map(move |key| site.abs(key))
    });
    let tree = analysis.document.tree();
    // None of them is inside of another, so only the last one before the offset can be meant.
    let before = of_schemes
        .chain(of_lists)
        .filter(|key| key.start() <= offset);
    let key: TextRange = before.max_by_key(|key| key.start())?;
    let path = NodePath::of_key(tree, key.start())?.value()?;
    let all = key.cover(path.node().range());
    all.touches(offset).then(|| path.node())
}

/// Lets the parts of a collection change places. Each takes its comments along.
fn sort(document: &Document, holder: Node<'_>, names: &[&str]) -> Result<Vec<TextEdit>, Refusal> {
    let ranges = (holder.entries().map(|entry| entry_range(entry)))
        .chain(holder.items().map(Node::range))
        .collect();
    let is_block = matches!(
        holder.kind(),
        NodeKind::BlockMapping | NodeKind::BlockSequence
    );
    let parts = if is_block {
        lines_of(document, ranges)
    } else {
        apart(document, &ranges).then_some(ranges)
    };
    let Some(parts) = parts else {
        return Refusal::because("A comment stands between the scopes: move it first.");
    };
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|at| names[*at]);
    let moved = order.iter().zip(&parts).enumerate();
    let edits = moved.filter(|(at, (from, _))| at != *from);
    let edits = edits.map(|(_, (from, range))| TextEdit {
        range: *range,
        new_text: document.text().slice(parts[*from]).into_owned(),
    });
    Ok(edits.collect())
}

/// The whole lines of each part, and those of comments directly above it but the first, above
/// which a comment is about them all; `None` if two share a line.
fn lines_of(document: &Document, ranges: Vec<TextRange>) -> Option<Vec<TextRange>> {
    let text = document.text();
    let mut next = 0;
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let own = text.line_of(range.start());
        if own < next {
            return None;
        }
        let is_comment = |line: usize| {
            let source = text.slice(text.line_range(line));
            source.trim_start().starts_with('#')
        };
        let mut first = own;
        while !parts.is_empty() && first > next && is_comment(first - 1) {
            first -= 1;
        }
        let last = text.line_of(range.end().saturating_sub(1));
        next = last + 1;
        let start = text.line_start(first);
        parts.push(TextRange::new(start, text.line_range(last).end()));
    }
    let starts: Vec<TextRange> = (parts.first().into_iter())
        .map(|first| text.line_range(text.line_of(first.start())))
        .collect();
    // The first one may follow its key: `- - a`, or behind an anchor.
    let is_alone = starts.iter().all(|line| {
        let source = text.slice(*line);
        !source.trim_start().starts_with("- -")
    });
    is_alone.then_some(parts)
}

/// Whether nothing but blanks and commas stands between the parts.
fn apart(document: &Document, ranges: &[TextRange]) -> bool {
    let between = ranges
        .windows(2)
        .map(|pair| TextRange::new(pair[0].end(), pair[1].start()));
    let is_plain = |sign: char| sign.is_whitespace() || sign == ',';
    let mut texts = between.map(|range| document.text().slice(range));
    texts.all(|text| text.chars().all(is_plain))
}
