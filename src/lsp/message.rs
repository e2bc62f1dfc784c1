//! Reads the body of a message (JSON-RPC 2.0, sections 4 and 5).

mod damaged;

use std::fmt::Write;
use std::str::FromStr;

use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::ls_types::Uri;

use super::announced;
use super::frames::Incoming;

/// The version of a document for which the client gives none.
pub const NO_VERSION: i32 = i32::MIN;

/// A message of the client.
#[derive(Debug)]
pub enum Message {
    /// A request, or a notification when it has no id.
    Call(Request),
    /// The response to a request of ours.
    Response(Response),
    /// A malformed response. It is not answered: two sides that answer each other's errors never
    /// stop.
    Ignored,
    /// A malformed message, with the error to send back.
    Invalid(Response),
    /// The same, and the texts of documents depend on it.
    Lost(Response, UnreadableNotification),
}

/// A notification that cannot be read, or whose parameters are not those of the protocol.
#[derive(Debug)]
pub struct UnreadableNotification {
    /// Its method.
    pub method: String,
    /// The document that it is about, if that can be read.
    pub uri: Option<Uri>,
    /// The version that the document has by it, if that can be read.
    pub version: Option<i32>,
    /// Why it cannot be read.
    pub reason: String,
}

/// Reads what has arrived on the input.
pub fn read(incoming: Incoming) -> Message {
    match incoming {
        Incoming::Body(body) => read_body(&body),
        Incoming::Garbage { reason, skipped } => {
            unreadable(&skipped, ErrorCode::ParseError, reason)
        }
        Incoming::TooLong { bytes, start } => {
            let reason = format!("a body of {bytes} bytes is over the limit and was skipped");
            unreadable(&start, ErrorCode::InvalidRequest, reason)
        }
    }
}

fn read_body(body: &[u8]) -> Message {
    let refuse = |reason: &str| invalid(Id::Null, ErrorCode::InvalidRequest, reason.to_owned());
    let read = serde_json::from_slice(body).or_else(|error| match damaged::repaired(body) {
        Some(repaired) => serde_json::from_slice(&repaired),
        None => Err(error),
    });
    match read {
        Ok(Value::Object(message)) => read_object(message),
        Ok(Value::Array(_)) => {
            refuse("batches are not part of the protocol: send one message at a time")
        }
        Ok(_) => refuse("a message is an object"),
        Err(error) => unreadable(body, ErrorCode::ParseError, error.to_string()),
    }
}

/// What is done with the first bytes of a body that cannot be read.
fn unreadable(body: &[u8], code: ErrorCode, reason: String) -> Message {
    let response = error_response(Id::Null, code, reason.clone());
    let Some(lost) = damaged::lost(body) else {
        return Message::Invalid(response);
    };
    let notification = UnreadableNotification {
        method: lost.method.to_owned(),
        uri: lost.uri,
        version: None,
        reason,
    };
    Message::Lost(response, notification)
}

fn read_object(mut message: Map<String, Value>) -> Message {
    let id = match message.get("id").cloned().map(serde_json::from_value) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            let reason = "`id` must be an integer or a string".to_owned();
            return invalid(Id::Null, ErrorCode::InvalidRequest, reason);
        }
    };
    // A `null` counts as present, except for the method.
    let method = message.remove("method").filter(|method| !method.is_null());
    if method.is_none() && (message.contains_key("result") || message.contains_key("error")) {
        let response = serde_json::from_value(Value::Object(message));
        return response.map_or(Message::Ignored, Message::Response);
    }
    let refuse = |id: Option<Id>, reason: &str| {
        let id = id.unwrap_or(Id::Null);
        invalid(id, ErrorCode::InvalidRequest, reason.to_owned())
    };
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return refuse(id, "`jsonrpc` must be \"2.0\"");
    }
    let Some(Value::String(method)) = method else {
        return refuse(id, "neither a request, a notification nor an answer");
    };
    let mut request = Request::build(method);
    if let Some(mut params) = message.remove("params") {
        make_readable(&mut params);
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    Message::Call(request.finish())
}

/// The error to send back for a malformed message.
fn invalid(id: Id, code: ErrorCode, reason: String) -> Message {
    Message::Invalid(error_response(id, code, reason))
}

fn error_response(id: Id, code: ErrorCode, reason: String) -> Response {
    let error = Error {
        code,
        message: reason.into(),
        data: None,
    };
    Response::from_error(id, error)
}

/// Repairs parameters that the protocol's types refuse although their meaning is clear. Some editors
/// do not escape `[`, `|` or blanks in file names, which RFC 3986 does not allow, and some do not
/// count versions.
fn make_readable(params: &mut Value) {
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
    announced::keep(params);
    if params.get("contentChanges").is_some() || params.pointer("/textDocument/text").is_some() {
        add_version(params);
    }
}

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

/// Escapes every character that a URI may not contain.
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

    fn code(body: &str) -> i64 {
        match read_body(body.as_bytes()) {
            Message::Invalid(response) | Message::Lost(response, _) => {
                response.error().map_or(0, |error| error.code.code())
            }
            Message::Call(_) => 1,
            Message::Response(_) => 2,
            Message::Ignored => 3,
        }
    }

    #[test]
    fn what_is_no_message_is_refused_with_the_right_code() {
        for (body, expected) in [
            (r#"{"jsonrpc":"2.0","method":"m"}"#, 1),
            (
                r#"{"jsonrpc":"2.0","method":"m","params":{"a":[1]},"id":"x"}"#,
                1,
            ),
            (r#"{"jsonrpc":"2.0","method":"m\u0061","id":null}"#, 1),
            (r#"{"jsonrpc":"2.0","id":1,"result":null}"#, 2),
            (
                r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
                2,
            ),
            (
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}"#,
                2,
            ),
            (r#"{"jsonrpc":"2.0","error":{"code":1,"message":""}}"#, 3),
            (r#"{"jsonrpc":"2.0","id":1,"error":"x"}"#, 3),
            ("", -32700),
            ("{", -32700),
            (r#"{"jsonrpc":"2.0","method":"m"} x"#, -32700),
            ("\u{0}", -32700),
            ("[]", -32600),
            (r#"[{"jsonrpc":"2.0","method":"m","id":1}]"#, -32600),
            ("3", -32600),
            ("null", -32600),
            ("{}", -32600),
            (r#"{"jsonrpc":"2.0"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
            (r#"{"jsonrpc":"1.0","method":"m","id":1}"#, -32600),
            (r#"{"jsonrpc":"2.0","method":1,"id":1}"#, -32600),
            (r#"{"jsonrpc":"2.0","method":"m","id":{}}"#, -32600),
            (r#"{"jsonrpc":"2.0","method":"m","id":1.5}"#, -32600),
        ] {
            assert_eq!(code(body), expected, "{body}");
        }
        assert!(matches!(read_body(b"\"\xff\""), Message::Invalid(_)));
    }

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
