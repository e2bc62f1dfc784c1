//! The YAML reader: one text in, one leaf out, whatever the text is.
//!
//! [`block`] reads by indentation, never fails, and knows whether all it saw belongs to the
//! subset it reads exactly. What is outside of that is put to an established parser
//! ([`strict`]): where that accepts the chunk its tree is the result, where it refuses the
//! tolerant tree is, with the errors the tolerant reader places best.

mod block;
mod duplicates;
mod entry;
mod flow;
mod flow_scalar;
mod lines;
mod place;
mod scalar;
mod shallow;
pub mod strict;
mod text;
mod value;
mod words;

use super::leaf::{Frame, Leaf, SyntaxError};

/// Reads a chunk of YAML. `depth` is how many collections surround the chunk already; nodes
/// deeper than [`super::leaf::MAX_DEPTH`] are not looked at, and a finding says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    let quick = block::read(text, frame, depth, true);
    let mut builder = if quick.certain {
        quick.builder
    } else {
        match strict::read(text, frame, depth) {
            Ok(builder) => builder,
            Err(error) => {
                let reading = block::read(text, frame, depth, false);
                with_verdict(reading, text, error)
            }
        }
    };
    duplicates::report(&mut builder, text);
    builder.finish(text)
}

/// The tolerant tree, with the strict parser's fault where the tolerant reader saw nothing
/// that explains it.
fn with_verdict(
    mut reading: block::Reading,
    text: &str,
    error: SyntaxError,
) -> super::leaf::LeafBuilder {
    // The parser names the start of what it could not finish, which may be two lines above.
    let bytes = text.as_bytes();
    let mut end = lines::line_at(bytes, error.range.start).next;
    for _ in 0..2 {
        end = lines::content_from(bytes, end)
            .0
            .map_or(end, |line| line.next);
    }
    // Where the limit of depth was reached, what is inside was not looked at.
    let explained = reading.limited
        || reading.faults.iter().any(|at| *at <= end)
        || reading.faults.is_empty() && reading.builder.has_errors();
    if !explained {
        reading
            .builder
            .error(error.range, error.fault, error.message);
    }
    reading.builder
}

#[cfg(test)]
mod tests;
