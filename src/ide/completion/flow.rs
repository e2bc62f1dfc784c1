//! The cursor in a flow collection of YAML. It is read from the text between the first bracket
//! and the cursor, because a parser cannot know how half typed brackets are meant.

use super::block::line::{BlockLine, before_known_key};
use super::block::path_of_value;
use super::cursor::{After, Cursor, Sibling, Slot, WINDOW, beginning, line_at};
use super::lex::{Lexeme, LexemeKind, OpenBracket, lexemes, step};
use crate::edits::habits::Habits;
use crate::edits::render::{Layout, Style};
use crate::ide::role::{Segment, path_of};
use crate::syntax::document::Document;
use crate::text::Text;
use crate::text::range::TextRange;

/// How many lines above the cursor are searched for the bracket, and how many below for keys.
const MAX_LINES: usize = 40;

/// What is at an offset, as far as flow collections go.
#[derive(Debug)]
pub enum FlowCursor<'t> {
    Cursor(Box<Cursor<'t>>),
    /// Inside a flow collection, but nothing can be completed here.
    Nothing,
    /// Outside of flow collections.
    Block,
}

/// The cursor at `offset`, if a flow collection is open there.
pub fn cursor(document: &Document, offset: usize) -> FlowCursor<'_> {
    let text = document.text();
    let number = text.line_of(offset);
    let Some((start, source)) = line_at(text, number) else {
        return FlowCursor::Nothing;
    };
    let here = BlockLine::read(&source);
    if opens(&source, here.value) && start + here.value < offset {
        return read(document, number, start + here.value, offset);
    }
    if !here.is_blank() && offset - start < here.indent {
        return FlowCursor::Nothing;
    }
    // The lines of a flow collection are indented deeper than its key (YAML 1.2.2, 7.4), so the
    // bracket can only be on a line that is indented less than all lines after it.
    let mut indent = if here.is_blank() {
        (offset - start).max(1)
    } else {
        here.indent
    };
    for above in (number.saturating_sub(MAX_LINES)..number).rev() {
        let Some((start, source)) = line_at(text, above) else {
            return FlowCursor::Block;
        };
        let blanks = source.len() - source.trim_start().len();
        if blanks >= indent || blanks == source.len() {
            continue;
        }
        indent = blanks;
        let line = BlockLine::read(&source);
        if opens(&source, line.value) {
            return read(document, above, start + line.value, offset);
        }
        let opens_block = line.colon.is_some() && line.end == line.value;
        if opens_block || indent == 0 {
            break;
        }
    }
    FlowCursor::Block
}

fn opens(source: &str, at: usize) -> bool {
    matches!(source.as_bytes().get(at), Some(b'{' | b'['))
}

fn read(document: &Document, number: usize, open_at: usize, offset: usize) -> FlowCursor<'_> {
    let outside = column_outside(document, number);
    let (start, path) = if offset - open_at <= WINDOW {
        let path = path_of_value(document, number);
        (Some((open_at, Vec::new())), path)
    } else {
        // Too far to read from the bracket; the tree knows what is open near the cursor.
        let nearer = beginning(document.tree(), offset);
        nearer.map_or((None, None), |nearer| {
            let open = (nearer.steps.last()).filter(|_| nearer.is_member);
            let open = open.map(|step| OpenBracket::new(step.node.is_mapping(), Vec::new()));
            let start = (nearer.at, Vec::from_iter(open));
            (Some(start), Some(path_of(&nearer.steps)))
        })
    };
    let (Some((at, open)), Some(path)) = (start, path) else {
        return FlowCursor::Nothing;
    };
    let Some(scan) = Scan::run(document, at, open, outside, offset) else {
        return FlowCursor::Block;
    };
    scan.cursor(document, path, offset)
        .map_or(FlowCursor::Nothing, |cursor| {
            FlowCursor::Cursor(Box::new(cursor))
        })
}

/// Lines that start in this column or further left are outside the collection that the line
/// opens: its lines are indented deeper than its key (YAML 1.2.2, 7.4).
fn column_outside(document: &Document, number: usize) -> Option<usize> {
    let (_, source) = line_at(document.text(), number)?;
    let line = BlockLine::read(&source);
    match line.colon {
        Some(_) => Some(line.content),
        None => (line.dashes.last().copied()).or_else(|| line.indent.checked_sub(1)),
    }
}

/// The end of the collection after line `from`, by indentation. The closing bracket does not have
/// to be indented.
fn end_of_flow(text: &Text, from: usize, outside: Option<usize>) -> usize {
    let last = (from + MAX_LINES).min(text.line_count().saturating_sub(1));
    for number in from + 1..=last {
        let Some((start, source)) = line_at(text, number) else {
            break;
        };
        let content = source.trim_start_matches([' ', '\t']);
        let is_outside = outside.is_some_and(|column| source.len() - content.len() <= column);
        if is_outside && !content.is_empty() && !content.starts_with(['}', ']', ',']) {
            return start;
        }
    }
    text.line_range(last).end()
}

struct Scan {
    open: Vec<OpenBracket>,
    word: Option<Lexeme>,
    /// The word that is typed right before a key.
    before_key: Option<TextRange>,
    before: Option<Lexeme>,
    after: Vec<Lexeme>,
    source: String,
    base: usize,
}

impl Scan {
    /// Reads from the bracket on, or from a member of what is `open`; `None` if everything is closed
    /// again before the cursor.
    fn run(
        document: &Document,
        open_at: usize,
        mut open: Vec<OpenBracket>,
        outside: Option<usize>,
        offset: usize,
    ) -> Option<Self> {
        let text = document.text();
        let end = end_of_flow(text, text.line_of(offset), outside);
        let range = TextRange::new(open_at, end.min(offset + WINDOW));
        let source = text.slice(range).into_owned();
        let mut all = lexemes(&source, open_at, true);
        let at = all
            .iter()
            .position(|lexeme| lexeme.range.end() > offset || lexeme.is_typed_at(offset))
            .unwrap_or(all.len());
        let is_key = all.get(at + 1).is_some_and(|next| next.is(b':'));
        let before_key = all
            .get_mut(at)
            .filter(|lexeme| {
                is_key && lexeme.is_typed_at(offset) && lexeme.kind == LexemeKind::Word
            })
            .and_then(|lexeme| {
                let column = offset - lexeme.range.start();
                let typed = before_known_key(lexeme.text(&source, open_at), column)?;
                let key = lexeme.range.start() + typed;
                let word = TextRange::new(lexeme.range.start(), key);
                lexeme.range = lexeme.range.with_start(key);
                Some(word)
            });
        let (done, rest) = all.split_at(at);
        let word = rest
            .first()
            .copied()
            .filter(|lexeme| before_key.is_none() && lexeme.is_typed_at(offset));
        for lexeme in done {
            step(&mut open, *lexeme, &source, open_at);
            if open.is_empty() {
                return None;
            }
        }
        Some(Self {
            open,
            word,
            before_key,
            before: done.last().copied(),
            after: rest
                .iter()
                .skip(usize::from(word.is_some()))
                .copied()
                .collect(),
            source,
            base: open_at,
        })
    }

    fn cursor<'t>(
        mut self,
        document: &'t Document,
        path: Vec<Segment>,
        offset: usize,
    ) -> Option<Cursor<'t>> {
        let text = document.text();
        let number = text.line_of(offset);
        let (start, source) = line_at(text, number)?;
        let innermost = self.open.pop()?;
        let pointer = self.bare_pointer(&innermost, &source, start, offset);
        if pointer.is_none() && in_comment(&source, offset - start) {
            return None;
        }
        let next = self.after.first().copied();
        let slot = if !innermost.map {
            Slot::Item
        } else if innermost.after_colon {
            Slot::Value(innermost.key.clone()?)
        } else {
            Slot::Key {
                colon: next.is_some_and(|next| next.is(b':')),
            }
        };
        let starts_value =
            |lexeme: Lexeme| lexeme.is_scalar() || lexeme.is(b'{') || lexeme.is(b'[');
        let is_empty = self.word.is_none() && pointer.is_none();
        if matches!(slot, Slot::Value(_)) && is_empty && next.is_some_and(starts_value) {
            return None;
        }
        if slot == (Slot::Key { colon: true }) && self.word.is_none() {
            // Between a key and its colon.
            return None;
        }
        let (later_keys, later_items) = self.later(innermost.map);
        let line_indent = source.len() - source.trim_start().len();
        let base = source.get(..line_indent.min(offset - start))?.to_owned();
        let word = match self.word {
            Some(word) => word.typed_range(&self.source, self.base, offset),
            None => (pointer.or(self.before_key)).unwrap_or(TextRange::empty(offset)),
        };
        // A word may continue on the next line, but an edit must stay on this one.
        let word = TextRange::new(word.start(), word.end().min(text.line_range(number).end()));
        if word.start() < start {
            return None;
        }
        let mut whole = path;
        whole.extend(innermost.path);
        let mut siblings = innermost.siblings;
        siblings.extend(later_keys);
        let mut items = innermost.items;
        items.extend(later_items);
        Some(Cursor {
            path: whole,
            word,
            quote: None,
            siblings,
            items,
            container: None,
            anchor: self.base,
            has_value: false,
            layout: Layout {
                style: Style::Flow,
                indent: base.clone(),
                unit: "  ".to_owned(),
                base,
                inline: true,
                tight: false,
                line_break: text.line_break(number),
                habits: Habits::default(),
            },
            comma_at: self
                .before
                .and_then(|previous| comma_above(previous, start)),
            before: before(
                self.before,
                start,
                offset,
                text.byte(offset.wrapping_sub(1)),
            ),
            after: match slot {
                Slot::Key { colon: true } => After::Nothing,
                _ if next.is_some_and(starts_value) => After::Comma,
                _ => After::Nothing,
            },
            slot,
        })
    }

    /// `{$ref: #/a` is a comment for YAML, but the user is typing a pointer.
    fn bare_pointer(
        &self,
        innermost: &OpenBracket,
        line: &str,
        line_start: usize,
        offset: usize,
    ) -> Option<TextRange> {
        let before = self.before.filter(|before| before.is(b':'))?;
        let after_key = innermost.map && innermost.key.as_deref() == Some("$ref");
        let rest = line.get(before.range.end().checked_sub(line_start)?..)?;
        let pointer = rest.trim_start();
        let start = line_start + line.len() - pointer.len();
        let len = pointer
            .find(|sign: char| sign.is_whitespace() || "},]".contains(sign))
            .unwrap_or(pointer.len());
        let range = TextRange::new(start, start + len);
        (after_key && pointer.starts_with('#') && range.touches(offset)).then_some(range)
    }

    /// The members that follow in the same collection.
    fn later(&self, map: bool) -> (Vec<Sibling>, Vec<String>) {
        let mut open = vec![OpenBracket::new(map, Vec::new())];
        for lexeme in &self.after {
            let closes = lexeme.is(b'}') || lexeme.is(b']');
            if closes && open.len() == 1 {
                break;
            }
            step(&mut open, *lexeme, &self.source, self.base);
        }
        open.truncate(1);
        if let Some(only) = open.last_mut() {
            only.end_member(None);
        }
        open.pop()
            .map_or_else(Default::default, |only| (only.siblings, only.items))
    }
}

/// The comma or blank that is missing before the item.
pub fn before(
    previous: Option<Lexeme>,
    line_start: usize,
    offset: usize,
    byte: Option<u8>,
) -> &'static str {
    let Some(previous) = previous else {
        return "";
    };
    match previous.kind {
        LexemeKind::Mark(b'{' | b'[') => "",
        LexemeKind::Mark(b':' | b',') if previous.range.end() == offset && byte != Some(b' ') => {
            " "
        }
        LexemeKind::Mark(b':' | b',') => "",
        // A comma on an earlier line is a second edit, see `comma_above`.
        _ if previous.range.end() <= line_start => "",
        _ => ", ",
    }
}

/// Where a comma is missing after a lexeme of a line above.
pub fn comma_above(previous: Lexeme, line_start: usize) -> Option<usize> {
    let done = !matches!(previous.kind, LexemeKind::Mark(b'{' | b'[' | b':' | b','));
    (done && previous.range.end() <= line_start).then_some(previous.range.end())
}

fn in_comment(line: &str, column: usize) -> bool {
    let mut previous = b' ';
    let mut quote = None;
    for byte in line.as_bytes().iter().take(column) {
        match quote {
            Some(mark) if *byte == mark => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') && !previous.is_ascii_alphanumeric() => {
                quote = Some(*byte);
            }
            None if *byte == b'#' && matches!(previous, b' ' | b'\t') => return true,
            None => {}
        }
        previous = *byte;
    }
    false
}
