//! What is demanded in one cell (an operation on a server) on one side, and the two questions about
//! it: do all clients go on, and does somebody new get in?

use std::collections::BTreeSet;

use super::schemes::Classes;
use super::side::{List, Side};
use crate::model::needs::normal::absorbed;
use crate::model::needs::seen::Why;

/// A scheme by its class, or one of its scopes.
pub type Atom = (usize, Option<String>);

/// Schemes and scopes that are needed together; nothing is needed for an empty one.
pub type Alternative = BTreeSet<Atom>;

/// Alternatives of which none contains another one; `None` if they cannot be read.
pub type Demand = Option<BTreeSet<Alternative>>;

/// What is raised if somebody's situation changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// Somebody who could not get in can now.
    pub wider: bool,
    /// Somebody who could get in cannot any more.
    pub stops: bool,
}

/// The raw effects of a change, by inclusion of sets alone.
pub fn effects(old: &BTreeSet<Alternative>, new: &BTreeSet<Alternative>) -> Effects {
    let serves = |all: &BTreeSet<Alternative>, one: &Alternative| {
        all.iter().any(|other| other.is_subset(one))
    };
    Effects {
        wider: !new.iter().all(|one| serves(old, one)),
        stops: !old.iter().all(|one| serves(new, one)),
    }
}

/// One side, with the classes of its schemes.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'s> {
    /// The side.
    pub side: &'s Side,
    /// The class of each of its schemes.
    pub of: &'s [usize],
    /// Classes whose scopes are said elsewhere.
    pub without_scopes: &'s BTreeSet<usize>,
}

impl<'s> Reading<'s> {
    /// The old side.
    pub fn old(side: &'s Side, classes: &'s Classes, without_scopes: &'s BTreeSet<usize>) -> Self {
        Self {
            side,
            of: &classes.of_old,
            without_scopes,
        }
    }

    /// The new side.
    pub fn new(side: &'s Side, classes: &'s Classes, without_scopes: &'s BTreeSet<usize>) -> Self {
        Self {
            side,
            of: &classes.of_new,
            without_scopes,
        }
    }

    /// What a list demands, in order and with all repetitions.
    pub fn written(&self, list: &List) -> Option<Vec<Alternative>> {
        let alternatives = list.alternatives.as_ref()?;
        let alternatives = alternatives.iter().map(|one| {
            let mut atoms = Alternative::new();
            for needed in one {
                let class = self.of[needed.scheme];
                let takes_scopes = match &self.side.schemes[needed.scheme].definition {
                    // Nobody can say what it demands.
                    Ok(definition) if definition.kind.is_empty() => return None,
                    Ok(definition) => definition.takes_scopes(),
                    Err(Why::Unread) => true,
                    Err(_) => return None,
                };
                atoms.insert((class, None));
                if takes_scopes && !self.without_scopes.contains(&class) {
                    let scopes = needed.scopes.iter();
                    atoms.extend(scopes.map(|scope| (class, Some(scope.clone()))));
                }
            }
            Some(atoms)
        });
        alternatives.collect()
    }

    /// What a list demands.
    pub fn demand(&self, list: &List) -> Demand {
        let written = self.written(list)?;
        if written.is_empty() {
            return Some(BTreeSet::from([Alternative::new()]));
        }
        Some(absorbed(&written.into_iter().collect()))
    }

    /// Scopes that are written of schemes whose type knows none.
    pub fn idle_scopes<'l>(&self, list: &'l List) -> BTreeSet<(usize, &'l str)> {
        let all = list.alternatives.iter().flatten().flatten();
        let idle = all.filter(|needed| {
            let definition = &self.side.schemes[needed.scheme].definition;
            definition.as_ref().is_ok_and(|one| !one.takes_scopes())
        });
        let scopes = idle.flat_map(|needed| {
            let class = self.of[needed.scheme];
            needed.scopes.iter().map(move |scope| (class, &**scope))
        });
        scopes.collect()
    }
}
