//! The rules about advice against the catalogue: each bad example has its finding once at the
//! catalogue's severity, each good one has none, in every version to which the rule applies, in
//! YAML and in JSON.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::environment::Environment;
use asyncapi_security_lsp::rules::registry::rule;
use asyncapi_security_lsp::rules::rule::Group;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;
use serde_json::Value;

const GROUPS: [Group; 6] = [
    Group::OAuth2,
    Group::OpenId,
    Group::Http,
    Group::Transport,
    Group::Coverage,
    Group::Secrets,
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// An example as a document of a version; examples of 3.x are written anew for 2.x.
fn mounted(example: &Value, side: &str, version: &str) -> Option<String> {
    let written = text(&example["version"]);
    let is_other = version[..1] != written[..1];
    let mut body = text(&example[side]).to_owned();
    if is_other && written.starts_with('2') {
        return None;
    }
    let head = format!("asyncapi: {version}\n");
    if text(&example["mount"]) == "scheme" {
        // What is wrong with a key in a query is said otherwise on a WebSocket.
        let protocol = if body.contains("in: query") {
            "https"
        } else {
            "wss"
        };
        if is_other {
            // The list of scopes stands in the requirement.
            if body.contains(", scopes: [") {
                return None;
            }
            body = body.replace("availableScopes:", "scopes:");
            return Some(format!(
                "{head}servers: {{s: {{url: b.example.com, protocol: {protocol}, security: [{{k: []}}]}}}}\n\
                 components: {{securitySchemes: {{k: {body}}}}}\n"
            ));
        }
        return Some(format!(
            "{head}servers: {{s: {{host: b.example.com, protocol: {protocol}, security: [\
             {{$ref: \"#/components/securitySchemes/k\"}}]}}}}\n\
             components: {{securitySchemes: {{k: {body}}}}}\n"
        ));
    }
    if is_other {
        if body.contains("operations:") || body.contains("security: [{type") {
            return None;
        }
        for name in ["b", "k", "e"] {
            let reference = format!("{{$ref: \"#/components/securitySchemes/{name}\"}}");
            body = body.replace(&reference, &format!("{{{name}: []}}"));
        }
        body = body
            .replace("availableScopes:", "scopes:")
            .replace("host:", "url:");
    }
    Some(format!("{head}{body}\n"))
}

fn json(node: Node<'_>) -> String {
    if node.is_mapping() {
        let members: Vec<String> = node
            .entries()
            .map(|entry| {
                let key = serde_json::to_string(entry.key.value()).unwrap();
                format!("{key}: {}", json(entry.value))
            })
            .collect();
        return format!("{{\n{}\n}}", members.join(",\n"));
    }
    if node.is_sequence() {
        let items: Vec<String> = node.items().map(json).collect();
        return format!("[{}]", items.join(", "));
    }
    match node.scalar_type() {
        Some(ScalarType::String) => serde_json::to_string(node.value()).unwrap(),
        _ => node.value().to_owned(),
    }
}

fn found(source: &str, format: Format, id: &str) -> Vec<(String, String, String)> {
    let options = Options {
        rule_set: RuleSet::default().switched_on([id]),
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(source, format), options, None);
    let findings = analysis.findings.iter();
    findings
        .map(|finding| {
            let severity = (finding.severity).unwrap_or(finding.rule.severity);
            let place = source[finding.range.start()..finding.range.end()].to_owned();
            (
                finding.rule.id.to_owned(),
                severity.as_str().to_owned(),
                place,
            )
        })
        .collect()
}

#[test]
fn examples_are_found_once_in_every_version_and_format() {
    let mut wrong = Vec::new();
    let (mut rules, mut run) = (0, 0);
    for entry in data::rules() {
        let id = text(&entry["id"]);
        if !GROUPS.contains(&rule(id).unwrap().group) {
            continue;
        }
        rules += 1;
        for version in entry["appliesTo"].as_array().unwrap() {
            for side in ["bad", "good"] {
                let Some(yaml) = mounted(&entry["example"], side, text(version)) else {
                    continue;
                };
                let tree = Tree::parse(&yaml, Format::Yaml);
                for (source, format) in [
                    (yaml.clone(), Format::Yaml),
                    (json(tree.root()), Format::Json),
                ] {
                    run += 1;
                    let all = found(&source, format, id);
                    let own: Vec<_> = all.iter().filter(|(rule, ..)| rule == id).collect();
                    let is_right = match (side, &*own) {
                        ("bad", [one]) => one.1 == rule(id).unwrap().severity.as_str(),
                        ("good", []) => true,
                        _ => false,
                    };
                    if !is_right {
                        wrong.push(format!("{id} {version} {side}: {all:?}\n{source}"));
                    }
                }
            }
        }
    }
    println!("{rules} rules, {run} documents");
    assert_eq!(rules, 44);
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What some rules find, as rule, severity and the marked text.
fn of(source: &str, rules: &[&str], environment: &Environment) -> Vec<String> {
    let options = Options {
        rule_set: RuleSet::default().switched_on(rules.iter().copied()),
        environment: environment.clone(),
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(source, Format::Yaml), options, None);
    (analysis.findings.iter())
        .filter(|finding| rules.contains(&finding.rule.id))
        .map(|finding| {
            let severity = (finding.severity).unwrap_or(finding.rule.severity);
            let line = source[..finding.range.start()].matches('\n').count() + 1;
            let place = &source[finding.range.start()..finding.range.end()];
            format!("{line} {place} {}", severity.as_str())
        })
        .collect()
}

const USER: &[&str] = &["user-password-without-tls"];

fn user(source: &str) -> Vec<String> {
    of(source, USER, &Environment::default())
}

fn server(fields: &str) -> String {
    format!(
        "asyncapi: 3.0.0\nservers:\n  s: {{ {fields}, security: [ {{ type: userPassword }} ] }}\n"
    )
}

#[test]
fn only_protocols_that_are_surely_plain_are_told_about() {
    for (fields, severity) in [
        ("host: b.io, protocol: mqtt", Some("warning")),
        ("host: b.io, protocol: MQTT", Some("warning")),
        ("host: 'b.io:1883', protocol: mqtt", Some("warning")),
        ("host: 'b.io:8883', protocol: mqtt", Some("hint")),
        (
            "host: 'b.io:{p}', protocol: mqtt, variables: { p: { enum: ['1', '8883'] } }",
            Some("hint"),
        ),
        (
            "host: 'b.io:{p}', protocol: mqtt, variables: { p: { default: '8883' } }",
            Some("hint"),
        ),
        (
            "host: 'b.io:{p}', protocol: mqtt, variables: { p: { default: '1883' } }",
            Some("warning"),
        ),
        (
            "host: 'b.io:{p}', protocol: mqtt, variables: { p: { $ref: '#/x-p' } }",
            Some("warning"),
        ),
        ("host: 'localhost:1883', protocol: mqtt", None),
        ("host: kafka, protocol: mqtt", None),
        ("host: 'rabbit_mq:1883', protocol: mqtt", None),
        ("host: 'a-1:9092,a-2:9092', protocol: mqtt", None),
        ("host: kafka.internal, protocol: mqtt", Some("warning")),
        (
            "host: '{h}', protocol: mqtt, variables: { h: { default: '127.0.0.1' } }",
            None,
        ),
        ("host: b.io, protocol: secure-mqtt", None),
        ("host: b.io, protocol: nats", None),
        ("host: b.io, protocol: solace", None),
        ("host: b.io, protocol: acme", None),
        ("host: b.io", None),
        ("host: b.io, protocol: ibmmq", Some("warning")),
        (
            "host: b.io, protocol: ibmmq, bindings: { ibmmq: { cipherSpec: ANY_TLS12 } }",
            None,
        ),
        (
            "host: b.io, protocol: ibmmq, bindings: { $ref: '#/components/serverBindings/b' }",
            None,
        ),
    ] {
        let expected: Vec<String> = severity
            .map(|severity| format!("3 userPassword {severity}"))
            .into_iter()
            .collect();
        assert_eq!(user(&server(fields)), expected, "{fields}");
    }
}

#[test]
fn variables_by_reference_tell_their_port() {
    let variables = "components: { serverVariables: { p: { enum: ['8883'] } } }\n";
    let fields = "host: 'b.io:{p}', protocol: mqtt, \
                  variables: { p: { $ref: '#/components/serverVariables/p' } }";
    let source = server(fields) + variables;
    assert_eq!(user(&source), ["3 userPassword hint"]);
}

#[test]
fn the_owners_may_know_better() {
    let mut environment = Environment::default();
    environment.protocols.insert("acme".to_owned(), Some(false));
    environment.protocols.insert("mqtt".to_owned(), Some(true));
    let of = |fields: &str| of(&server(fields), USER, &environment);
    assert_eq!(of("host: b.io, protocol: acme"), ["3 userPassword warning"]);
    assert!(of("host: b.io, protocol: mqtt").is_empty());

    let url = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    o:\n      type: openIdConnect\n      \
               openIdConnectUrl: http://10.0.0.1/.well-known/openid-configuration\n";
    let rules = ["url-not-https", "url-private-address"];
    environment.own_hosts.insert("10.0.0.1".to_owned());
    assert_eq!(count(url, &rules, &Environment::default()), 2);
    assert_eq!(count(url, &rules, &environment), 0);
}

fn count(source: &str, rules: &[&str], environment: &Environment) -> usize {
    of(source, rules, environment).len()
}

/// Two servers, of which one is plain, and an operation on the channel's servers.
fn channel_3(servers: &str, rest: &str) -> String {
    format!(
        "asyncapi: 3.0.0
servers:
  plain: {{ host: b.io, protocol: mqtt, security: [ {{ type: X509 }} ] }}
  safe: {{ host: b.io, protocol: secure-mqtt, security: [ {{ type: X509 }} ] }}
channels:
  c: {{ address: c, servers: {servers} }}
operations:
  o:
    action: send
    channel: {{ $ref: '#/channels/c' }}
{rest}"
    )
}

#[test]
fn an_operation_is_held_against_the_servers_of_its_channel() {
    let own = "    security: [ { type: userPassword } ]\n";
    for (servers, is_found) in [
        ("[]", true),
        ("[ { $ref: '#/servers/plain' } ]", true),
        (
            "[ { $ref: '#/servers/safe' }, { $ref: '#/servers/plain' } ]",
            true,
        ),
        ("[ { $ref: '#/servers/safe' } ]", false),
        ("[ { $ref: 'other.yaml#/servers/plain' } ]", false),
    ] {
        let found = user(&channel_3(servers, own));
        let expected: &[&str] = if is_found {
            &["11 userPassword warning"]
        } else {
            &[]
        };
        assert_eq!(found, expected, "{servers}");
    }
    for (servers, is_found) in [
        ("[]", true),
        ("[plain]", true),
        ("[safe]", false),
        ("[nowhere]", false),
    ] {
        let source = format!(
            "asyncapi: 2.6.0
servers:
  plain: {{ url: b.io, protocol: mqtt, security: [ {{ c: [] }} ] }}
  safe: {{ url: b.io, protocol: secure-mqtt, security: [ {{ c: [] }} ] }}
channels:
  c:
    servers: {servers}
    publish: {{ security: [ {{ u: [], c: [] }} ] }}
components: {{ securitySchemes: {{ u: {{ type: userPassword }}, c: {{ type: X509 }} }} }}
"
        );
        let expected: &[&str] = if is_found { &["8 u warning"] } else { &[] };
        assert_eq!(user(&source), expected, "{servers}");
        // Before 2.4.0 operations have no security.
        assert!(user(&source.replace("2.6.0", "2.3.0")).is_empty());
    }
}

#[test]
fn in_3x_the_operation_wins_over_its_traits_and_else_the_last_one_counts() {
    let safe = "{ security: [ { type: X509 } ] }";
    let open = "{ security: [ { type: userPassword } ] }";
    let traits = format!("    traits: [ {safe}, {open} ]\n");
    assert_eq!(user(&channel_3("[]", &traits)), ["11 userPassword warning"]);
    let traits = format!("    traits: [ {open}, {safe} ]\n");
    assert!(user(&channel_3("[]", &traits)).is_empty());
    let both = format!("    traits: [ {open} ]\n    security: [ {{ type: X509 }} ]\n");
    assert!(user(&channel_3("[]", &both)).is_empty());
    let hidden = format!("    traits: [ {open}, {{ $ref: other.yaml }} ]\n");
    assert!(user(&channel_3("[]", &hidden)).is_empty());
}

#[test]
fn in_2x_the_last_trait_wins() {
    let source = |traits: &str, own: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: b.io, protocol: mqtt, security: [ {{ c: [] }} ] }} }}
channels:
  c:
    publish:
      traits: {traits}
      security: [ {{ {own}: [] }} ]
components:
  operationTraits: {{ t: {{ security: [ {{ u: [] }} ] }} }}
  securitySchemes: {{ u: {{ type: userPassword }}, c: {{ type: X509 }} }}
"
        )
    };
    let by_reference = "[ { $ref: '#/components/operationTraits/t' } ]";
    assert_eq!(user(&source("[]", "u")), ["7 u warning"]);
    assert_eq!(user(&source(by_reference, "c")), ["9 u warning"]);
    assert!(user(&source("[ { security: [ { c: [] } ] } ]", "u")).is_empty());
    assert!(user(&source("[]", "c")).is_empty());
}

#[test]
fn one_cause_is_told_once_and_what_nothing_reaches_not_at_all() {
    let source = "asyncapi: 3.0.0
servers:
  s: { $ref: '#/components/servers/used' }
channels: { c: { address: c } }
operations:
  o: { action: send, channel: { $ref: '#/channels/c' }, security: [ { $ref: '#/components/securitySchemes/u' } ] }
components:
  servers:
    used: { host: b.io, protocol: mqtt, security: [ { $ref: '#/components/securitySchemes/u' } ] }
    unused: { host: b.io, protocol: mqtt, security: [ { $ref: '#/components/securitySchemes/u' } ] }
  securitySchemes:
    u: { type: userPassword }
";
    assert_eq!(user(source), ["9 '#/components/securitySchemes/u' warning"]);
}

#[test]
fn a_type_may_suit_one_of_the_servers_of_an_operation() {
    let source = |servers: &str| {
        format!(
            "asyncapi: 3.0.0
servers:
  k: {{ host: b.io, protocol: kafka-secure, security: [ {{ type: X509 }} ] }}
  w: {{ host: b.io, protocol: wss, security: [ {{ type: X509 }} ] }}
channels: {{ c: {{ address: c, servers: {servers} }} }}
operations:
  o: {{ action: send, channel: {{ $ref: '#/channels/c' }}, security: [ {{ type: http, scheme: basic }} ] }}
"
        )
    };
    let unfit = |servers: &str| {
        let rules = ["security-type-not-for-protocol"];
        of(&source(servers), &rules, &Environment::default())
    };
    assert!(unfit("[]").is_empty());
    assert_eq!(unfit("[ { $ref: '#/servers/k' } ]"), ["7 http information"]);
}

#[test]
fn a_url_may_name_another_protocol_than_the_server() {
    let source = |url: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: '{url}', protocol: mqtt, security: [ {{ k: [] }} ] }} }}
components: {{ securitySchemes: {{ k: {{ type: http, scheme: basic }} }} }}
"
        )
    };
    let unfit = ["security-type-not-for-protocol"];
    let open = ["http-basic-without-tls"];
    let differ = ["server-protocol-url-mismatch"];
    for (url, rules) in [
        // One cause, one finding.
        ("b", &[unfit][..]),
        ("tcp://b.io", &[unfit]),
        ("mqtts://b.io", &[unfit, differ]),
        ("ssl://b.io", &[unfit, differ]),
        // MQTT over WebSocket starts with an HTTP request.
        ("ws://b.io/mqtt", &[open]),
        ("wss://b.io/mqtt", &[]),
        ("https://b", &[]),
    ] {
        for rule in [unfit, open, differ] {
            let found = of(&source(url), &rule, &Environment::default());
            assert_eq!(
                found.len(),
                usize::from(rules.contains(&rule)),
                "{url} {rule:?}"
            );
        }
    }
}

#[test]
fn a_server_is_covered_by_its_operations() {
    let source = |o: &str, p: &str| {
        format!(
            "asyncapi: 3.0.0
servers: {{ s: {{ host: b.io, protocol: wss }}, l: {{ host: localhost, protocol: ws }} }}
channels: {{ c: {{ address: c, servers: [ {{ $ref: '#/servers/s' }} ] }} }}
operations:
  o: {{ action: send, channel: {{ $ref: '#/channels/c' }}{o} }}
  p: {{ action: receive, channel: {{ $ref: '#/channels/c' }}{p} }}
"
        )
    };
    let rules = ["server-without-security", "operation-without-security"];
    let found = |o: &str, p: &str| of(&source(o, p), &rules, &Environment::default());
    let own = ", security: [ { type: X509 } ]";
    assert_eq!(found(own, own), ["2 l hint"]);
    assert_eq!(found(own, ""), ["2 s information", "2 l hint", "6 p hint"]);
    let hidden = ", traits: [ { $ref: other.yaml } ]";
    assert_eq!(found(own, hidden), ["2 l hint"]);
    // A document that says nothing of security is told so in a whisper, and once for its servers.
    let all = ["2 s hint", "5 o hint", "6 p hint"];
    assert_eq!(found("", ""), all);
}

#[test]
fn a_scheme_that_nothing_requires_was_meant_for_a_server() {
    let source = |server: &str, schemes: &str| {
        format!(
            "asyncapi: 3.0.0
servers: {{ s: {{ host: b.io, protocol: {server} }} }}
components: {{ securitySchemes: {{ {schemes} }} }}
"
        )
    };
    let found = |server: &str, schemes: &str| {
        let rules = ["server-without-security"];
        of(&source(server, schemes), &rules, &Environment::default())
    };
    let login = "login: { type: http, scheme: bearer }";
    assert_eq!(found("wss", login), ["2 s warning"]);
    assert_eq!(found("'wss', security: []", login), [""; 0]);
    // It does not fit the server, or authenticates nobody.
    assert_eq!(found("kafka-secure", login), ["2 s information"]);
    let encrypts = "key: { type: symmetricEncryption }";
    assert_eq!(found("wss", encrypts), ["2 s information"]);
    // Other files may require it, or a list at the wrong place.
    let root =
        "wss } }\nsecurity: [ { $ref: '#/components/securitySchemes/login' } ]\nx: { y: { z: z";
    assert_eq!(found(root, login), [""; 0]);
}

#[test]
fn a_browser_on_a_websocket_cannot_use_a_header() {
    let source = |protocol: &str, name: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: b.io, protocol: {protocol}, security: [ {{ k: [] }} ] }} }}
components: {{ securitySchemes: {{ k: {{ type: httpApiKey, in: query, name: {name} }} }} }}
"
        )
    };
    let rules = ["http-api-key-in-query", "http-api-key-query-access-token"];
    let found =
        |protocol: &str, name: &str| of(&source(protocol, name), &rules, &Environment::default());
    assert_eq!(found("https", "key"), ["3 query warning"]);
    assert_eq!(found("wss", "key"), ["3 query information"]);
    assert_eq!(found("WS", "token"), ["3 token information"]);
    assert_eq!(found("wss", "ticket"), [""; 0]);
    assert_eq!(
        found("wss", "token, description: A temporary token"),
        [""; 0]
    );
    assert_eq!(found("https", "ticket"), ["3 query warning"]);
}

#[test]
fn a_host_for_documentation_is_right_in_a_sample() {
    let source = |server: &str, token: &str, refresh: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: {server}, protocol: wss, security: [ {{ k: [ a ] }} ] }} }}
components:
  securitySchemes:
    k: {{ type: oauth2, flows: {{ clientCredentials: {{ tokenUrl: 'https://{token}/t',
      refreshUrl: 'https://{refresh}/t', scopes: {{ a: b }} }} }} }}
"
        )
    };
    let found = |server: &str, token: &str, refresh: &str| {
        let source = source(server, token, refresh);
        let all = of(&source, &["url-example-host"], &Environment::default());
        all.join(", ")
    };
    let (real, sample, fixed) = ("shop.io", "id.example", "auth.example.com");
    assert_eq!(found(real, real, real), "");
    assert_eq!(
        found(real, sample, sample),
        "5 id.example hint, 6 id.example hint"
    );
    assert_eq!(found(real, sample, real), "5 id.example information");
    assert_eq!(found(sample, real, fixed), "6 auth.example.com information");
    assert_eq!(
        found(real, fixed, "localhost"),
        "5 auth.example.com information"
    );
    assert_eq!(
        found("ws.example.org", fixed, "localhost"),
        "5 auth.example.com hint"
    );
    assert_eq!(
        found(sample, "your-domain.auth0.com", sample),
        "5 your-domain.auth0.com information, 6 id.example hint"
    );
}

#[test]
fn an_address_asks_for_what_no_scheme_describes() {
    let source = |url: &str, rest: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: '{url}', protocol: wss{rest} }} }}
components: {{ securitySchemes: {{ c: {{ type: X509 }}, k: {{ type: httpApiKey, in: query, name: x }} }} }}
"
        )
    };
    let rules = [
        "server-address-credential-undeclared",
        "server-without-security",
    ];
    let found =
        |url: &str, rest: &str| of(&source(url, rest), &rules, &Environment::default()).join(", ");
    let asked = "2 {apiKey} information";
    assert_eq!(found("b.io/?x={apiKey}", ", security: []"), asked);
    assert_eq!(
        found("b.io/?x={apiKey}", ", security: [ { c: [] } ]"),
        asked
    );
    assert_eq!(found("b.io/?x={apiKey}", ", security: [ { k: [] } ]"), "");
    assert_eq!(found("b.io/?x={apiKey}", ", security: [ { n: [] } ]"), "");
    // What was meant for the server has the better advice.
    assert_eq!(found("b.io/?x={apiKey}", ""), "2 s warning");
    assert_eq!(found("b.io/?x={page}", ", security: []"), "");
    // One cause, one finding.
    let bare = "asyncapi: 2.6.0\nservers: { s: { url: 'b.io/{token}', protocol: wss } }\n";
    let all = of(bare, &rules, &Environment::default());
    assert_eq!(all, ["2 {token} information"]);
}

#[test]
fn fields_of_openapi_are_called_so() {
    let source = "asyncapi: 3.0.0
components:
  securitySchemes:
    o: { type: oauth2, oauth2MetadataUrl: 'https://a.io/m', deprecated: true, flows: {} }
    h: { type: http, scheme: bearer, deprecated: true }
";
    let rules = [
        "oauth2-unknown-field",
        "security-scheme-unknown-field",
        "openapi-oauth2-shape",
    ];
    assert_eq!(
        of(source, &rules, &Environment::default()),
        [
            "4 oauth2MetadataUrl information",
            "4 deprecated information",
            "5 deprecated error"
        ]
    );
}

#[test]
fn one_open_server_of_several_is_enough() {
    let source = |second: &str| {
        format!(
            "asyncapi: 3.0.0
servers:
  s: {{ host: b.io, protocol: wss, security: [ {{ type: X509 }} ] }}
  t: {{ host: c.io, protocol: wss{second} }}
channels: {{ c: {{ address: c }} }}
operations:
  o: {{ action: send, channel: {{ $ref: '#/channels/c' }} }}
"
        )
    };
    let rules = ["operation-without-security"];
    let found = |second: &str| of(&source(second), &rules, &Environment::default());
    assert_eq!(found(""), ["7 o hint"]);
    assert_eq!(found(", security: []"), ["7 o hint"]);
    assert_eq!(found(", security: [ { type: X509 } ]"), [""; 0]);
}

#[test]
fn a_weak_scheme_that_nothing_uses_is_a_hint() {
    let source = |used: &str| {
        format!(
            "asyncapi: 2.6.0
servers: {{ s: {{ url: b.io, protocol: wss, security: [ {{ {used}: [] }} ] }} }}
components:
  securitySchemes:
    k: {{ type: httpApiKey, in: query, name: key }}
    c: {{ type: X509 }}
"
        )
    };
    let found = |used: &str| {
        of(
            &source(used),
            &["http-api-key-in-query"],
            &Environment::default(),
        )
    };
    assert_eq!(found("k"), ["5 query information"]);
    assert_eq!(found("c"), ["5 query hint"]);
}

#[test]
fn no_message_repeats_a_secret() {
    let secret = ["gl", "pat-", "x9Kq2mZr7TbW4vNc8LpY"].concat();
    let source = format!(
        "asyncapi: 2.6.0
servers:
  s:
    url: 'amqp://{secret}:{secret}@b?access_token={secret}'
    protocol: '{secret}'
    variables: {{ token: {{ default: '{secret}' }}, '{secret}': {{ default: '{secret}' }} }}
    security: [ {{ '{secret}': ['{secret} {secret}'] }}, {{ o: ['{secret} x'] }} ]
components:
  securitySchemes:
    '{secret}': {{ type: '{secret}' }}
    h: {{ type: http, scheme: '{secret}', bearerFormat: '{secret}', '{secret}': 1 }}
    o: {{ type: oauth2, '{secret}': 1, flows: {{ '{secret}': {{}}, implicit: {{ authorizationUrl: 'https://{secret}@b', scopes: {{ '{secret} x': '' }} }} }} }}
    k: {{ type: httpApiKey, in: '{secret}', name: '{secret}' }}
"
    );
    let analysis = Analysis::new(
        Document::new(&source, Format::Yaml),
        Options::default(),
        None,
    );
    assert!(analysis.findings.len() > 10);
    for finding in &analysis.findings {
        let related = finding.related().iter().map(|related| &related.message);
        for message in related.chain([&finding.message]) {
            assert!(!message.contains(&secret[2..]), "{finding:?}");
        }
    }
}
