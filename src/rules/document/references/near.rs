//! The declared scheme that a broken reference probably means.

use crate::model::InUnit;
use crate::model::facts::Scheme;
use crate::model::references::target::decoded_name;
use crate::rules::document_context::DocumentContext;
use crate::rules::fix::names::pointer_to;
use crate::rules::messages::nearest;
use crate::text::range::TextRange;

/// The tokens of the pointer to the map of schemes.
const WAY: [&str; 2] = ["components", "securitySchemes"];

/// What others call the map of schemes, or the place of it.
const OTHER_WAYS: [&str; 4] = ["securityDefinitions", "definitions", "schemes", "security"];

type Declared<'m> = (&'m str, InUnit<'m, Scheme>);

/// The scheme with that name, or nearly that name, at the end of a text that is nearly a pointer to
/// it. Never one that leads back to `own`, the object that has the reference.
pub(in crate::rules::document) fn meant<'m>(
    context: &DocumentContext<'m, '_>,
    text: &str,
    own: TextRange,
) -> Option<Declared<'m>> {
    let text = text.replacen(
        "components.securitySchemes.",
        "components/securitySchemes/",
        1,
    );
    let tokens = text.split(['#', '/', '\\']).map(str::trim);
    let mut tokens: Vec<&str> = tokens.filter(|token| !token.is_empty()).collect();
    if let Some(found) = around(context, &tokens) {
        return Some(found).filter(|(name, _)| !leads_to(context, name, own));
    }
    let name = decoded_name(tokens.pop()?);
    let are_all = |ways: &[&str]| {
        let mut tokens = tokens.iter();
        tokens.all(|token| nearest(token, ways.iter().copied()).is_some())
    };
    let exact = || declared(context, &name);
    let found = if are_all(&WAY) && tokens.len() == WAY.len() {
        exact().or_else(|| context.nearest_component(&name))
    } else if are_all(&[&WAY[..], &OTHER_WAYS].concat()) {
        exact()
    } else {
        None
    };
    found.filter(|(name, _)| !leads_to(context, name, own))
}

/// The scheme into which a pointer leads: to a field of it.
fn around<'m>(context: &DocumentContext<'m, '_>, tokens: &[&str]) -> Option<Declared<'m>> {
    let name = match tokens {
        [one, two, name, _, ..] if [*one, *two] == WAY => decoded_name(name),
        _ => return None,
    };
    declared(context, &name)
}

fn declared<'m>(context: &DocumentContext<'m, '_>, name: &str) -> Option<Declared<'m>> {
    let scheme = context.model.component(name)?;
    Some((&*scheme.fact.name()?.text, scheme))
}

fn leads_to(context: &DocumentContext<'_, '_>, name: &str, own: TextRange) -> bool {
    let found = context.resolver.named(name);
    found.is_some_and(|found| found.trail.contains(&own))
}

/// Without `#/`, `components/...` or a bare name refers to a file. If the text is also the pointer
/// or the name of a component of this document, the component was meant.
pub(super) fn meant_fragment<'m>(
    context: &DocumentContext<'m, '_>,
    text: &str,
    own: TextRange,
) -> Option<(String, &'m str, InUnit<'m, Scheme>)> {
    let path = text.strip_prefix('/').unwrap_or(text);
    let fragment = if path.starts_with("components/") {
        format!("#/{path}")
    } else if text.contains(['.', '/', ':', '~']) {
        return None;
    } else {
        pointer_to(text)
    };
    let name = context.resolver.component_name(&fragment)?;
    let scheme = context.model.component(&name)?;
    let is_declared = context.resolver.is_component(&fragment) && context.is_whole;
    let name = &*scheme.fact.name()?.text;
    (is_declared && !leads_to(context, name, own)).then_some((fragment, name, scheme))
}
