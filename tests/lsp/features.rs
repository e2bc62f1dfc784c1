//! Completion and hover.

use serde_json::{Value, json};

use crate::driver::Session;

const URI: &str = "file:///w/api.yaml";

/// Opens a document with the cursor at `$0` and sends a request for that position.
fn ask_at(session: &mut Session, method: &str, marked: &str) -> Value {
    let (before, after) = marked.split_once("$0").unwrap();
    session.open(URI, "yaml", 1, &format!("{before}{after}"));
    let line = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap();
    let position = json!({"line": line, "character": last.encode_utf16().count()});
    let params = json!({"textDocument": {"uri": URI}, "position": position});
    session.ask(method, params)
}

/// Opens a document with the cursor at `$0` and asks for completion there.
fn complete_at(session: &mut Session, marked: &str) -> Value {
    let list = ask_at(session, "textDocument/completion", marked);
    let is_empty = list["items"].as_array().unwrap().is_empty();
    assert_eq!(list["isIncomplete"], !is_empty, "{list}");
    list["items"].clone()
}

const TYPE: &str = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oau$0\n      description: x\n";

fn item<'a>(items: &'a Value, label: &str) -> &'a Value {
    let items = items.as_array().unwrap();
    items.iter().find(|item| item["label"] == label).unwrap()
}

#[test]
fn completion_replaces_the_word_at_the_cursor() {
    let mut session = Session::start();
    let result = session.initialize(json!({}));
    let triggers = &result["capabilities"]["completionProvider"]["triggerCharacters"];
    // After a colon or a dash Enter is as likely as a blank.
    assert_eq!(*triggers, json!([" ", "\"", "'", "#", "/", "$"]));
    let items = complete_at(&mut session, TYPE);
    let oauth = item(&items, "oauth2");
    let range = json!({"start": {"line": 4, "character": 12}, "end": {"line": 4, "character": 15}});
    assert_eq!(
        oauth["textEdit"],
        json!({"range": range, "newText": "oauth2"})
    );
    assert_eq!(oauth["insertTextFormat"], 1);
    assert!(oauth["filterText"].is_string() && oauth["sortText"].is_string());
}

#[test]
fn an_item_has_what_the_client_can_show() {
    let mut plain = Session::with(json!({}));
    let items = complete_at(&mut plain, TYPE);
    let oauth = item(&items, "oauth2");
    assert!(oauth["detail"].is_string());
    assert_eq!(oauth["documentation"]["kind"], "plaintext");
    let text = oauth["documentation"]["value"].as_str().unwrap();
    assert!(!text.contains('`') && !text.contains("**"), "{text}");
    for field in [
        "labelDetails",
        "preselect",
        "tags",
        "deprecated",
        "insertTextMode",
    ] {
        assert!(
            items
                .as_array()
                .unwrap()
                .iter()
                .all(|item| item.get(field).is_none()),
            "{field}"
        );
    }

    let mut rich = Session::with(json!({"textDocument": {"completion": {"completionItem": {
        "snippetSupport": true,
        "documentationFormat": ["markdown", "plaintext"],
        "labelDetailsSupport": true,
        "preselectSupport": true,
        "deprecatedSupport": true,
        "tagSupport": {"valueSet": [1]},
    }}}}));
    let items = complete_at(&mut rich, TYPE);
    let oauth = item(&items, "oauth2");
    assert!(oauth["labelDetails"]["description"].is_string());
    assert!(oauth.get("detail").is_none());
    assert_eq!(oauth["documentation"]["kind"], "markdown");
}

/// A long list is sent again at each letter, so its explanations wait until an entry is chosen.
#[test]
fn long_explanations_follow_when_an_item_is_chosen() {
    let description = "word ".repeat(100);
    let schemes = (0..40)
        .map(|number| format!("    s{number}: {{type: plain, description: {description}}}\n"));
    let text = format!(
        "asyncapi: 2.6.0\nservers:\n  a:\n    security:\n    - $0\ncomponents:\n  securitySchemes:\n{}",
        String::from_iter(schemes)
    );
    let client = json!({"textDocument": {"completion": {"completionItem": {
        "resolveSupport": {"properties": ["documentation"]},
    }}}});
    let mut session = Session::with(client);
    let items = complete_at(&mut session, &text);
    let chosen = item(&items, "s7");
    assert!(chosen.get("documentation").is_none());
    let resolved = session.ask("completionItem/resolve", chosen.clone());
    let shown = resolved["documentation"]["value"].as_str().unwrap();
    assert!(shown.contains("s7: SASL PLAIN"), "{shown}");
    // Of a changed document nothing can be said any more.
    session.change(URI, 2, json!([{"text": "asyncapi: 2.6.0\n"}]));
    let again = session.ask("completionItem/resolve", chosen.clone());
    assert_eq!(again, *chosen);
    let mut other = Session::with(json!({}));
    let items = complete_at(&mut other, &text);
    assert!(item(&items, "s7")["documentation"].is_object());
}

#[test]
fn snippets_go_only_to_clients_that_understand_them() {
    let keys =
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      $0\n";
    for supported in [false, true] {
        let mut session = Session::with(json!({"textDocument": {"completion": {"completionItem": {
            "snippetSupport": supported,
        }}}}));
        let items = complete_at(&mut session, keys);
        let items = items.as_array().unwrap();
        assert!(!items.is_empty());
        let snippets = items
            .iter()
            .filter(|item| item["insertTextFormat"] == 2)
            .count();
        assert_eq!(snippets > 0, supported, "{items:?}");
    }
}

#[test]
fn a_hover_is_markdown_or_text_as_the_client_prefers() {
    let key = TYPE.replace("type: oau$0", "ty$0pe: oauth2");
    for (formats, kind) in [
        (json!(["markdown", "plaintext"]), "markdown"),
        (json!(["plaintext", "markdown"]), "plaintext"),
        (json!(["plaintext"]), "plaintext"),
        (json!(null), "plaintext"),
    ] {
        let mut session = Session::with(json!({"textDocument": {"hover": {
            "contentFormat": formats,
        }}}));
        let hover = ask_at(&mut session, "textDocument/hover", &key);
        assert_eq!(hover["contents"]["kind"], kind, "{formats}");
        assert_eq!(hover["range"]["start"], json!({"line": 4, "character": 6}));
        assert_eq!(hover["range"]["end"], json!({"line": 4, "character": 10}));
        let text = hover["contents"]["value"].as_str().unwrap();
        assert!(text.contains("type"), "{text}");
        let has_marks = text.contains('`') || text.contains("**") || text.contains("](");
        assert_eq!(has_marks, kind == "markdown", "{text}");
    }
}

#[test]
fn nothing_is_offered_where_nothing_of_ours_stands() {
    let mut session = Session::with(json!({}));
    for text in [
        "asyncapi: 3.0.0\ninfo:\n  title: a$0\n",
        "kind: Pod\ntype: $0\n",
    ] {
        let items = complete_at(&mut session, text);
        assert!(items.as_array().is_none_or(Vec::is_empty), "{items}");
    }
}

#[test]
fn a_new_document_starts_with_its_version() {
    let mut session = Session::with(json!({}));
    let items = complete_at(&mut session, "$0");
    assert_eq!(items.as_array().map(Vec::len), Some(1), "{items}");
    let edit = &item(&items, "asyncapi: 3.1.0")["textEdit"];
    assert_eq!(edit["newText"], "asyncapi: 3.1.0");
    let mut session = Session::with(json!({}));
    let items = complete_at(&mut session, "asyncapi: $0\n");
    assert_eq!(items[0]["label"], "3.1.0");
}

/// Requests completion at the end of a document as an editor does; `kind` is the trigger kind.
fn complete_at_end(session: &mut Session, text: &str, kind: u32) -> Vec<String> {
    let last = text.rsplit('\n').next().unwrap();
    let position = json!({"line": text.matches('\n').count(), "character": last.len()});
    let document = json!({"uri": URI});
    let list = session.ask(
        "textDocument/completion",
        json!({"textDocument": document, "position": position, "context": {"triggerKind": kind}}),
    );
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["label"].as_str().unwrap().to_owned())
        .collect()
}

/// Editors select the first entry of a list that opens by itself, and Enter accepts it.
#[test]
fn no_list_opens_by_itself_where_a_line_may_be_complete() {
    const INVOKED: u32 = 1;
    const BY_CHARACTER: u32 = 2;
    const BY_LETTER: u32 = 3;
    let mut session = Session::with(json!({}));
    let scheme = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      ";
    session.open(URI, "yaml", 1, scheme);
    let mut version = 1;
    for (typed, label, by_itself, asked_once) in [
        ("type:", "http", false, false),
        ("type: ", "http", true, true),
        ("type: htt", "http", true, true),
        ("type: http", "http", false, false),
        ("type: httpA", "httpApiKey", true, true),
        ("", "type", false, true),
        ("ty", "type", true, true),
        ("type: oauth2\n      flows:", "implicit", false, false),
        ("type: oauth2\n      flows: ", "implicit", false, true),
        (
            "type: oauth2\n      flows:\n        i",
            "implicit",
            true,
            true,
        ),
    ] {
        let text = format!("{scheme}{typed}");
        for (kind, expected) in [
            (BY_CHARACTER, by_itself),
            (BY_LETTER, by_itself),
            // Editors that ask when a letter is typed say the same as when the author asks.
            (INVOKED, asked_once),
        ] {
            version += 1;
            session.change(URI, version, json!([{"text": text}]));
            let offered = complete_at_end(&mut session, &text, kind);
            let has = offered.iter().any(|offered| offered == label);
            assert_eq!(has, expected, "{typed:?} {kind} {offered:?}");
            assert!(has || offered.is_empty(), "{typed:?} {kind} {offered:?}");
        }
        // Nothing was typed since, so the author asks.
        let offered = complete_at_end(&mut session, &text, INVOKED);
        assert!(offered.iter().any(|offered| offered == label), "{typed:?}");
    }
}

/// A word that is complete, or a scope of one letter, where nothing was typed just now.
#[test]
fn a_list_opens_in_a_whole_word_where_the_author_must_have_asked() {
    let mut session = Session::with(json!({}));
    let before = "asyncapi: 2.6.0\nservers:\n  a:\n    security:\n      - b: [w";
    let after = "]\ncomponents:\n  securitySchemes:\n    b:\n      type: oauth2\n      flows:\n        password:\n          scopes: {w: write, w:all: write all}\n";
    session.open(URI, "yaml", 1, &format!("{before}{after}"));
    let change = |line: u32, character: u32| {
        let at = json!({"line": line, "character": character});
        json!([{"range": {"start": at, "end": at}, "text": "x"}])
    };
    let mut asked = |kind| complete_at_end(&mut session, before, kind);
    assert_eq!(asked(2), [""; 0], "a character is no author");
    assert_eq!(asked(1), ["w", "w:all"], "nothing was typed at all");
    session.change(URI, 2, change(4, 10));
    session.change(
        URI,
        3,
        json!([{"range": {
        "start": {"line": 4, "character": 10}, "end": {"line": 4, "character": 11},
    }, "text": ""}]),
    );
    let mut asked = |kind| complete_at_end(&mut session, before, kind);
    assert_eq!(asked(1), [""; 0], "an editor may ask after a letter");
    session.change(URI, 4, change(11, 27));
    let mut asked = |kind| complete_at_end(&mut session, before, kind);
    assert_eq!(
        asked(1),
        ["w", "w:all"],
        "the last letter is on another line"
    );
}

/// Clients that do not know the command would warn of it.
#[test]
fn the_next_list_opens_where_the_client_knows_how() {
    let keys = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      $0\n";
    let snippets = json!({"completion": {"completionItem": {"snippetSupport": true}}});
    let suggest = "editor.action.triggerSuggest";
    for (known, command) in [
        (json!([suggest]), json!(suggest)),
        (json!(["editor.action.other"]), json!(null)),
        (json!(null), json!(null)),
    ] {
        let mut session = Session::with(json!({
            "textDocument": snippets,
            "experimental": {"commands": {"commands": known}},
        }));
        let items = complete_at(&mut session, keys);
        assert_eq!(item(&items, "type")["command"]["command"], command);
        assert_eq!(item(&items, "type: http")["command"], json!(null));
        assert_eq!(item(&items, "description")["command"], json!(null));
    }
}

#[test]
fn the_settings_file_is_completed_where_the_editor_sends_it() {
    let mut session = Session::with(json!({}));
    let uri = "file:///w/asyncapi-security.toml";
    session.open(uri, "toml", 1, "[rules]\nurl-f\n");
    let position = json!({"line": 1, "character": 5});
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    let list = session.ask("textDocument/completion", params);
    let edit = &item(&list["items"], "url-fragment")["textEdit"];
    let range = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 5}});
    assert_eq!(*edit, json!({"range": range, "newText": "url-fragment = "}));
}
