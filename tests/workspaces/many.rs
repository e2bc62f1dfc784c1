//! Renames over many files: nothing is left behind, and undone they give the same bytes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::editor::{Editor, decoded};

/// Set to check 50 files of 200 operations each.
const FULL: &str = "ASYNCAPI_SECURITY_LSP_MANY_FILES";

/// How many files and how many operations in each.
fn size() -> (usize, usize) {
    match std::env::var_os(FULL) {
        Some(_) => (50, 200),
        None => (12, 20),
    }
}

const SCHEMES: &str = "  staff:
    type: oauth2
    flows:
      clientCredentials:
        tokenUrl: https://id.fair.io/token
";

/// A document of 2.x with its channels in other files.
fn version_2((files, operations): (usize, usize)) -> String {
    let mut root = "--- root.yaml\nasyncapi: 2.6.0\nchannels:\n".to_owned();
    let mut parts = String::new();
    for file in 0..files {
        parts.push_str(&format!("--- parts/{file}.yaml\n"));
        for channel in 0..operations / 2 {
            let name = format!("c{file}_{channel}");
            root.push_str(&format!("  {name}:\n    $ref: parts/{file}.yaml#/{name}\n"));
            parts.push_str(&format!(
                "{name}:\n  publish:\n    security:\n      - staff: [read]\n  subscribe:\n    security:\n      - staff: [\"read\"]\n"
            ));
        }
    }
    let schemes = SCHEMES.replace("\n", "\n  ");
    root.push_str(&format!(
        "components:\n  securitySchemes:\n  {schemes}        scopes:\n            read: Read\n"
    ));
    root + &parts
}

/// Documents of 3.x that share a file of schemes.
fn version_3((files, operations): (usize, usize)) -> String {
    let mut all = format!(
        "--- schemes.yaml\nschemes:\n{SCHEMES}        availableScopes:\n          read: Read\n    scopes:\n      - read\n"
    );
    for file in 0..files {
        all.push_str(&format!("--- docs/{file}.yaml\nasyncapi: 3.0.0\nchannels:\n  hall:\n    address: hall\noperations:\n"));
        for operation in 0..operations {
            all.push_str(&format!(
                "  o{operation}:\n    action: send\n    channel:\n      $ref: '#/channels/hall'\n    security:\n      - $ref: ../schemes.yaml#/schemes/staff\n"
            ));
        }
    }
    all
}

/// Replaces what edits say; returns the text and the edits that undo that.
fn applied(text: &str, edits: &[Value]) -> (String, Vec<Value>) {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let offset = |place: &Value| starts[number(&place["line"])] + number(&place["character"]);
    let mut edits: Vec<(usize, usize, &str)> = (edits.iter())
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().unwrap();
            (offset(&range["start"]), offset(&range["end"]), new)
        })
        .collect();
    edits.sort_unstable();
    let (mut new, mut undo, mut at) = (String::new(), Vec::new(), 0);
    for (start, end, text_of) in edits {
        assert!(at <= start, "edits overlap");
        new.push_str(&text[at..start]);
        let line = new.matches('\n').count();
        let character = new.len() - new.rfind('\n').map_or(0, |at| at + 1);
        new.push_str(text_of);
        undo.push(json!({
            "range": {
                "start": {"line": line, "character": character},
                "end": {"line": line, "character": character + text_of.len()},
            },
            "newText": &text[start..end],
        }));
        at = end;
    }
    new.push_str(&text[at..]);
    (new, undo)
}

/// Renames what stands at a place, and checks all files before, after, and after it was undone.
#[track_caller]
fn check(
    editor: &mut Editor,
    open: &[&str],
    (line, character): (usize, usize),
    new: &str,
    count: usize,
) {
    // The file that was opened last.
    let file = open.last().unwrap();
    let before = editor.found();
    let params = json!({
        "textDocument": {"uri": editor.uri(file)},
        "position": {"line": line, "character": character},
        "newName": new,
    });
    let edit = editor.session.ask("textDocument/rename", params);
    let mut undo: BTreeMap<String, (String, Vec<Value>)> = BTreeMap::new();
    let mut places = 0;
    for change in edit["documentChanges"].as_array().unwrap() {
        let uri = change["textDocument"]["uri"].as_str().unwrap();
        let name = editor.folder.relative(&decoded(uri));
        let old = std::fs::read_to_string(editor.folder.path.join(&name)).unwrap();
        let edits = change["edits"].as_array().unwrap();
        places += edits.len();
        let (text, back) = applied(&old, edits);
        editor.write(open, &name, &text);
        undo.insert(name, (old, back));
    }
    assert_eq!(places, count, "all places");
    assert!(editor.found() == before, "renamed");
    for (name, (old, back)) in undo {
        let text = std::fs::read_to_string(editor.folder.path.join(&name)).unwrap();
        let (text, _) = applied(&text, &back);
        assert_eq!(text, old, "{name} undone");
        editor.write(open, &name, &text);
    }
    assert!(editor.found() == before, "undone");
}

impl Editor {
    /// Writes a file, in the editor if it is open there.
    fn write(&mut self, open: &[&str], name: &str, text: &str) {
        self.folder.write(name, text);
        if open.contains(&name) {
            self.open(name, text);
        } else {
            self.tell(name, 2);
        }
    }
}

/// Line and character of a text.
fn position(text: &str, wanted: &str) -> (usize, usize) {
    let before = &text[..text.find(wanted).unwrap()];
    let line = before.matches('\n').count();
    (
        line,
        before.len() - before.rfind('\n').map_or(0, |at| at + 1),
    )
}

#[test]
fn names_of_2_are_renamed_in_all_files_of_a_document() {
    let mut editor = Editor::of(&version_2(size()));
    let text = std::fs::read_to_string(editor.folder.path.join("root.yaml")).unwrap();
    editor.open("root.yaml", &text);
    let (files, operations) = size();
    let count = files * operations + 1;
    check(
        &mut editor,
        &["root.yaml"],
        position(&text, "staff"),
        "other",
        count,
    );
    check(
        &mut editor,
        &["root.yaml"],
        position(&text, "read:"),
        "look",
        count,
    );
    let part = std::fs::read_to_string(editor.folder.path.join("parts/1.yaml")).unwrap();
    editor.open("parts/1.yaml", &part);
    check(
        &mut editor,
        &["root.yaml", "parts/1.yaml"],
        position(&part, "read"),
        "look",
        count,
    );
}

#[test]
fn references_of_3_are_renamed_in_all_documents() {
    let mut editor = Editor::of(&version_3(size()));
    let text = std::fs::read_to_string(editor.folder.path.join("schemes.yaml")).unwrap();
    editor.open("schemes.yaml", &text);
    let (files, operations) = size();
    let count = files * operations + 1;
    check(
        &mut editor,
        &["schemes.yaml"],
        position(&text, "staff"),
        "other",
        count,
    );
    check(
        &mut editor,
        &["schemes.yaml"],
        position(&text, "read:"),
        "look",
        2,
    );
    let name = "docs/1.yaml";
    let document = std::fs::read_to_string(editor.folder.path.join(name)).unwrap();
    editor.open(name, &document);
    check(
        &mut editor,
        &["schemes.yaml", name],
        position(&document, "staff"),
        "other",
        count,
    );
}
