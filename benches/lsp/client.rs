//! An editor in so far as a server sees it: a process, two pipes and a clock. A thread reads; it
//! looks at the clock as soon as a body is complete, and what stands in it is looked at later.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Fallible;
use crate::document::Place;
use crate::servers::Server;

/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A body and when it was complete.
type Frame = (Instant, Vec<u8>);

/// A server and what is known of it.
pub struct Client {
    /// What the server is called.
    pub name: &'static str,
    /// How many versions were shown.
    pub shown: usize,
    /// How many times diagnostics of a version came after those of a newer one.
    pub stale: usize,
    child: Child,
    input: ChildStdin,
    frames: Receiver<Frame>,
    id: u64,
    /// The newest diagnostics of each document: version, time, and what they are.
    diagnostics: HashMap<String, (i64, Instant, Value)>,
    answers: HashMap<u64, (Instant, Value)>,
}

impl Client {
    /// Starts a server and waits until it is initialised; how long that took.
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

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a notification; when this was begun.
    pub fn notify(&mut self, method: &str, params: &Value) -> Fallible<Instant> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request; when this was begun, and its id.
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

    /// Puts `text` in the place of what stands between two places.
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

    /// Asks something about a place.
    pub fn ask(&mut self, method: &str, uri: &str, place: Place) -> Fallible<u64> {
        let params = json!({"textDocument": {"uri": uri}, "position": place.json()});
        Ok(self.request(method, &params)?.1)
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) -> Fallible<Instant> {
        let params = json!({"textDocument": {"uri": uri}});
        self.notify("textDocument/didClose", &params)
    }

    /// Waits for the answer to a request: when it was complete, and its result.
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

    /// Waits for the diagnostics of a version or a newer one: when they were complete.
    pub fn published(&mut self, uri: &str, version: i64) -> Fallible<Instant> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.diagnostics.get(uri) {
                Some((newest, at, _)) if *newest >= version => return Ok(*at),
                _ => self.wait(until, &format!("version {version} of {uri}"))?,
            }
        }
    }

    /// The diagnostics that are shown of a document.
    pub fn diagnostics(&self, uri: &str) -> Value {
        let shown = self.diagnostics.get(uri);
        shown.map_or(Value::Null, |(_, _, diagnostics)| diagnostics.clone())
    }

    /// Takes in what comes until nothing has come for so long.
    pub fn rest(&mut self, quiet: Duration) -> Fallible<()> {
        while let Ok(frame) = self.frames.recv_timeout(quiet) {
            self.take(frame)?;
        }
        Ok(())
    }

    /// Says goodbye and waits for the end of the process, which has to be a good one.
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
            // A request of the server; nobody here has anything to say to it.
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": null});
            self.send(&answer)?;
        } else if method == "textDocument/publishDiagnostics" {
            let params = &mut message["params"];
            // What a closed document gets has no version.
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

/// What an editor of these days can show.
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
