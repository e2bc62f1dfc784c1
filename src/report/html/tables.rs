//! The tables of a page: all that the picture shows, and more.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{at, mark, name, shown};
use crate::report::words::{connection, counted, demand};
use crate::report::{Class, Report, ReportOperation, ReportServer, ServerKind};

/// More operations than this are folded.
const MAX_OPEN: usize = 3;

pub(super) fn write(report: &Report, id: &str, level: usize, out: &mut String) {
    let heading = |text: &str| format!("<h{level}>{text}</h{level}>\n");
    if !report.patterns.is_empty() {
        out.push_str(&heading("Kinds of operations"));
        kinds(report, id, out);
    }
    out.push_str(&heading("Operations"));
    all(report, id, out);
    let named = |server: &&ReportServer| server.kind == ServerKind::Named;
    if report.servers.iter().any(|server| named(&server)) {
        out.push_str(&heading("Servers"));
        servers(report, out);
    }
    if !report.schemes.is_empty() {
        out.push_str(&heading("Schemes"));
        schemes(report, out);
    }
}

/// The head of a table. A table that is too wide can be scrolled by keys.
fn head(caption: &str, class: &str, columns: &[&str], out: &mut String) {
    let _ = write!(
        out,
        "<div class=\"scroll\"><table class=\"{class}\">\n<caption>{caption}</caption>\n<thead><tr>"
    );
    for column in columns {
        let _ = write!(out, "<th scope=\"col\">{column}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
}

const END: &str = "</tbody>\n</table></div>\n";

fn class(class: Class, has_secret: bool) -> String {
    let (mark, word) = (mark(class, has_secret), class.word());
    format!("<span class=\"class\">{mark}{word}</span>")
}

fn kinds(report: &Report, id: &str, out: &mut String) {
    let caption = "Operations of which the same is demanded on the same servers, the worst first";
    let columns = ["Kind", "Operations", "Servers", "A client needs", "Class"];
    head(caption, "kinds", &columns, out);
    for (number, pattern) in report.patterns.iter().enumerate() {
        let groups = pattern.groups(report);
        let rows = groups.len().max(1);
        let count = pattern.operations.len();
        let _ = write!(
            out,
            "<tr id=\"{id}k{number}\"><th scope=\"row\" rowspan=\"{rows}\">{}</th>\
             <td rowspan=\"{rows}\">",
            number + 1
        );
        let names = pattern.operations.iter();
        let names = names.map(|at| name(&report.operations[*at].label));
        if count <= MAX_OPEN {
            out.push_str(&names.collect::<Vec<_>>().join(", "));
        } else {
            let names = names.map(|name| format!("<li>{name}</li>"));
            let _ = write!(
                out,
                "<details><summary>{}</summary><ul>{}</ul></details>",
                counted(count, "operation"),
                names.collect::<String>()
            );
        }
        out.push_str("</td>");
        for (at, (servers, cell)) in groups.iter().enumerate() {
            if at > 0 {
                out.push_str("<tr>");
            }
            let servers = servers.iter().map(|at| server_name(report, *at));
            let servers = servers.collect::<Vec<_>>().join(", ");
            let demand = shown(&demand(report, cell));
            let class = class(cell.class, cell.has_secret);
            let _ = writeln!(
                out,
                "<td>{servers}</td><td>{demand}</td><td>{class}</td></tr>"
            );
        }
    }
    out.push_str(END);
}

fn server_name(report: &Report, at: usize) -> String {
    let server = &report.servers[at];
    match server.kind {
        ServerKind::Named => name(&server.name),
        ServerKind::None => "no server".to_owned(),
        ServerKind::Unseen => "servers that are not seen".to_owned(),
    }
}

fn all(report: &Report, id: &str, out: &mut String) {
    if report.operations.is_empty() {
        out.push_str("<p>There are no operations.</p>\n");
        return;
    }
    filter(report, id, out);
    let columns = ["Operation", "Action", "Address", "Classes", "Kind", "Place"];
    let caption = "Every operation, with the classes of its servers";
    head(caption, "operations", &columns, out);
    let mut kinds = vec![0; report.operations.len()];
    for (number, pattern) in report.patterns.iter().enumerate() {
        pattern.operations.iter().for_each(|at| kinds[*at] = number);
    }
    for (operation, kind) in report.operations.iter().zip(kinds) {
        row(operation, id, kind, out);
    }
    out.push_str(END);
}

/// Shown by the script, which it needs.
fn filter(report: &Report, id: &str, out: &mut String) {
    let cells = report.operations.iter().flat_map(|one| &one.cells);
    let classes: BTreeSet<Class> = cells.map(|cell| cell.class).collect();
    let boxes = classes.iter().map(|class| {
        let word = class.word();
        format!("<label><input type=\"checkbox\" value=\"{word}\" checked> {word}</label>")
    });
    let _ = writeln!(
        out,
        "<form class=\"filter\" hidden>\
         <label for=\"{id}s\">Filter</label> <input type=\"search\" id=\"{id}s\" autocomplete=\"off\">\
         <fieldset><legend>Classes</legend>{}</fieldset>\
         <output aria-live=\"polite\" for=\"{id}s\"></output></form>",
        boxes.collect::<String>()
    );
}

fn row(operation: &ReportOperation, id: &str, kind: usize, out: &mut String) {
    let classes: BTreeSet<Class> = operation.cells.iter().map(|cell| cell.class).collect();
    let words: Vec<&str> = classes.iter().map(|class| class.word()).collect();
    let marks = classes.iter().map(|one| {
        let mut of_class = operation.cells.iter().filter(|cell| cell.class == *one);
        class(*one, of_class.any(|cell| cell.has_secret))
    });
    let marks: Vec<String> = marks.collect();
    let worst = classes.first().map_or(9, |class| *class as usize);
    let address = operation.address.as_deref();
    let address = address.map_or(String::new(), name);
    let place = operation.place.as_ref().map(at).unwrap_or_default();
    let _ = writeln!(
        out,
        "<tr data-classes=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{address}</td>\
         <td data-key=\"{worst}\">{}</td><td data-key=\"{}\"><a href=\"#{id}k{kind}\">kind {}</a></td>\
         <td>{place}</td></tr>",
        words.join(" "),
        name(&operation.label),
        operation.action.unwrap_or_default(),
        marks.join(" "),
        kind + 1,
        kind + 1,
    );
}

fn servers(report: &Report, out: &mut String) {
    let columns = ["Server", "Protocol", "Address", "Connection", "Operations"];
    head(
        "Servers, with what is known of the connection",
        "servers",
        &columns,
        out,
    );
    for (at_server, server) in report.servers.iter().enumerate() {
        if server.kind != ServerKind::Named {
            continue;
        }
        let text = |text: &Option<String>| text.as_deref().map_or(String::new(), name);
        let operations = report.operations.iter();
        let on = |one: &&ReportOperation| one.cells.iter().any(|cell| cell.server == at_server);
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            name(&server.name),
            text(&server.protocol),
            text(&server.address),
            connection(server),
            operations.filter(on).count()
        );
    }
    out.push_str(END);
}

fn schemes(report: &Report, out: &mut String) {
    let columns = ["Scheme", "Type", "Needed by", "Declared scopes", "Place"];
    let caption = "Schemes, with how many pairs of operation and server need them";
    head(caption, "schemes", &columns, out);
    for scheme in &report.schemes {
        let kind = scheme.kind.as_deref();
        let kind = kind.map_or("not seen".to_owned(), name);
        let uses = match (scheme.uses, scheme.is_unused) {
            (0, true) => "nobody".to_owned(),
            (0, false) => "no operation".to_owned(),
            (uses, _) => counted(uses, "pair"),
        };
        let scopes: Vec<String> = scheme.scopes.iter().map(|scope| name(scope)).collect();
        let place = scheme.place.as_ref().map(at).unwrap_or_default();
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{kind}</td><td>{uses}</td><td>{}</td>\
             <td>{place}</td></tr>",
            name(&scheme.label),
            scopes.join(", ")
        );
    }
    out.push_str(END);
}
