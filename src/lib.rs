//! A language server and a linter for the security parts of AsyncAPI documents
//! (2.0.0 to 3.1.0, YAML and JSON/JSONC).
//!
//! # Architecture
//!
//! Layers are modules, and arrows go one way; a module may use itself and what
//! stands left of it (held by `tests/architecture.rs`):
//!
//! ```text
//! text < syntax < spec < model < edits < rules < settings < analysis < fixes < workspace < ide < lsp, cli
//! ```
//!
//! Everything left of `lsp` and `cli` is pure: no IO (only a loader in `workspace` may read
//! files), no async, no LSP types, and it cannot fail: a broken document is data, never an
//! `Err`.
//!
//! | module | what it is |
//! |---|---|
//! | [`text`] | rope, byte ranges, text edits, position encodings |
//! | [`syntax`] | YAML and JSON readers into one resilient, incremental tree |
//! | [`spec`] | AsyncAPI's security objects as data for every version |
//! | [`model`] | what a document says: version, schemes, flows, scopes, lists, references |
//! | [`edits`] | edits of a document in its own style, and templates of what to write |
//! | [`rules`] | every check, what it proposes, and the table of all rules |
//! | [`settings`] | which rules run, how severe they are, and where they are silent |
//! | [`analysis`] | everything computed from one snapshot, and kept where an edit allows |
//! | [`fixes`] | which of the remedies that rules propose help: each is tried |
//! | [`workspace`] | many documents: which refers to which |
//! | [`ide`] | completion and hover, in byte offsets and plain structs |
//! | [`lsp`] | the language server: transport, one loop, handlers, conversion |
//! | [`cli`] | `check`, `explain`, `rules`, `settings`: files in, text or JSON out, exit code |
pub mod analysis;
pub mod cli;
pub mod edits;
pub mod fixes;
pub mod ide;
pub mod lsp;
pub mod model;
pub mod rules;
pub mod settings;
pub mod spec;
pub mod syntax;
pub mod text;
pub mod workspace;
