//! Laws over random documents, beside an oracle that tries every set of credentials.

use std::collections::BTreeSet;

use asyncapi_security_lsp::diff::change::Comparison;
use asyncapi_security_lsp::diff::compare::{compare, unchanged};
use asyncapi_security_lsp::diff::kind::{self, Severity};

use crate::documents::{Base, a, b};
use crate::{lines, loud, side};

/// How many random pairs are compared, in both directions.
fn pairs() -> usize {
    let asked = std::env::var("DIFF_PAIRS").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(1_000)
}

/// An alternative: schemes with their scopes.
pub type Entry = Vec<(&'static str, Vec<&'static str>)>;

#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn entry(&mut self, most: usize) -> Entry {
        let mut names = vec!["scram", "plain", "krb", "cert", "oa"];
        let count = self.below(most + 1);
        let count = if self.below(5) == 0 { 0 } else { count.max(1) };
        let picked = (0..count).map(|_| {
            let at = self.below(names.len());
            let name = names.remove(at);
            let scopes = ["r", "w"]
                .into_iter()
                .filter(|_| name == "oa" && self.below(2) == 0);
            (name, scopes.collect())
        });
        picked.collect()
    }

    /// A list, or none.
    fn list(&mut self, most: usize) -> Option<Vec<Entry>> {
        if self.below(4) == 0 {
            return None;
        }
        let count = self.below(4);
        Some((0..count).map(|_| self.entry(most)).collect())
    }
}

/// A document with two servers and two operations, each with a list.
#[derive(Clone)]
pub struct Lists {
    pub servers: Vec<Option<Vec<Entry>>>,
    pub operations: Vec<Option<Vec<Entry>>>,
}

impl Lists {
    pub fn random(random: &mut Random, most: usize) -> Self {
        let mut lists = || (0..2).map(|_| random.list(most)).collect();
        Self {
            servers: lists(),
            operations: lists(),
        }
    }

    /// The same with one list changed, for most changes are small.
    fn changed(&self, random: &mut Random, most: usize) -> Self {
        let mut new = self.clone();
        let lists = if random.below(2) == 0 {
            &mut new.servers
        } else {
            &mut new.operations
        };
        let at = random.below(2);
        let list = lists[at].get_or_insert_default();
        match random.below(3) {
            0 => lists[at] = random.list(most),
            1 if !list.is_empty() => {
                let at = random.below(list.len());
                list[at] = random.entry(most);
            }
            _ => list.push(random.entry(most)),
        }
        new
    }

    pub fn base(&self, base: Base) -> Base {
        let mut base = base.server("q", "kafka-secure", None).operation("o2", None);
        for (at, list) in self.servers.iter().enumerate() {
            base.servers[at].3 = list.as_ref().map(|list| text(list));
        }
        for (at, list) in self.operations.iter().enumerate() {
            base.operations[at].2 = list.as_ref().map(|list| text(list));
        }
        base
    }

    fn yaml(&self) -> String {
        self.base(b()).yaml()
    }
}

fn text(list: &[Entry]) -> String {
    let entries = list.iter().map(|entry| {
        let parts = entry.iter().map(|(name, scopes)| match scopes.is_empty() {
            true => (*name).to_owned(),
            false => format!("{name}({})", scopes.join(" ")),
        });
        let parts: Vec<String> = parts.collect();
        match parts.is_empty() {
            true => "{}".to_owned(),
            false => parts.join("+"),
        }
    });
    entries.collect::<Vec<String>>().join(", ")
}

/// Everything that a client may have.
const CREDENTIALS: [&str; 7] = ["scram", "plain", "krb", "cert", "oa", "oa r", "oa w"];

/// Whether a client with these credentials gets past a list.
fn lets_in(list: &Option<Vec<Entry>>, credentials: &BTreeSet<&str>) -> bool {
    let Some(list) = list.as_ref().filter(|list| !list.is_empty()) else {
        return true;
    };
    list.iter().any(|entry| {
        entry.iter().all(|(name, scopes)| {
            let mut scopes = scopes.iter();
            credentials.contains(name)
                && scopes.all(|scope| credentials.contains(&*format!("{name} {scope}")))
        })
    })
}

/// Whether somebody new gets in, and whether a client stops, in a cell.
fn oracle(old: &Lists, new: &Lists, server: usize, operation: usize) -> (bool, bool) {
    let (mut wider, mut stops) = (false, false);
    for bits in 0..1_u32 << CREDENTIALS.len() {
        let has = |at: &usize| bits & (1 << at) != 0;
        let held: BTreeSet<&str> = (0..CREDENTIALS.len())
            .filter(has)
            .map(|at| CREDENTIALS[at])
            .collect();
        let gets_in = |lists: &Lists| {
            lets_in(&lists.servers[server], &held) && lets_in(&lists.operations[operation], &held)
        };
        let (before, now) = (gets_in(old), gets_in(new));
        wider |= now && !before;
        stops |= before && !now;
    }
    (wider, stops)
}

/// Kinds that may be said of a cell in which somebody new gets in, without calling it a danger:
/// whoever it is has something as strong, or it is not ranked.
const RANKED: [kind::Kind; 4] = [
    kind::ALTERNATIVE_REPLACED_STRONGER,
    kind::ALTERNATIVE_REPLACED_UNRANKED,
    kind::ALTERNATIVE_REPLACED_SAME_KIND,
    kind::ALTERNATIVE_ADDED_NOT_WEAKER,
];

#[track_caller]
fn agrees(old: &Lists, new: &Lists, found: &Comparison) {
    for (server, server_name) in ["p", "q"].iter().enumerate() {
        for (operation, operation_name) in ["o", "o2"].iter().enumerate() {
            let (wider, stops) = oracle(old, new, server, operation);
            let here = found.changes.iter().filter(|change| {
                let mut cells = change.cells.iter();
                cells.any(|cell| cell.server == *server_name && cell.operation == *operation_name)
            });
            let kinds: Vec<kind::Kind> = here.map(|change| change.kind).collect();
            let context = || {
                format!(
                    "{operation_name}@{server_name} {wider} {stops} {kinds:?}\n{}\n{}",
                    old.yaml(),
                    new.yaml()
                )
            };
            let is_loud = kinds.iter().any(|kind| kind.severity != Severity::None);
            assert_eq!(wider || stops, is_loud, "{}", context());
            let says_wider = kinds.iter().any(|kind| kind.is_wider());
            assert!(wider || !says_wider, "{}", context());
            assert!(
                !wider || says_wider || kinds.iter().any(|kind| RANKED.contains(kind)),
                "{}",
                context()
            );
            let says_stops = kinds.iter().any(|kind| kind.stops_clients());
            assert_eq!(stops, says_stops, "{}", context());
        }
    }
}

#[test]
fn the_oracle_that_tries_every_set_of_credentials_agrees() {
    let mut random = Random(1);
    let mut with_effects = [0, 0];
    for _ in 0..pairs() {
        let old = Lists::random(&mut random, 3);
        let new = match random.below(3) {
            0 => Lists::random(&mut random, 3),
            _ => old.changed(&mut random, 3),
        };
        let (before, now) = (side(&old.yaml()), side(&new.yaml()));
        let (there, back) = (compare(&before, &now), compare(&now, &before));
        agrees(&old, &new, &there);
        agrees(&new, &old, &back);
        for (at, found) in [&there, &back].into_iter().enumerate() {
            with_effects[at] += usize::from(!loud(found).is_empty());
        }
        assert_eq!(compare(&before, &now), there);
        assert_eq!(lines(&compare(&before, &before)), [""; 0]);
        assert_eq!(unchanged(&before), compare(&before, &before));
    }
    // Swapping the sides swaps the effects, so that as many have some.
    assert_eq!(with_effects[0], with_effects[1]);
    assert!(with_effects[0] > pairs() / 2, "{with_effects:?}");
}

#[test]
fn what_keeps_the_meaning_is_no_change() {
    let mut random = Random(2);
    for _ in 0..300 {
        let old = Lists::random(&mut random, 3);
        let mut new = old.clone();
        for list in new.servers.iter_mut().chain(&mut new.operations).flatten() {
            list.reverse();
            for entry in &mut *list {
                entry.reverse();
            }
            if let Some(first) = list.first().cloned() {
                list.push(first);
            }
        }
        let rewritten = side(&new.yaml());
        assert_eq!(
            loud(&compare(&side(&old.yaml()), &rewritten)),
            [""; 0],
            "{}",
            old.yaml()
        );

        let renamed = old.yaml().replace("scram:", "login:");
        let found = compare(&side(&old.yaml()), &side(&renamed));
        assert_eq!(loud(&found), [""; 0], "{renamed}");

        // 3.x has no schemes together.
        let mut single = Lists::random(&mut random, 1);
        for list in single
            .servers
            .iter_mut()
            .chain(&mut single.operations)
            .flatten()
        {
            // And `{}` has no meaning there.
            list.retain(|entry| !entry.is_empty());
        }
        for (one, other) in [(b(), a()), (a(), b()), (a(), a())] {
            let (one, other) = (single.base(one).yaml(), single.base(other).yaml());
            assert_eq!(
                loud(&compare(&side(&one), &side(&other))),
                [""; 0],
                "{one}\n{other}"
            );
        }
    }
}

#[test]
fn what_is_cut_off_is_compared_without_a_panic() {
    let mut random = Random(3);
    let (old, new) = (
        Lists::random(&mut random, 3).yaml(),
        Lists::random(&mut random, 3).yaml(),
    );
    let whole = side(&old);
    for end in (0..new.len()).filter(|end| new.is_char_boundary(*end)) {
        let document = asyncapi_security_lsp::syntax::document::Document::new(
            &new[..end],
            asyncapi_security_lsp::syntax::format::Language::Yaml,
        );
        let model = asyncapi_security_lsp::analysis::model_of(&document, std::sync::Arc::default());
        let environment = asyncapi_security_lsp::rules::environment::Environment::default();
        if let Some(cut) =
            asyncapi_security_lsp::diff::read::read(document.tree(), &model, &environment)
        {
            compare(&whole, &cut);
            compare(&cut, &whole);
        }
    }
}
