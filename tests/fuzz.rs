//! The inputs of the fuzz targets that are kept, and some of their seeds: what `fuzz/` found once,
//! and what reaches most of the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "completion/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "fuzz/document.rs"]
mod document;
#[path = "laws/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "fuzz/edits.rs"]
mod edits;
#[path = "fuzz/files.rs"]
mod files;
#[path = "laws/law.rs"]
mod law;
#[path = "fuzz/messages.rs"]
mod messages;
#[path = "laws/mutant.rs"]
#[allow(dead_code)]
mod mutant;
#[path = "incremental/outline.rs"]
mod outline;
#[path = "support/outside.rs"]
#[allow(dead_code)]
mod outside;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;
#[path = "fuzz/requests.rs"]
mod requests;
#[path = "fuzz/settings.rs"]
mod settings;
#[path = "fuzz/sound.rs"]
mod sound;
#[path = "fuzz/targets.rs"]
mod targets;
#[path = "fuzz/tree.rs"]
mod tree;

use std::panic::{set_hook, take_hook};
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// The server goes on after a panic, so that nobody would hear of it here.
static PANICKED: AtomicBool = AtomicBool::new(false);

fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = take_hook();
        set_hook(Box::new(move |panic| {
            PANICKED.store(true, Ordering::Relaxed);
            hook(panic);
        }));
    });
}

/// The inputs that are kept, and every so many of the seeds.
fn kept(name: &str, every: usize) {
    watch_panics();
    let target = targets::named(name).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/kept")
        .join(name);
    let files = std::fs::read_dir(folder).unwrap();
    let mut inputs: Vec<(String, Vec<u8>)> = files
        .map(|file| file.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    assert!(!inputs.is_empty());
    let seeds = (target.seeds)().into_iter().enumerate().step_by(every);
    inputs.extend(seeds.map(|(at, seed)| (format!("seed {at}"), seed)));
    // What a target makes of an input is one, too.
    let mut random = mutant::Random::new(16);
    let others: Vec<(String, Vec<u8>)> = (inputs.iter().take(8))
        .filter_map(|(name, data)| {
            Some((format!("like {name}"), (target.mutate)(data, &mut random)?))
        })
        .collect();
    for (name, data) in inputs.iter().chain(&others) {
        (target.run)(data);
        assert!(!PANICKED.load(Ordering::Relaxed), "a panic at {name}");
    }
}

#[test]
fn yaml() {
    kept("yaml", 1);
}

#[test]
fn json() {
    kept("json", 1);
}

#[test]
fn edits() {
    kept("edits", 7);
}

#[test]
fn document() {
    kept("document", 61);
}

#[test]
fn messages() {
    kept("messages", 9);
}

#[test]
fn settings() {
    kept("settings", 1);
}

#[test]
fn files() {
    kept("files", 3);
}
