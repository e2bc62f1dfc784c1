//! Nothing outside of the repository and the open folders is opened.

#![cfg(target_os = "linux")]

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::driver::{SERVER, Session};
use crate::editor::{Editor, capabilities};
use crate::folder::Folder;

/// A repository whose references try to get out of it.
fn escaping() -> Folder {
    let folder = Folder::new(
        "\
--- repository/main.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: mqtts, security: [
  {$ref: '../secret.yaml#/a'},
  {$ref: '../../../../../../../../etc/hostname'},
  {$ref: '../../../../../../../../etc/passwd'},
  {$ref: 'link.yaml#/a'},
  {$ref: 'folder/secret.yaml#/a'},
  {$ref: '/etc/hostname'},
  {$ref: 'file:///etc/hostname'},
  {$ref: 'file://host/etc/hostname'},
  {$ref: '//host/etc/hostname'},
  {$ref: 'zero.yaml'},
  {$ref: 'pipe.yaml'},
  {$ref: 'huge.yaml'}]}}
components: {securitySchemes: {spare: {type: X509}}}
--- secret.yaml
a: {type: userPassword}
",
    );
    let path = folder.path.join("repository");
    std::fs::rename(folder.path.join(".git"), path.join(".git")).unwrap();
    symlink(folder.path.join("secret.yaml"), path.join("link.yaml")).unwrap();
    symlink(&folder.path, path.join("folder")).unwrap();
    symlink("/dev/zero", path.join("zero.yaml")).unwrap();
    let made = Command::new("mkfifo").arg(path.join("pipe.yaml")).status();
    assert!(made.unwrap().success());
    let huge = std::fs::File::create(path.join("huge.yaml")).unwrap();
    huge.set_len(2 << 30).unwrap();
    folder
}

#[test]
fn references_that_lead_out_are_not_followed() {
    let folder = escaping();
    let output = Command::new(SERVER)
        .current_dir(folder.path.join("repository"))
        .args(["check", "main.yaml", "--format", "json"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("unresolved"), "{text}");
}

/// A command that writes into a file what a program opens; `None` where there is none.
fn traced(log: &Path) -> Option<Command> {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: there is no strace");
        return None;
    }
    let mut command = Command::new("strace");
    command
        .args(["-f", "-e", "trace=open,openat,openat2", "-o"])
        .arg(log)
        .arg(SERVER);
    Some(command)
}

/// What was opened is inside.
#[track_caller]
fn assert_inside(log: &Path) {
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("main.yaml"), "{log}");
    for word in [
        "secret.yaml",
        "hostname",
        "passwd",
        "/dev/zero",
        "zero.yaml",
        "pipe.yaml",
        "link.yaml",
    ] {
        assert!(!log.contains(word), "{word} was opened: {log}");
    }
}

#[test]
fn the_system_is_asked_for_nothing_outside() {
    let folder = escaping();
    let log = folder.path.join("log");
    let Some(mut command) = traced(&log) else {
        return;
    };
    let output = command
        .current_dir(folder.path.join("repository"))
        // For what nobody uses the whole repository is searched.
        .args(["check", "main.yaml"])
        .output();
    output.unwrap();
    assert_inside(&log);
}

#[test]
fn the_server_asks_the_system_for_nothing_outside() {
    let folder = escaping();
    let log = folder.path.join("log");
    let Some(mut command) = traced(&log) else {
        return;
    };
    let mut session = Session::run(&mut command);
    session.listen();
    let mut editor = Editor::in_session(session, folder, &["repository"], capabilities());
    let name = "repository/main.yaml";
    let text = std::fs::read_to_string(editor.folder.path.join(name)).unwrap();
    editor.open(name, &text);
    let before = editor.found();
    assert!(!before.iter().any(|found| found.contains("unresolved")));
    // An edit, what editors ask after one, and what they tell of the disk.
    let document = json!({"uri": editor.uri(name)});
    editor.open(name, &text.replace("spare", "other"));
    for link in ["link.yaml", "folder", "zero.yaml", "pipe.yaml", "huge.yaml"] {
        editor.tell(&format!("repository/{link}"), 2);
    }
    let places = (text.lines().enumerate()).flat_map(|(line, text)| {
        let at = text.find("$ref: '").map(|at| at + 9);
        let last = text.rfind("spare").map(|at| at + 1);
        at.into_iter().chain(last).map(move |at| (line, at))
    });
    for (line, character) in places.collect::<Vec<_>>() {
        let place = json!({
            "textDocument": document,
            "position": {"line": line, "character": character},
            "context": {"includeDeclaration": true},
            "newName": "renamed",
        });
        for method in ["hover", "definition", "references", "completion", "rename"] {
            let method = format!("textDocument/{method}");
            editor.session.answer(&method, place.clone());
        }
    }
    let params = json!({"textDocument": document});
    editor
        .session
        .ask("textDocument/documentLink", params.clone());
    editor.session.ask("textDocument/codeLens", params.clone());
    editor
        .session
        .ask("workspace/symbol", json!({"query": "a"}));
    editor.session.notify("textDocument/didSave", params);
    editor.found();
    editor.close(name);
    assert_eq!(editor.found().len(), before.len());
    editor.session.ask("shutdown", json!(null));
    editor.session.notify("exit", json!(null));
    assert_eq!(editor.session.exit_code(), Some(0));
    assert_inside(&log);
}
