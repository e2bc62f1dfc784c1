//! `--format json`: changes as one JSON object. Its schema is derived from the types below.

use std::borrow::Cow;
use std::io;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::cli::output::Output;
use crate::cli::tool::Tool;
use crate::diff::kind::Severity;
use crate::history::outcome::{Compared, Located, NotSeen, Outcome, Shown};
use crate::rules::secret::mask_name;
use crate::text::extent::Extent;

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// What `asyncapi-security-lsp diff --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Changes found by asyncapi-security-lsp")]
struct Whole<'a> {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    version: u32,
    /// The program.
    tool: Tool,
    /// The old side.
    old: Side<'a>,
    /// The new side.
    new: Side<'a>,
    /// What could not be read.
    problems: Vec<Problem<'a>>,
    /// How many of each there are.
    summary: Summary,
    /// The documents.
    pairs: Vec<Pair<'a>>,
    /// The changes, the worst first.
    changes: Vec<Change<'a>>,
    /// What was not seen, so that it was not compared.
    unseen: Vec<Unseen<'a>>,
}

/// A side.
#[derive(Serialize, JsonSchema)]
struct Side<'a> {
    /// What was named.
    spec: &'a str,
    /// The commit, if it is a revision.
    revision: Option<&'a str>,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    /// The file or folder.
    path: &'a str,
    /// Why.
    message: &'a str,
}

/// How many changes of each severity there are; accepted ones count as such alone.
#[derive(Serialize, JsonSchema)]
struct Summary {
    danger: usize,
    breaking: usize,
    notice: usize,
    none: usize,
    /// Those that the settings accept.
    accepted: usize,
    /// Those that the program does not rank.
    review: usize,
    /// Whether everything was compared.
    complete: bool,
}

/// A document on both sides, or on one.
#[derive(Serialize, JsonSchema)]
struct Pair<'a> {
    /// Its path on the old side.
    old: Option<&'a str>,
    /// Its path on the new side.
    new: Option<&'a str>,
    /// By what they were paired.
    #[schemars(extend("enum" = ["path", "id", "content", "given"]))]
    how: &'static str,
    /// The versions of AsyncAPI, old and new.
    asyncapi: [Option<&'a str>; 2],
    /// Operations on servers.
    cells: Counts,
}

/// Operations on servers.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// On the old side.
    old: usize,
    /// On the new side.
    new: usize,
    /// On both sides, and known there.
    compared: usize,
    /// Of these, those that demand the same.
    equal: usize,
    /// On both sides, and unknown on one of them.
    unknown: usize,
}

/// A change.
#[derive(Serialize, JsonSchema)]
struct Change<'a> {
    /// The id of its kind; they never change their meaning.
    kind: &'static str,
    /// How bad it is, after settings and `--strict`.
    #[schemars(extend("enum" = ["danger", "breaking", "notice", "none"]))]
    severity: &'static str,
    /// What it does: `wider` lets somebody new in, `stops-clients` keeps somebody out.
    effects: Vec<&'static str>,
    /// Whether the program refuses to rank it, or cannot see enough.
    review: bool,
    /// Where it comes from.
    because: &'a [&'static str],
    /// What is said, in Markdown.
    message: &'a str,
    /// What it is about.
    subject: Subject<'a>,
    /// The operations on servers for which it holds.
    cells: Cells<'a>,
    /// What was demanded, in words.
    before: &'a str,
    /// What is demanded, in words.
    after: &'a str,
    /// Where it was.
    old: Option<Place<'a>>,
    /// Where it is.
    new: Option<Place<'a>>,
    /// The same for the same change, wherever it stands.
    fingerprint: &'a str,
    /// Why the settings accept it, if they do.
    accepted: Option<Accepted<'a>>,
}

/// What a change is about.
#[derive(Serialize, JsonSchema)]
struct Subject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

/// Operations on servers.
#[derive(Serialize, JsonSchema)]
struct Cells<'a> {
    /// How many.
    count: usize,
    /// Operation and server; `-` without a server.
    list: Vec<[&'a str; 2]>,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// The file.
    path: &'a str,
    /// The range in it.
    range: Extent,
}

/// Why a change is accepted.
#[derive(Serialize, JsonSchema)]
struct Accepted<'a> {
    /// What the settings say.
    reason: &'a str,
}

/// Something that was not seen.
#[derive(Serialize, JsonSchema)]
struct Unseen<'a> {
    /// On which side.
    #[schemars(extend("enum" = ["old", "new"]))]
    side: &'static str,
    /// The file in which it counts.
    path: Option<&'a str>,
    /// The range in it.
    range: Option<Extent>,
    /// The reference, without secrets.
    target: Cow<'a, str>,
    /// Why it is not seen.
    #[schemars(extend("enum" = ["remote", "unread", "missing", "cycle", "wrong"]))]
    why: &'static str,
}

/// Writes the outcome.
///
/// # Errors
/// The output cannot be written.
pub fn write(outcome: &Outcome, output: &mut Output) -> io::Result<()> {
    let count =
        |is_it: &dyn Fn(&Shown) -> bool| outcome.changes.iter().filter(|one| is_it(one)).count();
    let whole = Whole {
        version: VERSION,
        tool: Tool::THIS,
        old: side(&outcome.old),
        new: side(&outcome.new),
        problems: (outcome.problems.iter())
            .map(|one| Problem {
                path: &one.path,
                message: &one.message,
            })
            .collect(),
        summary: Summary {
            danger: outcome.count(Severity::Danger),
            breaking: outcome.count(Severity::Breaking),
            notice: outcome.count(Severity::Notice),
            none: outcome.count(Severity::None),
            accepted: count(&|one| one.accepted.is_some()),
            review: count(&|one| one.change.kind.review && one.accepted.is_none()),
            complete: outcome.is_whole(),
        },
        pairs: outcome.pairs.iter().map(pair).collect(),
        changes: outcome.changes.iter().map(change).collect(),
        unseen: outcome.unseen.iter().map(unseen).collect(),
    };
    output.json(&whole)
}

fn side((spec, revision): &(String, Option<String>)) -> Side<'_> {
    Side {
        spec,
        revision: revision.as_deref(),
    }
}

fn pair(pair: &Compared) -> Pair<'_> {
    let cells = pair.cells;
    Pair {
        old: pair.old.as_deref(),
        new: pair.new.as_deref(),
        how: pair.how,
        asyncapi: [pair.versions[0].as_deref(), pair.versions[1].as_deref()],
        cells: Counts {
            old: cells.old,
            new: cells.new,
            compared: cells.compared,
            equal: cells.equal,
            unknown: cells.unknown,
        },
    }
}

fn change(one: &Shown) -> Change<'_> {
    let change = &one.change;
    let effects = [
        (change.kind.is_wider(), "wider"),
        (change.kind.stops_clients(), "stops-clients"),
    ];
    let subject = &change.subject;
    let cells = change.cells.iter();
    Change {
        kind: change.kind.id,
        severity: one.severity.as_str(),
        effects: effects
            .iter()
            .filter(|(is_it, _)| *is_it)
            .map(|(_, word)| *word)
            .collect(),
        review: change.kind.review,
        because: &change.because,
        message: &change.message,
        subject: Subject {
            server: subject.server.as_deref(),
            operation: subject.operation.as_deref(),
            scheme: subject.scheme.as_deref().map(mask_name),
            scope: subject.scope.as_deref(),
        },
        cells: Cells {
            count: change.cells.len(),
            list: cells
                .map(|cell| [&*cell.operation, &*cell.server])
                .collect(),
        },
        before: &change.before,
        after: &change.after,
        old: one.old.as_ref().map(located),
        new: one.new.as_ref().map(located),
        fingerprint: &one.fingerprint,
        accepted: one.accepted.as_deref().map(|reason| Accepted { reason }),
    }
}

fn located(located: &Located) -> Place<'_> {
    Place {
        path: &located.path,
        range: located.range,
    }
}

fn unseen(one: &NotSeen) -> Unseen<'_> {
    Unseen {
        side: if one.is_old { "old" } else { "new" },
        path: one.place.as_ref().map(|place| &*place.path),
        range: one.place.as_ref().map(|place| place.range),
        target: mask_name(&one.unseen.target),
        why: one.unseen.why,
    }
}

/// The JSON Schema of the object.
pub fn schema() -> Schema {
    schema_for!(Whole<'static>)
}
