//! How much code there is. A line counts if it is neither blank, nor a comment, nor of a test;
//! a file counts in any case.
//!
//! `cargo test --test architecture -- --nocapture counts` prints a table.

use std::collections::BTreeMap;

use crate::sources::{files, source, sources};

const MAX_LINES: usize = 68_500;
const MAX_FILES: usize = 420;

#[test]
fn counts_keep_their_limits() {
    let mut modules: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for path in files("src").iter().filter(|path| path.ends_with(".rs")) {
        modules.entry(source(path, "").layer).or_default().0 += 1;
    }
    for source in sources() {
        modules.entry(source.layer).or_default().1 += lines(&source.code);
    }
    println!("module      files  lines");
    for (module, (files, lines)) in &modules {
        println!("{module:10} {files:6} {lines:6}");
    }
    let files: usize = modules.values().map(|(files, _)| files).sum();
    let lines: usize = modules.values().map(|(_, lines)| lines).sum();
    println!("all        {files:6} {lines:6}");
    assert!(lines <= MAX_LINES, "{lines} lines of code");
    assert!(files <= MAX_FILES, "{files} files");
}

#[test]
fn comments_blank_lines_and_tests_are_no_lines_of_code() {
    let text = "//! a\n\nuse b; // c\n    // d\n/// e\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(lines(&source("src/text.rs", text).code), 2);
}

fn lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}
