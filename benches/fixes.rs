//! Measures what a menu of code actions and fixing in bulk cost, by document and by number of
//! findings. Times are from one run; compare rows, not runs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes::fix_all;
use asyncapi_security_lsp::ide::actions::{ActionKind, actions};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

fn main() {
    println!(
        "{:<28} {:>9} {:>9} {:>12}",
        "fix in bulk", "bytes", "fixed", "time"
    );
    for count in [250, 1_000, 4_000] {
        let analysis = analysis(&wrong(count, 0));
        let start = Instant::now();
        let (edits, fixed) = black_box(fix_all(&analysis));
        let name = format!("{count} findings, {} edits", edits.len());
        row(&name, &analysis, fixed, start.elapsed());
    }
    println!(
        "\n{:<28} {:>9} {:>9} {:>12}",
        "menu", "bytes", "actions", "time"
    );
    for (count, size) in [(20, 0), (500, 50_000), (20, 1_000_000), (4_000, 1_000_000)] {
        let analysis = analysis(&wrong(count, size));
        // All that a menu may be for, as in a selection; then a cursor in the middle.
        let all = TextRange::new(0, analysis.document.text().len());
        let middle = analysis.findings[analysis.findings.len() / 2].range;
        for (range, name) in [(all, "all"), (middle, "cursor")] {
            for kind in [ActionKind::QuickFix, ActionKind::FixAll] {
                let mut times: Vec<(Duration, usize)> = (0..3)
                    .map(|_| {
                        let start = Instant::now();
                        let found = actions(&analysis, range, |wanted| wanted == kind);
                        (start.elapsed(), black_box(found).len())
                    })
                    .collect();
                times.sort();
                let name = format!("{count} findings, {name} {kind:?}");
                row(&name, &analysis, times[1].1, times[1].0);
            }
        }
    }
}

fn row(name: &str, analysis: &Analysis, count: usize, time: Duration) {
    let bytes = analysis.document.text().len();
    println!(
        "{name:<28} {bytes:>9} {count:>9} {:>9.1} ms",
        time.as_secs_f64() * 1e3
    );
}

fn analysis(text: &str) -> Analysis {
    Analysis::new(Document::new(text, Format::Yaml), Options::default(), None)
}

/// A document with so many schemes that are to be fixed, and at least so long.
fn wrong(count: usize, size: usize) -> String {
    let schemes: String = (0..count)
        .map(|number| format!("    s{number}:\n      type: http\n      scheme: BEARER\n"))
        .collect();
    let mut text =
        format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}  schemas:\n");
    let mut number = 0;
    while text.len() < size {
        number += 1;
        text.push_str(&format!(
            "    schema{number}:\n      type: object\n      properties:\n        id:\n          type: string\n"
        ));
    }
    text
}
