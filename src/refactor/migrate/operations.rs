//! Operations of 3.x, which refer to their channel and to its messages.

use super::references::reference;
use super::work::{ROOT, Work, below, free, key_of, need};
use super::{messages, parameters};
use crate::edits::template::{Template, member};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::syntax::tree::pointer_key;

/// An operation and where it goes.
struct Operation {
    /// Its pointer.
    pointer: String,
    /// Its key.
    id: String,
    /// The pointer of its channel.
    channel: String,
    /// `publish` or `subscribe`.
    kind: &'static str,
    /// The texts of the references to its messages.
    messages: Vec<String>,
}

/// Puts all operations into their channels, and the messages of channels into operations.
pub(super) fn to_v2(work: &mut Work<'_>) {
    let mut addresses: Vec<(String, String)> = Vec::new();
    let mut operations: Vec<Operation> = Vec::new();
    let is_possible = work.is_done(|work| {
        for name in work.draft.keys("/channels") {
            let channel = below("/channels", &name);
            work.attempt(&channel, |work| {
                let address = address(work, &channel, &addresses)?;
                addresses.push((channel.clone(), address));
                Ok(())
            });
        }
        for id in work.draft.keys("/operations") {
            let pointer = below("/operations", &id);
            work.attempt(&pointer, |work| {
                let operation = operation(work, &pointer, &id, &operations)?;
                operations.push(operation);
                Ok(())
            });
        }
    });
    if !is_possible {
        return;
    }
    for (channel, address) in &addresses {
        work.attempt(channel, |work| filled(work, channel, address, &operations));
    }
    for (channel, address) in &addresses {
        work.attempt(channel, |work| finish(work, channel, address));
    }
    work.attempt("/operations", |work| {
        if work.draft.node("/operations").is_some() {
            need(work.draft.remove("/operations"))?;
        }
        if work.draft.node("/channels").is_none() {
            let nothing = Template::Map(Vec::new());
            need(work.draft.insert("", "channels", &nothing, &ROOT))?;
        }
        Ok(())
    });
}

/// Puts the operations of a channel into it.
fn filled(
    work: &mut Work<'_>,
    channel: &str,
    address: &str,
    operations: &[Operation],
) -> Result<(), Refusal> {
    let shared = share_messages(work, channel, operations)?;
    let own = operations.iter().filter(|one| one.channel == *channel);
    for operation in own {
        work.attempt(&operation.pointer, |work| {
            place(work, operation, &shared, address)
        });
    }
    Ok(())
}

/// The address of a channel, which is its key in 2.6.
fn address(work: &Work<'_>, channel: &str, others: &[(String, String)]) -> Result<String, Refusal> {
    let shown = quoted(channel);
    if work.is_reference(channel)? {
        let reason = format!("The channel {shown} is a reference.");
        return work.refuse(&below(channel, "$ref"), reason);
    }
    let pointer = below(channel, "address");
    let Some(address) = work.draft.text(&pointer) else {
        let reason = format!("The channel {shown} has no `address`, which is its key in 2.6.");
        return work.refuse(&pointer, reason);
    };
    if !is_template(address) {
        let reason = format!(
            "The address {} is no URI template, as a key of a channel is in 2.6.",
            quoted(address)
        );
        return work.refuse(&pointer, reason);
    }
    if others.iter().any(|(_, other)| other == address) {
        let reason = format!(
            "Two channels have the address {}, which is the key of a channel in 2.6.",
            quoted(address)
        );
        return work.refuse(&pointer, reason);
    }
    Ok(address.to_owned())
}

/// Whether a text is a URI template (RFC 6570, section 2), as far as the schema of 2.6 allows one.
fn is_template(address: &str) -> bool {
    let is_literal = |sign: char| sign > ' ' && !"\"'<>\\^`{|}%".contains(sign);
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || "_,:*".contains(sign);
    let mut parts = address.split('{');
    let is_first_fine = parts
        .next()
        .is_some_and(|part| part.chars().all(is_literal));
    let is_fine = |part: &str| {
        part.split_once('}').is_some_and(|(name, rest)| {
            !name.is_empty() && name.chars().all(is_name) && rest.chars().all(is_literal)
        })
    };
    !address.is_empty() && is_first_fine && parts.all(is_fine)
}

/// An operation of 3.x, if 2.6 can say it beside the others.
fn operation(
    work: &Work<'_>,
    pointer: &str,
    id: &str,
    others: &[Operation],
) -> Result<Operation, Refusal> {
    let shown = quoted(id);
    if work.is_reference(pointer)? {
        let reason = format!("The operation {shown} is a reference.");
        return work.refuse(&below(pointer, "$ref"), reason);
    }
    if work.has(pointer, "reply") {
        let reason = format!("The operation {shown} has a `reply`, which 2.6 cannot say.");
        return work.refuse(&below(pointer, "reply"), reason);
    }
    let target = format!("{pointer}/channel/$ref");
    let channel = work.draft.text(&target).and_then(local_pointer);
    let channel = channel.unwrap_or_default().into_owned();
    let is_there = channel.starts_with("/channels/") && channel.matches('/').count() == 2;
    if !is_there || work.draft.node(&channel).is_none() {
        let reason = format!("The channel of the operation {shown} is not below `channels`.");
        return work.refuse(&target, reason);
    }
    let action = below(pointer, "action");
    let kind = match work.draft.text(&action) {
        Some("receive") => "publish",
        Some("send") => "subscribe",
        _ => {
            let reason = format!("The operation {shown} neither sends nor receives.");
            return work.refuse(&action, reason);
        }
    };
    let is_same = |other: &&Operation| other.channel == channel && other.kind == kind;
    if let Some(other) = others.iter().find(is_same) {
        let reason = format!(
            "{} and {shown} do the same on one channel, which has one `{kind}` in 2.6.",
            quoted(&other.id)
        );
        return work.refuse(pointer, reason);
    }
    let messages = messages_of(work, pointer, &channel)?;
    Ok(Operation {
        pointer: pointer.to_owned(),
        id: id.to_owned(),
        channel,
        kind,
        messages,
    })
}

fn messages_of(work: &Work<'_>, operation: &str, channel: &str) -> Result<Vec<String>, Refusal> {
    let list = below(operation, "messages");
    if work.draft.node(&list).is_none() {
        let map = below(channel, "messages");
        let keys = work.draft.keys(&map);
        return Ok(keys
            .iter()
            .map(|key| format!("#{}", below(&map, key)))
            .collect());
    }
    let texts = (0..work.draft.count(&list)).map(|at| {
        let text = work.draft.text(&format!("{list}/{at}/$ref"));
        need(text.map(str::to_owned))
    });
    texts.collect()
}

/// Moves messages that no operation or several have to components. Returns what stands for each
/// message of the channel: its pointer, and a reference, or nothing if operations take it as it is.
fn share_messages(
    work: &mut Work<'_>,
    channel: &str,
    operations: &[Operation],
) -> Result<Vec<(String, Option<String>)>, Refusal> {
    let map = below(channel, "messages");
    let mut found = Vec::new();
    for key in work.draft.keys(&map) {
        let pointer = below(&map, &key);
        if work.is_reference(&pointer)? {
            let target = work
                .draft
                .text(&below(&pointer, "$ref"))
                .and_then(local_pointer);
            let target = target.map(|target| target.into_owned());
            work.moved
                .extend(target.map(|target| (pointer.clone(), target)));
            found.push((pointer, None));
            continue;
        }
        messages::to_v2(work, &pointer)?;
        let texts = operations.iter().flat_map(|one| &one.messages);
        let uses = texts
            .filter(|text| local_pointer(text).as_deref() == Some(&pointer))
            .count();
        if uses == 1 {
            found.push((pointer, None));
            continue;
        }
        let taken = work.draft.keys("/components/messages");
        let name = free(&taken, &key_of(&pointer_key(&key)));
        let value = need(work.draft.lifted(&pointer))?;
        need(
            work.draft
                .insert_at(&["components", "messages"], &name, &value),
        )?;
        let new = below("/components/messages", &name);
        found.push((pointer.clone(), Some(reference(&new))));
        work.moved.push((pointer, new));
    }
    Ok(found)
}

/// Puts an operation into its channel.
fn place(
    work: &mut Work<'_>,
    operation: &Operation,
    shared: &[(String, Option<String>)],
    address: &str,
) -> Result<(), Refusal> {
    let pointer = &operation.pointer;
    let end = below(&below("/channels", address), operation.kind);
    let mut messages = Vec::new();
    for (at, text) in operation.messages.iter().enumerate() {
        let own = local_pointer(text)
            .and_then(|target| shared.iter().find(|(pointer, _)| *pointer == *target));
        messages.push(match own {
            Some((message, None)) => {
                let place = match operation.messages.len() {
                    1 => below(&end, "message"),
                    _ => format!("{end}/message/oneOf/{at}"),
                };
                if !work.has(message, "$ref") {
                    work.moved.push((message.clone(), place));
                }
                need(work.draft.lifted_for(message, pointer))?
            }
            Some((_, Some(target))) => refer(target),
            None => refer(text),
        });
    }
    for field in ["action", "channel", "messages"] {
        if work.has(pointer, field) && work.draft.keys(pointer).len() > 1 {
            need(work.draft.remove(&below(pointer, field)))?;
        }
    }
    let id = Template::text(&operation.id);
    need(
        work.draft
            .insert(pointer, "operationId", &id, &["operationId"]),
    )?;
    for field in ["action", "channel", "messages"] {
        if work.has(pointer, field) {
            need(work.draft.remove(&below(pointer, field)))?;
        }
    }
    work.extend(pointer, &["title"])?;
    for at in 0..work.draft.count(&below(pointer, "traits")) {
        work.extend(&format!("{pointer}/traits/{at}"), &["title"])?;
    }
    let message = match messages.len() {
        0 => None,
        1 => messages.pop(),
        _ => Some(Template::Map(vec![member(
            "oneOf",
            Template::List(messages),
        )])),
    };
    if let Some(message) = message {
        need(work.draft.insert(pointer, "message", &message, &[]))?;
    }
    let value = need(work.draft.lifted_for(pointer, &operation.channel))?;
    need(work.draft.take(pointer))?;
    need(
        work.draft
            .insert(&operation.channel, operation.kind, &value, &[]),
    )?;
    work.moved.push((pointer.clone(), end));
    Ok(())
}

fn refer(text: &str) -> Template {
    Template::Map(vec![member("$ref", Template::text(text))])
}

/// Gives a channel its address as key.
fn finish(work: &mut Work<'_>, channel: &str, address: &str) -> Result<(), Refusal> {
    let servers = below(channel, "servers");
    for at in 0..work.draft.count(&servers) {
        let item = format!("{servers}/{at}");
        let text = work.draft.text(&below(&item, "$ref")).unwrap_or_default();
        let target = local_pointer(text).unwrap_or_default();
        let Some(name) = target.strip_prefix("/servers/").map(pointer_key) else {
            let reason = format!(
                "The channel {} has a server that is not below `servers`.",
                quoted(channel)
            );
            return work.refuse(&item, reason);
        };
        need(work.draft.put(&item, &Template::text(name)))?;
    }
    parameters::to_v2(work, &below(channel, "parameters"));
    work.extend(channel, &["title", "summary", "tags", "externalDocs"])?;
    for field in ["messages", "address"] {
        if work.has(channel, field) {
            need(work.draft.remove(&below(channel, field)))?;
        }
    }
    let end = below("/channels", address);
    if end != channel {
        need(work.draft.rename(channel, address))?;
        work.moved.push((channel.to_owned(), end));
    }
    Ok(())
}
