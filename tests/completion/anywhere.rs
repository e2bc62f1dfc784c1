//! Completion and hover at any offset of any text: no panic, and ranges that can be used.
//!
//! `ANYWHERE_CASES=100000` damages more documents, and takes more of the real ones.

use std::path::Path;

use crate::ask::Tally;
use crate::outside;
use asyncapi_security_lsp::syntax::format::Language;

/// What is put into a document to damage it.
const DAMAGES: [&str; 30] = [
    ":", ": ", ": x", "\n: x\n", "-", "- ", "- - ", "? ", "\"", "'", "{", "}", "[", "]", ",", "#",
    " #", "&a ", "*a", "!t ", "<<: ", "|\n", "\t", "\n", "\r", "\r\n", "é", "😀", "---\n", "\\",
];

/// The fixtures and the documents that are hard to type.
fn documents() -> Vec<(String, Language)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("fixtures"), root.join("tests/typing")];
    let files = folders.map(|folder| std::fs::read_dir(folder).unwrap());
    let mut paths: Vec<_> = (files.into_iter().flatten())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end != "rs"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    paths
        .iter()
        .map(|path| (read(path), language(path)))
        .collect()
}

fn language(path: &Path) -> Language {
    match path.extension().and_then(|end| end.to_str()) {
        Some("json") => Language::Json,
        Some("jsonc") => Language::Jsonc,
        _ => Language::Yaml,
    }
}

/// How many cases are asked for.
fn cases() -> Option<usize> {
    let asked = std::env::var("ANYWHERE_CASES").ok()?;
    Some(asked.parse().unwrap())
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn offset(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (at..=text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap()
    }
}

#[test]
fn every_offset_of_every_fixture() {
    let mut tally = Tally::default();
    for (text, language) in documents() {
        tally.ask(&text, language, 0..=text.len());
        tally.ask(&text.replace('\n', "\r\n"), language, 0..=text.len());
    }
    tally.tell("fixtures");
    assert!(tally.items > 10_000 && tally.hovers > 1_000);
}

/// What is left when the name of a key is deleted.
#[test]
fn an_empty_key() {
    let mut tally = Tally::default();
    let text = "asyncapi: 3.0.0\ncomponents:\n  : x\n  securitySchemes:\n    : x\n    a:\n      : http\n      - : x\n      {: x}\n";
    tally.ask(text, Language::Yaml, 0..=text.len());
    tally.ask(
        "{\"asyncapi\": \"3.0.0\", \"components\": {: 1, : {: 2}}}",
        Language::Json,
        0..=50,
    );
}

#[test]
fn documents_that_are_damaged_anywhere() {
    let documents = documents();
    let mut tally = Tally::default();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..cases().unwrap_or(500) {
        let (text, language) = &documents[dice.below(documents.len())];
        let mut text = text.clone();
        let mut at = 0;
        for _ in 0..=dice.below(3) {
            at = dice.offset(&text);
            let longest = text.len().min(at + dice.below(60));
            let end = (at..=longest)
                .rfind(|end| text.is_char_boundary(*end))
                .unwrap();
            match dice.below(3) {
                0 => text.replace_range(at..end, ""),
                1 => text.insert_str(at, DAMAGES[dice.below(DAMAGES.len())]),
                _ => text.replace_range(at..end, DAMAGES[dice.below(DAMAGES.len())]),
            }
        }
        if dice.below(8) == 0 {
            text.truncate(at);
        }
        let near = at.saturating_sub(12)..=text.len().min(at + 12);
        let offsets: Vec<usize> = near.chain((0..12).map(|_| dice.offset(&text))).collect();
        tally.ask(
            &text,
            *language,
            offsets.into_iter().filter(|at| *at <= text.len()),
        );
    }
    tally.tell("damaged");
    assert!(tally.items > 1_000 && tally.hovers > 100);
}

#[test]
fn real_documents() {
    let Some(folder) = outside::outside("anywhere::real_documents", "corpus/docs") else {
        return;
    };
    let mut open = vec![folder];
    let mut paths = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.path()),
                false => paths.push(entry.path()),
            }
        }
    }
    paths.sort();
    // All documents if that is wanted, and of each some hundred offsets.
    let (documents, offsets) = if cases().is_some() {
        (1, 400)
    } else {
        (40, 60)
    };
    let mut tally = Tally::default();
    for path in paths.iter().step_by(documents) {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let step = text.len() / offsets + 1;
        tally.ask(&text, language(path), (0..=text.len()).step_by(step));
    }
    tally.tell("real");
    assert!(tally.items > 100 && tally.hovers > 10);
}
