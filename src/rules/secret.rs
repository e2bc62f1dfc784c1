//! Finds secrets in a text, and masks them in output.
//!
//! A finding must be certain: keys of known providers, private keys, tokens that decode, random
//! values after a telling name. Masking need not be, so it hides more.

pub mod fields;
mod login;
mod mask;
mod shape;
mod value;

use std::borrow::Cow;

use shape::scan;

pub use login::{PASSWORD_OF_URL, ends_userinfo};
use mask::{MASK, masked};
pub use mask::{mask, mask_in_place, mask_quoted, part_of_token};
pub use shape::{PASSWORD_OR_KEY, Secret};
pub use value::{is_credential, is_placeholder, is_secret_name, looks_random};

/// A name that somebody gave, with what is surely a secret masked: a long name with a number in it
/// looks random too.
pub fn mask_name(text: &str) -> Cow<'_, str> {
    if text.contains(['?', '&', ';', '=', '@', '\n']) || text.contains("://") {
        return mask(text);
    }
    let found = find(text).into_iter().map(|secret| secret.range);
    masked(text, found.collect(), |_| MASK.to_owned())
}

/// All likely secrets of a text, in order, without overlap.
pub fn find(text: &str) -> Vec<Secret> {
    if !may_have_secret(text) {
        return Vec::new();
    }
    let mut found = scan(text, true);
    found.extend(login::of_jaas(text));
    found.extend(login::of_urls(text));
    found.sort_by_key(|secret| secret.range.start);
    found.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    found
}

/// Whether a text has what every secret has: a digit, or the start of what need not have one. Most
/// texts have not, and reading them would take long.
fn may_have_secret(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        || ["-----", "eyJ", "asic "]
            .iter()
            .any(|start| text.contains(start))
}

/// The secrets in the value of a field. Among examples a value must look generated, and must not be
/// what data are told apart by: nearly every example has a UUID somewhere.
pub fn find_in_field(name: &str, value: &str, is_example: bool) -> Vec<Secret> {
    let found = find(value);
    let is_secret = || match is_example {
        true => value::is_random(value) && !value::is_identifier(value),
        false => value::is_random(value) || is_credential(name, value),
    };
    if found.is_empty() && is_secret_name(name) && is_secret() {
        return vec![Secret {
            range: 0..value.len(),
            kind: PASSWORD_OR_KEY,
        }];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined at run time, so that no secret scanner reports this file.
    fn of(parts: &[&str]) -> String {
        parts.concat()
    }

    fn real() -> Vec<(String, &'static str)> {
        let body = "c3VyZWx5IG5vdCBhIGtleSBidXQgbG9uZyBlbm91Z2ggdG8gbG9vayBsaWtlIG9uZQ";
        vec![
            (
                of(&["ghp", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"]),
                "a token of GitHub",
            ),
            (
                of(&["AK", "IA", "Q4ZT7XK2PLM9WRVB"]),
                "an access key of AWS",
            ),
            (
                of(&["gl", "pat-", "x9Kq2mZr7TbW4vNc8LpY"]),
                "a token of GitLab",
            ),
            (
                of(&["xo", "xb-", "123456789012-abcDEF456ghiJKL"]),
                "a token of Slack",
            ),
            (
                of(&["AI", "za", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"]),
                "an API key of Google",
            ),
            (
                of(&["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"]),
                "a key of Stripe",
            ),
            (
                of(&[
                    "eyJhbGciOiJIUzI1NiJ9",
                    ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
                    ".c2lnbmF0dXJlc2lnbmF0dXJl",
                ]),
                "a JSON Web Token",
            ),
            (
                of(&[
                    "-----BEGIN RSA PRIVATE ",
                    "KEY-----\n",
                    body,
                    "\n-----END RSA PRIVATE ",
                    "KEY-----",
                ]),
                "a private key",
            ),
        ]
    }

    #[test]
    fn keys_of_known_makers_are_found_wherever_they_stand() {
        for (secret, kind) in real() {
            for text in [
                secret.clone(),
                format!("use {secret}, please"),
                format!("é`{secret}`"),
            ] {
                let found = find(&text);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert_eq!(found[0].kind, kind);
                assert_eq!(&text[found[0].range.clone()], secret);
                assert!(!mask(&text).contains(&secret), "{text}");
            }
        }
    }

    #[test]
    fn headers_and_assignments_need_a_value_that_looks_random() {
        for (text, secret) in [
            (
                "Authorization: Bearer 9f8a7b6c5d4e3f2a1b0c9d8e",
                "9f8a7b6c5d4e3f2a1b0c9d8e",
            ),
            (
                "send `Basic YWNtZTpUcjB1YjRkb3ImMw==`",
                "YWNtZTpUcjB1YjRkb3ImMw==",
            ),
            ("client_secret=q7Zx2Lk9Vb4Nw8Rt1", "q7Zx2Lk9Vb4Nw8Rt1"),
            ("{\"apiKey\": \"q7Zx2Lk9Vb4Nw8Rt1\"}", "q7Zx2Lk9Vb4Nw8Rt1"),
        ] {
            let found = find(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(&text[found[0].range.clone()], secret);
        }
    }

    #[test]
    fn examples_and_words_are_no_secrets() {
        for text in [
            "Use `Authorization: Bearer <token>`",
            "Bearer YOUR_ACCESS_TOKEN",
            "Bearer tokens are JWTs issued by the identity provider",
            "Basic authentication over TLS",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            "Basic dXNlcjpwYXNzd29yZA==",
            "password=secret",
            "client_secret=${CLIENT_SECRET}",
            "api_key=your-api-key-goes-here-1",
            "token: the token you got from /oauth/token",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAXXXXXXXXXXXXXXXX",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "xoxb-your-token",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "eyJ...",
            "\"token\": \"cHV0IHlvdXIgdG9rZW4gaGVyZSwgMTIzIDQ1Ng\"",
            "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule",
            "",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn masking_hides_more_than_is_found() {
        for (text, shown) in [
            ("amqp://guest:guest@broker:5672", "amqp://***@broker:5672"),
            ("guest:guest@broker", "***@broker"),
            ("password=hunter2&x=1", "password=***&x=1"),
            ("Bearer abcdef", "Bearer ***"),
            ("a.b@example.com", "a.b@example.com"),
            ("nothing here: at all", "nothing here: at all"),
        ] {
            assert_eq!(mask(text), shown);
        }
    }

    #[test]
    fn values_beside_names_of_secrets_are_masked_in_lines() {
        let stars = |text: &str| mask_in_place(text, std::iter::empty()).into_owned();
        for (text, shown) in [
            ("password: hunter2", "password: *******"),
            ("\"clientSecret\" : \"a b\",", "\"clientSecret\" : \"***\","),
            (
                "secret: |\n  open\n  sesame\nid: c",
                "secret: |\n  ****\n  ******\nid: c",
            ),
            ("'api_key': >-\n  a b\n", "'api_key': >-\n  ***\n"),
            ("text: |\n  open sesame\n", "text: |\n  open sesame\n"),
            ("tokenUrl: a b", "tokenUrl: a b"),
        ] {
            assert_eq!(stars(text), shown);
        }
    }

    #[test]
    fn values_are_masked_without_the_colon_before_them() {
        let stars = |text: &str| mask_in_place(text, std::iter::empty()).into_owned();
        for (text, shown) in [
            ("  x-password hunter2", "  x-password *******"),
            ("- password:hunter2 # c", "- password:******* # c"),
            ("  password = hunter2", "  password = *******"),
            ("{a: b, password hunter2}", "{a: b, password *******}"),
            ("\"password\" \"hunter2\",", "\"password\" \"*******\","),
            ("  password must be long", "  password must be long"),
            ("  token://a.org", "  token://a.org"),
            ("  passwords", "  passwords"),
        ] {
            assert_eq!(stars(text), shown);
        }
        assert_eq!(mask_quoted("password hunter2"), "password ***");
        assert_eq!(mask_quoted("password grant"), "password grant");
        assert_eq!(mask_quoted("k"), "k");
        assert_eq!(mask("Token based"), "Token based");
    }

    #[test]
    fn long_texts_are_read_once() {
        let secret = of(&["gl", "pat-", "x9Kq2mZr7TbW4vNc8LpY"]);
        for word in [
            "-----BEGIN ",
            "eyJ-",
            "a_token=",
            "bearer ",
            "a-",
            "u:",
            "é",
        ] {
            let long = word.repeat(40_000 / word.len()) + " " + &secret;
            assert_eq!(find(&long).len(), 1, "{word}");
            assert!(!mask(&long).contains(&secret), "{word}");
        }
    }

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in ["password", "clientSecret", "api_key", "X-API-Key", "tokens"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["tokenUrl", "routingKey", "secretName", "key", "user", ""] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
