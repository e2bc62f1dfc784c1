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

use asyncapi_security_lsp::text::{Encoding, Position, Text};
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

/// Numbers that look random, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

const TYPED: [&str; 16] = [
    "a",
    " ",
    "\n",
    "\n  ",
    ": ",
    "- ",
    "{",
    "]",
    "\"",
    "#",
    "\t",
    "\r\n",
    "\r",
    "🔑",
    "ä𝄞: ",
    "type: oauth2",
];

/// An edit between two characters, and not inside of a line break: as the protocol sends it, and in
/// the text.
fn random_edit(dice: &mut Dice, text: &mut String, encoding: Encoding) -> Value {
    let mut place = |from: usize, length: usize| {
        let mut at = from + dice.roll(length + 1);
        let is_break = |at: usize| text.as_bytes().get(at - 1..=at) == Some(b"\r\n");
        let is_inside = |at: usize| !text.is_char_boundary(at) || at > 0 && is_break(at);
        while at > from && is_inside(at) {
            at -= 1;
        }
        at
    };
    let start = place(0, text.len());
    let end = place(start, 20.min(text.len() - start));
    let typed = TYPED[dice.roll(TYPED.len())];
    let known = Text::new(text);
    let position = |at| {
        let position = known.position(at, encoding);
        json!({"line": position.line, "character": position.character})
    };
    let change = json!({"range": {"start": position(start), "end": position(end)}, "text": typed});
    text.replace_range(start..end, typed);
    change
}

/// The diagnostics of an open document as `check` counts: rule, words and offsets.
fn offsets(session: &mut Session, uri: &str, text: &str, encoding: Encoding) -> Vec<String> {
    let params = json!({"textDocument": {"uri": uri}});
    let report = session.ask("textDocument/diagnostic", params);
    let text = Text::new(text);
    let mut lines: Vec<String> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let offset = |point: &Value| {
                let number = |key: &str| u32::try_from(point[key].as_u64().unwrap()).unwrap();
                text.offset(
                    Position {
                        line: number("line"),
                        character: number("character"),
                    },
                    encoding,
                )
            };
            let (start, end) = (offset(&one["range"]["start"]), offset(&one["range"]["end"]));
            format!("{start}-{end} {}: {}", one["code"], one["message"])
        })
        .collect();
    lines.sort();
    lines
}

/// A server that pulls, without a folder.
fn server_of(encoding: &str) -> Session {
    Session::with(json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
        "general": {"positionEncodings": [encoding]},
    }))
}

/// Whatever was typed, in whatever units and with whatever line breaks: the server that saw it says
/// what one says that opens the result, and what `check` says of it as a file.
#[test]
fn edited_documents_are_judged_as_if_they_had_always_been_so() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|ending| ending == "yaml" || ending == "json")
    });
    paths.retain(|path| path.metadata().unwrap().len() < 20_000);
    paths.sort();
    let folder = command_line::folder("same", "edited");
    let mut dice = Dice(16);
    let (mut edits, mut expected) = (0, BTreeMap::new());
    for (name, encoding) in [("utf-8", Encoding::Utf8), ("utf-16", Encoding::Utf16)] {
        let (mut old, mut results) = (server_of(name), Vec::new());
        for (number, ending) in ["\n", "\r\n", "\r"].iter().cycle().take(30).enumerate() {
            let path = &paths[dice.roll(paths.len())];
            let language = path.extension().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(path).unwrap();
            let mut text = text.replace("\r\n", "\n").replace('\n', ending);
            let file = format!("{name}-{number}.{language}");
            let uri = format!("file:///edited/{file}");
            old.open(&uri, language, 0, &text);
            for version in 1..=6 {
                let changes =
                    (0..=dice.roll(3)).map(|_| random_edit(&mut dice, &mut text, encoding));
                let changes: Vec<Value> = changes.collect();
                edits += changes.len();
                old.change(&uri, version, json!(changes));
                if dice.roll(2) == 0 {
                    offsets(&mut old, &uri, &text, encoding);
                }
            }
            results.push((
                file,
                offsets(&mut old, &uri, &text, encoding),
                language,
                text,
            ));
            old.close(&uri);
        }
        let mut fresh = server_of(name);
        for (file, lines, language, text) in results {
            let uri = format!("file:///edited/{file}");
            fresh.open(&uri, language, 0, &text);
            assert_eq!(
                lines,
                offsets(&mut fresh, &uri, &text, encoding),
                "{file}\n{text}"
            );
            fresh.close(&uri);
            command_line::write(&folder, &file, text.as_bytes());
            expected.insert(file, lines);
        }
    }
    let mut said: All = expected
        .keys()
        .map(|file| (file.clone(), Vec::new()))
        .collect();
    let arguments = ["check", "--level", "hint", "--format", "json", "."];
    let report: Value = serde_json::from_str(&command_line::run(&folder, &arguments).1).unwrap();
    for one in report["findings"].as_array().unwrap() {
        let (start, end) = (
            &one["range"]["start"]["offset"],
            &one["range"]["end"]["offset"],
        );
        let line = format!("{start}-{end} {}: {}", one["rule"], one["message"]);
        said.get_mut(one["path"].as_str().unwrap())
            .unwrap()
            .push(line);
    }
    said.values_mut().for_each(|lines| lines.sort());
    let findings: usize = said.values().map(Vec::len).sum();
    println!(
        "{} documents, {edits} edits, {findings} findings",
        said.len()
    );
    assert_eq!(said, expected);
    assert!(findings > 100, "{findings}");
}
