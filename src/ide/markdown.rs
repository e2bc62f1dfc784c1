//! Markdown for people: text of the document made harmless, secrets masked, tables that can be
//! read as plain text too. And the way back, for clients that cannot show Markdown.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::rules::secret::{ends_userinfo, mask, part_of_token};
use crate::spec::Version;
use crate::text::printable::breaks_line;

/// Cells wider than this do not widen the others.
const MAX_WIDTH: usize = 80;

/// The longest text of a document that is shown.
const MAX_SHOWN: usize = 600;

/// A link to a place of the specification, as the last line of a text.
pub fn link(version: Version, anchor: &str) -> String {
    format!("[AsyncAPI {}]({})", version.as_str(), version.docs(anchor))
}

/// A text with the link below it.
pub fn with_link(text: &str, version: Version, anchor: &str) -> String {
    format!("{}\n\n{}", text.trim_end(), link(version, anchor))
}

/// A text of the document as plain text: nothing in it acts as Markdown or HTML, secrets are
/// masked. It escapes little, because some clients show Markdown as it is.
pub fn user(text: &str) -> String {
    let shown = shown(text);
    let words = shown.split_whitespace().map(|word| {
        // A bare URL would become a link.
        let address = word.contains("://") || word.contains("www.") || word.contains('@');
        if address { code(word) } else { escaped(word) }
    });
    let text = words.collect::<Vec<String>>().join(" ");
    match text.chars().next() {
        Some('#' | '>' | '-' | '+' | '=') => format!("\\{text}"),
        _ => text,
    }
}

fn escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut signs = word.chars().peekable();
    let mut before = ' ';
    while let Some(sign) = signs.next() {
        let after = signs.peek().copied().unwrap_or(' ');
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        match sign {
            '<' => out.push_str("&lt;"),
            '&' if after == '#' || after.is_alphabetic() => out.push_str("&amp;"),
            '_' if inside => out.push(sign),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(sign);
            }
            sign if breaks_line(sign) => {}
            sign => out.push(sign),
        }
        before = sign;
    }
    out
}

/// A text of the document as code, secrets masked.
pub fn code(text: &str) -> String {
    let text: String = shown(text)
        .chars()
        .map(|sign| match sign {
            '`' => '\'',
            sign if breaks_line(sign) => ' ',
            sign => sign,
        })
        .collect();
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    format!("`{text}`")
}

/// A table with padded cells.
pub fn table(header: [&str; 2], rows: &[(String, String)]) -> String {
    let rows: Vec<[String; 2]> = rows
        .iter()
        .map(|(left, right)| [cell(left), cell(right)])
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .chain([header[column].chars().count()])
            .filter(|width| *width <= MAX_WIDTH)
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    let mut out = format!("| {:first$} | {:second$} |\n", header[0], header[1]);
    out.push_str(&format!("|{:-<1$}|", "", first + 2));
    out.push_str(&format!("{:-<1$}|", "", second + 2));
    for [left, right] in rows {
        out.push_str(&format!("\n| {left:first$} | {right:second$} |"));
    }
    out
}

/// A bar inside a cell would end it, also in code (GitHub Flavored Markdown, 4.10).
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for sign in text.chars() {
        if sign == '|' && before != '\\' {
            out.push('\\');
        }
        out.push(sign);
        before = sign;
    }
    out
}

/// The longest text of a document that is searched for secrets. More than what is shown, because
/// masking shortens the text.
const MAX_MASKED: usize = 2 << 10;

fn shown(text: &str) -> String {
    let masked = mask(beginning(text));
    match masked.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}...", &masked[..end]),
        None if text.len() > MAX_MASKED => format!("{masked}..."),
        None => masked.into_owned(),
    }
}

/// At most [`MAX_MASKED`] bytes of a text. If the cut may be inside a secret, that secret is left
/// out, because it could not be recognised any more.
fn beginning(text: &str) -> &str {
    if text.len() <= MAX_MASKED {
        return text;
    }
    let end = (0..=MAX_MASKED)
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let text = &text[..end.unwrap_or(0)];
    match text.rfind("://") {
        Some(at) if !text[at + 3..].contains(ends_userinfo) => &text[..at],
        _ => text.trim_end_matches(part_of_token),
    }
}

/// The Markdown as plain text. Line breaks and list marks stay, the address of a link follows its
/// words, and the cells of a table row are on one line.
pub fn plain_text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    // How much of the source is written. Line breaks from here to the next text are kept.
    let mut read = 0;
    let mut targets = Vec::new();
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    for (event, range) in parser.into_offset_iter() {
        let breaks = line_breaks(&markdown[read.min(range.start)..range.start]);
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                plain.push_str(&breaks);
                plain.push_str(&text);
                read = range.end;
            }
            Event::Start(Tag::Item) => {
                let mark = markdown[range.clone()].split_whitespace().next();
                let mark = mark.unwrap_or_default();
                plain.push_str(&format!("{breaks}{mark} "));
                read = range.start + mark.len();
            }
            // Code fences and rules are dropped with their lines.
            Event::Start(Tag::CodeBlock(_)) | Event::Rule => {
                plain.push_str(&breaks);
                read = next_line(markdown, range.start);
            }
            Event::End(TagEnd::CodeBlock) => read = next_line(markdown, range.end),
            Event::Start(Tag::TableHead) => plain.push_str(&breaks),
            Event::Start(Tag::TableRow) => plain.push('\n'),
            Event::Start(Tag::TableCell) => {
                if !plain.is_empty() && !plain.ends_with('\n') {
                    plain.push_str("  ");
                }
                read = range.start;
            }
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                plain.truncate(plain.trim_end_matches(' ').len());
                read = markdown[..range.end].trim_end().len();
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                // The text of such a link is its address.
                let is_bare = matches!(link_type, LinkType::Autolink | LinkType::Email);
                targets.push((!is_bare).then_some(dest_url));
            }
            Event::End(TagEnd::Link) => {
                if let Some(target) = targets.pop().flatten() {
                    plain.push_str(&format!(" ({target})"));
                }
                read = range.end;
            }
            _ => {}
        }
    }
    plain.trim().to_owned()
}

fn line_breaks(source: &str) -> String {
    "\n".repeat(source.matches('\n').count())
}

/// The start of the next line.
fn next_line(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |length| at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_not() {
        for (text, masked) in [
            (
                "https://bob:pw@auth.example.com/a",
                "https://***@auth.example.com/a",
            ),
            (
                "https://a.example/t?client_secret=hunter2&x=1#f",
                "https://a.example/t?client_secret=***&x=1#f",
            ),
            ("use 9fK2mQ7xVb3LpT8sWz4RyC1d now", "use *** now"),
            ("key AKIAIOSFODNN7EXAMPLE", "key ***"),
            (
                "https://login.example/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2",
                "https://login.example/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2",
            ),
            (
                "orders:read and authorizationCodeWithPkce",
                "orders:read and authorizationCodeWithPkce",
            ),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn text_of_the_document_cannot_act() {
        let shown =
            user("<img src=x> ![a](http://e.example/t.png) [b](javascript:x) `c` www.d.example");
        assert_eq!(
            shown,
            "&lt;img src=x> `![a](http://e.example/t.png)` \\[b\\](javascript:x) \\`c\\` `www.d.example`"
        );
        assert_eq!(user("# a_b *c*\n\n- d"), "\\# a_b \\*c\\* - d");
        assert_eq!(code("a`b\nc"), "`a'b c`");
    }

    #[test]
    fn a_long_text_is_cut_and_shows_no_part_of_a_secret() {
        let long = "word ".repeat(1_000);
        assert_eq!(user(&long).len(), MAX_SHOWN + "...".len());
        let secret = format!(
            "see https://bob:{}@auth.example.com",
            "p".repeat(MAX_MASKED)
        );
        assert_eq!(user(&secret), "see https...");
        let secret = format!(
            "{}AKIA{}",
            "\u{e9}".repeat(MAX_SHOWN / 2),
            "Z9".repeat(MAX_MASKED)
        );
        assert!(!user(&secret).contains("AKIA"));
        assert_eq!(mask("?\u{e9}&client_secret=a"), "?\u{e9}&client_secret=***");
    }

    #[test]
    fn tables_are_padded() {
        let rows = [
            ("a".to_owned(), "long".to_owned()),
            ("bcd".to_owned(), "e".to_owned()),
        ];
        assert_eq!(
            table(["x", "y"], &rows),
            "| x   | y    |\n|-----|------|\n| a   | long |\n| bcd | e    |"
        );
    }

    #[test]
    fn markdown_without_its_marks_reads_as_text() {
        let markdown = "### `flows` (object)\n\n**Required.** See [the spec](https://a.example/x) \
                        or <https://b.example>.\n\n| key | value |\n|---|---|\n| `a*b` | 1 |\n\n\
                        ```yaml\ntype: oauth2 # **kept**\n```\n";
        assert_eq!(
            plain_text(markdown),
            "flows (object)\n\nRequired. See the spec (https://a.example/x) or \
             https://b.example.\n\nkey  value\na*b  1\n\ntype: oauth2 # **kept**"
        );
        assert_eq!(plain_text("a \\* b, [x] and 2 * 3"), "a * b, [x] and 2 * 3");
    }

    #[test]
    fn lines_lists_and_quotes_stay_as_they_are_written() {
        assert_eq!(
            plain_text("> quoted\n\n**When not**\n- one\n  more\n- two\n\n1. a\n2. b\n\n---\n\nc"),
            "quoted\n\nWhen not\n- one\nmore\n- two\n\n1. a\n2. b\n\n\nc"
        );
    }

    #[test]
    fn what_was_escaped_for_markdown_is_shown_as_it_was() {
        let shown = user("<b> a&amp;b *c* https://d.example");
        assert_eq!(plain_text(&shown), "<b> a&amp;b *c* https://d.example");
    }
}
