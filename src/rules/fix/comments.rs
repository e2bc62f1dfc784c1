//! Comments that edits would remove.

use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// Whether edits remove a comment and do not write it elsewhere.
pub fn are_lost(document: &Document, edits: &[TextEdit]) -> bool {
    !lost(document, edits).is_empty()
}

/// The comments that edits remove and do not write elsewhere, as far as they are removed.
pub fn lost(document: &Document, edits: &[TextEdit]) -> Vec<TextRange> {
    let is_kept = |comment: &str| edits.iter().any(|edit| edit.new_text.contains(comment));
    let mut lost = Vec::new();
    for edit in edits {
        let removed = document.text().slice(edit.range);
        let comments = comments_in(document, edit.range.start(), &removed);
        let comments = comments.filter(|(_, comment)| !is_kept(comment));
        lost.extend(comments.map(|(at, comment)| TextRange::new(at, at + comment.len())));
    }
    lost
}

/// The comments that start in a part of the text, as far as they are in it, each with its offset.
fn comments_in<'t>(
    document: &'t Document,
    start: usize,
    part: &'t str,
) -> impl Iterator<Item = (usize, &'t str)> {
    let is_json = document.tree().format() == Format::Json;
    let opener = if is_json { '/' } else { '#' };
    part.match_indices(opener).filter_map(move |(at, _)| {
        let before = (start + at)
            .checked_sub(1)
            .and_then(|at| document.text().byte(at));
        let rest = &part[at..];
        let is_opener = match is_json {
            true => rest.starts_with("//") || rest.starts_with("/*"),
            false => before.is_none_or(|before| before.is_ascii_whitespace()),
        };
        let line = rest.lines().next().unwrap_or_default().trim_end();
        (is_opener && !document.tree().is_in_scalar(start + at)).then_some((start + at, line))
    })
}

#[cfg(test)]
mod tests {
    use super::are_lost;
    use crate::syntax::document::Document;
    use crate::syntax::format::Format;
    use crate::text::TextEdit;
    use crate::text::range::TextRange;

    fn lost(text: &str, format: Format, new_text: &str) -> bool {
        let start = text.find('[').unwrap_or_default();
        let end = text.rfind(']').map_or(text.len(), |at| at + 1);
        let edit = TextEdit {
            range: TextRange::new(start, end),
            new_text: new_text.to_owned(),
        };
        are_lost(&Document::new(text, format), &[edit])
    }

    #[test]
    fn a_comment_is_lost_unless_it_is_written_again() {
        let list = "a: [ b, # c\n  d ]\n";
        assert!(lost(list, Format::Yaml, "{}"));
        assert!(!lost(list, Format::Yaml, "{b: '', # c\n}"));
        for no_comment in [
            "a: [ 'b # c' ]\n",
            "a: [b#c]\n",
            "a: ['#/b']\n",
            "a: [b] # c\n",
        ] {
            assert!(!lost(no_comment, Format::Yaml, "{}"), "{no_comment}");
        }
        assert!(lost("{\"a\": [ // c\n]}", Format::Json, "{}"));
        assert!(lost("{\"a\": [ /* c */ ]}", Format::Json, "{}"));
        assert!(!lost("{\"a\": [\"https://b\"]}", Format::Json, "{}"));
    }
}
