//! What fits at a cursor, by the part of the document it stands in.

use super::cursor::{Cursor, Slot};
use super::items::{Insert, Offer};
use super::{ItemKind, fields, schemes};
use crate::analysis::Analysis;
use crate::edits::render::Style;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::ide::markdown::with_link;
use crate::ide::place::{Part, Segment, last_key};
use crate::model::facts::SiteKind;
use crate::spec::{Object, Version, spec};

/// What everything here needs to know.
pub struct Around<'a> {
    /// The analysis.
    pub analysis: &'a Analysis,
    /// The version whose rules hold.
    pub version: Version,
    /// The cursor.
    pub cursor: &'a Cursor<'a>,
}

/// The offers in that part.
pub fn offers(part: Part, around: &Around<'_>) -> Vec<Offer> {
    match &around.cursor.slot {
        Slot::Value(key) => values(part, key, around),
        Slot::Key { .. } => keys(part, around),
        Slot::Item => items(part, around),
    }
}

/// Turns the cursor into one for an item where a list in block style is still to be started.
pub fn start_list(part: Part, cursor: &mut Cursor<'_>) {
    let list = matches!(
        part,
        Part::Security(_) | Part::RequirementScopes | Part::NeededScopes
    );
    let key = matches!(cursor.slot, Slot::Key { colon: false });
    if list && key && cursor.layout.style == Style::Block {
        cursor.slot = Slot::Item;
        cursor.before = "- ";
        cursor.layout.indent.push_str("  ");
    }
}

fn keys(part: Part, around: &Around<'_>) -> Vec<Offer> {
    let cursor = around.cursor;
    match part {
        Part::Components => fields::of(around, "components"),
        Part::Site(kind) => security(kind, around),
        Part::Schemes => new_schemes(around),
        Part::Scheme { entry } => scheme(entry, around),
        Part::Flows => flows(around),
        Part::Flow => fields::of(around, &flow_object(cursor)),
        Part::DeclaredScopes => {
            let mut offers = undeclared(around);
            offers.push(new_scope(around));
            offers
        }
        Part::Requirement => schemes::requirements(around),
        _ => Vec::new(),
    }
}

fn items(part: Part, around: &Around<'_>) -> Vec<Offer> {
    match part {
        Part::Security(_) if around.version.is_v3() => {
            let mut offers = schemes::references(around, true);
            if offers.is_empty() {
                offers.extend(fields::reference(around));
            }
            offers.extend(types(around));
            offers
        }
        Part::Security(_) => {
            let mut offers = schemes::requirements(around);
            if offers.is_empty() {
                offers.push(new_requirement(around));
            }
            offers
        }
        Part::RequirementScopes | Part::NeededScopes => schemes::scopes(part, around),
        _ => Vec::new(),
    }
}

fn values(part: Part, key: &str, around: &Around<'_>) -> Vec<Offer> {
    match part {
        Part::Scheme { .. } if key == "$ref" => schemes::references(around, false),
        Part::Scheme { .. } => fields::values(around, key),
        Part::Flow => urls(around, key),
        _ if !is_free(around, key) => Vec::new(),
        Part::Flows => spec()
            .object(&format!("flow.{key}"))
            .map(|flow| flow_offer(flow, key, around))
            .into_iter()
            .map(as_value)
            .collect(),
        Part::Requirement => schemes::requirement_values(key, around),
        Part::Site(_) if key == "security" => security_values(around),
        Part::Components if key == "securitySchemes" => {
            new_schemes(around).into_iter().map(as_value).collect()
        }
        Part::Schemes => types(around).into_iter().map(as_value).collect(),
        _ => Vec::new(),
    }
}

/// Whether the key at the cursor has no value further down, which a second one would break.
pub fn is_free(around: &Around<'_>, key: &str) -> bool {
    around.cursor.container.is_none_or(|node| {
        node.get(key)
            .is_none_or(|entry| entry.value.is_missing() || entry.value.is_scalar())
    })
}

/// The same members as a value of the key at the cursor.
pub fn as_value(mut offer: Offer) -> Offer {
    if let Insert::Members(members) = offer.insert {
        offer.insert = Insert::Value(Template::Map(members));
    }
    offer
}

fn security(kind: SiteKind, around: &Around<'_>) -> Vec<Offer> {
    let name = match kind {
        SiteKind::Server => "server",
        SiteKind::Operation => "operation",
        SiteKind::OperationTrait => "operationTrait",
    };
    let mut offers = fields::of(around, name);
    offers.retain(|offer| offer.label == "security");
    for offer in &mut offers {
        offer.insert = Insert::Members(vec![(
            TemplateKey::of("security"),
            Template::List(vec![first_entry(around)]),
        )]);
        offer.preselect = false;
    }
    offers
}

fn first_entry(around: &Around<'_>) -> Template {
    let name = schemes::first_name(around).unwrap_or_else(|| "name".to_owned());
    if around.version.is_v3() {
        let target = format!("#/components/securitySchemes/{}", schemes::token(&name));
        Template::Map(vec![(TemplateKey::of("$ref"), Template::Hole(target))])
    } else {
        Template::Map(vec![(TemplateKey::Hole(name), Template::List(Vec::new()))])
    }
}

fn security_values(around: &Around<'_>) -> Vec<Offer> {
    let entries = if around.version.is_v3() {
        schemes::references(around, true)
    } else {
        schemes::requirements(around)
    };
    entries
        .into_iter()
        .map(|mut offer| {
            if let Insert::Members(members) = offer.insert {
                offer.insert = Insert::Value(Template::List(vec![Template::Map(members)]));
            }
            offer
        })
        .collect()
}

fn scheme(entry: bool, around: &Around<'_>) -> Vec<Offer> {
    let cursor = around.cursor;
    if cursor.has("$ref") {
        // Everything beside `$ref` is ignored.
        return Vec::new();
    }
    if let Some(scheme_type) = cursor.value_of("type") {
        let known = spec()
            .scheme_types()
            .iter()
            .any(|known| known.value == scheme_type);
        return fields::of(around, if known { scheme_type } else { "securityScheme" });
    }
    let mut offers = fields::of(around, "securityScheme");
    offers.retain(|offer| offer.label != "$ref");
    let untouched = cursor.siblings.is_empty() && cursor.slot == Slot::Key { colon: false };
    if untouched {
        offers.extend(types(around));
    }
    if cursor.siblings.is_empty() {
        if entry && untouched {
            offers.extend(schemes::references(around, true));
        } else {
            offers.extend(fields::reference(around));
        }
    }
    offers
}

/// Each scheme type with all that it requires.
fn types(around: &Around<'_>) -> Vec<Offer> {
    let types = spec().scheme_types().iter();
    types
        .filter(|known| known.since <= around.version)
        .filter_map(|known| {
            let object = spec().object(&known.value)?;
            let mut members = vec![(TemplateKey::of("type"), Template::Text(known.value.clone()))];
            members.extend(template::required(object, around.version));
            let mut offer = Offer::new(
                format!("type: {}", known.value),
                ItemKind::Snippet,
                Insert::Members(members),
            );
            offer.detail = Some(known.title.clone());
            offer.documentation = Some(with_link(
                &object.description,
                around.version,
                &object.anchor,
            ));
            offer.rank = (7, usize::from(known.rank));
            offer.deprecated = known.deprecated;
            Some(offer)
        })
        .collect()
}

/// Each scheme type as a new named scheme.
fn new_schemes(around: &Around<'_>) -> Vec<Offer> {
    if around.cursor.slot == (Slot::Key { colon: true }) {
        return Vec::new();
    }
    types(around)
        .into_iter()
        .map(|mut offer| {
            if let Insert::Members(members) = offer.insert {
                let name = TemplateKey::Hole("name".to_owned());
                offer.insert = Insert::Members(vec![(name, Template::Map(members))]);
            }
            offer.label = offer.label.trim_start_matches("type: ").to_owned();
            offer.detail = offer.detail.map(|detail| format!("new scheme: {detail}"));
            offer
        })
        .collect()
}

fn flows(around: &Around<'_>) -> Vec<Offer> {
    spec()
        .flows()
        .iter()
        .filter(|flow| !around.cursor.has(&flow.name))
        .filter_map(|flow| {
            let object = spec().object(&format!("flow.{}", flow.name))?;
            let mut offer = flow_offer(object, &flow.name, around);
            if let Insert::Members(members) = offer.insert {
                offer.insert =
                    Insert::Members(vec![(TemplateKey::of(&flow.name), Template::Map(members))]);
            }
            offer.rank = (5, usize::from(flow.rank));
            offer.deprecated = flow.deprecated;
            offer.preselect = flow.rank == spec().flows().first().map_or(0, |first| first.rank)
                && around.cursor.siblings.is_empty();
            Some(offer)
        })
        .collect()
}

/// The members of a flow.
fn flow_offer(object: &Object, name: &str, around: &Around<'_>) -> Offer {
    let members = template::required(object, around.version);
    let mut offer = Offer::new(name, ItemKind::Snippet, Insert::Members(members));
    offer.detail = Some(object.title.clone());
    offer.documentation = Some(with_link(
        &object.description,
        around.version,
        &object.anchor,
    ));
    offer
}

fn flow_object(cursor: &Cursor<'_>) -> String {
    let name = last_key(&cursor.path).unwrap_or("");
    let known = spec().flows().iter().any(|flow| flow.name == name);
    // A fragment that is a flow does not say which one; this one has all fields.
    format!("flow.{}", if known { name } else { "authorizationCode" })
}

/// Scopes that are asked for somewhere and declared in no flow.
fn undeclared(around: &Around<'_>) -> Vec<Offer> {
    let path = &around.cursor.path;
    let scheme = path.len().checked_sub(4).and_then(|at| path.get(at));
    let Some(Segment::Key(scheme)) = scheme else {
        return Vec::new();
    };
    schemes::undeclared(scheme, around)
        .into_iter()
        .filter(|scope| !around.cursor.has(scope))
        .enumerate()
        .map(|(rank, scope)| {
            let member = (
                TemplateKey::of(&scope),
                Template::Hole("what it allows".to_owned()),
            );
            let mut offer = Offer::new(scope, ItemKind::Scope, Insert::Members(vec![member]));
            offer.detail = Some("needed, but not declared yet".to_owned());
            offer.rank = (3, rank);
            offer
        })
        .collect()
}

/// Addresses of the same kind that stand elsewhere in the document: mostly it is one server.
fn urls(around: &Around<'_>, key: &str) -> Vec<Offer> {
    let mut urls: Vec<String> = Vec::new();
    if key == "refreshUrl" {
        urls.extend(around.cursor.value_of("tokenUrl").map(str::to_owned));
    }
    urls.extend(schemes::urls(around, key));
    let mut seen = std::collections::HashSet::new();
    urls.retain(|url| seen.insert(url.clone()));
    urls.into_iter()
        .enumerate()
        .map(|(rank, url)| {
            let insert = Insert::Value(Template::Text(url.clone()));
            let mut offer = Offer::new(url, ItemKind::Value, insert);
            offer.detail = Some("stands in this document".to_owned());
            offer.rank = (5, rank);
            offer
        })
        .collect()
}

/// 2.x: an entry for a scheme that is not declared yet.
fn new_requirement(around: &Around<'_>) -> Offer {
    let member = (
        TemplateKey::Hole("name".to_owned()),
        Template::List(Vec::new()),
    );
    let mut offer = Offer::new("name: []", ItemKind::Snippet, Insert::Members(vec![member]));
    offer.documentation = spec()
        .object("securityRequirement")
        .map(|object| with_link(&object.description, around.version, &object.anchor));
    offer
}

fn new_scope(around: &Around<'_>) -> Offer {
    let member = (
        TemplateKey::Hole("scope".to_owned()),
        Template::Hole("what it allows".to_owned()),
    );
    let mut offer = Offer::new("scope", ItemKind::Snippet, Insert::Members(vec![member]));
    offer.detail = Some("new scope with its description".to_owned());
    offer.documentation = spec()
        .object("scopes")
        .map(|object| with_link(&object.description, around.version, &object.anchor));
    offer
}
