//! Servers: credentials in address and variables, whether URL and protocol agree (docs/specification.md E.5
//! and E.7), and whether `host` is one.

pub(in crate::rules) mod host;

use std::collections::HashSet;

use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::model::facts::{Member, Server, ServerVariable};
use crate::model::unit::transport;
use crate::rules::address::{names_in_braces, parse, signs};
use crate::rules::context::UnitContext;
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::rules::secret::{is_placeholder, is_secret_name, looks_random};
use crate::rules::unit::urls::part_of;
use crate::rules::url::placeholder::{FILLER, blanked};
use crate::spec::spec;
use crate::syntax::node::Node;

/// Checks a server that is not a reference.
pub(super) fn check(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let node = context.value;
    if !node.is_mapping() || context.tree.field(node, "$ref").is_some() {
        return;
    }
    let server = transport::server(context.tree, context.version, node);
    credentials(context, &server, out);
    if context.version.is_v3() {
        out.extend(host::check(context, &server));
    }
    let login = Login::of(&server);
    for variable in &server.variables {
        out.extend(credential_variable(variable, &login));
    }
    let Some(protocol) = &server.protocol else {
        return;
    };
    if !context.version.is_v3() {
        out.extend(mismatch(context.environment, &server, protocol));
    }
    out.extend(plaintext(context.environment, &server, protocol));
}

fn credentials(context: &UnitContext<'_>, server: &Server, out: &mut Vec<Finding>) {
    let Some(address) = &server.address else {
        return;
    };
    let Some(userinfo) = parse(&address.value.text).userinfo else {
        return;
    };
    let shape = blanked(&address.value.text);
    if !shape[userinfo.clone()].split(':').any(is_literal) {
        return;
    }
    let is_v3 = context.version.is_v3();
    let name = if is_v3 { "host" } else { "url" };
    let entry = context.tree.field(context.value, name);
    let value = entry.and_then(|entry| context.tree.resolve(entry.value));
    let place = value.map_or(address.value.range, |value| {
        part_of(value, &(userinfo.start..userinfo.end + 1))
    });
    out.push(Finding::new(
        registry::CREDENTIALS_IN_SERVER_ADDRESS,
        place,
        "the address contains credentials; remove everything up to `@`, \
         and describe the login with a security scheme",
    ));
}

/// Whether a part of the user information, its placeholders blanked, is a literal value. What
/// follows an open brace is a variable.
fn is_literal(part: &str) -> bool {
    let literal = part.split('{').next().unwrap_or_default();
    let mut signs = literal.chars().filter(|sign| *sign != FILLER);
    signs
        .next()
        .is_some_and(|first| !matches!(first, '$' | '<'))
}

/// A finding for a variable that has a credential as value.
pub(super) fn credential_variable(variable: &ServerVariable, login: &Login<'_>) -> Option<Finding> {
    if !is_credential(variable, login) {
        return None;
    }
    let name = quoted(&variable.name.text);
    let default = (variable.default.as_ref()).filter(|value| !is_placeholder(&value.text));
    let values = variable.enum_key.filter(|_| {
        let mut values = variable.values.iter();
        values.any(|value| !is_placeholder(&value.text))
    });
    let place = default.map(|value| value.range).or(values)?;
    let message =
        format!("everybody can read the value of {name}; remove it, and change the credential");
    let finding = Finding::new(registry::SECRET_IN_SERVER_VARIABLE, place, message);
    Some(match values.filter(|values| *values != place) {
        Some(values) => finding.with(values, "these are values of it too"),
        None => finding,
    })
}

/// The variables before the `@` of an address; none where no address is known.
#[derive(Default)]
pub(super) struct Login<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Login<'a> {
    fn of(server: &'a Server) -> Self {
        let Some(address) = &server.address else {
            return Self::default();
        };
        let text = &*address.value.text;
        let userinfo = parse(text).userinfo.map_or("", |range| &text[range]);
        let names = names_in_braces(userinfo).map(|name| &userinfo[name]);
        Self {
            names: names.collect(),
        }
    }
}

/// Whether a variable is for a credential: by its name, or because it is before the `@`.
fn is_credential(variable: &ServerVariable, login: &Login<'_>) -> bool {
    let name = &*variable.name.text;
    if is_secret_name(name) || login.names.contains(name) {
        return true;
    }
    // `key` may be any key, unless its value looks generated.
    name.to_ascii_lowercase().ends_with("key")
        && (variable.default.iter().chain(&variable.values))
            .any(|value| value.text.len() >= 16 && looks_random(&value.text))
}

/// The TLS variant of a scheme. Kafka and IBM MQ have none.
fn tls_variant(scheme: &str) -> Option<&'static str> {
    let plain = spec().protocol(scheme)?;
    let tls_variant = spec().protocol(&format!("{}s", plain.name))?;
    (tls_variant.tls == Some(true)).then_some(&*tls_variant.name)
}

fn mismatch(environment: &Environment, server: &Server, protocol: &Member) -> Option<Finding> {
    const RULE: &Rule = registry::SERVER_PROTOCOL_URL_MISMATCH;
    let address = server.address.as_ref()?;
    let tls = environment.tls(&protocol.value.text)?;
    let signs = signs(server, &server.variables);
    let name = quoted(&protocol.value.text);
    let scheme = parse(&address.value.text).scheme.unwrap_or_default();
    let advice = |wants_tls: bool| {
        let other = protocol_over_tls(&protocol.value.text);
        match other.filter(|_| wants_tls) {
            Some(other) => format!("write `protocol: {other}`"),
            None => "correct one of them".to_owned(),
        }
    };
    if !tls && server.may_be_encrypted {
        return None;
    }
    // `https` with `kafka` is another mistake, and either may be wrong.
    let family = |name: &str| spec().protocol(name).map(|known| &*known.family);
    let is_other = match (family(scheme), family(&protocol.value.text)) {
        (Some("other"), _) => false,
        (Some(scheme), Some(protocol)) => scheme != protocol,
        _ => false,
    };
    if is_other {
        return None;
    }
    let (message, severity) = match signs.scheme_tls {
        Some(true) if !tls => {
            let advice = advice(true);
            (
                format!("the URL is encrypted, but {name} is not; {advice}"),
                None,
            )
        }
        Some(false) if tls && tls_variant(scheme).is_some() => {
            let advice = advice(false);
            (
                format!("{name} is encrypted, but the URL is not; {advice}"),
                None,
            )
        }
        _ if !tls && !signs.is_local => {
            let port = signs.only_tls_port?;
            let advice = advice(true);
            let message = format!(
                "the port {port} is usually one for TLS, but {name} is not encrypted; {advice}"
            );
            (message, Some(Severity::Hint))
        }
        _ => return None,
    };
    let finding = Finding {
        severity,
        ..Finding::new(RULE, protocol.value.range, message)
    };
    Some(finding.with(address.value.range, "the URL of the server"))
}

fn plaintext(environment: &Environment, server: &Server, protocol: &Member) -> Option<Finding> {
    let signs = signs(server, &server.variables);
    let is_silent = server.may_be_encrypted || signs.is_local || signs.scheme_tls == Some(true);
    if environment.tls(&protocol.value.text) != Some(false) || is_silent {
        return None;
    }
    let text = &protocol.value.text;
    let message = format!(
        "{} is not encrypted; {}",
        quoted(text),
        secure_variant(text)
    );
    let rule = registry::SERVER_PLAINTEXT_PROTOCOL;
    Some(Finding::new(rule, protocol.value.range, message))
}

/// Advice for a protocol that is not encrypted.
pub(in crate::rules) fn secure_variant(protocol: &str) -> String {
    match protocol_over_tls(protocol) {
        Some(secure) => format!("use `{secure}`"),
        None => "use a protocol with TLS".to_owned(),
    }
}

/// The variables of a server that have a credential as value.
pub(super) fn credential_variables<'t>(
    context: &UnitContext<'t>,
    server: Node<'t>,
) -> Vec<ServerVariable> {
    let server = transport::server(context.tree, context.version, server);
    let login = Login::of(&server);
    let variables = server.variables.iter();
    let found = variables.filter(|variable| credential_variable(variable, &login).is_some());
    found.cloned().collect()
}

/// The TLS variant of a protocol.
pub(in crate::rules) fn protocol_over_tls(protocol: &str) -> Option<&'static str> {
    spec().protocol(protocol)?.secure_variant.as_deref()
}

/// The URL with the TLS variant of its scheme.
fn url_over_tls(url: Node<'_>) -> Option<String> {
    let (scheme, rest) = url.as_str()?.split_once("://")?;
    Some(format!("{}://{rest}", tls_variant(scheme)?))
}

/// Replaces a protocol by its TLS variant, and the scheme of the URL with it (2.x).
pub(in crate::rules) fn encrypt(edits: &mut EditBuilder, protocol: &NodePath<'_>) -> Option<()> {
    let node = protocol.node();
    edits.set_text(node, protocol_over_tls(node.value())?)?;
    let url = protocol.parent()?.node().get("url");
    match url.and_then(|entry| Some((entry.value, url_over_tls(entry.value)?))) {
        Some((node, url)) => edits.set_text(node, &url),
        None => Some(()),
    }
}

/// Offers to encrypt the protocol, or the URL beside it.
pub(in crate::rules) fn fix_protocol(fix: &mut FixContext<'_>) {
    let path = fix.path.clone();
    if let Some(secure) = protocol_over_tls(path.node().value()) {
        let title = format!("Change the protocol to `{secure}`");
        fix.offer(title, ChangesMeaning, |edits| encrypt(edits, &path));
        return;
    }
    let Some(url) = fix.sibling("url").map(|entry| entry.value) else {
        return;
    };
    if let Some(right) = url_over_tls(url) {
        let scheme = right.split("://").next().unwrap_or_default();
        let title = format!("Write the URL with `{scheme}:`");
        fix.offer(title, ChangesMeaning, |edits| edits.set_text(url, &right));
    }
}

pub(in crate::rules) fn fix_credentials(fix: &mut FixContext<'_>) {
    // A part can only be replaced in a text without escapes.
    if fix.path.node().range() != fix.finding.range {
        fix.offer_cut("Remove the credentials", "");
    }
}

pub(in crate::rules) fn fix_variable(fix: &mut FixContext<'_>) {
    let Some(mapping) = fix.mapping() else {
        return;
    };
    let values = ["default", "enum"].iter();
    let entries: Vec<_> = values.filter_map(|name| mapping.get(name)).collect();
    let title = "Remove the values of the variable";
    fix.offer(title, ChangesMeaning, |edits| edits.remove_all(&entries));
}
