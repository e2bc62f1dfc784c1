//! The questions of a reviewer, with the answers of a report in sentences.

use super::answers::{PublicGroup, WhyPublic};
use super::line::Line;
use super::words::{counted, counts, demand, operations};
use super::{Class, FilePlace, Hidden, Reason, Report, ReportServer, ServerKind};

/// More sentences of an answer than this are counted, not listed; but what is public or not seen is
/// listed in full.
const MAX_LINES: usize = 25;

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub question: &'static str,
    /// A word for it that stays, for links.
    pub id: &'static str,
    /// The answer in one sentence.
    pub short: String,
    /// The answer in full.
    pub lines: Vec<Line>,
}

/// All questions, what matters most first.
pub fn answers(report: &Report) -> Vec<Answer> {
    let mut answers = vec![
        public(report),
        readable(report),
        hidden(report),
        scopes(report),
        unused(report),
        differences(report),
        mixed(report),
    ];
    for answer in answers.iter_mut().skip(3) {
        let more = answer.lines.len().saturating_sub(MAX_LINES);
        if more > 0 {
            answer.lines.truncate(MAX_LINES);
            let line = Line::default().words(format!("and {more} more"));
            answer.lines.push(line);
        }
    }
    answers
}

/// The servers of a sentence, as in " on `a`, `b`".
fn on(report: &Report, servers: &[usize]) -> Line {
    let all = report.servers.iter();
    let named = |server: &&ReportServer| server.kind == ServerKind::Named;
    if servers.len() > 1 && all.clone().filter(named).count() == servers.len() {
        return Line::default().words(" on every server");
    }
    match servers {
        [only] if report.servers[*only].kind == ServerKind::None => Line::default(),
        [only] if report.servers[*only].kind == ServerKind::Unseen => {
            Line::default().words(" on servers that are not seen")
        }
        _ => {
            let names = servers.iter().map(|at| &*report.servers[*at].name);
            Line::default().words(" on ").names(names)
        }
    }
}

fn place_of<'r>(report: &'r Report, operations: &[usize]) -> Option<&'r FilePlace> {
    let first = operations.first()?;
    report.operations[*first].place.as_ref()
}

fn public(report: &Report) -> Answer {
    let lines = report.answers.public.iter();
    let lines: Vec<Line> = lines.map(|group| public_line(report, group)).collect();
    let count = counts(report)[Class::Public as usize];
    let short = match count {
        0 if report.operations.is_empty() => "There are no operations.".to_owned(),
        0 => "Nothing.".to_owned(),
        1 => "1 pair of operation and server.".to_owned(),
        count => format!("{count} pairs of operation and server."),
    };
    Answer {
        question: "What is public?",
        id: "public",
        short,
        lines,
    }
}

fn public_line(report: &Report, group: &PublicGroup) -> Line {
    let mut line = Line::at(place_of(report, &group.operations));
    for (at, operation) in group.operations.iter().enumerate() {
        let sign = if at > 0 { ", " } else { "" };
        line = line.words(sign).name(&report.operations[*operation].label);
    }
    let line = line.line(on(report, &group.servers));
    match group.why {
        WhyPublic::Nothing => line.words(": no credentials are needed"),
        WhyPublic::EncryptionOnly => {
            line.words(": messages are encrypted, but nobody has to say who they are")
        }
    }
}

fn readable(report: &Report) -> Answer {
    let servers = report.answers.readable.iter();
    let lines: Vec<Line> = servers
        .map(|found| {
            let server = &report.servers[found.server];
            let mut line = Line::at(server.place.as_ref()).name(&server.name);
            if let Some(protocol) = &server.protocol {
                line = line
                    .words(" speaks ")
                    .name(protocol)
                    .words(", not encrypted");
            }
            let labels = found.secrets.iter().map(|at| &*report.schemes[*at].label);
            line = match found.secrets.is_empty() {
                true => line.words(": no password, key or token is sent as it is"),
                false => line
                    .words(": what clients send for ")
                    .names(labels)
                    .words(" can be read and used by others"),
            };
            let count = found.operations.len();
            line.words(format!("; {}", counted(count, "operation")))
        })
        .collect();
    let short = match lines.len() {
        0 => "No connection, as far as protocols and addresses say.".to_owned(),
        1 => "The connection to 1 server.".to_owned(),
        count => format!("The connections to {count} servers."),
    };
    Answer {
        question: "What can others read on the wire?",
        id: "readable",
        short,
        lines,
    }
}

fn hidden(report: &Report) -> Answer {
    let lines: Vec<Line> = report.hidden.iter().map(hidden_line).collect();
    let short = match lines.len() {
        0 => "Everything was seen.".to_owned(),
        1 => "1 thing.".to_owned(),
        count => format!("{count} things."),
    };
    Answer {
        question: "What could not be seen?",
        id: "unseen",
        short,
        lines,
    }
}

fn hidden_line(hidden: &Hidden) -> Line {
    let line = Line::at(hidden.place.as_ref());
    let named = |line: Line, else_: &str| match hidden.what.is_empty() {
        true => line.words(else_),
        false => line.name(&hidden.what),
    };
    let line = match hidden.why {
        Reason::Unread => named(line, "something").words(" was not read"),
        Reason::Missing => named(line, "a channel").words(" is not there"),
        Reason::Cycle => named(line, "a reference").words(" leads back to itself"),
        Reason::Wrong => named(line, "a reference").words(" leads to something else"),
        Reason::Torn => line.words("this `security` list cannot be read"),
        Reason::Limit => line.words("there are too many ways to list"),
        Reason::Connection if hidden.what == "-" => {
            line.words("whether a connection is encrypted: the document has no server")
        }
        Reason::Connection => line
            .words("whether the connection to ")
            .name(&hidden.what)
            .words(" is encrypted: protocol and address do not say"),
        Reason::Text => line
            .words("parts of the text: there is ")
            .words(hidden.what.clone()),
    };
    match hidden.operations {
        Some(count) => line.words(format!("; {}", counted(count, "operation"))),
        None => line,
    }
}

fn scopes(report: &Report) -> Answer {
    let answers = &report.answers;
    let mut lines = Vec::new();
    for found in &answers.scopes {
        let first = found.needed.first();
        let place = first.and_then(|(_, operations)| place_of(report, operations));
        let scheme = &report.schemes[found.scheme];
        let mut line = Line::at(place).name(&found.scope);
        line = line.words(" of ").name(&scheme.label).words(": ");
        for (at, (servers, needing)) in found.needed.iter().enumerate() {
            let sign = if at > 0 { "; " } else { "" };
            line = line.words(sign).line(operations(report, needing));
            line = line.line(on(report, servers));
        }
        if !found.is_declared {
            line = line.words(" (not declared)");
        }
        lines.push(line);
    }
    for (scheme, scope) in &answers.unneeded {
        let scheme = &report.schemes[*scheme];
        let line = Line::at(scheme.place.as_ref()).name(scope);
        let line = line.words(" of ").name(&scheme.label);
        lines.push(line.words(": declared, and no operation needs it"));
    }
    let needed = counted(answers.scopes.len(), "scope");
    let short = match (answers.scopes.len(), answers.unneeded.len()) {
        (0, 0) => "There are no scopes.".to_owned(),
        (_, 0) => format!("{needed} needed."),
        (0, more) => format!("No scope is needed; {more} declared."),
        (_, more) => format!("{needed} needed; {more} declared and not needed."),
    };
    Answer {
        question: "Who needs which scope?",
        id: "scopes",
        short,
        lines,
    }
}

fn unused(report: &Report) -> Answer {
    let unused = report.answers.unused.iter();
    let lines: Vec<Line> = unused
        .map(|at| {
            let scheme = &report.schemes[*at];
            let line = Line::at(scheme.place.as_ref()).name(&scheme.label);
            match &scheme.kind {
                Some(kind) => line.words(", ").name(kind),
                None => line,
            }
        })
        .collect();
    let short = match lines.len() {
        0 => "None.".to_owned(),
        count => format!("{}.", counted(count, "scheme")),
    };
    Answer {
        question: "Which schemes does nobody use?",
        id: "unused",
        short,
        lines,
    }
}

fn differences(report: &Report) -> Answer {
    let found = report.answers.differences.iter();
    let lines: Vec<Line> = found
        .map(|difference| {
            let operations_ = &difference.operations;
            let mut line =
                Line::at(place_of(report, operations_)).line(operations(report, operations_));
            for (at, (servers, cell)) in difference.groups.iter().enumerate() {
                let sign = if at > 0 { "; " } else { ": " };
                line = line.words(sign).line(demand(report, cell));
                line = line.line(on(report, servers));
                line = line.words(format!(" ({})", cell.class.word()));
            }
            line
        })
        .collect();
    let operations = report.answers.differences.iter();
    let short = match operations.map(|one| one.operations.len()).sum() {
        0 => "Nothing.".to_owned(),
        1 => "What 1 operation demands.".to_owned(),
        count => format!("What {count} operations demand."),
    };
    Answer {
        question: "What differs between servers?",
        id: "differences",
        short,
        lines,
    }
}

fn mixed(report: &Report) -> Answer {
    let found = report.answers.mixed.iter();
    let lines: Vec<Line> = found
        .map(|mixed| {
            Line::at(place_of(report, &mixed.operations))
                .line(operations(report, &mixed.operations))
                .line(on(report, &mixed.servers))
                .words(": ")
                .name(&report.schemes[mixed.weaker].label)
                .words(" is enough in place of ")
                .name(&report.schemes[mixed.stronger].label)
                .words(format!("; {}", mixed.because))
        })
        .collect();
    let short = match lines.len() {
        0 => "Nowhere that a standard ranks.".to_owned(),
        1 => "In 1 case.".to_owned(),
        count => format!("In {count} cases."),
    };
    Answer {
        question: "Where is a weaker way in beside a stronger one?",
        id: "mixed",
        short,
        lines,
    }
}
