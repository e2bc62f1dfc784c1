//! Names and places: definition, references, highlights, rename, symbols, links, folds, selections.

use serde_json::{Value, json};

use crate::driver::{Session, edit};

const URI: &str = "file:///w/api.yaml";

/// Names with a character that UTF-8 and UTF-16 count differently before them on the line.
const TEXT: &str = "asyncapi: 2.6.0
servers:
  prod: {description: \u{1d11e}, url: 'wss://a.acme.test', protocol: wss, security: [key: [], oauth: ['read']]}
components:
  securitySchemes:
    key: {type: X509}
    oauth: {type: oauth2, flows: {password: {tokenUrl: 'https://i.acme.test/t', scopes: {read: ''}}}}
    more: {$ref: 'x.yaml#/more'}
";

fn everything() -> Value {
    json!({
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {
            "definition": {"linkSupport": true},
            "declaration": {"linkSupport": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "documentLink": {"tooltipSupport": true},
            "rename": {"prepareSupport": true},
        },
    })
}

fn start(capabilities: Value) -> Session {
    let mut session = Session::with(capabilities);
    session.open(URI, "yaml", 7, TEXT);
    session
}

fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    })
}

/// The column of a text in a line, as UTF-16 counts.
fn column(line: usize, text: &str) -> u32 {
    let line = TEXT.lines().nth(line).unwrap();
    let before = &line[..line.find(text).unwrap()];
    u32::try_from(before.encode_utf16().count()).unwrap()
}

#[test]
fn the_server_says_what_it_answers() {
    let mut session = Session::start();
    let server = session.initialize(everything())["capabilities"].clone();
    for provider in [
        "definitionProvider",
        "declarationProvider",
        "referencesProvider",
        "documentHighlightProvider",
        "documentSymbolProvider",
        "workspaceSymbolProvider",
        "foldingRangeProvider",
        "selectionRangeProvider",
    ] {
        assert_eq!(server[provider], true, "{provider}");
    }
    assert_eq!(server["renameProvider"], json!({"prepareProvider": true}));
    assert_eq!(server["documentLinkProvider"], json!({}));
    // A client that cannot ask first is not told that it may.
    let mut plain = Session::start();
    let server = plain.initialize(json!({}))["capabilities"].clone();
    assert_eq!(server["renameProvider"], true);
}

#[test]
fn a_definition_is_a_link_where_the_client_knows_links() {
    let mut session = start(everything());
    let key = column(2, "key:");
    for method in ["textDocument/definition", "textDocument/declaration"] {
        assert_eq!(
            session.ask(method, at(2, key + 1)),
            json!([{
                "originSelectionRange": range(2, key, key + 3),
                "targetUri": URI,
                "targetRange": range(5, 4, 21),
                "targetSelectionRange": range(5, 4, 7),
            }])
        );
    }
    let mut plain = start(json!({}));
    assert_eq!(
        plain.ask("textDocument/definition", at(2, key + 1)),
        json!([{"uri": URI, "range": range(5, 4, 7)}])
    );
    // Nothing is there, so nothing is said: also at a file that is not known, or not ours.
    for (line, character) in [(0, 3), (5, 12), (7, 22)] {
        assert_eq!(
            plain.ask("textDocument/definition", at(line, character)),
            Value::Null
        );
    }
    let other = json!({
        "textDocument": {"uri": "file:///w/closed.yaml"},
        "position": {"line": 0, "character": 0},
    });
    assert_eq!(plain.ask("textDocument/definition", other), Value::Null);
}

#[test]
fn positions_are_counted_as_the_client_wants() {
    let mut session = Session::with(json!({"general": {"positionEncodings": ["utf-8"]}}));
    session.open(URI, "yaml", 1, TEXT);
    // The sign before it has four bytes and two units of UTF-16.
    let key = column(2, "key:") + 2;
    assert_eq!(
        session.ask("textDocument/documentHighlight", at(5, 5)),
        json!([
            {"range": range(2, key, key + 3), "kind": 2},
            {"range": range(5, 4, 7), "kind": 3},
        ])
    );
}

#[test]
fn references_have_declarations_if_they_are_asked_for() {
    let mut session = start(everything());
    let read = column(2, "read");
    let declared = column(6, "read");
    let mut ask = |with: bool| {
        let mut params = at(6, declared);
        params["context"] = json!({"includeDeclaration": with});
        session.ask("textDocument/references", params)
    };
    let used = json!({"uri": URI, "range": range(2, read, read + 4)});
    let declaration = json!({"uri": URI, "range": range(6, declared, declared + 4)});
    assert_eq!(ask(true), json!([used, declaration]));
    assert_eq!(ask(false), json!([used]));
}

#[test]
fn a_rename_is_an_edit_of_the_version_that_was_asked_about() {
    let mut session = start(everything());
    let key = column(2, "key:");
    assert_eq!(
        session.ask("textDocument/prepareRename", at(2, key)),
        json!({"range": range(2, key, key + 3), "placeholder": "key"})
    );
    let mut params = at(2, key);
    params["newName"] = json!("cert");
    assert_eq!(
        session.ask("textDocument/rename", params.clone()),
        json!({"documentChanges": [{
            "textDocument": {"uri": URI, "version": 7},
            "edits": [
                {"range": range(2, key, key + 3), "newText": "cert"},
                {"range": range(5, 4, 7), "newText": "cert"},
            ],
        }]})
    );
    // What was typed since counts.
    session.change(URI, 8, json!([edit((5, 4), (5, 7), "keys")]));
    let answer = session.answer("textDocument/rename", params.clone());
    let reason = "`key` is not declared in this document, so not all of its places are known";
    assert_eq!(answer["error"]["code"], -32803);
    assert_eq!(answer["error"]["message"], reason);
    let answer = session.answer("textDocument/prepareRename", at(2, key));
    assert_eq!(answer["error"]["message"], reason);
    assert_eq!(
        session.ask("textDocument/prepareRename", at(0, 2)),
        Value::Null
    );

    let mut plain = start(json!({}));
    let edits = plain.ask("textDocument/rename", params)["changes"][URI].clone();
    assert_eq!(edits.as_array().unwrap().len(), 2);
}

#[test]
fn the_outline_is_a_tree_or_a_list() {
    let mut session = start(everything());
    let params = json!({"textDocument": {"uri": URI}});
    let tree = session.ask("textDocument/documentSymbol", params.clone());
    assert_eq!(tree[0]["name"], "servers");
    let prod = &tree[0]["children"][0];
    assert_eq!(prod["name"], "prod");
    assert_eq!(prod["detail"], "key or oauth (read)");
    assert_eq!(prod["selectionRange"], range(2, 2, 6));
    let schemes = &tree[1]["children"];
    assert_eq!(schemes[1]["detail"], "oauth2");
    assert_eq!(schemes[1]["children"][0]["children"][0]["name"], "read");

    let mut plain = start(json!({}));
    let list = plain.ask("textDocument/documentSymbol", params);
    let names: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    let schemes = "components.securitySchemes";
    let expected = [
        "servers", "prod", schemes, "key", "oauth", "password", "read", "more",
    ];
    assert_eq!(names, expected);
    assert_eq!(list[5]["containerName"], "oauth");
    assert_eq!(list[5]["location"]["uri"], URI);
}

#[test]
fn symbols_of_all_open_documents_are_found() {
    let mut session = start(everything());
    let two = "file:///w/two.json";
    let text = "{\"asyncapi\": \"3.0.0\", \"components\": {\"securitySchemes\": {\"oauth2\": {}}}}";
    session.open(two, "json", 1, text);
    session.open("file:///w/other.yaml", "yaml", 1, "oauth: {a: 1}\n");
    let found = session.ask("workspace/symbol", json!({"query": "OAuth"}));
    let shown: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let uri = one["location"]["uri"].as_str().unwrap();
            format!("{} {uri}", one["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(shown, [format!("oauth {URI}"), format!("oauth2 {two}")]);
    assert_eq!(found[0]["containerName"], "components.securitySchemes");
    let none = session.ask("workspace/symbol", json!({"query": "zzz"}));
    assert_eq!(none, Value::Null);
}

#[test]
fn links_folds_and_selections_are_those_of_the_document() {
    let mut session = start(everything());
    let params = json!({"textDocument": {"uri": URI}});
    let links = session.ask("textDocument/documentLink", params.clone());
    assert_eq!(
        links[1],
        json!({
            "range": range(6, column(6, "https"), column(6, "', scopes")),
            "target": "https://i.acme.test/t",
            "tooltip": "Open the endpoint",
        })
    );
    assert_eq!(links[2]["target"], "file:///w/x.yaml");
    let start = column(7, "x.yaml");
    assert_eq!(links[2]["range"], range(7, start, start + 6));
    assert_eq!(
        session.ask("textDocument/foldingRange", params),
        json!([
            {"startLine": 1, "endLine": 2},
            {"startLine": 3, "endLine": 7},
            {"startLine": 4, "endLine": 7},
        ])
    );
    let params = json!({
        "textDocument": {"uri": URI},
        "positions": [{"line": 5, "character": 5}, {"line": 0, "character": 0}],
    });
    let selections = session.ask("textDocument/selectionRange", params);
    assert_eq!(selections[0]["range"], range(5, 4, 7));
    assert_eq!(selections[0]["parent"]["range"], range(5, 4, 21));
    assert_eq!(selections[1]["range"], range(0, 0, 8));
}

/// So that the editor does it in its own way.
#[test]
fn nothing_is_said_of_a_document_that_is_not_ours() {
    let mut session = Session::with(everything());
    session.open(URI, "yaml", 1, "services:\n  a:\n    b: 1\n");
    let whole = json!({"textDocument": {"uri": URI}});
    let mut selection = whole.clone();
    selection["positions"] = json!([{"line": 0, "character": 0}]);
    let mut references = at(1, 2);
    references["context"] = json!({"includeDeclaration": true});
    let mut rename = at(1, 2);
    rename["newName"] = json!("x");
    for (method, params) in [
        ("textDocument/definition", at(1, 2)),
        ("textDocument/declaration", at(1, 2)),
        ("textDocument/references", references),
        ("textDocument/documentHighlight", at(1, 2)),
        ("textDocument/prepareRename", at(1, 2)),
        ("textDocument/rename", rename),
        ("textDocument/documentSymbol", whole.clone()),
        ("textDocument/documentLink", whole.clone()),
        ("textDocument/foldingRange", whole),
        ("textDocument/selectionRange", selection),
        ("workspace/symbol", json!({"query": ""})),
    ] {
        assert_eq!(session.ask(method, params), Value::Null, "{method}");
    }
}
