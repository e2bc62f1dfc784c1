//! Edits with tab stops at what the author is to replace.

use crate::edits::render::escaped;
use crate::rules::fix::holes::Hole;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// An edit, of which the new text may be a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetEdit {
    /// The edit.
    pub edit: TextEdit,
    /// Whether its new text is a snippet.
    pub is_snippet: bool,
}

/// The edits of a text with tab stops for the holes, which have the guesses as their texts. Holes
/// with the same guess are filled in together.
pub fn snippet_edits(text: &Text, edits: &[TextEdit], holes: &[Hole]) -> Vec<SnippetEdit> {
    let mut guesses: Vec<&str> = Vec::new();
    let mut shift = 0_isize;
    let mut snippets = Vec::new();
    for edit in from_line_starts(text, edits) {
        let start = edit.range.start().wrapping_add_signed(shift);
        let written = TextRange::new(start, start + edit.new_text.len());
        shift += edit.new_text.len() as isize - edit.range.len() as isize;
        let inside = holes.iter().filter(|hole| written.contains(hole.range));
        let mut snippet = String::new();
        let mut at = 0;
        for hole in inside.clone() {
            let known = guesses.iter().position(|guess| *guess == hole.guess);
            let stop = known.unwrap_or_else(|| {
                guesses.push(&hole.guess);
                guesses.len() - 1
            });
            snippet += &escaped(&edit.new_text[at..hole.range.start() - start]);
            snippet += &format!("${{{}:{}}}", stop + 1, escaped(&hole.guess));
            at = hole.range.end() - start;
        }
        snippet += &escaped(&edit.new_text[at..]);
        let is_snippet = inside.count() > 0;
        let new_text = if is_snippet { snippet } else { edit.new_text };
        snippets.push(SnippetEdit {
            edit: TextEdit { new_text, ..edit },
            is_snippet,
        });
    }
    snippets
}

/// The same edits, but those of several lines start where their line starts. Otherwise some editors
/// indent the further lines of a snippet like the line where it starts.
fn from_line_starts(text: &Text, edits: &[TextEdit]) -> Vec<TextEdit> {
    let mut widened: Vec<TextEdit> = Vec::new();
    for edit in edits {
        let mut edit = edit.clone();
        if edit.new_text.contains(['\n', '\r']) {
            loop {
                let line_start = text.line_start(text.line_of(edit.range.start()));
                let before = widened.pop_if(|last| last.range.end() > line_start);
                let (start, new_text) = match &before {
                    Some(last) => (last.range.end(), &*last.new_text),
                    None => (line_start, ""),
                };
                let kept = text.slice(TextRange::new(start, edit.range.start()));
                edit.new_text = format!("{new_text}{kept}{}", edit.new_text);
                let start = before
                    .as_ref()
                    .map_or(line_start, |last| last.range.start());
                edit.range = edit.range.with_start(start);
                if before.is_none() {
                    break;
                }
            }
        }
        widened.push(edit);
    }
    widened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, new_text: &str) -> TextEdit {
        TextEdit {
            range: TextRange::new(start, end),
            new_text: new_text.to_owned(),
        }
    }

    fn hole(start: usize, end: usize, guess: &str) -> Hole {
        Hole {
            range: TextRange::new(start, end),
            guess: guess.to_owned(),
        }
    }

    /// The snippets of edits: range, text, whether it is a snippet.
    fn snippets(
        text: &str,
        edits: &[TextEdit],
        holes: &[Hole],
    ) -> Vec<(usize, usize, String, bool)> {
        let edits = snippet_edits(&Text::new(text), edits, holes);
        let parts = |one: SnippetEdit| {
            let range = one.edit.range;
            (
                range.start(),
                range.end(),
                one.edit.new_text,
                one.is_snippet,
            )
        };
        edits.into_iter().map(parts).collect()
    }

    #[test]
    fn holes_become_tab_stops_and_the_rest_is_escaped() {
        let found = snippets(
            "a: 1\n",
            &[edit(4, 4, "\nb$}\\: x\nc: x")],
            &[hole(11, 12, "${}"), hole(16, 17, "${}")],
        );
        let snippet = "a: 1\nb\\$\\}\\\\: ${1:\\${\\}}\nc: ${1:\\${\\}}";
        assert_eq!(found, [(0, 4, snippet.to_owned(), true)]);
    }

    #[test]
    fn edits_on_the_line_where_a_long_one_starts_are_part_of_it() {
        let text = "x:\n  a: b # c\n  d: e\n";
        let edits = [
            edit(5, 6, "A"),
            edit(8, 9, "B"),
            edit(13, 13, "\n  n: T"),
            edit(16, 17, "D"),
        ];
        let found = snippets(text, &edits, &[hole(19, 20, "T"), hole(23, 24, "none")]);
        let first = "  A: B # c\n  n: ${1:T}".to_owned();
        // The second hole is in what was written too, though not in a long edit.
        let second = "${2:none}".to_owned();
        assert_eq!(found, [(3, 13, first, true), (16, 17, second, true)]);
        let found = snippets(text, &edits[..2], &[]);
        assert_eq!(
            found,
            [(5, 6, "A".to_owned(), false), (8, 9, "B".to_owned(), false)]
        );
    }
}
