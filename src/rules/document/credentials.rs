//! Credentials that units ask for (`unit::bindings`), and whether a scheme describes them.

use std::collections::HashMap;

use crate::edits::template::{Template, member};
use crate::model::facts::Scheme;
use crate::model::references::Outcome;
use crate::model::references::target::is_external;
use crate::model::walk::UnitKind;
use crate::rules::document_context::{DocumentContext, Meaning};
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::fix::names::{DECLARED, entry_for, fresh_name};
use crate::rules::messages::{MAX_SHOWN, fold, quoted};
use crate::rules::registry;
use crate::rules::unit::bindings::credentials::{Credential, credential};
use crate::syntax::node::Node;

/// Drops what a scheme describes, and says the rest once for each name.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let is_asked = |finding: &Finding| finding.rule == registry::CREDENTIAL_WITHOUT_SCHEME;
    if !out.iter().any(is_asked) {
        return;
    }
    let mut asked = Vec::new();
    out.retain_mut(|finding| {
        let is_kept = !is_asked(finding);
        if !is_kept {
            asked.push(finding.clone());
        }
        is_kept
    });
    if !are_schemes_known(context) {
        return;
    }
    asked.sort_by_key(|finding| finding.range.start());
    // By name: the place of its finding, none if a scheme describes it.
    let mut first: HashMap<String, Option<usize>> = HashMap::new();
    for finding in asked {
        let Data::Asked(name) = finding.data() else {
            continue;
        };
        match first.get(&fold(name)) {
            Some(Some(at)) if out[*at].related().len() < MAX_SHOWN => {
                let known = out[*at].clone();
                out[*at] = known.with(finding.range, "asked for here, too");
            }
            Some(_) => {}
            None => {
                let is_new = !is_described(context, name);
                first.insert(fold(name), is_new.then_some(out.len()));
                if is_new {
                    out.push(finding);
                }
            }
        }
    }
}

/// Whether the document has servers, and every scheme that they and the operations require is in
/// it.
fn are_schemes_known(context: &DocumentContext<'_, '_>) -> bool {
    let is_external_unit = context.model.units().any(|unit| {
        let mut references = unit.unit.rest().reference.iter();
        unit.place != UnitKind::Channel
            && references.any(|reference| {
                (reference.target.as_ref()).is_none_or(|target| is_external(&target.text))
            })
    });
    let mut meanings = context.lists.iter().flat_map(|list| &list.entries);
    let is_resolved = |meaning: &Meaning<'_>| match meaning {
        Meaning::Reference(_, resolution) => matches!(resolution.outcome, Outcome::Scheme(_)),
        Meaning::Names(names) => names.iter().all(|(_, resolution)| {
            (resolution.as_ref())
                .is_some_and(|resolution| matches!(resolution.outcome, Outcome::Scheme(_)))
        }),
        Meaning::Inline(_) => true,
        Meaning::Nothing => false,
    };
    context.names_are_known
        && context.model.map_references.is_empty()
        && context
            .model
            .units_of(UnitKind::Server, false)
            .next()
            .is_some()
        && !is_external_unit
        && meanings.all(is_resolved)
}

fn is_described(context: &DocumentContext<'_, '_>, name: &str) -> bool {
    let mut schemes = context.model.schemes();
    schemes.any(|scheme| describes(scheme.fact, name))
}

/// Whether a scheme describes a credential of that name. One that is not understood may.
fn describes(scheme: &Scheme, name: &str) -> bool {
    let Some(kind) = &scheme.scheme_type else {
        return scheme.reference.as_ref().is_none_or(|reference| {
            (reference.target.as_ref()).is_none_or(|target| is_external(&target.text))
        });
    };
    let sent = credential(name);
    match &*kind.value.text {
        "http" | "oauth2" | "openIdConnect" => sent != Some(Credential::Key),
        "httpApiKey" => {
            let parameter = scheme.details().parameter.as_ref();
            parameter.is_none_or(|own| fold(&own.value.text) == fold(name))
        }
        "apiKey" => sent != Some(Credential::Authorization),
        "userPassword"
        | "X509"
        | "symmetricEncryption"
        | "asymmetricEncryption"
        | "plain"
        | "scramSha256"
        | "scramSha512"
        | "gssapi" => false,
        _ => true,
    }
}

/// Offers to declare an API key and to require it on every server, if none requires anything. A
/// key in the query is better sent otherwise.
pub(in crate::rules) fn fix_without_scheme(fix: &mut FixContext<'_>) {
    let Data::Asked(name) = fix.finding.data() else {
        return;
    };
    let is_in_query = fix.path.keys().iter().rev().nth(2) == Some(&"query");
    if credential(name) != Some(Credential::Key) || is_in_query {
        return;
    }
    let scheme = Template::Map(vec![
        member("type", Template::text("httpApiKey")),
        member("in", Template::text("header")),
        member("name", Template::text(&**name)),
    ]);
    let tree = fix.tree();
    let servers = tree.root().get("servers").into_iter();
    let servers: Vec<Node<'_>> = (servers.flat_map(|servers| servers.value.entries()))
        .map(|server| server.value)
        .collect();
    let is_free = |server: &Node<'_>| {
        server.is_mapping() && server.get("security").is_none() && server.get("$ref").is_none()
    };
    let declared = fresh_name(fix.model, "apiKey");
    let Some(item) = entry_for(fix, &declared) else {
        return;
    };
    if !servers.iter().all(is_free) {
        return;
    }
    let title = format!(
        "Declare {} for it, and require it on every server",
        quoted(&declared)
    );
    fix.offer_clean(title, ChangesMeaning, |edits| {
        for server in &servers {
            edits.insert(*server, "security", &Template::list_of(item.clone()), &[])?;
        }
        edits.insert_at(&DECLARED, &declared, &scheme)
    });
}
