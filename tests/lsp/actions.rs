//! Code actions.

use serde_json::{Value, json};

use crate::driver::Session;

const URI: &str = "file:///w/api.yaml";

/// Two findings: `bearer` in capitals (fixed in bulk) and an unknown field.
const TEXT: &str = "asyncapi: 2.6.0\nservers:\n  \u{1d11e}:\n    url: h\n    protocol: kafka\n    security:\n      - a: []\ncomponents:\n  securitySchemes:\n    a:\n      type: http\n      scheme: BEARER\n      bearerFromat: JWT\n";

fn rich() -> Value {
    json!({
        "textDocument": {"codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
            "isPreferredSupport": true,
        }},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "window": {"showDocument": {"support": true}},
    })
}

fn ask(session: &mut Session, line: u32, only: Option<&[&str]>) -> Vec<Value> {
    session.open(URI, "yaml", 7, TEXT);
    let place = json!({"line": line, "character": 16});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!(only);
    }
    let params = json!({
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": place},
        "context": context,
    });
    let answer = session.ask("textDocument/codeAction", params);
    answer.as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions
        .iter()
        .map(|action| action["title"].as_str().unwrap())
        .collect()
}

#[test]
fn a_finding_has_remedies_and_ways_to_refuse_it() {
    let mut session = Session::start();
    let result = session.initialize(rich());
    assert_eq!(
        result["capabilities"]["codeActionProvider"]["codeActionKinds"],
        json!(["quickfix", "source.fixAll.asyncapiSecurity"])
    );
    let actions = ask(&mut session, 12, None);
    assert_eq!(
        titles(&actions),
        [
            "Rename `bearerFromat` to `bearerFormat`",
            "Rename `bearerFromat` to `x-bearerFromat` (changes meaning)",
            "Remove `bearerFromat` (changes meaning)",
            "Ignore `security-scheme-unknown-field` here",
            "Open the page of `security-scheme-unknown-field`",
        ]
    );
    let first = &actions[0];
    assert_eq!(first["kind"], "quickfix");
    assert_eq!(first["isPreferred"], true);
    assert_eq!(
        first["diagnostics"][0]["code"],
        "security-scheme-unknown-field"
    );
    let change = &first["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 7}));
    assert_eq!(
        change["edits"],
        json!([{
            "range": {"start": {"line": 12, "character": 6}, "end": {"line": 12, "character": 18}},
            "newText": "bearerFormat",
        }])
    );
    let ignore = &actions[3]["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        ignore["newText"],
        "      # asyncapi-security: ignore[security-scheme-unknown-field]\n"
    );
    assert!(actions[1].get("isPreferred").is_none());
    let near = ask(&mut session, 11, None);
    let all = near.last().unwrap();
    assert_eq!(all["title"], "Fix all that is safe to fix (1)");
    assert_eq!(all["kind"], "source.fixAll.asyncapiSecurity");
    assert!(all.get("diagnostics").is_none());
}

#[test]
fn kinds_are_asked_for_by_their_beginning() {
    let mut session = Session::with(rich());
    for only in ["source", "source.fixAll", "source.fixAll.asyncapiSecurity"] {
        let actions = ask(&mut session, 0, Some(&[only]));
        assert_eq!(
            titles(&actions),
            ["Fix all that is safe to fix (1)"],
            "{only}"
        );
    }
    for only in ["source.fix", "source.organizeImports", "refactor"] {
        assert_eq!(
            ask(&mut session, 12, Some(&[only])),
            Vec::<Value>::new(),
            "{only}"
        );
    }
    let actions = ask(&mut session, 11, Some(&["quickfix"]));
    assert_eq!(
        titles(&actions),
        [
            "Write `bearer`",
            "Ignore `http-bearer-case` here",
            "Open the page of `http-bearer-case`",
        ]
    );
}

#[test]
fn a_client_is_given_what_it_can_run() {
    let mut bare = Session::with(json!({}));
    assert_eq!(ask(&mut bare, 12, None), Vec::<Value>::new());

    let mut plain = Session::with(json!({"textDocument": {"codeAction": {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
    }}}));
    let actions = ask(&mut plain, 11, Some(&["quickfix"]));
    assert_eq!(
        titles(&actions),
        ["Write `bearer`", "Ignore `http-bearer-case` here"]
    );
    assert!(actions[0].get("isPreferred").is_none());
    assert_eq!(actions[0]["edit"]["changes"][URI][0]["newText"], "bearer");
    assert!(actions[0]["edit"].get("documentChanges").is_none());
}

#[test]
fn the_page_of_a_rule_is_opened_by_the_client() {
    let mut session = Session::with(rich());
    let actions = ask(&mut session, 11, Some(&["quickfix"]));
    let command = actions[2]["command"].clone();
    assert_eq!(command["command"], "asyncapi-security.openRule");
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    session.request("workspace/executeCommand", params);
    let shown = session.wait(|message| message["method"] == "window/showDocument");
    let uri = shown["params"]["uri"].as_str().unwrap();
    assert!(uri.ends_with("http-bearer-case.md"), "{uri}");
    assert_eq!(shown["params"]["external"], true);

    let params = json!({"command": "asyncapi-security.openRule", "arguments": ["no-rule"]});
    let answer = session.answer("workspace/executeCommand", params);
    assert_eq!(answer["error"]["code"], -32602);
}

#[test]
fn an_action_of_a_document_that_is_not_open_is_none() {
    let mut session = Session::with(rich());
    let place = json!({"line": 0, "character": 0});
    let params = json!({
        "textDocument": {"uri": "file:///w/other.yaml"},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    });
    assert_eq!(session.ask("textDocument/codeAction", params), Value::Null);
}
