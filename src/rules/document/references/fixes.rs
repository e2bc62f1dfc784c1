//! Fixes for names and references that lead nowhere.

use crate::edits::template::{self, Template, TemplateKey, member};
use crate::model::facts::EntryForm;
use crate::model::references::target::local_pointer;
use crate::rules::finding::Data;
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::names::{DECLARED, declared, fresh_name, pointer_to, reference_to};
use crate::rules::fix::{FixContext, MAX_OFFERED, SCOPE_PLACEHOLDER};
use crate::rules::messages::quoted;
use crate::spec::{is_component_key, spec};

/// Offers the name that was meant, or to declare a scheme of this name.
pub(in crate::rules) fn undefined(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let name = entry.key.value();
    if let Some(near) = fix.meant() {
        fix.offer_rename(near, Safe);
    }
    let mut scopes: Vec<String> = Vec::new();
    for site in fix.model.sites() {
        let lists = site.fact.security.iter().flat_map(|list| &list.entries);
        let names = lists.filter_map(|entry| match &entry.form {
            EntryForm::Requirement(names) => Some(names),
            _ => None,
        });
        let same = (names.flatten()).filter(|required| required.name.text == name);
        for scope in same.flat_map(|required| &required.scopes) {
            if !scopes.contains(&scope.text) {
                scopes.push(scope.text.clone());
            }
        }
    }
    declare(fix, name, &scopes);
}

/// Offers to declare a scheme of that name, to be filled in.
fn declare(fix: &mut FixContext<'_>, name: &str, scopes: &[String]) {
    if !is_component_key(name) {
        return;
    }
    let version = fix.version;
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
        let usual = usual_type(fix).filter(|usual| is_known(usual));
        usual.unwrap_or("http")
    };
    let Some(object) = spec().object(scheme_type) else {
        return;
    };
    let mut members = vec![member("type", Template::text(scheme_type))];
    members.extend(template::required(object, version));
    let mut scheme = template::settled(Template::Map(members));
    if !scopes.is_empty() {
        declare_scopes(&mut scheme, version.scopes_key(), scopes);
    }
    let title = format!(
        "Declare {} with a placeholder, as `type: {scheme_type}`",
        quoted(name)
    );
    fix.offer(title, Placeholder, |edits| {
        edits.insert_at(&DECLARED, name, &scheme)
    });
}

/// A scheme type that suits the first server whose protocol is known.
fn usual_type(fix: &FixContext<'_>) -> Option<&'static str> {
    let servers = (fix.model.units()).filter_map(|placed| placed.unit.server.as_ref());
    let family = servers
        .filter_map(|server| spec().protocol(&server.protocol.as_ref()?.value.text))
        .find_map(|protocol| spec().family(&protocol.family))?;
    // PLAIN shows the password, and is not to be proposed.
    let mut natural = family.natural.iter().map(String::as_str);
    natural.find(|usual| *usual != "plain")
}

/// Fills every map of scopes in an object.
fn declare_scopes(object: &mut Template, key: &str, scopes: &[String]) {
    let Template::Map(members) = object else {
        return;
    };
    for (name, value) in members {
        match name {
            TemplateKey::Text(name) if name == key => {
                let described = |scope: &String| member(scope, Template::text(SCOPE_PLACEHOLDER));
                *value = Template::Map(scopes.iter().map(described).collect());
            }
            // Schemes, flows, scopes: three levels, and no more.
            _ => declare_scopes(value, key, scopes),
        }
    }
}

pub(in crate::rules) fn unresolved(fix: &mut FixContext<'_>) {
    if let Data::MeantReference(reference) = &fix.finding.data {
        fix.offer_text(reference, Safe);
        return;
    }
    let Some(name) = fix.component_name(fix.path.node().value()) else {
        return;
    };
    if let Some(near) = fix.meant() {
        fix.offer_text(&pointer_to(near), Safe);
    }
    declare(fix, &name, &[]);
}

pub(in crate::rules) fn wrong_target(fix: &mut FixContext<'_>) {
    for name in declared(fix).take(MAX_OFFERED) {
        fix.offer_text(&pointer_to(name), ChangesMeaning);
    }
}

/// A scheme outside of `components` is declared there.
pub(in crate::rules) fn outside_components(fix: &mut FixContext<'_>) {
    let reference = fix.path.node();
    let Some(pointer) = local_pointer(reference.value()) else {
        return;
    };
    let tree = fix.tree();
    let Some(target) = (tree.pointer(&pointer)).filter(|target| target.is_mapping()) else {
        return;
    };
    let Some(path) = fix.path_at(target.range()) else {
        return;
    };
    let token = pointer.rsplit('/').next().unwrap_or_default();
    let is_name = is_component_key(token) && !token.bytes().all(|byte| byte.is_ascii_digit());
    let kind = (tree.field(target, "type")).map_or("scheme", |entry| entry.value.value());
    let wanted = if is_name { token } else { kind };
    if !is_component_key(wanted) {
        return;
    }
    let name = fresh_name(fix, wanted);
    let key = path.entry().map(|entry| entry.key);
    let Some(scheme) = template::moved(fix.document, key, target) else {
        return;
    };
    let title = format!(
        "Declare it in `components.securitySchemes` as {}",
        quoted(&name)
    );
    fix.offer(title, Safe, |edits| {
        edits.set_text(reference, &pointer_to(&name))?;
        edits.replace(&path, &reference_to(&name))?;
        edits.insert_at(&DECLARED, &name, &scheme)
    });
}
