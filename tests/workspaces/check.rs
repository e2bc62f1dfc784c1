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

#[test]
fn a_single_file_is_checked_with_what_it_refers_to_and_who_uses_it() {
    let case = |name: &str| {
        CASES
            .iter()
            .find(|case| case.name.starts_with(name))
            .unwrap()
    };
    let folder = Folder::new(case("one scheme a file").files);
    let found = check(&folder, &["asyncapi.yaml"]);
    assert_eq!(found, ["asyncapi.yaml:5 security-scheme-unused"]);
    let found = check(&folder, &["servers/gate.yaml"]);
    assert_eq!(found, ["servers/gate.yaml:3 http-bearer-without-tls"]);
    let folder = Folder::new(case("two major versions").files);
    let found = check(&folder, &["entry.yaml"]);
    let rules = [
        "entry.yaml:2 scheme-scopes-since",
        "entry.yaml:4 oauth2-scopes-key-wrong-version",
    ];
    assert_eq!(found, rules);
    // Only a search finds who uses it.
    let folder = Folder::new(case("files that refer into").files);
    assert!(check(&folder, &["asyncapi.yaml"]).is_empty());
}

#[test]
fn a_place_in_another_file_is_shown_as_that() {
    let folder = Folder::new(
        "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: 'other.yaml#/list'}]}}
--- other.yaml
list: [one, two]
",
    );
    let output = |format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_asyncapi-security-lsp"))
            .current_dir(&folder.path)
            .args(["check", "main.yaml", "--format", format])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = output("text");
    assert!(text.contains("other.yaml:1:7"), "{text}");
    assert!(text.contains("list: [one, two]"), "{text}");
    let report: Value = serde_json::from_str(&output("json")).unwrap();
    let related = &report["findings"][0]["related"][0];
    assert_eq!(related["path"], "other.yaml", "{report}");
    assert_eq!(related["range"]["start"]["column"], 7);
}
