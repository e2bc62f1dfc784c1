//! Pieces from text.

pub(super) mod together;

use std::collections::HashMap;
use std::sync::Arc;

use super::cut::plan::{Plan, Role, plan};
use super::cut::{self, CUT_DEPTH, Shape};
use super::document::Format;
use super::index::{Branch, Piece, Tail};
use super::leaf::{Frame, Leaf};
use super::{json, yaml};
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// How much was read for one version of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Bytes of all pieces that were read.
    pub bytes: usize,
    /// Pieces that were read.
    pub pieces: usize,
}

/// Makes pieces, reusing those of the version before where the text is the same.
#[derive(Debug)]
pub(super) struct Builder {
    pub format: Format,
    /// Texts up to this many bytes are not cut.
    pub cut_above: usize,
    pub work: Work,
    pub reuse: Reuse,
    /// Whether long texts may be read on several threads; those of one of them are not.
    shares: bool,
}

/// Pieces of the version before, by where they start now and how long they are.
#[derive(Debug, Default)]
pub(super) struct Reuse {
    pieces: HashMap<(usize, usize), (Role, usize, Arc<Piece>)>,
}

impl Reuse {
    /// Adds a piece of the old version that starts at `at`, with all below it, as far as the
    /// edit did not touch them. `edit` is the replaced range, `delta` says what is added to
    /// offsets behind it.
    pub fn add(&mut self, piece: &Arc<Piece>, at: usize, context: Context, edit: Shift) {
        let end = at + piece.len();
        let moved = if end <= edit.range.start {
            Some(at)
        } else if at >= edit.range.end {
            Some(at + edit.inserted - edit.range.len())
        } else {
            None
        };
        if let Some(start) = moved {
            self.pieces.insert(
                (start, piece.len()),
                (context.role, context.depth, Arc::clone(piece)),
            );
            return;
        }
        if let Piece::Branch(branch) = &**piece {
            let context = Context {
                role: child_role(&branch.plan),
                depth: branch.depth,
            };
            for (start, child) in branch.children() {
                self.add(child, at + start, context, edit);
            }
        }
    }

    fn find(&self, at: usize, len: usize, context: Context) -> Option<Arc<Piece>> {
        let (role, depth, piece) = self.pieces.get(&(at, len))?;
        (*role == context.role && *depth == context.depth).then(|| Arc::clone(piece))
    }
}

/// What surrounds a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Context {
    /// What the piece stands for.
    pub role: Role,
    /// How many collections surround it.
    pub depth: usize,
}

/// What the children of a branch stand for.
pub(super) fn child_role(plan: &Plan) -> Role {
    match plan.frame {
        Frame::Items => Role::Item,
        _ => Role::Entry,
    }
}

impl Builder {
    pub fn new(format: Format, cut_above: usize, reuse: Reuse) -> Self {
        Self {
            format,
            cut_above,
            work: Work::default(),
            reuse,
            shares: true,
        }
    }

    /// All documents of a stream, each with its offset; at least one.
    pub fn stream(&mut self, text: &str) -> Vec<(usize, Arc<Piece>)> {
        let mut at = 0;
        let mut documents = Vec::new();
        for length in documents_of(text, self.format) {
            let context = Context {
                role: Role::Document,
                depth: 0,
            };
            documents.push((at, self.piece(&text[at..at + length], at, context)));
            at += length;
        }
        documents
    }

    /// One piece. `at` is where it starts in the document.
    pub fn piece(&mut self, text: &str, at: usize, context: Context) -> Arc<Piece> {
        if let Some(piece) = self.reuse.find(at, text.len(), context) {
            return piece;
        }
        if context.depth < CUT_DEPTH
            && let Some((plan, lengths)) = plan(text, self.format, context.role, self.cut_above)
        {
            let branch = self.branch(text, at, context, plan, &lengths);
            if !branch.is_deceptive() {
                return Arc::new(Piece::Branch(Box::new(branch)));
            }
        }
        let frame = match context.role {
            Role::Document => Frame::Document,
            Role::Entry => Frame::Entries,
            Role::Item => Frame::Items,
        };
        Arc::new(Piece::Leaf(self.leaf(text, frame, context.depth)))
    }

    fn branch(
        &mut self,
        text: &str,
        at: usize,
        context: Context,
        plan: Plan,
        lengths: &[usize],
    ) -> Branch {
        let depth = context.depth + 1;
        let inner = Context {
            role: child_role(&plan),
            depth,
        };
        let body = &text[plan.body..plan.tail];
        let pieces = self.cut_pieces(body, at + plan.body, lengths, inner);
        let header = self.header(&text[..plan.body], &plan);
        let tail = Arc::new(read_tail(&text[plan.tail..], self.format, &plan));
        Branch::new(plan, self.format, depth, header, pieces, tail)
    }

    /// The pieces of a body (or of a part of it that begins with a start).
    pub fn pieces(&mut self, body: &str, at: usize, plan: &Plan, depth: usize) -> Vec<Arc<Piece>> {
        let context = Context {
            role: child_role(plan),
            depth,
        };
        let lengths = cut::cut(body, self.format, plan.frame, plan.level);
        self.cut_pieces(body, at, &lengths, context)
    }

    fn cut_pieces(
        &mut self,
        body: &str,
        at: usize,
        lengths: &[usize],
        context: Context,
    ) -> Vec<Arc<Piece>> {
        let parts = if self.shares && self.reuse.pieces.is_empty() {
            together::parts(body.len(), lengths)
        } else {
            1
        };
        if parts > 1 {
            self.pieces_together(body, at, lengths, context, parts)
        } else {
            self.pieces_of(body, at, lengths, context)
        }
    }

    fn pieces_of(
        &mut self,
        body: &str,
        at: usize,
        lengths: &[usize],
        context: Context,
    ) -> Vec<Arc<Piece>> {
        let mut start = 0;
        let piece = |length: &usize| {
            let piece = self.piece(&body[start..start + length], at + start, context);
            start += length;
            piece
        };
        lengths.iter().map(piece).collect()
    }

    /// The lines before the first child: read as an entry whose collection is empty.
    pub fn header(&mut self, text: &str, plan: &Plan) -> Leaf {
        match (self.format, plan.has_key) {
            (Format::Yaml, false) => super::leaf::LeafBuilder::default().finish(text),
            (Format::Yaml, true) => self.leaf(text, Frame::Entries, 0),
            (Format::Json, has_key) => {
                let close = if plan.frame == Frame::Items { "]" } else { "}" };
                let frame = if has_key {
                    Frame::Entries
                } else {
                    Frame::Document
                };
                self.leaf(&format!("{text}{close}"), frame, 0)
            }
        }
    }

    fn leaf(&mut self, text: &str, frame: Frame, depth: usize) -> Leaf {
        self.work.bytes += text.len();
        self.work.pieces += 1;
        match self.format {
            Format::Yaml => yaml::read(text, frame, depth),
            Format::Json => json::read(text, frame, depth),
        }
    }
}

/// The lengths of the documents of a stream; at least one, which may be empty.
fn documents_of(text: &str, format: Format) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut from = 0;
    let has_markers = format == Format::Yaml && may_have_markers(text);
    if has_markers {
        let mut content = false;
        let mut ended = false;
        for line in cut::document_lines(text, format) {
            match line.shape {
                Shape::Blank | Shape::Comment => continue,
                Shape::Marker if text[line.start..].starts_with("...") => {
                    ended = true;
                    content = true;
                    continue;
                }
                Shape::Marker if text[line.start..].starts_with('%') => {
                    // A directive belongs to the document after it, but only where one may begin.
                    if ended {
                        lengths.push(line.start - from);
                        from = line.start;
                        ended = false;
                        content = false;
                    }
                    continue;
                }
                Shape::Marker if !content => {}
                _ if ended || line.shape == Shape::Marker => {
                    lengths.push(line.start - from);
                    from = line.start;
                }
                _ => {}
            }
            ended = false;
            content = true;
        }
    }
    if from < text.len() || lengths.is_empty() {
        lengths.push(text.len() - from);
    }
    lengths
}

/// Whether a line of the text starts with a marker of documents.
fn may_have_markers(text: &str) -> bool {
    let bytes = text.as_bytes();
    ["---", "...", "%"].iter().any(|marker| {
        memchr::memmem::find_iter(bytes, marker).any(|at| {
            at == 0 || matches!(bytes[at - 1], b'\n' | b'\r') || text[..at] == *"\u{feff}"
        })
    })
}

/// One past a string of JSON, which ends at the line's end at the latest.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// One past a comment of JSON, with its line break if it ends with its line.
fn comment_end(text: &str, start: usize) -> usize {
    if text[start..].starts_with("//") {
        return cut::line_end(text, start);
    }
    let end = memchr::memmem::find(&text.as_bytes()[start + 2..], b"*/");
    end.map_or(text.len(), |end| start + end + 4)
}

fn read_tail(text: &str, format: Format, plan: &Plan) -> Tail {
    let mut tail = Tail {
        text: text.to_owned(),
        ..Tail::default()
    };
    if format == Format::Yaml || text.is_empty() {
        return tail;
    }
    let close = if plan.frame == Frame::Items {
        b']'
    } else {
        b'}'
    };
    let bytes = text.as_bytes();
    let mut at = bytes.len() - text.trim_start().len();
    if bytes.get(at) == Some(&close) {
        at += 1;
        tail.close_end = Some(at);
    }
    let mut junk = None;
    let mut open = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let start = at;
                at = comment_end(text, start);
                let shown = text[start..at].trim_end_matches(['\n', '\r']).len();
                let comment = TextRange::new(start, start + shown);
                tail.comment.get_or_insert(comment);
                continue;
            }
            b',' if !plan.is_document && junk.is_none() && !tail.comma => tail.comma = true,
            byte => {
                let start = junk.map_or(at, |(start, _)| start);
                junk = Some((start, at + 1));
                if matches!(byte, b'{' | b'}' | b'[' | b']') {
                    open.push(byte);
                } else if byte == b'"' {
                    at = string_end(bytes, at);
                    continue;
                }
            }
        }
        at += 1;
    }
    tail.closers = open;
    tail.junk = junk.map(|(start, end)| {
        let mut end = end;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        TextRange::new(start, end)
    });
    tail
}
