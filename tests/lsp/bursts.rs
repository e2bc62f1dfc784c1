//! Many messages at once.

use std::io::Write;
use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use asyncapi_security_lsp::lsp::log::Log;
use asyncapi_security_lsp::lsp::main_loop::Event;
use asyncapi_security_lsp::lsp::server::Backend;
use asyncapi_security_lsp::lsp::stdio::Writer;
use futures::FutureExt;
use serde_json::{Value, json};
use tower_lsp::{LanguageServer, LspService};

use crate::driver::{DEADLINE, Session, edit};

const URI: &str = "file:///w/api.yaml";
const TEXT: &str = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: apiKey\n      in: \n      description: x\n";

/// The line of the value of `in` before anything is inserted, and its column.
const LINE: usize = 5;
const COLUMN: usize = 10;

/// Inserts a line above the scheme at each version, and removes all after 50 of them; returns the
/// change and the number of inserted lines afterwards.
fn change_of(version: usize) -> (Value, usize) {
    let lines = version % 50;
    let change = if lines == 0 {
        edit((0, 0), (49, 0), "")
    } else {
        edit((0, 0), (0, 0), "# line\n")
    };
    (change, lines)
}

/// Each request sees the document as it was on arrival: at any other version another line is at its
/// position, and the edit has another range.
#[test]
fn ten_thousand_edits_and_completions_are_answered_in_order() {
    const PAIRS: usize = 10_000;
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 0, TEXT);
    let mut expected = Vec::with_capacity(PAIRS);
    for version in 1..=PAIRS {
        let (change, lines) = change_of(version);
        session.change(URI, version as i64, json!([change]));
        let line = LINE + lines;
        let position = json!({"line": line, "character": COLUMN});
        let params = json!({"textDocument": {"uri": URI}, "position": position});
        expected.push((session.request("textDocument/completion", params), line));
    }
    for (id, line) in expected {
        let answer = session.wait(|message| message.get("method").is_none());
        assert_eq!(answer["id"], id);
        let items = answer["result"]["items"].as_array().unwrap();
        let item = items
            .iter()
            .find(|item| item["label"] == "password")
            .unwrap();
        assert_eq!(item["textEdit"]["range"]["start"]["line"], line, "{id}");
    }
    // The last version is published, unless a newer publication replaced it.
    session.change(URI, PAIRS as i64 + 1, json!([]));
    session.published(URI, PAIRS as i64 + 1);
}

/// However much of a burst is skipped, publications come in order, and the last version is published.
#[test]
fn a_long_burst_is_published_in_order_and_to_its_end() {
    const VERSIONS: usize = 20_000;
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 0, TEXT);
    for version in 1..=VERSIONS {
        session.change(URI, version as i64, json!([change_of(version).0]));
    }
    let id = session.request("test/fence", json!({}));
    let mut versions = Vec::new();
    while versions.last() != Some(&(VERSIONS as i64)) {
        let message = session.next().unwrap();
        match message["params"]["version"].as_i64() {
            Some(version) => versions.push(version),
            None => assert_eq!(message["id"], id),
        }
    }
    assert!(versions.is_sorted(), "{versions:?}");
}

/// Standard output of a server in this process.
struct Writes(Sender<Vec<u8>>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Diagnostics are not delayed until a burst ends: here another message always waits, whatever the speed
/// of the machine.
#[test]
fn a_burst_without_an_end_is_published_all_the_same() {
    let (sender, writes) = channel();
    let writer = Writer::new(Writes(sender));
    let (service, _socket) =
        LspService::new(|client| Backend::new(client, writer, Log::new(std::io::sink())));
    let server = service.inner();
    let item = json!({"uri": URI, "languageId": "yaml", "version": 0, "text": TEXT});
    let params = serde_json::from_value(json!({"textDocument": item})).unwrap();
    server.did_open(params).now_or_never().unwrap();
    let until = Instant::now() + DEADLINE;
    let mut written = Vec::new();
    for version in 1.. {
        server.on_event(Event::Handled { is_idle: false });
        written.extend(writes.try_iter().flatten());
        let text = String::from_utf8_lossy(&written);
        if text.matches("textDocument/publishDiagnostics").count() > 1 {
            break;
        }
        assert!(Instant::now() < until, "{text}");
        let params = json!({
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [change_of(version).0],
        });
        let params = serde_json::from_value(params).unwrap();
        server.did_change(params).now_or_never().unwrap();
    }
}

/// Between two documents a request may be handled, so it waits for one analysis only.
#[test]
fn documents_are_published_one_at_a_time() {
    let (sender, writes) = channel();
    let writer = Writer::new(Writes(sender));
    let (service, _socket) =
        LspService::new(|client| Backend::new(client, writer.clone(), Log::new(std::io::sink())));
    let server = service.inner();
    for name in ["a", "b", "c"] {
        let uri = format!("file:///w/{name}.yaml");
        let item = json!({"uri": uri, "languageId": "yaml", "version": 0, "text": TEXT});
        let params = serde_json::from_value(json!({"textDocument": item})).unwrap();
        server.did_open(params).now_or_never().unwrap();
    }
    let published = || {
        let has_more = server.on_event(Event::Handled { is_idle: true });
        writer.flush(DEADLINE);
        let written: Vec<u8> = writes.try_iter().flatten().collect();
        let text = String::from_utf8(written).unwrap();
        let count = text.matches("textDocument/publishDiagnostics").count();
        (has_more, count)
    };
    let all = [published(), published(), published(), published()];
    assert_eq!(all, [(true, 1), (true, 1), (false, 1), (false, 0)]);
}

/// The client sends a thousand messages before it reads anything; its pipe is full long before that.
#[test]
fn a_client_that_reads_late_loses_no_answer() {
    const MESSAGES: i64 = 1_000;
    let mut session = Session::start_deaf();
    let initialize = session.request("initialize", json!({"capabilities": {}}));
    session.notify("initialized", json!({}));
    session.open(URI, "yaml", 0, TEXT);
    let mut ids = vec![initialize];
    for version in 1..=MESSAGES {
        let (change, lines) = change_of(version as usize);
        session.change(URI, version, json!([change]));
        let position = json!({"line": LINE + lines, "character": COLUMN});
        let params = json!({"textDocument": {"uri": URI}, "position": position});
        ids.push(session.request("textDocument/completion", params));
    }
    ids.push(session.request("shutdown", json!(null)));
    session.listen();
    let mut answered = Vec::new();
    let mut versions = Vec::new();
    while answered.len() < ids.len() {
        let message = session.next().unwrap();
        match message["id"].as_i64() {
            Some(id) => answered.push(id),
            None => versions.push(message["params"]["version"].as_i64().unwrap()),
        }
    }
    assert_eq!(answered, ids);
    assert!(versions.is_sorted(), "{versions:?}");
    session.notify("exit", json!(null));
    assert_eq!(session.exit_code(), Some(0));
}

/// The server sends requests after many changes; the client answers none of them.
#[test]
fn questions_that_the_client_does_not_answer_hold_nothing_up() {
    let mut session = Session::with(json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    }));
    let fragment = "file:///w/schemes.yaml";
    session.open(fragment, "yaml", 1, "a:\n  type: http\n  scheme: basic\n");
    let mut questions = 0;
    for version in 0..500 {
        let number = if version % 2 == 0 { "2.6.0" } else { "3.0.0" };
        let text = format!(
            "asyncapi: {number}\ncomponents:\n  securitySchemes:\n    a:\n      $ref: './schemes.yaml#/a'\n"
        );
        if version == 0 {
            session.open(URI, "yaml", version, &text);
        } else {
            session.change(URI, version, json!([{"text": text}]));
        }
        let is_question = |message: &&Value| message["method"] == "workspace/diagnostic/refresh";
        questions += session.until_now().iter().filter(is_question).count();
    }
    assert!(questions > 10, "{questions}");
}
