//! A scheme where it is declared, referenced or required, and its scopes.

use super::target::HoverTarget;
use crate::ide::kafka;
use crate::ide::markdown::{code, user, with_link};
use crate::ide::needs::scope_list;
use crate::ide::role::{Role, last_key};
use crate::ide::summary;
use crate::model::facts::{Home, Scheme};
use crate::model::references::Resolver;
use crate::model::references::known::KnownScheme;
use crate::model::surroundings::{ForeignScheme, Target};
use crate::model::uses::{Used, Uses};
use crate::rules::fix::names::pointer_to;
use crate::spec::spec;
use crate::syntax::node::Node;

/// More scopes than this are not listed.
const MAX_LISTED: usize = 12;

/// On the name of a scheme in its map.
pub fn declared(target: &HoverTarget<'_>, name: &str) -> Option<String> {
    let Some(own) = described(target, name) else {
        return summary::object("securityScheme", target.version);
    };
    Some(full(target, own, name, None))
}

/// On a name in a 2.x requirement.
pub fn required(target: &HoverTarget<'_>, name: &str) -> Option<String> {
    let Some(scheme) = described(target, name) else {
        let anchor = spec().object("securityRequirement")?.anchor.clone();
        let text = format!(
            "{} is not declared in `components.securitySchemes` of this document.",
            code(name)
        );
        return Some(with_link(&text, target.version, &anchor));
    };
    let list = target.container.get(name);
    let needed = list.map_or_else(Vec::new, |entry| texts(entry.value));
    Some(full(target, scheme, name, Some(&needed)))
}

/// On a name in a 3.x `security` list, where a reference belongs, as `- name: []` of 2.x.
pub fn required_by_name(target: &HoverTarget<'_>, name: &str) -> Option<String> {
    let value = target.entry?.value;
    if !(value.is_sequence() || value.is_missing()) {
        return None;
    }
    let pointer = code(&pointer_to(name));
    let form = "From AsyncAPI 3.0.0 on an entry is a `$ref`; a name with a list of scopes is how 2.x \
                writes it.";
    let Some(scheme) = described(target, name) else {
        let about_references = summary::field("reference", "$ref", target.version)?;
        return Some(format!(
            "{} is not declared in `components.securitySchemes` of this document.\n\n{form}\n\n{about_references}",
            code(name)
        ));
    };
    let needed = texts(value);
    let needed = (!needed.is_empty()).then_some(&needed[..]);
    let known = full(target, scheme, name, needed);
    Some(format!(
        "{form} **Write instead:** `$ref` with {pointer}\n\n{known}"
    ))
}

/// On the value of a `$ref`.
pub fn referenced(target: &HoverTarget<'_>, reference: &str) -> Option<String> {
    let about_references = summary::field("reference", "$ref", target.version)?;
    if let Some(Target::Scheme(foreign)) = target.analysis.model.surroundings.targets.get(reference)
    {
        return Some(elsewhere(target, foreign));
    }
    let Some(name) = target.component_name(reference) else {
        return Some(format!(
            "Leads to {}.\n\n{about_references}",
            code(reference)
        ));
    };
    let Some(scheme) = described(target, &name) else {
        return Some(format!(
            "{} is not declared in `components.securitySchemes` of this document.\n\n{about_references}",
            code(&name)
        ));
    };
    let fact = scheme.fact();
    let needed = fact.details().scopes.as_ref().map(|_| needed_by(fact));
    Some(full(target, scheme, &name, needed.as_deref()))
}

/// The scheme of a name, also of one in another file.
fn described<'a>(target: &HoverTarget<'a>, name: &str) -> Option<KnownScheme<'a>> {
    let analysis = target.analysis;
    Resolver::new(analysis.document.tree(), &analysis.model).described(name)
}

/// A scheme of another file, by a reference to it.
fn elsewhere(target: &HoverTarget<'_>, foreign: &ForeignScheme) -> String {
    let scheme = &foreign.scheme;
    let name = scheme.name().map(|name| &*name.text);
    let summary = summary::scheme(scheme, name, target.version);
    let (body, link) = summary.rsplit_once("\n\n").unwrap_or((&summary, ""));
    let mut out = format!("{body}\n\n{}", declared_in(foreign));
    let needed = scheme.details().scopes.as_ref().map(|_| needed_by(scheme));
    if let Some(needed) = &needed {
        out.push_str(&format!("\n\n**Needed here:** {}", scope_list(needed)));
    }
    if let Some(transport) = transport(target, scheme, needed.as_deref()) {
        out.push_str(&format!("\n\n{transport}"));
    }
    format!("{out}\n\n{link}")
}

fn declared_in(foreign: &ForeignScheme) -> String {
    format!("**Declared in** {}", code(&foreign.place.shown))
}

fn full(
    target: &HoverTarget<'_>,
    known: KnownScheme<'_>,
    name: &str,
    needed: Option<&[String]>,
) -> String {
    let scheme = known.fact();
    let summary = summary::scheme(scheme, Some(name), target.version);
    // The link stays the last line.
    let (body, link) = summary.rsplit_once("\n\n").unwrap_or((&summary, ""));
    let mut out = body.to_owned();
    if let KnownScheme::There(foreign) = known {
        out.push_str(&format!("\n\n{}", declared_in(foreign)));
    }
    if let Some(needed) = needed {
        out.push_str("\n\n");
        out.push_str(&match needed {
            [] => "**Needed here:** no scope.".to_owned(),
            needed => format!("**Needed here:** {}", scope_list(needed)),
        });
    }
    if let Some(transport) = transport(target, scheme, needed) {
        out.push_str("\n\n");
        out.push_str(&transport);
    }
    out.push_str("\n\n");
    out.push_str(&used(target, &target.analysis.uses(Used::Scheme(name))));
    format!("{out}\n\n{link}")
}

/// What the protocol of the server around means for the scheme.
fn transport(
    target: &HoverTarget<'_>,
    scheme: &Scheme,
    needed: Option<&[String]>,
) -> Option<String> {
    let server = target.unit()?.unit.rest().server.as_ref()?;
    let name = &server.protocol.as_ref()?.value.text;
    let protocol = spec().protocol(name);
    let tls = match protocol.and_then(|protocol| protocol.tls) {
        Some(true) => "with TLS".to_owned(),
        Some(false) => {
            let variant = protocol.and_then(|protocol| protocol.secure_variant.as_deref());
            variant.map_or("without TLS".to_owned(), |variant| {
                format!("without TLS (with it: {})", code(variant))
            })
        }
        None => "whose name does not say whether TLS is used".to_owned(),
    };
    let mut out = format!("**Over** {}, {tls}.", code(name));
    let scopes: Vec<&str> = needed
        .iter()
        .copied()
        .flatten()
        .map(String::as_str)
        .collect();
    if let Some(line) = kafka::setting(name, &[(scheme, &scopes)]) {
        out.push_str(&format!("\n\n{line}"));
    }
    Some(out)
}

/// On a scope in the map of a flow.
pub fn declared_scope(target: &HoverTarget<'_>, name: &str) -> Option<String> {
    Some(scope(target, target.scheme()?.fact, name))
}

/// On a scope in a list of needed ones.
pub fn needed_scope(target: &HoverTarget<'_>, name: &str) -> Option<String> {
    if target.role != Role::RequirementScopes {
        return declared_scope(target, name);
    }
    let scheme_name = last_key(&target.path)?;
    let Some(scheme) = described(target, scheme_name) else {
        return Some(format!(
            "**{}**: the scheme {} is not declared in this document.",
            user(name),
            code(scheme_name)
        ));
    };
    Some(scope(target, scheme.fact(), name))
}

/// What a scope allows, where it is declared and where it is needed.
fn scope(target: &HoverTarget<'_>, scheme: &Scheme, name: &str) -> String {
    let mut flows = Vec::new();
    let mut description = None;
    for flow in scheme.flows() {
        for scope in flow.scopes.iter().filter(|scope| scope.name.text == name) {
            flows.push(if flow.name.text.is_empty() {
                "this flow".to_owned()
            } else {
                code(&flow.name.text)
            });
            let found = scope.description.as_ref().map(|found| found.text.as_str());
            description = description.or(found);
        }
    }
    let mut out = format!("**{}**: scope", user(name));
    if let Some(scheme_name) = scheme.name() {
        out.push_str(&format!(" of {}", code(&scheme_name.text)));
    }
    if let Some(description) = description.filter(|text| !text.trim().is_empty()) {
        out.push_str(&format!("\n\n> {}", user(description)));
    }
    out.push_str("\n\n");
    let scheme_type = scheme.scheme_type.as_ref();
    let is_oidc = scheme_type.is_some_and(|member| member.value.text == "openIdConnect");
    out.push_str(&match &flows[..] {
        [] if is_oidc => "The OpenID Connect provider declares its scopes itself.".to_owned(),
        [] => "**Declared in no flow** of the scheme.".to_owned(),
        flows => format!("**Declared in:** {}", flows.join(", ")),
    });
    if let (Home::Component, Some(scheme_name)) = (scheme.home, scheme.name()) {
        let uses = uses_of_scope(target, scheme, &scheme_name.text, name);
        out.push_str("\n\n");
        out.push_str(&used(target, &uses).replacen("Used", "Needed", 1));
    }
    with_link(&out, target.version, "oauthFlowScopes")
}

/// From 3.0 on the scheme itself lists its scopes, so every use of it needs all of them.
fn uses_of_scope(target: &HoverTarget<'_>, scheme: &Scheme, scheme_name: &str, name: &str) -> Uses {
    if !target.version.is_v3() {
        return target.analysis.uses(Used::Scope(scheme_name, name));
    }
    let mut needed = scheme.required_scopes();
    if needed.any(|scope| scope.text == name) {
        return target.analysis.uses(Used::Scheme(scheme_name));
    }
    Uses::default()
}

/// How often and where something is used.
fn used(target: &HoverTarget<'_>, uses: &Uses) -> String {
    let count = match uses.count {
        0 => return "**Used nowhere** in this document.".to_owned(),
        1 => "1 place".to_owned(),
        count => format!("{count} places"),
    };
    let first: Vec<String> = (uses.first.iter())
        .map(|place| target.link(&place.pointer, place.range))
        .collect();
    let more = if uses.count > first.len() {
        ", ..."
    } else {
        ""
    };
    format!("**Used in {count}:** {}{more}", first.join(", "))
}

fn texts(list: Node<'_>) -> Vec<String> {
    list.items()
        .take(MAX_LISTED)
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// The scopes that a 3.x scheme lists.
fn needed_by(scheme: &Scheme) -> Vec<String> {
    let scopes = scheme.required_scopes();
    scopes.map(|scope| scope.text.to_string()).collect()
}
