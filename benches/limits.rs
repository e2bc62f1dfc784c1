//! Measures how the cost of analysis and hover grows for documents where it could be a square: eight
//! times the document may take up to 24 times the time, while a square would be 64 times. Fails if
//! one takes more. The machine may be busy, so the best of three tries counts.

#[path = "../tests/support/costly.rs"]
mod costly;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use asyncapi_security_lsp::ide::hover::hover;

const MAX_RATIO: f64 = 24.0;

fn main() -> ExitCode {
    let mut is_fine = true;
    for costly in costly::documents() {
        let time = |text: &str| {
            let at = text.find(costly.at).unwrap_or(0);
            let start = Instant::now();
            black_box(hover(&costly::analyse(text), at));
            start.elapsed()
        };
        let small = (costly.text)(costly.length);
        let large = (costly.text)(8 * costly.length);
        let best = |text: &str| (0..3).map(|_| time(text)).min().unwrap_or(Duration::ZERO);
        let (one, many) = (best(&small), best(&large));
        let ratio = many.as_secs_f64() / one.as_secs_f64();
        println!("{:<30} {one:>10.1?} {many:>10.1?} x{ratio:.1}", costly.name);
        is_fine &= ratio <= MAX_RATIO;
    }
    if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
