//! Completion items, and how candidates become items: text, range, filter and order.

use super::cursor::{After, Cursor, Quote, Slot};
use crate::analysis::Analysis;
use crate::edits::form;
use crate::edits::path::NodePath;
use crate::edits::render::{self, Style};
use crate::edits::template::{NewMember, Template, TemplateKey};
use crate::spec::Version;
use crate::spec::providers::pattern::{self, Part};
use crate::syntax::document::Document;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use crate::workspace::graph::offered::SchemeElsewhere;

/// What the client supports, and how it asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletionOptions {
    /// Snippets with tab stops (`$1`, `${1:text}`, `$0`), else plain text.
    pub snippets: bool,
    /// Whether the author asked for the list. Otherwise it opens by itself while they type, and
    /// holds nothing where that could be in their way.
    pub is_asked: bool,
}

/// What an item is, for its icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A key of an object.
    Field,
    /// A value of an enumeration.
    Value,
    /// A whole object.
    Snippet,
    /// The name of a scheme, or a `$ref` to it.
    Reference,
    /// A scope.
    Scope,
}

/// One completion item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the list shows.
    pub label: String,
    /// A few words after the label (type of the value, `required` ...).
    pub detail: Option<String>,
    /// For its icon.
    pub kind: ItemKind,
    /// Markdown.
    pub documentation: Option<String>,
    /// The range is on the line of the cursor and touches it.
    pub edit: TextEdit,
    /// A second edit, above the first: the comma that is missing after the member before.
    pub also: Option<TextEdit>,
    /// Whether the new text is a snippet.
    pub is_snippet: bool,
    /// What the client compares with the text in the range.
    pub filter: String,
    /// The order in the list.
    pub sort: String,
    /// Struck through.
    pub deprecated: bool,
    /// Chosen first.
    pub preselect: bool,
    /// Whether it ends where another list can be offered at once.
    pub opens_list: bool,
}

/// What decides which candidates there are.
pub(super) struct CompletionContext<'a> {
    pub analysis: &'a Analysis,
    pub version: Version,
    pub cursor: &'a Cursor<'a>,
    pub elsewhere: &'a dyn Fn() -> Vec<SchemeElsewhere>,
}

impl CompletionContext<'_> {
    /// Whether the key at the cursor has no object or list as its value further down, which a
    /// second value would break.
    pub fn is_free(&self, key: &str) -> bool {
        self.cursor.container.is_none_or(|node| {
            node.get(key)
                .is_none_or(|entry| entry.value.is_missing() || entry.value.is_scalar())
        })
    }
}

/// Something that could be written at a cursor.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub label: String,
    pub detail: Option<String>,
    pub kind: ItemKind,
    pub documentation: Option<String>,
    pub insert: Insert,
    /// What the client compares with the word; the label if `None`.
    pub filter: Option<String>,
    /// The order in the list: first by group, then within it.
    pub rank: (u8, usize),
    pub deprecated: bool,
    pub preselect: bool,
    /// Whether it may show by itself only if it begins with what is typed: what it names may have
    /// nothing to do with the document.
    pub by_beginning: bool,
}

/// What is written.
#[derive(Debug, Clone)]
pub(super) enum Insert {
    /// Members of an object.
    Members(Vec<(TemplateKey, Template)>),
    /// A value, or an item of a list.
    Value(Template),
    /// A URL as a value, with parts to fill in.
    Url(Vec<Part>),
}

impl Candidate {
    /// A candidate of no special rank.
    pub fn new(label: impl Into<String>, kind: ItemKind, insert: Insert) -> Self {
        Self {
            label: label.into(),
            detail: None,
            kind,
            documentation: None,
            insert,
            filter: None,
            rank: (5, 0),
            deprecated: false,
            preselect: false,
            by_beginning: false,
        }
    }

    /// The same members as a value of the key at the cursor.
    pub fn into_value(mut self) -> Self {
        if let Insert::Members(members) = self.insert {
            self.insert = Insert::Value(Template::Map(members));
        }
        self
    }
}

/// The item for a candidate; `None` if it cannot be written at the cursor.
pub(super) fn item(
    candidate: Candidate,
    cursor: &Cursor<'_>,
    document: &Document,
    options: CompletionOptions,
) -> Option<CompletionItem> {
    let text = document.text();
    let mut written = written(&candidate.insert, cursor, document, options.snippets)?;
    let opens_list = opens_list(&candidate.insert, cursor, options);
    let mut is_snippet = options.snippets;
    let (word, quote) = word(&candidate.insert, cursor);
    if is_snippet && !has_stops(&written) && !written.contains('\n') {
        // Clients insert plain text more exactly than snippets.
        written = unescaped(&written);
        is_snippet = false;
    }
    let before = if written.starts_with(['\n', '\r']) && cursor.before == " " {
        ""
    } else {
        cursor.before
    };
    let quote = quote
        .filter(|quote| !quote.closed)
        .map_or(String::new(), |quote| quote.mark.to_string());
    // A comment needs a blank before it.
    let comment = cursor.layout.style != Style::Json && text.byte(word.end()) == Some(b'#');
    let blank = if comment { " " } else { "" };
    let after = after(cursor, is_snippet, text.byte(word.end()));
    let new_text = format!("{before}{written}{quote}{after}{blank}");
    let filter = candidate.filter.unwrap_or_else(|| candidate.label.clone());
    Some(CompletionItem {
        label: candidate.label,
        detail: candidate.detail,
        kind: candidate.kind,
        documentation: candidate.documentation,
        edit: TextEdit {
            range: word,
            new_text,
        },
        also: cursor.comma_at.map(|at| TextEdit {
            range: TextRange::empty(at),
            new_text: ",".to_owned(),
        }),
        is_snippet,
        filter: with_quotes(&filter, word, cursor.layout.style, text),
        sort: format!("{}{:05}", candidate.rank.0, candidate.rank.1.min(99_999)),
        deprecated: candidate.deprecated,
        preselect: candidate.preselect,
        opens_list,
    })
}

/// Whether the cursor ends in a value that is still empty.
fn opens_list(insert: &Insert, cursor: &Cursor<'_>, options: CompletionOptions) -> bool {
    let Insert::Members(members) = insert else {
        return false;
    };
    let is_empty = match &members[..] {
        [(TemplateKey::Text(_), Template::Hole(text))] => text.is_empty(),
        [(TemplateKey::Text(_), body)] => matches!(body, Template::Open | Template::OpenList),
        _ => false,
    };
    let is_inside = options.snippets || cursor.layout.style == Style::Block;
    is_empty && is_inside && !cursor.has_value && cursor.slot != Slot::Key { colon: true }
}

fn written(
    insert: &Insert,
    cursor: &Cursor<'_>,
    document: &Document,
    snippets: bool,
) -> Option<String> {
    let layout = &cursor.layout;
    let written = match (&cursor.slot, insert) {
        (Slot::Key { colon: true }, Insert::Members(members)) => {
            let [(TemplateKey::Text(name), _), ..] = &members[..] else {
                return None;
            };
            let name = render::key(name, layout);
            if snippets {
                render::escaped(&name)
            } else {
                name
            }
        }
        (Slot::Key { colon: false } | Slot::Item, Insert::Members(members)) if cursor.has_value => {
            let [(TemplateKey::Text(name), body)] = &members[..] else {
                return None;
            };
            let fits_below = matches!(
                body,
                Template::Map(_) | Template::List(_) | Template::Open | Template::OpenList
            );
            if !fits_below {
                return None;
            }
            format!("{}:", render::key(name, layout))
        }
        (Slot::Key { colon: false }, Insert::Members(members)) => {
            let formed = |member: &NewMember| formed(member.clone(), cursor, document);
            let members: Vec<NewMember> = members.iter().map(formed).collect();
            render::members(&members, layout, snippets)
        }
        (Slot::Item, Insert::Members(members)) => {
            let body = formed_item(Template::Map(members.clone()), cursor, document);
            render::value(&body, layout, snippets, false)
        }
        (Slot::Item | Slot::Value(_), Insert::Value(Template::Text(text))) => {
            let written = match cursor.quote {
                Some(quote) => render::inside(text, quote.mark),
                None => render::text(text, layout),
            };
            if snippets {
                render::escaped(&written)
            } else {
                written
            }
        }
        (Slot::Item, Insert::Value(body)) => {
            let body = formed_item(body.clone(), cursor, document);
            render::value(&body, layout, snippets, false)
        }
        (Slot::Value(key), Insert::Value(body)) => {
            let member = (TemplateKey::of(key), body.clone());
            let (_, body) = formed(member, cursor, document);
            render::value(&body, layout, snippets, true)
        }
        (Slot::Value(_), Insert::Url(parts)) => url(parts, cursor, snippets),
        (Slot::Key { .. }, Insert::Value(_)) | (Slot::Value(_), Insert::Members(_)) => return None,
        (Slot::Key { .. } | Slot::Item, Insert::Url(_)) => return None,
    };
    Some(written)
}

/// A member in the form of its neighbours.
fn formed(member: NewMember, cursor: &Cursor<'_>, document: &Document) -> NewMember {
    match container(cursor, document) {
        Some(path) if path.node().is_mapping() => form::member(document, &path, member),
        _ => member,
    }
}

/// An item in the form of its neighbours.
fn formed_item(item: Template, cursor: &Cursor<'_>, document: &Document) -> Template {
    match container(cursor, document) {
        Some(path) if path.node().is_sequence() => form::item(document, &path, item),
        _ => item,
    }
}

fn container<'t>(cursor: &Cursor<'_>, document: &'t Document) -> Option<NodePath<'t>> {
    NodePath::of_range(document.tree(), cursor.container?.range())
}

/// A URL, in quotes if the text with its holes needs them. Without snippets the holes stay as they
/// are: `{tenant}`.
fn url(parts: &[Part], cursor: &Cursor<'_>, snippets: bool) -> String {
    let whole = pattern::text(parts);
    let quoted = match cursor.quote {
        Some(_) => whole.clone(),
        None => render::text(&whole, &cursor.layout),
    };
    if !snippets {
        return quoted;
    }
    let mut holes: Vec<&str> = Vec::new();
    let mut snippet = String::new();
    for part in parts {
        match part {
            Part::Text(text) => snippet.push_str(&render::escaped(text)),
            Part::Hole(name) => {
                // The same hole twice is one tab stop.
                let known = holes.iter().position(|hole| hole == name);
                let at = known.unwrap_or(holes.len()) + 1;
                snippet.push_str(&format!("${{{at}:{name}}}"));
                holes.extend(known.is_none().then_some(name.as_str()));
            }
        }
    }
    quoted.replacen(&whole, &snippet, 1)
}

/// What is replaced, and the quote that stays around it. Members cannot be inside quotes, so they
/// replace the quotes too.
fn word(insert: &Insert, cursor: &Cursor<'_>) -> (TextRange, Option<Quote>) {
    let word = cursor.word;
    match cursor.quote {
        Some(quote) if !matches!(insert, Insert::Value(Template::Text(_)) | Insert::Url(_)) => {
            let end = word.end() + usize::from(quote.closed);
            (TextRange::new(word.start() - 1, end), None)
        }
        quote => (word, quote),
    }
}

/// What to write between the item and the byte after it.
fn after(cursor: &Cursor<'_>, is_snippet: bool, next: Option<u8>) -> String {
    let layout = &cursor.layout;
    match cursor.after {
        After::Nothing => String::new(),
        After::Comma if next.is_none_or(|next| next.is_ascii_whitespace()) => ",".to_owned(),
        After::Comma => if layout.tight { "," } else { ", " }.to_owned(),
        // Editors indent the further lines of a snippet like the line of the cursor.
        After::Line if is_snippet => {
            let indent = &*layout.indent;
            format!("\n{}", indent.strip_prefix(&*layout.base).unwrap_or(indent))
        }
        After::Line => format!("{}{}", layout.line_break, layout.indent),
    }
}

/// Whether a snippet has a tab stop: a `$` that is not escaped.
fn has_stops(snippet: &str) -> bool {
    let mut escaped = false;
    for sign in snippet.chars() {
        if sign == '$' && !escaped {
            return true;
        }
        escaped = sign == '\\' && !escaped;
    }
    false
}

fn unescaped(snippet: &str) -> String {
    let mut out = String::with_capacity(snippet.len());
    let mut signs = snippet.chars();
    while let Some(sign) = signs.next() {
        out.push(if sign == '\\' {
            signs.next().unwrap_or('\\')
        } else {
            sign
        });
    }
    out
}

/// Clients compare the filter with the text of the range, which may start with a quote.
fn with_quotes(filter: &str, word: TextRange, style: Style, text: &Text) -> String {
    let first = (!word.is_empty())
        .then(|| text.byte(word.start()))
        .flatten();
    match first {
        Some(b'"') => format!("\"{filter}\""),
        Some(b'\'') if style != Style::Json => format!("'{filter}'"),
        _ => filter.to_owned(),
    }
}
