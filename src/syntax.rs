//! YAML and JSON readers into one resilient, incremental tree.
//!
//! Both readers see a document by indentation first. In valid block YAML a line at a
//! mapping's indent always starts a new entry, and nearly all JSON is printed so; hence a
//! document can be split at indentation without lexer state, and in broken text the same split
//! is the recovery. The way of a text:
//!
//! - [`document`]: text and tree at one version. A tree is made from its text and the tree before.
//! - `split`: where a text is split into chunks, from the text alone, never from its history.
//! - `read`: chunks from text. A chunk whose text an edit has left as it was is taken over.
//! - [`leaf`]: a chunk with its nodes, all offsets relative to the chunk. Leaves are what the
//!   readers ([`yaml`], [`json`]) produce, each from its own text alone.
//! - `chunk`: the chunks of a document, and what only several of them show.
//! - [`tree`] and [`node`]: the tree as everybody else sees it, with absolute ranges.

mod anchors;
mod chunk;
pub mod document;
pub mod format;
pub mod json;
pub mod leaf;
pub mod node;
pub mod read;
mod split;
pub mod tree;
pub mod yaml;
