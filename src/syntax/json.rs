//! The JSON/JSONC reader: one piece of text in, one leaf out, whatever the text is.
//!
//! Three steps, each linear in the text: [`lexer`] cuts it into tokens (a string ends with its
//! line at the latest, so a forgotten quote costs one line), [`brackets`] decides which bracket
//! closes which (by indentation where they do not add up), [`parser`] builds the nodes.

mod brackets;
mod lexer;
mod parser;
mod quotes;
mod scalar;

use super::leaf::{Frame, Leaf};

/// Reads a piece of JSON. `depth` is how many collections surround the piece already, for
/// [`Frame::Entries`] and [`Frame::Items`] with the one whose inside the piece is; nodes
/// deeper than [`super::index::MAX_DEPTH`] are not looked at, and a finding says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    let lexed = lexer::lex(text, frame);
    let pairs = brackets::pair(text, &lexed, frame);
    parser::parse(text, &lexed, pairs, frame, depth)
}
