//! Refactorings: what is offered where, and what it writes in each style.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "refactor/corpus.rs"]
mod corpus;
#[path = "support/edits.rs"]
mod edits;
#[path = "refactor/effective.rs"]
mod effective;
#[path = "refactor/migration.rs"]
mod migration;
#[path = "support/outside.rs"]
mod outside;
#[path = "refactor/places.rs"]
mod places;
#[path = "refactor/schemes.rs"]
mod schemes;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::refactor::offers::Refactoring;
use asyncapi_security_lsp::refactor::refactorings;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;
use edits::applied;

/// The analysis of a text, whose first character says what it is.
pub fn analyse(text: &str) -> Analysis {
    let format = match text.trim_start().starts_with('{') {
        true => Format::Json,
        false => Format::Yaml,
    };
    Analysis::new(Document::new(text, format), Options::default(), None)
}

/// A document and the place of `$0` in it.
pub fn with_cursor(text: &str) -> (Analysis, usize) {
    let offset = text.find("$0").expect("a cursor");
    (analyse(&text.replacen("$0", "", 1)), offset)
}

/// What is offered at `$0`.
pub fn offered(text: &str) -> (Analysis, Vec<Refactoring>) {
    let (analysis, offset) = with_cursor(text);
    let found = refactorings(&analysis, TextRange::empty(offset), |_| true);
    (analysis, found)
}

/// The document after the refactoring at `$0` whose title starts with these words, with its holes
/// in guillemets, and the text of the new file; or the reason why it is refused.
pub fn after(title: &str, text: &str) -> String {
    let (analysis, found) = offered(text);
    let titles: Vec<&str> = found.iter().map(|one| &*one.title).collect();
    let wanted = found.iter().find(|one| one.title.starts_with(title));
    let wanted = wanted.unwrap_or_else(|| panic!("{title:?} is not among {titles:?}"));
    let change = match wanted.result.as_ref().expect("a short document") {
        Ok(change) => change,
        Err(refusal) => return format!("{}\n", refusal.text()),
    };
    let mut text = applied(&analysis.document.text().to_string(), &change.edits);
    for hole in change.holes.iter().rev() {
        text.insert(hole.range.end(), '»');
        text.insert(hole.range.start(), '«');
    }
    if let Some(file) = &change.new_file {
        text.push_str(&format!("--- {}\n{}", file.name, file.text));
    }
    text
}
