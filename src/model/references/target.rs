//! Parses the text of a `$ref`.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::{DocumentKind, Fragment, Model};
use crate::syntax::tree::Tree;
use crate::syntax::tree::pointer_key;

/// What a `$ref` points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceTarget {
    /// A JSON Pointer into this document, percent-decoded.
    Local(String),
    /// A fragment that is not a JSON Pointer (`#name`).
    Name,
    /// Another document.
    External,
}

impl ReferenceTarget {
    /// Reads a URI reference (RFC 3986) with a JSON Pointer as its fragment (RFC 6901, section 6).
    pub fn of(text: &str) -> Self {
        match local_pointer(text) {
            Some(pointer) => Self::Local(pointer.into_owned()),
            None if text.starts_with('#') => Self::Name,
            None => Self::External,
        }
    }
}

/// The JSON Pointer of a reference into this document, percent-decoded.
pub fn local_pointer(text: &str) -> Option<Cow<'_, str>> {
    if text.is_empty() {
        return Some(Cow::Borrowed(""));
    }
    let fragment = text.strip_prefix('#')?;
    (fragment.is_empty() || fragment.starts_with('/')).then(|| percent_decoded(fragment))
}

/// Whether a reference points into another document.
pub fn is_external(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('#')
}

/// The path and the JSON Pointer of a reference, as they are written. The pointer is `None` where
/// there is no `#`.
pub fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((path, pointer)) => (path, Some(pointer)),
        None => (text, None),
    }
}

/// A token of the JSON Pointer in a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The key that it stands for.
    pub name: String,
    /// Where it stands in the text of the reference, with its escapes.
    pub range: Range<usize>,
}

/// The tokens of the JSON Pointer in a reference, to this document or to another one. None if what
/// follows the `#` is no JSON Pointer.
pub fn tokens(text: &str) -> Vec<Token> {
    let (path, pointer) = split(text);
    let Some(pointer) = pointer.filter(|pointer| pointer.starts_with('/')) else {
        return Vec::new();
    };
    let mut tokens: Vec<(Vec<u8>, Range<usize>)> = Vec::new();
    for (byte, range) in percent_bytes(pointer) {
        let end = path.len() + 1 + range.end;
        if byte == b'/' {
            tokens.push((Vec::new(), end..end));
        } else if let Some((name, token)) = tokens.last_mut() {
            name.push(byte);
            token.end = end;
        }
    }
    (tokens.into_iter())
        .map(|(name, range)| Token {
            name: name_of(&String::from_utf8_lossy(&name)).into_owned(),
            range,
        })
        .collect()
}

/// A text with its percent-encoded bytes decoded.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes: Vec<u8> = percent_bytes(text).map(|(byte, _)| byte).collect();
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The bytes that a text stands for, with the ranges of what is written for them.
fn percent_bytes(text: &str) -> impl Iterator<Item = (u8, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let first = *bytes.get(start)?;
        let digits = (bytes.get(start + 1..start + 3))
            .filter(|pair| first == b'%' && pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        at += if decoded.is_some() { 3 } else { 1 };
        Some((decoded.unwrap_or(first), start..at))
    })
}

/// A key as a token of the JSON Pointer in a reference (RFC 6901, section 6). What the author wrote
/// as it is in another token stays so, and braces do: everybody writes the addresses of channels
/// with them, although a URI has none.
pub fn token_of(name: &str, like: &str) -> String {
    let mut token = String::new();
    for sign in name.chars() {
        match sign {
            '~' => token.push_str("~0"),
            '/' => token.push_str("~1"),
            // What may stand in a fragment (RFC 3986, section 3.5).
            sign if sign.is_ascii_alphanumeric() || "-._!$&'()*+,;=:@?{}".contains(sign) => {
                token.push(sign);
            }
            sign if sign != '%' && like.contains(sign) => token.push(sign),
            sign => {
                for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
                    token.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    token
}

/// The name of the component that a reference points to or into, and whether it points to the
/// component as a whole. `map` is the pointer of the map of schemes.
pub fn component_in<'t>(map: &str, text: &'t str) -> Option<(Cow<'t, str>, bool)> {
    match local_pointer(text)? {
        Cow::Borrowed(pointer) => {
            let (token, below) = component_token(map, pointer)?;
            Some((name_of(token), below.is_empty()))
        }
        Cow::Owned(pointer) => {
            let (token, below) = component_token(map, &pointer)?;
            let name = name_of(token).into_owned();
            Some((Cow::Owned(name), below.is_empty()))
        }
    }
}

/// The pointer of the map of schemes.
pub fn schemes_pointer(tree: &Tree, model: &Model) -> &'static str {
    match model.kind {
        DocumentKind::Fragment(Fragment::Schemes) => "",
        DocumentKind::Fragment(Fragment::Components)
            if tree.root().get("securitySchemes").is_some() =>
        {
            "/securitySchemes"
        }
        _ => "/components/securitySchemes",
    }
}

/// The first token below the map of schemes, and the rest of the pointer.
pub(super) fn component_token<'p>(map: &str, pointer: &'p str) -> Option<(&'p str, &'p str)> {
    let below = pointer.strip_prefix(map)?.strip_prefix('/')?;
    let end = below.find('/').unwrap_or(below.len());
    Some(below.split_at(end))
}

/// The key that a token of the text of a reference stands for.
pub fn decoded_name(token: &str) -> String {
    name_of(&percent_decoded(token)).into_owned()
}

/// The key that a token of a JSON Pointer stands for.
pub(super) fn name_of(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(pointer_key(token))
    } else {
        Cow::Borrowed(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_a_reference_are_where_they_are_written() {
        for (text, expected) in [
            ("#/a/b", "a=a b=b"),
            ("x.yaml#/a~1b/c%20d", "a~1b=a/b c%20d=c d"),
            ("#/a%2Fb", "a=a b=b"),
            ("#/a%2Db/%e2%82%ac", "a%2Db=a-b %e2%82%ac=\u{20ac}"),
            ("#/", "="),
            ("#/a//b", "a=a = b=b"),
            ("#/%zz%", "%zz%=%zz%"),
            ("#name", ""),
            ("x.yaml", ""),
            ("", ""),
        ] {
            let tokens: Vec<String> = (tokens(text).iter())
                .map(|token| format!("{}={}", &text[token.range.clone()], token.name))
                .collect();
            assert_eq!(tokens.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_key_is_read_back_from_its_token() {
        for (name, token) in [
            ("read:pets", "read:pets"),
            ("a/b~c", "a~1b~0c"),
            ("\u{e4} b%{x}", "%C3%A4%20b%25{x}"),
        ] {
            assert_eq!(token_of(name, ""), token);
            let back = tokens(&format!("#/{token}"));
            assert_eq!(back.first().map(|token| &*token.name), Some(name));
        }
        assert_eq!(token_of("a[\u{e4}]%", "x[y]\u{e4}%41"), "a[\u{e4}]%25");
    }
}
