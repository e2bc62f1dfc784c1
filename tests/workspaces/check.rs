//! `check` over folders and single files.

use std::process::Command;

use serde_json::Value;

use crate::cases::CASES;
use crate::folder::Folder;

/// What `check` finds: `path:line rule`, sorted.
fn check(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncapi-security-lsp"))
        .current_dir(&folder.path)
        .args(["check", "--format", "json", "--level", "hint"])
        .args(arguments)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut found: Vec<String> = findings.iter().map(shown).collect();
    found.sort();
    found
}

fn shown(finding: &Value) -> String {
    let text = |name: &str| finding[name].as_str().unwrap().to_owned();
    let line = &finding["range"]["start"]["line"];
    format!("{}:{line} {}", text("path"), text("rule"))
}

#[test]
fn a_whole_repository_is_checked() {
    let mut wrong = Vec::new();
    for case in CASES {
        let folder = Folder::new(case.files);
        let found = check(&folder, &["."]);
        let expected: Vec<String> = (case.found.iter())
            .map(|found| found.split(' ').collect::<Vec<_>>())
            .map(|words| {
                let rule = words.iter().position(|word| word.contains(':')).unwrap() + 1;
                words[..=rule].join(" ")
            })
            .collect();
        if found != expected {
            wrong.push((case.name, found, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
