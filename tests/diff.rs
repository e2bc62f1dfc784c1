//! `diff`: what a change does to who gets in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "diff/documents.rs"]
mod documents;
#[path = "diff/kinds.rs"]
mod kinds;
#[path = "diff/laws.rs"]
mod laws;
#[path = "diff/pairs.rs"]
mod pairs;
#[path = "diff/unseen.rs"]
mod unseen;
#[path = "diff/written.rs"]
mod written;

#[path = "support/command_line.rs"]
mod command_line;

use std::sync::Arc;

use asyncapi_security_lsp::analysis::model_of;
use asyncapi_security_lsp::diff::change::Comparison;
use asyncapi_security_lsp::diff::compare::compare;
use asyncapi_security_lsp::diff::kind::Severity;
use asyncapi_security_lsp::diff::read::read;
use asyncapi_security_lsp::diff::side::Side;
use asyncapi_security_lsp::rules::environment::Environment;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;

/// What a document says.
fn side(text: &str) -> Side {
    side_in(text, Language::Yaml)
}

fn side_in(text: &str, language: Language) -> Side {
    let document = Document::new(text, language);
    assert!(document.tree().errors().is_empty(), "{text}");
    let model = model_of(&document, Arc::default());
    read(document.tree(), &model, &Environment::default()).expect(text)
}

fn diff(old: &str, new: &str) -> Comparison {
    compare(&side(old), &side(new))
}

/// The changes, one on a line.
fn lines(found: &Comparison) -> Vec<String> {
    let changes = found.changes.iter();
    let lines = changes.map(|change| {
        format!(
            "{} {} {}",
            change.kind.severity.as_str(),
            change.kind.id,
            change.subject.short()
        )
    });
    lines.collect()
}

/// The same without changes of severity `none`.
fn loud(found: &Comparison) -> Vec<String> {
    let quiet = Severity::None.as_str();
    lines(found)
        .into_iter()
        .filter(|line| !line.starts_with(quiet))
        .collect()
}
