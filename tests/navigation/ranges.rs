//! Links, folds and selections.

use asyncapi_security_lsp::ide::navigation::folding::{FoldKind, folds};
use asyncapi_security_lsp::ide::navigation::links::links;
use asyncapi_security_lsp::ide::navigation::selection::selections;

use crate::support::{analyse, format_of, marked};

fn linked(text: &str) -> String {
    let analysis = analyse(text, format_of(text));
    let links = links(&analysis, "file:///w/my%20api/main.yaml").into_iter();
    let links = links.map(|link| {
        let shown = &text[link.range.start()..link.range.end()];
        format!("{shown} -> {}", link.target)
    });
    links.collect::<Vec<_>>().join("\n")
}

#[test]
fn links_lead_to_files_endpoints_and_the_specification() {
    let text = "asyncapi: '3.0.0'
channels:
  a: {$ref: ./channels/a.yaml}
  b: {$ref: '../b%20c.yaml#/x'}
  c: {$ref: '#/channels/a'}
  d: {$ref: 'https://acme.test/d.yaml#/d'}
  e: {$ref: 'file:///etc/passwd'}
  f: {$ref: '${DIR}/f.yaml'}
  g: {$ref: not a path.yaml}
components:
  securitySchemes:
    oidc: {type: openIdConnect, openIdConnectUrl: https://i.acme.test/.well-known/openid-configuration}
    oauth:
      type: oauth2
      flows:
        implicit: {authorizationUrl: 'https://{tenant}.acme.test/a'}
        password: {tokenUrl: \"https://i.acme.test/t\", refreshUrl: ftp://i.acme.test/r}
        clientCredentials: {tokenUrl: i.acme.test}
";
    assert_eq!(
        linked(text),
        "3.0.0 -> https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject
./channels/a.yaml -> file:///w/my%20api/channels/a.yaml
../b%20c.yaml -> file:///w/b%20c.yaml
https://acme.test/d.yaml -> https://acme.test/d.yaml
https://i.acme.test/.well-known/openid-configuration -> https://i.acme.test/.well-known/openid-configuration
https://i.acme.test/t -> https://i.acme.test/t"
    );
    assert_eq!(linked("asyncapi: 3.0.0-rc1\n"), "");
    assert_eq!(linked("a: {$ref: x.yaml}\n"), "");
}

fn folded(text: &str) -> String {
    let found = folds(&analyse(text, format_of(text))).unwrap();
    let found = found.into_iter().map(|fold| {
        let kind = match fold.kind {
            FoldKind::Value => "",
            FoldKind::Comment => " comment",
            FoldKind::Region => " region",
        };
        format!("{}-{}{kind}", fold.start + 1, fold.end + 1)
    });
    found.collect::<Vec<_>>().join(" ")
}

#[test]
fn objects_texts_and_comments_fold() {
    let yaml = "asyncapi: 3.0.0
# one
# two
info:
  description: |
    # no comment
    # at all
  title: x

servers:
  a:
    security:
      - type: http
        scheme: basic

      - {
          type: X509
        }
  b: {host: h}
# region more
channels: {}
# endregion
";
    assert_eq!(
        folded(yaml),
        "2-3 comment 4-8 5-7 10-19 11-18 12-18 13-14 16-17 20-22 region"
    );
    let json = "{
  \"asyncapi\": \"3.0.0\",
  // one
  // two
  \"servers\": {
    \"a\": {\"host\": \"h\",
      \"security\": [
      ]}
  }
}
";
    assert_eq!(folded(json), "1-9 3-4 comment 5-8 6-8");
    let other = analyse("services:\n  a:\n", format_of(""));
    assert_eq!(folds(&other), None);
}

fn grown(document: &str) -> String {
    let (text, offset) = marked(document);
    let ranges = selections(&analyse(&text, format_of(&text)), offset).unwrap();
    let ranges = ranges.iter().map(|range| &text[range.start()..range.end()]);
    ranges.collect::<Vec<_>>().join("\n~\n")
}

#[test]
fn a_selection_grows_by_the_tree() {
    assert_eq!(
        grown("asyncapi: 3.0.0\nx-a: {$ref: '#/components/securitySchemes/my-k$0ey', b: c}\n"),
        "key
~
my-key
~
#/components/securitySchemes/my-key
~
'#/components/securitySchemes/my-key'
~
$ref: '#/components/securitySchemes/my-key'
~
{$ref: '#/components/securitySchemes/my-key', b: c}
~
x-a: {$ref: '#/components/securitySchemes/my-key', b: c}
~
asyncapi: 3.0.0
x-a: {$ref: '#/components/securitySchemes/my-key', b: c}
~
asyncapi: 3.0.0
x-a: {$ref: '#/components/securitySchemes/my-key', b: c}
"
    );
    let other = analyse("services:\n  a:\n", format_of(""));
    assert_eq!(selections(&other, 3), None);
    let half = analyse("asyncapi: 3.0.0\n\n", format_of(""));
    assert_eq!(selections(&half, 17).unwrap().len(), 1);
}
