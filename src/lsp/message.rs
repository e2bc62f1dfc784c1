//! What a body says: JSON-RPC 2.0, section 4 and 5.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::repair::repair;

/// A message of the client.
#[derive(Debug)]
pub enum Message<'a> {
    /// A request or a notification.
    Call(Call<'a>),
    /// The answer to a request of ours.
    Response(Response),
    /// A broken answer. It gets none: two sides that answer each other's errors never stop.
    Ignored,
    /// Something that is no message, with the answer to it.
    Invalid(Response),
}

/// A request, or a notification when it has no id.
#[derive(Debug)]
pub struct Call<'a> {
    /// What is asked for.
    pub method: Cow<'a, str>,
    /// What the answer is to be called.
    pub id: Option<Id>,
    /// The parameters as they stand in the body.
    pub params: Option<&'a RawValue>,
}

impl Call<'_> {
    /// The parameters as a handler takes them.
    pub fn parameters<P: DeserializeOwned>(&self) -> serde_json::Result<P> {
        let raw = self.params.map_or("null", |params| params.get());
        serde_json::from_str(raw).or_else(|error| {
            let mut params = serde_json::from_str(raw)?;
            repair(&mut params);
            serde_json::from_value(params).map_err(|_| error)
        })
    }

    /// The same as the framework sees it; an error where the parameters are nested too deeply.
    pub fn into_request(self) -> Result<Request, Response> {
        let mut request = Request::build(self.method.into_owned());
        if let Some(raw) = self.params {
            request = match serde_json::from_str::<serde_json::Value>(raw.get()) {
                Ok(mut params) => {
                    repair(&mut params);
                    request.params(params)
                }
                Err(error) => {
                    let id = self.id.unwrap_or(Id::Null);
                    return Err(failed(id, ErrorCode::ParseError, error.to_string()));
                }
            };
        }
        if let Some(id) = self.id {
            request = request.id(id);
        }
        Ok(request.finish())
    }
}

/// A message as it stands, its parts not yet looked at. A field that is `null` is there.
#[derive(Deserialize)]
struct Envelope<'a> {
    jsonrpc: Option<&'a str>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads a body.
pub fn read(body: &[u8]) -> Message<'_> {
    let Ok(text) = std::str::from_utf8(body) else {
        return invalid(
            Id::Null,
            ErrorCode::ParseError,
            "the body is not UTF-8".into(),
        );
    };
    let envelope: Envelope<'_> = match serde_json::from_str(text) {
        Ok(envelope) => envelope,
        Err(error) => return refuse(text, &error),
    };
    let id = match envelope.id.map(|id| serde_json::from_str(id.get())) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            let words = "`id` must be an integer or a string";
            return invalid(Id::Null, ErrorCode::InvalidRequest, words.into());
        }
    };
    if envelope.method.is_none() && (envelope.result.is_some() || envelope.error.is_some()) {
        return serde_json::from_str(text).map_or(Message::Ignored, Message::Response);
    }
    let reply_to = id.clone().unwrap_or(Id::Null);
    if envelope.jsonrpc != Some("2.0") {
        let words = "`jsonrpc` must be \"2.0\"";
        return invalid(reply_to, ErrorCode::InvalidRequest, words.into());
    }
    let Some(method) = envelope.method else {
        let words = "neither a request, a notification nor an answer";
        return invalid(reply_to, ErrorCode::InvalidRequest, words.into());
    };
    Message::Call(Call {
        method,
        id,
        params: envelope.params,
    })
}

/// The answer to a body that is not one JSON object with fields of the right types.
fn refuse(text: &str, error: &serde_json::Error) -> Message<'static> {
    // Only text that is JSON to its end can be a request that is invalid.
    if serde_json::from_str::<&RawValue>(text).is_err() {
        return invalid(Id::Null, ErrorCode::ParseError, error.to_string());
    }
    let words = if text.trim_start().starts_with('[') {
        "batches are not part of the protocol: send one message at a time".to_owned()
    } else {
        error.to_string()
    };
    invalid(Id::Null, ErrorCode::InvalidRequest, words)
}

/// The answer to something that is no message.
pub fn invalid(id: Id, code: ErrorCode, words: String) -> Message<'static> {
    Message::Invalid(failed(id, code, words))
}

/// An answer that is an error.
pub fn failed(id: Id, code: ErrorCode, words: String) -> Response {
    let error = Error {
        code,
        message: words.into(),
        data: None,
    };
    Response::from_error(id, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> i64 {
        match read(body.as_bytes()) {
            Message::Invalid(response) => response.error().map_or(0, |error| error.code.code()),
            Message::Call(call) => call.into_request().map_or(0, |_| 1),
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
        assert!(matches!(read(b"\"\xff\""), Message::Invalid(_)));
    }
}
