//! Completion, and what is looked up when an entry is chosen.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::ide::completion::item::{CompletionItem, CompletionOptions};
use crate::ide::completion::{self, settings};
use crate::lsp::convert;
use crate::text::Text;

/// A list whose explanations are longer, in bytes, has none until an entry is chosen: it is sent
/// again at each letter.
const MAX_EXPLANATIONS: usize = 16 << 10;

impl Backend {
    pub(super) fn completed(&self, params: &lsp::CompletionParams) -> Option<lsp::CompletionList> {
        let place = &params.text_document_position;
        let kind = params.context.as_ref().map(|context| context.trigger_kind);
        let mut state = self.state();
        let State {
            capabilities: client,
            documents,
            configuration,
            ..
        } = &mut *state;
        let uri = &place.text_document.uri;
        let offset = |text| convert::offset(text, place.position, client.encoding);
        let options = |text, offset, is_certain| CompletionOptions {
            snippets: client.completion.snippets,
            is_asked: is_asked(kind, text, offset, is_certain),
        };
        let items = if let Some(open) = documents.get_mut(uri) {
            let analysis = open.analysis();
            let text = analysis.document.text();
            let offset = offset(text);
            let options = options(text, offset, open.is_asked_by_author(offset));
            let version = open.version;
            let elsewhere = || documents.schemes_elsewhere(uri);
            let mut items = completion::complete_with(&analysis, offset, options, &elsewhere);
            let is_late = client.completion.resolves && are_explanations_long(&items);
            if is_late {
                (items.iter_mut()).for_each(|item| item.documentation = None);
            }
            let mut items = convert::completion_items(text, items, client);
            if is_late {
                let data = json!({
                    "uri": uri,
                    "version": version,
                    "offset": offset,
                    "isAsked": options.is_asked,
                });
                (items.iter_mut()).for_each(|item| item.data = Some(data.clone()));
            }
            items
        } else {
            let open = configuration.get(uri)?;
            let text = &open.file.text;
            let offset = offset(text);
            let items = settings::complete(text, offset, options(text, offset, false));
            convert::completion_items(text, items, client)
        };
        Some(lsp::CompletionList {
            // What may be shown by itself depends on each letter.
            is_incomplete: !items.is_empty(),
            items,
        })
    }

    /// Adds the explanation that the list did not have. The list is made once more; in a changed
    /// document an entry stays as it is.
    pub(super) fn resolved_item(&self, mut item: lsp::CompletionItem) -> lsp::CompletionItem {
        if let Some(documentation) = self.explanation(&item) {
            item.documentation = Some(documentation);
        }
        item
    }

    fn explanation(&self, item: &lsp::CompletionItem) -> Option<lsp::Documentation> {
        let data = item.data.as_ref()?;
        let uri = data["uri"].as_str()?.parse().ok()?;
        let offset = usize::try_from(data["offset"].as_u64()?).ok()?;
        let mut state = self.state();
        let State {
            capabilities: client,
            documents,
            ..
        } = &mut *state;
        let open = documents.get_mut(&uri)?;
        if data["version"] != open.version {
            return None;
        }
        let options = CompletionOptions {
            snippets: client.completion.snippets,
            is_asked: data["isAsked"] == Value::Bool(true),
        };
        let analysis = open.analysis();
        let offset = analysis.document.text().floor(offset);
        let elsewhere = || documents.schemes_elsewhere(&uri);
        let found = completion::complete_with(&analysis, offset, options, &elsewhere);
        let found = found.into_iter().find(|found| {
            found.label == item.label && Some(&found.sort) == item.sort_text.as_ref()
        })?;
        Some(convert::documentation(found.documentation?, client))
    }
}

fn are_explanations_long(items: &[CompletionItem]) -> bool {
    let lengths = items.iter().filter_map(|item| item.documentation.as_ref());
    lengths.map(String::len).sum::<usize>() > MAX_EXPLANATIONS
}

/// Whether the author asked for completion. Editors send the same request when a word is typed, so
/// within a word it must be certain by other signs.
fn is_asked(
    kind: Option<lsp::CompletionTriggerKind>,
    text: &Text,
    offset: usize,
    is_certain: bool,
) -> bool {
    let last = offset.checked_sub(1).and_then(|at| text.byte(at));
    let begins_word = last.is_none_or(|last| last.is_ascii_whitespace() || b"[{,".contains(&last));
    let is_invoked = kind.is_none_or(|kind| kind == lsp::CompletionTriggerKind::INVOKED);
    is_invoked && (begins_word || is_certain)
}
