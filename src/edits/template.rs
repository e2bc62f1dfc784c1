//! Templates of what to write: objects of the specification, and copies of parts of the document.

use super::layout::prefix;
use crate::spec::{Field, FieldKind, Object, Version, spec};
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Node, ScalarType};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// How deep a copy goes; schemes are the deepest objects that are copied.
const MAX_DEPTH: usize = 32;

/// A value to write, perhaps with tab stops to fill in.
#[derive(Debug, Clone)]
pub enum Template {
    /// A text to be replaced by the user: a tab stop in a snippet.
    Hole(String),
    /// A text.
    Text(String),
    /// A scalar that is copied from the document as it is.
    Verbatim(String),
    /// Lines of the document, without the indentation that all but the first share.
    Piece {
        /// The rest of the line after the colon of the key: a comment.
        head: String,
        /// The lines.
        lines: Vec<String>,
        /// Whether it is a block mapping or block sequence.
        is_block: bool,
    },
    /// An empty object, with the cursor in it.
    Open,
    /// An object.
    Map(Vec<NewMember>),
    /// A list.
    List(Vec<Template>),
    /// An empty list in brackets, with the cursor in it.
    OpenList,
    /// A list of texts in brackets, on one line.
    FlowList(Vec<String>),
    /// An object in braces or a list in brackets, on one line.
    OnLine(Box<Template>),
}

impl Template {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text to be replaced by the user.
    pub fn hole(text: impl Into<String>) -> Self {
        Self::Hole(text.into())
    }

    /// A list with one item.
    pub fn list_of(item: Self) -> Self {
        Self::List(vec![item])
    }

    /// The texts that the author is to replace.
    pub fn holes(&self) -> Vec<String> {
        match self {
            Self::Hole(text) => vec![text.clone()],
            Self::Map(members) => members
                .iter()
                .flat_map(|(_, value)| value.holes())
                .collect(),
            Self::List(items) => items.iter().flat_map(Self::holes).collect(),
            Self::OnLine(body) => body.holes(),
            _ => Vec::new(),
        }
    }
}

/// A key to write.
#[derive(Debug, Clone)]
pub enum TemplateKey {
    /// A fixed key.
    Text(String),
    /// A key to be replaced by the user.
    Hole(String),
}

impl TemplateKey {
    /// A fixed key.
    pub fn of(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// The text of a fixed key.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Hole(_) => None,
        }
    }
}

/// A member to write.
pub type NewMember = (TemplateKey, Template);

/// A member with a fixed key.
pub fn member(name: &str, value: Template) -> NewMember {
    (TemplateKey::of(name), value)
}

/// The value to write for a field.
pub fn of_field(field: &Field, version: Version, with_value: bool) -> Template {
    match &field.kind {
        FieldKind::String | FieldKind::Uri | FieldKind::UriReference => {
            let first = field.values.first().map(|value| value.value.clone());
            Template::Hole(
                field
                    .example
                    .clone()
                    .or(first)
                    .filter(|_| with_value)
                    .unwrap_or_default(),
            )
        }
        FieldKind::Object(name) => spec().object(name).map_or(Template::Open, |object| {
            let members = if name == "oauthFlows" {
                first_flow(version)
            } else {
                required(object, version)
            };
            if members.is_empty() {
                Template::Open
            } else {
                Template::Map(members)
            }
        }),
        FieldKind::StringMap => Template::Map(vec![(
            TemplateKey::Hole("scope".to_owned()),
            Template::Hole("what it allows".to_owned()),
        )]),
        FieldKind::Map(_) => Template::Open,
        FieldKind::StringList => Template::List(vec![Template::Hole("scope".to_owned())]),
        FieldKind::List(_) => Template::List(Vec::new()),
    }
}

/// The required members of an object except `type`, each with a value to start from.
pub fn required(object: &Object, version: Version) -> Vec<NewMember> {
    object
        .required_in(version)
        .filter(|field| field.name != "type")
        .map(|field| (TemplateKey::of(&field.name), of_field(field, version, true)))
        .collect()
}

/// The required members that a mapping lacks, each with a value to start from.
pub fn lacking(object: &Object, version: Version, node: Node<'_>) -> Vec<NewMember> {
    let required = required(object, version).into_iter();
    let lacking = required.filter(|(key, _)| key.text().is_some_and(|key| node.get(key).is_none()));
    lacking.map(|(key, value)| (key, settled(value))).collect()
}

/// The usual order of the fields of an object.
pub fn order(object: &Object, version: Version) -> Vec<&str> {
    object
        .fields_in(version)
        .map(|field| field.name.as_str())
        .collect()
}

/// The first OAuth flow with its required members.
pub fn first_flow(version: Version) -> Vec<NewMember> {
    let Some(flow) = spec().flows().first() else {
        return Vec::new();
    };
    let object = spec().flow_object(&flow.name);
    let members = object.map_or_else(Vec::new, |object| required(object, version));
    vec![(TemplateKey::of(&flow.name), Template::Map(members))]
}

/// The template for a place without a cursor: no empty tab stops, and no example scopes.
pub fn settled(template: Template) -> Template {
    match template {
        Template::Hole(text) if text.is_empty() => Template::Text(text),
        Template::Open => Template::Map(Vec::new()),
        Template::OpenList => Template::List(Vec::new()),
        Template::Map(members) => Template::Map(
            members
                .into_iter()
                .filter(|(name, _)| matches!(name, TemplateKey::Text(_)))
                .map(|(name, template)| (name, settled(template)))
                .collect(),
        ),
        template => template,
    }
}

/// The text of a node, including comments, to be moved elsewhere in the document; `None` if its
/// indentation cannot be changed.
pub fn moved(document: &Document, key: Option<Node<'_>>, node: Node<'_>) -> Option<Template> {
    let text = document.text();
    let range = node.range();
    if node.is_missing() || node.props().is_some() || node.is_unclosed() {
        return None;
    }
    let line = text.line_of(range.start());
    let is_block = matches!(
        node.kind(),
        NodeKind::BlockMapping | NodeKind::BlockSequence
    );
    if !is_block {
        return Some(Template::Piece {
            head: String::new(),
            lines: dedented(&text.slice(range), &prefix(text, line))?,
            is_block,
        });
    }
    let before = text.slice(TextRange::new(text.line_start(line), range.start()));
    let indent = " ".repeat(before.chars().count());
    let end = text
        .line_range(text.line_of(range.end().saturating_sub(1)))
        .end();
    let mut start = range.start();
    let mut head = String::new();
    if let Some(key) = key {
        // Comments between the key and its value.
        let line = text.line_range(text.line_of(key.range().end()));
        let rest = text.slice(TextRange::new(key.range().end(), line.end()));
        head = rest.strip_prefix(':')?.trim_end().to_owned();
        start = text.line_start(text.line_of(line.start()) + 1);
        let between = text.slice(TextRange::new(start, range.start()));
        let mut between = between
            .split(['\n', '\r'])
            .chain([&*head])
            .map(str::trim_start);
        // An anchor or tag cannot be moved, and the value of an alias is elsewhere.
        let is_comment = |line: &str| line.is_empty() || line.starts_with('#');
        if range.start() < start || !between.all(is_comment) {
            return None;
        }
    }
    let source = text.slice(TextRange::new(start, end));
    let lines = dedented(source.strip_prefix(&*indent).unwrap_or(&source), &indent)?;
    Some(Template::Piece {
        head,
        lines,
        is_block,
    })
}

/// The lines of a text without the indentation that they share; the first line has none already.
fn dedented(source: &str, indent: &str) -> Option<Vec<String>> {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let lines = source.trim_end_matches('\n').split('\n').enumerate();
    lines
        .map(|(at, line)| {
            let line = match line.strip_prefix(indent) {
                _ if at == 0 => line.trim_start(),
                Some(line) => line,
                None if line.trim().is_empty() => "",
                None if line.trim_start().starts_with('#') => line.trim_start(),
                None => return None,
            };
            Some(line.to_owned())
        })
        .collect()
}

/// A copy of a node with aliases expanded; `None` if an anchor is missing or it is too deep.
pub fn copy(tree: &Tree, node: Node<'_>) -> Option<Template> {
    copied(tree, node, 0)
}

fn copied(tree: &Tree, node: Node<'_>, depth: usize) -> Option<Template> {
    let node = tree.resolve(node)?;
    if depth > MAX_DEPTH {
        return None;
    }
    if node.is_mapping() {
        let members = tree.fields(node).into_iter().map(|entry| {
            let template = copied(tree, entry.value, depth + 1)?;
            Some((TemplateKey::Text(entry.key.value().to_owned()), template))
        });
        return members.collect::<Option<_>>().map(Template::Map);
    }
    if node.is_sequence() {
        let items: Vec<Template> = (node.items())
            .map(|item| copied(tree, item, depth + 1))
            .collect::<Option<_>>()?;
        let texts: Option<Vec<String>> = (items.iter())
            .map(|item| match item {
                Template::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        return Some(match texts {
            Some(texts) => Template::FlowList(texts),
            None => Template::List(items),
        });
    }
    Some(match node.scalar_type() {
        Some(ScalarType::String) => Template::Text(node.value().to_owned()),
        Some(ScalarType::Null) => Template::Verbatim("null".to_owned()),
        _ => Template::Verbatim(node.value().to_owned()),
    })
}
