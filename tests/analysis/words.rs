//! Messages that must not teach something wrong, word by word.

use super::fixture::analyse;
use asyncapi_security_lsp::fixes::fixes;

/// The only message of a rule in a document.
#[track_caller]
fn said(rule: &str, text: &str) -> String {
    let analysis = analyse(text, &[]);
    let found = analysis.findings.iter().filter(|one| one.rule.id == rule);
    let messages: Vec<&str> = found.map(|one| &*one.message).collect();
    let [message] = messages[..] else {
        panic!("{rule}: {messages:?} in\n{text}");
    };
    message.to_owned()
}

fn scheme(fields: &str) -> String {
    format!("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    k: {{{fields}}}\n")
}

fn server(protocol: &str, security: &str) -> String {
    format!(
        "asyncapi: 3.1.0\nservers:\n  s: {{host: b.acme.io, protocol: {protocol}, security: [{security}]}}\n"
    )
}

#[test]
fn tls_is_no_client_certificate() {
    for name in ["tls", "SSL"] {
        let text = scheme(&format!("type: {name}"));
        assert_eq!(
            said("security-scheme-type-unknown", &text),
            format!(
                "`{name}` is not a scheme type: `protocol` says whether TLS is used \
                 (`kafka-secure`, `wss`); write `X509` only if clients present a certificate"
            )
        );
        let analysis = analyse(&text, &[]);
        for finding in &analysis.findings {
            assert!(fixes(&analysis, finding).is_empty(), "{finding:?}");
        }
    }
}

#[test]
fn scopes_of_the_target_are_still_required() {
    let text = server(
        "wss",
        "{$ref: '#/components/securitySchemes/k', scopes: [w]}",
    );
    assert_eq!(
        said("security-ref-scopes-ignored", &text),
        "`scopes` beside `$ref` has no effect: only the scopes that the referenced scheme lists \
         are required; write the scheme itself here in place of `$ref`"
    );
}

#[test]
fn kafka_never_encrypts_with_gssapi() {
    let of = |protocol| said("gssapi-without-tls", &server(protocol, "{type: gssapi}"));
    assert_eq!(
        of("kafka"),
        "anyone on the network path can read the messages, since `kafka` is not encrypted; \
         use `kafka-secure`"
    );
    assert_eq!(
        of("amqp"),
        "messages are protected only if both sides agree on it, since `amqp` is not encrypted; \
         use `amqps`"
    );
}

#[test]
fn nothing_secret_is_sent_for_a_discovery_document() {
    let discovery = scheme(
        "type: openIdConnect, openIdConnectUrl: 'http://a.acme.io/.well-known/openid-configuration'",
    );
    assert_eq!(
        said("url-not-https", &discovery),
        "anyone on the network path can change this document and send clients to endpoints of \
         their own; use `https`"
    );
    let token = scheme(
        "type: oauth2, flows: {clientCredentials: {tokenUrl: 'http://a.acme.io/t', scopes: {r: r}}}",
    );
    assert_eq!(
        said("url-not-https", &token),
        "credentials and tokens are sent here unencrypted; use `https`"
    );
}

#[test]
fn a_scheme_that_refers_to_itself_is_no_circle_of_several() {
    let one = "$ref: '#/components/securitySchemes/k'";
    assert_eq!(
        said("security-ref-cycle", &scheme(one)),
        "this reference points to itself; write a security scheme in its place"
    );
    let two = format!(
        "{}    l: {{{one}}}\n",
        scheme("$ref: '#/components/securitySchemes/l'")
    );
    assert_eq!(
        said("security-ref-cycle", &two),
        "these references form a circle; write a security scheme in place of one of them"
    );
}

#[test]
fn what_is_moved_is_called_otherwise_only_where_it_has_another_name() {
    let of = |key: &str| {
        let text = format!("asyncapi: 2.6.0\n{key}:\n  k: {{type: X509}}\n");
        said("security-schemes-misplaced", &text)
    };
    assert_eq!(
        of("securitySchemes"),
        "security schemes belong in `components`; move `securitySchemes` there"
    );
    assert_eq!(
        of("securityDefinitions"),
        "security schemes belong in `components`; move `securityDefinitions` there, and call it \
         `securitySchemes`"
    );
}

#[test]
fn a_trait_keeps_the_list_that_another_operation_needs() {
    let of = |rest: &str| {
        let text = format!(
            "asyncapi: 3.1.0\nchannels: {{c: {{address: c}}}}\noperations:\n  a:\n    action: send\n    channel: {{$ref: '#/channels/c'}}\n    security: [{{type: X509}}]\n    traits: [{{$ref: '#/components/operationTraits/t'}}]\n{rest}components:\n  operationTraits:\n    t: {{security: [{{type: scramSha512}}]}}\n"
        );
        let analysis = analyse(&text, &[]);
        let mut found = analysis.findings.iter();
        let conflict = found.find(|one| one.rule.id == "trait-security-conflict");
        let titles = fixes(&analysis, conflict.unwrap()).into_iter();
        titles.map(|fix| fix.title).collect::<Vec<_>>()
    };
    let own = "Remove this `security`, so that the one of the trait takes effect (changes meaning)";
    assert_eq!(
        of(""),
        ["Remove the `security` of the trait (changes meaning)", own]
    );
    let other = "  b: {action: send, channel: {$ref: '#/channels/c'}, traits: [{$ref: '#/components/operationTraits/t'}]}\n";
    assert_eq!(of(other), [own]);
}
