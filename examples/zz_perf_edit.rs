// args: file at-substring rounds
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::syntax::document::{Document, Format};
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let format = if args[1].ends_with("json") { Format::Json } else { Format::Yaml };
    let t = Instant::now();
    let doc = Document::new(&text, format);
    let read = t.elapsed();
    let t = Instant::now();
    let mut a = Analysis::new(doc, Options::default());
    eprintln!("read {read:?} analysis {:?} findings {}", t.elapsed(), a.findings.len());
    let rounds: usize = args[3].parse().unwrap();
    let mid = text.len() / 2;
    let at = if args[2].starts_with('~') { mid + text[mid..].find(&args[2][1..]).unwrap() } else { text.find(&args[2]).unwrap() };
    let mut times = vec![];
    for r in 0..rounds {
        let e = if r % 2 == 0 { TextEdit { range: TextRange::empty(at), new_text: "x".into() } } else { TextEdit { range: TextRange::new(at, at + 1), new_text: String::new() } };
        let t = Instant::now();
        a = a.edited(&[e]);
        times.push(t.elapsed());
    }
    let n = a.checked_units();
    times.sort();
    eprintln!("p50 {:?} p95 {:?} max {:?} checked {n}", times[rounds / 2], times[rounds * 95 / 100], times[rounds - 1]);
}
