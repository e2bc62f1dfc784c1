//! A rule that panics: one answer is lost, the fault is said, and all else goes on. Programs with
//! debug assertions have such a rule for whoever sets a variable of the environment; those for users
//! have none.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/command_line.rs"]
#[allow(dead_code)]
mod command_line;
#[path = "lsp/driver.rs"]
#[allow(dead_code)]
mod driver;

use std::path::{Path, PathBuf};
use std::process::Command;

use driver::Session;
use serde_json::{Value, json};

const VARIABLE: &str = "ASYNCAPI_SECURITY_LSP_PANICS_AT";

/// Where the rule panics.
const PLACE: &str = "/components/securitySchemes/broken";

const BROKEN: &str = "asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    broken:\n      type: http\n      scheme: Bearer\n";

/// The same without the place.
fn whole() -> String {
    BROKEN.replace("broken", "whole")
}

fn check(folder: &Path, place: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut program = command_line::program(folder, &[&["check"], arguments].concat());
    command_line::read(program.env(VARIABLE, place).output().unwrap())
}

/// A folder with one document that is broken between two that are not.
fn folder(name: &str) -> PathBuf {
    let folder = command_line::folder("faults", name);
    for (name, text) in [("a", &*whole()), ("b", BROKEN), ("c", &whole())] {
        command_line::write(&folder, &format!("{name}.yaml"), text.as_bytes());
    }
    folder
}

#[cfg(not(debug_assertions))]
#[test]
fn the_program_for_users_has_no_such_rule() {
    let (code, out, err) = check(&folder("none"), PLACE, &["--level", "hint", "."]);
    assert_eq!((code, &*err), (1, ""), "{out}");
    let program = std::fs::read(command_line::PROGRAM).unwrap();
    let mut places = program.windows(VARIABLE.len());
    assert!(!places.any(|bytes| bytes == VARIABLE.as_bytes()));
}

#[cfg(debug_assertions)]
#[test]
fn check_says_which_file_and_rule_and_goes_on() {
    let folder = folder("check");
    let (code, out, err) = check(&folder, PLACE, &["--level", "hint", "."]);
    assert_eq!(code, 2, "{out}{err}");
    assert!(
        out.contains("a.yaml:6") && out.contains("c.yaml:6"),
        "{out}"
    );
    assert!(!out.contains("b.yaml"), "{out}");
    let said = "error: b.yaml: not checked because of a fault of asyncapi-security-lsp in its rules \
                `test`, at `/components/securitySchemes/broken`. Please report it: https://";
    assert!(err.contains(said), "{err}");
    assert!(err.contains("panicked at src/rules/fault.rs:"), "{err}");
    assert_eq!(err.matches("error: ").count(), 1, "{err}");

    let (code, out, err) = check(
        &folder,
        "document",
        &["--format", "json", "b.yaml", "c.yaml"],
    );
    assert_eq!(code, 2, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{report:#}");
    for (problem, name) in problems.iter().zip(["b.yaml", "c.yaml"]) {
        assert_eq!(problem["path"], name);
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("in its rules `test`. "), "{message}");
    }
}

#[cfg(debug_assertions)]
#[test]
fn what_was_not_checked_is_neither_fixed_nor_forgotten() {
    let folder = folder("fix");
    let baseline = ["--write-baseline", "."];
    assert_eq!(check(&folder, "nowhere", &baseline).0, 0);
    let known = || std::fs::read_to_string(folder.join("asyncapi-security-baseline.json")).unwrap();
    let before = known();
    assert!(before.contains("b.yaml"), "{before}");
    let (code, out, err) = check(&folder, PLACE, &baseline);
    assert_eq!(code, 2, "{out}{err}");
    assert_eq!(known(), before);

    let (code, out, err) = check(&folder, PLACE, &["--fix", "."]);
    assert_eq!(code, 2, "{out}{err}");
    let text = |name| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(text("b.yaml"), BROKEN);
    for name in ["a.yaml", "c.yaml"] {
        assert_eq!(text(name), whole().replace("Bearer", "bearer"));
    }
}

/// A server with a rule that panics, a client that speaks with it, and what it logs.
#[cfg(debug_assertions)]
fn server(place: &str, capabilities: Value) -> Session {
    let mut session = Session::run(Command::new(driver::SERVER).env(VARIABLE, place));
    session.listen();
    session.initialize(capabilities);
    session
}

#[cfg(debug_assertions)]
const A: &str = "file:///w/a.yaml";
#[cfg(debug_assertions)]
const B: &str = "file:///w/b.yaml";

#[cfg(debug_assertions)]
fn hover(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": 5, "character": 17}})
}

/// The diagnostics of the last publication of a document.
#[cfg(debug_assertions)]
fn last(messages: &[Value], uri: &str) -> Vec<Value> {
    let mut messages = messages.iter().rev();
    let is_meant = |message: &&Value| {
        message["params"]["diagnostics"].is_array() && message["params"]["uri"] == uri
    };
    let found = messages.find(is_meant).expect("it was published");
    found["params"]["diagnostics"].as_array().unwrap().clone()
}

#[cfg(debug_assertions)]
fn is_not_checked(diagnostics: &[Value]) -> bool {
    let message = diagnostics[0]["message"].as_str().unwrap();
    diagnostics.len() == 1 && message.starts_with("this document is not checked because of a fault")
}

#[cfg(debug_assertions)]
fn count(messages: &[Value], method: &str) -> usize {
    messages
        .iter()
        .filter(|message| message["method"] == method)
        .count()
}

#[cfg(debug_assertions)]
#[test]
fn the_server_says_it_once_and_serves_all_other_documents() {
    for place in [PLACE, "document"] {
        let mut session = server(place, json!({}));
        // The broken one comes first: whoever is opened behind it is not lost.
        session.open(B, "yaml", 1, BROKEN);
        let other = if place == PLACE {
            whole()
        } else {
            "a: 1\n".to_owned()
        };
        session.open(A, "yaml", 1, &other);
        let mut said = session.until_now();
        // A message of its own accord may come later.
        while count(&said, "window/showMessage") == 0 {
            said.push(session.next().unwrap());
        }
        assert!(is_not_checked(&last(&said, B)), "{said:?}");
        if place == PLACE {
            assert!(!is_not_checked(&last(&said, A)), "{said:?}");
            assert!(session.ask("textDocument/hover", hover(A)).is_object());
        }
        assert!(session.ask("textDocument/hover", hover(B)).is_null());
        let logged: Vec<String> = (0..3).map(|_| session.log_line()).collect();
        let has = |words: &[&str]| {
            let mut lines = logged.iter();
            lines.any(|line| words.iter().all(|word| line.contains(word)))
        };
        assert!(
            has(&["panicked at src/rules/fault.rs:", "a test wanted it"]),
            "{logged:?}"
        );
        let shown = said
            .iter()
            .find(|one| one["method"] == "window/showMessage")
            .unwrap();
        assert_eq!(shown["params"]["type"], 1);
        let shown = shown["params"]["message"].as_str().unwrap();
        assert!(
            shown.starts_with("b.yaml is not checked because of a fault"),
            "{shown}"
        );
        assert!(shown.contains("in its rules `test`"), "{shown}");
        if place == PLACE {
            assert!(shown.contains(&format!("at `{PLACE}`")), "{shown}");
        }

        // Said once, however often it happens; and what is mended is checked.
        for version in [2, 4] {
            session.change(B, version, json!([{"text": "asyncapi: 2.6.0\nx: [\n"}]));
            said = session.until_now();
            assert_eq!(is_not_checked(&last(&said, B)), place == "document");
            session.change(B, version + 1, json!([{"text": BROKEN}]));
            let again = session.until_now();
            assert!(is_not_checked(&last(&again, B)), "{again:?}");
            said.extend(again);
            assert_eq!(count(&said, "window/showMessage"), 0, "{said:?}");
        }
        session.change(B, 6, json!([{"text": whole()}]));
        let said = session.until_now();
        assert_eq!(is_not_checked(&last(&said, B)), place == "document");
        session.ask("shutdown", json!(null));
        session.notify("exit", json!(null));
        assert_eq!(session.exit_code(), Some(0));
    }
}

/// Whoever asks before it is known that a rule panics gets an error, and the next one an answer.
#[cfg(debug_assertions)]
#[test]
fn a_client_that_asks_loses_one_answer() {
    let mut session = server(PLACE, pulling());
    session.open(B, "yaml", 1, BROKEN);
    let asked = json!({"textDocument": {"uri": B}});
    // Perhaps it was known before.
    let first = session.answer("textDocument/diagnostic", asked.clone());
    if let Some(error) = first.get("error") {
        assert_eq!(error["code"], -32603, "{first}");
    }
    session.wait(|message| message["method"] == "workspace/diagnostic/refresh");
    for _ in 0..2 {
        let report = session.ask("textDocument/diagnostic", asked.clone());
        assert!(
            is_not_checked(report["items"].as_array().unwrap()),
            "{report}"
        );
    }
    session.change(B, 2, json!([{"text": whole()}]));
    let report = session.ask("textDocument/diagnostic", asked);
    assert!(
        !is_not_checked(report["items"].as_array().unwrap()),
        "{report}"
    );
}

#[cfg(debug_assertions)]
fn pulling() -> Value {
    json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    })
}

/// Documents that are not open are looked at beside the loop.
#[cfg(debug_assertions)]
#[test]
fn a_report_of_the_workspace_leaves_it_out_and_says_so() {
    let folder = std::fs::canonicalize(folder("workspace")).unwrap();
    let mut session = Session::run(Command::new(driver::SERVER).env(VARIABLE, PLACE));
    session.listen();
    let uri = format!("file://{}", folder.display());
    let folders = json!([{"uri": uri, "name": "w"}]);
    session.ask(
        "initialize",
        json!({"processId": null, "workspaceFolders": folders, "capabilities": pulling()}),
    );
    session.notify("initialized", json!({}));
    for messages in [1, 0] {
        let id = session.request("workspace/diagnostic", json!({"previousResultIds": []}));
        let mut said = Vec::new();
        let is_answer = |message: &Value| message["id"] == id && message.get("method").is_none();
        while !said.iter().any(is_answer) || count(&said, "window/showMessage") < messages {
            said.push(session.next().unwrap());
        }
        assert_eq!(count(&said, "window/showMessage"), messages, "{said:?}");
        let report = said.iter().find(|message| is_answer(message)).unwrap();
        let items = report["result"]["items"].as_array().unwrap().iter();
        let uris = items.map(|item| item["uri"].as_str().unwrap());
        let names: Vec<&str> = uris.map(|uri| uri.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["a.yaml", "c.yaml"], "{report}");
    }
}
