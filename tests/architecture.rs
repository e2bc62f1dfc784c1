//! The house's order, held by a look at the sources: which layer may use which, what is named in
//! one place only, and what is not there at all. Each check is run on a text that breaks it too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/citations.rs"]
mod citations;
#[path = "architecture/counts.rs"]
mod counts;
#[path = "architecture/sources.rs"]
mod sources;

use std::path::Path;

use sources::{ROOT, Source, files, source, sources};

/// The layers, each with what it may use beside itself: what stands left of it. `lsp` and `cli`
/// stand side by side.
const LAYERS: [&str; 17] = [
    "text",
    "syntax",
    "spec",
    "model",
    "edits",
    "rules",
    "diff",
    "settings",
    "analysis",
    "fixes",
    "refactor",
    "workspace",
    "history",
    "report",
    "ide",
    "lsp",
    "cli",
];

#[test]
fn layers_use_only_what_stands_left_of_them() {
    let problems: Vec<String> = sources().iter().flat_map(wrong_uses).collect();
    assert!(problems.is_empty(), "{problems:#?}");

    let breaks = |path: &str, code: &str| wrong_uses(&source(path, code)).len();
    assert_eq!(
        breaks("src/text/range.rs", "use crate::syntax::node::Node;"),
        1
    );
    assert_eq!(breaks("src/lsp/server.rs", "crate::cli::run()"), 1);
    assert_eq!(breaks("src/cli/check.rs", "use crate::lsp;"), 1);
    assert_eq!(
        breaks("src/model.rs", "use crate::{spec, rules::registry};"),
        1
    );
    assert_eq!(breaks("src/ide.rs", "use crate::analysis::Analysis;"), 0);
    // Around the name of the crate.
    assert_eq!(breaks("src/text.rs", "use super::syntax;"), 1);
    assert_eq!(
        breaks("src/ide/hover/card.rs", "super::super::super::lsp::x()"),
        1
    );
    assert_eq!(
        breaks("src/ide/hover/card.rs", "super::super::card::x()"),
        0
    );
    assert_eq!(breaks("src/text.rs", "// use crate::syntax;\n"), 0);
}

#[test]
fn what_belongs_to_one_layer_is_named_there_only() {
    let problems: Vec<String> = sources().iter().flat_map(wrong_names).collect();
    assert!(problems.is_empty(), "{problems:#?}");

    for (path, code) in [
        ("src/ide/hover.rs", "use tower_lsp::lsp_types;"),
        ("src/rules/unit/urls.rs", "tokio::spawn(async {})"),
        ("src/model/unit.rs", "jsonc_parser::parse(text)"),
        ("src/ide.rs", "granit_parser::Parser"),
        ("src/analysis.rs", "std::fs::read(path)"),
        ("src/analysis.rs", "use std::{fs, io};"),
        ("src/analysis.rs", "use std::{\n    fs::File,\n    io,\n};"),
        ("src/analysis.rs", "use std::{io, process::exit};"),
        ("src/lsp/main_loop.rs", "path.exists()"),
        ("src/ide.rs", "std::process::exit(1)"),
        ("src/workspace.rs", "std::net::TcpStream::connect(a)"),
        ("src/syntax/json.rs", "println!(\"a\")"),
        ("src/lsp/server.rs", "eprintln!(\"a\")"),
        ("src/syntax/json.rs", "serde_json::from_str(text)"),
        ("src/analysis.rs", "unsafe { x }"),
        ("src/analysis.rs", "x.unwrap()"),
        ("src/analysis.rs", "x.expect(\"a\")"),
        ("src/analysis.rs", "todo!()"),
        ("src/analysis.rs", "static mut X: u8 = 0;"),
        ("src/fixes.rs", "finding.message.split_once(\"a\")"),
        ("src/analysis.rs", "finding.rule.id.contains(\"a\")"),
    ] {
        assert_eq!(wrong_names(&source(path, code)).len(), 1, "{path}: {code}");
    }
    for (path, code) in [
        ("src/lsp/server.rs", "use tower_lsp::Client; tokio::select!"),
        ("src/main.rs", "eprintln!(\"a\")"),
        (
            "src/text.rs",
            "x.unwrap_or(0); writeln!(f, \"a\"); expected(1)",
        ),
        (
            "src/text.rs",
            "fn a() {}\n#[cfg(test)]\nmod tests { x.unwrap() }",
        ),
        ("src/cli/check.rs", "print(\"--unsafe-fixes\")"),
    ] {
        assert_eq!(wrong_names(&source(path, code)), [""; 0], "{path}: {code}");
    }
}

#[test]
fn one_store_shares_a_map_between_threads() {
    let stores: Vec<String> = sources()
        .into_iter()
        .filter(|source| has_word(&source.code, "dashmap"))
        .map(|source| source.path)
        .collect();
    assert!(stores.len() <= 1, "{stores:?}");
}

#[test]
fn no_file_is_named_mod_or_utils() {
    let bad = |path: &str| {
        [
            "mod.rs",
            "utils.rs",
            "util.rs",
            "helpers.rs",
            "misc.rs",
            "common.rs",
        ]
        .contains(&path.rsplit('/').next().unwrap())
    };
    let named: Vec<String> = sources()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| bad(path))
        .collect();
    assert!(named.is_empty(), "{named:?}");
    assert!(bad("src/text/mod.rs") && !bad("src/text/module.rs"));
}

#[test]
fn every_dependency_is_used_and_every_layer_is_on_the_architecture_page() {
    let manifest = std::fs::read_to_string(format!("{ROOT}/Cargo.toml")).unwrap();
    let code: String = sources().into_iter().map(|source| source.code).collect();
    let dependencies = dependencies(&manifest);
    assert!(dependencies.len() > 5, "{dependencies:?}");
    let unused: Vec<&String> = dependencies
        .iter()
        .filter(|name| !has_word(&code, name))
        .collect();
    assert!(unused.is_empty(), "not used, take them off: {unused:?}");

    let sample =
        "[dependencies]\na-b = \"1\"\nc = { version = \"1\" }\n\n[dev-dependencies]\nd = \"1\"";
    assert_eq!(self::dependencies(sample), ["a_b", "c"]);

    let page = std::fs::read_to_string(format!("{ROOT}/src/lib.rs")).unwrap();
    for layer in LAYERS {
        let exists = Path::new(&format!("{ROOT}/src/{layer}.rs")).exists();
        let declared = page.contains(&format!("\npub mod {layer};"));
        assert_eq!(exists, declared, "{layer}");
        assert_eq!(has_row(&page, layer), declared, "{layer} in the table");
    }
    let (last, others) = LAYERS.split_last().unwrap();
    let arrows = format!("//! {}, {last}\n", others.join(" < "));
    assert!(page.contains(&arrows), "{arrows}");
    assert!(has_row("//! | [`text`] | ropes |\n", "text") && !has_row("//! [`text`] |\n", "text"));
    assert!(!has_row("//! | [`text`] |  |\n", "text"), "it says nothing");
}

/// Whether the architecture page's table says something of a layer.
fn has_row(page: &str, layer: &str) -> bool {
    page.lines()
        .filter_map(|line| line.strip_prefix(&format!("//! | [`{layer}`] | ")))
        .any(|words| !words.trim_matches([' ', '|']).is_empty())
}

#[test]
fn nothing_names_a_machine() {
    let mut problems = Vec::new();
    let mut looked_at = 0;
    for path in files("") {
        if INVENTED_PATHS.contains(&path.as_str()) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(format!("{ROOT}/{path}")) else {
            continue;
        };
        looked_at += 1;
        problems.extend(
            machine_paths(&text)
                .into_iter()
                .map(|found| format!("{path}: {found}")),
        );
    }
    assert!(looked_at > 100, "only {looked_at} files");
    assert!(problems.is_empty(), "{problems:#?}");

    for folder in MACHINE_FOLDERS {
        let text = format!("see {folder}somebody/notes.txt");
        assert_eq!(machine_paths(&text).len(), 1, "{text}");
    }
    let web = format!("https://example.com{}page", MACHINE_FOLDERS[1]);
    assert_eq!(
        machine_paths(&web),
        [""; 0],
        "an address of the web is none"
    );
}

/// Tests that make up folders of users.
const INVENTED_PATHS: [&str; 2] = ["editors/vscode/test/server.test.ts", "src/workspace.rs"];

/// Written in parts, so that this file does not name them.
const MACHINE_FOLDERS: [&str; 4] = [
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
];

/// Absolute paths below the folders of a machine; a path in an address, in a variable or below
/// another folder is none.
fn machine_paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for folder in MACHINE_FOLDERS {
        for (at, _) in text.match_indices(folder) {
            let before = text[..at].chars().next_back();
            let is_absolute = before
                .is_none_or(|before| !(before.is_alphanumeric() || "._-}~$)*>".contains(before)));
            if is_absolute {
                let line = text[..at].matches('\n').count() + 1;
                found.push(format!("line {line}: {folder}"));
            }
        }
    }
    found
}

/// Uses of a layer that this file's layer must not know.
fn wrong_uses(source: &Source) -> Vec<String> {
    let Some(own) = LAYERS.iter().position(|layer| *layer == source.layer) else {
        return Vec::new();
    };
    let allowed = |name: &str| match LAYERS.iter().position(|layer| *layer == name) {
        Some(other) => other <= own && (source.layer != "cli" || name != "lsp"),
        None => true,
    };
    let around = climbs(&source.code) >= depth(&source.path);
    names_after("crate::", &source.code)
        .into_iter()
        .filter(|name| !allowed(name))
        .map(|name| format!("{} uses {name}", source.path))
        .chain(around.then(|| format!("{} leaves its layer by `super`", source.path)))
        .collect()
}

/// How many modules lie above the items of a file, `src/text.rs` being one below the crate.
fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// The most modules that a path climbs in a row.
fn climbs(code: &str) -> usize {
    let mut most = 0;
    for (at, _) in code.match_indices("super::") {
        let mut rest = &code[at..];
        let mut count = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            rest = next;
            count += 1;
        }
        most = most.max(count);
    }
    most
}

/// What follows the start of a path, also in braces.
fn names_after(start: &str, code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, found) in code.match_indices(start) {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split(';').next().unwrap();
                let mut depth = 0;
                let mut name = String::new();
                for character in group.chars() {
                    match character {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                        _ if depth == 0 => name.push(character),
                        _ => {}
                    }
                }
                names.push(name);
            }
            None => names.push(rest.to_owned()),
        }
    }
    names
        .iter()
        .map(|name| {
            let is_part = |character: &char| character.is_alphanumeric() || *character == '_';
            name.trim().chars().take_while(is_part).collect()
        })
        .collect()
}

/// Words, and the layers or files in which they may stand.
const NAMED_ONLY_IN: [(&str, &[&str]); 37] = [
    ("tower_lsp", &["lsp"]),
    ("ls_types", &["lsp"]),
    ("tokio", &["lsp", "main"]),
    ("jsonc_parser", &["syntax"]),
    ("granit_parser", &["syntax"]),
    ("clap", &["cli"]),
    ("toml_edit", &["settings", "cli"]),
    ("schemars", &["settings", "cli", "src/text/extent.rs"]),
    ("pulldown_cmark", &["ide", "cli"]),
    ("annotate_snippets", &["cli"]),
    ("std::fs", &["cli", "main", "src/workspace/loader.rs"]),
    (
        ".exists()",
        &[
            "cli",
            "main",
            "src/workspace/loader.rs",
            "src/lsp/watchdog.rs",
        ],
    ),
    ("TcpStream", &[]),
    ("TcpListener", &[]),
    ("UdpSocket", &[]),
    ("ToSocketAddrs", &[]),
    (
        "std::process",
        &["cli", "main", "lsp", "src/history/git.rs"],
    ),
    ("println!", &["cli", "main"]),
    ("eprintln!", &["cli", "main"]),
    ("print!", &["cli", "main"]),
    ("eprint!", &["cli", "main"]),
    ("dbg!", &[]),
    ("serde_json::from_", &["spec", "settings", "lsp", "cli"]),
    ("unsafe", &[]),
    (".unwrap()", &[]),
    (".expect(", &[]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("static mut", &[]),
    // What a finding means is in its rule and its data; its words are for people.
    (".message.contains(", &[]),
    (".message.starts_with(", &[]),
    (".message.split(", &[]),
    (".message.split_once(", &[]),
    (".title.contains(", &[]),
    (".id.contains(", &["cli"]),
    (".id.starts_with(", &[]),
    (".id.ends_with(", &[]),
];

fn wrong_names(source: &Source) -> Vec<String> {
    NAMED_ONLY_IN
        .iter()
        .filter(|(word, places)| {
            (has_word(&source.code, word) || is_in_group(&source.code, word))
                && !places.contains(&source.layer.as_str())
                && !places.contains(&source.path.as_str())
        })
        .map(|(word, _)| format!("{} names {word}", source.path))
        .collect()
}

/// Whether a module of the standard library is used as one of several (`use std::{fs, io}`).
fn is_in_group(code: &str, word: &str) -> bool {
    word.strip_prefix("std::")
        .is_some_and(|module| names_after("std::", code).iter().any(|name| name == module))
}

/// Whether the text has the word, not as a part of a longer one, or of an option (`unsafe-fixes`).
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + word.len()..];
        let after = rest.chars().next();
        let hyphenated = rest.strip_prefix('-');
        if hyphenated.is_some_and(|rest| rest.starts_with(char::is_alphabetic)) {
            return false;
        }
        let joined_before = word.starts_with(is_part) && before.is_some_and(is_part);
        let is_whole = word.ends_with(is_part) && !word.ends_with('_');
        !(joined_before || is_whole && after.is_some_and(is_part))
    })
}

/// The names of the dependencies as code writes them.
fn dependencies(manifest: &str) -> Vec<String> {
    let (_, rest) = manifest
        .split_once("\n[dependencies]\n")
        .unwrap_or_else(|| {
            manifest
                .split_once("[dependencies]\n")
                .expect("dependencies")
        });
    rest.lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| !name.trim_start().starts_with('#'))
        .map(|(name, _)| name.trim().replace('-', "_"))
        .collect()
}

#[test]
fn what_was_probably_meant_is_asked_with_a_question_mark() {
    let lacks_mark = |code: &str| {
        let mut after = code.split("did you mean").skip(1);
        after.any(|rest| !rest.lines().next().is_some_and(|line| line.contains("?\"")))
    };
    let wrong: Vec<String> = (sources().into_iter())
        .filter(|source| lacks_mark(&source.code))
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(lacks_mark("format!(\"did you mean `{near}`\")"));
}
