//! `explain`: the page of a rule, which is Markdown, on a terminal.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{Event, Parser, Tag};

use super::output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, print_error};
use super::unknown_rule::unknown;
use crate::rules::registry;

/// Prints the page of a rule and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(id: &str, output: &mut Output) -> io::Result<u8> {
    let Some(rule) = registry::rule(id) else {
        print_error(&unknown(id));
        return Ok(COULD_NOT_RUN);
    };
    write!(output, "{}", styled(rule.page, output))?;
    Ok(NOTHING_SHOWN)
}

/// Markdown as it is, with headings and code in colours if the output has them.
fn styled<'a>(text: &'a str, output: &Output) -> Cow<'a, str> {
    if output.has_color() {
        Cow::Owned(colored(text))
    } else {
        Cow::Borrowed(text)
    }
}

fn colored(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut written = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
        let style = match event {
            Event::Start(Tag::Heading { .. }) => Style::new().bold().underline(),
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => AnsiColor::Cyan.on_default(),
            _ => continue,
        };
        // Code in a heading is styled with the heading.
        if range.start < written {
            continue;
        }
        out.push_str(&text[written..range.start]);
        written = range.end;
        // Line by line, because pagers reset colours at the end of a line.
        for line in text[range].split_inclusive('\n') {
            let words = line.trim_end_matches('\n');
            let end = &line[words.len()..];
            let is_fence = words.trim_start().starts_with("```");
            let style = if is_fence {
                Style::new().dimmed()
            } else {
                style
            };
            out.push_str(&format!("{style}{words}{style:#}{end}"));
        }
    }
    out.push_str(&text[written..]);
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const PAGE: &str = "# `a`\n\nuse `b`, not ` c\n\n```yaml bad\nd: `\n```\nend\n";

    #[test]
    fn headings_and_code_stand_out() {
        expect![[r#"
            ^[1m^[4m# `a`^[0m

            use ^[36m`b`^[0m, not ` c

            ^[2m```yaml bad^[0m
            ^[36md: `^[0m
            ^[2m```^[0m
            end
        "#]]
        .assert_eq(&colored(PAGE).replace('\u{1b}', "^"));
    }

    #[test]
    fn colours_do_not_change_the_text() {
        let stripped = anstream::adapter::strip_str(&colored(PAGE)).to_string();
        assert_eq!(stripped, PAGE);
    }
}
