//! What a client waits for that opens, changes and closes many documents.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::commands::{PROGRAM, folder, write};
use crate::{TIMES, Table};

pub fn all(table: &mut Table) {
    documents(table, "server: documents", 250, |at| {
        format!("asyncapi: 3.0.0\nx-a: {at}\n")
    });
    documents(
        table,
        "server: documents that refer to each other",
        50,
        |at| {
            format!(
                "a: {{$ref: 'f{}.yaml#/a'}}\nb: {{$ref: 'f{at}.yaml#/b'}}\n",
                at + 1
            )
        },
    );
    changes(table);
}

/// Opens and closes so many documents.
fn documents(table: &mut Table, name: &str, length: usize, text: impl Fn(usize) -> String) {
    if !table.wants(name) {
        return;
    }
    println!("{name} ({length} and {})", TIMES * length);
    let take = |count: usize| {
        let at = folder(count, |_, at| write(at, "asyncapi-security.toml", ""));
        let mut client = Client::start(&at);
        let start = Instant::now();
        for number in 0..count {
            client.open(&uri(&at, number), &text(number));
        }
        client.wait(&uri(&at, 0));
        let opened = start.elapsed();
        let start = Instant::now();
        for number in (1..count).rev() {
            client.tell(
                "textDocument/didClose",
                json!({"textDocument": {"uri": uri(&at, number)}}),
            );
        }
        client.wait(&uri(&at, 0));
        let _ = std::fs::remove_dir_all(at);
        (opened, start.elapsed())
    };
    table.cell("open", || take(length).0, || take(TIMES * length).0);
    table.cell("close", || take(length).1, || take(TIMES * length).1);
}

/// Changes one document so many times.
fn changes(table: &mut Table) {
    let (name, length) = ("server: changes of a document", 500);
    if !table.wants(name) {
        return;
    }
    println!("{name} ({length} and {})", TIMES * length);
    let take = |count: usize| {
        let at = folder(count, |_, _| ());
        let mut client = Client::start(&at);
        let document = uri(&at, 0);
        client.open(&document, "asyncapi: 3.0.0\nx-a: \n");
        let place = json!({"line": 1, "character": 5});
        let start = Instant::now();
        for version in 2..count + 2 {
            client.tell(
                "textDocument/didChange",
                json!({
                    "textDocument": {"uri": document, "version": version},
                    "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
                }),
            );
        }
        client.wait(&document);
        let _ = std::fs::remove_dir_all(at);
        start.elapsed()
    };
    table.cell("all", || take(length), || take(TIMES * length));
}

fn uri(folder: &Path, number: usize) -> String {
    format!("file://{}/f{number}.yaml", folder.display())
}

struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Client {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else {
            panic!("{PROGRAM} does not start");
        };
        let Some(output) = child.stdout.take() else {
            panic!("no output");
        };
        let mut client = Self {
            input: child.stdin.take(),
            output: BufReader::new(output),
            child,
            last: 0,
        };
        let folders = json!([{"uri": format!("file://{}", folder.display()), "name": "a"}]);
        client.ask(
            "initialize",
            json!({"processId": null, "capabilities": {}, "workspaceFolders": folders}),
        );
        client.tell("initialized", json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let sent = self
            .input
            .as_mut()
            .map(|input| write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()));
        assert!(matches!(sent, Some(Ok(()))), "{sent:?}");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Until all that was told before has been done.
    fn wait(&mut self, uri: &str) {
        self.ask(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": uri}}),
        );
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.read();
            if message["id"] == id && message["method"].is_null() {
                return;
            }
            if !message["id"].is_null() {
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line);
            assert!(read.is_ok_and(|bytes| bytes > 0), "the server has ended");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap_or(0),
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        let read = self.output.read_exact(&mut body);
        assert!(read.is_ok(), "{read:?}");
        serde_json::from_slice(&body).unwrap_or_default()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
