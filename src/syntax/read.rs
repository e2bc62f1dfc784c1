//! Makes chunks from text, and reuses chunks of the previous text.

mod joined;
pub(super) mod parallel;

use super::chunk::{Branch, Child, Chunk, Tail};
use super::format::Format;
use super::leaf::builder::LeafBuilder;
use super::leaf::{Frame, Leaf};
use super::split::layout::{ChunkLayout, Touched, layout};
use super::split::{self, LineKind, SPLIT_DEPTH};
use super::{json, yaml};
use crate::text::kept::{Changed, Kept};
use crate::text::range::TextRange;

/// How much was read for one version of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Bytes of all chunks that were read.
    pub bytes: usize,
    /// Chunks that were read.
    pub chunks: usize,
}

/// The frame of a chunk, and how many collections enclose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Context {
    pub frame: Frame,
    pub depth: usize,
}

/// Makes chunks, and reuses those of the previous text where the text is the same.
#[derive(Debug)]
pub(super) struct ChunkReader<'p> {
    format: Format,
    /// Texts up to this many bytes are not split.
    split_above: usize,
    previous: Option<Previous<'p>>,
    /// The lines that differ from the previous text.
    touched: Option<Touched>,
    /// YAML: whether the text may contain document markers.
    pub has_markers: bool,
    /// The number of threads for reading a long text.
    threads: usize,
    /// What was read so far.
    pub work: Work,
}

impl<'p> ChunkReader<'p> {
    pub fn new(format: Format, split_above: usize, previous: Option<Previous<'p>>) -> Self {
        Self {
            format,
            split_above,
            // After an edit there is little to read.
            threads: if previous.is_some() {
                1
            } else {
                parallel::threads()
            },
            previous,
            touched: None,
            has_markers: true,
            work: Work::default(),
        }
    }

    /// All documents of a stream; at least one.
    pub fn stream(&mut self, text: &str) -> Vec<Child> {
        let changed = self.previous.as_ref().map(Previous::changed);
        self.touched = changed.map(|changed| Touched::new(text, changed, self.format));
        // If there was no marker before, only the touched lines can contain one.
        let new_lines = match self.touched {
            Some(touched) if !self.has_markers => &text[touched.start..touched.new_end],
            _ => text,
        };
        self.has_markers = self.format == Format::Yaml && may_have_markers(new_lines);
        let lengths = if self.has_markers {
            documents_of(text)
        } else {
            vec![text.len()]
        };
        let context = Context {
            frame: Frame::Document,
            depth: 0,
        };
        self.chunks(text, 0, &lengths, context)
    }

    /// Consecutive chunks with these lengths. The first starts at `at`.
    fn chunks(&mut self, text: &str, at: usize, lengths: &[usize], context: Context) -> Vec<Child> {
        let mut start = 0;
        let chunk = |length: &usize| {
            let child = self.chunk(&text[start..start + length], at + start, context);
            start += length;
            child
        };
        lengths.iter().map(chunk).collect()
    }

    /// One chunk, which starts at `at`.
    fn chunk(&mut self, text: &str, at: usize, context: Context) -> Child {
        let range = TextRange::new(at, at + text.len());
        if let Some(previous) = &mut self.previous
            && let Some(child) = previous.same(range, context)
        {
            return child;
        }
        if text.len() > self.split_above
            && let Some(branch) = self.split(text, range, context)
        {
            return branch;
        }
        let leaf = self.leaf(text, context);
        // What is wrong with a broken text must not depend on its length.
        if text.len() <= self.split_above
            && !leaf.errors().is_empty()
            && let Some(branch) = self.split(text, range, context)
        {
            return branch;
        }
        Child::new(Chunk::Leaf(leaf))
    }

    /// The text as a branch, if it can be split.
    fn split(&mut self, text: &str, range: TextRange, context: Context) -> Option<Child> {
        if context.depth >= SPLIT_DEPTH {
            return None;
        }
        let (layout, lengths) = self.layout(text, range, context)?;
        let branch = self.branch(text, range.start(), context.depth + 1, layout, &lengths);
        let is_by_indent = !branch.is_misleading() && !branch.has_stray_closer();
        is_by_indent.then(|| Child::new(Chunk::Branch(Box::new(branch))))
    }

    /// Whether and how a text is split. If an edit is inside a text that was split before, only the
    /// touched lines are examined.
    fn layout(
        &mut self,
        text: &str,
        range: TextRange,
        context: Context,
    ) -> Option<(ChunkLayout, Vec<usize>)> {
        if let Some(previous) = &mut self.previous
            && let Some(touched) = self.touched.and_then(|touched| touched.from(range.start()))
            && let Some(branch) = previous.edited(range, context)
            && !branch.is_joined
        {
            let starts = branch.children_with_offsets().map(|(start, _)| start);
            let tail = branch.tail.len;
            let layout = (branch.layout).after_edit(text, self.format, touched, starts, tail);
            if layout.is_some() {
                return layout;
            }
        }
        layout(text, self.format, context.frame)
    }

    fn branch(
        &mut self,
        text: &str,
        at: usize,
        depth: usize,
        layout: ChunkLayout,
        lengths: &[usize],
    ) -> Branch {
        let context = Context {
            frame: layout.inner,
            depth,
        };
        let tail_at = layout.body + lengths.iter().sum::<usize>();
        let body = &text[layout.body..tail_at];
        let header = self.header(&text[..layout.body], &layout);
        let children = self.children(body, at + layout.body, lengths, context);
        let (children, is_joined) = self.joined(children, body, context);
        let tail = Tail::read(&text[tail_at..], self.format, &layout);
        let mut branch = Branch::new(layout, self.format, header, children, tail);
        branch.is_joined = is_joined;
        branch
    }

    /// Reads the lines before the first child as an entry whose collection is empty.
    fn header(&mut self, text: &str, layout: &ChunkLayout) -> Leaf {
        let frame = match layout.frame {
            Frame::Entries => Frame::Entries,
            _ => Frame::Document,
        };
        let context = Context { frame, depth: 0 };
        match (self.format, frame) {
            (Format::Yaml, Frame::Entries) => self.leaf(text, context),
            (Format::Yaml, _) => LeafBuilder::default().finish(text),
            (Format::Json, _) => {
                let close = match layout.inner {
                    Frame::Items => "]",
                    _ => "}",
                };
                self.leaf(&format!("{text}{close}"), context)
            }
        }
    }

    fn leaf(&mut self, text: &str, context: Context) -> Leaf {
        self.work.bytes += text.len();
        self.work.chunks += 1;
        match self.format {
            Format::Yaml => yaml::read(text, context.frame, context.depth),
            Format::Json => json::read(text, context.frame, context.depth),
        }
    }
}

/// The lengths of the documents in a YAML stream; at least one, which may be empty.
fn documents_of(text: &str) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut from = 0;
    let mut content = false;
    let mut ended = false;
    for line in split::document_lines(text, Format::Yaml) {
        match line.kind {
            LineKind::Blank | LineKind::Comment => continue,
            LineKind::Marker if text[line.start..].starts_with("...") => {
                ended = true;
                content = true;
                continue;
            }
            LineKind::Marker if text[line.start..].starts_with('%') => {
                // A directive belongs to the document after it, but only where one may start.
                if ended {
                    lengths.push(line.start - from);
                    from = line.start;
                    ended = false;
                    content = false;
                }
                continue;
            }
            LineKind::Marker if !content => {}
            _ if ended || line.kind == LineKind::Marker => {
                lengths.push(line.start - from);
                from = line.start;
            }
            _ => {}
        }
        ended = false;
        content = true;
    }
    if from < text.len() || lengths.is_empty() {
        lengths.push(text.len() - from);
    }
    lengths
}

/// Whether a line of the text starts with a document marker.
fn may_have_markers(text: &str) -> bool {
    let bytes = text.as_bytes();
    ["---", "...", "%"].iter().any(|marker| {
        memchr::memmem::find_iter(bytes, marker).any(|at| {
            at == 0 || matches!(bytes[at - 1], b'\n' | b'\r') || text[..at] == *"\u{feff}"
        })
    })
}

/// Walks through the chunks of the previous tree. Always forward, because a text is read from start
/// to end.
#[derive(Debug)]
pub(super) struct Previous<'p> {
    kept: &'p Kept,
    /// The current position: among the documents, the children of one of them, and so on down.
    levels: Vec<Level<'p>>,
}

/// Siblings that were not passed yet.
#[derive(Debug)]
struct Level<'p> {
    /// Their frame.
    frame: Frame,
    children: &'p [Child],
    /// The offset of the first.
    at: usize,
}

impl<'p> Previous<'p> {
    /// `documents` are those of the previous text, `kept` says what is left of it.
    pub fn new(documents: &'p [Child], kept: &'p Kept) -> Self {
        let documents = Level {
            frame: Frame::Document,
            children: documents,
            at: 0,
        };
        Self {
            kept,
            levels: vec![documents],
        }
    }

    /// What the edits have changed.
    pub fn changed(&self) -> Changed {
        self.kept.changed()
    }

    /// The chunk with this text and the same frame. Chunks must be requested in the order of their
    /// starts.
    pub fn same(&mut self, range: TextRange, context: Context) -> Option<Child> {
        let at = self.kept.start_before(range)?;
        let child = self.chunk(TextRange::new(at, at + range.len()), context)?;
        Some(child.clone())
    }

    /// The branch with the same frame in the same place, if the edits are inside it.
    pub fn edited(&mut self, range: TextRange, context: Context) -> Option<&'p Branch> {
        let changed = self.kept.changed();
        if range.start() > changed.start || range.end() < changed.new_end {
            return None;
        }
        let end = range.end() - changed.new_end + changed.old_end;
        match &*self
            .chunk(TextRange::new(range.start(), end), context)?
            .chunk
        {
            Chunk::Branch(branch) => Some(branch),
            Chunk::Leaf(_) => None,
        }
    }

    /// The chunk with this range in the previous text.
    fn chunk(&mut self, range: TextRange, context: Context) -> Option<&'p Child> {
        for depth in 0..=context.depth {
            if depth == self.levels.len() {
                let below = self.levels.last()?.below()?;
                self.levels.push(below);
            }
            if self.levels[depth].go_to(range.start()) {
                self.levels.truncate(depth + 1);
            }
        }
        let level = self.levels.get(context.depth)?;
        let child = level.children.first()?;
        let is_it =
            level.at == range.start() && child.len() == range.len() && level.frame == context.frame;
        (is_it && !child.is_joined).then_some(child)
    }
}

impl<'p> Level<'p> {
    /// Skips the chunks that end at or before an offset. Returns whether there were any.
    fn go_to(&mut self, offset: usize) -> bool {
        let mut passed = 0;
        for child in self.children {
            if self.at + child.len() > offset {
                break;
            }
            self.at += child.len();
            passed += 1;
        }
        self.children = &self.children[passed..];
        passed > 0
    }

    /// The children of the current chunk.
    fn below(&self) -> Option<Self> {
        let Chunk::Branch(branch) = &*self.children.first()?.chunk else {
            return None;
        };
        Some(Self {
            frame: branch.layout.inner,
            children: &branch.children,
            at: self.at + branch.layout.body,
        })
    }
}
