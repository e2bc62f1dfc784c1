//! A language server and a linter for the security parts of AsyncAPI documents
//! (2.0.0 to 3.1.0, YAML and JSON/JSONC).
//!
//! # Architecture
//!
//! Layers are modules, and arrows go one way; a module may use itself and what
//! stands left of it (held by `tests/architecture.rs`):
//!
//! ```text
//! text < syntax < spec < model < edits < rules < diff < settings < analysis < fixes < refactor < workspace < history < report < ide < lsp, cli
//! ```
//!
//! Everything left of `lsp` and `cli` is pure: no IO (only `workspace` looks at the disk: its
//! loader reads files, its search walks folders, in threads of their own for the server; and
//! `history` asks git), no async, no LSP types, and it cannot fail: a broken document is data, never
//! an `Err`.
//!
//! | module | what it is |
//! |---|---|
//! | [`text`] | rope, byte ranges, text edits, position encodings |
//! | [`syntax`] | YAML and JSON readers into one resilient, incremental tree |
//! | [`spec`] | AsyncAPI's security objects as data for every version |
//! | [`model`] | what a document says: version, schemes, flows, scopes, lists, references |
//! | [`edits`] | edits of a document in its own style, and templates of what to write |
//! | [`rules`] | every check, what it proposes, and the table of all rules |
//! | [`diff`] | what a change of a document does to who gets in, by demands and not by lines |
//! | [`settings`] | which rules run, how severe they are, and where they are silent |
//! | [`analysis`] | everything computed from one snapshot, as an immutable value |
//! | [`fixes`] | which of the remedies that rules propose help: each is tried |
//! | [`refactor`] | changes that authors ask for: extract, inline, move, another version |
//! | [`workspace`] | many files: which refers to which, and what each has to know of the others |
//! | [`history`] | what files were in a revision of git, and what changed since |
//! | [`report`] | who may do what in a document, as data and as text, Markdown and HTML |
//! | [`ide`] | completion, hover, hints, lenses, tokens, navigation and actions, in byte offsets and plain structs |
//! | [`lsp`] | the language server: two threads for the pipes, one loop, conversion |
//! | [`cli`] | `check`, `report`, `diff`, `migrate` and more: files in, text or JSON out, exit code |
//!
//! `docs/architecture.md` shows the path of an edit through them.
//!
//! # Glossary
//!
//! - **document**: one file at one version, text and tree. **Snapshot**: the same, where it
//!   matters that it never changes.
//! - **offset**, **range**: bytes, half-open. **Position**: line and character in the client's
//!   encoding; only `lsp` and `cli` know it.
//! - **tree**, **node**, **entry** (key and value), **item** (of a list): what the text is as YAML
//!   or JSON. **Pointer**: a JSON Pointer (RFC 6901).
//! - **chunk**: what is read at once. A *leaf* holds nodes, a *branch* the chunks of a long
//!   collection. An edit reads the chunks that it touched.
//! - **templated text**: a text with code of a template engine (Helm, Jinja, ERB, envsubst), so that
//!   it is no YAML or JSON yet; it is read without that code.
//! - **format**: how a text is read (YAML, JSON). **Language**: what it is said to be (`.json` is
//!   strict, `.jsonc` is not).
//! - **unit**: what is read and checked as one: a scheme, a server, an operation, a channel, a
//!   message, the root. **Part**: an object inside of one that may have bindings. **Facts**: what a
//!   unit says, with ranges relative to it. **Section**: a map whose entries are units.
//! - **fragment**: a file without `asyncapi`, for example a scheme alone.
//! - **site**: what carries a `security` list (server, operation, trait). **Entry of a list**: an
//!   alternative. **Security requirement**: an entry of 2.x.
//! - **reference**: a `$ref` and what it resolves to. **Usage**: which schemes and scopes are used.
//! - **surroundings**: what other files say that a document depends on: where its references lead,
//!   which documents use it and what they declare. **Foreign scheme**: one of another file; a
//!   **spot** is a range here or there. **External**: a reference to another file.
//! - **symbol**: a thing with a name (a scheme, a scope, a server ...). **Mention**: a place that names
//!   it, on the characters of the name alone. **Family**: the schemes that share their scopes.
//! - **effective security**: what holds for an operation on its servers, traits included. **Needs**:
//!   the same as the alternatives that a client has, over all files; [`model::needs`] alone says it.
//!   **Unseen**: what a reference leads to that is not known, and why. **Foreign unit**: a server,
//!   channel, operation or trait of another file.
//! - **rule**: an id, a page, a row of the registry. **Finding**: what a rule returns.
//!   **Diagnostic**: a finding as the protocol or the command line shows it.
//! - **fix**: a titled remedy of a finding, as edits; *safe* ones keep the author's meaning.
//!   **Template**: an object that a fix or completion writes. **Hole**: a text in it that the author
//!   is to replace.
//! - **refactoring**: a change that an author asks for at a place, without a finding. **Refusal**:
//!   why one is not possible. **Meaning**: what every operation demands of its clients, as sets.
//! - **placeholder**: a part of a URL or host that a build, an engine or the reader fills in.
//!   **Identity provider**: a known server of OAuth 2.0, whose endpoints the catalogue knows.
//! - **report**: what every operation demands on each server. **Cell**, **pair**: an operation on a
//!   server. **Class**: how open a cell is (public, readable, unknown, protected). **Way**: one
//!   alternative of server and operation together. **Pattern**: operations of which the same is
//!   demanded on the same servers. **Hidden**: what a report could not see.
//! - **suppression**: a comment or key that silences rules. **Preset**: the rules that run unless
//!   settings say otherwise. **Environment**: what owners of a document know beside it (own hosts,
//!   protocols).
//! - **document context**: what a rule over the whole document is given. **Unit context**, **fix
//!   context**: the same for a unit, and for a fix.

pub mod analysis;
pub mod cli;
pub mod diff;
pub mod edits;
pub mod fixes;
pub mod history;
pub mod ide;
pub mod lsp;
pub mod model;
pub mod refactor;
pub mod report;
pub mod rules;
pub mod settings;
pub mod spec;
pub mod syntax;
pub mod text;
pub mod workspace;
