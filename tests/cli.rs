//! The command line as users run it: exit codes, standard output and standard error.
//! `UPDATE_EXPECT=1 cargo test --test cli` updates the longer expectations; check the diff.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/command_line.rs"]
mod command_line;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use command_line::{program, read, run};
use expect_test::expect;

/// A document with one error.
const WRONG: &str = "asyncapi: 3.0.0\ninfo: {title: a, title: b}\n";
/// A document without findings.
const RIGHT: &str = "asyncapi: 3.0.0\ninfo: {title: a}\n";

/// A folder of its own for a test, with files in it.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = command_line::folder("cli", name);
    for (name, bytes) in files {
        command_line::write(&folder, name, bytes);
    }
    folder
}

fn run_with_input(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = program(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    read(child.wait_with_output().unwrap())
}

#[test]
fn a_finding_is_shown_with_an_excerpt_and_exit_code_1() {
    let folder = folder("excerpt", &[("a.yaml", WRONG.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "a.yaml"]);
    assert_eq!((code, err.as_str()), (1, ""));
    expect![[r#"
        error[duplicate-key]: `title` occurs twice here; remove or rename one of them
         --> a.yaml:2:18
          |
        2 | info: {title: a, title: b}
          |                  ^^^^^
          |
          = help: asyncapi-security-lsp explain duplicate-key

        1 error in 1 document
    "#]]
    .assert_eq(&out);
}

/// Many people read the log of a CI run: no output format repeats a secret.
#[test]
fn no_output_repeats_a_secret() {
    let document = "\
asyncapi: 3.0.0
servers:
  s:
    host: broker.example.com
    protocol: kafka-secure
    security:
      - type: oauth2
        scopes: [read]
        flows:
          clientCredentials:
            tokenUrl: https://client:s3cr3tvalue@auth.acme.io/token?client_secret=0therS3cret
            availableScopes: {read: Read}
";
    let folder = folder("secret", &[("a.yaml", document.as_bytes())]);
    for format in ["text", "json", "github"] {
        let (code, out, err) = run(&folder, &["check", "--format", format, "a.yaml"]);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("url-userinfo"), "{out}");
        for secret in ["s3cr3tvalue", "0therS3cret"] {
            assert!(
                !out.contains(secret) && !err.contains(secret),
                "{format}: {out}{err}"
            );
        }
    }
}

/// A value beside the name of a secret is masked wherever an excerpt shows it, whatever is found
/// there.
#[test]
fn excerpts_mask_what_stands_beside_the_name_of_a_secret() {
    let document = "\
asyncapi: 3.0.0
servers:
  s: {host: b.shop.io, protocol: wss}
channels:
  c:
    bindings:
      ws:
        headers: {properties: {X-API-Key: {const: hunter2hunter2x4}}}
components:
  securitySchemes:
    a: {type: plian, password: zebra, clientSecret: \"horse battery\"}
    b:
      type: plain
      password: |
        staple
      x-jaas: 'a.LoginModule required password=\"k4fk4&0rd3rs\";'
      secret: # none
";
    let folder = folder("beside", &[("a.yaml", document.as_bytes())]);
    for format in ["text", "json", "github"] {
        let arguments = ["check", "--level", "hint", "--format", format, "a.yaml"];
        let (code, out, err) = run(&folder, &arguments);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("secret-in-document"), "{out}");
        let hidden = ["hunter2", "zebra", "horse", "staple", "k4fk4", "0rd3rs"];
        for secret in hidden {
            assert!(!out.contains(secret), "{format}: {out}");
        }
    }
}

#[test]
fn nothing_found_is_exit_code_0() {
    let folder = folder("right", &[("a.yaml", RIGHT.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "a.yaml"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "nothing found in 1 document\n");
}

#[test]
fn a_folder_is_walked_for_documents_of_ours() {
    let folder = folder(
        "walk",
        &[
            ("a.yaml", WRONG.as_bytes()),
            (
                "sub/b.JSON",
                br#"{"asyncapi": "3.0.0", "info": {"a": 1, "a": 2}}"#,
            ),
            ("sub/c.yml", RIGHT.as_bytes()),
            ("sub/d.jsonc", b"// a\n{\"asyncapi\": \"2.6.0\"}"),
            ("sub/not-ours.yaml", b"services: {a: 1, a: 2}\n"),
            ("sub/broken.json", b"\xff\xfe{"),
            ("sub/text.txt", WRONG.as_bytes()),
            (".hidden/e.yaml", WRONG.as_bytes()),
        ],
    );
    let (code, out, err) = run(&folder, &["check", "."]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("--> a.yaml:2:18"), "{out}");
    assert!(out.contains("--> sub/b.JSON:1:40"), "{out}");
    assert!(out.ends_with("\n2 errors in 4 documents\n"), "{out}");
    // A file that is named twice is checked once.
    let (_, again, _) = run(&folder, &["check", ".", "a.yaml", "sub"]);
    assert_eq!(again, out);
}

#[test]
fn a_folder_without_documents_is_exit_code_2() {
    let folder = folder("none", &[("a.yaml", b"a: b\n"), ("b.json", b"{}")]);
    let (code, out, err) = run(&folder, &["check", "."]);
    assert_eq!(code, 2);
    assert_eq!(out, "");
    assert!(err.starts_with("error: .: no AsyncAPI document"), "{err}");
    // Also if its files were checked before.
    let (code, _, err) = run(&folder, &["check", "a.yaml", "."]);
    assert_eq!(code, 2);
    assert!(err.contains("error: .: no AsyncAPI document"), "{err}");
}

#[test]
fn a_named_file_that_is_not_ours_is_said_and_counts_as_nothing_found() {
    let folder = folder("named", &[("a.yaml", b"a: b\n"), ("empty.json", b" \n")]);
    let (code, out, err) = run(&folder, &["check", "a.yaml", "empty.json"]);
    assert_eq!(code, 0);
    assert_eq!(out, "nothing found in 0 documents\n");
    expect![[r#"
        note: a.yaml: is not an AsyncAPI document, nothing to check
        note: empty.json: is empty, nothing to check
    "#]]
    .assert_eq(&err);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_checked() {
    let folder = folder(
        "unreadable",
        &[
            ("a.yaml", b"asyncapi: 3.0.0\n# \xff\n"),
            ("b.yaml", WRONG.as_bytes()),
        ],
    );
    let (code, out, err) = run(&folder, &["check", "a.yaml", "missing.yaml", "b.yaml"]);
    assert_eq!(code, 2);
    assert!(out.ends_with("\n1 error in 1 document\n"), "{out}");
    assert!(err.contains("error: a.yaml: not UTF-8 at byte 18"), "{err}");
    assert!(err.contains("error: missing.yaml: "), "{err}");
    // In a folder as well, because it is an AsyncAPI document.
    let (code, _, err) = run(&folder, &["check", "."]);
    assert_eq!(code, 2);
    assert!(err.contains("error: a.yaml: not UTF-8 at byte 18"), "{err}");
}

#[test]
fn standard_input_is_checked_under_the_name_given() {
    let folder = folder("stdin", &[]);
    let (code, out, _) = run_with_input(&folder, &["check", "-"], WRONG);
    assert_eq!(code, 1);
    assert!(out.contains("--> <stdin>:2:18"), "{out}");
    let json = "{\"asyncapi\": \"3.0.0\", // a comment is JSON's, not YAML's\n}";
    let arguments = ["check", "--stdin-filename", "x/a.jsonc", "-"];
    let (code, out, err) = run_with_input(&folder, &arguments, json);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let arguments = ["check", "--stdin-filename", "x/a.json", "-"];
    let (code, out, _) = run_with_input(&folder, &arguments, "{\"asyncapi\": \"3.0.0\", a");
    assert_eq!(code, 1);
    assert!(out.contains("--> x/a.json:1:"), "{out}");
}

/// Only the name tells that a text is JSONC; without a name it is assumed.
#[test]
fn json_has_no_comments_and_no_trailing_commas() {
    let folder = folder("strict", &[]);
    let comments = "// a\n{\"asyncapi\": \"3.0.0\" /* b */}";
    let comma = "{\"asyncapi\": \"3.0.0\",}";
    let word = "JSON has no comments, remove them or name the file `.jsonc`";
    let check = |name: &str, text: &str| {
        let arguments = ["check", "--format", "github", "--stdin-filename", name, "-"];
        let (code, out, _) = run_with_input(&folder, &arguments, text);
        (code, out)
    };
    let (code, out) = check("a.json", comments);
    assert_eq!((code, out.matches("::").count()), (1, 2), "{out}");
    assert!(out.starts_with("::notice file=a.json,line=1,"), "{out}");
    assert!(out.contains(word), "{out}");
    let (code, out) = check("a.json", comma);
    assert_eq!((code, out.matches("::").count()), (1, 2), "{out}");
    assert!(out.starts_with("::error file=a.json,line=1,"), "{out}");
    for name in ["a.jsonc", "a.txt"] {
        for text in [comments, comma] {
            let (code, out) = check(name, text);
            assert_eq!(
                (code, out.contains("::")),
                (0, false),
                "{name} {text}: {out}"
            );
        }
    }
}

#[test]
fn a_level_hides_what_is_less_severe() {
    let text = "\
asyncapi: 3.0.0
servers:
  a:
    host: broker.shop.org
    protocol: https
    security: [{$ref: '#/components/securitySchemes/used'}]
components:
  securitySchemes:
    used: {type: http, scheme: Bearer, description: a}
    unused: {type: plain}
";
    let folder = folder("level", &[("a.yaml", text.as_bytes())]);
    let shown = |arguments: &[&str]| {
        let (code, out, _) = run(&folder, &[&["check", "a.yaml"], arguments].concat());
        (code, out.lines().last().unwrap().to_owned())
    };
    let hidden = "; 1 finding below `--level` not shown (`--level hint` shows all)";
    let fix = "; `--fix` fixes 1";
    assert_eq!(
        shown(&[]),
        (1, format!("1 warning in 1 document{hidden}{fix}"))
    );
    assert_eq!(
        shown(&["--level", "hint"]),
        (1, format!("1 warning, 1 hint in 1 document{fix}"))
    );
    assert_eq!(
        shown(&["--level", "error"]),
        (
            0,
            "nothing found in 1 document; 2 findings below `--level` not shown \
             (`--level hint` shows all)"
                .to_owned()
        )
    );
    // A rule that is off by default is run and shown if it is named.
    for option in ["--enable", "--rule"] {
        let named = [option, "security-scheme-description-missing"];
        let with = |level: &str| shown(&[&named[..], &["--level", level]].concat());
        assert_eq!(
            shown(&named),
            (1, format!("1 warning, 1 hint in 1 document{hidden}{fix}"))
        );
        assert_eq!(
            with("hint"),
            (1, format!("1 warning, 2 hints in 1 document{fix}"))
        );
        let (code, line) = with("error");
        assert_eq!(code, 1);
        assert!(line.starts_with("1 hint in 1 document; 2 "), "{line}");
    }
}

#[test]
fn json_says_all_of_it() {
    let text = "asyncapi: 3.0.0\ninfo: {ä: '🔐', ä: b}\n";
    let files: &[(&str, &[u8])] = &[
        ("a.yaml", text.as_bytes()),
        ("b.yaml", b"a: b"),
        ("c.yaml", b"\xff"),
    ];
    let folder = folder("json", files);
    let (code, out, _) = run(
        &folder,
        &["check", "--format", "json", "a.yaml", "b.yaml", "c.yaml"],
    );
    assert_eq!(code, 2);
    // The version changes with each release.
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let out = out.replacen(&version, "\"version\": \"VERSION\"", 1);
    expect![[r#"
        {
          "version": 1,
          "tool": {
            "name": "asyncapi-security-lsp",
            "version": "VERSION"
          },
          "files": [
            {
              "path": "a.yaml",
              "kind": "asyncapi",
              "asyncapi": "3.0.0"
            },
            {
              "path": "b.yaml",
              "kind": "other",
              "asyncapi": null
            }
          ],
          "findings": [
            {
              "rule": "duplicate-key",
              "severity": "error",
              "message": "`ä` occurs twice here; remove or rename one of them",
              "path": "a.yaml",
              "range": {
                "start": {
                  "offset": 35,
                  "line": 2,
                  "column": 16
                },
                "end": {
                  "offset": 37,
                  "line": 2,
                  "column": 17
                }
              },
              "pointer": "/info/ä",
              "fingerprint": "d2117ce026e6331d2acbd192db4f2a4b",
              "fixable": false,
              "related": [],
              "docs": "https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/rules/duplicate-key.html"
            }
          ],
          "problems": [
            {
              "path": "c.yaml",
              "message": "not UTF-8 at byte 0: save the file as UTF-8"
            }
          ],
          "summary": {
            "documents": 1,
            "error": 1,
            "warning": 0,
            "information": 0,
            "hint": 0,
            "hidden": 0,
            "suppressed": 0,
            "known": 0,
            "gone": 0,
            "fixable": 0
          }
        }
    "#]]
    .assert_eq(&out);
}

#[test]
fn github_gets_one_command_for_each_finding() {
    let folder = folder("github", &[("a,b.yaml", WRONG.as_bytes())]);
    let (code, out, _) = run(&folder, &["check", "--format", "github", "a,b.yaml"]);
    assert_eq!(code, 1);
    expect![[r#"
        ::error file=a%2Cb.yaml,line=2,endLine=2,col=18,endColumn=22,title=duplicate-key::`title` occurs twice here; remove or rename one of them
        1 error in 1 document
    "#]]
    .assert_eq(&out);
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let folder = folder("colour", &[("a.yaml", WRONG.as_bytes())]);
    for (arguments, no_color, expected) in [
        (&["check", "a.yaml"][..], false, false),
        (&["check", "--color", "always", "a.yaml"], true, true),
        (&["check", "--color", "never", "a.yaml"], false, false),
        (
            &["explain", "duplicate-key", "--color", "always"],
            false,
            true,
        ),
        (&["rules"], false, false),
    ] {
        let mut command = program(&folder, arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let (_, out, _) = read(command.output().unwrap());
        assert_eq!(out.contains('\u{1b}'), expected, "{arguments:?}");
    }
}

#[test]
fn escape_sequences_of_a_document_do_not_reach_the_terminal() {
    let text = "asyncapi: 3.0.0\ninfo: {\"\u{1b}[31mx\": a, \"\u{1b}[31mx\": b}\n";
    let folder = folder("escape", &[("a.yaml", text.as_bytes())]);
    let (code, out, _) = run(&folder, &["check", "a.yaml"]);
    assert_eq!(code, 1);
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn deep_and_long_documents_neither_crash_nor_flood_the_screen() {
    let brackets = "[".repeat(100_000);
    let long = format!(
        "asyncapi: 3.0.0\nx-a: \"{}\nx-b: c\n",
        "ä".repeat(2_000_000)
    );
    let folder = folder(
        "deep",
        &[
            (
                "a.yaml",
                format!("asyncapi: 3.0.0\nx-a: {brackets}").as_bytes(),
            ),
            (
                "b.json",
                format!("{{\"asyncapi\": \"3.0.0\", \"x-a\": {brackets}").as_bytes(),
            ),
            ("c.yaml", brackets.as_bytes()),
            ("d.yaml", long.as_bytes()),
        ],
    );
    for file in ["a.yaml", "b.json", "d.yaml"] {
        let (code, out, _) = run(&folder, &["check", file]);
        assert_eq!(code, 1, "{file}");
        let longest = out.lines().map(str::len).max().unwrap();
        assert!(longest < 400, "{file}: a line of {longest} bytes");
    }
    assert_eq!(run(&folder, &["check", "c.yaml"]).0, 0);
}

#[test]
fn a_file_over_the_limit_is_said_and_not_read() {
    let folder = folder("limit", &[]);
    let start = format!("asyncapi: 3.0.0\n# {}\n", "a".repeat(1 << 16));
    for (name, start) in [("big.yaml", start.as_bytes()), ("other.yaml", b"a: b\n")] {
        let mut file = std::fs::File::create(folder.join(name)).unwrap();
        file.write_all(start).unwrap();
        // A sparse file: nothing is written to the disk.
        file.set_len((64 << 20) + 1).unwrap();
    }
    let (code, out, _) = run(&folder, &["check", "."]);
    assert_eq!(code, 1);
    // The server reports the same.
    let says = "warning[limit-reached]: the document has more than 64 MiB";
    assert!(out.starts_with(says), "{out}");
    assert!(out.ends_with("\n1 warning in 1 document\n"), "{out}");
}

#[test]
fn whoever_stops_reading_is_not_complained_to() {
    let many = format!("asyncapi: 3.0.0\nx-a: {{{}}}\n", "a: 1, ".repeat(5_000));
    let folder = folder("pipe", &[("a.yaml", many.as_bytes())]);
    // The exit code still says that there are findings.
    for (format, file, expected) in [
        ("text", "a.yaml", 1),
        ("github", "a.yaml", 1),
        ("json", "a.yaml", 1),
        ("text", "missing.yaml", 2),
    ] {
        let mut child = program(&folder, &["check", "--format", format, file, "a.yaml"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 10]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{format} {file}");
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaints.is_empty(), expected == 1, "{complaints}");
        assert!(!complaints.contains("cannot be written"), "{complaints}");
    }
}

#[test]
fn a_rule_is_explained_and_a_mistyped_one_guessed() {
    let folder = folder("explain", &[]);
    let (code, out, _) = run(&folder, &["explain", "url-not-https"]);
    assert_eq!(code, 0);
    assert_eq!(out, include_str!("../src/rules/pages/url-not-https.md"));
    let (code, out, err) = run(&folder, &["explain", "url-not-http"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("did you mean `url-not-https`"), "{err}");
}

#[test]
fn every_rule_is_listed() {
    let folder = folder("rules", &[]);
    let (code, out, _) = run(&folder, &["rules"]);
    assert_eq!(code, 0);
    for rule in asyncapi_security_lsp::rules::registry::RULES {
        assert!(out.contains(&format!("  {} ", rule.id)), "{}", rule.id);
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2_with_a_word_on_it() {
    let folder = folder("usage", &[("a.yaml", RIGHT.as_bytes())]);
    for (arguments, word) in [
        (&["explain"][..], "<RULE>"),
        (
            &["check", "--level", "fatal", "a.yaml"],
            "write `error`, `warning`",
        ),
        (
            &["check", "--enable", "url-not-http", "a.yaml"],
            "did you mean `url-not-https`",
        ),
        (&["chekc"], "check"),
    ] {
        let (code, out, err) = run(&folder, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(word), "{arguments:?}: {err}");
    }
}

#[test]
fn the_help_names_commands_and_exit_codes() {
    let folder = folder("help", &[]);
    let (code, out, _) = run(&folder, &["--help"]);
    assert_eq!(code, 0);
    let lines = out.lines().map(|line| line.trim_end().to_owned() + "\n");
    let out = lines.collect::<String>().replace(".exe", "");
    expect![[r#"
        Language server and linter for the security parts of AsyncAPI documents (2.0.0 to 3.1.0)

        Usage: asyncapi-security-lsp [OPTIONS] [COMMAND]

        Commands:
          check        Check documents and show what is found
          report       Show who may do what: what is public, readable on the wire, and who needs which scope
          migrate      Bring documents to the other major version; every operation demands what it demanded
          diff         Say what a change does to who gets in
          explain      Show the page of a rule
          rules        List all rules
          settings     Show the settings that hold for a document, as a settings file
          schema       Show the JSON Schema of a file that this program reads or writes
          completions  Show what a shell needs to complete the commands
          man          Write the manual pages
          lsp          Serve the Language Server Protocol on standard input and output
          help         Print this message or the help of the given subcommand(s)

        Options:
              --stdio
                  Serve the Language Server Protocol on standard input and output

              --color <WHEN>
                  When to use colours; NO_COLOR is respected

                  Possible values:
                  - auto:   On a terminal, unless NO_COLOR is set
                  - always: Always
                  - never:  Never

                  [default: auto]

          -h, --help
                  Print help (see a summary with '-h')

          -V, --version
                  Print version

        Examples:
          asyncapi-security-lsp check asyncapi.yaml         check a document
          asyncapi-security-lsp check .                     check all AsyncAPI documents below a folder
          asyncapi-security-lsp check --format github .     annotate a pull request
          asyncapi-security-lsp check --level error .       fail on errors only
          asyncapi-security-lsp explain url-not-https       read the page of a rule

        Exit codes:
          0  nothing is shown
          1  findings are shown
          2  something could not be run or read

        Without a command the server is started, but on a terminal this help is shown.
    "#]]
    .assert_eq(&out);
    let (code, out, _) = run(&folder, &["--version"]);
    assert_eq!(code, 0);
    assert_eq!(
        out,
        format!("asyncapi-security-lsp {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_server_runs_under_each_of_its_names() {
    let folder = folder("serve", &[]);
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#;
    let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
    let input: String = [
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
        body,
        exit,
    ]
    .iter()
    .map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len()))
    .collect();
    for arguments in [&[][..], &["--stdio"], &["lsp"], &["lsp", "--stdio"]] {
        let (code, out, _) = run_with_input(&folder, arguments, &input);
        assert_eq!(code, 0, "{arguments:?}");
        assert!(out.contains("\"capabilities\""), "{arguments:?}: {out}");
    }
}

/// One finding that can be fixed safely, and one that cannot; with Windows line breaks.
const FIXABLE: &str = "asyncapi: 2.6.0\r\ncomponents:\r\n  securitySchemes:\r\n    a:\r\n      type: http\r\n      scheme: Bearer # who\r\n    b:\r\n      type: apiKey\r\n";

#[test]
fn what_is_safe_is_fixed_and_the_rest_shown() {
    let files: &[(&str, &[u8])] = &[("a.yaml", FIXABLE.as_bytes()), ("b.yaml", RIGHT.as_bytes())];
    let folder = folder("fix", files);
    let (code, out, err) = run(&folder, &["check", "."]);
    assert!(code == 1 && out.contains("http-bearer-case"), "{out}{err}");
    assert_eq!(
        std::fs::read_to_string(folder.join("a.yaml")).unwrap(),
        FIXABLE
    );

    let (code, out, err) = run(&folder, &["check", "--fix", "."]);
    assert_eq!(code, 1);
    assert!(!out.contains("http-bearer-case"), "{out}");
    assert!(out.contains("security-scheme-missing-field"), "{out}");
    assert!(err.contains("fixed 1 finding in 1 file"), "{err}");
    let fixed = FIXABLE.replace("Bearer", "bearer");
    assert_eq!(
        std::fs::read_to_string(folder.join("a.yaml")).unwrap(),
        fixed
    );

    // What would do is said, and not where it is asked for already.
    let more = "; 1 more with `--unsafe-fixes`\n";
    let (_, _, err) = run(&folder, &["check", "--fix", "."]);
    assert_eq!(err, format!("note: fixed 0 findings in 0 files{more}"));
    let (code, out, err) = run(&folder, &["check", "--diff", "."]);
    assert_eq!((code, &*out), (0, ""));
    assert_eq!(err, format!("note: would fix 0 findings in 0 files{more}"));
    let (_, _, err) = run(&folder, &["check", "--fix", "--unsafe-fixes", "."]);
    assert_eq!(err, "note: fixed 1 finding in 1 file\n");
}

#[test]
fn nothing_is_said_of_documents_where_none_could_be_read() {
    let folder = folder("unread", &[("a.yaml", RIGHT.as_bytes())]);
    for format in ["text", "concise", "github"] {
        let (code, out, err) = run(&folder, &["check", "nothere.yaml", "--format", format]);
        assert_eq!(code, 2);
        assert!(err.starts_with("error: nothere.yaml: "), "{err}");
        assert!(!out.contains("nothing found"), "{out}");
    }
    let (_, out, _) = run(&folder, &["check", "nothere.yaml", "a.yaml"]);
    assert_eq!(out, "nothing found in 1 document\n");
}

#[test]
fn a_diff_shows_what_would_be_fixed_and_writes_nothing() {
    let folder = folder("diff", &[("x/a.yaml", FIXABLE.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "--fix", "--diff", "x"]);
    assert_eq!(code, 1);
    // The lines of the document keep their Windows line breaks.
    expect![[r#"
        --- a/x/a.yaml
        +++ b/x/a.yaml
        @@ -3,6 +3,6 @@
           securitySchemes:<CR>
             a:<CR>
               type: http<CR>
        -      scheme: Bearer # who<CR>
        +      scheme: bearer # who<CR>
             b:<CR>
               type: apiKey<CR>
    "#]]
    .assert_eq(&out.replace('\r', "<CR>"));
    assert!(err.contains("would fix 1 finding in 1 file"), "{err}");
    let path = folder.join("x/a.yaml");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), FIXABLE);

    std::fs::write(&path, RIGHT).unwrap();
    assert_eq!(
        run(&folder, &["check", "--fix", "--dry-run", "x"]),
        (0, String::new(), String::new())
    );
    let alone = run(&folder, &["check", "--diff", "x"]);
    assert_eq!(alone, (0, String::new(), String::new()));
}

#[test]
fn standard_input_is_never_written_to_a_file_of_its_name() {
    let folder = folder("fix-stdin", &[("a.yaml", RIGHT.as_bytes())]);
    let arguments = ["check", "--fix", "--stdin-filename", "a.yaml", "-"];
    let (code, _, err) = run_with_input(&folder, &arguments, FIXABLE);
    assert_eq!(code, 2);
    assert!(err.contains("only files can be fixed"), "{err}");
    assert_eq!(
        std::fs::read_to_string(folder.join("a.yaml")).unwrap(),
        RIGHT
    );
    let arguments = [
        "check",
        "--fix",
        "--diff",
        "--stdin-filename",
        "a.yaml",
        "-",
    ];
    let (code, out, _) = run_with_input(&folder, &arguments, FIXABLE);
    assert!(code == 1 && out.contains("+      scheme: bearer"), "{out}");
}
