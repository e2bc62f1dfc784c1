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
        "over `http`, anyone on the network path can change what this URL returns and send clients \
         to other endpoints; use `https`"
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

#[test]
fn messages_about_schemes_on_foreign_servers_name_the_type() {
    for (protocol, kind, wanted) in [
        (
            "http",
            "type: userPassword",
            "the type `userPassword` is for the login of a broker, which `http` does not have; use \
             `http` with `scheme: basic` for user name and password in a header",
        ),
        (
            "ws",
            "type: apiKey, in: user",
            "the type `apiKey` puts the key into the login of a broker, which `ws` does not have; \
             use `httpApiKey` for a key in a header, query or cookie",
        ),
        (
            "https",
            "type: plain",
            "the type `plain` is a mechanism of SASL, which `https` does not have; choose a type \
             that the server understands",
        ),
        (
            "kafka",
            "type: http, scheme: basic",
            "the type `http` describes HTTP requests, which `kafka` does not have; choose a type \
             that the server understands",
        ),
    ] {
        let text = server(protocol, &format!("{{{kind}}}"));
        assert_eq!(said("security-type-not-for-protocol", &text), wanted);
    }
}

#[test]
fn a_list_is_made_of_what_stands_there() {
    let text =
        "asyncapi: 2.6.0\nservers:\n  s:\n    url: b.acme.io\n    protocol: wss\n    security:";
    for (security, wanted) in [
        ("\n      k: [a]\n", "put `- ` before `k`"),
        (" {k: [a]}\n", "put `[` and `]` around the object with `k`"),
    ] {
        assert_eq!(
            said("security-not-array", &format!("{text}{security}")),
            format!("`security` must be a list; {wanted}")
        );
    }
    let two = said("security-not-array", &format!("{text} {{k: [], l: []}}\n"));
    assert!(two.contains("not an object"), "{two}");
}

#[test]
fn a_port_of_tls_is_named() {
    let text = "asyncapi: 2.6.0\nservers: {s: {url: 'b.acme.io:8883', protocol: mqtt}}\n";
    assert_eq!(
        said("server-protocol-url-mismatch", text),
        "the port 8883 is usually one for TLS, but `mqtt` is not encrypted; write `protocol: secure-mqtt`"
    );
}

#[test]
fn what_is_no_address_gets_no_prefix() {
    let text = |url: &str| {
        scheme(&format!(
            "type: oauth2, flows: {{implicit: {{authorizationUrl: {url}, scopes: {{a: b}}}}}}"
        ))
    };
    for (url, wanted) in [
        ("something", "write the full URL, such as `https://...`"),
        ("a.shop.io", "write `https://` before it"),
        ("host/auth", "write `https://` before it"),
    ] {
        let message = said("url-not-absolute", &text(url));
        assert_eq!(message, format!("this URL must be absolute; {wanted}"));
    }
    let analysis = analyse(&text("something"), &[]);
    let mut found = analysis.findings.iter();
    let finding = found.find(|one| one.rule.id == "url-not-absolute").unwrap();
    assert!(fixes(&analysis, finding).is_empty());
}

#[test]
fn an_identifier_in_a_query_is_no_key() {
    let is_said = |name: &str| {
        let text = scheme(&format!("type: httpApiKey, in: query, name: {name}"));
        let analysis = analyse(&text, &[]);
        let mut found = analysis.findings.iter();
        found.any(|one| one.rule.id == "http-api-key-in-query")
    };
    for name in ["app_id", "clientId", "X-App-ID", "keyID"] {
        assert!(!is_said(name), "{name}");
    }
    for name in [
        "key",
        "session_id",
        "sessionId",
        "paid",
        "SID",
        "tokenId",
        "id",
        "é",
    ] {
        assert!(is_said(name), "{name}");
    }
}

#[test]
fn a_comma_at_the_end_of_a_line_is_not_yaml() {
    let text = |comma: &str| {
        format!("asyncapi: 2.6.0\ninfo:\n  title: \"a\"{comma}\n  version: '1'\nchannels: {{}}\n")
    };
    for comma in [",", ", # c"] {
        assert_eq!(
            said("syntax-error", &text(comma)),
            "YAML needs no comma at the end of a line; remove it"
        );
    }
    let other = said("syntax-error", &text(", b"));
    assert!(other.starts_with("unexpected text after"), "{other}");
}

#[test]
fn a_word_that_touches_a_key_is_one_error() {
    let text = "{\n  \"asyncapi\": \"2.6.0\",\n  \"i\"<caret>\n}\n";
    assert_eq!(said("syntax-error", text), "write `:` after this key");
    let key = "{\n  \"asyncapi\": \"2.6.0\",\n  \"i\"\n}\n";
    assert_eq!(
        said("syntax-error", key),
        "this is neither a key nor a value; write `\"key\": value`"
    );
}
