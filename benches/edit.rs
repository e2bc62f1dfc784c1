//! Measures a keystroke at 4 KB to 10 MB: first parsing alone, then edit, parsing and analysis, with
//! the bytes parsed per edit. Times are from one run; compare rows, not runs.
//! `cargo bench --bench edit -- read` prints the first table only.

mod generate;

use std::hint::black_box;
use std::time::{Duration, Instant};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

/// Keystrokes per place.
const ROUNDS: usize = 201;

fn main() {
    read_table();
    if std::env::args().any(|argument| argument == "read") {
        return;
    }
    println!(
        "{:<6} {:>9} {:>10} {:>10} {:<24} {:>10} {:>10} {:>10} {:>8}",
        "format", "bytes", "open", "read only", "keystroke", "p50", "p95", "bytes read", "findings"
    );
    for format in [Format::Yaml, Format::Json] {
        for size in [4_000, 50_000, 240_000, 1_000_000, 10_000_000] {
            row(format, size, 0);
        }
        row(format, 10_000_000, 20_000);
    }
}

/// Parsing alone: when the document is opened, and while a letter is typed and removed.
fn read_table() {
    println!(
        "{:<6} {:>9} {:>10} {:<20} {:>10} {:>10} {:>10}",
        "format", "bytes", "open", "letter typed", "p50", "p95", "bytes read"
    );
    for format in [Format::Yaml, Format::Json] {
        for size in [4_000, 50_000, 240_000, 1_000_000, 10_000_000] {
            let text = generate::document(format, size, 0);
            let start = Instant::now();
            let document = Document::new(&text, format);
            let open = start.elapsed();
            let middle = text.len() / 2 + text[text.len() / 2..].find('\n').unwrap_or(0);
            for (name, at) in [("in the middle", middle), ("at offset 0", 0)] {
                let (median, worst, bytes) = readings(&document, at);
                println!(
                    "{:<6} {:>9} {:>10} {name:<20} {:>10} {:>10} {bytes:>10}",
                    format!("{format:?}"),
                    text.len(),
                    show(open),
                    show(median),
                    show(worst)
                );
            }
        }
    }
    println!();
}

/// Median and 95th percentile of the time, and the most bytes parsed by an edit.
fn readings(document: &Document, at: usize) -> (Duration, Duration, usize) {
    let edits = press_and_back(at);
    let mut times = Vec::with_capacity(ROUNDS);
    let mut current = document.clone();
    let mut bytes = 0;
    for round in 0..ROUNDS {
        let start = Instant::now();
        current = black_box(current.edited(&edits[round % 2]));
        times.push(start.elapsed());
        bytes = bytes.max(current.tree().work().bytes);
    }
    times.sort();
    (times[times.len() / 2], times[times.len() * 95 / 100], bytes)
}

/// Types a letter and removes it.
fn press_and_back(at: usize) -> [[TextEdit; 1]; 2] {
    let press = TextEdit {
        range: TextRange::empty(at),
        new_text: "x".to_owned(),
    };
    let back = TextEdit {
        range: TextRange::new(at, at + 1),
        new_text: String::new(),
    };
    [[press], [back]]
}

fn row(format: Format, size: usize, faults: usize) {
    let text = generate::document(format, size, faults);
    let start = Instant::now();
    let document = Document::new(&text, format);
    let read = start.elapsed();
    let start = Instant::now();
    let analysis = Analysis::new(document, Options::default(), None);
    let open = read + start.elapsed();
    let mut head = format!(
        "{:<6} {:>9} {:>10} {:>10}",
        format!("{format:?}"),
        text.len(),
        show(open),
        show(read)
    );
    for (name, at) in places(&text) {
        let (median, worst, bytes, findings) = keystrokes(&analysis, at);
        println!(
            "{head} {name:<24} {:>10} {:>10} {bytes:>10} {findings:>8}",
            show(median),
            show(worst)
        );
        head = " ".repeat(head.len());
    }
}

/// Where letters are typed.
fn places(text: &str) -> [(&'static str, usize); 4] {
    let url = text.find("example.com/token").unwrap_or(0);
    let entries: Vec<usize> = text
        .match_indices("#/components/securitySchemes/")
        .map(|(at, found)| at + found.len())
        .collect();
    let entry = entries.get(entries.len() / 2).copied().unwrap_or(0);
    let last = text.rfind("description").unwrap_or(0);
    let root = text.find("operations").unwrap_or(0) + 4;
    [
        ("in the token URL", url),
        ("in a security entry", entry),
        ("in the last schema", last),
        ("in the key `operations`", root),
    ]
}

/// Types a letter and removes it repeatedly: median, 95th percentile, bytes parsed by an edit, and
/// findings while the letter is there.
fn keystrokes(analysis: &Analysis, at: usize) -> (Duration, Duration, usize, usize) {
    let edits = press_and_back(at);
    let mut times = Vec::with_capacity(ROUNDS);
    let mut current = analysis.clone();
    let mut bytes = 0;
    let mut findings = 0;
    let budget = Instant::now();
    for round in 0..ROUNDS {
        let start = Instant::now();
        let next = black_box(current.edited(&edits[round % 2]));
        times.push(start.elapsed());
        bytes = bytes.max(next.document.tree().work().bytes);
        if round % 2 == 0 {
            findings = next.findings.len();
        }
        current = next;
        if budget.elapsed() > Duration::from_secs(5) {
            break;
        }
    }
    times.sort();
    (
        times[times.len() / 2],
        times[times.len() * 95 / 100],
        bytes,
        findings,
    )
}

fn show(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 {
        format!("{micros:.1} us")
    } else {
        format!("{:.2} ms", micros / 1_000.0)
    }
}
