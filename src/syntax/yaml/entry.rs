//! Entries of mappings: their keys, complete and half typed.

use super::block::BlockReader;
use super::lines::{LineKey, Shape, YamlLine, comment_start, is_name, skip_blanks, trim_end};
use crate::syntax::leaf::{NO_COLON, NodeKind, UNCLOSED};

impl BlockReader<'_> {
    /// Reports a line that looks like a key but has no colon.
    pub(super) fn missing_colon(&mut self, start: usize, end: usize, dash: bool) {
        let end = comment_start(self.bytes, start, end);
        let name = &self.text[start..end];
        let word = is_name(name.as_bytes());
        let words = name.split_once(' ').filter(|(name, value)| {
            is_name(name.as_bytes()) && !value.trim().is_empty() && !value.contains(' ')
        });
        let message = if dash {
            "a list item cannot stand among keys; indent it below its key".to_owned()
        } else if word && name.len() <= 40 {
            format!("a `:` is missing after this key; write `{name}:`")
        } else if let Some((name, _)) = words.filter(|_| name.len() <= 40) {
            // The value may be a secret.
            format!("a `:` is missing after this key; write `{name}: ...`")
        } else {
            "this is neither a key nor a value; write `key: value`".to_owned()
        };
        self.grammar_error(start, end, message);
    }

    /// Reports the colon right after an alias that is a key.
    pub(super) fn alias_colon(&mut self, at: usize) {
        let message = "put a space before the `:`, which is otherwise part of the alias's name";
        self.grammar_error(at, at + 1, message);
    }

    /// Adds a key and reads its value.
    pub(super) fn entry(&mut self, at: usize, line: YamlLine, shape: Shape) {
        match shape {
            Shape::Key(key) | Shape::Bare(Some(key)) => {
                if self.explicit_value(key, line) {
                    return;
                }
                self.add_missing();
                self.read_props(at, key.start);
                if let Some(bracket) = self.bracket_without_colon(key, line.end) {
                    return self.key_without_colon(key.start, bracket, line);
                }
                self.key(key);
                if key.kind == NodeKind::Alias && key.end == key.colon {
                    self.alias_colon(key.colon);
                }
                let after = self.pass_invisible(key.colon + 1);
                if shape != Shape::Key(key) {
                    self.grammar_error(key.colon, key.colon + 1, "put a space after the `:`");
                }
                self.value_after(after, line);
            }
            Shape::Explicit => {
                self.certain = false;
                self.add_missing();
                let start = skip_blanks(self.bytes, at + 1, line.end);
                let end = comment_start(self.bytes, start, line.end);
                let kind = if start == end {
                    NodeKind::Missing
                } else {
                    NodeKind::Plain
                };
                self.push(kind, start, end);
                self.expect_value(end);
            }
            Shape::Bare(None) | Shape::Item => self.bare_key(at, line),
        }
    }

    /// The bracket in `key {a: b}`, where the key has no colon.
    pub(super) fn bracket_without_colon(&mut self, key: LineKey, end: usize) -> Option<usize> {
        if key.kind != NodeKind::Plain {
            return None;
        }
        let at = key.start + memchr::memchr2(b'{', b'[', &self.bytes[key.start..key.end])?;
        self.certain = false;
        let name = trim_end(self.bytes, key.start, at);
        let word = !self.bytes[key.start..name].contains(&b' ');
        let last = comment_start(self.bytes, at, end);
        let closed = matches!(self.bytes.get(last - 1), Some(b'}' | b']'));
        Some(at).filter(|_| closed && word && key.start < name && name < at)
    }

    pub(super) fn key_without_colon(&mut self, start: usize, bracket: usize, line: YamlLine) {
        let end = trim_end(self.bytes, start, bracket);
        let node = self.push(NodeKind::Plain, start, end);
        self.out.flag(node, NO_COLON);
        self.missing_colon(start, end, false);
        self.flow(bracket, line);
    }

    /// Reads `: value` after `? key`.
    pub(super) fn explicit_value(&mut self, key: LineKey, line: YamlLine) -> bool {
        let awaited = self.levels.last().is_some_and(|top| top.pending.is_some());
        if key.start != key.colon || !awaited {
            return false;
        }
        self.certain = false;
        self.start_value();
        self.value_after(key.colon + 1, line);
        true
    }

    pub(super) fn bare_key(&mut self, at: usize, line: YamlLine) {
        self.add_missing();
        let quote = matches!(self.bytes[at], b'"' | b'\'');
        let end = comment_start(self.bytes, at, line.end);
        let closed = quote && super::lines::closing_quote(self.bytes, at, end).is_some();
        let kind = match self.bytes[at] {
            b'"' if end > at + 1 => NodeKind::Double,
            b'\'' if end > at + 1 => NodeKind::Single,
            b'*' => NodeKind::Alias,
            _ => NodeKind::Plain,
        };
        let end = match super::lines::closing_quote(self.bytes, at, end) {
            Some(close) if quote => close + 1,
            _ => end,
        };
        let node = self.push(kind, at, end);
        self.out.flag(node, NO_COLON);
        if quote && !closed {
            self.out.flag(node, UNCLOSED);
            self.unclosed_quote(at);
        } else {
            self.missing_colon(at, end, false);
        }
        self.expect_value(end);
    }

    pub(super) fn key(&mut self, key: LineKey) {
        let first = self.bytes[key.start];
        let node = if key.start == key.colon {
            self.certain = false;
            self.push(NodeKind::Missing, key.start, key.start)
        } else {
            self.push(key.kind, key.start, key.end)
        };
        // A simple key has at most 1024 characters (YAML 1.2, 7.4.2).
        if key.end - key.start > 1000 {
            self.certain = false;
        }
        match key.kind {
            NodeKind::Plain => self.check_plain(key.start, key.end, first),
            NodeKind::Alias => self.certain = false,
            _ if !key.closed => {
                self.out.flag(node, UNCLOSED);
                self.unclosed_quote(key.start);
            }
            _ => self.decode(node, key.start, key.end),
        }
        self.last_end = self.last_end.max(key.colon + 1);
    }
}
