//! What a client needs to be let in: the effective security of a server or an operation
//! (docs/specification.md A.5), each entry with the scheme that it leads to.

use std::borrow::Cow;

use super::effective::{channel_of, has_security, list_in_effect, server_pointer, traits_of};
use super::facts::{EntryForm, Scheme, SecurityEntry, SecurityList, Site, SiteKind};
use super::references::target::{component_in, schemes_pointer};
use super::references::{Reached, Resolver};
use super::walk::UnitKind;
use super::{Model, UnitRef};
use crate::spec::Version;
use crate::syntax::tree::Tree;

/// A scheme that a client needs.
#[derive(Debug, Clone)]
pub struct NeededScheme<'m> {
    /// The name of the component, else the text that names it; `None` for an inline scheme.
    pub name: Option<Cow<'m, str>>,
    /// The scheme behind all references; `None` if it is not known.
    pub scheme: Option<&'m Scheme>,
    /// The scopes that are needed.
    pub scopes: Vec<&'m str>,
}

/// A `security` list: alternatives, of each of which all schemes are needed together. `{}` is one
/// without schemes, and `[]` has no alternatives.
#[derive(Debug, Clone, Default)]
pub struct Needs<'m> {
    /// The alternatives.
    pub alternatives: Vec<Vec<NeededScheme<'m>>>,
    /// Whether an entry cannot be read.
    pub is_torn: bool,
}

impl Needs<'_> {
    /// Whether a client has to bring anything.
    pub fn asks(&self) -> bool {
        !self.alternatives.is_empty() || self.is_torn
    }
}

/// A server as an operation meets it.
#[derive(Debug, Clone)]
pub struct NeedsOfServer<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it asks for; `None` without a `security` list.
    pub needs: Option<Needs<'m>>,
    /// The text of the reference to another document that it is behind, which was not read.
    pub unread: Option<&'m str>,
}

/// An operation with its traits and servers.
#[derive(Debug, Clone)]
pub struct NeedsOfOperation<'m, 'r> {
    /// What its own list asks for, or that of its traits.
    pub own: Option<Needs<'m>>,
    /// Whether the list is that of a trait.
    pub is_of_trait: bool,
    /// Whether the operation itself has a list.
    pub has_own_list: bool,
    /// The references to traits in other documents, which were not read.
    pub unread_traits: Vec<&'m str>,
    /// Its servers.
    pub servers: Vec<&'r NeedsOfServer<'m>>,
    /// Whether nothing that counts is behind a reference that leads out of sight.
    pub is_known: bool,
}

/// Reads what clients need in one document.
pub struct NeedsReader<'m, 't> {
    resolver: Resolver<'m, 't>,
    version: Version,
    /// The pointer of the map of schemes.
    schemes: &'static str,
    /// The servers of the root with their pointers.
    servers: Vec<(&'m str, NeedsOfServer<'m>)>,
}

impl<'m, 't> NeedsReader<'m, 't> {
    /// A reader for a model and its tree; `None` if the version is unknown.
    pub fn new(tree: &'t Tree, model: &'m Model) -> Option<Self> {
        let mut reader = Self {
            resolver: Resolver::new(tree, model),
            version: model.version?,
            schemes: schemes_pointer(tree, model),
            servers: Vec::new(),
        };
        let servers = model.units_of(UnitKind::Server, false);
        reader.servers = servers.filter_map(|unit| reader.server(unit)).collect();
        Some(reader)
    }

    fn server(&self, unit: UnitRef<'m>) -> Option<(&'m str, NeedsOfServer<'m>)> {
        let (needs, unread) = match self.resolver.unit(unit) {
            Reached::End(end) => (
                end.unit.sites.first().and_then(|site| self.of(end, site)),
                None,
            ),
            Reached::External(text) => (None, Some(text)),
            Reached::Nothing => (None, None),
        };
        let name = &*unit.unit.sites.first()?.owner.text;
        Some((
            unit.pointer()?,
            NeedsOfServer {
                name,
                needs,
                unread,
            },
        ))
    }

    /// What the list of a site asks for; `None` if it has none that counts.
    pub fn of(&self, unit: UnitRef<'m>, site: &'m Site) -> Option<Needs<'m>> {
        let list = site.security.as_ref()?;
        has_security(self.version, site.kind).then(|| self.of_list(&unit.unit.schemes, list))
    }

    fn of_list(&self, schemes: &'m [Scheme], list: &'m SecurityList) -> Needs<'m> {
        let mut needs = Needs {
            is_torn: !list.is_list,
            ..Needs::default()
        };
        for entry in &list.entries {
            match self.of_entry(schemes, entry) {
                Some(together) => needs.alternatives.push(together),
                None => needs.is_torn = true,
            }
        }
        needs
    }

    fn of_entry(
        &self,
        schemes: &'m [Scheme],
        entry: &'m SecurityEntry,
    ) -> Option<Vec<NeededScheme<'m>>> {
        match &entry.form {
            EntryForm::Requirement(required) => Some(
                (required.iter())
                    .map(|one| NeededScheme {
                        name: Some(Cow::Borrowed(&*one.name.text)),
                        scheme: (self.resolver.named(&one.name.text))
                            .and_then(|found| Some(found.scheme()?.fact())),
                        scopes: one.scopes.iter().map(|scope| &*scope.text).collect(),
                    })
                    .collect(),
            ),
            EntryForm::Reference(reference) => {
                let text = &*reference.target.as_ref()?.text;
                let scheme = self.resolver.resolve(reference).scheme();
                let scheme = scheme.map(|scheme| scheme.fact());
                let name = component_in(self.schemes, text).filter(|(_, is_whole)| *is_whole);
                Some(vec![NeededScheme {
                    name: Some(name.map_or(Cow::Borrowed(text), |(name, _)| name)),
                    scheme,
                    scopes: listed(scheme),
                }])
            }
            EntryForm::Inline(index) => {
                let scheme = schemes.get(*index)?;
                Some(vec![NeededScheme {
                    name: None,
                    scheme: Some(scheme),
                    scopes: listed(Some(scheme)),
                }])
            }
            EntryForm::Other(_) => None,
        }
    }

    /// What an operation asks for, on each of its servers.
    pub fn of_operation<'r>(
        &'r self,
        unit: UnitRef<'m>,
        operation: &'m Site,
    ) -> NeedsOfOperation<'m, 'r> {
        let traits = traits_of(&self.resolver, unit, operation);
        let counts = has_security(self.version, SiteKind::Operation);
        let in_effect = list_in_effect(self.version, unit, operation, &traits.with_security);
        let (servers, are_known) = self.servers_of(unit);
        // In 2.x traits win over the operation.
        let is_own = self.version.is_v3() && operation.security.is_some();
        NeedsOfOperation {
            own: in_effect.and_then(|(unit, site)| self.of(unit, site)),
            is_of_trait: in_effect.is_some_and(|(_, site)| !std::ptr::eq(site, operation)),
            has_own_list: operation.security.is_some(),
            is_known: are_known && (traits.are_known || is_own || !counts),
            unread_traits: traits.externals,
            servers,
        }
    }

    /// The servers of the operation's channel; if it names none, all of the document. Returns also
    /// whether all of them were found and read.
    fn servers_of(&self, operation: UnitRef<'m>) -> (Vec<&NeedsOfServer<'m>>, bool) {
        let channel = channel_of(&self.resolver, self.version, operation);
        let names = channel.and_then(|channel| channel.servers.as_deref());
        let names = names.unwrap_or_default();
        let named: Vec<_> = (names.iter())
            .filter_map(|name| server_pointer(self.version, &name.text))
            .filter(|pointer| pointer.starts_with("/servers/"))
            .collect();
        let is_meant = |pointer: &str| named.is_empty() || named.iter().any(|one| one == pointer);
        let servers: Vec<_> = (self.servers.iter())
            .filter(|(pointer, _)| is_meant(pointer))
            .map(|(_, server)| server)
            .collect();
        let are_known = channel.is_some()
            && names.len() == named.len()
            && (named.iter()).all(|one| self.servers.iter().any(|(pointer, _)| one == pointer))
            && servers.iter().all(|server| server.unread.is_none());
        (servers, are_known)
    }
}

/// 3.x: the scopes that a scheme lists are those that its users need.
fn listed(scheme: Option<&Scheme>) -> Vec<&str> {
    let lists = scheme.and_then(|scheme| scheme.scopes.as_ref());
    let scopes = lists.into_iter().flat_map(|list| &list.scopes);
    scopes.map(|scope| &*scope.text).collect()
}
