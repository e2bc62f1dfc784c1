//! The editor's side of the protocol: a server as a child process, spoken to over its standard
//! input and output.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A longer message is not from our server.
const MAX_MESSAGE: u64 = 16 << 20;

/// A running server.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    /// What the server says; an error when that is not the protocol.
    messages: Receiver<Result<Value, String>>,
    /// Notifications that nobody has asked for yet.
    notifications: VecDeque<Value>,
    last_id: i64,
    limit: Duration,
}

impl Client {
    /// Starts a server; every answer may take until `limit`.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(mut server: Command, limit: Duration) -> Result<Self, String> {
        let mut child = server
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server cannot be started: {error}"))?;
        let stdin = child.stdin.take();
        let (sender, messages) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            // The thread ends with the server.
            std::thread::spawn(move || listen(BufReader::new(stdout), &sender));
        }
        Ok(Self {
            child,
            stdin,
            messages,
            notifications: VecDeque::new(),
            last_id: 0,
            limit,
        })
    }

    /// Sends a request and returns the result.
    ///
    /// # Errors
    /// The server has gone, refuses, or takes too long.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        let until = Instant::now() + self.limit;
        loop {
            let message = self.receive(until, method)?;
            if message.get("method").is_some() {
                self.heard(message)?;
            } else if message.get("id").and_then(Value::as_i64) == Some(id) {
                if let Some(error) = message.get("error") {
                    return Err(format!("the server refuses `{method}`: {error}"));
                }
                return Ok(message.get("result").cloned().unwrap_or_default());
            }
        }
    }

    /// Sends a notification.
    ///
    /// # Errors
    /// The server has gone.
    pub fn notify(&mut self, method: &str, params: Value) -> Result<(), String> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Waits for the diagnostics of a version of a document.
    ///
    /// # Errors
    /// The server has gone or takes too long.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Result<Vec<Value>, String> {
        let until = Instant::now() + self.limit;
        loop {
            while let Some(message) = self.notifications.pop_front() {
                let Some(params) = message.get("params") else {
                    continue;
                };
                if message.get("method").and_then(Value::as_str)
                    == Some("textDocument/publishDiagnostics")
                    && params.get("uri").and_then(Value::as_str) == Some(uri)
                    && params.get("version").and_then(Value::as_i64) == Some(version)
                {
                    let diagnostics = params.get("diagnostics").and_then(Value::as_array);
                    return Ok(diagnostics.cloned().unwrap_or_default());
                }
            }
            let message = self.receive(until, "diagnostics")?;
            self.heard(message)?;
        }
    }

    /// Waits for the end of the server and returns its exit code.
    ///
    /// # Errors
    /// It does not end in time.
    pub fn wait(&mut self) -> Result<Option<i32>, String> {
        self.stdin = None;
        let until = Instant::now() + self.limit;
        // Its output closes when it ends.
        while self.receive(until, "exit").is_ok() {}
        if Instant::now() >= until {
            return Err(self.late("exit"));
        }
        match self.child.wait() {
            Ok(status) => Ok(status.code()),
            Err(error) => Err(format!("the server's end is not known: {error}")),
        }
    }

    fn send(&mut self, message: &Value) -> Result<(), String> {
        let body = message.to_string();
        let Some(stdin) = &mut self.stdin else {
            return Err("the server was told to end".to_owned());
        };
        write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len())
            .and_then(|()| stdin.flush())
            .map_err(|error| format!("the server does not listen: {error}"))
    }

    /// The next message before `until`.
    fn receive(&mut self, until: Instant, what: &str) -> Result<Value, String> {
        let left = until.saturating_duration_since(Instant::now());
        match self.messages.recv_timeout(left) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => Err(self.late(what)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(format!("the server ended before it answered `{what}`"))
            }
        }
    }

    fn late(&self, what: &str) -> String {
        let limit = self.limit.as_secs_f64();
        format!("the server did not answer `{what}` within {limit} s")
    }

    /// Keeps a notification; a request of the server gets an empty answer.
    fn heard(&mut self, message: Value) -> Result<(), String> {
        match (message.get("method"), message.get("id")) {
            (Some(_), Some(id)) => {
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }))
            }
            (Some(_), None) => {
                self.notifications.push_back(message);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Where all went well it has ended, and there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut stdout: impl BufRead, sender: &Sender<Result<Value, String>>) {
    loop {
        let message = match read_message(&mut stdout) {
            Ok(Some(message)) => Ok(message),
            Ok(None) => return,
            Err(message) => Err(message),
        };
        let is_last = message.is_err();
        if sender.send(message).is_err() || is_last {
            return;
        }
    }
}

/// The next message, or `None` at the end.
fn read_message(stdout: &mut impl BufRead) -> Result<Option<Value>, String> {
    let mut length = None;
    loop {
        let mut header = String::new();
        let read = stdout.by_ref().take(MAX_MESSAGE).read_line(&mut header);
        if read.map_err(|error| format!("the server cannot be read: {error}"))? == 0 {
            return Ok(None);
        }
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(':') else {
            return Err(format!(
                "the server does not speak the protocol: `{header}`"
            ));
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let Some(length) = length.filter(|length| *length <= MAX_MESSAGE) else {
        return Err(
            "the server does not speak the protocol: it sends a message without a length"
                .to_owned(),
        );
    };
    let mut body = Vec::new();
    stdout
        .by_ref()
        .take(length)
        .read_to_end(&mut body)
        .map_err(|error| format!("the server cannot be read: {error}"))?;
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(|error| format!("the server sends no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// This test program knows `--list`, and answers it with lines that are no protocol.
    fn other_program(argument: &str) -> Command {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.arg(argument).stderr(Stdio::null());
        program
    }

    #[test]
    fn a_program_that_is_no_server_is_recognised() {
        let mut client = Client::start(other_program("--list"), Duration::from_secs(60)).unwrap();
        let error = client.request("initialize", json!({})).unwrap_err();
        assert!(
            error.contains("does not speak the protocol") || error.contains("does not listen"),
            "{error}"
        );
    }

    #[test]
    fn a_program_that_ends_is_no_answer() {
        let mut client =
            Client::start(other_program("--no-such-option"), Duration::from_secs(60)).unwrap();
        let error = client.request("initialize", json!({})).unwrap_err();
        assert!(
            error.contains("ended before it answered `initialize`")
                || error.contains("does not listen"),
            "{error}"
        );
    }

    #[test]
    fn a_late_answer_is_not_waited_for() {
        let mut client = Client::start(other_program("--list"), Duration::ZERO).unwrap();
        let (_keep_open, never) = mpsc::channel();
        client.messages = never;
        let error = client.diagnostics("file:///a", 1).unwrap_err();
        assert!(error.contains("within 0 s"), "{error}");
    }

    #[test]
    fn messages_are_read_one_after_the_other() {
        let bytes = b"Content-Length: 2\r\n\r\n{}content-length:4\r\nX: y\r\n\r\nnull";
        let mut reader = &bytes[..];
        assert_eq!(read_message(&mut reader), Ok(Some(json!({}))));
        assert_eq!(read_message(&mut reader), Ok(Some(Value::Null)));
        assert_eq!(read_message(&mut reader), Ok(None));
        assert!(read_message(&mut &b"hello\n"[..]).is_err());
        assert!(read_message(&mut &b"X: y\r\n\r\n{}"[..]).is_err());
    }
}
