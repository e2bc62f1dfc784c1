//! Measures how the cost of everything grows with every input that can grow: four times the input may
//! take less than six times the time, where a square takes sixteen times. Prints a table of ratios,
//! and ends with 1 if one is six or more.
//!
//! The machine may be busy, so what is done in this process is measured in time of the processor; the
//! best of some tries counts, and what is too much is measured again.
//! Words as arguments select the rows that have one of them in their names.

mod commands;
#[path = "../../tests/support/costly.rs"]
mod costly;
mod documents;
mod server;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes::fix_all;
use asyncapi_security_lsp::ide::actions::actions;
use asyncapi_security_lsp::ide::code_lens::code_lenses;
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::ide::hover::hover;
use asyncapi_security_lsp::ide::inlay_hints::inlay_hints;
use asyncapi_security_lsp::ide::navigation::folding::folds;
use asyncapi_security_lsp::ide::navigation::links::links;
use asyncapi_security_lsp::ide::navigation::selection::selections;
use asyncapi_security_lsp::ide::navigation::symbols::outline;
use asyncapi_security_lsp::ide::semantic_tokens::semantic_tokens;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

use documents::Growing;
use rustix::time::{ClockId, clock_gettime};

/// So many times as long is the longer one.
pub const TIMES: usize = 4;
/// So many times as long it may take.
const MAX_RATIO: f64 = 6.0;
const TRIES: usize = 3;
/// How often what is too much is measured again.
const AGAIN: usize = 3;
/// What takes less than that with the longer input is noise.
const TOO_SHORT: Duration = Duration::from_micros(400);

/// How many places of a document are asked about, and how far they are apart.
const PLACES: usize = 20;
const STEP: usize = 5;

/// As when an author asks for the list.
const ASKED: CompletionOptions = CompletionOptions {
    snippets: true,
    is_asked: true,
};

/// The ratios of a row, and whether all are below [`MAX_RATIO`].
pub struct Table {
    wanted: Vec<String>,
    is_fine: bool,
}

impl Table {
    /// Whether a row is selected.
    pub fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|word| name.contains(word.as_str()))
    }

    /// Prints a cell: how much more `large` takes than `small`.
    pub fn cell(&mut self, what: &str, small: impl Fn() -> Duration, large: impl Fn() -> Duration) {
        let (mut one, mut many) = (Duration::MAX, Duration::MAX);
        for try_number in 0..TRIES + AGAIN {
            if try_number >= TRIES && ratio(one, many) < MAX_RATIO {
                break;
            }
            one = one.min(small());
            many = many.min(large());
            // What takes long is no noise.
            if try_number == 0 && many > Duration::from_secs(2) && ratio(one, many) < MAX_RATIO {
                break;
            }
        }
        let ratio = ratio(one, many);
        let mark = if ratio < MAX_RATIO {
            ""
        } else {
            " <-- too much"
        };
        self.is_fine &= ratio < MAX_RATIO;
        println!("  {what:<14} {one:>10.1?} {many:>10.1?} x{ratio:.1}{mark}");
    }
}

fn ratio(one: Duration, many: Duration) -> f64 {
    match many < TOO_SHORT {
        true => 1.0,
        false => many.as_secs_f64() / one.as_secs_f64(),
    }
}

/// How long a piece of work takes that is done elsewhere.
pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// How long processors work for a piece of work of this process.
fn worked<T>(work: impl FnOnce() -> T) -> Duration {
    let now = || clock_gettime(ClockId::ProcessCPUTime);
    let start = now();
    black_box(work());
    Duration::try_from(now() - start).unwrap_or_default()
}

fn main() -> ExitCode {
    let wanted = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"));
    let mut table = Table {
        wanted: wanted.collect(),
        is_fine: true,
    };
    for growing in documents::all() {
        if table.wants(growing.name) {
            document(&mut table, &growing);
        }
    }
    commands::all(&mut table);
    server::all(&mut table);
    match table.is_fine {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Everything that editors and `check` do with a document.
fn document(table: &mut Table, growing: &Growing) {
    let texts = [growing.length, TIMES * growing.length].map(growing.text);
    println!(
        "{} ({} and {} bytes)",
        growing.name,
        texts[0].len(),
        texts[1].len()
    );
    let read = |text: &String| Document::new(text, growing.format);
    let analyse = |text: &String| Analysis::new(read(text), Options::default(), None);
    let both = texts.each_ref().map(analyse);
    let [small, large] = &both;
    let mut cell = |what: &str, work: &dyn Fn(&Analysis)| {
        table.cell(what, || worked(|| work(small)), || worked(|| work(large)));
    };
    cell("reading", &|one| {
        let text = one.document.text().to_string();
        black_box(read(&text));
    });
    cell("analysis", &|one| {
        let (document, options) = (one.document.clone(), one.options.clone());
        black_box(Analysis::new(document, options, None));
    });
    cell("edit", &|one| _ = black_box(one.edited(&[typed(one)])));
    cell("edit at start", &|one| {
        let edit = insertion(0, "#\n");
        black_box(one.edited(&[edit]));
    });
    cell("hover there", &|one| {
        let at = one
            .document
            .text()
            .to_string()
            .find(growing.at)
            .unwrap_or(0);
        black_box(hover(one, at));
    });
    // Everywhere in some lines, so that both are asked about the same places.
    let offsets = |one: &Analysis, at: usize| -> Vec<usize> {
        let text = one.document.text();
        let from = (text.len() / at).saturating_sub(PLACES * STEP);
        (0..PLACES)
            .map(|number| text.floor(from + number * STEP))
            .collect()
    };
    for (name, at) in [("middle", 2), ("end", 1)] {
        let mut each = |what: &str, work: &dyn Fn(&Analysis, usize)| {
            cell(&format!("{what} {name}"), &|one| {
                offsets(one, at)
                    .into_iter()
                    .for_each(|offset| work(one, offset));
            });
        };
        each("complete", &|one, at| {
            _ = black_box(complete(one, at, ASKED))
        });
        each("hover", &|one, at| _ = black_box(hover(one, at)));
        each("select", &|one, at| _ = black_box(selections(one, at)));
        each("actions", &|one, at| {
            black_box(actions(one, TextRange::empty(at), |_| true));
        });
    }
    cell("fix all", &|one| _ = black_box(fix_all(one)));
    let whole = |one: &Analysis| TextRange::new(0, one.document.text().len());
    cell("lists", &|one| {
        black_box(outline(one));
        black_box(folds(one));
        black_box(links(one, "file:///a.yaml"));
        black_box(code_lenses(one));
        black_box(inlay_hints(one, whole(one)));
        black_box(semantic_tokens(one, whole(one)));
    });
}

/// One character in the middle.
fn typed(one: &Analysis) -> TextEdit {
    let text = one.document.text();
    insertion(text.floor(text.len() / 2), "x")
}

fn insertion(at: usize, text: &str) -> TextEdit {
    TextEdit {
        range: TextRange::empty(at),
        new_text: text.to_owned(),
    }
}
