//! Bodies that are not JSON: what can be read all the same, and what is lost with the rest.

use tower_lsp::ls_types::Uri;

/// How a character is written that cannot be told, U+FFFD.
const UNKNOWN: &[u8] = b"\\ufffd";

/// A notification that the texts of documents depend on, in a body that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its method.
    pub method: &'static str,
    /// The document that it is about, if that can be told.
    pub uri: Option<Uri>,
}

/// The body with U+FFFD in place of each half of a surrogate pair that stands alone, and with `_` in
/// place of each byte that is not UTF-8; `None` if it has neither. JavaScript writes a character that
/// is cut in two as such a half, which JSON allows and UTF-8 cannot say (RFC 8259, section 8.2), and
/// some editors send the bytes of a file as they are. What counts one for the client still counts
/// one, so its positions fit.
pub fn repaired(body: &[u8]) -> Option<Vec<u8>> {
    let mut repaired: Vec<u8> = body
        .utf8_chunks()
        .flat_map(|chunk| {
            let unknown = vec![b'_'; chunk.invalid().len()];
            chunk.valid().bytes().chain(unknown)
        })
        .collect();
    let halves = lone_halves(&repaired);
    if repaired == body && halves.is_empty() {
        return None;
    }
    for at in halves {
        repaired[at..at + UNKNOWN.len()].copy_from_slice(UNKNOWN);
    }
    Some(repaired)
}

/// Where the escapes are that have no other half beside them.
fn lone_halves(body: &[u8]) -> Vec<usize> {
    let mut lone = Vec::new();
    let mut first_half = None;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &body[at..]) {
        let escape = at + found;
        if found > 0 {
            lone.extend(first_half.take());
        }
        let unit = code_unit(&body[escape..]);
        match unit {
            Some(0xd800..=0xdbff) => lone.extend(first_half.replace(escape)),
            Some(0xdc00..=0xdfff) if first_half.take().is_none() => lone.push(escape),
            Some(0xdc00..=0xdfff) => {}
            _ => lone.extend(first_half.take()),
        }
        let length = if unit.is_some() { 6 } else { 2 };
        at = (escape + length).min(body.len());
    }
    lone.extend(first_half);
    lone
}

/// The number of an escape `\u1234`.
fn code_unit(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// What is lost with a body that cannot be read. In JSON the quotes of a text are escaped, so no
/// text of a document can be taken for these names.
pub fn lost(body: &[u8]) -> Option<Lost> {
    let methods = [
        ("\"textDocument/didOpen\"", "textDocument/didOpen"),
        ("\"textDocument/didChange\"", "textDocument/didChange"),
        ("\"textDocument/didClose\"", "textDocument/didClose"),
    ];
    let is_named = |name: &str| memchr::memmem::find(body, name.as_bytes()).is_some();
    let (_, method) = methods.into_iter().find(|(name, _)| is_named(name))?;
    Some(Lost {
        method,
        uri: uri(body),
    })
}

fn uri(body: &[u8]) -> Option<Uri> {
    let key = b"\"uri\"";
    let after = &body[memchr::memmem::find(body, key)? + key.len()..];
    let value = after.trim_ascii_start().strip_prefix(b":")?;
    let value = value.trim_ascii_start().strip_prefix(b"\"")?;
    let value = &value[..memchr::memchr(b'"', value)?];
    std::str::from_utf8(value).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    #[test]
    fn a_half_of_a_pair_that_stands_alone_is_one_unknown_character() {
        for (written, expected) in [
            (r"\ud83d", "\u{fffd}"),
            (r"\uDD11", "\u{fffd}"),
            (r"a\ud83db", "a\u{fffd}b"),
            (r"\ud83d\ud83d\udd11", "\u{fffd}\u{1f511}"),
            (r"\ud83d\udd11\udd11", "\u{1f511}\u{fffd}"),
            (r"\ud83d\n\udd11", "\u{fffd}\n\u{fffd}"),
            (r"\ud83dx\udd11", "\u{fffd}x\u{fffd}"),
            (r"\\ud83d\ud83d", "\\ud83d\u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
        ] {
            let body = format!("\"{written}\"");
            assert!(serde_json::from_str::<Value>(&body).is_err(), "{written}");
            let repaired = repaired(body.as_bytes()).unwrap();
            let read: String = serde_json::from_slice(&repaired).unwrap();
            assert_eq!(read, expected, "{written}");
        }
        for written in [r"\ud83d\udd11", r"\\ud83d", "plain", r"\u00e4\\"] {
            assert_eq!(repaired(written.as_bytes()), None, "{written}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_unknown_too() {
        let repaired = repaired(b"\"a\xff\xfeb\\ud83d\"").unwrap();
        let read: String = serde_json::from_slice(&repaired).unwrap();
        assert_eq!(read, "a__b\u{fffd}");
    }

    #[test]
    fn a_lost_change_is_known_by_its_method_and_document() {
        let body = br#"{"method":"textDocument/didChange","params":{"textDocument":{"uri" : "file:///w/a.yaml","version":2},"contentChanges":[{"text":"\"uri\": \"file:///x\""#;
        let lost = lost(body).unwrap();
        assert_eq!(lost.method, "textDocument/didChange");
        assert_eq!(lost.uri.unwrap().as_str(), "file:///w/a.yaml");
        let text = br#"{"method":"x","params":{"text":"\"textDocument/didChange\""#;
        assert_eq!(super::lost(text), None);
    }
}
