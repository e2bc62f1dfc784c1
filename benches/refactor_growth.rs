//! Measures how the cost of refactorings grows: four times the document may take less than six times
//! the time, a square would take sixteen times. Fails if one takes more. The machine may be busy, so
//! the best of some tries counts.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::refactor::change::RefactorKind;
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::refactorings;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

const MAX_RATIO: f64 = 6.0;
const TRIES: usize = 6;

fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(",")
}

/// A 2.x document in one line whose operations require scopes.
fn v2(count: usize) -> String {
    let channels = joined(count, |at| {
        format!(
            r#""c{at}": {{"publish": {{"operationId": "o{at}", "security": [{{"oauth": ["a"]}}]}}}}"#
        )
    });
    let flows = r#"{"clientCredentials": {"tokenUrl": "https://a.test", "scopes": {"a": "A"}}}"#;
    format!(
        r#"{{"asyncapi": "2.6.0", "channels": {{{channels}}}, "components": {{"securitySchemes": {{"oauth": {{"type": "oauth2", "flows": {flows}}}}}}}}}"#
    )
}

/// A 3.x document in one line whose operations have this security, on channels of which none is
/// declared by the name that they use.
fn v3(count: usize, security: &str) -> String {
    let channels = joined(count, |at| format!(r#""c{at}": {{"address": "a{at}"}}"#));
    let operations = joined(count, |at| {
        format!(
            r##""o{at}": {{"action": "send", "channel": {{"$ref": "#/channels/d{at}"}}, "security": [{security}]}}"##
        )
    });
    format!(
        r#"{{"asyncapi": "3.0.0", "channels": {{{channels}}}, "operations": {{{operations}}}, "components": {{"securitySchemes": {{"jwt": {{"type": "http", "scheme": "bearer"}}}}}}}}"#
    )
}

/// Prints the ratio; returns whether it is below [`MAX_RATIO`].
fn is_fine(name: &str, text: impl Fn(usize) -> String, work: impl Fn(&Analysis, &str)) -> bool {
    let time = |count: usize| {
        let text = text(count);
        let document = Document::new(text.as_str(), Format::Json);
        let analysis = Analysis::new(document, Options::default(), None);
        let once = |_| {
            let start = Instant::now();
            work(&analysis, &text);
            start.elapsed()
        };
        (0..TRIES).map(once).min().unwrap_or(Duration::ZERO)
    };
    let (one, four) = (time(500), time(2_000));
    let ratio = four.as_secs_f64() / one.as_secs_f64();
    println!("{name:<30} {one:>10.1?} {four:>10.1?} x{ratio:.1}");
    ratio < MAX_RATIO
}

fn main() -> ExitCode {
    let reference = r##"{"$ref": "#/components/securitySchemes/jwt"}"##;
    let meaning = |analysis: &Analysis, _: &str| _ = black_box(meaning(analysis));
    let rewrites = |analysis: &Analysis, text: &str| {
        let place = TextRange::empty(text.find("tokenUrl").unwrap_or(0));
        let is_rewrite = |kind| kind == RefactorKind::Rewrite;
        _ = black_box(refactorings(analysis, place, is_rewrite));
    };
    let all = [
        is_fine("meaning", |count| v3(count, reference), meaning),
        is_fine("rewrites", v2, rewrites),
    ];
    match all.contains(&false) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}
