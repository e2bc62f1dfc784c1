//! A client with a clock: a process and two pipes. A thread reads the output and notes the time when a
//! body is complete; bodies are parsed later.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Fallible;
use crate::document::Place;
use crate::servers::Server;

/// How long to wait for a message.
const PATIENCE: Duration = Duration::from_secs(60);

/// A body and when it was complete.
type Frame = (Instant, Vec<u8>);

/// A running server and the measurements of it.
pub struct Client {
    /// The name of the server.
    pub name: &'static str,
    /// How many versions were published.
    pub shown: usize,
    /// How often diagnostics of a version came after those of a newer one.
    pub stale: usize,
    child: Child,
    input: ChildStdin,
    frames: Receiver<Frame>,
    id: u64,
    /// The newest diagnostics of each document: version, time and content.
    diagnostics: HashMap<String, (i64, Instant, Value)>,
    answers: HashMap<u64, (Instant, Value)>,
}

impl Client {
    /// Starts a server and waits until it is initialized; returns how long that took.
    pub fn start(server: &Server) -> Fallible<(Self, Duration)> {
        let start = Instant::now();
        let mut command = server.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?} does not start: {error}"))?;
        let input = child.stdin.take().ok_or("the server has no input")?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let (sender, frames) = channel();
        std::thread::spawn(move || read(output, &sender));
        let mut client = Self {
            name: server.name,
            shown: 0,
            stale: 0,
            child,
            input,
            frames,
            id: 0,
            diagnostics: HashMap::new(),
            answers: HashMap::new(),
        };
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities()});
        let (_, id) = client.request("initialize", &params)?;
        let (at, _) = client.answer(id)?;
        client.notify("initialized", &json!({}))?;
        Ok((client, at - start))
    }

    /// The process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a notification; returns when sending began.
    pub fn notify(&mut self, method: &str, params: &Value) -> Fallible<Instant> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request; returns when sending began, and the id.
    pub fn request(&mut self, method: &str, params: &Value) -> Fallible<(Instant, u64)> {
        self.id += 1;
        let id = self.id;
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        Ok((self.send(&message)?, id))
    }

    /// Opens a document as version 1.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) -> Fallible<Instant> {
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": item}))
    }

    /// Replaces the text between two positions.
    pub fn change(
        &mut self,
        uri: &str,
        version: i64,
        range: [Place; 2],
        text: &str,
    ) -> Fallible<Instant> {
        let [start, end] = range.map(Place::json);
        let change = json!({"range": {"start": start, "end": end}, "text": text});
        let params = json!({
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [change],
        });
        self.notify("textDocument/didChange", &params)
    }

    /// Sends a request about a position.
    pub fn ask(&mut self, method: &str, uri: &str, place: Place) -> Fallible<u64> {
        let params = json!({"textDocument": {"uri": uri}, "position": place.json()});
        Ok(self.request(method, &params)?.1)
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) -> Fallible<Instant> {
        let params = json!({"textDocument": {"uri": uri}});
        self.notify("textDocument/didClose", &params)
    }

    /// Waits for the response to a request; returns when it was complete, and the result.
    pub fn answer(&mut self, id: u64) -> Fallible<(Instant, Value)> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some((at, mut answer)) = self.answers.remove(&id) {
                return match answer.get("error") {
                    Some(error) => Err(format!("`{}` answers: {error}", self.name).into()),
                    None => Ok((at, answer["result"].take())),
                };
            }
            self.wait(until, &format!("request {id}"))?;
        }
    }

    /// Waits for the diagnostics of a version or a newer one; returns when they were complete.
    pub fn published(&mut self, uri: &str, version: i64) -> Fallible<Instant> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.diagnostics.get(uri) {
                Some((newest, at, _)) if *newest >= version => return Ok(*at),
                _ => self.wait(until, &format!("version {version} of {uri}"))?,
            }
        }
    }

    /// The current diagnostics of a document.
    pub fn diagnostics(&self, uri: &str) -> Value {
        let shown = self.diagnostics.get(uri);
        shown.map_or(Value::Null, |(_, _, diagnostics)| diagnostics.clone())
    }

    /// Reads messages until none has come for so long.
    pub fn rest(&mut self, quiet: Duration) -> Fallible<()> {
        while let Ok(frame) = self.frames.recv_timeout(quiet) {
            self.take(frame)?;
        }
        Ok(())
    }

    /// Shuts the server down and waits for the process to end with success.
    pub fn stop(mut self) -> Fallible<()> {
        let (_, id) = self.request("shutdown", &Value::Null)?;
        self.answer(id)?;
        self.notify("exit", &Value::Null)?;
        let status = self.child.wait()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("`{}` ended badly: {status}", self.name).into()),
        }
    }

    fn send(&mut self, message: &Value) -> Fallible<Instant> {
        let body = message.to_string();
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let at = Instant::now();
        self.input
            .write_all(message.as_bytes())
            .map_err(|error| format!("`{}` does not read: {error}", self.name))?;
        Ok(at)
    }

    fn wait(&mut self, until: Instant, what: &str) -> Fallible<()> {
        let left = until.saturating_duration_since(Instant::now());
        let name = self.name;
        match self.frames.recv_timeout(left) {
            Ok(frame) => self.take(frame),
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("`{name}` does not answer: {what}, {} s", PATIENCE.as_secs()).into())
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(format!("`{name}` has ended: {what}").into())
            }
        }
    }

    fn take(&mut self, (at, body): Frame) -> Fallible<()> {
        let mut message: Value = serde_json::from_slice(&body)?;
        let Some(method) = message.get("method") else {
            if let Some(id) = message["id"].as_u64() {
                self.answers.insert(id, (at, message));
            }
            return Ok(());
        };
        if let Some(id) = message.get("id") {
            // A request of the server; it is not answered.
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": null});
            self.send(&answer)?;
        } else if method == "textDocument/publishDiagnostics" {
            let params = &mut message["params"];
            // Diagnostics of a closed document have no version.
            if let (Some(version), Some(uri)) = (params["version"].as_i64(), params["uri"].as_str())
            {
                let uri = uri.to_owned();
                let newest = self.diagnostics.get(&uri).map(|(newest, ..)| *newest);
                if newest.is_some_and(|newest| newest > version) {
                    self.stale += 1;
                    return Ok(());
                }
                self.shown += 1;
                let diagnostics = params["diagnostics"].take();
                self.diagnostics.insert(uri, (version, at, diagnostics));
            }
        }
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The capabilities of a current editor.
fn capabilities() -> Value {
    let markdown = json!(["markdown", "plaintext"]);
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "versionSupport": true,
                "codeDescriptionSupport": true,
                "tagSupport": {"valueSet": [1, 2]},
            },
            "completion": {"completionItem": {
                "snippetSupport": true,
                "documentationFormat": markdown,
                "labelDetailsSupport": true,
                "preselectSupport": true,
                "tagSupport": {"valueSet": [1]},
                "insertTextModeSupport": {"valueSet": [1, 2]},
            }},
            "hover": {"contentFormat": markdown},
        },
    })
}

fn read(output: ChildStdout, sender: &Sender<Frame>) {
    let mut output = BufReader::with_capacity(64 << 10, output);
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            match output.read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            if line == "\r\n" {
                break;
            }
            if let Some(digits) = line.strip_prefix("Content-Length: ") {
                length = digits.trim_end().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        if output.read_exact(&mut body).is_err() || sender.send((Instant::now(), body)).is_err() {
            return;
        }
    }
}
