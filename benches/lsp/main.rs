//! Measures how long a user waits for this server, from 4 KB to 10 MB.
//!
//! ```text
//! cargo build --release --example floor
//! cargo bench --bench lsp                     # everything, some minutes
//! cargo bench --bench lsp -- --quick          # less than a minute
//! cargo bench --bench lsp -- --sizes 4k,1m --formats yaml --rounds 9 --json numbers.json
//! cargo bench --bench lsp -- --beside BINARY  # another build of this program in the same run
//! ```
//!
//! The release binary runs as an editor runs it: a process with pipes that gets the messages of an
//! editor. In the same run, another build may be measured, and a server that does no work
//! (`examples/floor`): with the same transport it publishes an empty list for each version and answers
//! each request with `null`. All get the same messages for the same documents, in turns, and each
//! session starts with another one, so that other load on the machine affects all alike.
//!
//! A time is measured from before a message is written until the body of the answer is complete:
//!
//! * `start`: from the start of the process to the answer to `initialize`.
//! * `open`: `didOpen` to the first diagnostics. The text has to go through the pipe.
//! * `key in a scheme`: a new `oauth2` scheme is typed character by character as the first one of
//!   `components.securitySchemes`; the next key is pressed when the diagnostics of the one before
//!   have arrived. Most of the time the document is invalid.
//! * `key in the middle`: the same in the `security` list of the operation in the middle.
//! * `key at offset 0`: Enter at the very start, again and again.
//! * `root key`: a letter in the key `operations`, and back: this changes the meaning of everything
//!   below it.
//! * `edit, completion` and `edit, hover`: the request follows the edit at once, while the document
//!   is analysed. A fast answer without content is no answer: below the times is the number of
//!   useless answers.
//! * `at once, last`: edits as fast as the pipe takes them, from the last one to its diagnostics.
//! * `close, request`: `didClose` and a request after it.
//!
//! Compare only within a run. Ratios hold on another machine and on a busy one, single times do not,
//! and maxima least of all. No time makes the run fail. It fails if an answer does not come, if
//! diagnostics of a version come after those of a newer one, or if after editing the diagnostics
//! differ from those of the same text opened anew.

mod client;
mod document;
#[path = "../generate.rs"]
mod generate;
mod measures;
mod options;
mod probes;
mod process;
mod servers;
mod sessions;

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use document::{Document, Place};
use measures::{Measures, SESSIONS};
use options::Options;
use servers::Server;
use sessions::Editor;

/// Errors are only reported.
type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// How often Enter is pressed at the start.
const ENTERS: usize = 100;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lsp: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Fallible<()> {
    let Some(options) = options::read(std::env::args().skip(1))? else {
        return Ok(());
    };
    let servers = servers::all(options.beside.as_deref())?;
    let mut all: Vec<(Document, Measures)> = Vec::new();
    for size in &options.sizes {
        for format in &options.formats {
            let document = Document::new(*format, size);
            let measures = measure(&document, &servers, &options)?;
            println!("\n{}: {} bytes", document.name, document.text.len());
            measures.print();
            all.push((document, measures));
        }
    }
    for other in servers::NAMES {
        print_comparisons(&all, other);
    }
    if let Some(path) = &options.json {
        let documents = all.iter().map(|(document, measures)| {
            let mut one = measures.json();
            one["document"] = json!(document.name);
            one["bytes"] = json!(document.text.len());
            one
        });
        let numbers = json!({"unit": "us", "documents": documents.collect::<Vec<Value>>()});
        std::fs::write(path, format!("{numbers:#}\n"))?;
    }
    Ok(())
}

/// All sessions of a document, in all rounds.
fn measure(document: &Document, servers: &[Server], options: &Options) -> Fallible<Measures> {
    let is_large = document.text.len() > 2_000_000;
    let rounds = options.rounds.unwrap_or(match options.quick || is_large {
        true => 2,
        false => 5,
    });
    let limit = Duration::from_secs(if options.quick { 1 } else { 3 });
    let mut measures = Measures::default();
    for round in 0..rounds {
        let mut editors = Vec::new();
        for server in servers {
            editors.push(Editor::open(server, document, limit, &mut measures)?);
        }
        editors.rotate_left(round % servers.len());
        let enters = vec!["\n".to_owned(); ENTERS];
        let typing = [
            (
                "key in a scheme",
                document.scheme_place()?,
                document.scheme_keys(),
            ),
            (
                "key in the middle",
                document.entry_place()?,
                document.entry_keys(),
            ),
            ("key at offset 0", Place::START, enters),
        ];
        for (session, place, keys) in &typing {
            editors.rotate_left(1);
            for editor in &mut editors {
                // One round is enough for the comparison with the text opened anew.
                editor.type_keys((session, *place, keys), round == 0, &mut measures)?;
            }
        }
        for session in [Editor::ask, Editor::break_root, Editor::burst] {
            editors.rotate_left(1);
            for editor in &mut editors {
                session(editor, &mut measures)?;
            }
        }
        for editor in editors {
            editor.close(&mut measures)?;
        }
    }
    Ok(measures)
}

/// The ratios of this server to another one, by document.
fn print_comparisons(all: &[(Document, Measures)], other: &str) {
    for (number, session) in SESSIONS.iter().enumerate() {
        let lines: Vec<String> = all
            .iter()
            .filter_map(|(document, measures)| {
                let comparison = measures.comparison(number, other)?;
                Some(format!("  {:<16} {comparison}", document.name))
            })
            .collect();
        if !lines.is_empty() && other != servers::THIS {
            println!("\n{session}: p50 / p95 of this | of {other} | times as long");
            println!("{}", lines.join("\n"));
        }
    }
}
