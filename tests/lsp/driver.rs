//! A client that talks to the real binary over real pipes, and never waits without a deadline.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Long enough for a slow machine; a test that reaches it has failed.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A running server and its client.
pub struct Session {
    child: Child,
    /// Bytes for the server; `None` once its input is closed. A thread writes them, so that a server
    /// that does not read cannot block a test.
    input: Option<Sender<Vec<u8>>>,
    output: Option<ChildStdout>,
    messages: Receiver<Value>,
    log: Receiver<String>,
    last_id: i64,
    /// Whether the client pulls diagnostics.
    pulls: bool,
    /// The version of the document that is used as a fence.
    sentinel: i64,
}

/// The program.
pub const SERVER: &str = env!("CARGO_BIN_EXE_asyncapi-security-lsp");

const SENTINEL: &str = "file:///sentinel.yaml";

impl Session {
    /// Starts a server and reads its output.
    pub fn start() -> Self {
        let mut session = Self::start_deaf();
        session.listen();
        session
    }

    /// Starts a server without reading its output until [`Self::listen`].
    pub fn start_deaf() -> Self {
        Self::run(&mut Command::new(SERVER))
    }

    /// The same with a command that runs the server when it is given its argument.
    pub fn run(command: &mut Command) -> Self {
        let mut child = command
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let (input, bytes) = channel::<Vec<u8>>();
        std::thread::spawn(move || {
            for chunk in bytes {
                if stdin.write_all(&chunk).is_err() {
                    return;
                }
            }
        });
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (lines, log) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = lines.send(line);
            }
        });
        Self {
            output: child.stdout.take(),
            child,
            input: Some(input),
            messages: channel().1,
            log,
            last_id: 0,
            pulls: false,
            sentinel: 0,
        }
    }

    /// Starts to read the output.
    pub fn listen(&mut self) {
        let output = self.output.take().unwrap();
        let (sender, messages) = channel();
        self.messages = messages;
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
    }

    /// Starts a server and initializes it with the client's capabilities.
    pub fn with(capabilities: Value) -> Self {
        let mut session = Self::start();
        session.initialize(capabilities);
        session
    }

    /// Sends `initialize` and `initialized`; returns the result of the former.
    pub fn initialize(&mut self, capabilities: Value) -> Value {
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities});
        let result = self.ask("initialize", params);
        self.notify("initialized", json!({}));
        self.pulls = result["capabilities"]["diagnosticProvider"].is_object();
        result
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.input.as_ref().unwrap().send(bytes.to_vec()).unwrap();
    }

    /// Sends a body with its header.
    pub fn write_body(&mut self, body: &str) {
        let framed = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.write(framed.as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.write_body(&message.to_string());
    }

    /// Sends a request and returns its id.
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.last_id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.write_body(&message.to_string());
        self.last_id
    }

    /// Sends a request and returns the whole response; messages before it are lost.
    pub fn answer(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request and returns its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next message; `None` when the server has closed its output.
    pub fn next(&mut self) -> Option<Value> {
        match self.messages.recv_timeout(DEADLINE) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no message within {DEADLINE:?}"),
        }
    }

    /// The next message that matches; others are skipped.
    pub fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + DEADLINE;
        while let Some(message) = self.next() {
            if is_meant(&message) {
                return message;
            }
            assert!(Instant::now() < until, "not within {DEADLINE:?}");
        }
        panic!("the server has closed its output");
    }

    pub fn open(&mut self, uri: &str, language: &str, version: i64, text: &str) {
        let item = json!({"uri": uri, "languageId": language, "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    pub fn change(&mut self, uri: &str, version: i64, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    pub fn close(&mut self, uri: &str) {
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
    }

    /// The published diagnostics of a version of a document.
    pub fn published(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let publication = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        publication["params"]["diagnostics"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// All messages that the server sends because of the messages sent so far.
    pub fn until_now(&mut self) -> Vec<Value> {
        if self.pulls {
            return self.until_fence();
        }
        // Diagnostics are published in the order of the changes when no message waits, so those of a
        // document that is changed now come last.
        self.sentinel += 1;
        if self.sentinel == 1 {
            self.open(SENTINEL, "yaml", 1, "asyncapi: 3.0.0\n");
        } else {
            self.change(SENTINEL, self.sentinel, json!([]));
        }
        let mut before = Vec::new();
        while let Some(message) = self.next() {
            if message["params"]["uri"] == SENTINEL {
                return before;
            }
            before.push(message);
        }
        panic!("the server has closed its output");
    }

    fn until_fence(&mut self) -> Vec<Value> {
        let id = self.request("test/fence", json!({}));
        let mut before = Vec::new();
        while let Some(message) = self.next() {
            if message["id"] == id {
                return before;
            }
            before.push(message);
        }
        panic!("the server has closed its output");
    }

    /// Whether the server still answers.
    pub fn assert_alive(&mut self) {
        let error = self.answer("test/alive", json!({}))["error"].clone();
        assert!(
            error["code"] == -32601 || error["code"] == -32002,
            "{error}"
        );
    }

    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Closes the output of a server that nobody listens to.
    pub fn close_output(&mut self) {
        self.output = None;
    }

    /// The exit code of the server, which must end by itself.
    pub fn exit_code(&mut self) -> Option<i32> {
        // The output ends with the process; read the rest of it first.
        while self.next().is_some() {}
        self.child.wait().unwrap().code()
    }

    /// The same for a client that reads nothing.
    pub fn exit_code_unread(&mut self) -> Option<i32> {
        let until = Instant::now() + DEADLINE;
        // The log ends with the process.
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.log.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("still there after {DEADLINE:?}"),
            }
        }
        self.child.wait().unwrap().code()
    }

    /// All lines of the log that were not read, of a server that has ended.
    #[allow(dead_code, reason = "few tests read it")]
    pub fn rest_of_log(&mut self) -> Vec<String> {
        self.log.iter().collect()
    }

    /// The next line of the log.
    pub fn log_line(&mut self) -> String {
        self.log.recv_timeout(DEADLINE).unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.strip_suffix("\r\n").expect("header lines end in CRLF");
        if line.is_empty() {
            break;
        }
        if let Some(digits) = line.strip_prefix("Content-Length: ") {
            length = digits.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}

/// An insertion or replacement as the protocol sends it.
pub fn edit(start: (u32, u32), end: (u32, u32), text: &str) -> Value {
    json!({
        "range": {
            "start": {"line": start.0, "character": start.1},
            "end": {"line": end.0, "character": end.1},
        },
        "text": text,
    })
}
