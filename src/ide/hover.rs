//! Hover on every key and value that security is made of.

#![deny(clippy::string_slice, clippy::indexing_slicing)]

mod effective;
mod scheme;
mod target;

use super::protocol;
use super::role::{Role, last_key};
use super::summary;
use crate::analysis::Analysis;
use crate::analysis::suppress::name::RuleName;
use crate::model::DocumentKind;
use crate::model::facts::SiteKind;
use crate::rules::notation::in_notation;
use crate::spec::providers::{Endpoint, known};
use crate::spec::spec;
use crate::text::range::TextRange;
use target::HoverTarget;

/// What a hover shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The key or value that it explains.
    pub range: TextRange,
    /// The explanation.
    pub markdown: String,
}

/// The hover at `offset` (bytes), if something about security is there.
pub fn hover(analysis: &Analysis, offset: usize) -> Option<Hover> {
    on_name(analysis, offset, None)
}

/// What a hover has beside the explanation.
#[derive(Debug, Clone, Copy, Default)]
pub struct HoverOptions<'f> {
    /// The URI of the document, if places in it become links.
    pub file: Option<&'f str>,
    /// Whether the rules of findings are explained, for editors that cannot open their pages.
    pub explains_findings: bool,
}

/// The hover at `offset` with more than the explanation.
pub fn hover_with(analysis: &Analysis, offset: usize, options: HoverOptions<'_>) -> Option<Hover> {
    let own = on_name(analysis, offset, options.file);
    let Some(rules) = on_findings(analysis, offset).filter(|_| options.explains_findings) else {
        return own;
    };
    Some(match own {
        Some(own) => Hover {
            range: own.range,
            markdown: format!("{}\n\n---\n\n{}", own.markdown, rules.markdown),
        },
        None => rules,
    })
}

/// More rules than this are not explained at once.
const MAX_RULES: usize = 2;

/// On a finding: what its rule looks for.
fn on_findings(analysis: &Analysis, offset: usize) -> Option<Hover> {
    let around = |range: TextRange| range.start() <= offset && offset < range.end();
    let findings = analysis.findings.iter();
    let mut findings: Vec<_> = findings.filter(|finding| around(finding.range)).collect();
    findings.sort_by_key(|finding| finding.range.len());
    let innermost = findings.first()?.range;
    let mut rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    rules.dedup();
    let texts = rules.iter().take(MAX_RULES).map(|rule| {
        let more = format!(
            "`asyncapi-security-lsp explain {}` has the whole page.",
            rule.id
        );
        format!("{}\n\n{more}", summary::rule(rule))
    });
    Some(Hover {
        range: innermost,
        markdown: Vec::from_iter(texts).join("\n\n---\n\n"),
    })
}

fn on_name(analysis: &Analysis, offset: usize, file: Option<&str>) -> Option<Hover> {
    let version = analysis.model.version?;
    if analysis.model.kind == DocumentKind::Other {
        return None;
    }
    if let Some(hover) = suppressed_rule(analysis, offset) {
        return Some(hover);
    }
    let target = HoverTarget::at(analysis, version, offset, file)?;
    let markdown = match target.entry {
        Some(_) if target.is_key() => on_key(&target, target.node.value()),
        Some(entry) => on_value(&target, entry.key.value()),
        None => on_item(&target),
    }?;
    let format = analysis.document.tree().format();
    Some(Hover {
        range: target.node.range(),
        markdown: in_notation(&markdown, format).into_owned(),
    })
}

/// On the name of a rule in a comment or key that silences it.
fn suppressed_rule(analysis: &Analysis, offset: usize) -> Option<Hover> {
    let name = analysis.suppressions.at(offset)?;
    let RuleName::Known(rule) = name.rule else {
        return None;
    };
    Some(Hover {
        range: name.range,
        markdown: summary::linked_rule(rule),
    })
}

fn on_key(target: &HoverTarget<'_>, key: &str) -> Option<String> {
    let version = target.version;
    match target.role {
        Role::Components | Role::Root if key == "securitySchemes" => {
            summary::object("securitySchemes", version)
        }
        Role::Site(kind) if key == "security" => effective::on_security(target, kind),
        Role::Site(SiteKind::Server) if key == "protocol" => protocol_of_server(target),
        Role::Map(_) | Role::Channel => effective::on_owner(target),
        Role::Schemes => scheme::declared(target, key),
        Role::Scheme { .. } if key == "$ref" => summary::field("reference", key, version),
        Role::Scheme { entry } => scheme_field(target, key)
            .or_else(|| scheme::required_by_name(target, key).filter(|_| entry)),
        Role::Flows => summary::object(&format!("flow.{key}"), version),
        Role::Flow => flow_field(target, key),
        Role::DeclaredScopes => scheme::declared_scope(target, key),
        Role::Requirement => scheme::required(target, key),
        _ => None,
    }
}

fn on_value(target: &HoverTarget<'_>, key: &str) -> Option<String> {
    let text = target.node.value();
    let version = target.version;
    match target.role {
        Role::Scheme { .. } if key == "$ref" => scheme::referenced(target, text),
        Role::Scheme { .. } if key == "type" => {
            summary::scheme_type(text, version).or_else(|| scheme_field(target, key))
        }
        Role::Scheme { .. } => {
            let scheme_type = target.scheme_type()?;
            summary::value(scheme_type, key, text, version)
                .or_else(|| Some(below_provider(key, text, &scheme_field(target, key)?)))
        }
        Role::Flow => Some(below_provider(key, text, &flow_field(target, key)?)),
        Role::DeclaredScopes => scheme::declared_scope(target, key),
        Role::Site(SiteKind::Server) if key == "protocol" => protocol_of_server(target),
        _ => None,
    }
}

/// On `protocol` of a server, or on its value.
fn protocol_of_server(target: &HoverTarget<'_>) -> Option<String> {
    let analysis = target.analysis;
    let field = analysis
        .document
        .tree()
        .field(target.container, "protocol")?;
    let name = field.value.as_str()?;
    protocol::summary(name, &analysis.options.environment, target.version)
}

/// An explanation of a field, below the provider to which the URL in it leads, if that is known.
fn below_provider(key: &str, url: &str, explanation: &str) -> String {
    let known = Endpoint::of_field(key).and_then(|_| known(url).find(|known| known.is_certain));
    let source = known
        .as_ref()
        .and_then(|known| known.provider.source.first());
    let (Some(known), Some(source)) = (&known, source) else {
        return explanation.to_owned();
    };
    let (endpoint, title) = (known.endpoint.name(), known.provider.title(known.set));
    format!("This is the {endpoint} of [{title}]({source}).\n\n{explanation}")
}

fn on_item(target: &HoverTarget<'_>) -> Option<String> {
    match target.role {
        Role::RequirementScopes | Role::NeededScopes => {
            scheme::needed_scope(target, target.node.value())
        }
        _ => None,
    }
}

fn scheme_field(target: &HoverTarget<'_>, key: &str) -> Option<String> {
    if key == "type" {
        return summary::field("securityScheme", key, target.version);
    }
    let own = target.scheme_type();
    if let Some(text) = own.and_then(|own| summary::field(own, key, target.version)) {
        return Some(text);
    }
    let (other, text) = spec().scheme_types().iter().find_map(|known| {
        let text = summary::field(&known.value, key, target.version)?;
        Some((known.value.as_str(), text))
    })?;
    Some(match own {
        Some(own) if spec().object(own).is_some() => {
            format!("The type `{own}` does not have this field. In `{other}` it means:\n\n{text}")
        }
        _ => text,
    })
}

fn flow_field(target: &HoverTarget<'_>, key: &str) -> Option<String> {
    let version = target.version;
    let name = last_key(&target.path).unwrap_or("");
    let own = format!("flow.{name}");
    if spec().object(&own).is_none() {
        return summary::field("flow.authorizationCode", key, version);
    }
    if let Some(text) = summary::field(&own, key, version) {
        return Some(text);
    }
    let text = summary::field("flow.authorizationCode", key, version)
        .or_else(|| summary::field("flow.implicit", key, version))?;
    Some(format!(
        "The flow `{name}` does not have this field.\n\n{text}"
    ))
}
