//! What an editor does with a server while a user types.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Fallible;
use crate::client::Client;
use crate::document::{Document, Place};
use crate::measures::Measures;
use crate::probes::{self, offers};
use crate::process;
use crate::servers::{Server, THIS};

/// How long to wait before measuring the memory.
const QUIET: Duration = Duration::from_millis(300);

/// The minimum of samples, however long they take.
const LEAST: usize = 20;

/// The number of edits in a burst.
const BURST: usize = 100;

/// A document that is open in a server.
pub struct Editor<'a> {
    /// The server.
    pub client: Client,
    server: &'a Server,
    document: &'a Document,
    uri: String,
    version: i64,
    /// The time limit of a session.
    limit: Duration,
}

impl<'a> Editor<'a> {
    /// Starts a server and opens the document in it.
    pub fn open(
        server: &'a Server,
        document: &'a Document,
        limit: Duration,
        measures: &mut Measures,
    ) -> Fallible<Self> {
        let (client, started) = Client::start(server)?;
        measures.time("start", server.name, started);
        let uri = format!("file:///bench/city.{}", document.language());
        let mut editor = Self {
            client,
            server,
            document,
            uri,
            version: 1,
            limit,
        };
        let sent = (editor.client).open(&editor.uri, document.language(), &document.text)?;
        let shown = editor.shown()?;
        measures.time("open", server.name, shown - sent);
        let findings = editor.client.diagnostics(&editor.uri);
        let findings = findings.as_array().map_or(0, Vec::len);
        measures.fact("findings", server.name, findings as f64);
        editor.weigh("memory at rest, KiB", measures)?;
        Ok(editor)
    }

    /// Types keys one after the other, each when the diagnostics of the one before have arrived, and then
    /// removes everything in one edit. `is_checked` compares with the same text opened anew.
    pub fn type_keys(
        &mut self,
        (session, start, keys): (&str, Place, &[String]),
        is_checked: bool,
        measures: &mut Measures,
    ) -> Fallible<()> {
        let begin = Instant::now();
        let mut place = start;
        let mut typed = String::new();
        for (count, key) in keys.iter().enumerate() {
            if count >= LEAST && begin.elapsed() > self.limit {
                break;
            }
            // At the start of the document, each key comes before those typed already.
            let at = if start == Place::START { start } else { place };
            let sent = self.change([at, at], key)?;
            let shown = self.shown()?;
            measures.time(session, self.server.name, shown - sent);
            typed += key;
            place = place.after(key);
        }
        if is_checked {
            let offset = self.document.offset(start);
            let (before, after) = self.document.text.split_at(offset);
            self.compare(&[before, &typed, after].concat())?;
        }
        self.change([start, place], "")?;
        self.shown()?;
        Ok(())
    }

    /// Requests completions and hovers, each right after an edit, so that it arrives while the document is
    /// analysed.
    pub fn ask(&mut self, measures: &mut Measures) -> Fallible<()> {
        let name = self.server.name;
        let mut missing = 0;
        for probe in probes::completions(self.document) {
            let start = self.document.place(probe.offset);
            let cursor = start.after(&probe.before);
            let text = format!("{}{}", probe.before, probe.after);
            let (took, result) = self.edit_and_ask(start, &text, "completion", cursor)?;
            measures.time("edit, completion", name, took);
            missing += usize::from(!offers(&result, probe.expected));
        }
        measures.fact("completions without the word", name, missing as f64);
        let middle = self.document.value(&["operations", "*", "summary"]);
        let middle = self
            .document
            .place(middle.ok_or("there are no operations")?);
        let mut empty = 0;
        for place in probes::hovers(self.document) {
            let (took, result) = self.edit_and_ask(middle, "x", "hover", place)?;
            measures.time("edit, hover", name, took);
            empty += usize::from(result.is_null());
        }
        measures.fact("hovers without an answer", name, empty as f64);
        Ok(())
    }

    /// From before the edit until the answer; afterwards the edit is undone.
    fn edit_and_ask(
        &mut self,
        start: Place,
        text: &str,
        method: &str,
        place: Place,
    ) -> Fallible<(Duration, Value)> {
        let sent = self.change([start, start], text)?;
        let method = format!("textDocument/{method}");
        let id = self.client.ask(&method, &self.uri, place)?;
        let (at, result) = self.client.answer(id)?;
        self.shown()?;
        self.change([start, start.after(text)], "")?;
        self.shown()?;
        Ok((at - sent, result))
    }

    /// Makes `operations` an unknown key, and back, which changes the meaning of everything below it.
    pub fn break_root(&mut self, measures: &mut Measures) -> Fallible<()> {
        let key = self.document.key(&["operations"]);
        let start = self
            .document
            .place(key.ok_or("there are no operations")? + 4);
        for count in 0..LEAST {
            let (range, text) = match count % 2 {
                0 => ([start, start], "x"),
                _ => ([start, start.after("x")], ""),
            };
            let sent = self.change(range, text)?;
            let shown = self.shown()?;
            measures.time("root key", self.server.name, shown - sent);
        }
        Ok(())
    }

    /// Sends edits as fast as the pipe takes them and waits for the diagnostics of the last one.
    pub fn burst(&mut self, measures: &mut Measures) -> Fallible<()> {
        let keys = self.document.scheme_keys();
        let start = self.document.scheme_place()?;
        let mut place = start;
        let before = self.client.shown;
        let mut sent = Instant::now();
        for key in keys.iter().take(BURST) {
            sent = self.change([place, place], key)?;
            place = place.after(key);
        }
        let shown = self.shown()?;
        measures.time("at once, last", self.server.name, shown - sent);
        let versions = self.client.shown - before;
        measures.fact(
            "versions shown of a burst",
            self.server.name,
            versions as f64,
        );
        self.change([start, place], "")?;
        self.shown()?;
        Ok(())
    }

    /// Closes the document, sends a request after it, measures the memory, and exits.
    pub fn close(mut self, measures: &mut Measures) -> Fallible<()> {
        let name = self.server.name;
        let sent = self.client.close(&self.uri)?;
        let id = (self.client).ask("textDocument/hover", &self.uri, Place::START)?;
        let (at, _) = self.client.answer(id)?;
        measures.time("close, request", name, at - sent);
        self.weigh("memory after closing, KiB", measures)?;
        if self.client.stale > 0 {
            return Err(format!("`{name}` published versions after newer ones").into());
        }
        self.client.stop()
    }

    fn weigh(&mut self, fact: &'static str, measures: &mut Measures) -> Fallible<()> {
        self.client.rest(QUIET)?;
        if let Some([resident, peak]) = process::memory(self.client.process()) {
            measures.fact(fact, self.server.name, resident);
            measures.fact("memory at the most, KiB", self.server.name, peak);
        }
        Ok(())
    }

    fn change(&mut self, range: [Place; 2], text: &str) -> Fallible<Instant> {
        self.version += 1;
        self.client.change(&self.uri, self.version, range, text)
    }

    fn shown(&mut self) -> Fallible<Instant> {
        self.client.published(&self.uri, self.version)
    }

    /// Whether diagnostics and hovers equal those of another process of this server for `text`. In the
    /// measured process no other document is opened.
    fn compare(&mut self, text: &str) -> Fallible<()> {
        if self.server.name != THIS {
            return Ok(());
        }
        let (mut other, _) = Client::start(self.server)?;
        other.open(&self.uri, self.document.language(), text)?;
        other.published(&self.uri, 1)?;
        let mut is_same = self.client.diagnostics(&self.uri) == other.diagnostics(&self.uri);
        // The positions belong to the original text, but in any text both must answer alike.
        for place in probes::hovers(self.document) {
            let [edited, anew] = [&mut self.client, &mut other].map(|client| {
                let id = client.ask("textDocument/hover", &self.uri, place)?;
                Fallible::Ok(client.answer(id)?.1)
            });
            is_same &= edited? == anew?;
        }
        other.stop()?;
        match is_same {
            true => Ok(()),
            false => Err("after editing other things are said than of the same text opened".into()),
        }
    }
}
