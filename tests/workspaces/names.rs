//! Names in the files of a workspace: where they are declared and used, and how they are renamed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cases::CASES;
use crate::editor::{Editor, capabilities, decoded};
use crate::folder::Folder;

impl Editor {
    /// The workspace whose name starts like that.
    fn case(name: &str) -> Self {
        let case = CASES.iter().find(|case| case.name.starts_with(name));
        let case = case.unwrap();
        Self::new(Folder::new(case.files), &[case.folder])
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path.join(name)).unwrap()
    }

    /// The place of a text in a line of a file, which is opened.
    fn at(&mut self, place: &str) -> Value {
        let [name, line, wanted] = place.splitn(3, ':').collect::<Vec<_>>()[..] else {
            panic!("{place}");
        };
        let line: usize = line.parse().unwrap();
        let text = self.text(name);
        let at = text.lines().nth(line - 1).unwrap().find(wanted).unwrap();
        self.open(name, &text);
        json!({
            "textDocument": {"uri": self.uri(name)},
            "position": {"line": line - 1, "character": at},
        })
    }

    fn shown(&self, place: &Value) -> String {
        let name = self
            .folder
            .relative(&decoded(place["uri"].as_str().unwrap()));
        let (start, end) = (&place["range"]["start"], &place["range"]["end"]);
        assert_eq!(start["line"], end["line"]);
        let line = start["line"].as_u64().unwrap();
        let number = |place: &Value| usize::try_from(place["character"].as_u64().unwrap()).unwrap();
        let text = self.text(&name);
        let written = text.lines().nth(usize::try_from(line).unwrap()).unwrap();
        format!(
            "{name}:{}:{}",
            line + 1,
            &written[number(start)..number(end)]
        )
    }

    /// Where the name at a place is declared.
    fn definition(&mut self, place: &str) -> Vec<String> {
        let params = self.at(place);
        // All files are known once the workspace was reported.
        self.found();
        let found = self.session.ask("textDocument/definition", params);
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().map(|place| self.shown(place)).collect()
    }

    fn references(&mut self, place: &str) -> Vec<String> {
        let mut params = self.at(place);
        params["context"] = json!({"includeDeclaration": false});
        let found = self.session.ask("textDocument/references", params);
        let found = found.as_array().cloned().unwrap_or_default();
        let mut found: Vec<String> = found.iter().map(|place| self.shown(place)).collect();
        found.sort();
        found
    }

    /// What a rename would edit, or why it is refused.
    fn rename(&mut self, place: &str, new: &str) -> Result<Vec<String>, String> {
        let mut params = self.at(place);
        params["newName"] = new.into();
        let id = self.session.request("textDocument/rename", params);
        let answer = self.session.wait(|message| message["id"] == id);
        if let Some(reason) = answer["error"]["message"].as_str() {
            return Err(reason.to_owned());
        }
        let changes = answer["result"]["documentChanges"].as_array().unwrap();
        let mut found = Vec::new();
        let mut files = BTreeSet::new();
        for change in changes {
            let uri = &change["textDocument"]["uri"];
            assert!(files.insert(uri.to_string()), "{uri} twice");
            for edit in change["edits"].as_array().unwrap() {
                let place = json!({"uri": uri, "range": edit["range"]});
                let new = edit["newText"].as_str().unwrap();
                found.push(format!("{}>{new}", self.shown(&place)));
            }
        }
        found.sort();
        Ok(found)
    }
}

#[track_caller]
fn assert_renamed(case: &str, place: &str, expected: &[&str]) {
    let found = Editor::case(case).rename(place, "other");
    let expected = expected.iter().map(|place| format!("{place}>other"));
    assert_eq!(found, Ok(expected.collect()), "{case}");
}

#[track_caller]
fn assert_refused(case: &str, place: &str, expected: &str) {
    let found = Editor::case(case).rename(place, "other");
    assert_eq!(found, Err(expected.to_owned()), "{case}");
}

#[track_caller]
fn assert_defined(case: &str, place: &str, expected: &[&str]) {
    assert_eq!(Editor::case(case).definition(place), expected, "{case}");
}

#[track_caller]
fn assert_references(case: &str, place: &str, expected: &[&str]) {
    assert_eq!(Editor::case(case).references(place), expected, "{case}");
}

#[test]
fn namesakes_in_other_documents_stay() {
    let case = "documents that share nothing";
    assert_renamed(
        case,
        "tickets/asyncapi.yaml:3:badge",
        &[
            "tickets/asyncapi.yaml:2:badge",
            "tickets/asyncapi.yaml:3:badge",
        ],
    );
    assert_references(
        case,
        "stalls/asyncapi.yaml:3:badge",
        &["stalls/asyncapi.yaml:2:badge"],
    );
}

#[test]
fn files_of_json_schema_have_no_part_in_it() {
    let case = "payloads from files";
    assert_defined(
        case,
        "asyncapi/asyncapi.yaml:2:guest",
        &["asyncapi/asyncapi.yaml:6:guest"],
    );
    assert_renamed(
        case,
        "asyncapi/asyncapi.yaml:2:guest",
        &[
            "asyncapi/asyncapi.yaml:2:guest",
            "asyncapi/asyncapi.yaml:6:guest",
        ],
    );
}

#[test]
fn a_file_above_the_open_folder_is_renamed_in() {
    let case = "references above the open folder";
    assert_defined(
        case,
        "areas/north/asyncapi.yaml:3:stream",
        &["common/access.yaml:1:stream"],
    );
    assert_renamed(
        case,
        "areas/north/asyncapi.yaml:3:stream",
        &[
            "areas/north/asyncapi.yaml:3:stream",
            "common/access.yaml:1:stream",
        ],
    );
    assert_refused(
        case,
        "areas/north/asyncapi.yaml:5:stream",
        "`stream` stands in a file that is not read here, or is not there: it cannot be renamed \
         in both",
    );
}

#[test]
fn a_name_in_a_file_of_a_channel_means_the_scheme_of_its_document() {
    let case = "a tree of channel";
    assert_defined(
        case,
        "channels/doors.yaml:4:keeper",
        &["asyncapi.yaml:6:keeper"],
    );
    let both = ["asyncapi.yaml:6:keeper", "channels/doors.yaml:4:keeper"];
    assert_renamed(case, "channels/doors.yaml:4:keeper", &both);
    assert_renamed(case, "asyncapi.yaml:6:keeper", &both);
    let mut editor = Editor::case(case);
    let taken = editor.rename("channels/doors.yaml:4:keeper", "visitor");
    let expected = "`visitor` is taken: it stands in line 5 of `asyncapi.yaml`";
    assert_eq!(taken, Err(expected.to_owned()));
    let taken = editor.rename("asyncapi.yaml:6:keeper", "keepre");
    let expected = "`keepre` is taken: it stands in line 5 of `doors.yaml`";
    assert_eq!(
        taken,
        Err(expected.to_owned()),
        "that name would get a meaning"
    );
}

#[test]
fn orphans_use_names_too() {
    let case = "files that refer into the workspace";
    assert_references(case, "asyncapi.yaml:5:owner", &["operations.yaml:3:owner"]);
    assert_renamed(
        case,
        "asyncapi.yaml:5:owner",
        &["asyncapi.yaml:5:owner", "operations.yaml:3:owner"],
    );
    assert_references(case, "components/securitySchemes.yaml:1:visitor", &[]);
    assert_renamed(
        case,
        "asyncapi.yaml:4:visitor",
        &["asyncapi.yaml:2:visitor", "asyncapi.yaml:4:visitor"],
    );
}

#[test]
fn a_name_of_a_scheme_on_the_network_is_renamed_here_alone() {
    let case = "references over the network";
    assert_defined(case, "asyncapi.yaml:3:/components", &[]);
    assert_renamed(
        case,
        "asyncapi.yaml:4:badge",
        &["asyncapi.yaml:4:badge", "asyncapi.yaml:6:badge"],
    );
}

#[test]
fn names_of_openapi_stay() {
    let case = "OpenAPI beside AsyncAPI";
    assert_defined(case, "asyncapi.yaml:4:pass", &["openapi.yaml:5:pass"]);
    assert_refused(
        case,
        "asyncapi.yaml:4:pass",
        "`pass` also stands in `openapi.yaml`, a document of OpenAPI, whose other places would be \
         left behind",
    );
}

#[test]
fn whole_documents_refer_to_each_other() {
    let case = "whole documents";
    assert_references(case, "entry.yaml:3:badge", &["light.yaml:2:badge"]);
    assert_renamed(
        case,
        "entry.yaml:3:badge",
        &["entry.yaml:3:badge", "light.yaml:2:badge"],
    );
}

#[test]
fn a_bundle_is_a_document_of_its_own() {
    let case = "a bundle";
    assert_renamed(
        case,
        "asyncapi/access.yaml:1:pass",
        &[
            "asyncapi/access.yaml:1:pass",
            "asyncapi/asyncapi.yaml:2:pass",
        ],
    );
}

#[test]
fn files_that_may_be_absent_are_followed_but_stay() {
    for (file, why) in [
        (
            "generated/entry.yaml",
            "which git ignores: the tool that makes it would undo the change",
        ),
        (
            "treaties/entry.yaml",
            "which belongs to another repository: rename it there first",
        ),
    ] {
        let mut editor = Editor::case("files that are missing");
        editor.folder.write(file, "guest: {type: userPassword}\n");
        let line = if file.starts_with('g') { 5 } else { 6 };
        let place = format!("asyncapi.yaml:{line}:guest");
        assert_eq!(editor.definition(&place), [format!("{file}:1:guest")]);
        let found = editor.rename(&place, "other");
        let expected = format!("`guest` also stands in `entry.yaml`, {why}");
        assert_eq!(found, Err(expected));
    }
}

#[test]
fn a_whole_section_in_one_file_declares_the_names() {
    let case = "a whole section";
    assert_defined(
        case,
        "asyncapi.yaml:2:pass",
        &["components/access.yaml:1:pass"],
    );
    let both = ["asyncapi.yaml:2:pass", "components/access.yaml:1:pass"];
    assert_renamed(case, "asyncapi.yaml:2:pass", &both);
    assert_renamed(case, "components/access.yaml:1:pass", &both);
}

#[test]
fn a_scope_is_renamed_where_its_scheme_is_declared() {
    let mut editor = Editor::case("a whole section");
    let text = editor.text("asyncapi.yaml").replace("scoers", "scores");
    editor.folder.write("asyncapi.yaml", &text);
    let both = [
        "asyncapi.yaml:2:read:scores",
        "components/access.yaml:2:read:scores",
    ];
    let expected: Vec<String> = both.iter().map(|place| format!("{place}>look")).collect();
    assert_eq!(editor.definition("asyncapi.yaml:2:read:scores"), both[1..]);
    for place in both {
        assert_eq!(editor.rename(place, "look").as_ref(), Ok(&expected));
    }
}

#[test]
fn a_file_has_no_name() {
    let case = "one scheme a file";
    assert_references(
        case,
        "asyncapi.yaml:4:pass",
        &[
            "asyncapi.yaml:4:./schemes/pass.yaml",
            "servers/gate.yaml:3:../schemes/pass.yaml",
        ],
    );
    assert_renamed(case, "asyncapi.yaml:4:pass", &["asyncapi.yaml:4:pass"]);
    assert_refused(
        case,
        "servers/gate.yaml:3:../schemes",
        "a file has no name that could be changed here: rename the file itself",
    );
}

#[test]
fn a_key_and_the_key_it_refers_to_are_two_names() {
    let case = "a library";
    assert_renamed(
        case,
        "base.yaml:3:stream",
        &[
            "b.yaml:4:stream",
            "base.yaml:3:stream",
            "base.yaml:4:stream",
        ],
    );
    assert_renamed(
        case,
        "b.yaml:2:stream",
        &["b.yaml:2:stream", "b.yaml:4:stream"],
    );
    assert_defined(case, "a.yaml:2:river", &["a.yaml:3:river"]);
    assert_defined(case, "a.yaml:3:second", &["base.yaml:4:second"]);
}

#[test]
fn paths_stay_as_they_are_written() {
    let case = "forms of a reference";
    assert_renamed(
        case,
        "the docs/gate.yml:1:x-y",
        &[
            "the docs/asyncapi.yaml:10:x-y",
            "the docs/asyncapi.yaml:8:x%2Dy",
            "the docs/asyncapi.yaml:9:x-y",
            "the docs/gate.yml:1:x-y",
        ],
    );
}

/// A name in a file that two documents reach means the schemes of both.
#[test]
fn a_name_that_means_two_schemes_keeps_them_together() {
    let document = "asyncapi: 2.6.0
channels: {hall: {$ref: hall.yaml}}
components: {securitySchemes: {
  keeper: {type: X509}}}
";
    let mut editor = Editor::of(&format!(
        "--- a.yaml\n{document}--- b.yaml\n{document}--- hall.yaml\nsubscribe:\n  security: [keeper: []]\n"
    ));
    let all = ["a.yaml:4:keeper", "b.yaml:4:keeper", "hall.yaml:2:keeper"];
    assert_eq!(editor.definition("hall.yaml:2:keeper"), all[..2]);
    let expected: Vec<String> = all.iter().map(|place| format!("{place}>guard")).collect();
    for place in all {
        assert_eq!(editor.rename(place, "guard").as_ref(), Ok(&expected));
    }
}

/// Versions of open documents are given, so that an editor knows what the edit belongs to.
#[test]
fn edits_of_open_documents_have_their_version() {
    let mut editor = Editor::case("whole documents");
    let text = format!("\n{}", editor.text("light.yaml"));
    editor.open("light.yaml", &text);
    let mut params = editor.at("entry.yaml:3:badge");
    params["newName"] = "other".into();
    let edit = editor.session.ask("textDocument/rename", params);
    let found = edit["documentChanges"].as_array().unwrap();
    let versions: Vec<&Value> = (found.iter())
        .map(|change| &change["textDocument"]["version"])
        .collect();
    assert_eq!(versions, [2, 1]);
    // The unsaved text counts.
    assert_eq!(found[1]["edits"][0]["range"]["start"]["line"], 2);
    editor.close("light.yaml");
    let mut params = editor.at("entry.yaml:3:badge");
    params["newName"] = "other".into();
    let edit = editor.session.ask("textDocument/rename", params);
    assert_eq!(
        edit["documentChanges"][1]["textDocument"]["version"],
        Value::Null
    );
    assert_eq!(
        edit["documentChanges"][1]["edits"][0]["range"]["start"]["line"],
        1
    );
}

/// The lens above a scheme and what it leads to.
#[test]
fn lenses_count_uses_in_other_files() {
    for (case, name, expected) in [
        (
            "whole documents",
            "entry.yaml",
            &["used once in another file"][..],
        ),
        (
            "a tree of channel",
            "asyncapi.yaml",
            &["used once", "used once in another file"],
        ),
        (
            "one scheme a file",
            "asyncapi.yaml",
            &["used once in another file", "not used in this document"],
        ),
        // The file of a map of schemes.
        (
            "a whole section",
            "components/access.yaml",
            &[
                "used once in another file",
                "used once in another file",
                "not needed",
            ],
        ),
    ] {
        let mut editor = Editor::case(case);
        let text = editor.text(name);
        editor.open(name, &text);
        editor.found();
        let params = json!({"textDocument": {"uri": editor.uri(name)}});
        let lenses = editor.session.ask("textDocument/codeLens", params);
        let lenses = lenses.as_array().unwrap().clone();
        let titles: Vec<String> = (lenses.into_iter())
            .map(|lens| {
                let lens = editor.session.ask("codeLens/resolve", lens);
                let places = lens["command"]["arguments"][2].as_array().unwrap();
                let title = lens["command"]["title"].as_str().unwrap();
                assert_eq!(places.is_empty(), title.starts_with("not"), "{lens}");
                title.to_owned()
            })
            .collect();
        assert_eq!(titles, expected, "{case}");
    }
}

#[test]
fn symbols_of_files_that_are_not_open_are_found() {
    let mut editor = Editor::case("a whole section");
    editor.found();
    let found = editor
        .session
        .ask("workspace/symbol", json!({"query": "pass"}));
    let found = found.as_array().unwrap().iter();
    let found: Vec<String> = found.map(|one| editor.shown(&one["location"])).collect();
    assert_eq!(found, ["components/access.yaml:1:pass"]);
}

#[test]
fn only_files_that_exist_are_links() {
    let mut editor = Editor::case("files that are missing");
    let text = editor.text("asyncapi.yaml");
    editor.open("asyncapi.yaml", &text);
    let params = json!({"textDocument": {"uri": editor.uri("asyncapi.yaml")}});
    let links = editor.session.ask("textDocument/documentLink", params);
    let links = links.as_array().unwrap().iter();
    let files = links.filter_map(|link| {
        let target = link["target"].as_str()?;
        let is_file = target.starts_with("file:");
        is_file.then(|| editor.folder.relative(&decoded(target)))
    });
    assert_eq!(files.collect::<Vec<_>>(), ["Shared/Entry.yaml"]);
}

/// What completion offers at the end of the text before `$0`.
fn offered(editor: &mut Editor, name: &str, text: &str, is_typed: bool) -> Vec<String> {
    let at = text.find("$0").unwrap();
    let before = &text[..at];
    let line = before.matches('\n').count();
    let character = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    editor.open(name, &text.replace("$0", ""));
    editor.found();
    let kind = if is_typed { 3 } else { 1 };
    let params = json!({
        "textDocument": {"uri": editor.uri(name)},
        "position": {"line": line, "character": character},
        "context": {"triggerKind": kind},
    });
    let found = editor.session.ask("textDocument/completion", params);
    let items = found["items"].as_array().unwrap().iter();
    let items = items.filter(|item| item["label"].as_str().unwrap().contains(".y"));
    let text = |item: &Value| item["textEdit"]["newText"].as_str().unwrap().to_owned();
    items.map(text).collect()
}

const SCHEMES: &str = "--- shared/all.yaml
badge: {type: X509}
door: {type: http, scheme: bearer}
alias: {$ref: '#/badge'}
--- other.yaml
asyncapi: 3.0.0
components: {securitySchemes: {pass: {type: X509}, one: {$ref: shared/one.yaml}}}
--- shared/one.yaml
{type: http, scheme: basic}
--- aside.yaml
name: value
--- openapi.yaml
openapi: 3.1.0
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";

#[test]
fn schemes_of_other_files_are_offered_where_one_is_referred_to() {
    let mut editor = Editor::of(SCHEMES);
    let all = [
        "other.yaml#/components/securitySchemes/pass",
        "shared/all.yaml#/badge",
        "shared/all.yaml#/door",
        "shared/one.yaml",
    ];
    let entry = |rest: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n  live:\n    host: h\n    protocol: mqtts\n    security:\n      {rest}\n"
        )
    };
    let entries = offered(&mut editor, "main.yaml", &entry("- $0"), false);
    for (found, text) in entries.iter().zip(all) {
        assert!(
            found.starts_with("$ref: ") && found.contains(text),
            "{found}"
        );
    }
    assert_eq!(entries.len(), all.len());
    let named = offered(&mut editor, "main.yaml", &entry("- $ref: $0"), false);
    assert_eq!(named.len(), all.len(), "{named:?}");
    // A document of the other major version has other schemes; a part has no version of its own.
    for (version, offers) in [("3.1.0", &all[..]), ("2.6.0", &all[1..])] {
        let component = format!(
            "asyncapi: {version}\ncomponents:\n  securitySchemes:\n    a:\n      $ref: $0\n"
        );
        let named = offered(&mut editor, "docs/main.yaml", &component, false);
        let expected: Vec<String> = offers.iter().map(|text| format!("../{text}")).collect();
        let found: Vec<&str> = named
            .iter()
            .map(|text| text.trim_matches(['"', '\'']))
            .collect();
        assert_eq!(found, expected, "{version}");
    }
}

/// The first entry of a list that opens by itself may be accepted by Enter.
#[test]
fn what_opens_by_itself_begins_with_what_is_typed() {
    let mut editor = Editor::of(SCHEMES);
    let value = |typed: &str| {
        format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      $ref: {typed}$0\n")
    };
    for (typed, expected) in [
        (
            "sha",
            &[
                "shared/all.yaml#/badge",
                "shared/all.yaml#/door",
                "shared/one.yaml",
            ][..],
        ),
        (
            "./sha",
            &[
                "./shared/all.yaml#/badge",
                "./shared/all.yaml#/door",
                "./shared/one.yaml",
            ],
        ),
        ("shared/all.yaml", &[]),
        ("shared/all.yaml#/d", &["shared/all.yaml#/door"]),
        ("shared/all.yaml#/door", &[]),
        ("shared/one.yaml", &[]),
        ("all", &[]),
        ("a.y", &[]),
    ] {
        let found = offered(&mut editor, "main.yaml", &value(typed), true);
        let found: Vec<&str> = found
            .iter()
            .map(|text| text.trim_matches(['"', '\'']))
            .collect();
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn a_scheme_that_is_a_file_is_offered_before_anybody_refers_to_it_and_judged_afterwards() {
    let mut editor = Editor::of(
        "\
--- schemes/login.yaml
type: userPassword
--- schemes/wrong.yaml
# A word that is no scheme.
type: http
scheme: baerer
--- schemes/object.yaml
type: object
--- schemes/other.yaml
type: http
url: https://fair.test
--- .gitignore
made/
--- made/login.yaml
type: userPassword
",
    );
    let value = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      $ref: $0\n";
    let named = offered(&mut editor, "docs/main.yaml", value, false);
    let found: Vec<&str> = named
        .iter()
        .map(|text| text.trim_matches(['"', '\'']))
        .collect();
    assert_eq!(found, ["../schemes/login.yaml", "../schemes/wrong.yaml"]);
    let judged = |editor: &mut Editor| {
        let found = editor.found();
        found.iter().any(|found| found.starts_with("schemes/wrong"))
    };
    assert!(!judged(&mut editor), "nobody uses it");
    editor.open(
        "docs/main.yaml",
        &value.replace("$0", "../schemes/wrong.yaml"),
    );
    assert!(judged(&mut editor));
}

#[test]
fn a_rename_sees_what_another_program_has_just_written() {
    let mut editor = Editor::of(
        "\
--- main.yaml
asyncapi: 3.0.0
servers: {s: {host: h, protocol: wss, security: [{$ref: 'shared.yaml#/components/securitySchemes/pass'}]}}
--- shared.yaml
asyncapi: 3.0.0
components: {securitySchemes: {pass: {type: plain}}}
",
    );
    let mut params = editor.at("shared.yaml:2:pass");
    params["newName"] = "other".into();
    editor.found();
    // Nobody tells.
    let main = format!("# by another program\n{}", editor.text("main.yaml"));
    editor.folder.write("main.yaml", &main);
    let edit = editor.session.ask("textDocument/rename", params);
    let lines = edit["documentChanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let edit = &change["edits"][0]["range"]["start"]["line"];
            (
                change["textDocument"]["uri"]
                    .as_str()
                    .unwrap()
                    .ends_with("main.yaml"),
                edit.as_u64(),
            )
        });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    assert_eq!(lines, [(false, Some(1)), (true, Some(2))]);
}

/// One side of a conflict is not read: its names would be left behind.
#[test]
fn no_name_is_changed_that_stands_in_a_conflict_of_another_file() {
    let files = "--- asyncapi.yaml
asyncapi: 3.0.0
components: {securitySchemes: {jwt: {type: http, scheme: bearer}}}
--- servers.yaml
asyncapi: 3.0.0
servers:
<<<<<<< ours
  a: {host: a, protocol: wss, security: [{$ref: 'asyncapi.yaml#/components/securitySchemes/jwt'}]}
=======
  b: {host: b, protocol: wss, security: [{$ref: 'asyncapi.yaml#/components/securitySchemes/jwt'}]}
>>>>>>> theirs
";
    let mut editor = Editor::new(Folder::new(files), &[""]);
    assert_eq!(
        editor.rename("asyncapi.yaml:2:jwt", "other"),
        Err("`servers.yaml` has merge conflicts: resolve them, then rename".to_owned())
    );
}

/// Hints and lenses tell of other files.
#[test]
fn hints_are_shown_anew_when_another_file_changes() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["inlayHint"] = json!({"refreshSupport": true});
    let files = "\
--- main.yaml
asyncapi: 3.0.0
servers: {s: {host: h, protocol: wss, security: [{$ref: 'shared.yaml#/components/securitySchemes/pass'}]}}
--- shared.yaml
asyncapi: 3.0.0
components: {securitySchemes: {pass: {type: plain}}}
";
    let mut editor = Editor::with(Folder::new(files), &[""], capabilities);
    for name in ["main.yaml", "shared.yaml"] {
        let text = editor.text(name);
        editor.open(name, &text);
    }
    editor.found();
    let uri = editor.uri("shared.yaml");
    let text = editor.text("shared.yaml").replace("plain", "scramSha256");
    editor.session.change(&uri, 3, json!([{"text": text}]));
    editor
        .session
        .wait(|message| message["method"] == "workspace/inlayHint/refresh");
    let uri = editor.uri("main.yaml");
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": whole});
    let hints = editor.session.ask("textDocument/inlayHint", params);
    let label = hints[0]["label"].as_str().unwrap();
    assert!(label.contains("SCRAM-SHA-256"), "{hints}");
}
