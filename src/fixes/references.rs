//! Remedies for names and references that lead nowhere, and for scopes that nobody declares.

use super::FixKind::{ChangesMeaning, Placeholder, Safe};
use super::case::Case;
use super::entries::reference_to;
use super::schemes::entries_at;
use super::scopes::SCOPE_PLACEHOLDER;
use super::urls::encoded;
use super::uses::{fresh_name, pointer_to};
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::model::facts::EntryForm;
use crate::model::resolve::{Resolver, Target};
use crate::rules::finding::Data;
use crate::rules::words::{listed, quoted};
use crate::spec::{is_component_key, spec};
use crate::syntax::document::Tree;
use crate::syntax::node::Node;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// How many schemes are offered in the place of a wrong target.
const MAX_OFFERED: usize = 5;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-scheme-ref-siblings" => siblings(case),
        "oauth2-ref-not-allowed" => inline(case),
        "security-ref-yaml-comment" => yaml_comment(case),
        "security-ref-invalid-uri" => {
            let node = case.spot.node();
            let text = encoded(node.value());
            case.offer(
                "Percent-encode what a reference cannot have",
                Safe,
                |draft| draft.set_text(node, &text),
            );
        }
        "security-requirement-undefined" => undefined(case),
        "security-ref-unresolved" => unresolved(case),
        "security-ref-wrong-target" => wrong_target(case),
        "security-ref-outside-components" => outside_components(case),
        _ => {}
    }
}

fn siblings(case: &mut Case<'_>) {
    let (Some(holder), Some(mapping)) = (case.spot.parent(), case.mapping()) else {
        return;
    };
    let siblings = entries_at(case, mapping);
    let names = listed(siblings.iter().map(|entry| entry.key.value()), "and");
    case.offer(format!("Remove {names}"), Safe, |draft| {
        siblings.iter().try_for_each(|entry| draft.remove(*entry))
    });
    let tree = case.tree();
    let target = target_of(tree, mapping);
    let Some(Template::Map(mut members)) = target.and_then(|target| template::copy(tree, target))
    else {
        return;
    };
    for entry in mapping
        .entries()
        .filter(|entry| entry.key.value() != "$ref")
    {
        let Some(own) = template::copy(tree, entry.value) else {
            return;
        };
        let name = entry.key.value();
        let same = |(known, _): &&mut (TemplateKey, Template)| matches!(known, TemplateKey::Text(known) if known == name);
        match members.iter_mut().find(same) {
            Some(member) => member.1 = own,
            None => members.push((TemplateKey::of(name), own)),
        }
    }
    let body = Template::Map(members);
    case.offer_clean(
        "Write a copy of the scheme in place of `$ref`",
        ChangesMeaning,
        |draft| match holder.entry() {
            Some(entry) => draft.put(entry, &body),
            None => draft.put_item(mapping, &body),
        },
    );
}

/// What the `$ref` of a mapping leads to in this document.
fn target_of<'t>(tree: &'t Tree, mapping: Node<'t>) -> Option<Node<'t>> {
    match Target::of(tree.field(mapping, "$ref")?.value.value()) {
        Target::Local(pointer) => tree.pointer(&pointer),
        _ => None,
    }
}

/// A flow, or all flows, behind a reference.
fn inline(case: &mut Case<'_>) {
    let (Some(mapping), Some(entry)) = (
        case.mapping(),
        case.spot.parent().and_then(|spot| spot.entry()),
    ) else {
        return;
    };
    let tree = case.tree();
    let target = target_of(tree, mapping);
    let copy = target.and_then(|target| template::copy(tree, target));
    let is_alone = mapping.entries().nth(1).is_none();
    if let Some(body @ Template::Map(_)) = copy.filter(|_| is_alone) {
        case.offer("Write a copy in place of `$ref`", Safe, |draft| {
            draft.put(entry, &body)
        });
    }
}

/// `$ref: #/...`: what was meant as a value is a comment.
fn yaml_comment(case: &mut Case<'_>) {
    let Some(entry) = case.entry().filter(|entry| entry.value.is_missing()) else {
        return;
    };
    let text = case.analysis.document.text();
    let end = entry.key.range().end;
    let line = text.line_range(text.line_of(end));
    let rest = text.slice(TextRange::new(end, line.end)).into_owned();
    let Some(at) = rest.find('#').filter(|at| rest[..*at].trim() == ":") else {
        return;
    };
    let meant = rest[at..].split_whitespace().next().unwrap_or_default();
    let range = TextRange::new(end + at, end + at + meant.len());
    let edit = TextEdit {
        range,
        new_text: format!("'{}'", meant.replace('\'', "''")),
    };
    case.offer("Put the reference in quotes", Safe, |draft| {
        draft.apply(std::slice::from_ref(&edit));
        Some(())
    });
}

/// The names of all declared schemes, in the order of the text.
pub fn component_names<'a>(case: &Case<'a>) -> Vec<&'a str> {
    let components = case.analysis.model.components();
    components.map(|(name, _)| name).collect()
}

fn undefined(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let name = entry.key.value();
    if let Some(near) = case.meant() {
        case.offer_rename(near, Safe);
    }
    let mut scopes: Vec<String> = Vec::new();
    for site in case.analysis.model.sites() {
        let lists = site.fact.security.iter().flat_map(|list| &list.entries);
        let names = lists.filter_map(|entry| match &entry.form {
            EntryForm::Requirement(names) => Some(names),
            _ => None,
        });
        let same = names
            .flatten()
            .filter(|required| required.name.text == name);
        for scope in same.flat_map(|required| &required.scopes) {
            if !scopes.contains(&scope.text) {
                scopes.push(scope.text.clone());
            }
        }
    }
    declare(case, name, &scopes);
}

/// Offers to declare a scheme of that name, to be filled in.
fn declare(case: &mut Case<'_>, name: &str, scopes: &[String]) {
    if !is_component_key(name) {
        return;
    }
    let version = case.version;
    let is_known = |scheme_type: &str| {
        let mut types = spec().scheme_types().iter();
        types.any(|known| known.value == scheme_type && known.since <= version)
    };
    let by_name = match spec().type_alias(name) {
        Some(alias) if alias.scheme_type != "apiKey" => alias.scheme_type.as_str(),
        _ => name,
    };
    let scheme_type = if !scopes.is_empty() {
        "oauth2"
    } else if is_known(by_name) {
        by_name
    } else {
        usual_type(case)
            .filter(|usual| is_known(usual))
            .unwrap_or("http")
    };
    let Some(object) = spec().object(scheme_type) else {
        return;
    };
    let mut members = vec![(
        TemplateKey::of("type"),
        Template::Text(scheme_type.to_owned()),
    )];
    members.extend(template::required(object, version));
    let mut body = template::settled(Template::Map(members));
    if !scopes.is_empty() {
        declare_scopes(&mut body, version.scopes_key(), scopes);
    }
    let title = format!(
        "Declare {} with a placeholder, as `type: {scheme_type}`",
        quoted(name)
    );
    case.offer(title, Placeholder, |draft| {
        draft.insert_at(&["components", "securitySchemes"], name, &body)
    });
}

/// A scheme type that suits the first server whose protocol is known.
fn usual_type(case: &Case<'_>) -> Option<&'static str> {
    let servers = (case.analysis.model.units()).filter_map(|placed| placed.unit.server.as_ref());
    let family = servers
        .filter_map(|server| spec().protocol(&server.protocol.as_ref()?.value.text))
        .find_map(|protocol| spec().family(&protocol.family))?;
    // PLAIN shows the password, and is not to be proposed.
    let mut natural = family.natural.iter().map(String::as_str);
    natural.find(|usual| *usual != "plain")
}

/// Fills every map of scopes in an object.
fn declare_scopes(body: &mut Template, key: &str, scopes: &[String]) {
    let Template::Map(members) = body else { return };
    for (name, value) in members {
        match name {
            TemplateKey::Text(name) if name == key => {
                let described = |scope: &String| {
                    (
                        TemplateKey::of(scope),
                        Template::Text(SCOPE_PLACEHOLDER.to_owned()),
                    )
                };
                *value = Template::Map(scopes.iter().map(described).collect());
            }
            // Schemes, flows, scopes: three levels, and no more.
            _ => declare_scopes(value, key, scopes),
        }
    }
}

fn unresolved(case: &mut Case<'_>) {
    let node = case.spot.node();
    let text = node.value();
    if let Data::MeantReference(reference) = &case.finding.data {
        case.offer_text(reference, Safe);
        return;
    }
    let resolver = Resolver::new(case.tree(), &case.analysis.model);
    let Some(name) = resolver
        .component_name(text)
        .filter(|_| resolver.is_component(text))
    else {
        return;
    };
    if let Some(near) = case.meant() {
        case.offer_text(&pointer_to(near), Safe);
    }
    declare(case, &name, &[]);
}

fn wrong_target(case: &mut Case<'_>) {
    let names: Vec<String> = (component_names(case).iter())
        .take(MAX_OFFERED)
        .map(|name| pointer_to(name))
        .collect();
    for pointer in names {
        case.offer_text(&pointer, ChangesMeaning);
    }
}

/// A scheme outside of `components` is declared there.
fn outside_components(case: &mut Case<'_>) {
    let reference = case.spot.node();
    let Target::Local(pointer) = Target::of(reference.value()) else {
        return;
    };
    let tree = case.tree();
    let Some(target) = tree.pointer(&pointer).filter(|target| target.is_mapping()) else {
        return;
    };
    let Some(place) = NodePath::of_range(tree, target.range()) else {
        return;
    };
    let token = pointer.rsplit('/').next().unwrap_or_default();
    let is_name = is_component_key(token) && !token.bytes().all(|byte| byte.is_ascii_digit());
    let kind = tree
        .field(target, "type")
        .map_or("scheme", |entry| entry.value.value());
    let wanted = if is_name { token } else { kind };
    if !is_component_key(wanted) {
        return;
    }
    let name = fresh_name(case, wanted);
    let Some(body) = template::moved(
        &case.analysis.document,
        place.entry().map(|entry| entry.key),
        target,
    ) else {
        return;
    };
    let title = format!(
        "Declare it in `components.securitySchemes` as {}",
        quoted(&name)
    );
    case.offer(title, Safe, |draft| {
        draft.set_text(reference, &pointer_to(&name))?;
        match place.entry() {
            Some(entry) => draft.put(entry, &reference_to(&name))?,
            None => draft.put_item(target, &reference_to(&name))?,
        }
        draft.insert_at(&["components", "securitySchemes"], &name, &body)
    });
}
