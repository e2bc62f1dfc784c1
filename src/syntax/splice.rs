//! The pieces after an edit from the pieces before it.
//!
//! The edit goes down to the smallest branch whose cut it cannot change: there a run of children
//! is cut and read again. Where a cut above might change (a line that starts an entry of an outer
//! collection, an edit of a header, a text that becomes too short to be cut) this module gives
//! up, and the piece above is built again, with every piece that the edit did not touch reused.

use std::sync::Arc;

use super::build::{Builder, Context, child_role};
use super::cut::plan::{Plan, opening};
use super::cut::{self, Line, Shape};
use super::document::Format;
use super::index::{Branch, Piece};
use super::leaf::Frame;
use crate::text::Text;
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// The new text around an edit.
pub(super) struct Change<'t> {
    /// The whole new text.
    pub text: &'t Text,
    /// The edit, in absolute offsets.
    pub edit: Shift,
    /// The lines of the new text that the edit touches.
    pub touched: Vec<Line>,
}

impl<'t> Change<'t> {
    /// `old` and `text` are the whole texts before and after.
    pub fn new(old: &Text, text: &'t Text, edit: Shift, format: Format) -> Self {
        let after = TextRange::new(edit.range.start, edit.range.start + edit.inserted);
        let mut touched = touched_lines(text, after, format);
        if format == Format::Json {
            let before = touched_lines(old, edit.range, format);
            let dangling = before.iter().chain(&touched).any(|line| line.dangling);
            if dangling || is_bare(&before) != is_bare(&touched) {
                // Whether the next line starts an entry depends on the colon before it, and on
                // whether lines with content stand between them.
                touched.extend(next_start(text, after.end));
            }
        }
        Self {
            text,
            edit,
            touched,
        }
    }

    fn delta(&self, length: usize) -> usize {
        length + self.edit.inserted - self.edit.range.len()
    }
}

/// Whether lines have no content that a reader sees.
fn is_bare(lines: &[Line]) -> bool {
    lines
        .iter()
        .all(|line| matches!(line.shape, Shape::Blank | Shape::Comment))
}

/// The lines that a range touches.
fn touched_lines(text: &Text, range: TextRange, format: Format) -> Vec<Line> {
    let first = text.line_start(text.line_of(range.start));
    let end = text.line_start(text.line_of(range.end) + 1);
    let lines = text.slice(TextRange::new(first, end));
    let mut touched: Vec<Line> = if first == 0 {
        cut::document_lines(&lines, format).collect()
    } else {
        cut::lines(&lines, format).collect()
    };
    let opens = |line: &Line| cut::opens_comment(&lines[line.start..line.end]);
    if format == Format::Json && touched.iter().any(opens) {
        // As strong as a change of the document's root: everything is cut again.
        touched.push(Line {
            start: 0,
            end: 0,
            indent: 0,
            shape: Shape::Marker,
            dangling: false,
        });
    }
    touched
}

/// The next line with content behind an offset, if it may start something.
fn next_start(text: &Text, offset: usize) -> Option<Line> {
    let first = text.line_of(offset) + 1;
    for number in first..text.line_count() {
        let range = TextRange::new(text.line_start(number), text.line_start(number + 1));
        let line = cut::lines(&text.slice(range), Format::Json).next()?;
        if !matches!(line.shape, Shape::Blank | Shape::Comment) {
            return matches!(line.shape, Shape::Entry | Shape::Odd).then_some(line);
        }
    }
    None
}

/// The branch after an edit inside it, or `None` if its own cut or one above may change.
/// `at` is where the branch starts, before and after the edit.
pub(super) fn branch(
    builder: &mut Builder,
    old: &Branch,
    at: usize,
    change: &Change<'_>,
) -> Option<Branch> {
    let range = TextRange {
        start: change.edit.range.start.checked_sub(at)?,
        end: change.edit.range.end.checked_sub(at)?,
    };
    let tail = old.len() - old.tail.text.len();
    let in_body = range.start >= old.plan.body
        && (range.end < tail || (range.end == tail && old.tail.text.is_empty()));
    if !in_body || change.delta(old.len()) <= builder.cut_above {
        return None;
    }
    if change.touched.iter().any(|line| leaves(line, old)) {
        return None;
    }
    // A value on its way may lie behind this branch.
    if old.tail.close_end.is_none() && change.touched.iter().any(|line| line.dangling) {
        return None;
    }
    let (first, first_at) = old.child_at(range.start)?;
    let new = match down(builder, old, at, change, range, first, first_at) {
        Some(child) => old.with_children(None, first..first + 1, vec![Arc::new(child)]),
        None => run(builder, old, at, change, range, (first, first_at))?,
    };
    (!new.is_deceptive()).then_some(new)
}

/// Whether a line may end the branch, or change whether it is cut at all.
fn leaves(line: &Line, branch: &Branch) -> bool {
    let plan = &branch.plan;
    if line.shape == Shape::Marker {
        return true;
    }
    let limit = match (plan.is_document, branch.format) {
        (false, _) | (true, Format::Json) => plan.own,
        (true, Format::Yaml) => plan.level,
    };
    match (branch.format, line.shape) {
        (Format::Yaml, Shape::Odd) => line.indent <= limit,
        (Format::Yaml, Shape::Entry | Shape::Item) => !plan.is_document && line.indent <= plan.own,
        (Format::Json, Shape::Closer) => line.indent <= plan.own,
        (Format::Json, Shape::Entry | Shape::Odd) => !plan.is_document && line.indent <= plan.own,
        _ => false,
    }
}

/// Goes on into the only child that the edit touches, if that keeps the cut at this level.
fn down(
    builder: &mut Builder,
    old: &Branch,
    at: usize,
    change: &Change<'_>,
    range: TextRange,
    first: usize,
    first_at: usize,
) -> Option<Piece> {
    let child = old.child(first)?;
    let Piece::Branch(inner) = &**child else {
        return None;
    };
    // An edit that touches the end touches the next child, too.
    if range.end >= first_at + child.len() && old.child(first + 1).is_some() {
        return None;
    }
    if range.start < first_at + inner.plan.body {
        let place = TextRange {
            start: range.start.checked_sub(first_at)?,
            end: range.end.checked_sub(first_at)?,
        };
        return header_edit(builder, old, inner, at + first_at, change, place)
            .map(Box::new)
            .map(Piece::Branch);
    }
    let plan = &old.plan;
    if change
        .touched
        .iter()
        .any(|line| cut::starts(line, old.format, plan.frame, plan.level))
    {
        return None;
    }
    branch(builder, inner, at + first_at, change)
        .map(Box::new)
        .map(Piece::Branch)
}

/// Reads again only the header of a branch, if the edit leaves it the header it was: the same
/// indent, the same kind of value, the line break before the first child untouched.
fn header_edit(
    builder: &mut Builder,
    outer: &Branch,
    inner: &Branch,
    at: usize,
    change: &Change<'_>,
    place: TextRange,
) -> Option<Branch> {
    let plan = &inner.plan;
    let header = inner.header.text().get(..plan.body)?;
    let first = cut::line_end(header, 0);
    let breaks = header[..first].trim_end_matches(['\n', '\r']).len();
    // An edit of the first line only, neither at its start nor at its break.
    if !plan.has_key || place.start == 0 || place.end > breaks {
        return None;
    }
    let body = change.delta(plan.body);
    let text = change.text.slice(TextRange::new(at, at + body));
    let line = cut::lines(&text, inner.format).next()?;
    if line.end != change.delta(first)
        || !cut::starts(&line, outer.format, outer.plan.frame, outer.plan.level)
    {
        return None;
    }
    let bracket_at = opening(&text[..line.end], inner.format, &line)?;
    let same =
        line.indent == plan.own && bracket(&text, bracket_at) == bracket(header, plan.open_at);
    if !same || change.delta(inner.len()) <= builder.cut_above {
        return None;
    }
    let plan = Plan {
        body,
        tail: 0,
        open_at: bracket_at,
        ..*plan
    };
    let header = builder.header(&text, &plan);
    Some(inner.with_header(header, plan))
}

/// JSON: the bracket at an offset.
fn bracket(text: &str, at: usize) -> Option<u8> {
    let byte = text.as_bytes().get(at).copied()?;
    matches!(byte, b'{' | b'[').then_some(byte)
}

/// Cuts and reads again the children that the edit touches.
fn run(
    builder: &mut Builder,
    old: &Branch,
    at: usize,
    change: &Change<'_>,
    range: TextRange,
    (first, first_at): (usize, usize),
) -> Option<Branch> {
    // The children touched, and the one before where the first line of the first is.
    let (mut first, mut start) = (first, first_at);
    let mut end = start;
    let mut last = first;
    let mut number = first;
    while let Some(child) = old.child(number) {
        if number > first && end > range.end {
            break;
        }
        end += child.len();
        last = number;
        number += 1;
    }
    let first_line = change
        .text
        .line_start(change.text.line_of(change.edit.range.start));
    let mut header = false;
    if first_line <= at + start || range.start == start {
        if first == 0 {
            header = true;
        } else {
            first -= 1;
            start -= old.child(first)?.len();
        }
    }
    let from = if header { 0 } else { start };
    let mut text = change
        .text
        .slice(TextRange::new(at + from, at + change.delta(end)));
    // A value on its way takes the next child as well.
    while old.format == Format::Json && cut::ends_dangling(&text) {
        let Some(child) = old.child(last + 1) else {
            break;
        };
        last += 1;
        end += child.len();
        text = change
            .text
            .slice(TextRange::new(at + from, at + change.delta(end)));
    }
    add_reuse(builder, old, at, change, first..last + 1, start);
    let context = Context {
        role: child_role(&old.plan),
        depth: old.depth,
    };
    let mut new_header = None;
    let mut body = 0;
    if header {
        let plan = header_plan(&text, old)?;
        body = plan.body;
        new_header = Some((builder.header(&text[..body], &plan), plan));
    }
    let plan = new_header.as_ref().map_or(old.plan, |(_, plan)| *plan);
    let pieces = builder.pieces(&text[body..], at + from + body, &plan, context.depth);
    if pieces.is_empty() && last + 1 - first >= old.children().count() {
        return None;
    }
    Some(old.with_children(new_header, first..last + 1, pieces))
}

/// The plan of a branch whose first child changed, if it is cut as before: blank lines and
/// comments before the first child belong to the header.
fn header_plan(text: &str, old: &Branch) -> Option<Plan> {
    let body = old.plan.body;
    let line = cut::lines(text.get(body..)?, old.format)
        .find(|line| !matches!(line.shape, Shape::Blank | Shape::Comment))?;
    let fits = match (old.plan.frame, old.format) {
        (Frame::Items, Format::Yaml) => line.shape == Shape::Item,
        (Frame::Items, Format::Json) => matches!(line.shape, Shape::Entry | Shape::Odd),
        _ => line.shape == Shape::Entry,
    };
    (fits && line.indent == old.plan.level).then_some(Plan {
        body: body + line.start,
        ..old.plan
    })
}

/// Lets untouched pieces of large children be found again.
fn add_reuse(
    builder: &mut Builder,
    old: &Branch,
    at: usize,
    change: &Change<'_>,
    run: std::ops::Range<usize>,
    start: usize,
) {
    let mut at = at + start;
    for number in run {
        let Some(child) = old.child(number) else {
            return;
        };
        if child.len() > builder.cut_above {
            let context = Context {
                role: child_role(&old.plan),
                depth: old.depth,
            };
            builder.reuse.add(child, at, context, change.edit);
        }
        at += child.len();
    }
}
