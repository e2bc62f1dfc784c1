//! The forms of secrets. Every function looks at the start of a text.

use std::ops::Range;

use super::value::{
    decode, is_credential, is_identifier, is_mixed, is_placeholder, is_plain_token, is_random,
    is_secret_name, looks_random,
};

/// A part of a text that looks like a real secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The range, in bytes of the text.
    pub range: Range<usize>,
    /// What it is, with an article: `a private key`.
    pub kind: &'static str,
}

/// The kind of a value behind the name of a secret.
pub const PASSWORD_OR_KEY: &str = "a password or key";

/// The secrets of a text, in order, without overlap; those that may be examples only if they need
/// not be certain.
pub(super) fn scan(text: &str, only_certain: bool) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let mut at = 0;
    let mut previous = None;
    while at < text.len() {
        let rest = &text[at..];
        let starts_word = previous
            .is_none_or(|byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
        let secret = if starts_word {
            token(rest)
                .or_else(|| header(rest, only_certain))
                .or_else(|| assignment(rest, only_certain))
                .or_else(|| (!only_certain).then(|| userinfo(rest, previous)).flatten())
        } else {
            None
        };
        let step = match secret {
            Some((range, kind)) => {
                let end = range.end;
                found.push(Secret {
                    range: at + range.start..at + end,
                    kind,
                });
                end
            }
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
        previous = text.as_bytes().get(at + step - 1).copied();
        at += step;
    }
    found
}

type Found = (Range<usize>, &'static str);

/// A provider's tokens, known by their prefix.
struct Provider {
    prefix: &'static str,
    /// The least number of characters that follow.
    least: usize,
    kind: &'static str,
}

impl Provider {
    /// Whether its tokens have one length, and no small letters.
    fn is_aws(&self) -> bool {
        self.kind.ends_with("AWS")
    }
}

static PROVIDERS: [Provider; 20] = [
    provider("ghp_", 36, "a token of GitHub"),
    provider("gho_", 36, "a token of GitHub"),
    provider("ghu_", 36, "a token of GitHub"),
    provider("ghs_", 36, "a token of GitHub"),
    provider("ghr_", 36, "a token of GitHub"),
    provider("github_pat_", 60, "a token of GitHub"),
    provider("glpat-", 20, "a token of GitLab"),
    provider("xoxb-", 20, "a token of Slack"),
    provider("xoxp-", 20, "a token of Slack"),
    provider("xoxa-", 20, "a token of Slack"),
    provider("xoxr-", 20, "a token of Slack"),
    provider("xoxs-", 20, "a token of Slack"),
    provider("AIza", 35, "an API key of Google"),
    provider("sk_live_", 16, "a key of Stripe"),
    provider("rk_live_", 16, "a key of Stripe"),
    provider("AKIA", 16, "an access key of AWS"),
    provider("ASIA", 16, "an access key of AWS"),
    provider("npm_", 36, "a token of npm"),
    provider("SG.", 60, "an API key of SendGrid"),
    provider("shpat_", 32, "a token of Shopify"),
];

const fn provider(prefix: &'static str, least: usize, kind: &'static str) -> Provider {
    Provider {
        prefix,
        least,
        kind,
    }
}

/// A token with a form of its own.
fn token(text: &str) -> Option<Found> {
    match text.as_bytes().first()? {
        b'-' => private_key(text),
        b'e' => web_token(text),
        _ => of_provider(text),
    }
}

/// Whether a word starts as the tokens of a provider do, or as a JSON Web Token.
pub(super) fn starts_secret(word: &str) -> bool {
    let Some((provider, body)) = provider_of(word) else {
        return word.starts_with("eyJ");
    };
    // `ASIA-PACIFIC` is a name.
    !provider.is_aws() || body.bytes().all(is_of_aws)
}

fn provider_of(text: &str) -> Option<(&'static Provider, &str)> {
    // Asked at each word of a text: nearly none starts like one of these.
    let first = text.as_bytes().first();
    let mut providers =
        (PROVIDERS.iter()).filter(|provider| provider.prefix.as_bytes().first() == first);
    providers.find_map(|provider| Some((provider, text.strip_prefix(provider.prefix)?)))
}

fn is_of_aws(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn of_provider(text: &str) -> Option<Found> {
    let (provider, body) = provider_of(text)?;
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let mut len = run(body, is_key);
    // A full stop ends the sentence, not the token.
    while body[..len].ends_with(['.', '-']) {
        len -= 1;
    }
    let body = &body[..len];
    let fits = if provider.is_aws() {
        len == provider.least && body.bytes().all(is_of_aws)
    } else {
        len >= provider.least
    };
    let is_real = fits && is_mixed(body) && !is_sample(body);
    is_real.then_some((0..provider.prefix.len() + len, provider.kind))
}

/// A PEM private key that is not empty (RFC 7468).
fn private_key(text: &str) -> Option<Found> {
    const MARK: &str = "PRIVATE KEY";
    const DASHES: &str = "-----";
    let label = text.strip_prefix("-----BEGIN ")?;
    let label_end = start(label, 48).find(DASHES)?;
    if !label[..label_end].contains(MARK) {
        return None;
    }
    let body_start = text.len() - label.len() + label_end + DASHES.len();
    let body = start(&text[body_start..], MAX_KEY);
    let end = body.find("-----END ").unwrap_or(body.len());
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    // Lines may be joined by an escaped `\n`.
    let longest = body[..end]
        .split(|sign: char| sign.is_whitespace() || sign == '\\')
        .map(|line| line.bytes().filter(is_base64).count())
        .max();
    if longest? < 40 {
        return None;
    }
    let after = &body[end..];
    let tail = (after.strip_prefix("-----END "))
        .and_then(|tail| Some(after.len() - tail.len() + tail.find(DASHES)? + DASHES.len()));
    Some((0..body_start + end + tail.unwrap_or(0), "a private key"))
}

/// A JSON Web Token: three parts, the first two of them JSON objects (RFC 7519).
fn web_token(text: &str) -> Option<Found> {
    if !text.starts_with("eyJ") {
        return None;
    }
    let is_url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let header = run(text, is_url_safe);
    let rest = text[header..].strip_prefix('.')?;
    let payload = run(rest, is_url_safe);
    let signature = rest[payload..].strip_prefix('.')?;
    let signature = run(signature, is_url_safe);
    let claims = &rest[..payload];
    if header < 10 || payload < 10 || signature < 10 || !claims.starts_with("eyJ") {
        return None;
    }
    // The common example token.
    let decoded = decode(claims)?;
    let is_sample = String::from_utf8_lossy(&decoded).contains("John Doe");
    (!is_sample).then_some((0..header + 1 + payload + 1 + signature, "a JSON Web Token"))
}

/// The credentials of an `Authorization` header.
fn header(text: &str, only_certain: bool) -> Option<Found> {
    let (name, kind) = [("bearer ", "a bearer token"), ("basic ", "a password")]
        .into_iter()
        .find(|(name, _)| {
            (text.get(..name.len())).is_some_and(|start| start.eq_ignore_ascii_case(name))
        })?;
    let start = name.len() + run(&text[name.len()..], |byte| byte == b' ');
    let is_token68 = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let len = run(&text[start..], is_token68);
    let value = text[start..start + len].trim_end_matches('.');
    let range = start..start + value.len();
    if !only_certain {
        let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_alone = text[range.end..]
            .trim_end_matches(['.', '`', '"', '\''])
            .is_empty();
        return (value.len() >= 6 && (!is_word || is_alone)).then_some((range, kind));
    }
    if is_placeholder(value) || value.starts_with("eyJ") && web_token(value).is_none() {
        return None;
    }
    let is_real = if kind == "a password" {
        is_basic(value)
    } else {
        value.len() >= 20 && looks_random(value)
    };
    is_real.then_some((range, kind))
}

/// Whether a text is a user name and a password in Base64 (RFC 7617), not from an example.
fn is_basic(value: &str) -> bool {
    const USERS: [&str; 6] = ["aladdin", "user", "username", "test", "demo", "login"];
    let Some(decoded) = decode(value.trim_end_matches('=')) else {
        return false;
    };
    let Ok(decoded) = String::from_utf8(decoded) else {
        return false;
    };
    let Some((user, password)) = decoded.split_once(':') else {
        return false;
    };
    decoded.chars().all(|sign| !sign.is_control())
        && password.len() >= 4
        && !user.is_empty()
        && !USERS.contains(&&*user.to_ascii_lowercase())
        && !is_placeholder(password)
}

/// A value after the name of a secret: `client_secret=...`, `"apiKey": "..."`.
fn assignment(text: &str, only_certain: bool) -> Option<Found> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let name = run(start(text, 65), is_name);
    if name == 0 || name > 64 {
        return None;
    }
    let mut at = name + run(&text[name..], |byte| matches!(byte, b'"' | b'\''));
    let sign = *text.as_bytes().get(at)?;
    if !matches!(sign, b'=' | b':') || !is_secret_name(&text[..name]) {
        return None;
    }
    at += 1;
    // `secret:prod/login` is a name; a value is quoted, or a blank stands before it.
    let is_name = sign == b':' && text[at..].starts_with(|next: char| next.is_alphanumeric());
    if only_certain && is_name {
        return None;
    }
    at += run(&text[at..], |byte| matches!(byte, b' ' | b'"' | b'\''));
    let rest = start(&text[at..], 512);
    let value = match text.as_bytes()[at - 1] {
        quote @ (b'"' | b'\'') => {
            &rest[..run(rest, |byte| byte != quote && !byte.is_ascii_control())]
        }
        _ => {
            let is_value =
                |byte: u8| byte.is_ascii_graphic() && !b"\"'`&;,<>(){}[]".contains(&byte);
            // What ends a sentence is no part of it.
            rest[..run(rest, is_value)].trim_end_matches(['.', '?'])
        }
    };
    let is_hidden = if only_certain && is_plain_token(&text[..name]) && is_identifier(value) {
        false
    } else if only_certain {
        is_random(value) || sign == b'=' && value.len() >= 8 && is_credential("", value)
    } else {
        // In prose a blank follows a colon.
        sign == b'=' && !value.is_empty() || value.len() >= 12 && looks_random(value)
    };
    is_hidden.then_some((at..at + value.len(), PASSWORD_OR_KEY))
}

/// User name and password before a host. A mail address has no colon before its `@`.
fn userinfo(text: &str, previous: Option<u8>) -> Option<Found> {
    if !matches!(previous, None | Some(b'/' | b' ' | b'"' | b'\'' | b'`')) {
        return None;
    }
    let is_part = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\"'`<>{}".contains(&byte);
    let len = run(text, is_part);
    let is_before_host = text[len..].starts_with('@') && text[..len].contains(':');
    is_before_host.then_some((0..len, "a password"))
}

/// Whether the rest of a token is made up, as in examples.
fn is_sample(body: &str) -> bool {
    let folded = body.to_ascii_lowercase();
    let mut distinct: Vec<u8> = folded.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() <= 4
        || ["xxxx", "your", "example", "0000", "...", "***"]
            .iter()
            .any(|word| folded.contains(word))
}

/// The longest part of a secret that is read: every position of a text may start one.
const MAX_RUN: usize = 4096;

/// The longest private key that is read.
const MAX_KEY: usize = 32_768;

/// The start of a text, at most that many bytes.
fn start(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// How many bytes at the start match; only ASCII does.
fn run(text: &str, is_kind: impl Fn(u8) -> bool) -> usize {
    let bytes = text.bytes().take(MAX_RUN);
    bytes
        .take_while(|byte| byte.is_ascii() && is_kind(*byte))
        .count()
}
