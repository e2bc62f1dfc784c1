//! The formats of `check`, and what goes where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
mod command_line;

use std::path::{Path, PathBuf};

use command_line::run;
use expect_test::expect;
use serde_json::Value;

/// An error that is fixed in bulk, a warning with another place, and a hint.
const TEXT: &str = "\
asyncapi: 3.0.0
info: {title: a, version: '1'}
servers:
  a:
    host: broker.shop.org
    protocol: https
    security: [{$ref: '#/components/securitySchemes/used'}]
components:
  securitySchemes:
    used: {type: http, scheme: Bearer, bearerFormt: JWT}
    unused: {type: plain}
";

fn folder(name: &str) -> PathBuf {
    let folder = command_line::folder("cli_formats", name);
    command_line::write(&folder, "a b.yaml", TEXT.as_bytes());
    command_line::write(&folder, "bad.yaml", b"asyncapi: 3.0.0\n\xff");
    folder
}

fn shown(name: &str, arguments: &[&str]) -> String {
    let folder = folder(name);
    let all = ["check", "--level", "hint", "a b.yaml", "bad.yaml"];
    let (code, out, err) = run(&folder, &[&all[..], arguments].concat());
    assert_eq!(code, 2, "{err}");
    out.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn concise_is_a_line_for_each() {
    expect![[r#"
        a b.yaml:10:32: warning: write `bearer` in lower case: other tools do not recognise other spellings [http-bearer-case]
        a b.yaml:10:40: error: `bearerFormt` is not a field of type `http`; did you mean `bearerFormat`? [security-scheme-unknown-field]
        a b.yaml:11:5: hint: the security scheme `unused` is never used; refer to it from a `security` list, or remove it [security-scheme-unused]
        1 error, 1 warning, 1 hint in 1 document; `--fix` fixes 1
    "#]].assert_eq(&shown("concise", &["--format", "concise"]));
}

#[test]
fn gitlab_gets_a_code_quality_report() {
    expect![[r#"
        [
          {
            "description": "write `bearer` in lower case: other tools do not recognise other spellings",
            "check_name": "http-bearer-case",
            "fingerprint": "95e32ba046a6a977d2845bb5a63e3b34e96df4148698258f44e5f15b08884590",
            "severity": "minor",
            "location": {
              "path": "a b.yaml",
              "positions": {
                "begin": {
                  "line": 10,
                  "column": 32
                },
                "end": {
                  "line": 10,
                  "column": 38
                }
              }
            },
            "content": {
              "body": "[http-bearer-case](https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/rules/http-bearer-case.html)"
            }
          },
          {
            "description": "`bearerFormt` is not a field of type `http`; did you mean `bearerFormat`?",
            "check_name": "security-scheme-unknown-field",
            "fingerprint": "42d850a8147755da04a1dbcdf2830dfc968ff793be5b512d2140e46d0d0e2115",
            "severity": "major",
            "location": {
              "path": "a b.yaml",
              "positions": {
                "begin": {
                  "line": 10,
                  "column": 40
                },
                "end": {
                  "line": 10,
                  "column": 51
                }
              }
            },
            "content": {
              "body": "[security-scheme-unknown-field](https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/rules/security-scheme-unknown-field.html)"
            }
          },
          {
            "description": "the security scheme `unused` is never used; refer to it from a `security` list, or remove it",
            "check_name": "security-scheme-unused",
            "fingerprint": "d9714d1b06d24b3cbbc00e0840108cd603761870af4dfaf9476766ecc1ba4703",
            "severity": "info",
            "location": {
              "path": "a b.yaml",
              "positions": {
                "begin": {
                  "line": 11,
                  "column": 5
                },
                "end": {
                  "line": 11,
                  "column": 11
                }
              }
            },
            "content": {
              "body": "[security-scheme-unused](https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/rules/security-scheme-unused.html)"
            }
          }
        ]
    "#]].assert_eq(&shown("gitlab", &["--format", "gitlab"]));
}

#[test]
fn junit_is_a_case_for_each() {
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="asyncapi-security-lsp" tests="4" failures="2" errors="1">
            <testsuite name="a b.yaml" tests="3" skipped="0" errors="0" failures="2">
                <testcase name="http-bearer-case at 10:32" classname="a b.yaml">
                    <failure message="write `bearer` in lower case: other tools do not recognise other spellings" type="warning">a b.yaml:10:32: warning: write `bearer` in lower case: other tools do not recognise other spellings</failure>
                </testcase>
                <testcase name="security-scheme-unknown-field at 10:40" classname="a b.yaml">
                    <failure message="`bearerFormt` is not a field of type `http`; did you mean `bearerFormat`?" type="error">a b.yaml:10:40: error: `bearerFormt` is not a field of type `http`; did you mean `bearerFormat`?</failure>
                </testcase>
                <testcase name="security-scheme-unused at 11:5" classname="a b.yaml">
                    <system-out>a b.yaml:11:5: hint: the security scheme `unused` is never used; refer to it from a `security` list, or remove it</system-out>
                </testcase>
            </testsuite>
            <testsuite name="bad.yaml" tests="1" skipped="0" errors="1" failures="0">
                <testcase name="could not be read" classname="bad.yaml">
                    <error message="not UTF-8 at byte 16: save the file as UTF-8"/>
                </testcase>
            </testsuite>
        </testsuites>
    "#]].assert_eq(&shown(
        "junit",
        &["--format", "junit", "--fail-on", "warning"],
    ));
}

#[test]
fn sarif_has_rules_places_fixes_and_problems() {
    let mut all = json(&shown("sarif", &["--format", "sarif"]));
    let rules = all["runs"][0]["tool"]["driver"]["rules"].take();
    let rules = rules.as_array().unwrap();
    for result in all["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    for rule in rules {
        for key in [
            "id",
            "shortDescription",
            "fullDescription",
            "help",
            "properties",
        ] {
            assert!(!rule[key].is_null(), "{rule}");
        }
    }
    expect![[r#"
        {
          "$schema": "https://schemastore.azurewebsites.net/schemas/json/sarif-2.1.0.json",
          "runs": [
            {
              "columnKind": "unicodeCodePoints",
              "invocations": [
                {
                  "executionSuccessful": false,
                  "toolExecutionNotifications": [
                    {
                      "level": "error",
                      "locations": [
                        {
                          "physicalLocation": {
                            "artifactLocation": {
                              "uri": "bad.yaml"
                            }
                          }
                        }
                      ],
                      "message": {
                        "text": "not UTF-8 at byte 16: save the file as UTF-8"
                      }
                    }
                  ]
                }
              ],
              "results": [
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "a%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 38,
                                "endLine": 10,
                                "startColumn": 32,
                                "startLine": 10
                              },
                              "insertedContent": {
                                "text": "bearer"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Write `bearer`"
                      }
                    }
                  ],
                  "level": "warning",
                  "locations": [
                    {
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "/components/securitySchemes/used/scheme"
                        }
                      ],
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "a%20b.yaml"
                        },
                        "region": {
                          "endColumn": 38,
                          "endLine": 10,
                          "startColumn": 32,
                          "startLine": 10
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "write `bearer` in lower case: other tools do not recognise other spellings"
                  },
                  "partialFingerprints": {
                    "asyncapiSecurity/v1": "11130498ef93cbdadef208052e11ccd9"
                  },
                  "ruleId": "http-bearer-case",
                  "ruleIndex": 19
                },
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "a%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 51,
                                "endLine": 10,
                                "startColumn": 40,
                                "startLine": 10
                              },
                              "insertedContent": {
                                "text": "bearerFormat"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Rename `bearerFormt` to `bearerFormat`"
                      }
                    },
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "a%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 51,
                                "endLine": 10,
                                "startColumn": 40,
                                "startLine": 10
                              },
                              "insertedContent": {
                                "text": "x-bearerFormt"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Rename `bearerFormt` to `x-bearerFormt` (changes meaning)"
                      }
                    },
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "a%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 56,
                                "endLine": 10,
                                "startColumn": 38,
                                "startLine": 10
                              },
                              "insertedContent": {
                                "text": ""
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Remove `bearerFormt` (changes meaning)"
                      }
                    }
                  ],
                  "level": "error",
                  "locations": [
                    {
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "/components/securitySchemes/used/bearerFormt"
                        }
                      ],
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "a%20b.yaml"
                        },
                        "region": {
                          "endColumn": 51,
                          "endLine": 10,
                          "startColumn": 40,
                          "startLine": 10
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "`bearerFormt` is not a field of type `http`; did you mean `bearerFormat`?"
                  },
                  "partialFingerprints": {
                    "asyncapiSecurity/v1": "69c758f382640ee0771184e0c2967558"
                  },
                  "ruleId": "security-scheme-unknown-field",
                  "ruleIndex": 103
                },
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "a%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 1,
                                "endLine": 12,
                                "startColumn": 1,
                                "startLine": 11
                              },
                              "insertedContent": {
                                "text": ""
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Remove `unused` (changes meaning)"
                      }
                    }
                  ],
                  "level": "note",
                  "locations": [
                    {
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "/components/securitySchemes/unused"
                        }
                      ],
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "a%20b.yaml"
                        },
                        "region": {
                          "endColumn": 11,
                          "endLine": 11,
                          "startColumn": 5,
                          "startLine": 11
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "the security scheme `unused` is never used; refer to it from a `security` list, or remove it"
                  },
                  "partialFingerprints": {
                    "asyncapiSecurity/v1": "2641ac7b19eab0572b12d6bde5b981f6"
                  },
                  "ruleId": "security-scheme-unused",
                  "ruleIndex": 104
                }
              ],
              "tool": {
                "driver": {
                  "informationUri": "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp",
                  "name": "asyncapi-security-lsp",
                  "rules": null,
                  "semanticVersion": "VERSION"
                }
              }
            }
          ],
          "version": "2.1.0"
        }
    "#]].assert_eq(&(serde_json::to_string_pretty(&all).unwrap() + "\n"));
}

#[test]
fn statistics_count_by_rule() {
    expect![[r#"
             1  error            security-scheme-unknown-field  a security scheme has a field that no scheme type has
             1  warning      [*] http-bearer-case               `bearer` is not written in lower case
             1  hint             security-scheme-unused         a security scheme is used nowhere
        [*] `--fix` fixes at least one of them
        1 error, 1 warning, 1 hint in 1 document; `--fix` fixes 1
    "#]].assert_eq(&shown("statistics", &["--statistics"]));
    let rows = json(&shown(
        "statistics_json",
        &["--statistics", "--format", "json"],
    ));
    assert_eq!(rows.as_array().unwrap().len(), 3);
    assert_eq!(rows[0]["findings"], 1);
}

#[test]
fn several_formats_go_to_several_files() {
    let folder = folder("output");
    let names = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    let arguments = [
        "check",
        "--output",
        "sarif=s.sarif",
        "--output",
        "junit=j.xml",
        "a b.yaml",
    ];
    let (code, out, _) = run(&folder, &arguments);
    assert_eq!(code, 1);
    assert!(out.contains("security-scheme-unknown-field"), "{out}");
    assert_eq!(names(&folder), ["a b.yaml", "bad.yaml", "j.xml", "s.sarif"]);
    let sarif = std::fs::read_to_string(folder.join("s.sarif")).unwrap();
    assert_eq!(json(&sarif)["version"], "2.1.0");

    // A file without a format takes the place of standard output.
    let arguments = [
        "check", "--format", "json", "--output", "out.json", "a b.yaml",
    ];
    let (code, out, err) = run(&folder, &arguments);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.starts_with("note: 1 error, 1 warning in 1 document"),
        "{err}"
    );
    let text = std::fs::read_to_string(folder.join("out.json")).unwrap();
    assert_eq!(json(&text)["summary"]["error"], 1);

    let (code, _, err) = run(
        &folder,
        &["check", "--output", "no/such/folder.json", "a b.yaml"],
    );
    assert_eq!(code, 2);
    assert!(err.starts_with("error: no/such/folder.json: "), "{err}");
}

#[test]
fn what_fails_the_run_can_be_said() {
    let folder = folder("fail_on");
    let code = |arguments: &[&str]| run(&folder, &[&["check", "a b.yaml"], arguments].concat()).0;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&["--level", "error"]), 1);
    let path = folder.join("a b.yaml");
    std::fs::write(&path, TEXT.replace(", bearerFormt: JWT", "")).unwrap();
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "error"]), 0);
    std::fs::write(&path, TEXT.replace("Bearer, bearerFormt: JWT", "bearer")).unwrap();
    assert_eq!(code(&[]), 0);
    // What fails the run is shown.
    let (code, out, _) = run(&folder, &["check", "--fail-on", "hint", "a b.yaml"]);
    assert_eq!(code, 1);
    assert!(out.contains("security-scheme-unused"), "{out}");
}

#[test]
fn quiet_shows_findings_alone() {
    let folder = folder("quiet");
    let arguments = [
        "check", "--quiet", "--format", "concise", "a b.yaml", "bad.yaml",
    ];
    let (_, out, err) = run(&folder, &arguments);
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.lines().all(|line| line.ends_with(']')), "{out}");
    assert_eq!(err.lines().count(), 1, "what cannot be read is said: {err}");
    let fixing = ["check", "--quiet", "--fix", "--level", "error", "bad.yaml"];
    let (_, out, err) = run(&folder, &fixing);
    assert_eq!((out.as_str(), err.lines().count()), ("", 1), "{err}");
}

#[test]
fn files_are_listed_and_not_checked() {
    let folder = folder("list");
    command_line::write(&folder, "sub/c.json", b"{\"asyncapi\": \"2.6.0\"}");
    command_line::write(&folder, "sub/other.json", b"{}");
    std::fs::remove_file(folder.join("bad.yaml")).unwrap();
    let (code, out, err) = run(&folder, &["check", "--list-files"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "a b.yaml\nsub/c.json\n", "")
    );
}

#[test]
fn unsafe_fixes_come_when_they_are_asked_for() {
    let text = "asyncapi: 2.6.0\nservers:\n  a: {url: 'https://x.shop.org', protocol: https, security: [{a: [b]}]}\ncomponents:\n  securitySchemes:\n    a: {type: http, scheme: basic}\n";
    let folder = command_line::folder("cli_formats", "unsafe");
    command_line::write(&folder, "a.yaml", text.as_bytes());
    let (code, out, _) = run(&folder, &["check", "--diff", "a.yaml"]);
    assert_eq!((code, out.as_str()), (0, ""));
    let (code, out, _) = run(&folder, &["check", "--diff", "--unsafe-fixes", "a.yaml"]);
    assert_eq!(code, 1);
    assert!(out.contains("security: [{a: []}]"), "{out}");
    let (code, _, err) = run(&folder, &["check", "--unsafe-fixes", "a.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("needs `--fix`"), "{err}");
}

#[test]
fn other_programs_are_told_about_this_one() {
    let folder = folder("pages");
    for what in ["settings", "findings", "rules"] {
        let (code, out, _) = run(&folder, &["schema", what]);
        assert_eq!(code, 0);
        assert!(json(&out)["$schema"].is_string(), "{what}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, _) = run(&folder, &["completions", shell]);
        assert_eq!(code, 0);
        assert!(out.contains("fail-on"), "{shell}");
    }
    let (code, out, _) = run(&folder, &["man"]);
    assert_eq!(code, 0);
    assert!(out.contains(".TH asyncapi-security-lsp 1"), "{out}");
    assert_eq!(run(&folder, &["man", "pages"]).0, 0);
    let page = |name: &str| std::fs::read_to_string(folder.join("pages").join(name)).unwrap();
    assert_eq!(page("asyncapi-security-lsp.1"), out);
    for page in [out, page("asyncapi-security-lsp-check.1")] {
        let sections: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with(".SH"))
            .collect();
        assert!(
            sections.contains(&".SH \"EXAMPLES AND EXIT CODES\""),
            "{sections:?}"
        );
        assert!(!sections.contains(&".SH EXTRA"), "{sections:?}");
    }
    let (_, out, _) = run(&folder, &["rules", "--format", "json"]);
    let rules = json(&out);
    assert_eq!(rules["version"], 1);
    assert!(rules["rules"].as_array().unwrap().len() > 100);
}

#[test]
fn what_the_server_would_run_with_is_shown() {
    let folder = folder("lsp_check");
    command_line::write(&folder, "asyncapi-security.toml", b"profile = \"strict\"\n");
    let (code, out, _) = run(&folder, &["lsp", "--check"]);
    assert_eq!(code, 0);
    for word in [
        "version ",
        "asyncapi-security.toml",
        "strict: ",
        "a b.yaml (AsyncAPI 3.0.0)",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    let (code, out, _) = run(&folder, &["lsp", "--check", "a b.yaml"]);
    assert_eq!(code, 0);
    assert!(out.contains("document   AsyncAPI 3.0.0"), "{out}");
    assert!(out.contains("findings   "), "{out}");
    assert_eq!(run(&folder, &["lsp", "--check", "nowhere.yaml"]).0, 2);
}

/// Hints first, then more errors than are shown, so that the exit code does not depend on them.
#[test]
fn a_document_with_too_many_findings_says_so() {
    let folder = command_line::folder("cli_formats", "too_many");
    let scheme = |at: usize| format!("    s{at}: {{type: plan}}\n");
    let schemes: String = (0..10_050).map(scheme).collect();
    let text = format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}");
    command_line::write(&folder, "a.yaml", text.as_bytes());
    // Text and SARIF get the same list, and take a minute for it in a debug build.
    let outputs = ["concise", "json", "github", "gitlab", "junit"];
    let mut arguments = vec!["check".to_owned(), "--level".to_owned(), "error".to_owned()];
    for format in outputs {
        arguments.extend(["--output".to_owned(), format!("{format}=out.{format}")]);
    }
    arguments.push("a.yaml".to_owned());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, _, error) = command_line::run(&folder, &arguments);
    assert_eq!(code, 1, "{error}");
    let read = |format| std::fs::read_to_string(folder.join(format!("out.{format}"))).unwrap();
    let told = "51 more findings of this document are not shown";
    for format in outputs {
        assert!(read(format).contains(told), "{format}");
    }
    let summary = "\n10000 errors in 1 document; 51 more not shown";
    assert!(read("concise").contains(summary));
    let (_, out, _) = command_line::run(
        &folder,
        &["check", "--level", "error", "--statistics", "a.yaml"],
    );
    assert!(out.contains(" 10050 "), "{out}");
    assert!(!out.contains("limit-reached"), "{out}");
}
