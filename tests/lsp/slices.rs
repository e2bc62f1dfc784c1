//! Edits after which thousands of units mean something else.

use std::fmt::Write;

use serde_json::json;

use crate::driver::{Session, edit};

const URI: &str = "file:///w/api.yaml";

/// Its operations stand below a key that is not theirs yet.
fn text() -> String {
    let mut text = String::from("asyncapi: 3.0.0\noperation:\n");
    for at in 0..12_000 {
        let _ = writeln!(
            text,
            "  o{at}: {{security: [{{$ref: '#/components/securitySchemes/k'}}]}}"
        );
    }
    text + "components:\n  securitySchemes:\n    other: {type: X509}\n"
}

#[test]
fn an_answer_does_not_wait_for_thousands_of_units() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &text());
    let before = session.published(URI, 1);
    assert!(before.len() < 10, "{before:?}");

    let params = json!({
        "textDocument": {"uri": URI},
        "position": {"line": 12_004, "character": 14},
    });
    session.change(URI, 2, json!([edit((1, 9), (1, 9), "s")]));
    let hover = session.request("textDocument/hover", params.clone());
    let first = session.wait(|message| message["id"] == hover || message["params"]["version"] == 2);
    assert_eq!(first["id"], hover, "the answer came after the diagnostics");
    assert!(first["result"]["contents"].is_object(), "{first}");
    let after = session.published(URI, 2);
    assert_eq!(after.len(), 1_000);
    assert_eq!(after[998]["code"], "security-ref-unresolved");

    // The letter goes and comes before the rest is done.
    session.change(URI, 3, json!([edit((1, 9), (1, 10), "")]));
    session.change(URI, 4, json!([edit((1, 9), (1, 9), "s")]));
    session.request("textDocument/hover", params);
    assert_eq!(session.published(URI, 4), after);
    session.change(URI, 5, json!([edit((1, 9), (1, 10), "")]));
    assert_eq!(session.published(URI, 5), before);
}
