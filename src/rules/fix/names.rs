//! Names of schemes as fixes write them: new ones, references to them, and who uses one.

use super::FixContext;
use crate::edits::builder::EditBuilder;
use crate::edits::template::{Template, member};
use crate::model::facts::{EntryForm, Reference, SecurityList};
use crate::rules::url::encoded;
use crate::spec::is_component_key;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// Where schemes are declared.
pub const DECLARED: [&str; 2] = ["components", "securitySchemes"];

/// A place that names a scheme.
#[derive(Debug, Clone, Copy)]
pub enum Use<'t> {
    /// The key of a requirement.
    Name(Node<'t>),
    /// The text of a `$ref`.
    Target(Node<'t>),
}

/// Every place that names a scheme; `None` if one of them cannot be rewritten.
pub fn uses<'a>(fix: &FixContext<'a>, name: &str) -> Option<Vec<Use<'a>>> {
    let mut uses = Vec::new();
    for placed in fix.model.units() {
        let unit = placed.unit;
        let of_schemes = (unit.schemes.iter()).filter_map(|scheme| scheme.reference.as_ref());
        for reference in unit.references.iter().chain(of_schemes) {
            uses.extend(use_of(fix, name, reference, placed.base)?);
        }
        let lists = (unit.sites.iter()).filter_map(|site| site.security.as_ref());
        for list in lists.chain(&unit.misplaced) {
            add_uses_in(fix, name, list, placed.base, &mut uses)?;
        }
    }
    Some(uses)
}

fn add_uses_in<'a>(
    fix: &FixContext<'a>,
    name: &str,
    list: &SecurityList,
    base: usize,
    uses: &mut Vec<Use<'a>>,
) -> Option<()> {
    for entry in &list.entries {
        match &entry.form {
            EntryForm::Requirement(names) => {
                for name in names.iter().filter(|other| other.name.text == name) {
                    uses.push(Use::Name(node_at(fix, name.name.range.shifted(base))?));
                }
            }
            EntryForm::Reference(reference) => uses.extend(use_of(fix, name, reference, base)?),
            EntryForm::Inline(_) | EntryForm::Other(_) => {}
        }
    }
    Some(())
}

/// The use that a reference is, if it is one; `None` if it cannot be rewritten.
fn use_of<'a>(
    fix: &FixContext<'a>,
    name: &str,
    reference: &Reference,
    base: usize,
) -> Option<Option<Use<'a>>> {
    let Some(target) = &reference.target else {
        return Some(None);
    };
    match fix.component(&target.text) {
        Some((found, is_whole)) if found == name => {
            let node = node_at(fix, target.range.shifted(base)).filter(|_| is_whole)?;
            Some(Some(Use::Target(node)))
        }
        _ => Some(None),
    }
}

fn node_at<'a>(fix: &FixContext<'a>, range: TextRange) -> Option<Node<'a>> {
    let node = fix.path_at(range)?.node();
    (node.range() == range && node.is_scalar()).then_some(node)
}

/// Lets all places name another scheme.
pub fn redirect(edits: &mut EditBuilder, uses: &[Use<'_>], name: &str) -> Option<()> {
    uses.iter().try_for_each(|one| match one {
        Use::Name(key) => edits.rename(*key, name),
        Use::Target(value) => edits.set_text(*value, &pointer_to(name)),
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

/// The entry of a `security` list that asks for a scheme of that name.
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

/// A name that no scheme has yet.
pub fn fresh_name(fix: &FixContext<'_>, wanted: &str) -> String {
    let is_free = |name: &String| fix.model.component(name).is_none();
    let numbered = (2..1_000).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    let free = names.find(is_free);
    free.unwrap_or_else(|| format!("{wanted}-new"))
}
