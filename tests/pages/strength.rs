//! What a page tells people to write protects no less than what it shows as wrong.
//!
//! Alternatives are OR, what one alternative asks for is AND. A repair is no weaker if each of its
//! ways in asks for at least what one way of the example asks for, over a connection that is
//! encrypted no less. An open door, or no `security` at all, is a way that asks for nothing. What
//! cannot be read (a type that does not exist, a reference to nothing) asks for something: the
//! repair must not be open there.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::rule::Rule;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use expect_test::expect;

use crate::page::{Example, Kind, Language, Page};
use crate::pages;
use crate::protection::{Protection, Way, protection};

/// Pages whose repair lets in others than the example, and the words in which they say so.
const OTHERS: [(&str, &str); 4] = [
    ("http-scheme-oauth1", "For OAuth 2 write `bearer`"),
    ("oauth2-flow-forbidden-field", "If users sign in"),
    (
        "oauth2-password-flow",
        "Client credentials let in programs, not users",
    ),
    ("oauth2-scope-too-broad", "asks for less"),
];

#[test]
fn what_to_write_instead_is_no_weaker() {
    let excused = |rule: &Rule| OTHERS.iter().find(|(id, _)| *id == rule.id);
    for (rule, page) in pages() {
        let weaker = weaker(&page);
        match excused(rule) {
            None => assert!(weaker.is_empty(), "{}:\n{}", rule.id, weaker.join("\n")),
            Some((id, why)) => {
                assert!(!weaker.is_empty(), "{id} needs no excuse");
                assert!(rule.page.contains(why), "{id} does not say: {why}");
            }
        }
    }
}

/// Their repairs are only held to ask for something. `UPDATE_EXPECT=1` writes the list anew.
#[test]
fn examples_of_which_nothing_is_known_are_named() {
    let mut found = String::new();
    for (rule, page) in pages() {
        let bad = page.of_kind(Kind::Bad);
        let reasons: BTreeSet<&str> = bad.flat_map(|bad| unknown(&protection_of(bad))).collect();
        for why in reasons {
            writeln!(found, "{}: {why}", rule.id).unwrap();
        }
    }
    expect![[r#"
        asyncapi-version-patch: no server and no operation
        asyncapi-version-unknown: no server and no operation
        binding-policy-open: no server and no operation
        duplicate-key: no server and no operation
        http-api-key-in-invalid: a key in no known place
        http-scheme-invalid-token: an unknown scheme of HTTP
        http-scheme-not-registered: an unknown scheme of HTTP
        limit-reached: no server and no operation
        oauth2-flow-unknown: no flow brings the scopes
        oauth2-flows-empty: no flow brings the scopes
        oauth2-ref-not-allowed: no flow brings the scopes
        oauth2-scope-name-invalid: no flow brings the scopes
        oauth2-scopes-not-a-map: no flow brings the scopes
        openapi-oauth2-shape: no flow brings the scopes
        section-not-object: no server and no operation
        security-entry-not-object: an entry that this version has not
        security-not-array: `security` is no list
        security-ref-cycle: references in a circle
        security-ref-external: out of sight
        security-ref-insecure: out of sight
        security-ref-invalid-uri: a reference to nothing
        security-ref-unresolved: a reference to nothing
        security-ref-wrong-target: a reference to no scheme
        security-ref-yaml-comment: out of sight
        security-requirement-undefined: no scheme of that name
        security-scheme-missing-field: `http` without a scheme
        security-scheme-missing-field: a key without a name
        security-scheme-not-object: a scheme without a type
        security-scheme-type-missing: a scheme without a type
        security-scheme-type-unknown: an unknown type
        security-schemes-misplaced: no server and no operation
        security-scope-undefined: no flow brings the scopes
        security-v2-shape-in-v3: an entry that this version has not
        security-v3-shape-in-v2: an entry that this version has not
        suppression-unknown-rule: no server and no operation
        suppression-unused: no server and no operation
        syntax-error: no server and no operation
    "#]]
    .assert_eq(&found);
}

/// Why an example does not say what it asks for.
fn unknown(found: &Protection) -> Vec<&'static str> {
    if found.is_empty() {
        return vec!["no server and no operation"];
    }
    found
        .values()
        .flatten()
        .filter_map(Way::unreadable)
        .collect()
}

/// What the repairs of a page lose, in words.
///
/// A repair is one of an example of its own major version, if the page has any. Where there are as
/// many, they belong together in order; else each repair is one of some example.
fn weaker(page: &Page) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for major in ['2', '3'] {
        let good = of_major(page, Kind::Good, major);
        let mut bad = of_major(page, Kind::Bad, major);
        if bad.is_empty() {
            bad = page.of_kind(Kind::Bad).collect();
        }
        if bad.len() == good.len() {
            let pairs = bad.iter().zip(&good);
            lines.extend(pairs.flat_map(|(bad, good)| lost(bad, good)));
            continue;
        }
        for good in &good {
            lines.extend(least(bad.iter().map(|bad| lost(bad, good))));
        }
    }
    lines.into_iter().collect()
}

fn least(mut lost: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let first = lost.next().unwrap_or_default();
    lost.fold(first, |least, next| {
        if next.len() < least.len() {
            next
        } else {
            least
        }
    })
}

fn of_major(page: &Page, kind: Kind, major: char) -> Vec<&Example> {
    let is_of = |example: &&Example| {
        let (_, version) = example.text.split_once("asyncapi").unwrap_or_default();
        version.chars().find(char::is_ascii_digit) == Some(major)
    };
    page.of_kind(kind).filter(is_of).collect()
}

fn lost(bad: &Example, good: &Example) -> Vec<String> {
    lines_of_loss(&protection_of(bad), &protection_of(good))
}

/// The ways in of the repair that are weaker than all ways in of the example through the same door,
/// or through any if the example does not have that door.
fn lines_of_loss(bad: &Protection, good: &Protection) -> Vec<String> {
    let mut lines = Vec::new();
    if bad.is_empty() {
        return lines;
    }
    for (door, ways) in good {
        let before: Vec<&Way> = match bad.get(door) {
            Some(ways) => ways.iter().collect(),
            None => bad.values().flatten().collect(),
        };
        for way in ways {
            if !before.iter().any(|before| way.is_no_weaker_than(before)) {
                lines.push(format!("{door:?}: {way:?}\n  is weaker than {before:?}"));
            }
        }
    }
    lines
}

fn protection_of(example: &Example) -> Protection {
    let format = match example.language {
        Language::Yaml => Format::Yaml,
        Language::Json => Format::Json,
    };
    of_text(&example.text, format)
}

fn of_text(text: &str, format: Format) -> Protection {
    let document = Document::new(text, format);
    protection(&Analysis::new(document, Options::default(), None))
}

/// A document of 2.6.0 with these `security` lists on a server of this protocol and on its only
/// operation.
fn document(protocol: &str, server: &str, operation: &str) -> Protection {
    let text = format!(
        "asyncapi: 2.6.0
servers:
  a: {{url: a.example.com, protocol: {protocol}, security: {server}}}
channels:
  orders:
    publish: {{security: {operation}}}
components:
  securitySchemes:
    cert: {{type: X509}}
    scram: {{type: scramSha256}}
    plain: {{type: plain}}
    payload: {{type: symmetricEncryption}}
    implicit: {{type: oauth2, flows: {{implicit: {{authorizationUrl: 'https://a.example.com', scopes: {{r: r, w: w}}}}}}}}
    code: {{type: oauth2, flows: {{authorizationCode: {{authorizationUrl: 'https://a.example.com', tokenUrl: 'https://a.example.com', scopes: {{r: r, w: w}}}}}}}}
"
    );
    of_text(&text, Format::Yaml)
}

#[test]
fn each_kind_of_loss_is_seen() {
    let same = [
        ("[cert: []]", "[cert: []]"),
        // An alternative less, or one that asks for more.
        ("[cert: [], scram: []]", "[cert: []]"),
        ("[cert: []]", "[{cert: [], scram: []}]"),
        ("[plain: []]", "[scram: []]"),
        ("[implicit: [r]]", "[code: [r, w]]"),
        ("[]", "[plain: []]"),
        // Nobody knows what was meant.
        ("[nobody: []]", "[cert: []]"),
    ];
    let weaker = [
        ("[cert: []]", "[cert: [], scram: []]"),
        ("[cert: []]", "[cert: [], {}]"),
        ("[cert: []]", "[scram: []]"),
        ("[{cert: [], scram: []}]", "[scram: []]"),
        ("[{cert: [], payload: []}]", "[cert: []]"),
        ("[scram: []]", "[plain: []]"),
        ("[code: [r, w]]", "[code: [r]]"),
        ("[code: [r]]", "[implicit: [r]]"),
        ("[cert: []]", "[]"),
        ("[nobody: []]", "[]"),
    ];
    for (cases, is_weaker) in [(&same[..], false), (&weaker[..], true)] {
        for (bad, good) in cases {
            for tls in ["kafka-secure", "kafka"] {
                let on_server =
                    lines_of_loss(&document(tls, bad, "[]"), &document(tls, good, "[]"));
                let on_operation =
                    lines_of_loss(&document(tls, "[]", bad), &document(tls, "[]", good));
                for lost in [on_server, on_operation] {
                    assert_eq!(!lost.is_empty(), is_weaker, "{bad} {good}: {lost:?}");
                }
            }
        }
    }
    let plain = document("kafka", "[cert: []]", "[]");
    let encrypted = document("kafka-secure", "[cert: []]", "[]");
    assert!(!lines_of_loss(&encrypted, &plain).is_empty());
    assert!(lines_of_loss(&plain, &encrypted).is_empty());
    // Server and operation both ask.
    let both = document("kafka", "[cert: []]", "[scram: []]");
    let one = document("kafka", "[{cert: [], scram: []}]", "[]");
    assert!(lines_of_loss(&one, &both).is_empty() && lines_of_loss(&both, &one).is_empty());
}
