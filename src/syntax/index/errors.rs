//! The syntax errors of a document, from its pieces: their own, and those that only the
//! neighbourhood of pieces shows.

use std::collections::HashMap;

use super::keys::piece_keys;
use super::{Branch, Piece, indent};
use crate::syntax::document::Format;
use crate::syntax::json::{self, never_closed};
use crate::syntax::leaf::{Fault, Leaf, SyntaxError, UNCLOSED, duplicate_key};
use crate::text::range::TextRange;

impl Piece {
    /// All syntax errors below, from the start of this piece.
    pub(in crate::syntax) fn collect_errors(&self, base: usize, errors: &mut Vec<SyntaxError>) {
        self.collect(base, &[], errors);
    }

    /// `around` are the brackets of the branches around this piece that end with it and are never
    /// closed, the outermost first; whether an error was told that speaks of them.
    fn collect(&self, base: usize, around: &[u8], errors: &mut Vec<SyntaxError>) -> bool {
        match self {
            Self::Leaf(leaf) => collect_leaf(leaf, base, around, errors),
            Self::Branch(branch) => branch.collect_errors(base, around, errors),
        }
    }
}

fn collect_leaf(leaf: &Leaf, base: usize, around: &[u8], errors: &mut Vec<SyntaxError>) -> bool {
    let unclosed = if around.is_empty() || leaf.errors().is_empty() {
        Vec::new()
    } else {
        unclosed_at_end(leaf)
    };
    let mut told = false;
    for error in leaf.errors() {
        let mut error = SyntaxError {
            range: error.range.shifted(base),
            ..error.clone()
        };
        let is_innermost = unclosed.first().map(|open| base + open) == Some(error.range.start);
        if is_innermost && error.fault == Fault::Grammar {
            let bracket = |at: &usize| leaf.text().as_bytes()[*at];
            let inside = unclosed.iter().map(bracket);
            let openers: Vec<u8> = inside.chain(around.iter().rev().copied()).collect();
            error.message = never_closed(&openers);
            told = true;
        }
        errors.push(error);
    }
    told
}

/// Where the brackets of a leaf are that end with it and are never closed, the innermost first.
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
        if !self.faulty {
            return false;
        }
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
        let mut told = false;
        let mut at = base + self.plan.body;
        let mut seen = HashMap::new();
        let last = self.chunks.len().saturating_sub(1);
        for (number, chunk) in self.chunks.iter().enumerate() {
            // The very last child needs no comma.
            let bare = chunk.bare > usize::from(number == last);
            let touched = chunk.faulty || chunk.misplaced > 0 || bare || !self.repeated.is_empty();
            if !touched {
                at += chunk.len;
                continue;
            }
            for (place, piece) in chunk.pieces.iter().enumerate() {
                let is_last = number == last && place + 1 == chunk.pieces.len();
                let around = if is_last { open.as_slice() } else { &[] };
                told = piece.collect(at, around, errors) && is_last;
                self.collect_between(piece, at, is_last, errors);
                self.collect_repeated(piece, at, &mut seen, errors);
                at += piece.len();
            }
        }
        open.reverse();
        self.collect_tail(base, (is_open && !told).then_some(open), errors);
        is_open
    }

    /// Errors of a child that only its neighbours show.
    fn collect_between(
        &self,
        piece: &Piece,
        at: usize,
        is_last: bool,
        errors: &mut Vec<SyntaxError>,
    ) {
        if self.format == Format::Yaml {
            let indent = indent(piece);
            if indent != self.plan.level {
                errors.push(SyntaxError {
                    range: first_word(piece).shifted(at),
                    fault: Fault::Grammar,
                    message: format!(
                        "this stands at column {}, the entries above at column {}: indent it like them",
                        indent + 1,
                        self.plan.level + 1
                    ),
                });
            }
        } else if !is_last && !piece.ends_with_comma() {
            errors.push(SyntaxError {
                range: last_character(piece).shifted(at),
                fault: Fault::Grammar,
                message: "a comma is missing here: write `,` between two members".to_owned(),
            });
        }
    }

    fn collect_repeated(
        &self,
        piece: &Piece,
        at: usize,
        seen: &mut HashMap<u64, usize>,
        errors: &mut Vec<SyntaxError>,
    ) {
        if self.repeated.is_empty() {
            return;
        }
        piece_keys(piece, |key| {
            let hash = key.hash();
            let is_known = key.is_whole && self.repeated.contains(&hash);
            if is_known && *seen.entry(hash).or_insert(at) != at {
                errors.push(SyntaxError {
                    range: key.range.shifted(at),
                    fault: Fault::DuplicateKey,
                    message: duplicate_key(key.name),
                });
            }
        });
    }

    /// `open` are the brackets that are never closed and end with this branch, its own first, if
    /// nothing told of them.
    fn collect_tail(&self, base: usize, open: Option<Vec<u8>>, errors: &mut Vec<SyntaxError>) {
        let at = base + self.plan.body + self.body_len();
        if self.has_trailing_comma()
            && let Some(last) = self.last()
            && let Some(comma) = last_comma(last)
        {
            errors.push(SyntaxError {
                range: TextRange::new(comma, comma + 1).shifted(at - last.len()),
                fault: Fault::TrailingComma,
                message: json::TRAILING_COMMA.to_owned(),
            });
        }
        if let Some(comment) = self.tail.comment {
            errors.push(SyntaxError {
                range: comment.shifted(at),
                fault: Fault::Comment,
                message: json::COMMENT.to_owned(),
            });
        }
        if let Some(junk) = self.tail.junk {
            errors.push(SyntaxError {
                range: junk.shifted(at),
                fault: Fault::Grammar,
                message: "nothing may follow the closing bracket here: remove this".to_owned(),
            });
        }
        if let Some(open) = open {
            let at = base + self.plan.open_at;
            errors.push(SyntaxError {
                range: TextRange::new(at, at + 1),
                fault: Fault::Grammar,
                message: never_closed(&open),
            });
        }
    }
}

fn first_word(piece: &Piece) -> TextRange {
    let text = match piece {
        Piece::Leaf(leaf) => leaf.text(),
        Piece::Branch(branch) => branch.header.text(),
    };
    let start = text.len() - text.trim_start_matches(' ').len();
    let word = text[start..]
        .find([' ', '\t', '\n', '\r', ':'])
        .filter(|length| *length > 0);
    let end = word.map_or_else(
        || start + text[start..].chars().next().map_or(0, char::len_utf8),
        |length| start + length,
    );
    TextRange::new(start, end)
}

/// The last character of the last value of a piece.
fn last_character(piece: &Piece) -> TextRange {
    let end = match piece {
        Piece::Leaf(leaf) => {
            let end = leaf
                .nodes()
                .iter()
                .skip(1)
                .map(|node| node.end as usize)
                .max()
                .unwrap_or(0);
            return TextRange::new(floor(leaf.text(), end.saturating_sub(1)), end);
        }
        Piece::Branch(branch) => {
            let close = branch.tail.close_end.unwrap_or(0);
            branch.plan.body + branch.body_len() + close
        }
    };
    TextRange::new(end.saturating_sub(1), end)
}

/// JSON: where the comma stands that a piece ends with.
fn last_comma(piece: &Piece) -> Option<usize> {
    match piece {
        Piece::Leaf(leaf) => json::last_comma(leaf.text()),
        Piece::Branch(branch) => {
            let tail = branch.plan.body + branch.body_len();
            Some(tail + json::last_comma(&branch.tail.text)?)
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
