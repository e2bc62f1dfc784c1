//! The target that the environment variable `FUZZ_TARGET` names; the targets are in `tests/fuzz`.

#![no_main]
// The modules of the tests have more than is needed here.
#![allow(dead_code)]

#[path = "../tests/completion/ask.rs"]
mod ask;
#[path = "../tests/support/data.rs"]
mod data;
#[path = "../tests/fuzz/document.rs"]
mod document;
#[path = "../tests/laws/documents.rs"]
mod documents;
#[path = "../tests/fuzz/edits.rs"]
mod edits;
#[path = "../tests/fuzz/files.rs"]
mod files;
#[path = "../tests/laws/law.rs"]
mod law;
#[path = "../tests/fuzz/messages.rs"]
mod messages;
#[path = "../tests/laws/mutant.rs"]
mod mutant;
#[path = "../tests/incremental/outline.rs"]
mod outline;
#[path = "../tests/support/outside.rs"]
mod outside;
#[path = "../tests/pages/page.rs"]
mod page;
#[path = "../tests/fuzz/requests.rs"]
mod requests;
#[path = "../tests/fuzz/settings.rs"]
mod settings;
#[path = "../tests/fuzz/sound.rs"]
mod sound;
#[path = "../tests/fuzz/targets.rs"]
mod targets;
#[path = "../tests/fuzz/tree.rs"]
mod tree;

use std::path::Path;
use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use targets::Target;

fuzz_target!(
    init: if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        write_seeds(folder.as_ref());
        std::process::exit(0);
    },
    |data: &[u8]| (target().run)(data)
);

/// Writes the inputs that the target starts from.
fn write_seeds(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for (number, seed) in (target().seeds)().into_iter().enumerate() {
        std::fs::write(folder.join(number.to_string()), seed).expect("a seed can be written");
    }
}

fn target() -> &'static Target {
    static TARGET: OnceLock<&Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
        targets::named(&name).expect("there is a target of that name")
    })
}

// Half of the mutations are those of libFuzzer, the other half those of the target.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = mutant::Random::new(u64::from(seed));
    let other = match random.below(2) {
        0 => None,
        _ => (target().mutate)(&data[..size], &mut random),
    };
    let Some(other) = other.filter(|other| !other.is_empty()) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let length = other.len().min(max_size);
    data[..length].copy_from_slice(&other[..length]);
    length
});
