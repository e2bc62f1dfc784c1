//! Markdown for clients that show it as it is.

use std::borrow::Cow;

/// Our Markdown without its marks.
pub fn plain(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut is_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        if is_code {
            plain.push_str(line);
        } else if !line.is_empty() && line.bytes().all(|byte| b"|-: ".contains(&byte)) {
            // The rule below a table's head, or between sections.
            continue;
        } else {
            plain.push_str(&plain_line(line));
        }
        plain.push('\n');
    }
    let trimmed = plain.trim();
    if trimmed.len() + 1 == plain.len() && plain.ends_with('\n') {
        plain.pop();
        return plain;
    }
    trimmed.to_owned()
}

/// What may be a mark.
const MARKS: [u8; 6] = *b"`\\*[<>";

fn plain_line(line: &str) -> Cow<'_, str> {
    let line = line.trim_start_matches('#').trim_start_matches('>').trim();
    let is_mark = |byte: u8| MARKS.contains(&byte) || byte == b'|';
    if !line.bytes().any(is_mark) {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    let mut is_verbatim = false;
    loop {
        let is_next = |byte: u8| byte == b'`' || !is_verbatim && MARKS.contains(&byte);
        let Some(at) = rest.bytes().position(is_next) else {
            break;
        };
        plain.push_str(&rest[..at]);
        let (first, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        match first {
            b'`' => is_verbatim = !is_verbatim,
            b'\\' if after.starts_with(|next: char| next.is_ascii_punctuation()) => {
                plain.push_str(&after[..1]);
                rest = &after[1..];
            }
            b'*' if after.starts_with('*') => rest = &after[1..],
            b'*' if !stands_alone(&plain, after) && line.matches('*').count() > 1 => {}
            b'[' => match link(after) {
                Some((label, target, then)) => {
                    plain.push_str(&plain_line(label));
                    plain.push_str(" (");
                    plain.push_str(target);
                    plain.push(')');
                    rest = then;
                }
                None => plain.push('['),
            },
            b'<' if after.starts_with("http") => {}
            b'>' if plain
                .rfind("http")
                .is_some_and(|at| !plain[at..].contains(' ')) => {}
            _ => plain.push(char::from(first)),
        }
    }
    plain.push_str(rest);
    cells(plain)
}

/// The cells of a table's row beside each other.
fn cells(line: String) -> Cow<'static, str> {
    let trimmed = line.trim();
    let cells = trimmed.trim_matches('|');
    if cells.len() == trimmed.len() {
        if trimmed.len() == line.len() {
            return Cow::Owned(line);
        }
        return Cow::Owned(trimmed.to_owned());
    }
    let cells: Vec<_> = cells.split('|').map(str::trim).collect();
    Cow::Owned(cells.join("  ").trim().to_owned())
}

/// Whether there is white space on both sides, so that a star is no emphasis.
fn stands_alone(before: &str, after: &str) -> bool {
    let is_open = |next: Option<char>| next.is_none_or(char::is_whitespace);
    is_open(before.chars().next_back()) && is_open(after.chars().next())
}

/// `label](target)` and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.split_once("](")?;
    let (target, then) = rest.split_once(')')?;
    (!label.contains('[') && !target.contains(' ')).then_some((label, target, then))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_without_its_marks_reads_as_text() {
        let markdown = "### `flows` (object)\n\n**Required.** See [the spec](https://a.example/x) \
                        or <https://b.example>.\n\n| key | value |\n|---|---|\n| `a*b` | 1 |\n\n\
                        ```yaml\ntype: oauth2 # **kept**\n```\n";
        assert_eq!(
            plain(markdown),
            "flows (object)\n\nRequired. See the spec (https://a.example/x) or \
             https://b.example.\n\nkey  value\na*b  1\n\ntype: oauth2 # **kept**"
        );
        assert_eq!(plain("a \\* b, [x] and 2 * 3"), "a * b, [x] and 2 * 3");
    }
}
