//! Where security can stand (SPEC.md A.1): the document as a list of units.

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The root of the document itself (its own keys, not what is below them).
    Root,
    /// A value of `components.securitySchemes`, of a fragment's map, or a fragment that is a scheme.
    Scheme,
    /// A fragment that is one OAuth flow.
    Flow,
    /// A fragment that is the map of flows.
    Flows,
    /// `servers/*`, `components/servers/*`.
    Server,
    /// `channels/*`, `components/channels/*` (in 2.x with its operations).
    Channel,
    /// 3.x: `operations/*`, `components/operations/*`.
    Operation,
    /// `components/operationTraits/*`.
    OperationTrait,
    /// Another object whose `security` key has no meaning: messages, message traits, replies.
    Other,
}
