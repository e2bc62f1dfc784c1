//! The JSON/JSONC reader: one piece of text in, one leaf out, whatever the text is.
//!
//! Three steps, each linear in the text: [`lexer`] cuts it into tokens (a string ends with its
//! line at the latest, so a forgotten quote costs one line), [`brackets`] decides which bracket
//! closes which (by indentation where they do not add up), [`parser`] builds the nodes. A piece that
//! is not plainly well formed by then is put to an established parser ([`strict`]), which finds what
//! a `.json` may not have and has the last word on what is wrong.

mod brackets;
mod lexer;
mod parser;
mod strict;
mod strings;

pub(in crate::syntax) use brackets::never_closed;
pub(in crate::syntax) use strict::{COMMENT, TRAILING_COMMA};

use super::leaf::{Frame, Leaf};

/// Reads a piece of JSON. `depth` is how many collections surround the piece already, for
/// [`Frame::Entries`] and [`Frame::Items`] with the one whose inside the piece is; nodes
/// deeper than [`super::leaf::MAX_DEPTH`] are not looked at, and a finding says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    let lexed = lexer::lex(text, frame);
    let pairs = brackets::pair(text, &lexed, frame);
    let mut builder = parser::parse(text, &lexed, pairs, frame, depth);
    if lexed.is_loose || builder.has_errors() {
        strict::judge(text, frame, &mut builder);
    }
    builder.finish(text)
}

/// Where the comma stands with which a piece ends, if it does.
pub(in crate::syntax) fn last_comma(text: &str) -> Option<usize> {
    let last = lexer::lex(text, Frame::Items).tokens.pop()?;
    (last.kind == lexer::TokenKind::Comma).then(|| last.start())
}
