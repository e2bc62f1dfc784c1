//! What was measured, as tables and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::servers::Kind;

/// A session; its samples are times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Session {
    /// `didOpen` to the first diagnostics.
    Open,
    /// A key and the diagnostics of its version, in a new scheme.
    Scheme,
    /// The same in a `security` list in the middle.
    Entry,
    /// An edit and completion right behind it.
    Completion,
    /// An edit and hover right behind it.
    Hover,
    /// A letter in the key `operations`.
    Root,
    /// The same with hover right behind it.
    RootHover,
    /// Each version that is shown while somebody types without a pause.
    Steady,
    /// The last version of that.
    SteadyLast,
    /// The last version of edits that come all at once.
    Burst,
    /// `didClose` with a request right behind it.
    Close,
    /// From nothing to the answer to `initialize`.
    Start,
    /// Opening the next one of many documents.
    ManyOpen,
    /// A key in one of many documents.
    ManyKey,
}

/// The sessions that each document has.
pub const OF_A_DOCUMENT: [Session; 11] = [
    Session::Open,
    Session::Scheme,
    Session::Entry,
    Session::Completion,
    Session::Hover,
    Session::Root,
    Session::RootHover,
    Session::Steady,
    Session::SteadyLast,
    Session::Burst,
    Session::Close,
];

impl Session {
    /// What it is called in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Scheme => "key in a scheme",
            Self::Entry => "key in a list",
            Self::Completion => "edit, completion",
            Self::Hover => "edit, hover",
            Self::Root => "root key",
            Self::RootHover => "root key, hover",
            Self::Steady => "30 a second, each",
            Self::SteadyLast => "30 a second, last",
            Self::Burst => "at once, last",
            Self::Close => "close, request",
            Self::Start => "start",
            Self::ManyOpen => "open one more",
            Self::ManyKey => "key in one of them",
        }
    }
}

/// A number of one server beside the times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Diagnostics after the opening.
    Findings,
    /// Completions that offered what was expected, and all.
    Completions,
    /// Hovers that said something, and all.
    Hovers,
    /// Versions shown of those typed without a pause, and all.
    SteadyShown,
    /// Versions shown of those that came at once, and all.
    BurstShown,
    /// Microseconds of all threads for a key in the scheme.
    Processor,
    /// KiB with the document open and quiet.
    Resident,
    /// KiB at the most.
    Peak,
    /// KiB after the document was closed.
    Closed,
    /// KiB with many documents open.
    Many,
}

impl Fact {
    fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Completions => "completions as expected",
            Self::Hovers => "hovers with an answer",
            Self::SteadyShown => "versions shown, 30 a second",
            Self::BurstShown => "versions shown, at once",
            Self::Processor => "processor time a key, us",
            Self::Resident => "memory at rest, KiB",
            Self::Peak => "memory at the most, KiB",
            Self::Closed => "memory after closing, KiB",
            Self::Many => "memory, KiB",
        }
    }

    /// How numbers of several rounds become one.
    fn joined(self, numbers: &[f64]) -> f64 {
        let most = || numbers.iter().copied().fold(0.0, f64::max);
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        match self {
            Self::Peak => most(),
            // The least: one answer that is missing shall be seen.
            Self::Completions | Self::Hovers => sorted[0],
            _ => sorted[sorted.len() / 2],
        }
    }
}

/// All measures of a document.
#[derive(Default)]
pub struct Measures {
    times: BTreeMap<Session, BTreeMap<Kind, Vec<Duration>>>,
    facts: BTreeMap<Fact, BTreeMap<Kind, Vec<f64>>>,
    of: BTreeMap<Fact, usize>,
    notes: BTreeSet<String>,
}

impl Measures {
    /// Adds a time.
    pub fn time(&mut self, session: Session, kind: Kind, time: Duration) {
        let times = self.times.entry(session).or_default();
        times.entry(kind).or_default().push(time);
    }

    /// Adds a number.
    pub fn fact(&mut self, fact: Fact, kind: Kind, number: f64) {
        let facts = self.facts.entry(fact).or_default();
        facts.entry(kind).or_default().push(number);
    }

    /// Adds a number that counts some of `all`.
    pub fn count(&mut self, fact: Fact, kind: Kind, number: usize, all: usize) {
        self.fact(fact, kind, number as f64);
        self.of.insert(fact, all);
    }

    /// Adds what is to be seen.
    pub fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// Prints everything.
    pub fn print(&self) {
        println!(
            "  {:<20} {:<6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8}",
            "", "", "n", "p50", "p95", "p99", "max", "p50", "p95"
        );
        for (session, servers) in &self.times {
            let mut name = session.name();
            let own = servers.get(&Kind::This).map(|times| summary(times));
            for (kind, times) in servers {
                let Summary {
                    n,
                    p50,
                    p95,
                    p99,
                    max,
                } = summary(times);
                let mut line = format!(
                    "  {name:<20} {:<6} {n:>6} {:>9} {:>9} {:>9} {:>9}",
                    kind.name(),
                    show(p50),
                    show(p95),
                    show(p99),
                    show(max)
                );
                if let Some(own) = own.as_ref().filter(|_| *kind != Kind::This) {
                    let (half, most) = (ratio(own.p50, p50), ratio(own.p95, p95));
                    line += &format!(" {half:>7.2}x {most:>7.2}x");
                }
                println!("{line}");
                name = "";
            }
        }
        for (fact, servers) in &self.facts {
            let all = self
                .of
                .get(fact)
                .map_or(String::new(), |all| format!(" of {all}"));
            let numbers = servers
                .iter()
                .map(|(kind, numbers)| format!("{} {:.0}{all}", kind.name(), fact.joined(numbers)));
            println!(
                "  {:<30} {}",
                fact.name(),
                numbers.collect::<Vec<_>>().join(", ")
            );
        }
        for note in &self.notes {
            println!("  note: {note}");
        }
    }

    /// The 95th percentile of a server.
    pub fn most(&self, session: Session, kind: Kind) -> Option<Duration> {
        Some(summary(self.times.get(&session)?.get(&kind)?).p95)
    }

    /// The same as JSON; times are microseconds.
    pub fn json(&self) -> Value {
        let mut times = json!({});
        for (session, servers) in &self.times {
            for (kind, all) in servers {
                let Summary {
                    n,
                    p50,
                    p95,
                    p99,
                    max,
                } = summary(all);
                times[session.name()][kind.name()] = json!({
                    "n": n,
                    "p50": micros(p50),
                    "p95": micros(p95),
                    "p99": micros(p99),
                    "max": micros(max),
                });
            }
        }
        let mut facts = json!({});
        for (fact, servers) in &self.facts {
            for (kind, numbers) in servers {
                facts[fact.name()][kind.name()] = json!(fact.joined(numbers));
            }
            if let Some(all) = self.of.get(fact) {
                facts[fact.name()]["of"] = json!(all);
            }
        }
        json!({"times": times, "facts": facts, "notes": self.notes})
    }
}

struct Summary {
    n: usize,
    p50: Duration,
    p95: Duration,
    p99: Duration,
    max: Duration,
}

/// Percentiles by the nearest rank.
fn summary(times: &[Duration]) -> Summary {
    let mut sorted = times.to_vec();
    sorted.sort();
    let at = |percent: usize| {
        let rank = (sorted.len() * percent).div_ceil(100);
        sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
    };
    Summary {
        n: sorted.len(),
        p50: at(50),
        p95: at(95),
        p99: at(99),
        max: at(100),
    }
}

/// How many times as long as the other one this server takes.
pub fn ratio(this: Duration, floor: Duration) -> f64 {
    this.as_secs_f64() / floor.as_secs_f64().max(1e-9)
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

/// A time in the unit that suits it.
pub fn show(time: Duration) -> String {
    let micros = micros(time);
    if micros < 1_000.0 {
        format!("{micros:.1} us")
    } else if micros < 1e6 {
        format!("{:.2} ms", micros / 1e3)
    } else {
        format!("{:.2} s", micros / 1e6)
    }
}
