//! `--format json`: reports as one JSON object. Its schema is derived from the types below.

use std::io;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::cli::documents::Documents;
use crate::cli::output::Output;
use crate::report::answers::WhyPublic;
use crate::report::words::{connection, counts};
use crate::report::{
    FilePlace, Need, Report, ReportCell, ReportScheme, ReportServer, ServerKind, Way,
};

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// What `asyncapi-security-lsp report --format json` prints. Servers, schemes and operations are
/// named by their `id` in the same document.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Security reports of asyncapi-security-lsp")]
struct Whole<'r> {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    version: u32,
    /// The program.
    tool: Tool,
    /// The documents, in the order of the files.
    documents: Vec<JsonDocument<'r>>,
    /// What could not be read.
    problems: Vec<Problem<'r>>,
    /// The pairs of operation and server in all documents.
    summary: Summary,
}

/// The program.
#[derive(Serialize, JsonSchema)]
struct Tool {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// How many pairs of operation and server there are of each class.
#[derive(Default, Serialize, JsonSchema)]
struct Summary {
    /// How many documents there are.
    documents: usize,
    /// Nobody has to say who they are.
    public: usize,
    /// Others can read the connection.
    readable: usize,
    /// It cannot be told.
    unknown: usize,
    /// Something is demanded, over a connection that is not readable.
    protected: usize,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
struct Problem<'r> {
    /// The file or folder.
    path: &'r str,
    /// Why.
    message: &'r str,
}

/// A document.
#[derive(Serialize, JsonSchema)]
struct JsonDocument<'r> {
    /// Its path, as it was named or found.
    path: &'r str,
    /// Its version of AsyncAPI.
    asyncapi: &'static str,
    /// Its servers; those that are not seen are `?`, and `-` takes the place where there is none.
    servers: Vec<JsonServer<'r>>,
    /// Its schemes.
    schemes: Vec<JsonScheme<'r>>,
    /// Its operations.
    operations: Vec<JsonOperation<'r>>,
    /// Each operation on each of its servers.
    cells: Vec<JsonCell<'r>>,
    /// Operations of which the same is demanded on the same servers, the worst first.
    patterns: Vec<JsonPattern<'r>>,
    /// What a reviewer asks.
    answers: JsonAnswers<'r>,
}

/// A server.
#[derive(Serialize, JsonSchema)]
struct JsonServer<'r> {
    /// Its name.
    id: &'r str,
    /// Its address, as written.
    address: Option<&'r str>,
    /// Its protocol.
    protocol: Option<&'r str>,
    /// Whether others can read the connection; `local`: only those near by.
    #[schemars(extend("enum" = ["encrypted", "local", "unknown", "plain"]))]
    transport: &'static str,
    /// Where it stands.
    place: Option<JsonPlace<'r>>,
}

/// A security scheme.
#[derive(Serialize, JsonSchema)]
struct JsonScheme<'r> {
    /// What it is called here: its name, made unique.
    id: &'r str,
    /// Its names in `components`.
    names: &'r [String],
    /// Its type; `null` if the scheme is not seen.
    #[serde(rename = "type")]
    kind: Option<&'r str>,
    /// Where it stands.
    place: Option<JsonPlace<'r>>,
    /// On how many pairs of operation and server it is needed, in some alternative at least.
    uses: usize,
    /// Whether nothing uses it, in this document and in the others that are known.
    unused: bool,
}

/// An operation.
#[derive(Serialize, JsonSchema)]
struct JsonOperation<'r> {
    /// What it is called here: its name, made unique.
    id: &'r str,
    /// What the application does.
    #[schemars(extend("enum" = ["send", "receive", null]))]
    action: Option<&'r str>,
    /// The JSON Pointer of its channel, else the reference to it; 2.x: its name.
    channel: &'r str,
    /// The address of the channel.
    address: Option<&'r str>,
    /// Where it stands.
    place: Option<JsonPlace<'r>>,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct JsonPlace<'r> {
    /// The file.
    path: &'r str,
    /// A JSON Pointer (RFC 6901) in it.
    pointer: &'r str,
    /// The line, from 1.
    line: usize,
    /// Unicode characters from the start of the line, from 1.
    column: usize,
}

/// An operation on a server.
#[derive(Serialize, JsonSchema)]
struct JsonCell<'r> {
    /// The operation.
    operation: &'r str,
    /// The server.
    server: &'r str,
    /// How open it is, the worst that holds: `public`, `readable`, `unknown`, `protected`.
    #[schemars(extend("enum" = ["public", "readable", "unknown", "protected"]))]
    class: &'static str,
    /// Whether others can read a password, a key or a token.
    secret: bool,
    /// The ways to be let in, each with what is needed together; an empty one lets everybody in.
    /// `null` if they are not known.
    alternatives: Option<Vec<Vec<JsonNeed<'r>>>>,
    /// The lists that say so.
    from: Vec<JsonList<'r>>,
}

/// A scheme that is needed.
#[derive(Serialize, JsonSchema)]
struct JsonNeed<'r> {
    /// The scheme.
    scheme: &'r str,
    /// The scopes.
    scopes: &'r [String],
}

/// A `security` list.
#[derive(Serialize, JsonSchema)]
struct JsonList<'r> {
    /// What has it.
    #[schemars(extend("enum" = ["server", "operation", "trait"]))]
    kind: &'static str,
    /// Where that stands.
    place: Option<JsonPlace<'r>>,
}

/// Operations of which the same is demanded on the same servers.
#[derive(Serialize, JsonSchema)]
struct JsonPattern<'r> {
    /// The worst class.
    class: &'static str,
    /// How many operations there are.
    count: usize,
    /// The operations.
    operations: Vec<&'r str>,
}

/// What a reviewer asks.
#[derive(Serialize, JsonSchema)]
struct JsonAnswers<'r> {
    /// What is public.
    public: Vec<JsonPublic<'r>>,
    /// Servers whose connection others can read.
    readable: Vec<JsonReadable<'r>>,
    /// Who needs which scope.
    scopes: Vec<JsonScope<'r>>,
    /// Schemes that nobody uses.
    unused: Vec<&'r str>,
    /// Operations of which other things are demanded on other servers.
    differences: Vec<JsonDifference<'r>>,
    /// Operations with a weaker way in beside a stronger one.
    mixed: Vec<JsonMixed<'r>>,
    /// What could not be seen.
    unseen: Vec<JsonUnseen<'r>>,
}

/// Operations that are public on the same servers.
#[derive(Serialize, JsonSchema)]
struct JsonPublic<'r> {
    /// The operations.
    operations: Vec<&'r str>,
    /// The servers.
    servers: Vec<&'r str>,
    /// Why: nothing is demanded, or nothing but encryption of messages.
    #[schemars(extend("enum" = ["nothing", "encryption-only"]))]
    why: &'static str,
}

/// A server whose connection others can read.
#[derive(Serialize, JsonSchema)]
struct JsonReadable<'r> {
    /// The server.
    server: &'r str,
    /// The operations on it.
    operations: Vec<&'r str>,
    /// The schemes whose password, key or token is sent as it is.
    secrets: Vec<&'r str>,
}

/// A scope.
#[derive(Serialize, JsonSchema)]
struct JsonScope<'r> {
    /// The scheme.
    scheme: &'r str,
    /// The scope.
    scope: &'r str,
    /// Whether the scheme declares it.
    declared: bool,
    /// Who needs it; nobody, if there is none.
    needed: Vec<JsonNeeded<'r>>,
}

/// Operations that need a scope on the same servers.
#[derive(Serialize, JsonSchema)]
struct JsonNeeded<'r> {
    /// The operations.
    operations: Vec<&'r str>,
    /// The servers.
    servers: Vec<&'r str>,
}

/// Operations of which other things are demanded on other servers.
#[derive(Serialize, JsonSchema)]
struct JsonDifference<'r> {
    /// The operations.
    operations: Vec<&'r str>,
    /// Servers on which the same is demanded.
    servers: Vec<Vec<&'r str>>,
}

/// A weaker way in beside a stronger one.
#[derive(Serialize, JsonSchema)]
struct JsonMixed<'r> {
    /// The operations.
    operations: Vec<&'r str>,
    /// The servers.
    servers: Vec<&'r str>,
    /// The scheme that is enough.
    weaker: &'r str,
    /// The scheme in whose place it stands.
    stronger: &'r str,
    /// Why the one is weaker.
    because: &'static str,
}

/// Something that is not seen.
#[derive(Serialize, JsonSchema)]
struct JsonUnseen<'r> {
    /// Why.
    #[schemars(extend("enum" =
        ["unread", "missing", "cycle", "wrong", "torn", "limit", "connection", "text"]))]
    why: &'static str,
    /// The reference or the name; may be empty.
    what: &'r str,
    /// Where it is needed.
    place: Option<JsonPlace<'r>>,
    /// How many operations it touches, if that can be told.
    operations: Option<usize>,
}

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
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
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
