//! Whether a text is split, and where its header, its children and its tail are.
//!
//! Once the header is known, what a line means depends on the line alone (in JSON also on a colon
//! before it). So after an edit usually only the header and the touched lines are examined again,
//! see [`ChunkLayout::after_edit`].

use super::{
    LineKind, SplitLine, ends_dangling, line_end, line_start, lines, lines_from, opens_comment,
    shallow_lines, trim_end, yaml_key_end,
};
use crate::syntax::format::Format;
use crate::syntax::leaf::Frame;
use crate::text::kept::Changed;

/// How a text is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) struct ChunkLayout {
    /// The frame of the text: only an entry has a key.
    pub frame: Frame,
    /// The frame of the children.
    pub inner: Frame,
    /// Where the first child starts.
    pub body: usize,
    /// The indent of the children.
    pub level: usize,
    /// A line that is indented no more than this may end the collection.
    limit: usize,
    /// JSON: the offset of the opening bracket.
    pub open_at: usize,
}

/// The layout of a text and the lengths of its children, if it is split.
pub(in crate::syntax) fn layout(
    text: &str,
    format: Format,
    frame: Frame,
) -> Option<(ChunkLayout, Vec<usize>)> {
    // A multi-line comment hides what lines look like: such a document is read in one go.
    if (format, frame) == (Format::Json, Frame::Document)
        && memchr::memmem::find(text.as_bytes(), b"/*").is_some()
        && lines(text, format).any(|line| opens_comment(&text[line.start..line.end]))
    {
        return None;
    }
    let (layout, from) = head(text, format, frame)?;
    let mut lengths = Lengths::from(layout.body);
    for line in shallow_lines(text, from, layout.level, format) {
        match layout.meaning(&line, format) {
            Meaning::Start => lengths.add(text, line.start, format),
            Meaning::Tail => return Some((layout, lengths.until(line.start))),
            Meaning::Whole => return None,
            Meaning::Inside => {}
        }
    }
    Some((layout, lengths.until(text.len())))
}

/// Reads the lines up to the first line of the first child. Returns also where the next line
/// starts.
fn head(text: &str, format: Format, frame: Frame) -> Option<(ChunkLayout, usize)> {
    match format {
        Format::Yaml => yaml_head(text, frame),
        Format::Json => json_head(text, frame),
    }
}

fn yaml_head(text: &str, frame: Frame) -> Option<(ChunkLayout, usize)> {
    let mut own = None;
    let mut rest = lines_of(text, Format::Yaml, frame);
    match frame {
        Frame::Document => {}
        Frame::Entries => {
            let first = rest.next()?;
            let content = trim_end(&text.as_bytes()[first.content..first.end]);
            let is_head = match first.kind {
                LineKind::Entry => is_gap(&content[yaml_key_end(content)? + 1..]),
                LineKind::Word => !content.contains(&b':'),
                _ => false,
            };
            if !is_head {
                return None;
            }
            own = Some(first.indent);
        }
        Frame::Items => return None,
    }
    let mut marked = false;
    let first = loop {
        let line = rest.next()?;
        match line.kind {
            LineKind::Blank | LineKind::Comment => {}
            LineKind::Marker => {
                let content = &text.as_bytes()[line.start..line.end];
                // A document with directives, or with content on its marker's line, is read in one
                // go.
                let bare = content.starts_with(b"---") && is_gap(trim_end(&content[3..]));
                if own.is_some() || marked || !bare {
                    return None;
                }
                marked = true;
            }
            LineKind::Entry | LineKind::Item if own.is_none_or(|own| line.indent > own) => {
                break line;
            }
            _ => return None,
        }
    };
    let layout = ChunkLayout {
        frame,
        inner: match first.kind {
            LineKind::Item => Frame::Items,
            _ => Frame::Entries,
        },
        body: first.start,
        level: first.indent,
        limit: own.unwrap_or(first.indent),
        open_at: 0,
    };
    Some((layout, first.end))
}

/// The lines of a text. A byte order mark at the start of a document is not part of the first line.
fn lines_of(text: &str, format: Format, frame: Frame) -> impl Iterator<Item = SplitLine> + '_ {
    let has_mark = frame == Frame::Document && text.starts_with('\u{feff}');
    lines_from(text, if has_mark { 3 } else { 0 }, format)
}

/// Whether only blanks and a comment are left.
fn is_gap(rest: &[u8]) -> bool {
    let text = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    text.is_none_or(|at| rest[at] == b'#' && at > 0)
}

fn json_head(text: &str, frame: Frame) -> Option<(ChunkLayout, usize)> {
    let is_content = |line: &SplitLine| !matches!(line.kind, LineKind::Blank | LineKind::Comment);
    let mut rest = lines_of(text, Format::Json, frame);
    let opener = match frame {
        Frame::Document => rest.find(is_content)?,
        _ => rest.next()?,
    };
    let open_at = json_opening(&text[opener.start..opener.end], frame)? + opener.start;
    let is_object = text.as_bytes()[open_at] == b'{';
    let first = rest.find(is_content)?;
    // A collection cannot be a key: such an object is read in one go.
    let fits = first.kind == LineKind::Entry || first.kind == LineKind::Odd && !is_object;
    if !fits || first.indent <= opener.indent {
        return None;
    }
    let layout = ChunkLayout {
        frame,
        inner: if is_object {
            Frame::Entries
        } else {
            Frame::Items
        },
        body: first.start,
        level: first.indent,
        limit: opener.indent,
        open_at,
    };
    Some((layout, first.end))
}

/// The meaning of a line after the start of the first child.
enum Meaning {
    /// Another child starts, unless the line is the value of a key above it.
    Start,
    /// The tail starts.
    Tail,
    /// The text cannot be split.
    Whole,
    /// The line belongs to the child before.
    Inside,
}

impl ChunkLayout {
    fn meaning(&self, line: &SplitLine, format: Format) -> Meaning {
        let is_out = line.indent <= self.limit;
        let starts = match (format, self.inner) {
            (Format::Yaml, Frame::Items) => line.kind == LineKind::Item,
            (Format::Json, Frame::Items) => matches!(line.kind, LineKind::Entry | LineKind::Odd),
            // In a mapping a name alone can only be a key.
            _ => matches!(line.kind, LineKind::Entry | LineKind::Word),
        };
        match (format, line.kind) {
            (Format::Yaml, LineKind::Marker) => Meaning::Tail,
            (Format::Yaml, LineKind::Odd) if is_out => Meaning::Whole,
            (Format::Json, LineKind::Closer) if is_out => Meaning::Tail,
            _ if starts && line.indent <= self.level => Meaning::Start,
            _ => Meaning::Inside,
        }
    }

    /// The layout after an edit of a text that had this layout before, if the edit does not change
    /// the kind of the collection or the tail. `children` are the previous starts of the children,
    /// and `tail` is the previous length of the tail; all offsets are from the start of the text.
    pub fn after_edit(
        &self,
        text: &str,
        format: Format,
        touched: Touched,
        children: impl Iterator<Item = usize>,
        tail: usize,
    ) -> Option<(Self, Vec<usize>)> {
        let (new, from) = head(text, format, self.frame)?;
        let is_same = (new.inner, new.level, new.limit) == (self.inner, self.level, self.limit);
        let tail_at = text.len().checked_sub(tail)?;
        // The touched lines may extend into the next chunk, but not into the tail.
        let end = touched.new_end.min(text.len());
        if !is_same || from > tail_at || end > tail_at {
            return None;
        }
        let mut lengths = Lengths::from(new.body);
        let mut children = children.peekable();
        while let Some(start) = children.next_if(|start| *start < touched.start) {
            lengths.push(start);
        }
        for line in lines_from(&text[..end], touched.start, format) {
            if format == Format::Json && opens_comment(&text[line.start..line.end]) {
                return None;
            }
            match new.meaning(&line, format) {
                _ if line.start < from => {}
                Meaning::Start => lengths.add(text, line.start, format),
                Meaning::Tail | Meaning::Whole => return None,
                Meaning::Inside => {}
            }
        }
        for start in children.filter(|start| *start >= touched.old_end) {
            lengths.push(start - touched.old_end + touched.new_end);
        }
        Some((new, lengths.until(tail_at)))
    }
}

/// The offset of the bracket that a JSON line opens: `"key": {` or `{`, followed by nothing but a
/// comment. In a document a word may precede it, which is being typed there.
fn json_opening(line: &str, frame: Frame) -> Option<usize> {
    let bytes = line.as_bytes();
    let skip = |at: usize, is_skipped: fn(&u8) -> bool| {
        let rest = bytes.get(at..).unwrap_or(&[]);
        at + rest.iter().take_while(|byte| is_skipped(byte)).count()
    };
    let blanks = |at| skip(at, |byte| matches!(byte, b' ' | b'\t'));
    let mut at = blanks(0);
    if frame == Frame::Document {
        at = blanks(skip(at, u8::is_ascii_alphanumeric));
    }
    if frame == Frame::Entries {
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        at += 1;
        while *bytes.get(at)? != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        at = blanks(at + 1);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        at = blanks(at + 1);
    }
    let open = matches!(bytes.get(at), Some(b'{' | b'['));
    let rest = blanks(at + 1);
    let ends = matches!(bytes.get(rest), None | Some(b'\n' | b'\r'))
        || bytes.get(rest..rest + 2) == Some(b"//");
    (open && ends).then_some(at)
}

/// The lengths of consecutive children.
struct Lengths {
    lengths: Vec<usize>,
    /// Where the last child starts.
    last: usize,
}

impl Lengths {
    fn from(start: usize) -> Self {
        Self {
            lengths: Vec::new(),
            last: start,
        }
    }

    /// A child starts at the start of a line, unless the line is the value of a line above that
    /// ends with a colon.
    fn add(&mut self, text: &str, start: usize, format: Format) {
        if format == Format::Yaml || !ends_dangling(&text[self.last..start]) {
            self.push(start);
        }
    }

    /// A child starts, unless it is the first one or comes before it.
    fn push(&mut self, start: usize) {
        if start > self.last {
            self.lengths.push(start - self.last);
            self.last = start;
        }
    }

    fn until(mut self, end: usize) -> Vec<usize> {
        self.push(end);
        self.lengths
    }
}

/// All lines whose look, or whose meaning for the split, an edit may have changed. Before and after
/// them both texts have the same lines.
#[derive(Debug, Clone, Copy)]
pub(in crate::syntax) struct Touched {
    /// Their start, in both texts.
    pub start: usize,
    /// Their end before the edit.
    pub old_end: usize,
    /// Their end after the edit.
    pub new_end: usize,
}

impl Touched {
    /// `text` is the whole text after the edit.
    pub fn new(text: &str, changed: Changed, format: Format) -> Self {
        // Includes the line before: the line break at its end may have changed.
        let start = line_start(text, changed.start.saturating_sub(1));
        let mut end = line_end(text, changed.new_end);
        if format == Format::Json {
            // A colon before the next line with content makes that line a value.
            for line in lines_from(text, end, format) {
                match line.kind {
                    LineKind::Closer => break,
                    LineKind::Blank | LineKind::Comment => end = line.end,
                    _ => {
                        end = line.end;
                        break;
                    }
                }
            }
        }
        Self {
            start,
            old_end: end - changed.new_end + changed.old_end,
            new_end: end,
        }
    }

    /// The same with offsets relative to `base`; `None` if they start before it.
    pub fn from(self, base: usize) -> Option<Self> {
        Some(Self {
            start: self.start.checked_sub(base)?,
            old_end: self.old_end - base,
            new_end: self.new_end - base,
        })
    }
}
