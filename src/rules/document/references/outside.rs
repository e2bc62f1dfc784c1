//! References to other files.

use crate::model::DocumentKind;
use crate::model::facts::Spanned;
use crate::model::references::known::Spot;
use crate::model::references::target::{component_in, is_external};
use crate::model::surroundings::Target;
use crate::rules::document_context::DocumentContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::names::pointer_to;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::text::range::TextRange;

/// Whether a text is a URI reference; another one has a finding of its own.
pub(super) fn is_uri_reference(text: &str) -> bool {
    fluent_uri::UriRef::parse(text).is_ok()
}

/// Checks the `$ref` in place of the map of schemes.
pub(super) fn check_map(
    context: &DocumentContext<'_, '_>,
    reference: &Spanned,
    out: &mut Vec<Finding>,
) {
    let text = &*reference.text;
    if !is_external(text) || !is_uri_reference(text) {
        return;
    }
    match context.model.surroundings.targets.get(text) {
        None => out.extend(unread(context, reference.range, text)),
        Some(Target::Schemes(_)) => {}
        Some(target) if target.is_no_scheme() => {}
        Some(Target::Scheme(foreign)) => {
            let message = format!(
                "{} is one scheme, where a map of names to schemes belongs; give it a name here",
                quoted(text)
            );
            let rule = registry::SECURITY_REF_WRONG_TARGET;
            let finding = Finding::new(rule, reference.range, message);
            let spot = Spot {
                file: Some(&foreign.place.uri),
                range: foreign.place.range,
            };
            out.push(finding.with_spot(spot, "the scheme is declared here"));
        }
        Some(target) => out.push(broken(reference.range, text, target)),
    }
}

/// A reference that leads to no scheme.
pub(super) fn broken(range: TextRange, text: &str, target: &Target) -> Finding {
    let shown = quoted(text);
    match target {
        Target::Missing { has_file, meant } => {
            let (what, advice) = match has_file {
                true => ("points to nothing in that file", "declare the scheme there"),
                false => ("leads to no file", "write that file"),
            };
            let rule = registry::SECURITY_REF_UNRESOLVED;
            let Some(meant) = meant else {
                let message = format!("{shown} {what}; {advice}, or correct the reference");
                return Finding::new(rule, range, message);
            };
            let message = format!("{shown} {what}; did you mean `{meant}`?");
            Finding::new(rule, range, message).with_data(Data::MeantReference(meant.clone()))
        }
        Target::Cycle => {
            let message = "this reference leads back to itself over another file; write a security \
                           scheme in place of one of the references";
            Finding::new(registry::SECURITY_REF_CYCLE, range, message)
        }
        Target::Wrong { place } => {
            let message = format!("{shown} is not a security scheme; refer to one");
            let finding = Finding::new(registry::SECURITY_REF_WRONG_TARGET, range, message);
            let spot = Spot {
                file: Some(&place.uri),
                range: place.range,
            };
            finding.with_spot(spot, "the reference points here")
        }
        _ => {
            let message = format!("{shown} is not a security scheme; refer to one");
            Finding::new(registry::SECURITY_REF_WRONG_TARGET, range, message)
        }
    }
}

/// A reference to a file that was not read.
pub(super) fn unread(
    context: &DocumentContext<'_, '_>,
    range: TextRange,
    text: &str,
) -> Option<Finding> {
    let is_read = context.model.surroundings.targets.contains_key(text);
    if is_read || !is_uri_reference(text) {
        return None;
    }
    let message = format!(
        "{} is in another document and was not checked",
        quoted(text)
    );
    Some(Finding::new(
        registry::SECURITY_REF_EXTERNAL,
        range,
        message,
    ))
}

/// A pointer to nothing in a file without `asyncapi`. It never leads into the documents that use the
/// file: a reference starts from where it stands (RFC 3986, section 5.1).
pub(super) fn nothing_here(
    context: &DocumentContext<'_, '_>,
    range: TextRange,
    text: &str,
) -> Option<Finding> {
    let documents = &context.model.surroundings.documents;
    let is_fragment = matches!(context.model.kind, DocumentKind::Fragment(_));
    if !is_fragment || documents.is_empty() || !context.tree.errors().is_empty() {
        return None;
    }
    let name = component_in("/components/securitySchemes", text);
    let name = name.filter(|(_, is_whole)| *is_whole).map(|(name, _)| name);
    let declares = |name: &str| (documents.iter()).find(|one| one.schemes.contains_key(name));
    let user = name.and_then(|name| Some((declares(&name)?, name)));
    let rule = registry::SECURITY_REF_UNRESOLVED;
    let shown = quoted(text);
    let Some((user, name)) = user else {
        let message = format!(
            "{shown} points to nothing in this file; declare the scheme, or correct the reference"
        );
        return Some(Finding::new(rule, range, message));
    };
    let meant = format!("{}{}", user.shown, pointer_to(&name));
    let message = format!(
        "{shown} points to nothing in this file, where references start; did you mean `{meant}`?"
    );
    Some(Finding::new(rule, range, message).with_data(Data::MeantReference(meant)))
}
