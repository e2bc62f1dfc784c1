//! Syntax errors as findings, and the findings that they explain.

use std::collections::{HashMap, HashSet};

use crate::model::Model;
use crate::model::facts::{Home, Scheme, SecurityList};
use crate::rules::finding::{Data, Finding};
use crate::rules::registry;
use crate::rules::rule::{Group, Severity};
use crate::rules::typographic;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::{SyntaxError, SyntaxErrorKind};
use crate::syntax::node::{Entry, Node};
use crate::syntax::templated::Templated;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// What the syntax errors explain, and the syntax errors as findings. A template has only one, and
/// explains what its own code may decide.
pub fn read(document: &Document, model: &Model) -> (Explained, Vec<Finding>) {
    let mut findings = conflict_findings(document);
    findings.extend(second_document(document));
    let (explained, errors) = read_errors(document, model);
    findings.extend(errors);
    (explained, findings)
}

fn read_errors(document: &Document, model: &Model) -> (Explained, Vec<Finding>) {
    if let Some(template) = document.templated() {
        return (
            Explained::default(),
            vec![template_finding(document, template)],
        );
    }
    let tree = document.tree();
    // First, because an ellipsis is told once, and this one matters most.
    let errors: Vec<SyntaxError> = ellipsis_at_end(document)
        .into_iter()
        .chain(tree.errors())
        .collect();
    // YAML allows it at the first column alone.
    let ellipses = errors
        .iter()
        .filter(|one| one.kind == SyntaxErrorKind::Ellipsis);
    let is_yaml = ellipses.count() == 1 && ellipsis_at_end(document).is_some();
    let extensions = tree.extensions();
    if errors.is_empty() && extensions.is_empty() {
        return (Explained::default(), Vec::new());
    }
    let mut maps = None;
    let grammar = (errors.iter())
        .filter(|error| error.kind.is_grammar() || error.kind == SyntaxErrorKind::EllipsisText);
    let explained = Explained::of(grammar.map(|error| {
        let maps = maps.get_or_insert_with(|| scheme_maps(tree));
        effect(tree, error, maps)
    }));
    let mut errors = each_sign_once(without_broken_ends(tree, errors));
    errors.retain(|error| error.kind != SyntaxErrorKind::EllipsisText);
    let mut parts = None;
    let mut is_about_security = |range| {
        let parts = parts.get_or_insert_with(|| security_ranges(tree, model));
        lies_in(parts, range)
    };
    let findings = errors.into_iter().chain(extensions).map(|error| {
        let rule = match error.kind {
            SyntaxErrorKind::Ellipsis if is_yaml => registry::LIMIT_REACHED,
            SyntaxErrorKind::Grammar
            | SyntaxErrorKind::Invisible
            | SyntaxErrorKind::Ellipsis
            | SyntaxErrorKind::EllipsisText
            | SyntaxErrorKind::Style
            | SyntaxErrorKind::Comment
            | SyntaxErrorKind::TrailingComma => registry::SYNTAX_ERROR,
            SyntaxErrorKind::Limit => registry::LIMIT_REACHED,
            SyntaxErrorKind::DuplicateKey if is_about_security(error.range) => {
                registry::SECURITY_DUPLICATE_KEY
            }
            SyntaxErrorKind::DuplicateKey | SyntaxErrorKind::RepeatedMerge => {
                registry::DUPLICATE_KEY
            }
        };
        let is_grammar = error.kind == SyntaxErrorKind::Grammar;
        let quotes = (is_grammar.then_some(error.range))
            .and_then(|range| typographic::syntax_message(document, range));
        let finding = Finding::new(rule, error.range, quotes.unwrap_or(error.message));
        match error.kind {
            // Every parser in use takes it.
            SyntaxErrorKind::Style | SyntaxErrorKind::RepeatedMerge => finding.at(Severity::Hint),
            SyntaxErrorKind::Comment => finding.at(Severity::Information),
            SyntaxErrorKind::Ellipsis if is_yaml => finding.at(Severity::Information),
            _ => finding,
        }
    });
    (explained, findings.collect())
}

fn conflict_findings(document: &Document) -> Vec<Finding> {
    let conflicts = document.conflicts().into_iter();
    let places = conflicts.flat_map(|conflicts| conflicts.places.iter());
    let message = "this is a merge conflict; keep what is right of both sides and remove the marks \
                   (`<<<<<<<`, `=======`, `>>>>>>>`): until then the first side is read";
    places
        .map(|place| Finding::new(registry::SYNTAX_ERROR, *place, message))
        .collect()
}

/// The begin of the second document of a stream.
struct Second<'t> {
    /// The `---` or `...` before it.
    mark: TextRange,
    is_ellipsis: bool,
    root: Node<'t>,
}

impl<'t> Second<'t> {
    fn of(document: &'t Document) -> Option<Self> {
        let mut documents = document.tree().documents_with_starts().skip(1);
        let (start, root) = documents.find(|(_, root)| !root.is_missing())?;
        let text = document.text();
        let mark = |line: usize, mark: &str| {
            let range = text.line_range(line);
            let is_mark = text.slice(range).starts_with(mark);
            is_mark.then(|| TextRange::new(range.start(), range.start() + mark.len()))
        };
        let first = text.line_of(start);
        let dashes = mark(first, "---");
        let dots = || (0..first).rev().find_map(|line| mark(line, "..."));
        Some(Self {
            is_ellipsis: dashes.is_none(),
            mark: dashes.or_else(dots)?,
            root,
        })
    }

    /// Whether it is the rest of an AsyncAPI document.
    fn is_rest(&self) -> bool {
        let mut entries = self.root.entries();
        self.is_ellipsis && entries.any(|entry| PARTS.contains(&entry.key.value()))
    }
}

/// What an AsyncAPI document consists of.
const PARTS: [&str; 6] = [
    "info",
    "servers",
    "channels",
    "operations",
    "components",
    "defaultContentType",
];

/// Says that only the first document of a stream is read, at the mark of the second.
fn second_document(document: &Document) -> Option<Finding> {
    let second = Second::of(document).filter(|second| !second.is_rest())?;
    let message = if second.is_ellipsis {
        "`...` ends the document, and only the first document of this file is read; \
         remove it, or put what follows in a file of its own"
    } else {
        "only the first document of this file is read; put this one in a file of its own"
    };
    let finding = Finding::new(registry::LIMIT_REACHED, second.mark, message);
    Some(finding.at(Severity::Information))
}

/// An ellipsis at the first column, which ends the document.
fn ellipsis_at_end(document: &Document) -> Option<SyntaxError> {
    let second = Second::of(document).filter(Second::is_rest)?;
    Some(SyntaxError {
        range: second.mark,
        kind: SyntaxErrorKind::Ellipsis,
        message: "`...` ends a YAML document, so nothing below is read; if it stands for what is \
                  left out, write `# ...`"
            .to_owned(),
    })
}

/// Of an invisible character or an ellipsis that is found many times only the first is reported.
fn each_sign_once(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    let mut told = HashSet::new();
    let mut has_ellipsis = false;
    errors.retain(|error| match error.kind {
        SyntaxErrorKind::Invisible => told.insert(error.message.clone()),
        SyntaxErrorKind::Ellipsis => !std::mem::replace(&mut has_ellipsis, true),
        _ => true,
    });
    errors
}

fn template_finding(document: &Document, template: &Templated) -> Finding {
    let what = match document.tree().format() {
        Format::Yaml => "YAML",
        Format::Json => "JSON",
    };
    let advice = match template.is_line {
        true => "check what it produces",
        false => "put this in quotes, or check what it produces",
    };
    let message = format!(
        "this file is a template ({}), and not {what} yet; {advice}: \
         here only single values are looked at",
        template.engine
    );
    Finding::new(registry::SYNTAX_ERROR, template.place, message)
}

/// Whether a finding holds whatever the code of a template produces: it is about a value alone.
pub fn holds_in_template(tree: &Tree, template: &Templated, finding: &Finding) -> bool {
    let is_value = || {
        let path = tree.path_at(finding.range.start());
        path.iter().any(|step| {
            let value = step.entry.map(|entry| entry.value);
            value.is_some_and(|value| value.is_scalar() && value.range().contains(finding.range))
        })
    };
    matches!(
        finding.rule.group,
        Group::Urls | Group::Secrets | Group::Validity
    ) && !template.touches(finding.range)
        && is_value()
}

/// Of a text that ends too early only the outermost unclosed bracket is reported, not the brackets
/// inside of it and the half-typed value at the end.
fn without_broken_ends(tree: &Tree, mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    let root = tree.root();
    if !is_open_collection(root) {
        return errors;
    }
    let end = root.range().end();
    let steps = tree.path_at(end);
    let open = steps
        .iter()
        .take_while(|step| is_open_collection(step.node));
    let Some(bracket) = open.last().map(|step| step.node.range().start()) else {
        return errors;
    };
    if errors.iter().all(|error| error.range.start() != bracket) {
        return errors;
    }
    errors.retain(|error| {
        error.kind != SyntaxErrorKind::Grammar
            || error.range.start() == bracket
            || error.range.end() < end
    });
    errors
}

/// Whether a node is a collection without its closing bracket.
fn is_open_collection(node: Node<'_>) -> bool {
    node.is_unclosed() && (node.is_mapping() || node.is_sequence())
}

/// The findings that one syntax error may have caused.
struct Effect {
    /// Findings here.
    range: TextRange,
    /// A half-typed key, and the ranges of findings about its object as a whole.
    half_typed: Option<(String, Vec<TextRange>)>,
    /// The ranges of findings about objects without their end or with a missing key, which may
    /// lack a field only because of that.
    open: Vec<TextRange>,
    /// Whether the name of a scheme may be missing.
    lacks_names: bool,
}

impl Effect {
    fn of(range: TextRange) -> Self {
        Self {
            range,
            half_typed: None,
            open: Vec::new(),
            lacks_names: false,
        }
    }
}

/// The effects of all syntax errors, indexed so that a finding is not compared with each.
#[derive(Default)]
pub struct Explained {
    /// Sorted by start, each with the greatest end of all up to it.
    ranges: Vec<(usize, usize)>,
    /// The half-typed keys by the range of findings about their object.
    half_typed: HashMap<TextRange, Vec<String>>,
    /// The ranges of findings about objects without their end or with a missing key.
    open: HashSet<TextRange>,
    /// Whether the name of a scheme may be missing.
    lacks_names: bool,
}

impl Explained {
    fn of(effects: impl Iterator<Item = Effect>) -> Self {
        let mut ranges = Vec::new();
        let mut half_typed: HashMap<TextRange, Vec<String>> = HashMap::new();
        let mut open = HashSet::new();
        let mut lacks_names = false;
        for effect in effects {
            open.extend(effect.open);
            lacks_names |= effect.lacks_names;
            ranges.push((effect.range.start(), effect.range.end()));
            let Some((typed, owners)) = effect.half_typed else {
                continue;
            };
            for owner in owners {
                half_typed.entry(owner).or_default().push(typed.clone());
            }
        }
        ranges.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut ranges {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self {
            ranges,
            half_typed,
            open,
            lacks_names,
        }
    }

    /// Whether there is no syntax error.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether a syntax error may have caused the finding.
    pub fn contains(&self, finding: &Finding) -> bool {
        let range = finding.range;
        let up_to_it = (self.ranges).partition_point(|(start, _)| *start <= range.end());
        if up_to_it > 0 && self.ranges[up_to_it - 1].1 >= range.start() {
            return true;
        }
        if self.lacks_names && finding.rule.asks_for_name
            || !self.open.is_empty() && self.open.contains(&range) && finding.rule.asks_for_more
        {
            return true;
        }
        // A missing field that is just being typed is not missing.
        let Data::MissingFields(missing) = finding.data() else {
            return false;
        };
        (self.half_typed.get(&range)).is_some_and(|keys| {
            let mut missing = missing.iter();
            missing.any(|name| keys.iter().any(|typed| is_start_of(typed, name)))
        })
    }
}

fn is_start_of(typed: &str, name: &str) -> bool {
    name.get(..typed.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(typed))
        || strsim::osa_distance(typed, name) <= 2
}

fn effect(tree: &Tree, error: &SyntaxError, maps: &[TextRange]) -> Effect {
    let mut found = Effect::of(error.range);
    let is_ellipsis = matches!(
        error.kind,
        SyntaxErrorKind::Ellipsis | SyntaxErrorKind::EllipsisText
    );
    if is_ellipsis {
        // What was left out may declare any name.
        found.lacks_names = error.kind == SyntaxErrorKind::Ellipsis;
        found.open = owners(None, tree.root());
    }
    let mut owner: Option<Entry<'_>> = None;
    for (depth, step) in tree.path_at(error.range.start()).into_iter().enumerate() {
        if is_open_collection(step.node) {
            found.open.extend(owners(owner, step.node));
            // The missing rest of the text may declare any name.
            found.lacks_names |= depth == 0;
        } else if step.node.is_unclosed() {
            found.range = found.range.cover(step.node.range());
        }
        if is_ellipsis {
            // What was left out may be a field.
            found.open = owners(owner, step.node);
        }
        let Some(entry) = step.entry else { continue };
        let is_nameless = entry.key.lacks_colon() || entry.key.is_missing();
        if is_nameless {
            found.lacks_names |= maps.contains(&step.node.range());
        }
        if entry.key.is_missing() {
            found.open.extend(owners(owner, step.node));
        }
        if entry.key.lacks_colon() {
            found.range = found.range.cover(entry.key.range());
            let owners = owners(owner, step.node);
            found.half_typed = Some((entry.key.value().to_owned(), owners));
        }
        owner = Some(entry);
    }
    // All of the value was left out.
    if let Some(entry) = owner.filter(|entry| entry.value.range() == error.range)
        && is_ellipsis
    {
        found.lacks_names |= ["components", "securitySchemes"].contains(&entry.key.value());
        found.range = found.range.cover(entry.key.range());
    }
    // What follows a second `: ` in a flow mapping is read as a key.
    let end = error.range.end();
    let rest = tree
        .path_at(end + 1)
        .into_iter()
        .filter_map(|step| step.entry);
    let is_rest = |entry: &Entry<'_>| {
        entry.value.is_missing() && (end..=end + 1).contains(&entry.key.range().start())
    };
    if let Some(entry) = rest.into_iter().find(is_rest) {
        found.range = found.range.cover(entry.key.range());
    }
    found
}

/// The ranges of findings about a mapping as a whole.
fn owners(owner: Option<Entry<'_>>, node: Node<'_>) -> Vec<TextRange> {
    let mut owners = vec![node.range()];
    owners.extend(owner.map(|entry| entry.key.range()));
    owners.extend(node.entries().next().map(|entry| entry.key.range()));
    owners
}

fn scheme_maps(tree: &Tree) -> Vec<TextRange> {
    ["/components/securitySchemes", "/securitySchemes"]
        .into_iter()
        .filter_map(|pointer| Some(tree.pointer(pointer)?.range()))
        .collect()
}

/// The ranges in which a duplicate key matters for security: sorted, not overlapping.
fn security_ranges(tree: &Tree, model: &Model) -> Vec<TextRange> {
    let mut parts = scheme_maps(tree);
    for placed in model.units() {
        let unit = placed.unit;
        let whole = |scheme: &&Scheme| !matches!(scheme.home, Home::Entry(..));
        let schemes = unit.schemes().iter().filter(whole).map(|one| one.range);
        let lists = unit
            .sites()
            .iter()
            .filter_map(|site| site.security.as_ref());
        let lists = lists.map(|list: &SecurityList| list.range);
        let absolute = schemes.chain(lists).map(|part| part.shifted(placed.base));
        // The target of an alias belongs to its own place.
        parts.extend(absolute.filter(|part| placed.range.contains(*part)));
    }
    parts.sort_unstable();
    let mut merged: Vec<TextRange> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start() < last.end() => *last = last.cover(part),
            _ => merged.push(part),
        }
    }
    merged
}

fn lies_in(parts: &[TextRange], range: TextRange) -> bool {
    let after = parts.partition_point(|part| part.start() <= range.start());
    after > 0 && parts[after - 1].contains(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Analysis, Options};
    use crate::rules::rule::Rule;
    use crate::syntax::format::Language;

    fn finding(rule: &'static Rule, start: usize) -> Finding {
        Finding::new(rule, TextRange::new(start, start + 5), "")
    }

    #[test]
    fn a_syntax_error_silences_what_follows_from_it() {
        let plain = |start, end| Effect::of(TextRange::new(start, end));
        let half_typed = Effect {
            half_typed: Some(("tok".to_owned(), vec![TextRange::new(10, 15)])),
            ..plain(40, 45)
        };
        let causes = Explained::of([half_typed, plain(60, 90), plain(65, 70)].into_iter());
        let explain = |finding: &Finding| causes.contains(finding);
        let rule = registry::OAUTH2_FLOW_MISSING_FIELD;
        let missing =
            |start, field| finding(rule, start).with_data(Data::MissingFields(vec![field]));
        assert!(explain(&finding(registry::OAUTH2_FLOW_UNKNOWN_FIELD, 40)));
        assert!(explain(&missing(10, "tokenUrl")));
        assert!(!explain(&missing(10, "scopes")));
        assert!(!explain(&missing(20, "tokenUrl")));
        assert!(!explain(&finding(registry::SECURITY_SCHEME_UNUSED, 10)));
        for (start, is_explained) in [(46, false), (55, true), (80, true), (90, true), (91, false)]
        {
            assert_eq!(explain(&finding(rule, start)), is_explained, "{start}");
        }
    }

    #[test]
    fn what_only_jsonc_has_silences_nothing() {
        let text = r#"{
  // asyncapi-security: ignore[security-scheme-unused] not needed
  "asyncapi": "3.0.0", "info": {"title": "a", "version": "1"},
  "operations": {"a": {"action": "send", "security": [{"type": "http", "scheme": "Bearer",}]}}
}"#;
        let findings = |language| {
            let document = Document::new(text, language);
            let found = Analysis::new(document, Options::default(), None).findings;
            let told = found
                .into_iter()
                .map(|one| (one.range.start(), one.rule.id));
            told.collect::<Vec<_>>()
        };
        let loose = findings(Language::Jsonc);
        let mut strict = findings(Language::Json);
        assert!(
            loose.iter().any(|(_, rule)| *rule == "suppression-unused"),
            "{loose:?}"
        );
        assert!(
            loose.iter().any(|(_, rule)| *rule == "http-bearer-case"),
            "{loose:?}"
        );
        strict.retain(|(_, rule)| *rule != "syntax-error");
        assert_eq!(loose, strict);
        assert_eq!(findings(Language::Json).len(), loose.len() + 2);
    }
}
