//! Reads a report out of an analysis.

mod hidden;
mod patterns;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::answers::Answers;
use super::files::{Files, Others};
use super::schemes::Schemes;
use super::{
    Class, FilePlace, List, Need, Reason, Report, ReportCell, ReportOperation, ReportScheme,
    ReportServer, ServerKind, Way,
};
use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::model::facts::SiteKind;
use crate::model::needs::normal::{Demand, both, demand};
use crate::model::needs::reader::NeedsReader;
use crate::model::needs::seen::{self, Placed, Unseen};
use crate::model::needs::{Direction, Needs, NeedsOfOperation, NeedsOfServer, Origin};
use crate::model::uses::Usage;
use crate::rules::document::exposure::{Connection, connection};
use crate::rules::document::servers::variables;
use crate::rules::secret::{mask, mask_name};
use crate::workspace::source_file::below;
use hidden::HiddenParts;
use patterns::patterns;

/// The report of a document with that path; `None` for a part of one, or an unknown version.
pub fn report(path: &str, analysis: &Analysis, others: &Others<'_>) -> Option<Report> {
    let files = &Files::new(path, &analysis.document, others);
    let model = &analysis.model;
    let version = model.version?;
    if model.kind != DocumentKind::AsyncApi {
        return None;
    }
    let reader = NeedsReader::new(analysis.document.tree(), model)?;
    let mut reading = Reading {
        analysis,
        files,
        schemes: RefCell::new(Schemes::of(analysis, files)),
        servers: Vec::new(),
        by_pointer: HashMap::new(),
        hidden: HiddenParts::default(),
    };
    reading.hidden.of_text(&analysis.document, files);
    for server in reader.servers() {
        reading.server(server);
        // Their schemes come before those of operations.
        reading.demand(server.needs.as_ref());
    }
    let found = reader.operations();
    for unseen in &found.unseen {
        reading.hide(unseen, None, None);
    }
    let operations = found.all.iter().enumerate();
    let mut operations: Vec<ReportOperation> = operations
        .map(|(at, operation)| reading.operation(at, operation))
        .collect();
    // What operations need comes first.
    for needs in reader
        .servers()
        .iter()
        .filter_map(|server| server.needs.as_ref())
    {
        reading.note_list(needs, None);
    }
    let hidden = reading.hidden.finish();
    let servers = reading.servers;
    let mut schemes = reading.schemes.into_inner().finish();
    label(&mut operations);
    count(&mut schemes, &operations, analysis);
    let mut report = Report {
        path: path.to_owned(),
        version,
        servers,
        schemes,
        patterns: patterns(&operations),
        operations,
        hidden,
        answers: Answers::default(),
    };
    report.answers = Answers::of(&report);
    Some(report)
}

struct Reading<'a> {
    analysis: &'a Analysis,
    files: &'a Files<'a>,
    schemes: RefCell<Schemes<'a>>,
    servers: Vec<ReportServer>,
    by_pointer: HashMap<String, usize>,
    hidden: HiddenParts,
}

impl Reading<'_> {
    fn server(&mut self, server: &Rc<NeedsOfServer<'_>>) -> usize {
        if let Some(known) = self.by_pointer.get(&*server.pointer) {
            return *known;
        }
        let placed = server.placed.as_ref().ok().copied();
        let facts = placed.and_then(|placed| placed.unit().rest().server.as_ref());
        let document = &self.analysis.document;
        let connection = facts.map_or(Connection::Unknown, |facts| {
            let variables = match (placed, self.analysis.model.version) {
                (Some(Placed::Here(_)), Some(version)) => {
                    variables(document.tree(), version, facts)
                }
                _ => facts.variables.clone(),
            };
            connection(facts, &variables, &self.analysis.options.environment)
        });
        let address = facts.and_then(|facts| facts.address.as_ref());
        let protocol = facts.and_then(|facts| facts.protocol.as_ref());
        self.servers.push(ReportServer {
            kind: ServerKind::Named,
            name: mask_name(&server.name).into_owned(),
            place: self.files.at(None, &server.pointer).or_else(|| {
                let site = placed?.site()?;
                self.place_of(placed?.origin(site))
            }),
            pointer: server.pointer.to_string(),
            address: address.map(|address| mask(&address.value.text).into_owned()),
            protocol: protocol.map(|protocol| protocol.value.text.to_string()),
            connection,
        });
        self.keep(server.pointer.to_string())
    }

    /// What takes the place of a server.
    fn no_server(&mut self, kind: ServerKind) -> usize {
        let name = match kind {
            ServerKind::Unseen => "?",
            ServerKind::None | ServerKind::Named => "-",
        };
        if let Some(known) = self.by_pointer.get(name) {
            return *known;
        }
        self.servers.push(ReportServer {
            kind,
            name: name.to_owned(),
            pointer: String::new(),
            address: None,
            protocol: None,
            connection: Connection::Unknown,
            place: None,
        });
        self.keep(name.to_owned())
    }

    fn keep(&mut self, key: String) -> usize {
        let at = self.servers.len() - 1;
        self.by_pointer.insert(key, at);
        at
    }

    fn place_of(&self, origin: Origin<'_>) -> Option<FilePlace> {
        self.files.at(origin.file, origin.pointer)
    }

    fn operation(&mut self, at: usize, found: &NeedsOfOperation<'_>) -> ReportOperation {
        let place = self.place_of(found.origin);
        for unseen in found.unseen_lists.iter().filter(|_| found.is_list_open) {
            self.hide(unseen, Some(at), place.as_ref());
        }
        for unseen in &found.unseen_servers {
            self.hide(unseen, Some(at), place.as_ref());
        }
        let own = match found.is_list_open {
            true => None,
            false => self.demand(found.own.as_ref()),
        };
        let servers = found.servers.iter();
        let seen = servers.filter(|server| server.placed.is_ok());
        let mut cells: Vec<ReportCell> = seen
            .map(|server| {
                let index = self.server(server);
                self.cell(at, index, found, server.needs.as_ref(), &own)
            })
            .collect();
        let missing = match (found.unseen_servers.is_empty(), cells.is_empty()) {
            (false, _) => Some(ServerKind::Unseen),
            (true, true) => Some(ServerKind::None),
            (true, false) => None,
        };
        if let Some(kind) = missing {
            let index = self.no_server(kind);
            cells.push(self.cell(at, index, found, None, &own));
        }
        cells.sort_by_key(|cell| cell.server);
        let key = &found.key;
        ReportOperation {
            label: String::new(),
            id: key.id.as_deref().map(named),
            action: key.direction.map(|direction| match direction {
                Direction::Receives => "receive",
                Direction::Sends => "send",
            }),
            address: key.address.as_deref().map(named),
            channel: named(&key.channel),
            place,
            cells,
        }
    }

    fn cell(
        &mut self,
        at: usize,
        server: usize,
        operation: &NeedsOfOperation<'_>,
        on_server: Option<&Needs<'_>>,
        own: &Demand,
    ) -> ReportCell {
        let lists = || on_server.into_iter().chain(&operation.own);
        for needs in lists() {
            self.note_list(needs, Some(at));
        }
        let demand = match self.servers[server].kind {
            ServerKind::Unseen => None,
            ServerKind::Named | ServerKind::None => both(&self.demand(on_server), own),
        };
        let is_read = !lists().any(|needs| needs.is_torn) && own.is_some();
        if demand.is_none() && is_read && self.servers[server].kind != ServerKind::Unseen {
            let place = self.place_of(operation.origin);
            self.hidden.note(Reason::Limit, "", place, Some(at));
        }
        let ways = demand.map(|demand| ways(&demand));
        let from = lists().map(|needs| List {
            kind: match needs.origin.kind {
                SiteKind::Server => "server",
                SiteKind::Operation => "operation",
                SiteKind::OperationTrait => "trait",
            },
            place: self.place_of(needs.origin),
        });
        let from = from.collect();
        let (class, has_secret) = self.class(server, ways.as_deref());
        let is_about_connection = class == Class::Unknown
            && ways.is_some()
            && self.servers[server].connection == Connection::Unknown;
        if is_about_connection {
            let name = self.servers[server].name.clone();
            let place = self.servers[server].place.clone();
            self.hidden.note(Reason::Connection, &name, place, Some(at));
        }
        ReportCell {
            server,
            class,
            has_secret,
            ways,
            from,
        }
    }

    fn class(&self, server: usize, ways: Option<&[Way]>) -> (Class, bool) {
        let schemes = self.schemes.borrow();
        let scheme = |need: &Need| schemes.get(need.scheme);
        let known = ways.unwrap_or_default();
        let is_open = |way: &Way| way.iter().all(|need| scheme(need).only_encrypts);
        let mut needs = known.iter().flatten();
        let says_tls = known.iter().flatten().any(|need| scheme(need).states_tls);
        let is_plain = self.servers[server].connection == Connection::Plain && !says_tls;
        let has_secret = is_plain && needs.any(|need| scheme(need).sends_secret);
        // A scheme that is not seen may only encrypt.
        let is_doubtful = |way: &Way| {
            (way.iter()).all(|need| scheme(need).only_encrypts || !scheme(need).is_seen)
        };
        let class = if known.iter().any(is_open) {
            Class::Public
        } else if is_plain {
            Class::Readable
        } else if ways.is_none()
            || known.iter().any(is_doubtful)
            || matches!(
                self.servers[server].connection,
                Connection::Unknown | Connection::Plain
            )
        {
            Class::Unknown
        } else {
            Class::Protected
        };
        (class, has_secret)
    }

    fn demand(&self, needs: Option<&Needs<'_>>) -> Demand {
        demand(needs, |needed| {
            self.schemes.borrow_mut().index(needed).to_string()
        })
    }

    /// Notes what is not seen of a list, for an operation on which it has an effect.
    fn note_list(&mut self, needs: &Needs<'_>, operation: Option<usize>) {
        let place = self.place_of(needs.origin);
        if needs.is_torn {
            self.hidden.note(Reason::Torn, "", place.clone(), operation);
        }
        let Origin { file, pointer, .. } = needs.origin;
        for alternative in &needs.alternatives {
            let schemes = alternative.schemes.iter();
            for unseen in schemes.filter_map(|needed| needed.scheme.as_ref().err()) {
                // In 2.x the name is a key of the entry.
                let entry = format!("{pointer}/security/{}", alternative.index);
                let named = self.files.at(file, &below(&entry, &unseen.text));
                let place = named.or_else(|| self.files.at(file, &entry));
                self.hide(unseen, operation, place.as_ref());
            }
        }
    }

    fn hide(&mut self, unseen: &Unseen<'_>, operation: Option<usize>, place: Option<&FilePlace>) {
        let why = match unseen.why {
            seen::Why::Unread => Reason::Unread,
            seen::Why::Missing => Reason::Missing,
            seen::Why::Cycle => Reason::Cycle,
            seen::Why::Wrong => Reason::Wrong,
        };
        self.hidden
            .note(why, &unseen.text, place.cloned(), operation);
    }
}

/// A name as it is shown.
fn named(name: &str) -> String {
    mask_name(name).into_owned()
}

/// The ways to satisfy a demand, the shortest first.
fn ways(demand: &BTreeSet<BTreeSet<(String, Option<String>)>>) -> Vec<Way> {
    let mut ways: Vec<Way> = (demand.iter())
        .map(|alternative| {
            let mut needs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for (scheme, scope) in alternative {
                let scopes = needs.entry(scheme.parse().unwrap_or_default()).or_default();
                scopes.extend(scope.as_deref().map(named));
            }
            let needs = needs.into_iter();
            needs
                .map(|(scheme, scopes)| Need { scheme, scopes })
                .collect()
        })
        .collect();
    ways.sort_by(|one: &Way, other: &Way| (one.len(), one).cmp(&(other.len(), other)));
    ways
}

/// Labels that tell operations apart: the id where there is one, else what it does with its channel.
fn label(operations: &mut [ReportOperation]) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for operation in operations {
        let address = operation.address.as_deref().unwrap_or(&operation.channel);
        let done = || format!("{} {address}", operation.action.unwrap_or("operation"));
        let label = operation.id.clone().unwrap_or_else(done);
        let count = taken.entry(label.clone()).or_default();
        *count += 1;
        operation.label = match count {
            1 => label,
            count => format!("{label} ({count})"),
        };
    }
}

/// Counts where each scheme is needed.
fn count(schemes: &mut [ReportScheme], operations: &[ReportOperation], analysis: &Analysis) {
    for cell in operations.iter().flat_map(|operation| &operation.cells) {
        let ways = cell.ways.iter().flatten();
        let needed: BTreeSet<usize> = ways.flatten().map(|need| need.scheme).collect();
        needed.iter().for_each(|at| schemes[*at].uses += 1);
    }
    let usage = Usage::of(analysis.document.tree(), &analysis.model);
    for scheme in schemes {
        let mut names = scheme.names.iter();
        let is_named = names.any(|name| usage.schemes.contains(&**name));
        // What has no name there is what a list asks for.
        scheme.is_unused = scheme.uses == 0 && !scheme.names.is_empty() && !is_named;
    }
}
