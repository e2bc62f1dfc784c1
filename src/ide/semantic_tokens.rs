//! What the names in a document are: schemes, flows and scopes.

use crate::analysis::Analysis;
use crate::model::facts::Scheme;
use crate::model::references::target::{component_in, schemes_pointer};
use crate::model::surroundings::Target;
use crate::model::uses::{Naming, in_unit};
use crate::model::{InUnit, Model, UnitRef};
use crate::text::Text;
use crate::text::range::TextRange;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// A security scheme.
    Scheme,
    /// An OAuth flow.
    Flow,
    /// A scope.
    Scope,
}

/// A name, or one line of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SemanticToken {
    /// Its range, without quotes.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it is declared there, not used.
    pub is_declaration: bool,
}

/// The names in a range, in the order of the text. None overlaps another, and none has a line break.
pub fn semantic_tokens(analysis: &Analysis, range: TextRange) -> Vec<SemanticToken> {
    let text = analysis.document.text();
    let map = schemes_pointer(analysis.document.tree(), &analysis.model);
    let mut names = Vec::new();
    for unit in analysis.model.units() {
        for scheme in unit.unit.schemes() {
            declared(unit.at(scheme), &mut names);
        }
        used(&analysis.model, text, map, unit, &mut names);
    }
    let mut tokens: Vec<SemanticToken> = (names.into_iter())
        .filter(|name| name.range.start() < range.end() && range.start() < name.range.end())
        .flat_map(|name| lines(text, name))
        .filter(|token| token.range.start() < range.end() && range.start() < token.range.end())
        .collect();
    tokens.sort();
    // Units with aliases share names.
    let mut end = 0;
    tokens.retain(|token| {
        let is_free = token.range.start() >= end;
        if is_free {
            end = token.range.end();
        }
        is_free
    });
    tokens
}

fn declared(scheme: InUnit<'_, Scheme>, out: &mut Vec<SemanticToken>) {
    let mut add = |range, kind, is_declaration| {
        out.push(SemanticToken {
            range: scheme.abs(range),
            kind,
            is_declaration,
        });
    };
    let fact = scheme.fact;
    if let Some(name) = fact.name() {
        add(name.range, TokenKind::Scheme, true);
    }
    for flow in fact.flows() {
        // A fragment that is a flow has no name.
        if !flow.name.text.is_empty() {
            add(flow.name.range, TokenKind::Flow, true);
        }
        for scope in &flow.scopes {
            add(scope.name.range, TokenKind::Scope, true);
        }
    }
    for scope in fact.required_scopes() {
        add(scope.range, TokenKind::Scope, false);
    }
}

fn used(model: &Model, text: &Text, map: &str, unit: UnitRef<'_>, out: &mut Vec<SemanticToken>) {
    let elsewhere = &model.surroundings.targets;
    let mut add = |range: TextRange, kind| {
        out.push(SemanticToken {
            range,
            kind,
            is_declaration: false,
        });
    };
    for naming in in_unit(unit.unit) {
        match naming {
            Naming::Name(required) => {
                add(required.name.range.shifted(unit.base), TokenKind::Scheme);
                for scope in &required.scopes {
                    add(scope.range.shifted(unit.base), TokenKind::Scope);
                }
            }
            Naming::Reference(target) => {
                let is_scheme = component_in(map, &target.text).is_some_and(|(_, whole)| whole)
                    || matches!(elsewhere.get(&*target.text), Some(Target::Scheme(_)));
                let range = is_scheme.then(|| last_step(text, target.range.shifted(unit.base)));
                if let Some(range) = range.flatten() {
                    add(range, TokenKind::Scheme);
                }
            }
            Naming::Word(_) => {}
        }
    }
}

/// The last step of the pointer of a `$ref`; a file as a whole has no name.
fn last_step(text: &Text, range: TextRange) -> Option<TextRange> {
    let written = text.slice(range);
    let hash = written.find('#')?;
    let slash = written.rfind('/').filter(|slash| *slash > hash)?;
    Some(TextRange::new(range.start() + slash + 1, range.end()))
}

/// The lines of a name, without quotes and the blanks around them.
fn lines(text: &Text, name: SemanticToken) -> Vec<SemanticToken> {
    let written = text.slice(name.range);
    let mut lines = Vec::new();
    let mut start = name.range.start();
    for line in written.split(['\n', '\r']) {
        let begin = line.len() - line.trim_start_matches(is_around).len();
        let inner = line.trim_matches(is_around);
        if !inner.is_empty() {
            let range = TextRange::new(start + begin, start + begin + inner.len());
            lines.push(SemanticToken { range, ..name });
        }
        start += line.len() + 1;
    }
    lines
}

fn is_around(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '"' | '\'')
}
