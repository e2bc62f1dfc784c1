//! Which refactorings a place suggests.

use expect_test::{Expect, expect};

use crate::offered;

fn check(text: &str, expected: Expect) {
    let (_, found) = offered(text);
    let lines = found.iter().map(|one| match one.result.as_ref().unwrap() {
        Ok(_) => format!("{:?}: {}\n", one.kind, one.title),
        Err(refusal) => format!("{:?}: {} ({})\n", one.kind, one.title, refusal.text()),
    });
    expected.assert_eq(&lines.collect::<String>());
}

const SCHEMES: &str = "components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        implicit:
          authorizationUrl: https://id.example.com/authorize
          availableScopes:
            write: change
            read: see
      scopes: [write, read, write]
    user: {type: userPassword}
    far: {$ref: './far.yaml'}
";

#[test]
fn an_entry_of_3_x() {
    let at = |entry: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: amqp\n    security:\n    {entry}\n{SCHEMES}"
        )
    };
    check(
        &at("- type: h$0ttp\n      scheme: Basic"),
        expect![[r#"
            Extract: Extract this scheme to `components.securitySchemes` as `basic`
        "#]],
    );
    check(
        &at("$0- type: userPassword"),
        expect![[r#"
        Extract: Refer to `user`, which says the same
    "#]],
    );
    check(
        &at("- $ref: '#/components/$0securitySchemes/oauth'"),
        expect![[r#"
            Inline: Write `oauth` in place of its reference
            Inline: Write `oauth` in place of its only reference and remove it
            Rewrite: Require other scopes here: copy `oauth` as `oauthScope`
        "#]],
    );
    check(
        &at("- $ref: '#/components/securitySchemes/user'$0\n      description: a user"),
        expect![[r#"
            Inline: Write `user` in place of its reference (What stands beside `$ref` has no effect and would be lost: remove it first.)
            Inline: Write `user` in place of its only reference and remove it (What stands beside `$ref` has no effect and would be lost: remove it first.)
        "#]],
    );
    check(
        &at("- $ref: './a.yaml$0'"),
        expect![[r#"
        Inline: Write the scheme in place of its reference (It is declared in `./a.yaml`.)
    "#]],
    );
    check(
        &at("- $ref: '#/components/securitySchemes/n$0o'"),
        expect![[""]],
    );
}

#[test]
fn a_declared_scheme() {
    let at = |part: &str| {
        let cursor = format!("$0{part}");
        format!("asyncapi: 3.0.0\n{}", SCHEMES.replacen(part, &cursor, 1))
    };
    check(
        &at("oauth:"),
        expect![[r#"
        Move: Move `oauth` to `oauth.yaml`
    "#]],
    );
    check(
        &at("implicit:"),
        expect![[r#"
        Rewrite: Change the flow to `authorizationCode` with PKCE, with a placeholder for `tokenUrl`
        Move: Move `oauth` to `oauth.yaml`
    "#]],
    );
    check(
        &at("availableScopes:"),
        expect![[r#"
        Rewrite: Sort the scopes
        Rewrite: Change the flow to `authorizationCode` with PKCE, with a placeholder for `tokenUrl`
        Move: Move `oauth` to `oauth.yaml`
    "#]],
    );
    check(
        &at("write, read"),
        expect![[r#"
        Rewrite: Sort the scopes
        Rewrite: Remove repeated scopes
        Move: Move `oauth` to `oauth.yaml`
    "#]],
    );
    check(
        &at("user:"),
        expect![[r#"
        Move: Move `user` to `user.yaml`
    "#]],
    );
    check(&at("far:"), expect![[""]]);
    check(&at("components:"), expect![[""]]);
}

#[test]
fn what_is_no_document_of_ours_suggests_nothing() {
    check("a:\n  security:\n  - type: h$0ttp\n", expect![[""]]);
    check(
        "asyncapi: 3.0.0\nservers:\n  s:\n    security:\n    {{ if .Values.a }}\n    - type: h$0ttp\n      scheme: basic\n    {{ end }}\n",
        expect![[""]],
    );
}
