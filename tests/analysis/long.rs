//! An analysis after edits equals one from scratch, in documents of several hundred units of which
//! most are reused.

use std::fmt::Write;

use proptest::prelude::*;

use super::edits::{assert_same, start};
use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

/// More units than a single chunk has.
const UNITS: usize = 300;

const SCHEMES: &str = "
  securitySchemes:
    key: {type: httpApiKey, name: k, in: query}
    cert: {type: X509}
    same: {type: X509}
    seal: {type: symmetricEncryption}
    chain: {$ref: '#/components/securitySchemes/oauth'}
    oauth:
      type: oauth2
      flows:
        implicit:
          authorizationUrl: https://a.example/authorize
          SCOPES: {read: Read, write: Write, spare: Nobody wants it}
        password:
          tokenUrl: https://a.example/token
          SCOPES: {read: Read}
    open:
      type: openIdConnect
      openIdConnectUrl: https://a.example/c
";

/// A document of 2.6.0.
fn second() -> String {
    let mut text = String::from(
        "asyncapi: 2.6.0
info: {title: t, version: '1'}
servers:
  plain: {url: 'broker.example.com:1883', protocol: mqtt}
  safe:
    url: broker.example.com
    protocol: kafka-secure
    security:
      - cert: []
  empty: {url: u.example.com, protocol: http, security: []}
channels:
",
    );
    for at in 0..UNITS {
        let entry = match at % 11 {
            0 => "oauth: [read]",
            1 => "oauth: [write]",
            2 => "key: []",
            3 => "chain: [read, nope]",
            4 => "cert: [read]",
            5 => "missing: []",
            6 => "open: [profile]",
            7 => "seal: []",
            _ => "cert: []",
        };
        let servers = ["", "    servers: [plain]\n", "    servers: [safe, empty]\n"][at % 3];
        let _ = writeln!(text, "  channel{at}:\n{servers}    publish:");
        if at % 13 == 3 {
            text.push_str("      traits: [{$ref: '#/components/operationTraits/strict'}]\n");
        }
        if at % 5 != 4 {
            let _ = writeln!(text, "      security:\n        - {entry}");
        }
        if at % 17 == 0 {
            text.push_str("      message: {security: []}\n");
        }
        let _ = writeln!(text, "      summary: number {at}");
    }
    text + "components:\n  operationTraits:\n    strict: {security: [{key: []}]}\n    mild: {}\n"
        + &SCHEMES[1..].replace("SCOPES", "scopes")
}

/// A document of 3.0.0.
fn third() -> String {
    let mut text = String::from(
        "asyncapi: 3.0.0
info: {title: t, version: '1'}
servers:
  plain: {host: 'broker.example.com:1883', protocol: mqtt}
  safe:
    host: broker.example.com
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/cert'
channels:
",
    );
    for at in 0..UNITS / 2 {
        let servers = [
            "[]",
            "[{$ref: '#/servers/plain'}]",
            "[{$ref: '#/servers/safe'}]",
        ][at % 3];
        let _ = writeln!(text, "  channel{at}:\n    servers: {servers}");
    }
    text.push_str("operations:\n");
    for at in 0..UNITS / 2 {
        let entry = match at % 9 {
            0 => "$ref: '#/components/securitySchemes/oauth'",
            1 => "$ref: '#/components/securitySchemes/chain'",
            2 => "$ref: '#/components/securitySchemes/missing'",
            3 => "{type: X509}",
            4 => "{type: oauth2, flows: {}, scopes: [read, read]}",
            5 => "$ref: '#/operations/operation3/security/0'",
            6 => "$ref: '#/components/securitySchemes/key'",
            7 => "$ref: 'other.yaml#/x'",
            _ => "$ref: '#/components/securitySchemes/seal'",
        };
        let _ = writeln!(
            text,
            "  operation{at}:\n    action: send\n    channel: {{$ref: '#/channels/channel{at}'}}"
        );
        if at % 13 == 3 {
            text.push_str("    traits: [{$ref: '#/components/operationTraits/strict'}, {}]\n");
        }
        if at % 5 != 4 {
            let _ = writeln!(text, "    security:\n      - {entry}");
        }
        if at % 29 == 0 {
            text.push_str("    x-asyncapi-security-ignore: [http-api-key-in-query]\n");
        }
    }
    text + "components:\n  operationTraits:\n    strict: {security: [{$ref: '#/components/securitySchemes/key'}]}\n"
        + &SCHEMES[1..].replace("SCOPES", "availableScopes")
        + "      scopes: [openid]\n"
}

/// Texts and their replacements. Each replacement changes the meaning.
const WORDS: &[(&str, &str)] = &[
    ("operations:", "operation:"),
    ("operation:", "operations:"),
    ("channels:", "channel:"),
    ("channel:", "channels:"),
    ("components:", "component:"),
    ("component:", "components:"),
    ("securitySchemes:", "securityScheme:"),
    ("securityScheme:", "securitySchemes:"),
    ("servers:", "server:"),
    ("server:", "servers:"),
    ("security:", "securit:"),
    ("securit:", "security:"),
    ("oauth", "oaut"),
    ("oaut", "oauth"),
    ("read", "reed"),
    ("reed", "read"),
    ("write", "wr"),
    ("type: oauth2", "type: http"),
    ("type: X509", "type: plain"),
    ("kafka-secure", "kafka"),
    ("mqtt", "mqtts"),
    ("key", "kex"),
    ("missing", "cert"),
    ("strict", "mild"),
    ("safe", "plain"),
    ("security: []", "security: [{cert: []}]"),
    ("https://a.example/token", "/token"),
    ("example", "example.long.words"),
    ("summary", "\"summary"),
    ("\"", ""),
    ("{", ""),
    (
        "number",
        "# asyncapi-security: ignore[security-scope-undefined] x\n      ",
    ),
    ("      - ", "      -"),
    (":", ""),
    ("\n", "\n\n"),
    ("'", ""),
    ("$ref", "ref"),
    ("#/", "/"),
    ("chain", "cert"),
    ("asyncapi: 3.0.0", "asyncapi: 3.1.0"),
    ("asyncapi: 2.6.0", "asyncapi: 2.3.0"),
];

fn occurrences(text: &str, word: &str) -> Vec<usize> {
    text.match_indices(word).map(|(at, _)| at).collect()
}

/// A few edits, sometimes two at once, sometimes a line that is removed or duplicated.
fn step(analysis: &Analysis, which: usize, place: usize) -> Vec<TextEdit> {
    let text = analysis.document.text().to_string();
    if which >= WORDS.len() {
        let lines: Vec<(usize, usize)> = (text.match_indices('\n'))
            .map(|(at, _)| at + 1)
            .scan(0, |start, end| Some((std::mem::replace(start, end), end)))
            .collect();
        let (start, end) = lines[place % lines.len()];
        let (range, new_text) = match which % 3 {
            0 => (TextRange::new(start, end), String::new()),
            1 => (TextRange::empty(end), text[start..end].to_owned()),
            _ => {
                let (_, end) = lines[(place + 40).min(lines.len() - 1) % lines.len()];
                (TextRange::new(start.min(end), end), String::new())
            }
        };
        return vec![TextEdit { range, new_text }];
    }
    let (old, new) = WORDS[which];
    let found = occurrences(&text, old);
    let Some(at) = found.get(place % found.len().max(1)) else {
        return Vec::new();
    };
    let mut edits = vec![TextEdit {
        range: TextRange::new(*at, at + old.len()),
        new_text: new.to_owned(),
    }];
    if place.is_multiple_of(4) {
        // Typed before the other edit, so it moves that one.
        edits.push(TextEdit {
            range: TextRange::empty(place % at.max(&1)),
            new_text: " ".to_owned(),
        });
    }
    edits
}

fn run(source: &str, steps: &[(usize, usize)]) {
    let mut analysis = start(source);
    for (which, place) in steps {
        let mut next = analysis.edited(&step(&analysis, *which, *place));
        if place % 3 == 0 {
            let edits = step(&next, (which + 1) % WORDS.len(), place + 7);
            next = next.edited(&edits);
        }
        assert_same(&next);
        if next.model.unit_count() > 20 {
            analysis = next;
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..WORDS.len() + 6, 0_usize..100_000), 6..14)
}

/// For a longer run: `ASYNCAPI_SECURITY_CASES=1000 cargo test --test analysis long`.
fn cases() -> u32 {
    let wanted = std::env::var("ASYNCAPI_SECURITY_CASES").ok();
    wanted.and_then(|cases| cases.parse().ok()).unwrap_or(12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_documents_of_2_after_edits_are_read_from_nothing(steps in steps()) {
        run(&second(), &steps);
    }

    #[test]
    fn long_documents_of_3_after_edits_are_read_from_nothing(steps in steps()) {
        run(&third(), &steps);
    }
}

/// The units of a key of the root disappear and come back with each of its letters.
#[test]
fn a_key_of_the_root_is_typed_and_taken_back() {
    for (source, word) in [(second(), "channels:"), (third(), "operations:")] {
        let mut analysis = start(&source);
        let at = source.find(word).unwrap() + 3;
        let found = analysis.findings.clone();
        let told: usize = found.iter().map(|one| one.places().count()).sum();
        assert!(told > 100, "{told}");
        for _ in 0..2 {
            let edit = |range, new_text: &str| TextEdit {
                range,
                new_text: new_text.to_owned(),
            };
            analysis = analysis.edited(&[edit(TextRange::empty(at), "x")]);
            assert_same(&analysis);
            analysis = analysis.edited(&[edit(TextRange::new(at, at + 1), "")]);
            assert_same(&analysis);
            assert_eq!(analysis.findings, found);
        }
    }
}
