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
        json!([
            "quickfix",
            "source.fixAll.asyncapiSecurity",
            "refactor.extract",
            "refactor.inline",
            "refactor.move",
            "refactor.rewrite",
        ])
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
    assert!(uri.ends_with("http-bearer-case.html"), "{uri}");
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

/// A flow without `tokenUrl`, in a JSON document with a name outside the BMP before it.
const LACKING: &str = "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\"\u{1d11e}\": {\"type\": \"oauth2\", \"flows\": {\"authorizationCode\": {\"authorizationUrl\": \"https://auth.shop.io/oauth2/authorize\", \"scopes\": {}}}}}}}\n";

/// The actions at the first place of a word in a document.
fn at_word(session: &mut Session, text: &str, word: &str) -> Vec<Value> {
    session.open(URI, "json", 3, text);
    let before = &text[..text.find(word).unwrap()];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    let place = json!({"line": line, "character": column});
    let params = json!({
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    });
    let answer = session.ask("textDocument/codeAction", params);
    answer.as_array().unwrap().clone()
}

fn titled<'v>(actions: &'v [Value], title: &str) -> &'v Value {
    let mut named = actions.iter().filter(|action| action["title"] == title);
    named
        .next()
        .unwrap_or_else(|| panic!("no {title:?}: {:?}", titles(actions)))
}

#[test]
fn placeholders_are_tab_stops_where_the_client_takes_snippets() {
    let title = "Add `tokenUrl` with a placeholder";
    let column = LACKING.split(", \"scopes\"").next().unwrap();
    let place = json!({"line": 0, "character": column.encode_utf16().count()});
    let mut client = rich();
    client["workspace"]["workspaceEdit"]["snippetEditSupport"] = json!(true);
    let mut session = Session::with(client.clone());
    let actions = at_word(&mut session, LACKING, "authorizationCode");
    let change = &titled(&actions, title)["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 3}));
    assert_eq!(
        change["edits"],
        json!([{
            "range": {"start": place, "end": place},
            "snippet": {
                "kind": "snippet",
                "value": ", \"tokenUrl\": \"${1:https://auth.shop.io/oauth2/token}\"",
            },
        }])
    );

    // Others see a host that is reported.
    let plain = json!([{
        "range": {"start": place, "end": place},
        "newText": ", \"tokenUrl\": \"https://auth.example.com/token\"",
    }]);
    let mut session = Session::with(rich());
    let actions = at_word(&mut session, LACKING, "authorizationCode");
    let edit = &titled(&actions, title)["edit"];
    assert_eq!(edit["documentChanges"][0]["edits"], plain);

    // Only changes of documents can have snippets.
    client["workspace"]["workspaceEdit"]["documentChanges"] = json!(false);
    let mut session = Session::with(client);
    let actions = at_word(&mut session, LACKING, "authorizationCode");
    assert_eq!(titled(&actions, title)["edit"]["changes"][URI], plain);
}

/// Fixing in bulk takes too long to be done whenever a menu opens.
#[test]
fn all_that_is_safe_is_fixed_when_the_user_chooses_it() {
    let mut client = rich();
    client["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    client["textDocument"]["codeAction"]["resolveSupport"] = json!({"properties": ["edit"]});
    let mut session = Session::with(client);
    let near = ask(&mut session, 11, None);
    let chosen = near.last().unwrap().clone();
    assert_eq!(chosen["title"], "Fix all that is safe to fix");
    assert_eq!(chosen["kind"], "source.fixAll.asyncapiSecurity");
    assert!(chosen.get("edit").is_none());
    let whole = session.ask("codeAction/resolve", chosen.clone());
    let change = &whole["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 7);
    assert_eq!(change["edits"][0]["newText"], "bearer");
    session.change(URI, 8, json!([{"text": TEXT}]));
    let late = session.answer("codeAction/resolve", chosen);
    assert_eq!(late["error"]["code"], -32801);

    // Who asks for nothing else wants it, and an editor that saves may not ask again.
    let at_saving = ask(&mut session, 0, Some(&["source.fixAll"]));
    let edits = &at_saving[0]["edit"]["documentChanges"][0]["edits"];
    assert_eq!(edits[0]["newText"], "bearer");
    assert_eq!(titles(&at_saving), ["Fix all that is safe to fix (1)"]);
}

/// Three findings of a rule.
const THREE: &str = "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\n  \"a\": {\"type\": \"http\", \"scheme\": \"BEARER\"},\n  \"b\": {\"type\": \"http\", \"scheme\": \"Bearer\"},\n  \"c\": {\"type\": \"http\", \"scheme\": \"bEARER\"}\n}}}\n";

#[test]
fn all_findings_of_a_rule_are_fixed_when_the_user_chooses_it() {
    let title = "Fix all `http-bearer-case` in this document";
    let mut client = rich();
    client["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    client["textDocument"]["codeAction"]["resolveSupport"] = json!({"properties": ["edit"]});
    let mut session = Session::start();
    let result = session.initialize(client);
    assert_eq!(
        result["capabilities"]["codeActionProvider"]["resolveProvider"],
        true
    );
    let actions = at_word(&mut session, THREE, "BEARER");
    assert_eq!(titles(&actions)[..2], ["Write `bearer`", title]);
    let chosen = titled(&actions, title).clone();
    assert_eq!(chosen["kind"], "quickfix");
    assert!(chosen.get("edit").is_none() && chosen.get("isPreferred").is_none());
    let whole = session.ask("codeAction/resolve", chosen.clone());
    let change = &whole["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 3);
    let edits = change["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 3);
    assert!(
        edits.iter().all(|edit| edit["newText"] == "bearer"),
        "{edits:?}"
    );

    // The document has changed since.
    session.change(URI, 4, json!([{"text": THREE}]));
    let late = session.answer("codeAction/resolve", chosen);
    assert_eq!(late["error"]["code"], -32801);

    // A client that does not ask again gets the edits at once.
    let mut session = Session::with(rich());
    let actions = at_word(&mut session, THREE, "BEARER");
    let edits = &titled(&actions, title)["edit"]["documentChanges"][0]["edits"];
    assert_eq!(edits.as_array().unwrap().len(), 3);

    // One finding needs no such action.
    let actions = at_word(
        &mut session,
        &THREE
            .replace("Bearer", "bearer")
            .replace("bEARER", "bearer"),
        "BEARER",
    );
    assert!(!titles(&actions).contains(&title), "{:?}", titles(&actions));
}

/// The refactorings of a document at a place, for a client that can do all that they need.
fn refactorings(text: &str, place: (u32, u32), only: Option<&str>) -> Vec<Value> {
    let mut client = rich();
    client["textDocument"]["codeAction"]["disabledSupport"] = json!(true);
    client["workspace"]["workspaceEdit"]["resourceOperations"] = json!(["create"]);
    let mut session = Session::start();
    session.initialize(client);
    session.open(URI, "yaml", 1, text);
    let place = json!({"line": place.0, "character": place.1});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": place},
        "context": context,
    });
    let answer = session.ask("textDocument/codeAction", params);
    answer.as_array().unwrap().clone()
}

const REFERS: &str = "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: kafka-secure\n    security:\n    - $ref: '#/components/securitySchemes/a'\ncomponents:\n  securitySchemes:\n    a:\n      type: scramSha256\n";

#[test]
fn refactorings_come_in_the_kinds_that_are_asked_for() {
    let at = |only| refactorings(REFERS, (6, 14), only);
    let inline = [
        "Write `a` in place of its reference",
        "Write `a` in place of its only reference and remove it",
    ];
    assert_eq!(titles(&at(Some("refactor"))), inline);
    let found = at(Some("refactor.inline"));
    assert_eq!(titles(&found), inline);
    assert_eq!(found[0]["kind"], "refactor.inline");
    assert_eq!(found[0]["disabled"], Value::Null);
    for other in ["refactor.extract", "quickfix", "source", "source.fixAll"] {
        assert_eq!(titles(&at(Some(other))), [""; 0], "{other}");
    }
}

#[test]
fn a_refused_refactoring_says_why() {
    let text = "asyncapi: 2.6.0\ninfo: {title: a, version: '1'}\nservers:\n  s:\n    url: h\n    protocol: kafka-secure\n    security:\n    - a: []\n      b: []\nchannels: {}\ncomponents:\n  securitySchemes:\n    a: {type: plain}\n    b: {type: X509}\n";
    let found = refactorings(text, (0, 3), Some("refactor.rewrite"));
    assert_eq!(titles(&found), ["Migrate the document to AsyncAPI `3.0.0`"]);
    let reason = found[0]["disabled"]["reason"].as_str().unwrap();
    assert!(reason.contains("several schemes together"), "{reason}");
    assert_eq!(found[0]["edit"], Value::Null);
    // Another client would run it.
    let mut session = Session::start();
    session.initialize(rich());
    session.open(URI, "yaml", 1, text);
    let place = json!({"line": 0, "character": 3});
    let params = json!({
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["refactor"]},
    });
    assert_eq!(session.ask("textDocument/codeAction", params), json!([]));
}

#[test]
fn a_scheme_moves_to_a_file_beside_its_document() {
    let found = refactorings(REFERS, (9, 4), Some("refactor.move"));
    assert_eq!(titles(&found), ["Move `a` to `a.yaml`"]);
    let changes = &found[0]["edit"]["documentChanges"];
    assert_eq!(
        changes[0],
        json!({"kind": "create", "uri": "file:///w/a.yaml"})
    );
    assert_eq!(changes[1]["textDocument"]["uri"], "file:///w/a.yaml");
    assert_eq!(changes[1]["edits"][0]["newText"], "type: scramSha256\n");
    assert_eq!(
        changes[2]["textDocument"],
        json!({"uri": URI, "version": 1})
    );
    assert_eq!(changes[2]["edits"][0]["newText"], "      $ref: './a.yaml'");
}

#[test]
fn what_a_large_document_is_made_of_is_done_when_that_is_chosen() {
    let mut client = rich();
    client["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    client["textDocument"]["codeAction"]["resolveSupport"] = json!({"properties": ["edit"]});
    client["workspace"]["workspaceEdit"]["resourceOperations"] = json!(["create"]);
    let mut session = Session::start();
    session.initialize(client);
    let start = "asyncapi: 2.6.0\ninfo: {title: a, version: '1'}\nchannels:\n  a: {publish: {operationId: b}}\ncomponents:\n  securitySchemes:\n    user: {type: userPassword}\n    cert: &c {type: X509}\n";
    let large = format!("{start}x-long: {}\n", "long ".repeat(20_000));
    session.open(URI, "yaml", 1, &large);
    let mut offered = |line: u32| {
        let place = json!({"line": line, "character": 5});
        let params = json!({
            "textDocument": {"uri": URI},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "only": ["refactor"]},
        });
        let found = session.ask("textDocument/codeAction", params);
        let found = found.as_array().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["edit"], Value::Null);
        session.answer("codeAction/resolve", found[0].clone())
    };
    let (migrated, moved, refused) = (offered(0), offered(6), offered(7));
    let changes = &migrated["result"]["edit"]["documentChanges"];
    assert_eq!(changes[0]["edits"][0]["newText"], "3.0.0");
    let changes = &moved["result"]["edit"]["documentChanges"];
    assert_eq!(changes[0]["uri"], "file:///w/user.yaml");
    assert_eq!(changes[1]["edits"][0]["newText"], "{type: userPassword}\n");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("An anchor"), "{message}");
}
