//! Converts between the protocol's types and ours.

pub mod action;
pub mod code_lens;
pub mod navigation;
pub mod tokens;

use tower_lsp::ls_types as lsp;

use super::capabilities::{Capabilities, CompletionSupport, DiagnosticSupport, SOURCE, SUGGEST};
use super::rule_pages;
use crate::analysis::Analysis;
use crate::analysis::shown::most_severe;
use crate::ide::completion::item::{CompletionItem, ItemKind};
use crate::ide::hover::Hover;
use crate::ide::inlay_hints::InlayHint;
use crate::ide::markdown;
use crate::rules::finding::{Data, Finding};
use crate::rules::rule::{Rule, Severity, Tag};
use crate::rules::secret::mask_name;
use crate::text::printable::one_line;
use crate::text::range::TextRange;
use crate::text::{Encoding, Position};
use crate::text::{Text, TextEdit};

/// A document has at most so many diagnostics: the most severe, and one that counts the others.
pub const MAX_DIAGNOSTICS: usize = 1_000;

/// The byte offset of a protocol position.
pub fn offset(text: &Text, position: lsp::Position, encoding: Encoding) -> usize {
    let position = Position {
        line: position.line,
        character: position.character,
    };
    text.offset(position, encoding)
}

/// The byte range of a protocol range. A reversed range is turned around.
pub fn text_range(text: &Text, range: lsp::Range, encoding: Encoding) -> TextRange {
    let start = offset(text, range.start, encoding);
    let end = offset(text, range.end, encoding);
    TextRange::new(start.min(end), start.max(end))
}

/// The protocol range of a byte range.
pub fn range(text: &Text, range: TextRange, encoding: Encoding) -> lsp::Range {
    lsp::Range {
        start: position(text, range.start(), encoding),
        end: position(text, range.end(), encoding),
    }
}

fn position(text: &Text, offset: usize, encoding: Encoding) -> lsp::Position {
    let position = text.position(offset, encoding);
    lsp::Position {
        line: position.line,
        character: position.character,
    }
}

fn edit(text: &Text, edit: TextEdit, encoding: Encoding) -> lsp::TextEdit {
    lsp::TextEdit {
        range: range(text, edit.range, encoding),
        new_text: edit.new_text,
    }
}

/// Finds the URI and the text of another file.
pub type OtherFile<'a> = &'a dyn Fn(&str) -> Option<(lsp::Uri, Text)>;

/// What is found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// What is new.
    pub findings: &'a [Finding],
    /// What the baseline knows.
    pub known: &'a [Finding],
    /// Whether nobody is writing on it, so that what has only begun is an error.
    pub is_done: bool,
}

impl<'a> Found<'a> {
    /// What is found in a document that is open.
    pub fn of(analysis: &'a Analysis) -> Self {
        Self {
            findings: &analysis.findings,
            known: &analysis.known,
            is_done: false,
        }
    }

    /// What is found in a document on the disk.
    pub fn on_disk(analysis: &'a Analysis) -> Self {
        Self {
            is_done: true,
            ..Self::of(analysis)
        }
    }

    /// What is found in a file of settings.
    pub fn new(findings: &'a [Finding]) -> Self {
        Self {
            findings,
            known: &[],
            is_done: true,
        }
    }
}

/// Converts findings; if they are too many, the last diagnostic says how many more there are. What is
/// known comes after what is new.
pub fn diagnostics(
    text: &Text,
    uri: &lsp::Uri,
    found: Found<'_>,
    other: OtherFile<'_>,
    client: &Capabilities,
) -> Vec<lsp::Diagnostic> {
    let most = match found.findings.len() {
        all if all <= MAX_DIAGNOSTICS => all,
        _ => MAX_DIAGNOSTICS - 1,
    };
    let most_severe = most_severe(found.findings, most);
    let known = found.known.iter().take(MAX_DIAGNOSTICS - most);
    let one = |finding| {
        let mut one = diagnostic(text, uri, finding, other, client);
        if *finding.data() == Data::Begun && !found.is_done {
            one.severity = Some(lsp::DiagnosticSeverity::HINT);
        }
        one
    };
    let known = known.map(|finding| {
        let mut known = one(finding);
        known.severity = Some(lsp::DiagnosticSeverity::HINT);
        if client.diagnostic.unnecessary {
            known.tags = Some(vec![lsp::DiagnosticTag::UNNECESSARY]);
        }
        known.message = format!("(in the baseline) {}", known.message);
        known
    });
    let more = most_severe.not_shown();
    (most_severe.shown.into_iter().map(one).chain(known))
        .chain(more.iter().map(one))
        .collect()
}

fn diagnostic(
    text: &Text,
    uri: &lsp::Uri,
    finding: &Finding,
    other: OtherFile<'_>,
    client: &Capabilities,
) -> lsp::Diagnostic {
    let rule = finding.rule;
    let supports = client.diagnostic;
    let page = match client.pages.are_shown {
        true => rule_pages::uri(rule),
        false => rule.docs_url().and_then(|url| url.parse().ok()),
    };
    let link = page.filter(|_| supports.link);
    let related = finding.related().iter().filter_map(|related| {
        // A place in a file that is gone by now cannot be shown.
        let (uri, text) = match &related.file {
            None => (uri.clone(), text.clone()),
            Some(file) => other(file)?,
        };
        Some(lsp::DiagnosticRelatedInformation {
            location: lsp::Location {
                uri,
                range: range(&text, related.range, client.encoding),
            },
            message: related.message.to_string(),
        })
    });
    let is_related = !finding.related().is_empty() && supports.related;
    lsp::Diagnostic {
        range: range(text, finding.range, client.encoding),
        severity: Some(diagnostic_severity(
            finding.severity.unwrap_or(rule.severity),
        )),
        code: Some(lsp::NumberOrString::String(finding.rule.id.to_owned())),
        code_description: link.map(|href| lsp::CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: finding.message.to_string(),
        related_information: is_related.then(|| related.collect()),
        tags: tags(rule, supports),
        data: None,
    }
}

fn diagnostic_severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

fn tags(rule: &Rule, client: DiagnosticSupport) -> Option<Vec<lsp::DiagnosticTag>> {
    let tags: Vec<_> = rule
        .tags
        .iter()
        .filter_map(|tag| match tag {
            Tag::Unnecessary => client
                .unnecessary
                .then_some(lsp::DiagnosticTag::UNNECESSARY),
            Tag::Deprecated => client.deprecated.then_some(lsp::DiagnosticTag::DEPRECATED),
        })
        .collect();
    (!tags.is_empty()).then_some(tags)
}

/// Converts completion items.
pub fn completion_items(
    text: &Text,
    items: Vec<CompletionItem>,
    client: &Capabilities,
) -> Vec<lsp::CompletionItem> {
    // Most items replace the same range; convert it once.
    let mut known: Option<(TextRange, lsp::Range)> = None;
    let mut range_of = |wanted: TextRange| match known {
        Some((bytes, range)) if bytes == wanted => range,
        _ => {
            known
                .insert((wanted, range(text, wanted, client.encoding)))
                .1
        }
    };
    items
        .into_iter()
        .map(|item| completion_item(text, range_of(item.edit.range), item, client))
        .collect()
}

fn completion_item(
    text: &Text,
    range: lsp::Range,
    item: CompletionItem,
    client: &Capabilities,
) -> lsp::CompletionItem {
    let supports = client.completion;
    let is_multiline = item.edit.new_text.contains('\n');
    let (detail, label_details) = details(item.detail.as_deref().map(shown), supports);
    lsp::CompletionItem {
        label: shown(&item.label),
        label_details,
        kind: Some(item_kind(item.kind)),
        detail,
        documentation: item
            .documentation
            .map(|markdown| documentation(markdown, client)),
        deprecated: (item.deprecated && supports.deprecated_field && !supports.deprecated_tag)
            .then_some(true),
        tags: (item.deprecated && supports.deprecated_tag)
            .then(|| vec![lsp::CompletionItemTag::DEPRECATED]),
        preselect: (item.preselect && supports.preselect).then_some(true),
        sort_text: Some(item.sort),
        filter_text: Some(item.filter),
        insert_text_format: Some(if item.is_snippet {
            lsp::InsertTextFormat::SNIPPET
        } else {
            lsp::InsertTextFormat::PLAIN_TEXT
        }),
        // Further lines of plain text already have their full indentation.
        insert_text_mode: (item.is_snippet && is_multiline && supports.adjust_indentation)
            .then_some(lsp::InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(lsp::CompletionTextEdit::Edit(lsp::TextEdit {
            range,
            new_text: item.edit.new_text,
        })),
        command: (item.opens_list && supports.suggest).then(|| lsp::Command {
            title: "Suggest".to_owned(),
            command: SUGGEST.to_owned(),
            arguments: None,
        }),
        additional_text_edits: item
            .also
            .map(|also| vec![edit(text, also, client.encoding)]),
        ..lsp::CompletionItem::default()
    }
}

/// The explanation of an item.
pub fn documentation(markdown: String, client: &Capabilities) -> lsp::Documentation {
    lsp::Documentation::MarkupContent(markup(markdown, client.completion.markdown))
}

/// The detail of an item, in `labelDetails` if the client supports it.
fn details(
    detail: Option<String>,
    supports: CompletionSupport,
) -> (Option<String>, Option<lsp::CompletionItemLabelDetails>) {
    if !supports.label_details {
        return (detail, None);
    }
    let beside = |description| lsp::CompletionItemLabelDetails {
        detail: None,
        description: Some(description),
    };
    (None, detail.map(beside))
}

fn item_kind(kind: ItemKind) -> lsp::CompletionItemKind {
    match kind {
        ItemKind::Field => lsp::CompletionItemKind::PROPERTY,
        ItemKind::Value => lsp::CompletionItemKind::ENUM_MEMBER,
        ItemKind::Snippet => lsp::CompletionItemKind::SNIPPET,
        ItemKind::Reference => lsp::CompletionItemKind::REFERENCE,
        ItemKind::Scope => lsp::CompletionItemKind::CONSTANT,
    }
}

/// A name or a few words of a document as a client shows them in a list: on one line, with what is
/// surely a secret masked.
pub fn shown(text: &str) -> String {
    one_line(&mask_name(text)).into_owned()
}

/// Converts a hover.
pub fn hover(text: &Text, hover: Hover, client: &Capabilities) -> lsp::Hover {
    lsp::Hover {
        contents: lsp::HoverContents::Markup(markup(hover.markdown, client.hover_markdown)),
        range: Some(range(text, hover.range, client.encoding)),
    }
}

/// The URI of a document if places in it may be links: where hovers are Markdown. VS Code follows
/// links to files, and Neovim shows their words.
pub fn linked_file<'u>(uri: &'u lsp::Uri, client: &Capabilities) -> Option<&'u str> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    (is_file && client.hover_markdown).then(|| uri.as_str())
}

/// Converts a hint. What a client shows of Markdown in hovers it shows in tooltips.
pub fn inlay_hint(text: &Text, hint: InlayHint, client: &Capabilities) -> lsp::InlayHint {
    let tooltip = markup(hint.tooltip, client.hover_markdown);
    lsp::InlayHint {
        position: position(text, hint.position, client.encoding),
        label: lsp::InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::InlayHintTooltip::MarkupContent(tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

fn markup(markdown: String, is_rendered: bool) -> lsp::MarkupContent {
    if is_rendered {
        return lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: markdown,
        };
    }
    lsp::MarkupContent {
        kind: lsp::MarkupKind::PlainText,
        value: markdown::plain_text(&markdown),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::rules::registry;

    #[test]
    fn a_diagnostic_has_what_the_client_can_show_and_no_more() {
        let text = Text::new("one: \u{1d11e}\ntwo\n");
        let uri: lsp::Uri = "file:///a.yaml".parse().unwrap();
        let finding = Finding::new(
            registry::SECURITY_SCHEME_UNUSED,
            TextRange::new(5, 9),
            "words",
        )
        .with(TextRange::new(10, 13), "here");
        let mut client = Capabilities::default();
        let shown = |client: &Capabilities| {
            let all = diagnostics(
                &text,
                &uri,
                Found::new(std::slice::from_ref(&finding)),
                &|_| None,
                client,
            );
            serde_json::to_value(&all).unwrap()
        };
        let little = json!([{
            "range": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 7}},
            "severity": 4,
            "code": "security-scheme-unused",
            "source": "asyncapi-security",
            "message": "words",
        }]);
        assert_eq!(shown(&client), little);
        client.encoding = Encoding::Utf8;
        client.diagnostic = DiagnosticSupport {
            link: true,
            related: true,
            unnecessary: true,
            deprecated: true,
        };
        let much = shown(&client);
        assert_eq!(much[0]["range"]["end"], json!({"line": 0, "character": 9}));
        assert_eq!(much[0]["tags"], json!([1]));
        let href = registry::SECURITY_SCHEME_UNUSED.docs_url().unwrap();
        assert_eq!(much[0]["codeDescription"], json!({"href": href}));
        let start = json!({"line": 1, "character": 0});
        let range = json!({"start": start, "end": {"line": 1, "character": 3}});
        let location = json!({"uri": "file:///a.yaml", "range": range});
        let related = json!([{"location": location, "message": "here"}]);
        assert_eq!(much[0]["relatedInformation"], related);
    }

    #[test]
    fn what_has_just_been_begun_is_a_hint() {
        let text = Text::new("staff:\n");
        let uri = "file:///a.yaml".parse().unwrap();
        let rule = registry::SECURITY_SCHEME_NOT_OBJECT;
        let finding = Finding::new(rule, TextRange::new(0, 5), "words").with_data(Data::Begun);
        let shown = diagnostics(
            &text,
            &uri,
            Found {
                findings: &[finding],
                known: &[],
                is_done: false,
            },
            &|_| None,
            &Capabilities::default(),
        );
        assert_eq!(shown[0].severity, Some(lsp::DiagnosticSeverity::HINT));
    }

    #[test]
    fn ranges_that_are_reversed_are_turned() {
        let text = Text::new("one\ntwo\n");
        let reversed = lsp::Range {
            start: lsp::Position::new(1, 2),
            end: lsp::Position::new(0, 1),
        };
        assert_eq!(
            text_range(&text, reversed, Encoding::Utf16),
            TextRange::new(1, 6)
        );
    }
}
