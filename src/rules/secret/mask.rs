//! Masks secrets in what is shown. It need not be certain, so it hides more than is found.

use std::borrow::Cow;
use std::ops::Range;

use super::login;
use super::shape::{scan, starts_secret};
use super::value::is_secret_name;
use crate::rules::url;

/// The replacement of a secret.
pub(super) const MASK: &str = "***";

/// The text with all possible secrets masked, even if they are only examples.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut hidden = hidden_in(text);
    // A text that is a line of a configuration, such as a header with its value.
    hidden.extend(value_in_line(text).filter(|_| !text.contains('\n')));
    masked(text, hidden, |_| MASK.to_owned())
}

/// The same for a text that a message quotes. It may be the key of a secret with its value, where
/// the colon between them is missing.
pub fn mask_quoted(text: &str) -> Cow<'_, str> {
    // `password grant` is a name, not a value.
    let is_word = |value: &str| value.bytes().all(|byte| byte.is_ascii_lowercase());
    match value_without_colon(text).filter(|value| !is_word(&text[value.clone()])) {
        Some(value) => Cow::Owned(format!(
            "{}{MASK}{}",
            mask(&text[..value.start]),
            &text[value.end..]
        )),
        None => mask(text),
    }
}

/// Lines of a document with a star for each byte of a secret, so that all offsets stay the same.
/// Values beside keys such as `password` are masked whatever they look like, and so is what is
/// known to be secret.
pub fn mask_in_place(text: &str, known: impl Iterator<Item = Range<usize>>) -> Cow<'_, str> {
    let mut hidden = hidden_in(text);
    hidden.extend(known);
    hidden.extend(values_in_lines(text));
    masked(text, hidden, |secret| {
        let stars = secret.bytes();
        let star = |byte| {
            if matches!(byte, b'\n' | b'\r') {
                byte as char
            } else {
                '*'
            }
        };
        stars.map(star).collect()
    })
}

pub(super) fn masked(
    text: &str,
    mut hidden: Vec<Range<usize>>,
    instead: impl Fn(&str) -> String,
) -> Cow<'_, str> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    hidden.sort_by_key(|range| (range.start, range.end));
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    let mut ranges = hidden.into_iter().peekable();
    while let Some(mut range) = ranges.next() {
        while let Some(next) = ranges.next_if(|next| next.start < range.end) {
            range.end = range.end.max(next.end);
        }
        shown.push_str(&text[end..range.start]);
        shown.push_str(&instead(&text[range.clone()]));
        end = range.end;
    }
    shown.push_str(&text[end..]);
    Cow::Owned(shown)
}

/// The ranges of everything that looks like a secret.
fn hidden_in(text: &str) -> Vec<Range<usize>> {
    let found = [scan(text, false), login::of_jaas(text)];
    let mut hidden: Vec<_> = (found.into_iter().flatten())
        .map(|secret| secret.range)
        .collect();
    hidden.extend(login::userinfo(text));
    parameters(text, &mut hidden);
    tokens(text, &mut hidden);
    hidden
}

fn parameters(text: &str, hidden: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(mark) = text[at..].find(['?', '&', ';']) {
        at += mark + 1;
        // No further than the longest name: else a long row of `&` would take quadratic time.
        let mut near = text[at..].bytes().take(url::LONGEST_SECRET_PARAMETER + 1);
        let Some(equals) = near.position(|byte| byte == b'=') else {
            continue;
        };
        if !url::may_be_secret_parameter(&text[at..at + equals]) {
            continue;
        }
        let start = at + equals + 1;
        let is_end = |sign: char| sign.is_whitespace() || "&;#\"'<>`".contains(sign);
        let end = text[start..]
            .find(is_end)
            .map_or(text.len(), |end| start + end);
        if end > start {
            hidden.push(start..end);
            at = end;
        }
    }
}

fn tokens(text: &str, hidden: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(start) = text[at..].find(part_of_token).map(|start| at + start) {
        let is_end = |sign: char| !part_of_token(sign);
        at = text[start..]
            .find(is_end)
            .map_or(text.len(), |end| start + end);
        if is_secret(&text[start..at]) {
            hidden.push(start..at);
        }
    }
}

/// Whether a character may be part of a token.
pub fn part_of_token(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "_-+=".contains(sign)
}

/// Whether a token looks like a secret: it has a known prefix, or it is long and random, with
/// letters of both cases and digits. Words in camel case and UUIDs (tenants) do not.
fn is_secret(token: &str) -> bool {
    if token.len() < 16 {
        return false;
    }
    if starts_secret(token) {
        return true;
    }
    let hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has = |test: fn(&u8) -> bool| token.bytes().any(|byte| test(&byte));
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if hex && token.len() >= 32 {
        return digits > 0 && has(u8::is_ascii_alphabetic);
    }
    token.len() >= 20
        && digits >= 3
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && entropy(token) > 3.5
}

/// The entropy in bits per byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}

/// The values beside keys of secrets in lines of a document, also those in the lines below.
fn values_in_lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    // The indentation of a key whose value is in the lines below it.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let indent = bare.len() - bare.trim_start().len();
        if bare.trim_start().is_empty() {
            at += line.len();
            continue;
        }
        if open.is_some_and(|key| indent <= key) {
            open = None;
        }
        if open.is_some() {
            found.push(at + indent..at + bare.len());
        } else {
            found.extend(values_in_line(bare).map(|value| at + value.start..at + value.end));
            found.extend(values_without_colon(bare).map(|value| at + value.start..at + value.end));
            open = opens_text(bare).then_some(indent);
        }
        at += line.len();
    }
    found
}

/// Whether a line is the key of a secret with a block text below it.
fn opens_text(line: &str) -> bool {
    let Some((key, value)) = line.rsplit_once(':') else {
        return false;
    };
    let value = value.trim_start();
    value.starts_with(['|', '>']) && value.len() <= 3 && is_secret_name(name_at_end(key))
}

/// The name that ends a text, without quotes.
fn name_at_end(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    &text[text.trim_end_matches(is_part).len()..]
}

/// The value of a line that is `name: value`.
fn value_in_line(line: &str) -> Option<Range<usize>> {
    let mut values = values_in_line(line);
    let first = values.next()?;
    (first.end >= line.trim_end().trim_end_matches(['"', '\'']).len()).then_some(first)
}

/// The values in a line of YAML or JSON that stand beside the key of a secret.
fn values_in_line(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices(':').filter_map(move |(colon, _)| {
        let (key, rest) = (&line[..colon], &line[colon + 1..]);
        let is_pair = rest.starts_with([' ', '\t']) || key.ends_with(['"', '\'']);
        if !is_pair || !is_secret_name(name_at_end(key)) {
            return None;
        }
        let start = colon + 1 + (rest.len() - rest.trim_start().len());
        value_len(&line[start..]).map(|(skip, len)| start + skip..start + skip + len)
    })
}

/// The values in a line that follow the key of a secret without a colon.
fn values_without_colon(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    line.split_inclusive([',', '{', '['])
        .filter_map(move |part| {
            let at = start;
            start += part.len();
            let value = value_without_colon(part)?;
            Some(at + value.start..at + value.end)
        })
}

/// The value of `name value`, where `name` is that of a secret; also of `name:value` and
/// `name = value`.
fn value_without_colon(text: &str) -> Option<Range<usize>> {
    let name_start = text.len() - text.trim_start_matches([' ', '\t', '-', '"', '\'']).len();
    let rest = &text[name_start..];
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let after = rest.trim_start_matches(is_part);
    let name = &rest[..rest.len() - after.len()];
    let value = (after.trim_start_matches(['"', '\''])).trim_start_matches([' ', '\t', ':', '=']);
    if value.len() == after.len() || value.starts_with("//") || !is_secret_name(name) {
        return None;
    }
    let start = text.len() - value.len();
    let (skip, len) = value_len(value)?;
    Some(start + skip..start + skip + len)
}

/// Where a scalar at the start of a text begins and how long it is; none for an object, a list, a
/// reference or prose.
fn value_len(text: &str) -> Option<(usize, usize)> {
    let first = text.chars().next()?;
    if matches!(first, '"' | '\'') {
        let len = text[1..].find(first).unwrap_or(text.len() - 1);
        return (len > 0).then_some((1, len));
    }
    if "{[&*|>!#<$".contains(first) {
        return None;
    }
    let end = [" #", ", ", ",\t"]
        .iter()
        .filter_map(|end| text.find(end))
        .min();
    let value = text[..end.unwrap_or(text.len())]
        .trim_end()
        .trim_end_matches(['}', ']', ',']);
    let is_word = !value.is_empty() && !value.contains(' ');
    let is_known = matches!(value, "true" | "false" | "null" | "~");
    (is_word && !is_known).then_some((0, value.len()))
}
