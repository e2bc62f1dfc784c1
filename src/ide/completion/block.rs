//! The cursor in block YAML. The tree of the lines above says what is open, the column of the
//! cursor says in which of it the cursor is. The line itself is read from the text: it is half
//! typed, so the tree may have misread it.

pub mod line;
mod open_blocks;

use line::{BlockLine, before_known_key};
use open_blocks::{OpenBlock, has_value_below, indent_below, open_blocks, unit};

use super::cursor::{After, Cursor, Quote, Sibling, Slot, items, line_at, siblings};
use crate::edits::habits::Habits;
use crate::edits::render::{Layout, Style};
use crate::ide::role::Segment;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// The cursor at `offset` in block YAML.
pub fn cursor(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    at(document, offset, |here| {
        let (line, column) = (here.line, here.column);
        if column < line.content && !(line.is_blank() || line.end <= line.content) {
            return None;
        }
        if line.is_blank() {
            if here.source.len() > line.content && column > line.content {
                return None;
            }
            return here.blank_line();
        }
        here.typed()
    })
}

/// The cursor at `offset`, taken as the start of an item, on a line without a dash: the dashes of
/// the list are in the column of its key.
pub fn in_list_of_key(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    at(document, offset, |here| here.in_list_of_key(offset))
}

/// The cursor at `offset` in `- word:`, taken as the beginning of an item that has a colon in it.
pub fn in_item_with_colon(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    at(document, offset, |here| {
        let line = here.line;
        let end = line.colon? + 1;
        let is_bare = !here.part(line.content, end).starts_with(['"', '\'']);
        let is_in = line.content < here.column && here.column <= end;
        if !is_bare || !is_in || line.end > end {
            return None;
        }
        let [dash] = line.dashes[..] else {
            return None;
        };
        let mut open_blocks = here.open_blocks.iter().rev();
        let list = open_blocks.find(|block| block.takes_dash(dash))?;
        let word = here.range(line.content, end);
        Some(here.new_cursor(list, Slot::Item, word, line.content))
    })
}

/// Looks at the line of `offset`.
fn at<'t>(
    document: &'t Document,
    offset: usize,
    look: impl FnOnce(&Here<'t, '_>) -> Option<Cursor<'t>>,
) -> Option<Cursor<'t>> {
    let text = document.text();
    let number = text.line_of(offset);
    let (start, source) = line_at(text, number)?;
    let line = BlockLine::read(&source);
    let column = offset - start;
    if column > source.len() {
        // Far inside a long scalar.
        return None;
    }
    let open_blocks = open_blocks(document, number)?;
    look(&Here {
        document,
        number,
        start,
        source: &source,
        line: &line,
        column,
        open_blocks: &open_blocks,
    })
}

/// The path of the value on a line, for the flow collection that starts there.
pub fn path_of_value(document: &Document, number: usize) -> Option<Vec<Segment>> {
    let (start, source) = line_at(document.text(), number)?;
    let line = BlockLine::read(&source);
    let open_blocks = open_blocks(document, number)?;
    let here = Here {
        document,
        number,
        start,
        source: &source,
        line: &line,
        column: line.content,
        open_blocks: &open_blocks,
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
    line: &'s BlockLine,
    column: usize,
    open_blocks: &'s [OpenBlock<'t>],
}

impl<'t> Here<'t, '_> {
    fn in_list_of_key(&self, offset: usize) -> Option<Cursor<'t>> {
        let line = self.line;
        if !line.dashes.is_empty() || line.colon.is_some() {
            return None;
        }
        let (word, quote) = if line.is_blank() {
            let bare = self.source.len() <= line.content || self.column <= line.content;
            let is_free = bare && indent_below(self.document.text(), self.number) <= self.column;
            is_free.then(|| (TextRange::empty(offset), None))?
        } else {
            self.word(line.content)?
        };
        let from = word.start() - usize::from(quote.is_some()) - self.start;
        let mut open_blocks = self.open_blocks.iter().rev();
        let list = open_blocks.find(|block| block.takes_dash(from))?;
        // A list that is indented deeper than its key is not meant here.
        let of_key = |block: &OpenBlock<'_>| {
            !block.sequence
                && !block.fresh
                && block.column == from
                && list.path.starts_with(&block.path)
        };
        if !self.open_blocks.iter().any(of_key) {
            return None;
        }
        let mut cursor = self.new_cursor(list, Slot::Item, word, from);
        cursor.quote = quote;
        cursor.before = "- ";
        cursor.layout.indent = " ".repeat(from + 2);
        Some(cursor)
    }

    fn blank_line(&self) -> Option<Cursor<'t>> {
        let at = TextRange::empty(self.start + self.column);
        // A new entry here would become the parent of the deeper lines below.
        if indent_below(self.document.text(), self.number) > self.column {
            return None;
        }
        let block = self
            .open_blocks
            .iter()
            .rev()
            .find(|block| block.fits(self.column))?;
        let slot = if block.sequence {
            Slot::Item
        } else {
            Slot::Key { colon: false }
        };
        let mut cursor = self.new_cursor(block, slot, at, self.column);
        if block.sequence {
            cursor.before = "- ";
            cursor.layout.indent = " ".repeat(self.column + 2);
        }
        Some(cursor)
    }

    fn typed(&self) -> Option<Cursor<'t>> {
        let line = self.line;
        let block = self.container()?;
        let offset = self.start + self.column;
        if let Some(colon) = line.colon {
            // The key may be empty: `: x` is left when its name is deleted.
            let key_end = line.content + self.part(line.content, colon).trim_end().len();
            if let Some(cursor) = self.before_key(&block, colon, key_end) {
                return Some(cursor);
            }
            if self.column <= key_end {
                let word = self.range(line.content, key_end);
                return Some(self.new_cursor(
                    &block,
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
            let mut cursor = self.new_cursor(&block, slot, word, line.content);
            cursor.quote = quote;
            if word.start() == self.start + colon + 1 {
                cursor.before = " ";
            }
            return Some(cursor);
        }
        if line.end <= line.content {
            // Nothing after the dashes.
            let item = line.dashes.last()?;
            let column = self.column.max(item + 2);
            let at = TextRange::empty(offset);
            let mut cursor = self.new_cursor(&block, Slot::Item, at, column);
            cursor.has_value = has_value_below(self.document.text(), self.number, column);
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
        let mut cursor = self.new_cursor(&block, slot, word, line.content);
        cursor.quote = quote;
        cursor.has_value = has_value_below(self.document.text(), self.number, line.content);
        Some(cursor)
    }

    /// A key that is typed right before another key on the same line.
    fn before_key(
        &self,
        block: &OpenBlock<'t>,
        colon: usize,
        key_end: usize,
    ) -> Option<Cursor<'t>> {
        let content = self.line.content;
        let typed = before_known_key(self.part(content, key_end), self.column - content)?;
        let slot = Slot::Key { colon: false };
        let next = content + typed;
        let mut cursor = self.new_cursor(block, slot, self.range(content, next), content);
        let tree = self.document.tree();
        if typed == 0 {
            cursor.siblings = block.node.map_or_else(Vec::new, |node| {
                siblings(tree, node, TextRange::empty(self.start))
            });
        } else {
            let value = self.source.get(self.line.value..self.line.end);
            cursor.siblings.push(Sibling {
                key: self.part(next, colon).trim_end().to_owned(),
                value: value.map(str::to_owned),
            });
        }
        cursor.after = After::Line;
        Some(cursor)
    }

    /// The object or list that the content of this line belongs to.
    fn container(&self) -> Option<OpenBlock<'t>> {
        let line = self.line;
        let Some((&first, rest)) = line.dashes.split_first() else {
            let is_object = |block: &&OpenBlock<'t>| block.fits(line.content) && !block.sequence;
            // A key above a list that was the value of the key around.
            let above_list = |block: &&OpenBlock<'t>| {
                block.fits(line.content)
                    && block
                        .node
                        .is_some_and(|node| node.range().start() > self.start)
            };
            let open_blocks = self.open_blocks.iter().rev();
            return open_blocks
                .clone()
                .find(is_object)
                .cloned()
                .or_else(|| open_blocks.clone().find(above_list).cloned());
        };
        let mut list = self
            .open_blocks
            .iter()
            .rev()
            .find(|block| block.takes_dash(first))?
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

    /// The object that starts with the content of this line.
    fn node_at_content(&self) -> Option<Node<'t>> {
        let at = self.start + self.line.content;
        let steps = self.document.tree().path_at(at);
        steps
            .iter()
            .map(|step| step.node)
            .find(|node| node.kind() == NodeKind::BlockMapping && node.range().start() == at)
    }

    fn new_cursor(
        &self,
        block: &OpenBlock<'t>,
        slot: Slot,
        word: TextRange,
        column: usize,
    ) -> Cursor<'t> {
        let text = self.document.text();
        let tree = self.document.tree();
        let this_line = TextRange::new(self.start, self.start + self.source.len());
        let node = block.node;
        Cursor {
            path: block.path.clone(),
            slot,
            word,
            quote: None,
            siblings: node.map_or_else(Vec::new, |node| siblings(tree, node, this_line)),
            items: node.map_or_else(Vec::new, |node| items(node, this_line)),
            container: node,
            anchor: node.map_or(block.anchor, |node| node.range().start()),
            layout: Layout {
                style: Style::Block,
                indent: " ".repeat(column),
                unit: unit(self.open_blocks, block, column),
                base: self.part(0, self.line.indent.min(self.column)).to_owned(),
                inline: false,
                tight: false,
                line_break: text.line_break(self.number),
                habits: Habits::default(),
            },
            before: "",
            has_value: false,
            comma_at: None,
            after: After::Nothing,
        }
    }

    fn key(&self, colon: usize) -> String {
        let raw = self.part(self.line.content, colon).trim_end();
        raw.trim_matches(['"', '\'']).to_owned()
    }

    /// A part of the line; empty if the columns are in no order.
    fn part(&self, start: usize, end: usize) -> &str {
        self.source.get(start..end).unwrap_or("")
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
            // `$ref: #` is a comment for YAML, but the user is typing a pointer.
            if rest.starts_with('#') && self.part(line.content, colon) == "$ref" {
                let start = self.source.len() - rest.len();
                let end = start + rest.trim_end().len();
                return (start <= self.column && self.column <= end)
                    .then(|| (self.range(start, end), None));
            }
            let comment = self.source.len() - rest.len();
            return (rest.is_empty() || self.column < comment)
                .then(|| (TextRange::empty(self.start + self.column), None));
        }
        // An anchor or a tag is not part of the word.
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
            // Only an anchor or a tag.
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
