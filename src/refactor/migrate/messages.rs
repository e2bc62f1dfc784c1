//! Messages: in 2.x with an id and the format of their payload, in 3.x with a key and payloads that
//! say their format.

use super::work::{Placed, Work, below, need};
use crate::edits::template::{Template, member};
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;

/// Messages of 2.x. What their traits inside say changes as well.
pub(super) fn to_v3(work: &mut Work<'_>, messages: Vec<String>) {
    let mut messages = inline(work, messages, check_alone);
    let traits = work.items_in(&messages, "traits");
    traits_to_v3(work, traits);
    let (mut known, named): (Vec<String>, _) = messages.iter().cloned().partition(|message| {
        let id = work.draft.text(&below(message, "messageId"));
        id.is_some() && id == message.rsplit('/').next()
    });
    work.remove(&mut known, &["messageId"]);
    messages = [known, named].concat();
    work.extend(&mut messages, &["messageId"]);
    examples_to_v3(work, &mut messages);
    messages.retain(|message| work.draft.text(&below(message, "schemaFormat")).is_some());
    let (with_payload, mut without): (Vec<String>, Vec<String>) =
        (messages.into_iter()).partition(|message| work.has(message, "payload"));
    work.extend(&mut without, &["schemaFormat"]);
    let formats = with_payload.into_iter().map(|pointer| {
        let format = work.draft.text(&below(&pointer, "schemaFormat"));
        let format = Template::text(format.unwrap_or_default());
        let schema = None;
        Formatted {
            pointer,
            format,
            schema,
        }
    });
    let mut formatted: Vec<Formatted> = formats.collect();
    work.each(&mut formatted, |work, message| {
        message.schema = Some(need(work.draft.take(&below(&message.pointer, "payload")))?);
        Ok(())
    });
    work.remove(&mut formatted, &["schemaFormat"]);
    work.moved.begin();
    work.each(&mut formatted, |work, message| {
        let format = message.format.clone();
        let schema = need(message.schema.take())?;
        let both = vec![member("schemaFormat", format), member("schema", schema)];
        let both = Template::Map(both);
        need(work.draft.insert(&message.pointer, "payload", &both, &[]))?;
        let payload = below(&message.pointer, "payload");
        let schema = below(&payload, "schema");
        work.moved.add(payload, schema);
        Ok(())
    });
}

/// A message whose payload has a format.
struct Formatted {
    pointer: String,
    format: Template,
    schema: Option<Template>,
}

impl Placed for Formatted {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// The messages that are no references and pass a check.
fn inline(
    work: &mut Work<'_>,
    messages: Vec<String>,
    check: impl Fn(&Work<'_>, &str) -> Result<(), Refusal>,
) -> Vec<String> {
    let mut inline = Vec::new();
    for message in messages {
        let is_inline = work.attempt(&message, |work| match work.is_reference(&message)? {
            true => Ok(false),
            false => check(work, &message).map(|()| true),
        });
        inline.extend(Some(message).filter(|_| is_inline == Some(true)));
    }
    inline
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

/// Traits of messages of 2.x.
pub(super) fn traits_to_v3(work: &mut Work<'_>, mut traits: Vec<String>) {
    examples_to_v3(work, &mut traits);
    work.extend(&mut traits, &["messageId", "schemaFormat"]);
}

/// Before 2.1 an example was anything, now it has a payload or headers.
fn examples_to_v3(work: &mut Work<'_>, messages: &mut [String]) {
    let is_other = |message: &&String| {
        let examples = work.draft.items(&below(message, "examples"));
        let is_fine = |it: &String| work.has(it, "payload") || work.has(it, "headers");
        !examples.iter().all(is_fine)
    };
    let mut other: Vec<String> = messages.iter().filter(is_other).cloned().collect();
    work.extend(&mut other, &["examples"]);
}

/// Messages of 3.x.
pub(super) fn to_v2(work: &mut Work<'_>, messages: Vec<String>) {
    let messages = inline(work, messages, check_formats);
    let formats = messages.into_iter().filter_map(|pointer| {
        let format = work
            .draft
            .text(&format!("{pointer}/payload/schemaFormat"))?;
        let format = Template::text(format);
        let schema = None;
        Some(Formatted {
            pointer,
            format,
            schema,
        })
    });
    let mut formatted: Vec<Formatted> = formats.collect();
    work.each(&mut formatted, |work, message| {
        let schema = format!("{}/payload/schema", message.pointer);
        message.schema = Some(need(work.draft.take(&schema))?);
        Ok(())
    });
    work.remove(&mut formatted, &["payload"]);
    work.each(&mut formatted, |work, message| {
        let (pointer, format) = (&message.pointer, &message.format);
        need(work.draft.insert(pointer, "schemaFormat", format, &[]))
    });
    work.moved.begin();
    work.each(&mut formatted, |work, message| {
        let schema = need(message.schema.take())?;
        need(work.draft.insert(&message.pointer, "payload", &schema, &[]))?;
        let payload = below(&message.pointer, "payload");
        work.moved.add(below(&payload, "schema"), payload);
        Ok(())
    });
}

fn check_formats(work: &Work<'_>, message: &str) -> Result<(), Refusal> {
    if work.has(&below(message, "headers"), "schemaFormat") {
        let reason = format!(
            "2.6 cannot say the format of the headers of {}.",
            quoted(message)
        );
        return work.refuse(&format!("{message}/headers/schemaFormat"), reason);
    }
    let payload = below(message, "payload");
    let format = work.draft.text(&below(&payload, "schemaFormat"));
    let is_avro = format.is_some_and(|format| format.contains("avro"));
    if is_avro && work.has(&below(&payload, "schema"), "$ref") {
        let reason = format!(
            "The Avro schema of {} is a reference, which 2.6 does not allow.",
            quoted(message)
        );
        return work.refuse(&format!("{payload}/schema/$ref"), reason);
    }
    Ok(())
}
