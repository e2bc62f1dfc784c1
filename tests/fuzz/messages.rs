//! What a client sends, good and bad, through the framing and the server.
//!
//! An input is pieces with a zero byte between them. One that begins with a bracket is the body of a
//! message and gets its header, any other is sent as it is. Other files are not read, so that an
//! input means the same on every machine.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use asyncapi_security_lsp::lsp::frames::{Frames, Incoming};
use asyncapi_security_lsp::lsp::log::Log;
use asyncapi_security_lsp::lsp::server::Backend;
use asyncapi_security_lsp::lsp::stdio::Writer;
use asyncapi_security_lsp::lsp::watchdog::Watchdog;
use asyncapi_security_lsp::lsp::{main_loop, message};
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;
use tower_lsp::LspService;

use crate::documents;
use crate::mutant::Random;

const MARK: u8 = 0;

/// Long enough for a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(data: &[u8]) {
    let wire = wire(data);
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    let mut malformed = 0;
    let (sender, input) = unbounded_channel();
    let mut frames = Frames::new(&wire[..]);
    while let Some(incoming) = frames.next() {
        match id(&incoming) {
            Some(id) => *asked.entry(id).or_default() += 1,
            None => malformed += 1,
        }
        assert!(sender.send(message::read(incoming)).is_ok());
    }
    drop(sender);
    let written = served(input);
    let mut frames = Frames::new(&written[..]);
    while let Some(incoming) = frames.next() {
        let Incoming::Body(body) = incoming else {
            panic!("{incoming:?} was written");
        };
        let message: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        if message.get("method").is_some() {
            continue;
        }
        assert_ne!(message["error"]["code"], -32603, "{message}");
        // A body that is damaged has an id that is only seen when it is repaired.
        let own = asked.get_mut(&message["id"].to_string());
        let left = own.filter(|left| **left > 0).unwrap_or(&mut malformed);
        assert!(*left > 0, "{message} answers nothing");
        *left -= 1;
    }
}

/// What a server writes to a client that sends this and leaves.
fn served(input: tokio::sync::mpsc::UnboundedReceiver<message::Message>) -> Vec<u8> {
    let (bytes, written) = channel();
    let writer = Writer::new(Pipe(bytes));
    let log = Log::new(std::io::sink());
    let watchdog = Watchdog::start(Duration::ZERO, || {});
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let (service, socket) =
        LspService::build(|client| Backend::new(client, writer.clone(), log)).finish();
    let server = service.inner().clone();
    let nothing_read = unbounded_channel().1;
    let on_event = |event| server.on_event(event);
    runtime.block_on(main_loop::run(
        service,
        socket,
        input,
        nothing_read,
        &writer,
        &watchdog,
        on_event,
    ));
    writer.flush(PATIENCE);
    written.try_iter().flatten().collect()
}

struct Pipe(Sender<Vec<u8>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The id of a request, as JSON; `null` for what is answered without one.
fn id(incoming: &Incoming) -> Option<String> {
    let Incoming::Body(body) = incoming else {
        return None;
    };
    let message: Value = serde_json::from_slice(body).ok()?;
    let id = message.get("id").filter(|id| id.is_i64() || id.is_string());
    id.map(Value::to_string)
}

/// The bytes that an input means.
fn wire(data: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    for piece in data.split(|byte| *byte == MARK) {
        if matches!(piece.first(), Some(b'{' | b'[')) {
            wire.extend(format!("Content-Length: {}\r\n\r\n", piece.len()).bytes());
        }
        wire.extend(piece);
    }
    wire
}

/// Signs of other headers and bodies.
const SIGNS: &[&str] = &[
    "Content-Length: 10\r\n\r\n",
    "Content-Length: 99999999999999999999\r\n\r\n",
    "Content-Length: 1000\r\n\r\n{",
    "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
    "\r\n\r\n",
    "\n",
    "[]",
    "{}",
    "[{\"jsonrpc\":\"2.0\"}]",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"$/unknown\"}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":3}}",
    "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"shutdown\"}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}",
];

/// The same with messages in another order, other values in one, or something between them.
pub fn mutated(data: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = (data.split(|byte| *byte == MARK))
        .map(<[u8]>::to_vec)
        .collect();
    let at = random.below(pieces.len());
    match random.below(8) {
        0 => {
            let sign = SIGNS[random.below(SIGNS.len())];
            pieces.insert(at, sign.as_bytes().to_vec());
        }
        1 => {
            let to = random.below(pieces.len());
            pieces.swap(at, to);
        }
        2 => pieces.insert(at, pieces[at].clone()),
        3 if pieces.len() > 1 => drop(pieces.remove(at)),
        4 => {
            let all = all();
            pieces.insert(at, all[random.below(all.len())].clone());
        }
        _ => {
            let mut message: Value = serde_json::from_slice(&pieces[at]).ok()?;
            change(&mut message, random);
            pieces[at] = message.to_string().into_bytes();
        }
    }
    Some(pieces.join(&MARK))
}

/// Changes one value somewhere in a message.
fn change(value: &mut Value, random: &mut Random) {
    let count = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if count > 0 && random.below(5) > 0 {
        let at = random.below(count);
        let inner = match value {
            Value::Object(fields) => fields.values_mut().nth(at),
            Value::Array(items) => items.get_mut(at),
            _ => None,
        };
        return inner.into_iter().for_each(|inner| change(inner, random));
    }
    *value = match (&*value, random.below(10)) {
        (Value::Number(_), 0..=7) => {
            json!([0, 1, 2, 3, 5, 8, 40, -1, 4_294_967_295_i64, -2][random.below(10)])
        }
        (Value::String(text), 0..=7) => json!(other_text(text, random)),
        (_, 8) => json!(null),
        (_, 9) => json!([]),
        _ => [json!("x"), json!(2.5), json!(true), json!({})][random.below(4)].clone(),
    };
}

fn other_text(text: &str, random: &mut Random) -> String {
    let ends: Vec<usize> = (text.char_indices().map(|(at, _)| at))
        .chain([text.len()])
        .collect();
    let at = ends[random.below(ends.len())];
    let sign = [
        "\n",
        " ",
        ":",
        "\"",
        "- ",
        "{",
        "é",
        "𝄞",
        "\u{7f}",
        "security:\n",
        "*",
        "",
    ];
    let sign = sign[random.below(sign.len())];
    match random.below(3) {
        0 => text[..at].to_owned(),
        _ => format!("{}{sign}{}", &text[..at], &text[at..]),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = documents::ours().into_iter().enumerate();
    let texts = texts.filter(|(at, source)| at % 9 == 0 && source.text.len() < 2_000);
    texts
        .map(|(at, source)| session(&source.text, source.format, at))
        .collect()
}

/// All messages of one session, to be put into others.
fn all() -> &'static [Vec<u8>] {
    static ALL: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let text = "asyncapi: 3.0.0\nservers: {a: {host: h, protocol: mqtt}}\n";
        let session = session(text, Format::Yaml, 3);
        session
            .split(|byte| *byte == MARK)
            .map(<[u8]>::to_vec)
            .collect()
    })
}

/// A session that opens a document, asks everything, types and closes.
fn session(text: &str, format: Format, turn: usize) -> Vec<u8> {
    let (uri, language) = match format {
        Format::Yaml => ("file:///w/api.yaml", "yaml"),
        Format::Json => ("file:///w/api.jsonc", "jsonc"),
    };
    let document = json!({"uri": uri});
    let line = text.lines().count() * (turn % 7) / 7;
    let place = json!({"line": line, "character": turn % 11});
    let range = json!({"start": place, "end": place});
    let at = json!({"textDocument": document, "position": place});
    let in_range = json!({"textDocument": document, "range": range});
    let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 200, "character": 0}});
    let in_all = json!({"textDocument": document, "range": all});
    let of = json!({"textDocument": document});
    let mut context =
        json!({"textDocument": document, "range": all, "context": {"diagnostics": []}});
    let open = json!({"textDocument":
        {"uri": uri, "languageId": language, "version": 1, "text": text}});
    let typed = json!({"textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"range": range, "text": "\n  x: "}, {"range": range, "text": "𝄞"}]});
    let mut sent = vec![
        notification("initialized", json!({})),
        notification("textDocument/didOpen", open),
    ];
    let mut ask = |method: &str, params: &Value| {
        let id = sent.len();
        sent.push(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    };
    for method in AT {
        ask(&format!("textDocument/{method}"), &at);
    }
    for method in OF {
        ask(&format!("textDocument/{method}"), &of);
    }
    ask(
        "textDocument/references",
        &with(&at, "context", json!({"includeDeclaration": true})),
    );
    ask(
        "textDocument/rename",
        &with(&at, "newName", json!("renamed")),
    );
    ask(
        "textDocument/selectionRange",
        &with(&of, "positions", json!([place])),
    );
    ask("textDocument/inlayHint", &in_all);
    ask("textDocument/semanticTokens/range", &in_range);
    ask("textDocument/codeAction", &context);
    context["context"]["only"] = json!(["source.fixAll"]);
    ask("textDocument/codeAction", &context);
    ask("workspace/symbol", &json!({"query": "a"}));
    ask("workspace/diagnostic", &json!({"previousResultIds": []}));
    for command in ["report", "changes"] {
        let command = format!("asyncapi-security.{command}");
        let arguments = json!({"command": command, "arguments": [uri]});
        ask("workspace/executeCommand", &arguments);
    }
    ask("textDocument/didChange", &Value::Null);
    sent.push(notification("textDocument/didChange", typed));
    let settings = json!({"settings": {"asyncapiSecurity": {"profile": "strict"}}});
    sent.push(notification("workspace/didChangeConfiguration", settings));
    sent.push(notification("textDocument/didSave", of.clone()));
    sent.push(notification("textDocument/didClose", of));
    let capabilities = capabilities(turn);
    let start = json!({"processId": null, "rootUri": null, "capabilities": capabilities});
    let start = json!({"jsonrpc": "2.0", "id": "start", "method": "initialize", "params": start});
    sent.insert(0, start);
    sent.push(json!({"jsonrpc": "2.0", "id": "end", "method": "shutdown"}));
    sent.push(json!({"jsonrpc": "2.0", "method": "exit"}));
    let pieces: Vec<Vec<u8>> = sent
        .iter()
        .map(|one| one.to_string().into_bytes())
        .collect();
    pieces.join(&MARK)
}

/// Requests with a document and a position.
const AT: [&str; 7] = [
    "completion",
    "hover",
    "definition",
    "documentHighlight",
    "prepareRename",
    "completion",
    "declaration",
];

/// Requests with a document.
const OF: [&str; 6] = [
    "documentSymbol",
    "foldingRange",
    "documentLink",
    "codeLens",
    "diagnostic",
    "semanticTokens/full",
];

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

fn with(params: &Value, key: &str, value: Value) -> Value {
    let mut params = params.clone();
    params[key] = value;
    params
}

fn capabilities(turn: usize) -> Value {
    let encoding = ["utf-8", "utf-16", "utf-32"][turn % 3];
    match turn % 2 {
        0 => json!({"general": {"positionEncodings": [encoding]}}),
        _ => json!({
            "general": {"positionEncodings": [encoding]},
            "workspace": {
                "configuration": true,
                "didChangeConfiguration": {"dynamicRegistration": true},
                "didChangeWatchedFiles": {"dynamicRegistration": true},
                "workspaceEdit": {"documentChanges": true},
                "diagnostics": {"refreshSupport": true},
            },
            "window": {"workDoneProgress": true, "showDocument": {"support": true}},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": true}},
                "diagnostic": {},
                "publishDiagnostics": {"relatedInformation": true},
            },
        }),
    }
}
