//! Requirements by name in a 3.x document: what to write for them, which depends on the scheme that
//! has the name (docs/specification.md D, "2.x to 3.x entry"). Their fix is in `unit::entries`.

use crate::edits::path::NodePath;
use crate::rules::document::references::{declared_here, near};
use crate::rules::document_context::DocumentContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::names::pointer_to;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::scheme::types::is_doubtful;
use crate::spec::{is_component_key, is_extension};
use crate::syntax::node::{Entry, ScalarType};

/// Completes the findings about requirements by name, and about a `$ref` with another name.
pub(super) fn complete(context: &DocumentContext<'_, '_>, findings: &mut [Finding]) {
    for finding in findings {
        let is_by_name = finding.rule == registry::SECURITY_V2_SHAPE_IN_V3;
        if is_by_name && *finding.data() == Data::None {
            explain(context, finding);
        } else if finding.rule == registry::SECURITY_REF_INVALID_URI {
            find_meant(context, finding);
        } else if is_by_name || MISSPELT.contains(&finding.rule) {
            relate(context, finding);
        }
    }
}

/// Rules that also find a `$ref` with another name, such as `ref`.
const MISSPELT: [&Rule; 2] = [
    registry::SECURITY_SCHEME_TYPE_MISSING,
    registry::SECURITY_V3_SHAPE_IN_V2,
];

/// Relates a misspelt `$ref` to the scheme that it means, which is not unused then.
fn relate(context: &DocumentContext<'_, '_>, finding: &mut Finding) -> Option<()> {
    let path = NodePath::of_key(context.tree, finding.range.start())?;
    let reference = context.tree.resolve(path.entry()?.value)?.as_str()?;
    let name = context.resolver.component_name(reference)?;
    let declared = context.model.component(&name)?;
    *finding = declared_here(finding.clone(), &name, declared);
    Some(())
}

/// Completes a finding about a `$ref` that is no URI reference, but nearly a pointer to a scheme.
fn find_meant(context: &DocumentContext<'_, '_>, finding: &mut Finding) -> Option<()> {
    let path = NodePath::of_range(context.tree, finding.range)?;
    let holder = path.parent()?.node().range();
    let text = path.node().value();
    let (name, declared) = near::meant(context, text, holder)?;
    let pointer = pointer_to(name);
    finding.message = format!(
        "{} is not a valid URI reference; did you mean `{pointer}`?",
        quoted(text)
    )
    .into();
    let found = finding.clone().with_data(Data::MeantReference(pointer));
    *finding = declared_here(found, name, declared);
    Some(())
}

fn explain(context: &DocumentContext<'_, '_>, finding: &mut Finding) -> Option<()> {
    let path = NodePath::of_key(context.tree, finding.range.start())?;
    let (entry, mapping) = (path.entry()?, path.parent()?.node());
    let mut names = (mapping.entries()).filter(|field| !is_extension(field.key.value()));
    if names.nth(1).is_some() {
        return None;
    }
    let name = entry.key.value();
    let version = context.version.as_str();
    let begin = format!("AsyncAPI {version} does not refer to schemes by name");
    let pointer = pointer_in_words(name);
    let has_scopes = has_scopes(context, entry);
    let Some(resolution) = context.resolver.named(name) else {
        if context.names_are_known && is_component_key(name) {
            undeclared(context, finding, &begin, name, has_scopes);
        } else {
            finding.message = format!("{begin}; write {pointer}").into();
        }
        return None;
    };
    let scheme = (resolution.scheme()).filter(|scheme| !is_doubtful(scheme.fact()));
    let kind = scheme.and_then(|scheme| scheme.fact().scheme_type.as_ref());
    let advice = match kind.map(|kind| &*kind.value.text) {
        _ if !has_scopes => format!("write {pointer}"),
        Some("oauth2" | "openIdConnect") => format!(
            "write the scheme {} itself here, with the needed scopes in its `scopes`",
            quoted(name)
        ),
        Some(kind) => format!("write {pointer} alone: type `{kind}` has no scopes"),
        None => format!("write {pointer}; scopes go into `scopes` of the scheme"),
    };
    finding.message = format!("{begin}; {advice}").into();
    let declared = context.model.component(name)?;
    *finding = declared_here(finding.clone(), name, declared);
    Some(())
}

/// Whether the value of a requirement says something.
fn has_scopes(context: &DocumentContext<'_, '_>, entry: Entry<'_>) -> bool {
    context.tree.resolve(entry.value).is_some_and(|value| {
        let is_empty = value.items().next().is_none() && value.entries().next().is_none();
        !is_empty || !matches!(value.scalar_type(), None | Some(ScalarType::Null))
    })
}

fn pointer_in_words(name: &str) -> String {
    let shown = if is_component_key(name) { name } else { "name" };
    format!("`$ref: '#/components/securitySchemes/{shown}'`")
}

fn undeclared(
    context: &DocumentContext<'_, '_>,
    finding: &mut Finding,
    begin: &str,
    name: &str,
    has_scopes: bool,
) {
    let begin = format!("{begin}, and {} is not declared", quoted(name));
    let Some((near, scheme)) = context.nearest_component(name) else {
        let pointer = pointer_in_words(name);
        let scopes = if has_scopes { " with its `scopes`" } else { "" };
        finding.message = format!(
            "{begin}; declare it{scopes} under `components.securitySchemes`, and write {pointer}"
        )
        .into();
        return;
    };
    finding.message = format!("{begin}; did you mean {}?", pointer_in_words(near)).into();
    *finding = declared_here(finding.clone(), near, scheme).meant(Some(near));
}
