//! What commands take, from their start to their end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::documents::{lines, whole};
use crate::{TIMES, Table, timed};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_asyncapi-security-lsp");

pub fn all(table: &mut Table) {
    let formats = [
        "text", "concise", "json", "sarif", "github", "gitlab", "junit",
    ];
    for format in formats {
        row(
            table,
            &format!("check: {format}"),
            1_000,
            findings,
            &["check", "--level", "hint", "--format", format, "a.yaml"],
        );
    }
    row(
        table,
        "check: statistics",
        1_000,
        findings,
        &["check", "--statistics", "a.yaml"],
    );
    row(
        table,
        "check: a long baseline",
        1_000,
        findings,
        &[
            "check",
            "--write-baseline",
            "--baseline",
            "b.json",
            "a.yaml",
        ],
    );
    for (name, text) in long() {
        let make = |count: usize, at: &Path| write(at, "a.yaml", &text(count));
        row(table, name, LONG, make, &["check", "a.yaml"]);
    }
    row(
        table,
        "check: diff of fixes",
        500,
        to_fix,
        &["check", "--diff", "a.yaml"],
    );
    row(
        table,
        "check: files of a folder",
        200,
        files,
        &["check", "."],
    );
    row(
        table,
        "check: files that refer to each other",
        100,
        ring,
        &["check", "."],
    );
    row(
        table,
        "check: files of one list",
        100,
        spokes,
        &["check", "."],
    );
    row(
        table,
        "check: a baseline",
        1_000,
        with_baseline,
        &["check", "a.yaml"],
    );
    row(
        table,
        "check: own hosts",
        5_000,
        |count, at| {
            with_settings(
                at,
                &format!(
                    "[environment]\nown-hosts = [{}]\n",
                    quoted(count, |at| format!("h{at}.test"))
                ),
            )
        },
        &["check", "a.yaml"],
    );
    row(
        table,
        "check: overrides",
        250,
        |count, at| {
            with_settings(
                at,
                &lines(count, |at| {
                    format!(
                        "[[overrides]]\nfiles = [\"**/f{at}*.yaml\"]\nrules.url-invalid = \"off\"\n"
                    )
                }),
            )
        },
        &["check", "a.yaml"],
    );
    row(
        table,
        "check: globs of an override",
        250,
        |count, at| {
            with_settings(
                at,
                &format!(
                    "[[overrides]]\nfiles = [{}]\nrules.url-invalid = \"off\"\n",
                    quoted(count, |at| format!("**/f{at}*.yaml"))
                ),
            )
        },
        &["check", "a.yaml"],
    );
    row(
        table,
        "check: ignores",
        250,
        |count, at| {
            with_settings(
                at,
                &lines(count, |at| {
                    format!(
                        "[[ignore]]\nfiles = [\"*.yaml\"]\npointer = \"/components/securitySchemes/s{at}\"\nrules = [\"security-scheme-type-unknown\"]\nreason = \"r\"\n"
                    )
                }),
            )
        },
        &["check", "a.yaml"],
    );
    for format in ["text", "markdown", "html", "json"] {
        let arguments = ["report", "--format", format, "a.yaml"];
        row(
            table,
            &format!("report: operations, {format}"),
            500,
            |count, at| write(at, "a.yaml", &whole(count, 1)),
            &arguments,
        );
        row(
            table,
            &format!("report: servers, {format}"),
            500,
            |count, at| write(at, "a.yaml", &whole(1, count)),
            &arguments,
        );
        row(
            table,
            &format!("report: cells, {format}"),
            30,
            cells,
            &arguments,
        );
    }
    for format in ["text", "markdown", "json"] {
        let arguments = ["diff", "--format", format, "a.yaml", "b.yaml"];
        row(
            table,
            &format!("diff: operations, {format}"),
            500,
            |count, at| both(at, whole(count, 1)),
            &arguments,
        );
        row(
            table,
            &format!("diff: servers, {format}"),
            500,
            |count, at| both(at, whole(1, count)),
            &arguments,
        );
    }
    row(
        table,
        "diff: new names",
        500,
        |count, at| {
            write(at, "a.yaml", &whole(count, 1));
            write(
                at,
                "b.yaml",
                &whole(count, 1)
                    .replace("\n  o", "\n  p")
                    .replace("\n  c", "\n  k")
                    .replace("channels/c", "channels/k"),
            );
        },
        &["diff", "a.yaml", "b.yaml"],
    );
    row(
        table,
        "migrate: YAML",
        250,
        |count, at| write(at, "a.yaml", &v2_yaml(count)),
        &["migrate", "--to", "3", "--diff", "a.yaml"],
    );
    row(
        table,
        "migrate: JSON",
        250,
        |count, at| write(at, "a.json", &v2_json(count, "\n")),
        &["migrate", "--to", "3", "--diff", "a.json"],
    );
    row(
        table,
        "migrate: JSON on one line",
        250,
        |count, at| write(at, "a.json", &v2_json(count, "")),
        &["migrate", "--to", "3", "--diff", "a.json"],
    );
    for (name, version, document) in MIGRATED {
        row(
            table,
            &format!("migrate: {name}"),
            250,
            |count, at| write(at, "a.yaml", &document(count)),
            &["migrate", "--to", version, "--diff", "a.yaml"],
        );
    }
}

/// So many entries show what hides in the time of everything else where there are a thousand.
const LONG: usize = 20_000;

type Text = fn(usize) -> String;

/// Documents with that many entries.
fn long() -> [(&'static str, Text); 8] {
    const SCHEMES: &str = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n";
    fn on_one_line(count: usize, fields: &str) -> String {
        let schemes = lines(count, |at| format!("s{at}: {{{fields}}}, "));
        format!("asyncapi: 3.0.0\ncomponents: {{securitySchemes: {{{schemes}}}}}\n")
    }
    let equal: Text = |count| {
        let schemes = lines(count, |at| format!("    s{at}: {{type: plain}}\n"));
        format!("{SCHEMES}{schemes}")
    };
    let without_type: Text = |count| {
        let schemes = lines(count, |at| format!("    s{at}: {{description: d{at}}}\n"));
        format!("{SCHEMES}{schemes}")
    };
    let elsewhere: Text = |count| {
        let schemes = lines(count, |at| {
            format!("    s{at}: {{$ref: 'b.yaml#/s{at}'}}\n")
        });
        format!("{SCHEMES}{schemes}")
    };
    let servers: Text = |count| {
        let servers = lines(count, |at| format!("  s{at}: {{host: h, protocol: wss}}\n"));
        format!("asyncapi: 3.0.0\nservers:\n{servers}")
    };
    let operations: Text = |count| {
        let list = "[{$ref: '#/components/securitySchemes/s'}]";
        let channel = "channel: {$ref: '#/channels/c'}";
        let operations = lines(count, |at| {
            format!("  o{at}: {{action: send, {channel}, security: {list}}}\n")
        });
        format!("{SCHEMES}    s: {{type: plain}}\nchannels:\n  c: {{}}\noperations:\n{operations}")
    };
    [
        ("check: many schemes", equal),
        ("check: many schemes on one line", |count| {
            on_one_line(count, "type: plain")
        }),
        ("check: many missing blanks on one line", |count| {
            on_one_line(count, "type:plain")
        }),
        ("check: many open quotes on one line", |count| {
            on_one_line(count, "type: \"plain\u{201d}, a: b")
        }),
        ("check: many schemes without a type", without_type),
        ("check: many references to another file", elsewhere),
        ("check: many servers", servers),
        ("check: many operations", operations),
    ]
}

fn row(
    table: &mut Table,
    name: &str,
    length: usize,
    make: impl Fn(usize, &Path),
    arguments: &[&str],
) {
    if !table.wants(name) {
        return;
    }
    println!("{name} ({length} and {})", TIMES * length);
    let [small, large] = [length, TIMES * length].map(|count| folder(count, &make));
    table.cell("all", || run(&small, arguments), || run(&large, arguments));
    let _ = (fs::remove_dir_all(small), fs::remove_dir_all(large));
}

pub fn folder(count: usize, make: impl Fn(usize, &Path)) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("growth-{}-{count}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let made = fs::create_dir_all(folder.join(".git"));
    assert!(made.is_ok(), "{made:?}");
    make(count, &folder);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Duration {
    timed(|| {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(folder);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        // Nothing is measured where nothing was done.
        assert!(
            status
                .as_ref()
                .is_ok_and(|status| status.code().is_some_and(|code| code < 2)),
            "{arguments:?}: {status:?}"
        );
    })
}

pub fn write(folder: &Path, name: &str, text: &str) {
    let written = fs::write(folder.join(name), text);
    assert!(written.is_ok(), "{written:?}");
}

fn quoted(count: usize, word: impl Fn(usize) -> String) -> String {
    let words = (0..count).map(|at| format!("\"{}\"", word(at)));
    words.collect::<Vec<_>>().join(", ")
}

fn wrong(count: usize) -> String {
    let schemes = lines(count, |at| format!("    s{at}:\n      type: plan\n"));
    format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}")
}

fn findings(count: usize, folder: &Path) {
    write(folder, "a.yaml", &wrong(count));
}

fn to_fix(count: usize, folder: &Path) {
    let schemes = lines(count, |at| {
        format!("    s{at}:\n      type: http\n      scheme: BEARER\n")
    });
    write(
        folder,
        "a.yaml",
        &format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}"),
    );
}

fn with_settings(folder: &Path, text: &str) {
    write(folder, "a.yaml", &wrong(100));
    write(folder, "asyncapi-security.toml", text);
}

fn with_baseline(count: usize, folder: &Path) {
    write(folder, "a.yaml", &wrong(count));
    write(folder, "asyncapi-security.toml", "baseline = \"b.json\"\n");
    run(folder, &["check", "--write-baseline", "a.yaml"]);
}

fn files(count: usize, folder: &Path) {
    for at in 0..count {
        write(folder, &format!("f{at}.yaml"), &wrong(5));
    }
}

fn ring(count: usize, folder: &Path) {
    for at in 0..count {
        let next = (at + 1) % count;
        write(
            folder,
            &format!("f{at}.yaml"),
            &format!("a: {{$ref: 'f{next}.yaml#/a'}}\nb: {{$ref: 'f{next}.yaml#/b'}}\n"),
        );
    }
    write(
        folder,
        "a.yaml",
        "asyncapi: 3.0.0\nservers: {s: {host: h, protocol: wss, security: [{$ref: 'f0.yaml#/a'}]}}\n",
    );
}

/// Documents that all refer to one file.
fn spokes(count: usize, folder: &Path) {
    write(
        folder,
        "common.yaml",
        &lines(count, |at| format!("s{at}: {{type: plain}}\n")),
    );
    for at in 0..count {
        write(
            folder,
            &format!("f{at}.yaml"),
            &format!(
                "asyncapi: 3.0.0\nservers: {{s: {{host: h, protocol: wss, security: [{{$ref: 'common.yaml#/s{at}'}}]}}}}\n"
            ),
        );
    }
}

/// So many cells, nearly.
fn cells(count: usize, folder: &Path) {
    // Half as many of each are a quarter of the cells.
    let side = if count <= 30 {
        count
    } else {
        2 * count / TIMES
    };
    write(folder, "a.yaml", &whole(side, side));
}

fn both(folder: &Path, text: String) {
    write(
        folder,
        "b.yaml",
        &text.replace("type: plain", "type: userPassword"),
    );
    write(folder, "a.yaml", &text);
}

/// What else there may be much of, the version to which it is migrated, and a document with so many.
type Migrated = (&'static str, &'static str, fn(usize) -> String);

const MIGRATED: [Migrated; 6] = [
    ("operations of 3.x", "2", |count| {
        let channels = lines(count, |at| {
            format!("  c{at}:\n    address: a/{at}\n    messages:\n      m: {{name: m{at}}}\n")
        });
        let operations = lines(count, |at| {
            format!(
                "  o{at}:\n    action: send\n    channel: {{$ref: '#/channels/c{at}'}}\n    messages:\n    - $ref: '#/channels/c{at}/messages/m'\n"
            )
        });
        format!("asyncapi: 3.0.0\nchannels:\n{channels}operations:\n{operations}")
    }),
    ("messages of one operation", "3", |count| {
        let messages = lines(count, |at| {
            format!("        - name: m{at}\n          schemaFormat: f\n          payload: {{}}\n")
        });
        format!(
            "asyncapi: 2.6.0\nchannels:\n  c:\n    publish:\n      message:\n        oneOf:\n{messages}"
        )
    }),
    ("scopes of one scheme", "3", |count| {
        v2_yaml(count)
            .replace("[a]", "[]")
            .split("[]")
            .enumerate()
            .map(|(at, part)| match at {
                0 => part.to_owned(),
                _ => format!("[s{at}]{part}"),
            })
            .collect()
    }),
    ("schemes in one list", "2", |count| {
        let schemes = lines(count, |at| {
            format!("    - type: userPassword\n      description: d{at}\n")
        });
        format!(
            "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: kafka\n    security:\n{schemes}channels: {{}}\n"
        )
    }),
    ("shared channels", "2", |count| {
        let channels = lines(count, |at| {
            format!("  c{at}: {{$ref: '#/components/channels/c{at}'}}\n")
        });
        let shared = lines(count, |at| format!("    c{at}:\n      address: a{at}\n"));
        format!("asyncapi: 3.0.0\nchannels:\n{channels}components:\n  channels:\n{shared}")
    }),
    ("what is refused", "3", |count| {
        v2_yaml(count).replace("- oauth: [a]", "- {oauth: [], x: []}")
    }),
];

fn v2_yaml(count: usize) -> String {
    let channels = lines(count, |at| {
        format!(
            "  c{at}:\n    publish:\n      operationId: o{at}\n      security:\n        - oauth: [a]\n"
        )
    });
    format!(
        "asyncapi: 2.6.0\nchannels:\n{channels}components:\n  securitySchemes:\n    oauth:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.test/t\n          scopes: {{a: A}}\n"
    )
}

fn v2_json(count: usize, end: &str) -> String {
    let channels = (0..count).map(|at| format!(r#""c{at}": {{"publish": {{"operationId": "o{at}",{end} "security": [{{"oauth": ["a"]}}]}}}}"#));
    let channels = channels.collect::<Vec<_>>().join(&format!(",{end}"));
    format!(
        r#"{{"asyncapi": "2.6.0",{end} "channels": {{{channels}}},{end} "components": {{"securitySchemes": {{"oauth": {{"type": "oauth2", "flows": {{"clientCredentials": {{"tokenUrl": "https://a.test/t", "scopes": {{"a": "A"}}}}}}}}}}}}}}"#
    )
}
