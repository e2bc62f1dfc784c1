//! YAML and JSON readers into one resilient, incremental tree.
//!
//! Both readers see a document by indentation first. In valid block YAML a line at a
//! mapping's indent always starts a new entry, and nearly all JSON is printed so; hence a
//! document can be cut at indentation without lexer state, and in broken text the same cut
//! is the recovery. The pieces:
//!
//! - [`leaf`]: a piece of text with its nodes, all offsets relative to the piece. Leaves are
//!   what the readers ([`yaml`], [`json`]) produce, each from its own text alone.
//! - [`index`]: the document as containers of leaves; long mappings and sequences are cut
//!   into their entries. How a text is cut is a function of the text, never of its history.
//! - [`document`]: text + index at one version; an edit reads again only what it touches.
//! - [`node`]: the tree as everybody else sees it, with absolute ranges.

mod anchors;
pub mod build;
mod cut;
pub mod document;
mod fields;
pub mod index;
pub mod json;
pub mod leaf;
pub mod node;
pub mod pointer;
mod splice;
pub mod yaml;
