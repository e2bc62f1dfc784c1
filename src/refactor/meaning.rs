//! What every operation demands of its clients, so that two documents can be compared, of different
//! versions too.
//!
//! Schemes are told apart by what they are, for 3.x needs copies where 2.x does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::model::facts::{Member, Scheme};
use crate::model::needs::normal::{Demand, demand};
use crate::model::needs::reader::NeedsReader;
use crate::model::needs::{Direction, NeededScheme, Needs};

/// An operation on a server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Whether the application receives or sends, if the document says so.
    pub direction: Option<Direction>,
    /// The address of the channel; without one its name.
    pub address: String,
    /// The pointer of the server; `-` without any, `?` for those that are not seen.
    pub server: String,
}

/// What the server of a cell and its operation demand: both must be satisfied. Operations that are
/// the same cell stand side by side.
pub type Meaning = BTreeMap<Cell, BTreeSet<(Demand, Demand)>>;

/// What every operation of a document demands on each of its servers.
pub fn meaning(analysis: &Analysis) -> Meaning {
    let mut meaning = Meaning::new();
    each(analysis, |_, cell, demands| {
        meaning.entry(cell).or_default().insert(demands);
    });
    meaning
}

/// The operations of a document of which another one demands something else, by their JSON Pointers,
/// each once.
pub fn differing(analysis: &Analysis, other: &Analysis) -> Vec<String> {
    let (own, other) = (meaning(analysis), meaning(other));
    let mut found: Vec<String> = Vec::new();
    each(analysis, |pointer, cell, _| {
        let is_known = found.iter().any(|known| known == pointer);
        if own.get(&cell) != other.get(&cell) && !is_known {
            found.push(pointer.to_owned());
        }
    });
    found
}

/// Tells the pointer of each operation, and what it demands on each of its servers.
fn each(analysis: &Analysis, mut tell: impl FnMut(&str, Cell, (Demand, Demand))) {
    let Some(reader) = NeedsReader::new(analysis.document.tree(), &analysis.model) else {
        return;
    };
    for operation in reader.operations().all {
        let key = &operation.key;
        let own = match operation.is_list_open {
            true => None,
            false => of_list(operation.own.as_ref()),
        };
        let seen = operation
            .servers
            .iter()
            .filter(|server| server.placed.is_ok());
        let mut servers: Vec<(String, Demand)> = seen
            .map(|server| (server.pointer.to_string(), of_list(server.needs.as_ref())))
            .collect();
        if !operation.unseen_servers.is_empty() {
            servers.push(("?".to_owned(), None));
        } else if servers.is_empty() {
            servers.push(("-".to_owned(), of_list(None)));
        }
        for (server, of_server) in servers {
            let cell = Cell {
                direction: key.direction,
                address: key.address.as_ref().unwrap_or(&key.channel).to_string(),
                server,
            };
            tell(operation.origin.pointer, cell, (of_server, own.clone()));
        }
    }
}

fn of_list(needs: Option<&Needs<'_>>) -> Demand {
    demand(needs, identity)
}

/// A scheme that is not in sight is what it is called, without the way to it.
fn identity(needed: &NeededScheme<'_>) -> String {
    match &needed.scheme {
        Ok(scheme) => wire(scheme.fact()),
        Err(unseen) => format!("?{}", unseen.text),
    }
}

/// What a client needs to know of a scheme, and its description, which may say whose it is.
fn wire(scheme: &Scheme) -> String {
    let text = |member: &Option<Member>| match member {
        Some(member) => format!("{:?}", member.value.text),
        None => String::new(),
    };
    let mut parts: Vec<String> = [
        &scheme.scheme_type,
        &scheme.details().description,
        &scheme.details().location,
        &scheme.details().parameter,
        &scheme.details().http_scheme,
        &scheme.details().bearer_format,
        &scheme.details().open_id_connect_url,
    ]
    .map(text)
    .into();
    for flow in scheme.flows() {
        parts.push(flow.name.text.to_string());
        let urls = [&flow.authorization_url, &flow.token_url, &flow.refresh_url];
        parts.extend(urls.map(text));
    }
    parts.join(" ")
}
