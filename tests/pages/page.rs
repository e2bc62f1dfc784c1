//! Reads a rule's page: its sections and its examples with the places marked in them.

use asyncapi_security_lsp::text::range::TextRange;

/// The sections of a page, in order.
pub const SECTIONS: [&str; 5] = [
    "What it finds",
    "Why it matters",
    "Example",
    "Write instead",
    "References",
];

/// The language of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Yaml,
    Json,
}

/// What an example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Exactly the marked findings.
    Bad,
    /// No finding at all.
    Good,
}

/// A finding that an example promises.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where, in bytes of the example's text; for an open mark its end is that of the line.
    pub range: TextRange,
    /// Which rule.
    pub rule: String,
    /// Whether the place goes on past the end of its first line (`^^^...`).
    pub open: bool,
}

/// A fenced example of a page.
#[derive(Debug)]
pub struct Example {
    pub language: Language,
    pub kind: Kind,
    /// The rule that the block's info string switches on.
    pub extra_rule: Option<String>,
    /// Whether the block is cut for the eye and cannot be run.
    pub shortened: bool,
    /// Which section it stands in.
    pub section: String,
    /// The document, without the lines of marks.
    pub text: String,
    pub marks: Vec<Mark>,
}

/// A page, taken apart.
#[derive(Debug)]
pub struct Page {
    /// The text of the first heading.
    pub heading: String,
    /// What stands between the first heading and the first section.
    pub summary: String,
    /// The headings of the sections, and the prose below each without its code blocks.
    pub sections: Vec<(String, String)>,
    pub examples: Vec<Example>,
}

impl Page {
    /// Takes a page apart.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(page: &str) -> Result<Self, String> {
        let mut lines = page.lines();
        let first = lines.next().unwrap_or_default();
        let heading = first.strip_prefix("# ").ok_or("no heading")?.to_owned();
        let mut parsed = Self {
            heading,
            summary: String::new(),
            sections: Vec::new(),
            examples: Vec::new(),
        };
        while let Some(line) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let section = parsed.sections.last().map_or("", |(title, _)| title);
                parsed.examples.push(example(info, &body, section)?);
            } else if let Some(title) = line.strip_prefix("## ") {
                parsed.sections.push((title.to_owned(), String::new()));
            } else {
                let prose = match parsed.sections.last_mut() {
                    Some((_, prose)) => prose,
                    None => &mut parsed.summary,
                };
                prose.push_str(line);
                prose.push('\n');
            }
        }
        Ok(parsed)
    }

    /// The examples of a kind, in order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Example> {
        self.examples
            .iter()
            .filter(move |example| example.kind == kind)
    }

    /// The targets of all links in the page's prose.
    pub fn links(&self) -> Vec<&str> {
        let prose = self.sections.iter().map(|(_, prose)| prose.as_str());
        prose
            .chain([self.summary.as_str()])
            .flat_map(|text| text.split("](").skip(1))
            .map(|rest| rest.split_once(')').map_or(rest, |(target, _)| target))
            .collect()
    }
}

fn example(info: &str, body: &[&str], section: &str) -> Result<Example, String> {
    let mut words = info.split_whitespace();
    let language = match words.next() {
        Some("yaml") => Language::Yaml,
        Some("json") => Language::Json,
        other => return Err(format!("unknown language {other:?}")),
    };
    let kind = match words.next() {
        Some("bad") => Kind::Bad,
        Some("good") => Kind::Good,
        other => return Err(format!("neither `bad` nor `good`: {other:?}")),
    };
    let mut example = Example {
        language,
        kind,
        extra_rule: None,
        shortened: false,
        section: section.to_owned(),
        text: String::new(),
        marks: Vec::new(),
    };
    for word in words {
        match word {
            "shortened" => example.shortened = true,
            rule => example.extra_rule = Some(rule.to_owned()),
        }
    }
    let mut line_start = 0;
    for line in body {
        if line.trim_start().starts_with('^') {
            let marked = example.text.get(line_start..).unwrap_or_default();
            example.marks.push(mark(line, marked, line_start)?);
        } else {
            line_start = example.text.len();
            example.text.push_str(line);
            example.text.push('\n');
        }
    }
    example.marks.sort();
    Ok(example)
}

/// Reads a line of carets below the line `marked`, which starts at `line_start`. Columns are
/// characters, since that is what lies above each other.
fn mark(line: &str, marked: &str, line_start: usize) -> Result<Mark, String> {
    let column = line.chars().take_while(|found| *found == ' ').count();
    let rest = line.trim_start();
    let width = rest.chars().take_while(|found| *found == '^').count();
    let after = rest.trim_start_matches('^');
    let (open, rule) = match after.strip_prefix("...") {
        Some(rule) => (true, rule.trim()),
        None => (false, after.trim()),
    };
    let marked = marked.trim_end_matches('\n');
    let offset = |column: usize| {
        let mut places = marked.char_indices().map(|(at, _)| at);
        places.nth(column).unwrap_or(marked.len())
    };
    let range = TextRange::new(offset(column), offset(column + width));
    if column + width > marked.chars().count() {
        return Err(format!("the mark is wider than its line: {line}"));
    }
    if open && range.end() != marked.len() {
        return Err(format!("an open mark ends before its line: {line}"));
    }
    if rule.is_empty() || rule.contains(char::is_whitespace) {
        return Err(format!("a mark names one rule: {line}"));
    }
    Ok(Mark {
        range: range.shifted(line_start),
        rule: rule.to_owned(),
        open,
    })
}

/// The mark that a finding amounts to: a range of several lines is cut to its first.
pub fn mark_of(text: &str, rule: &str, range: TextRange) -> Mark {
    let inside = text.get(range.start()..range.end()).unwrap_or_default();
    let first = inside.lines().next().unwrap_or_default();
    let open = first.len() < inside.trim_end_matches(['\r', '\n']).len();
    let end = if open {
        range.start() + first.len()
    } else {
        range.end()
    };
    Mark {
        range: TextRange::new(range.start(), end),
        rule: rule.to_owned(),
        open,
    }
}

/// The text with a line of carets below each marked place, as pages write it.
pub fn render(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        let end = start + line.len();
        for mark in marks {
            let at = mark.range.start();
            if !(start <= at && at < end) {
                continue;
            }
            let width = |from: usize, to: usize| text.get(from..to).unwrap_or("?").chars().count();
            out.push_str(&" ".repeat(width(start, at)));
            out.push_str(&"^".repeat(width(at, mark.range.end())));
            out.push_str(if mark.open { "... " } else { " " });
            out.push_str(&mark.rule);
            out.push('\n');
        }
        start = end;
    }
    out
}

#[test]
fn marks_are_read_by_column_and_written_back() {
    let body = ["a: mü  # x", "   ^^ one", "      ^^^^... two", "b: 1"];
    let example = example("yaml bad off-rule", &body, "Example").unwrap();
    assert_eq!(example.text, "a: mü  # x\nb: 1\n");
    assert_eq!(example.extra_rule.as_deref(), Some("off-rule"));
    let places: Vec<_> = example
        .marks
        .iter()
        .map(|mark| {
            (
                mark.rule.as_str(),
                mark.range.start(),
                mark.range.end(),
                mark.open,
            )
        })
        .collect();
    assert_eq!(places, [("one", 3, 6, false), ("two", 7, 11, true)]);
    assert_eq!(
        render(&example.text, &example.marks),
        body.join("\n") + "\n"
    );
    let long = mark_of(&example.text, "two", TextRange::new(7, 13));
    assert_eq!(Some(&long), example.marks.get(1));
}

#[test]
fn marks_that_fit_nothing_are_refused() {
    for line in ["^^^^^^ rule", "^ two words", "^", " ^... rule"] {
        let found = example("yaml bad", &["a: 1", line], "Example");
        assert!(found.is_err(), "{line}");
    }
}
