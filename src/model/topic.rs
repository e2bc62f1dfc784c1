//! What one unit of a document says and the checks of others ask for.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Something that a unit says and others ask for, as a number. Two of them fall together as
/// good as never, and then a unit is checked once more than needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(u64);

#[derive(Hash)]
enum Kind {
    Scheme,
    Scopes,
    Declared,
    Names,
    Use,
    Wish,
    Fingerprint,
    Unit,
    Server,
    Servers,
    Counts,
    Everywhere,
    Reached,
    TraitAt,
    Applies,
}

/// A number for something, the same in every version and every run.
pub fn hash_of(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

impl Topic {
    fn of(kind: Kind, what: impl Hash) -> Self {
        Self(hash_of((kind, what)))
    }

    /// One bit of 64, the same for the same topic.
    pub fn bit(self) -> u64 {
        1 << (self.0 & 63)
    }

    /// The component of that name: what it is, and which one counts of several.
    pub fn scheme(name: &str) -> Self {
        Self::of(Kind::Scheme, name)
    }

    /// The scopes that the component of that name declares, flow by flow.
    pub fn scopes(name: &str) -> Self {
        Self::of(Kind::Scopes, name)
    }

    /// Whether every flow of the component of that name declares a scope.
    pub fn declared(name: &str, scope: &str) -> Self {
        Self::of(Kind::Declared, (name, scope))
    }

    /// The names of all components, in their order.
    pub fn names() -> Self {
        Self::of(Kind::Names, ())
    }

    /// Whether something refers to the component of that name.
    pub fn use_of(name: &str) -> Self {
        Self::of(Kind::Use, name)
    }

    /// Whether something asks for that scope.
    pub fn wish(scope: &str) -> Self {
        Self::of(Kind::Wish, scope)
    }

    /// The components of that content, in their order.
    pub fn fingerprint(fingerprint: u64) -> Self {
        Self::of(Kind::Fingerprint, fingerprint)
    }

    /// The server, channel, operation or trait at a JSON Pointer, as far as its own text goes.
    pub fn unit(pointer: &str) -> Self {
        Self::of(Kind::Unit, pointer)
    }

    /// The server at a JSON Pointer as it counts in the end.
    pub fn server(pointer: &str) -> Self {
        Self::of(Kind::Server, pointer)
    }

    /// All servers that count, in their order.
    pub fn servers() -> Self {
        Self::of(Kind::Servers, ())
    }

    /// What the operations ask for that are on the server at a JSON Pointer by name.
    pub fn counts(pointer: &str) -> Self {
        Self::of(Kind::Counts, pointer)
    }

    /// What the operations ask for that are on every server, and whether some are out of sight.
    pub fn everywhere() -> Self {
        Self::of(Kind::Everywhere, ())
    }

    /// Whether an entry of the document's root leads to the operation or channel at a pointer.
    pub fn reached(pointer: &str) -> Self {
        Self::of(Kind::Reached, pointer)
    }

    /// Whether a `$ref` in the place of a trait has that pointer as its text.
    pub fn trait_at(pointer: &str) -> Self {
        Self::of(Kind::TraitAt, pointer)
    }

    /// Those whose `$ref` in the place of a trait has that pointer as its text, in their order.
    pub fn applies(pointer: &str) -> Self {
        Self::of(Kind::Applies, pointer)
    }
}

/// What was asked while something was found out.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The topics, in the order of asking.
    pub topics: Vec<Topic>,
    /// Whether a reference led to a place of the document that no topic stands for.
    pub is_loose: bool,
}
