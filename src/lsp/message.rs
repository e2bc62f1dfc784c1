//! What a body says: JSON-RPC 2.0, section 4 and 5.

use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::frames::Incoming;
use super::lenient_params;

/// A message of the client.
#[derive(Debug)]
pub enum Message {
    /// A request, or a notification when it has no id.
    Call(Request),
    /// The answer to a request of ours.
    Response(Response),
    /// A broken answer. It gets none: two sides that answer each other's errors never stop.
    Ignored,
    /// Something that is no message, with the answer to it.
    Invalid(Response),
}

/// Reads what has arrived.
pub fn read(incoming: Incoming) -> Message {
    match incoming {
        Incoming::Body(body) => read_body(&body),
        Incoming::Garbage(reason) => invalid(Id::Null, ErrorCode::ParseError, reason),
        Incoming::TooLong(bytes) => {
            let reason = format!("a body of {bytes} bytes is over the limit and was skipped");
            invalid(Id::Null, ErrorCode::InvalidRequest, reason)
        }
    }
}

fn read_body(body: &[u8]) -> Message {
    let refuse = |reason: &str| invalid(Id::Null, ErrorCode::InvalidRequest, reason.to_owned());
    match serde_json::from_slice(body) {
        Ok(Value::Object(message)) => read_object(message),
        Ok(Value::Array(_)) => {
            refuse("batches are not part of the protocol: send one message at a time")
        }
        Ok(_) => refuse("a message is an object"),
        Err(error) => invalid(Id::Null, ErrorCode::ParseError, error.to_string()),
    }
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
    // A field that is `null` is there, but for the method.
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
        lenient_params::make_readable(&mut params);
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    Message::Call(request.finish())
}

/// The answer to something that is no message.
fn invalid(id: Id, code: ErrorCode, reason: String) -> Message {
    let error = Error {
        code,
        message: reason.into(),
        data: None,
    };
    Message::Invalid(Response::from_error(id, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> i64 {
        match read_body(body.as_bytes()) {
            Message::Invalid(response) => response.error().map_or(0, |error| error.code.code()),
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
}
