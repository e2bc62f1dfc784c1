//! Parameters that the protocol's types refuse though it is clear what is meant. Some editors leave
//! `[`, `|` or blanks in file names as they are, which RFC 3986 does not allow, and some do not
//! count versions; such files are served all the same.

use std::fmt::Write;
use std::str::FromStr;

use serde_json::Value;
use tower_lsp::ls_types::Uri;

/// Stands where the client gives no version.
pub const NO_VERSION: i32 = i32::MIN;

/// Escapes the URIs of a document and of folders in parameters and fills in the version of a
/// document, where that is needed to read them.
pub fn make_readable(params: &mut Value) {
    for pointer in ["/textDocument/uri", "/rootUri"] {
        if let Some(value) = params.pointer_mut(pointer) {
            make_uri_readable(value);
        }
    }
    if let Some(Value::Array(folders)) = params.pointer_mut("/workspaceFolders") {
        for folder in folders {
            if let Some(value) = folder.get_mut("uri") {
                make_uri_readable(value);
            }
        }
    }
    if params.get("contentChanges").is_some() || params.pointer("/textDocument/text").is_some() {
        add_version(params);
    }
}

/// Only a document that is opened or changed needs a version.
fn add_version(params: &mut Value) {
    let Some(Value::Object(document)) = params.get_mut("textDocument") else {
        return;
    };
    let version = document.get("version").and_then(Value::as_i64);
    if version.is_none_or(|version| i32::try_from(version).is_err()) {
        document.insert("version".to_owned(), NO_VERSION.into());
    }
}

fn make_uri_readable(value: &mut Value) {
    if let Value::String(text) = value
        && Uri::from_str(text).is_err()
    {
        *text = escaped(text);
    }
}

/// The same with everything escaped that cannot stand in a URI as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, byte) in text.bytes().enumerate() {
        let is_allowed = match byte {
            b'%' => text.as_bytes()[at + 1..]
                .first_chunk::<2>()
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte),
        };
        if is_allowed {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_what_cannot_stand_in_a_uri_is_escaped() {
        for (text, expected) in [
            ("file:///a/[id]/b c.yaml", "file:///a/%5Bid%5D/b%20c.yaml"),
            ("file:///a/%5Bid]%.yaml", "file:///a/%5Bid%5D%25.yaml"),
            ("file:///\u{e9}", "file:///%C3%A9"),
            ("file:///a.yaml#x", "file:///a.yaml#x"),
        ] {
            assert_eq!(escaped(text), expected);
            assert!(Uri::from_str(expected).is_ok());
        }
    }

    #[test]
    fn only_what_is_opened_or_changed_gets_a_version() {
        for (text, expected) in [
            (
                r#"{"contentChanges":[],"textDocument":{"version":3}}"#,
                Some(3),
            ),
            (
                r#"{"contentChanges":[],"textDocument":{"version":null}}"#,
                Some(NO_VERSION),
            ),
            (
                r#"{"contentChanges":[],"textDocument":{"version":1.5}}"#,
                Some(NO_VERSION),
            ),
            (
                r#"{"textDocument":{"text":"","version":99999999999}}"#,
                Some(NO_VERSION),
            ),
            (r#"{"textDocument":{"text":""}}"#, Some(NO_VERSION)),
            (r#"{"textDocument":{"uri":"file:///a"}}"#, None),
            ("[]", None),
        ] {
            let mut params: Value = serde_json::from_str(text).unwrap();
            make_readable(&mut params);
            let version = params.pointer("/textDocument/version");
            assert_eq!(version, expected.map(Value::from).as_ref(), "{text}");
        }
    }
}
