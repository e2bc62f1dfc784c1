//! Above each scheme and each scope: how often it is used.

use std::collections::BTreeSet;

use super::navigation::{Files, Place, uses_elsewhere};
use crate::analysis::Analysis;
use crate::model::facts::{Scheme, Spanned};
use crate::model::uses::{Used, places};
use crate::model::{DocumentKind, InUnit, Model};
use crate::text::range::TextRange;

/// A lens. How often the scheme or scope is used is looked up when the lens is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLens {
    /// The name where it is declared.
    pub range: TextRange,
    /// The name of the scheme.
    pub scheme: String,
    /// The name of the scope, if it is a lens of one.
    pub scope: Option<String>,
}

/// What a lens shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsesShown {
    /// How often it is used.
    pub title: String,
    /// Where in the document.
    pub places: Vec<TextRange>,
    /// Where in other files.
    pub elsewhere: Vec<Place>,
}

/// The lenses of a document, in the order of the text.
pub fn code_lenses(analysis: &Analysis) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for (scheme, declared) in declared(&analysis.model) {
        let mut add = |name: &Spanned, scope: Option<&str>| {
            lenses.push(CodeLens {
                range: declared.abs(name.range),
                scheme: scheme.to_owned(),
                scope: scope.map(str::to_owned),
            });
        };
        if let Some(name) = declared.fact.name() {
            add(name, None);
        }
        for scope in declared.fact.declared_scopes() {
            add(&scope.name, Some(&scope.name.text));
        }
    }
    lenses.sort_by_key(|lens| lens.range);
    lenses
}

/// The schemes that a document declares for itself or for other files, with their names.
fn declared(model: &Model) -> Vec<(&str, InUnit<'_, Scheme>)> {
    match model.kind {
        DocumentKind::AsyncApi => model.components().collect(),
        DocumentKind::Fragment(_) => {
            let named = model.schemes().filter_map(|scheme| {
                let name = scheme.fact.name()?;
                Some((&*name.text, scheme))
            });
            named.collect()
        }
        DocumentKind::Other => Vec::new(),
    }
}

/// What the lens of a scheme, or of one of its scopes, shows. `files` has the document and those
/// that have to do with it.
pub fn uses_shown(
    analysis: &Analysis,
    files: &Files<'_>,
    scheme: &str,
    scope: Option<&str>,
) -> UsesShown {
    let used = match scope {
        Some(scope) => Used::Scope(scheme, scope),
        None => Used::Scheme(scheme),
    };
    let places = places(analysis.document.tree(), &analysis.model, used);
    let mut lenses = code_lenses(analysis).into_iter();
    let lens = lenses.find(|lens| lens.scheme == scheme && lens.scope.as_deref() == scope);
    let elsewhere = lens.map(|lens| uses_elsewhere(files, lens.range.start()));
    let elsewhere = elsewhere.unwrap_or_default();
    let word = if scope.is_some() { "needed" } else { "used" };
    let mut title = match places.len() + elsewhere.len() {
        0 if analysis.model.kind != DocumentKind::AsyncApi => format!("not {word}"),
        0 => format!("not {word} in this document"),
        1 => format!("{word} once"),
        count => format!("{word} {count} times"),
    };
    let others: BTreeSet<usize> = elsewhere.iter().map(|place| place.file).collect();
    match (others.len(), places.is_empty()) {
        (0, _) => {}
        (1, true) => title += " in another file",
        (count, true) => title += &format!(" in {count} other files"),
        (count, false) => title += &format!(" in {} files", count + 1),
    }
    UsesShown {
        title,
        places,
        elsewhere,
    }
}
