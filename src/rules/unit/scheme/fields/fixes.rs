//! Fixes for the fields of a scheme and their values.

use super::nearest_field;
use crate::edits::template::{self, Template, member};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::names::{NameUse, uses};
use crate::rules::messages::{listed, nearest, quoted};
use crate::rules::secret::is_secret_name;
use crate::rules::unit::scheme::sasl;
use crate::rules::unit::scheme::types::in_choices;
use crate::spec::{Protocol, spec};
use crate::syntax::node::{Entry, Node};

/// Offers to rename a misspelled field, to add the missing one with each of its values, or with a
/// placeholder.
pub(in crate::rules) fn missing_field(fix: &mut FixContext<'_>) {
    let Some((scheme, path)) = fix.scheme() else {
        return;
    };
    let kind = scheme.fact.scheme_type.as_ref();
    let Some(object) = kind.and_then(|kind| spec().object(&kind.value.text)) else {
        return;
    };
    let (node, version) = (path.node(), fix.version);
    let members = template::lacking(object, version, node);
    let missing: Vec<&str> = members.iter().filter_map(|(key, _)| key.text()).collect();
    // A field of another type says that the type is wrong.
    let is_foreign =
        |name: &str| spec().is_scheme_field(name) && object.field(name, version).is_none();
    let has_foreign = node.entries().any(|entry| is_foreign(entry.key.value()));
    if let Some(kind) = (node.get("type")).filter(|_| !object.closed && has_foreign) {
        offer_types(fix, node, kind);
    }
    let near = node.entries().find_map(|entry| {
        let name = entry.key.value();
        let is_known = object.fields.iter().any(|field| field.name == name);
        let near = nearest_field(name, missing.iter().copied())?;
        (!is_known && !object.closed).then_some((entry, near))
    });
    if let Some((entry, near)) = near {
        let title = format!("Rename {} to `{near}`", quoted(entry.key.value()));
        fix.offer(title, Safe, |edits| edits.rename(entry.key, near));
    }
    let order = template::order(object, version);
    if let [only] = missing[..]
        && let Some(field) = object.field(only, version)
        && field.values.len() > 1
        && !field.open
    {
        for value in field.values.iter().filter(|value| value.since <= version) {
            let members = vec![member(only, Template::text(&*value.value))];
            let title = format!("Add `{only}: {}`", value.value);
            fix.offer_clean(title, ChangesMeaning, |edits| {
                edits.add(&path, members, &order)
            });
        }
        return;
    }
    let word = match missing[..] {
        [_] => "a placeholder",
        _ => "placeholders",
    };
    let title = format!("Add {} with {word}", listed(missing, "and"));
    fix.offer(title, Placeholder, |edits| {
        edits.add(&path, members, &order)
    });
}

pub(in crate::rules) fn unknown_field(fix: &mut FixContext<'_>) {
    if let Some(near) = fix.meant() {
        fix.offer_rename(near, Safe);
    }
    if let (Some(entry), Some(kind)) = (fix.entry(), fix.sibling("type"))
        && let texts = entry.value.items().chain([entry.value])
        && let texts = texts.filter_map(Node::as_str).collect::<Vec<_>>()
        && let Some(other) = sasl::other_mechanism(kind.value.value(), &texts)
    {
        let title = format!(
            "Write `type: {other}` without {}",
            quoted(entry.key.value())
        );
        fix.offer(title, ChangesMeaning, |edits| {
            edits.set_text(kind.value, other)?;
            edits.remove(entry)
        });
        fix.offer_removal(ChangesMeaning);
        return;
    }
    // An `x-` hides no secret.
    let name = fix.entry().map_or("", |entry| entry.key.value());
    if !is_secret_name(name) {
        fix.offer_extension(ChangesMeaning);
    }
    fix.offer_removal(ChangesMeaning);
}

/// Offers the types that have all fields, or to remove the fields of another type.
pub(in crate::rules) fn not_applicable(fix: &mut FixContext<'_>) {
    let (Some(mapping), Some(kind)) = (fix.mapping(), fix.sibling("type")) else {
        return;
    };
    offer_types(fix, mapping, kind);
    let foreign = fix.faulty_entries(mapping);
    let names = listed(foreign.iter().map(|entry| entry.key.value()), "and");
    let title = format!("Remove {names}");
    fix.offer(title, ChangesMeaning, |edits| edits.remove_all(&foreign));
}

/// Offers the types that have all fields of the scheme.
fn offer_types(fix: &mut FixContext<'_>, mapping: Node<'_>, kind: Entry<'_>) {
    let version = fix.version;
    for known in spec().scheme_types() {
        let Some(object) = spec().object(&known.value) else {
            continue;
        };
        let fits = mapping.entries().all(|entry| {
            let name = entry.key.value();
            name.starts_with("x-") || object.field(name, version).is_some()
        });
        let mut required = object.required_in(version);
        if fits && required.all(|field| mapping.get(&field.name).is_some()) {
            let title = format!("Change `type` to `{}`", known.value);
            fix.offer(title, ChangesMeaning, |edits| {
                edits.set_text(kind.value, &known.value)
            });
        }
    }
}

pub(in crate::rules) fn wrong_type(fix: &mut FixContext<'_>) {
    fix.offer_quotes();
    let Some(entry) = fix.entry() else { return };
    if entry.value.is_missing() || matches!(entry.value.value(), "null" | "~") {
        let title = format!("Remove {}", quoted(entry.key.value()));
        fix.offer_clean(title, ChangesMeaning, |edits| edits.remove(entry));
    }
}

/// Offers to change the type if the value is one of `httpApiKey`, or else the values of `apiKey`.
pub(in crate::rules) fn api_key_in(fix: &mut FixContext<'_>) {
    let place = fix.path.node().value();
    let (Some(mapping), Some(kind)) = (fix.mapping(), fix.sibling("type")) else {
        return;
    };
    if !in_choices("httpApiKey").any(|known| known == place) {
        offer_places(fix, "apiKey");
        return;
    }
    let change = "Change `type` to `httpApiKey`";
    if mapping.get("name").is_some() {
        let kind_of_fix = FixKind::safe_if(all_servers_speak_http(fix));
        fix.offer(change, kind_of_fix, |edits| {
            edits.set_text(kind.value, "httpApiKey")
        });
        return;
    }
    let title = format!("{change} and add `name` with a placeholder");
    fix.offer(title, Placeholder, |edits| {
        edits.set_text(kind.value, "httpApiKey")?;
        let name = Template::hole("X-API-Key");
        edits.insert(mapping, "name", &name, &["type", "name"])
    });
}

/// Whether there are servers, and HTTP is the protocol of each: only HTTP has headers for a key.
fn all_servers_speak_http(fix: &FixContext<'_>) -> bool {
    let servers = fix
        .model
        .units()
        .filter_map(|unit| unit.unit.rest().server.as_ref());
    let mut protocols = servers
        .filter_map(|server| server.protocol.as_ref())
        .map(|protocol| spec().protocol(&protocol.value.text))
        .peekable();
    let is_http = |known: Option<&Protocol>| known.is_some_and(|known| known.family == "http");
    protocols.peek().is_some() && protocols.all(is_http)
}

pub(in crate::rules) fn http_api_key_in(fix: &mut FixContext<'_>) {
    let place = fix.path.node().value();
    let Some(kind) = fix.sibling("type") else {
        return;
    };
    if !in_choices("apiKey").any(|known| known == place) {
        offer_places(fix, "httpApiKey");
        return;
    }
    let name = fix.sibling("name");
    let title = match name {
        Some(_) => "Change `type` to `apiKey` and remove `name`",
        None => "Change `type` to `apiKey`",
    };
    fix.offer(title, ChangesMeaning, |edits| {
        edits.set_text(kind.value, "apiKey")?;
        name.map_or(Some(()), |name| edits.remove(name))
    });
}

/// Offers the value of `in` that was meant, or each valid one.
fn offer_places(fix: &mut FixContext<'_>, scheme_type: &str) {
    let node = fix.path.node();
    if let Some(near) = nearest(node.value(), in_choices(scheme_type)) {
        fix.offer_text(near, Safe);
        return;
    }
    for place in in_choices(scheme_type) {
        fix.offer_clean_text(&format!("Write `{place}`"), place);
    }
}

pub(in crate::rules) fn scopes_not_array(fix: &mut FixContext<'_>) {
    if fix.is_item() {
        fix.offer_quotes();
        return;
    }
    let Some(entry) = fix.entry() else { return };
    if !entry.value.is_mapping() {
        fix.offer_list_of_words(Safe);
        return;
    }
    let names = (entry.value.entries()).map(|scope| scope.key.value().to_owned());
    let names = Template::FlowList(names.collect());
    fix.offer("Write a list of the names", Safe, |edits| {
        edits.put(entry, &names)
    });
}

/// Offers to move `scopes` of a 2.x scheme to the requirements, or to remove them.
pub(in crate::rules) fn scopes_since(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(scheme)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    if let Some(scheme) = scheme.entry()
        && let Some(scopes @ Template::FlowList(_)) = template::copy(fix.tree(), entry.value)
        && let Some(uses) = uses(fix, scheme.key.value())
    {
        let empty_list = |one: &NameUse<'_>| match one {
            NameUse::Name(key) => (fix.entry_at(key.range()))
                .filter(|one| one.value.is_sequence() && one.value.items().next().is_none()),
            NameUse::Target(_) => None,
        };
        let lists: Vec<_> = uses.iter().filter_map(empty_list).collect();
        if !lists.is_empty() && lists.len() == uses.len() {
            let title = "Move the scopes to the requirements that use the scheme";
            fix.offer(title, Safe, |edits| {
                (lists.iter()).try_for_each(|list| edits.put(*list, &scopes))?;
                edits.remove(entry)
            });
        }
    }
    fix.offer_removal(ChangesMeaning);
}
