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
    fn joined(self, numbers: &[Number]) -> Number {
        let mut sorted = numbers.to_vec();
        match self {
            // One answer that is missing shall be seen.
            Self::Completions | Self::Hovers => {
                let share = |number: &Number| number.value / number.all as f64;
                sorted.sort_by(|a, b| share(a).total_cmp(&share(b)));
                sorted[0]
            }
            Self::Peak => {
                sorted.sort_by(|a, b| b.value.total_cmp(&a.value));
                sorted[0]
            }
            _ => {
                sorted.sort_by(|a, b| a.value.total_cmp(&b.value));
                sorted[sorted.len() / 2]
            }
        }
    }
}

/// A number, and of how many it is a part; 0 where it is none.
#[derive(Clone, Copy)]
struct Number {
    value: f64,
    all: usize,
}

/// All measures of a document.
#[derive(Default)]
pub struct Measures {
    times: BTreeMap<Session, BTreeMap<Kind, Vec<Duration>>>,
    facts: BTreeMap<Fact, BTreeMap<Kind, Vec<Number>>>,
    notes: BTreeSet<String>,
}

impl Measures {
    /// Adds a time.
    pub fn time(&mut self, session: Session, kind: Kind, time: Duration) {
        let times = self.times.entry(session).or_default();
        times.entry(kind).or_default().push(time);
    }

    /// Adds a number.
    pub fn fact(&mut self, fact: Fact, kind: Kind, value: f64) {
        self.add(fact, kind, Number { value, all: 0 });
    }

    /// Adds a number that counts some of `all`.
    pub fn count(&mut self, fact: Fact, kind: Kind, some: usize, all: usize) {
        let value = some as f64;
        self.add(fact, kind, Number { value, all });
    }

    fn add(&mut self, fact: Fact, kind: Kind, number: Number) {
        let facts = self.facts.entry(fact).or_default();
        facts.entry(kind).or_default().push(number);
    }

    /// Adds what is to be seen.
    pub fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// Prints everything.
    pub fn print(&self) {
        println!(
            "  {:<20} {:<6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "", "", "n", "p50", "p95", "p99", "max", "p50", "p95"
        );
        for (session, servers) in &self.times {
            let mut name = session.name();
            let this = servers.get(&Kind::This).map(|times| Summary::new(times));
            for (kind, times) in servers {
                let summary = Summary::new(times);
                let ratios = match &this {
                    Some(this) if *kind != Kind::This => {
                        let ratios = this.ratios(&summary).map(short);
                        ratios.map(|ratio| format!(" {ratio:>8}x")).concat()
                    }
                    _ => String::new(),
                };
                println!("  {name:<20} {:<6} {}{ratios}", kind.name(), summary.show());
                name = "";
            }
        }
        for (fact, servers) in &self.facts {
            let show = |(kind, numbers): (&Kind, &Vec<Number>)| {
                let Number { value, all } = fact.joined(numbers);
                let all = match all {
                    0 => String::new(),
                    all => format!(" of {all}"),
                };
                format!("{} {value:.0}{all}", kind.name())
            };
            let numbers: Vec<String> = servers.iter().map(show).collect();
            println!("  {:<30} {}", fact.name(), numbers.join(", "));
        }
        for note in &self.notes {
            println!("  note: {note}");
        }
    }

    /// What the times of a session say of a server.
    pub fn summary(&self, session: Session, kind: Kind) -> Option<Summary> {
        Some(Summary::new(self.times.get(&session)?.get(&kind)?))
    }

    /// The same as JSON; times are microseconds.
    pub fn json(&self) -> Value {
        let mut times = json!({});
        for (session, servers) in &self.times {
            for (kind, all) in servers {
                times[session.name()][kind.name()] = Summary::new(all).json();
            }
        }
        let mut facts = json!({});
        for (fact, servers) in &self.facts {
            for (kind, numbers) in servers {
                let Number { value, all } = fact.joined(numbers);
                facts[fact.name()][kind.name()] = match all {
                    0 => json!(value),
                    _ => json!({"number": value, "of": all}),
                };
            }
        }
        json!({"times": times, "facts": facts, "notes": self.notes})
    }
}

/// What many times come to.
pub struct Summary {
    /// How many there are.
    pub n: usize,
    /// The median.
    pub p50: Duration,
    /// The 95th percentile.
    pub p95: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
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
            p99: at(99),
            max: at(100),
        }
    }

    /// How many times as long as a floor this is, by the median and by the 95th percentile.
    pub fn ratios(&self, floor: &Self) -> [f64; 2] {
        let ratio =
            |this: Duration, floor: Duration| this.as_secs_f64() / floor.as_secs_f64().max(1e-9);
        [ratio(self.p50, floor.p50), ratio(self.p95, floor.p95)]
    }

    /// The median and the 95th percentile.
    pub fn pair(&self) -> String {
        let (unit, name) = unit(self.p95);
        let [half, most] = [self.p50, self.p95].map(|time| short(micros(time) / unit));
        format!("{half} / {most} {name}")
    }

    fn show(&self) -> String {
        let [p50, p95, p99, max] = [self.p50, self.p95, self.p99, self.max].map(show);
        format!("{:>6} {p50:>9} {p95:>9} {p99:>9} {max:>9}", self.n)
    }

    fn json(&self) -> Value {
        let [p50, p95, p99, max] = [self.p50, self.p95, self.p99, self.max].map(micros);
        json!({"n": self.n, "p50": p50, "p95": p95, "p99": p99, "max": max})
    }
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

fn show(time: Duration) -> String {
    let (unit, name) = unit(time);
    format!("{:.2} {name}", micros(time) / unit)
}

/// The unit that suits a time, in microseconds, and its name.
fn unit(time: Duration) -> (f64, &'static str) {
    match micros(time) {
        micros if micros < 1e3 => (1.0, "us"),
        micros if micros < 1e6 => (1e3, "ms"),
        _ => (1e6, "s"),
    }
}

/// A number with about two digits that mean something.
pub fn short(number: f64) -> String {
    if number < 10.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}
