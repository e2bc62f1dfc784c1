//! The measurements, as tables and as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::servers::{NAMES, THIS};

/// All measurements of a document: times by session and server, and numbers by fact and server.
#[derive(Default)]
pub struct Measures {
    times: BTreeMap<(usize, &'static str), Vec<Duration>>,
    facts: BTreeMap<(&'static str, &'static str), f64>,
}

/// The timed sessions, in the order of the tables.
pub const SESSIONS: [&str; 10] = [
    "start",
    "open",
    "key in a scheme",
    "key in the middle",
    "key at offset 0",
    "root key",
    "edit, completion",
    "edit, hover",
    "at once, last",
    "close, request",
];

impl Measures {
    /// Adds a time of one of [`SESSIONS`].
    pub fn time(&mut self, session: &str, server: &'static str, time: Duration) {
        let number = SESSIONS.iter().position(|name| *name == session);
        let key = (number.unwrap_or(SESSIONS.len()), server);
        self.times.entry(key).or_default().push(time);
    }

    /// Adds a number of which the largest counts: memory in KiB, or how often something unexpected
    /// happened.
    pub fn fact(&mut self, fact: &'static str, server: &'static str, value: f64) {
        let largest = self.facts.entry((fact, server)).or_default();
        *largest = largest.max(value);
    }

    /// Prints everything.
    pub fn print(&self) {
        println!(
            "  {:<20} {:<7} {:>5} {:>10} {:>10} {:>10}   this: p50, p95 times as long",
            "", "", "n", "p50", "p95", "max"
        );
        for (number, session) in SESSIONS.iter().enumerate() {
            let this = self.summary(number, THIS);
            let mut name = *session;
            for server in NAMES {
                let Some(summary) = self.summary(number, server) else {
                    continue;
                };
                let ratio = match &this {
                    Some(this) if server != THIS => this.ratio(&summary),
                    _ => String::new(),
                };
                println!("  {name:<20} {server:<7} {}   {ratio}", summary.show());
                name = "";
            }
        }
        for ((fact, server), value) in &self.facts {
            println!("  {fact:<28} {server:<7} {value:>12.0}");
        }
    }

    /// A session of `this` and of another server: both times and their ratios.
    pub fn comparison(&self, session: usize, other: &str) -> Option<String> {
        let (this, other) = (self.summary(session, THIS)?, self.summary(session, other)?);
        let [this_50, this_95] = [this.p50, this.p95].map(show);
        let [other_50, other_95] = [other.p50, other.p95].map(show);
        let ratio = this.ratio(&other);
        Some(format!(
            "{this_50:>10} /{this_95:>10} | {other_50:>10} /{other_95:>10} | {ratio}"
        ))
    }

    fn summary(&self, session: usize, server: &str) -> Option<Summary> {
        let (_, times) =
            (self.times.iter()).find(|(key, _)| (key.0, key.1) == (session, server))?;
        Some(Summary::new(times))
    }

    /// The same as JSON, with times in microseconds.
    pub fn json(&self) -> Value {
        let mut times = json!({});
        for ((session, server), all) in &self.times {
            let Summary { n, p50, p95, max } = Summary::new(all);
            let [p50, p95, max] = [p50, p95, max].map(|time| time.as_secs_f64() * 1e6);
            times[SESSIONS[*session]][server] = json!({"n": n, "p50": p50, "p95": p95, "max": max});
        }
        let mut facts = json!({});
        for ((fact, server), value) in &self.facts {
            facts[fact][server] = json!(value);
        }
        json!({"times": times, "facts": facts})
    }
}

/// The summary of many times.
struct Summary {
    n: usize,
    p50: Duration,
    p95: Duration,
    max: Duration,
}

impl Summary {
    /// Percentiles by the nearest rank.
    fn new(times: &[Duration]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort();
        let at = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
        };
        Self {
            n: sorted.len(),
            p50: at(50),
            p95: at(95),
            max: at(100),
        }
    }

    /// The ratio of this time to another one.
    fn ratio(&self, other: &Self) -> String {
        let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
        let [half, most] = [ratio(self.p50, other.p50), ratio(self.p95, other.p95)];
        format!("{half:.2}x {most:.2}x")
    }

    fn show(&self) -> String {
        let [p50, p95, max] = [self.p50, self.p95, self.max].map(show);
        format!("{:>5} {p50:>10} {p95:>10} {max:>10}", self.n)
    }
}

fn show(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}
