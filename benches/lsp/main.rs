//! How long somebody who writes waits for this server, from 4 KB to 10 MB.
//!
//! ```text
//! cargo build --release --example floor
//! cargo bench --bench lsp                     # everything, some minutes
//! cargo bench --bench lsp -- --quick          # less than a minute
//! cargo bench --bench lsp -- --sizes 4k,1m --formats yaml --rounds 9 --json numbers.json
//! ```
//!
//! The release binary runs as an editor runs it: a process, its standard input and output, the
//! messages that an editor sends. Beside it run three servers that know nothing (`examples/floor`):
//! for each version they publish an empty list, each request they answer with `null`.
//!
//! * `own` has this project's transport: what is between it and `this` is the work itself;
//! * `tower` has the transport of the framework: what others pay before they do any work;
//! * `bare` is a loop that reads and writes: what the pipes, the scheduler and the clock cost.
//!
//! All get the same messages of the same documents, in turns: session by session, each time
//! another one first, so that whatever else the machine does falls on all alike.
//!
//! # What is measured
//!
//! A time is that from before the message is written until the body of the answer is complete; what
//! stands in it is looked at later.
//!
//! * `open`: `didOpen` to the first diagnostics. The text has to go through the pipe.
//! * `key in a scheme`: a new `oauth2` scheme is typed character by character as the first one of
//!   `components.securitySchemes`; the next key is pressed when the diagnostics of the one before
//!   are there. Most of the time the document is broken. Enter brings its indentation along.
//! * `key in a list`: the same in the `security` list of the operation in the middle.
//! * `edit, completion` and `edit, hover`: the request follows the edit at once. A server that is
//!   fast and says nothing is not fast: below the times stands how many answers were useful.
//! * `root key`: a letter in the key `operations`, and back: all below it changes its meaning.
//!   `root key, hover`: until the answer to a hover that follows at once.
//! * `30 a second`: edits that do not wait, to all servers at the same time, a quarter of the pause
//!   apart. `each`: the versions that were shown, `last`: the last version after the last edit.
//! * `at once, last`: edits as fast as the pipe takes them, from the last one to its diagnostics.
//! * `close, request`: `didClose` and a request behind it.
//! * `start`: from the start of the process to the answer to `initialize`.
//!
//! Times of processors and memory are what Linux says; on other systems they are left out.
//!
//! # How to read it
//!
//! Compare within a run only. The two columns at the right say how many times as long as that server
//! this one takes, by its median and by its 95th percentile; these keep their meaning on another
//! machine and on a busy one, single times do not, and maxima least of all.
//!
//! No time makes the run fail. It fails if an answer does not come, if diagnostics of a version come
//! after those of a newer one, or if after editing the diagnostics are not those of the same text
//! opened anew.

mod client;
mod document;
mod general;
#[path = "../generate.rs"]
mod generate;
mod measures;
mod options;
mod probes;
mod process;
mod round;
mod servers;
mod sessions;

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use document::Document;
use measures::{Measures, Session};
use options::{Options, Size};
use servers::Kind;
use sessions::Extent;

/// What may go wrong is only told.
type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lsp: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing went wrong.
fn run() -> Fallible<bool> {
    let Some(options) = options::read(std::env::args().skip(1))? else {
        return Ok(true);
    };
    servers::check()?;
    if !process::IS_KNOWN {
        println!("this system does not show the time and the memory of a process: left out");
    }
    let mut failures = Vec::new();
    let mut all = Vec::new();
    for size in &options.sizes {
        for format in &options.formats {
            let document = Document::new(*format, size);
            let measures = measure(&document, size, &options, &mut failures);
            println!("\n{}: {} bytes", document.name, document.text.len());
            measures.print();
            all.push((document.name, document.text.len(), measures));
        }
    }
    let general = match general::measure(options.quick) {
        Ok(measures) => measures,
        Err(error) => {
            failures.push(error.to_string());
            Measures::default()
        }
    };
    println!(
        "\nwithout a document, and with {} small ones",
        general::documents(options.quick)
    );
    general.print();
    print_ratios(&all);
    for failure in &failures {
        eprintln!("FAILED: {failure}");
    }
    if let Some(path) = &options.json {
        let documents = all.iter().map(|(name, bytes, measures)| {
            let mut one = measures.json();
            one["document"] = json!(name);
            one["bytes"] = json!(bytes);
            one
        });
        let documents: Vec<Value> = documents.collect();
        let numbers = json!({
            "unit": "us",
            "documents": documents,
            "general": general.json(),
            "failures": failures,
        });
        std::fs::write(path, format!("{numbers:#}\n"))?;
    }
    Ok(failures.is_empty())
}

/// All sessions of a document, in all rounds.
fn measure(
    document: &Document,
    size: &Size,
    options: &Options,
    failures: &mut Vec<String>,
) -> Measures {
    let is_large = size.bytes > 2_000_000;
    let (usual, seconds) = match (options.quick, is_large) {
        (true, _) => (2, 1),
        (false, true) => (2, 2),
        (false, false) => (5, 4),
    };
    let extent = Extent {
        keys: 200,
        burst: 300,
        steady: if options.quick { 90 } else { 300 },
        limit: Duration::from_secs(seconds),
    };
    let mut measures = Measures::default();
    for round in 0..options.rounds.unwrap_or(usual) {
        let failed = round::run(document, round, extent, &mut measures);
        failures.extend(
            failed
                .into_iter()
                .map(|words| format!("{}: {words}", document.name)),
        );
    }
    measures
}

/// How long this server takes, and how many times as long as each floor.
fn print_ratios(all: &[(String, usize, Measures)]) {
    let grid = |title: &str, cell: &dyn Fn(&Measures, Session) -> Option<String>| {
        println!("\n{title}");
        let heads: String = all.iter().map(|(name, ..)| format!("{name:>15}")).collect();
        println!("  {:<20}{heads}", "");
        for session in measures::OF_A_DOCUMENT {
            let cells = all.iter().map(|(_, _, measures)| {
                let cell = cell(measures, session).unwrap_or_else(|| "-".to_owned());
                format!("{cell:>15}")
            });
            println!("  {:<20}{}", session.name(), cells.collect::<String>());
        }
    };
    grid("`this`: p50 / p95", &|measures, session| {
        Some(measures.summary(session, Kind::This)?.pair())
    });
    for floor in [Kind::Own, Kind::Tower, Kind::Bare] {
        let title = format!("as many times as `{}`: p50 / p95", floor.name());
        grid(&title, &|measures, session| {
            let floor = measures.summary(session, floor)?;
            let this = measures.summary(session, Kind::This)?;
            let [half, most] = this.ratios(&floor).map(measures::short);
            Some(format!("{half} / {most}"))
        });
    }
}
