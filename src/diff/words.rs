//! Demands in words.

use std::collections::BTreeSet;

use super::demands::{Alternative, Demand};
use super::schemes::Classes;
use super::side::Definition;
use super::url;
use crate::rules::messages::quoted;

/// How many alternatives are shown.
const MAX_ALTERNATIVES: usize = 6;

/// What an alternative without schemes is called.
pub const NOTHING: &str = "nothing";

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
        true => NOTHING.to_owned(),
        false => schemes.join(" and "),
    }
}

/// All alternatives, however many.
pub fn whole(classes: &Classes, demand: &Demand) -> String {
    let Some(all) = demand else {
        return "what cannot be seen".to_owned();
    };
    let all: Vec<String> = all.iter().map(|one| alternative(classes, one)).collect();
    all.join(", or ")
}

/// All alternatives, as many as a sentence can hold.
pub fn demand(classes: &Classes, demand: &Demand) -> String {
    let Some(all) = demand else {
        return "what cannot be seen".to_owned();
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

/// What clients need to know of a scheme.
pub fn definition(one: &Definition) -> String {
    let mut words = vec![
        &*one.kind,
        &*one.http_scheme,
        &*one.location,
        &*one.parameter,
    ];
    words.retain(|word| !word.is_empty());
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    words.extend(one.open_id_connect_url.as_deref().map(url::shown));
    for (name, flow) in &one.flows {
        words.push(name.clone());
        let urls = [&flow.authorization, &flow.token, &flow.refresh];
        words.extend(urls.into_iter().flatten().map(|url| url::shown(url)));
    }
    words.join(" ")
}
