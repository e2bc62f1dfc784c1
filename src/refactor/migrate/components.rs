//! What `components` of 3.x hold in maps that 2.6 does not have, or does not know like that.

use std::collections::HashSet;

use super::moves::Moves;
use super::references::{self, leads_into};
use super::work::{Placed, Work, below, need};
use crate::edits::template::Template;
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;

/// Puts what channels and operations of the root refer to in their place. What nothing refers to has
/// no effect and is kept as an extension.
pub(super) fn to_v2(work: &mut Work<'_>) {
    let is_done = work.is_done(|work| {
        for map in ["channels", "operations"] {
            inline(work, map);
        }
        work.attempt("/components", references::rewrite);
    });
    if !is_done {
        return;
    }
    work.moved = Moves::default();
    // Operations refer to replies and channels, not the other way round.
    for map in [
        "operations",
        "replies",
        "replyAddresses",
        "channels",
        "tags",
        "externalDocs",
    ] {
        let pointer = format!("/components/{map}");
        work.attempt(&pointer, |work| set_aside(work, map));
    }
}

/// What stands elsewhere and comes to its place.
struct Inlined {
    pointer: String,
    /// Where it is.
    target: String,
    value: Template,
}

impl Placed for Inlined {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

fn inline(work: &mut Work<'_>, map: &str) {
    let shared = format!("/components/{map}");
    let mut inlined = Vec::new();
    let mut taken = HashSet::new();
    for pointer in work.members(&format!("/{map}")) {
        let found = work.attempt(&pointer, |work| inlined_at(work, &pointer, &shared));
        // What several refer to can be in one place.
        let found = found
            .flatten()
            .filter(|one| taken.insert(one.target.clone()));
        inlined.extend(found);
    }
    work.each(&mut inlined, |work, one| {
        need(work.draft.put(&one.pointer, &one.value))
    });
    if taken.len() == work.draft.keys(&shared).len() && !taken.is_empty() {
        work.attempt(&shared, |work| need(work.draft.clear(&shared)));
    }
    work.each(&mut inlined, |work, one| {
        match work.draft.node(&one.target).is_some() {
            true => need(work.draft.take(&one.target)).map(|_| ()),
            false => Ok(()),
        }
    });
    for one in inlined {
        work.moved.add(one.target, one.pointer);
    }
}

fn inlined_at(work: &Work<'_>, pointer: &str, shared: &str) -> Result<Option<Inlined>, Refusal> {
    if !work.is_reference(pointer)? {
        return Ok(None);
    }
    let text = work.draft.text(&below(pointer, "$ref")).unwrap_or_default();
    let target = local_pointer(text).unwrap_or_default().into_owned();
    let is_direct = target
        .rsplit_once('/')
        .is_some_and(|(map, _)| map == shared);
    if !is_direct || work.draft.node(&target).is_none() {
        return Ok(None);
    }
    if work.draft.keys(pointer).len() > 1 {
        let reason = format!(
            "What stands beside the `$ref` of {} has no effect and would be lost: remove it first.",
            quoted(pointer)
        );
        return work.refuse(pointer, reason);
    }
    if work.is_reference(&target)? {
        return Ok(None);
    }
    let value = need(value(work, &target, pointer))?;
    let pointer = pointer.to_owned();
    Ok(Some(Inlined {
        pointer,
        target,
        value,
    }))
}

/// What stands at a pointer, for another place, with the comments about it.
fn value(work: &Work<'_>, pointer: &str, place: &str) -> Option<Template> {
    let path = work.draft.place(place)?.path;
    let is_in_flow = path.parent().is_some_and(|map| map.is_in_flow());
    match work.draft.lifted(pointer)? {
        // Lines with indentation cannot stand between brackets.
        Template::Piece { is_block: true, .. } if is_in_flow => work.draft.copy(pointer),
        Template::Piece {
            head,
            mut lines,
            is_block: true,
        } => {
            let head = Some(head.trim()).filter(|head| !head.is_empty());
            lines.splice(0..0, head.map(str::to_owned));
            Some(Template::Piece {
                head: String::new(),
                lines,
                is_block: true,
            })
        }
        value => Some(value),
    }
}

fn set_aside(work: &mut Work<'_>, map: &str) -> Result<(), Refusal> {
    let pointer = format!("/components/{map}");
    if work.draft.node(&pointer).is_none() {
        return Ok(());
    }
    if work.draft.keys(&pointer).is_empty() {
        return need(work.draft.remove(&pointer));
    }
    if leads_into(work, &pointer) {
        let reason = format!(
            "2.6 has no `components.{map}` that could stand for these, and something refers to them."
        );
        return work.refuse(&pointer, reason);
    }
    need(work.draft.rename(&pointer, &format!("x-{map}")))
}
