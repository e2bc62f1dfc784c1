//! The commands: of code actions and lenses that a client leaves to the server, and those that a
//! client offers its user.

use serde_json::json;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::Backend;
use super::reports::{document_of, is_shown};
use crate::analysis::Analysis;
use crate::ide::actions::{self, Effect};
use crate::lsp::capabilities::{
    CHANGES, EXPLAIN, FIX, MIGRATE, OPEN_RULE, REPORT, SHOW_REFERENCES, STATUS,
};
use crate::lsp::convert::{action, code_lens};
use crate::lsp::rule_pages;
use crate::model::DocumentKind;
use crate::rules::finding::Finding;
use crate::rules::rule::Rule;

/// The commands that a client offers its user for the document in the editor.
const ABOUT_DOCUMENTS: [&str; 5] = [CHANGES, EXPLAIN, FIX, MIGRATE, REPORT];

impl Backend {
    pub(super) async fn command(
        &self,
        params: &lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        if ABOUT_DOCUMENTS.contains(&&*params.command) && self.is_about_none(params) {
            self.tell("Open an AsyncAPI document first: this is about the one you are in.".into());
            return Ok(None);
        }
        match &*params.command {
            CHANGES => self.changes_command(params).await.map(Some),
            _ => self.execute(params),
        }
    }

    /// Whether no document is named, or one that is not open.
    fn is_about_none(&self, params: &lsp::ExecuteCommandParams) -> bool {
        params.arguments.is_empty()
            || document_of(params).is_ok_and(|uri| self.state().documents.get_mut(&uri).is_none())
    }

    fn execute(&self, params: &lsp::ExecuteCommandParams) -> Result<Option<lsp::LSPAny>> {
        let (has_pages, can_show, can_show_pages) = {
            let client = &self.state().capabilities;
            (
                client.pages.are_shown,
                client.action.shows_pages,
                client.shows_own_pages(),
            )
        };
        match &*params.command {
            OPEN_RULE => {
                let shown = action::page_of(params, has_pages);
                self.show(shown.ok_or_else(|| Error::invalid_params("there is no such rule"))?);
            }
            REPORT => return self.report_command(params, can_show_pages).map(Some),
            EXPLAIN => return self.explain(params),
            STATUS => return self.status(params).map(Some),
            FIX => return self.change(params, fixed),
            MIGRATE => return self.change(params, migrated),
            SHOW_REFERENCES => match code_lens::first_place(params) {
                Some(place) if can_show => self.show(place),
                _ => self.tell(code_lens::places_in_words(params)),
            },
            _ => return Err(Error::invalid_params("there is no such command")),
        }
        Ok(None)
    }

    /// Opens the page of the rule whose finding is at a position or, if none is, in its line.
    /// Returns the URI of the page, and its text.
    fn explain(&self, params: &lsp::ExecuteCommandParams) -> Result<Option<lsp::LSPAny>> {
        let uri = document_of(params)?;
        let position = params.arguments.get(2).cloned().unwrap_or_default();
        let position = serde_json::from_value(position)
            .map_err(|_| Error::invalid_params("the third argument is a position"))?;
        let text_document = lsp::TextDocumentIdentifier { uri };
        let place = lsp::TextDocumentPositionParams::new(text_document, position);
        let rule = self.at_position(place, |analysis, offset, _| rule_at(analysis, offset));
        let Some(rule) = rule.ok_or_else(not_open)? else {
            self.tell("There is no finding in this line. Put the cursor on one.".to_owned());
            return Ok(None);
        };
        let has_pages = self.state().capabilities.pages.are_shown;
        let page = lsp::ExecuteCommandParams {
            arguments: vec![rule.id.into()],
            ..lsp::ExecuteCommandParams::default()
        };
        if let Some(page) = action::page_of(&page, has_pages).filter(|_| is_shown(params)) {
            self.show(page);
        }
        Ok(Some(
            json!({"uri": rule_pages::uri(rule), "text": rule.page}),
        ))
    }

    /// Whether a document is one of AsyncAPI, of which version, and which preset holds for it.
    fn status(&self, params: &lsp::ExecuteCommandParams) -> Result<lsp::LSPAny> {
        let uri = document_of(params)?;
        let mut state = self.state();
        let open = state.documents.get_mut(&uri);
        let analysis = open.map(|open| open.analysis());
        let model = analysis.as_ref().map(|analysis| &analysis.model);
        let version = model.and_then(|model| model.version);
        Ok(json!({
            "isAsyncApi": model.is_some_and(|model| model.kind != DocumentKind::Other),
            "asyncapi": version.map(|version| version.as_str()),
            "profile": state.configuration.effective(&uri).rule_set.preset().as_str(),
        }))
    }

    /// Has the client change a document, or tells why not.
    fn change(
        &self,
        params: &lsp::ExecuteCommandParams,
        make: fn(&Analysis) -> Effect,
    ) -> Result<Option<lsp::LSPAny>> {
        let uri = document_of(params)?;
        let mut state = self.state();
        let Some(open) = state.documents.get_mut(&uri) else {
            return Err(not_open());
        };
        let (version, analysis) = (Some(open.version), open.analysis());
        let text = analysis.document.text();
        let uri = &uri;
        let file = action::EditedFile { text, uri, version };
        let client = &state.capabilities;
        let edit = match make(&analysis) {
            Effect::Refused(reason) => Err(reason),
            _ if !client.applies_edits => {
                Err("This editor does not make edits of a server. Use its code actions.".to_owned())
            }
            effect => action::edit_of(file, effect, client)
                .ok_or_else(|| "This editor cannot make this edit.".to_owned()),
        };
        drop(state);
        match edit {
            Err(reason) => self.tell(reason),
            Ok(edit) => self.apply(edit),
        }
        Ok(None)
    }

    /// Does not wait for the answer: the client may ask something before it has made the edit.
    fn apply(&self, edit: lsp::WorkspaceEdit) {
        let server = self.clone();
        tokio::spawn(async move {
            let applied = server.shared.client.apply_edit(edit).await;
            if !applied.is_ok_and(|applied| applied.applied) {
                server.tell("The document has changed meanwhile: try again.".to_owned());
            }
        });
    }

    fn tell(&self, sentence: String) {
        self.show_message(lsp::MessageType::INFO, sentence);
    }

    /// Does not wait for the answer: it may come only when the user has decided.
    pub(super) fn show(&self, document: lsp::ShowDocumentParams) {
        let client = self.shared.client.clone();
        tokio::spawn(async move { client.show_document(document).await });
    }
}

fn not_open() -> Error {
    Error::invalid_params("the document is not open")
}

fn fixed(analysis: &Analysis) -> Effect {
    match actions::edits_of_many(analysis, None) {
        (_, 0) => Effect::Refused("Nothing here is safe to fix without a look at it.".to_owned()),
        (edits, _) => Effect::Edit {
            edits,
            holes: Vec::new(),
        },
    }
}

fn migrated(analysis: &Analysis) -> Effect {
    actions::migrated(analysis).unwrap_or_else(|| {
        Effect::Refused("This is not a whole document of a known version.".to_owned())
    })
}

/// The rule of the smallest finding at a place, else of the first one in its line.
fn rule_at(analysis: &Analysis, offset: usize) -> Option<&'static Rule> {
    let text = analysis.document.text();
    let all = || analysis.findings.iter().chain(&analysis.known);
    let touched = all().filter(|finding| finding.range.touches(offset));
    let is_here = |finding: &&Finding| text.line_of(finding.range.start()) == text.line_of(offset);
    let found = touched.min_by_key(|finding| finding.range.len());
    found
        .or_else(|| all().find(is_here))
        .map(|finding| finding.rule)
}
