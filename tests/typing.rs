//! The law of the typist: whoever types a document letter by letter gets exactly what was typed,
//! although lists open by themselves, their first entry is selected, and Enter accepts it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/outside.rs"]
mod outside;
#[path = "typing/typist.rs"]
mod typist;

use std::path::{Path, PathBuf};

use typist::{Client, Tally, type_whole, type_within};

/// The fixtures, and documents that are hard to type: names that begin other names, every way to
/// write a list.
fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("fixtures"), root.join("tests/typing")];
    let files = folders.map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = files.into_iter().flatten().map(|file| file.unwrap().path());
    let ours = paths.filter(|path| path.to_string_lossy().contains(".asyncapi."));
    let mut documents: Vec<_> = ours
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect();
    documents.sort();
    documents
}

#[test]
fn a_document_typed_from_top_to_bottom_comes_out_as_it_was_typed() {
    let mut tally = Tally::default();
    for (path, text) in documents() {
        type_whole(&path, &text, Client::AsksAfterEachSign, &mut tally);
        // What is between words differs most in JSON.
        if path.extension().is_some_and(|end| end != "yaml") {
            type_whole(&path, &text, Client::AsksInWords, &mut tally);
        }
    }
    tally.assert_clean("from top to bottom");
}

/// Everything else stands already, so that there is much to offer.
#[test]
fn a_line_typed_into_a_document_comes_out_as_it_was_typed() {
    let mut tally = Tally::default();
    for (path, text) in documents() {
        type_within(&path, &text, Client::AsksAfterEachSign, 1, &mut tally);
    }
    tally.assert_clean("line by line");
}

/// The same for lines of real documents. `TYPIST_DOCUMENTS=200` takes more of them.
#[test]
fn a_line_typed_into_a_real_document_comes_out_as_it_was_typed() {
    let Some(folder) = outside::outside("a_line_typed_into_a_real_document", "corpus/docs") else {
        return;
    };
    let wanted = std::env::var("TYPIST_DOCUMENTS").ok();
    let wanted = wanted.map_or(8, |wanted| wanted.parse().unwrap());
    let documents = real_documents(&folder);
    assert!(documents.len() > wanted, "{}", documents.len());
    let mut tally = Tally::default();
    for (path, text) in documents.iter().step_by(documents.len() / wanted) {
        let lines = text.lines().count();
        type_within(
            path,
            text,
            Client::AsksAfterEachSign,
            lines / 40 + 1,
            &mut tally,
        );
    }
    tally.assert_clean("into real documents");
}

/// Documents about security that are not so long that all time would go into one.
fn real_documents(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut open = vec![folder.to_path_buf()];
    let mut documents = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let is_ours = text.contains("asyncapi") && text.contains("securitySchemes");
            if is_ours && text.len() < 20_000 {
                documents.push((path, text));
            }
        }
    }
    documents.sort();
    documents
}
