//! `--format sarif`: SARIF 2.1.0 (docs.oasis-open.org/sarif), within the limits of GitHub's code
//! scanning (docs.github.com, "SARIF support for code scanning").

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location, LogicalLocation,
    Message, MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region,
    Replacement, ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel,
    Run, SCHEMA_URL, Sarif, Tool, ToolComponent,
};

use super::format::Format;
use crate::cli::checked::{Checked, Diagnostic, shown_from_here};
use crate::cli::output::{Output, print_note};
use crate::cli::tally::{Tally, counted};
use crate::rules::registry::{RULES, SETTINGS};
use crate::rules::rule::{Rule, Severity};
use crate::text::extent::Extent;
use crate::workspace::reference;

/// GitHub refuses a run with more results.
const MAX_RESULTS: usize = 25_000;

/// GitHub reads no more locations of a result.
const MAX_RELATED: usize = 1_000;

/// The name under which fingerprints are kept; another one when they are computed otherwise.
const FINGERPRINT: &str = "asyncapiSecurity/v1";

/// Collects findings until all files are checked.
#[derive(Default)]
pub struct SarifReport {
    results: Vec<(Severity, SarifResult)>,
    problems: Vec<Notification>,
}

impl Format for SarifReport {
    fn document(&mut self, checked: &Checked, _: &mut Output) -> io::Result<()> {
        let results = checked.diagnostics.iter();
        let results = results.map(|one| (one.severity, result(checked, one)));
        self.results.extend(results);
        Ok(())
    }

    fn problem(&mut self, path: &str, message: &str) {
        let place = PhysicalLocation::builder().artifact_location(artifact(path));
        let location = Location::builder().physical_location(place.build());
        let notification = Notification::builder()
            .level(json!("error"))
            .message(words(message))
            .locations(vec![location.build()]);
        self.problems.push(notification.build());
    }

    fn finish(&mut self, _: &Tally, output: &mut Output) -> io::Result<()> {
        let mut results = std::mem::take(&mut self.results);
        let left_out = results.len().saturating_sub(MAX_RESULTS);
        if left_out > 0 {
            let left_out = counted(left_out, "finding");
            print_note(&format!(
                "{left_out} left out of SARIF: code scanning takes {MAX_RESULTS}; the most severe are in it"
            ));
            // Stable, so that those of one severity stay in the order of the files.
            results.sort_by_key(|(severity, _)| *severity);
            results.truncate(MAX_RESULTS);
        }
        let problems = std::mem::take(&mut self.problems);
        let invocation = Invocation::builder()
            .execution_successful(problems.is_empty())
            .tool_execution_notifications(problems);
        let run = Run::builder()
            .tool(Tool::builder().driver(driver()).build())
            .column_kind(json!("unicodeCodePoints"))
            .invocations(vec![invocation.build()])
            .results(
                results
                    .into_iter()
                    .map(|(_, result)| result)
                    .collect::<Vec<_>>(),
            );
        let sarif = Sarif::builder()
            .schema(SCHEMA_URL.to_owned())
            .version(json!("2.1.0"))
            .runs(vec![run.build()]);
        output.json(&sarif.build())
    }
}

fn driver() -> ToolComponent {
    ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .information_uri(env!("CARGO_PKG_REPOSITORY").to_owned())
        .rules(rules().map(descriptor).collect::<Vec<_>>())
        .build()
}

/// All rules, and what finds mistakes in settings files.
fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain([SETTINGS])
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let precision = match rule.severity {
        Severity::Error | Severity::Warning => "high",
        Severity::Information | Severity::Hint => "medium",
    };
    let problem = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "recommendation",
    };
    let properties = PropertyBag::builder()
        .tags(vec![
            "security".to_owned(),
            "asyncapi".to_owned(),
            rule.group.as_str().to_owned(),
        ])
        .additional_properties(BTreeMap::from([
            ("precision".to_owned(), json!(precision)),
            ("problem.severity".to_owned(), json!(problem)),
        ]));
    // Code scanning wants a help of each.
    let page = match rule.page {
        "" => rule.title,
        page => page,
    };
    let help = MultiformatMessageString::builder()
        .text(page)
        .markdown(page.to_owned());
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.id)
        .short_description(text(rule.title))
        .full_description(text(rule.title))
        .help(help.build())
        .default_configuration(
            ReportingConfiguration::builder()
                .enabled(rule.default_on)
                .level(json!(level(rule.severity)))
                .build(),
        )
        .properties(properties.build())
        .build();
    descriptor.help_uri = rule.docs_url();
    descriptor
}

fn result(checked: &Checked, diagnostic: &Diagnostic) -> SarifResult {
    let finding = &diagnostic.finding;
    let place = physical(checked, Extent::new(&checked.text, finding.range));
    let pointer = LogicalLocation::builder().fully_qualified_name(diagnostic.pointer.clone());
    let location = Location::builder()
        .physical_location(place)
        .logical_locations(vec![pointer.build()]);
    let related = finding.related().iter().take(MAX_RELATED);
    let related = related.enumerate().filter_map(|(at, related)| {
        let file = checked.file_of(related)?;
        let location = Location::builder()
            .id(i64::try_from(at).ok()?)
            .message(words(&related.message))
            .physical_location(physical(file, Extent::new(&file.text, related.range)));
        Some(location.build())
    });
    let related: Vec<Location> = related.collect();
    let index = rules().position(|rule| rule.id == finding.rule.id);
    let mut result = SarifResult::builder()
        .rule_id(finding.rule.id.to_owned())
        .level(level(diagnostic.severity))
        .message(words(&finding.message))
        .locations(vec![location.build()])
        .partial_fingerprints(BTreeMap::from([(
            FINGERPRINT.to_owned(),
            diagnostic.fingerprint.clone(),
        )]))
        .build();
    result.rule_index = index.and_then(|index| i64::try_from(index).ok());
    result.related_locations = (!related.is_empty()).then_some(related);
    result.fixes = fixes(checked, diagnostic);
    result
}

fn fixes(checked: &Checked, diagnostic: &Diagnostic) -> Option<Vec<Fix>> {
    let fixes = diagnostic.fixes.iter().map(|fix| {
        let replacements = fix.replacements.iter().map(|(range, text)| {
            let content = ArtifactContent::builder().text(text.clone()).build();
            Replacement::builder()
                .deleted_region(region(*range))
                .inserted_content(content)
                .build()
        });
        let change = ArtifactChange::builder()
            .artifact_location(artifact(&checked.path))
            .replacements(replacements.collect::<Vec<_>>());
        Fix::builder()
            .description(words(&fix.title))
            .artifact_changes(vec![change.build()])
            .build()
    });
    let fixes: Vec<Fix> = fixes.collect();
    (!fixes.is_empty()).then_some(fixes)
}

fn physical(checked: &Checked, range: Extent) -> PhysicalLocation {
    PhysicalLocation::builder()
        .artifact_location(artifact(&checked.path))
        .region(region(range))
        .build()
}

/// A path from the working directory on is relative to the root of the repository for who reads it.
fn artifact(path: &str) -> ArtifactLocation {
    let path = shown_from_here(Path::new(path));
    let uri = match Path::new(&path).is_absolute() {
        true => reference::uri(Path::new(&path)),
        false => reference::relative_uri(&path),
    };
    ArtifactLocation::builder().uri(uri).build()
}

fn region(range: Extent) -> Region {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Region::builder()
        .start_line(number(range.start.line))
        .start_column(number(range.start.column))
        .end_line(number(range.end.line))
        .end_column(number(range.end.column))
        .build()
}

fn words(text: &str) -> Message {
    Message::builder().text(text.to_owned()).build()
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Information | Severity::Hint => ResultLevel::Note,
    }
}
