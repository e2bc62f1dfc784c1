//! The cursor in block YAML: decided by the column of what is typed and by the tree of the
//! lines before it. The line itself is read from the text, for it is half typed.

use super::cursor::{Cursor, Quote, Slot, items, line_at, line_break, siblings};
use super::render::{Layout, Style};
use crate::ide::place::Segment;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::Text;
use crate::text::range::TextRange;

/// How many blank lines and comments are skipped on the way to the line before.
const MAX_SKIPPED: usize = 200;

/// A line of block YAML, in columns (bytes from its start).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The white space at its start.
    pub indent: usize,
    /// The dashes before its content.
    pub dashes: Vec<usize>,
    /// Where its content starts; its end if there is none.
    pub content: usize,
    /// The colon after its key.
    pub colon: Option<usize>,
    /// Where its value starts (its content, if there is no key).
    pub value: usize,
    /// Where its content ends, without comment and blanks.
    pub end: usize,
}

impl Line {
    /// Reads a line.
    pub fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        let blank = |at: usize| {
            bytes
                .get(at)
                .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
        };
        let skip = |mut at: usize| {
            while at < bytes.len() && blank(at) {
                at += 1;
            }
            at
        };
        let indent = skip(0);
        let mut dashes = Vec::new();
        let mut content = indent;
        while bytes.get(content) == Some(&b'-') && blank(content + 1) {
            dashes.push(content);
            content = skip(content + 1);
        }
        let (colon, end) = scan(bytes, content);
        let value = colon
            .map_or(content, |colon| skip(colon + 1))
            .min(end.max(content));
        Self {
            indent,
            dashes,
            content,
            colon,
            value: colon.map_or(value, |colon| value.max(colon + 1)),
            end,
        }
    }

    /// Whether nothing stands on it but white space or a comment.
    pub fn is_blank(&self) -> bool {
        self.dashes.is_empty() && self.end <= self.content
    }
}

/// The colon that ends the key, and where the content ends.
fn scan(bytes: &[u8], content: usize) -> (Option<usize>, usize) {
    let blank = |at: usize| {
        bytes
            .get(at)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    };
    let mut colon = None;
    let mut quote = None;
    let mut end = content;
    let mut at = content;
    // A quote opens only where a scalar starts.
    let mut fresh = true;
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(mark), _) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if fresh => quote = Some(byte),
            (None, b'#') if at == content || blank(at - 1) => return (colon, end),
            (None, b':') if colon.is_none() && blank(at + 1) && !opens_flow(bytes, content) => {
                colon = Some(at);
                end = at + 1;
                fresh = true;
                at += 1;
                continue;
            }
            _ => {}
        }
        if !matches!(byte, b' ' | b'\t') {
            fresh = false;
            end = at + 1;
        }
        at += 1;
    }
    (colon, end.min(bytes.len()))
}

fn opens_flow(bytes: &[u8], content: usize) -> bool {
    matches!(bytes.get(content), Some(b'{' | b'['))
}

/// An object or list with its column.
#[derive(Debug, Clone)]
struct Frame<'t> {
    path: Vec<Segment>,
    column: usize,
    sequence: bool,
    node: Option<Node<'t>>,
    /// A value that is not written yet: every column from `column` on belongs to it.
    fresh: bool,
    /// A place in the object around it.
    anchor: usize,
}

/// The cursor at `offset` in block YAML.
pub fn cursor(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    let text = document.text();
    let number = text.line_of(offset);
    let (start, source) = line_at(text, number)?;
    let line = Line::read(&source);
    let column = offset - start;
    if column < line.content && !(line.is_blank() || line.end <= line.content) {
        return None;
    }
    let frames = frames(document, number)?;
    let here = Here {
        document,
        number,
        start,
        source: &source,
        line: &line,
        column,
        frames: &frames,
    };
    if line.is_blank() {
        if source.len() > line.content && column > line.content {
            return None;
        }
        return here.blank_line();
    }
    here.typed()
}

/// The path and column of what is written as content of a line, and its siblings; used for the
/// flow collection that starts there.
pub fn path_of_value(document: &Document, number: usize) -> Option<Vec<Segment>> {
    let (start, source) = line_at(document.text(), number)?;
    let line = Line::read(&source);
    let frames = frames(document, number)?;
    let here = Here {
        document,
        number,
        start,
        source: &source,
        line: &line,
        column: line.content,
        frames: &frames,
    };
    let mut path = here.container()?.path;
    match line.colon {
        Some(colon) => path.push(Segment::Key(here.key(colon))),
        None if !line.dashes.is_empty() => path.push(Segment::Item),
        None => {}
    }
    Some(path)
}

struct Here<'t, 's> {
    document: &'t Document,
    number: usize,
    start: usize,
    source: &'s str,
    line: &'s Line,
    column: usize,
    frames: &'s [Frame<'t>],
}

impl<'t> Here<'t, '_> {
    fn blank_line(&self) -> Option<Cursor<'t>> {
        let at = TextRange::empty(self.start + self.column);
        // What is written between an entry and its deeper lines would take them over.
        if indent_below(self.document.text(), self.number) > self.column {
            return None;
        }
        let frame = self
            .frames
            .iter()
            .rev()
            .find(|frame| frame.fits(self.column))?;
        let slot = if frame.sequence {
            Slot::Item
        } else {
            Slot::Key { colon: false }
        };
        let mut cursor = self.new_cursor(frame, slot, at, self.column);
        if frame.sequence {
            cursor.before = "- ";
            cursor.layout.indent = " ".repeat(self.column + 2);
        }
        Some(cursor)
    }

    fn typed(&self) -> Option<Cursor<'t>> {
        let line = self.line;
        let frame = self.container()?;
        let offset = self.start + self.column;
        if let Some(colon) = line.colon {
            let key_end = self.source[..colon].trim_end().len();
            if self.column <= key_end {
                let word = self.range(line.content, key_end);
                return Some(self.new_cursor(
                    &frame,
                    Slot::Key { colon: true },
                    word,
                    line.content,
                ));
            }
            if self.column <= colon {
                return None;
            }
            let slot = Slot::Value(self.key(colon));
            let (word, quote) = self.value_word(colon)?;
            let mut cursor = self.new_cursor(&frame, slot, word, line.content);
            cursor.quote = quote;
            if word.start == self.start + colon + 1 {
                cursor.before = " ";
            }
            return Some(cursor);
        }
        if line.end <= line.content {
            // Nothing stands after the dashes.
            let item = line.dashes.last()?;
            let mut cursor = self.new_cursor(
                &frame,
                Slot::Item,
                TextRange::empty(offset),
                self.column.max(item + 2),
            );
            if self.column == item + 1 {
                cursor.before = " ";
            } else if self.column <= *item {
                return None;
            }
            return Some(cursor);
        }
        let (word, quote) = self.word(line.content)?;
        let slot = if line.dashes.is_empty() {
            Slot::Key { colon: false }
        } else {
            Slot::Item
        };
        let mut cursor = self.new_cursor(&frame, slot, word, line.content);
        cursor.quote = quote;
        Some(cursor)
    }

    /// What holds the content of this line: an object, or the list behind the last dash.
    fn container(&self) -> Option<Frame<'t>> {
        let line = self.line;
        let Some((&first, rest)) = line.dashes.split_first() else {
            let is_object = |frame: &&Frame<'t>| frame.fits(line.content) && !frame.sequence;
            return self.frames.iter().rev().find(is_object).cloned();
        };
        let mut list = self
            .frames
            .iter()
            .rev()
            .find(|frame| frame.takes_dash(first))?
            .clone();
        for _ in rest {
            list.path.push(Segment::Item);
            list.node = None;
        }
        if line.colon.is_none() {
            list.sequence = true;
            return Some(list);
        }
        list.path.push(Segment::Item);
        list.node = self.node_at_content();
        list.sequence = false;
        Some(list)
    }

    /// The object whose keys stand in the column of this line's content.
    fn node_at_content(&self) -> Option<Node<'t>> {
        let at = self.start + self.line.content;
        let steps = self.document.tree().path_at(at);
        steps
            .iter()
            .map(|step| step.node)
            .find(|node| node.kind() == NodeKind::BlockMapping && node.range().start == at)
    }

    fn new_cursor(
        &self,
        frame: &Frame<'t>,
        slot: Slot,
        word: TextRange,
        column: usize,
    ) -> Cursor<'t> {
        let text = self.document.text();
        let tree = self.document.tree();
        let this_line = TextRange::new(self.start, self.start + self.source.len());
        let node = frame.node;
        Cursor {
            path: frame.path.clone(),
            slot,
            word,
            quote: None,
            siblings: node.map_or_else(Vec::new, |node| siblings(tree, node, this_line)),
            items: node.map_or_else(Vec::new, |node| items(node, this_line)),
            container: node,
            anchor: node.map_or(frame.anchor, |node| node.range().start),
            layout: Layout {
                style: Style::Block,
                indent: " ".repeat(column),
                unit: unit(self.frames, frame, column),
                base: self.source[..self.line.indent.min(self.column)].to_owned(),
                inline: false,
                line_break: line_break(text, self.number),
            },
            before: "",
            comma_at: None,
            after: "",
        }
    }

    fn key(&self, colon: usize) -> String {
        let raw = self.source[self.line.content..colon].trim_end();
        raw.trim_matches(['"', '\'']).to_owned()
    }

    fn range(&self, start: usize, end: usize) -> TextRange {
        TextRange::new(self.start + start, self.start + end)
    }

    /// The value after the colon, if the cursor touches it.
    fn value_word(&self, colon: usize) -> Option<(TextRange, Option<Quote>)> {
        let line = self.line;
        let value = self.source.get(line.value..line.end).unwrap_or("");
        if value.is_empty() {
            let rest = self.source.get(colon + 1..).unwrap_or("").trim_start();
            // `$ref: #` looks like a comment, but its writer means the start of a pointer.
            if rest.starts_with('#') && &self.source[line.content..colon] == "$ref" {
                let start = self.source.len() - rest.len();
                let end = start + rest.trim_end().len();
                return (start <= self.column && self.column <= end)
                    .then(|| (self.range(start, end), None));
            }
            let comment = self.source.len() - rest.len();
            return (rest.is_empty() || self.column < comment)
                .then(|| (TextRange::empty(self.start + self.column), None));
        }
        // An anchor or a tag stays where it is.
        let props: usize = value
            .split_inclusive(' ')
            .take_while(|word| word.starts_with(['&', '!']))
            .map(str::len)
            .sum();
        self.word(line.value + props)
    }

    fn word(&self, from: usize) -> Option<(TextRange, Option<Quote>)> {
        let text = self.source.get(from..self.line.end)?;
        let Some(mark) = text.chars().next() else {
            // Only an anchor or a tag stands there.
            let blank = self.source.as_bytes().get(self.column.wrapping_sub(1)) == Some(&b' ');
            return (blank && self.column >= from)
                .then(|| (TextRange::empty(self.start + self.column), None));
        };
        if !(from <= self.column && self.column <= self.line.end) {
            return None;
        }
        if !matches!(mark, '"' | '\'') {
            return Some((self.range(from, self.line.end), None));
        }
        let closed = text.len() > 1 && text.ends_with(mark);
        let end = self.line.end - usize::from(closed);
        // Without the closing quote the rest of the line belongs to the word, blanks included.
        if self.column <= from || self.column > end {
            return None;
        }
        Some((self.range(from + 1, end), Some(Quote { mark, closed })))
    }
}

impl Frame<'_> {
    /// Whether a dash in that column starts an item of this list; a list may stand in the
    /// column of its key (YAML 1.2.2, 8.2.1).
    fn takes_dash(&self, column: usize) -> bool {
        if self.fresh {
            column + 1 >= self.column
        } else {
            self.sequence && column == self.column
        }
    }

    fn fits(&self, column: usize) -> bool {
        if self.fresh {
            column >= self.column
        } else {
            column == self.column
        }
    }
}

/// The objects and lists that are open before a line, outermost first.
fn frames(document: &Document, number: usize) -> Option<Vec<Frame<'_>>> {
    let text = document.text();
    let tree = document.tree();
    let Some((start, line)) = line_before(text, number)? else {
        let root = tree.root();
        return Some(vec![Frame {
            path: Vec::new(),
            column: 0,
            sequence: root.is_sequence(),
            node: root.is_mapping().then_some(root),
            fresh: false,
            anchor: 0,
        }]);
    };
    let last = TextRange::new(start, start + line.end);
    // A dash that is the last thing of its line is asked for by itself.
    let at = if line.end <= line.content {
        start + line.dashes.last().copied().unwrap_or(line.indent)
    } else {
        start + line.content
    };
    let steps = tree.path_at(at);
    let mut frames = Vec::new();
    let mut path = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let node = step.node;
        let block = matches!(
            node.kind(),
            NodeKind::BlockMapping | NodeKind::BlockSequence
        );
        if !block {
            break;
        }
        let frame = Frame {
            path: path.clone(),
            column: column_of(text, node.range().start),
            sequence: node.is_sequence(),
            node: Some(node),
            fresh: false,
            anchor: at,
        };
        frames.push(frame);
        match step.entry {
            Some(entry) => {
                path.push(Segment::Key(entry.key.value().to_owned()));
                if entry.key.range().start == at {
                    below(
                        &mut frames,
                        &path,
                        entry.value,
                        line.content + 1,
                        last,
                        text,
                    );
                }
            }
            None if index + 1 < steps.len() => path.push(Segment::Item),
            None => {}
        }
    }
    if line.end <= line.content
        && let Some(dash) = line.dashes.last()
    {
        path_of_dash(&mut frames, *dash);
    }
    Some(frames)
}

/// The value of the key on the line before, where it is not written or starts further down.
fn below<'t>(
    frames: &mut Vec<Frame<'t>>,
    path: &[Segment],
    value: Node<'t>,
    column: usize,
    last: TextRange,
    text: &Text,
) {
    let start = value.range().start;
    let further_down = start > last.end;
    // A lone word below a key is the value of the key for the tree, but half a key for its writer.
    let fresh = value.is_missing() || (further_down && value.kind() == NodeKind::Plain);
    if fresh {
        frames.push(Frame {
            path: path.to_vec(),
            column,
            sequence: false,
            node: None,
            fresh: true,
            anchor: last.start + column - 1,
        });
    } else if further_down && (value.is_mapping() || value.is_sequence()) {
        frames.push(Frame {
            path: path.to_vec(),
            column: column_of(text, start),
            sequence: value.is_sequence(),
            node: Some(value),
            fresh: false,
            anchor: start,
        });
    }
}

/// After a line that is only a dash, its item is still to be written.
fn path_of_dash(frames: &mut Vec<Frame<'_>>, dash: usize) {
    let Some(list) = frames
        .iter()
        .rev()
        .find(|frame| frame.sequence && frame.column == dash)
    else {
        return;
    };
    let mut path = list.path.clone();
    path.push(Segment::Item);
    let anchor = list.anchor;
    frames.push(Frame {
        path,
        column: dash + 1,
        sequence: false,
        node: None,
        fresh: true,
        anchor,
    });
}

/// The nearest line above with content; `Some(None)` at the start of a document.
fn line_before(text: &Text, number: usize) -> Option<Option<(usize, Line)>> {
    for above in (number.saturating_sub(MAX_SKIPPED)..number).rev() {
        let (start, source) = line_at(text, above)?;
        if source.starts_with("---") || source.starts_with("...") || source.starts_with('%') {
            return Some(None);
        }
        let line = Line::read(&source);
        if !line.is_blank() {
            return Some(Some((start, line)));
        }
    }
    (number <= MAX_SKIPPED).then_some(None)
}

/// The indentation of the nearest line below with content; 0 at the end.
fn indent_below(text: &Text, number: usize) -> usize {
    (number + 1..(number + MAX_SKIPPED).min(text.line_count()))
        .find_map(|below| {
            let (_, source) = line_at(text, below)?;
            let line = Line::read(&source);
            (!line.is_blank()).then_some(line.indent)
        })
        .unwrap_or(0)
}

fn column_of(text: &Text, offset: usize) -> usize {
    offset - text.line_start(text.line_of(offset))
}

/// One level of indentation, as the objects around have it.
fn unit(frames: &[Frame<'_>], own: &Frame<'_>, column: usize) -> String {
    let columns: Vec<(usize, &[Segment])> = frames
        .iter()
        .filter(|frame| !frame.fresh && !frame.sequence)
        .map(|frame| (frame.column, &frame.path[..]))
        .chain((!own.sequence).then_some((column, &own.path[..])))
        .collect();
    columns
        .windows(2)
        .rev()
        .find(|pair| {
            let nested = pair[1].1.len() == pair[0].1.len() + 1;
            nested && pair[1].0 > pair[0].0 && pair[1].1.last() != Some(&Segment::Item)
        })
        .map_or_else(
            || "  ".to_owned(),
            |pair| " ".repeat((pair[1].0 - pair[0].0).min(8)),
        )
}
