//! Replaces a part of a text, such as a name in a JSON Pointer, where it is written.

use std::ops::Range;

use super::layout::{self, replace};
use super::path::NodePath;
use super::render;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::written;
use crate::text::TextEdit;

/// Replaces a part of the decoded text of the scalar at the path by a text without blanks. All
/// other characters stay as they are written, unless the whole needs quotes now.
pub fn set_part(
    document: &Document,
    path: &NodePath<'_>,
    part: &Range<usize>,
    text: &str,
) -> Option<TextEdit> {
    let node = path.node();
    let value = node.value();
    let range = written::part(node, part).filter(|_| !node.is_unclosed())?;
    let whole = format!(
        "{}{text}{}",
        value.get(..part.start)?,
        value.get(part.end..)?
    );
    if text.chars().any(|sign| sign.is_control() || sign == ' ') {
        return None;
    }
    let new_text = match node.kind() {
        NodeKind::Double => render::inside(text, '"'),
        NodeKind::Single => render::inside(text, '\''),
        NodeKind::Literal | NodeKind::Folded => text.to_owned(),
        NodeKind::Plain => {
            let style = layout::style(document, path);
            let written = render::scalar(&whole, style);
            // Only the start of `../a` looks as if it needed quotes, and that stays.
            let is_path = part.start > 0 && whole.contains('/') && text.chars().all(is_safe);
            if written != whole && !(is_path && render::scalar(value, style) != value) {
                return Some(replace(node.range(), written));
            }
            text.to_owned()
        }
        _ => return None,
    };
    Some(replace(range, new_text))
}

/// Whether a character means nothing to YAML, wherever it stands behind another one.
fn is_safe(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "-._~/%".contains(sign)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::syntax::format::Language;
    use crate::text::range::TextRange;

    #[test]
    fn quotes_are_added_where_the_new_part_needs_them() {
        for (value, new, expected) in [
            ("../a.yaml#/old", "new", "../a.yaml#/new"),
            ("../a.yaml#/old", "n{w", "'../a.yaml#/n{w'"),
            ("1.yaml#/old", "2.0", "1.yaml#/2.0"),
            ("'../a.yaml#/old'", "new", "'../a.yaml#/new'"),
            ("1.old", "5", "'1.5'"),
            ("old", "true", "'true'"),
        ] {
            let text = format!("a: {value}\n");
            let document = Document::new(&text, Language::Yaml);
            let range = TextRange::new(3, 3 + value.len());
            let path = NodePath::of_range(document.tree(), range).unwrap();
            let start = path.node().value().find("old").unwrap();
            let edit = set_part(&document, &path, &(start..start + 3), new).unwrap();
            let mut after = text.clone();
            after.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
            assert_eq!(after, format!("a: {expected}\n"));
        }
    }
}
