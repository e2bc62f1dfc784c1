//! Tokens of JSON Pointers.

/// A token of a JSON Pointer as the key it means (RFC 6901, section 4).
pub fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
