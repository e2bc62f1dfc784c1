//! `demo`: what an editor shows, on an example, from the real server.

mod client;
mod screen;

use std::io::{self, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::output::Output;
use super::{COULD_NOT_RUN, NOTHING_SHOWN, complain};
use crate::text::Text;
use crate::text::position::Encoding;
use crate::text::range::TextRange;
use client::Client;

/// The example.
const DOCUMENT: &str = include_str!("../../fixtures/demo.asyncapi.yaml");
const URI: &str = "file:///demo/orders.asyncapi.yaml";
/// How long the server may take for one answer.
const LIMIT: Duration = Duration::from_secs(20);
/// What is typed at the end of the example, with the completion list asked for in between.
const TYPED: [&str; 2] = ["\n    internal:\n      type: ", "scr"];
/// What is pointed at.
const HOVERED: &str = "authorizationCode";

/// Runs the demonstration and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(output: &mut Output) -> io::Result<u8> {
    match show(output) {
        Ok(()) => Ok(NOTHING_SHOWN),
        Err(Failure::Output(error)) => Err(error),
        Err(Failure::Server(message)) => {
            output.flush()?;
            complain(&message);
            Ok(COULD_NOT_RUN)
        }
    }
}

/// Why the demonstration ends early.
enum Failure {
    /// The output cannot be written.
    Output(io::Error),
    /// The server did not do what it should.
    Server(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Server(message)
    }
}

fn show(output: &mut Output) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut server = Command::new(program);
    server.args(["lsp", "--stdio"]);
    let mut session = Session::start(server)?;

    let opened = session.open()?;
    screen::title(output, "What an editor underlines")?;
    screen::document(output, &session.text, &opened)?;

    screen::title(output, "What it offers while you type")?;
    for keys in TYPED {
        session.type_keys(keys)?;
        let items = session.completion()?;
        screen::completion(output, &session.text, &items)?;
    }

    screen::title(output, "What it says about the word you point at")?;
    let (place, markdown) = session.hover(HOVERED)?;
    screen::hover(output, &session.text, place, &markdown)?;

    screen::title(output, "How long it took")?;
    for (what, took) in session.end()? {
        writeln!(output, "  {what:<48} {:>9.3} ms", took.as_secs_f64() * 1e3)?;
    }
    Ok(())
}

/// An editor with one document open.
struct Session {
    client: Client,
    text: Text,
    version: i64,
    /// What was waited for, and for how long.
    times: Vec<(&'static str, Duration)>,
    /// From each key to the diagnostics of the text with it.
    key_times: Vec<Duration>,
}

impl Session {
    fn start(server: Command) -> Result<Self, String> {
        let started = Instant::now();
        let mut client = Client::start(server, LIMIT)?;
        client.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": null,
                "capabilities": {
                    "general": { "positionEncodings": ["utf-16"] },
                    "textDocument": {
                        "publishDiagnostics": { "versionSupport": true, "relatedInformation": true },
                        "completion": { "completionItem": { "documentationFormat": ["markdown"] } },
                        "hover": { "contentFormat": ["markdown"] },
                    },
                },
            }),
        )?;
        client.notify("initialized", json!({}))?;
        Ok(Self {
            client,
            text: Text::new(DOCUMENT),
            version: 1,
            times: vec![("start of the server", started.elapsed())],
            key_times: Vec::new(),
        })
    }

    /// Opens the example and returns its diagnostics.
    fn open(&mut self) -> Result<Vec<Value>, String> {
        let started = Instant::now();
        self.client.notify(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": URI, "languageId": "yaml", "version": self.version, "text": DOCUMENT,
            }}),
        )?;
        let diagnostics = self.client.diagnostics(URI, self.version)?;
        self.times
            .push(("open the document, see what is wrong", started.elapsed()));
        if diagnostics.is_empty() {
            return Err("the server finds nothing in an example that is full of mistakes".into());
        }
        Ok(diagnostics)
    }

    /// Types at the end of the document, key by key.
    fn type_keys(&mut self, keys: &str) -> Result<(), String> {
        for key in keys.chars() {
            let started = Instant::now();
            let at = self.position(self.cursor());
            self.text
                .apply(TextRange::empty(self.cursor()), &key.to_string());
            self.version += 1;
            self.client.notify(
                "textDocument/didChange",
                json!({
                    "textDocument": { "uri": URI, "version": self.version },
                    "contentChanges": [{ "range": { "start": at, "end": at }, "text": key }],
                }),
            )?;
            self.client.diagnostics(URI, self.version)?;
            self.key_times.push(started.elapsed());
        }
        Ok(())
    }

    /// What the completion list shows at the end of what was typed: like an editor, only the
    /// items that go with the word before the cursor, in their order.
    fn completion(&mut self) -> Result<Vec<screen::Item>, String> {
        let started = Instant::now();
        let position = self.position(self.cursor());
        let answer = self.client.request(
            "textDocument/completion",
            json!({ "textDocument": { "uri": URI }, "position": position }),
        )?;
        self.times.push(("list of completions", started.elapsed()));
        let items = answer.get("items").unwrap_or(&answer).as_array();
        let mut items: Vec<screen::Item> = items
            .into_iter()
            .flatten()
            .map(screen::Item::new)
            .filter(|item| item.goes_with(&self.text, self.cursor()))
            .collect();
        items.sort_by(|one, other| one.sort.cmp(&other.sort));
        if items.is_empty() {
            return Err("the server offers nothing where a scheme's type is typed".into());
        }
        Ok(items)
    }

    /// What is said about the first place of a word in the document.
    fn hover(&mut self, word: &str) -> Result<(TextRange, String), String> {
        let Some(at) = DOCUMENT.find(word) else {
            return Err(format!("the example has no `{word}`"));
        };
        let started = Instant::now();
        let answer = self.client.request(
            "textDocument/hover",
            json!({ "textDocument": { "uri": URI }, "position": self.position(at) }),
        )?;
        self.times
            .push(("explanation of a word", started.elapsed()));
        match answer.pointer("/contents/value").and_then(Value::as_str) {
            Some(markdown) => Ok((TextRange::new(at, at + word.len()), markdown.to_owned())),
            None => Err(format!("the server says nothing about `{word}`")),
        }
    }

    /// Ends the server; returns what was measured.
    fn end(mut self) -> Result<Vec<(String, Duration)>, String> {
        let started = Instant::now();
        self.client.request("shutdown", Value::Null)?;
        self.client.notify("exit", Value::Null)?;
        let code = self.client.wait()?;
        if code != Some(0) {
            return Err(format!("the server ended with {code:?} in place of 0"));
        }
        self.times.push(("shutdown and exit", started.elapsed()));
        let mut times: Vec<(String, Duration)> = self
            .times
            .into_iter()
            .map(|(what, took)| (what.to_owned(), took))
            .collect();
        self.key_times.sort();
        if let (Some(middle), Some(slowest)) = (
            self.key_times.get(self.key_times.len() / 2),
            self.key_times.last(),
        ) {
            let keys = self.key_times.len();
            times.push((
                format!("a key to its diagnostics, median of {keys}"),
                *middle,
            ));
            times.push((
                format!("a key to its diagnostics, slowest of {keys}"),
                *slowest,
            ));
        }
        Ok(times)
    }

    /// Where the typing happens: before the document's last line break.
    fn cursor(&self) -> usize {
        self.text
            .line_range(self.text.line_count().saturating_sub(2))
            .end
    }

    fn position(&self, offset: usize) -> Value {
        let position = self.text.position(offset, Encoding::Utf16);
        json!({ "line": position.line, "character": position.character })
    }
}
