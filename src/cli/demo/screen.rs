//! What an editor would draw, in lines of text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::cli::markdown;
use crate::cli::output::{Output, printable};
use crate::cli::text::severity_style;
use crate::rules::rule::Severity;
use crate::text::Text;
use crate::text::position::{Encoding, Position};
use crate::text::range::TextRange;

/// So many items of a completion list are shown.
const ITEMS: usize = 8;
/// So many lines before the cursor are shown.
const CONTEXT: usize = 3;
/// How many columns a pop-up has.
const WIDTH: usize = 78;

/// A heading.
///
/// # Errors
/// The output cannot be written.
pub fn title(output: &mut Output, text: &str) -> io::Result<()> {
    let line = output.styled(Style::new().bold().underline(), text);
    writeln!(output, "{line}\n")
}

/// The document with everything that is underlined in it.
///
/// # Errors
/// The output cannot be written.
pub fn document(output: &mut Output, text: &Text, diagnostics: &[Value]) -> io::Result<()> {
    let marks: Vec<Mark> = diagnostics
        .iter()
        .map(|value| Mark::new(text, value))
        .collect();
    let last = text.line_count().saturating_sub(usize::from(
        text.byte(text.len().saturating_sub(1)) == Some(b'\n'),
    ));
    for line in 0..last {
        numbered(output, text, line)?;
        for mark in marks
            .iter()
            .filter(|mark| text.line_of(mark.range.start) == line)
        {
            mark.draw(output, text)?;
        }
    }
    let count = |severity| {
        marks
            .iter()
            .filter(|mark| mark.severity == severity)
            .count()
    };
    writeln!(
        output,
        "\n{} problems, {} of them errors\n",
        marks.len(),
        count(Severity::Error)
    )
}

/// The lines before the cursor, and the list below it.
///
/// # Errors
/// The output cannot be written.
pub fn completion(output: &mut Output, text: &Text, items: &[Item]) -> io::Result<()> {
    let line = text.line_count().saturating_sub(2);
    for before in line.saturating_sub(CONTEXT)..line {
        numbered(output, text, before)?;
    }
    let typed = text.slice(text.line_range(line)).into_owned();
    let cursor = output.styled(Style::new().invert(), " ");
    let number = gutter(output, Some(line));
    let cursor = if output.has_color() {
        cursor
    } else {
        "|".to_owned()
    };
    writeln!(output, "{number}{typed}{cursor}")?;
    let indent = " ".repeat(typed.width().saturating_sub(4));
    for (at, item) in items.iter().take(ITEMS).enumerate() {
        let mark = if at == 0 { ">" } else { " " };
        let label = format!("{mark} {:<24}", item.label);
        let style = if at == 0 {
            Style::new().invert()
        } else {
            Style::new()
        };
        let label = output.styled(style, &label);
        let detail = output.styled(Style::new().dimmed(), &item.detail);
        writeln!(output, "{}{indent}{label} {detail}", gutter(output, None))?;
    }
    if items.len() > ITEMS {
        let more = format!(
            "{}{indent}  and {} more",
            gutter(output, None),
            items.len() - ITEMS
        );
        writeln!(output, "{more}")?;
    }
    if let Some(first) = items.first().filter(|item| !item.documentation.is_empty()) {
        popup(output, &first.documentation)?;
    }
    writeln!(output)
}

/// The line of a word, and what is said about it.
///
/// # Errors
/// The output cannot be written.
pub fn hover(output: &mut Output, text: &Text, place: TextRange, text_of: &str) -> io::Result<()> {
    numbered(output, text, text.line_of(place.start))?;
    let under = under(text, place, '^');
    let under = output.styled(Style::new().bold(), &under);
    writeln!(output, "{}{under}", gutter(output, None))?;
    popup(output, text_of)?;
    writeln!(output)
}

/// An item of a completion list.
pub struct Item {
    label: String,
    detail: String,
    documentation: String,
    filter: String,
    /// Where it stands in the list.
    pub sort: String,
    /// Where the word starts that it replaces.
    start: Option<Position>,
}

impl Item {
    /// The item that a server sent (LSP 3.17, `CompletionItem`).
    pub fn new(value: &Value) -> Self {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let label = text("/label").unwrap_or_default().to_owned();
        let detail = text("/detail").or(text("/labelDetails/detail"));
        let documentation = text("/documentation/value").or(text("/documentation"));
        let edit = value.get("textEdit");
        let range = edit.and_then(|edit| edit.get("range").or(edit.get("replace")));
        Self {
            detail: detail.unwrap_or_default().trim().to_owned(),
            documentation: documentation.unwrap_or_default().to_owned(),
            filter: text("/filterText").unwrap_or(&label).to_owned(),
            sort: text("/sortText").unwrap_or(&label).to_owned(),
            start: range.map(|range| position(range, "start")),
            label,
        }
    }

    /// Whether an editor shows it: what it replaces up to the cursor begins its filter text.
    pub fn goes_with(&self, text: &Text, cursor: usize) -> bool {
        let Some(start) = self.start else {
            return true;
        };
        let start = text.offset(start, Encoding::Utf16);
        let word = text
            .slice(TextRange::new(start, cursor))
            .to_ascii_lowercase();
        self.filter
            .to_ascii_lowercase()
            .starts_with(word.trim_start())
    }
}

/// Something underlined.
struct Mark {
    range: TextRange,
    severity: Severity,
    message: String,
    rule: String,
}

impl Mark {
    /// The mark of a diagnostic (LSP 3.17, `Diagnostic`).
    fn new(text: &Text, value: &Value) -> Self {
        let offset = |end| {
            let range = value.get("range").unwrap_or(&Value::Null);
            text.offset(position(range, end), Encoding::Utf16)
        };
        let word = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        Self {
            range: TextRange::new(offset("start"), offset("end")),
            severity: match value.get("severity").and_then(Value::as_u64) {
                Some(2) => Severity::Warning,
                Some(3) => Severity::Information,
                Some(4) => Severity::Hint,
                _ => Severity::Error,
            },
            message: word("message").to_owned(),
            rule: word("code").to_owned(),
        }
    }

    fn draw(&self, output: &mut Output, text: &Text) -> io::Result<()> {
        let style = severity_style(self.severity);
        let under = output.styled(style, &under(text, self.range, '~'));
        let severity = output.styled(style, self.severity.as_str());
        let rule = output.styled(Style::new().dimmed(), &format!("[{}]", self.rule));
        let message = printable(&self.message);
        writeln!(
            output,
            "{}{under} {severity}: {message} {rule}",
            gutter(output, None)
        )
    }
}

fn position(range: &Value, end: &str) -> Position {
    let number = |key: &str| {
        let number = range
            .get(end)
            .and_then(|point| point.get(key))
            .and_then(Value::as_u64);
        number
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0)
    };
    Position {
        line: number("line"),
        character: number("character"),
    }
}

/// Signs under a range, as far as it goes on its first line.
fn under(text: &Text, range: TextRange, sign: char) -> String {
    let line = text.line_range(text.line_of(range.start));
    let before = text.slice(TextRange::new(line.start, range.start)).width();
    let inside = text
        .slice(TextRange::new(range.start, range.end.min(line.end)))
        .width();
    let signs: String = std::iter::repeat_n(sign, inside.max(1)).collect();
    format!("{}{signs}", " ".repeat(before))
}

fn numbered(output: &mut Output, text: &Text, line: usize) -> io::Result<()> {
    let number = gutter(output, Some(line));
    let source = text.slice(text.line_range(line)).into_owned();
    writeln!(output, "{number}{}", printable(&source))
}

fn gutter(output: &Output, line: Option<usize>) -> String {
    let number = line.map(|line| (line + 1).to_string()).unwrap_or_default();
    let style = Style::new().fg_color(Some(AnsiColor::BrightBlue.into()));
    output.styled(style, &format!("{number:>3} | "))
}

/// Markdown in a frame.
fn popup(output: &mut Output, text: &str) -> io::Result<()> {
    let line = "-".repeat(WIDTH);
    writeln!(output, "      +{line}")?;
    for line in markdown::lines(printable(text).trim(), WIDTH - 2) {
        let line = markdown::styled(&line, output).into_owned();
        writeln!(output, "{}", format!("      | {line}").trim_end())?;
    }
    writeln!(output, "      +{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_under_wide_characters_too() {
        let text = Text::new("a\nä 🔑 key: x\n");
        // `key` stands behind a letter of two bytes and a sign of two columns.
        assert_eq!(under(&text, TextRange::new(10, 13), '~'), "     ~~~");
        assert_eq!(under(&text, TextRange::empty(2), '~'), "~");
    }

    #[test]
    fn an_item_is_shown_while_its_word_is_typed() {
        let item = Item::new(&serde_json::json!({
            "label": "scramSha256",
            "textEdit": { "newText": "scramSha256", "range": {
                "start": { "line": 0, "character": 6 }, "end": { "line": 0, "character": 9 } } },
        }));
        assert!(item.goes_with(&Text::new("type: scr"), 9));
        assert!(item.goes_with(&Text::new("type: "), 6));
        assert!(!item.goes_with(&Text::new("type: oau"), 9));
    }
}
