//! Findings that say the same about several places: one of them says it for all. They are about
//! schemes with equal content, about schemes on the same servers, or about servers.

use std::collections::{HashMap, HashSet};

use crate::model::Model;
use crate::model::facts::Home;
use crate::rules::finding::{Data, Finding, Related};
use crate::rules::registry;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// Merges findings that say the same. The findings are in the order of the text, and stay so.
pub(super) fn merge(tree: &Tree, model: &Model, findings: &mut Vec<Finding>) {
    let schemes = match findings.iter().any(|one| one.is_of_inline_scheme) {
        true => schemes(model),
        false => Vec::new(),
    };
    if schemes.is_empty() && !findings.iter().any(is_about_servers) {
        return;
    }
    let abouts: Vec<Option<About>> = (findings.iter())
        .map(|finding| About::of(tree, &schemes, finding))
        .collect();
    let mut order: Vec<usize> = (0..findings.len()).collect();
    // A declared scheme stands for its copies wherever it is.
    order.sort_by_key(|at| !abouts[*at].as_ref().is_some_and(|about| about.is_declared));
    let mut leaders: HashMap<&Subject, Vec<Leader>> = HashMap::new();
    let mut leader_of: Vec<Option<usize>> = vec![None; findings.len()];
    for at in order {
        let Some(about) = &abouts[at] else { continue };
        let known = leaders.entry(&about.subject).or_default();
        // Two findings about one scheme are no copies of each other.
        let mut same = known.iter_mut().filter(|leader| leader.last != about.place);
        match same.find(|leader| says_the_same(&findings[leader.at], &findings[at])) {
            Some(leader) if !about.is_declared => {
                leader.last = about.place;
                leader_of[at] = Some(leader.at);
            }
            _ => known.push(Leader {
                at,
                last: about.place,
            }),
        }
    }
    if leader_of.iter().all(Option::is_none) {
        return;
    }
    let mut copies: HashMap<usize, Vec<Finding>> = HashMap::new();
    let mut kept = Vec::with_capacity(findings.len());
    for (at, finding) in findings.drain(..).enumerate() {
        match leader_of[at] {
            Some(leader) => copies.entry(leader).or_default().push(finding),
            None => kept.push((at, finding)),
        }
    }
    findings.extend(kept.into_iter().map(|(at, mut finding)| {
        if let (Some(copies), Some(about)) = (copies.remove(&at), &abouts[at]) {
            tell(&mut finding, &about.subject, copies);
        }
        finding
    }));
}

fn is_about_servers(finding: &Finding) -> bool {
    matches!(finding.data(), Data::Servers(_)) || finding.rule == registry::SERVER_WITHOUT_SECURITY
}

/// What findings have in common that one of them says for all.
#[derive(PartialEq, Eq, Hash)]
enum Subject {
    /// The content of a scheme, and the keys from it to what is wrong.
    Scheme(u64, String),
    /// The protocols of the servers on which something is wrong with a scheme.
    OnServers(Vec<TextRange>),
    /// A server without `security`.
    OpenServer,
}

/// What a finding is about.
struct About {
    subject: Subject,
    /// The range of the scheme or server.
    place: TextRange,
    is_declared: bool,
}

/// A finding that stands for others.
struct Leader {
    at: usize,
    /// The place of the last of those others.
    last: TextRange,
}

impl About {
    fn of(tree: &Tree, schemes: &[Place], finding: &Finding) -> Option<Self> {
        let other = |subject| Self {
            subject,
            place: finding.range,
            is_declared: false,
        };
        if let Data::Servers(servers) = finding.data() {
            return Some(other(Subject::OnServers(servers.clone())));
        }
        if finding.rule == registry::SERVER_WITHOUT_SECURITY {
            return Some(other(Subject::OpenServer));
        }
        let next = schemes.partition_point(|scheme| scheme.range.start() <= finding.range.start());
        let scheme = schemes.get(next.checked_sub(1)?)?;
        let is_in_it = scheme.range.contains(finding.range);
        (is_in_it && finding.is_of_inline_scheme != scheme.is_declared).then(|| Self {
            subject: Subject::Scheme(scheme.content, path_in(tree, scheme.range, finding.range)),
            place: scheme.range,
            is_declared: scheme.is_declared,
        })
    }
}

/// Where a scheme is.
struct Place {
    range: TextRange,
    /// A hash of its content.
    content: u64,
    is_declared: bool,
}

/// All inline schemes, and the declared ones with the content of one of them, in the order of the
/// text.
fn schemes(model: &Model) -> Vec<Place> {
    let places = model.schemes().map(|scheme| Place {
        range: scheme.abs(scheme.fact.range),
        content: scheme.fact.fingerprint,
        is_declared: !matches!(scheme.fact.home, Home::Entry(..)),
    });
    let mut places: Vec<Place> = places.collect();
    let inline = places.iter().filter(|place| !place.is_declared);
    let inline: HashSet<u64> = inline.map(|place| place.content).collect();
    places.retain(|place| inline.contains(&place.content));
    places.sort_unstable_by_key(|place| place.range.start());
    places
}

/// The keys from a scheme to a range inside of it.
fn path_in(tree: &Tree, scheme: TextRange, range: TextRange) -> String {
    let steps = tree.path_at(range.start()).into_iter();
    let inside = steps.filter(|step| scheme.contains(step.node.range()));
    let mut path = String::new();
    for entry in inside.filter_map(|step| step.entry) {
        path.push('/');
        path.push_str(entry.key.value());
    }
    path
}

fn says_the_same(one: &Finding, other: &Finding) -> bool {
    (one.rule, one.severity, &one.message, one.data())
        == (other.rule, other.severity, &other.message, other.data())
}

/// Says in a finding where its copies are.
fn tell(finding: &mut Finding, subject: &Subject, copies: Vec<Finding>) {
    let (begin, what, here) = match subject {
        Subject::Scheme(..) => (
            "the same scheme stands at",
            "place",
            "the same scheme stands here",
        ),
        Subject::OnServers(..) => ("the same holds at", "place", "the same holds here"),
        Subject::OpenServer => (
            "the same holds for",
            "server",
            "the same holds for this server",
        ),
    };
    let count = match copies.len() {
        1 => format!("one more {what}"),
        more => format!("{more} more {what}s"),
    };
    finding.message = format!("{}; {begin} {count}", finding.message).into();
    finding.relate(copies.iter().map(|copy| Related {
        file: None,
        range: copy.range,
        message: here.into(),
        is_part: false,
    }));
    finding.set_copies(copies);
}
