//! What can be done at a range: fixes of its findings, ways to read about or silence a rule, and
//! refactorings.

use std::borrow::Cow;

use crate::analysis::Analysis;
use crate::edits::builder::EditBuilder;
use crate::edits::layout::{prefix, starts_line};
use crate::edits::path::NodePath;
use crate::edits::template::{Template, TemplateKey};
use crate::fixes::{fix_all, fix_each, fixes, has_safe_proposal, silences, takes_bulk};
use crate::refactor::change::{Change, NewFile, RefactorKind, Refusal};
use crate::refactor::migrate::{migrate, target};
use crate::refactor::offers::Refactoring;
use crate::refactor::{chosen, refactorings};
use crate::rules::finding::Finding;
use crate::rules::fix::FixKind;
use crate::rules::fix::holes::Hole;
use crate::rules::notation::in_notation;
use crate::rules::rule::Rule;
use crate::syntax::format::Format;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// A menu for more findings would be too long to read.
const MAX_FINDINGS: usize = 20;

/// The key that silences rules in a JSON object.
const IGNORE_KEY: &str = "x-asyncapi-security-ignore";

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// For one finding.
    QuickFix,
    /// All fixes that are safe without a look at them.
    FixAll,
    /// For a place, without a finding.
    Refactor(RefactorKind),
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Changes the document.
    Edit {
        /// The edits, in ranges of the current text.
        edits: Vec<TextEdit>,
        /// What the author is to replace.
        holes: Vec<Hole>,
    },
    /// Fixes all findings of a rule, or of all rules that are fixed in bulk, by [`edits_of_many`]:
    /// it takes too long to be done before the user has chosen it.
    FixMany(Option<&'static Rule>),
    /// Changes the document and puts a part of it into a new file beside it.
    Split {
        /// The edits, in ranges of the current text.
        edits: Vec<TextEdit>,
        /// The file.
        file: NewFile,
    },
    /// Changes the document and deletes a file, all of which is in the document now.
    Join {
        /// The edits, in ranges of the current text.
        edits: Vec<TextEdit>,
        /// The URI of the file.
        uri: String,
    },
    /// Nothing, for this reason: menus show the action in grey.
    Refused(String),
    /// Does a refactoring, which takes too long in a large document to be done before the user has
    /// chosen it.
    Refactor {
        /// The place that suggests it.
        offset: usize,
        /// Its title.
        title: String,
    },
    /// Turns a rule off in the settings file, which is not known here.
    TurnOff(&'static Rule),
    /// Opens the documentation of a rule.
    OpenRule(&'static Rule),
}

impl Effect {
    fn edit(edits: Vec<TextEdit>) -> Self {
        let holes = Vec::new();
        Self::Edit { edits, holes }
    }
}

/// A code action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What the menu shows.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// What it does.
    pub effect: Effect,
    /// The finding; `None` for all findings together.
    pub finding: Option<Finding>,
    /// Whether it fixes the finding.
    pub is_fix: bool,
    /// Whether it is the fix that most users want.
    pub is_preferred: bool,
}

/// The actions for a range and for the findings that it touches, of the kinds that `is_wanted` accepts.
///
/// Editors ask for all kinds whenever the cursor moves. Fixing all findings is then only offered if
/// the range touches one that it fixes, and is not done before it is chosen.
pub fn actions(
    analysis: &Analysis,
    range: TextRange,
    is_wanted: impl Fn(ActionKind) -> bool,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let wants_fixes = is_wanted(ActionKind::QuickFix);
    let is_near = wants_fixes && {
        let all = analysis.findings.iter().chain(&analysis.known);
        let touched: Vec<&Rule> = (all.filter(|finding| touches(finding, range)))
            .map(|finding| finding.rule)
            .collect();
        let mut known = analysis.known.iter();
        // Editors ask whenever the cursor moves.
        let analysis = match known.any(|finding| touched.contains(&finding.rule)) {
            true => analysis.with_known(),
            false => Cow::Borrowed(analysis),
        };
        finding_actions(&analysis, range, &mut actions)
    };
    let wants = |kind| is_wanted(ActionKind::Refactor(kind));
    for refactoring in refactorings(analysis, range, wants) {
        let action = of_refactoring(analysis, range.start(), refactoring);
        // A fix in the same menu may do the same.
        let is_same = |other: &Action| other.effect == action.effect || other.title == action.title;
        if !actions.iter().any(is_same) {
            actions.push(action);
        }
    }
    if is_wanted(ActionKind::FixAll) {
        if !wants_fixes {
            actions.extend(resolved(analysis, fix_all_action()));
        } else if is_near && takes_bulk(&analysis.document) {
            actions.push(fix_all_action());
        }
    }
    actions
}

/// The actions for the findings that a range touches. Returns whether one of these is fixed in bulk.
fn finding_actions(analysis: &Analysis, range: TextRange, actions: &mut Vec<Action>) -> bool {
    let touched: Vec<&Finding> = (analysis.findings.iter())
        .filter(|finding| touches(finding, range))
        .take(MAX_FINDINGS)
        .collect();
    let is_first = |at: usize| {
        let mut before = touched[..at].iter();
        before.all(|other| other.rule != touched[at].rule)
    };
    let mut is_fixed_in_bulk = false;
    for (at, finding) in touched.iter().enumerate() {
        let is_safe = fix_actions(analysis, finding, is_first(at), actions);
        is_fixed_in_bulk |= is_safe && finding.rule.is_fixed_in_bulk;
    }
    for (at, finding) in touched.iter().enumerate() {
        rule_actions(analysis, finding, is_first(at), actions);
    }
    is_fixed_in_bulk
}

fn touches(finding: &Finding, range: TextRange) -> bool {
    let mut places = finding.places();
    places.any(|place| place.start() <= range.end() && range.start() <= place.end())
}

fn fix_all_action() -> Action {
    Action {
        title: "Fix all that is safe to fix".to_owned(),
        kind: ActionKind::FixAll,
        effect: Effect::FixMany(None),
        finding: None,
        is_fix: true,
        is_preferred: false,
    }
}

fn of_refactoring(analysis: &Analysis, offset: usize, refactoring: Refactoring) -> Action {
    let Refactoring {
        title,
        kind,
        result,
    } = refactoring;
    Action {
        title: in_notation(&title, analysis.document.tree().format()).into_owned(),
        kind: ActionKind::Refactor(kind),
        effect: match result {
            Some(result) => effect_of(analysis, result),
            None => Effect::Refactor { offset, title },
        },
        finding: None,
        is_fix: false,
        is_preferred: false,
    }
}

fn effect_of(analysis: &Analysis, result: Result<Change, Refusal>) -> Effect {
    let format = analysis.document.tree().format();
    match result {
        Err(refusal) => Effect::Refused(in_notation(&refusal.text(), format).into_owned()),
        Ok(change) => match change.new_file {
            Some(file) => Effect::Split {
                edits: change.edits,
                file,
            },
            None => Effect::Edit {
                edits: change.edits,
                holes: change.holes,
            },
        },
    }
}

/// The action with its edits, for editors that do not ask for them when the user has chosen it;
/// `None` if it fixes nothing.
pub fn resolved(analysis: &Analysis, action: Action) -> Option<Action> {
    let Effect::FixMany(rule) = action.effect else {
        return Some(Action {
            effect: done(analysis, action.effect),
            ..action
        });
    };
    let (edits, count) = edits_of_many(analysis, rule);
    (count > 0).then(|| Action {
        title: match rule {
            Some(_) => action.title,
            None => format!("{} ({count})", action.title),
        },
        effect: Effect::edit(edits),
        ..action
    })
}

/// What takes long, done.
pub fn done(analysis: &Analysis, effect: Effect) -> Effect {
    match effect {
        Effect::FixMany(rule) => Effect::edit(edits_of_many(analysis, rule).0),
        Effect::Refactor { offset, title } => match chosen(analysis, offset, &title) {
            Some(result) => effect_of(analysis, result),
            None => Effect::Refused("The document has changed: try again.".to_owned()),
        },
        effect => effect,
    }
}

/// The document in the other major version, or why not; `None` for what is no document of a known
/// version.
pub fn migrated(analysis: &Analysis) -> Option<Effect> {
    target(analysis)?;
    Some(effect_of(analysis, migrate(analysis).map(Change::from)))
}

/// The edits that fix all findings of a rule in the document that can be fixed safely, or of all
/// rules that are fixed in bulk, and the number of these findings.
pub fn edits_of_many(analysis: &Analysis, rule: Option<&'static Rule>) -> (Vec<TextEdit>, usize) {
    match rule {
        Some(rule) => fix_each(&analysis.with_known(), |finding| finding.rule == rule),
        None => fix_all(analysis),
    }
}

/// Returns whether a fix is safe. `is_first`: no finding of the same rule came before.
fn fix_actions(
    analysis: &Analysis,
    finding: &Finding,
    is_first: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let fixes = fixes(analysis, finding);
    let is_safe = fixes.iter().any(|fix| fix.kind == FixKind::Safe);
    for fix in fixes {
        actions.push(Action {
            title: fix.title,
            kind: ActionKind::QuickFix,
            effect: Effect::Edit {
                edits: fix.edits,
                holes: fix.holes,
            },
            finding: Some(finding.clone()),
            is_fix: true,
            is_preferred: fix.is_preferred,
        });
    }
    if is_first && is_safe && has_another_to_fix(analysis, finding) {
        actions.push(Action {
            title: format!("Fix all `{}` in this document", finding.rule.id),
            kind: ActionKind::QuickFix,
            effect: Effect::FixMany(Some(finding.rule)),
            finding: Some(finding.clone()),
            is_fix: true,
            is_preferred: false,
        });
    }
    is_safe
}

/// Whether a safe fix is proposed for a second finding of the same rule. It is not tried: a menu
/// must open at once, and in the worst case all is one.
fn has_another_to_fix(analysis: &Analysis, finding: &Finding) -> bool {
    (analysis.findings.iter())
        .filter(|other| other.rule == finding.rule && *other != finding)
        .take(MAX_FINDINGS)
        .any(|other| has_safe_proposal(analysis, other))
}

/// Ways to read about or silence the rule of a finding. `is_first`: no finding of the same rule
/// came before.
fn rule_actions(analysis: &Analysis, finding: &Finding, is_first: bool, actions: &mut Vec<Action>) {
    let rule = finding.rule;
    let action = |title, effect| Action {
        title,
        kind: ActionKind::QuickFix,
        effect,
        finding: Some(finding.clone()),
        is_fix: false,
        is_preferred: false,
    };
    let ignored = ignore(analysis, finding);
    if let Some(edits) = ignored.filter(|edits| silences(analysis, finding, edits)) {
        let title = match finding.copies().len() {
            0 => format!("Ignore `{}` here", rule.id),
            more => format!("Ignore `{}` at all {} places", rule.id, more + 1),
        };
        actions.push(action(title, Effect::edit(edits)));
    }
    if is_first {
        let title = format!("Turn `{}` off in the settings file", rule.id);
        actions.push(action(title, Effect::TurnOff(rule)));
    }
    let title = format!("Open the page of `{}`", rule.id);
    actions.push(action(title, Effect::OpenRule(rule)));
}

/// Silences the rule at a finding and its copies: by a comment in YAML, by a key in JSON.
fn ignore(analysis: &Analysis, finding: &Finding) -> Option<Vec<TextEdit>> {
    let mut edits = ignore_at(analysis, finding)?;
    for copy in finding.copies() {
        edits.extend(ignore_at(analysis, copy)?);
    }
    edits.sort_by_key(|edit| edit.range.start());
    // Two copies may share a line, or the object that takes the key.
    edits.dedup();
    Some(edits)
}

fn ignore_at(analysis: &Analysis, finding: &Finding) -> Option<Vec<TextEdit>> {
    let document = &analysis.document;
    let path = NodePath::of_range(document.tree(), finding.range)?;
    if document.tree().format() == Format::Json {
        return ignore_by_key(analysis, finding, &path);
    }
    let text = document.text();
    let start = if path.node().is_scalar() {
        path.node().range().start()
    } else {
        finding.range.start()
    };
    // The comment silences what starts on the next line, so a finding inside a long text cannot
    // be silenced.
    let line = text.line_of(start);
    if text.line_of(finding.range.start()) != line {
        return None;
    }
    let at = text.line_start(line);
    let indent = prefix(text, line);
    let is_first = starts_line(text, at) && at == 0 && text.byte(0) == Some(0xef);
    (!is_first).then(|| {
        let line_break = text.line_break(line);
        vec![TextEdit {
            range: TextRange::empty(at),
            new_text: format!(
                "{indent}# asyncapi-security: ignore[{}]{line_break}",
                finding.rule.id
            ),
        }]
    })
}

/// Adds a key that names the rule to the object whose key or member the finding is.
fn ignore_by_key(
    analysis: &Analysis,
    finding: &Finding,
    path: &NodePath<'_>,
) -> Option<Vec<TextEdit>> {
    let value = path
        .value()
        .filter(|value| path.is_key() && value.node().is_mapping());
    let mut around = value.unwrap_or_else(|| path.clone());
    while !takes_extensions(&around) {
        around = around.parent()?;
    }
    let object = around.node();
    let mut builder = EditBuilder::new(&analysis.document);
    let rule = Template::Text(finding.rule.id.to_owned());
    match object.get(IGNORE_KEY) {
        Some(entry) if entry.value.is_sequence() => builder.append(entry.value, &rule)?,
        Some(entry) => {
            let known = entry.value.as_str()?.to_owned();
            let both = Template::FlowList(vec![known, finding.rule.id.to_owned()]);
            builder.put(entry, &both)?;
        }
        None => {
            let list = Template::FlowList(vec![finding.rule.id.to_owned()]);
            let member = vec![(TemplateKey::of(IGNORE_KEY), list)];
            builder.add(&around, member, &[])?;
        }
    }
    Some(builder.finish())
}

/// Maps of names: another key would be another name.
const MAPS: [&str; 10] = [
    "availableScopes",
    "channels",
    "components",
    "flows",
    "operations",
    "operationTraits",
    "scopes",
    "securityDefinitions",
    "securitySchemes",
    "servers",
];

/// Whether the node is an object that may have extension keys.
fn takes_extensions(path: &NodePath<'_>) -> bool {
    let is_value_of = |name: &str| path.entry().is_some_and(|entry| entry.key.value() == name);
    let is_item = path
        .parent()
        .is_some_and(|parent| parent.node().is_sequence());
    path.node().is_mapping() && !path.is_key() && !is_item && !MAPS.into_iter().any(is_value_of)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::analysis::Options;
    use crate::fixes::backwards;
    use crate::rules::rule::Group;
    use crate::syntax::document::Document;

    /// The document after "ignore" for the first finding of the rule.
    fn ignored(text: &str, format: Format, rule: &str) -> Option<String> {
        let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
        let mut findings = analysis.findings.iter();
        let finding = findings.find(|finding| finding.rule.id == rule).unwrap();
        let mut actions = actions(&analysis, finding.range, |_| true).into_iter();
        let action = actions.find(|action| action.title == format!("Ignore `{rule}` here"))?;
        let Effect::Edit { edits, .. } = action.effect else {
            return None;
        };
        let after = analysis.edited(&backwards(&edits));
        let is_left =
            |finding: &Finding| finding.rule.id == rule || finding.rule.group == Group::Suppression;
        assert!(!after.findings.iter().any(is_left), "{:?}", after.findings);
        Some(after.document.text().to_string())
    }

    #[test]
    fn a_comment_above_the_line_silences_a_rule_in_yaml() {
        let text = "asyncapi: 2.6.0\r\ncomponents:\r\n  securitySchemes:\r\n    a:\r\n      type: http\r\n      scheme: BEARER # x\r\n";
        assert_eq!(
            ignored(text, Format::Yaml, "http-bearer-case").unwrap(),
            text.replace(
                "      scheme",
                "      # asyncapi-security: ignore[http-bearer-case]\r\n      scheme"
            )
        );
    }

    #[test]
    fn a_key_in_the_object_silences_a_rule_in_json() {
        let text = |more: &str| {
            format!(
                "{{\"asyncapi\":\"2.6.0\",\"components\":{{\"securitySchemes\":{{\"a\":{{\"type\":\"http\",\"scheme\":\"BEARER\",\"b\":1{more}}}}}}}}}"
            )
        };
        let key = ",\"x-asyncapi-security-ignore\":[\"http-bearer-case\"]";
        let once = ignored(&text(""), Format::Json, "http-bearer-case").unwrap();
        assert_eq!(once, text(key));
        assert_eq!(
            ignored(&once, Format::Json, "security-scheme-unknown-field").unwrap(),
            text(&key.replace("]", ",\"security-scheme-unknown-field\"]"))
        );
    }

    #[test]
    fn a_map_of_names_gets_no_key_that_would_be_a_name() {
        let text = "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\"a\": {\"type\": \"oauth2\", \"flows\": {\"clientCredentials\": {\"tokenUrl\": \"https://a.example.com/t\", \"scopes\": {\"a b\": \"c\"}}}}}}}";
        let after = ignored(text, Format::Json, "oauth2-scope-name-invalid").unwrap();
        assert!(
            after.contains("\"scopes\": {\"a b\": \"c\"}, \"x-asyncapi-security-ignore\""),
            "{after}"
        );
    }
}
