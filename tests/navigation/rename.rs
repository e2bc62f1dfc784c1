//! Rename: what it changes, and what it refuses.

use asyncapi_security_lsp::ide::navigation::rename::prepare;

use crate::support::{analyse, files, format_of, marked, renamed};

#[test]
fn every_place_is_written_in_its_own_style() {
    let text = "asyncapi: 2.6.0
servers:
  a:
    security:
      - key: []
      - \"key\": []
      - 'key': []
components:
  securitySchemes:
    ke$0y: {type: X509} # the key
    other: {$ref: '#/components/securitySchemes/key'}
    more: {$ref: >-
      #/components/securitySchemes/key }
    folded:
      $ref: >-
        #/components/securitySchemes/k%65y
";
    assert_eq!(
        renamed(text, "cert"),
        "5: - cert: []
6: - \"cert\": []
7: - 'cert': []
10: cert: {type: X509} # the key
11: other: {$ref: '#/components/securitySchemes/cert'}
16: #/components/securitySchemes/cert"
    );
    // What would be no text without quotes gets them.
    assert_eq!(
        renamed(text, "1.0").lines().next().unwrap(),
        "5: - '1.0': []"
    );
    assert!(renamed(text, "true").contains("10: 'true': {type: X509} # the key"));
}

#[test]
fn scopes_are_renamed_in_all_copies_of_a_scheme() {
    let text = "{\"asyncapi\": \"3.0.0\", \"components\": {\"securitySchemes\": {
\"a\": {\"type\": \"oauth2\", \"scopes\": [\"re$0ad\"], \"flows\": {\"password\": {\"tokenUrl\": \"https://i.acme.test\", \"availableScopes\": {\"read\": \"\"}}}},
\"b\": {\"type\": \"oauth2\", \"scopes\": [\"r\\u0065ad\"], \"flows\": {\"password\": {\"tokenUrl\": \"https://i.acme.test\", \"availableScopes\": {\"read\": \"\"}}}},
\"c\": {\"type\": \"oauth2\", \"scopes\": [\"read\"], \"flows\": {\"password\": {\"tokenUrl\": \"https://other.acme.test\", \"availableScopes\": {\"read\": \"\"}}}}
}}}
";
    let flow = "\"flows\": {\"password\": {\"tokenUrl\": \"https://i.acme.test\", \"availableScopes\": {\"x:y\": \"\"}}}},";
    assert_eq!(
        renamed(text, "x:y"),
        format!(
            "2: \"a\": {{\"type\": \"oauth2\", \"scopes\": [\"x:y\"], {flow}\n\
             3: \"b\": {{\"type\": \"oauth2\", \"scopes\": [\"x:y\"], {flow}"
        )
    );
}

#[test]
fn a_name_in_a_pointer_is_escaped_as_that_wants() {
    let text = "asyncapi: 3.0.0
channels: {a$0b: {address: x}}
operations: {o: {action: send, channel: {$ref: '#/channels/ab'}}}
";
    assert_eq!(
        renamed(text, "a/b~{c}"),
        "2: channels: {'a/b~{c}': {address: x}}
3: operations: {o: {action: send, channel: {$ref: '#/channels/a~1b~0{c}'}}}"
    );
}

#[test]
fn a_key_and_what_it_refers_to_are_two_names() {
    let text = "asyncapi: 2.0.0
servers: {prod: {url: 'kafka://k.acme.test', protocol: kafka-secure, security: [s$0asl: []]}}
components: {securitySchemes: {
  sasl: {$ref: './common.yaml#/components/securitySchemes/sasl'},
  more: {$ref: '#/components/securitySchemes/sasl'}}}
";
    assert_eq!(
        renamed(text, "login"),
        "2: servers: {prod: {url: 'kafka://k.acme.test', protocol: kafka-secure, security: [login: []]}}
4: login: {$ref: './common.yaml#/components/securitySchemes/sasl'},
5: more: {$ref: '#/components/securitySchemes/login'}}}"
    );
}

const V2: &str = "asyncapi: 2.6.0
servers:
  prod: {url: 'wss://a.acme.test', protocol: wss, security: [oauth: [read, write], gone: [x]]}
channels: {c: {servers: [prod]}}
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {password: {tokenUrl: 'https://i.acme.test', scopes: {read: '', write: ''}}}}
    key: {type: X509}
";

#[test]
fn a_refusal_says_why() {
    for (word, new, expected) in [
        (
            "oauth:",
            "key",
            "refused: `key` is taken: it stands in line 8",
        ),
        // It would get a meaning that it has not.
        (
            "oauth:",
            "gone",
            "refused: `gone` is taken: it stands in line 3",
        ),
        (
            "oauth:",
            "my key",
            "refused: `my key` cannot be a name here: use letters, digits, `.`, `-` and `_`",
        ),
        (
            "oauth:",
            "",
            "refused: the empty text cannot be a name here: use letters, digits, `.`, `-` and `_`",
        ),
        (
            "oauth:",
            "x-key",
            "refused: `x-key` cannot be a name here: what begins with `x-` is an extension",
        ),
        (
            "gone",
            "key",
            "refused: `gone` is not declared in this document, so not all of its places are known",
        ),
        (
            "x]",
            "y",
            "refused: `x` is not declared in this document, so not all of its places are known",
        ),
        (
            "read,",
            "write",
            "refused: `write` is taken: it stands in line 7",
        ),
        (
            "read,",
            "two words",
            "refused: `two words` cannot be a scope: a scope is one word of ASCII characters without \
             quotes and backslashes",
        ),
        (
            "password",
            "pass",
            "refused: `password` cannot be renamed: AsyncAPI says how the flows are called",
        ),
        (
            "c: {servers",
            "d",
            "refused: `c` cannot be renamed: up to AsyncAPI 2.6 the key of a channel is its address",
        ),
        ("oauth2", "x", "nothing"),
        ("oauth:", "oauth", "nothing"),
    ] {
        let document = V2.replacen(word, &format!("$0{word}"), 1);
        assert_eq!(renamed(&document, new), expected, "{word} {new}");
    }
    let prod = "3: live: {url: 'wss://a.acme.test', protocol: wss, security: [oauth: [read, write], gone: [x]]}
4: channels: {c: {servers: [live]}}";
    assert_eq!(renamed(&V2.replacen("prod", "$0prod", 1), "live"), prod);
    assert_eq!(renamed(&V2.replacen("[prod", "[$0prod", 1), "live"), prod);
}

#[test]
fn text_that_is_shared_or_not_complete_stays() {
    let shared = "asyncapi: 2.6.0
x-name: &name key
servers: {a: {url: u, protocol: wss, security: [{*name : []}]}}
components: {securitySchemes: {$0key: {type: X509}}}
";
    let reason = "refused: `key` in line 2 is also used by an alias of YAML, where it may mean \
                  something else: write it out there first";
    assert_eq!(renamed(shared, "cert"), reason);
    let unclosed = "asyncapi: 2.6.0
servers: {a: {url: u, protocol: wss, security: [$0key: []]}}
components:
  securitySchemes:
    \"key: {type: X509}
";
    assert!(renamed(unclosed, "cert").starts_with("refused: `key`"));
    let conflict = "asyncapi: 2.6.0
components:
  securitySchemes:
    $0key: {type: X509}
<<<<<<< ours
    a: {type: plain}
=======
    b: {type: plain}
>>>>>>> theirs
";
    assert_eq!(
        renamed(conflict, "cert"),
        "refused: the document has merge conflicts: resolve them, then rename"
    );
}

/// Scopes of OpenID Connect are declared by the provider alone.
#[test]
fn scopes_without_a_declaration_are_renamed_where_their_scheme_is_known() {
    let text = "asyncapi: 2.6.0
servers:
  a: {url: 'wss://a.acme.test', protocol: wss, security: [oidc: [r$0ead]]}
  b: {url: 'wss://b.acme.test', protocol: wss, security: [oidc: [read, other]]}
components:
  securitySchemes:
    oidc: {type: openIdConnect, openIdConnectUrl: 'https://i.acme.test/.well-known/openid-configuration'}
";
    assert_eq!(
        renamed(text, "all"),
        "3: a: {url: 'wss://a.acme.test', protocol: wss, security: [oidc: [all]]}
4: b: {url: 'wss://b.acme.test', protocol: wss, security: [oidc: [all, other]]}"
    );
}

#[test]
fn it_is_said_before_the_author_types() {
    for (word, expected) in [
        ("oauth:", Ok(Some("oauth"))),
        ("write]", Ok(Some("write"))),
        ("password", Err("AsyncAPI says how")),
        ("oauth2", Ok(None)),
        ("tokenUrl", Ok(None)),
    ] {
        let (text, offset) = marked(&V2.replacen(word, &format!("$0{word}"), 1));
        let analysis = analyse(&text, format_of(&text));
        let found = prepare(&files(&analysis), offset);
        match (found, expected) {
            (Ok(found), Ok(name)) => {
                assert_eq!(found.as_ref().map(|found| &*found.name), name);
                let shown =
                    found.map(|found| text[found.range.start()..found.range.end()].to_owned());
                assert_eq!(shown.as_deref(), name);
            }
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{reason}"),
            (found, _) => panic!("{word}: {found:?}"),
        }
    }
}

/// What the key hides would come to light, and have its name.
#[test]
fn a_name_that_a_merge_key_also_gives_stays() {
    let text = "asyncapi: 3.0.0
x-base: &base
  cert: {type: X509}
components:
  securitySchemes:
    <<: *base
    ce$0rt: {type: plain}
";
    let refused = "refused: `cert` also comes into the same object by `<<`, and would stand for that \
                   then";
    assert_eq!(renamed(text, "other"), refused);
    let list = text.replace("*base", "[{x: 1}, *base]");
    assert_eq!(renamed(&list, "other"), refused);
    let another = text.replace("  cert: {type: X509}", "  other: {type: X509}");
    assert_eq!(renamed(&another, "third"), "7: third: {type: plain}");
}
