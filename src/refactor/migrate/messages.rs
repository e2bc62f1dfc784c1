//! Messages: in 2.x with an id and the format of their payload, in 3.x with a key and payloads that
//! say their format.

use super::work::{Work, below, need};
use crate::edits::template::{Template, member};
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;

/// A message of 2.x. What its traits inside say changes as well.
pub(super) fn to_v3(work: &mut Work<'_>, message: &str) -> Result<(), Refusal> {
    if work.is_reference(message)? {
        return Ok(());
    }
    check_alone(work, message)?;
    for at in 0..work.draft.count(&below(message, "traits")) {
        trait_to_v3(work, &format!("{message}/traits/{at}"))?;
    }
    let id = below(message, "messageId");
    let key = message.rsplit('/').next().map(str::to_owned);
    if work.draft.text(&id).map(str::to_owned) == key {
        need(work.draft.remove(&id))?;
    }
    work.extend(message, &["messageId"])?;
    examples_to_v3(work, message)?;
    let format = below(message, "schemaFormat");
    let payload = below(message, "payload");
    let Some(text) = work.draft.text(&format).map(str::to_owned) else {
        return Ok(());
    };
    if work.draft.node(&payload).is_none() {
        return work.extend(message, &["schemaFormat"]);
    }
    let schema = need(work.draft.take(&payload))?;
    need(work.draft.remove(&format))?;
    let both = vec![
        member("schemaFormat", Template::text(text)),
        member("schema", schema),
    ];
    need(
        work.draft
            .insert(message, "payload", &Template::Map(both), &[]),
    )?;
    work.moved
        .push((payload.clone(), below(&payload, "schema")));
    Ok(())
}

/// Only an operation of 2.x can have one of several messages; nested ones are none.
pub(super) fn check_alone(work: &Work<'_>, message: &str) -> Result<(), Refusal> {
    match work.has(message, "oneOf") {
        false => Ok(()),
        true => work.refuse(
            &below(message, "oneOf"),
            format!(
                "3.0 has no message that is one of several, as {} is.",
                quoted(message)
            ),
        ),
    }
}

/// A trait of a message of 2.x.
pub(super) fn trait_to_v3(work: &mut Work<'_>, pointer: &str) -> Result<(), Refusal> {
    examples_to_v3(work, pointer)?;
    work.extend(pointer, &["messageId", "schemaFormat"])
}

/// Before 2.1 an example was anything, now it has a payload or headers.
fn examples_to_v3(work: &mut Work<'_>, message: &str) -> Result<(), Refusal> {
    let examples = below(message, "examples");
    let has = |at: usize, field: &str| work.has(&format!("{examples}/{at}"), field);
    let mut all = 0..work.draft.count(&examples);
    match all.all(|at| has(at, "payload") || has(at, "headers")) {
        true => Ok(()),
        false => work.extend(message, &["examples"]),
    }
}

/// A message of 3.x.
pub(super) fn to_v2(work: &mut Work<'_>, message: &str) -> Result<(), Refusal> {
    if work.is_reference(message)? {
        return Ok(());
    }
    if work.has(&below(message, "headers"), "schemaFormat") {
        let reason = format!(
            "2.6 cannot say the format of the headers of {}.",
            quoted(message)
        );
        return work.refuse(&format!("{message}/headers/schemaFormat"), reason);
    }
    let payload = below(message, "payload");
    let text = work.draft.text(&below(&payload, "schemaFormat"));
    let Some(text) = text.map(str::to_owned) else {
        return Ok(());
    };
    if text.contains("avro") && work.has(&below(&payload, "schema"), "$ref") {
        let reason = format!(
            "The Avro schema of {} is a reference, which 2.6 does not allow.",
            quoted(message)
        );
        return work.refuse(&format!("{payload}/schema/$ref"), reason);
    }
    let schema = need(work.draft.take(&below(&payload, "schema")))?;
    need(work.draft.remove(&payload))?;
    let format = Template::text(text);
    need(work.draft.insert(message, "schemaFormat", &format, &[]))?;
    need(work.draft.insert(message, "payload", &schema, &[]))?;
    work.moved.push((below(&payload, "schema"), payload));
    Ok(())
}
