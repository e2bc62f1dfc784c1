//! Declares schemes that are only named so far.

use super::FixContext;
use super::FixKind::Placeholder;
use super::SCOPE_PLACEHOLDER;
use super::names::{DECLARED, reference_to};
use crate::edits::template::{self, Template, TemplateKey, member};
use crate::rules::messages::quoted;
use crate::spec::{is_component_key, spec};
use crate::syntax::node::Node;

/// Offers to declare a scheme of that name, with placeholders.
pub fn declare(fix: &mut FixContext<'_>, name: &str, scopes: &[String]) {
    let Some((kind, scheme)) = placeholder(fix, name, scopes) else {
        return;
    };
    let title = format!(
        "Declare {} with a placeholder, as `type: {kind}`",
        quoted(name)
    );
    fix.offer(title, Placeholder, |edits| {
        edits.insert_at(&DECLARED, name, &scheme)
    });
}

/// Offers to declare a scheme of that name, with placeholders, and to refer to it in place of an
/// item.
pub fn declare_and_refer(fix: &mut FixContext<'_>, name: &str, item: Node<'_>) {
    let Some((kind, scheme)) = placeholder(fix, name, &[]) else {
        return;
    };
    let title = format!(
        "Declare {} with a placeholder, as `type: {kind}`, and refer to it",
        quoted(name)
    );
    fix.offer(title, Placeholder, |edits| {
        edits.put_item(item, &reference_to(name))?;
        edits.insert_at(&DECLARED, name, &scheme)
    });
}

/// The scheme that is most probably meant by a name, with its type.
fn placeholder(
    fix: &FixContext<'_>,
    name: &str,
    scopes: &[String],
) -> Option<(&'static str, Template)> {
    if !is_component_key(name) || !fix.can_declare() {
        return None;
    }
    let version = fix.version;
    let is_known = |scheme_type: &str| {
        let mut types = spec().scheme_types().iter();
        types.any(|known| known.value == scheme_type && known.since <= version)
    };
    let alias = (spec().type_alias(name)).filter(|alias| alias.scheme_type != "apiKey");
    let by_name = alias.map_or(name, |alias| &alias.scheme_type);
    let scheme_type = if !scopes.is_empty() {
        "oauth2"
    } else if is_known(by_name) {
        by_name
    } else {
        let usual = usual_type(fix).filter(|usual| is_known(usual));
        usual.unwrap_or("http")
    };
    let object = spec().object(scheme_type)?;
    let mut members = vec![member("type", Template::text(scheme_type))];
    members.extend(template::required(object, version));
    let implied = alias.filter(|alias| alias.scheme_type == scheme_type);
    for (field, text) in implied.into_iter().flat_map(|alias| &alias.fields) {
        members.retain(|(key, _)| key.text() != Some(field));
        members.push(member(field, Template::text(text)));
    }
    let mut scheme = template::settled(Template::Map(members));
    if !scopes.is_empty() {
        declare_scopes(&mut scheme, version.scopes_key(), scopes);
    }
    Some((&object.name, scheme))
}

/// A scheme type for the first server with a known protocol.
fn usual_type(fix: &FixContext<'_>) -> Option<&'static str> {
    let servers = (fix.model.units()).filter_map(|unit_ref| unit_ref.unit.rest().server.as_ref());
    let family = servers
        .filter_map(|server| spec().protocol(&server.protocol.as_ref()?.value.text))
        .find_map(|protocol| spec().family(&protocol.family))?;
    // Do not propose PLAIN, which sends the password.
    let mut natural = family.natural.iter().map(String::as_str);
    natural.find(|usual| *usual != "plain")
}

/// Adds a scope to every map of scopes in a template.
fn declare_scopes(object: &mut Template, key: &str, scopes: &[String]) {
    let Template::Map(members) = object else {
        return;
    };
    for (name, value) in members {
        match name {
            TemplateKey::Text(name) if name == key => {
                let described = |scope: &String| member(scope, Template::hole(SCOPE_PLACEHOLDER));
                *value = Template::Map(scopes.iter().map(described).collect());
            }
            // Schemes, flows, scopes: there are no more than three levels.
            _ => declare_scopes(value, key, scopes),
        }
    }
}
