//! Shows what an editor shows for a document with common mistakes:
//!
//! ```text
//! cargo run --release --example demo
//! ```
//!
//! The program plays the editor. It starts itself again as the server, a child process, and talks to
//! it over standard input and output like every editor.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use asyncapi_security_lsp::text::Text;
use asyncapi_security_lsp::text::range::TextRange;
use asyncapi_security_lsp::text::{Encoding, Position};
use serde_json::{Value, json};
use tower_lsp::ls_types::notification::{
    DidChangeTextDocument, DidOpenTextDocument, Exit, Initialized, Notification, PublishDiagnostics,
};
use tower_lsp::ls_types::request::{Completion, HoverRequest, Initialize, Request, Shutdown};
use tower_lsp::ls_types::{
    self as lsp, CompletionItem, CompletionResponse, CompletionTextEdit, Diagnostic,
    DiagnosticSeverity, Documentation, HoverContents, PublishDiagnosticsParams,
};
use unicode_width::UnicodeWidthStr;

const DOCUMENT: &str = include_str!("../fixtures/demo.asyncapi.yaml");
const URI: &str = "file:///demo/orders.asyncapi.yaml";
/// The text typed at the end of the document; completion lists are requested in between.
const TYPED: [&str; 2] = ["\n    internal:\n      type: ", "scr"];
/// The words that are hovered.
const HOVERED: &str = "authorizationCode";

/// The argument that makes this program the server.
const SERVE: &str = "serve";
/// How many items of a completion list are shown.
const ITEMS: usize = 8;
/// How many lines before the cursor are shown.
const CONTEXT: usize = 3;
/// The width of a pop-up in columns.
const WIDTH: usize = 78;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(SERVE) {
        return asyncapi_security_lsp::lsp::run_stdio();
    }
    let shown = std::env::current_exe().map_err(Into::into).and_then(|own| {
        let mut server = Command::new(own);
        server.arg(SERVE);
        show(server, &mut anstream::stdout().lock())
    });
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the demonstration with the server that this command starts.
pub fn show(server: Command, out: &mut impl Write) -> Result<()> {
    let mut editor = Editor::start(server)?;

    title(out, "What an editor underlines")?;
    let diagnostics = editor.open()?;
    draw_document(out, &editor.text, &diagnostics)?;

    title(out, "What it offers while you type")?;
    for keys in TYPED {
        editor.type_keys(keys)?;
        let items = editor.completion()?;
        draw_completion(out, &editor.text, &items)?;
    }

    title(out, "What it says about the word you point at")?;
    let (place, words) = editor.hover(HOVERED)?;
    draw_hover(out, &editor.text, place, &words)?;

    title(out, "How long it took")?;
    for (what, took) in editor.end()? {
        writeln!(out, "  {what:<48} {:>9.3} ms", took.as_secs_f64() * 1e3)?;
    }
    Ok(())
}

/// An editor with one open document.
struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last_id: u64,
    text: Text,
    version: i32,
    /// Requests and how long each took.
    times: Vec<(String, Duration)>,
    /// From each key to the diagnostics of the text with it.
    key_times: Vec<Duration>,
}

impl Editor {
    fn start(mut server: Command) -> Result<Self> {
        let started = Instant::now();
        let piped = server.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = piped.spawn()?;
        let (Some(input), Some(output)) = (server.stdin.take(), server.stdout.take()) else {
            return Err("the server has no pipes".into());
        };
        let mut editor = Self {
            server,
            input,
            output: BufReader::new(output),
            last_id: 0,
            text: Text::new(DOCUMENT),
            version: 1,
            times: Vec::new(),
            key_times: Vec::new(),
        };
        editor.request::<Initialize>(json!({
            "processId": std::process::id(),
            "rootUri": null,
            "capabilities": { "textDocument": {
                "publishDiagnostics": { "versionSupport": true },
                "completion": { "completionItem": { "documentationFormat": ["plaintext"] } },
                "hover": { "contentFormat": ["plaintext"] },
            }},
        }))?;
        editor.notify::<Initialized>(json!({}))?;
        editor.took("start of the server", started);
        Ok(editor)
    }

    /// Opens the document and returns its diagnostics.
    fn open(&mut self) -> Result<Vec<Diagnostic>> {
        let started = Instant::now();
        self.notify::<DidOpenTextDocument>(json!({ "textDocument": {
            "uri": URI, "languageId": "yaml", "version": self.version, "text": DOCUMENT,
        }}))?;
        let diagnostics = self.diagnostics()?;
        self.took("open the document, see what is wrong", started);
        Ok(diagnostics)
    }

    /// Types at the end of the document, one key after the other.
    fn type_keys(&mut self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            let started = Instant::now();
            let (cursor, at) = (self.cursor(), self.position(self.cursor()));
            self.text.apply(TextRange::empty(cursor), &key.to_string());
            self.version += 1;
            self.notify::<DidChangeTextDocument>(json!({
                "textDocument": { "uri": URI, "version": self.version },
                "contentChanges": [{ "range": { "start": at, "end": at }, "text": key }],
            }))?;
            self.diagnostics()?;
            self.key_times.push(started.elapsed());
        }
        Ok(())
    }

    /// The completion list at the cursor. Like an editor, it keeps only the items that match the word
    /// before the cursor, sorted.
    fn completion(&mut self) -> Result<Vec<CompletionItem>> {
        let started = Instant::now();
        let position = self.position(self.cursor());
        let params = json!({ "textDocument": { "uri": URI }, "position": position });
        let answer = self.request::<Completion>(params)?;
        self.took("list of completions", started);
        let mut items = match answer {
            Some(CompletionResponse::List(list)) => list.items,
            Some(CompletionResponse::Array(items)) => items,
            None => Vec::new(),
        };
        items.retain(|item| goes_with(item, &self.text, self.cursor()));
        items.sort_by(|one, other| one.sort_text.cmp(&other.sort_text));
        Ok(items)
    }

    /// The hover at the first occurrence of a word.
    fn hover(&mut self, word: &str) -> Result<(TextRange, String)> {
        let at = DOCUMENT.find(word).ok_or("the document has no such word")?;
        let started = Instant::now();
        let position = self.position(at);
        let params = json!({ "textDocument": { "uri": URI }, "position": position });
        let answer = self.request::<HoverRequest>(params)?;
        self.took("explanation of a word", started);
        let Some(HoverContents::Markup(words)) = answer.map(|hover| hover.contents) else {
            return Err(format!("the server says nothing about `{word}`").into());
        };
        Ok((TextRange::new(at, at + word.len()), words.value))
    }

    /// Stops the server; returns the measurements.
    fn end(mut self) -> Result<Vec<(String, Duration)>> {
        let started = Instant::now();
        self.request::<Shutdown>(Value::Null)?;
        self.notify::<Exit>(Value::Null)?;
        let status = self.server.wait()?;
        if !status.success() {
            return Err(format!("the server ended with {status}").into());
        }
        self.took("shutdown and exit", started);
        self.key_times.sort();
        let keys = self.key_times.len();
        for (which, at) in [("median", keys / 2), ("slowest", keys.saturating_sub(1))] {
            if let Some(time) = self.key_times.get(at) {
                let what = format!("a key to its diagnostics, {which} of {keys}");
                self.times.push((what, *time));
            }
        }
        Ok(self.times)
    }

    fn took(&mut self, what: &str, started: Instant) {
        self.times.push((what.to_owned(), started.elapsed()));
    }

    /// The position of the cursor: before the document's last line break.
    fn cursor(&self) -> usize {
        let last = self.text.line_count().saturating_sub(2);
        self.text.line_range(last).end()
    }

    fn position(&self, offset: usize) -> Value {
        let position = self.text.position(offset, Encoding::Utf16);
        json!({ "line": position.line, "character": position.character })
    }

    /// Sends a request and waits for its result.
    fn request<R: Request>(&mut self, params: Value) -> Result<R::Result> {
        self.last_id += 1;
        let id = json!(self.last_id);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": R::METHOD, "params": params }))?;
        loop {
            let mut message = self.receive()?;
            if message.get("id") == Some(&id) && message.get("method").is_none() {
                if let Some(error) = message.get("error") {
                    return Err(format!("the server refuses `{}`: {error}", R::METHOD).into());
                }
                return Ok(serde_json::from_value(message["result"].take())?);
            }
        }
    }

    fn notify<N: Notification>(&mut self, params: Value) -> Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": N::METHOD, "params": params }))
    }

    /// Waits for the diagnostics of the current version.
    fn diagnostics(&mut self) -> Result<Vec<Diagnostic>> {
        loop {
            let mut message = self.receive()?;
            if message["method"] == PublishDiagnostics::METHOD {
                let shown: PublishDiagnosticsParams =
                    serde_json::from_value(message["params"].take())?;
                if shown.version == Some(self.version) {
                    return Ok(shown.diagnostics);
                }
            }
        }
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        Ok(self.input.flush()?)
    }

    /// The next message (LSP 3.17, "Base Protocol").
    fn receive(&mut self) -> Result<Value> {
        let mut length = None;
        loop {
            let mut header = String::new();
            if self.output.read_line(&mut header)? == 0 {
                return Err("the server ended before it answered".into());
            }
            match header.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = Some(value.parse()?),
                Some(_) => {}
                None => break,
            }
        }
        let length = length.ok_or("the server sends a message without a length")?;
        let body = self.output.by_ref().take(length);
        Ok(serde_json::from_reader(body)?)
    }
}

/// Whether an editor shows an item: its filter text must start with the text it replaces.
fn goes_with(item: &CompletionItem, text: &Text, cursor: usize) -> bool {
    let start = match &item.text_edit {
        Some(CompletionTextEdit::Edit(edit)) => offset(text, edit.range.start),
        Some(CompletionTextEdit::InsertAndReplace(edit)) => offset(text, edit.replace.start),
        None => return true,
    };
    let word = text.slice(TextRange::new(start, cursor)).to_lowercase();
    let filter = item.filter_text.as_ref().unwrap_or(&item.label);
    filter.to_lowercase().starts_with(word.trim_start())
}

fn offset(text: &Text, position: lsp::Position) -> usize {
    let lsp::Position { line, character } = position;
    text.offset(Position { line, character }, Encoding::Utf16)
}

fn title(out: &mut impl Write, words: &str) -> Result<()> {
    let style = Style::new().bold().underline();
    Ok(writeln!(out, "{style}{words}{style:#}\n")?)
}

/// The document with its diagnostics.
fn draw_document(out: &mut impl Write, text: &Text, diagnostics: &[Diagnostic]) -> Result<()> {
    for line in 0..text.line_count() - 1 {
        draw_line(out, text, line)?;
        let here = |found: &&Diagnostic| found.range.start.line as usize == line;
        for found in diagnostics.iter().filter(here) {
            let (severity, color) = match found.severity {
                Some(DiagnosticSeverity::WARNING) => ("warning", AnsiColor::Yellow),
                Some(DiagnosticSeverity::INFORMATION) => ("information", AnsiColor::BrightBlue),
                Some(DiagnosticSeverity::HINT) => ("hint", AnsiColor::BrightCyan),
                _ => ("error", AnsiColor::BrightRed),
            };
            let style = color.on_default().bold();
            let code = match &found.code {
                Some(lsp::NumberOrString::String(code)) => code,
                _ => "",
            };
            let range = TextRange::new(
                offset(text, found.range.start),
                offset(text, found.range.end),
            );
            let signs = under(text, range, '~');
            let message = &found.message;
            let number = gutter(None);
            writeln!(
                out,
                "{number}{style}{signs} {severity}{style:#}: {message} [{code}]"
            )?;
        }
    }
    let is_error = |found: &&Diagnostic| found.severity == Some(DiagnosticSeverity::ERROR);
    let errors = diagnostics.iter().filter(is_error).count();
    let all = diagnostics.len();
    Ok(writeln!(
        out,
        "\n{all} problems, {errors} of them errors\n"
    )?)
}

/// The lines before the cursor and the completion list below it.
fn draw_completion(out: &mut impl Write, text: &Text, items: &[CompletionItem]) -> Result<()> {
    let line = text.line_count().saturating_sub(2);
    for before in line.saturating_sub(CONTEXT)..line {
        draw_line(out, text, before)?;
    }
    let typed = text.slice(text.line_range(line));
    writeln!(out, "{}{typed}|", gutter(Some(line)))?;
    let (number, indent) = (gutter(None), " ".repeat(typed.width().saturating_sub(4)));
    for (at, item) in items.iter().take(ITEMS).enumerate() {
        let (mark, style) = match at {
            0 => (">", Style::new().invert()),
            _ => (" ", Style::new()),
        };
        let (label, dimmed) = (&item.label, Style::new().dimmed());
        let detail = item.detail.as_deref().unwrap_or_default();
        let entry = format!("{style}{mark} {label:<24}{style:#} {dimmed}{detail}{dimmed:#}");
        writeln!(out, "{number}{indent}{entry}")?;
    }
    if items.len() > ITEMS {
        let more = items.len() - ITEMS;
        writeln!(out, "{number}{indent}  and {more} more")?;
    }
    match items.first().and_then(|item| item.documentation.as_ref()) {
        Some(Documentation::String(words)) => draw_popup(out, words),
        Some(Documentation::MarkupContent(words)) => draw_popup(out, &words.value),
        None => Ok(()),
    }
}

/// The line of a word and its hover.
fn draw_hover(out: &mut impl Write, text: &Text, place: TextRange, words: &str) -> Result<()> {
    draw_line(out, text, text.line_of(place.start()))?;
    writeln!(out, "{}{}", gutter(None), under(text, place, '^'))?;
    draw_popup(out, words)
}

fn draw_line(out: &mut impl Write, text: &Text, line: usize) -> Result<()> {
    let source = text.slice(text.line_range(line));
    Ok(writeln!(out, "{}{source}", gutter(Some(line)))?)
}

fn gutter(line: Option<usize>) -> String {
    let number = line.map_or(String::new(), |line| (line + 1).to_string());
    let style = AnsiColor::BrightBlue.on_default();
    format!("{style}{number:>3} | {style:#}")
}

/// Marks below a range of one line. Characters may be wider than one column.
fn under(text: &Text, range: TextRange, sign: char) -> String {
    let line = text.line_range(text.line_of(range.start()));
    let before = text
        .slice(TextRange::new(line.start(), range.start()))
        .width();
    let signs = text.slice(range).width().max(1);
    " ".repeat(before) + &sign.to_string().repeat(signs)
}

/// A text in a frame.
fn draw_popup(out: &mut impl Write, words: &str) -> Result<()> {
    let edge = "-".repeat(WIDTH);
    writeln!(out, "      +{edge}")?;
    for line in words.lines().flat_map(|line| wrap(line, WIDTH - 2)) {
        writeln!(out, "{}", format!("      | {line}").trim_end())?;
    }
    Ok(writeln!(out, "      +{edge}\n")?)
}

/// Breaks text into lines of at most `width` columns at spaces; list items stay indented.
fn wrap(line: &str, width: usize) -> Vec<String> {
    let indent = line.len()
        - line
            .trim_start_matches(|sign| " -.0123456789".contains(sign))
            .len();
    let mut lines = Vec::new();
    let mut current = line[..indent].to_owned();
    for word in line[indent..].split_whitespace() {
        if current.len() > indent && current.width() + word.width() > width {
            let next = " ".repeat(indent);
            lines.push(std::mem::replace(&mut current, next));
        }
        current.push_str(word);
        current.push(' ');
    }
    lines.push(current);
    lines
}
