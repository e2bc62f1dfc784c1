//! The outline, and the search for symbols.

use asyncapi_security_lsp::ide::navigation::symbols::{Outline, outline, search};
use expect_test::{Expect, expect};

use crate::support::{analyse, format_of};

fn show(text: &str, entries: &[Outline], depth: usize, out: &mut String) {
    for entry in entries {
        let lines = text[entry.range.start()..entry.range.end()].lines().count();
        let detail = entry.detail.as_deref().map(|detail| format!(" = {detail}"));
        out.push_str(&format!(
            "{}{:?} {}{} ({lines})\n",
            "  ".repeat(depth),
            entry.kind,
            entry.name,
            detail.unwrap_or_default()
        ));
        assert!(entry.range.contains(entry.key), "{entry:?}");
        show(text, &entry.children, depth + 1, out);
    }
}

fn check(text: &str, expected: &Expect) {
    let analysis = analyse(text, format_of(text));
    let mut out = String::new();
    show(text, &outline(&analysis), 0, &mut out);
    expected.assert_eq(&out);
}

#[test]
fn the_outline_has_everything_about_security() {
    check(
        include_str!("../../fixtures/streetlights.asyncapi.yaml"),
        &expect![[r#"
            Group servers (19)
              Server production = scram or oauth2 (17)
              Server test = no security (1)
            Group operations (16)
              Operation measure = login (8)
              Operation switch (7)
            Group components.securitySchemes (19)
              Scheme scram = scramSha256 (3)
              Scheme login = oauth2 (11)
                Flow authorizationCode (7)
                  Scope lamps:read = Read the state of lamps (1)
                  Scope lamps:write = Switch and dim lamps (1)
              Scheme key = httpApiKey (4)
            Group components.operationTraits (4)
              OperationTrait kafka (3)
        "#]],
    );
    check(
        include_str!("../../fixtures/chat.asyncapi.jsonc"),
        &expect![[r#"
            Group servers (11)
              Server eu = token or login (rooms:read, rooms:write) (8)
              Server local (1)
            Group channels (30)
              Channel room/{id} (28)
                Operation publish = login (rooms:write) (19)
                Operation subscribe (6)
            Group components.operationTraits (3)
              OperationTrait signed = token (1)
            Group components.securitySchemes (21)
              Scheme token = http bearer (5)
              Scheme login = oauth2 (14)
                Flow authorizationCode (8)
                  Scope rooms:read = Read rooms (1)
                  Scope rooms:write = Write into rooms (1)
        "#]],
    );
}

#[test]
fn fragments_and_half_typed_documents_have_an_outline() {
    check(
        "type: oauth2\nflows:\n  password:\n    tokenUrl: https://i.acme.test\n    availableScopes: {read: Read}\n",
        &expect![[r#"
            Flow password (3)
              Scope read = Read (1)
        "#]],
    );
    check(
        "a: {type: X509}\nb: {$ref: '#/a'}\nc: {type: http, scheme: basic}\n",
        &expect![[r#"
            Scheme a = X509 (1)
            Scheme b = → #/a (1)
            Scheme c = http basic (1)
        "#]],
    );
    check(
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    \n    half\n    more:\n",
        &expect![[r#"
            Group components.securitySchemes (4)
              Scheme half (1)
              Scheme more (1)
        "#]],
    );
    check(
        "asyncapi: 2.6.0\nservers:\n  a: &a {url: u, protocol: wss, security: [{a: [], b: [x]}, {}]}\n  b: *a\n  c: {<<: *a, security: [{$ref: '#/components/securitySchemes/x'}, word]}\n",
        &expect![[r#"
            Group servers (4)
              Server a = a and b (x) or nothing (1)
              Server b = a and b (x) or nothing (1)
              Server c = x or word (1)
        "#]],
    );
    check("services: {a: {}}\n", &expect![[""]]);
}

#[test]
fn a_search_finds_the_letters_in_their_order() {
    let text = include_str!("../../fixtures/chat.asyncapi.jsonc");
    let outline = outline(&analyse(text, format_of(text)));
    let found = |query: &str| {
        let mut found = search(&outline, query);
        found.sort_by_key(|one| one.rank);
        let names = found.into_iter().map(|one| match one.container {
            Some(container) => format!("{container} › {}", one.name),
            None => one.name,
        });
        names.collect::<Vec<_>>().join("\n")
    };
    expect!["components.securitySchemes › login"].assert_eq(&found("LOG"));
    expect![[r#"
        components.securitySchemes › login › authorizationCode › rooms:read
        components.securitySchemes › login › authorizationCode › rooms:write"#]]
    .assert_eq(&found("rmr"));
    assert_eq!(found("zzz"), "");
    assert_eq!(found("").lines().count(), 11);
}
