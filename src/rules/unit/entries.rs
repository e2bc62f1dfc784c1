//! The `security` list of a server, an operation or a trait: requirements by name in 2.x,
//! references and inline schemes in 3.x (docs/specification.md A.2).

pub(in crate::rules) mod fixes;

use std::collections::HashSet;

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::ref_object::{self, Holder};
use crate::rules::unit::scheme;
use crate::rules::unit::subject::{Subject, begun, kind_of, not_a_collection, value_of};
use crate::spec::{is_component_key, is_extension, spec};
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// Checks the list under the key `security`.
pub(super) fn check_list<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    let Some(list) = value_of(context, entry) else {
        return;
    };
    if !list.is_sequence() {
        let rule = registry::SECURITY_NOT_ARRAY;
        let wants = "a list of entries (`[]` for none)";
        out.push(match how_to_list(entry.value) {
            Some(advice) => {
                let message = format!("`security` must be a list; {advice}");
                Finding::new(rule, entry.key.range(), message)
            }
            None => not_a_collection(rule, entry, list, wants),
        });
        return;
    }
    for item in list.items() {
        let Some(node) = context.tree.resolve(item) else {
            continue;
        };
        if !node.is_mapping() {
            out.push(not_object(context, entry, item, node));
        } else if context.version.is_v3() {
            check_v3(context, node, out);
        } else {
            check_v2(context, node, out);
        }
    }
}

/// What makes a list of an object with one entry.
fn how_to_list(object: Node<'_>) -> Option<String> {
    let mut entries = object.entries();
    let first = entries.next().filter(|first| !first.key.is_missing())?;
    let name = quoted(first.key.value());
    let is_one = entries.next().is_none();
    is_one.then(|| match object.kind() {
        NodeKind::BlockMapping => format!("put `- ` before {name}"),
        _ => format!("put `[` and `]` around the object with {name}"),
    })
}

fn not_object(
    context: &UnitContext<'_>,
    entry: Entry<'_>,
    item: Node<'_>,
    node: Node<'_>,
) -> Finding {
    const RULE: &Rule = registry::SECURITY_ENTRY_NOT_OBJECT;
    let is_v3 = context.version.is_v3();
    if item.is_missing() {
        let wants = if is_v3 { "a `$ref`" } else { "`name: []`" };
        let message = format!("an entry of `security` has no value yet; write {wants}");
        return begun(item, Finding::new(RULE, entry.key.range(), message));
    }
    let what = kind_of(node);
    let message = match node.as_str().filter(|name| is_component_key(name)) {
        Some(name) if is_v3 => format!(
            "a security entry must be an object; write \
             `$ref: '#/components/securitySchemes/{name}'`"
        ),
        Some(name) => format!("a security entry must be an object; write `{name}: []`"),
        None => format!("a security entry must be an object, not {what}"),
    };
    Finding::new(RULE, item.range(), message)
}

/// A 2.x requirement: names of schemes with required scopes.
fn check_v2<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    let requirement = Subject::new(context, None, node);
    if let Some((place, what)) = v3_shape(context, &requirement) {
        let version = context.version.as_str();
        let message = format!(
            "AsyncAPI {version} does not allow {what} here; declare the scheme in \
             `components.securitySchemes`, and refer to it by name: `name: []`"
        );
        out.push(Finding::new(
            registry::SECURITY_V3_SHAPE_IN_V2,
            place,
            message,
        ));
        return;
    }
    for entry in &requirement.fields {
        check_requirement(context, *entry, out);
    }
}

/// The range and the kind of an entry in the form of 3.x.
fn v3_shape(
    context: &UnitContext<'_>,
    requirement: &Subject<'_>,
) -> Option<(TextRange, &'static str)> {
    let reference = (requirement.get("$ref")).filter(|reference| !reference.key.lacks_colon());
    if let Some(reference) = reference.or_else(|| ref_object::misspelt(context, requirement)) {
        return Some((reference.key.range(), "`$ref`"));
    }
    // A scheme may have the name `type`, but then the value is a list.
    requirement.text(context, "type")?;
    let entry = requirement.get("type")?;
    Some((entry.key.range(), "a scheme"))
}

fn check_requirement<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    const RULE: &Rule = registry::SECURITY_REQUIREMENT_VALUE_NOT_ARRAY;
    let Some(scopes) = value_of(context, entry) else {
        return;
    };
    if !scopes.is_sequence() {
        let wants = "a list of scopes (`[]` for none)";
        out.push(not_a_collection(RULE, entry, scopes, wants));
        return;
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for item in scopes.items() {
        let Some(node) = context.tree.resolve(item) else {
            continue;
        };
        let place = if item.is_missing() {
            entry.key.range()
        } else {
            item.range()
        };
        let Some(scope) = node.as_str() else {
            let what = kind_of(node);
            let message = format!("a scope must be a string, not {what}");
            out.push(Finding::new(RULE, place, message));
            continue;
        };
        if !seen.insert(scope) {
            let message = format!(
                "the scope {} is listed twice; remove it here",
                quoted(scope)
            );
            out.push(Finding::new(RULE, place, message));
        }
    }
}

/// A 3.x entry: a reference or a scheme.
fn check_v3<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    let entry = Subject::new(context, None, node);
    if let Some(reference) = entry.get("$ref") {
        ref_object::check(context, &entry, reference, Holder::Entry, out);
        return;
    }
    const RULE: &Rule = registry::SECURITY_V2_SHAPE_IN_V3;
    if let Some(reference) = ref_object::misspelt(context, &entry)
        && entry.text(context, "type").is_none()
    {
        let shown = quoted(reference.key.value());
        let message = format!("{shown} means `$ref` here; write `$ref`");
        out.push(Finding::new(RULE, reference.key.range(), message).meant(Some("$ref")));
        return;
    }
    let Some(name) = v2_shape(context, &entry) else {
        let first = out.len();
        scheme::check_scheme(context, None, node, out);
        for finding in &mut out[first..] {
            finding.is_of_inline_scheme = true;
        }
        return;
    };
    let version = context.version.as_str();
    let mut names = (entry.fields.iter()).filter(|field| !is_extension(field.key.value()));
    let what = if names.nth(1).is_some() {
        ", and cannot require several at once; \
         write one entry for each scheme only if one of them is enough"
    } else {
        "; write a `$ref` to the scheme"
    };
    let message = format!("AsyncAPI {version} does not refer to schemes by name{what}");
    out.push(Finding::new(RULE, name.range(), message));
}

/// The first name of an entry in the form of 2.x: neither a reference nor a scheme without `type`.
fn v2_shape<'t>(context: &UnitContext<'t>, entry: &Subject<'t>) -> Option<Node<'t>> {
    let resolve = |field: Entry<'t>| context.tree.resolve(field.value);
    let kind = entry.get("type").and_then(resolve);
    if kind.is_some_and(|kind| !kind.is_sequence()) {
        return None;
    }
    let types = spec().scheme_types().iter();
    let objects = types.filter_map(|known| spec().object(&known.value));
    let names: Vec<&str> = (objects.flat_map(|object| &object.fields))
        .map(|field| field.name.as_str())
        .collect();
    let of_scheme = |field: &Entry<'t>| {
        let name = field.key.value();
        let is_list = resolve(*field).is_some_and(Node::is_sequence);
        field.key.lacks_colon()
            || is_extension(name)
            || (!is_list || name == "scopes") && nearest(name, names.iter().copied()).is_some()
    };
    let foreign = entry.fields.iter().find(|field| !of_scheme(field));
    foreign.map(|field| field.key)
}
