//! Edits of settings files that leave the user's formatting as it is.

use toml_edit::{Document, Item};

use super::Level;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// The key of the table of rules.
const TABLE: &str = "rules";

/// The edit that turns a rule off. `None` if it is off already, or if the text is not understood
/// well enough.
///
/// `toml_edit` finds the ranges, but does not write the text, because it would change line breaks
/// and drop a byte order mark.
pub fn turn_off(text: &str, rule: &str) -> Option<TextEdit> {
    let document = Document::parse(text).ok()?;
    if is_off(&document, rule) {
        return None;
    }
    let edit = edit(&document, rule)?;
    // TOML has more ways to write a table than are handled here, so check the result.
    let mut after = text.to_owned();
    after.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
    is_off(&Document::parse(after.as_str()).ok()?, rule).then_some(edit)
}

fn is_off(document: &Document<&str>, rule: &str) -> bool {
    let level = document.get(TABLE).and_then(|table| table.get(rule));
    level.and_then(Item::as_str) == Some(Level::Off.as_str())
}

fn edit(document: &Document<&str>, rule: &str) -> Option<TextEdit> {
    let text = document.raw();
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let off = format!("\"{}\"", Level::Off.as_str());
    let line = format!("{rule} = {off}");
    let insert = |at: usize, new_text: String| {
        let range = TextRange::empty(at);
        Some(TextEdit { range, new_text })
    };
    let Some(item) = document.get(TABLE) else {
        let gap = match text.trim_start_matches('\u{feff}') {
            "" => String::new(),
            text if text.ends_with('\n') => line_break.to_owned(),
            _ => line_break.repeat(2),
        };
        let table = format!("{gap}[{TABLE}]{line_break}{line}{line_break}");
        return insert(text.len(), table);
    };
    if let Some(value) = item.get(rule) {
        let span = value.span()?;
        return Some(TextEdit {
            range: TextRange::new(span.start, span.end),
            new_text: off,
        });
    }
    match item {
        // A table without a header: `rules.x = "off"`.
        Item::Table(table) if table.is_implicit() => {
            let (first, _) = table.iter().next()?;
            let before = &text[..table.key(first)?.span()?.start];
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            insert(start, format!("{TABLE}.{line}{line_break}"))
        }
        Item::Table(table) => {
            let header = table.span()?.start;
            match text[header..].find('\n') {
                Some(length) => insert(header + length + 1, line + line_break),
                None => insert(text.len(), format!("{line_break}{line}")),
            }
        }
        Item::Value(value) => {
            let end = if value.as_inline_table()?.is_empty() {
                " "
            } else {
                ","
            };
            insert(value.span()?.start + 1, format!(" {line}{end}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Option<String> {
        let edit = turn_off(text, "url-fragment")?;
        let mut after = text.to_owned();
        after.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
        Some(after)
    }

    #[test]
    fn a_rule_is_turned_off_in_whatever_stands_there() {
        for (text, expected) in [
            ("", "[rules]\nurl-fragment = \"off\"\n"),
            (
                "profile = \"strict\"\n",
                "profile = \"strict\"\n\n[rules]\nurl-fragment = \"off\"\n",
            ),
            (
                "profile = \"strict\"",
                "profile = \"strict\"\n\n[rules]\nurl-fragment = \"off\"\n",
            ),
            (
                "# a\n[rules] # b\n# c\nurls = \"on\"\n[protocols]\n",
                "# a\n[rules] # b\nurl-fragment = \"off\"\n# c\nurls = \"on\"\n[protocols]\n",
            ),
            (
                "[rules]\nurl-fragment = 'hint' # b\n",
                "[rules]\nurl-fragment = \"off\" # b\n",
            ),
            (
                "[rules]\r\nurls = \"on\"\r\n",
                "[rules]\r\nurl-fragment = \"off\"\r\nurls = \"on\"\r\n",
            ),
            (
                "profile = \"strict\"\r\n",
                "profile = \"strict\"\r\n\r\n[rules]\r\nurl-fragment = \"off\"\r\n",
            ),
            ("[rules]", "[rules]\nurl-fragment = \"off\""),
            ("rules = {}\n", "rules = { url-fragment = \"off\" }\n"),
            (
                "rules = { urls = \"on\" }\n",
                "rules = { url-fragment = \"off\", urls = \"on\" }\n",
            ),
            (
                "profile = \"strict\"\nrules.urls = \"on\"\n",
                "profile = \"strict\"\nrules.url-fragment = \"off\"\nrules.urls = \"on\"\n",
            ),
            (
                "[[overrides]]\nfiles = \"a\"\n[overrides.rules]\nurl-fragment = \"on\"\n",
                "[[overrides]]\nfiles = \"a\"\n[overrides.rules]\nurl-fragment = \"on\"\n\n[rules]\nurl-fragment = \"off\"\n",
            ),
            (
                "[rules.urls]\na = 1\n",
                "rules.url-fragment = \"off\"\n[rules.urls]\na = 1\n",
            ),
            (
                "\u{feff}profile = \"strict\"\r\n",
                "\u{feff}profile = \"strict\"\r\n\r\n[rules]\r\nurl-fragment = \"off\"\r\n",
            ),
        ] {
            assert_eq!(after(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_off_or_not_understood_is_left() {
        for text in [
            "[rules]\nurl-fragment = \"off\"\n",
            "rules = 1\n",
            "[[rules]]\n",
            "[rules\n",
            "[rules]\nurl-fragment = \n",
            "[rules.url-fragment]\na = 1\n",
        ] {
            assert_eq!(after(text), None, "{text:?}");
        }
    }
}
