//! Which schemes of both sides are the same one.

use std::collections::{BTreeMap, BTreeSet};

use super::side::{Definition, List, Scheme, Side};

/// The schemes of both sides: those that are the same are one class.
#[derive(Debug, Default)]
pub struct Classes {
    /// For each scheme of the old side its class.
    pub of_old: Vec<usize>,
    /// For each scheme of the new side its class.
    pub of_new: Vec<usize>,
    /// All classes.
    pub all: Vec<Class>,
}

/// A scheme, on both sides or on one.
#[derive(Debug, Clone, Default)]
pub struct Class {
    /// The scheme of the old side; a component before others.
    pub old: Option<usize>,
    /// The scheme of the new side.
    pub new: Option<usize>,
    /// How messages name it.
    pub name: String,
}

impl Classes {
    /// Finds out which schemes are the same.
    pub fn new(old: &Side, new: &Side) -> Self {
        let mut classes = Self {
            of_old: vec![usize::MAX; old.schemes.len()],
            of_new: vec![usize::MAX; new.schemes.len()],
            all: Vec::new(),
        };
        let (old_names, new_names) = (by_name(&old.schemes), by_name(&new.schemes));
        for (name, at) in &old_names {
            let is_typed = |scheme: &Scheme| {
                let definition = scheme.definition.as_ref();
                definition.map_or(true, |definition| !definition.kind.is_empty())
            };
            // Without a type it is no scheme any more, or was none.
            if let Some(other) = new_names.get(name)
                && is_typed(&old.schemes[*at]) == is_typed(&new.schemes[*other])
            {
                classes.join(*at, *other);
            }
        }
        classes.renamed(old, new);
        classes.renamed_and_changed(old, new);
        classes.extracted(old, new);
        classes.copied(old, new);
        for (_, at) in old_names {
            if classes.of_old[at] == usize::MAX {
                classes.of_old[at] = classes.add(Some(at), None);
            }
        }
        for (_, at) in new_names {
            if classes.of_new[at] == usize::MAX {
                classes.of_new[at] = classes.add(None, Some(at));
            }
        }
        classes.inline(old, new);
        classes.changed_in_place(old, new);
        classes.rest(&old.schemes, true);
        classes.rest(&new.schemes, false);
        classes.name(old, new);
        classes
    }

    /// What is known of a class on a side.
    pub fn definition<'s>(
        &self,
        class: usize,
        side: &'s Side,
        is_old: bool,
    ) -> Option<&'s Definition> {
        let class = &self.all[class];
        let at = if is_old { class.old } else { class.new };
        side.schemes[at?].definition.as_ref().ok()
    }

    fn add(&mut self, old: Option<usize>, new: Option<usize>) -> usize {
        self.all.push(Class {
            old,
            new,
            name: String::new(),
        });
        self.all.len() - 1
    }

    fn join(&mut self, old: usize, new: usize) {
        let class = self.add(Some(old), Some(new));
        self.of_old[old] = class;
        self.of_new[new] = class;
    }

    fn left<'s>(schemes: &'s [Scheme], of: &[usize]) -> Vec<(usize, &'s Definition)> {
        let left = schemes
            .iter()
            .enumerate()
            .filter(|(at, scheme)| of[*at] == usize::MAX && scheme.name.is_some());
        left.filter_map(|(at, scheme)| Some((at, scheme.definition.as_ref().ok()?)))
            .collect()
    }

    /// The same definition, under a name that went and one that came.
    fn renamed(&mut self, old: &Side, new: &Side) {
        let mut came = Self::left(&new.schemes, &self.of_new);
        for (at, definition) in Self::left(&old.schemes, &self.of_old) {
            let same = |(_, other): &(usize, &Definition)| definition.is_same_wire(other);
            if let Some(found) = came.iter().position(same) {
                let (other, _) = came.remove(found);
                self.join(at, other);
            }
        }
    }

    /// The only one that went and the only one that came, of one type and demanded by the same.
    fn renamed_and_changed(&mut self, old: &Side, new: &Side) {
        let went = Self::left(&old.schemes, &self.of_old);
        let came = Self::left(&new.schemes, &self.of_new);
        let (&[(one, definition)], &[(other, other_definition)]) = (&*went, &*came) else {
            return;
        };
        let is_same = definition.kind == other_definition.kind
            && demanded_at(old, &[one]) == demanded_at(new, &[other]);
        if is_same {
            self.join(one, other);
        }
    }

    /// Inline ones of one side that the other one declares, demanded in part by the same.
    fn extracted(&mut self, old: &Side, new: &Side) {
        for is_old in [true, false] {
            let (side, of, other, of_other) = match is_old {
                true => (old, &self.of_old, new, &self.of_new),
                false => (new, &self.of_new, old, &self.of_old),
            };
            let mut declared = Self::left(&other.schemes, of_other);
            declared.retain(|(_, one)| !inline(other).any(|(_, inline)| one.is_same_wire(inline)));
            let found = inline(side).filter(|(at, _)| of[*at] == usize::MAX);
            let found = found.filter_map(|(at, definition)| {
                let mut same = declared
                    .iter()
                    .filter(|(_, one)| one.is_same_wire(definition));
                let same = same.find(|(name, _)| {
                    let on_side = demanded_at(side, &[at]);
                    !on_side.is_disjoint(&demanded_at(other, &[*name]))
                });
                Some((at, same?.0))
            });
            for (at, name) in found.collect::<Vec<_>>() {
                let (one, another) = if is_old { (at, name) } else { (name, at) };
                match (self.of_old[one], self.of_new[another]) {
                    (usize::MAX, usize::MAX) => self.join(one, another),
                    (class, usize::MAX) => self.of_new[another] = class,
                    (_, class) => self.of_old[one] = class,
                }
            }
        }
    }

    /// Names on one side alone for what both sides have: 3.x needs a copy for each choice of scopes,
    /// of which tokens are the same.
    fn copied(&mut self, old: &Side, new: &Side) {
        for (side, is_old) in [(old, true), (new, false)] {
            let of = if is_old { &self.of_old } else { &self.of_new };
            for (at, definition) in Self::left(&side.schemes, of) {
                let is_it = |class: &Class| {
                    let on = |at: Option<usize>, side: &Side| {
                        at.and_then(|at| side.schemes[at].definition.as_ref().ok())
                            .is_some_and(|other| other.is_same_wire(definition))
                    };
                    on(class.old, old) && on(class.new, new)
                };
                let class = self.all.iter().position(is_it);
                let Some(class) = class.filter(|_| definition.takes_scopes()) else {
                    continue;
                };
                match is_old {
                    true => self.of_old[at] = class,
                    false => self.of_new[at] = class,
                }
            }
        }
    }

    /// Inline schemes are the component with the same definition, else what they are.
    fn inline(&mut self, old: &Side, new: &Side) {
        for is_old in [true, false] {
            let (side, other) = if is_old { (old, new) } else { (new, old) };
            for (at, scheme) in side.schemes.iter().enumerate() {
                let of = if is_old { &self.of_old } else { &self.of_new };
                let (true, Ok(definition)) = (of[at] == usize::MAX, &scheme.definition) else {
                    continue;
                };
                let on = |side: &Side, class: usize, is_old: bool| {
                    let known = self.definition(class, side, is_old);
                    known.is_some_and(|other| other.is_same_wire(definition))
                };
                let all = 0..self.all.len();
                let mut equal: Vec<usize> =
                    all.clone().filter(|at| on(side, *at, is_old)).collect();
                if equal.is_empty() {
                    equal = all.filter(|at| on(other, *at, !is_old)).collect();
                }
                let found = match &*equal {
                    [] => None,
                    [one] => Some(*one),
                    several => self.demanded_there(several, at, side, other, is_old),
                };
                let class = found.unwrap_or_else(|| self.add(None, None));
                let known = &mut self.all[class];
                if is_old {
                    known.old.get_or_insert(at);
                    self.of_old[at] = class;
                } else {
                    known.new.get_or_insert(at);
                    self.of_new[at] = class;
                }
            }
        }
    }

    /// Of several components with the definition of an inline scheme, the one that the other side
    /// demands at the same place, else the first.
    fn demanded_there(
        &self,
        classes: &[usize],
        at: usize,
        side: &Side,
        other: &Side,
        is_old: bool,
    ) -> Option<usize> {
        let places = demanded_at(side, &[at]);
        let of = if is_old { &self.of_new } else { &self.of_old };
        let is_there = |class: &&usize| {
            let schemes = with(of, **class);
            !places.is_disjoint(&demanded_at(other, &schemes))
        };
        classes.iter().find(is_there).or(classes.first()).copied()
    }

    /// An inline scheme that went and one that came, of one type and demanded by the same, if there
    /// is but one such pair.
    fn changed_in_place(&mut self, old: &Side, new: &Side) {
        let mut groups: BTreeMap<(&str, BTreeSet<String>), [Vec<usize>; 2]> = BTreeMap::new();
        for (class, known) in self.all.iter().enumerate() {
            let (side, at, of, index) = match (known.old, known.new) {
                (Some(at), None) => (old, at, &self.of_old, 0),
                (None, Some(at)) => (new, at, &self.of_new, 1),
                _ => continue,
            };
            let Ok(definition) = &side.schemes[at].definition else {
                continue;
            };
            let places = demanded_at(side, &with(of, class));
            if !places.is_empty() {
                let group = groups.entry((&definition.kind, places)).or_default();
                group[index].push(class);
            }
        }
        let pairs: Vec<(usize, usize)> = groups
            .into_values()
            .filter_map(|[went, came]| match (&*went, &*came) {
                ([one], [other]) => Some((*one, *other)),
                _ => None,
            })
            .collect();
        for (one, other) in pairs {
            let is_inline = |side: &Side, at: Option<usize>| {
                at.is_some_and(|at| side.schemes[at].name.is_none())
            };
            if !is_inline(old, self.all[one].old) && !is_inline(new, self.all[other].new) {
                continue;
            }
            self.all[one].new = self.all[other].new.take();
            for class in &mut self.of_new {
                if *class == other {
                    *class = one;
                }
            }
        }
    }

    /// What is not seen, and repeats a name.
    fn rest(&mut self, schemes: &[Scheme], is_old: bool) {
        for (at, scheme) in schemes.iter().enumerate() {
            let of = if is_old { &self.of_old } else { &self.of_new };
            if of[at] != usize::MAX {
                continue;
            }
            let same = schemes.iter().position(|other| other.name == scheme.name);
            let class = same
                .map(|same| of[same])
                .filter(|class| *class != usize::MAX);
            let class = class.unwrap_or_else(|| match is_old {
                true => self.add(Some(at), None),
                false => self.add(None, Some(at)),
            });
            match is_old {
                true => self.of_old[at] = class,
                false => self.of_new[at] = class,
            }
        }
    }

    fn name(&mut self, old: &Side, new: &Side) {
        for class in &mut self.all {
            let new = class.new.map(|at| &new.schemes[at]);
            let old = class.old.map(|at| &old.schemes[at]);
            let named = |scheme: &Scheme| scheme.name.clone();
            let kind = |scheme: &Scheme| {
                let definition = scheme.definition.as_ref().ok()?;
                Some(match &*definition.http_scheme {
                    "" => definition.kind.clone(),
                    http => format!("{} {http}", definition.kind),
                })
            };
            class.name = (new.and_then(named))
                .or_else(|| old.and_then(named))
                .or_else(|| new.or(old).and_then(kind))
                .unwrap_or_default();
        }
    }
}

fn by_name(schemes: &[Scheme]) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for (at, scheme) in schemes.iter().enumerate() {
        if let Some(name) = &scheme.name {
            names.entry(&**name).or_insert(at);
        }
    }
    names
}

/// The schemes of a side that have no name.
fn inline(side: &Side) -> impl Iterator<Item = (usize, &Definition)> {
    let schemes = side.schemes.iter().enumerate();
    let inline = schemes.filter(|(_, scheme)| scheme.name.is_none());
    inline.filter_map(|(at, scheme)| Some((at, scheme.definition.as_ref().ok()?)))
}

/// The schemes of a class.
fn with(of: &[usize], class: usize) -> Vec<usize> {
    let all = of.iter().enumerate().filter(|(_, known)| **known == class);
    all.map(|(at, _)| at).collect()
}

/// The servers and operations that demand one of these schemes.
fn demanded_at(side: &Side, schemes: &[usize]) -> BTreeSet<String> {
    let has = |list: &List| {
        let mut needed = list.alternatives.iter().flatten().flatten();
        needed.any(|one| schemes.contains(&one.scheme))
    };
    let servers = side.servers.iter().filter(|server| has(&server.list));
    let servers = servers.map(|server| format!("server {}", server.name));
    let operations = side.operations.iter().filter(|one| has(&one.list));
    let operations = operations.map(|one| format!("operation {:?} {}", one.direction, one.address));
    servers.chain(operations).collect()
}
