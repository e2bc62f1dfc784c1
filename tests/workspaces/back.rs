//! A scheme in a file of its own comes back into the only document that refers to it.

use serde_json::{Value, json};

use crate::driver::Session;
use crate::editor::uri;
use crate::folder::Folder;

const FILES: &str = "--- a.yaml
asyncapi: 3.0.0
components:
  securitySchemes:
    key: {$ref: key.yaml}
    part: {$ref: 'parts.yaml#/part'}
--- key.yaml
type: userPassword # theirs
--- parts.yaml
part: {type: plain}
--- b.yaml
asyncapi: 3.0.0
";

/// What is offered as a move on a line of the document.
fn offered(folder: &Folder, line: u32) -> Vec<Value> {
    let mut session = Session::start();
    session.ask(
        "initialize",
        json!({
            "processId": null,
            "workspaceFolders": [{"uri": uri(folder, ""), "name": "open"}],
            "capabilities": {
                "textDocument": {
                    "diagnostic": {},
                    "codeAction": {
                        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                        "disabledSupport": true,
                    },
                },
                "workspace": {"diagnostics": {"refreshSupport": true}, "workspaceEdit": {
                    "documentChanges": true,
                    "resourceOperations": ["create", "delete"],
                }},
            },
        }),
    );
    session.notify("initialized", json!({}));
    // The answer comes when all files were read.
    session.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let document = uri(folder, "a.yaml");
    let text = std::fs::read_to_string(folder.path.join("a.yaml")).unwrap();
    session.open(&document, "yaml", 1, &text);
    let place = json!({"line": line, "character": 5});
    let params = json!({
        "textDocument": {"uri": document},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["refactor.move"]},
    });
    let found = session.ask("textDocument/codeAction", params);
    found.as_array().unwrap().clone()
}

#[test]
fn the_file_of_a_scheme_comes_back_and_goes() {
    let folder = Folder::new(FILES);
    let found = offered(&folder, 3);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["title"], "Move `key` back from `key.yaml`");
    let changes = &found[0]["edit"]["documentChanges"];
    let written = changes[0]["edits"][0]["newText"].as_str().unwrap();
    assert!(written.contains("type: userPassword # theirs"), "{written}");
    assert_eq!(
        changes[1],
        json!({"kind": "delete", "uri": uri(&folder, "key.yaml")})
    );
    // A part of a file is not the file.
    assert_eq!(offered(&folder, 4), Vec::<Value>::new());
}

#[test]
fn a_file_that_others_use_stays() {
    let folder = Folder::new(&format!(
        "{FILES}components: {{securitySchemes: {{own: {{$ref: './key.yaml'}}}}}}\n"
    ));
    let found = offered(&folder, 3);
    let reason = found[0]["disabled"]["reason"].as_str().unwrap();
    assert!(reason.contains("Other places refer"), "{reason}");
}
