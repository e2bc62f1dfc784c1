//! Definition, references and highlights.

use crate::support::{definition, highlighted, uses};

/// Puts the cursor after the first character of the `nth` place of a text.
fn at(document: &str, word: &str, nth: usize) -> String {
    let (start, _) = document.match_indices(word).nth(nth).expect(word);
    format!("{}$0{}", &document[..=start], &document[start + 1..])
}

const V2: &str = "asyncapi: 2.6.0
servers:
  production:
    url: wss://a.acme.test
    protocol: wss
    security:
      - petstore: ['read:pets', \"write:pets\"]
      - key: []
channels:
  pets:
    servers: [production, test]
    subscribe:
      security:
        - petstore: [read:pets]
        - other: [x]
components:
  securitySchemes:
    petstore:
      type: oauth2
      flows:
        implicit:
          authorizationUrl: https://id.acme.test/a
          scopes:
            read:pets: Read
        password:
          tokenUrl: https://id.acme.test/t
          scopes:
            'read:pets': Read
            write:pets: Write
    key:
      $ref: '#/components/securitySchemes/petstore'
";

#[test]
fn names_of_2_x_lead_to_their_declarations() {
    for (word, nth, expected) in [
        ("petstore", 0, "petstore -> 18:petstore"),
        ("petstore", 1, "petstore -> 18:petstore"),
        ("petstore", 2, "petstore -> 18:petstore"),
        // In a JSON Pointer.
        ("petstore", 3, "petstore -> 18:petstore"),
        // A key stays, although it is a reference.
        ("key", 0, "key -> 30:key"),
        ("key", 1, "key -> 30:key"),
        // A scope is declared by both flows.
        ("read:pets", 0, "read:pets -> 24:read:pets 28:read:pets"),
        ("write:pets", 0, "write:pets -> 29:write:pets"),
        ("production", 1, "production -> 3:production"),
        // Nothing declares these.
        ("test]", 0, ""),
        ("other", 0, ""),
        ("[x]", 0, ""),
        ("implicit", 0, "implicit -> 21:implicit"),
        // Nothing with a name.
        ("oauth2", 0, ""),
        ("asyncapi", 0, ""),
        // The whole text of a reference.
        (
            "#/comp",
            0,
            "#/components/securitySchemes/petstore -> 18:petstore",
        ),
    ] {
        assert_eq!(definition(&at(V2, word, nth)), expected, "{word} {nth}");
    }
}

#[test]
fn references_are_those_of_one_scheme_whatever_its_name() {
    let all = "7:petstore 8:key 14:petstore [18:petstore] [30:key] 31:petstore";
    for (word, nth) in [("petstore", 0), ("petstore", 2), ("key", 0), ("key", 1)] {
        assert_eq!(uses(&at(V2, word, nth)), all, "{word} {nth}");
    }
    let scope = "7:read:pets 14:read:pets [24:read:pets] [28:read:pets]";
    assert_eq!(uses(&at(V2, "read:pets", 0)), scope);
    assert_eq!(uses(&at(V2, "read:pets", 3)), scope);
    assert_eq!(
        uses(&at(V2, "production", 0)),
        "[3:production] 11:production"
    );
    // A name that is declared nowhere is used all the same.
    assert_eq!(uses(&at(V2, "other", 0)), "15:other");
    assert_eq!(uses(&at(V2, "oauth2", 0)), "");
}

#[test]
fn highlights_are_those_of_one_name() {
    let petstore = "7:petstore 14:petstore [18:petstore] 31:petstore";
    assert_eq!(highlighted(&at(V2, "petstore", 0)), petstore);
    assert_eq!(highlighted(&at(V2, "key", 0)), "8:key [30:key]");
    assert_eq!(highlighted(&at(V2, "oauth2", 0)), "");
}

const V3: &str = r##"asyncapi: 3.0.0
servers:
  production:
    host: a.acme.test
    protocol: wss
    security:
      - $ref: "#/components/securitySchemes/write"
      - type: oauth2
        scopes: [all]
        flows: {password: {tokenUrl: 'https://id.acme.test/t', availableScopes: {all: ''}}}
channels:
  a/b~c:
    servers: [{$ref: '#/servers/production'}]
    messages: {m: {payload: {type: string}}}
operations:
  go:
    action: send
    channel: {$ref: '#/channels/a~1b~0c'}
    messages: [{$ref: '#/channels/a%7E1b~0c/messages/m'}]
    traits: [{$ref: '#/components/operationTraits/t'}]
components:
  operationTraits: {t: {security: [{$ref: '#/components/securitySchemes/read'}]}}
  securitySchemes:
    read:
      type: oauth2
      flows: {password: {tokenUrl: 'https://id.acme.test/t', availableScopes: {all: '', one: ''}}}
      scopes: [one]
    write:
      type: oauth2
      flows: {password: {tokenUrl: 'https://id.acme.test/t', availableScopes: {all: '', one: ''}}}
      scopes: [all, one]
    other:
      type: oauth2
      flows: {password: {tokenUrl: 'https://other.acme.test/t', availableScopes: {all: '', one: ''}}}
"##;

#[test]
fn pointers_of_3_x_lead_to_keys() {
    for (word, nth, expected) in [
        ("write\"", 0, "write -> 28:write"),
        ("a~1b", 0, "a~1b~0c -> 12:a/b~c"),
        ("a%7E1b", 0, "a%7E1b~0c -> 12:a/b~c"),
        ("m'}", 0, "m -> 14:m"),
        ("t'}]", 0, "t -> 22:t"),
        ("production'", 0, "production -> 3:production"),
        // The scheme's own scope comes before that of its copies.
        ("one]", 0, "one -> 26:one"),
        ("one]", 1, "one -> 30:one"),
        ("all]", 0, "all -> 10:all"),
    ] {
        assert_eq!(definition(&at(V3, word, nth)), expected, "{word} {nth}");
    }
    assert_eq!(
        uses(&at(V3, "a/b", 0)),
        "[12:a/b~c] 18:a~1b~0c 19:a%7E1b~0c"
    );
}

#[test]
fn copies_of_a_scheme_share_their_scopes() {
    let all = "9:all [10:all] [26:all] [30:all] 31:all";
    assert_eq!(uses(&at(V3, "all]", 0)), all);
    assert_eq!(uses(&at(V3, "all, one", 0)), all);
    assert_eq!(uses(&at(V3, "one]", 0)), "[26:one] 27:one [30:one] 31:one");
    assert_eq!(uses(&at(V3, "all: '', one", 2)), "[34:all]");
}

/// Two ways to one place are one name.
#[test]
fn aliases_and_merge_keys_lead_to_one_place() {
    let text = "asyncapi: 2.6.0
x-common: &common
  security: &list
    - key: []
servers:
  a: {url: u, protocol: wss, security: *list}
  b: {url: u, protocol: wss, <<: *common}
components:
  securitySchemes: &schemes
    key: {type: X509}
x-again: *schemes
x-more: {$ref: '#/x-again/key'}
";
    for (word, nth) in [("key", 0), ("key", 1), ("key'", 0)] {
        assert_eq!(definition(&at(text, word, nth)), "key -> 10:key");
        assert_eq!(uses(&at(text, word, nth)), "4:key [10:key] 12:key");
    }
    let names = "asyncapi: 2.6.0
servers:
  a: {url: u, protocol: wss, security: [{*name : []}]}
x-name: &name key
components: {securitySchemes: {key: {type: X509}}}
";
    // The alias comes before its anchor, so it stands for nothing.
    assert_eq!(definition(&at(names, "*name", 0)), "");
    let names = "asyncapi: 2.6.0
x-name: &name key
servers:
  a: {url: u, protocol: wss, security: [{*name : []}]}
components: {securitySchemes: {key: {type: X509}}}
";
    assert_eq!(definition(&at(names, "*name", 0)), "*name -> 5:key");
    assert_eq!(uses(&at(names, "*name", 0)), "2:key [5:key]");
}

#[test]
fn a_document_that_is_half_typed_is_answered_as_far_as_it_goes() {
    for (text, expected) in [
        (
            "asyncapi: 2.6.0\nservers:\n  a:\n    security:\n      - k$0ey\ncomponents:\n  securitySchemes:\n    key:\n",
            "key -> 8:key",
        ),
        (
            "asyncapi: 2.6.0\nservers:\n  a:\n    security:\n      - 'k$0ey\ncomponents:\n  securitySchemes:\n    key:\n",
            "key -> 8:key",
        ),
        (
            "asyncapi: 3.0.0\nservers:\n  a:\n    security:\n      - $ref: '#/components/securitySchemes/k$0ey\ncomponents:\n  securitySchemes:\n    key: {\n",
            "key -> 8:key",
        ),
        (
            "{\"asyncapi\": \"2.6.0\", \"servers\": {\"a\": {\"security\": [{\"k$0ey\": [\n]}], \"components\": {\"securitySchemes\": {\"key\": {",
            "",
        ),
        ("asyncapi: 3.0.0\nservers: {a: {security: [{$ref: $0", ""),
        (
            "asyncapi: 3.0.0\ncomponents: {securitySchemes: {a: {$ref: '#/$0",
            "",
        ),
    ] {
        assert_eq!(definition(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_a_document_of_ours_has_no_names() {
    let text = "services:\n  a$0:\n    $ref: '#/services'\n";
    assert_eq!(definition(text), "");
    assert_eq!(uses(text), "");
}

#[test]
fn the_later_of_two_equal_keys_counts() {
    let text = "asyncapi: 2.6.0
servers: {a: {url: u, protocol: wss, security: [key: []]}}
components:
  securitySchemes:
    key: {type: plain}
    key: {type: X509}
";
    assert_eq!(definition(&at(text, "key", 0)), "key -> 6:key");
    assert_eq!(uses(&at(text, "key", 1)), "2:key [5:key] [6:key]");
}

#[test]
fn what_an_example_holds_is_no_reference() {
    let text = "asyncapi: 3.0.0
components:
  messages: {m: {examples: [{payload: {$ref: '#/components/securitySchemes/key'}}]}}
  securitySchemes: {key: {type: X509}}
";
    assert_eq!(uses(&at(text, "key:", 0)), "[4:key]");
}

#[test]
fn fragments_have_names_too() {
    let schemes = "oauth:
  type: oauth2
  flows: {password: {tokenUrl: 'https://id.acme.test/t', scopes: {one: ''}}}
again: {$ref: '#/oauth'}
";
    assert_eq!(
        uses(&at(schemes, "oauth", 0)),
        "[1:oauth] [4:again] 4:oauth"
    );
    assert_eq!(definition(&at(schemes, "oauth'", 0)), "oauth -> 1:oauth");
    let scheme = "type: oauth2
flows: {password: {tokenUrl: 'https://id.acme.test/t', availableScopes: {one: ''}}}
scopes: [one]
";
    assert_eq!(definition(&at(scheme, "one]", 0)), "one -> 2:one");
}
