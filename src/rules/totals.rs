//! Sums over all units of a document, kept while units come and go.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::offer::Offer;
use crate::model::topic::{Topic, hash_of};

/// Sums over all units. What was added can be taken away again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    counted: HashMap<Topic, usize>,
    kinds: HashMap<&'static str, usize>,
    unknown_carriers: usize,
    own_carriers: usize,
    on_servers: HashMap<Topic, Count>,
    everywhere: Count,
    hidden: usize,
    reached: HashMap<Topic, usize>,
}

/// How many operations there are, and what they ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub all: usize,
    /// With a list of their own, or with one that is out of sight.
    pub covered: usize,
    /// With a list of which each entry authenticates.
    pub authenticated: usize,
}

/// What the operations of a unit add.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The operations.
    pub count: Count,
    /// [`Topic::counts`] of each of their servers, as often as it is named; none for operations
    /// that are on every server or may be.
    pub on: Vec<Topic>,
    /// Whether the unit stands for operations that are out of sight.
    pub is_hidden: bool,
    /// [`Topic::reached`] of the unit that it stands for.
    pub reaches: Option<Topic>,
}

impl Count {
    /// One operation.
    pub fn new(is_covered: bool, is_authenticated: bool) -> Self {
        Self {
            all: 1,
            covered: usize::from(is_covered),
            authenticated: usize::from(is_authenticated),
        }
    }

    /// Whether so many are all operations, as far as can be seen.
    pub fn are_all(self, so_many: usize, are_known: bool) -> bool {
        so_many == self.all && (self.all > 0 || !are_known)
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            covered: self.covered + other.covered,
            authenticated: self.authenticated + other.authenticated,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            all: self.all.saturating_sub(other.all),
            covered: self.covered.saturating_sub(other.covered),
            authenticated: self.authenticated.saturating_sub(other.authenticated),
        }
    }

    /// All that is asked about it.
    fn answers(self) -> [bool; 3] {
        [
            self.all > 0,
            self.covered == self.all,
            self.authenticated == self.all,
        ]
    }
}

impl Totals {
    /// Adds what a unit gives, and the topics of which the answer is another one now.
    pub fn add(&mut self, offer: &Offer, toggled: &mut Vec<Topic>) {
        for topic in &offer.counted {
            up(&mut self.counted, *topic, toggled);
        }
        for kind in &offer.kinds {
            *self.kinds.entry(kind).or_default() += 1;
        }
        self.unknown_carriers += usize::from(offer.is_unknown_carrier);
        self.own_carriers += usize::from(offer.is_own_carrier);
    }

    /// Takes away what [`Self::add`] added.
    pub fn remove(&mut self, offer: &Offer, toggled: &mut Vec<Topic>) {
        for topic in &offer.counted {
            down(&mut self.counted, *topic, toggled);
        }
        for kind in &offer.kinds {
            if let Entry::Occupied(mut entry) = self.kinds.entry(kind) {
                *entry.get_mut() -= 1;
                if *entry.get() == 0 {
                    entry.remove();
                }
            }
        }
        let less = |sum: usize, one: bool| sum.saturating_sub(usize::from(one));
        self.unknown_carriers = less(self.unknown_carriers, offer.is_unknown_carrier);
        self.own_carriers = less(self.own_carriers, offer.is_own_carrier);
    }

    /// Adds operations, and the topics of which the answer is another one now.
    pub fn add_counts(&mut self, counts: &Counts, toggled: &mut Vec<Topic>) {
        self.change_counts(counts, Count::plus, toggled);
        if let Some(reached) = counts.reaches {
            up(&mut self.reached, reached, toggled);
        }
        if counts.is_hidden {
            self.hidden += 1;
            if self.hidden == 1 {
                toggled.push(Topic::everywhere());
            }
        }
    }

    /// Takes away what [`Self::add_counts`] added.
    pub fn remove_counts(&mut self, counts: &Counts, toggled: &mut Vec<Topic>) {
        self.change_counts(counts, Count::minus, toggled);
        if let Some(reached) = counts.reaches {
            down(&mut self.reached, reached, toggled);
        }
        if counts.is_hidden {
            self.hidden = self.hidden.saturating_sub(1);
            if self.hidden == 0 {
                toggled.push(Topic::everywhere());
            }
        }
    }

    fn change_counts(
        &mut self,
        counts: &Counts,
        change: fn(Count, Count) -> Count,
        toggled: &mut Vec<Topic>,
    ) {
        if counts.count == Count::default() {
            return;
        }
        let mut put = |count: &mut Count, topic: &dyn Fn() -> Topic| {
            let before = count.answers();
            *count = change(*count, counts.count);
            if count.answers() != before {
                toggled.push(topic());
            }
        };
        if counts.on.is_empty() {
            put(&mut self.everywhere, &Topic::everywhere);
        }
        for topic in &counts.on {
            let count = self.on_servers.entry(*topic).or_default();
            put(count, &|| *topic);
            if *count == Count::default() {
                self.on_servers.remove(topic);
            }
        }
    }

    /// Whether something counts for a topic.
    pub fn has(&self, topic: Topic) -> bool {
        self.counted.contains_key(&topic)
    }

    /// How often something counts for a topic.
    pub fn count(&self, topic: Topic) -> usize {
        self.counted.get(&topic).copied().unwrap_or(0)
    }

    /// The types of the schemes, wherever they stand; an empty word for those that nobody knows.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.keys().copied()
    }

    /// The same as long as nothing of what is said about all units together has changed, but
    /// for topics.
    pub fn outlook(&self) -> u64 {
        let kinds = self.kinds.keys().map(hash_of);
        hash_of((
            kinds.fold(0, |all, one| all ^ one),
            self.has_unknown_carriers(),
            self.has_own_carriers(),
            self.has_hidden_operations(),
        ))
    }

    /// Whether servers, operations or traits are out of sight.
    pub fn has_unknown_carriers(&self) -> bool {
        self.unknown_carriers > 0
    }

    /// Whether the root of the document has servers, operations or traits.
    pub fn has_own_carriers(&self) -> bool {
        self.own_carriers > 0
    }

    /// Whether operations of the document's root are out of sight.
    pub fn has_hidden_operations(&self) -> bool {
        self.hidden > 0
    }

    /// Whether an entry of the document's root stands for that unit ([`Topic::reached`]).
    pub fn is_reached(&self, topic: Topic) -> bool {
        self.reached.contains_key(&topic)
    }

    /// The operations on every server.
    pub fn everywhere(&self) -> Count {
        self.everywhere
    }

    /// The operations that name a server ([`Topic::counts`]).
    pub fn on_server(&self, topic: Topic) -> Count {
        self.on_servers.get(&topic).copied().unwrap_or_default()
    }
}

fn up(counted: &mut HashMap<Topic, usize>, topic: Topic, toggled: &mut Vec<Topic>) {
    let count = counted.entry(topic).or_default();
    *count += 1;
    if *count == 1 {
        toggled.push(topic);
    }
}

fn down(counted: &mut HashMap<Topic, usize>, topic: Topic, toggled: &mut Vec<Topic>) {
    let Entry::Occupied(mut entry) = counted.entry(topic) else {
        return;
    };
    *entry.get_mut() -= 1;
    if *entry.get() == 0 {
        entry.remove();
        toggled.push(topic);
    }
}
