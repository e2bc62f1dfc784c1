//! What came out of a comparison, as plain data.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::kind::Kind;
use super::side::{Place, Unseen};

/// A change in the meaning of security, or one of its writing that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// What is said: who is meant and what becomes of them.
    pub message: String,
    /// Why.
    pub because: Vec<&'static str>,
    /// The operations and servers for which it holds, by name.
    pub cells: Vec<Cell>,
    /// The operations that were each changed alike, if they are several; what one list of a server
    /// does to many is one change.
    pub alike: Vec<String>,
    /// What was demanded, in words.
    pub before: String,
    /// What is demanded.
    pub after: String,
    /// Where it stands on the old side.
    pub old: Option<Place>,
    /// Where it stands on the new side.
    pub new: Option<Place>,
    /// What is left of it on the new side, or above it.
    pub near: Option<Place>,
}

impl Change {
    /// A change of which only kind and message are known.
    pub fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            subject: Subject::default(),
            message,
            because: Vec::new(),
            cells: Vec::new(),
            alike: Vec::new(),
            before: String::new(),
            after: String::new(),
            old: None,
            new: None,
            near: None,
        }
    }
}

/// What a change is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// A server.
    pub server: Option<String>,
    /// An operation.
    pub operation: Option<String>,
    /// A scheme.
    pub scheme: Option<String>,
    /// A scope.
    pub scope: Option<String>,
}

impl Subject {
    /// The name in one word: of a cell `operation@server`, else of the scheme, server or operation.
    pub fn short(&self) -> String {
        match (&self.operation, &self.server, &self.scheme) {
            (Some(operation), Some(server), _) => format!("{operation}@{server}"),
            (None, None, Some(scheme)) => scheme.clone(),
            (Some(name), None, _) | (None, Some(name), _) => name.clone(),
            (None, None, None) => "-".to_owned(),
        }
    }
}

/// An operation on a server, by name; `-` without a server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The operation.
    pub operation: String,
    /// The server.
    pub server: String,
}

impl Change {
    /// What identifies it as long as nothing of its meaning changes, wherever it stands.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        let subject = &self.subject;
        let names = [
            &subject.server,
            &subject.operation,
            &subject.scheme,
            &subject.scope,
        ];
        let names = names.map(|name| name.as_deref().unwrap_or_default());
        let texts = [self.kind.id, &self.before, &self.after];
        // Who accepts a change of some operations has not accepted that of another one.
        let alike = self.alike.iter().map(|name| &**name);
        for text in texts.into_iter().chain(names).chain(alike) {
            hasher.update(text.as_bytes());
            hasher.update([0]);
        }
        let mut out = String::new();
        for byte in hasher.finalize().iter().take(6) {
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}

/// How many cells there are, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// On the old side.
    pub old: usize,
    /// On the new side.
    pub new: usize,
    /// On both sides, and known there.
    pub compared: usize,
    /// Of these, those that demand the same.
    pub equal: usize,
    /// On both sides, and unknown on one of them.
    pub unknown: usize,
}

/// What came out of the comparison of two versions of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The changes, the worst first.
    pub changes: Vec<Change>,
    /// What was compared.
    pub cells: Counts,
    /// What was not seen on the old side.
    pub old_unseen: Vec<Unseen>,
    /// What was not seen on the new side.
    pub new_unseen: Vec<Unseen>,
}

impl Comparison {
    /// Whether everything was seen on both sides.
    pub fn is_whole(&self) -> bool {
        self.cells.unknown == 0 && self.old_unseen.is_empty() && self.new_unseen.is_empty()
    }
}
