//! Whether a text is cut, and where its header, its body and its tail are.

use super::{
    Cuts, Line, Shape, lines, lines_from, opens_comment, shallow_lines, trim_end, yaml_key_end,
};
use crate::syntax::document::Format;
use crate::syntax::leaf::Frame;

/// A text that is cut: where its parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) struct Plan {
    /// Where the first child starts.
    pub body: usize,
    /// Where the tail starts.
    pub tail: usize,
    /// The indent of the entry itself; 0 for a whole document.
    pub own: usize,
    /// The indent of the children.
    pub level: usize,
    /// What the children are.
    pub frame: Frame,
    /// Whether the text has a key (an entry of a mapping).
    pub has_key: bool,
    /// Whether this is a whole document.
    pub is_document: bool,
    /// JSON: where the opening bracket stands.
    pub open_at: usize,
}

/// What a text stands for when it is asked whether it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Role {
    /// A whole document.
    Document,
    /// An entry of a mapping.
    Entry,
    /// An item of a sequence.
    Item,
}

/// Whether and where a text is cut.
///
/// With it come the lengths of the children, which the same walk over the lines finds.
pub(in crate::syntax) fn plan(
    text: &str,
    format: Format,
    role: Role,
    cut_above: usize,
) -> Option<(Plan, Vec<usize>)> {
    if text.len() <= cut_above {
        return None;
    }
    match format {
        Format::Yaml => yaml_plan(text, role),
        Format::Json => json_plan(text, role),
    }
}

fn yaml_plan(text: &str, role: Role) -> Option<(Plan, Vec<usize>)> {
    if role == Role::Item {
        return None;
    }
    let mut rest = role_lines(text, Format::Yaml, role);
    let mut own = 0;
    if role == Role::Entry {
        let first = rest.next()?;
        opening(&text[..first.end], Format::Yaml, &first)?;
        own = first.indent;
    }
    let mut body = None;
    let mut marked = false;
    for line in rest {
        match line.shape {
            Shape::Blank | Shape::Comment => {}
            Shape::Marker => {
                let content = &text.as_bytes()[line.start..line.end];
                // A document with directives, or with content on its marker's line, is read whole.
                let bare = content.starts_with(b"---") && is_gap(trim_end(&content[3..]));
                if role != Role::Document || marked || !bare {
                    return None;
                }
                marked = true;
            }
            Shape::Entry | Shape::Item if role == Role::Document || line.indent > own => {
                body = Some(line);
                break;
            }
            _ => return None,
        }
    }
    let first = body?;
    let limit = match role {
        Role::Document => first.indent,
        _ => own,
    };
    let mut plan = Plan {
        body: first.start,
        tail: text.len(),
        own,
        level: first.indent,
        frame: if first.shape == Shape::Item {
            Frame::Items
        } else {
            Frame::Entries
        },
        has_key: role == Role::Entry,
        is_document: role == Role::Document,
        open_at: 0,
    };
    let mut cuts = Cuts::new(first.start);
    for line in shallow_lines(text, first.end, plan.level, Format::Yaml) {
        match line.shape {
            Shape::Marker => {
                plan.tail = line.start;
                break;
            }
            Shape::Odd if line.indent <= limit => return None,
            _ => {
                cuts.consider(text, &line, Format::Yaml, plan.frame, plan.level);
            }
        }
    }
    Some((plan, cuts.end(plan.tail)))
}

fn role_lines(text: &str, format: Format, role: Role) -> impl Iterator<Item = Line> + '_ {
    let marked = role == Role::Document && text.starts_with('\u{feff}');
    lines_from(text, if marked { 3 } else { 0 }, format)
}

/// Where the bracket stands that the first line of an entry opens (YAML: 0), if the line has a
/// key and nothing else.
pub(in crate::syntax) fn opening(text: &str, format: Format, line: &Line) -> Option<usize> {
    if format == Format::Json {
        return json_opening(text, Role::Entry);
    }
    let content = trim_end(&text.as_bytes()[line.start + line.indent..line.end]);
    let bare = line.shape == Shape::Entry && is_gap(&content[yaml_key_end(content)? + 1..]);
    bare.then_some(0)
}

/// Whether nothing but blanks and a comment is left.
fn is_gap(rest: &[u8]) -> bool {
    let text = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    text.is_none_or(|at| rest[at] == b'#' && at > 0)
}

fn json_plan(text: &str, role: Role) -> Option<(Plan, Vec<usize>)> {
    // A comment over several lines hides what the lines look like: such a document is read whole.
    if role == Role::Document
        && memchr::memmem::find(text.as_bytes(), b"/*").is_some()
        && lines(text, Format::Json).any(|line| opens_comment(&text[line.start..line.end]))
    {
        return None;
    }
    let mut rest = role_lines(text, Format::Json, role);
    let mut first = rest.next()?;
    while role == Role::Document && matches!(first.shape, Shape::Comment | Shape::Blank) {
        first = rest.next()?;
    }
    let open_at = json_opening(&text[first.start..first.end], role)? + first.start;
    let own = first.indent;
    let body = rest.find(|line| !matches!(line.shape, Shape::Blank | Shape::Comment))?;
    if !matches!(body.shape, Shape::Entry | Shape::Odd) || body.indent <= own {
        return None;
    }
    // A collection cannot be a key: such an object is read whole.
    if text.as_bytes()[open_at] == b'{' && body.shape == Shape::Odd {
        return None;
    }
    let mut plan = Plan {
        body: body.start,
        tail: text.len(),
        own,
        level: body.indent,
        frame: if text.as_bytes()[open_at] == b'{' {
            Frame::Entries
        } else {
            Frame::Items
        },
        has_key: role == Role::Entry,
        is_document: role == Role::Document,
        open_at,
    };
    let mut cuts = Cuts::new(body.start);
    for line in shallow_lines(text, body.end, plan.level, Format::Json) {
        if line.shape == Shape::Closer && line.indent <= own {
            plan.tail = line.start;
            break;
        }
        cuts.consider(text, &line, Format::Json, plan.frame, plan.level);
    }
    Some((plan, cuts.end(plan.tail)))
}

/// Where the bracket stands that a line of JSON opens: `"key": {` or `{`, nothing after it but a
/// comment.
fn json_opening(line: &str, role: Role) -> Option<usize> {
    let bytes = line.as_bytes();
    let skip = |mut at: usize| {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    };
    let mut at = skip(0);
    if role == Role::Entry {
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        at += 1;
        while *bytes.get(at)? != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        at = skip(at + 1);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        at = skip(at + 1);
    }
    let open = matches!(bytes.get(at), Some(b'{' | b'['));
    let rest = skip(at + 1);
    let ends = matches!(bytes.get(rest), None | Some(b'\n' | b'\r'))
        || bytes.get(rest..rest + 2) == Some(b"//");
    (open && ends).then_some(at)
}
