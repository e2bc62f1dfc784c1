//! What comments cite of `docs/specification.md` is there.

use crate::sources::{ROOT, files};

/// The names by which the page is cited.
const NAMES: [&str; 1] = ["docs/specification.md"];

#[test]
fn cited_sections_of_the_specification_exist() {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/specification.md")).unwrap();
    let sections = sections(&page);
    let mut count = 0;
    let mut missing = Vec::new();
    let all = ["src", "tests", "examples", "benches"].map(files).concat();
    for path in &all {
        let text = std::fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_default();
        for cited in citations(&text) {
            count += 1;
            if !sections.contains(&cited) {
                missing.push(format!("{path} cites {cited}"));
            }
        }
    }
    assert!(count > 10, "only {count} citations");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn citations_are_read_with_all_of_their_sections() {
    let (page, other) = (NAMES[0], NAMES[NAMES.len() - 1]);
    for (text, expected) in [
        (format!("// As said ({page} A.1)."), "A.1"),
        (
            format!("/// {other} E.5, E.7 and E.8). Else"),
            "E.5 E.7 E.8",
        ),
        (format!("//! {page}\n//! G) and E.1"), "G"),
        (format!("{page} D, \"The order\" and A.1"), "D"),
        (format!("{other} C, D06)"), "C D06"),
        (format!("{page} Z.9)"), "Z.9"),
        (format!("the number in {page}: a name"), ""),
    ] {
        assert_eq!(citations(&text).join(" "), expected, "{text}");
    }
    let page = "# P\n## A. Places\n\n### A.1 Pointers\n\n| D06 | all |\n| A2 | x |\n";
    assert_eq!(sections(page), ["A", "A.1", "D06"]);
}

/// Letters and numbers of headings, and of rows that have a number of section C.
fn sections(page: &str) -> Vec<String> {
    let marks = ["## ", "### ", "| "];
    let starts = |line| marks.iter().find_map(|mark| str::strip_prefix(line, mark));
    (page.lines().filter_map(starts))
        .filter_map(|rest| name(rest).map(str::to_owned))
        .filter(|name| name.len() != 2)
        .collect()
}

/// The sections that a text cites.
fn citations(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in NAMES {
        for (at, _) in text.match_indices(start) {
            let mut rest = text[at + start.len()..].trim_start_matches([' ', '/', '!', '\n']);
            while let Some(name) = name(rest) {
                found.push(name.to_owned());
                rest = &rest[name.len()..];
                let next = [", ", " and "]
                    .iter()
                    .find_map(|join| rest.strip_prefix(join));
                let Some(next) = next else { break };
                rest = next;
            }
        }
    }
    found
}

/// A letter alone, with a dot and a number, or with a number of two digits, at the start of a text.
fn name(text: &str) -> Option<&str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '.';
    let word = &text[..text.find(|next| !is_part(next)).unwrap_or(text.len())];
    let word = word.trim_end_matches('.');
    let rest = word.strip_prefix(|first: char| first.is_ascii_uppercase())?;
    let digits = rest.strip_prefix('.').unwrap_or(rest);
    let is_name =
        rest.is_empty() || !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_name.then_some(word)
}
