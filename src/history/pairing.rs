//! Which documents of both sides are the same one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::files::{Files, Loaded};
use crate::analysis::model_of;
use crate::diff::read::read;
use crate::rules::environment::Environment;

/// A document on each side, by its key, or on one.
pub type Pair<'c> = (
    Option<(&'c str, &'c Loaded)>,
    Option<(&'c str, &'c Loaded)>,
    &'static str,
);

/// Documents of the same path, then of the same `id`, then of mostly the same operations.
pub fn pairs<'c>(old: &'c Files, new: &'c Files) -> Vec<Pair<'c>> {
    let is_folder = new.is_folder;
    let (old, new) = (&old.documents, &new.documents);
    if let (false, Some(one), Some(other)) = (is_folder, old.get(""), new.get("")) {
        return vec![(Some(("", one)), Some(("", other)), "given")];
    }
    let mut pairs: Vec<Pair<'c>> = Vec::new();
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for (key, one) in old {
        match new.get(key) {
            Some(other) => pairs.push((Some((key, one)), Some((key, other)), "path")),
            None => gone.push((&**key, one)),
        }
    }
    came.extend(
        new.iter()
            .filter(|(key, _)| !old.contains_key(*key))
            .map(|(key, one)| (&**key, one)),
    );
    pair_by(&mut gone, &mut came, "id", id, &mut pairs);
    pair_by(&mut gone, &mut came, "content", content, &mut pairs);
    pairs.extend(gone.into_iter().map(|one| (Some(one), None, "path")));
    pairs.extend(came.into_iter().map(|one| (None, Some(one), "path")));
    pairs
}

fn id(loaded: &Loaded) -> BTreeSet<String> {
    let root = loaded.document.tree().root();
    let id = loaded.document.tree().field(root, "id");
    let id = id.and_then(|entry| entry.value.as_str().map(str::to_owned));
    id.into_iter().collect()
}

fn content(loaded: &Loaded) -> BTreeSet<String> {
    let model = model_of(&loaded.document, Arc::default());
    let side = read(loaded.document.tree(), &model, &Environment::default());
    let operations = side.into_iter().flat_map(|side| side.operations);
    operations
        .map(|one| format!("{:?} {}", one.direction, one.address))
        .collect()
}

/// Pairs what shares at least half, the best first; a tie pairs nobody.
fn pair_by<'c>(
    gone: &mut Vec<(&'c str, &'c Loaded)>,
    came: &mut Vec<(&'c str, &'c Loaded)>,
    how: &'static str,
    key_of: fn(&Loaded) -> BTreeSet<String>,
    pairs: &mut Vec<Pair<'c>>,
) {
    let keys = |all: &[(&str, &Loaded)]| {
        all.iter()
            .map(|(_, loaded)| key_of(loaded))
            .collect::<Vec<BTreeSet<String>>>()
    };
    let (old_keys, new_keys) = (keys(gone), keys(came));
    let mut scores: Vec<(usize, usize, usize)> = Vec::new();
    for (at, old) in old_keys.iter().enumerate() {
        for (other, new) in new_keys.iter().enumerate() {
            let shared = old.intersection(new).count();
            let all = old.union(new).count();
            if shared > 0 && shared * 2 >= all {
                scores.push((shared * 1000 / all, at, other));
            }
        }
    }
    scores.sort_by(|one, other| other.cmp(one));
    let is_best = |score: &(usize, usize, usize)| {
        let mut rivals = scores
            .iter()
            .filter(|other| (other.1 == score.1) != (other.2 == score.2));
        rivals.all(|other| other.0 < score.0)
    };
    let best: Vec<(usize, usize, usize)> = scores
        .iter()
        .filter(|score| is_best(score))
        .copied()
        .collect();
    for (_, at, other) in &best {
        pairs.push((Some(gone[*at]), Some(came[*other]), how));
    }
    let taken =
        |of: fn(&(usize, usize, usize)) -> usize| best.iter().map(of).collect::<BTreeSet<usize>>();
    let (taken_old, taken_new) = (taken(|one| one.1), taken(|one| one.2));
    let mut at = 0..;
    gone.retain(|_| !at.next().is_some_and(|at| taken_old.contains(&at)));
    let mut at = 0..;
    came.retain(|_| !at.next().is_some_and(|at| taken_new.contains(&at)));
}
