//! Demands in words.

use std::collections::BTreeSet;

use super::demands::{Alternative, Demand};
use super::schemes::Classes;
use crate::rules::messages::quoted;

/// How many alternatives are shown.
const MAX_ALTERNATIVES: usize = 6;

/// An alternative: its schemes with their scopes.
pub fn alternative(classes: &Classes, one: &Alternative) -> String {
    let schemes: BTreeSet<usize> = one.iter().map(|(class, _)| *class).collect();
    let schemes = schemes.into_iter().map(|class| {
        let scopes = one.iter().filter(|(other, _)| *other == class);
        let scopes: Vec<String> = scopes
            .filter_map(|(_, scope)| scope.as_deref().map(quoted))
            .collect();
        let name = scheme(classes, class);
        match scopes.is_empty() {
            true => name,
            false => format!("{name} with {}", scopes.join(", ")),
        }
    });
    let schemes: Vec<String> = schemes.collect();
    match schemes.is_empty() {
        true => "nothing".to_owned(),
        false => schemes.join(" and "),
    }
}

/// All alternatives.
pub fn demand(classes: &Classes, demand: &Demand) -> String {
    let Some(all) = demand else {
        return "unknown".to_owned();
    };
    let mut shown: Vec<String> = (all.iter().take(MAX_ALTERNATIVES))
        .map(|one| alternative(classes, one))
        .collect();
    if all.len() > MAX_ALTERNATIVES {
        shown.push(format!("{} more", all.len() - MAX_ALTERNATIVES));
    }
    shown.join(", or ")
}

/// A scheme by its name.
pub fn scheme(classes: &Classes, class: usize) -> String {
    quoted(&classes.all[class].name)
}
