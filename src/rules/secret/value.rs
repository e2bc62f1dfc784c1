//! What names and values of fields say about secrets.

/// Words of tokens that log nobody in: places in a list, addresses of devices, and the like.
const OTHER_TOKENS: [&str; 12] = [
    "page",
    "next",
    "sync",
    "cursor",
    "continuation",
    "device",
    "push",
    "registration",
    "csrf",
    "xsrf",
    "idempotency",
    "cancellation",
];

/// Whether a name is that of something secret: `clientSecret`, `api_key`, `x-password`.
pub fn is_secret_name(name: &str) -> bool {
    const ENDS: [&str; 11] = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "secretkey",
        "privatekey",
        "credential",
    ];
    let folded: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_lowercase())
        .collect();
    let singular = folded.strip_suffix('s').unwrap_or(&folded);
    if singular.ends_with("token") && OTHER_TOKENS.iter().any(|word| folded.contains(word)) {
        return false;
    }
    ENDS.iter()
        .any(|end| folded.ends_with(end) || singular.ends_with(end))
}

/// Whether a value is a placeholder.
pub fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 27] = [
        "your",
        "my-",
        "my_",
        "example",
        "sample",
        "dummy",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "redacted",
        "secret-here",
        "insert",
        "replace",
        "todo",
        "xxxx",
        "....",
        "****",
        "1234567",
        "123e4567",
        "550e8400-e29b",
        "abcdef",
        "abc123",
        "a1b2c3",
        "qwerty",
        "<",
        "{",
    ];
    const WHOLE: [&str; 16] = [
        "", "password", "passwd", "secret", "token", "key", "apikey", "api_key", "api-key",
        "string", "none", "null", "true", "false", "test", "user",
    ];
    let folded = value.trim().to_ascii_lowercase();
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    WHOLE.contains(&&*folded)
        || distinct.len() <= 2
        || folded.starts_with(['$', '%', '['])
        || WORDS.iter().any(|word| folded.contains(word))
}

/// Whether a value that has the name of a secret is certainly one, even among examples.
pub(super) fn is_random(value: &str) -> bool {
    value.len() >= 12
        && !value.contains(char::is_whitespace)
        && !is_placeholder(value)
        && looks_random(value)
        && value.split(is_separator).any(has_digit_inside)
}

/// Whether a name says no more than "token", which data have as well: a payment, a session.
pub(super) fn is_plain_token(name: &str) -> bool {
    ["token", "tokens"]
        .iter()
        .any(|plain| plain.eq_ignore_ascii_case(name))
}

/// Whether a value looks like what objects are told apart by, or a time: a UUID (RFC 9562) also with
/// words around it, a ULID, an identifier of MongoDB, a date (RFC 3339), or words in Base64. Such a
/// value may be a secret all the same, so something else must say so.
pub(super) fn is_identifier(value: &str) -> bool {
    let value = value.trim();
    let is_hex = || value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_ulid = || {
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        value.len() == 26 && value.starts_with("01") && value.bytes().all(is_digit)
    };
    without_uuids(value).is_some_and(|rest| !looks_random(&rest))
        || value.len() == 24 && is_hex()
        || is_ulid()
        || is_date(value)
        || is_word_in_base64(value)
}

/// What is left of a text that has UUIDs, without them.
fn without_uuids(value: &str) -> Option<String> {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let pieces: Vec<&str> = value.split('-').collect();
    let is_hex = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut rest = value.to_owned();
    for group in pieces.windows(GROUPS.len()) {
        // Other signs may touch the first group and the last one.
        let (first, last) = (group[0], group[4]);
        let Some(first) = first.get(first.len().saturating_sub(GROUPS[0])..) else {
            continue;
        };
        let Some(last) = last.get(..GROUPS[4].min(last.len())) else {
            continue;
        };
        let found = [first, group[1], group[2], group[3], last];
        let is_uuid =
            (found.iter().zip(GROUPS)).all(|(piece, len)| piece.len() == len && is_hex(piece));
        if is_uuid {
            rest = rest.replace(&found.join("-"), "");
        }
    }
    (rest.len() < value.len()).then_some(rest)
}

/// Whether a text starts with a date, and has nothing but a time behind it.
fn is_date(value: &str) -> bool {
    let shape: String = value
        .chars()
        .map(|sign| if sign.is_ascii_digit() { '0' } else { sign })
        .collect();
    let Some(time) = shape.strip_prefix("0000-00-00") else {
        return false;
    };
    time.chars().all(|sign| "0TtZz:.+- ".contains(sign))
}

/// Whether a value is Base64 of plain words, such as "token-1".
fn is_word_in_base64(value: &str) -> bool {
    decode(value.trim_end_matches('=')).is_some_and(|decoded| {
        !decoded.is_empty()
            && decoded.iter().all(u8::is_ascii_graphic)
            && String::from_utf8(decoded).is_ok_and(|text| !looks_random(&text))
    })
}

/// Whether a character stands between the parts of a name.
fn is_separator(sign: char) -> bool {
    "-_./:".contains(sign)
}

/// Names that have digits in them, which makes them no secrets.
const NAMES_WITH_DIGITS: [&str; 14] = [
    "aes128", "aes256", "auth0", "base64", "ed25519", "oauth1", "oauth2", "pbkdf2", "pkcs11",
    "pkcs12", "sha256", "sha384", "sha512", "http2",
];

/// The same, where they stand between separators only.
const SHORT_NAMES: [&str; 14] = [
    "b2b", "b2c", "e2e", "ec2", "i18n", "k8s", "log4j", "md5", "p12", "s3", "sha1", "utf8", "v1",
    "x509",
];

/// Words of examples, with or without digits behind them.
const WORDS_OF_EXAMPLES: [&str; 24] = [
    "abc",
    "admin",
    "changeit",
    "credential",
    "credentials",
    "default",
    "demo",
    "fake",
    "foo",
    "foobar",
    "guest",
    "hello",
    "letmein",
    "login",
    "pass",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "root",
    "test",
    "testing",
    "user",
    "username",
    "welcome",
];

/// Words in the names of secrets, and so in the names under which secrets are kept elsewhere.
const WORDS_OF_NAMES: [&str; 8] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
];

/// Whether the value of a field with the name of a secret is one: it has digits where words have
/// none. A name, a path, a word of examples or a placeholder is not.
pub fn is_credential(name: &str, value: &str) -> bool {
    let is_sized = (6..=512).contains(&value.len());
    if !is_sized || !value.bytes().all(|byte| byte.is_ascii_graphic()) || is_placeholder(value) {
        return false;
    }
    let folded = value.to_ascii_lowercase();
    let word =
        folded.trim_end_matches(|sign: char| sign.is_ascii_digit() || "!?.*#_-".contains(sign));
    if WORDS_OF_EXAMPLES.contains(&word) || is_name_elsewhere(&folded) {
        return false;
    }
    let mut bare = folded;
    for name in NAMES_WITH_DIGITS {
        bare = bare.replace(name, "");
    }
    let pieces = bare
        .split(is_separator)
        .filter(|piece| !SHORT_NAMES.contains(piece));
    let bare = pieces.collect::<Vec<&str>>().join("-");
    if !is_mixed(&bare) {
        return false;
    }
    let has_sign = bare.contains(|sign: char| !sign.is_ascii_alphanumeric() && !is_separator(sign));
    let mut pieces = bare.split(is_separator);
    has_sign
        || pieces.any(has_digit_inside)
        || is_password_name(name) && !bare.contains(is_separator)
}

/// Whether a value is the place of a secret: a path, a URL, a name in a store.
fn is_name_elsewhere(folded: &str) -> bool {
    let is_store = [
        "arn:", "vault", "env:", "env.", "file:", "ref+", "op:", "@", "/", "./", "~/",
    ]
    .iter()
    .any(|start| folded.starts_with(start));
    is_store
        || folded.contains("://")
        || WORDS_OF_NAMES.iter().any(|word| folded.contains(word))
        || folded.matches('/').count() > 1 && !looks_random(folded)
}

fn is_password_name(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    ["password", "passwd", "passphrase", "pwd"]
        .iter()
        .any(|end| folded.ends_with(end))
}

/// Whether digits stand inside of a word (`s3cr3t`), or letters and digits change often.
fn has_digit_inside(piece: &str) -> bool {
    let kinds: Vec<bool> = piece.bytes().map(|byte| byte.is_ascii_digit()).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    piece.len() >= 5 && changes >= 2
}

/// Whether a value looks generated: it has many different characters, and often changes between
/// letters and digits.
pub fn looks_random(value: &str) -> bool {
    let is_path = value.contains("://") || value.matches(['/', '.']).count() > 2;
    if value.len() < 8 || is_path || !is_mixed(value) || is_coded_text(value) {
        return false;
    }
    let kinds: Vec<bool> = value
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.is_ascii_digit())
        .collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let mut distinct: Vec<u8> = value.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() >= 7 && changes * 8 >= value.len() && changes >= 3
}

/// Whether a value is a sentence in Base64, such as "put your token here".
fn is_coded_text(value: &str) -> bool {
    decode(value.trim_end_matches('=')).is_some_and(|decoded| {
        decoded.contains(&b' ')
            && (decoded.iter()).all(|byte| byte.is_ascii_graphic() || *byte == b' ')
    })
}

/// Whether a text has digits and letters.
pub(super) fn is_mixed(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Base64 of either alphabet, without padding (RFC 4648).
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{is_credential, is_identifier, is_plain_token};

    #[test]
    fn what_objects_are_told_apart_by_is_known() {
        for value in [
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
            "urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "tok_3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "session-3f2504e0-4f89-41d3-9a0c-0305e82c3301-eu",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301:6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "018f3b1c-7a2e-7c3d-9e4f-5a6b7c8d9e0f",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "507f1f77bcf86cd799439011",
            "2024-05-17T09:31:07Z",
            "2024-05-17T09:31:07.123+02:00",
            "dG9rZW4tMTIz",
        ] {
            assert!(is_identifier(value), "{value}");
        }
        for value in [
            "q7Zx2Lk9Vb4Nw8Rt1x5a7c3",
            "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301.q7Zx2Lk9Vb4Nw8Rt1",
            "3f2504e0-4f89-41d3-9a0c",
            "2024-05-17-q7Zx2Lk9Vb4Nw8Rt1",
            "q7Zx2Lk9Vb4Nw8Rt1x5a7c3d2é-4f89-41d3-9a0c-0305e82c3301",
            "é-4f89-41d3-9a0c-é",
            "",
        ] {
            assert!(!is_identifier(value), "{value}");
        }
        assert!(is_plain_token("Token") && !is_plain_token("accessToken"));
    }

    #[test]
    fn a_password_has_digits_where_words_have_none() {
        for (name, value) in [
            ("password", "s3cr3t-Pa55"),
            ("password", "hunter2"),
            ("password", "Kafka#2024"),
            ("x-sasl-password", "Tr0ub4dor&3"),
            ("clientSecret", "q7Zx2Lk9Vb"),
            ("client_secret", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            ("apiKey", "9f8a7b6c5d4e"),
        ] {
            assert!(is_credential(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn names_placeholders_and_words_are_none() {
        for value in [
            "string",
            "password",
            "secret",
            "changeme",
            "changeme123",
            "CHANGE-ME-2",
            "***",
            "<password>",
            "${KAFKA_PASSWORD}",
            "{{ password }}",
            "$PASSWORD1",
            "%PASSWORD%",
            "your-password-1",
            "example123",
            "Password123",
            "test1234",
            "admin123",
            "guest",
            "kafka-password-v2",
            "KAFKA_PASSWORD_1",
            "kafka-prod-creds-2",
            "vault:kafka/prod1",
            "env:PASS1WORD2",
            "/run/secrets/k4fk4-pr0d",
            "arn:aws:secretsmanager:eu-west-1:1:a",
            "https://example.com/a1b2c3",
            "oauth2",
            "oauth2ClientLogin",
            "RS256",
            "x509-v1",
            "3600s",
            "abc123",
            "123456",
            "hello world 1a2b3c",
            "api_key",
            "header",
            "P@ssw0rd",
            "xxxxxxxx1",
            "",
            "true",
            "jwt-rs256",
            "user.login2.name",
        ] {
            for name in ["password", "token", "clientSecret"] {
                assert!(
                    !is_credential(name, value) || value == "RS256" && name == "password",
                    "{name}: {value}"
                );
            }
        }
    }
}
