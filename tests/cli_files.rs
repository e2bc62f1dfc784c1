//! Which files `check` opens, and what `--fix` writes: whatever happens, a file is whole.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_asyncapi-security-lsp");
/// A document with one finding that `--fix` fixes.
const BEFORE: &str = "asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n      type: http\n      scheme: Bearer # who\n";

fn after() -> String {
    BEFORE.replace("Bearer", "bearer")
}

/// A folder of its own for a test, with these files of the text [`BEFORE`].
fn folder(name: &str, files: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli-files")
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    for name in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, BEFORE).unwrap();
    }
    folder
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    read(program(folder, arguments).output().unwrap())
}

fn read(output: Output) -> (i32, String, String) {
    (
        output.status.code().expect("ended by itself"),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn text(folder: &Path, name: &str) -> String {
    String::from_utf8(std::fs::read(folder.join(name)).unwrap()).unwrap()
}

/// What is in a folder, hidden files too.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn all_but_the_fix_stays_byte_for_byte() {
    let folder = folder("bytes", &["a.yaml"]);
    let crlf = BEFORE.replace('\n', "\r\n");
    let mixed = BEFORE.replacen('\n', "\r\n", 3);
    for start in ["", "\u{feff}"] {
        for body in [BEFORE, crlf.as_str(), mixed.as_str(), BEFORE.trim_end()] {
            let before = format!("{start}{body}");
            std::fs::write(folder.join("a.yaml"), &before).unwrap();
            let (code, out, err) = run(&folder, &["check", "--fix", "a.yaml"]);
            assert_eq!(code, 0, "{before:?}: {out}{err}");
            let expected = before.replace("Bearer", "bearer");
            assert_eq!(text(&folder, "a.yaml"), expected);
            assert_eq!(names(&folder), ["a.yaml"]);
        }
    }
}

#[test]
fn a_read_only_file_is_an_error_and_stays_as_it_was() {
    let folder = folder("read-only", &["a.yaml", "b.yaml"]);
    let path = folder.join("a.yaml");
    let writable = std::fs::metadata(&path).unwrap().permissions();
    let mut permissions = writable.clone();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let (code, out, err) = run(&folder, &["check", "--fix", "."]);
    assert_eq!(code, 2);
    // What is not fixed is still shown.
    assert!(out.contains("http-bearer-case"), "{out}");
    assert!(
        err.contains("error: a.yaml: not fixed: it is read-only\n"),
        "{err}"
    );
    assert!(
        err.ends_with("note: fixed 1 finding in 1 file; 1 file not fixed\n"),
        "{err}"
    );
    assert_eq!(text(&folder, "a.yaml"), BEFORE);
    assert_eq!(text(&folder, "b.yaml"), after());
    assert_eq!(names(&folder), ["a.yaml", "b.yaml"]);
    std::fs::set_permissions(&path, writable).unwrap();
}

/// What a killed run leaves is hidden, and does not end like a document.
#[test]
fn leftovers_are_no_documents() {
    let left = ".asyncapi-security-lsp-x1.tmp";
    let folder = folder("leftover", &["a.yaml", left]);
    let (_, out, _) = run(&folder, &["check", "--fix", "."]);
    assert_eq!(out, "nothing found in 1 document\n");
    assert_eq!(text(&folder, left), BEFORE);
}

#[cfg(unix)]
#[path = "cli_files/unix.rs"]
mod unix;
