//! A file without `asyncapi` has the versions of the documents that reach it. What is wrong in some
//! of them is said once, with one of those documents. What is not used is judged by what is wrong in
//! every version.

use std::collections::HashSet;

use crate::model::surroundings::Surroundings;
use crate::rules::finding::Finding;
use crate::rules::messages::quoted;
use crate::rules::rule::Rule;
use crate::spec::Version;
use crate::text::range::TextRange;

/// The newest version of each major one: what is wrong in both is wrong in all.
const NEWEST: [Version; 2] = [Version::V3_1, Version::V2_6];

/// The versions that a file without `asyncapi` is checked as, the newest first.
pub(super) fn of_fragment(surroundings: &Surroundings) -> Vec<Version> {
    let documents = surroundings.documents.iter();
    let mut versions: Vec<Version> = documents.map(|document| document.version).collect();
    if versions.is_empty() {
        return NEWEST.to_vec();
    }
    versions.sort_by(|one, other| other.cmp(one));
    versions.dedup();
    versions
}

/// The findings that are shown. `findings` are those of each version.
pub(super) fn merged(
    surroundings: &Surroundings,
    versions: &[Version],
    findings: Vec<Vec<Finding>>,
) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.rule, finding.range);
    let keys: Vec<HashSet<(&Rule, TextRange)>> = (findings.iter())
        .map(|findings| findings.iter().map(key).collect())
        .collect();
    let is_reached = !surroundings.documents.is_empty();
    let mut shown = Vec::new();
    for (at, findings) in findings.into_iter().enumerate() {
        for mut finding in findings {
            let key = key(&finding);
            if keys[..at].iter().any(|newer| newer.contains(&key)) {
                continue;
            }
            if keys.iter().all(|keys| keys.contains(&key)) {
                shown.push(finding);
            } else if is_reached {
                let having = versions.iter().zip(&keys);
                let having = having.filter(|(_, keys)| keys.contains(&key));
                let having: Vec<Version> = having.map(|(version, _)| *version).collect();
                name_users(surroundings, &having, &mut finding);
                shown.push(finding);
            }
        }
    }
    shown
}

/// Says which documents a finding is about: the first one, and how many others.
fn name_users(surroundings: &Surroundings, versions: &[Version], finding: &mut Finding) {
    let documents = surroundings.documents.iter();
    let mut users = documents.filter(|document| versions.contains(&document.version));
    let Some(first) = users.next() else { return };
    let more = match users.count() {
        0 => String::new(),
        1 => " and another document".to_owned(),
        more => format!(" and {more} other documents"),
    };
    let (shown, version) = (quoted(&first.shown), first.version.as_str());
    let users = format!(" (as used by {shown}, {version}{more})");
    finding.message = format!("{}{users}", finding.message).into();
}
