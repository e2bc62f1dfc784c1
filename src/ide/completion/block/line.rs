//! One line of block YAML, read without the tree.

use crate::spec::spec;

/// A line of block YAML, in columns (bytes from its start).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockLine {
    /// The length of the white space at its start.
    pub indent: usize,
    /// The columns of the dashes before its content.
    pub dashes: Vec<usize>,
    /// Where its content starts.
    pub content: usize,
    /// The colon after its key.
    pub colon: Option<usize>,
    /// Where its value starts; without a key the content.
    pub value: usize,
    /// Where its content ends, before blanks and a comment.
    pub end: usize,
}

impl BlockLine {
    pub fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        let blank = |at: usize| {
            bytes
                .get(at)
                .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
        };
        let skip = |mut at: usize| {
            while at < bytes.len() && blank(at) {
                at += 1;
            }
            at
        };
        let indent = skip(0);
        let mut dashes = Vec::new();
        let mut content = indent;
        while bytes.get(content) == Some(&b'-') && blank(content + 1) {
            dashes.push(content);
            content = skip(content + 1);
        }
        let (colon, end) = scan(bytes, content);
        let value = colon
            .map_or(content, |colon| skip(colon + 1))
            .min(end.max(content));
        Self {
            indent,
            dashes,
            content,
            colon,
            value: colon.map_or(value, |colon| value.max(colon + 1)),
            end,
        }
    }

    /// Whether there is only white space or a comment.
    pub fn is_blank(&self) -> bool {
        self.dashes.is_empty() && self.end <= self.content
    }
}

/// The colon that ends the key, and where the content ends.
fn scan(bytes: &[u8], content: usize) -> (Option<usize>, usize) {
    let blank = |at: usize| {
        bytes
            .get(at)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    };
    let mut colon = None;
    let mut quote = None;
    let mut end = content;
    let mut at = content;
    // A quote opens only where a scalar starts.
    let mut fresh = true;
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(mark), _) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if fresh => quote = Some(byte),
            (None, b'#') if at == content || blank(at - 1) => return (colon, end),
            (None, b':') if colon.is_none() && blank(at + 1) && !opens_flow(bytes, content) => {
                colon = Some(at);
                end = at + 1;
                fresh = true;
                at += 1;
                continue;
            }
            _ => {}
        }
        if !matches!(byte, b' ' | b'\t') {
            fresh = false;
            end = at + 1;
        }
        at += 1;
    }
    (colon, end.min(bytes.len()))
}

fn opens_flow(bytes: &[u8], content: usize) -> bool {
    matches!(bytes.get(content), Some(b'{' | b'['))
}

/// How many bytes of a key are another key that is being typed before it: `sch type: x` is read
/// as one key, but with the cursor (a column of the key) after `sch` only `type` is the old one.
pub fn before_known_key(key: &str, column: usize) -> Option<usize> {
    if column == 0 {
        return Some(0);
    }
    if key.starts_with(['"', '\'']) || is_known(key) {
        return None;
    }
    let rest = key.get(column..)?;
    if is_known(rest) {
        return Some(column);
    }
    let first = column + rest.find([' ', '\t'])?;
    let (word, rest) = key.split_at_checked(first)?;
    let rest = rest.trim_start();
    let one_word = !word.contains([' ', '\t']);
    (one_word && is_known(rest)).then(|| key.len() - rest.len())
}

fn is_known(key: &str) -> bool {
    let spec = spec();
    spec.is_scheme_field(key)
        || spec.is_flow_field(key)
        || spec.flow(key).is_some()
        || matches!(key, "security" | "securitySchemes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_line() {
        // Text, dashes, content, colon, value, end.
        type Case = (
            &'static str,
            &'static [usize],
            usize,
            Option<usize>,
            usize,
            usize,
        );
        let cases: [Case; 12] = [
            ("  a: b # c", &[], 2, Some(3), 5, 6),
            ("- - a:", &[0, 2], 4, Some(5), 6, 6),
            ("  -", &[2], 3, None, 3, 3),
            ("  - ", &[2], 4, None, 4, 3),
            ("a:   ", &[], 0, Some(1), 2, 2),
            ("'a: b': c", &[], 0, Some(6), 8, 9),
            ("a: \"x # y", &[], 0, Some(1), 3, 9),
            ("a: x#y", &[], 0, Some(1), 3, 6),
            ("  # a: b", &[], 2, None, 2, 2),
            ("{a: b", &[], 0, None, 0, 5),
            ("a:b", &[], 0, None, 0, 3),
            ("a: it's: # no", &[], 0, Some(1), 3, 8),
        ];
        for (text, dashes, content, colon, value, end) in cases {
            let line = BlockLine::read(text);
            assert_eq!(
                (&line.dashes[..], line.content, line.colon, line.value),
                (dashes, content, colon, value),
                "{text}"
            );
            assert_eq!(line.end.max(line.content), end.max(content), "{text}");
        }
    }
}
