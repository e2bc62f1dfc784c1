//! The effective security of a server or an operation (docs/specification.md A.5), described.

use super::kafka;
use super::markdown::{code, table};
use super::needs::{OnServers, of_list_by_name, of_operation};
use crate::model::UnitRef;
use crate::model::facts::{Site, SiteKind, Unit};
use crate::model::needs::reader::NeedsReader;
use crate::model::needs::seen::Why;
use crate::model::needs::{Needs, NeedsOfOperation};

/// More servers than this are counted, not listed.
const MAX_SERVERS: usize = 8;

/// What a client needs for a server, an operation or a trait; `None` if no list says so.
pub fn of_site<'m>(
    reader: &NeedsReader<'m, '_>,
    unit: UnitRef<'m>,
    site: &'m Site,
) -> Option<String> {
    if site.kind == SiteKind::Operation {
        return of_whole_operation(&reader.of_operation(unit, site));
    }
    let needs = reader.of(unit, site)?;
    let mut parts = vec![format!("**A client needs:** {}", of_list_by_name(&needs))];
    let (placed, _) = reader.shown(unit, site);
    parts.extend(kafka_settings(placed.unit(), &needs));
    Some(parts.join("\n\n"))
}

fn kafka_settings(unit: &Unit, needs: &Needs<'_>) -> Vec<String> {
    let server = unit.rest().server.as_ref();
    let protocol = server.and_then(|server| server.protocol.as_ref());
    protocol.map_or_else(Vec::new, |protocol| {
        kafka::settings(&protocol.value.text, needs)
    })
}

/// An operation with its traits and servers.
fn of_whole_operation(operation: &NeedsOfOperation<'_>) -> Option<String> {
    let groups = of_operation(operation);
    let notes = notes(operation);
    if groups.is_none() && notes.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    if let Some(groups) = groups {
        // A list that was not read may change it.
        if operation.is_known() {
            parts.push(sentence(&groups));
        }
        parts.push(rows(operation));
        parts.extend(both(operation).map(str::to_owned));
    }
    parts.extend(notes);
    Some(parts.join("\n\n"))
}

fn sentence(groups: &[OnServers]) -> String {
    if let [only] = groups {
        return format!("**A client needs:** {}", only.words);
    }
    let mut out = "**A client needs:**\n".to_owned();
    for group in groups.iter().take(MAX_SERVERS) {
        let names = group.servers.iter().take(MAX_SERVERS);
        let names: Vec<String> = names.map(|name| code(name)).collect();
        out.push_str(&format!("\n- on {}: {}", names.join(", "), group.words));
    }
    out
}

/// Which list asks for what.
fn rows(operation: &NeedsOfOperation<'_>) -> String {
    let mut rows = Vec::new();
    if let Some(own) = &operation.own {
        let whose = match operation.is_of_trait() {
            true => "its trait",
            false => "this operation",
        };
        rows.push((whose.to_owned(), of_list_by_name(own)));
    }
    for server in &operation.servers {
        if let Some(needs) = &server.needs {
            let name = format!("server {}", code(&server.name));
            rows.push((name, of_list_by_name(needs)));
        }
    }
    let more = rows.len().saturating_sub(MAX_SERVERS + 1);
    rows.truncate(MAX_SERVERS + 1);
    let table = table(["in effect", "a client needs"], &rows);
    match more {
        0 => table,
        more => format!("{table}\n\nAnd {more} more servers."),
    }
}

fn both(operation: &NeedsOfOperation<'_>) -> Option<&'static str> {
    let mut servers = operation.servers.iter();
    let asks = |needs: &Option<Needs<'_>>| needs.as_ref().is_some_and(Needs::asks);
    let server_asks = servers.any(|server| asks(&server.needs));
    match (server_asks, asks(&operation.own)) {
        (true, true) => Some("Both the operation and the server must be satisfied."),
        (true, false) => Some("The security of the server stays in force."),
        (false, _) => None,
    }
}

fn notes(operation: &NeedsOfOperation<'_>) -> Vec<String> {
    let traits = operation.unseen_lists.iter();
    let traits = traits.filter(|unseen| unseen.why == Why::Unread);
    let traits = traits.map(|unseen| format!("The trait {} was not read.", code(&unseen.text)));
    let replaces = (operation.is_of_trait() && operation.has_own_list)
        .then(|| "The list of the trait replaces that of the operation.".to_owned());
    let servers = operation.servers.iter().filter_map(|server| {
        let unseen = server.placed.as_ref().err();
        let unseen = unseen.filter(|unseen| unseen.why == Why::Unread)?;
        let (name, text) = (code(&server.name), code(&unseen.text));
        Some(format!(
            "The server {name} is in {text}, which was not read."
        ))
    });
    traits.chain(replaces).chain(servers).collect()
}
