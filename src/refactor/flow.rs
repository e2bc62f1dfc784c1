//! An implicit flow becomes an authorization code flow with PKCE (RFC 9700, section 2.1.2).

use super::change::{Change, Effect, RefactorKind, checked};
use super::offers::Offers;
use super::place::path_at;
use crate::analysis::Analysis;
use crate::edits::path::NodePath;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fixes::offer_fixes;
use crate::rules::registry::OAUTH2_IMPLICIT_FLOW;
use std::iter;

/// Offers what the fix of the rule offers, also where the rule is off or silenced.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let around = path_at(analysis, offset);
    let around = iter::successors(around, NodePath::parent);
    let is_flow = |path: &NodePath<'_>| {
        let flows = path.parent().and_then(|flows| flows.entry());
        path.entry()
            .is_some_and(|flow| flow.key.value() == "implicit")
            && flows.is_some_and(|flows| flows.key.value() == "flows")
    };
    let Some(flow) = around
        .filter_map(|path| path.value().or(Some(path)))
        .find(is_flow)
    else {
        return;
    };
    let Some(entry) = flow.entry() else { return };
    let rule = OAUTH2_IMPLICIT_FLOW;
    let range = entry.key.range();
    let finding = Finding::new(rule, range, String::new());
    let context = FixContext::new(&analysis.document, &analysis.model, &finding);
    let Some(mut context) = context else { return };
    offer_fixes(&mut context);
    let mut remedies = context.remedies.into_iter();
    // The other one removes the flow, where that is clean.
    let Some(remedy) = remedies.find(|remedy| !remedy.must_be_clean) else {
        return;
    };
    let change = Change {
        edits: remedy.edits,
        holes: remedy.holes,
        new_file: None,
    };
    found.push(RefactorKind::Rewrite, remedy.title, || {
        checked(analysis, change, Effect::Changes)
    });
}
