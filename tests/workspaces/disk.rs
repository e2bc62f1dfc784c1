//! Changes on the disk, as clients tell of them or do not.

use serde_json::json;

use crate::editor::{Editor, capabilities};
use crate::folder::Folder;

const SHARED: &str = "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'parts/shared.yaml#/guest'}]}}
--- parts/shared.yaml
guest: {type: userPassword}
--- other.yaml
asyncapi: 3.0.0
";

const LOST: &str = "main.yaml:2 security-ref-unresolved";

impl Editor {
    /// An editor that says of itself what changes on the disk.
    fn watching(files: &str) -> Self {
        let mut capabilities = capabilities();
        capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
        Self::with(Folder::new(files), &[""], capabilities)
    }

    #[track_caller]
    fn assert_found(&mut self, expected: &[&str]) {
        let found = self.found();
        let is_same = found.len() == expected.len();
        let mut pairs = found.iter().zip(expected);
        let is_same = is_same && pairs.all(|(found, expected)| found.starts_with(expected));
        assert!(is_same, "found: {found:?}, expected: {expected:?}");
    }
}

/// What changes a workspace, and what is wrong afterwards.
type Change = (fn(&Folder), &'static [&'static str]);

const CHANGES: [Change; 5] = [
    (
        |folder| folder.write("parts/shared.yaml", "visitor: {type: userPassword}\n"),
        &[LOST],
    ),
    (
        |folder| folder.write("parts/shared.yaml", "guest: {type: userPassword}\n"),
        &[],
    ),
    (
        |folder| std::fs::remove_file(folder.path.join("parts/shared.yaml")).unwrap(),
        &[LOST],
    ),
    (
        |folder| folder.write("parts/shared.yaml", "guest: {type: userPassword}\n"),
        &[],
    ),
    (
        |folder| std::fs::remove_dir_all(folder.path.join("parts")).unwrap(),
        &[LOST],
    ),
];

#[test]
fn a_client_that_watches_nothing_finds_out_at_the_next_save_open_or_close() {
    let text = "asyncapi: 3.0.0\n";
    let events: [fn(&mut Editor); 3] = [
        |editor| editor.save("other.yaml"),
        |editor| editor.open("other.yaml", "asyncapi: 3.0.0\n"),
        |editor| editor.close("other.yaml"),
    ];
    for event in events {
        let mut editor = Editor::of(SHARED);
        editor.assert_found(&[]);
        for (change, expected) in CHANGES {
            editor.open("other.yaml", text);
            editor.assert_found(&[]);
            change(&editor.folder);
            event(&mut editor);
            editor.assert_found(expected);
            // For the next one everything is as it was.
            editor
                .folder
                .write("parts/shared.yaml", "guest: {type: userPassword}\n");
            editor.close("other.yaml");
            editor.open("other.yaml", text);
        }
    }
}

#[test]
fn a_folder_is_deleted_and_moved_in_with_all_that_is_in_it() {
    let mut editor = Editor::watching(
        "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'api/parts/shared.yaml#/guest'}]}}
--- api/parts/shared.yaml
guest: {type: userPassword}
--- api/wrong.yaml
asyncapi: 3.0.0
components: {securitySchemes: {a: {type: http, scheme: baerer}}}
--- api/.gitignore
made/
--- api/made/wrong.yaml
asyncapi: 3.0.0
components: {securitySchemes: {a: {type: http, scheme: baerer}}}
",
    );
    let wrong = ["api/wrong.yaml:2 http-scheme-not-registered"];
    editor.assert_found(&wrong);
    let (here, away) = (editor.folder.path.join("api"), tempfile::tempdir().unwrap());
    std::fs::rename(&here, away.path().join("api")).unwrap();
    editor.tell("api", 3);
    editor.assert_found(&[LOST]);
    std::fs::rename(away.path().join("api"), &here).unwrap();
    editor.tell("api", 1);
    editor.assert_found(&wrong);
    // Another one of the same name, of which only one event tells.
    std::fs::remove_dir_all(here.join("parts")).unwrap();
    editor.folder.write("api/wrong.yaml", "asyncapi: 3.0.0\n");
    editor.folder.write(
        "api/new/wrong.yaml",
        "asyncapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: http, scheme: baerer}}}\n",
    );
    editor.tell("api", 1);
    editor.assert_found(&["api/new/wrong.yaml:2 http-scheme-not-registered", LOST]);
}

#[test]
fn what_git_ignores_stays_ignored_when_its_folder_is_made() {
    let mut editor = Editor::watching(
        "\
--- .gitignore
/made/
--- main.yaml
asyncapi: 3.0.0
",
    );
    editor.assert_found(&[]);
    for folder in ["made", "kept"] {
        editor.folder.write(
            &format!("{folder}/deep/wrong.yaml"),
            "asyncapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: http, scheme: baerer}}}\n",
        );
        editor.tell(&format!("{folder}/deep"), 1);
    }
    editor.assert_found(&["kept/deep/wrong.yaml:2 http-scheme-not-registered"]);
}

#[test]
fn what_was_meant_is_known_as_soon_as_it_is_there() {
    let mut editor = Editor::watching(
        "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'shared.yaml#/guest'}]}}
",
    );
    let is_said = |editor: &mut Editor| {
        let found = editor.found();
        assert!(found[0].starts_with(LOST), "{found:?}");
        found[0].contains("`Shared.yaml")
    };
    assert!(!is_said(&mut editor));
    // Nothing in it has to do with AsyncAPI.
    editor.folder.write("Shared.yaml", "name: guest\n");
    editor.tell("Shared.yaml", 1);
    assert!(is_said(&mut editor));
    std::fs::remove_file(editor.folder.path.join("Shared.yaml")).unwrap();
    editor.tell("Shared.yaml", 3);
    assert!(!is_said(&mut editor));
}
