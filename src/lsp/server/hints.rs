//! What an editor shows beside the text: inlay hints, lenses and semantic tokens. Each can be
//! switched off.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::ide::code_lens::{code_lenses, uses_shown};
use crate::ide::inlay_hints::inlay_hints;
use crate::ide::semantic_tokens::semantic_tokens;
use crate::lsp::capabilities::RefreshSupport;
use crate::lsp::configuration::Display;
use crate::lsp::convert::{self, code_lens, tokens};
use crate::model::DocumentKind;
use crate::text::range::TextRange;

impl Backend {
    pub(super) fn inlay_hints(&self, params: &lsp::InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
        let mut state = self.state();
        if !state.configuration.display().inlay_hints {
            return None;
        }
        let analysis = state
            .documents
            .get_mut(&params.text_document.uri)?
            .analysis();
        let text = analysis.document.text();
        let client = &state.capabilities;
        let range = convert::text_range(text, params.range, client.encoding);
        let hints = inlay_hints(&analysis, range).into_iter();
        let hints = hints.map(|hint| convert::inlay_hint(text, hint, client));
        Some(hints.collect())
    }

    pub(super) fn code_lenses(&self, uri: &lsp::Uri) -> Option<Vec<lsp::CodeLens>> {
        let mut state = self.state();
        if !state.configuration.display().code_lens {
            return None;
        }
        let open = state.documents.get_mut(uri)?;
        let (version, analysis) = (open.version, open.analysis());
        let text = analysis.document.text();
        let encoding = state.capabilities.encoding;
        let lenses = code_lenses(&analysis).into_iter();
        let lenses = lenses.map(|lens| code_lens::code_lens(text, uri, version, lens, encoding));
        Some(lenses.collect())
    }

    pub(super) fn resolved_lens(&self, mut lens: lsp::CodeLens) -> Result<lsp::CodeLens> {
        let Some(data) = code_lens::data(&lens) else {
            return Err(Error::invalid_params("this lens is not one of this server"));
        };
        let asked = self.asked(&data.uri);
        let Some(asked) = asked.filter(|asked| asked.version == data.version) else {
            return Err(Error::content_modified());
        };
        let files = asked.files();
        let shown = uses_shown(&asked.analysis, &files, &data.scheme, data.scope.as_deref());
        let elsewhere = asked.locations(&self.state().documents, shown.elsewhere.clone());
        let (text, encoding) = (asked.analysis.document.text(), asked.client.encoding);
        let command = code_lens::command(text, &data.uri, &lens, shown, elsewhere, encoding);
        lens.command = Some(command);
        Ok(lens)
    }

    /// The tokens of a document, or of a range of it. `None` where nothing is ours, so that an editor
    /// asks another server.
    pub(super) fn tokens(
        &self,
        uri: &lsp::Uri,
        range: Option<lsp::Range>,
    ) -> Option<lsp::SemanticTokens> {
        let mut state = self.state();
        if !state.configuration.display().semantic_tokens {
            return None;
        }
        let analysis = state.documents.get_mut(uri)?.analysis();
        if analysis.model.kind == DocumentKind::Other {
            return None;
        }
        let text = analysis.document.text();
        let encoding = state.capabilities.encoding;
        let range = match range {
            Some(range) => convert::text_range(text, range, encoding),
            None => TextRange::new(0, text.len()),
        };
        let found = semantic_tokens(&analysis, range);
        Some(tokens::encoded(text, &found, encoding))
    }

    /// Asks the client to show anew what depends on other files.
    pub(super) fn redraw(&self, supports: RefreshSupport) {
        let client = self.shared.client.clone();
        tokio::spawn(async move {
            if supports.inlay_hints {
                let _ = client.inlay_hint_refresh().await;
            }
            if supports.code_lens {
                let _ = client.code_lens_refresh().await;
            }
        });
    }

    /// Asks the client for what it shows anew.
    pub(super) fn refresh_display(&self, before: Display, after: Display) {
        let supports = self.state().capabilities.refreshes;
        let client = self.shared.client.clone();
        tokio::spawn(async move {
            if supports.inlay_hints && before.inlay_hints != after.inlay_hints {
                let _ = client.inlay_hint_refresh().await;
            }
            if supports.code_lens && before.code_lens != after.code_lens {
                let _ = client.code_lens_refresh().await;
            }
            if supports.semantic_tokens && before.semantic_tokens != after.semantic_tokens {
                let _ = client.semantic_tokens_refresh().await;
            }
        });
    }
}
