//! What else is asked of a document: each answer lies in it, and each edit can be applied.

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::diff;
use asyncapi_security_lsp::diff::compare::compare;
use asyncapi_security_lsp::ide::actions::{Effect, actions, done};
use asyncapi_security_lsp::ide::code_lens::{code_lenses, uses_shown};
use asyncapi_security_lsp::ide::inlay_hints::inlay_hints;
use asyncapi_security_lsp::ide::navigation::folding::folds;
use asyncapi_security_lsp::ide::navigation::links::links;
use asyncapi_security_lsp::ide::navigation::rename::{prepare, rename};
use asyncapi_security_lsp::ide::navigation::selection::selections;
use asyncapi_security_lsp::ide::navigation::symbols::outline;
use asyncapi_security_lsp::ide::navigation::{File, Files, definitions, highlights, references};
use asyncapi_security_lsp::ide::semantic_tokens::{SemanticToken, semantic_tokens};
use asyncapi_security_lsp::refactor::migrate::migrate;
use asyncapi_security_lsp::report::html::page;
use asyncapi_security_lsp::report::markdown::markdown;
use asyncapi_security_lsp::report::read::report;
use asyncapi_security_lsp::report::text::text as plain;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

static NO_TARGETS: BTreeMap<String, String> = BTreeMap::new();

const URI: &str = "file:///w/api.yaml";

/// Panics if an answer cannot be used.
pub fn ask(text: &str, analysis: &Analysis, offsets: impl Iterator<Item = usize>) {
    let file = File {
        uri: URI,
        document: &analysis.document,
        mentions: analysis.mentions(),
        targets: &NO_TARGETS,
        documents: &[],
        kept: None,
    };
    let files = Files::new(file, []);
    whole(text, analysis, &files);
    for at in offsets.filter(|at| text.is_char_boundary(*at)) {
        names(text, &files, at);
        if let Some(ranges) = selections(analysis, at) {
            let is_inside = |pair: &[TextRange]| pair[1].contains(pair[0]);
            assert!(ranges.windows(2).all(is_inside), "{at} {ranges:?}\n{text}");
            all_in(text, ranges);
        }
        for action in actions(analysis, TextRange::empty(at), |_| true) {
            match done(analysis, action.effect) {
                Effect::Edit { edits, .. }
                | Effect::Split { edits, .. }
                | Effect::Join { edits, .. } => applies(text, &edits, &action.title),
                _ => {}
            }
        }
    }
}

fn names(text: &str, files: &Files<'_>, at: usize) {
    for definition in definitions(files, at) {
        all_in(
            text,
            [definition.name, definition.target, definition.origin],
        );
    }
    all_in(
        text,
        references(files, at, true).iter().map(|place| place.range),
    );
    all_in(text, highlights(files, at).iter().map(|one| one.range));
    if let Ok(Some(found)) = prepare(files, at) {
        assert!(found.range.touches(at), "{at} {found:?}\n{text}");
        if let Ok(Some(edits)) = rename(files, at, "renamed") {
            edits
                .values()
                .for_each(|edits| applies(text, edits, "rename"));
        }
    }
}

fn whole(text: &str, analysis: &Analysis, files: &Files<'_>) {
    let all = TextRange::new(0, text.len());
    let tokens = semantic_tokens(analysis, all);
    let are_apart = |pair: &[SemanticToken]| pair[0].range.end() <= pair[1].range.start();
    assert!(tokens.windows(2).all(are_apart), "{tokens:?}\n{text}");
    all_in(text, tokens.iter().map(|token| token.range));
    let hints = inlay_hints(analysis, all);
    all_in(
        text,
        hints.iter().map(|hint| TextRange::empty(hint.position)),
    );
    for lens in code_lenses(analysis) {
        all_in(text, [lens.range]);
        let shown = uses_shown(analysis, files, &lens.scheme, lens.scope.as_deref());
        all_in(text, shown.places);
    }
    all_in(text, links(analysis, URI).iter().map(|link| link.range));
    let lines = analysis.document.text().line_count();
    for fold in folds(analysis).unwrap_or_default() {
        assert!(
            fold.start < fold.end && fold.end < lines,
            "{fold:?}\n{text}"
        );
    }
    let mut open = outline(analysis);
    while let Some(entry) = open.pop() {
        assert!(entry.range.contains(entry.key), "{entry:?}\n{text}");
        all_in(text, [entry.range]);
        open.extend(entry.children);
    }
    if let Ok(edits) = migrate(analysis) {
        applies(text, &edits, "migrate");
    }
    written(analysis);
}

/// A report in every form, and that a document does not differ from itself.
fn written(analysis: &Analysis) {
    if let Some(report) = report("api.yaml", analysis, &|_| None) {
        let shown = [plain(&report), markdown(&report, 1), page(&[report])];
        assert!(shown.iter().all(|shown| !shown.is_empty()));
    }
    let environment = &analysis.options.environment;
    let side = || diff::read::read(analysis.document.tree(), &analysis.model, environment);
    if let (Some(one), Some(other)) = (side(), side()) {
        let mut found = compare(&one, &other).changes.into_iter();
        // Of what is not read it is not known.
        let change = found.find(|change| change.kind.id != "reference-unseen");
        assert!(change.is_none(), "{change:?}");
    }
}

fn all_in(text: &str, ranges: impl IntoIterator<Item = TextRange>) {
    for range in ranges {
        assert!(
            text.get(range.start()..range.end()).is_some(),
            "{range:?}\n{text}"
        );
    }
}

/// Edits are sorted, apart from each other and on whole characters.
fn applies(text: &str, edits: &[TextEdit], what: &str) {
    all_in(text, edits.iter().map(|edit| edit.range));
    let are_apart = |pair: &[TextEdit]| pair[0].range.end() <= pair[1].range.start();
    assert!(edits.windows(2).all(are_apart), "{what}: {edits:?}\n{text}");
}
