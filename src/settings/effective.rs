//! Combines several settings into those of one document.

use std::sync::Arc;

use super::baseline::Known;
use super::rule_set::{RuleSet, Silence};
use super::{Override, Settings};
use crate::rules::environment::Environment;

/// Settings, and the document's path that their globs match.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// The settings.
    pub settings: &'s Settings,
    /// The document's path relative to the settings, with `/` as separator; `None` for a document
    /// without a file.
    pub path: Option<&'s str>,
}

/// The settings of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effective {
    /// Which rules run.
    pub rule_set: RuleSet,
    /// What rules know beside the document.
    pub environment: Environment,
    /// The findings that a baseline knows.
    pub known: Arc<Known>,
}

/// Combines settings, the weakest first. The last preset given is the base; on it come the rules of
/// each source, each followed by its overrides.
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
        let hosts = settings.own_hosts.iter();
        effective
            .environment
            .own_hosts
            .extend(hosts.map(|host| host.to_ascii_lowercase()));
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
    let here = ignores
        .enumerate()
        .filter(|(_, ignore)| match (&ignore.files, source.path) {
            (None, _) => true,
            (Some(files), Some(path)) => files.matches(path),
            (Some(_), None) => false,
        });
    here.map(|(index, ignore)| Silence {
        index,
        rules: ignore.rules.clone(),
        pointer: ignore.pointer.clone().unwrap_or_default(),
    })
    .collect()
}
