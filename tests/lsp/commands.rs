//! The commands that a client offers its user.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::driver::Session;

const URI: &str = "file:///w/api.yaml";

/// A finding that has a safe fix, one that has none, and what is worth migrating.
const TEXT: &str = "asyncapi: 2.6.0
info: {title: Orders, version: 1.0.0}
channels:
  orders: {publish: {operationId: order, security: [{login: []}]}}
components:
  securitySchemes:
    login:
      type: http
      scheme: Bearer
";

fn client() -> Value {
    json!({
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": {"documentChanges": true},
            "textDocumentContent": {"dynamicRegistration": true},
        },
        "window": {"showDocument": {"support": true}},
    })
}

fn run(session: &mut Session, command: &str, arguments: Value) -> Value {
    let params = json!({"command": command, "arguments": arguments});
    session.ask("workspace/executeCommand", params)
}

fn asked_for(session: &mut Session, method: &str) -> Value {
    let request = session.wait(|message| message["method"] == method);
    request["params"].clone()
}

#[test]
fn the_status_says_what_a_client_cannot_know() {
    let mut session = Session::with(client());
    session.open(URI, "yaml", 1, TEXT);
    let status = run(&mut session, "asyncapi-security.status", json!([URI]));
    let expected = json!({"isAsyncApi": true, "asyncapi": "2.6.0", "profile": "recommended"});
    assert_eq!(status, expected);
    let settings = json!({"settings": {"asyncapiSecurity": {"profile": "strict"}}});
    session.notify("workspace/didChangeConfiguration", settings);
    let status = run(&mut session, "asyncapi-security.status", json!([URI]));
    assert_eq!(status["profile"], "strict");
    let other = "file:///w/docker-compose.yml";
    session.open(other, "yaml", 1, "services: {}\n");
    for uri in [other, "file:///w/none.yaml"] {
        let status = run(&mut session, "asyncapi-security.status", json!([uri]));
        assert_eq!(status["isAsyncApi"], false, "{uri}");
        assert_eq!(status["asyncapi"], Value::Null, "{uri}");
    }
}

#[test]
fn the_rule_of_a_finding_is_explained_where_the_cursor_is() {
    let mut session = Session::with(client());
    let text = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    one: {type: openIdConnect, \
                openIdConnectUrl: /x}\n    two: {type: X509}\n";
    session.open(URI, "yaml", 1, text);
    let at = |line: u32, character: u32| json!([URI, true, {"line": line, "character": character}]);
    let column = text.lines().nth(3).unwrap().find("/x").unwrap();
    let column = u32::try_from(column).unwrap();
    // On it, and elsewhere in its line.
    for column in [column, 2] {
        let page = run(&mut session, "asyncapi-security.explain", at(3, column));
        let text = page["text"].as_str().unwrap();
        let id = text
            .lines()
            .next()
            .unwrap()
            .trim_matches(['#', ' ', '`'])
            .to_owned();
        let uri = format!("asyncapi-security:/rules/{id}.md");
        assert_eq!(page["uri"], uri);
        let shown = asked_for(&mut session, "window/showDocument");
        assert_eq!(shown["uri"], uri);
    }
    let nothing = run(&mut session, "asyncapi-security.explain", at(0, 0));
    assert_eq!(nothing, Value::Null);
    let told = asked_for(&mut session, "window/showMessage");
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("no finding in this line")
    );
    let wrong = json!({"command": "asyncapi-security.explain", "arguments": [URI]});
    let answer = session.answer("workspace/executeCommand", wrong);
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[test]
fn a_command_without_a_document_says_what_to_do() {
    let mut session = Session::with(client());
    let none = [
        json!([]),
        json!(["file:///w/none.yaml", true, {"line": 0, "character": 0}]),
    ];
    for command in ["explain", "report", "changes", "fixAll", "migrate"] {
        for arguments in none.clone() {
            let command = format!("asyncapi-security.{command}");
            assert_eq!(run(&mut session, &command, arguments), Value::Null);
            let told = asked_for(&mut session, "window/showMessage");
            let told = told["message"].to_string();
            assert!(told.contains("Open an AsyncAPI document first"), "{told}");
        }
    }
}

#[test]
fn all_that_is_safe_is_fixed_and_a_document_is_migrated() {
    let mut session = Session::with(client());
    session.open(URI, "yaml", 1, TEXT);
    for (command, expected) in [("fixAll", "bearer"), ("migrate", "asyncapi: 3.0.0")] {
        let command = format!("asyncapi-security.{command}");
        assert_eq!(run(&mut session, &command, json!([URI])), Value::Null);
        let edit = asked_for(&mut session, "workspace/applyEdit");
        let change = &edit["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({"uri": URI, "version": 1}));
        let edits = change["edits"].to_string();
        assert!(
            edits.contains(expected.trim_start_matches("asyncapi: ")),
            "{edits}"
        );
    }
    // What cannot be done is told, and nothing is changed.
    let refused = TEXT.replace("login: []", "login: [], other: []");
    let refused = refused.replace("Bearer", "bearer");
    session.change(URI, 2, json!([{"text": refused}]));
    for (command, words) in [
        ("fixAll", "safe to fix"),
        ("migrate", "several schemes together"),
    ] {
        run(
            &mut session,
            &format!("asyncapi-security.{command}"),
            json!([URI]),
        );
        let told = asked_for(&mut session, "window/showMessage");
        assert!(told["message"].as_str().unwrap().contains(words), "{told}");
    }
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, TEXT);
    run(&mut session, "asyncapi-security.migrate", json!([URI]));
    let told = asked_for(&mut session, "window/showMessage");
    assert!(
        told["message"].as_str().unwrap().contains("code actions"),
        "{told}"
    );
}

fn git(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c"]);
    command
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn assert_changes_say(session: &mut Session, uri: &str, words: &str) {
    let page = run(session, "asyncapi-security.changes", json!([uri, false]));
    assert!(page["text"].as_str().unwrap().contains(words), "{page}");
}

#[test]
fn what_changed_since_the_last_commit_stands_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let file = folder.join("api.yaml");
    std::fs::write(&file, TEXT).unwrap();
    let uri = format!("file://{}", file.display());
    let mut session = Session::with(client());
    session.open(&uri, "yaml", 1, TEXT);
    assert_changes_say(&mut session, &uri, "This cannot be told");
    if !git(&folder, &["init", "-q", "."]) {
        println!("skipped: there is no git");
        return;
    }
    assert!(git(&folder, &["add", "api.yaml"]) && git(&folder, &["commit", "-qm", "a"]));
    let page = run(
        &mut session,
        "asyncapi-security.changes",
        json!([uri, true]),
    );
    let text = page["text"].as_str().unwrap();
    assert!(
        text.contains("No change in the meaning of security"),
        "{text}"
    );
    let shown = asked_for(&mut session, "window/showDocument");
    assert_eq!(shown["uri"], page["uri"]);

    // What is typed counts, saved or not; the client asks again when it is saved.
    let content = session.ask("workspace/textDocumentContent", json!({"uri": page["uri"]}));
    assert_eq!(content["text"], text);
    let open = TEXT.replace("[{login: []}]", "[]");
    session.change(&uri, 2, json!([{"text": open}]));
    session.notify(
        "textDocument/didSave",
        json!({"textDocument": {"uri": uri}}),
    );
    let refresh = asked_for(&mut session, "workspace/textDocumentContent/refresh");
    assert_eq!(refresh["uri"], page["uri"]);
    let content = session.ask("workspace/textDocumentContent", json!({"uri": page["uri"]}));
    let text = content["text"].as_str().unwrap();
    assert!(
        text.contains("⛔ danger") && text.contains("`order`"),
        "{text}"
    );

    let new = folder.join("new.yaml");
    std::fs::write(&new, TEXT).unwrap();
    let uri = format!("file://{}", new.display());
    session.open(&uri, "yaml", 1, TEXT);
    assert_changes_say(&mut session, &uri, "this document is new");
}
