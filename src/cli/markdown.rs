//! Markdown on a terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::output::Output;

/// The text as it is, with colours where the output has them: headings, code, and code blocks
/// stand out.
pub fn styled<'a>(text: &'a str, output: &Output) -> Cow<'a, str> {
    if output.has_color() {
        Cow::Owned(colored(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text in lines of at most `width` columns where words allow it, without what only a
/// browser draws: links become their words, emphasis and fences go.
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            out.push(format!("  {line}"));
        } else if line.trim() == "---" || line.trim() == "***" {
            out.push("-".repeat(width));
        } else {
            wrap(&without_links(line).replace("**", ""), width, &mut out);
        }
    }
    out
}

/// `[words](address)` as `words`.
fn without_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((words, address)) = after.split_once("](") else {
            break;
        };
        let Some((_, behind)) = address.split_once(')') else {
            break;
        };
        out.push_str(before);
        out.push_str(words);
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn wrap(line: &str, width: usize, out: &mut Vec<String>) {
    let start = line.len() - line.trim_start().len();
    let indent = start + marker(&line[start..]);
    let mut current = line[..start].to_owned();
    let mut is_empty = true;
    for word in line.split_whitespace() {
        if !is_empty && current.width() + 1 + word.width() > width {
            out.push(std::mem::replace(&mut current, " ".repeat(indent)));
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    out.push(current);
}

/// The length of what makes a line an item of a list.
fn marker(line: &str) -> usize {
    let digits = line.len()
        - line
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .len();
    if line.starts_with("- ") || line.starts_with("* ") {
        2
    } else if digits > 0 && line[digits..].starts_with(". ") {
        digits + 2
    } else {
        0
    }
}

fn colored(text: &str) -> String {
    let heading = Style::new().bold().underline();
    let code = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
    let fence = Style::new().dimmed();
    let mut out = String::with_capacity(text.len() * 2);
    let mut in_block = false;
    for line in text.split_inclusive('\n') {
        let (line, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |line| (line, "\n"));
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            out.push_str(&format!("{fence}{line}{fence:#}"));
        } else if in_block {
            out.push_str(&format!("{code}{line}{code:#}"));
        } else if line.starts_with('#') {
            out.push_str(&format!("{heading}{line}{heading:#}"));
        } else {
            inline(line, code, &mut out);
        }
        out.push_str(end);
    }
    out
}

/// Colours what stands in backticks.
fn inline(line: &str, code: Style, out: &mut String) {
    let parts: Vec<&str> = line.split('`').collect();
    // The last backtick of an odd number opens nothing.
    let closed = parts.len() - (parts.len() + 1) % 2;
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && at < closed {
            out.push_str(&format!("{code}`{part}`{code:#}"));
        } else {
            if at % 2 == 1 {
                out.push('`');
            }
            out.push_str(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_lines() {
        let page =
            "# A **b**\n\nsee [the page](https://example.com/x) and more\n```yaml\nd: e\n```";
        assert_eq!(
            lines(page, 14),
            ["# A b", "", "see the page", "and more", "  d: e"]
        );
        assert_eq!(without_links("a [b] c"), "a [b] c");
        assert_eq!(
            lines("- one two three\n  12. four five", 10),
            ["- one two", "  three", "  12. four", "      five"]
        );
    }

    #[test]
    fn colours_do_not_change_the_text() {
        let page = "# `a`\n\nuse `b`, not ` c\n\n```yaml bad\nd: `\n```\nend";
        let stripped = anstream::adapter::strip_str(&colored(page)).to_string();
        assert_eq!(stripped, page);
    }
}
