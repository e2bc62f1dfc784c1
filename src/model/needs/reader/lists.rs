//! What a `security` list asks for.

use std::borrow::Cow;

use super::NeedsReader;
use super::places::missing;
use crate::model::effective::has_security;
use crate::model::facts::{EntryForm, Reference, RequiredScheme, SecurityEntry, Site};
use crate::model::needs::seen::{Placed, Seen, Unseen, Why};
use crate::model::needs::{Alternative, NeededScheme, Needs};
use crate::model::references::known::KnownScheme;
use crate::model::references::outside::are_names_known;
use crate::model::references::target::component_in;
use crate::model::surroundings::{ForeignUnit, Target};
use crate::spec::Version;

impl<'m> NeedsReader<'m, '_> {
    pub(super) fn list(&self, placed: Placed<'m>, site: &'m Site) -> Option<Needs<'m>> {
        let version = match placed {
            Placed::Here(_) => self.version,
            Placed::There(foreign) => foreign.version,
        };
        let list = site.security.as_ref()?;
        if !has_security(version, site.kind) {
            return None;
        }
        let mut needs = Needs {
            origin: placed.origin(site),
            alternatives: Vec::new(),
            is_torn: !list.is_list,
        };
        for (index, entry) in list.entries.iter().enumerate() {
            match self.entry(placed, version, entry) {
                Some(schemes) => needs.alternatives.push(Alternative { index, schemes }),
                None => needs.is_torn = true,
            }
        }
        Some(needs)
    }

    /// The schemes that an entry asks for together; `None` if it cannot be read.
    fn entry(
        &self,
        placed: Placed<'m>,
        version: Version,
        entry: &'m SecurityEntry,
    ) -> Option<Vec<NeededScheme<'m>>> {
        match &entry.form {
            EntryForm::Requirement(required) if !version.is_v3() => {
                required.iter().map(|one| self.required(one)).collect()
            }
            EntryForm::Reference(reference) if version.is_v3() => {
                let text = &*reference.target.as_ref()?.text;
                let (name, scheme) = match placed {
                    Placed::Here(_) => self.here(reference, text),
                    Placed::There(foreign) => there(foreign, text),
                };
                Some(vec![with_scopes(Some(name), scheme)])
            }
            EntryForm::Inline(index) if version.is_v3() => {
                let scheme = match placed {
                    Placed::Here(unit) => {
                        KnownScheme::Here(unit.at(unit.unit.schemes().get(*index)?))
                    }
                    Placed::There(foreign) => {
                        KnownScheme::There(foreign.schemes.get(*index)?.as_deref()?)
                    }
                };
                Some(vec![with_scopes(None, Ok(scheme))])
            }
            _ => None,
        }
    }

    /// A scheme of a requirement of 2.x. Names are those of this document in other files too, as of
    /// one document of which they are parts.
    fn required(&self, required: &'m RequiredScheme) -> Option<NeededScheme<'m>> {
        if required.has_others {
            return None;
        }
        let name = &*required.name.text;
        let resolution = self.resolver.named(name);
        let known = resolution
            .as_ref()
            .and_then(|resolution| resolution.scheme());
        let scheme = known.ok_or_else(|| match &resolution {
            Some(resolution) => Unseen::new(self.last(name), Why::of_outcome(&resolution.outcome)),
            None if are_names_known(self.model) && !self.resolver.is_hidden(self.schemes) => {
                missing(name)
            }
            None => Unseen::new(name, Why::Unread),
        });
        Some(NeededScheme {
            name: Some(Cow::Borrowed(name)),
            scheme,
            scopes: required.scopes.iter().map(|scope| &*scope.text).collect(),
        })
    }

    fn here(
        &self,
        reference: &'m Reference,
        text: &'m str,
    ) -> (Cow<'m, str>, Seen<'m, KnownScheme<'m>>) {
        let name = component_in(self.schemes, text).filter(|(_, is_whole)| *is_whole);
        let name = name.map_or(Cow::Borrowed(text), |(name, _)| name);
        let resolution = self.resolver.resolve(reference);
        let scheme = resolution.scheme().ok_or_else(|| {
            let last = match name == text {
                true => Cow::Borrowed(text),
                false => self.last(&name),
            };
            Unseen::new(last.into_owned(), Why::of_outcome(&resolution.outcome))
        });
        (name, scheme)
    }

    /// The reference that a component is; without one its name.
    fn last<'n>(&self, name: &'n str) -> Cow<'n, str>
    where
        'm: 'n,
    {
        let scheme = self.model.component(name);
        let reference = scheme.and_then(|scheme| scheme.fact.reference.as_ref());
        let target = reference.and_then(|reference| reference.target.as_ref());
        Cow::Borrowed(target.map_or(name, |target| &target.text))
    }
}

/// The scheme that a reference in another file leads to, with its name.
fn there<'m>(foreign: &'m ForeignUnit, text: &'m str) -> (Cow<'m, str>, Seen<'m, KnownScheme<'m>>) {
    let target = foreign.targets.get(text);
    let Some(Target::Scheme(scheme)) = target else {
        let unseen = Unseen::new(text, Why::of_target(target));
        return (Cow::Borrowed(text), Err(unseen));
    };
    let name = scheme.scheme.name();
    let name = name.map_or(text, |name| &*name.text);
    (Cow::Borrowed(name), Ok(KnownScheme::There(scheme)))
}

/// 3.x: the scopes that a scheme lists are those that its users need.
fn with_scopes<'m>(
    name: Option<Cow<'m, str>>,
    scheme: Seen<'m, KnownScheme<'m>>,
) -> NeededScheme<'m> {
    let fact = scheme.as_ref().ok().map(|scheme| scheme.fact());
    let lists = fact.and_then(|scheme| scheme.details().scopes.as_ref());
    let scopes = lists.into_iter().flat_map(|list| &list.scopes);
    NeededScheme {
        scopes: scopes.map(|scope| &*scope.text).collect(),
        name,
        scheme,
    }
}
