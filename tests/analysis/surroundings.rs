//! What other files say about a document: the kinds of workspaces that real repositories have, each
//! file with the surroundings that it has there.

use std::collections::BTreeMap;
use std::sync::Arc;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes;
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::ide::hover::hover;
use asyncapi_security_lsp::model::references::external::externals;
use asyncapi_security_lsp::model::surroundings::{
    ForeignScheme, ForeignSchemes, Part, Place, Surroundings, Target, UsingDocument,
};
use asyncapi_security_lsp::model::walk::{UnitKind, at_pointer};
use asyncapi_security_lsp::model::{DocumentKind, unit};
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::tree::Tree;

use crate::fixture::format_of;

/// The scheme at a pointer of another file.
fn foreign(file: &str, text: &str, pointer: &str, version: Version) -> Arc<ForeignScheme> {
    let tree = Tree::parse(text, format_of(text));
    let (key, value) = at_pointer(&tree, pointer).unwrap();
    let scheme = unit::scheme(&tree, version, key, tree.resolve(value).unwrap());
    Arc::new(ForeignScheme {
        place: Place {
            uri: Arc::from(format!("file:///w/{file}")),
            shown: Arc::from(file),
            range: scheme.anchor(),
        },
        pointer: pointer.to_owned(),
        scheme,
    })
}

/// The targets of references.
fn targets<const N: usize>(targets: [(&str, Target); N]) -> Surroundings {
    Surroundings {
        targets: targets
            .into_iter()
            .map(|(text, target)| (text.to_owned(), target))
            .collect(),
        ..Surroundings::default()
    }
}

fn missing(has_file: bool, meant: Option<&str>) -> Target {
    Target::Missing {
        has_file,
        meant: meant.map(str::to_owned),
    }
}

fn named<const N: usize>(schemes: [(&str, &Arc<ForeignScheme>); N]) -> ForeignSchemes {
    let schemes = schemes.into_iter();
    schemes
        .map(|(name, scheme)| (name.to_owned(), Some(Arc::clone(scheme))))
        .collect()
}

/// The document that reaches a file.
fn user(shown: &str, version: Version, schemes: ForeignSchemes) -> UsingDocument {
    UsingDocument {
        shown: Arc::from(shown),
        version,
        are_schemes_known: true,
        schemes,
    }
}

fn part(pointer: &str, place: UnitKind, is_map: bool) -> Part {
    Part {
        pointer: pointer.to_owned(),
        place,
        is_map,
    }
}

fn analyse(text: &str, surroundings: Surroundings) -> Analysis {
    analyse_with(text, surroundings, &[])
}

fn analyse_with(text: &str, surroundings: Surroundings, switched_on: &[&str]) -> Analysis {
    let options = Options {
        rule_set: RuleSet::default().switched_on(switched_on.iter().copied()),
        surroundings: Arc::new(surroundings),
        ..Options::default()
    };
    Analysis::new(Document::new(text, format_of(text)), options, None)
}

/// The findings: line and rule.
fn found(analysis: &Analysis) -> Vec<String> {
    let text = analysis.document.text();
    let findings = analysis.findings.iter();
    findings
        .map(|finding| {
            let line = text.line_of(finding.range.start()) + 1;
            format!("{line} {}", finding.rule.id)
        })
        .collect()
}

/// The message of the only finding of a rule.
fn message<'a>(analysis: &'a Analysis, rule: &str) -> &'a str {
    let mut findings = analysis.findings.iter();
    let finding = findings.find(|finding| finding.rule.id == rule);
    &finding.expect("the finding is there").message
}

/// The text after the first fix of the only finding of a rule.
fn fixed(analysis: &Analysis, rule: &str) -> Option<String> {
    let mut findings = analysis.findings.iter();
    let finding = findings.find(|finding| finding.rule.id == rule)?;
    let fix = fixes::fixes(analysis, finding).into_iter().next()?;
    let mut edits = fix.edits;
    edits.reverse();
    let after = analysis.edited(&edits);
    Some(after.document.text().to_string())
}

const ASKED: CompletionOptions = CompletionOptions {
    snippets: false,
    is_asked: true,
};

const BEARER: &str = "{type: http, scheme: bearer}\n";

#[test]
fn a_missing_payload_is_not_ours_to_judge() {
    let text = "\
asyncapi: 2.6.0
servers: {prod: {url: 'mqtts://mq.acme.test', protocol: mqtts, security: [login: []]}}
channels:
  orders: {subscribe: {message: {payload: {$ref: '../schemas/gone.json'}}}}
components: {securitySchemes: {login: {type: userPassword}}}
";
    assert_eq!(found(&analyse(text, Surroundings::default())), [""; 0]);
}

#[test]
fn references_to_schemes_of_other_files_are_followed_as_far_as_they_were_read() {
    let text = "\
asyncapi: 3.0.0
servers: {prod: {host: mq.acme.test, protocol: kafka-secure, security: [
  {$ref: '../../shared/security.yaml#/broker'},
  {$ref: '../../shared/security.yaml#/brokr'},
  {$ref: '../../../elsewhere/security.yaml#/broker'}]}}
";
    let shared = "broker: {type: scramSha512}\n";
    let scheme = foreign("shared/security.yaml", shared, "/broker", Version::V3_0);
    let meant = "../../shared/security.yaml#/broker";
    let surroundings = targets([
        (meant, Target::Scheme(scheme)),
        (
            "../../shared/security.yaml#/brokr",
            missing(true, Some(meant)),
        ),
    ]);
    let analysis = analyse_with(text, surroundings, &["security-ref-external"]);
    assert_eq!(
        found(&analysis),
        ["4 security-ref-unresolved", "5 security-ref-external"]
    );
    let said = message(&analysis, "security-ref-unresolved");
    assert!(
        said.contains("points to nothing in that file; did you mean"),
        "{said}"
    );
    let after = fixed(&analysis, "security-ref-unresolved").unwrap();
    assert!(!after.contains("brokr"), "{after}");
}

#[test]
fn names_in_a_channel_file_mean_the_schemes_of_the_document_that_reaches_it() {
    let root = "{components: {securitySchemes: {user: {type: http, scheme: bearer}, owner: {type: http, scheme: basic}}}}";
    let scheme = |name: &str| {
        let pointer = format!("/components/securitySchemes/{name}");
        foreign("asyncapi.yaml", root, &pointer, Version::V2_6)
    };
    let (one, other) = (scheme("user"), scheme("owner"));
    let documents = vec![user(
        "../asyncapi.yaml",
        Version::V2_6,
        named([("user", &one), ("owner", &other)]),
    )];
    let text = "\
subscribe:
  message: {$ref: ../messages/event.yaml}
  security:
    - owner: []
    - onwer: []
";
    let of_channel = Surroundings {
        documents,
        parts: [part("", UnitKind::Channel, false)].into(),
        ..Surroundings::default()
    };
    let analysis = analyse(text, of_channel.clone());
    assert_eq!(found(&analysis), ["5 security-requirement-undefined"]);
    let said = message(&analysis, "security-requirement-undefined");
    assert!(said.ends_with("did you mean `owner`?"), "{said}");
    let related = &analysis.findings[0].related();
    assert_eq!(related[0].file.as_deref(), Some("file:///w/asyncapi.yaml"));
    let after = fixed(&analysis, "security-requirement-undefined").unwrap();
    assert!(
        after.contains("    - owner: []\n    - owner: []\n"),
        "{after}"
    );

    // A name of which nobody knows whether it is declared has no finding.
    let mut unknown = of_channel.clone();
    unknown.documents[0].are_schemes_known = false;
    assert_eq!(found(&analyse(text, unknown)), [""; 0]);
    // Nothing is declared in a file that is a channel.
    let strange = text.replace("onwer", "zzz");
    let analysis = analyse(&strange, of_channel);
    assert_eq!(found(&analysis), ["5 security-requirement-undefined"]);
    assert_eq!(fixed(&analysis, "security-requirement-undefined"), None);
}

#[test]
fn what_other_files_use_is_not_unused() {
    let text = "\
asyncapi: 3.1.0
servers: {dev: {host: mq.acme.test, protocol: amqps, security: [{$ref: '#/components/securitySchemes/user'}]}}
components: {securitySchemes: {
  user: {type: userPassword},
  admin: {type: X509}}}
";
    let alone = analyse(text, Surroundings::default());
    assert_eq!(found(&alone), ["5 security-scheme-unused"]);
    let used = Surroundings {
        used_schemes: ["admin".to_owned()].into(),
        ..Surroundings::default()
    };
    assert_eq!(found(&analyse(text, used)), [""; 0]);
    let searching = Surroundings {
        is_complete: false,
        ..Surroundings::default()
    };
    assert_eq!(found(&analyse(text, searching)), [""; 0]);
}

#[test]
fn scopes_that_other_files_require_are_not_unused() {
    let text = "\
asyncapi: 2.6.0
servers: {prod: {url: 'https://ws.acme.test', protocol: https, security: [oauth: [read]]}}
components: {securitySchemes: {oauth: {type: oauth2, flows: {clientCredentials: {
  tokenUrl: 'https://id.acme.dev/token',
  scopes: {read: Read, write: Write}}}}}}
";
    let rule = ["oauth2-scope-unused"];
    let alone = analyse_with(text, Surroundings::default(), &rule);
    assert_eq!(found(&alone), ["5 oauth2-scope-unused"]);
    let used = Surroundings {
        used_scopes: ["write".to_owned()].into(),
        ..Surroundings::default()
    };
    assert_eq!(found(&analyse_with(text, used, &rule)), [""; 0]);
}

#[test]
fn nothing_is_unused_where_something_was_not_read() {
    let text = "\
asyncapi: 2.6.0
servers:
  shared: {$ref: 'https://registry.acme.test/common.yaml#/components/servers/prod'}
  own: {url: 'kafka://mq.acme.test', protocol: kafka-secure, security: [sasl: []]}
components: {securitySchemes: {
  sasl: {$ref: 'https://registry.acme.test/common.yaml#/components/securitySchemes/sasl'},
  cert: {type: X509}}}
";
    assert_eq!(found(&analyse(text, Surroundings::default())), [""; 0]);
}

#[test]
fn a_scheme_of_openapi_is_followed_but_its_file_is_not_ours() {
    let openapi = "\
openapi: 3.1.0
paths: {}
components: {securitySchemes: {jwt: {type: http, scheme: bearer}, key: {type: apiKey, in: header, name: X-Key}}}
";
    let of_part = Surroundings {
        documents: vec![user("asyncapi.yaml", Version::V3_0, BTreeMap::new())],
        parts: [part(
            "/components/securitySchemes/jwt",
            UnitKind::Scheme,
            false,
        )]
        .into(),
        ..Surroundings::default()
    };
    let analysis = analyse(openapi, of_part);
    assert_eq!(analysis.model.kind, DocumentKind::Other);
    let pointer = "/components/securitySchemes/jwt";
    let jwt = foreign("openapi.yaml", openapi, pointer, Version::V3_0);
    let text = "\
asyncapi: 3.0.0
servers: {prod: {host: ws.acme.test, protocol: ws, security: [
  {$ref: 'openapi.yaml#/components/securitySchemes/jwt'}]}}
";
    let surroundings = targets([(
        "openapi.yaml#/components/securitySchemes/jwt",
        Target::Scheme(jwt),
    )]);
    let analysis = analyse(text, surroundings);
    assert_eq!(found(&analysis), ["3 http-bearer-without-tls"]);
    let related = &analysis.findings[0].related();
    assert_eq!(related[0].file.as_deref(), Some("file:///w/openapi.yaml"));
    assert_eq!(related[1].file, None);
}

#[test]
fn a_missing_file_is_said_where_a_scheme_is_due_and_nowhere_else() {
    let text = "\
asyncapi: 3.0.0
servers:
  a: {host: mq.acme.test, protocol: mqtts, security: [{$ref: 'common/auth.yaml#/login'}]}
  c: {host: mq.acme.test, protocol: mqtts, security: [{$ref: 'generated/auth.yaml#/login'}]}
  e: {$ref: 'servers/gone.yaml'}
";
    let surroundings = targets([
        (
            "common/auth.yaml#/login",
            missing(false, Some("Common/Auth.yaml#/login")),
        ),
        ("servers/gone.yaml", missing(false, None)),
    ]);
    let analysis = analyse(text, surroundings);
    assert_eq!(found(&analysis), ["3 security-ref-unresolved"]);
    let said = message(&analysis, "security-ref-unresolved");
    assert!(
        said.contains("leads to no file; did you mean `Common/Auth.yaml#/login`"),
        "{said}"
    );
}

#[test]
fn a_map_of_schemes_in_another_file_is_seen_through() {
    let file = "\
jwt: {type: http, scheme: bearer}
oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.acme.dev/token', scopes: {'read:grades': Grades}}}}
";
    let scheme = |name| foreign("components/security.yaml", file, name, Version::V2_6);
    let (jwt, oauth) = (scheme("/jwt"), scheme("/oauth"));
    let map = Target::Schemes(named([("jwt", &jwt), ("oauth", &oauth)]));
    let text = "\
asyncapi: 2.6.0
servers: {prod: {url: 'wss://ws.acme.test', protocol: wss, security: [jwt: [], oauth: ['read:gradez']]}}
components: {securitySchemes: {$ref: ./components/security.yaml}}
";
    let reference = "./components/security.yaml";
    let surroundings = targets([(reference, map.clone())]);
    let analysis = analyse(text, surroundings.clone());
    assert_eq!(found(&analysis), ["2 security-scope-undefined"]);
    let said = message(&analysis, "security-scope-undefined");
    assert!(said.ends_with("did you mean `read:grades`?"), "{said}");
    assert!(
        fixed(&analysis, "security-scope-undefined")
            .unwrap()
            .contains("['read:grades']")
    );

    let analysis = analyse(&text.replace("jwt: []", "jvt: []"), surroundings.clone());
    let said = message(&analysis, "security-requirement-undefined");
    assert!(said.ends_with("did you mean `jwt`?"), "{said}");

    let newer = "\
asyncapi: 3.0.0
servers: {prod: {host: ws.acme.test, protocol: wss, security: [
  {$ref: '#/components/securitySchemes/jwt'},
  {$ref: '#/components/securitySchemes/gone'}]}}
components: {securitySchemes: {$ref: ./components/security.yaml}}
";
    assert_eq!(
        found(&analyse(newer, surroundings)),
        ["4 security-ref-unresolved"]
    );

    let gone = targets([(reference, missing(false, None))]);
    assert_eq!(found(&analyse(text, gone)), ["3 security-ref-unresolved"]);
    let single = targets([(reference, Target::Scheme(jwt))]);
    assert_eq!(
        found(&analyse(text, single)),
        ["3 security-ref-wrong-target"]
    );
    // A map that was not read hides names.
    assert_eq!(found(&analyse(text, Surroundings::default())), [""; 0]);
}

#[test]
fn a_server_in_a_file_of_its_own_is_in_effect() {
    let bearer = foreign("schemes/bearer.yaml", BEARER, "", Version::V3_0);
    let text = "\
host: ws.acme.test
protocol: ws
security: [{$ref: ../schemes/bearer.yaml}]
";
    let of_server = Surroundings {
        documents: vec![user("../asyncapi.yaml", Version::V3_0, BTreeMap::new())],
        parts: [part("", UnitKind::Server, false)].into(),
        ..targets([("../schemes/bearer.yaml", Target::Scheme(bearer))])
    };
    let analysis = analyse(text, of_server.clone());
    assert_eq!(found(&analysis), ["3 http-bearer-without-tls"]);
    // An edit does not change what others know.
    let again = analyse(
        "host: ws.acme.test\nprotocol: wss\nsecurity: [{$ref: ../schemes/bearer.yaml}]\n",
        of_server.clone(),
    );
    assert_eq!(found(&again), [""; 0]);
    // Its operations are elsewhere and may have lists of their own.
    let open = analyse("host: ws.acme.test\nprotocol: wss\n", of_server);
    assert_eq!(found(&open), [""; 0]);
}

#[test]
fn a_server_of_a_library_is_in_effect_where_documents_use_it() {
    let text = "\
components:
  servers: {edge: {host: ws.acme.test, protocol: ws, security: [{$ref: '#/components/securitySchemes/jwt'}]}}
  securitySchemes: {jwt: {type: http, scheme: bearer}}
";
    let library = |parts: &[Part]| Surroundings {
        documents: vec![user("asyncapi.yaml", Version::V3_0, BTreeMap::new())],
        parts: parts.iter().cloned().collect(),
        ..Surroundings::default()
    };
    assert_eq!(found(&analyse(text, library(&[]))), [""; 0]);
    for (pointer, is_map) in [
        ("/components/servers/edge", false),
        ("/components/servers", true),
    ] {
        let used = library(&[part(pointer, UnitKind::Server, is_map)]);
        assert_eq!(found(&analyse(text, used)), ["2 http-bearer-without-tls"]);
    }
}

#[test]
fn a_component_is_used_where_its_file_is() {
    let bearer = foreign("schemes/bearer.yaml", BEARER, "", Version::V3_0);
    let spare = foreign(
        "schemes/spare.yaml",
        "{type: http, scheme: basic}",
        "",
        Version::V3_0,
    );
    let text = "\
asyncapi: 3.0.0
servers: {edge: {$ref: ./servers/edge.yaml}, own: {host: a.acme.test, protocol: wss, security: [
  {$ref: schemes/bearer.yaml},
  {$ref: '#/components/securitySchemes/bearer'}]}}
components: {securitySchemes: {
  bearer: {$ref: ./schemes/bearer.yaml},
  spare: {$ref: ./schemes/spare.yaml}}}
";
    let surroundings = targets([
        ("./servers/edge.yaml", Target::Unit),
        ("./schemes/bearer.yaml", Target::Scheme(Arc::clone(&bearer))),
        ("schemes/bearer.yaml", Target::Scheme(bearer)),
        ("./schemes/spare.yaml", Target::Scheme(spare)),
    ]);
    // Two ways to one place are one scheme.
    assert_eq!(
        found(&analyse(text, surroundings)),
        [
            "4 security-duplicate-alternative",
            "7 security-scheme-unused"
        ]
    );
}

#[test]
fn a_fragment_of_two_versions_is_checked_as_each() {
    let text = "\
type: oauth2
scopes: [read]
flows:
  clientCredentials: {tokenUrl: 'https://id.acme.dev/token', availableScopes: {read: Read}}
";
    let users = vec![
        user("v2.yaml", Version::V2_6, BTreeMap::new()),
        user("v3.yaml", Version::V3_0, BTreeMap::new()),
    ];
    let of = |documents| Surroundings {
        documents,
        ..Surroundings::default()
    };
    let analysis = analyse(text, of(users.clone()));
    assert_eq!(
        found(&analysis),
        ["2 scheme-scopes-since", "4 oauth2-scopes-key-wrong-version"]
    );
    assert_eq!(analysis.model.version, Some(Version::V3_0));
    for finding in &analysis.findings {
        assert!(
            finding.message.ends_with(" (as used by `v2.yaml`, 2.6.0)"),
            "{}",
            finding.message
        );
    }
    assert_eq!(found(&analyse(text, of(users[1..].to_vec()))), [""; 0]);
    let only_old = analyse(text, of(users[..1].to_vec()));
    assert_eq!(found(&only_old).len(), 2);
    assert!(!only_old.findings[0].message.contains("as used by"));
    // Reached by none: only what is wrong in every version.
    assert_eq!(found(&analyse(text, of(Vec::new()))), [""; 0]);
    let broken = text.replace("tokenUrl: 'https://id.acme.dev/token', ", "");
    assert_eq!(
        found(&analyse(&broken, of(Vec::new()))),
        ["4 oauth2-flow-missing-field"]
    );
}

#[test]
fn a_library_has_the_versions_of_its_users() {
    let text = "\
components:
  securitySchemes:
    sasl: {type: scramSha256}
    alias: {$ref: '#/components/securitySchemes/sasl'}
";
    let library = Surroundings {
        documents: vec![
            user("a.yaml", Version::V2_6, BTreeMap::new()),
            user("b.yaml", Version::V2_0, BTreeMap::new()),
        ],
        parts: [
            part("/components/securitySchemes/alias", UnitKind::Scheme, false),
            part("/components/securitySchemes/sasl", UnitKind::Scheme, false),
        ]
        .into(),
        ..Surroundings::default()
    };
    let analysis = analyse(text, library);
    assert_eq!(found(&analysis), ["3 security-scheme-type-since"]);
    let said = message(&analysis, "security-scheme-type-since");
    assert!(said.ends_with("(as used by `b.yaml`, 2.0.0)"), "{said}");

    let sasl = foreign(
        "common.yaml",
        text,
        "/components/securitySchemes/sasl",
        Version::V2_0,
    );
    let user = "\
asyncapi: 2.0.0
servers: {prod: {url: 'kafka://k.acme.test', protocol: kafka-secure, security: [sasl: []]}}
components: {securitySchemes: {
  sasl: {$ref: './common.yaml#/components/securitySchemes/sasl'},
  gone: {$ref: './common.yaml#/components/securitySchemes/gone'}}}
";
    let surroundings = targets([
        (
            "./common.yaml#/components/securitySchemes/sasl",
            Target::Scheme(sasl),
        ),
        (
            "./common.yaml#/components/securitySchemes/gone",
            missing(true, None),
        ),
    ]);
    assert_eq!(
        found(&analyse(user, surroundings)),
        ["5 security-scheme-unused", "5 security-ref-unresolved"]
    );
}

#[test]
fn a_backslash_is_no_separator() {
    let text = "\
asyncapi: 3.0.0
servers: {prod: {host: h.acme.test, protocol: wss, security: [
  {$ref: '.\\auth.yml#/a-b'}]}}
";
    let analysis = analyse(text, Surroundings::default());
    assert_eq!(found(&analysis), ["3 security-ref-invalid-uri"]);
    let after = fixed(&analysis, "security-ref-invalid-uri").unwrap();
    assert!(after.contains("{$ref: './auth.yml#/a-b'}"), "{after}");
}

#[test]
fn what_others_take_for_a_scheme_is_checked_as_one() {
    let text = "auth:\n  key: {type: apiKey, in: header}\n  notes: {type: apiKey, in: query}\n";
    let alone = analyse(text, Surroundings::default());
    assert_eq!(alone.model.kind, DocumentKind::Other);
    let of_part = |part| Surroundings {
        documents: vec![user("asyncapi.yaml", Version::V3_0, BTreeMap::new())],
        parts: [part].into(),
        ..Surroundings::default()
    };
    let analysis = analyse(text, of_part(part("/auth/key", UnitKind::Scheme, false)));
    assert_eq!(found(&analysis), ["2 api-key-in-invalid"]);
    let analysis = analyse(text, of_part(part("/auth", UnitKind::Scheme, true)));
    assert_eq!(
        found(&analysis),
        ["2 api-key-in-invalid", "3 api-key-in-invalid"]
    );
}

#[test]
fn a_pointer_starts_from_the_file_in_which_it_stands() {
    let bearer = foreign("asyncapi.yaml", BEARER, "", Version::V3_0);
    let text = "host: ws.acme.test\nprotocol: wss\nsecurity: [{$ref: '#/components/securitySchemes/jwt'}]\n";
    let of_server = Surroundings {
        documents: vec![user(
            "../asyncapi.yaml",
            Version::V3_0,
            named([("jwt", &bearer)]),
        )],
        parts: [part("", UnitKind::Server, false)].into(),
        ..Surroundings::default()
    };
    let analysis = analyse(text, of_server);
    assert_eq!(found(&analysis), ["3 security-ref-unresolved"]);
    let after = fixed(&analysis, "security-ref-unresolved").unwrap();
    assert!(
        after.contains("'../asyncapi.yaml#/components/securitySchemes/jwt'"),
        "{after}"
    );
}

#[test]
fn wrong_targets_and_circles_over_files_are_said_at_the_reference() {
    let text = "\
asyncapi: 3.0.0
servers: {prod: {host: ws.acme.test, protocol: wss, security: [{$ref: 'a.yaml'}, {$ref: 'b.yaml'}, {$ref: 'c.yaml'}]}}
";
    let place = Place {
        uri: Arc::from("file:///w/a.yaml"),
        shown: Arc::from("a.yaml"),
        range: asyncapi_security_lsp::text::range::TextRange::new(900, 904),
    };
    let surroundings = targets([
        ("a.yaml", Target::Wrong { place }),
        ("b.yaml", Target::Cycle),
        ("c.yaml", Target::Unit),
    ]);
    let analysis = analyse_with(text, surroundings, &["security-ref-external"]);
    assert_eq!(
        found(&analysis),
        ["2 security-ref-wrong-target", "2 security-ref-cycle"]
    );
    assert_eq!(
        analysis.findings[0].related()[0].file.as_deref(),
        Some("file:///w/a.yaml")
    );
}

#[test]
fn an_operation_behind_a_reference_is_not_judged() {
    let text = "\
asyncapi: 2.6.0
servers: {prod: {url: 'wss://ws.acme.test', protocol: wss}}
channels: {a: {publish: {$ref: 'operations/a.yaml'}}}
components: {securitySchemes: {jwt: {type: http, scheme: bearer}}}
";
    let surroundings = targets([("operations/a.yaml", Target::Unit)]);
    let mut incomplete = surroundings.clone();
    incomplete.is_complete = false;
    for surroundings in [Surroundings::default(), incomplete] {
        assert_eq!(found(&analyse(text, surroundings)), [""; 0]);
    }
    assert_eq!(
        found(&analyse(text, surroundings)),
        ["4 security-scheme-unused"]
    );
}

#[test]
fn hover_and_completion_show_schemes_of_other_files() {
    let file = "oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.acme.dev/token', scopes: {read: Read}}}}\n";
    let oauth = foreign("security.yaml", file, "/oauth", Version::V2_6);
    let text = "\
asyncapi: 2.6.0
servers: {prod: {url: 'wss://ws.acme.test', protocol: wss, security: [oauth: [], own: [read]]}}
components: {securitySchemes: {own: {$ref: 'security.yaml#/oauth'}, $ref: ./security.yaml}}
";
    let surroundings = targets([
        (
            "./security.yaml",
            Target::Schemes(named([("oauth", &oauth)])),
        ),
        ("security.yaml#/oauth", Target::Scheme(oauth)),
    ]);
    let analysis = analyse(text, surroundings);
    assert_eq!(found(&analysis), ["2 oauth2-scopes-not-selected"]);
    let shown = |place: &str| {
        let offset = text.find(place).unwrap() + 1;
        hover(&analysis, offset).unwrap().markdown
    };
    for place in ["oauth: []", "own: [read]", "security.yaml#/oauth"] {
        let card = shown(place);
        assert!(card.contains("**Declared in** `security.yaml`"), "{card}");
        assert!(card.contains("clientCredentials"), "{card}");
    }
    assert!(
        shown("read]").contains("Declared in:"),
        "{}",
        shown("read]")
    );
    let head = text.split("servers").next().unwrap();
    let last = text.lines().last().unwrap();
    for (entry, cursor, labels) in [
        ("{}", "}", &["own", "oauth"][..]),
        ("oauth: []", "]", &["read"]),
        ("own: []", "]", &["read"]),
    ] {
        let typed = format!("{head}servers:\n  prod:\n    security:\n      - {entry}\n{last}\n");
        let document = Document::new(&typed, format_of(&typed));
        let analysis = Analysis::new(document, analysis.options.clone(), None);
        let offset = typed.find(entry).unwrap() + entry.find(cursor).unwrap();
        let items = complete(&analysis, offset, ASKED);
        let found: Vec<_> = items.into_iter().map(|item| item.label).collect();
        assert_eq!(found, labels, "{typed}");
    }
}

#[test]
fn each_reference_to_another_file_stands_for_something() {
    let text = "\
asyncapi: 3.0.0
servers: {s: {$ref: s.yaml}, t: {host: a, security: [{$ref: e.yaml}, {$ref: '#/x'}]}}
channels: {$ref: cs.yaml}
operations: {o: {channel: {$ref: c.yaml}, traits: [{$ref: t.yaml}], security: [{type: oauth2, flows: {$ref: fs.yaml}}]}}
components:
  channels: {d: {servers: [{$ref: n.yaml}, {$ref: '#/servers/s'}]}}
  securitySchemes: {a: {$ref: a.yaml}, f: {type: oauth2, flows: {implicit: {$ref: f.yaml}}}, $ref: ss.yaml}
";
    let analysis = analyse(text, Surroundings::default());
    let mut all: Vec<_> = (externals(&analysis.model))
        .map(|one| {
            assert_eq!(&text[one.range.start()..one.range.end()], one.text);
            assert_eq!(one.is_scheme_due, one.place == UnitKind::Scheme);
            (one.text, one.place, one.is_map)
        })
        .collect();
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("a.yaml", UnitKind::Scheme, false),
            ("c.yaml", UnitKind::Channel, false),
            ("cs.yaml", UnitKind::Channel, true),
            ("e.yaml", UnitKind::Scheme, false),
            ("f.yaml", UnitKind::Flow, false),
            ("fs.yaml", UnitKind::Flows, false),
            ("n.yaml", UnitKind::Server, false),
            ("s.yaml", UnitKind::Server, false),
            ("ss.yaml", UnitKind::Scheme, true),
            ("t.yaml", UnitKind::OperationTrait, false),
        ]
    );
    let older = "\
asyncapi: 2.6.0
channels: {c: {servers: [prod], publish: {$ref: o.yaml}}}
";
    let analysis = analyse(older, Surroundings::default());
    let all: Vec<_> = (externals(&analysis.model))
        .map(|one| (one.text, one.place))
        .collect();
    assert_eq!(all, [("o.yaml", UnitKind::Operation)]);
}
