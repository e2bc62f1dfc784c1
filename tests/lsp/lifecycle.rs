//! From `initialize` to `exit`.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::driver::{Session, edit};

#[test]
fn requests_before_initialize_are_refused() {
    let mut session = Session::start();
    let answer = session.answer("textDocument/hover", json!({}));
    assert_eq!(answer["error"]["code"], -32002, "{answer}");
    session.notify("textDocument/didOpen", json!({}));
    let result = session.initialize(json!({}));
    assert_eq!(result["serverInfo"]["name"], "asyncapi-security-lsp");
}

#[test]
fn initialize_happens_once() {
    let mut session = Session::with(json!({}));
    let answer = session.answer("initialize", json!({"capabilities": {}}));
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    session.assert_alive();
}

#[test]
fn an_initialize_that_is_wrong_may_be_repeated() {
    let mut session = Session::start();
    let answer = session.answer("initialize", json!({"capabilities": 3}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    session.initialize(json!({}));
    session.assert_alive();
}

#[test]
fn after_shutdown_only_exit_is_left() {
    let mut session = Session::with(json!({}));
    assert!(session.ask("shutdown", json!(null)).is_null());
    for method in ["textDocument/hover", "shutdown"] {
        let answer = session.answer(method, json!(null));
        assert_eq!(answer["error"]["code"], -32600, "{method}: {answer}");
    }
    session.notify("exit", json!(null));
    assert_eq!(session.exit_code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut session = Session::with(json!({}));
    session.notify("exit", json!(null));
    assert_eq!(session.exit_code(), Some(1));
}

#[test]
fn exit_before_initialize_ends_too() {
    let mut session = Session::start();
    session.notify("exit", json!(null));
    assert_eq!(session.exit_code(), Some(1));
}

#[test]
fn the_end_of_the_input_is_the_end() {
    let mut session = Session::with(json!({}));
    session.close_input();
    assert_eq!(session.exit_code(), Some(1));

    let mut session = Session::with(json!({}));
    session.ask("shutdown", json!(null));
    session.close_input();
    assert_eq!(session.exit_code(), Some(0));
}

#[test]
fn a_client_that_does_not_read_cannot_keep_the_server() {
    let mut session = Session::start_deaf();
    session.request("initialize", json!({"capabilities": {}}));
    session.notify("initialized", json!({}));
    for _ in 0..5_000 {
        session.request("test/unknown", json!({}));
    }
    session.request("shutdown", json!(null));
    session.notify("exit", json!(null));
    assert_eq!(session.exit_code_unread(), Some(0));
}

/// A document that is analysed from its start at each change of its first line, and so many changes
/// that any machine needs longer for them than allowed.
#[test]
fn a_busy_server_ends_with_its_client() {
    const CHANGES: i64 = 2_000;
    let entry = "  \"k\": {\"type\": \"X509\"},\n".repeat(40_000);
    let text = format!("{{\"asyncapi\": \"3.0.0\",\n{entry}\"last\": 1}}\n");
    for says_exit in [false, true] {
        let mut session = Session::with(json!({}));
        session.open("file:///w/a.json", "json", 0, &text);
        for version in 1..=CHANGES {
            let change = match version % 2 {
                0 => edit((0, 0), (0, 2), ""),
                _ => edit((0, 0), (0, 0), "/*"),
            };
            session.change("file:///w/a.json", version, json!([change]));
            let place = json!({"line": 1, "character": 3});
            let document = json!({"uri": "file:///w/a.json"});
            let params = json!({"textDocument": document, "position": place});
            session.request("textDocument/hover", params);
        }
        if says_exit {
            session.notify("exit", json!(null));
        } else {
            session.close_input();
        }
        let mut answers = 0;
        while let Some(message) = session.next() {
            answers += i64::from(message.get("method").is_none());
        }
        assert!(answers < CHANGES, "the work was done to its end");
        assert_eq!(session.exit_code(), Some(1));
    }
}

/// The client's process is another one here, as with editors that start servers by a helper.
#[cfg(target_os = "linux")]
#[test]
fn the_server_ends_with_the_process_of_the_client() {
    let mut client = Command::new("sleep")
        .arg("1000")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut session = Session::start();
    let params = json!({"processId": client.id(), "rootUri": null, "capabilities": {}});
    session.ask("initialize", params);
    client.kill().unwrap();
    client.wait().unwrap();
    assert_eq!(session.exit_code(), Some(1));
}

#[test]
fn a_process_that_cannot_be_seen_is_not_waited_for() {
    let mut session = Session::start();
    let params = json!({"processId": u32::MAX, "rootUri": null, "capabilities": {}});
    session.ask("initialize", params);
    session.assert_alive();
}

#[test]
fn the_trace_level_decides_what_is_logged() {
    let mut session = Session::start();
    let params = json!({"processId": null, "capabilities": {}, "trace": "messages"});
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    assert!(session.log_line().contains("initialize"));
    let shown = session.wait(|message| message["method"] == "window/logMessage");
    assert!(
        shown["params"]["message"]
            .as_str()
            .unwrap()
            .contains("ready")
    );
    assert!(session.log_line().contains("ready"));
    session.close("file:///w/never-opened.yaml");
    assert!(session.log_line().contains("never-opened.yaml"));
    session.notify("$/setTrace", json!({"value": "off"}));
    session.close("file:///w/unseen.yaml");
    session.notify("$/setTrace", json!({"value": "verbose"}));
    session.close("file:///w/seen.yaml");
    assert!(session.log_line().contains("/seen.yaml"));
}

#[test]
fn without_a_trace_level_nothing_is_said() {
    let mut session = Session::with(json!({}));
    assert_eq!(session.until_now(), Vec::<serde_json::Value>::new());
}

#[test]
fn what_is_not_known_is_answered_or_passed_over() {
    let mut session = Session::with(json!({}));
    for method in [
        "test/unknown",
        "$/unknown",
        "textDocument/moniker",
        "textDocument/prepareCallHierarchy",
    ] {
        let params = json!({
            "textDocument": {"uri": "file:///a.yaml"},
            "position": {"line": 0, "character": 0},
            "newName": "a",
            "query": "",
        });
        let answer = session.answer(method, params);
        assert_eq!(answer["error"]["code"], -32601, "{method}: {answer}");
    }
    for method in [
        "textDocument/didSave",
        "textDocument/willSave",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "$/progress",
        "test/unknown",
    ] {
        session.notify(
            method,
            json!({"id": 77, "textDocument": {"uri": "file:///a.yaml"}}),
        );
        session.notify(method, json!([]));
    }
    assert_eq!(session.until_now(), Vec::<serde_json::Value>::new());
}

/// Whatever of a message has come, the client is gone.
#[test]
fn an_input_that_ends_in_a_message_is_the_end() {
    let body = r#"{"jsonrpc":"2.0","method":"exit"}"#;
    let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    for end in [1, 14, 17, 20, 21, message.len() - 1] {
        let mut session = Session::with(json!({}));
        session.write(&message.as_bytes()[..end]);
        session.close_input();
        assert_eq!(session.exit_code(), Some(1), "{end}");
    }
}

/// A client that was killed has closed both ends of its pipes.
#[test]
fn a_server_that_nobody_reads_or_writes_ends() {
    let mut session = Session::start_deaf();
    session.request("initialize", json!({"capabilities": {}}));
    session.notify("initialized", json!({}));
    for _ in 0..1_000 {
        session.request("test/unknown", json!({}));
    }
    session.close_output();
    session.close_input();
    assert_eq!(session.exit_code_unread(), Some(1));
}
