//! The tables of limits have every limit of the source, with its value.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::WalkBuilder;

use super::ROOT;

/// The value of each constant of the source that begins with `MAX_`, as `file.rs` and its name.
fn constants() -> BTreeMap<(String, String), Vec<usize>> {
    let source = Path::new(ROOT).join("src");
    let mut all = BTreeMap::new();
    for entry in WalkBuilder::new(&source).build() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let file = path.strip_prefix(&source).unwrap().to_str().unwrap();
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("const MAX_") else {
                continue;
            };
            let (name, rest) = rest.split_once(':').unwrap();
            let (_, value) = rest.split_once('=').unwrap();
            let value = value.trim().trim_end_matches(';');
            let values = value.trim_matches(['(', ')']).split(',').map(number);
            let key = (file.replace('\\', "/"), format!("MAX_{name}"));
            all.insert(key, values.collect());
        }
    }
    all
}

/// The value of an expression such as `64 << 20`.
fn number(words: &str) -> usize {
    let plain = |word: &str| -> usize { word.trim().replace('_', "").parse().unwrap() };
    match words.split_once("<<") {
        Some((one, other)) => plain(one) << plain(other),
        None => plain(words),
    }
}

/// A number as the page may write it.
fn written(number: usize) -> Vec<String> {
    let digits = number.to_string();
    let mut separated = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            separated.push(',');
        }
        separated.push(digit);
    }
    let mut all = vec![separated];
    for (unit, shift) in [("KiB", 10), ("MiB", 20)] {
        if number >= 1 << shift && number.is_multiple_of(1 << shift) {
            all.push(format!("{} {unit}", number >> shift));
        }
    }
    all
}

#[test]
fn the_tables_have_every_limit_with_its_value() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/limits.md")).unwrap();
    let mut constants = constants();
    assert!(constants.len() > 80, "{}", constants.len());
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, how_much, .., source] = &cells[..] else {
            panic!("{row}");
        };
        let mut file = "";
        for word in source.split('`').skip(1).step_by(2) {
            if word.ends_with(".rs") {
                file = word;
                continue;
            }
            let Some(values) = constants.remove(&(file.to_owned(), word.to_owned())) else {
                assert_eq!(word, "src", "no {word} in {file}, or it is there twice");
                continue;
            };
            for value in values {
                let written = written(value);
                let parts: Vec<&str> = how_much
                    .split(" and ")
                    .flat_map(|part| part.split(", "))
                    .collect();
                let is_there = parts
                    .iter()
                    .any(|part| written.iter().any(|one| part.starts_with(one)));
                assert!(is_there, "{word} in {file} is {written:?}, not {how_much}");
            }
        }
    }
    assert_eq!(
        constants.into_keys().collect::<Vec<_>>(),
        [],
        "not in docs/limits.md"
    );
}
