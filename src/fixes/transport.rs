//! Remedies for advice on servers: encryption, coverage, secrets.

use super::FixKind::{ChangesMeaning, Placeholder};
use super::case::Case;
use super::lists::by_name;
use super::references::component_names;
use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::rules::words::quoted;
use crate::spec::spec;
use crate::syntax::node::Node;
use crate::text::TextEdit;

/// How many schemes are offered for what has none.
const MAX_OFFERED: usize = 5;

/// What a secret is replaced by.
const REDACTED: &str = "<redacted>";

/// Where clients of Anypoint MQ get tokens; the region is to be filled in.
const ANYPOINT_TOKENS: &str = "https://mq-us-east-1.anypoint.mulesoft.com/api/v1/authorize";

/// Schemes of URLs with their twins over TLS.
const TWINS: [(&str, &str); 6] = [
    ("amqp", "amqps"),
    ("http", "https"),
    ("mqtt", "mqtts"),
    ("redis", "rediss"),
    ("stomp", "stomps"),
    ("ws", "wss"),
];

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        rule if rule.ends_with("-without-tls") => without_tls(case),
        "server-plaintext-protocol" | "server-protocol-url-mismatch" => protocol(case),
        "anypointmq-oauth2-required" => anypoint(case),
        "server-without-security" | "operation-without-security" => add_security(case),
        "server-security-empty" => fill_security(case),
        "secret-in-document" => secret(case),
        "secret-in-server-variable" => variable(case),
        "credentials-in-server-address" => {
            let edit = TextEdit {
                range: case.finding.range,
                new_text: String::new(),
            };
            let is_part = case.spot.node().range() != case.finding.range;
            case.offer("Remove the credentials", ChangesMeaning, |draft| {
                is_part.then(|| draft.apply(std::slice::from_ref(&edit)))
            });
        }
        _ => {}
    }
}

/// Every protocol that the finding shows gets its variant over TLS.
fn without_tls(case: &mut Case<'_>) {
    let tree = case.tree();
    let spots: Option<Vec<NodePath<'_>>> = (case.finding.other_parts())
        .map(|place| NodePath::of_range(tree, place))
        .collect();
    let Some(spots) = spots else { return };
    let names: Option<Vec<&str>> = spots
        .iter()
        .map(|spot| secure_variant(spot.node().value()))
        .collect();
    let Some([first, rest @ ..]) = names.as_deref() else {
        return;
    };
    let title = if rest.is_empty() {
        format!("Change the protocol of the server to `{first}`")
    } else {
        "Change the protocols of the servers to their variants over TLS".to_owned()
    };
    case.offer(title, ChangesMeaning, |draft| {
        spots.iter().try_for_each(|spot| encrypt(draft, spot))
    });
}

fn secure_variant(protocol: &str) -> Option<&'static str> {
    spec().protocol(protocol)?.secure_variant.as_deref()
}

/// Writes the variant over TLS of a protocol, and the URL's scheme with it (2.x).
fn encrypt(draft: &mut EditBuilder, protocol: &NodePath<'_>) -> Option<()> {
    let server = protocol.parent()?.node();
    draft.set_text(protocol.node(), secure_variant(protocol.node().value())?)?;
    match server
        .get("url")
        .and_then(|entry| Some((entry.value, encrypted(entry.value)?)))
    {
        Some((node, url)) => draft.set_text(node, &url),
        None => Some(()),
    }
}

/// The URL with the scheme over TLS.
fn encrypted(url: Node<'_>) -> Option<String> {
    let (scheme, rest) = url.as_str()?.split_once("://")?;
    let (_, twin) = TWINS
        .iter()
        .find(|(plain, _)| plain.eq_ignore_ascii_case(scheme))?;
    Some(format!("{twin}://{rest}"))
}

fn protocol(case: &mut Case<'_>) {
    let spot = case.spot.clone();
    let name = spot.node().value();
    if let Some(secure) = secure_variant(name) {
        let title = format!("Change the protocol to `{secure}`");
        case.offer(title, ChangesMeaning, |draft| encrypt(draft, &spot));
        return;
    }
    let url = case.sibling("url").map(|entry| entry.value);
    if let Some((node, right)) = url.and_then(|url| Some((url, encrypted(url)?))) {
        let scheme = right.split("://").next().unwrap_or_default();
        let title = format!("Write the URL with `{scheme}:`");
        case.offer(title, ChangesMeaning, |draft| draft.set_text(node, &right));
    }
}

/// Offers the declared schemes for what has no `security`.
fn add_security(case: &mut Case<'_>) {
    let Some(value) = case.spot.value().filter(|_| case.spot.is_key()) else {
        return;
    };
    for name in component_names(case).into_iter().take(MAX_OFFERED) {
        let Some(item) = by_name(case, name) else {
            continue;
        };
        let member = vec![(TemplateKey::of("security"), Template::List(vec![item]))];
        let title = format!("Add `security` with {}", quoted(name));
        case.offer_clean(title, ChangesMeaning, |draft| {
            draft.add(&value, member, &[])
        });
    }
}

fn fill_security(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    for name in component_names(case).into_iter().take(MAX_OFFERED) {
        let Some(item) = by_name(case, name) else {
            continue;
        };
        let title = format!("Require {}", quoted(name));
        case.offer_clean(title, ChangesMeaning, |draft| {
            draft.put(entry, &Template::List(vec![item]))
        });
    }
}

/// Declares what clients of Anypoint MQ have, and requires it.
fn anypoint(case: &mut Case<'_>) {
    let name = super::uses::fresh_name(case, "anypoint");
    let Some(item) = by_name(case, &name) else {
        return;
    };
    let Some(flow) = spec().object("flow.clientCredentials") else {
        return;
    };
    let mut members = template::required(flow, case.version);
    for (name, body) in &mut members {
        if matches!(name, TemplateKey::Text(name) if name == "tokenUrl") {
            *body = Template::Text(ANYPOINT_TOKENS.to_owned());
        }
    }
    let flow = template::settled(Template::Map(members));
    let flows = Template::Map(vec![(TemplateKey::of("clientCredentials"), flow)]);
    let scheme = Template::Map(vec![
        (TemplateKey::of("type"), Template::Text("oauth2".to_owned())),
        (TemplateKey::of("flows"), flows),
    ]);
    let (Some(entry), Some(value)) = (case.entry(), case.spot.value()) else {
        return;
    };
    let has_list = entry.key.value() == "security";
    if has_list && !value.node().is_sequence() {
        return;
    }
    let title = format!(
        "Declare {} with a placeholder and require it",
        quoted(&name)
    );
    case.offer(title, Placeholder, |draft| {
        if has_list && value.node().items().next().is_some() {
            draft.append(value.node(), &item)?;
        } else if has_list {
            draft.put(entry, &Template::List(vec![item]))?;
        } else {
            let member = vec![(TemplateKey::of("security"), Template::List(vec![item]))];
            draft.add(&value, member, &[])?;
        }
        draft.insert_at(&["components", "securitySchemes"], &name, &scheme)
    });
}

fn secret(case: &mut Case<'_>) {
    let node = case.spot.node();
    let range = case.finding.range;
    let edit = TextEdit {
        range,
        new_text: REDACTED.to_owned(),
    };
    let title = format!("Write `{REDACTED}`; revoke it as well, it was here for all to read");
    case.offer(title, ChangesMeaning, |draft| {
        if node.range() == range {
            return draft.set_text(node, REDACTED);
        }
        draft.apply(std::slice::from_ref(&edit));
        Some(())
    });
}

fn variable(case: &mut Case<'_>) {
    let Some(mapping) = case.mapping() else {
        return;
    };
    let entries: Vec<_> = ["default", "enum"]
        .iter()
        .filter_map(|name| mapping.get(name))
        .collect();
    case.offer(
        "Remove the values of the variable",
        ChangesMeaning,
        |draft| entries.iter().try_for_each(|entry| draft.remove(*entry)),
    );
}
