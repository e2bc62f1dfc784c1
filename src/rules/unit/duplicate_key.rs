//! A key that stands twice. The readers find it; here is what can be done about it.

use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::fix::names::fresh_name;
use crate::rules::messages::quoted;

/// Of repeated keys parsers keep the last one.
pub(in crate::rules) fn fix_in_security(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(mapping)) = (fix.entry(), fix.mapping()) else {
        return;
    };
    let name = entry.key.value();
    let start = entry.key.range().start;
    let earlier = (mapping.entries())
        .filter(|other| other.key.value() == name && other.key.range().start < start)
        .last();
    if let Some(earlier) = earlier {
        let title = format!("Remove the earlier {}, which has no effect", quoted(name));
        fix.offer(title, Safe, |edits| edits.remove(earlier));
    }
    let is_scheme = fix.path.keys().iter().rev().nth(1) == Some(&"securitySchemes");
    if is_scheme {
        let name = fresh_name(fix, name);
        let title = format!("Rename it to {}", quoted(&name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.rename(entry.key, &name)
        });
    }
}
