//! Migrates the documents named on standard input to the other major version and writes one JSON
//! object a line: `file`, `before`, and `after` with `version` and `is_same` (whether every operation
//! demands the same) or the reason as `refused`.
//!
//! `tests/schemas/migrate.mjs` holds the result against the official schemas.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::{BufRead as _, stdin};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::facts::SiteKind;
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::migrate::{migrate, target};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::json;

fn main() {
    for file in stdin().lock().lines() {
        let file = file.unwrap();
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let format = match text.trim_start().starts_with('{') {
            true => Format::Json,
            false => Format::Yaml,
        };
        let analysis = Analysis::new(Document::new(&text, format), Options::default(), None);
        let (Some(version), Some(to)) = (analysis.model.version, target(&analysis)) else {
            continue;
        };
        let mut sites = analysis.model.sites();
        let has_security =
            sites.any(|site| site.fact.security.is_some()) || analysis.model.has_components();
        let operations = analysis.model.sites();
        let operations = operations
            .filter(|site| site.fact.kind == SiteKind::Operation)
            .count();
        let started = std::time::Instant::now();
        let result = migrate(&analysis);
        let time = started.elapsed().as_secs_f64();
        let mut line = json!({
            "file": file,
            "before": text,
            "from": version.as_str(),
            "version": to.as_str(),
            "has_security": has_security,
            "operations": operations,
            "seconds": time,
        });
        match result {
            Ok(edits) => {
                let mut after = text.clone();
                for edit in edits.iter().rev() {
                    after.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
                }
                let document = Document::new(&after, format);
                let there = Analysis::new(document, Options::default(), None);
                line["is_same"] = json!(meaning(&analysis) == meaning(&there));
                line["after"] = json!(after);
            }
            Err(refusal) => line["refused"] = json!(refusal.text()),
        }
        println!("{line}");
    }
}
