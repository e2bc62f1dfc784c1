//! What can be written at a cursor, by the role of the object or list around it.

use super::cursor::{Cursor, Slot};
use super::item::{Candidate, CompletionContext, Insert, ItemKind};
use super::{fields, schemes, urls};
use crate::edits::render::Style;
use crate::edits::template::{self, Template, TemplateKey};
use crate::ide::markdown::with_link;
use crate::ide::role::{Role, Segment, last_key};
use crate::model::facts::SiteKind;
use crate::spec::{Object, spec};
use crate::text::Text;
use crate::text::range::TextRange;

pub fn candidates(role: Role, context: &CompletionContext<'_>) -> Vec<Candidate> {
    match &context.cursor.slot {
        Slot::Value(key) => values(role, key, context),
        Slot::Key { .. } => keys(role, context),
        Slot::Item => items(role, context),
    }
}

/// Turns the cursor into one for an item if the list around it is in block style and has no item
/// yet.
pub fn start_list(role: Role, cursor: &mut Cursor<'_>) {
    let list = matches!(
        role,
        Role::Security(_) | Role::RequirementScopes | Role::NeededScopes
    );
    let key = matches!(cursor.slot, Slot::Key { colon: false });
    if list && key && cursor.layout.style == Style::Block {
        cursor.slot = Slot::Item;
        cursor.before = "- ";
        cursor.layout.indent.push_str("  ");
    }
}

/// Takes `word:` in a list of scopes as the beginning of a name: for YAML it is a key, but the
/// user is typing `word:more`.
pub fn begin_scope(role: Role, cursor: &mut Cursor<'_>, text: &Text) {
    let list = matches!(role, Role::RequirementScopes | Role::NeededScopes);
    let at = cursor.word.start();
    if !list || cursor.slot != Slot::Item || !cursor.word.is_empty() || cursor.before != " " {
        return;
    }
    let line = TextRange::new(text.line_start(text.line_of(at)), at);
    let before = text.slice(line);
    let Some(name) = before.strip_suffix(':') else {
        return;
    };
    let is_end = |sign: char| sign.is_whitespace() || "[,\"'".contains(sign);
    let start = name.rfind(is_end).map_or(0, |end| end + 1);
    let Some(word) = before.get(start..).filter(|word| word.len() > 1) else {
        return;
    };
    cursor.word = TextRange::new(at - word.len(), at);
    cursor.items.retain(|item| !word.starts_with(item.as_str()));
    cursor.before = "";
}

fn keys(role: Role, context: &CompletionContext<'_>) -> Vec<Candidate> {
    let cursor = context.cursor;
    match role {
        Role::Components => fields::of(context, "components"),
        Role::Site(kind) => security(kind, context),
        Role::Schemes => new_schemes(context),
        Role::Scheme { entry } => scheme(entry, context),
        Role::Flows => flows(context),
        Role::Flow => fields::of(context, &flow_object(cursor)),
        Role::DeclaredScopes => {
            let mut candidates = undeclared(context);
            candidates.push(new_scope(context));
            candidates
        }
        Role::Requirement => schemes::requirements(context),
        _ => Vec::new(),
    }
}

fn items(role: Role, context: &CompletionContext<'_>) -> Vec<Candidate> {
    match role {
        Role::Security(_) if context.version.is_v3() => {
            let mut candidates = schemes::references(context, true);
            if candidates.is_empty() {
                candidates.extend(fields::reference(context));
            }
            candidates.extend(schemes::elsewhere(context, true));
            candidates.extend(types(context));
            candidates
        }
        Role::Security(_) => {
            let mut candidates = schemes::requirements(context);
            if candidates.is_empty() {
                candidates.push(new_requirement(context));
            }
            candidates
        }
        Role::RequirementScopes | Role::NeededScopes => schemes::scopes(role, context),
        _ => Vec::new(),
    }
}

fn values(role: Role, key: &str, context: &CompletionContext<'_>) -> Vec<Candidate> {
    match role {
        Role::Scheme { .. } if key == "$ref" => {
            let mut candidates = schemes::references(context, false);
            candidates.extend(schemes::elsewhere(context, false));
            candidates
        }
        Role::Scheme { .. } if key == "openIdConnectUrl" => urls::candidates(context, key),
        Role::Scheme { .. } => fields::values(context, key),
        Role::Flow => urls::candidates(context, key),
        _ if !context.is_free(key) => Vec::new(),
        Role::Flows => spec()
            .object(&format!("flow.{key}"))
            .map(|flow| flow_candidate(flow, key, context))
            .into_iter()
            .map(Candidate::into_value)
            .collect(),
        Role::Requirement => schemes::requirement_values(key, context),
        Role::Site(_) if key == "security" => security_values(context),
        Role::Site(SiteKind::Server) if key == "protocol" => fields::protocols(context),
        Role::Components if key == "securitySchemes" => new_schemes(context)
            .into_iter()
            .map(Candidate::into_value)
            .collect(),
        Role::Schemes => types(context)
            .into_iter()
            .map(Candidate::into_value)
            .collect(),
        _ => Vec::new(),
    }
}

fn security(kind: SiteKind, context: &CompletionContext<'_>) -> Vec<Candidate> {
    let name = match kind {
        SiteKind::Server => "server",
        SiteKind::Operation => "operation",
        SiteKind::OperationTrait => "operationTrait",
    };
    let mut candidates = fields::of(context, name);
    candidates.retain(|candidate| candidate.label == "security");
    for candidate in &mut candidates {
        candidate.insert = Insert::Members(vec![(
            TemplateKey::of("security"),
            Template::List(vec![first_entry(context)]),
        )]);
        candidate.preselect = false;
    }
    candidates
}

/// An entry for the first scheme. Its name is no placeholder where the scheme is declared: what is
/// selected is lost with the next key.
fn first_entry(context: &CompletionContext<'_>) -> Template {
    let declared = schemes::first_name(context);
    let is_v3 = context.version.is_v3();
    let pointer = |name: &str| format!("#/components/securitySchemes/{}", schemes::token(name));
    match declared {
        Some(name) if is_v3 => Template::Map(vec![(
            TemplateKey::of("$ref"),
            Template::Text(pointer(&name)),
        )]),
        Some(name) => Template::Map(vec![(TemplateKey::of(&name), Template::OpenList)]),
        None if is_v3 => Template::Map(vec![(
            TemplateKey::of("$ref"),
            Template::Hole(pointer("name")),
        )]),
        None => Template::Map(vec![(
            TemplateKey::Hole("name".to_owned()),
            Template::List(Vec::new()),
        )]),
    }
}

fn security_values(context: &CompletionContext<'_>) -> Vec<Candidate> {
    let entries = if context.version.is_v3() {
        schemes::references(context, true)
    } else {
        schemes::requirements(context)
    };
    entries
        .into_iter()
        .map(|mut candidate| {
            if let Insert::Members(members) = candidate.insert {
                candidate.insert = Insert::Value(Template::List(vec![Template::Map(members)]));
            }
            candidate
        })
        .collect()
}

fn scheme(entry: bool, context: &CompletionContext<'_>) -> Vec<Candidate> {
    let cursor = context.cursor;
    if cursor.has("$ref") {
        // Everything beside `$ref` is ignored.
        return Vec::new();
    }
    if let Some(scheme_type) = cursor.value_of("type") {
        let known = spec()
            .scheme_types()
            .iter()
            .any(|known| known.value == scheme_type);
        let mut fields = fields::of(context, if known { scheme_type } else { "securityScheme" });
        fields.extend(with_flow(&fields, context));
        return fields;
    }
    let mut candidates = fields::of(context, "securityScheme");
    candidates.retain(|candidate| candidate.label != "$ref");
    for candidate in &mut candidates {
        // In a list of 3.x references are what is written.
        candidate.preselect &= !entry;
    }
    let untouched = cursor.siblings.is_empty() && cursor.slot == Slot::Key { colon: false };
    if untouched {
        candidates.extend(types(context));
    }
    if cursor.siblings.is_empty() {
        let references = match entry && untouched {
            true => schemes::references(context, true),
            false => Vec::from_iter(fields::reference(context)),
        };
        candidates.extend(references.into_iter().map(|mut candidate| {
            if entry {
                candidate.rank.0 = 0;
            }
            candidate
        }));
        if entry && untouched {
            candidates.extend(schemes::elsewhere(context, true));
        }
    }
    candidates
}

/// Each scheme type with all that it requires.
fn types(context: &CompletionContext<'_>) -> Vec<Candidate> {
    let types = spec().scheme_types().iter();
    types
        .filter(|known| known.since <= context.version)
        .filter_map(|known| {
            let object = spec().object(&known.value)?;
            let mut members = vec![(TemplateKey::of("type"), Template::Text(known.value.clone()))];
            members.extend(template::required(object, context.version));
            let mut candidate = Candidate::new(
                format!("type: {}", known.value),
                ItemKind::Snippet,
                Insert::Members(members),
            );
            // Without the colon: once that is typed, the list is to close.
            candidate.filter = Some(format!("type {}", known.value));
            candidate.detail = Some(known.title.clone());
            candidate.documentation = Some(with_link(
                &object.description,
                context.version,
                &object.anchor,
            ));
            candidate.rank = (7, usize::from(known.rank));
            candidate.deprecated = known.deprecated;
            Some(candidate)
        })
        .collect()
}

/// Each scheme type as a new named scheme.
fn new_schemes(context: &CompletionContext<'_>) -> Vec<Candidate> {
    if context.cursor.slot == (Slot::Key { colon: true }) {
        return Vec::new();
    }
    types(context)
        .into_iter()
        .map(|mut candidate| {
            if let Insert::Members(members) = candidate.insert {
                let name = TemplateKey::Hole("name".to_owned());
                candidate.insert = Insert::Members(vec![(name, Template::Map(members))]);
            }
            candidate.label = candidate.label.trim_start_matches("type: ").to_owned();
            candidate.filter = None;
            candidate.detail = candidate
                .detail
                .map(|detail| format!("new scheme: {detail}"));
            candidate
        })
        .collect()
}

fn flows(context: &CompletionContext<'_>) -> Vec<Candidate> {
    spec()
        .flows()
        .iter()
        .filter(|flow| !context.cursor.has(&flow.name))
        .filter_map(|flow| {
            let object = spec().object(&format!("flow.{}", flow.name))?;
            let mut candidate = flow_candidate(object, &flow.name, context);
            if let Insert::Members(members) = candidate.insert {
                candidate.insert =
                    Insert::Members(vec![(TemplateKey::of(&flow.name), Template::Map(members))]);
            }
            candidate.rank = (5, usize::from(flow.rank));
            candidate.deprecated = flow.deprecated;
            candidate.preselect = flow.rank == spec().flows().first().map_or(0, |first| first.rank)
                && context.cursor.siblings.is_empty();
            Some(candidate)
        })
        .collect()
}

/// The members of a flow.
fn flow_candidate(object: &Object, name: &str, context: &CompletionContext<'_>) -> Candidate {
    let members = template::required(object, context.version);
    let mut candidate = Candidate::new(name, ItemKind::Snippet, Insert::Members(members));
    candidate.detail = Some(object.title.clone());
    candidate.documentation = Some(with_link(
        &object.description,
        context.version,
        &object.anchor,
    ));
    candidate
}

/// `flows` with each of the flows, where the field is offered.
fn with_flow(fields: &[Candidate], context: &CompletionContext<'_>) -> Vec<Candidate> {
    let Some(field) = fields.iter().find(|field| field.label == "flows") else {
        return Vec::new();
    };
    let is_whole = context.cursor.slot == Slot::Key { colon: false } && !context.cursor.has_value;
    let flows = if is_whole { flows(context) } else { Vec::new() };
    flows
        .into_iter()
        .map(|mut candidate| {
            let flow = candidate.label;
            if let Insert::Members(members) = candidate.insert {
                let flows = (TemplateKey::of("flows"), Template::Map(members));
                candidate.insert = Insert::Members(vec![flows]);
            }
            candidate.label = format!("flows: {flow}");
            // Without the colon: once that is typed, the list is to close.
            candidate.filter = Some(format!("flows {flow}"));
            candidate.rank = field.rank;
            candidate.preselect = false;
            candidate
        })
        .collect()
}

fn flow_object(cursor: &Cursor<'_>) -> String {
    let name = last_key(&cursor.path).unwrap_or("");
    let known = spec().flows().iter().any(|flow| flow.name == name);
    // A fragment that is a flow does not say which flow it is; this one has all fields.
    format!("flow.{}", if known { name } else { "authorizationCode" })
}

/// Scopes that are needed somewhere and declared in no flow.
fn undeclared(context: &CompletionContext<'_>) -> Vec<Candidate> {
    let path = &context.cursor.path;
    let scheme = path.len().checked_sub(4).and_then(|at| path.get(at));
    let Some(Segment::Key(scheme)) = scheme else {
        return Vec::new();
    };
    schemes::undeclared(scheme, context)
        .into_iter()
        .filter(|scope| !context.cursor.has(scope))
        .enumerate()
        .map(|(rank, scope)| {
            let member = (
                TemplateKey::of(&scope),
                Template::Hole("what it allows".to_owned()),
            );
            let mut candidate =
                Candidate::new(scope, ItemKind::Scope, Insert::Members(vec![member]));
            candidate.detail = Some("needed, but not declared yet".to_owned());
            candidate.rank = (3, rank);
            candidate
        })
        .collect()
}

/// 2.x: an entry for a scheme that is not declared yet.
fn new_requirement(context: &CompletionContext<'_>) -> Candidate {
    let member = (
        TemplateKey::Hole("name".to_owned()),
        Template::List(Vec::new()),
    );
    let mut candidate =
        Candidate::new("name: []", ItemKind::Snippet, Insert::Members(vec![member]));
    candidate.filter = Some("name".to_owned());
    candidate.documentation = spec()
        .object("securityRequirement")
        .map(|object| with_link(&object.description, context.version, &object.anchor));
    candidate
}

fn new_scope(context: &CompletionContext<'_>) -> Candidate {
    let member = (
        TemplateKey::Hole("scope".to_owned()),
        Template::Hole("what it allows".to_owned()),
    );
    let mut candidate = Candidate::new("scope", ItemKind::Snippet, Insert::Members(vec![member]));
    candidate.detail = Some("new scope with its description".to_owned());
    candidate.documentation = spec()
        .object("scopes")
        .map(|object| with_link(&object.description, context.version, &object.anchor));
    candidate
}
