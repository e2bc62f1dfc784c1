//! The syntax errors of a document, collected from its chunks: their own, and those that only show
//! between chunks.

use std::collections::HashMap;

use super::{Branch, Child, Chunk, chunk_keys};
use crate::syntax::format::Format;
use crate::syntax::json::{self, never_closed};
use crate::syntax::leaf::{
    Leaf, SyntaxError, SyntaxErrorKind, UNCLOSED, duplicate_key, repeated_key,
};
use crate::syntax::split::indent_of;
use crate::text::range::TextRange;

impl Child {
    /// JSON: whether a bracket that stays open or an error in the line of its last value explains
    /// why no comma ends it.
    fn ends_with_error(&self) -> bool {
        let leaf = match &*self.chunk {
            Chunk::Leaf(leaf) => leaf,
            Chunk::Branch(branch) => return branch.is_unclosed(),
        };
        if !leaf.errors().is_empty() && !unclosed_at_end(leaf).is_empty() {
            return true;
        }
        let end = last_character(&self.chunk).end();
        let line = leaf.text()[..end].rfind(['\n', '\r']).unwrap_or(0);
        // A comment in that line explains nothing.
        let mut errors = (leaf.errors().iter()).filter(|error| !error.kind.is_extension());
        errors.any(|error| error.range.start() >= line)
    }

    /// All syntax errors in a chunk that starts at `base`.
    pub fn collect_errors(&self, base: usize, errors: &mut Vec<SyntaxError>) {
        self.collect(base, &[], errors);
    }

    /// `around` are the unclosed brackets of the enclosing branches that end with this chunk,
    /// outermost first. Returns whether a reported error covers them.
    fn collect(&self, base: usize, around: &[u8], errors: &mut Vec<SyntaxError>) -> bool {
        if !self.has_errors {
            return false;
        }
        match &*self.chunk {
            Chunk::Leaf(leaf) => collect_leaf(leaf, base, around, errors),
            Chunk::Branch(branch) => branch.collect_errors(base, around, errors),
        }
    }
}

fn collect_leaf(leaf: &Leaf, base: usize, around: &[u8], errors: &mut Vec<SyntaxError>) -> bool {
    let unclosed = if around.is_empty() || leaf.errors().is_empty() {
        Vec::new()
    } else {
        unclosed_at_end(leaf)
    };
    let mut is_covered = false;
    for error in leaf.errors() {
        let mut error = SyntaxError {
            range: error.range.shifted(base),
            ..error.clone()
        };
        let is_innermost = unclosed.first().map(|open| base + open) == Some(error.range.start());
        if is_innermost && error.kind == SyntaxErrorKind::Grammar {
            let bracket = |at: &usize| leaf.text().as_bytes()[*at];
            let inside = unclosed.iter().map(bracket);
            let openers: Vec<u8> = inside.chain(around.iter().rev().copied()).collect();
            error.message = never_closed(&openers);
            is_covered = true;
        }
        errors.push(error);
    }
    is_covered
}

/// The offsets of the unclosed brackets that end with the leaf, innermost first.
fn unclosed_at_end(leaf: &Leaf) -> Vec<usize> {
    let nodes = leaf.nodes();
    let end = nodes.first().map_or(0, |root| root.end);
    let opens = nodes
        .iter()
        .filter(|node| node.flags & UNCLOSED != 0 && node.end == end && !node.kind.is_scalar());
    let mut places: Vec<usize> = (opens.map(|node| node.start as usize))
        .filter(|start| matches!(leaf.text().as_bytes().get(*start), Some(b'{' | b'[')))
        .collect();
    places.dedup();
    places.reverse();
    places
}

impl Branch {
    /// JSON: whether its bracket is never closed.
    pub(in crate::syntax) fn is_unclosed(&self) -> bool {
        self.format == Format::Json && self.tail.close_end.is_none()
    }

    fn collect_errors(&self, base: usize, around: &[u8], errors: &mut Vec<SyntaxError>) -> bool {
        for error in self.header.errors() {
            errors.push(SyntaxError {
                range: error.range.shifted(base),
                ..error.clone()
            });
        }
        let is_open = self.is_unclosed();
        let mut open = Vec::new();
        if is_open {
            open.extend(around);
            open.push(self.opening());
        }
        let mut is_covered = false;
        let mut seen = HashMap::new();
        let last = self.children.len().saturating_sub(1);
        for (number, (at, child)) in self.children_with_offsets().enumerate() {
            let at = base + at;
            let is_last = number == last;
            let around = if is_last { open.as_slice() } else { &[] };
            is_covered = child.collect(at, around, errors) && is_last;
            if let Some(error) = self.error_between(child, is_last) {
                errors.push(SyntaxError {
                    range: error.range.shifted(at),
                    ..error
                });
            }
            self.collect_repeated(child, at, &mut seen, errors);
        }
        open.reverse();
        self.collect_tail(base, (is_open && !is_covered).then_some(open), errors);
        is_open
    }

    /// The error of a child that only shows next to its siblings.
    fn error_between(&self, child: &Child, is_last: bool) -> Option<SyntaxError> {
        let (range, message) = match self.format {
            Format::Yaml if self.is_misplaced(child) => {
                let word = first_word(&child.chunk);
                // What is wrong with the word itself explains its place.
                if (child.chunk.first_errors().iter())
                    .any(|error| error.range.start() <= word.start())
                {
                    return None;
                }
                let message = format!(
                    "this stands at column {}, the entries above at column {}: indent it like them",
                    child.indent + 1,
                    self.layout.level + 1
                );
                (word, message)
            }
            Format::Json if !is_last && !child.ends_with_comma && !child.ends_with_error() => {
                let message = "a comma is missing here: write `,` between two members";
                (last_character(&child.chunk), message.to_owned())
            }
            _ => return None,
        };
        Some(SyntaxError {
            range,
            kind: SyntaxErrorKind::Grammar,
            message,
        })
    }

    fn collect_repeated(
        &self,
        child: &Child,
        at: usize,
        seen: &mut HashMap<u64, usize>,
        errors: &mut Vec<SyntaxError>,
    ) {
        let is_repeated = |hash: &u64| self.repeated.binary_search(hash).is_ok();
        if self.repeated.is_empty() || child.key != 0 && !is_repeated(&child.key) {
            return;
        }
        chunk_keys(&child.chunk, |key| {
            let hash = key.hash();
            let is_known = key.is_whole && is_repeated(&hash);
            if is_known && *seen.entry(hash).or_insert(at) != at {
                let range = key.range.shifted(at);
                errors.push(match self.format {
                    Format::Yaml => repeated_key(key.name, range),
                    Format::Json => SyntaxError {
                        range,
                        kind: SyntaxErrorKind::DuplicateKey,
                        message: duplicate_key(key.name),
                    },
                });
            }
        });
    }

    /// `open` are the unclosed brackets that end with this branch, its own first, if no error
    /// covers them yet.
    fn collect_tail(&self, base: usize, open: Option<Vec<u8>>, errors: &mut Vec<SyntaxError>) {
        let at = base + self.tail_at();
        if self.has_trailing_comma()
            && let Some(last) = self.children.last()
            && let Some(comma) = last_comma(&last.chunk)
        {
            errors.push(SyntaxError {
                range: TextRange::new(comma, comma + 1).shifted(at - last.len()),
                kind: SyntaxErrorKind::TrailingComma,
                message: json::TRAILING_COMMA.to_owned(),
            });
        }
        if let Some(end) = self.tail.close_end.filter(|_| self.tail.is_other) {
            errors.push(SyntaxError {
                range: TextRange::new(end - 1, end).shifted(at),
                kind: SyntaxErrorKind::Grammar,
                message: json::wrong_closer(char::from(self.closing())),
            });
        }
        if let Some(comment) = self.tail.comment {
            errors.push(SyntaxError {
                range: comment.shifted(at),
                kind: SyntaxErrorKind::Comment,
                message: json::COMMENT.to_owned(),
            });
        }
        if let Some(junk) = self.tail.junk {
            errors.push(SyntaxError {
                range: junk.shifted(at),
                kind: SyntaxErrorKind::Grammar,
                message: "nothing may follow the closing bracket here: remove this".to_owned(),
            });
        }
        if let Some(open) = open {
            let at = base + self.layout.open_at;
            errors.push(SyntaxError {
                range: TextRange::new(at, at + 1),
                kind: SyntaxErrorKind::Grammar,
                message: never_closed(&open),
            });
        }
    }
}

fn first_word(chunk: &Chunk) -> TextRange {
    let text = chunk.first_text();
    let (start, _) = indent_of(text);
    let word = text[start..]
        .find([' ', '\t', '\n', '\r', ':'])
        .filter(|length| *length > 0);
    let end = word.map_or_else(
        || start + text[start..].chars().next().map_or(0, char::len_utf8),
        |length| start + length,
    );
    TextRange::new(start, end)
}

/// The last character of the last value of a chunk.
fn last_character(chunk: &Chunk) -> TextRange {
    match chunk {
        Chunk::Leaf(leaf) => {
            let nodes = leaf.nodes();
            let ends = nodes.iter().skip(1).map(|node| node.end as usize);
            let end = ends.max().unwrap_or(0);
            TextRange::new(floor(leaf.text(), end.saturating_sub(1)), end)
        }
        Chunk::Branch(branch) => {
            let end = branch.tail_at() + branch.tail.close_end.unwrap_or(0);
            TextRange::new(end.saturating_sub(1), end)
        }
    }
}

/// JSON: the offset of the comma that ends a chunk.
fn last_comma(chunk: &Chunk) -> Option<usize> {
    match chunk {
        Chunk::Leaf(leaf) => json::last_comma(leaf.text()),
        Chunk::Branch(branch) => Some(branch.tail_at() + branch.tail.comma?),
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
