//! Files that use each other in a circle can only be read all at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{Source, source, sources};

/// How many files of a folder may stand in one circle. The empty name is all of `src`.
const LONGEST: [(&str, usize); 4] = [("", 6), ("rules/", 0), ("ide/hover/", 0), ("cli/", 0)];

#[test]
fn circles_of_files_are_short() {
    let circles = circles(&sources());
    for circle in &circles {
        println!("{} files: {}", circle.len(), circle.join(" "));
    }
    let mut problems = Vec::new();
    for (folder, longest) in LONGEST {
        for circle in &circles {
            let inside = circle.iter().filter(|path| is_in(path, folder)).count();
            if inside > 1 && inside > longest {
                problems.push(format!("src/{folder}: {inside} files in {circle:#?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn uses_in_either_direction_make_a_circle() {
    let found = |files: &[(&str, &str)]| {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, code)| source(path, code))
            .collect();
        circles(&sources)
    };
    for (one, two) in [
        ("use crate::model::unit::Unit;", "use super::Model;"),
        ("mod unit;\nuse unit::Unit;", "use crate::model::Model;"),
        ("use self::unit::{Unit, Kind};", "super::walk()"),
        (
            "use crate::{spec, model::{unit::{A, B}, C}};",
            "use super::*;",
        ),
    ] {
        let files = [("src/model.rs", one), ("src/model/unit.rs", two)];
        assert_eq!(found(&files), [["src/model.rs", "src/model/unit.rs"]]);
    }
    let no_circle = [
        ("src/model.rs", "mod unit;\n// unit::Unit\n"),
        ("src/model/unit.rs", "use super::Model;"),
    ];
    assert_eq!(found(&no_circle), [[""; 0]; 0]);
    let long = [
        ("src/a.rs", "use crate::b::B;"),
        ("src/b.rs", "use super::c::{self, d as e};"),
        ("src/c.rs", "fn f(a: crate::a::A) {}"),
        ("src/d.rs", "use crate::a::A;"),
    ];
    assert_eq!(found(&long), [["src/a.rs", "src/b.rs", "src/c.rs"]]);
    let no_use_of_a = [
        ("src/a.rs", "use crate::a::b::{\n    B,\n    C,\n};"),
        (
            "src/a/b.rs",
            "use crate::a::c::{\n    D,\n};\nif x.a::<T>() {}\npub(in crate::a) fn f() {}",
        ),
        ("src/a/c.rs", ""),
    ];
    assert_eq!(found(&no_use_of_a), [[""; 0]; 0]);
    assert!(is_in("src/rules.rs", "rules/") && is_in("src/rules/a.rs", "rules/"));
    assert!(!is_in("src/rules_of.rs", "rules/"));
}

/// Whether a file is the module of a folder or lies below it.
fn is_in(path: &str, folder: &str) -> bool {
    let path = path.replace(".rs", "/");
    path.starts_with(&format!("src/{folder}"))
}

/// The sets of two or more files each of which uses all others, directly or through them.
fn circles(sources: &[Source]) -> Vec<Vec<String>> {
    let files: BTreeMap<Vec<&str>, usize> = (sources.iter().enumerate())
        .map(|(at, source)| (module(&source.path), at))
        .collect();
    let uses: Vec<BTreeSet<usize>> = (sources.iter())
        .map(|source| used_files(source, &files))
        .collect();
    let reached: Vec<BTreeSet<usize>> = (0..uses.len()).map(|at| reach(at, &uses)).collect();
    let mut circles = BTreeSet::new();
    for (at, others) in reached.iter().enumerate() {
        let circle: Vec<String> = (others.iter())
            .filter(|other| reached[**other].contains(&at))
            .map(|other| sources[*other].path.clone())
            .collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// The module of a file, from the crate: `src/model/unit.rs` is `model::unit`.
fn module(path: &str) -> Vec<&str> {
    let below = path.trim_start_matches("src/").trim_end_matches(".rs");
    below.split('/').filter(|name| *name != "lib").collect()
}

/// The files whose modules, or what is in these, are named by paths of a file.
fn used_files(source: &Source, files: &BTreeMap<Vec<&str>, usize>) -> BTreeSet<usize> {
    let own = module(&source.path);
    let is_child = |name: &str| files.contains_key(&[&own[..], &[name]].concat());
    let mut used = BTreeSet::new();
    for path in paths(&source.code, is_child) {
        let mut target = own.clone();
        for name in path {
            match name {
                "crate" => target.clear(),
                "super" => target.truncate(target.len().saturating_sub(1)),
                "self" => {}
                _ => target.push(name),
            }
        }
        // The last names are those of items.
        while !files.contains_key(&target) && target.pop().is_some() {}
        used.extend(files.get(&target).filter(|_| target != own));
    }
    used
}

/// All files that one uses, directly or through others.
fn reach(from: usize, uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        open.extend(uses[at].iter().filter(|next| reached.insert(**next)));
    }
    reached
}

/// The paths that lead through modules of this crate, groups written out.
fn paths(code: &str, is_child: impl Fn(&str) -> bool) -> Vec<Vec<&str>> {
    let tokens = tokens(code);
    let mut paths = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_start = ["crate", "super", "self"].contains(token) || is_child(token);
        let goes_on = at > 0 && ["::", "."].contains(&tokens[at - 1]);
        // Who may see something says nothing about what it uses.
        let is_visibility = tokens[..at].ends_with(&["pub", "(", "in"]);
        if is_start && !goes_on && !is_visibility && tokens.get(at + 1) == Some(&"::") {
            branch(&tokens, at, &[], &mut paths);
        }
    }
    paths
}

/// Adds the paths of one branch of a tree of uses; where it ends.
fn branch<'a>(
    tokens: &[&'a str],
    mut at: usize,
    before: &[&'a str],
    paths: &mut Vec<Vec<&'a str>>,
) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(at).filter(|token| is_name(token)) {
        path.push(token);
        at += 1;
        if tokens.get(at) != Some(&"::") {
            break;
        }
        at += 1;
    }
    if tokens.get(at) != Some(&"{") || tokens[at - 1] != "::" {
        // Nothing follows the last comma of a group.
        paths.extend((tokens.get(at) != Some(&"}") || path != before).then_some(path));
        return at;
    }
    while tokens.get(at).is_some_and(|token| *token != "}") {
        at = branch(tokens, at + 1, &path, paths);
        // A new name of an item, or the star.
        while tokens
            .get(at)
            .is_some_and(|token| ![",", "}"].contains(token))
        {
            at += 1;
        }
    }
    at + 1
}

/// The names, the `::` and the other characters of a text.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = if rest.starts_with("::") {
            2
        } else if is_name(rest) {
            (rest.find(|next: char| !is_part(next))).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    tokens
}

fn is_name(text: &str) -> bool {
    text.starts_with(is_part)
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
