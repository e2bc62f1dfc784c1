//! Hover on every key and value of a security part.

mod effective;
mod scheme;
mod scope;
mod suppression;
mod words;

use super::place::{Part, Segment, last_key, part_at, path_of};
use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::spec::{Version, spec};
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// What a hover shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: TextRange,
    /// Markdown.
    pub markdown: String,
}

/// What is pointed at.
struct Spot<'a> {
    analysis: &'a Analysis,
    version: Version,
    /// What holds it.
    part: Part,
    /// The way there.
    path: Vec<Segment>,
    /// The object or list that holds it.
    container: Node<'a>,
    /// The key, value or item.
    node: Node<'a>,
}

/// The hover at `offset` (bytes), if something of ours stands there.
pub fn hover(analysis: &Analysis, offset: usize) -> Option<Hover> {
    let model = &analysis.model;
    let version = model.version?;
    if model.kind == DocumentKind::Other {
        return None;
    }
    if let Some(hover) = suppression::hover(analysis, offset) {
        return Some(hover);
    }
    let steps = analysis.document.tree().path_at(offset);
    let [.., outer, inner] = &steps[..] else {
        return None;
    };
    let (container, node) = (outer.node, inner.node);
    if !node.is_scalar() {
        return None;
    }
    let mut path = path_of(&steps);
    let entry = outer.entry;
    let is_key = entry.is_some_and(|entry| entry.key.identity() == node.identity());
    if !is_key {
        path.pop();
    }
    let spot = Spot {
        analysis,
        version,
        part: part_at(model, &path),
        path,
        container,
        node,
    };
    let markdown = match entry {
        Some(_) if is_key => spot.key(node.value()),
        Some(entry) => spot.value(entry.key.value()),
        None => spot.item(),
    }?;
    Some(Hover {
        range: node.range(),
        markdown,
    })
}

impl Spot<'_> {
    fn key(&self, key: &str) -> Option<String> {
        match self.part {
            Part::Components | Part::Root if key == "securitySchemes" => {
                Some(words::object("securitySchemes", self.version)?)
            }
            Part::Site(kind) if key == "security" => effective::hover(self, kind),
            Part::Schemes => scheme::declared(self, key),
            Part::Scheme { .. } if key == "$ref" => words::field("reference", key, self.version),
            Part::Scheme { .. } => self.scheme_field(key),
            Part::Flows => words::object(&format!("flow.{key}"), self.version),
            Part::Flow => self.flow_field(key),
            Part::DeclaredScopes => scope::declared(self, key),
            Part::Requirement => scheme::required(self, key),
            _ => None,
        }
    }

    fn value(&self, key: &str) -> Option<String> {
        let text = self.node.value();
        match self.part {
            Part::Scheme { .. } if key == "$ref" => scheme::referenced(self, text),
            Part::Scheme { .. } if key == "type" => {
                words::scheme_type(text, self.version).or_else(|| self.scheme_field(key))
            }
            Part::Scheme { .. } => {
                let scheme_type = self.scheme_type()?;
                words::value(scheme_type, key, text, self.version)
                    .or_else(|| self.scheme_field(key))
            }
            Part::Flow => self.flow_field(key),
            Part::DeclaredScopes => scope::declared(self, key),
            _ => None,
        }
    }

    fn item(&self) -> Option<String> {
        match self.part {
            Part::RequirementScopes | Part::NeededScopes => scope::needed(self, self.node.value()),
            _ => None,
        }
    }

    fn scheme_type(&self) -> Option<&str> {
        let tree = self.analysis.document.tree();
        tree.field(self.container, "type")?.value.as_str()
    }

    fn scheme_field(&self, key: &str) -> Option<String> {
        if let Some(scheme_type) = self.scheme_type()
            && let Some(text) = words::field(scheme_type, key, self.version)
        {
            return Some(text);
        }
        let types = spec().scheme_types().iter();
        let other = types.into_iter().find_map(|known| {
            words::field(&known.value, key, self.version).map(|text| (known.value.as_str(), text))
        });
        let (other, text) = other?;
        Some(match self.scheme_type() {
            Some(own) if spec().object(own).is_some() => {
                format!("Not a field of the type `{own}`. Of `{other}` it would be:\n\n{text}")
            }
            _ => text,
        })
    }

    fn flow_field(&self, key: &str) -> Option<String> {
        let name = last_key(&self.path).unwrap_or("");
        let own = format!("flow.{name}");
        if spec().object(&own).is_none() {
            return words::field("flow.authorizationCode", key, self.version);
        }
        if let Some(text) = words::field(&own, key, self.version) {
            return Some(text);
        }
        let text = words::field("flow.authorizationCode", key, self.version)
            .or_else(|| words::field("flow.implicit", key, self.version))?;
        Some(format!("Not a field of the flow `{name}`.\n\n{text}"))
    }
}
