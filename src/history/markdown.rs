//! An outcome as Markdown.

use super::outcome::{Outcome, Shown};
use super::words::{cells, not_seen};
use crate::diff::kind::Severity;
use crate::text::printable::one_line;

/// How many rows are open.
const MAX_OPEN: usize = 10;

/// A comment of GitHub holds 65,536 characters.
const MAX_LENGTH: usize = 60_000;

/// How an outcome is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkdownOptions<'o> {
    /// Whether changes that mean nothing are shown too.
    pub show_none: bool,
    /// The address that paths are added to.
    pub link_base: Option<&'o str>,
}

/// The outcome as Markdown.
pub fn markdown(outcome: &Outcome, options: MarkdownOptions<'_>) -> String {
    let mut out = format!("**{}**\n", plain(&outcome.verdict()));
    let rows: Vec<String> = outcome
        .shown(options.show_none)
        .map(|one| row(one, options))
        .collect();
    let (open, rest) = rows.split_at(rows.len().min(MAX_OPEN));
    if !open.is_empty() {
        out += "\n| | What | Where |\n|---|---|---|\n";
        out += &open.concat();
    }
    if !rest.is_empty() {
        out += &format!(
            "\n<details><summary>{} more</summary>\n\n| | What | Where |\n|---|---|---|\n",
            rest.len()
        );
        let mut left = rest.len();
        for row in rest {
            if out.len() + row.len() > MAX_LENGTH {
                break;
            }
            out += row;
            left -= 1;
        }
        if left > 0 {
            out += &format!("| | and {left} more, which do not fit | |\n");
        }
        out += "\n</details>\n";
    }
    let unseen: Vec<String> = not_seen(outcome)
        .iter()
        .map(|line| format!("- {}\n", plain(line)))
        .collect();
    if !unseen.is_empty() {
        out += &format!(
            "\n<details><summary>Not compared: {}</summary>\n\n",
            unseen.len()
        );
        for line in &unseen {
            if out.len() + line.len() > MAX_LENGTH {
                break;
            }
            out += line;
        }
        out += "\n</details>\n";
    }
    for problem in &outcome.problems {
        out += &format!(
            "\nNot read: {}: {}\n",
            code(&problem.path),
            plain(&problem.message)
        );
    }
    out
}

/// The outcome as a list, for a page beside a document, which is narrow.
pub fn list(outcome: &Outcome) -> String {
    let mut out = format!("**{}**\n", plain(&outcome.verdict()));
    for one in outcome.shown(false) {
        let place = one.place().or(one.old.as_ref());
        let place = place.map_or_else(String::new, |located| {
            let place = format!("{}:{}", located.path, located.range.start.line);
            format!(" ({})", code(&place))
        });
        let (severity, message) = (severity(one), plain(&one.change.message));
        out += &format!("\n- {severity}: {message}{place}\n");
        if one.change.cells.len() > 1 {
            out += &format!("  - {}\n", plain(&cells(one)));
        }
    }
    for line in not_seen(outcome) {
        out += &format!("\n- not compared: {}\n", plain(&line));
    }
    for problem in &outcome.problems {
        let (path, message) = (code(&problem.path), plain(&problem.message));
        out += &format!("\n- not read: {path}: {message}\n");
    }
    out
}

fn severity(one: &Shown) -> &'static str {
    match one.severity {
        Severity::Danger if one.change.kind.stops_clients() => "⛔ danger, breaking",
        Severity::Danger => "⛔ danger",
        Severity::Breaking => "⚠️ breaking",
        Severity::Notice => "ℹ️ notice",
        Severity::None => "none",
    }
}

fn row(one: &Shown, options: MarkdownOptions<'_>) -> String {
    let severity = severity(one);
    let review = if one.change.kind.review {
        "; to be judged by you"
    } else {
        ""
    };
    let cells = match one.change.cells.len() {
        0 | 1 => String::new(),
        _ => format!("<br>{}", plain(&cells(one))),
    };
    let place = one
        .place()
        .or(one.old.as_ref())
        .map_or_else(String::new, |located| {
            let shown = code(&format!("{}:{}", located.path, located.range.start.line));
            match options.link_base {
                Some(base) => {
                    let path: String = located
                        .path
                        .split('/')
                        .map(encoded)
                        .collect::<Vec<String>>()
                        .join("/");
                    format!(
                        "[{shown}]({}/{path}#L{})",
                        base.trim_end_matches('/'),
                        located.range.start.line
                    )
                }
                None => shown,
            }
        });
    let message = plain(&one.change.message);
    let kind = one.change.kind.id;
    format!(
        "| {severity} | {message}{cells}<br><sub>{kind}{review}; {}</sub> | {place} |\n",
        one.fingerprint
    )
}

/// Text with names in code spans; nothing in it is read as Markdown, HTML, a mention or a link.
fn plain(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        match at % 2 {
            0 => out += &harmless(part),
            _ => out += &code(part),
        }
    }
    out
}

fn code(text: &str) -> String {
    // A pipe ends a cell in a code span too; a backslash before it does not show there.
    let text = one_line(text).replace('`', " ").replace('|', "\\|");
    let text = text.trim();
    match text.is_empty() {
        true => String::new(),
        false => format!("`{text}`"),
    }
}

fn harmless(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '@' => out += "&#64;",
            '#' => out += "&#35;",
            '|' | '*' | '_' | '[' | ']' | '\\' | '~' => {
                out.push('\\');
                out.push(sign);
            }
            sign => out.push(sign),
        }
    }
    out
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out += &format!("%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_documents_are_harmless() {
        assert_eq!(plain("`a|b` @x <b> #1"), "`a\\|b` &#64;x &lt;b&gt; &#35;1");
        assert_eq!(plain("`@x` is `<b>`"), "`@x` is `<b>`");
        assert_eq!(plain("a`b"), "a`b`");
        assert_eq!(encoded("a b)"), "a%20b%29");
    }
}
