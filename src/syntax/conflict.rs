//! Texts with the marks of a merge conflict that Git and others leave for people to resolve.
//!
//! Such a text is read without the marks and with the first side of each conflict alone, blanked so
//! that all offsets stay.

use super::split::line_end;
use super::tree::Tree;
use crate::text::range::TextRange;

/// What is known of a text with marks of merge conflicts.
#[derive(Debug, Clone)]
pub struct Conflicts {
    /// The tree of the text without the marks and the second sides.
    pub tree: Tree,
    /// The first mark of each conflict.
    pub places: Vec<TextRange>,
}

/// The length of a mark.
const MARK: usize = 7;

impl Conflicts {
    /// The conflicts of a text, if their marks are why it cannot be read.
    pub(super) fn of(text: &str, tree: &Tree) -> Option<Self> {
        if tree.is_too_long() || !tree.has_errors() {
            return None;
        }
        let has = |mark: &str| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
        if !has("<<<<<<<") && !has(">>>>>>>") {
            return None;
        }
        let (mended, places) = first_sides(text);
        (!places.is_empty()).then(|| Self {
            tree: tree.of_other_text(&mended),
            places,
        })
    }
}

/// The sign that a line is a mark of.
fn mark(line: &str) -> Option<u8> {
    let sign = *line.as_bytes().first()?;
    let is_mark = matches!(sign, b'<' | b'=' | b'>' | b'|')
        && line.bytes().take_while(|byte| *byte == sign).count() == MARK
        && (line.len() == MARK || line[MARK..].starts_with(' '));
    is_mark.then_some(sign)
}

/// Whether the next mark below ends a conflict whose first mark is gone.
fn is_ended(rest: &str) -> bool {
    let marks = rest.split(['\n', '\r']).filter_map(mark);
    marks.take(1).any(|sign| sign == b'>')
}

/// The text with all marks and all but the first side blanked, and the first mark of each conflict.
fn first_sides(text: &str) -> (String, Vec<TextRange>) {
    let mut bytes = text.as_bytes().to_vec();
    let mut places: Vec<TextRange> = Vec::new();
    // The mark above, within a conflict.
    let mut above = None;
    let mut second = 0;
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        let line = text[start..end].trim_end_matches(['\n', '\r']);
        let line = TextRange::new(start, start + line.len());
        let sign = mark(&text[line.start()..line.end()]);
        let is_mark = match sign {
            Some(b'<' | b'>') => true,
            // A line of `=` may be anything, without its end.
            Some(_) => above.is_some() || is_ended(&text[end..]),
            None => false,
        };
        if is_mark && (above.is_none() || sign == Some(b'<')) {
            places.push(line);
        }
        if is_mark || matches!(above, Some(b'=' | b'|')) {
            bytes[line.start()..line.end()].fill(b' ');
        }
        if is_mark {
            above = sign.filter(|sign| *sign != b'>');
            second = end;
        }
        start = end;
    }
    // The last mark is gone already: what stands there may be the rest of the document.
    if matches!(above, Some(b'=' | b'|')) {
        bytes[second..].copy_from_slice(&text.as_bytes()[second..]);
    }
    (String::from_utf8(bytes).unwrap_or_default(), places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::format::Format;

    #[test]
    fn the_first_side_of_each_conflict_is_read() {
        let text = "a: 1\n<<<<<<< HEAD\nb: 2\n||||||| base\nb: 0\n=======\nb: 3\nc: \u{e9}\n>>>>>>> x\nd: 4\n<<<<<<< HEAD\n=======\ne: 5\n>>>>>>> x\n";
        let conflicts = Conflicts::of(text, &Tree::parse(text, Format::Yaml)).map(|found| {
            let root = found.tree.root();
            let entries = root.entries();
            let read: Vec<_> = entries
                .map(|entry| (entry.key.value().to_owned(), entry.value.value().to_owned()))
                .collect();
            let places: Vec<_> = found.places.iter().map(|place| place.start()).collect();
            (read, places, found.tree.has_errors())
        });
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let read = vec![pair("a", "1"), pair("b", "2"), pair("d", "4")];
        let second = text.rfind("<<<<<<<").unwrap_or(0);
        assert_eq!(conflicts, Some((read, vec![5, second], false)));
    }

    #[test]
    fn what_is_no_mark_is_no_conflict() {
        for text in [
            "a: |\n  <<<<<<< HEAD\n  b\n  =======\n  c\n  >>>>>>> d\ne: [\n",
            "a: [\n# <<<<<<<\n",
            "<<<<<<<< a\n",
            "a: '<<<<<<<'\nb: [\n",
        ] {
            let tree = Tree::parse(text, Format::Yaml);
            assert!(Conflicts::of(text, &tree).is_none(), "{text}");
        }
    }

    #[test]
    fn without_its_last_mark_the_rest_of_the_document_is_read() {
        let text = "<<<<<<< HEAD\na: 1\n=======\na: 2\nb: 3\n";
        let (mended, places) = first_sides(text);
        assert!(mended.ends_with("a: 2\nb: 3\n"), "{mended}");
        assert_eq!(places.len(), 1);
    }
}
