//! Excerpts of documents with marked ranges, for people at a terminal.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Origin, Snippet};

use super::checked::Checked;
use crate::rules::secret;
use crate::text::Text;
use crate::text::extent::Extent;
use crate::text::printable::{one_line, same_length};
use crate::text::range::TextRange;

/// A line with more bytes is cut around the finding. The renderer fits shorter ones to the terminal.
const LONG_LINE: usize = 4096;
/// How many bytes of a long line are shown before and after the range.
const AROUND: usize = 60;
/// How many bytes of a range in a long line are shown.
const MARKED: usize = 120;
/// Of a range with more lines, only the first one is shown.
const MAX_LINES: usize = 4;
/// A related range at most so many lines away is shown in the same excerpt.
const NEAR: usize = 8;
/// A few lines of a document with marked ranges.
pub struct Excerpt<'a> {
    first_line: usize,
    last_line: usize,
    /// Whether the only line is cut.
    is_cut: bool,
    /// The first mark is the one that the excerpt is about.
    marks: Vec<Mark<'a>>,
}

struct Mark<'a> {
    range: TextRange,
    label: Option<&'a str>,
}

impl<'a> Excerpt<'a> {
    /// The lines of a range, of many the first one.
    pub fn new(text: &Text, range: TextRange, label: Option<&'a str>) -> Self {
        let first_line = text.line_of(range.start());
        let range = first_lines(text, range);
        let last_line = text.line_of(range.end());
        Self {
            first_line,
            last_line,
            is_cut: text.line_range(first_line).len() > LONG_LINE,
            marks: vec![Mark { range, label }],
        }
    }

    /// Adds another range if it is near; returns whether it is.
    pub fn add(&mut self, text: &Text, range: TextRange, label: Option<&'a str>) -> bool {
        let other = Self::new(text, range, label);
        let first_line = self.first_line.min(other.first_line);
        let last_line = self.last_line.max(other.last_line);
        let mut lines = first_line..=last_line;
        if last_line - first_line > NEAR
            || lines.any(|line| text.line_range(line).len() > LONG_LINE)
        {
            return false;
        }
        self.first_line = first_line;
        self.last_line = last_line;
        self.marks.extend(other.marks);
        true
    }

    /// Adds the excerpt to what is shown of a message. The range is primary if the message is about it.
    pub fn add_to(self, group: Group<'a>, checked: &Checked, is_primary: bool) -> Group<'a> {
        let snippet = self.snippet(checked, is_primary);
        match self.is_cut {
            // The renderer would count columns from the cut.
            true => {
                let origin = origin(checked, self.marks[0].range);
                group.element(origin).element(snippet)
            }
            false => group.element(snippet.path(one_line(&checked.path).into_owned())),
        }
    }

    fn snippet(&self, checked: &Checked, is_primary: bool) -> Snippet<'a, Annotation<'a>> {
        let text = &checked.text;
        let mut source = String::new();
        let mut starts = Vec::new();
        let shown = |line: usize| {
            let whole = text.line_range(line);
            match self.marks.first() {
                Some(mark) if self.is_cut => around(text, whole, mark.range),
                _ => whole,
            }
        };
        let range = TextRange::new(shown(self.first_line).start(), shown(self.last_line).end());
        let masked = Masked::new(checked, range);
        for line in self.first_line..=self.last_line {
            let whole = text.line_range(line);
            let range = shown(line);
            if range.start() > whole.start() {
                source.push_str("...");
            }
            starts.push((range, source.len()));
            source.push_str(masked.slice(range));
            if range.end() < whole.end() {
                source.push_str("...");
            }
            source.push('\n');
        }
        let annotations: Vec<Annotation<'a>> = self
            .marks
            .iter()
            .enumerate()
            .map(|(at, mark)| {
                let kind = if is_primary && at == 0 {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                kind.span(span(&starts, mark.range)).label(mark.label)
            })
            .collect();
        Snippet::source(source)
            .line_start(self.first_line + 1)
            .annotations(annotations)
    }
}

/// Lines of a document with their secrets masked: the excerpt may end up in the log of a CI run.
struct Masked {
    start: usize,
    text: String,
}

/// How many lines before an excerpt are looked at for the start of a secret of several lines.
const LINES_OF_KEY: usize = 64;

/// How many bytes before an excerpt are looked at for that.
const BYTES_OF_KEY: usize = 8 << 10;

impl Masked {
    fn new(checked: &Checked, lines: TextRange) -> Self {
        let text = &checked.text;
        let line = text.line_of(lines.start());
        let before = (line.saturating_sub(LINES_OF_KEY)..=line)
            .map(|line| text.line_range(line).start())
            .find(|start| lines.start() - start <= BYTES_OF_KEY);
        // Of a long line only what stands near is looked at.
        let near = || text.floor(lines.start().saturating_sub(BYTES_OF_KEY));
        let start = before.unwrap_or_else(near);
        let source = text.slice(TextRange::new(start, lines.end()));
        let first = (checked.secrets).partition_point(|secret| secret.end() <= start);
        let known =
            (checked.secrets[first..].iter()).take_while(|secret| secret.start() < lines.end());
        let known = known.map(|secret| {
            let from = secret.start().max(start);
            from - start..secret.end().min(lines.end()) - start
        });
        Self {
            start,
            text: same_length(&secret::mask_in_place(&source, known)).into_owned(),
        }
    }

    fn slice(&self, range: TextRange) -> &str {
        let range = range.start() - self.start..range.end() - self.start;
        self.text.get(range).unwrap_or_default()
    }
}

/// Converts a range of the document to one of the excerpt's source.
fn span(starts: &[(TextRange, usize)], range: TextRange) -> Range<usize> {
    let convert = |offset: usize| {
        let line = starts
            .iter()
            .rfind(|(line, _)| line.start() <= offset)
            .or(starts.first());
        line.map_or(0, |(line, at)| {
            at + offset.clamp(line.start(), line.end()) - line.start()
        })
    };
    let start = convert(range.start());
    start..convert(range.end()).max(start)
}

/// The range, cut to what is shown of it.
fn first_lines(text: &Text, range: TextRange) -> TextRange {
    let first = text.line_of(range.start());
    let last = text.line_of(range.end());
    let is_long = |line: usize| text.line_range(line).len() > LONG_LINE;
    let mut end = range.end();
    if last - first >= MAX_LINES || (last > first && (first..=last).any(is_long)) {
        end = text.line_range(first).end();
    }
    if is_long(first) {
        end = text.floor(end.min(range.start() + MARKED));
    }
    TextRange::new(range.start(), end.max(range.start()))
}

/// The part of a long line that is shown.
fn around(text: &Text, line: TextRange, mark: TextRange) -> TextRange {
    let start = text
        .floor(mark.start().saturating_sub(AROUND))
        .max(line.start());
    let end = text.floor(mark.end() + AROUND).min(line.end());
    TextRange::new(start, end)
}

fn origin<'a>(checked: &Checked, range: TextRange) -> Origin<'a> {
    let start = Extent::new(&checked.text, range).start;
    Origin::path(one_line(&checked.path).into_owned())
        .line(start.line)
        .char_column(start.column)
}
