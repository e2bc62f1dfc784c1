//! Where a part of the decoded text of a scalar is written: between quotes, with escapes, over
//! several lines.

use std::ops::Range;

use super::leaf::NodeKind;
use super::node::Node;
use super::yaml::decode;
use crate::text::range::TextRange;

/// The range of a part of a scalar's decoded text, without quotes. Blanks at its ends do not count,
/// for folding changes them. `None` if nothing else is in it, or if it is not found as it is decoded.
pub fn part(node: Node<'_>, part: &Range<usize>) -> Option<TextRange> {
    let mut written = signs(node).filter(|(sign, _)| !is_blank(*sign));
    let mut found: Option<TextRange> = None;
    for (at, sign) in node.value().char_indices() {
        if at >= part.end {
            break;
        }
        if is_blank(sign) {
            continue;
        }
        let (next, range) = written.next()?;
        if next != sign {
            return None;
        }
        if at >= part.start {
            found = Some(found.map_or(range, |found| found.cover(range)));
        }
    }
    found.map(|found| found.shifted(node.range().start()))
}

/// The range of all of a scalar's text, without quotes.
pub fn inner(node: Node<'_>) -> TextRange {
    let whole = node.range();
    let body = body(node);
    TextRange::new(whole.start() + body.start, whole.start() + body.end)
}

fn is_blank(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\n' | '\r')
}

/// What is between the quotes, or below the header of a block scalar, from the start of the node.
fn body(node: Node<'_>) -> Range<usize> {
    let source = node.source();
    match node.kind() {
        NodeKind::Single | NodeKind::Double => {
            let end = source.len() - usize::from(!node.is_unclosed());
            end.min(1)..end
        }
        NodeKind::Literal | NodeKind::Folded => {
            source.find(['\n', '\r']).unwrap_or(source.len())..source.len()
        }
        _ => 0..source.len(),
    }
}

/// The characters that the source stands for, with the ranges of what is written for them, from the
/// start of the node.
fn signs(node: Node<'_>) -> impl Iterator<Item = (char, TextRange)> {
    let body = body(node);
    let kind = node.kind();
    let source = node.source().get(..body.end).unwrap_or_default();
    let mut at = body.start;
    std::iter::from_fn(move || {
        let rest = source.get(at..)?;
        let sign = rest.chars().next()?;
        let (sign, length) = match (kind, sign) {
            (NodeKind::Single, '\'') if rest.starts_with("''") => (sign, 2),
            (NodeKind::Double, '\\') if rest[1..].starts_with(['\n', '\r']) => ('\n', 2),
            (NodeKind::Double, '\\') => decode::escape(rest).unwrap_or((sign, 1)),
            _ => (sign, sign.len_utf8()),
        };
        let range = TextRange::new(at, at + length);
        at = range.end();
        Some((sign, range))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::syntax::format::Format;
    use crate::syntax::tree::Tree;

    /// What is written for a part of the value of `k`.
    #[track_caller]
    fn check(text: &str, format: Format, wanted: &str, expected: Option<&str>) {
        let tree = Tree::parse(text, format);
        let value = tree.root().get("k").unwrap().value;
        let start = value.value().find(wanted).unwrap();
        let range = part(value, &(start..start + wanted.len()));
        assert_eq!(
            range.map(|range| &text[range.start()..range.end()]),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn a_part_is_found_in_every_style() {
        for (text, wanted, expected) in [
            ("k: a/bc/d\n", "bc", "bc"),
            ("k: 'a/bc/d'\n", "bc", "bc"),
            ("k: 'it''s/bc'\n", "it's", "it''s"),
            ("k: 'it''s/bc'\n", "bc", "bc"),
            ("k: \"x\\u002fb\\x63/d\"\n", "bc", "b\\x63"),
            ("k: \"a \\\n   bc\"\n", "bc", "bc"),
            ("k: \"a\\n\\tbc\"\n", "bc", "bc"),
            ("k: \"a\\qbc/d\"\n", "d", "d"),
            ("k: >-\n  a/\n  bc\n", "bc", "bc"),
            ("k: >-\n    ./auth.yml#/a%2Db\nx: 1\n", "a%2Db", "a%2Db"),
            ("k: |\n  #/bc\n", "bc", "bc"),
            ("k: |2- # note bc\n  #/bc\n", "bc", "bc"),
            ("k: a\n  bc\n", "bc", "bc"),
            ("k: \u{e9}\u{1d11e}/bc\n", "bc", "bc"),
            ("k: 'half/bc\n", "bc", "bc"),
        ] {
            check(text, Format::Yaml, wanted, Some(expected));
        }
        for (text, wanted, expected) in [
            ("{\"k\": \"a\\/bc\"}", "bc", "bc"),
            ("{\"k\": \"a\\/bc\"}", "a/bc", "a\\/bc"),
            ("{\"k\": \"\\ud834\\udd1ebc\"}", "bc", "bc"),
            ("{\"k\": \"half/bc", "bc", "bc"),
        ] {
            check(text, Format::Json, wanted, Some(expected));
        }
        check("k: 'a b'\n", Format::Yaml, " ", None);
    }

    #[test]
    fn the_inside_has_no_quotes() {
        for (text, expected) in [
            ("k: 'a b'\n", "a b"),
            ("k: \"\"\n", ""),
            ("k: a\n", "a"),
            ("k: 'half\n", "half"),
            ("k: '\n", ""),
        ] {
            let tree = Tree::parse(text, Format::Yaml);
            let range = inner(tree.root().get("k").unwrap().value);
            assert_eq!(&text[range.start()..range.end()], expected, "{text:?}");
        }
    }
}
