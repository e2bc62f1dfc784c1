//! The files of the project as the checks look at them.

use std::path::Path;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A source file without comments and without what tests add.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    /// The layer, or `main` and `lib`.
    pub layer: String,
    pub code: String,
}

pub fn sources() -> Vec<Source> {
    let sources: Vec<Source> = files("src")
        .into_iter()
        .filter(|path| path.ends_with(".rs") && !is_test(path))
        .map(|path| {
            let text = std::fs::read_to_string(format!("{ROOT}/{path}")).unwrap();
            source(&path, &text)
        })
        .collect();
    assert!(sources.len() > 30, "only {} sources", sources.len());
    sources
}

/// Files that are built for tests only.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

pub fn source(path: &str, text: &str) -> Source {
    let below = path.strip_prefix("src/").unwrap();
    let layer = below.split(['/', '.']).next().unwrap().to_owned();
    Source {
        path: path.to_owned(),
        layer,
        code: code_of(text),
    }
}

/// The code without comments and without the tests at its end. A `//` in a string ends the line
/// as well, which hides nothing but the rest of that line.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines()
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].ends_with(':') => &line[..at],
            _ => line,
        })
        .collect::<Vec<&str>>()
        .join("\n")
}

/// All files below a folder that belong to the project, as paths from the root.
pub fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in ignore::WalkBuilder::new(Path::new(ROOT).join(folder))
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != "target")
        .build()
    {
        let entry = entry.unwrap();
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let path = entry.path().strip_prefix(ROOT).unwrap();
            found.push(path.to_str().unwrap().replace('\\', "/"));
        }
    }
    found.sort();
    found
}
