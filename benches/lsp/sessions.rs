//! What an editor does with a server while somebody writes.

use std::time::{Duration, Instant};

use crate::Fallible;
use crate::client::Client;
use crate::document::{Document, Spot};
use crate::measures::{Fact, Measures, Session};
use crate::probes::{self, Probe, offers, result};
use crate::process;
use crate::servers::Kind;

/// How long a server is left alone before its memory is looked at.
const QUIET: Duration = Duration::from_millis(300);

/// Fewer samples say nothing, however long they take.
const LEAST: usize = 20;

/// Edits a second of somebody who types without a pause.
const RATE: f64 = 30.0;

/// A server with a document open in it.
pub struct Seat {
    /// The server.
    pub client: Client,
    uri: String,
    version: i64,
    /// Whether what it says in the end is compared.
    is_compared: bool,
}

/// How much is done.
#[derive(Clone, Copy)]
pub struct Extent {
    /// Keys of a typing session.
    pub keys: usize,
    /// Edits of a burst.
    pub burst: usize,
    /// Edits at 30 a second.
    pub steady: usize,
    /// A session goes on for no longer, were it the smallest one.
    pub limit: Duration,
}

impl Seat {
    /// Starts a server and opens the document in it.
    pub fn open(
        kind: Kind,
        document: &Document,
        is_compared: bool,
        measures: &mut Measures,
    ) -> Fallible<Self> {
        let (client, _) = Client::start(kind)?;
        let uri = format!("file:///bench/city.{}", document.language());
        let mut seat = Self {
            client,
            uri,
            version: 1,
            is_compared,
        };
        let sent = seat
            .client
            .open(&seat.uri, document.language(), &document.text)?;
        let shown = seat.settle()?;
        measures.time(Session::Open, kind, shown - sent);
        let findings = seat.client.diagnostics(&seat.uri)?;
        let findings: Vec<serde::de::IgnoredAny> = serde_json::from_str(&findings)?;
        measures.fact(Fact::Findings, kind, findings.len() as f64);
        Ok(seat)
    }

    /// Looks at the memory of a server at rest.
    pub fn weigh(&mut self, measures: &mut Measures) -> Fallible<()> {
        self.client.rest(QUIET)?;
        if let Some(memory) = process::memory(self.client.process()) {
            measures.fact(Fact::Resident, self.client.kind, memory.resident as f64);
        }
        Ok(())
    }

    /// Types keys one after the other, each when the diagnostics of the one before are there, and
    /// takes back everything in one go.
    pub fn type_keys(
        &mut self,
        document: &Document,
        (session, offset, keys): (Session, usize, &[String]),
        extent: Extent,
        measures: &mut Measures,
    ) -> Fallible<()> {
        let kind = self.client.kind;
        let start = document.spot(offset);
        let mut spot = start;
        let mut typed = String::new();
        let begin = Instant::now();
        let mut clock = Duration::ZERO;
        let mut mark = self.processor();
        let mut count = 0;
        for key in keys {
            let sent = self.change([spot, spot], key)?;
            let shown = self.settle()?;
            measures.time(session, kind, shown - sent);
            typed += key;
            spot = spot.after(key);
            count += 1;
            if count == keys.len() / 2 {
                // Here the text is broken.
                clock += self.processor().saturating_sub(mark);
                self.compare(document, &document.with(offset, &typed))?;
                mark = self.processor();
            }
            if count >= LEAST && begin.elapsed() > extent.limit {
                break;
            }
        }
        clock += self.processor().saturating_sub(mark);
        if session == Session::Scheme && process::IS_KNOWN {
            let each = clock.as_nanos() as f64 / 1e3 / count.max(1) as f64;
            measures.fact(Fact::Processor, kind, each);
        }
        self.compare(document, &document.with(offset, &typed))?;
        self.change([start, spot], "")?;
        self.settle()?;
        Ok(())
    }

    /// Asks for completions, each right behind the edit that makes one want them.
    pub fn complete(&mut self, document: &Document, measures: &mut Measures) -> Fallible<()> {
        let kind = self.client.kind;
        let (mut useful, mut all) = (0, 0);
        for probe in probes::completions(document) {
            let start = document.spot(probe.offset);
            let cursor = start.after(&probe.before);
            let end = cursor.after(&probe.after);
            let sent = self.change([start, start], &format!("{}{}", probe.before, probe.after))?;
            let id = self
                .client
                .ask("textDocument/completion", &self.uri, cursor)?;
            let (at, body) = self.client.answer(id)?;
            measures.time(Session::Completion, kind, at - sent);
            all += 1;
            if offers(&body, probe.expected)? {
                useful += 1;
            } else if kind == Kind::This {
                let Probe {
                    before,
                    after,
                    expected,
                    ..
                } = &probe;
                measures.note(format!(
                    "no `{expected}` among the completions at {before:?} | {after:?}"
                ));
            }
            self.settle()?;
            self.change([start, end], "")?;
            self.settle()?;
        }
        measures.count(Fact::Completions, kind, useful, all);
        Ok(())
    }

    /// Asks for hovers, each right behind an edit in the middle of the document.
    pub fn hover(&mut self, document: &Document, measures: &mut Measures) -> Fallible<()> {
        let kind = self.client.kind;
        let middle = document.value(&["operations", "*", "summary"]);
        let start = document.spot(middle.ok_or("the document has no operations")?);
        let end = start.after("x");
        let (mut useful, mut all) = (0, 0);
        for spot in probes::hovers(document) {
            let sent = self.change([start, start], "x")?;
            let id = self.client.ask("textDocument/hover", &self.uri, spot)?;
            let (at, body) = self.client.answer(id)?;
            measures.time(Session::Hover, kind, at - sent);
            all += 1;
            useful += usize::from(!result(&body)?.is_null());
            self.settle()?;
            self.change([start, end], "")?;
            self.settle()?;
        }
        measures.count(Fact::Hovers, kind, useful, all);
        Ok(())
    }

    /// Makes `operations` a key that nobody knows, and back: everything below it changes its
    /// meaning. At first the diagnostics are waited for, then a hover is asked for right behind.
    pub fn break_root(
        &mut self,
        document: &Document,
        extent: Extent,
        measures: &mut Measures,
    ) -> Fallible<()> {
        let kind = self.client.kind;
        let key = document
            .key(&["operations"])
            .ok_or("the document has no operations")?;
        let start = document.spot(key + 4);
        let end = start.after("x");
        let hovers = probes::hovers(document);
        let hovered = *hovers.first().ok_or("there is nothing to hover")?;
        for session in [Session::Root, Session::RootHover] {
            let begin = Instant::now();
            for count in 0..40 {
                let (range, text) = match count % 2 {
                    0 => ([start, start], "x"),
                    _ => ([start, end], ""),
                };
                let sent = self.change(range, text)?;
                if session == Session::RootHover {
                    let id = self.client.ask("textDocument/hover", &self.uri, hovered)?;
                    let (at, _) = self.client.answer(id)?;
                    measures.time(session, kind, at - sent);
                    self.settle()?;
                } else {
                    let shown = self.settle()?;
                    measures.time(session, kind, shown - sent);
                }
                if count % 2 == 1 && count >= LEAST && begin.elapsed() > extent.limit {
                    break;
                }
            }
        }
        self.compare(document, &document.text)
    }

    /// Sends edits as fast as the pipe takes them and waits for the diagnostics of the last one.
    pub fn burst(
        &mut self,
        document: &Document,
        extent: Extent,
        measures: &mut Measures,
    ) -> Fallible<()> {
        let kind = self.client.kind;
        let (offset, keys) = scheme(document, extent.burst)?;
        let start = document.spot(offset);
        let mut spot = start;
        self.client.rest(Duration::from_millis(20))?;
        self.client.history.clear();
        let mut sent = Instant::now();
        for key in &keys {
            sent = self.change([spot, spot], key)?;
            spot = spot.after(key);
        }
        let shown = self.settle()?;
        measures.time(Session::Burst, kind, shown - sent);
        self.client.rest(Duration::from_millis(50))?;
        measures.count(
            Fact::BurstShown,
            kind,
            self.client.history.len(),
            keys.len(),
        );
        self.compare(document, &document.with(offset, &keys.concat()))?;
        self.change([start, spot], "")?;
        self.settle()?;
        Ok(())
    }

    /// Closes the document, asks for something behind it, and looks at the memory.
    pub fn close(&mut self, measures: &mut Measures) -> Fallible<()> {
        let kind = self.client.kind;
        if let Some(memory) = process::memory(self.client.process()) {
            measures.fact(Fact::Peak, kind, memory.peak as f64);
        }
        let sent = self.client.close(&self.uri)?;
        let nowhere = Spot {
            line: 0,
            character: 0,
        };
        let id = self.client.ask("textDocument/hover", &self.uri, nowhere)?;
        let (at, _) = self.client.answer(id)?;
        measures.time(Session::Close, kind, at - sent);
        self.client.rest(QUIET)?;
        if let Some(memory) = process::memory(self.client.process()) {
            measures.fact(Fact::Closed, kind, memory.resident as f64);
        }
        Ok(())
    }

    fn processor(&self) -> Duration {
        process::time(self.client.process()).unwrap_or_default()
    }

    fn change(&mut self, range: [Spot; 2], text: &str) -> Fallible<Instant> {
        self.version += 1;
        self.client.change(&self.uri, self.version, range, text)
    }

    fn settle(&mut self) -> Fallible<Instant> {
        self.client.published(&self.uri, self.version)
    }

    /// Whether diagnostics and hovers are those that another process of this server has for `text`.
    /// In the process that is measured nothing else is opened. One round will do.
    fn compare(&mut self, document: &Document, text: &str) -> Fallible<()> {
        if self.client.kind != Kind::This || !self.is_compared {
            return Ok(());
        }
        let (mut other, _) = Client::start(Kind::This)?;
        other.open(&self.uri, document.language(), text)?;
        other.published(&self.uri, 1)?;
        let anew = other.diagnostics(&self.uri)?;
        let edited = self.client.diagnostics(&self.uri)?;
        // Wherever these places are by now: what is said of them is the same in the same text.
        let mut is_same = edited == anew;
        for spot in probes::hovers(document) {
            let [edited, anew] = [&mut self.client, &mut other].map(|client| {
                let id = client.ask("textDocument/hover", &self.uri, spot)?;
                result(&client.answer(id)?.1)
            });
            is_same &= edited? == anew?;
        }
        other.stop()?;
        if is_same {
            return Ok(());
        }
        let pairs = edited.bytes().zip(anew.bytes());
        let at = pairs.take_while(|(edited, anew)| edited == anew).count();
        let part = |text: &str| {
            let end = text.len().min(at + 200);
            text.get(at.saturating_sub(60)..end).map(str::to_owned)
        };
        Err(format!(
            "after editing there are other diagnostics or hovers than after opening the same text: \
             {:?} and {:?}",
            part(&edited),
            part(&anew)
        )
        .into())
    }
}

/// Edits at 30 a second, in all servers at once, each a part of the pause after the one before.
pub fn steady(
    seats: &mut [Seat],
    document: &Document,
    extent: Extent,
    measures: &mut Measures,
) -> Fallible<()> {
    let (offset, keys) = scheme(document, extent.steady)?;
    let start = document.spot(offset);
    let mut spot = start;
    let mut sent = vec![Vec::new(); seats.len()];
    for seat in &mut *seats {
        seat.client.drain()?;
        seat.client.history.clear();
    }
    let begin = Instant::now();
    for (number, key) in keys.iter().enumerate() {
        for (at, seat) in seats.iter_mut().enumerate() {
            let part = at as f64 / sent.len() as f64;
            let due = Duration::from_secs_f64((number as f64 + part) / RATE);
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
            sent[at].push(seat.change([spot, spot], key)?);
            seat.client.drain()?;
        }
        spot = spot.after(key);
    }
    for (seat, sent) in seats.iter_mut().zip(sent) {
        let kind = seat.client.kind;
        let shown = seat.settle()?;
        if let Some(last) = sent.last() {
            measures.time(Session::SteadyLast, kind, shown - *last);
        }
        let first = seat.version + 1 - keys.len() as i64;
        let history = std::mem::take(&mut seat.client.history);
        measures.count(Fact::SteadyShown, kind, history.len(), keys.len());
        for (version, at) in history {
            let number = usize::try_from(version - first).ok();
            if let Some(sent) = number.and_then(|number| sent.get(number)) {
                measures.time(Session::Steady, kind, at - *sent);
            }
        }
        seat.compare(document, &document.with(offset, &keys.concat()))?;
        seat.change([start, spot], "")?;
        seat.settle()?;
    }
    Ok(())
}

/// Where a new scheme is typed, and its keys.
pub fn scheme(document: &Document, count: usize) -> Fallible<(usize, Vec<String>)> {
    let place = document.inside(&["components", "securitySchemes"]);
    Ok((
        place.ok_or("the document has no schemes")?,
        document.scheme_keys(count),
    ))
}

/// Where an entry is typed in the middle, and its keys.
pub fn entry(document: &Document, count: usize) -> Fallible<(usize, Vec<String>)> {
    let place = document.inside(&["operations", "*", "security"]);
    Ok((
        place.ok_or("the document has no operations")?,
        document.entry_keys(count),
    ))
}
