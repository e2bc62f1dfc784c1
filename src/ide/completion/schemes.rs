//! Names of schemes, references to them, and scopes: from the document itself, and references to the
//! schemes of other files.

use super::cursor::MAX_SIBLINGS;
use super::item::{Candidate, CompletionContext, Insert, ItemKind};
use crate::edits::template::{Template, TemplateKey};
use crate::ide::role::{Role, Segment, last_key};
use crate::ide::{markdown, summary};
use crate::model::DocumentKind;
use crate::model::facts::Scheme;
use crate::model::references::Resolver;
use crate::model::references::known::KnownScheme;
use crate::model::references::outside::all_names;
use crate::model::references::target::{component_in, schemes_pointer};
use crate::model::uses::{Naming, in_list};
use crate::model::walk::UnitKind;
use crate::rules::secret::mask;
use crate::workspace::graph::offered::SchemeElsewhere;

/// With more schemes than this, items come without documentation.
const MAX_DOCUMENTED: usize = 50;

/// The name of the first scheme of the document.
pub fn first_name(context: &CompletionContext<'_>) -> Option<String> {
    let mut names = all_names(&context.analysis.model);
    names.next().map(|(name, _)| name.to_owned())
}

/// A name as a token of a JSON Pointer in a URI fragment (RFC 6901, sections 3 and 6).
pub fn token(name: &str) -> String {
    let mut out = String::new();
    for byte in name.replace('~', "~0").replace('/', "~1").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The names of schemes in the order of the document, those of other files last.
fn named<'a>(context: &CompletionContext<'a>) -> Vec<(&'a str, Option<&'a Scheme>)> {
    let model = &context.analysis.model;
    let resolver = Resolver::new(context.analysis.document.tree(), model);
    all_names(model)
        .map(|(name, _)| (name, resolver.described(name).map(KnownScheme::fact)))
        .collect()
}

/// The scheme that a name means.
fn meant<'a>(context: &CompletionContext<'a>, name: &str) -> Option<&'a Scheme> {
    let analysis = context.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    resolver.described(name).map(KnownScheme::fact)
}

/// A rank behind those of all schemes that the list does not have yet.
const LISTED: usize = 10_000;

/// The names of the schemes in the other entries of the `security` list around the cursor.
fn listed(context: &CompletionContext<'_>) -> Vec<String> {
    let cursor = context.cursor;
    let tree = context.analysis.document.tree();
    let map = schemes_pointer(tree, &context.analysis.model);
    let steps = tree.path_at(cursor.anchor);
    let around = steps.iter().rev().map(|step| step.node);
    let list = (cursor.container.into_iter().chain(around)).find(|node| node.is_sequence());
    let entries = list
        .into_iter()
        .flat_map(|list| list.items().take(MAX_SIBLINGS));
    let others = entries.filter(|entry| !entry.range().touches(cursor.word.start()));
    let members = others.flat_map(|entry| entry.entries().take(MAX_SIBLINGS));
    members
        .filter_map(|member| match member.key.value() {
            "$ref" => {
                let (name, _) = component_in(map, member.value.as_str()?)?;
                Some(name.into_owned())
            }
            name => Some(name.to_owned()),
        })
        .collect()
}

/// 2.x: names with an empty list, or with a tab stop for scopes.
pub fn requirements(context: &CompletionContext<'_>) -> Vec<Candidate> {
    let all = named(context);
    let documented = all.len() <= MAX_DOCUMENTED;
    let listed = listed(context);
    all.into_iter()
        .enumerate()
        .filter(|(_, (name, _))| !context.cursor.has(name))
        .map(|(rank, (name, scheme))| {
            let list = if scheme.is_none_or(takes_scopes) {
                Template::OpenList
            } else {
                Template::List(Vec::new())
            };
            let insert = Insert::Members(vec![(TemplateKey::of(name), list)]);
            let rank = rank_in(&listed, name, rank);
            scheme_candidate(name, scheme, insert, rank, documented, context)
        })
        .collect()
}

fn rank_in(listed: &[String], name: &str, rank: usize) -> usize {
    let is_listed = listed.iter().any(|other| other == name);
    rank + if is_listed { LISTED } else { 0 }
}

/// 2.x: the list after a name.
pub fn requirement_values(name: &str, context: &CompletionContext<'_>) -> Vec<Candidate> {
    let Some(scheme) = meant(context, name) else {
        return Vec::new();
    };
    let mut empty = Candidate::new(
        "[]",
        ItemKind::Value,
        Insert::Value(Template::List(Vec::new())),
    );
    empty.detail = Some("no scope is needed".to_owned());
    empty.preselect = !takes_scopes(scheme);
    let mut candidates = vec![empty];
    for (rank, scope) in declared(scheme).into_iter().enumerate() {
        let list = Template::FlowList(vec![scope.name.clone()]);
        candidates.push(scope_candidate(scope, Insert::Value(list), rank));
    }
    candidates
}

/// `$ref`s to the schemes: as members if `entry`, else as values of `$ref`.
pub fn references(context: &CompletionContext<'_>, entry: bool) -> Vec<Candidate> {
    let mut all = named(context);
    // A name of a document that uses this file is no pointer in this file.
    let model = &context.analysis.model;
    if matches!(model.kind, DocumentKind::Fragment(_)) {
        all.retain(|(name, _)| model.component(name).is_some());
    }
    let documented = all.len() <= MAX_DOCUMENTED;
    // A scheme must not refer to itself.
    let own = last_key(&context.cursor.path).unwrap_or("").to_owned();
    let is_component = matches!(context.cursor.path.last(), Some(Segment::Key(_)));
    let typed = context.analysis.document.text().slice(context.cursor.word);
    let typed = typed.trim_start_matches(['"', '\'']);
    let by_key = typed.is_empty() || typed.starts_with('$');
    let listed = listed(context);
    all.into_iter()
        .enumerate()
        .filter(|(_, (name, _))| !(is_component && *name == own))
        .map(|(rank, (name, scheme))| {
            let target = format!("#/components/securitySchemes/{}", token(name));
            let insert = if entry {
                Insert::Members(vec![(
                    TemplateKey::of("$ref"),
                    Template::Text(target.clone()),
                )])
            } else {
                Insert::Value(Template::Text(target.clone()))
            };
            let rank = rank_in(&listed, name, rank);
            let mut candidate = scheme_candidate(name, scheme, insert, rank, documented, context);
            if entry {
                candidate.label = format!("$ref: {name}");
            } else {
                candidate.label.clone_from(&target);
            }
            candidate.filter = Some(match entry {
                false => target,
                // Without the colon: once that is typed, the list is to close.
                true if by_key => format!("$ref {name}"),
                true => name.to_owned(),
            });
            candidate.rank = (4, rank);
            candidate
        })
        .collect()
}

/// `$ref`s to the schemes in other files: as members if `entry`, else as values of `$ref`.
pub fn elsewhere(context: &CompletionContext<'_>, entry: bool) -> Vec<Candidate> {
    let typed = context.analysis.document.text().slice(context.cursor.word);
    let typed = typed.trim_start_matches(['"', '\'']);
    let begin = if !entry && typed.starts_with("./") {
        "./"
    } else {
        ""
    };
    let by_key = typed.is_empty() || typed.starts_with('$');
    let all = (context.elsewhere)();
    let documented = all.len() <= MAX_DOCUMENTED;
    (all.into_iter().enumerate())
        .map(|(rank, SchemeElsewhere { text, name, scheme })| {
            let is_below = !text.starts_with("../");
            let target = if is_below {
                format!("{begin}{text}")
            } else {
                text
            };
            let value = Template::Text(target.clone());
            let insert = match entry {
                true => Insert::Members(vec![(TemplateKey::of("$ref"), value)]),
                false => Insert::Value(value),
            };
            let mut candidate =
                scheme_candidate(&target, Some(&scheme), insert, rank, documented, context);
            candidate.filter = Some(match (entry, by_key, name) {
                (true, true, Some(name)) => format!("$ref {name}"),
                (true, false, Some(name)) => name,
                (true, true, None) => format!("$ref {target}"),
                _ => target.clone(),
            });
            if entry {
                candidate.label = format!("$ref: {target}");
            }
            candidate.rank = (6, rank);
            candidate.by_beginning = true;
            candidate
        })
        .collect()
}

fn scheme_candidate(
    name: &str,
    scheme: Option<&Scheme>,
    insert: Insert,
    rank: usize,
    documented: bool,
    context: &CompletionContext<'_>,
) -> Candidate {
    let mut candidate = Candidate::new(name, ItemKind::Reference, insert);
    candidate.detail = scheme
        .and_then(|scheme| scheme.scheme_type.as_ref())
        .map(|member| mask(&member.value.text).into_owned());
    candidate.documentation = scheme
        .filter(|_| documented)
        .map(|scheme| summary::scheme(scheme, Some(name), context.version));
    candidate.rank = (4, rank);
    candidate
}

fn takes_scopes(scheme: &Scheme) -> bool {
    scheme
        .scheme_type
        .as_ref()
        .is_some_and(|member| matches!(&*member.value.text, "oauth2" | "openIdConnect"))
}

/// How many units of a kind are searched; in large documents these have enough to propose.
const MAX_SEARCHED: usize = 200;

/// The URLs of endpoints in the document, each with its field.
pub fn endpoints(context: &CompletionContext<'_>) -> Vec<(&'static str, String)> {
    let offset = context.cursor.word;
    let model = &context.analysis.model;
    let declared = [UnitKind::Scheme, UnitKind::Flow, UnitKind::Flows].into_iter();
    let inline = [UnitKind::Server, UnitKind::Operation].into_iter();
    let units = (declared.flat_map(|kind| model.units_of(kind, true).take(MAX_SEARCHED)))
        .chain(inline.flat_map(|kind| model.units_of(kind, false).take(MAX_SEARCHED)));
    units
        .flat_map(|unit| unit.unit.schemes().iter().map(move |fact| unit.at(fact)))
        .flat_map(|scheme| {
            let openid = &scheme.fact.details().open_id_connect_url;
            let flows = scheme.fact.flows().iter().flat_map(|flow| {
                [
                    ("authorizationUrl", &flow.authorization_url),
                    ("tokenUrl", &flow.token_url),
                    ("refreshUrl", &flow.refresh_url),
                ]
            });
            let members = flows.chain([("openIdConnectUrl", openid)]);
            members.filter_map(move |(field, member)| {
                let value = &member.as_ref()?.value;
                let own = scheme.abs(value.range).touches(offset.start());
                // A URL with a secret in it is not repeated.
                let is_shown = !own && mask(&value.text) == *value.text;
                is_shown.then(|| (field, value.text.to_string()))
            })
        })
        .take(4 * MAX_DOCUMENTED)
        .collect()
}

/// The needed scopes of a component scheme that no flow of it declares.
pub fn undeclared(name: &str, context: &CompletionContext<'_>) -> Vec<String> {
    let model = &context.analysis.model;
    let Some(scheme) = model.component(name) else {
        return Vec::new();
    };
    let mut needed: Vec<&str> = Vec::new();
    let own = scheme.fact.required_scopes();
    needed.extend(own.map(|scope| scope.text.as_str()));
    // From 3.0 on a site names no scopes. Other kinds of units are skipped: they have no sites,
    // and there can be many of them.
    let has_requirements = model.version.is_none_or(|version| !version.is_v3());
    let units = [
        UnitKind::Server,
        UnitKind::Channel,
        UnitKind::OperationTrait,
    ]
    .into_iter()
    .filter(|_| has_requirements)
    .flat_map(|kind| {
        let at_root = model.units_of(kind, false).take(MAX_SEARCHED);
        at_root.chain(model.units_of(kind, true).take(MAX_SEARCHED))
    });
    let lists = units
        .flat_map(|unit| unit.unit.sites())
        .filter_map(|site| site.security.as_ref());
    for naming in lists.flat_map(in_list) {
        if let Naming::Name(required) = naming
            && required.name.text == name
        {
            needed.extend(required.scopes.iter().map(|scope| scope.text.as_str()));
        }
    }
    let declared = declared(scheme.fact);
    let mut out: Vec<String> = Vec::new();
    for scope in needed {
        let known = declared.iter().any(|found| found.name == scope);
        if !known && !out.iter().any(|found| found == scope) && out.len() < MAX_DOCUMENTED {
            out.push(scope.to_owned());
        }
    }
    out
}

/// A scope and the flows that declare it.
struct Scope {
    name: String,
    description: Option<String>,
    flows: Vec<String>,
}

fn declared(scheme: &Scheme) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = Vec::new();
    for flow in scheme.flows() {
        for scope in &flow.scopes {
            add(
                &mut scopes,
                &scope.name.text,
                scope.description.as_ref().map(|text| text.text.as_str()),
                &flow.name.text,
            );
        }
    }
    scopes
}

fn add(scopes: &mut Vec<Scope>, name: &str, description: Option<&str>, flow: &str) {
    let seen = if scopes.len() > MAX_SIBLINGS {
        return;
    } else {
        scopes.iter_mut().find(|scope| scope.name == name)
    };
    match seen {
        Some(scope) => scope.flows.push(flow.to_owned()),
        None => scopes.push(Scope {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            flows: vec![flow.to_owned()],
        }),
    }
}

/// The declared scopes that the list does not have yet.
pub fn scopes(role: Role, context: &CompletionContext<'_>) -> Vec<Candidate> {
    let cursor = context.cursor;
    let all = if role == Role::RequirementScopes {
        let name = last_key(&cursor.path).unwrap_or("");
        meant(context, name).map_or_else(Vec::new, declared)
    } else {
        scopes_of_scheme_at(context)
    };
    all.into_iter()
        .filter(|scope| !cursor.items.contains(&scope.name))
        .enumerate()
        .map(|(rank, scope)| {
            let insert = Insert::Value(Template::Text(scope.name.clone()));
            scope_candidate(scope, insert, rank)
        })
        .collect()
}

/// 3.x: the scopes that the scheme around the cursor declares in its flows. From the tree, since
/// a half typed scheme may be missing in the model.
fn scopes_of_scheme_at(context: &CompletionContext<'_>) -> Vec<Scope> {
    let tree = context.analysis.document.tree();
    let steps = tree.path_at(context.cursor.anchor);
    let flows = steps.iter().rev().find_map(|step| step.node.get("flows"));
    let mut scopes = Vec::new();
    let Some(flows) = flows else {
        return scopes;
    };

    for flow in tree.fields(flows.value) {
        let Some(map) = tree.field(flow.value, context.version.scopes_key()) else {
            continue;
        };
        for scope in tree.fields(map.value) {
            add(
                &mut scopes,
                scope.key.value(),
                scope.value.as_str(),
                flow.key.value(),
            );
        }
    }
    scopes
}

fn scope_candidate(scope: Scope, insert: Insert, rank: usize) -> Candidate {
    let mut candidate = Candidate::new(scope.name, ItemKind::Scope, insert);
    candidate.detail = scope
        .description
        .as_deref()
        .map(|text| mask(text).into_owned());
    let flows: Vec<String> = scope
        .flows
        .iter()
        .map(|flow| markdown::code(flow))
        .collect();
    let described = scope.description.map_or(String::new(), |text| {
        format!("{}\n\n", markdown::user(&text))
    });
    candidate.documentation = Some(format!("{described}Declared in {}.", flows.join(", ")));
    candidate.rank = (3, rank);
    candidate
}
