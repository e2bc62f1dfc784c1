//! The editor and the pipeline say the same: what `check` finds in a folder, and what the server finds
//! in it through the protocol, closed and open, range by range.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
#[allow(dead_code)]
mod command_line;
#[path = "lsp/driver.rs"]
#[allow(dead_code)]
mod driver;
#[path = "support/outside.rs"]
mod outside;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asyncapi_security_lsp::text::{Encoding, Text};
use driver::Session;
use outside::outside;
use serde_json::{Value, json};

/// A URI without percent encoding.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let code = [rest.next().unwrap(), rest.next().unwrap()];
        let code = std::str::from_utf8(&code).unwrap().to_owned();
        bytes.push(u8::from_str_radix(&code, 16).unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

/// A document with more findings shows the most severe of them in an editor, and the rest as one; see
/// `limit-reached`.
const MAX_DIAGNOSTICS: usize = 1_000;

/// Every so many documents one is opened.
const OPENED: usize = 7;

const SEVERITIES: [&str; 4] = ["error", "warning", "information", "hint"];

/// By path: what is found, as lines, sorted.
type All = BTreeMap<String, Vec<String>>;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn line(
    severity: &str,
    rule: &Value,
    message: &Value,
    start: (u64, u64),
    end: (u64, u64),
) -> String {
    let (rule, message) = (rule.as_str().unwrap(), message.as_str().unwrap());
    format!("{start:?}-{end:?} {severity} {rule}: {message}")
}

fn by_check(folder: &Path) -> All {
    let arguments = ["check", "--level", "hint", "--format", "json", "."];
    let (_, out, _) = command_line::run(folder, &arguments);
    let report: Value = serde_json::from_str(&out).unwrap();
    let mut all = All::new();
    for file in report["files"].as_array().unwrap() {
        all.insert(file["path"].as_str().unwrap().to_owned(), Vec::new());
    }
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap();
        let text = texts
            .entry(path.to_owned())
            .or_insert_with(|| Text::new(&std::fs::read_to_string(folder.join(path)).unwrap()));
        let place = |point: &Value| {
            let offset = usize::try_from(point["offset"].as_u64().unwrap()).unwrap();
            let position = text.position(offset, Encoding::Utf16);
            assert_eq!(u64::from(position.line) + 1, point["line"]);
            (u64::from(position.line), u64::from(position.character))
        };
        let (start, end) = (&finding["range"]["start"], &finding["range"]["end"]);
        let severity = finding["severity"].as_str().unwrap();
        let line = line(
            severity,
            &finding["rule"],
            &finding["message"],
            place(start),
            place(end),
        );
        all.get_mut(finding["path"].as_str().unwrap())
            .unwrap()
            .push(line);
    }
    all
}

fn lines(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    let lines = items.map(|one| {
        let place = |point: &Value| {
            let number = |key: &str| point[key].as_u64().unwrap();
            (number("line"), number("character"))
        };
        let (start, end) = (&one["range"]["start"], &one["range"]["end"]);
        let severity = ["", "error", "warning", "information", "hint"];
        let severity = severity[usize::try_from(one["severity"].as_u64().unwrap()).unwrap()];
        line(
            severity,
            &one["code"],
            &one["message"],
            place(start),
            place(end),
        )
    });
    lines.collect()
}

fn server(folder: &Path) -> Session {
    let mut session = Session::start();
    let params = json!({
        "processId": null,
        "workspaceFolders": [{"uri": uri(folder, ""), "name": "all"}],
        "capabilities": {
            "textDocument": {"diagnostic": {}},
            "workspace": {"diagnostics": {"refreshSupport": true}},
            "general": {"positionEncodings": ["utf-16"]},
        },
    });
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    session
}

fn uri(folder: &Path, name: &str) -> String {
    let mut uri = String::from("file://");
    for byte in folder
        .join(name)
        .to_str()
        .unwrap()
        .trim_end_matches('/')
        .bytes()
    {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(byte.into());
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn begun(line: &str) -> String {
    match line.contains("has no value yet") {
        true => line.replacen(" error ", " hint ", 1),
        false => line.to_owned(),
    }
}

fn assert_same(name: &str, check: &[String], server: &[String], how: &str) {
    let severity = |line: &String| {
        let word = line.split(' ').find(|word| SEVERITIES.contains(word));
        SEVERITIES.iter().position(|one| Some(*one) == word)
    };
    let cut = |lines: &[String]| {
        let mut lines = lines.to_vec();
        if check.len() > MAX_DIAGNOSTICS {
            lines.sort_by_key(severity);
            let is_rest = |line: &String| line.contains(" limit-reached: ");
            lines.retain(|line| !is_rest(line));
            lines.truncate(MAX_DIAGNOSTICS - 1);
        }
        lines.sort();
        lines
    };
    assert_eq!(cut(check), cut(server), "{name}, {how}");
}

fn compare(test: &str, sources: &[PathBuf]) {
    let folder = command_line::folder("same", test);
    for (at, source) in sources.iter().enumerate() {
        copy(source, &folder.join(at.to_string()));
    }
    std::fs::create_dir(folder.join(".git")).unwrap();
    let folder = std::fs::canonicalize(folder).unwrap();
    let check = by_check(&folder);
    let mut session = server(&folder);
    let report = session.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let mut closed = BTreeMap::new();
    for item in report["items"].as_array().unwrap() {
        closed.insert(
            decoded(item["uri"].as_str().unwrap()),
            lines(&item["items"]),
        );
    }
    let none: Vec<String> = Vec::new();
    let mut opened = 0;
    for (at, (name, found)) in check.iter().enumerate() {
        let uri = uri(&folder, name);
        let of_server = closed.remove(&decoded(&uri)).unwrap_or_default();
        assert_same(name, found, &of_server, "closed");
        if at % OPENED != 0 {
            continue;
        }
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let language = if name.ends_with(".json") {
            "json"
        } else {
            "yaml"
        };
        session.open(&uri, language, 1, &text);
        let params = json!({"textDocument": {"uri": uri}});
        let report = session.ask("textDocument/diagnostic", params);
        // What has only begun is a hint while somebody writes.
        let found: Vec<String> = found.iter().map(|line| begun(line)).collect();
        let of_server: Vec<String> = lines(&report["items"])
            .iter()
            .map(|line| begun(line))
            .collect();
        assert_same(name, &found, &of_server, "open");
        session.close(&uri);
        opened += 1;
    }
    let more: Vec<_> = closed
        .into_iter()
        .filter(|(_, lines)| *lines != none)
        .collect();
    assert_eq!(more, [], "found by the server alone");
    let findings: usize = check.values().map(Vec::len).sum();
    println!(
        "{} documents, {findings} findings, {opened} opened",
        check.len()
    );
    assert!(findings > 0);
}

#[test]
fn our_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    compare(
        "ours",
        &[root.join("fixtures"), root.join("tests/editors/navigation")],
    );
}

/// More findings than editors show, the most severe at the end.
#[test]
fn documents_with_too_many_findings() {
    let folder = command_line::folder("same", "many");
    let scheme = |at: usize, of: &str| format!("    s{at}:\n      type: {of}\n");
    let hints: String = (0..1_200).map(|at| scheme(at, "plain")).collect();
    let errors: String = (2_000..2_010).map(|at| scheme(at, "plan")).collect();
    let text = format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{hints}{errors}");
    std::fs::write(folder.join("a.yaml"), text).unwrap();
    compare("too_many", &[folder]);
}

#[test]
fn real_documents() {
    if let Some(corpus) = outside("same", "corpus/docs") {
        compare("real", &[corpus]);
    }
}
