//! The objects inside of a unit that may have bindings and extensions: a channel of 2.x has
//! operations, and these have messages and traits.

use crate::model::walk::UnitKind;
use crate::rules::context::UnitContext;
use crate::syntax::node::Node;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    /// A server.
    Server,
    /// A channel, or an operation and its traits.
    Operation,
    /// A message, or a trait of one.
    Message,
    /// A map of bindings.
    Bindings,
}

/// An object of a unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    /// What it is.
    pub(super) kind: PartKind,
    /// The object as it is written here: what an alias or a `$ref` leads to is elsewhere.
    pub(super) node: Node<'t>,
}

impl<'t> Part<'t> {
    /// Its bindings, without those behind a reference.
    pub(super) fn bindings(self) -> Option<Node<'t>> {
        match self.kind {
            PartKind::Bindings => Some(self.node),
            _ => Some(self.node.get("bindings")?.value),
        }
    }
}

/// The parts of a unit, the unit first.
pub(super) fn of_unit<'t>(context: &UnitContext<'t>) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let unit = context.value;
    match context.place {
        UnitKind::Server => push(PartKind::Server, unit, &mut parts),
        UnitKind::Channel => channel(context, unit, &mut parts),
        UnitKind::Operation | UnitKind::OperationTrait => operation(unit, &mut parts),
        UnitKind::Message => message(unit, &mut parts),
        UnitKind::Bindings => push(PartKind::Bindings, unit, &mut parts),
        _ => {}
    }
    parts
}

fn push<'t>(kind: PartKind, node: Node<'t>, out: &mut Vec<Part<'t>>) {
    if node.is_mapping() {
        out.push(Part { kind, node });
    }
}

fn channel<'t>(context: &UnitContext<'t>, node: Node<'t>, out: &mut Vec<Part<'t>>) {
    push(PartKind::Operation, node, out);
    if context.version.is_v3() {
        let messages = node.get("messages").into_iter();
        for entry in messages.flat_map(|messages| messages.value.entries()) {
            message(entry.value, out);
        }
        return;
    }
    for name in ["publish", "subscribe"] {
        if let Some(entry) = node.get(name) {
            operation(entry.value, out);
        }
    }
}

fn operation<'t>(node: Node<'t>, out: &mut Vec<Part<'t>>) {
    push(PartKind::Operation, node, out);
    for item in items(node, "traits") {
        push(PartKind::Operation, item, out);
    }
    // An operation of 2.x; one of 3.x refers to its messages.
    if let Some(entry) = node.get("message") {
        message(entry.value, out);
        for item in items(entry.value, "oneOf") {
            message(item, out);
        }
    }
}

fn message<'t>(node: Node<'t>, out: &mut Vec<Part<'t>>) {
    push(PartKind::Message, node, out);
    for item in items(node, "traits") {
        push(PartKind::Message, item, out);
    }
}

fn items<'t>(node: Node<'t>, name: &str) -> impl Iterator<Item = Node<'t>> {
    node.get(name)
        .into_iter()
        .flat_map(|entry| entry.value.items())
}
