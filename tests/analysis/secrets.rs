//! Secrets are found wherever a document says how to connect or what is sent, and nowhere else.

use crate::fixture::analyse;

/// The texts that are found as secrets.
pub fn secrets(text: &str) -> Vec<String> {
    let analysis = analyse(text, &[]);
    let found = analysis.findings.iter();
    let found = found.filter(|finding| finding.rule.id == "secret-in-document");
    found
        .map(|finding| text[finding.range.start()..finding.range.end()].to_owned())
        .collect()
}

fn indented(text: &str, by: usize) -> String {
    let lines = text.lines().map(|line| format!("{:by$}{line}\n", ""));
    lines.collect()
}

/// A scheme with these fields.
fn scheme(fields: &str) -> String {
    let head = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    login:\n      type: plain\n";
    format!("{head}{}", indented(fields, 6))
}

/// A channel with these fields.
fn channel(fields: &str) -> String {
    let head = "asyncapi: 3.0.0\nchannels:\n  orders:\n    address: orders\n";
    format!("{head}{}", indented(fields, 4))
}

/// Joined at run time, so that no secret scanner reports this file.
fn token() -> String {
    ["ghp", "_", "a8Kd03jXkq92LmZpQw71RtYvB5nC6sD4fG2h"].concat()
}

#[test]
fn a_secret_of_a_scheme_is_found_without_its_quotes() {
    for (fields, secret) in [
        ("password: s3cr3t-Pa55", "s3cr3t-Pa55"),
        ("password: \"s3cr3t-Pa55\"", "s3cr3t-Pa55"),
        ("client_secret: '9f8a7b6c5d4e3f2a'", "9f8a7b6c5d4e3f2a"),
        ("x-password: hunter2", "hunter2"),
        ("x-login: {user: svc, password: Kafka#2024}", "Kafka#2024"),
        ("x-keys:\n  apiKeys: [q7Zx2Lk9Vb4]", "q7Zx2Lk9Vb4"),
        ("x-url: amqp://svc:s3cr3tPa55@b.shop.io", "s3cr3tPa55"),
    ] {
        assert_eq!(secrets(&scheme(fields)), [secret], "{fields}");
    }
}

#[test]
fn a_line_for_jaas_has_its_password_found() {
    let line = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    for (fields, secret) in [
        (
            format!("x-jaas: '{line} username=\"a\" password=\"k4fk4-0rd3rs\";'"),
            "k4fk4-0rd3rs",
        ),
        (
            format!("x-jaas: \"{line} username=\\\"a\\\" password=\\\"Tr0ub4dor&3\\\";\""),
            "Tr0ub4dor&3",
        ),
        (
            format!(
                "x-client: |\n  security.protocol=SASL_SSL\n  sasl.jaas.config={line} \\\n    username=\"a\" \\\n    password=\"hunter2x\";\n"
            ),
            "hunter2x",
        ),
    ] {
        assert_eq!(secrets(&scheme(&fields)), [secret], "{fields}");
    }
    for password in [
        "alice-secret",
        "${env:PW1}",
        "<password>",
        "your-password-1",
        "***",
    ] {
        let fields = format!("x-jaas: '{line} username=\"a\" password=\"{password}\";'");
        assert_eq!(secrets(&scheme(&fields)), [""; 0], "{fields}");
    }
}

#[test]
fn in_a_text_of_several_lines_the_secret_itself_is_found() {
    let token = token();
    for style in ["|", ">", "|-", ">2-"] {
        let indent = if style.contains('2') { "  " } else { "   " };
        let fields =
            format!("description: {style}\n{indent}Try it\n{indent}with {token}.\n{indent}Bye.");
        assert_eq!(secrets(&scheme(&fields)), [&*token], "{fields}");
    }
    let fields = format!("description: \"Use \\\"it\\\",\n  {token}\"");
    assert_eq!(secrets(&scheme(&fields)), [&*token], "{fields}");
    // The second of two equal ones has a place of its own.
    let fields = format!("description: |\n  {token}\n  {token}\n");
    assert_eq!(secrets(&scheme(&fields)), [&*token, &*token]);
    let body = "c3VyZWx5IG5vdCBhIGtleSBidXQgbG9uZyBlbm91Z2ggdG8gbG9vayBsaWtlIG9uZQ";
    let (begin, end) = (
        ["-----BEGIN PRIVATE ", "KEY-----"].concat(),
        ["-----END PRIVATE ", "KEY-----"].concat(),
    );
    let fields = format!("x-key: |\n  {begin}\n  {body}\n  {end}\n");
    let found = secrets(&scheme(&fields));
    assert!(
        found[0].starts_with(&begin) && found[0].ends_with(&end),
        "{found:?}"
    );
    let json = format!(
        r#"{{"asyncapi": "3.0.0", "components": {{"securitySchemes": {{"a": {{"type": "X509", "x-key": "{begin}\n{body}\n{end}"}}}}}}}}"#
    );
    assert_eq!(secrets(&json), [format!("{begin}\\n{body}\\n{end}")]);
}

#[test]
fn bindings_headers_examples_and_extensions_are_searched() {
    let token = token();
    for fields in [
        "bindings: {ws: {query: {properties: {token: {type: string, const: SECRET}}}}}",
        "bindings: {ws: {headers: {properties: {X-Api-Key: {default: SECRET}}}}}",
        "messages: {m: {headers: {properties: {X-Api-Key: {examples: [SECRET]}}}}}",
        "messages: {m: {examples: [{headers: {Authorization: Bearer SECRET}}]}}",
        "messages: {m: {examples: [{payload: {apiKey: SECRET}}]}}",
        "messages: {m: {traits: [{headers: {properties: {k: {example: SECRET}}}}]}}",
        "messages: {m: {bindings: {http: {headers: {properties: {k: {const: SECRET}}}}}}}",
        "externalDocs: {url: 'https://svc:SECRET@docs.shop.io'}",
        "x-login: {token: SECRET}",
    ] {
        for secret in ["q7Zx2Lk9Vb4Nw8Rt1x5a7c3", &token] {
            let text = channel(&fields.replace("SECRET", secret));
            // `k` names no secret, so only a token of its own form is known.
            let is_known = !fields.contains(" {k:") && !fields.contains("{k: ") || secret == token;
            assert_eq!(secrets(&text).len(), usize::from(is_known), "{text}");
        }
    }
}

#[test]
fn what_data_are_told_apart_by_is_no_secret_among_examples() {
    let uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    for value in [
        uuid,
        "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "tok_3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "507f1f77bcf86cd799439011",
        "'2024-05-17T09:31:07Z'",
        "dG9rZW4tMTIz",
        "a1b2c3d4e5f6g7h8",
    ] {
        for fields in [
            "messages: {m: {examples: [{payload: {token: VALUE}}]}}",
            "messages: {m: {examples: [{payload: {payment: {paymentToken: VALUE}}}]}}",
            "messages: {m: {examples: [{headers: {sessionToken: VALUE}}]}}",
            "messages: {m: {headers: {properties: {token: {examples: [VALUE]}}}}}",
            "messages: {m: {headers: {properties: {X-Api-Key: {example: VALUE}}}}}",
        ] {
            let text = channel(&fields.replace("VALUE", value));
            assert_eq!(secrets(&text), [""; 0], "{text}");
        }
        let description = format!(
            "description: 'connect with ?token={}'",
            value.replace('\'', "")
        );
        if value != "a1b2c3d4e5f6g7h8" {
            assert_eq!(secrets(&scheme(&description)), [""; 0], "{description}");
        }
    }
    // Where it is said to be the credential, it is one.
    for fields in [
        "client_secret: 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "x-client: 'client_secret=3f2504e0-4f89-41d3-9a0c-0305e82c3301'",
        "x-token: 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    ] {
        assert_eq!(secrets(&scheme(fields)), [uuid], "{fields}");
    }
    // What looks generated and is none of these stays a secret among examples.
    for value in [
        "q7Zx2Lk9Vb4Nw8Rt1x5a7c3",
        "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
    ] {
        let fields = format!("messages: {{m: {{examples: [{{payload: {{token: {value}}}}}]}}}}");
        assert_eq!(secrets(&channel(&fields)), [value], "{fields}");
    }
}

#[test]
fn every_part_of_a_document_that_may_have_one_is_searched() {
    let secret = "s3cr3t-Pa55";
    for text in [
        "asyncapi: 3.0.0\nservers: {s: {x-password: SECRET}}\n",
        "asyncapi: 3.0.0\nservers: {s: {bindings: {jms: {properties: [{name: password, value: SECRET}]}}}}\n",
        "asyncapi: 3.0.0\nx-kafka: {password: SECRET}\n",
        "asyncapi: 3.0.0\nx-password: SECRET\n",
        "asyncapi: 3.0.0\noperations: {o: {x-password: SECRET}}\n",
        "asyncapi: 3.0.0\noperations: {o: {bindings: {http: {query: {properties: {token: {const: SECRET}}}}}}}\n",
        "asyncapi: 2.6.0\nchannels: {c: {publish: {message: {headers: {properties: {token: {const: SECRET}}}}}}}\n",
        "asyncapi: 2.6.0\nchannels: {c: {publish: {message: {oneOf: [{x-token: SECRET}]}}}}\n",
        "asyncapi: 2.6.0\nchannels: {c: {publish: {traits: [{x-token: SECRET}]}}}\n",
        "asyncapi: 3.0.0\ncomponents: {messages: {m: {headers: {properties: {token: {const: SECRET}}}}}}\n",
        "asyncapi: 3.0.0\ncomponents: {messageTraits: {m: {x-token: SECRET}}}\n",
        "asyncapi: 3.0.0\ncomponents: {channelBindings: {b: {ws: {query: {properties: {token: {const: SECRET}}}}}}}\n",
        "asyncapi: 2.6.0\nexternalDocs: {url: 'https://a:SECRET@docs.shop.io'}\n",
        "asyncapi: 3.0.0\ninfo: {externalDocs: {url: 'https://a:SECRET@docs.shop.io'}}\n",
        "asyncapi: 3.0.0\ninfo: {tags: [{externalDocs: {url: 'https://a:SECRET@docs.shop.io'}}]}\n",
    ] {
        assert_eq!(secrets(&text.replace("SECRET", secret)), [secret], "{text}");
    }
}

#[test]
fn descriptions_placeholders_and_samples_are_no_secrets() {
    for fields in [
        "password: {type: string}",
        "password: <your password>",
        "x-password: ${KAFKA_PASSWORD1}",
        "x-password: '***'",
        "x-password: changeme",
        "x-password: {$ref: '#/x'}",
        "x-password-file: /run/secrets/p4ss",
        "x-token: JWT",
        "x-secret: op://vault/item1a2b3c/password",
        "x-clientSecret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/kafka-a1B2c3",
        "x-pwd: kafka-v2-p12",
        "x-apiKey: {name: api_key, in: header}",
        "x-url: amqp://user:password@host",
        "x-url: 'amqp://{user}:{pass1word2}@host'",
        "description: 'the password of the user, for example s3cr3t'",
    ] {
        assert_eq!(secrets(&scheme(fields)), [""; 0], "{fields}");
    }
    for fields in [
        "messages: {m: {headers: {required: [password], properties: {password: {type: string, format: password}}}}}",
        "messages: {m: {examples: [{payload: {password: Nice_try123, token: tok_approved_visa}}]}}",
        "messages: {m: {headers: {properties: {token: {enum: [access1a, refresh2b]}}}}}",
        "messages: {m: {payload: {properties: {password: {default: s3cr3t-Pa55}}}}}",
        "bindings: {ws: {query: {properties: {token: {default: token, const: '{token}'}}}}}",
    ] {
        assert_eq!(secrets(&channel(fields)), [""; 0], "{fields}");
    }
}

#[test]
fn nobody_is_told_to_hide_a_secret() {
    let text = scheme("password: s3cr3t-Pa55");
    let analysis = analyse(&text, &[]);
    let unknown = analysis.findings.iter();
    let unknown = unknown.filter(|finding| finding.rule.id == "security-scheme-unknown-field");
    for finding in unknown.clone() {
        assert!(!finding.message.contains("x-"), "{}", finding.message);
        let fixes = asyncapi_security_lsp::fixes::fixes(&analysis, finding);
        let titles: Vec<&str> = fixes.iter().map(|fix| &*fix.title).collect();
        assert_eq!(titles, ["Remove `password` (changes meaning)"]);
    }
    assert_eq!(unknown.count(), 1);
}
