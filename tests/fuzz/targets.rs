//! What is fuzzed. `fuzz/` feeds random bytes to these functions, and `tests/fuzz.rs` the inputs
//! that are kept, so that both try the same.

use crate::mutant::Random;
use crate::{document, edits, files, messages, settings, tree};

/// Something that takes any bytes, and panics if a law does not hold.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// Another input like this one, which the flips of libFuzzer would hardly find; `None` if there
    /// is none.
    pub mutate: fn(&[u8], &mut Random) -> Option<Vec<u8>>,
    /// Inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

pub const TARGETS: &[Target] = &[
    Target {
        name: "yaml",
        run: tree::yaml,
        mutate: no_other,
        seeds: tree::yaml_seeds,
    },
    Target {
        name: "json",
        run: tree::json,
        mutate: no_other,
        seeds: tree::json_seeds,
    },
    Target {
        name: "edits",
        run: edits::run,
        mutate: edits::mutated,
        seeds: edits::seeds,
    },
    Target {
        name: "document",
        run: document::run,
        mutate: document::mutated,
        seeds: document::seeds,
    },
    Target {
        name: "messages",
        run: messages::run,
        mutate: messages::mutated,
        seeds: messages::seeds,
    },
    Target {
        name: "settings",
        run: settings::run,
        mutate: no_other,
        seeds: settings::seeds,
    },
    Target {
        name: "files",
        run: files::run,
        mutate: files::mutated,
        seeds: files::seeds,
    },
];

pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

fn no_other(_: &[u8], _: &mut Random) -> Option<Vec<u8>> {
    None
}
