//! Fixes where operations and traits set `security` for nothing.

use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::syntax::node::Entry;

pub(in crate::rules) fn empty_list(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let title = "Remove the empty `security`";
    fix.offer(title, Safe, |edits| edits.remove(entry));
}

pub(in crate::rules) fn conflict(fix: &mut FixContext<'_>) {
    let Some(own) = fix.entry() else { return };
    if !fix.version.is_v3() {
        let title = "Remove this `security`, which has no effect";
        fix.offer(title, Safe, |edits| edits.remove(own));
        return;
    }
    let entry = |place| fix.entry_at(place);
    let others: Option<Vec<Entry<'_>>> = fix.finding.other_parts().map(entry).collect();
    let Some(others) = others else { return };
    // A trait of `components` may count for another operation.
    let title = "Remove the `security` of the trait";
    fix.offer(title, ChangesMeaning, |edits| edits.remove_all(&others));
    let title = "Remove this `security`, so that the one of the trait counts";
    fix.offer(title, ChangesMeaning, |edits| edits.remove(own));
}
