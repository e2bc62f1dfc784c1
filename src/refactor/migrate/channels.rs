//! Channels of 2.x, whose key is their address and which contain their operations.

use super::references::reference;
use super::work::{ROOT, Work, below, free, key_of, keys_for, need};
use super::{messages, parameters};
use crate::edits::template::{Template, member};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;

/// Where the operations of a channel go.
struct Destination<'d> {
    /// The pointer of the channel in the end.
    channel: String,
    /// The pointer by which operations refer to it.
    by: String,
    /// The map of operations.
    operations: &'d str,
    /// The address.
    address: Option<&'d str>,
}

const ROOTS: &str = "/channels";
const SHARED: &str = "/components/channels";

/// A channel of the root that is a shared one.
struct User {
    /// The pointer of the shared one.
    target: String,
    /// Its address.
    name: String,
    /// Its key in 3.x.
    key: String,
}

/// Takes the operations out of all channels.
pub(super) fn to_v3(work: &mut Work<'_>) {
    let names = work.draft.keys(ROOTS);
    let keys = keys_for(&names);
    let mut users: Vec<User> = Vec::new();
    for (name, key) in names.into_iter().zip(keys) {
        let pointer = below(ROOTS, &name);
        work.attempt(&pointer, |work| root(work, &pointer, name, key, &mut users));
    }
    for name in work.draft.keys(SHARED) {
        let pointer = below(SHARED, &name);
        work.attempt(&pointer, |work| shared(work, &pointer, &name, &users));
    }
}

fn root(
    work: &mut Work<'_>,
    pointer: &str,
    name: String,
    key: String,
    users: &mut Vec<User>,
) -> Result<(), Refusal> {
    if !work.is_reference(pointer)? {
        let own = below(ROOTS, &key);
        let to = Destination {
            channel: own.clone(),
            by: own,
            operations: "/operations",
            address: Some(&name),
        };
        channel(work, pointer, &to)?;
        return rename(work, ROOTS, &name, &key);
    }
    let text = work.draft.text(&below(pointer, "$ref")).unwrap_or_default();
    let target = local_pointer(text).unwrap_or_default().into_owned();
    rename(work, ROOTS, &name, &key)?;
    users.push(User { target, name, key });
    Ok(())
}

fn shared(work: &mut Work<'_>, pointer: &str, name: &str, users: &[User]) -> Result<(), Refusal> {
    if work.is_reference(pointer)? {
        let reason = format!(
            "The channel {} is a reference to another one.",
            quoted(name)
        );
        return work.refuse(pointer, reason);
    }
    let mut users = users.iter().filter(|user| user.target == pointer);
    let user = users.next();
    if let Some(other) = users.next() {
        let reason = format!(
            "Several channels are {}, and 3.0 has one address for each.",
            quoted(name)
        );
        return work.refuse(&below(ROOTS, &other.key), reason);
    }
    let to = Destination {
        channel: pointer.to_owned(),
        by: user.map_or(pointer.to_owned(), |user| below(ROOTS, &user.key)),
        operations: match user {
            Some(_) => "/operations",
            None => "/components/operations",
        },
        address: user.map(|user| &*user.name),
    };
    channel(work, pointer, &to)
}

fn rename(work: &mut Work<'_>, map: &str, name: &str, key: &str) -> Result<(), Refusal> {
    if name != key {
        need(work.draft.rename(&below(map, name), key))?;
        work.moved.push((below(map, name), below(map, key)));
    }
    Ok(())
}

fn channel(work: &mut Work<'_>, pointer: &str, to: &Destination<'_>) -> Result<(), Refusal> {
    if let Some(address) = to.address {
        let address = Template::text(address);
        need(
            work.draft
                .insert(pointer, "address", &address, &["address"]),
        )?;
    }
    let servers = below(pointer, "servers");
    for at in 0..work.draft.count(&servers) {
        let item = format!("{servers}/{at}");
        let name = need(work.draft.text(&item))?;
        let server = refer(&below("/servers", name));
        need(work.draft.put(&item, &server))?;
    }
    parameters::to_v3(work, &below(pointer, "parameters"));
    for (kind, action) in [("publish", "receive"), ("subscribe", "send")] {
        let own = below(pointer, kind);
        if work.draft.node(&own).is_some() {
            work.attempt(&own, |work| operation(work, pointer, &own, action, to));
        }
    }
    Ok(())
}

fn refer(pointer: &str) -> Template {
    Template::Map(vec![member("$ref", Template::text(reference(pointer)))])
}

/// Takes an operation out of its channel.
fn operation(
    work: &mut Work<'_>,
    channel: &str,
    pointer: &str,
    action: &str,
    to: &Destination<'_>,
) -> Result<(), Refusal> {
    if work.is_reference(pointer)? {
        let reason = format!("The operation {} is a reference.", quoted(pointer));
        return work.refuse(&below(pointer, "$ref"), reason);
    }
    let kind = pointer.rsplit('/').next().unwrap_or_default();
    let id = work.draft.text(&below(pointer, "operationId")).map(key_of);
    let address = to.address.or(to.channel.rsplit('/').next());
    let id = id.unwrap_or_else(|| format!("{}.{kind}", key_of(address.unwrap_or_default())));
    let id = free(&work.draft.keys(to.operations), &id);
    let order = ["action", "channel"];
    let action = Template::text(action);
    need(work.draft.insert(pointer, "action", &action, &order))?;
    need(
        work.draft
            .insert(pointer, "channel", &refer(&to.by), &order),
    )?;
    if work.has(pointer, "operationId") {
        need(work.draft.remove(&below(pointer, "operationId")))?;
    }
    for at in 0..work.draft.count(&below(pointer, "traits")) {
        work.extend(&format!("{pointer}/traits/{at}"), &["operationId"])?;
    }
    operation_messages(work, channel, pointer, &id, to)?;
    let value = need(work.draft.take(pointer))?;
    insert_operation(work, to.operations, &id, value)?;
    work.moved
        .push((pointer.to_owned(), below(to.operations, &id)));
    Ok(())
}

fn insert_operation(
    work: &mut Work<'_>,
    map: &str,
    id: &str,
    value: Template,
) -> Result<(), Refusal> {
    if work.draft.node(map).is_some() {
        return need(work.draft.insert(map, id, &value, &[]));
    }
    let first = Template::Map(vec![member(id, value)]);
    let holder = map.strip_suffix("/operations").unwrap_or_default();
    need(work.draft.insert(holder, "operations", &first, &ROOT))
}

/// Moves the messages of an operation into its channel.
fn operation_messages(
    work: &mut Work<'_>,
    channel: &str,
    pointer: &str,
    operation: &str,
    to: &Destination<'_>,
) -> Result<(), Refusal> {
    let message = below(pointer, "message");
    let mut references = Vec::new();
    if work.draft.node(&message).is_some() {
        let choice = below(&message, "oneOf");
        let items: Vec<String> = match work.draft.node(&choice) {
            Some(_) => (0..work.draft.count(&choice))
                .map(|at| format!("{choice}/{at}"))
                .collect(),
            None => vec![message.clone()],
        };
        for item in items {
            let key = channel_message(work, channel, &item, operation)?;
            let new = below(&below(&to.channel, "messages"), &key);
            references.push(refer(&new));
            work.moved.push((item, new));
        }
        need(work.draft.remove(&message))?;
    }
    // Without a list the operation would have all messages of its channel.
    let others = format!("{channel}/subscribe/message");
    let has_others = work.has(channel, "messages") || work.draft.node(&others).is_some();
    if references.is_empty() && !has_others {
        return Ok(());
    }
    let list = Template::List(references);
    need(work.draft.insert(pointer, "messages", &list, &[]))
}

/// Writes a message into its channel and says its key there.
fn channel_message(
    work: &mut Work<'_>,
    channel: &str,
    item: &str,
    operation: &str,
) -> Result<String, Refusal> {
    let is_reference = work.is_reference(item)?;
    messages::check_alone(work, item)?;
    let text = |field: &str| work.draft.text(&below(item, field)).map(str::to_owned);
    let target = text("$ref").filter(|_| is_reference);
    let map = below(channel, "messages");
    let taken = work.draft.keys(&map);
    if let Some(target) = &target {
        let is_it = |key: &&String| {
            let other = below(&below(&map, key), "$ref");
            work.draft.text(&other) == Some(target)
        };
        if let Some(known) = taken.iter().find(is_it) {
            return Ok(known.clone());
        }
    }
    let name = |text: String| text.rsplit(['/', '#']).next().map(key_of);
    let wanted = target.and_then(name);
    let wanted = wanted.or_else(|| {
        text("messageId")
            .or_else(|| text("name"))
            .map(|it| key_of(&it))
    });
    let key = free(
        &taken,
        &wanted.unwrap_or_else(|| format!("{operation}.message")),
    );
    let value = need(work.draft.lifted_for(item, channel))?;
    let first = Template::Map(vec![member(&key, value.clone())]);
    let done = match work.draft.node(&map) {
        Some(_) => work.draft.insert(&map, &key, &value, &[]),
        None => {
            let order = ["address", "messages"];
            work.draft.insert(channel, "messages", &first, &order)
        }
    };
    need(done)?;
    messages::to_v3(work, &below(&map, &key))?;
    Ok(key)
}
