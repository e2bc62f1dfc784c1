//! Who refers to a scheme of `components.securitySchemes`.

use super::case::Case;
use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::model::facts::{EntryForm, Reference, SecurityList};
use crate::model::resolve::Resolver;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// A place that names a scheme.
#[derive(Debug, Clone, Copy)]
pub enum Use<'t> {
    /// The key of a requirement.
    Name(Node<'t>),
    /// The text of a `$ref`.
    Target(Node<'t>),
}

/// Every place that names a scheme; `None` if one of them cannot be rewritten.
pub fn uses<'a>(case: &Case<'a>, name: &str) -> Option<Vec<Use<'a>>> {
    let model = &case.analysis.model;
    let resolver = Resolver::new(case.tree(), model);
    let mut found = Found {
        case,
        resolver,
        name,
        uses: Vec::new(),
        is_whole: true,
    };
    for placed in model.units() {
        let unit = placed.unit;
        let references = (unit.references.iter()).chain(
            unit.schemes
                .iter()
                .filter_map(|scheme| scheme.reference.as_ref()),
        );
        for reference in references {
            found.reference(reference, placed.base);
        }
        let lists =
            (unit.sites.iter().filter_map(|site| site.security.as_ref())).chain(&unit.misplaced);
        for list in lists {
            found.list(list, placed.base);
        }
    }
    found.is_whole.then_some(found.uses)
}

struct Found<'c, 'a> {
    case: &'c Case<'a>,
    resolver: Resolver<'a, 'a>,
    name: &'c str,
    uses: Vec<Use<'a>>,
    is_whole: bool,
}

impl<'a> Found<'_, 'a> {
    fn reference(&mut self, reference: &Reference, base: usize) {
        let Some(target) = &reference.target else {
            return;
        };
        if self.resolver.component_name(&target.text).as_deref() != Some(self.name) {
            return;
        }
        let is_exact = self.resolver.is_component(&target.text);
        let node = self.node(target.range.shifted(base)).filter(|_| is_exact);
        self.is_whole &= node.is_some();
        self.uses.extend(node.map(Use::Target));
    }

    fn list(&mut self, list: &SecurityList, base: usize) {
        for entry in &list.entries {
            match &entry.form {
                EntryForm::Requirement(names) => {
                    for name in names.iter().filter(|name| name.name.text == self.name) {
                        let node = self.node(name.name.range.shifted(base));
                        self.is_whole &= node.is_some();
                        self.uses.extend(node.map(Use::Name));
                    }
                }
                EntryForm::Reference(reference) => self.reference(reference, base),
                EntryForm::Inline(_) | EntryForm::Other(_) => {}
            }
        }
    }

    fn node(&self, range: TextRange) -> Option<Node<'a>> {
        let node = NodePath::of_range(self.case.tree(), range)?.node();
        (node.range() == range && node.is_scalar()).then_some(node)
    }
}

/// Lets all places name another scheme.
pub fn redirect(draft: &mut EditBuilder, uses: &[Use<'_>], name: &str) -> Option<()> {
    uses.iter().try_for_each(|one| match one {
        Use::Name(key) => draft.rename(*key, name),
        Use::Target(value) => draft.set_text(*value, &pointer_to(name)),
    })
}

/// The `$ref` to a scheme of that name (RFC 6901, sections 3 and 6).
pub fn pointer_to(name: &str) -> String {
    let token = name.replace('~', "~0").replace('/', "~1");
    let token = super::urls::encoded(&token).replace('#', "%23");
    format!("#/components/securitySchemes/{token}")
}

/// A name that no scheme has yet.
pub fn fresh_name(case: &Case<'_>, wanted: &str) -> String {
    let is_taken = |name: &str| case.analysis.model.component(name).is_some();
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    (2..1_000)
        .map(|number| format!("{wanted}{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| format!("{wanted}-new"))
}
