//! What a client needs, on the key `security` and on the key of a server or operation.

use super::target::HoverTarget;
use crate::ide::effective::of_site;
use crate::ide::markdown::with_link;
use crate::ide::summary;
use crate::model::UnitRef;
use crate::model::facts::{Site, SiteKind};
use crate::model::needs::reader::NeedsReader;
use crate::spec::spec;

/// On the key `security`.
pub fn on_security(target: &HoverTarget<'_>, kind: SiteKind) -> Option<String> {
    let description = summary::field(object(kind), "security", target.version)?;
    let Some((unit, site)) = target.site() else {
        return Some(description);
    };
    let in_effect = described(target, unit, site)?;
    Some(format!("{in_effect}\n\n{description}"))
}

/// On the key of a server or operation.
pub fn on_owner(target: &HoverTarget<'_>) -> Option<String> {
    let (unit, site) = target.owner()?;
    let in_effect = described(target, unit, site)?;
    let field = spec().object(object(site.kind))?;
    let field = field.field("security", target.version)?;
    Some(with_link(&in_effect, target.version, &field.anchor))
}

fn described(target: &HoverTarget<'_>, unit: UnitRef<'_>, site: &Site) -> Option<String> {
    let analysis = target.analysis;
    let reader = NeedsReader::new(analysis.document.tree(), &analysis.model)?;
    of_site(&reader, unit, site)
}

fn object(kind: SiteKind) -> &'static str {
    match kind {
        SiteKind::Server => "server",
        SiteKind::Operation => "operation",
        SiteKind::OperationTrait => "operationTrait",
    }
}
