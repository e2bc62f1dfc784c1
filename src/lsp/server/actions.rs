//! Code actions: what can be done at a place, and what the user has chosen of that.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::navigation::refusal;
use super::{Backend, State};
use crate::ide::actions::{self, ActionKind, Effect};
use crate::ide::move_back;
use crate::lsp::convert;
use crate::lsp::convert::action::{self, Chosen, EditedFile};
use crate::refactor::change::RefactorKind;
use crate::refactor::files::reference_at;

impl Backend {
    pub(super) fn code_actions(
        &self,
        params: &lsp::CodeActionParams,
    ) -> Option<lsp::CodeActionResponse> {
        let uri = &params.text_document.uri;
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            configuration,
            ..
        } = &mut *state;
        let open = documents.get_mut(uri)?;
        let version = Some(open.version);
        let analysis = open.analysis();
        let text = analysis.document.text();
        let range = convert::text_range(text, params.range, capabilities.encoding);
        let only = params.context.only.as_deref();
        let file = EditedFile { text, uri, version };
        let wants = |kind| action::is_wanted(kind, only);
        let mut found = actions::actions(&analysis, range, wants);
        if wants(ActionKind::Refactor(RefactorKind::Move))
            && reference_at(&analysis, range.start()).is_some()
            && let Some(files) = documents.connected(uri)
        {
            let kept = documents.kept(&files);
            found.extend(move_back::offer(&analysis, range, &files, &kept));
        }
        let actions = found
            .into_iter()
            .filter_map(|one| match capabilities.action.resolves {
                true => Some(one),
                false => actions::resolved(&analysis, one),
            })
            .filter_map(|one| action::code_action(file, one, configuration, capabilities))
            .collect();
        Some(actions)
    }

    /// What was chosen, with its edits.
    pub(super) fn resolved_action(&self, mut action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        let Some(chosen) = Chosen::read(&action) else {
            return Ok(action);
        };
        let Chosen {
            uri,
            version,
            effect,
        } = chosen;
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            ..
        } = &mut *state;
        let open = documents.get_mut(&uri);
        let Some(open) = open.filter(|open| Some(open.version) == version) else {
            return Err(Error::content_modified());
        };
        let analysis = open.analysis();
        let file = EditedFile {
            text: analysis.document.text(),
            uri: &uri,
            version,
        };
        action.edit = match actions::done(&analysis, effect) {
            Effect::Refused(reason) => return Err(refusal(reason)),
            effect => action::edit_of(file, effect, capabilities),
        };
        Ok(action)
    }
}
