//! URIs that are none. Some editors leave `[`, `|` or blanks in file names as they are, which RFC
//! 3986 does not allow and the protocol's types refuse; a file is not to be deaf for its name.

use std::fmt::Write;
use std::str::FromStr;

use serde_json::Value;
use tower_lsp::ls_types::Uri;

/// Escapes the URIs of a document and of folders in parameters, where that is needed to read them.
pub fn repair(params: &mut Value) {
    for pointer in ["/textDocument/uri", "/rootUri"] {
        if let Some(value) = params.pointer_mut(pointer) {
            repair_one(value);
        }
    }
    if let Some(Value::Array(folders)) = params.pointer_mut("/workspaceFolders") {
        for folder in folders {
            if let Some(value) = folder.get_mut("uri") {
                repair_one(value);
            }
        }
    }
}

fn repair_one(value: &mut Value) {
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
}
