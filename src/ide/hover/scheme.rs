//! The card of a scheme, where it is declared, referenced or required.

use super::{Focus, scope, words};
use crate::ide::card::card;
use crate::ide::lookup::{component_name, unit_at};
use crate::ide::markdown::{code, with_link};
use crate::model::facts::Scheme;
use crate::model::uses::{Used, Uses};
use crate::spec::spec;

/// On the name of a scheme in its map.
pub fn declared(focus: &Focus<'_>, name: &str) -> Option<String> {
    let own = focus.analysis.model.component(name);
    let Some(own) = own else {
        return words::object("securityScheme", focus.version);
    };
    Some(full(focus, own.fact, name, None))
}

/// On a name in a 2.x requirement.
pub fn required(focus: &Focus<'_>, name: &str) -> Option<String> {
    let Some(scheme) = focus.analysis.model.component(name) else {
        let anchor = spec().object("securityRequirement")?.anchor.clone();
        let text = format!(
            "{} is not declared in `components.securitySchemes` of this document.",
            code(name)
        );
        return Some(with_link(&text, focus.version, &anchor));
    };
    let needed = focus
        .container
        .get(name)
        .map(|entry| scope::texts(entry.value))
        .unwrap_or_default();
    Some(full(focus, scheme.fact, name, Some(&needed)))
}

/// On the value of a `$ref`.
pub fn referenced(focus: &Focus<'_>, target: &str) -> Option<String> {
    let reference = words::field("reference", "$ref", focus.version)?;
    let Some(name) = component_name(focus.analysis, target) else {
        return Some(format!("Leads to {}.\n\n{reference}", code(target)));
    };
    let Some(scheme) = focus.analysis.model.component(&name) else {
        return Some(format!(
            "{} is not declared in `components.securitySchemes` of this document.\n\n{reference}",
            code(&name)
        ));
    };
    let needed = scheme.fact.scopes.as_ref().map(|list| {
        list.scopes
            .iter()
            .map(|scope| scope.text.clone())
            .collect::<Vec<String>>()
    });
    Some(full(focus, scheme.fact, &name, needed.as_deref()))
}

fn full(focus: &Focus<'_>, scheme: &Scheme, name: &str, needed: Option<&[String]>) -> String {
    let card = card(scheme, Some(name), focus.version);
    // The link stays the last line.
    let (body, link) = card.rsplit_once("\n\n").unwrap_or((card.as_str(), ""));
    let mut out = body.to_owned();
    if let Some(needed) = needed {
        out.push_str("\n\n");
        out.push_str(&match needed {
            [] => "**Needed here:** no scope.".to_owned(),
            needed => format!("**Needed here:** {}", scope::list(needed)),
        });
    }
    if let Some(transport) = transport(focus, scheme) {
        out.push_str("\n\n");
        out.push_str(&transport);
    }
    out.push_str("\n\n");
    out.push_str(&used(&focus.analysis.uses(Used::Scheme(name))));
    format!("{out}\n\n{link}")
}

/// What the protocol of the server around means for the scheme.
fn transport(focus: &Focus<'_>, scheme: &Scheme) -> Option<String> {
    let offset = focus.node.range().start;
    let server = unit_at(&focus.analysis.model, offset)?
        .unit
        .server
        .as_ref()?;
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
        None => "whether with TLS, its name does not tell".to_owned(),
    };
    let mut out = format!("**Over** {}, {tls}.", code(name));
    let scheme_type = &scheme.scheme_type.as_ref()?.value.text;
    if let Some(settings) = spec().kafka_settings(&name.to_ascii_lowercase(), scheme_type) {
        out.push_str(&format!(
            "\n\n**Kafka client:** `security.protocol={}`",
            settings.security
        ));
        if let Some(mechanism) = &settings.mechanism {
            out.push_str(&format!(", `sasl.mechanism={mechanism}`"));
        }
    }
    Some(out)
}

/// How often and where something is used.
pub fn used(uses: &Uses) -> String {
    let count = match uses.count {
        0 => return "**Used nowhere** in this document.".to_owned(),
        1 => "1 place".to_owned(),
        count => format!("{count} places"),
    };
    let first: Vec<String> = uses.first.iter().map(|place| code(place)).collect();
    let more = if uses.count > first.len() {
        ", ..."
    } else {
        ""
    };
    format!("**Used in {count}:** {}{more}", first.join(", "))
}
