//! Fixes for credentials that go over servers without TLS.

use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::unit::server::{encrypt, protocol_over_tls};

/// Every protocol that the finding shows gets its variant over TLS.
pub(in crate::rules) fn without_tls(fix: &mut FixContext<'_>) {
    let Some(protocols) = fix.other_parts() else {
        return;
    };
    let variants: Option<Vec<&str>> = (protocols.iter())
        .map(|protocol| protocol_over_tls(protocol.node().value()))
        .collect();
    let Some([first, rest @ ..]) = variants.as_deref() else {
        return;
    };
    let title = if rest.is_empty() {
        format!("Change the protocol of the server to `{first}`")
    } else {
        "Change the protocols of the servers to their variants over TLS".to_owned()
    };
    fix.offer(title, ChangesMeaning, |edits| {
        (protocols.iter()).try_for_each(|protocol| encrypt(edits, protocol))
    });
}
