//! The findings of a document as all output formats show them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::input;
use crate::analysis::Analysis;
use crate::analysis::baseline::known_of;
use crate::analysis::shown::{MostSevere, most_severe, not_shown};
use crate::fixes::{backwards, fix_all, fixes, has_safe_proposal, takes_bulk};
use crate::model::DocumentKind;
use crate::model::pointers::Pointers;
use crate::rules::finding::{Finding, Related};
use crate::rules::registry;
use crate::rules::rule::{Group, Rule, Severity};
use crate::rules::secret::fields::values;
use crate::rules::secret::mask_in_place;
use crate::settings::baseline::Known;
use crate::spec::Version;
use crate::text::extent::Extent;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use crate::workspace::Workspace;
use crate::workspace::settings_file::SettingsFile;

/// A checked file.
pub struct Checked {
    /// Its path, as shown.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// Its kind: `asyncapi`, `fragment`, `other`, `empty` or `settings`.
    pub kind: &'static str,
    /// The AsyncAPI version whose rules apply.
    pub version: Option<Version>,
    /// The findings to show, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more there are by severity and rule, which are too many to be shown.
    pub hidden: BTreeMap<(Severity, &'static str), usize>,
    /// Says so; moves to the others when it is known which of them would be shown.
    more: Option<Diagnostic>,
    /// Where secrets stand, which are not to be shown, in the order of the text.
    pub secrets: Vec<TextRange>,
    /// How many findings are suppressed by the document or the settings.
    pub suppressed: usize,
    /// Which ignores of the settings silence something here.
    pub ignores: BTreeSet<usize>,
    /// How many findings the baseline knows.
    pub known: usize,
    /// How many of those that the baseline knows are gone.
    pub gone: usize,
    /// How many findings `--unsafe-fixes` would fix; only where something is fixed without it.
    pub unsafely: usize,
    /// All findings as a baseline has them; only where one is written.
    pub all: Known,
    /// The other files that findings tell of, by URI.
    pub others: HashMap<Arc<str>, Checked>,
}

/// A finding as it is shown.
pub struct Diagnostic {
    /// The severity after settings.
    pub severity: Severity,
    /// The finding.
    pub finding: Finding,
    /// Where it stands: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// The same for the same finding in later versions of the document, and no other one in it: a
    /// hash of the rule, the pointer, and how many of the same stand before it.
    pub fingerprint: String,
    /// Whether `--fix` fixes it.
    pub is_fixable: bool,
    /// What else can be done, the best first; only where a format shows it.
    pub fixes: Vec<ShownFix>,
}

/// A fix of a finding.
pub struct ShownFix {
    /// What it does.
    pub title: String,
    /// What takes the place of what.
    pub replacements: Vec<(Extent, String)>,
}

/// What is found out about each finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Detail {
    /// Whether `--fix` fixes it, which is tried.
    pub fixable: bool,
    /// Its fixes.
    pub fixes: bool,
    /// Its place in a baseline.
    pub baseline: bool,
    /// The lines that it is on, and so what must not be shown of them.
    pub excerpts: bool,
}

/// Of so many findings of a document the fixes are shown, and of fewer in a long one: each is tried
/// first, and the document read for that.
const MAX_WITH_FIXES: usize = 200;

/// How many bytes of documents are read for that.
const MAX_TRIED: usize = 20 << 20;

impl Checked {
    /// The result of an analysis.
    pub fn new(path: String, analysis: &Analysis, detail: Detail) -> Self {
        let kind = match analysis.model.kind {
            DocumentKind::AsyncApi => "asyncapi",
            DocumentKind::Fragment(_) => "fragment",
            DocumentKind::Other if is_blank(analysis.document.text()) => "empty",
            DocumentKind::Other => "other",
        };
        let found = analysis.findings.iter().chain(&analysis.suppressed);
        let secrets = found.filter(|finding| is_about_secret(finding));
        let mut secrets: Vec<TextRange> = secrets.map(|finding| finding.range).collect();
        if detail.excerpts {
            secrets.extend(values(analysis.document.tree()));
        }
        secrets.sort_unstable_by_key(|range| (range.start(), range.end()));
        let Shown {
            diagnostics,
            hidden,
            more,
        } = shown(analysis, detail);
        Self {
            path,
            kind,
            version: analysis.model.version,
            diagnostics,
            hidden,
            more,
            secrets,
            suppressed: analysis.suppressed.len(),
            ignores: analysis.ignores.clone(),
            known: analysis.known.len(),
            gone: gone(analysis),
            unsafely: 0,
            all: match detail.baseline {
                true => all(analysis),
                false => Known::default(),
            },
            others: HashMap::new(),
            text: analysis.document.text().clone(),
        }
    }

    /// A settings file and its problems.
    pub fn settings(path: String, file: &SettingsFile) -> Self {
        Self::of_settings(path, file, file.findings())
    }

    /// A settings file and what is found in it.
    pub fn of_settings(path: String, file: &SettingsFile, findings: Vec<Finding>) -> Self {
        Self {
            diagnostics: without_places(findings),
            ..Self::without_findings(path, file.text.clone(), "settings")
        }
    }

    fn without_findings(path: String, text: Text, kind: &'static str) -> Self {
        Self {
            path,
            text,
            kind,
            version: None,
            diagnostics: Vec::new(),
            hidden: BTreeMap::new(),
            more: None,
            secrets: Vec::new(),
            suppressed: 0,
            ignores: BTreeSet::new(),
            known: 0,
            gone: 0,
            unsafely: 0,
            all: Known::default(),
            others: HashMap::new(),
        }
    }

    /// Adds the other files that findings tell of.
    pub fn add_others(&mut self, workspace: &Workspace) {
        let related = self
            .diagnostics
            .iter()
            .flat_map(|one| one.finding.related());
        for uri in related.filter_map(|related| related.file.as_ref()) {
            let Some(file) = workspace.file_at(uri) else {
                continue;
            };
            let (path, text) = (shown_from_here(&file.path), file.document.text().clone());
            let secrets = values(file.document.tree());
            let other = Self::without_findings(path, text, "other");
            let other = Self { secrets, ..other };
            self.others.insert(Arc::clone(uri), other);
        }
    }

    /// The file in which a related place is; `None` if it is not known any more.
    pub fn file_of(&self, related: &Related) -> Option<&Self> {
        match &related.file {
            None => Some(self),
            Some(uri) => self.others.get(uri),
        }
    }

    /// Whether this is an AsyncAPI document or a fragment of one.
    pub fn is_document(&self) -> bool {
        matches!(self.kind, "asyncapi" | "fragment")
    }

    /// Removes findings less severe than `level` of rules that are not enabled by name; returns how
    /// many. What is too much to be shown is told last.
    pub fn filter(&mut self, level: Severity, enabled: &[String]) -> usize {
        let is_shown = |severity: Severity, id: &str| {
            severity <= level || enabled.iter().any(|rule| rule == id)
        };
        let all = self.diagnostics.len() + self.hidden.values().sum::<usize>();
        self.diagnostics
            .retain(|diagnostic| is_shown(diagnostic.severity, diagnostic.finding.rule.id));
        self.hidden
            .retain(|(severity, id), _| is_shown(*severity, id));
        let hidden = self.hidden.values().sum::<usize>();
        let not_shown_count = all - self.diagnostics.len() - hidden;
        let worst = self.hidden.keys().next().map(|(severity, _)| *severity);
        if let (Some(mut more), Some(worst)) = (self.more.take(), worst) {
            more.finding = not_shown(hidden, worst, more.finding.range);
            more.severity = worst;
            self.diagnostics.push(more);
        }
        not_shown_count
    }
}

/// How many findings that the baseline knows are not there any more; none where the text could not be
/// read as it is meant, so that they may only hide.
fn gone(analysis: &Analysis) -> usize {
    let mut findings = analysis.findings.iter();
    match findings.any(|finding| finding.rule.group == Group::Syntax) {
        true => 0,
        false => analysis.options.known.len() - analysis.known.len(),
    }
}

fn all(analysis: &Analysis) -> Known {
    let findings = analysis.findings.iter().chain(&analysis.known);
    known_of(analysis.document.tree(), findings)
}

/// A document has at most so many findings that are shown: the most severe, and one that counts the
/// others.
pub const MAX_FINDINGS: usize = 10_000;

struct Shown {
    diagnostics: Vec<Diagnostic>,
    hidden: BTreeMap<(Severity, &'static str), usize>,
    more: Option<Diagnostic>,
}

fn shown(analysis: &Analysis, detail: Detail) -> Shown {
    let most = match analysis.findings.len() {
        all if all <= MAX_FINDINGS => all,
        _ => MAX_FINDINGS - 1,
    };
    let most_severe = most_severe(&analysis.findings, most);
    let more = most_severe.not_shown();
    let MostSevere { shown, hidden, .. } = most_severe;
    let mut pointers = Pointers::new(analysis.document.tree());
    let mut fingerprints = Fingerprints::default();
    let mut fixable = match detail.fixable {
        true => Fixable::new(analysis),
        false => Fixable::default(),
    };
    let len = analysis.document.text().len().max(1);
    let max_with_fixes = MAX_WITH_FIXES.min(MAX_TRIED / len);
    let mut with_fixes = 0;
    let mut diagnostic = |finding: &Finding| {
        let pointer = pointers.of(finding.range);
        let has_fixes = detail.fixes && with_fixes < max_with_fixes;
        with_fixes += usize::from(has_fixes);
        Diagnostic {
            severity: finding.shown_severity(),
            fingerprint: fingerprints.next(finding.rule, &pointer),
            pointer,
            is_fixable: fixable.next(finding),
            fixes: match has_fixes {
                true => shown_fixes(analysis, finding),
                false => Vec::new(),
            },
            finding: finding.clone(),
        }
    };
    Shown {
        diagnostics: shown.into_iter().map(&mut diagnostic).collect(),
        hidden,
        more: more.as_ref().map(diagnostic),
    }
}

/// Of a document with more findings to fix it is not told which, for that takes as long as to fix
/// them.
const MAX_FIXED: usize = 500;

/// Which findings `--fix` fixes: those of which fewer are left afterwards.
#[derive(Default)]
struct Fixable {
    /// How many of each there are left to be told.
    counts: HashMap<(&'static str, Box<str>), usize>,
}

impl Fixable {
    fn new(analysis: &Analysis) -> Self {
        let is_proposed = |finding: &&Finding| {
            finding.rule.is_fixed_in_bulk && has_safe_proposal(analysis, finding)
        };
        let proposed = analysis.findings.iter().filter(is_proposed);
        let proposed = proposed.take(MAX_FIXED + 1).count();
        let mut counts: HashMap<_, usize> = HashMap::new();
        if (1..=MAX_FIXED).contains(&proposed) && takes_bulk(&analysis.document) {
            let after = analysis.edited(&backwards(&fix_all(analysis).0));
            let key = |finding: &Finding| (finding.rule.id, finding.message.clone());
            for finding in &analysis.findings {
                *counts.entry(key(finding)).or_default() += 1;
            }
            for finding in &after.findings {
                let count = counts.entry(key(finding)).or_default();
                *count = count.saturating_sub(1);
            }
        }
        Self { counts }
    }

    fn next(&mut self, finding: &Finding) -> bool {
        let key = (finding.rule.id, finding.message.clone());
        let Some(count) = self.counts.get_mut(&key).filter(|count| **count > 0) else {
            return false;
        };
        *count -= 1;
        true
    }
}

fn shown_fixes(analysis: &Analysis, finding: &Finding) -> Vec<ShownFix> {
    let text = analysis.document.text();
    // What is shown is uploaded: a fix that writes a secret again is not.
    let is_open =
        |edit: &TextEdit| mask_in_place(&edit.new_text, std::iter::empty()) == edit.new_text;
    let fixes = fixes(analysis, finding).into_iter();
    let fixes = fixes.filter(|fix| fix.edits.iter().all(is_open));
    let fixes = fixes.map(|fix| ShownFix {
        title: fix.title,
        replacements: (fix.edits.into_iter())
            .map(|edit| (Extent::new(text, edit.range), edit.new_text))
            .collect(),
    });
    fixes.collect()
}

fn without_places(findings: Vec<Finding>) -> Vec<Diagnostic> {
    let mut fingerprints = Fingerprints::default();
    let findings = findings.into_iter().map(|finding| Diagnostic {
        severity: finding.shown_severity(),
        fingerprint: fingerprints.next(finding.rule, ""),
        pointer: String::new(),
        is_fixable: false,
        fixes: Vec::new(),
        finding,
    });
    findings.collect()
}

/// Tells the findings of one document apart.
#[derive(Default)]
struct Fingerprints {
    seen: HashMap<(&'static str, String), usize>,
}

impl Fingerprints {
    fn next(&mut self, rule: &Rule, pointer: &str) -> String {
        let before = self.seen.entry((rule.id, pointer.to_owned())).or_default();
        let hash = hash(&format!("{}\0{pointer}\0{before}", rule.id), 16);
        *before += 1;
        hash
    }
}

/// The first bytes of a hash of a text, as hexadecimal digits.
pub fn hash(text: &str, bytes: usize) -> String {
    let hash = Sha256::digest(text);
    let digits = hash.iter().take(bytes).map(|byte| format!("{byte:02x}"));
    digits.collect()
}

/// Whether the range of a finding is a secret.
fn is_about_secret(finding: &Finding) -> bool {
    const OF_URLS: [&Rule; 2] = [registry::URL_SECRET_IN_QUERY, registry::URL_USERINFO];
    finding.rule.group == Group::Secrets || OF_URLS.contains(&finding.rule)
}

/// A path as users write it: from the working directory on.
pub fn shown_from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    input::shown(below.as_deref().unwrap_or(path))
}

fn is_blank(text: &Text) -> bool {
    // Do not copy a long text; it is not blank.
    text.len() <= 4096
        && text
            .to_string()
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty()
}
