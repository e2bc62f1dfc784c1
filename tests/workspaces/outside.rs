//! Nothing outside of the repository and the open folders is opened.

#![cfg(target_os = "linux")]

use std::os::unix::fs::symlink;
use std::process::Command;

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
  {$ref: 'link.yaml#/a'},
  {$ref: 'folder/secret.yaml#/a'},
  {$ref: '/etc/hostname'},
  {$ref: 'file:///etc/hostname'},
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
    let output = Command::new(env!("CARGO_BIN_EXE_asyncapi-security-lsp"))
        .current_dir(folder.path.join("repository"))
        .args(["check", "main.yaml", "--format", "json"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("unresolved"), "{text}");
}

#[test]
fn the_system_is_asked_for_nothing_outside() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: there is no strace");
        return;
    }
    let folder = escaping();
    let log = folder.path.join("log");
    Command::new("strace")
        .args(["-f", "-e", "trace=open,openat,openat2", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_asyncapi-security-lsp"))
        .current_dir(folder.path.join("repository"))
        // For what nobody uses the whole repository is searched.
        .args(["check", "main.yaml"])
        .output()
        .unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("main.yaml"), "{log}");
    for word in [
        "secret.yaml",
        "hostname",
        "/dev/zero",
        "pipe.yaml",
        "link.yaml",
    ] {
        assert!(!log.contains(word), "{word} was opened: {log}");
    }
}
