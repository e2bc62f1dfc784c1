//! The pages for users: their links, and that what they show can be run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/command_line.rs"]
#[allow(dead_code)]
mod command_line;
#[path = "docs/limits.rs"]
mod limits;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::rule::DOCS_BASE;
use asyncapi_security_lsp::settings::read;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use ignore::WalkBuilder;
use pulldown_cmark::{CodeBlockKind, Event, Options as Markdown, Parser, Tag, TagEnd};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Found in nearly every example: their hosts are those of examples.
const OF_SAMPLES: &str = "url-example-host";

/// A page: its path below the project's folder, and its text.
struct Page {
    path: String,
    text: String,
}

/// A block of code: what stands behind its fence, and its text.
struct Block {
    info: String,
    text: String,
}

#[test]
fn documents_of_the_pages_have_the_findings_that_are_named() {
    let mut run = 0;
    for page in pages() {
        for block in blocks(&page.text) {
            if !block.text.starts_with("asyncapi: ") || page.path.contains("specification") {
                continue;
            }
            let named: Vec<&str> = block.info.split(' ').collect();
            let Some(["yaml", "finds", rules @ ..]) = named.get(..) else {
                panic!(
                    "{}: a document says what is found in it: {}",
                    page.path, block.info
                );
            };
            let analysis = Analysis::new(
                Document::new(&block.text, Format::Yaml),
                Options::default(),
                None,
            );
            let found: BTreeSet<&str> = analysis
                .findings
                .iter()
                .map(|finding| finding.rule.id)
                .filter(|id| *id != OF_SAMPLES)
                .collect();
            let rules: BTreeSet<&str> = (rules.iter().copied())
                .filter(|rule| *rule != "nothing")
                .collect();
            assert_eq!(found, rules, "{}:\n{}", page.path, block.text);
            run += 1;
        }
    }
    assert!(run > 2, "only {run} documents");
}

#[test]
fn settings_of_the_pages_have_no_problems() {
    let mut run = 0;
    for page in pages() {
        // TOML for an editor has its mark behind the language.
        for block in blocks(&page.text).filter(|block| block.info == "toml") {
            let (_, problems) = read::file(&block.text);
            assert_eq!(problems, [], "{}:\n{}", page.path, block.text);
            run += 1;
        }
    }
    assert!(run > 4, "only {run} settings");
}

/// Each is run with `--help` at its end: options and values before it are looked at, and nothing else
/// is done.
#[test]
fn commands_of_the_pages_are_known() {
    let folder = command_line::folder("docs", "commands");
    let mut run = 0;
    for page in pages() {
        for block in blocks(&page.text) {
            for mut arguments in commands(&block.text) {
                arguments.push("--help".to_owned());
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let (code, _, errors) = command_line::run(&folder, &arguments);
                assert_eq!(code, 0, "{}: {arguments:?}\n{errors}", page.path);
                run += 1;
            }
        }
    }
    assert!(run > 40, "only {run} commands");
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut run = 0;
    for page in pages() {
        let folder = Path::new(&page.path).parent().unwrap().to_owned();
        for link in links(&page.text) {
            if link.contains("://") || link.starts_with("mailto:") {
                assert!(
                    link.starts_with("https://") || link.starts_with("http://"),
                    "{link}"
                );
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let file = match file {
                "" => PathBuf::from(&page.path),
                _ => folder.join(file),
            };
            let there = Path::new(ROOT).join(&file);
            assert!(there.exists(), "{}: no file {link}", page.path);
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(there).unwrap();
                let known = anchors(&text).iter().any(|known| known == anchor);
                assert!(known, "{}: no heading for {link}", page.path);
            }
            run += 1;
        }
    }
    assert!(run > 100, "only {run} links");
}

/// Addresses of the site that stand elsewhere than in `Cargo.toml`.
#[test]
fn the_site_has_one_address() {
    let home = env!("CARGO_PKG_HOMEPAGE");
    assert_eq!(DOCS_BASE, format!("{home}rules/"));
    let book = std::fs::read_to_string(format!("{ROOT}/site/book.toml")).unwrap();
    let path = book
        .lines()
        .find_map(|line| line.strip_prefix("site-url = "));
    let path = path.expect("where the site is").trim_matches('"');
    assert!(home.ends_with(path), "{home} does not end with {path}");
    for page in pages() {
        for link in links(&page.text).filter(|link| link.contains(".github.io/")) {
            let Some(file) = link.strip_prefix(home) else {
                panic!("{}: {link} is not below {home}", page.path);
            };
            let file = file.split('#').next().unwrap().replace(".html", ".md");
            let file = match file.strip_prefix("rules/") {
                Some(rule) => format!("src/rules/pages/{rule}"),
                None => format!("docs/{file}"),
            };
            let exists = Path::new(ROOT).join(file).exists();
            assert!(exists, "{}: no page {link}", page.path);
        }
    }
}

#[test]
fn anchors_are_those_of_github() {
    let text = "# `a_b`: What's new?\n\n## Same\n\n## Same\n\n## [Link](x) & more\n";
    let expected = ["a_b-whats-new", "same", "same-1", "link--more"];
    assert_eq!(anchors(text), expected);
}

/// Folders whose Markdown has tests of its own.
const ELSEWHERE: [&str; 2] = ["src/rules/pages/", "tests/report/"];

/// All pages that users and contributors read.
fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    for entry in WalkBuilder::new(ROOT).require_git(false).build() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(ROOT).unwrap().to_str().unwrap();
        let path = path.replace('\\', "/");
        let elsewhere = ELSEWHERE.iter().any(|folder| path.starts_with(folder));
        if path.ends_with(".md") && !elsewhere {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            pages.push(Page { path, text });
        }
    }
    pages
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Markdown::ENABLE_TABLES)
}

fn blocks(text: &str) -> impl Iterator<Item = Block> {
    let mut events = parser(text);
    std::iter::from_fn(move || {
        let info = events.by_ref().find_map(|event| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some(info),
            _ => None,
        })?;
        let text = texts(&mut events, TagEnd::CodeBlock);
        Some(Block {
            info: info.into_string(),
            text,
        })
    })
}

fn links(text: &str) -> impl Iterator<Item = String> {
    parser(text).flat_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            vec![dest_url.into_string()]
        }
        Event::Html(html) | Event::InlineHtml(html) => pictures(&html),
        _ => Vec::new(),
    })
}

/// Where the pictures of some HTML are.
fn pictures(html: &str) -> Vec<String> {
    let after = [" src=\"", " srcset=\""]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1));
    let named = |rest: &str| rest.split_once('"').map(|(name, _)| name.to_owned());
    after.filter_map(named).collect()
}

/// The text up to the end of what was begun.
fn texts(events: &mut Parser<'_>, end: TagEnd) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::End(found) if found == end => break,
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            _ => {}
        }
    }
    text
}

/// What leads to the headings of a page, as GitHub and mdBook make it.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let mut events = parser(text);
    while let Some(event) = events.next() {
        let Event::Start(Tag::Heading { level, .. }) = event else {
            continue;
        };
        let heading = texts(&mut events, TagEnd::Heading(level));
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        let name: String = (heading.to_lowercase().chars().filter(kept))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let same = (anchors.iter())
            .filter(|known| {
                known.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-') == name
            })
            .count();
        anchors.push(if same == 0 {
            name
        } else {
            format!("{name}-{same}")
        });
    }
    anchors
}

/// The arguments of each call of the program in some lines of a shell.
fn commands(text: &str) -> Vec<Vec<String>> {
    const NAME: &str = "asyncapi-security-lsp ";
    let mut found = Vec::new();
    for part in text.lines().flat_map(|line| line.split('|')) {
        let Some(call) = part.trim().strip_prefix(NAME) else {
            continue;
        };
        let words = call.split_whitespace();
        let arguments = words.take_while(|word| !["#", ">", ">>", "<", "&&"].contains(word));
        // Words in capitals are for the reader to fill in.
        let filled = |word: &str| match word {
            "RULE" => "url-not-https".to_owned(),
            "COMMAND" => "check".to_owned(),
            word => word.trim_matches(['"', '\'']).to_owned(),
        };
        found.push(arguments.map(filled).collect());
    }
    found
}
