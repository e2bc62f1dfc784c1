//! YAML and JSON readers that build one error-tolerant, incremental tree.
//!
//! Both readers split a document by indentation first. In valid block YAML a line at a mapping's
//! indent always starts a new entry, and nearly all JSON is printed that way. So a document can be
//! split without lexer state, and in broken text the same split is the error recovery. The modules,
//! in the order a text passes through them:
//!
//! - [`document`]: text and tree of one version. A new tree is made from its text and the previous
//!   tree.
//! - `split`: where a text is split into chunks. Depends on the text alone, not on earlier edits.
//! - `read`: makes chunks from text. Chunks whose text an edit did not change are reused.
//! - [`leaf`]: a chunk with its nodes, all offsets relative to the chunk. The readers ([`yaml`],
//!   [`json`]) produce leaves, each from its own text alone.
//! - `chunk`: the chunks of a document, and the errors that only show across several of them.
//! - [`templated`]: a text with code of a template engine in it, read without that code.
//! - [`conflict`]: a text with marks of a merge conflict, read without them.
//! - [`invisible`]: characters that look like a blank, or like nothing.
//! - [`written`]: where a part of a decoded text stands.
//! - [`tree`] and [`node`]: the tree as the rest of the program sees it, with absolute ranges.

mod anchors;
mod chunk;
pub mod conflict;
pub mod document;
pub mod format;
pub mod invisible;
pub mod json;
pub mod leaf;
pub mod node;
pub mod read;
mod split;
pub mod templated;
pub mod tree;
pub mod written;
pub mod yaml;
