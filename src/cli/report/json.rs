//! `--format json`: reports as one JSON object.

mod shape;

use std::io;

use schemars::{Schema, schema_for};

use crate::cli::documents::Documents;
use crate::cli::output::Output;
use crate::cli::tool::Tool;
use crate::report::answers::WhyPublic;
use crate::report::words::{connection, counts};
use crate::report::{
    FilePlace, Need, Report, ReportCell, ReportScheme, ReportServer, ServerKind, Way,
};
use shape::{
    JsonAnswers, JsonCell, JsonDifference, JsonDocument, JsonList, JsonMixed, JsonNeed, JsonNeeded,
    JsonOperation, JsonPattern, JsonPlace, JsonPublic, JsonReadable, JsonScheme, JsonScope,
    JsonServer, JsonUnseen, Problem, Summary, Whole,
};

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// Writes the object.
///
/// # Errors
/// The output cannot be written.
pub fn write(documents: &Documents, reports: &[Report], output: &mut Output) -> io::Result<()> {
    let mut summary = Summary {
        documents: reports.len(),
        ..Summary::default()
    };
    for report in reports {
        let [public, readable, unknown, protected] = counts(report);
        summary.public += public;
        summary.readable += readable;
        summary.unknown += unknown;
        summary.protected += protected;
    }
    let problems = documents.problems.iter();
    let whole = Whole {
        version: VERSION,
        tool: Tool::THIS,
        documents: reports.iter().map(document).collect(),
        problems: problems
            .map(|(path, message)| Problem { path, message })
            .collect(),
        summary,
    };
    output.json(&whole)
}

fn document(report: &Report) -> JsonDocument<'_> {
    let cells = report.operations.iter().flat_map(|operation| {
        let cells = operation.cells.iter();
        cells.map(|one| cell(report, &operation.label, one))
    });
    let patterns = report.patterns.iter().map(|pattern| JsonPattern {
        class: pattern.class.word(),
        count: pattern.operations.len(),
        operations: operations(report, &pattern.operations),
    });
    JsonDocument {
        path: &report.path,
        asyncapi: report.version.as_str(),
        servers: report.servers.iter().map(server).collect(),
        schemes: report.schemes.iter().map(scheme).collect(),
        operations: (report.operations.iter())
            .map(|operation| JsonOperation {
                id: &operation.label,
                action: operation.action,
                channel: &operation.channel,
                address: operation.address.as_deref(),
                place: operation.place.as_ref().map(place),
            })
            .collect(),
        cells: cells.collect(),
        patterns: patterns.collect(),
        answers: answers(report),
    }
}

fn server(server: &ReportServer) -> JsonServer<'_> {
    JsonServer {
        id: &server.name,
        address: server.address.as_deref(),
        protocol: server.protocol.as_deref(),
        transport: match server.kind {
            ServerKind::Named => connection(server),
            ServerKind::None | ServerKind::Unseen => "unknown",
        },
        place: server.place.as_ref().map(place),
    }
}

fn scheme(scheme: &ReportScheme) -> JsonScheme<'_> {
    JsonScheme {
        id: &scheme.label,
        names: &scheme.names,
        kind: scheme.kind.as_deref(),
        place: scheme.place.as_ref().map(place),
        uses: scheme.uses,
        unused: scheme.is_unused,
    }
}

fn place(place: &FilePlace) -> JsonPlace<'_> {
    JsonPlace {
        path: &place.path,
        pointer: &place.pointer,
        line: place.line,
        column: place.column,
    }
}

fn cell<'r>(report: &'r Report, operation: &'r str, cell: &'r ReportCell) -> JsonCell<'r> {
    let ways = cell.ways.as_ref();
    JsonCell {
        operation,
        server: &report.servers[cell.server].name,
        class: cell.class.word(),
        secret: cell.has_secret,
        alternatives: ways.map(|ways| ways.iter().map(|one| way(report, one)).collect()),
        from: (cell.from.iter())
            .map(|list| JsonList {
                kind: list.kind,
                place: list.place.as_ref().map(place),
            })
            .collect(),
    }
}

fn way<'r>(report: &'r Report, way: &'r Way) -> Vec<JsonNeed<'r>> {
    let need = |need: &'r Need| JsonNeed {
        scheme: &report.schemes[need.scheme].label,
        scopes: &need.scopes,
    };
    way.iter().map(need).collect()
}

fn operations<'r>(report: &'r Report, operations: &[usize]) -> Vec<&'r str> {
    let operations = operations.iter();
    operations
        .map(|at| &*report.operations[*at].label)
        .collect()
}

fn servers<'r>(report: &'r Report, servers: &[usize]) -> Vec<&'r str> {
    let servers = servers.iter();
    servers.map(|at| &*report.servers[*at].name).collect()
}

fn schemes<'r>(report: &'r Report, schemes: &[usize]) -> Vec<&'r str> {
    let schemes = schemes.iter();
    schemes.map(|at| &*report.schemes[*at].label).collect()
}

fn answers(report: &Report) -> JsonAnswers<'_> {
    let found = &report.answers;
    JsonAnswers {
        public: (found.public.iter())
            .map(|group| JsonPublic {
                operations: operations(report, &group.operations),
                servers: servers(report, &group.servers),
                why: match group.why {
                    WhyPublic::Nothing => "nothing",
                    WhyPublic::EncryptionOnly => "encryption-only",
                },
            })
            .collect(),
        readable: (found.readable.iter())
            .map(|one| JsonReadable {
                server: &report.servers[one.server].name,
                operations: operations(report, &one.operations),
                secrets: schemes(report, &one.secrets),
            })
            .collect(),
        scopes: scopes(report),
        unused: schemes(report, &found.unused),
        differences: (found.differences.iter())
            .map(|one| JsonDifference {
                operations: operations(report, &one.operations),
                servers: (one.groups.iter())
                    .map(|(group, _)| servers(report, group))
                    .collect(),
            })
            .collect(),
        mixed: (found.mixed.iter())
            .map(|one| JsonMixed {
                operations: operations(report, &one.operations),
                servers: servers(report, &one.servers),
                weaker: &report.schemes[one.weaker].label,
                stronger: &report.schemes[one.stronger].label,
                because: one.because,
            })
            .collect(),
        unseen: (report.hidden.iter())
            .map(|hidden| JsonUnseen {
                why: hidden.why.word(),
                what: &hidden.what,
                place: hidden.place.as_ref().map(place),
                operations: hidden.operations,
            })
            .collect(),
    }
}

fn scopes(report: &Report) -> Vec<JsonScope<'_>> {
    let needed = report.answers.scopes.iter().map(|one| JsonScope {
        scheme: &report.schemes[one.scheme].label,
        scope: &one.scope,
        declared: one.is_declared,
        needed: (one.needed.iter())
            .map(|(on, needing)| JsonNeeded {
                operations: operations(report, needing),
                servers: servers(report, on),
            })
            .collect(),
    });
    let unneeded = report.answers.unneeded.iter();
    let unneeded = unneeded.map(|(scheme, scope)| JsonScope {
        scheme: &report.schemes[*scheme].label,
        scope,
        declared: true,
        needed: Vec::new(),
    });
    needed.chain(unneeded).collect()
}

/// The JSON Schema of the object.
pub fn schema() -> Schema {
    schema_for!(Whole<'static>)
}

/// The words of the schema are those of the report.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Class;

    #[test]
    fn the_schema_has_every_class() {
        let schema = serde_json::Value::from(schema());
        let classes = &schema["$defs"]["JsonCell"]["properties"]["class"]["enum"];
        let words = Class::ALL.map(Class::word);
        assert_eq!(classes, &serde_json::json!(words));
    }
}
