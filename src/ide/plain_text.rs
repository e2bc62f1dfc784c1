//! Our Markdown for clients that show text as it is.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// The Markdown without its marks. Line breaks and the marks of lists stay as they are written, a
/// link's address stands behind its words, and the cells of a table stand side by side.
pub fn from_markdown(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    // Up to here the source is written out. Line breaks from here to the next text are kept.
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
            // Fences and rules go with their lines.
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
                // The words of such a link are its address.
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

/// Where the line behind this offset starts.
fn next_line(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |length| at + length + 1)
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
            from_markdown(markdown),
            "flows (object)\n\nRequired. See the spec (https://a.example/x) or \
             https://b.example.\n\nkey  value\na*b  1\n\ntype: oauth2 # **kept**"
        );
        assert_eq!(
            from_markdown("a \\* b, [x] and 2 * 3"),
            "a * b, [x] and 2 * 3"
        );
    }

    #[test]
    fn lines_lists_and_quotes_stay_as_they_are_written() {
        assert_eq!(
            from_markdown(
                "> quoted\n\n**When not**\n- one\n  more\n- two\n\n1. a\n2. b\n\n---\n\nc"
            ),
            "quoted\n\nWhen not\n- one\nmore\n- two\n\n1. a\n2. b\n\n\nc"
        );
    }

    #[test]
    fn what_was_escaped_for_markdown_is_shown_as_it_was() {
        let shown = crate::ide::markdown::user("<b> a&amp;b *c* https://d.example");
        assert_eq!(from_markdown(&shown), "<b> a&amp;b *c* https://d.example");
    }
}
