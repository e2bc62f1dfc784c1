//! Policies, ciphers, registries and undeclared credentials of bindings.

use crate::fixture::analyse;

/// The texts that a rule finds.
fn found(rule: &str, text: &str) -> Vec<String> {
    let analysis = analyse(text, &[]);
    let found = analysis
        .findings
        .iter()
        .filter(|finding| finding.rule.id == rule);
    found
        .map(|finding| text[finding.range.start()..finding.range.end()].to_owned())
        .collect()
}

#[test]
fn a_policy_is_open_if_it_allows_everybody_without_a_condition() {
    let text = |statement: &str| {
        format!(
            "asyncapi: 3.0.0\nchannels: {{t: {{bindings: {{sns: {{name: t, policy: {{statements: [{statement}]}}}}}}}}}}\n"
        )
    };
    for open in [
        "{effect: Allow, principal: '*', action: a}",
        "{effect: Allow, principal: {AWS: '*'}, action: a}",
        "{effect: Allow, principal: {AWS: [b, '*']}, action: a}",
        "{effect: Allow, principal: ['*'], action: a}",
        "{Effect: allow, Principal: '*', Action: a, Condition: {}}",
    ] {
        assert_eq!(found("binding-policy-open", &text(open)), ["'*'"], "{open}");
    }
    for closed in [
        "{effect: Deny, principal: '*', action: a}",
        "{effect: Allow, principal: '*', action: a, condition: {StringEquals: {b: c}}}",
        "{effect: Allow, principal: '*', action: a, condition: [{StringEquals: {b: c}}]}",
        "{effect: Allow, principal: {Service: s3.amazonaws.com}, action: '*'}",
        "{effect: Allow, principal: 'arn:aws:iam::123456789012:root', action: '*'}",
        "{principal: '*'}",
        "{}",
        "",
    ] {
        assert_eq!(
            found("binding-policy-open", &text(closed)),
            [""; 0],
            "{closed}"
        );
    }
    let queues = r#"{"asyncapi": "2.6.0", "channels": {"q": {
        "bindings": {"sqs": {"queue": {"policy": {"statements": [{"effect": "Allow", "principal": "*"}]}},
            "deadLetterQueue": {"policy": {"statements": {"effect": "Allow", "principal": "*"}}}}},
        "publish": {"bindings": {"sqs": {"queues": [{"policy": {"statements": [{"effect": "Allow", "principal": {"AWS": "*"}}]}}]}}}
    }}}"#;
    assert_eq!(found("binding-policy-open", queues), ["\"*\""; 3]);
    let other = text("{effect: Allow, principal: '*', action: a}").replace("sns", "solace");
    assert_eq!(found("binding-policy-open", &other), [""; 0]);
}

#[test]
fn a_registry_has_the_rules_of_urls_that_fit_it() {
    for (rule, url, place) in [
        ("url-userinfo", "https://svc:pw@r.shop.io", "svc:pw@"),
        (
            "url-not-https",
            "http://r.shop.io:8081",
            "http://r.shop.io:8081",
        ),
        (
            "url-secret-in-query",
            "https://r.shop.io?api_key=a",
            "api_key=a",
        ),
    ] {
        for text in [
            format!(
                "asyncapi: 3.0.0\nservers: {{s: {{bindings: {{kafka: {{schemaRegistryUrl: '{url}'}}}}}}}}\n"
            ),
            format!(
                "asyncapi: 2.6.0\ncomponents: {{serverBindings: {{b: {{kafka: {{schemaRegistryUrl: '{url}'}}}}}}}}\n"
            ),
        ] {
            let found = found(rule, &text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].trim_matches('\''), place);
        }
    }
    for url in [
        "http://localhost:8081",
        "r.shop.io",
        "${REGISTRY}",
        "5",
        "''",
        "null",
    ] {
        let text = format!(
            "asyncapi: 3.0.0\nservers: {{s: {{bindings: {{kafka: {{schemaRegistryUrl: {url}}}}}}}}}\n"
        );
        let findings = analyse(&text, &[]).findings;
        let of_urls = findings
            .iter()
            .filter(|finding| finding.rule.id.starts_with("url-"));
        assert_eq!(of_urls.count(), 0, "{url}");
    }
}

fn with_scheme(security: &str, fields: &str) -> String {
    format!(
        "asyncapi: 3.0.0\nservers:\n  s: {{host: b.shop.io, protocol: wss{security}}}\nchannels:\n  c: {{{fields}}}\n"
    )
}

const HEADER: &str = "bindings: {ws: {headers: {properties: {Authorization: {type: string}}}}}";
const KEY: &str = "messages: {m: {headers: {properties: {X-API-Key: {type: string}}}}}";
const QUERY: &str = "bindings: {ws: {query: {properties: {access_token: {}, page: {}}}}}";

#[test]
fn a_credential_is_described_by_a_scheme() {
    let rule = "credential-without-scheme";
    for (security, fields, name) in [
        ("", HEADER, "Authorization"),
        ("", KEY, "X-API-Key"),
        ("", QUERY, "access_token"),
        (
            ", security: [{type: userPassword}]",
            HEADER,
            "Authorization",
        ),
        (
            ", security: [{type: httpApiKey, in: header, name: X-Other}]",
            KEY,
            "X-API-Key",
        ),
    ] {
        let text = with_scheme(security, fields);
        assert_eq!(found(rule, &text), [name], "{text}");
    }
    for (security, fields) in [
        (", security: [{type: http, scheme: bearer}]", HEADER),
        (
            ", security: [{type: httpApiKey, in: header, name: authorization}]",
            HEADER,
        ),
        (
            ", security: [{type: httpApiKey, in: query, name: access_token}]",
            QUERY,
        ),
        (
            ", security: [{type: httpApiKey, in: header, name: x-api-key}]",
            KEY,
        ),
        // The scheme is in another file.
        (", security: [{$ref: 'common.yaml#/login'}]", HEADER),
        (
            "",
            "messages: {m: {headers: {properties: {X-Request-Id: {}, token: {}}}}}",
        ),
        (
            "",
            "messages: {m: {payload: {properties: {Authorization: {}}}}}",
        ),
    ] {
        let text = with_scheme(security, fields);
        assert_eq!(found(rule, &text), [""; 0], "{text}");
    }
    let without_servers = format!("asyncapi: 3.0.0\nchannels: {{c: {{{HEADER}}}}}\n");
    assert_eq!(found(rule, &without_servers), [""; 0]);
}

#[test]
fn a_credential_is_found_once_for_all_of_its_places() {
    let text = format!(
        "{}  d: {{{HEADER}}}\n  e: {{{HEADER}}}\ncomponents: {{messages: {{m: {{headers: {{properties: {{authorization: {{}}}}}}}}}}}}\n",
        with_scheme("", HEADER)
    );
    let analysis = analyse(&text, &[]);
    let mut found = analysis.findings.iter();
    let mut found = found
        .by_ref()
        .filter(|finding| finding.rule.id == "credential-without-scheme");
    let only = found.next().unwrap();
    assert_eq!((only.related().len(), found.count()), (3, 0));
}

#[test]
fn a_scheme_is_not_fetched_over_plain_http() {
    let rule = "security-ref-insecure";
    for (reference, is_found) in [
        ("http://s.shop.io/a.yaml#/k", true),
        ("HTTP://s.shop.io/a.yaml", true),
        ("https://s.shop.io/a.yaml#/k", false),
        ("http://localhost:8080/a.yaml#/k", false),
        ("./http/a.yaml#/k", false),
        ("http://{host}/a.yaml", false),
    ] {
        for text in [
            format!("asyncapi: 3.0.0\nservers: {{s: {{security: [{{$ref: '{reference}'}}]}}}}\n"),
            format!(
                "asyncapi: 2.6.0\ncomponents: {{securitySchemes: {{k: {{$ref: '{reference}'}}}}}}\n"
            ),
            format!("asyncapi: 2.6.0\ncomponents: {{securitySchemes: {{$ref: '{reference}'}}}}\n"),
        ] {
            assert_eq!(found(rule, &text).len(), usize::from(is_found), "{text}");
        }
    }
}
