//! The root of a document: its version, and misplaced security.

use crate::edits::template;
use crate::model::{DocumentKind, Fragment, VersionField, detect};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::Safe;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::unit::subject::{kind_of, not_a_collection, value_of};
use crate::rules::unit::{ref_object, sites};
use crate::spec::version::{Oddity, is_version_1};
use crate::spec::{Version, is_extension};
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;

/// The key of the map at the root that has the map of schemes.
const COMPONENTS: &str = "components";

/// The key of the map of schemes in `components`.
const RIGHT_NAME: &str = "securitySchemes";

/// The key of the map of schemes in OpenAPI 2.
const OPENAPI_2: &str = "securityDefinitions";

/// Checks the root mapping.
pub(super) fn check(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let root = context.value;
    if context.kind == DocumentKind::AsyncApi {
        if let Some(field) = detect::version_field(context.tree) {
            out.extend(check_version(&field));
            if field.is_given && Version::read(&field.text).is_none() {
                return;
            }
        }
        sites::check_other(context, root, out);
        check_keys(context.tree, root, COMPONENTS, out);
        check_sections(context, root, out);
    }
    if let Some(components) = context.tree.field(root, COMPONENTS) {
        check_schemes(context, components.value, out);
    } else if context.kind == DocumentKind::Fragment(Fragment::Components) {
        check_schemes(context, root, out);
    }
}

/// The objects of the root that hold what has security.
const SECTIONS: [&str; 4] = ["servers", "channels", "operations", COMPONENTS];

/// Finds a list or a text in place of a section of the document: nothing in it is read.
fn check_sections(context: &UnitContext<'_>, root: Node<'_>, out: &mut Vec<Finding>) {
    for name in SECTIONS {
        let Some(entry) = context.tree.field(root, name) else {
            continue;
        };
        let is_object = entry.value.is_mapping() || entry.value.is_missing();
        let hides_schemes = name == COMPONENTS && !is_object;
        let is_wrong = entry.value.is_sequence() || entry.value.as_str().is_some() || hides_schemes;
        // A tag names a tool that puts something else there.
        let is_ours = name != "operations" || context.version.is_v3();
        if !is_wrong || !is_ours || entry.value.tag().is_some() {
            continue;
        }
        let what = if name == COMPONENTS { "kinds" } else { "names" };
        let message = format!(
            "`{name}` must be an object of {what} and what they stand for, not {}; \
             nothing in it is checked",
            kind_of(entry.value)
        );
        let finding = Finding::new(registry::SECTION_NOT_OBJECT, entry.key.range(), message);
        // Some official schemas let `components` be anything.
        out.push(if name == COMPONENTS {
            finding.at(Severity::Warning)
        } else {
            finding
        });
    }
}

fn check_schemes<'t>(context: &UnitContext<'t>, components: Node<'t>, out: &mut Vec<Finding>) {
    check_keys(context.tree, components, RIGHT_NAME, out);
    check_map(context, components, out);
}

/// Finds a list or a scalar where the map of schemes should be: none of its schemes is read.
fn check_map<'t>(context: &UnitContext<'t>, components: Node<'t>, out: &mut Vec<Finding>) {
    let mut fields = context.tree.fields(components).into_iter();
    let entry = fields.find(|entry| entry.key.value() == RIGHT_NAME);
    let Some((entry, value)) = entry.and_then(|entry| Some((entry, value_of(context, entry)?)))
    else {
        return;
    };
    // All schemes of another file.
    let reference = value.get("$ref");
    out.extend(reference.and_then(|reference| ref_object::insecure(context, reference)));
    if !value.is_mapping() {
        let wants = "an object of names and schemes (`{}` for none)";
        let rule = registry::SECURITY_SCHEME_NOT_OBJECT;
        out.push(not_a_collection(rule, entry, value, wants));
    }
}

/// Whether a mistake on the way to the map of schemes, which has a finding of its own, hides all
/// schemes. Then no name is wrong only because it is not declared.
pub(in crate::rules) fn are_schemes_hidden(tree: &Tree) -> bool {
    let root = tree.root();
    let is_no_map = |holder, name| {
        let value = (tree.field(holder, name)).and_then(|entry| tree.resolve(entry.value));
        value.is_some_and(|value| !value.is_mapping() && !value.is_missing())
    };
    if misplaced(tree, root, COMPONENTS).next().is_some() || is_no_map(root, COMPONENTS) {
        return true;
    }
    (tree.field(root, COMPONENTS)).is_some_and(|components| {
        let components = components.value;
        misplaced(tree, components, RIGHT_NAME).next().is_some()
            || is_no_map(components, RIGHT_NAME)
    })
}

/// Checks the `asyncapi` field (docs/specification.md A.4). A missing value, or one that is neither
/// text nor number, is left to general validators.
pub fn check_version(field: &VersionField) -> Option<Finding> {
    if !field.is_given {
        return None;
    }
    let shown = quoted(&field.text);
    let Some(reading) = Version::read(&field.text) else {
        let newest = Version::V3_1.as_str();
        let message = if is_version_1(&field.text) {
            "this is AsyncAPI 1, which is not checked here; \
             the official converter (`asyncapi convert`) brings it to a newer version"
                .to_owned()
        } else {
            format!(
                "{shown} is not a version known here, so security is not checked; \
                 write for example `{newest}`"
            )
        };
        let rule = registry::ASYNCAPI_VERSION_UNKNOWN;
        return Some(Finding::new(rule, field.range, message));
    };
    let version = reading.version.as_str();
    let (rule, message) = match reading.oddity? {
        Oddity::Spelling => (
            registry::ASYNCAPI_VERSION_PATCH,
            format!("the official schemas do not accept {shown}; write `{version}`"),
        ),
        Oddity::Minor => (
            registry::ASYNCAPI_VERSION_UNKNOWN,
            format!("{shown} is not a version known here; it is checked as `{version}`"),
        ),
    };
    Some(Finding::new(rule, field.range, message))
}

/// Finds declarations of schemes under another key than `components.securitySchemes`; `right` is
/// the valid key here.
fn check_keys(tree: &Tree, node: Node<'_>, right: &'static str, out: &mut Vec<Finding>) {
    for (key, meant) in misplaced(tree, node, right) {
        let shown = quoted(key.value());
        let message = if meant == right {
            format!("{shown} is not read; rename it to `{right}`")
        } else {
            let rename = match key.value() {
                RIGHT_NAME => String::new(),
                _ => format!(", and call it `{RIGHT_NAME}`"),
            };
            format!("security schemes belong in `components`; move {shown} there{rename}")
        };
        let rule = registry::SECURITY_SCHEMES_MISPLACED;
        out.push(Finding::new(rule, key.range(), message));
    }
}

/// The keys that are not read although schemes are declared below them, each with the key that is
/// meant; `right` is the valid key here.
fn misplaced<'t>(
    tree: &'t Tree,
    node: Node<'t>,
    right: &'static str,
) -> impl Iterator<Item = (Node<'t>, &'static str)> {
    let has_right = tree.field(node, right).is_some();
    let fields = tree.fields(node).into_iter();
    fields.filter_map(move |entry| {
        let name = entry.key.value();
        if entry.key.lacks_colon() || name == right || is_extension(name) {
            return None;
        }
        let is_map = |name| nearest(name, [RIGHT_NAME, OPENAPI_2]).is_some();
        if is_map(name) {
            return Some((entry.key, RIGHT_NAME));
        }
        let has_schemes =
            |value: Node<'t>| tree.fields(value).iter().any(|one| is_map(one.key.value()));
        let is_components = right == COMPONENTS
            && !has_right
            && nearest(name, [COMPONENTS]).is_some()
            && has_schemes(entry.value);
        is_components.then_some((entry.key, COMPONENTS))
    })
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
    let is_components = |entry: Entry<'_>| entry.key.value() == COMPONENTS;
    if holder.entry().is_some_and(is_components) {
        fix.offer_rename(RIGHT_NAME, Safe);
        return;
    }
    if nearest(entry.key.value(), [COMPONENTS]).is_some() {
        fix.offer_rename(COMPONENTS, Safe);
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
