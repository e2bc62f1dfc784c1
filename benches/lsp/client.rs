//! An editor in so far as a server sees it: a process, two pipes and clocks.
//!
//! A thread reads; it looks at the clock as soon as a body is complete and at what stands in it
//! never. Another one ends a server that neither answers nor reads.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Fallible;
use crate::document::Spot;
use crate::servers::Kind;

/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an editor of these days can show.
const CAPABILITIES: &str = r#"{"general":{"positionEncodings":["utf-16"]},"textDocument":{
"synchronization":{"didSave":true},
"publishDiagnostics":{"relatedInformation":true,"versionSupport":true,"codeDescriptionSupport":true,"dataSupport":true,"tagSupport":{"valueSet":[1,2]}},
"completion":{"contextSupport":true,"completionItem":{"snippetSupport":true,"documentationFormat":["markdown","plaintext"],"labelDetailsSupport":true,"deprecatedSupport":true,"preselectSupport":true,"tagSupport":{"valueSet":[1]},"insertTextModeSupport":{"valueSet":[1,2]}}},
"hover":{"contentFormat":["markdown","plaintext"]}}}"#;

/// A message as it came.
struct Frame {
    at: Instant,
    body: Vec<u8>,
}

/// The newest diagnostics of a document.
struct Shown {
    version: i64,
    at: Instant,
    body: Vec<u8>,
}

/// A server and what is known of it.
pub struct Client {
    /// Which server.
    pub kind: Kind,
    /// When and for which version diagnostics came since this was last emptied.
    pub history: Vec<(i64, Instant)>,
    /// How many times diagnostics of a version came after those of a newer one.
    pub stale: usize,
    child: Arc<Mutex<Child>>,
    /// When the server will have been silent for too long; `None` while nobody waits.
    deadline: Arc<Mutex<Option<Instant>>>,
    input: ChildStdin,
    frames: Receiver<Frame>,
    id: u64,
    shown: HashMap<String, Shown>,
    answers: HashMap<u64, Frame>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Published<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
    version: Option<i64>,
    #[serde(borrow)]
    diagnostics: &'a RawValue,
}

impl Client {
    /// Starts a server and waits until it is initialised; how long that took.
    pub fn start(kind: Kind) -> Fallible<(Self, Duration)> {
        let start = Instant::now();
        let mut command = kind.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?} does not start: {error}"))?;
        let input = child.stdin.take().ok_or("the server has no input")?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let (sender, frames) = channel();
        std::thread::spawn(move || read(output, &sender));
        let child = Arc::new(Mutex::new(child));
        let deadline = Arc::default();
        watch(&child, &deadline);
        let mut client = Self {
            kind,
            history: Vec::new(),
            stale: 0,
            child,
            deadline,
            input,
            frames,
            id: 0,
            shown: HashMap::new(),
            answers: HashMap::new(),
        };
        let params =
            format!("{{\"processId\":null,\"rootUri\":null,\"capabilities\":{CAPABILITIES}}}");
        let (_, id) = client.request("initialize", &params)?;
        let (at, body) = client.answer(id)?;
        if !String::from_utf8_lossy(&body).contains("textDocumentSync") {
            return Err(format!(
                "`{}` is out of date; {}",
                kind.name(),
                crate::servers::BUILD
            )
            .into());
        }
        client.notify("initialized", "{}")?;
        Ok((client, at - start))
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        lock(&self.child).id()
    }

    /// Sends a notification; when this was begun.
    pub fn notify(&mut self, method: &str, params: &str) -> Fallible<Instant> {
        self.send(format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{params}}}"
        ))
    }

    /// Sends a request; when this was begun, and its id.
    pub fn request(&mut self, method: &str, params: &str) -> Fallible<(Instant, u64)> {
        self.id += 1;
        let id = self.id;
        let at = self.send(format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}"
        ))?;
        Ok((at, id))
    }

    /// Opens a document as version 1.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) -> Fallible<Instant> {
        let text = serde_json::to_string(text)?;
        let document = format!(
            "{{\"uri\":\"{uri}\",\"languageId\":\"{language}\",\"version\":1,\"text\":{text}}}"
        );
        self.notify(
            "textDocument/didOpen",
            &format!("{{\"textDocument\":{document}}}"),
        )
    }

    /// Puts `text` in the place of what stands between two spots.
    pub fn change(
        &mut self,
        uri: &str,
        version: i64,
        range: [Spot; 2],
        text: &str,
    ) -> Fallible<Instant> {
        let [start, end] = range.map(show);
        let text = serde_json::to_string(text)?;
        self.notify(
            "textDocument/didChange",
            &format!(
                "{{\"textDocument\":{{\"uri\":\"{uri}\",\"version\":{version}}},\"contentChanges\":[{{\"range\":{{\"start\":{start},\"end\":{end}}},\"text\":{text}}}]}}"
            ),
        )
    }

    /// Asks something about a spot.
    pub fn ask(&mut self, method: &str, uri: &str, spot: Spot) -> Fallible<u64> {
        let params = format!(
            "{{\"textDocument\":{{\"uri\":\"{uri}\"}},\"position\":{}}}",
            show(spot)
        );
        Ok(self.request(method, &params)?.1)
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) -> Fallible<Instant> {
        let params = format!("{{\"textDocument\":{{\"uri\":\"{uri}\"}}}}");
        self.notify("textDocument/didClose", &params)
    }

    /// Waits for the answer to a request: when it was complete, and its body.
    pub fn answer(&mut self, id: u64) -> Fallible<(Instant, Vec<u8>)> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(frame) = self.answers.remove(&id) {
                return Ok((frame.at, frame.body));
            }
            self.wait(until, &format!("request {id}"))?;
        }
    }

    /// Waits for the diagnostics of a version or a newer one: when they were complete.
    pub fn published(&mut self, uri: &str, version: i64) -> Fallible<Instant> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.shown.get(uri) {
                Some(shown) if shown.version >= version => return Ok(shown.at),
                _ => self.wait(until, &format!("version {version} of {uri}"))?,
            }
        }
    }

    /// The diagnostics that are shown of a document, as they stand in the message.
    pub fn diagnostics(&self, uri: &str) -> Fallible<String> {
        let shown = self.shown.get(uri).ok_or("no diagnostics came")?;
        let envelope: Envelope<'_> = serde_json::from_slice(&shown.body)?;
        let params = envelope.params.ok_or("diagnostics without parameters")?;
        let published: Published<'_> = serde_json::from_str(params.get())?;
        Ok(published.diagnostics.get().to_owned())
    }

    /// Takes in what has come, without waiting for more.
    pub fn drain(&mut self) -> Fallible<()> {
        while let Ok(frame) = self.frames.try_recv() {
            self.take(frame)?;
        }
        Ok(())
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
        let (_, id) = self.request("shutdown", "null")?;
        self.answer(id)?;
        self.notify("exit", "null")?;
        *lock(&self.deadline) = Some(Instant::now() + PATIENCE);
        // The reader ends with the server's output.
        while let Ok(frame) = self.frames.recv() {
            self.take(frame)?;
        }
        let status = lock(&self.child).wait()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("`{}` ended badly: {status}", self.kind.name()).into()),
        }
    }

    fn send(&mut self, body: String) -> Fallible<Instant> {
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        *lock(&self.deadline) = Some(Instant::now() + PATIENCE);
        let at = Instant::now();
        let written = self.input.write_all(message.as_bytes());
        *lock(&self.deadline) = None;
        written.map_err(|error| format!("`{}` does not read: {error}", self.kind.name()))?;
        Ok(at)
    }

    fn wait(&mut self, until: Instant, what: &str) -> Fallible<()> {
        let left = until.saturating_duration_since(Instant::now());
        let name = self.kind.name();
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

    fn take(&mut self, frame: Frame) -> Fallible<()> {
        let envelope: Envelope<'_> = serde_json::from_slice(&frame.body)?;
        match (envelope.method.as_deref(), envelope.id) {
            (None, Some(id)) => {
                let id = id.get().parse()?;
                self.answers.insert(id, frame);
            }
            (Some(_), Some(id)) => {
                // A request of the server; nobody here has anything to say to it.
                let answer = format!(
                    "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":null}}",
                    id.get()
                );
                self.send(answer)?;
            }
            (Some("textDocument/publishDiagnostics"), None) => {
                let params = envelope.params.ok_or("diagnostics without parameters")?;
                let Published { uri, version, .. } = serde_json::from_str(params.get())?;
                let Some(version) = version else {
                    // What a closed document gets.
                    return Ok(());
                };
                let uri = uri.into_owned();
                let newest = self.shown.get(&uri).map(|shown| shown.version);
                if newest.is_some_and(|newest| newest > version) {
                    self.stale += 1;
                    return Ok(());
                }
                self.history.push((version, frame.at));
                let Frame { at, body } = frame;
                self.shown.insert(uri, Shown { version, at, body });
            }
            _ => {}
        }
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Ends a server that has been silent for too long, so that nobody waits for ever for it to read.
fn watch(child: &Arc<Mutex<Child>>, deadline: &Arc<Mutex<Option<Instant>>>) {
    let child = Arc::downgrade(child);
    let deadline = Arc::clone(deadline);
    std::thread::spawn(move || {
        while let Some(child) = child.upgrade() {
            let is_over = lock(&deadline).is_some_and(|deadline| Instant::now() > deadline);
            if is_over {
                let _ = lock(&child).kill();
            }
            drop(child);
            std::thread::sleep(Duration::from_millis(500));
        }
    });
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
        if output.read_exact(&mut body).is_err() {
            return;
        }
        let at = Instant::now();
        if sender.send(Frame { at, body }).is_err() {
            return;
        }
    }
}

fn show(spot: Spot) -> String {
    let Spot { line, character } = spot;
    format!("{{\"line\":{line},\"character\":{character}}}")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
