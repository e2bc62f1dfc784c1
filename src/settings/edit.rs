//! How the text of a settings file is changed, with all that the user wrote left as it is.

use super::Level;
use super::value::{Data, Key, Value};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// The table of rules and their levels.
const TABLE: &str = "rules";

/// What turns a rule off in a text; `None` where it is off already, and where the text is not
/// understood well enough to change it.
pub fn turn_off(text: &str, rule: &str) -> Option<TextEdit> {
    let (value, errors) = Value::of_toml(text);
    if !errors.is_empty() || level(&value, rule) == Some(Level::Off.as_str()) {
        return None;
    }
    let edit = edit(text, &value, rule)?;
    // TOML has more ways to write a table than are known here, so the outcome is looked at.
    let mut after = text.to_owned();
    after.replace_range(edit.range.start..edit.range.end, &edit.new_text);
    let (value, errors) = Value::of_toml(&after);
    let is_right = errors.is_empty() && level(&value, rule) == Some(Level::Off.as_str());
    is_right.then_some(edit)
}

fn edit(text: &str, root: &Value, rule: &str) -> Option<TextEdit> {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let off = Level::Off.as_str();
    let line = format!("{rule} = \"{off}\"");
    let insert = |at: usize, new_text: String| TextEdit {
        range: TextRange::empty(at),
        new_text,
    };
    let Some(table) = entry(root, TABLE) else {
        let gap = match text.trim_start_matches('\u{feff}') {
            "" => String::new(),
            text if text.ends_with('\n') => line_break.to_owned(),
            _ => line_break.repeat(2),
        };
        let table = format!("{gap}[{TABLE}]{line_break}{line}{line_break}");
        return Some(insert(text.len(), table));
    };
    if let Some(value) = entry(table, rule) {
        return Some(TextEdit {
            range: value.range,
            new_text: format!("\"{off}\""),
        });
    }
    let rest = text.get(table.range.start..)?;
    if rest.starts_with('{') {
        let end = if entries(table).is_empty() { " " } else { "," };
        return Some(insert(table.range.start + 1, format!(" {line}{end}")));
    }
    if rest.starts_with('[') {
        let next = rest.find('\n').map(|at| table.range.start + at + 1);
        return Some(match next {
            Some(at) => insert(at, line + line_break),
            None => insert(text.len(), format!("{line_break}{line}")),
        });
    }
    // The keys are dotted: `rules.x = "off"`.
    let (first, _) = entries(table).first()?;
    let before = text.get(..first.range.start)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(insert(start, format!("{TABLE}.{line}{line_break}")))
}

fn entries(value: &Value) -> &[(Key, Value)] {
    match &value.data {
        Data::Table(entries) => entries,
        _ => &[],
    }
}

fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut entries = entries(value).iter();
    let found = entries.find(|(key, _)| key.name == name);
    found.map(|(_, value)| value)
}

fn level<'v>(root: &'v Value, rule: &str) -> Option<&'v str> {
    match &entry(entry(root, TABLE)?, rule)?.data {
        Data::Text(level) => Some(level),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Option<String> {
        let edit = turn_off(text, "url-fragment")?;
        let mut after = text.to_owned();
        after.replace_range(edit.range.start..edit.range.end, &edit.new_text);
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
