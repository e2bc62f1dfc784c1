//! Several settings put together: what holds for one document.

use super::rule_set::{RuleSet, Silence};
use super::{Override, Settings};
use crate::rules::environment::Environment;

/// Settings with the document's path as their globs see it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// What they say.
    pub settings: &'s Settings,
    /// The document's path from where the settings stand, with `/` between its parts; nothing
    /// for a document without a file.
    pub path: Option<&'s str>,
}

/// What holds for one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effective {
    /// Which rules run.
    pub rule_set: RuleSet,
    /// What is known beside the document.
    pub environment: Environment,
}

/// Puts settings together, the weakest first. The preset is the one that is said last, and is
/// below all else; then come the rules of each source, each followed by its overrides.
pub fn effective(sources: &[Source<'_>]) -> Effective {
    let presets = sources.iter().flat_map(|source| {
        let overrides = overrides(source).map(|found| found.preset);
        std::iter::once(source.settings.preset).chain(overrides)
    });
    let preset = presets.flatten().last().unwrap_or_default();
    let mut effective = Effective {
        rule_set: RuleSet::new(preset),
        ..Effective::default()
    };
    for source in sources {
        let settings = source.settings;
        let mut rule_set = effective.rule_set.with_entries(&settings.rules);
        for found in overrides(source) {
            rule_set = rule_set.with_entries(&found.rules);
        }
        effective.rule_set = rule_set.with_silences(silences(source));
        for host in &settings.own_hosts {
            if !effective.environment.own_hosts.contains(host) {
                effective.environment.own_hosts.push(host.clone());
            }
        }
        let protocols = settings.protocols.iter();
        effective
            .environment
            .protocols
            .extend(protocols.map(|(name, encrypted)| (name.clone(), *encrypted)));
    }
    effective
}

fn overrides<'s>(source: &Source<'s>) -> impl Iterator<Item = &'s Override> {
    let path = source.path;
    let overrides = source.settings.overrides.iter();
    overrides.filter(move |found| path.is_some_and(|path| found.files.matches(path)))
}

fn silences(source: &Source<'_>) -> Vec<Silence> {
    let ignores = source.settings.ignores.iter();
    let here = ignores.filter(|ignore| match (&ignore.files, source.path) {
        (None, _) => true,
        (Some(files), Some(path)) => files.matches(path),
        (Some(_), None) => false,
    });
    here.map(|ignore| Silence {
        rules: ignore.rules.clone(),
        pointer: ignore.pointer.clone().unwrap_or_default(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
