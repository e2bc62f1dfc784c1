//! Which schemes share their scopes.
//!
//! In 3.x a scheme lists the scopes that it requires, so each choice of scopes needs a copy of the
//! scheme. The copies have the same endpoints, and a scope means the same in all of them.

use std::collections::HashMap;

use ecow::EcoString;

use crate::model::facts::{Member, Scheme};
use crate::model::references::Resolver;
use crate::model::{InUnit, Model};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// The families of the schemes of a document.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// Schemes by their value.
    schemes: HashMap<TextRange, usize>,
    /// Schemes by the names that lead to them.
    names: HashMap<String, (usize, TextRange)>,
    /// Names that are declared nowhere in this document.
    unknown: HashMap<String, usize>,
    /// For each family the one that it belongs to.
    parents: Vec<usize>,
}

impl Families {
    pub fn of(tree: &Tree, model: &Model) -> Self {
        let mut families = Self::default();
        let mut by_endpoints = HashMap::new();
        let mut by_key: HashMap<usize, usize> = HashMap::new();
        let is_v3 = model.version.is_some_and(|version| version.is_v3());
        for scheme in model.schemes() {
            let value = scheme.abs(scheme.fact.range);
            let own = match families.schemes.get(&value) {
                Some(known) => *known,
                None => families.add(),
            };
            families.schemes.insert(value, own);
            if let Some(endpoints) = endpoints(scheme.fact).filter(|_| is_v3) {
                let known = *by_endpoints.entry(endpoints).or_insert(own);
                families.join(own, known);
            }
            // Flows that an alias shares have each scope once.
            for scope in scheme.fact.declared_scopes() {
                let key = scheme.abs(scope.name.range).start();
                let known = *by_key.entry(key).or_insert(own);
                families.join(own, known);
            }
        }
        families.names(tree, model);
        families
    }

    fn names(&mut self, tree: &Tree, model: &Model) {
        let resolver = Resolver::new(tree, model);
        for (name, own) in model.components() {
            let end = resolver
                .named(name)
                .and_then(|found| found.scheme()?.here());
            let InUnit { base, fact } = end.unwrap_or(own);
            let value = fact.range.shifted(base);
            let family = self.of_scheme(value);
            self.names.insert(name.to_owned(), (family, value));
        }
    }

    /// The family of the scheme with that value.
    pub fn of_scheme(&mut self, value: TextRange) -> usize {
        match self.schemes.get(&value) {
            Some(known) => self.root(*known),
            None => {
                let new = self.add();
                self.schemes.insert(value, new);
                new
            }
        }
    }

    /// The family of the scheme that a declared name leads to.
    pub fn of_name(&self, name: &str) -> Option<usize> {
        self.names.get(name).map(|(family, _)| self.root(*family))
    }

    /// The family and the value of what a name in a requirement means.
    pub fn required(&mut self, name: &str) -> (usize, Option<TextRange>) {
        if let Some((family, value)) = self.names.get(name) {
            return (self.root(*family), Some(*value));
        }
        if let Some(known) = self.unknown.get(name) {
            return (*known, None);
        }
        let new = self.add();
        self.unknown.insert(name.to_owned(), new);
        (new, None)
    }

    fn add(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn root(&self, family: usize) -> usize {
        let mut at = family;
        while self.parents[at] != at {
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one.max(other)] = one.min(other);
    }
}

/// Type and endpoints of a scheme; `None` if they do not tell it from others.
fn endpoints(scheme: &Scheme) -> Option<Vec<Option<EcoString>>> {
    let text = |member: &Option<Member>| member.as_ref().map(|member| member.value.text.clone());
    let mut endpoints = vec![
        text(&scheme.scheme_type),
        text(&scheme.details().open_id_connect_url),
    ];
    let mut flows: Vec<[Option<EcoString>; 4]> = (scheme.flows().iter())
        .map(|flow| {
            [
                Some(flow.name.text.clone()),
                text(&flow.authorization_url),
                text(&flow.token_url),
                text(&flow.refresh_url),
            ]
        })
        .collect();
    flows.sort();
    let has_url = scheme.details().open_id_connect_url.is_some()
        || flows
            .iter()
            .any(|flow| flow.iter().skip(1).any(Option::is_some));
    endpoints.extend(flows.into_iter().flatten());
    (has_url && !scheme.details().has_unread_flows).then_some(endpoints)
}
