//! Detection of documents, units and their facts.

use crate::fixture::{analyse, format_of, marked};
use asyncapi_security_lsp::model::facts::{EntryForm, Home, SiteKind};
use asyncapi_security_lsp::model::walk::{self, UnitKind};
use asyncapi_security_lsp::model::{DocumentKind, Fragment, detect, fingerprint};
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::tree::Tree;

fn kind(text: &str) -> DocumentKind {
    detect::kind(&Tree::parse(text, format_of(text)))
}

#[test]
fn an_asyncapi_key_makes_the_document() {
    for text in [
        "asyncapi: 3.0.0\n",
        "asyncapi:\ninfo: {}\n",
        "{\"asyncapi\": \"2.6.0\", \"openapi\": \"3.1.0\"}",
        "asyncapi: 3.0\n",
        "asyncapi: '1.2.0'\n",
        "asyncapi: \n",
        "asyncapi: 3.\n",
        "asyncapi: 3.\nname: x\ninfo: {title: T}\n",
        "asyncapi: 4.0.0\nchannels: {}\n",
        "asyncapi: latest\ninfo: {title: T}\nchannels:\n",
        "asyncapi: 3.0.0\n  info:\n    title: T\nservers: {}\n",
    ] {
        assert_eq!(kind(text), DocumentKind::AsyncApi, "{text}");
    }
}

#[test]
fn settings_with_an_asyncapi_key_are_no_document() {
    for text in [
        "{\"$schema\": \"https://a.io/docs.json\", \"asyncapi\": \"api/asyncapi.yaml\"}",
        "{\"asyncapi\": \"asyncapi.yaml\", \"servers\": {}}",
        "{\"name\": \"x\", \"asyncapi\": \"^2.0.0\", \"components\": {}}",
        "{\"name\": \"x\", \"asyncapi\": \"0.23.1\"}",
        "asyncapi: '>=2.0.0'\n",
        "asyncapi: 8080\nname: x\n",
        "asyncapi: latest\n",
        "asyncapi: true\ninfo: {}\nchannels: {}\n",
        "asyncapi: {file: a.yaml}\nservers: {}\n",
        "asyncapi: [a.yaml]\n",
        "asyncapi:\nname: x\n",
        "{\"asyncapi\": \"AsyncAPI\", \"info\": \"Info\", \"channels\": \"Channels\"}",
    ] {
        assert_eq!(kind(text), DocumentKind::Other, "{text}");
    }
}

#[test]
fn fragments_are_known_by_their_content() {
    let cases = [
        ("type: oauth2\nflows: {}\n", Fragment::Scheme),
        ("type: http\nscheme: bearer\n", Fragment::Scheme),
        ("{\"type\": \"X509\"}", Fragment::Scheme),
        (
            "type: oauth\nflows: {implicit: {authorizationUrl: 'https://a.example'}}\n",
            Fragment::Scheme,
        ),
        (
            "tokenUrl: https://a.example\navailableScopes: {}\n",
            Fragment::Flow,
        ),
        (
            "implicit: {authorizationUrl: 'https://a.example'}\n",
            Fragment::Flows,
        ),
        ("a: {type: X509}\nb: {$ref: '#/a'}\n", Fragment::Schemes),
        (
            "securitySchemes:\n  a: {type: X509}\n",
            Fragment::Components,
        ),
        (
            "components:\n  securitySchemes:\n    a: {type: X509}\n",
            Fragment::Components,
        ),
    ];
    for (text, fragment) in cases {
        assert_eq!(kind(text), DocumentKind::Fragment(fragment), "{text}");
    }
}

#[test]
fn other_files_are_left_alone() {
    for text in [
        "",
        "just words\n",
        "- a\n",
        "type: object\nproperties: {flows: {type: string}}\n",
        "type: string\n",
        "type: http\nurl: https://a.example\n",
        "type: plain\n",
        "a: {type: plain}\nb: {type: http, port: 1}\n",
        "openapi: 3.1.0\ncomponents: {securitySchemes: {a: {type: http, scheme: basic}}}\n",
        "swagger: '2.0'\nsecuritySchemes: {}\n",
        "$schema: https://json-schema.org/draft-07/schema\ntype: oauth2\n",
        "services:\n  web: {image: x}\n",
        "name: CI\non: push\njobs: {}\n",
        "apiVersion: v1\nkind: Service\nspec: {type: plain}\n",
        "password: hunter\nimplicit: true\n",
        "components: {schemas: {}}\n",
        "a: {$ref: '#/b'}\n",
        "a:\nb: {scheme: x}\n",
        "type: apiKey\nname: k\nin: header\n",
        "components: {securitySchemes: {a: {type: oauth2}}, responses: {}}\n",
        "paths: {}\ncomponents: {securitySchemes: {a: {type: oauth2}}}\n",
        "tokenUrl: https://a.example\nclientId: x\nscopes: {a: b}\n",
        "tokenUrl: https://a.example\nscopes: [a]\n",
    ] {
        assert_eq!(kind(text), DocumentKind::Other, "{text}");
    }
}

#[test]
fn major_and_minor_select_the_version() {
    let cases = [
        ("2.0.0", Some(Version::V2_0)),
        ("2.6.0", Some(Version::V2_6)),
        ("2.0.0-rc1", Some(Version::V2_0)),
        ("2.9.1", Some(Version::V2_6)),
        ("3.0", Some(Version::V3_0)),
        ("3.0.1", Some(Version::V3_0)),
        ("3.7.0", Some(Version::V3_1)),
        ("1.2.0", None),
        ("4.0.0", None),
        ("", None),
        ("+2.6.0", None),
        (" 3.0.0", Some(Version::V3_0)),
        ("02.6.0", Some(Version::V2_6)),
        ("2.01.0", Some(Version::V2_1)),
    ];
    for (text, version) in cases {
        let read = Version::read(text).map(|reading| reading.version);
        assert_eq!(read, version, "{text}");
    }
    let field = analyse("asyncapi: 3.0\n", &[]).model.version_field.unwrap();
    assert!(field.is_given);
    assert_eq!(field.text, "3.0");
}

/// The rules about the version field agree with the version that is used.
#[test]
fn a_version_is_checked_as_is_said() {
    for (text, said) in [
        (" 3.0.0", "write `3.0.0`"),
        ("02.6.0", "write `2.6.0`"),
        ("2.01.0", "write `2.1.0`"),
        ("2.9.0", "checked as `2.6.0`"),
        ("+2.6.0", "security is not checked"),
        ("4.0.0", "security is not checked"),
        ("1.2.0", "AsyncAPI 1, which is not checked"),
    ] {
        let analysis = analyse(&format!("asyncapi: '{text}'\ninfo: {{}}\n"), &[]);
        let [finding] = &analysis.findings[..] else {
            panic!("{text}: {:?}", analysis.findings);
        };
        assert!(finding.message.contains(said), "{}", finding.message);
        let version = analysis
            .model
            .version
            .map_or("not checked", Version::as_str);
        assert!(
            finding.message.contains(version),
            "{}: {version}",
            finding.message
        );
    }
}

#[test]
fn of_an_unknown_major_version_nothing_is_read() {
    let model = analyse(
        "asyncapi: 1.2.0\nservers: {s: {security: [{a: []}]}}\n",
        &[],
    )
    .model;
    assert_eq!(model.version, None);
    assert!(model.unit_count() == 0);
}

const PLACES: &str = "
asyncapi: 2.6.0
servers: {s: {url: a}}
channels:
  c/d:
    publish:
      message: {security: []}
      traits: [{security: []}]
    subscribe: {message: {oneOf: [{}, {security: []}]}}
operations: {o: {reply: {security: []}}}
components:
  securitySchemes: {k: {type: X509}, n: 1}
  servers: {s: {}}
  channels: {c: {messages: {m: {security: [], traits: [{security: []}]}}}}
  operations: {o: {}}
  operationTraits: {t: {}}
  messages: {m: {}, n: {security: []}}
  messageTraits: {t: {security: []}}
  replies: {r: {security: []}}
  schemas: {s: {security: []}}
";

fn places(version: Version) -> Vec<(UnitKind, String)> {
    let tree = Tree::parse(PLACES, format_of(PLACES));
    let (sections, _) = walk::sections(&tree, DocumentKind::AsyncApi, version);
    let mut found = Vec::new();
    for section in sections {
        if !section.kind.is_map {
            found.extend(section.single(&tree));
            continue;
        }
        for entry in section.entries(&tree) {
            found.extend(walk::entry(&tree, version, &section.kind, entry));
        }
    }
    (found.iter())
        .map(|found| (found.place, found.pointer()))
        .collect()
}

#[test]
fn every_version_has_its_places() {
    let expect = |version, pointers: &[&str]| {
        let found = places(version);
        let found: Vec<&str> = found.iter().map(|(_, pointer)| &**pointer).collect();
        assert_eq!(found, pointers, "{version:?}");
    };
    let early = [
        "",
        "/servers/s",
        "/channels/c~1d",
        "/channels/c~1d/publish/message",
        "/channels/c~1d/subscribe/message/oneOf/1",
        "/components/securitySchemes/k",
        "/components/securitySchemes/n",
        "/components/operationTraits/t",
        "/components/messages/m",
        "/components/messages/n",
        "/components/messageTraits/t",
    ];
    for version in [Version::V2_0, Version::V2_1, Version::V2_2] {
        expect(version, &early);
    }
    let mut late = early.to_vec();
    late.splice(7..7, ["/components/servers/s", "/components/channels/c"]);
    for version in [Version::V2_3, Version::V2_4, Version::V2_5, Version::V2_6] {
        expect(version, &late);
    }
    for version in [Version::V3_0, Version::V3_1] {
        expect(
            version,
            &[
                "",
                "/servers/s",
                "/channels/c~1d",
                "/operations/o",
                "/operations/o/reply",
                "/components/securitySchemes/k",
                "/components/securitySchemes/n",
                "/components/servers/s",
                "/components/channels/c",
                "/components/channels/c/messages/m",
                "/components/channels/c/messages/m/traits/0",
                "/components/operations/o",
                "/components/operationTraits/t",
                "/components/messages/m",
                "/components/messages/n",
                "/components/messageTraits/t",
                "/components/replies/r",
            ],
        );
    }
    let kinds = places(Version::V3_1);
    assert_eq!(kinds[4].0, UnitKind::Other);
    assert_eq!(kinds[3].0, UnitKind::Operation);
}

#[test]
fn a_scheme_says_what_is_written() {
    let source = r#"
asyncapi: 3.0.0
components:
  securitySchemes:
    login:
    ^^^^^ name
      type: oauth2
            ^^^^^^ type
      description: "a \"b\""
      flows:
        x-note: {}
        clientCredentials:
        ^^^^^^^^^^^^^^^^^ flow
          tokenUrl: https://a.example/token
          availableScopes: {read: Read, write: 1}
                            ^^^^ scope
                                  ^^^^ text
      scopes: [read, 1]
      ^^^^^^ scopes
               ^^^^ needed
"#;
    let (text, marks) = marked(source);
    let mark = |label: &str| {
        let mark = marks.iter().find(|mark| mark.label == label);
        mark.map(|mark| mark.range)
    };
    let model = analyse(&text, &[]).model;
    let scheme = model.component("login").unwrap();
    let at = |range| Some(scheme.abs(range));
    let fact = scheme.fact;
    assert_eq!(fact.home, Home::Component);
    assert_eq!(at(fact.name().as_ref().unwrap().range), mark("name"));
    assert_eq!(at(fact.anchor()), mark("name"));
    assert_eq!(
        at(fact.scheme_type.as_ref().unwrap().value.range),
        mark("type")
    );
    assert_eq!(
        fact.details().description.as_ref().unwrap().value.text,
        "a \"b\""
    );
    assert_eq!(fact.flows().len(), 1);
    let flow = &fact.flows()[0];
    assert_eq!(at(flow.name.range), mark("flow"));
    assert_eq!(
        flow.token_url.as_ref().unwrap().value.text,
        "https://a.example/token"
    );
    assert_eq!(at(flow.scopes[0].name.range), mark("scope"));
    assert_eq!(
        at(flow.scopes[0].description.as_ref().unwrap().range),
        mark("text")
    );
    assert_eq!(flow.scopes[1].description, None);
    let scopes = fact.details().scopes.as_ref().unwrap();
    assert_eq!(at(scopes.key), mark("scopes"));
    assert_eq!(scopes.scopes.len(), 1);
    assert_eq!(at(scopes.scopes[0].range), mark("needed"));
}

#[test]
fn entries_have_their_form_whatever_the_version() {
    let entries = |version: &str, list: &str| {
        let text = format!("asyncapi: {version}\nservers: {{s: {{security: {list}}}}}\n");
        let model = analyse(&text, &[]).model;
        let site = model.sites().next().unwrap();
        let list = site.fact.security.as_ref().unwrap();
        (list.entries.iter())
            .map(|entry| match &entry.form {
                EntryForm::Requirement(names) => format!("requirement {}", names.len()),
                EntryForm::Reference(_) => "reference".to_owned(),
                EntryForm::Inline(_) => "inline".to_owned(),
                EntryForm::Other(_) => "other".to_owned(),
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let list = "[{k: []}, {$ref: '#/x'}, {type: X509}, k, {}, {a: [], b: [c]}]";
    assert_eq!(
        entries("2.6.0", list),
        "requirement 1, reference, inline, other, requirement 0, requirement 2"
    );
    assert_eq!(
        entries("3.0.0", list),
        "requirement 1, reference, inline, other, inline, requirement 2"
    );
    assert_eq!(
        entries("3.0.0", "[{scopes: [a]}, {k: [], type: X509}]"),
        "inline, inline"
    );
    assert_eq!(entries("2.6.0", "{k: []}"), "requirement 1");
}

#[test]
fn operations_know_their_traits() {
    let text = "
asyncapi: 2.6.0
channels:
  c:
    publish:
      traits:
        - security: [{k: []}]
        - $ref: '#/components/operationTraits/t'
        - {}
";
    let model = analyse(text, &[]).model;
    let sites: Vec<_> = model.sites().map(|site| site.fact).collect();
    assert_eq!(sites[0].kind, SiteKind::Operation);
    assert_eq!(sites[0].inline_traits, [1, 2]);
    assert_eq!(sites[0].trait_references.len(), 1);
    assert_eq!(&*sites[1].pointer, "/channels/c/publish/traits/0");
    assert_eq!(&*sites[2].pointer, "/channels/c/publish/traits/2");
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let text = "
asyncapi: 3.0.0
x-common: &common {protocol: kafka, security: [{$ref: '#/x'}]}
servers:
  a: {<<: *common, host: h}
  b: *common
components:
  securitySchemes: {k: {type: X509}, l: {type: X509}, m: {type: plain}}
";
    let model = analyse(text, &[]).model;
    let servers = model.units_of(UnitKind::Server, false);
    for (index, placed) in servers.enumerate() {
        assert_eq!(placed.base, 0, "{index}");
        let list = placed.unit.sites()[0].security.as_ref().unwrap();
        assert_eq!(&text[list.key.start()..list.key.end()], "security");
        let protocol = placed
            .unit
            .rest()
            .server
            .as_ref()
            .unwrap()
            .protocol
            .as_ref();
        assert_eq!(protocol.unwrap().value.text, "kafka");
    }
}

#[test]
fn equal_content_has_one_fingerprint() {
    let print = |text: &str| {
        let tree = Tree::parse(text, format_of(text));
        fingerprint::fingerprint(&tree, tree.root())
    };
    let yaml = print("type: http\nscheme: \"basic\"\n");
    assert_eq!(yaml, print("{\"scheme\": \"basic\", \"type\": \"http\"}"));
    assert_ne!(yaml, print("type: http\nscheme: digest\n"));
    assert_ne!(print("scopes: [a, b]\n"), print("scopes: [b, a]\n"));
    assert_ne!(print("a: 1\n"), print("a: '1'\n"));
}
