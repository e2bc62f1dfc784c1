//! A diagnostic as it is written, its numbers apart from its words.

use serde::Serialize;

use super::Content;
use super::spot::{Shifts, Spot};
use crate::lsp::convert;
use crate::rules::finding::Finding;
use crate::text::range::TextRange;

/// A diagnostic that is shown.
#[derive(Debug)]
pub struct Item {
    /// What the analysis calls its finding.
    pub serial: u64,
    range: Range,
    /// Everything after the range as it stands in the message, but for the ranges of the related
    /// places.
    words: Vec<u8>,
    /// The related places, each with where its range stands in the words.
    related: Vec<(usize, Range)>,
}

/// A range with its positions.
#[derive(Debug, Clone, Copy)]
struct Range {
    start: Spot,
    end: Spot,
}

impl Item {
    /// A finding that was not shown yet.
    pub fn new(serial: u64, finding: &Finding, content: &Content<'_>) -> Self {
        let mut item = Self {
            serial,
            range: Range::new(finding.range, content),
            words: Vec::new(),
            related: Vec::new(),
        };
        item.write_words(finding, content);
        item
    }

    /// The same finding after edits.
    pub fn follow(&mut self, finding: &Finding, shifts: &Shifts, content: &Content<'_>) {
        self.range.follow(finding.range, shifts, content);
        for ((_, range), related) in self.related.iter_mut().zip(&finding.related) {
            range.follow(related.range, shifts, content);
        }
    }

    /// About how many bytes it is written as.
    pub fn len(&self) -> usize {
        self.words.len() + (1 + self.related.len()) * RANGE_BYTES
    }

    /// Writes the whole diagnostic, as `serde_json` does.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"range\":");
        self.range.write(out);
        let mut done = 0;
        for (at, range) in &self.related {
            out.extend_from_slice(&self.words[done..*at]);
            range.write(out);
            done = *at;
        }
        out.extend_from_slice(&self.words[done..]);
    }

    fn write_words(&mut self, finding: &Finding, content: &Content<'_>) {
        let constant = convert::constant(finding, content.profile.diagnostic);
        let words = &mut self.words;
        if let Some(severity) = &constant.severity {
            field(words, "severity", severity);
        }
        field(words, "code", finding.rule.id);
        if let Some(link) = &constant.link {
            words.extend_from_slice(b",\"codeDescription\":{\"href\":");
            value(words, link);
            words.push(b'}');
        }
        field(words, "source", convert::SOURCE);
        field(words, "message", &finding.message);
        if !finding.related.is_empty() && content.profile.diagnostic.related {
            words.extend_from_slice(b",\"relatedInformation\":[");
            for (number, related) in finding.related.iter().enumerate() {
                let start: &[u8] = if number == 0 { b"{" } else { b",{" };
                words.extend_from_slice(start);
                words.extend_from_slice(b"\"location\":{\"uri\":");
                value(words, content.uri.as_str());
                words.extend_from_slice(b",\"range\":");
                let range = Range::new(related.range, content);
                self.related.push((words.len(), range));
                words.push(b'}');
                field(words, "message", &related.message);
                words.push(b'}');
            }
            words.push(b']');
        }
        if let Some(tags) = &constant.tags {
            field(words, "tags", tags);
        }
        words.push(b'}');
    }
}

/// A field that is not the first one.
fn field(out: &mut Vec<u8>, name: &str, content: &(impl Serialize + ?Sized)) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    value(out, content);
}

/// Strings and numbers, which cannot fail to be written to memory.
pub fn value(out: &mut Vec<u8>, content: &(impl Serialize + ?Sized)) {
    let _ = serde_json::to_writer(out, content);
}

/// What a range takes with numbers of a usual length.
const RANGE_BYTES: usize = 90;

impl Range {
    fn new(range: TextRange, content: &Content<'_>) -> Self {
        let encoding = content.profile.encoding;
        Self {
            start: Spot::new(content.text, range.start, encoding),
            end: Spot::new(content.text, range.end, encoding),
        }
    }

    fn follow(&mut self, range: TextRange, shifts: &Shifts, content: &Content<'_>) {
        let encoding = content.profile.encoding;
        let follow = |old, offset| shifts.follow(old, content.text, offset, encoding);
        self.start = follow(self.start, range.start);
        self.end = follow(self.end, range.end);
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"start\":{\"line\":");
        number(out, self.start.position.line);
        out.extend_from_slice(b",\"character\":");
        number(out, self.start.position.character);
        out.extend_from_slice(b"},\"end\":{\"line\":");
        number(out, self.end.position.line);
        out.extend_from_slice(b",\"character\":");
        number(out, self.end.position.character);
        out.extend_from_slice(b"}}");
    }
}

/// Decimal digits; a thousand diagnostics have thousands of numbers.
fn number(out: &mut Vec<u8>, mut number: u32) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
