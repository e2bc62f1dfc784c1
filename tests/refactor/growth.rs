//! Four times the document may take less than six times the time; a square would take sixteen times.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::analyse;
use asyncapi_security_lsp::refactor::change::RefactorKind;
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::refactorings;
use asyncapi_security_lsp::text::range::TextRange;

const MAX_RATIO: f64 = 6.0;

/// The machine may be busy, so the best of some tries counts.
const TRIES: usize = 5;

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

/// How often as long it takes to do something with four times the document.
fn ratio(text: impl Fn(usize) -> String, count: usize, time: impl Fn(&str) -> Duration) -> f64 {
    let best = |text: &str| (0..TRIES).map(|_| time(text)).min().unwrap();
    let (one, four) = (best(&text(count)), best(&text(4 * count)));
    four.as_secs_f64() / one.as_secs_f64()
}

fn timed<R>(work: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

#[test]
fn what_operations_demand_is_read_in_one_go() {
    let security = r##"{"$ref": "#/components/securitySchemes/jwt"}"##;
    let grown = ratio(
        |count| v3(count, security),
        500,
        |text| {
            let analysis = analyse(text);
            timed(|| meaning(&analysis))
        },
    );
    assert!(grown < MAX_RATIO, "{grown}");
}

#[test]
fn scopes_are_looked_for_in_one_go() {
    let is_wanted = |kind| kind == RefactorKind::Rewrite;
    let grown = ratio(v2, 500, |text| {
        let analysis = analyse(text);
        let place = text.find("tokenUrl").unwrap();
        timed(|| refactorings(&analysis, TextRange::empty(place), is_wanted))
    });
    assert!(grown < MAX_RATIO, "{grown}");
}
