//! Malformed messages are answered with an error, and the next message is served.

use serde_json::{Value, json};

use crate::driver::Session;

/// Sends bytes and returns the code of the error with `id: null` that answers them; afterwards the
/// server must serve as before.
fn refused(session: &mut Session, bytes: &[u8]) -> Value {
    session.write(bytes);
    let id = session.request("test/next", json!({}));
    let first = session.next().unwrap();
    assert_eq!(first["jsonrpc"], "2.0");
    assert!(first["id"].is_null(), "{first}");
    let second = session.next().unwrap();
    assert_eq!(second["id"], id, "{second}");
    first["error"]["code"].clone()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn bodies_that_are_no_json_are_parse_errors() {
    let mut session = Session::with(json!({}));
    for body in [
        &b""[..],
        b"{",
        b"hello",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"test/x\",}",
        b"{\"jsonrpc\":\"2.0\",\xff\xfe\"method\":\"test/x\"}",
        b"\xef\xbb\xbf{}",
    ] {
        let code = refused(&mut session, &framed(body));
        assert_eq!(code, -32700, "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn json_that_is_no_message_is_an_invalid_request() {
    let mut session = Session::with(json!({}));
    for body in [
        "[]",
        "3",
        "null",
        "\"text\"",
        "{}",
        r#"[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]"#,
        r#"{"jsonrpc":"2.0","method":7}"#,
        r#"{"jsonrpc":"2.0","method":"test/x","id":{}}"#,
        r#"{"jsonrpc":"1.0","method":"test/x"}"#,
    ] {
        let code = refused(&mut session, &framed(body.as_bytes()));
        assert_eq!(code, -32600, "{body}");
    }
}

#[test]
fn headers_that_are_none_are_passed_over() {
    let mut session = Session::with(json!({}));
    for bytes in [
        "hello\r\n\r\n",
        "{\"jsonrpc\":\"2.0\",\"method\":\"test/without-header\"}",
        "Content-Length: ten\r\n\r\n",
        "Content-Length: -10\r\n\r\n{}",
        "Content-Type: application/vscode-jsonrpc\r\n\r\n{}",
        "Content-Length 2\r\n\r\n{}",
        "\u{1}\u{2}\u{3}\r\n",
        "Content-Length: 99999999999999999999999999\r\n\r\n{}",
    ] {
        let code = refused(&mut session, bytes.as_bytes());
        assert_eq!(code, -32700, "{bytes:?}");
    }
}

#[test]
fn a_wrong_length_costs_no_other_message() {
    let mut session = Session::with(json!({}));
    let body = r#"{"jsonrpc":"2.0","id":"x","method":"test/x"}"#;
    // One byte too few: the body is cut off, and its last byte comes before the next header.
    let short = format!("Content-Length: {}\r\n\r\n{body}", body.len() - 1);
    session.write(short.as_bytes());
    let id = session.request("test/next", json!({}));
    assert_eq!(session.next().unwrap()["error"]["code"], -32700);
    assert_eq!(session.next().unwrap()["error"]["code"], -32700);
    assert_eq!(session.next().unwrap()["id"], id);
    // Too many: the next header is inside the announced body.
    for more in [1, 10, 20, 25] {
        let long = format!("Content-Length: {}\r\n\r\n{body}", body.len() + more);
        session.write(long.as_bytes());
        let id = session.request("test/next", json!({}));
        assert_eq!(session.next().unwrap()["id"], "x", "{more}");
        assert_eq!(session.next().unwrap()["id"], id, "{more}");
    }
}

#[test]
fn a_body_over_the_limit_is_skipped() {
    let mut session = Session::with(json!({}));
    let length = 200 << 20;
    session.write(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    let megabyte = vec![b' '; 1 << 20];
    for _ in 0..200 {
        session.write(&megabyte);
    }
    let id = session.request("test/next", json!({}));
    let first = session.next().unwrap();
    assert_eq!(first["error"]["code"], -32600, "{first}");
    assert!(first["id"].is_null());
    assert_eq!(session.next().unwrap()["id"], id);
    // A length that is wrong does not swallow what follows.
    let code = refused(&mut session, b"Content-Length: 4000000000\r\n\r\n{}");
    assert_eq!(code, -32600);
}

#[test]
fn headers_are_read_with_patience() {
    let mut session = Session::with(json!({}));
    let body = r#"{"jsonrpc":"2.0","id":"x","method":"test/x"}"#;
    let length = body.len();
    for header in [
        format!("content-length: {length}\r\n\r\n"),
        format!("CONTENT-LENGTH:{length}\n\n"),
        format!("Content-Type: application/vscode-jsonrpc\r\nContent-Length: {length}\r\n\r\n"),
        format!(
            "Content-Length: {length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"
        ),
        format!("Content-Type: x; charset=utf8\r\nX-More: yes\r\nContent-Length: {length}\r\n\r\n"),
        format!("\r\n\r\nContent-Length: {length} \r\n\r\n"),
    ] {
        session.write(format!("{header}{body}").as_bytes());
        let answer = session.next().unwrap();
        assert_eq!(answer["id"], "x", "{header:?}");
        assert_eq!(answer["error"]["code"], -32601, "{header:?}");
    }
}

#[test]
fn a_message_may_come_byte_by_byte() {
    let mut session = Session::with(json!({}));
    let body = r#"{"jsonrpc":"2.0","id":"é","method":"test/x"}"#;
    for byte in framed(body.as_bytes()) {
        session.write(&[byte]);
    }
    assert_eq!(session.next().unwrap()["id"], "é");
}

#[test]
fn answers_that_nobody_waits_for_are_passed_over() {
    let mut session = Session::with(json!({}));
    for body in [
        r#"{"jsonrpc":"2.0","id":99,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":"x","result":[]}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}"#,
        r#"{"jsonrpc":"2.0","error":"broken"}"#,
    ] {
        session.write_body(body);
    }
    assert_eq!(session.until_now(), Vec::<Value>::new());
}

#[test]
fn parameters_of_the_wrong_shape_are_refused_by_name() {
    let mut session = Session::with(json!({}));
    for params in [json!(3), json!([]), json!({"textDocument": 1}), json!("x")] {
        let answer = session.answer("textDocument/hover", params);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    session.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": "no uri"}}),
    );
    session.notify("textDocument/didChange", json!(1));
    session.assert_alive();
}
