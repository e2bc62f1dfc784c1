//! Security sites: objects that may have a `security` list, and objects that must not.

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::unit::subject::{Subject, value_of};
use crate::rules::unit::{entries, ref_object, server};
use crate::spec::{Version, is_extension, spec};
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::pointer_key;

/// Checks a server.
pub(super) fn check_server(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    check_security(context, context.value, "server", out);
    check_reference(context, context.value, out);
    server::check(context, out);
}

/// Checks an operation and its inline traits.
pub(super) fn check_operation<'t>(
    context: &UnitContext<'t>,
    operation: Node<'t>,
    out: &mut Vec<Finding>,
) {
    check_security(context, operation, "operation", out);
    check_reference(context, operation, out);
    for item in items(context, operation, "traits") {
        check_trait(context, item, out);
    }
    if context.version.is_v3() {
        if let Some(channel) = child(context, operation, "channel") {
            check_reference(context, channel, out);
        }
        if let Some(reply) = child(context, operation, "reply") {
            check_other(context, reply, out);
        }
    } else if let Some(message) = child(context, operation, "message") {
        check_message(context, message, out);
        for item in items(context, message, "oneOf") {
            check_message(context, item, out);
        }
    }
}

/// Checks an operation trait.
pub(super) fn check_trait<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    check_security(context, node, "operationTrait", out);
    check_reference(context, node, out);
}

/// Checks a channel; in 2.x with its operations, in 3.x with its messages.
pub(super) fn check_channel(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    check_other(context, context.value, out);
    check_reference(context, context.value, out);
    if context.version.is_v3() {
        let Some(messages) = child(context, context.value, "messages") else {
            return;
        };
        for entry in context.tree.fields(messages) {
            check_message(context, entry.value, out);
        }
        return;
    }
    for name in ["publish", "subscribe"] {
        if let Some(operation) = child(context, context.value, name) {
            check_operation(context, operation, out);
        }
    }
}

fn check_message<'t>(context: &UnitContext<'t>, message: Node<'t>, out: &mut Vec<Finding>) {
    check_other(context, message, out);
    for item in items(context, message, "traits") {
        check_other(context, item, out);
    }
}

/// Checks an object that has no `security` in any version.
pub(super) fn check_other<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    let Some(entry) = own_field(context, node, "security") else {
        return;
    };
    let sites = if has_security(context.version, "operation") {
        "servers, operations and operation traits"
    } else {
        "servers"
    };
    let rule = registry::SECURITY_NOT_SUPPORTED_HERE;
    let message =
        format!("`security` is not a field of this object; only {sites} have it, so move it there");
    out.push(Finding::new(rule, entry.key.range(), message));
}

fn check_security<'t>(
    context: &UnitContext<'t>,
    node: Node<'t>,
    site: &str,
    out: &mut Vec<Finding>,
) {
    let Some(entry) = own_field(context, node, "security") else {
        if has_security(context.version, site) {
            check_misspelt(context, node, out);
        }
        return;
    };
    if has_security(context.version, site) {
        entries::check_list(context, entry, out);
        return;
    }
    let mut versions = Version::ALL.into_iter();
    let since = versions.find(|version| has_security(*version, site));
    let since = since.map_or("a later version", Version::as_str);
    let rule = registry::OPERATION_SECURITY_SINCE;
    let message = format!(
        "`security` exists here only since AsyncAPI {since}; raise `asyncapi`, or move it to the servers"
    );
    out.push(Finding::new(rule, entry.key.range(), message));
}

/// Finds a key that means `security`: without it, a server or operation is open.
fn check_misspelt<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    let Some(node) = context.tree.resolve(node).filter(|node| node.is_mapping()) else {
        return;
    };
    let fields = context.tree.fields(node);
    // A reference has its fields elsewhere.
    if fields.iter().any(|entry| entry.key.value() == "$ref") {
        return;
    }
    let near = fields.into_iter().find(|entry| {
        let name = entry.key.value();
        !entry.key.lacks_colon() && !is_extension(name) && nearest(name, ["security"]).is_some()
    });
    out.extend(near.map(|entry| misspelt(entry, "security")));
}

/// Finds a `$ref` with another name, such as `ref`: what it leads to is not read.
fn check_reference<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Finding>) {
    let Some(node) = context.tree.resolve(node).filter(|node| node.is_mapping()) else {
        return;
    };
    let object = Subject::new(context, None, node);
    if object.has("$ref") {
        return;
    }
    let Some(reference) = ref_object::misspelt(context, &object) else {
        return;
    };
    let text = value_of(context, reference).map_or("", Node::value);
    if text.contains("#/") && !reference.key.lacks_colon() {
        out.push(misspelt(reference, "$ref"));
    }
}

fn misspelt(entry: Entry<'_>, meant: &str) -> Finding {
    let shown = quoted(entry.key.value());
    let message = format!("{shown} is not read; did you mean `{meant}`?");
    let rule = registry::SECURITY_FIELD_MISSPELT;
    Finding::new(rule, entry.key.range(), message).meant(Some(meant))
}

/// Offers the name that is meant.
pub(in crate::rules) fn fix_misspelt(fix: &mut FixContext<'_>) {
    if let Some(meant) = fix.meant() {
        fix.offer_rename(meant, Safe);
    }
}

fn has_security(version: Version, site: &str) -> bool {
    let object = spec().object(site);
    object.is_some_and(|object| object.field("security", version).is_some())
}

/// A field of an object, unless the object is a reference or the key half typed.
fn own_field<'t>(context: &UnitContext<'t>, node: Node<'t>, name: &str) -> Option<Entry<'t>> {
    let node = context.tree.resolve(node)?;
    if context.tree.field(node, "$ref").is_some() {
        return None;
    }
    let mut fields = context.tree.fields(node).into_iter();
    fields.find(|entry| entry.key.value() == name && !entry.key.lacks_colon())
}

fn child<'t>(context: &UnitContext<'t>, node: Node<'t>, name: &str) -> Option<Node<'t>> {
    value_of(context, own_field(context, node, name)?)
}

fn items<'t>(
    context: &UnitContext<'t>,
    node: Node<'t>,
    name: &str,
) -> impl Iterator<Item = Node<'t>> {
    child(context, node, name).into_iter().flat_map(Node::items)
}

/// Offers newer versions, in which operations have `security`.
pub(in crate::rules) fn fix_security_since(fix: &mut FixContext<'_>) {
    fix.offer_newer_version(Version::V2_4);
}

/// Offers to move `security` of the document to its servers, or that of a channel to its
/// operations.
pub(in crate::rules) fn fix_not_supported(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(holder)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    let Some(list) = fix.moved(entry) else { return };
    let (targets, title) = match holder.keys()[..] {
        [] => (children(fix, "servers"), "Move it to every server"),
        ["channels", channel] => (
            operations(fix, holder.node(), channel),
            "Move it to the operations of the channel",
        ),
        _ => (Vec::new(), ""),
    };
    let tree = fix.tree();
    let is_free = |target: &Node<'_>| {
        target.is_mapping()
            && tree.field(*target, "$ref").is_none()
            && tree.field(*target, "security").is_none()
    };
    if targets.is_empty() || !targets.iter().all(is_free) {
        let title = "Remove `security`, which has no effect here";
        fix.offer_clean(title, Safe, |edits| edits.remove(entry));
        return;
    }
    fix.offer(title, ChangesMeaning, |edits| {
        (targets.iter()).try_for_each(|target| edits.insert(*target, "security", &list, &[]))?;
        edits.remove(entry)
    });
}

fn children<'a>(fix: &FixContext<'a>, name: &str) -> Vec<Node<'a>> {
    let map = fix.tree().root().get(name);
    let children = map.into_iter().flat_map(|map| map.value.entries());
    children.map(|child| child.value).collect()
}

/// The operations of a channel.
fn operations<'a>(fix: &FixContext<'a>, channel: Node<'a>, name: &str) -> Vec<Node<'a>> {
    if !fix.version.is_v3() {
        let own = ["publish", "subscribe"].iter();
        let own = own.filter_map(|key| channel.get(key));
        return own.map(|entry| entry.value).collect();
    }
    let leads_here = |operation: &Node<'a>| {
        let channel = fix.tree().field(*operation, "channel");
        let pointer = channel.and_then(|channel| fix.pointer_of(channel.value));
        pointer.is_some_and(|pointer| {
            let token = pointer.strip_prefix("/channels/");
            token.is_some_and(|token| pointer_key(token) == name)
        })
    };
    let mut operations = children(fix, "operations");
    operations.retain(leads_here);
    operations
}
