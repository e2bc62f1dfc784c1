//! Four times the document may take less than six times the time; a square would take sixteen times.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::analyse;
use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::refactor::change::RefactorKind;
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::refactorings;
use asyncapi_security_lsp::text::range::TextRange;

const MAX_RATIO: f64 = 6.0;

/// The machine may be busy, so the best of some tries counts: of the shorter document of a few, that
/// it is not taken for slow, of the longer one of as many as it takes.
const TRIES: (usize, usize) = (4, 12);

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

/// Panics if four times the document takes more than [`MAX_RATIO`] times as long.
fn check(text: impl Fn(usize) -> String, count: usize, time: impl Fn(&Analysis, &str) -> Duration) {
    let (short, long) = (text(count), text(4 * count));
    let (of_short, of_long) = (analyse(&short), analyse(&long));
    let one = (0..TRIES.0).map(|_| time(&of_short, &short)).min().unwrap();
    let mut ratios = (0..TRIES.1).map(|_| {
        let four = time(&of_long, &long);
        four.as_secs_f64() / one.as_secs_f64()
    });
    assert!(ratios.any(|ratio| ratio < MAX_RATIO));
}

fn timed<R>(work: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// One test, so that its parts do not wait for one another.
#[test]
fn nothing_takes_the_square_of_the_length() {
    let reference = r##"{"$ref": "#/components/securitySchemes/jwt"}"##;
    check(
        |count| v3(count, reference),
        500,
        |analysis, _| timed(|| meaning(analysis)),
    );
    let offered = |at: &'static str, kind: RefactorKind| {
        move |analysis: &Analysis, text: &str| {
            let place = TextRange::empty(text.find(at).unwrap());
            timed(|| refactorings(analysis, place, |one| one == kind))
        }
    };
    check(v2, 500, offered("tokenUrl", RefactorKind::Rewrite));
}
