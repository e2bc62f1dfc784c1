//! Operations of 3.x, which refer to their channel and to its messages.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::names::Names;
use super::references::reference;
use super::work::{Placed, ROOT, Work, below, key_of, need};
use super::{messages, parameters};
use crate::edits::template::{Template, member};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::syntax::tree::pointer_key;

/// An operation and where it goes.
struct Operation {
    pointer: String,
    /// Its key.
    id: String,
    /// The pointer of its channel.
    channel: String,
    /// `publish` or `subscribe`.
    kind: &'static str,
    /// The texts of the references to its messages.
    messages: Vec<String>,
    /// The messages in it.
    own: Vec<Template>,
    has_comments: bool,
    /// Whether it is the first one of its channel.
    is_first: bool,
}

impl Placed for Operation {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// A channel, with its address.
struct Channel {
    pointer: String,
    address: String,
}

impl Placed for Channel {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// Puts all operations into their channels, and the messages of channels into operations.
pub(super) fn to_v2(work: &mut Work<'_>) {
    let mut channels: Vec<Channel> = Vec::new();
    let mut operations: Vec<Operation> = Vec::new();
    let is_possible = work.is_done(|work| {
        let mut addresses = HashSet::new();
        for pointer in work.members("/channels") {
            let address = work.attempt(&pointer, |work| address(work, &pointer, &mut addresses));
            channels.extend(address.map(|address| Channel { pointer, address }));
        }
        // By channel and kind.
        let mut others = HashMap::new();
        for id in work.draft.keys("/operations") {
            let pointer = below("/operations", &id);
            let found = work.attempt(&pointer, |work| operation(work, &pointer, &id, &mut others));
            operations.extend(found);
        }
    });
    if !is_possible {
        return;
    }
    place(work, &channels, &mut operations);
    finish(work, channels);
    work.attempt("/operations", |work| {
        if work.draft.node("/operations").is_some() {
            need(work.draft.clear("/operations"))?;
            need(work.draft.remove("/operations"))?;
        }
        if work.draft.node("/channels").is_none() {
            let nothing = Template::Map(Vec::new());
            need(work.draft.insert("", "channels", &nothing, &ROOT))?;
        }
        Ok(())
    });
}

/// The address of a channel, which is its key in 2.6.
fn address(
    work: &Work<'_>,
    channel: &str,
    others: &mut HashSet<String>,
) -> Result<String, Refusal> {
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
    if !others.insert(address.to_owned()) {
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
    others: &mut HashMap<(String, &'static str), String>,
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
    if let Some(other) = others.get(&(channel.clone(), kind)) {
        let reason = format!(
            "{} and {shown} do the same on one channel, which has one `{kind}` in 2.6.",
            quoted(other)
        );
        return work.refuse(pointer, reason);
    }
    let messages = messages_of(work, pointer, &channel)?;
    others.insert((channel.clone(), kind), id.to_owned());
    Ok(Operation {
        pointer: pointer.to_owned(),
        id: id.to_owned(),
        channel,
        kind,
        messages,
        own: Vec::new(),
        has_comments: has_comments(work, pointer),
        is_first: false,
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
    let items = work.draft.items(&list);
    let texts = items.iter().map(|item| {
        let text = work.draft.text(&below(item, "$ref"));
        need(text.map(str::to_owned))
    });
    texts.collect()
}

/// What stands for a message of a channel: a reference, or itself if operations take it as it is.
type Shared = HashMap<String, Option<String>>;

/// Moves messages that no operation or several have to components.
fn share_messages(work: &mut Work<'_>, channels: &[Channel], operations: &[Operation]) -> Shared {
    let mut shared = Shared::new();
    let mut inline = Vec::new();
    for pointer in work.members_in(channels, "messages") {
        match work.attempt(&pointer, |work| work.is_reference(&pointer)) {
            Some(true) => {
                let text = work.draft.text(&below(&pointer, "$ref"));
                let target = text.and_then(local_pointer).map(Cow::into_owned);
                if let Some(target) = target {
                    work.moved.add(pointer.clone(), target);
                }
                shared.insert(pointer, None);
            }
            Some(false) => inline.push(pointer),
            None => {}
        }
    }
    messages::to_v2(work, inline.clone());
    let mut uses: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for text in operations.iter().flat_map(|one| &one.messages) {
        if let Some(target) = local_pointer(text) {
            *uses.entry(target).or_default() += 1;
        }
    }
    work.moved.begin();
    let mut names = Names::new(work.draft.keys("/components/messages"));
    let mut members = Vec::new();
    work.each(&mut inline, |work, pointer| {
        if uses.get(&**pointer) == Some(&1) {
            shared.insert(pointer.clone(), None);
            return Ok(());
        }
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let name = names.free(&key_of(&pointer_key(key)));
        members.push(member(&name, need(work.draft.lifted(pointer))?));
        let new = below("/components/messages", &name);
        shared.insert(pointer.clone(), Some(reference(&new)));
        work.moved.add(pointer.clone(), new);
        Ok(())
    });
    work.attempt("/components/messages", |work| {
        work.append(&["components", "messages"], members, &[])
    });
    shared
}

/// Puts the operations into their channels.
fn place(work: &mut Work<'_>, channels: &[Channel], operations: &mut Vec<Operation>) {
    let shared = share_messages(work, channels, operations);
    work.moved.begin();
    work.each(operations, |work, operation| {
        operation.own = own_messages(work, operation, &shared)?;
        Ok(())
    });
    // In its place among the others it is written as they are.
    work.each(operations, |work, operation| match operation.has_comments {
        true => Ok(()),
        false => write_id(work, operation),
    });
    // Where there are comments the last field stays until there is another one: what an object ends
    // with is no part of it, and they would be lost.
    for field in REPLACED {
        work.each(operations, |work, operation| {
            let pointer = &operation.pointer;
            match work.has(pointer, field) && work.draft.keys(pointer).len() > 1 {
                true => need(work.draft.remove(&below(pointer, field))),
                false => Ok(()),
            }
        });
    }
    work.each(operations, |work, operation| match operation.has_comments {
        true => write_id(work, operation),
        false => Ok(()),
    });
    work.remove(operations, &REPLACED);
    work.extend(operations, &["title"]);
    let mut traits = work.items_in(operations, "traits");
    work.extend(&mut traits, &["title"]);
    work.each(operations, |work, operation| {
        let mut messages = std::mem::take(&mut operation.own);
        let message = match messages.len() {
            0 => None,
            1 => messages.pop(),
            _ => Some(Template::Map(vec![member(
                "oneOf",
                Template::List(messages),
            )])),
        };
        match message {
            Some(message) => need(
                work.draft
                    .insert(&operation.pointer, "message", &message, &[]),
            ),
            None => Ok(()),
        }
    });
    work.moved.begin();
    // A channel gets one operation after the other.
    let mut placed = HashSet::new();
    for operation in &mut *operations {
        operation.is_first = placed.insert(operation.channel.clone());
    }
    for is_first in [true, false] {
        work.each(operations, |work, operation| {
            if operation.is_first != is_first {
                return Ok(());
            }
            let channel = &operation.channel;
            let value = need(work.draft.lifted_for(&operation.pointer, channel))?;
            need(work.draft.insert(channel, operation.kind, &value, &[]))?;
            let new = below(channel, operation.kind);
            work.moved.add(operation.pointer.clone(), new);
            Ok(())
        });
    }
}

fn write_id(work: &mut Work<'_>, operation: &Operation) -> Result<(), Refusal> {
    let (id, order) = (Template::text(&operation.id), ["operationId"]);
    let pointer = &operation.pointer;
    need(work.draft.insert(pointer, "operationId", &id, &order))
}

/// Whether lines of an operation are comments.
fn has_comments(work: &Work<'_>, operation: &str) -> bool {
    work.draft.place(operation).is_some_and(|place| {
        let text = place.document.text();
        let source = text.slice(place.path.node().range());
        let is_comment = |line: &str| line.trim_start().starts_with(['#', '/']);
        source.lines().any(is_comment)
    })
}

/// What an operation of 3.x says that 2.6 says elsewhere.
const REPLACED: [&str; 3] = ["action", "channel", "messages"];

/// The messages of an operation as they stand in it.
fn own_messages(
    work: &mut Work<'_>,
    operation: &Operation,
    shared: &Shared,
) -> Result<Vec<Template>, Refusal> {
    let mut messages = Vec::new();
    for (at, text) in operation.messages.iter().enumerate() {
        let target = local_pointer(text).unwrap_or_default();
        messages.push(match shared.get(&*target) {
            Some(None) => {
                let place = match operation.messages.len() {
                    1 => below(&operation.pointer, "message"),
                    _ => format!("{}/message/oneOf/{at}", operation.pointer),
                };
                if !work.has(&target, "$ref") {
                    work.moved.add(target.clone().into_owned(), place);
                }
                need(work.draft.lifted_for(&target, &operation.pointer))?
            }
            Some(Some(target)) => refer(target),
            None => refer(text),
        });
    }
    Ok(messages)
}

fn refer(text: &str) -> Template {
    Template::Map(vec![member("$ref", Template::text(text))])
}

/// Gives the channels their addresses as keys.
fn finish(work: &mut Work<'_>, mut channels: Vec<Channel>) {
    let mut servers = work.items_in(&channels, "servers");
    work.each(&mut servers, |work, item| {
        let text = work.draft.text(&below(item, "$ref")).unwrap_or_default();
        let target = local_pointer(text).unwrap_or_default();
        let Some(name) = target.strip_prefix("/servers/").map(pointer_key) else {
            let channel = item
                .rsplit_once("/servers/")
                .map_or("", |(channel, _)| channel);
            let reason = format!(
                "The channel {} has a server that is not below `servers`.",
                quoted(channel)
            );
            return work.refuse(item, reason);
        };
        need(work.draft.put(item, &Template::text(name)))
    });
    parameters::to_v2(work, work.members_in(&channels, "parameters"));
    work.extend(&mut channels, &["title", "summary", "tags", "externalDocs"]);
    work.remove(&mut channels, &["messages", "address"]);
    work.moved.begin();
    work.each(&mut channels, |work, channel| {
        let end = below("/channels", &channel.address);
        if end != channel.pointer {
            need(work.draft.rename(&channel.pointer, &channel.address))?;
            work.moved.add(channel.pointer.clone(), end);
        }
        Ok(())
    });
}
