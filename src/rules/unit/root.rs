//! The root of a document: its version, and misplaced security.

use crate::edits::template;
use crate::model::{DocumentKind, Fragment, VersionField};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::Safe;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::unit::sites;
use crate::rules::unit::subject::{not_a_collection, value_of};
use crate::spec::version::Oddity;
use crate::spec::{Version, is_extension};
use crate::syntax::node::{Entry, Node};

/// The key of the map of schemes in `components`.
const RIGHT_NAME: &str = "securitySchemes";

/// The key of the map of schemes in OpenAPI 2.
const OPENAPI_2: &str = "securityDefinitions";

/// Checks the root mapping.
pub(super) fn check(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let root = context.value;
    if context.kind == DocumentKind::AsyncApi {
        if let Some(entry) = context.tree.field(root, "asyncapi") {
            let field = VersionField {
                text: entry.value.value().to_owned(),
                range: entry.value.range(),
                is_string: entry.value.as_str().is_some(),
            };
            out.extend(check_version(&field));
            if field.is_string && Version::read(&field.text).is_none() {
                return;
            }
        }
        sites::check_other(context, root, out);
        check_keys(context, root, &["components"], out);
    }
    if let Some(components) = context.tree.field(root, "components") {
        check_keys(context, components.value, &[RIGHT_NAME], out);
        check_map(context, components.value, out);
    } else if context.kind == DocumentKind::Fragment(Fragment::Components) {
        check_keys(context, root, &[RIGHT_NAME], out);
        check_map(context, root, out);
    }
}

/// Finds a list or a scalar where the map of schemes should be: none of its schemes is read.
fn check_map<'t>(context: &UnitContext<'t>, components: Node<'t>, out: &mut Vec<Finding>) {
    let mut fields = context.tree.fields(components).into_iter();
    let entry = fields.find(|entry| entry.key.value() == RIGHT_NAME);
    let Some((entry, value)) = entry.and_then(|entry| Some((entry, value_of(context, entry)?)))
    else {
        return;
    };
    if !value.is_mapping() {
        let wants = "an object of names and schemes (`{}` for none)";
        let rule = registry::SECURITY_SCHEME_NOT_OBJECT;
        out.push(not_a_collection(rule, entry, value, wants));
    }
}

/// Checks the `asyncapi` field (docs/specification.md A.4). A value that is not a string is left to general
/// validators.
pub fn check_version(field: &VersionField) -> Option<Finding> {
    if !field.is_string {
        return None;
    }
    let shown = quoted(&field.text);
    let Some(reading) = Version::read(&field.text) else {
        let newest = Version::V3_1.as_str();
        let message = format!(
            "{shown} is no version known here, so security is not checked; \
             write for example `{newest}`"
        );
        let rule = registry::ASYNCAPI_VERSION_UNKNOWN;
        return Some(Finding::new(rule, field.range, message));
    };
    let version = reading.version.as_str();
    let (rule, message) = match reading.oddity? {
        Oddity::Spelling => (
            registry::ASYNCAPI_VERSION_PATCH,
            format!("the official schemas know no {shown}; write `{version}`"),
        ),
        Oddity::Minor => (
            registry::ASYNCAPI_VERSION_UNKNOWN,
            format!("{shown} is no version known here; it is checked as `{version}`"),
        ),
    };
    Some(Finding::new(rule, field.range, message))
}

/// Finds declarations of schemes under another key than `components.securitySchemes`; `right` are
/// the valid keys here.
fn check_keys(context: &UnitContext<'_>, node: Node<'_>, right: &[&str], out: &mut Vec<Finding>) {
    for entry in context.tree.fields(node) {
        let name = entry.key.value();
        if entry.key.lacks_colon() || right.contains(&name) || is_extension(name) {
            continue;
        }
        if nearest(name, [RIGHT_NAME, OPENAPI_2]).is_none() {
            continue;
        }
        let shown = quoted(name);
        let message = if right.contains(&RIGHT_NAME) {
            format!("{shown} is not read; rename it to `{RIGHT_NAME}`")
        } else {
            format!(
                "security schemes belong into `components`; move {shown} there, as `{RIGHT_NAME}`"
            )
        };
        let rule = registry::SECURITY_SCHEMES_MISPLACED;
        out.push(Finding::new(rule, entry.key.range(), message));
    }
}

/// Offers the version as the official schemas write it.
pub(in crate::rules) fn fix_version(fix: &mut FixContext<'_>) {
    fix.offer_text(fix.version.as_str(), Safe);
}

/// Offers to rename the map of schemes, or to move it to `components`.
pub(in crate::rules) fn fix_misplaced(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(holder)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    let is_components = |entry: Entry<'_>| entry.key.value() == "components";
    if holder.entry().is_some_and(is_components) {
        fix.offer_rename(RIGHT_NAME, Safe);
        return;
    }
    let Some(value) = (fix.tree().resolve(entry.value)).filter(|value| value.is_mapping()) else {
        return;
    };
    let components = fix.tree().root().get("components");
    let declared = components.and_then(|components| components.value.get(RIGHT_NAME));
    let title = "Move them to `components.securitySchemes`";
    let document = fix.document;
    let Some(declared) = declared else {
        let Some(schemes) = template::moved(document, Some(entry.key), value) else {
            return;
        };
        fix.offer(title, Safe, |edits| {
            edits.remove(entry)?;
            edits.insert_at(&["components"], RIGHT_NAME, &schemes)
        });
        return;
    };
    let is_new = |scheme: Entry<'_>| declared.value.get(scheme.key.value()).is_none();
    if !declared.value.is_mapping() || !value.entries().all(is_new) {
        return;
    }
    fix.offer(title, Safe, |edits| {
        for scheme in value.entries() {
            let new = template::moved(document, Some(scheme.key), scheme.value)?;
            edits.insert_at(&["components", RIGHT_NAME], scheme.key.value(), &new)?;
        }
        edits.remove(entry)
    });
}
