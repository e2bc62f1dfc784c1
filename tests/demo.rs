//! The demonstration of the README, against the program that is built for the tests.
//! `UPDATE_EXPECT=1 cargo test --test demo` writes the expectations anew.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use expect_test::expect;

#[path = "../examples/demo.rs"]
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
mod demo;

#[test]
fn the_demonstration_shows_what_an_editor_shows() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_asyncapi-security-lsp"));
    server.args(["lsp", "--stdio"]);
    let mut out = anstream::StripStream::new(Vec::new());
    demo::show(server, &mut out).unwrap();
    let out = String::from_utf8(out.into_inner()).unwrap();
    for word in [
        "[security-ref-unresolved]",
        "[security-v2-shape-in-v3]",
        "[url-not-https]",
        "[oauth2-flow-missing-field]",
        "[security-scope-undefined]",
        "[http-api-key-in-invalid]",
        "> scramSha256",
        "^^^^^^^^^^^^^^^^^",
        "median of",
    ] {
        assert!(out.contains(word), "no {word} in\n{out}");
    }
    // Behind the letter of two bytes and the sign of two columns.
    let lines: Vec<&str> = out.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains("[http-api-key-in-invalid]"))
        .unwrap();
    let signs = lines[at].find('~').unwrap();
    let before: String = lines[at - 1].chars().take(signs - 1).collect();
    assert!(before.ends_with("in: "), "{before}");
    let start = out.find("What it offers while you type").unwrap();
    let end = out.find("\nWhat it says").unwrap();
    expect![[r#"
        What it offers while you type

         50 |       scopes: [orders:read, orders:wirte]
         51 |     gateway: { description: 'Schlüssel 🔑 for partners', type: httpApiKey, name: X-Api-Key, in: headers }
         52 |     internal:
         53 |       type: |
            |         > oauth2                   OAuth 2.0
            |           http                     HTTP authentication
            |           httpApiKey               API key in HTTP
            |           userPassword             User name and password
            |           apiKey                   API key in place of user or password
            |           openIdConnect            OpenID Connect
            |           X509                     Client certificate (mutual TLS)
            |           scramSha256              SASL SCRAM-SHA-256
            |           and 5 more
              +------------------------------------------------------------------------------
              | An access token from an OAuth 2.0 authorization server (RFC 6749).
              |
              | - Use it when another service signs users in or registers clients, and when
              |   clients get only some of the rights (scopes).
              | - What is sent: the access token. Over HTTP it is in Authorization: Bearer
              |   (RFC 6750), in Kafka and other SASL protocols in OAUTHBEARER (RFC 7628),
              |   in MQTT usually in place of the password. It needs TLS.
              | - Keep tokens small: for one server (audience), with few scopes, for an hour
              |   or less, and bound to the client if possible (mutual TLS, DPoP; RFC 9700
              |   sections 2.2.1 and 2.3). Let clients authenticate again on connections
              |   that stay open longer.
              | - Choose a flow in flows: authorizationCode with PKCE if a user is involved,
              |   clientCredentials between services. Do not start anything new with
              |   implicit or password.
              | - If the server has a discovery document of OpenID Connect, openIdConnect
              |   needs only its URL. Otherwise take the endpoints from the metadata it
              |   publishes (RFC 9700 section 2.6).
              |
              | AsyncAPI 3.0.0
              | (https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject)
              +------------------------------------------------------------------------------

         50 |       scopes: [orders:read, orders:wirte]
         51 |     gateway: { description: 'Schlüssel 🔑 for partners', type: httpApiKey, name: X-Api-Key, in: headers }
         52 |     internal:
         53 |       type: scr|
            |            > scramSha256              SASL SCRAM-SHA-256
            |              scramSha512              SASL SCRAM-SHA-512
              +------------------------------------------------------------------------------
              | User name and password by SASL SCRAM-SHA-256 (RFC 5802, RFC 7677). Since
              | AsyncAPI 2.1.0.
              |
              | - Use it for Kafka (sasl.mechanism=SCRAM-SHA-256), AMQP, MongoDB and other
              |   SASL protocols.
              | - What is sent: a proof that the client knows the password, never the
              |   password itself. The server proves itself as well, and stores only a
              |   salted hash, which it should make with at least 4096 rounds (RFC 7677
              |   section 4).
              | - Use TLS all the same. Whoever records a login can guess the password
              |   offline, and the messages after the login are readable.
              |
              | It takes no further fields.
              |
              | AsyncAPI 3.0.0
              | (https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject)
              +------------------------------------------------------------------------------
    "#]]
    .assert_eq(&out[start..end]);
}

#[test]
fn a_program_that_is_no_server_is_recognised() {
    // This test program answers `--list` with lines that are no protocol.
    for argument in ["--list", "--no-such-option"] {
        let mut other = Command::new(std::env::current_exe().unwrap());
        other.arg(argument).stderr(std::process::Stdio::null());
        demo::show(other, &mut Vec::new()).unwrap_err();
    }
}
