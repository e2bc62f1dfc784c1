//! Above each scheme and each scope: how often it is used.

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::model::facts::Spanned;
use crate::model::uses::{Used, places};
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
    /// Where.
    pub places: Vec<TextRange>,
}

/// The lenses of a document, in the order of the text. A fragment has none: it is used in other
/// files.
pub fn code_lenses(analysis: &Analysis) -> Vec<CodeLens> {
    if analysis.model.kind != DocumentKind::AsyncApi {
        return Vec::new();
    }
    let mut lenses = Vec::new();
    for (scheme, declared) in analysis.model.components() {
        let mut add = |name: &Spanned, scope: Option<&str>| {
            lenses.push(CodeLens {
                range: declared.abs(name.range),
                scheme: scheme.to_owned(),
                scope: scope.map(str::to_owned),
            });
        };
        if let Some(name) = &declared.fact.name {
            add(name, None);
        }
        for scope in declared.fact.flows.iter().flat_map(|flow| &flow.scopes) {
            add(&scope.name, Some(&scope.name.text));
        }
    }
    lenses.sort_by_key(|lens| lens.range);
    lenses
}

/// What the lens of a scheme, or of one of its scopes, shows.
pub fn uses_shown(analysis: &Analysis, scheme: &str, scope: Option<&str>) -> UsesShown {
    let used = match scope {
        Some(scope) => Used::Scope(scheme, scope),
        None => Used::Scheme(scheme),
    };
    let places = places(analysis.document.tree(), &analysis.model, used);
    let title = match (places.len(), scope) {
        (0, None) => "not used in this document".to_owned(),
        (0, Some(_)) => "not needed in this document".to_owned(),
        (1, None) => "used once".to_owned(),
        (1, Some(_)) => "needed once".to_owned(),
        (count, None) => format!("used {count} times"),
        (count, Some(_)) => format!("needed {count} times"),
    };
    UsesShown { title, places }
}
