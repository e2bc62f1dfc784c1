//! The JSON/JSONC reader: turns any text into a leaf.
//!
//! Three steps, each linear in the length of the text: [`lexer`] splits it into tokens (a string
//! ends with its line at the latest, so a forgotten quote affects one line only), [`brackets`]
//! matches brackets (by indentation if they are unbalanced), [`parser`] builds the nodes. If the
//! chunk is then not plainly well formed, an established parser ([`strict`]) decides what is wrong
//! and what a `.json` file must not contain.

mod brackets;
mod lexer;
mod parser;
mod strict;
mod strings;

pub(in crate::syntax) use brackets::{never_closed, wrong_closer};
pub(in crate::syntax) use strict::{COMMENT, TRAILING_COMMA};

use super::leaf::{Frame, Leaf};

/// Reads a chunk of JSON. `depth` is how many collections enclose the chunk; for [`Frame::Entries`]
/// and [`Frame::Items`] this includes the one it is part of. Nodes deeper than
/// [`super::leaf::MAX_DEPTH`] are not read, and an error says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    let lexed = lexer::lex(text, frame);
    let pairs = brackets::pair(text, &lexed, frame);
    let mut builder = parser::parse(text, &lexed, pairs, frame, depth);
    if lexed.is_loose || builder.has_errors() {
        strict::judge(text, frame, &mut builder);
    }
    builder.finish(text)
}

/// The offset of the comma that ends a chunk, if there is one.
pub(in crate::syntax) fn last_comma(text: &str) -> Option<usize> {
    let last = lexer::lex(text, Frame::Items).tokens.pop()?;
    (last.kind == lexer::TokenKind::Comma).then(|| last.start())
}
