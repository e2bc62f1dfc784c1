//! Splits the input into message bodies. After malformed input, reading goes on at the next header.

use std::io::{ErrorKind, Read};

use memchr::memmem;

/// Bodies longer than this are skipped.
pub const MAX_BODY_BYTES: usize = 128 << 20;

/// A longer line is not a header.
const MAX_LINE_BYTES: usize = 8 << 10;

/// So much is kept of what is skipped: enough to see which document a lost change belongs to.
const MAX_SKIPPED_BYTES: usize = 64 << 10;

const READ_BYTES: usize = 64 << 10;
const LENGTH: &[u8] = b"content-length";
const HEADER: &[u8] = b"Content-Length: ";

/// What has arrived.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// The body of a message.
    Body(Vec<u8>),
    /// Bytes that are no message. Reading goes on at the next header.
    Garbage {
        /// Why they are none.
        reason: String,
        /// The first of those bytes.
        skipped: Vec<u8>,
    },
    /// A body over the limit. It is skipped.
    TooLong {
        /// Its announced length in bytes.
        bytes: u64,
        /// What has arrived of it.
        start: Vec<u8>,
    },
}

/// A line of a header.
enum Line {
    /// The empty line after the header.
    Blank,
    Length(u64),
    /// Another field, such as `Content-Type`.
    Other,
    Garbage(String),
}

/// The messages of an input.
#[derive(Debug)]
pub struct Frames<R> {
    input: R,
    buffer: Vec<u8>,
    /// Bytes of the buffer before this offset are consumed.
    at: usize,
    /// Bytes of the buffer before this offset have arrived.
    end: usize,
    has_ended: bool,
}

impl<R: Read> Frames<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            end: 0,
            has_ended: false,
        }
    }

    /// Waits for the next message; `None` at the end of the input.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<Incoming> {
        let mut length = None;
        let mut fields = 0;
        loop {
            match self.line()? {
                Line::Length(bytes) => length = Some(bytes),
                Line::Other => fields += 1,
                // Blank lines between messages are harmless.
                Line::Blank if length.is_none() && fields == 0 => {}
                Line::Blank => break,
                Line::Garbage(reason) => {
                    let skipped = self.seek_header(1);
                    return Some(Incoming::Garbage { reason, skipped });
                }
            }
        }
        let Some(length) = length else {
            // What follows may be the next message.
            let skipped = self.seek_header(0);
            let reason = "a header without `Content-Length`".to_owned();
            return Some(Incoming::Garbage { reason, skipped });
        };
        match usize::try_from(length) {
            Ok(bytes) if bytes <= MAX_BODY_BYTES => self.body(bytes),
            _ => {
                // The announced length may be wrong: nothing more may come for now.
                let start = self.rest()[..self.rest().len().min(MAX_SKIPPED_BYTES)].to_vec();
                let bytes = length;
                self.skip(bytes);
                Some(Incoming::TooLong { bytes, start })
            }
        }
    }

    /// The next line. It is consumed unless it is garbage. A bare `\n` ends a line too.
    fn line(&mut self) -> Option<Line> {
        let mut seen = 0;
        let end = loop {
            let rest = self.rest();
            if let Some(end) = memchr::memchr(b'\n', &rest[seen..]) {
                break seen + end;
            }
            seen = rest.len();
            if seen > MAX_LINE_BYTES {
                return Some(Line::Garbage("a header line without an end".to_owned()));
            }
            if !self.fill() {
                return None;
            }
        };
        let line = classify(&self.rest()[..end]);
        if !matches!(line, Line::Garbage(_)) {
            self.at += end + 1;
        }
        Some(line)
    }

    fn body(&mut self, length: usize) -> Option<Incoming> {
        let mut body = Vec::with_capacity(length);
        body.extend_from_slice(&self.rest()[..length.min(self.rest().len())]);
        self.at += body.len();
        let missing = (length - body.len()) as u64;
        // A read error is treated as the end of the input.
        let _ = self.input.by_ref().take(missing).read_to_end(&mut body);
        self.has_ended |= body.len() < length;
        // JSON cannot contain a raw header (line breaks in strings are escaped), so the announced
        // length was too large and would swallow the next message.
        if let Some(header) = header_in(&body, &body).or_else(|| header_cut_off(&body)) {
            self.put_back(&body[header..]);
            body.truncate(header);
            return Some(Incoming::Body(body));
        }
        (body.len() == length).then_some(Incoming::Body(body))
    }

    fn put_back(&mut self, bytes: &[u8]) {
        self.buffer = [bytes, self.rest()].concat();
        self.at = 0;
        self.end = self.buffer.len();
    }

    /// Skips a body, but stops at a header.
    fn skip(&mut self, length: u64) {
        let mut left = length;
        loop {
            let rest = self.rest();
            let within = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if let Some(header) = header_in(&rest[..within], rest) {
                self.at += header;
                return;
            }
            // A header may have arrived in part.
            let keep = if within as u64 == left { 0 } else { 64 };
            let passed = within.saturating_sub(keep);
            self.at += passed;
            left -= passed as u64;
            if left == 0 || !self.fill() {
                return;
            }
        }
    }

    /// Skips to the next `Content-Length`, and at least so many bytes, which are garbage. Returns
    /// the first ones of what is skipped.
    fn seek_header(&mut self, garbage: usize) -> Vec<u8> {
        let mut skipped = Vec::new();
        self.skip_bytes(garbage, &mut skipped);
        loop {
            let rest = self.rest();
            if let Some(found) = rest
                .windows(LENGTH.len())
                .position(|window| window.eq_ignore_ascii_case(LENGTH))
            {
                self.skip_bytes(found, &mut skipped);
                return skipped;
            }
            let passed = rest.len().saturating_sub(LENGTH.len() - 1);
            self.skip_bytes(passed, &mut skipped);
            if !self.fill() {
                return skipped;
            }
        }
    }

    /// Passes over so many bytes that have arrived, and keeps them as long as there is room.
    fn skip_bytes(&mut self, count: usize, skipped: &mut Vec<u8>) {
        let count = count.min(self.rest().len());
        let room = MAX_SKIPPED_BYTES.saturating_sub(skipped.len());
        skipped.extend_from_slice(&self.rest()[..count.min(room)]);
        self.at += count;
    }

    /// What has arrived and is not consumed.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// Reads more; `false` at the end of the input.
    fn fill(&mut self) -> bool {
        if self.has_ended {
            return false;
        }
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        if self.end == self.buffer.len() {
            // Double the size, so that a long body is not moved again and again.
            self.buffer.resize(READ_BYTES.max(2 * self.end), 0);
        } else if self.end == 0 && self.buffer.len() > 16 * READ_BYTES {
            self.buffer = vec![0; READ_BYTES];
        }
        let got = loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(got) => break got,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break 0,
            }
        };
        self.end += got;
        self.has_ended = got == 0;
        got > 0
    }
}

fn classify(line: &[u8]) -> Line {
    let line = line.trim_ascii();
    if line.is_empty() {
        return Line::Blank;
    }
    let garbage = || {
        let shown: String = String::from_utf8_lossy(line).chars().take(40).collect();
        Line::Garbage(format!("`{shown}` is no header"))
    };
    let Some(colon) = memchr::memchr(b':', line) else {
        return garbage();
    };
    let name = line[..colon].trim_ascii();
    if name.eq_ignore_ascii_case(LENGTH) {
        let digits = line[colon + 1..].trim_ascii();
        return match std::str::from_utf8(digits).ok().map(str::parse) {
            Some(Ok(length)) => Line::Length(length),
            _ => garbage(),
        };
    }
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
    // Garbage may run into the name: `}Content-Length`, `xContent-Length`.
    let is_run_into = name.to_ascii_lowercase().ends_with(LENGTH);
    if !name.is_empty() && name.len() < 64 && name.iter().all(is_token) && !is_run_into {
        Line::Other
    } else {
        garbage()
    }
}

/// The offset in `body` of a raw `Content-Length: 12` with its line break. The line break may be
/// past the body, in `rest`, which starts where the body starts.
fn header_in(body: &[u8], rest: &[u8]) -> Option<usize> {
    memmem::find_iter(body, HEADER).find(|found| {
        let after = &rest[found + HEADER.len()..];
        let digits = after
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        digits > 0 && matches!(after[digits..], [b'\n', ..] | [b'\r', b'\n', ..])
    })
}

/// The offset of the first bytes of a header at the very end of `body`. No JSON object or array
/// ends with those.
fn header_cut_off(body: &[u8]) -> Option<usize> {
    let line = body.strip_suffix(b"\r").unwrap_or(body);
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let name = &line[..line.len() - digits.count()];
    if name.ends_with(HEADER) {
        return Some(name.len() - HEADER.len());
    }
    let cut = (1..HEADER.len()).find(|cut| body.ends_with(&HEADER[..*cut]))?;
    Some(body.len() - cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns its bytes one at a time, as a slow pipe may.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn all(bytes: &[u8]) -> Vec<String> {
        let shown = |incoming| match incoming {
            Incoming::Body(body) => String::from_utf8_lossy(&body).into_owned(),
            Incoming::Garbage { .. } => "GARBAGE".to_owned(),
            Incoming::TooLong { .. } => "TOO LONG".to_owned(),
        };
        let mut at_once = Frames::new(bytes);
        let mut by_drops = Frames::new(Drops(bytes));
        let at_once: Vec<_> = std::iter::from_fn(|| at_once.next()).map(shown).collect();
        let by_drops: Vec<_> = std::iter::from_fn(|| by_drops.next()).map(shown).collect();
        assert_eq!(at_once, by_drops);
        at_once
    }

    #[test]
    fn headers_in_any_order_case_and_line_end() {
        for header in [
            "Content-Length: 2\r\n\r\n",
            "content-length:2\n\n",
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
            "CONTENT-LENGTH : 2\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n",
            "\r\n\r\nX-Other: 1\r\nContent-Length: 02 \r\n\r\n",
        ] {
            let twice = format!("{header}{{}}{header}[]");
            assert_eq!(all(twice.as_bytes()), ["{}", "[]"], "{header:?}");
        }
    }

    #[test]
    fn reading_goes_on_at_the_next_header() {
        let good = "Content-Length: 2\r\n\r\n{}";
        for bad in [
            "hello\r\n",
            "hello",
            "{\"jsonrpc\":\"2.0\"}\n",
            "Content-Length: minus one\r\n\r\n",
            "Content-Length: -1\r\n\r\n{}",
            "Content-Type: text\r\n\r\n{}",
            // Not even a body comes before the next message.
            "Content-Type: text\r\n\r\n",
            "\u{0}\u{1}\u{2}",
            // One byte too few was announced.
            "\"}}",
        ] {
            let text = format!("{bad}{good}{good}");
            assert_eq!(all(text.as_bytes()), ["GARBAGE", "{}", "{}"], "{bad:?}");
        }
        let long = "x".repeat(3 * MAX_LINE_BYTES) + good;
        assert_eq!(all(long.as_bytes()), ["GARBAGE", "{}"]);
    }

    #[test]
    fn a_length_that_is_too_large_does_not_swallow_the_next_message() {
        for length in [3, 8, 18, 19, 20, 21, 23] {
            let text = format!("Content-Length: {length}\r\n\r\n{{}}Content-Length: 2\r\n\r\n[]");
            assert_eq!(all(text.as_bytes()), ["{}", "[]"], "{length}");
        }
        let text = "Content-Length: 2000000000\r\n\r\n{}Content-Length: 2\r\n\r\n[]";
        assert_eq!(all(text.as_bytes()), ["TOO LONG", "[]"]);
        let text = "Content-Length: 99999999999999999999999\r\n\r\n{}Content-Length: 2\r\n\r\n[]";
        assert_eq!(all(text.as_bytes()), ["GARBAGE", "[]"]);
    }

    #[test]
    fn a_body_may_speak_of_headers() {
        for length in [0, 3 * READ_BYTES] {
            let words = "x".repeat(length);
            let body = format!(r#"{{"text":"{words}Content-Length: 2\r\n\r\n{{}}{words}"}}"#);
            let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
            let twice = text.repeat(2);
            assert_eq!(all(twice.as_bytes()), [body.clone(), body]);
        }
    }

    #[test]
    fn a_long_body_is_read_as_a_short_one() {
        let body = "x".repeat(3 * READ_BYTES);
        let length = body.len();
        let good = "Content-Length: 2\r\n\r\n{}";
        let text = format!("{good}Content-Length: {length}\r\n\r\n{body}{good}");
        assert_eq!(all(text.as_bytes()), ["{}", &body, "{}"]);
        // A length that is too large, and an end that comes too early.
        for more in [1, 8, 16, 17, 18, 19, 23] {
            let more = length + more;
            let text = format!("Content-Length: {more}\r\n\r\n{body}{good}");
            assert_eq!(all(text.as_bytes()), [&*body, "{}"], "{more}");
        }
        let text = format!("Content-Length: {}\r\n\r\n{body}", length + 1);
        assert!(all(text.as_bytes()).is_empty());
    }

    #[test]
    fn the_end_of_the_input_is_the_end() {
        assert!(all(b"").is_empty());
        assert!(all(b"Content-Length: 9\r\n\r\n{}").is_empty());
        assert!(all(b"Content-Le").is_empty());
    }
}
