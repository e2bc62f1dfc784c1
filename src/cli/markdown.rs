//! Markdown on a terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

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
    fn colours_do_not_change_the_text() {
        let page = "# `a`\n\nuse `b`, not ` c\n\n```yaml bad\nd: `\n```\nend";
        let stripped = anstream::adapter::strip_str(&colored(page)).to_string();
        assert_eq!(stripped, page);
    }
}
