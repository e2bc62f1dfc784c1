//! Channels of 2.x, whose key is their address and which contain their operations.

use std::collections::HashMap;

use super::names::Names;
use super::references::reference;
use super::work::{Placed, ROOT, Work, below, key_of, keys_for, need};
use super::{messages, parameters};
use crate::edits::draft::pointer_of;
use crate::edits::template::{NewMember, Template, member};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;

/// A channel and where its operations go.
struct Channel {
    pointer: String,
    /// Its pointer in the end.
    end: String,
    /// The pointer by which operations refer to it.
    by: String,
    /// The map of operations.
    operations: &'static [&'static str],
    /// The address.
    address: Option<String>,
}

impl Placed for Channel {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// An operation and where it goes.
struct Operation {
    pointer: String,
    /// Its channel: the pointers of now and of the end, and that by which it refers to it.
    channel: String,
    channel_end: String,
    by: String,
    /// Its map.
    map: &'static [&'static str],
    /// Its key.
    id: String,
    action: &'static str,
    messages: Vec<Message>,
    /// What it is, as it is written elsewhere.
    value: Option<Template>,
}

impl Placed for Operation {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// A message of an operation and where it goes.
struct Message {
    pointer: String,
    /// Its key in the channel.
    key: String,
    /// Whether another operation has brought it there.
    is_known: bool,
}

const ROOTS: &str = "/channels";
const SHARED: &str = "/components/channels";

/// The operations of a channel, with what the application does.
const KINDS: [(&str, &str); 2] = [("publish", "receive"), ("subscribe", "send")];

/// A channel of the root that is a shared one.
struct User {
    /// Its address.
    name: String,
    /// Its key in 3.x.
    key: String,
}

/// A key that changes.
struct Renamed {
    pointer: String,
    key: String,
}

impl Placed for Renamed {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// Takes the operations out of all channels.
pub(super) fn to_v3(work: &mut Work<'_>) {
    let (mut channels, mut renamed) = channels(work);
    work.each(&mut channels, |work, channel| match &channel.address {
        None => Ok(()),
        Some(address) => {
            let address = Template::text(address);
            let (pointer, order) = (&channel.pointer, ["address"]);
            need(work.draft.insert(pointer, "address", &address, &order))
        }
    });
    let mut servers = work.items_in(&channels, "servers");
    work.each(&mut servers, |work, item| {
        let name = need(work.draft.text(item))?;
        let server = refer(&below("/servers", name));
        need(work.draft.put(item, &server))
    });
    parameters::to_v3(work, work.members_in(&channels, "parameters"));
    move_operations(work, &channels);
    work.moved.begin();
    work.each(&mut renamed, |work, one| {
        need(work.draft.rename(&one.pointer, &one.key))?;
        work.moved.add(one.pointer.clone(), below(ROOTS, &one.key));
        Ok(())
    });
}

/// All channels with something in them, and the keys that change.
fn channels(work: &mut Work<'_>) -> (Vec<Channel>, Vec<Renamed>) {
    let names = work.draft.keys(ROOTS);
    let keys = keys_for(&names);
    let (mut channels, mut renamed) = (Vec::new(), Vec::new());
    // By the pointers of the shared ones.
    let mut users: HashMap<String, Vec<User>> = HashMap::new();
    for (name, key) in names.into_iter().zip(keys) {
        let pointer = below(ROOTS, &name);
        let Some(is_reference) = work.attempt(&pointer, |work| work.is_reference(&pointer)) else {
            continue;
        };
        if name != key {
            let (pointer, key) = (pointer.clone(), key.clone());
            renamed.push(Renamed { pointer, key });
        }
        if is_reference {
            let text = work
                .draft
                .text(&below(&pointer, "$ref"))
                .unwrap_or_default();
            let target = local_pointer(text).unwrap_or_default().into_owned();
            users.entry(target).or_default().push(User { name, key });
            continue;
        }
        let end = below(ROOTS, &key);
        channels.push(Channel {
            pointer,
            by: end.clone(),
            end,
            operations: &["operations"],
            address: Some(name),
        });
    }
    for name in work.draft.keys(SHARED) {
        let pointer = below(SHARED, &name);
        let users = users.get(&pointer).map_or(&[][..], |users| users);
        channels.extend(work.attempt(&pointer, |work| shared(work, &pointer, &name, users)));
    }
    (channels, renamed)
}

fn shared(work: &Work<'_>, pointer: &str, name: &str, users: &[User]) -> Result<Channel, Refusal> {
    if work.is_reference(pointer)? {
        let reason = format!(
            "The channel {} is a reference to another one.",
            quoted(name)
        );
        return work.refuse(pointer, reason);
    }
    if let [_, other, ..] = users {
        let reason = format!(
            "Several channels are {}, and 3.0 has one address for each.",
            quoted(name)
        );
        return work.refuse(&below(ROOTS, &other.name), reason);
    }
    let user = users.first();
    Ok(Channel {
        pointer: pointer.to_owned(),
        end: pointer.to_owned(),
        by: user.map_or(pointer.to_owned(), |user| below(ROOTS, &user.key)),
        operations: match user {
            Some(_) => &["operations"],
            None => &["components", "operations"],
        },
        address: user.map(|user| user.name.clone()),
    })
}

fn refer(pointer: &str) -> Template {
    Template::Map(vec![member("$ref", Template::text(reference(pointer)))])
}

/// Takes all operations out of their channels.
fn move_operations(work: &mut Work<'_>, channels: &[Channel]) {
    let mut operations = operations(work, channels);
    let order = ["action", "channel"];
    work.each(&mut operations, |work, operation| {
        let action = Template::text(operation.action);
        need(
            work.draft
                .insert(&operation.pointer, "action", &action, &order),
        )
    });
    work.each(&mut operations, |work, operation| {
        let channel = refer(&operation.by);
        need(
            work.draft
                .insert(&operation.pointer, "channel", &channel, &order),
        )
    });
    work.remove(&mut operations, &["operationId"]);
    let mut traits = work.items_in(&operations, "traits");
    work.extend(&mut traits, &["operationId"]);
    move_messages(work, channels, &mut operations);
    work.each(&mut operations, |work, operation| {
        operation.value = Some(need(work.draft.lifted(&operation.pointer))?);
        Ok(())
    });
    // They are written before they are removed: what follows the last channel stays behind it.
    work.moved.begin();
    for map in [&["operations"][..], &["components", "operations"]] {
        let own = (operations.iter_mut()).filter(|operation| operation.map == map);
        let pointer = pointer_of(map);
        let mut members: Vec<NewMember> = Vec::new();
        for operation in own {
            let value = operation.value.take();
            members.extend(value.map(|value| member(&operation.id, value)));
            let new = below(&pointer, &operation.id);
            work.moved.add(operation.pointer.clone(), new);
        }
        work.attempt(&pointer, |work| work.append(map, members, &ROOT));
    }
    // Both operations of a channel change it.
    for (_, action) in KINDS {
        work.each(&mut operations, |work, operation| {
            match operation.action == action {
                true => need(work.draft.take(&operation.pointer)).map(|_| ()),
                false => Ok(()),
            }
        });
    }
}

/// The operations of all channels, each with its key.
fn operations(work: &mut Work<'_>, channels: &[Channel]) -> Vec<Operation> {
    let mut ids = HashMap::new();
    let mut operations = Vec::new();
    for channel in channels {
        let map = channel.operations;
        let names = || Names::new(work.draft.keys(&pointer_of(map)));
        let ids = ids.entry(map).or_insert_with(names);
        for (kind, action) in KINDS {
            let pointer = below(&channel.pointer, kind);
            if work.draft.node(&pointer).is_none() {
                continue;
            }
            operations.extend(work.attempt(&pointer, |work| {
                if work.is_reference(&pointer)? {
                    let reason = format!("The operation {} is a reference.", quoted(&pointer));
                    return work.refuse(&below(&pointer, "$ref"), reason);
                }
                let id = work.draft.text(&below(&pointer, "operationId")).map(key_of);
                let address = channel.address.as_deref();
                let address = address.or(channel.end.rsplit('/').next());
                let usual = || format!("{}.{kind}", key_of(address.unwrap_or_default()));
                Ok(Operation {
                    pointer: pointer.clone(),
                    channel: channel.pointer.clone(),
                    channel_end: channel.end.clone(),
                    by: channel.by.clone(),
                    map,
                    id: ids.free(&id.unwrap_or_else(usual)),
                    action,
                    messages: Vec::new(),
                    value: None,
                })
            }));
        }
    }
    operations
}

/// Moves the messages of operations into their channels.
fn move_messages(work: &mut Work<'_>, channels: &[Channel], operations: &mut Vec<Operation>) {
    let maps = channels.iter().map(|channel| &channel.pointer);
    let mut maps: HashMap<String, Messages> = maps
        .map(|channel| (channel.clone(), Messages::of(work, channel)))
        .collect();
    work.each(operations, |work, operation| {
        let taken = need(maps.get_mut(&operation.channel))?;
        operation.messages = messages_of(work, operation, taken)?;
        Ok(())
    });
    let mut new: Vec<String> = Vec::new();
    // Both operations of a channel add to its messages.
    for (_, action) in KINDS {
        work.each(operations, |work, operation| {
            if operation.action != action {
                return Ok(());
            }
            let channel = &operation.channel;
            let map = below(channel, "messages");
            let mut members = Vec::new();
            for message in operation
                .messages
                .iter()
                .filter(|message| !message.is_known)
            {
                let value = need(work.draft.lifted_for(&message.pointer, channel))?;
                members.push(member(&message.key, value));
                new.push(below(&map, &message.key));
            }
            if members.is_empty() {
                return Ok(());
            }
            need(match work.draft.node(&map) {
                Some(_) => work.draft.append_members(&map, members),
                None => {
                    let (all, order) = (Template::Map(members), ["address", "messages"]);
                    work.draft.insert(channel, "messages", &all, &order)
                }
            })
        });
    }
    work.moved.begin();
    for operation in &*operations {
        for message in &operation.messages {
            let new = below(&below(&operation.channel, "messages"), &message.key);
            work.moved.add(message.pointer.clone(), new);
        }
    }
    messages::to_v3(work, new);
    work.remove(operations, &["message"]);
    work.each(operations, |work, operation| {
        // Without a list the operation would have all messages of its channel.
        let has_others = maps.get(&operation.channel).is_some_and(|map| map.is_there);
        let map = below(&operation.channel_end, "messages");
        let own = operation.messages.iter();
        let references: Vec<_> = own
            .map(|message| refer(&below(&map, &message.key)))
            .collect();
        if references.is_empty() && !has_others {
            return Ok(());
        }
        let list = Template::List(references);
        need(
            work.draft
                .insert(&operation.pointer, "messages", &list, &[]),
        )
    });
}

/// The messages of a channel.
struct Messages {
    keys: Names,
    /// The keys of those that are references, by what these say.
    references: HashMap<String, String>,
    /// Whether the channel has messages, or gets some.
    is_there: bool,
}

impl Messages {
    fn of(work: &Work<'_>, channel: &str) -> Self {
        let map = below(channel, "messages");
        let keys = work.draft.keys(&map);
        let target = |key: &String| {
            let text = work.draft.text(&below(&below(&map, key), "$ref"))?;
            Some((text.to_owned(), key.clone()))
        };
        Self {
            // Of several that say the same the first counts.
            references: keys.iter().rev().filter_map(target).collect(),
            is_there: work.has(channel, "messages"),
            keys: Names::new(keys),
        }
    }
}

/// The messages of an operation, each with its key in the channel.
fn messages_of(
    work: &Work<'_>,
    operation: &Operation,
    taken: &mut Messages,
) -> Result<Vec<Message>, Refusal> {
    let message = below(&operation.pointer, "message");
    if work.draft.node(&message).is_none() {
        return Ok(Vec::new());
    }
    let choice = below(&message, "oneOf");
    let all = match work.draft.node(&choice) {
        Some(_) => work.draft.items(&choice),
        None => vec![message],
    };
    let mut messages = Vec::new();
    for pointer in all {
        let is_reference = work.is_reference(&pointer)?;
        messages::check_alone(work, &pointer)?;
        let text = |field: &str| work.draft.text(&below(&pointer, field));
        let target = text("$ref").filter(|_| is_reference);
        let known = target.and_then(|target| taken.references.get(target));
        if let Some(key) = known.cloned() {
            let is_known = true;
            messages.push(Message {
                pointer,
                key,
                is_known,
            });
            continue;
        }
        let wanted = match target {
            Some(target) => target.rsplit(['/', '#']).next(),
            None => text("messageId").or_else(|| text("name")),
        };
        let wanted = wanted.map_or_else(|| format!("{}.message", operation.id), key_of);
        let key = taken.keys.free(&wanted);
        if let Some(target) = target {
            let target = target.to_owned();
            taken.references.insert(target, key.clone());
        }
        taken.is_there = true;
        let is_known = false;
        messages.push(Message {
            pointer,
            key,
            is_known,
        });
    }
    Ok(messages)
}
