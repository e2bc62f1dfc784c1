//! Values of entries and items: what follows a colon or a dash.

use super::block::{BlockKind, BlockReader};
use super::lines::{
    Shape, YamlLine, blank_or_end, comment_start, content_from, header, shape, skip_blanks,
    starts_block, trim_end,
};
use crate::syntax::invisible;
use crate::syntax::leaf::NodeKind;
use crate::text::range::TextRange;

impl BlockReader<'_> {
    /// Reads the value after a colon, on the rest of the line or on deeper lines.
    pub(super) fn value_after(&mut self, after: usize, line: YamlLine) {
        let at = skip_blanks(self.bytes, after, line.end);
        if at == line.end || self.bytes[at] == b'#' {
            self.certain &= at == line.end || at > after;
            self.expect_value(self.place_after(after, line.end));
        } else {
            self.inline(at, line);
        }
    }

    /// Where a value would be typed: after one space, if there is one.
    fn place_after(&self, after: usize, end: usize) -> usize {
        after + usize::from(after < end && self.bytes[after] == b' ')
    }

    /// Reads a node that starts on its own line or after a dash, at the column `indent`.
    pub(super) fn child(&mut self, mut at: usize, line: YamlLine, mut indent: i32) {
        loop {
            self.start_value();
            let shape = match shape(self.bytes, at, line.end) {
                shape if self.bytes.get(at) != Some(&b'-') => shape,
                _ if invisible::sign_at(self.bytes, at + 1).is_some() => Shape::Item,
                shape => shape,
            };
            match shape {
                Shape::Item => {
                    if !self.open_level(BlockKind::Sequence, indent, at) {
                        return;
                    }
                    let Some(content) = self.dash(at, line) else {
                        return;
                    };
                    at = content;
                    indent = column(line, content);
                }
                Shape::Key(_) | Shape::Explicit => {
                    let start = shape.key().map_or(at, |key| key.start);
                    if self.open_level(BlockKind::Mapping, indent, start) {
                        self.entry(at, line, shape);
                    }
                    return;
                }
                Shape::Bare(word) => {
                    let is_key = word
                        .is_some_and(|key| invisible::sign_at(self.bytes, key.colon + 1).is_some());
                    if is_key || self.keys_follow(indent, at) || self.keys_under(indent, at, line) {
                        if self.open_level(BlockKind::Mapping, indent, at) {
                            self.entry(at, line, shape);
                        }
                    } else {
                        self.certain &= at != line.content;
                        self.inline(at, line);
                    }
                    return;
                }
            }
        }
    }

    /// Adds an item to the innermost sequence.
    pub(super) fn item(&mut self, at: usize, line: YamlLine) {
        self.add_missing();
        if let Some(content) = self.dash(at, line) {
            self.child(content, line, column(line, content));
        }
    }

    /// Skips a dash. Returns where the item's content starts on the line.
    fn dash(&mut self, at: usize, line: YamlLine) -> Option<usize> {
        let after = self.pass_invisible(at + 1);
        let content = skip_blanks(self.bytes, after, line.end);
        self.last_end = self.last_end.max(at + 1);
        if content == line.end || self.bytes[content] == b'#' {
            self.expect_value(self.place_after(at + 1, line.end));
            return None;
        }
        Some(content)
    }

    /// Reads a dash at the indent of keys.
    pub(super) fn item_in_mapping(&mut self, line: YamlLine, indent: i32) {
        if self.levels.last().is_some_and(|top| top.pending.is_some()) {
            self.start_value();
            if self.open_level(BlockKind::Sequence, indent, line.content) {
                self.item(line.content, line);
            }
            return;
        }
        let content = skip_blanks(self.bytes, line.content + 1, line.end);
        self.missing_colon(line.content, line.content + 1, true);
        let shape = shape(self.bytes, content, line.end);
        if matches!(shape, Shape::Key(_)) {
            self.entry(content, line, shape);
        }
    }

    /// Reads something at the indent of items that has no dash.
    pub(super) fn missing_dash(&mut self, line: YamlLine, indent: i32) {
        let mut at = line.content;
        if self.bytes[at] == b'-' && at + 1 < line.end && self.bytes[at + 1] != b'-' {
            let after = self.pass_invisible(at + 1);
            self.grammar_error(at, at + 1, "put a space after the `-`");
            at = skip_blanks(self.bytes, after, line.end);
        } else {
            let end = shape(self.bytes, at, line.end)
                .key()
                .map_or_else(|| comment_start(self.bytes, at, line.end), |key| key.end);
            self.certain = false;
            if !self.follows_error() {
                self.grammar_error(at, end, "a `- ` is missing before this item");
            }
        }
        self.add_missing();
        if at == line.end {
            return self.expect_value(at);
        }
        self.child(at, line, indent);
    }

    /// Whether a line without a colon is a half-typed key, because keys follow at its indent.
    fn keys_follow(&mut self, indent: i32, at: usize) -> bool {
        if matches!(self.bytes[at], b'[' | b'{' | b'|' | b'>' | b'&' | b'!') {
            return false;
        }
        let mut from = self.at;
        loop {
            let (Some(line), _) = content_from(self.bytes, from) else {
                return false;
            };
            let spent = line.next - from;
            if line.indent() < indent || spent > self.budget {
                return false;
            }
            self.budget -= spent;
            if line.indent() == indent {
                match shape(self.bytes, line.content, line.end) {
                    Shape::Key(_) => return true,
                    Shape::Bare(_) | Shape::Item => {}
                    Shape::Explicit => return false,
                }
            }
            from = line.next;
        }
    }

    /// Whether a word alone on its line is a half-typed key, because a deeper key is below it.
    fn keys_under(&mut self, indent: i32, at: usize, line: YamlLine) -> bool {
        let end = comment_start(self.bytes, at, line.end);
        let word = (self.bytes[at..end].iter())
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
        word && at == line.content
            && self.peek().is_some_and(|next| {
                let key = matches!(shape(self.bytes, next.content, next.end), Shape::Key(_));
                key && next.indent() > indent
            })
    }

    /// Reads anchors and tags in `at..to`.
    pub(super) fn read_props(&mut self, mut at: usize, to: usize) {
        while at < to {
            self.certain = false;
            let mut stop = at;
            while !blank_or_end(self.bytes, stop, to) {
                stop += 1;
            }
            let range = TextRange::new(at, stop);
            if self.bytes[at] == b'!' {
                self.props.1 = Some(range);
            } else if stop > at + 1 {
                self.props.0 = Some(range);
            } else {
                self.grammar_error(at, stop, "an anchor needs a name; write `&name`");
            }
            at = skip_blanks(self.bytes, stop, to);
        }
    }

    /// Reads a value on the rest of the line.
    pub(super) fn inline(&mut self, at: usize, line: YamlLine) {
        let mut at = at;
        if matches!(self.bytes[at], b'&' | b'!') {
            self.certain = false;
            let mut from = at;
            while from < line.end && matches!(self.bytes[from], b'&' | b'!') {
                let mut stop = from;
                while !blank_or_end(self.bytes, stop, line.end) {
                    stop += 1;
                }
                self.read_props(from, stop);
                at = stop;
                from = skip_blanks(self.bytes, stop, line.end);
            }
            if from == line.end || self.bytes[from] == b'#' {
                return self.expect_value(self.place_after(at, line.end));
            }
            at = from;
        }
        let block = matches!(self.bytes[at], b'|' | b'>')
            && (starts_block(self.bytes, at, line.end) || self.text_below());
        match self.bytes[at] {
            b'"' | b'\'' => self.quoted(at, line),
            b'|' | b'>' if block => self.block_scalar(at, line),
            b'|' | b'>' if self.has_text_after_mark(at, line) => {
                let end = header(self.bytes, at, line.end).end;
                let mark = char::from(self.bytes[at]);
                let message = format!(
                    "the text after `{mark}` starts on the next line; move it there, or remove \
                     the `{mark}`"
                );
                self.grammar_error(at, end, message);
                self.inline(skip_blanks(self.bytes, end, line.end), line);
            }
            b'[' | b'{' => self.flow(at, line),
            b'*' => self.alias(at, line),
            b'-' if blank_or_end(self.bytes, at + 1, line.end) => {
                self.grammar_error(
                    at,
                    at + 1,
                    "a list starts on its own line; put this below the key",
                );
                let alone = skip_blanks(self.bytes, at + 1, line.end) == line.end;
                if alone && self.keys_below() {
                    return self.expect_value(at);
                }
                self.child(at, line, column(line, at));
            }
            b'}' | b']' | b',' => {
                let mark = char::from(self.bytes[at]);
                self.grammar_error(
                    at,
                    at + 1,
                    format!(
                        "a value cannot start with `{mark}`; remove it or put the value in quotes"
                    ),
                );
                let end = comment_start(self.bytes, at, line.end);
                self.scalar(NodeKind::Plain, at, end, line);
            }
            b'@' | b'`' | b'%' | b'|' | b'>' => {
                let message = super::messages::cannot_start_with(char::from(self.bytes[at]));
                self.grammar_error(at, at + 1, message);
                let end = comment_start(self.bytes, at, line.end);
                self.scalar(NodeKind::Plain, at, end, line);
            }
            _ => self.plain(at, line),
        }
    }

    /// Whether text stands behind the mark of a block scalar; not another mark, so that reading it
    /// does not nest.
    fn has_text_after_mark(&self, at: usize, line: YamlLine) -> bool {
        let header = header(self.bytes, at, line.end);
        let rest = skip_blanks(self.bytes, header.end, line.end);
        let first = self
            .bytes
            .get(rest)
            .filter(|_| rest > header.end && rest < line.end);
        first.is_some_and(|first| !matches!(first, b'|' | b'>' | b'&' | b'!'))
    }

    fn alias(&mut self, at: usize, line: YamlLine) {
        self.certain = false;
        let mut end = at + 1;
        while !blank_or_end(self.bytes, end, line.end) {
            end += 1;
        }
        if end == at + 1 {
            self.grammar_error(at, end, "an alias needs a name; write `*name`");
        }
        self.after_value(end, line, "the alias");
        self.scalar(NodeKind::Alias, at, end, line);
    }

    /// Reports text between a finished value and the end of its line.
    pub(super) fn after_value(&mut self, end: usize, line: YamlLine, what: &str) {
        let rest = skip_blanks(self.bytes, end, line.end);
        if rest == line.end || self.bytes[rest] == b'#' && rest > end {
            return;
        }
        let stop = comment_start(self.bytes, rest, line.end).max(rest + 1);
        let message = match &self.bytes[rest..stop] {
            b"," => "YAML needs no comma at the end of a line; remove it".to_owned(),
            _ => format!("unexpected text after {what}; remove it or put all in quotes"),
        };
        self.grammar_error(rest, stop, message);
    }

    /// Adds a scalar or alias of one line, unless the lines below show that it is not one.
    pub(super) fn scalar(&mut self, kind: NodeKind, start: usize, end: usize, line: YamlLine) {
        if self.entries_instead(start, end, line) {
            return;
        }
        let node = self.push(kind, start, end);
        if matches!(kind, NodeKind::Single | NodeKind::Double) {
            self.decode(node, start, end);
        }
    }

    /// Handles entries below a value on the line: the value was typed in the wrong place.
    pub(super) fn entries_instead(&mut self, start: usize, end: usize, line: YamlLine) -> bool {
        let Some(top) = self.levels.last().copied() else {
            return false;
        };
        let Some(next) = self.peek() else {
            return false;
        };
        let indent = self.indent_of(next);
        if indent < top.indent || top.kind == BlockKind::Document {
            self.certain &= indent <= top.indent;
            return false;
        }
        let shape = shape(self.bytes, next.content, next.end);
        if indent == top.indent {
            if top.kind != BlockKind::Mapping || shape != Shape::Item || self.is_stray_dash(next) {
                return false;
            }
        } else {
            self.certain = false;
        }
        let entries = match shape {
            Shape::Key(_) if top.kind == BlockKind::Sequence => {
                if self.open_level(BlockKind::Mapping, indent, start) {
                    self.entry(start, line, Shape::Bare(None));
                }
                return true;
            }
            Shape::Key(_) => self.are_children(top.indent, indent, next),
            Shape::Item => top.kind == BlockKind::Mapping,
            _ => false,
        };
        if entries {
            self.grammar_error(
                start,
                end,
                "a value and deeper lines below it exclude each other; remove one of them",
            );
            self.expect_value(start);
        }
        entries
    }

    /// Whether a dash alone is before a key with the same indent, so that it does not start a list.
    pub(super) fn is_dash_before_key(&self, line: YamlLine) -> bool {
        let lone = trim_end(self.bytes, line.content, line.end) == line.content + 1;
        let (after, _) = content_from(self.bytes, line.next);
        lone && after.is_some_and(|after| {
            let key = matches!(shape(self.bytes, after.content, after.end), Shape::Key(_));
            after.indent() == line.indent() && key
        })
    }

    /// Whether the next line is text, deeper than the innermost level.
    fn text_below(&mut self) -> bool {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        self.peek().is_some_and(|next| {
            let bare = matches!(shape(self.bytes, next.content, next.end), Shape::Bare(_));
            bare && next.indent() > parent
        })
    }

    /// Whether the next line is a key, deeper than the innermost level.
    fn keys_below(&mut self) -> bool {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        self.peek().is_some_and(|next| {
            let key = matches!(shape(self.bytes, next.content, next.end), Shape::Key(_));
            key && next.indent() > parent
        })
    }

    /// Whether a line is just a dash, with neither content nor another item below it.
    fn is_stray_dash(&self, line: YamlLine) -> bool {
        let lone = trim_end(self.bytes, line.content, line.end) == line.content + 1;
        let (after, _) = content_from(self.bytes, line.next);
        lone && after.is_none_or(|after| {
            let item = shape(self.bytes, after.content, after.end) == Shape::Item;
            after.indent() < line.indent() || after.indent() == line.indent() && !item
        })
    }

    /// Whether deeper keys are children of a key that has a value, rather than siblings, one of
    /// them indented too far.
    fn are_children(&self, parent: i32, indent: i32, next: YamlLine) -> bool {
        let outer = self.levels.iter().rev().nth(1);
        if indent == parent + 1 && outer.is_none_or(|outer| outer.indent + 1 < parent) {
            return false;
        }
        let (after, _) = content_from(self.bytes, next.next);
        after.is_some_and(|after| after.indent() > parent)
    }
}

pub(super) fn column(line: YamlLine, at: usize) -> i32 {
    let inside = i32::try_from(at - line.content).unwrap_or(i32::MAX);
    line.indent().saturating_add(inside)
}
