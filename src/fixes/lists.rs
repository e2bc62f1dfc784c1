//! Remedies for `security` lists that have the form of something else.

use super::FixKind::{ChangesMeaning, Safe};
use super::case::Case;
use super::entries::{item_of_key, reference_to, remove_item};
use super::uses::{Use, fresh_name, uses};
use super::values::quote;
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::model::At;
use crate::model::facts::Scheme;
use crate::model::resolve::Resolver;
use crate::rules::words::quoted;
use crate::spec::is_component_key;
use crate::syntax::node::{Node, ScalarType};

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-not-array" => not_array(case),
        "security-entry-not-object" => entry_not_object(case),
        "security-requirement-value-not-array" => value_not_array(case),
        "security-v2-shape-in-v3" => v2_shape(case),
        "security-v3-shape-in-v2" => v3_shape(case),
        "security-ref-scopes-ignored" => ref_scopes_ignored(case),
        "scheme-scopes-since" => scopes_since(case),
        "scheme-scopes-not-array" => scopes_not_array(case),
        _ => {}
    }
}

fn not_array(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let value = entry.value;
    if value.scalar_type() == Some(ScalarType::Null) {
        case.offer("Remove the empty `security`", Safe, |draft| {
            draft.remove(entry)
        });
    } else if value.is_mapping() {
        let count = value.entries().count();
        let is_alternative = count > 1 && !case.version.is_v3();
        let (title, kind) = if is_alternative {
            (
                "Write a list with one entry: all are required together",
                ChangesMeaning,
            )
        } else {
            ("Write a list with this entry", Safe)
        };
        case.offer(title, kind, |draft| draft.wrap_in_list(entry));
        if is_alternative {
            let items: Option<Vec<Template>> = (value.entries())
                .map(|one| {
                    let scopes = template::copy(case.tree(), one.value)?;
                    Some(Template::Map(vec![(
                        TemplateKey::of(one.key.value()),
                        scopes,
                    )]))
                })
                .collect();
            let Some(items) = items else { return };
            case.offer(
                "Write a list with an entry for each: one of them is enough",
                ChangesMeaning,
                |draft| draft.put(entry, &Template::List(items)),
            );
        }
    } else if let Some(item) = value.as_str().and_then(|name| by_name(case, name)) {
        case.offer("Write a list with this entry", Safe, |draft| {
            draft.put(entry, &Template::List(vec![item]))
        });
    }
}

/// The entry that refers to a scheme of that name.
pub fn by_name(case: &Case<'_>, name: &str) -> Option<Template> {
    if !is_component_key(name) {
        return None;
    }
    Some(if case.version.is_v3() {
        reference_to(name)
    } else {
        Template::Map(vec![(TemplateKey::of(name), Template::List(Vec::new()))])
    })
}

fn entry_not_object(case: &mut Case<'_>) {
    let node = case.spot.node();
    if case.spot.is_key() {
        let Some(entry) = case.entry() else { return };
        let empty: Vec<Node<'_>> = entry
            .value
            .items()
            .filter(|item| item.is_missing())
            .collect();
        let Some(first) = empty.first() else { return };
        case.offer("Remove the empty entry", ChangesMeaning, |draft| {
            draft.remove_item(*first)
        });
        return;
    }
    let name = node.as_str().map(|text| (text, referred(case, text)));
    let Some((text, referred)) = name else { return };
    if let Some(item) = by_name(case, referred.as_deref().unwrap_or(text)) {
        let title = if case.version.is_v3() {
            format!("Write a `$ref` to {}", quoted(text))
        } else {
            format!("Write `{text}: []`")
        };
        case.offer(title, Safe, |draft| draft.put_item(node, &item));
    }
}

/// The name of the component that a text is a reference to.
fn referred(case: &Case<'_>, text: &str) -> Option<String> {
    let resolver = Resolver::new(case.tree(), &case.analysis.model);
    resolver
        .component_name(text)
        .filter(|_| resolver.is_component(text))
}

fn value_not_array(case: &mut Case<'_>) {
    let node = case.spot.node();
    let is_item = case
        .spot
        .parent()
        .is_some_and(|parent| parent.node().is_sequence());
    if is_item {
        if node.as_str().is_some() {
            remove_item(case);
        } else {
            quote(case);
        }
        return;
    }
    list_of_words(case);
}

/// Offers a list of what a text or nothing names.
fn list_of_words(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let value = entry.value;
    let words: Vec<String> = match value.scalar_type() {
        Some(ScalarType::Null) => Vec::new(),
        Some(ScalarType::String) => {
            let words = value
                .value()
                .split(|sign: char| sign.is_whitespace() || sign == ',');
            words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        }
        Some(_) => vec![value.value().to_owned()],
        None => return,
    };
    case.offer("Write a list", Safe, |draft| {
        draft.put(entry, &Template::FlowList(words))
    });
}

fn scopes_not_array(case: &mut Case<'_>) {
    let is_item = case
        .spot
        .parent()
        .is_some_and(|parent| parent.node().is_sequence());
    if is_item {
        quote(case);
        return;
    }
    let Some(entry) = case.entry() else { return };
    if entry.value.is_mapping() {
        let names = entry
            .value
            .entries()
            .map(|scope| scope.key.value().to_owned())
            .collect();
        case.offer("Write a list of the names", Safe, |draft| {
            draft.put(entry, &Template::FlowList(names))
        });
    } else {
        list_of_words(case);
    }
}

/// `{name: [scopes]}` in 3.x.
fn v2_shape(case: &mut Case<'_>) {
    let (Some(item), Some(entry)) = (item_of_key(case), case.entry()) else {
        return;
    };
    let name = entry.key.value();
    // Several names mean all of them, which 3.x cannot say (asyncapi/spec#1129).
    if item.node().entries().nth(1).is_some() {
        return;
    }
    let Some(value) = case.tree().resolve(entry.value) else {
        return;
    };
    let scopes: Vec<String> = (value.items())
        .filter_map(|scope| Some(case.tree().resolve(scope)?.as_str()?.to_owned()))
        .collect();
    let scheme = case.analysis.model.component(name);
    let kind =
        scheme.and_then(|scheme| Some(scheme.fact.scheme_type.as_ref()?.value.text.as_str()));
    let has_scopes = matches!(kind, Some("oauth2" | "openIdConnect"));
    if is_component_key(name) && (scopes.is_empty() || kind.is_some() && !has_scopes) {
        let kind = if scopes.is_empty() {
            Safe
        } else {
            ChangesMeaning
        };
        let reference = reference_to(name);
        case.offer(
            format!("Write a `$ref` to {}", quoted(name)),
            kind,
            |draft| draft.put_item(item.node(), &reference),
        );
        return;
    }
    if let Some(scheme) = scheme.filter(|_| has_scopes) {
        with_scopes(case, &item, name, scheme, scopes);
    }
}

/// `scopes` beside `$ref`.
fn ref_scopes_ignored(case: &mut Case<'_>) {
    let (Some(item), Some(entry)) = (item_of_key(case), case.entry()) else {
        return;
    };
    let Some(reference) = case.tree().field(item.node(), "$ref") else {
        return;
    };
    let tree = case.tree();
    let scopes: Option<Vec<String>> = (entry.value.items())
        .map(|scope| Some(tree.resolve(scope)?.as_str()?.to_owned()))
        .collect();
    if let (Some(name), Some(scopes)) = (referred(case, reference.value.value()), scopes)
        && let Some(scheme) = case.analysis.model.component(&name)
        && entry.value.is_sequence()
    {
        with_scopes(case, &item, &name, scheme, scopes);
    }
    case.offer(
        "Remove `scopes`, which has no effect",
        ChangesMeaning,
        |draft| draft.remove(entry),
    );
}

/// Offers an entry that asks a declared scheme for scopes: the scheme itself gets them where
/// nothing else uses it, else a copy in place.
fn with_scopes(
    case: &mut Case<'_>,
    item: &NodePath<'_>,
    name: &str,
    scheme: At<'_, Scheme>,
    scopes: Vec<String>,
) {
    let tree = case.tree();
    let Some(target) = NodePath::of_range(tree, scheme.abs(scheme.fact.range)) else {
        return;
    };
    let own_use = |one: &Use<'_>| match one {
        Use::Name(node) | Use::Target(node) => item.node().range().contains(node.range()),
    };
    let is_alone = uses(case, name).is_some_and(|uses| uses.iter().all(own_use));
    let list = Template::FlowList(scopes);
    let order = ["type", "description", "scopes"];
    if is_alone && target.node().get("scopes").is_none() && scheme.fact.reference.is_none() {
        let title = format!("Write a `$ref` and move the scopes to {}", quoted(name));
        let members = vec![(TemplateKey::of("scopes"), list)];
        case.offer(title, Safe, |draft| {
            draft.put_item(item.node(), &reference_to(name))?;
            draft.add(&target, members, &order)
        });
        return;
    }
    let Some(Template::Map(mut members)) = template::copy(tree, target.node()) else {
        return;
    };
    members.retain(|(name, _)| !matches!(name, TemplateKey::Text(name) if name == "scopes"));
    let at = usize::from(
        matches!(members.first(), Some((TemplateKey::Text(name), _)) if name == "type"),
    );
    members.insert(at, (TemplateKey::of("scopes"), list));
    let title = format!("Write a copy of {} with these scopes", quoted(name));
    case.offer_clean(title, Safe, |draft| {
        draft.put_item(item.node(), &Template::Map(members))
    });
}

/// A reference or a scheme in 2.x.
fn v3_shape(case: &mut Case<'_>) {
    let Some(item) = item_of_key(case) else {
        return;
    };
    let node = item.node();
    let tree = case.tree();
    if let Some(reference) = tree.field(node, "$ref") {
        let Some(name) = referred(case, reference.value.value()) else {
            return;
        };
        let body = Template::Map(vec![(TemplateKey::of(&name), Template::List(Vec::new()))]);
        let kind = if node.entries().nth(1).is_none() {
            Safe
        } else {
            ChangesMeaning
        };
        case.offer(format!("Write `{name}: []`"), kind, |draft| {
            draft.put_item(node, &body)
        });
        return;
    }
    let Some(Template::Map(mut members)) = template::copy(tree, node) else {
        return;
    };
    let scopes = members
        .iter()
        .position(|(name, _)| matches!(name, TemplateKey::Text(name) if name == "scopes"));
    let scopes = match scopes.map(|at| members.remove(at).1) {
        Some(list @ (Template::FlowList(_) | Template::List(_))) => list,
        Some(_) => return,
        None => Template::List(Vec::new()),
    };
    let kind = tree
        .field(node, "type")
        .map_or("scheme", |entry| entry.value.value());
    let wanted = if is_component_key(kind) {
        kind
    } else {
        "scheme"
    };
    let name = fresh_name(case, wanted);
    let title = format!(
        "Declare it in `components.securitySchemes` as {}",
        quoted(&name)
    );
    case.offer(title, Safe, |draft| {
        draft.put_item(node, &Template::Map(vec![(TemplateKey::of(&name), scopes)]))?;
        draft.insert_at(
            &["components", "securitySchemes"],
            &name,
            &Template::Map(members),
        )
    });
}

/// `scopes` of a scheme before 3.0.0.
fn scopes_since(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let name = case
        .spot
        .parent()
        .and_then(|scheme| Some(scheme.entry()?.key.value()));
    let scopes = template::copy(case.tree(), entry.value);
    let tree = case.tree();
    if let (Some(name), Some(scopes @ Template::FlowList(_))) = (name, scopes)
        && let Some(uses) = uses(case, name)
    {
        let lists: Vec<_> = (uses.iter())
            .filter_map(|one| match one {
                Use::Name(key) => NodePath::of_key(tree, key.range().start)?.entry(),
                Use::Target(_) => None,
            })
            .filter(|one| one.value.is_sequence() && one.value.items().next().is_none())
            .collect();
        if !lists.is_empty() && lists.len() == uses.len() {
            case.offer(
                "Move the scopes to the requirements that use the scheme",
                Safe,
                |draft| {
                    lists.iter().try_for_each(|one| draft.put(*one, &scopes))?;
                    draft.remove(entry)
                },
            );
        }
    }
    case.offer_removal(ChangesMeaning);
}
