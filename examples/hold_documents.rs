//! Writes the documents of `tests/hold` into a folder: each example of each rule's page in seven
//! styles, with twenty truncations of each, and the fixtures.
//!
//! `cargo run --example hold_documents FOLDER`
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

#[path = "../tests/support/edits.rs"]
mod edits;
#[path = "../tests/fixes/laws.rs"]
mod laws;
#[path = "../tests/pages/page.rs"]
mod page;

use std::path::Path;

use asyncapi_security_lsp::rules::registry::RULES;
use laws::{as_json, four_blanks};
use page::{Language, Page};

const TRUNCATIONS: usize = 20;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).expect("the folder to write to");
    let folder = Path::new(&folder);
    let mut count = 0;
    for rule in RULES {
        let examples = Page::parse(rule.page).unwrap().examples;
        for (number, example) in examples.iter().enumerate() {
            if example.shortened {
                continue;
            }
            let name = format!("{}-{number}", rule.id);
            for (style, ending, text) in styles(&example.text, example.language) {
                write(&folder.join(style), &name, ending, &text)?;
                count += TRUNCATIONS + 1;
            }
        }
    }
    let fixtures = folder.join("fixtures");
    std::fs::create_dir_all(&fixtures)?;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))? {
        let path = entry?.path();
        std::fs::copy(&path, fixtures.join(path.file_name().unwrap()))?;
    }
    println!("{count} documents in {}", folder.display());
    Ok(())
}

/// An example in all styles that its language allows: folder, extension, text.
fn styles(text: &str, language: Language) -> Vec<(&'static str, &'static str, String)> {
    let windows = text.replace('\n', "\r\n");
    if language == Language::Json {
        return vec![
            ("plain", "json", text.to_owned()),
            ("crlf", "json", windows),
        ];
    }
    vec![
        ("plain", "yaml", text.to_owned()),
        ("json", "json", as_json(text, false)),
        ("minified", "json", as_json(text, true)),
        ("flow", "yaml", as_json(text, false)),
        ("one-line", "yaml", as_json(text, true)),
        ("four-blanks", "yaml", four_blanks(text)),
        ("crlf", "yaml", windows),
    ]
}

fn write(folder: &Path, name: &str, ending: &str, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("cut"))?;
    std::fs::write(folder.join(format!("{name}.{ending}")), text)?;
    for cut in 1..=TRUNCATIONS {
        let mut end = text.len() * cut / (TRUNCATIONS + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let path = folder.join(format!("cut/{name}.{cut:02}.{ending}"));
        std::fs::write(path, &text[..end])?;
    }
    Ok(())
}
