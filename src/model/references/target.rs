//! Parses the text of a `$ref`.

use std::borrow::Cow;

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

/// A text with its percent-encoded bytes decoded.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = (after.get(..2))
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
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
