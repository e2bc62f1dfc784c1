//! Hosts that are meant for documentation: forgotten in a document for real clients, right in a
//! sample. A document whose endpoints all have such hosts is a sample, unless one of them is what
//! completion and fixes write.

use crate::model::facts::Member;
use crate::model::walk::UnitKind;
use crate::rules::address::parse;
use crate::rules::document_context::DocumentContext;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::url::placeholder::placeholders;
use crate::rules::url::verdicts::{is_left_behind, is_reserved};
use crate::rules::url::{OF_TEMPLATES, endpoint, is_local};
use crate::text::range::TextRange;

/// What a document says about hosts.
pub(super) struct Samples {
    /// The URLs whose host is reserved for documentation, and is not that of templates; in order.
    reserved: Vec<TextRange>,
    /// The URLs with the host of templates.
    of_templates: Vec<TextRange>,
    /// Whether an endpoint has a real host.
    has_real_endpoint: bool,
    /// Whether there are servers, and none of them has a real host.
    has_sample_servers: bool,
}

impl Samples {
    pub(super) fn of(context: &DocumentContext<'_, '_>) -> Self {
        let mut samples = Self {
            reserved: Vec::new(),
            of_templates: Vec::new(),
            has_real_endpoint: false,
            has_sample_servers: false,
        };
        for scheme in context.model.schemes() {
            for url in scheme.fact.urls() {
                samples.read(url, scheme.abs(url.value.range));
            }
        }
        samples.reserved.sort_by_key(|place| place.start());
        samples.of_templates.sort_by_key(|place| place.start());
        let mut servers = (context.model.units())
            .filter(|unit| unit.place == UnitKind::Server)
            .filter_map(|unit| unit.unit.rest().server.as_ref()?.address.as_ref())
            .peekable();
        samples.has_sample_servers =
            servers.peek().is_some() && servers.all(|address| !has_real_host(&address.value.text));
        samples
    }

    fn read(&mut self, url: &Member, place: TextRange) {
        let Some(url) = endpoint(&url.value.text) else {
            return;
        };
        if url.host.eq_ignore_ascii_case(OF_TEMPLATES) {
            self.of_templates.push(place);
        } else if is_reserved(url.host) {
            self.reserved.push(place);
        } else {
            self.has_real_endpoint |= !is_local(url.host) && !is_left_behind(url.host);
        }
    }

    /// Lowers findings about hosts for documentation to hints where the document is a sample.
    pub(super) fn soften(&self, findings: &mut [Finding]) {
        if self.has_real_endpoint {
            return;
        }
        let about_hosts = findings.iter_mut().filter(|one| is_about_host(one));
        for finding in about_hosts {
            let place = finding.range;
            let is_sample = is_among(&self.reserved, place)
                || self.has_sample_servers && is_among(&self.of_templates, place);
            if is_sample {
                finding.severity = Some(Severity::Hint);
            }
        }
    }
}

/// Whether one of these places, which are in order, contains a range.
fn is_among(places: &[TextRange], range: TextRange) -> bool {
    let next = places.partition_point(|place| place.start() <= range.start());
    let last = next.checked_sub(1).and_then(|last| places.get(last));
    last.is_some_and(|place| place.contains(range))
}

/// Whether a finding is about a host for documentation.
pub(super) fn is_about_host(finding: &Finding) -> bool {
    finding.rule == registry::URL_EXAMPLE_HOST
}

/// Whether an address has a host that is neither for documentation nor the reader's own
/// or near by.
fn has_real_host(address: &str) -> bool {
    let hosts = parse(address).hosts;
    hosts.into_iter().any(|(host, _)| {
        let is_open = placeholders(host).any(|part| part.len() == host.len());
        !host.is_empty() && !is_open && !is_local(host) && !is_reserved(host)
    })
}
