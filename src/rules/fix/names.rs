//! Names of schemes in fixes: new names, references to them, and their uses.

use super::FixContext;
use crate::edits::builder::EditBuilder;
use crate::edits::template::{Template, member};
use crate::model::Model;
use crate::model::facts::Spanned;
use crate::model::uses::{Naming, in_unit};
use crate::rules::url::encoded;
use crate::spec::is_component_key;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// Where schemes are declared.
pub const DECLARED: [&str; 2] = ["components", "securitySchemes"];

/// A node that names a scheme.
#[derive(Debug, Clone, Copy)]
pub enum NameUse<'t> {
    /// The key of a requirement.
    Name(Node<'t>),
    /// The text of a `$ref`.
    Target(Node<'t>),
}

/// Every node that names a scheme; `None` if one of them cannot be rewritten.
pub fn uses<'a>(fix: &FixContext<'a>, name: &str) -> Option<Vec<NameUse<'a>>> {
    let mut uses = Vec::new();
    for unit_ref in fix.model.units() {
        let node = |text: &Spanned| node_at(fix, text.range.shifted(unit_ref.base));
        for naming in in_unit(unit_ref.unit) {
            match naming {
                Naming::Name(required) if required.name.text == name => {
                    uses.push(NameUse::Name(node(&required.name)?));
                }
                Naming::Reference(target) => match fix.component(&target.text) {
                    Some((found, true)) if found == name => {
                        uses.push(NameUse::Target(node(target)?))
                    }
                    Some((found, false)) if found == name => return None,
                    _ => {}
                },
                Naming::Name(_) | Naming::Word(_) => {}
            }
        }
    }
    Some(uses)
}

fn node_at<'a>(fix: &FixContext<'a>, range: TextRange) -> Option<Node<'a>> {
    let node = fix.path_at(range)?.node();
    (node.range() == range && node.is_scalar()).then_some(node)
}

/// Rewrites uses to name another scheme.
pub fn redirect(edits: &mut EditBuilder, uses: &[NameUse<'_>], name: &str) -> Option<()> {
    uses.iter().try_for_each(|one| match one {
        NameUse::Name(key) => edits.rename(*key, name),
        NameUse::Target(value) => edits.set_text(*value, &pointer_to(name)),
    })
}

/// The `$ref` to a scheme of that name (RFC 6901, sections 3 and 6).
pub fn pointer_to(name: &str) -> String {
    let token = name.replace('~', "~0").replace('/', "~1");
    let token = encoded(&token).replace('#', "%23");
    format!("#/components/securitySchemes/{token}")
}

/// `{$ref: ...}` to a scheme of that name.
pub fn reference_to(name: &str) -> Template {
    Template::Map(vec![member("$ref", Template::text(pointer_to(name)))])
}

/// The 2.x requirement of a scheme of that name, without scopes.
pub fn requirement_of(name: &str) -> Template {
    Template::Map(vec![member(name, Template::List(Vec::new()))])
}

/// The entry of a `security` list that requires a scheme of that name.
pub fn entry_for(fix: &FixContext<'_>, name: &str) -> Option<Template> {
    let write = if fix.version.is_v3() {
        reference_to
    } else {
        requirement_of
    };
    is_component_key(name).then(|| write(name))
}

/// The names of all declared schemes, in the order of the text.
pub fn declared<'a>(fix: &FixContext<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    fix.model.components().map(|(name, _)| name)
}

/// An unused name for a new scheme.
pub fn fresh_name(model: &Model, wanted: &str) -> String {
    let is_free = |name: &String| model.component(name).is_none();
    let numbered = (2..1_000).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    let free = names.find(is_free);
    free.unwrap_or_else(|| format!("{wanted}-new"))
}
