//! The action that turns a rule off in the settings file.

use serde_json::{Value, json};

use crate::driver::Session;
use crate::settings::{DOCUMENT, RULE, session, uri, workspace};

/// The action that turns the rule off, as offered for the document's finding.
fn turning_off(session: &mut Session, uri: &str) -> Option<Value> {
    let params = json!({
        "textDocument": {"uri": uri},
        "range": {
            "start": {"line": 2, "character": 4},
            "end": {"line": 2, "character": 16},
        },
        "context": {"diagnostics": []},
    });
    let actions = session.ask("textDocument/codeAction", params);
    let title = format!("Turn `{RULE}` off in the settings file");
    let mut actions = actions.as_array().unwrap().iter();
    actions.find(|action| action["title"] == title).cloned()
}

fn editing(workspace_edit: Value) -> Value {
    json!({
        "textDocument": {"codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
        }},
        "workspace": {"workspaceEdit": workspace_edit},
    })
}

#[test]
fn a_rule_is_turned_off_in_the_settings_file() {
    let folder = workspace("turn-off", &[("a/api.yaml", DOCUMENT)]);
    let (document, file) = (
        uri(&folder, "a/api.yaml"),
        uri(&folder, "asyncapi-security.toml"),
    );
    let all = json!({"documentChanges": true, "resourceOperations": ["create"]});
    let mut able = session(&folder, editing(all), Value::Null);
    let mut plain = session(&folder, editing(json!({})), Value::Null);
    for session in [&mut able, &mut plain] {
        session.open(&document, "yaml", 1, DOCUMENT);
    }
    // A new file is created in the workspace's folder; not every client can do that.
    let action = turning_off(&mut able, &document).unwrap();
    assert_eq!(action["kind"], "quickfix");
    assert!(action.get("diagnostics").is_none() && action.get("isPreferred").is_none());
    let start = json!({"line": 0, "character": 0});
    assert_eq!(
        action["edit"]["documentChanges"],
        json!([
            {"kind": "create", "uri": file},
            {
                "textDocument": {"uri": file, "version": null},
                "edits": [{
                    "range": {"start": start, "end": start},
                    "newText": format!("[rules]\n{RULE} = \"off\"\n"),
                }],
            },
        ])
    );
    assert_eq!(turning_off(&mut plain, &document), None);
    // A file on disk is read again, whether or not a change was reported.
    let text = format!("[rules]\n{RULE} = \"hint\"\n");
    std::fs::write(folder.join("asyncapi-security.toml"), &text).unwrap();
    let action = turning_off(&mut plain, &document).unwrap();
    let edit = &action["edit"]["changes"][&file][0];
    assert_eq!(edit["newText"], "\"off\"");
    assert_eq!(edit["range"]["start"], json!({"line": 1, "character": 26}));
    // While it is open, its text in the editor counts.
    able.open(&file, "toml", 7, "[rules]\nurls = \"on\"\n");
    let action = turning_off(&mut able, &document).unwrap();
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": file, "version": 7}));
    assert_eq!(change["edits"][0]["newText"], format!("{RULE} = \"off\"\n"));
    // It is not offered if it would change nothing, because the client's configuration wins.
    let settings = json!({"asyncapiSecurity": {"rules": {RULE: "hint"}}});
    able.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": settings}),
    );
    assert_eq!(turning_off(&mut able, &document), None);
    // Nor is it outside of the workspace.
    let outside = "file:///elsewhere/api.yaml";
    plain.open(outside, "yaml", 1, DOCUMENT);
    assert_eq!(turning_off(&mut plain, outside), None);
}
