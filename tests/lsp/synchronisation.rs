//! The server has the same text as the client.

use serde_json::{Value, json};

use crate::driver::{Session, edit};

const URI: &str = "file:///w/api.yaml";

/// A document whose line `line` has a syntax error, which shows the text that the server has.
fn wrong_at(line: usize) -> String {
    format!(
        "asyncapi: 3.0.0\n{}a: b: c\n",
        "# filler\n".repeat(line - 1)
    )
}

/// The lines of the syntax errors among diagnostics.
fn error_lines(diagnostics: &[Value]) -> Vec<u64> {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic["code"] == "syntax-error")
        .map(|diagnostic| diagnostic["range"]["start"]["line"].as_u64().unwrap())
        .collect()
}

#[test]
fn every_version_is_published_with_its_number() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 7, &wrong_at(3));
    assert_eq!(error_lines(&session.published(URI, 7)), [3]);
    session.change(URI, 8, json!([edit((1, 0), (1, 0), "# one\n# two\n")]));
    assert_eq!(error_lines(&session.published(URI, 8)), [5]);
    // Nothing changes, but the version is published.
    session.change(URI, 9, json!([]));
    assert_eq!(error_lines(&session.published(URI, 9)), [5]);
    session.change(URI, 11, json!([edit((5, 0), (6, 0), "")]));
    assert_eq!(error_lines(&session.published(URI, 11)), [0_u64; 0]);
    session.change(URI, 12, json!([{"text": wrong_at(2)}]));
    assert_eq!(error_lines(&session.published(URI, 12)), [2]);
}

#[test]
fn changes_of_one_message_build_on_each_other() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    let changes = json!([
        edit((0, 15), (0, 15), "\n#"),
        {"text": wrong_at(4)},
        edit((0, 0), (0, 0), "# x\n# y\n"),
        edit((1, 0), (2, 0), ""),
    ]);
    session.change(URI, 2, changes);
    assert_eq!(error_lines(&session.published(URI, 2)), [5]);
}

#[test]
fn characters_are_counted_as_agreed() {
    for (offered, agreed, (column, wide)) in [
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-8", (13, 4)),
        (json!(["utf-16", "utf-8"]), "utf-8", (13, 4)),
        (json!(["utf-32", "utf-16"]), "utf-16", (9, 2)),
        (json!(["utf-32"]), "utf-16", (9, 2)),
        (json!(null), "utf-16", (9, 2)),
    ] {
        let mut session = Session::start();
        let result = session.initialize(json!({"general": {"positionEncodings": offered}}));
        assert_eq!(
            result["capabilities"]["positionEncoding"], agreed,
            "{offered}"
        );
        // The closing quote moves right by one character, which counts 4 or 2, and with it the second
        // colon.
        session.open(
            URI,
            "yaml",
            1,
            "asyncapi: 3.0.0\n'\u{1d11e}\u{1d11e}': b: c\n",
        );
        let start = |diagnostics: &[Value]| diagnostics[0]["range"]["start"].clone();
        let diagnostics = session.published(URI, 1);
        assert_eq!(start(&diagnostics), json!({"line": 1, "character": column}));
        let change = edit((1, column - 4), (1, column - 3), "\u{1d11e}'");
        session.change(URI, 2, json!([change]));
        let diagnostics = session.published(URI, 2);
        assert_eq!(
            start(&diagnostics),
            json!({"line": 1, "character": column + wide})
        );
    }
}

#[test]
fn line_ends_are_those_of_the_protocol() {
    let mut session = Session::with(json!({}));
    session.open(
        URI,
        "yaml",
        1,
        "asyncapi: 3.0.0\r\n#\r#\u{2028}\u{b}\n# x\r\na: b: c\r\n",
    );
    // The tab that is vertical ends no line; YAML forbids it.
    assert_eq!(error_lines(&session.published(URI, 1)), [2, 4]);
}

#[test]
fn positions_outside_of_the_text_are_moved_into_it() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, "asyncapi: 3.0.0\n# x\n");
    // Past the end of a line is its end; past the last line is the end of the text.
    session.change(URI, 2, json!([edit((0, 999), (0, 9999), "\n#")]));
    session.change(URI, 3, json!([edit((99, 9), (999, 0), "a: b: c\n")]));
    assert_eq!(error_lines(&session.published(URI, 3)), [3]);
    // A reversed range.
    session.change(URI, 4, json!([edit((2, 0), (1, 0), "")]));
    assert_eq!(error_lines(&session.published(URI, 4)), [2]);
    let far = edit((u32::MAX, u32::MAX), (u32::MAX, u32::MAX), "d: e: f\n");
    session.change(URI, 5, json!([far]));
    assert_eq!(error_lines(&session.published(URI, 5)), [2, 3]);
}

#[test]
fn documents_that_are_not_open_are_passed_over() {
    let mut session = Session::with(json!({}));
    session.change(URI, 2, json!([edit((0, 0), (0, 0), "x")]));
    session.close(URI);
    let place = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}});
    assert!(session.ask("textDocument/hover", place.clone()).is_null());
    assert!(session.ask("textDocument/completion", place).is_null());
    session.open(URI, "yaml", 1, &wrong_at(1));
    session.published(URI, 1);
    session.close(URI);
    session.change(URI, 2, json!([edit((0, 0), (0, 0), "x")]));
    session.close(URI);
    let after = session.until_now();
    assert_eq!(after.len(), 1, "{after:?}");
    session.open(URI, "yaml", 1, &wrong_at(2));
    assert_eq!(error_lines(&session.published(URI, 1)), [2]);
}

#[test]
fn closing_clears() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    assert_eq!(session.published(URI, 1).len(), 1);
    session.close(URI);
    let cleared = session.until_now();
    assert_eq!(cleared.len(), 1, "{cleared:?}");
    assert_eq!(cleared[0]["params"]["uri"], URI);
    assert_eq!(cleared[0]["params"]["diagnostics"], json!([]));
}

#[test]
fn what_is_not_asyncapi_gets_nothing() {
    let mut session = Session::with(json!({}));
    session.open("file:///w/other.yaml", "yaml", 1, "kind: Pod\na: b: c\n");
    session.open("file:///w/settings.json", "jsonc", 1, "{\"a\": [1,,]");
    session.open("file:///w/main.rs", "rust", 1, "asyncapi: 3.0.0\na: b: c\n");
    session.open("file:///w/empty.yaml", "yaml", 1, "");
    session.change(
        "file:///w/other.yaml",
        2,
        json!([edit((0, 0), (0, 0), "# x\n")]),
    );
    session.change("file:///w/main.rs", 2, json!([edit((0, 0), (0, 0), "x")]));
    session.close("file:///w/settings.json");
    assert_eq!(session.until_now(), Vec::<Value>::new());
}

#[test]
fn a_document_wakes_up_when_the_key_is_typed_and_sleeps_when_it_goes() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, "a: b: c\n");
    assert_eq!(session.until_now(), Vec::<Value>::new());
    session.change(URI, 2, json!([edit((0, 0), (0, 0), "asyncapi: 3.0.0\n")]));
    assert_eq!(error_lines(&session.published(URI, 2)), [1]);
    session.change(URI, 3, json!([edit((0, 0), (1, 0), "")]));
    assert_eq!(session.published(URI, 3), Vec::<Value>::new());
    session.change(URI, 4, json!([edit((0, 0), (0, 0), "# x\n")]));
    session.close(URI);
    assert_eq!(session.until_now(), Vec::<Value>::new());
}

#[test]
fn the_format_comes_from_the_language_then_the_name_then_the_text() {
    let mut session = Session::with(json!({}));
    // YAML and JSON have different comments.
    let yaml = "{asyncapi: 3.0.0, # comment\n a: b}\n";
    let json = "{\"asyncapi\": \"3.0.0\", // comment\n \"a\": 1,}\n";
    // The comment and the trailing comma, in a document of strict JSON.
    let strict = [0, 1];
    for (uri, language, text, lines) in [
        ("file:///w/a.yaml", "yaml", yaml, &[][..]),
        ("file:///w/b.json", "yaml", yaml, &[]),
        ("file:///w/c.yaml", "asyncapi", yaml, &[]),
        ("file:///w/d", "yaml.asyncapi", yaml, &[]),
        ("file:///w/e.yml", "", yaml, &[]),
        ("file:///w/f.json", "json", json, &strict),
        ("file:///w/g.yaml", "jsonc", json, &[]),
        ("file:///w/g.json", "jsonc", json, &[]),
        ("file:///w/g.jsonc", "json", json, &[]),
        ("file:///w/h.json", "asyncapi", json, &strict),
        ("untitled:Untitled-1", "asyncapi", json, &[]),
        ("file:///w/i", "json.asyncapi", json, &strict),
    ] {
        session.open(uri, language, 1, text);
        let diagnostics = session.published(uri, 1);
        assert_eq!(
            error_lines(&diagnostics),
            lines,
            "{uri} {language}: {diagnostics:?}"
        );
    }
}

#[test]
fn a_document_may_be_opened_twice() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    session.published(URI, 1);
    session.open(URI, "yaml", 1, &wrong_at(4));
    assert_eq!(error_lines(&session.published(URI, 1)), [4]);
}

#[test]
fn a_name_that_is_no_uri_is_no_obstacle() {
    let mut session = Session::start();
    let folders = json!([{"uri": "file:///w/my files", "name": "my files"}]);
    let params = json!({
        "processId": null,
        "rootUri": "file:///w/my files",
        "workspaceFolders": folders,
        "capabilities": {},
    });
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    let (sent, escaped) = ("file:///w/[id] x.yaml", "file:///w/%5Bid%5D%20x.yaml");
    session.open(sent, "yaml", 1, &wrong_at(1));
    assert_eq!(error_lines(&session.published(escaped, 1)), [1]);
    session.change(sent, 2, json!([edit((0, 0), (0, 0), "#\n")]));
    assert_eq!(error_lines(&session.published(escaped, 2)), [2]);
    session.close(sent);
    assert_eq!(session.until_now().len(), 1);
}

#[test]
fn a_client_that_does_not_count_is_understood() {
    let mut session = Session::with(json!({}));
    let mut item = json!({"uri": URI, "languageId": "yaml", "text": wrong_at(1)});
    session.notify("textDocument/didOpen", json!({"textDocument": item}));
    assert_eq!(error_lines(&session.published(URI, 0)), [1]);
    let change = json!([edit((0, 0), (0, 0), "# one\n")]);
    for (version, sent) in [(1, json!({"version": null})), (2, json!({}))] {
        let mut document = json!({"uri": URI});
        document
            .as_object_mut()
            .unwrap()
            .extend(sent.as_object().unwrap().clone());
        let params = json!({"textDocument": document, "contentChanges": change});
        session.notify("textDocument/didChange", params);
        assert_eq!(
            error_lines(&session.published(URI, version)),
            [version as u64 + 1]
        );
    }
    session.change(URI, 7, change);
    assert_eq!(error_lines(&session.published(URI, 7)), [4]);
    item["version"] = json!(null);
    session.notify("textDocument/didOpen", json!({"textDocument": item}));
    assert_eq!(error_lines(&session.published(URI, 8)), [1]);
}

/// An edit that the protocol's types refuse.
fn unreadable() -> Value {
    let mut lost = edit((0, 0), (0, 0), "# one\n");
    lost["range"]["start"]["line"] = json!(-1);
    lost
}

/// The only diagnostic of a document of which a change was lost.
fn assert_is_not_checked(diagnostics: &[Value]) {
    let [only] = diagnostics else {
        panic!("{diagnostics:?}");
    };
    assert!(only["message"].as_str().unwrap().contains("not checked"));
    assert_eq!(only["range"], edit((0, 0), (0, 0), "")["range"]);
}

/// Edits after a lost one belong to another text than the one known here.
#[test]
fn after_a_lost_change_only_the_whole_text_counts() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    session.published(URI, 1);
    session.change(URI, 2, json!([unreadable()]));
    let line = session.log_line();
    for word in ["`textDocument/didChange`", "lost", "-1", URI] {
        assert!(line.contains(word), "{line}");
    }
    // A message and a diagnostic, in any order.
    let said = [session.next().unwrap(), session.next().unwrap()];
    let of = |method: &str| {
        let found = said.iter().find(|said| said["method"] == method);
        found.unwrap_or_else(|| panic!("{method}: {said:?}"))["params"].clone()
    };
    let shown = of("window/showMessage")["message"].clone();
    let shown = shown.as_str().unwrap();
    assert!(shown.starts_with("api.yaml is not checked"), "{shown}");
    let told = of("textDocument/publishDiagnostics");
    assert_is_not_checked(told["diagnostics"].as_array().unwrap());

    // Nothing is answered that belongs to another text, and it is not said again.
    session.change(URI, 3, json!([edit((0, 0), (0, 0), "# one\n")]));
    session.change(URI, 3, json!([unreadable()]));
    let said = session.until_now();
    let shown = said
        .iter()
        .filter(|said| said["method"] == "window/showMessage");
    assert_eq!(shown.count(), 0, "{said:?}");
    let place = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}});
    assert!(session.ask("textDocument/hover", place).is_null());

    let changes = json!([
        edit((0, 0), (0, 0), "# one\n"),
        {"text": wrong_at(5)},
        edit((0, 0), (0, 0), "# one\n"),
    ]);
    session.change(URI, 4, changes);
    assert_eq!(error_lines(&session.published(URI, 4)), [6]);
    session.change(URI, 5, json!([unreadable()]));
    session.close(URI);
    session.open(URI, "yaml", 1, &wrong_at(2));
    assert_eq!(error_lines(&session.published(URI, 1)), [2]);
    session.change(URI, 2, json!([edit((0, 0), (0, 0), "# one\n")]));
    assert_eq!(error_lines(&session.published(URI, 2)), [3]);
}

/// What every client sends: a document that is saved is checked again.
#[test]
fn after_a_lost_change_saving_is_enough() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    session.published(URI, 1);
    session.change(URI, 2, json!([unreadable()]));
    let saved = json!({"textDocument": {"uri": URI}, "text": wrong_at(3)});
    session.notify("textDocument/didSave", saved.clone());
    assert_eq!(error_lines(&session.published(URI, 2)), [3]);
    session.change(URI, 3, json!([edit((0, 0), (0, 0), "# one\n")]));
    assert_eq!(error_lines(&session.published(URI, 3)), [4]);
    // The text of a document of which nothing was lost is the one that was edited.
    session.notify("textDocument/didSave", saved);
    session.change(URI, 4, json!([edit((0, 0), (0, 0), "# one\n")]));
    assert_eq!(error_lines(&session.published(URI, 4)), [5]);
}

#[test]
fn a_client_that_pulls_is_told_of_a_lost_change() {
    let mut session = Session::with(json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    }));
    session.open(URI, "yaml", 1, &wrong_at(1));
    let pull = json!({"textDocument": {"uri": URI}});
    let pulled = session.ask("textDocument/diagnostic", pull.clone());
    assert_eq!(error_lines(pulled["items"].as_array().unwrap()), [1]);
    session.change(URI, 2, json!([unreadable()]));
    let pulled = session.ask("textDocument/diagnostic", pull.clone());
    assert_is_not_checked(pulled["items"].as_array().unwrap());
    session.change(URI, 3, json!([{"text": wrong_at(2)}]));
    let pulled = session.ask("textDocument/diagnostic", pull);
    assert_eq!(error_lines(pulled["items"].as_array().unwrap()), [2]);
}

/// A character that is cut in two is one that is unknown, and the rest of the change counts.
#[test]
fn half_a_character_is_taken_as_an_unknown_one() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &wrong_at(1));
    session.published(URI, 1);
    for (version, half) in [(2, r"\ud83d"), (3, r"\udd11")] {
        let body = json!({
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": URI, "version": version},
                "contentChanges": [edit((0, 0), (0, 0), "# HALF\n")],
            },
        });
        let body = body.to_string().replace("HALF", half);
        session.write_body(&body);
        assert_eq!(
            error_lines(&session.published(URI, version)),
            [version as u64]
        );
    }
}

/// A change in a message that is no JSON, has no length or is cut off belongs to a document all the
/// same.
#[test]
fn a_change_in_a_broken_message_is_told_of() {
    let change = json!({
        "jsonrpc": "2.0",
        "method": "textDocument/didChange",
        "params": {
            "textDocument": {"uri": URI, "version": 2},
            "contentChanges": [edit((0, 0), (0, 0), "# one\n")],
        },
    });
    let change = change.to_string();
    let cut = &change[..change.len() - 1];
    for broken in [
        format!("Content-Length: {}\r\n\r\n{cut}", cut.len()),
        format!("Content-Type: text\r\n\r\n{change}"),
        format!("Content-Length: x\r\n\r\n{change}"),
        change.clone(),
    ] {
        let mut session = Session::with(json!({}));
        session.open(URI, "yaml", 1, &wrong_at(1));
        session.published(URI, 1);
        session.write(broken.as_bytes());
        let said = session.until_now();
        let told = said
            .iter()
            .find(|said| said["method"] == "textDocument/publishDiagnostics");
        let told = told.unwrap_or_else(|| panic!("{broken}: {said:?}"));
        assert_is_not_checked(told["params"]["diagnostics"].as_array().unwrap());
    }
}

#[test]
fn a_lost_opening_is_told() {
    let mut session = Session::with(json!({}));
    session.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": URI, "version": 1}}),
    );
    let line = session.log_line();
    assert!(line.contains("`textDocument/didOpen`"), "{line}");
}
