//! An address that asks for a key, token or password that no scheme describes. A program that reads
//! the document then knows of the variable, but not that it is a secret.

use std::ops::Range;

use crate::model::facts::{Scheme, SiteKind};
use crate::rules::document::servers::ResolvedServer;
use crate::rules::document_context::{DocumentContext, List};
use crate::rules::finding::Finding;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::secret::is_secret_name;
use crate::rules::unit::urls::part_of;
use crate::rules::url::placeholder::{FILLER, blanked, placeholders};

/// Checks the address of a server: `url` in 2.x, `host` and `pathname` in 3.x.
pub(super) fn check(
    context: &DocumentContext<'_, '_>,
    server: &ResolvedServer<'_, '_>,
) -> Option<Finding> {
    let node = context.tree.pointer(&server.site.fact.pointer)?;
    let finding = ["url", "host", "pathname"].iter().find_map(|name| {
        let field = context.tree.field(node, name)?;
        let text = field.value.as_str()?;
        let asked = asked(text)?;
        let is_login = text[asked.end..].contains('@') && !text[..asked.start].contains(['?', '@']);
        let kind = if is_login {
            "userPassword"
        } else {
            "httpApiKey"
        };
        let message = format!(
            "the address asks for {}, which no security scheme describes; \
             add `security` with one, such as `type: {kind}`",
            quoted(&text[asked.clone()])
        );
        let rule = registry::SERVER_ADDRESS_CREDENTIAL_UNDECLARED;
        Some(Finding::new(rule, part_of(field.value, &asked), message))
    })?;
    (!is_described(context, server)).then_some(finding)
}

/// Whether the server, or an operation, requires a scheme that may describe what is asked for.
fn is_described(context: &DocumentContext<'_, '_>, server: &ResolvedServer<'_, '_>) -> bool {
    let security = server.site.fact.security.as_ref();
    let is_broken = security.is_some_and(|list| !list.is_list);
    let describes = |list: &List<'_>| {
        let mut uses = list.entries.iter().flat_map(|entry| list.uses(entry));
        uses.any(|found| found.is_none_or(|found| carries_text(found.scheme.fact())))
    };
    let is_of_operation = |list: &&List<'_>| list.site.fact.kind != SiteKind::Server;
    let mut of_operations = context.lists.iter().filter(is_of_operation);
    is_broken || server.list.is_some_and(describes) || of_operations.any(describes)
}

/// Whether what a client shows for a scheme may stand in an address: no certificate does.
fn carries_text(scheme: &Scheme) -> bool {
    let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
    !matches!(
        kind,
        Some("X509" | "gssapi" | "symmetricEncryption" | "asymmetricEncryption")
    )
}

/// What an address asks for: a parameter of its query with no value or a placeholder for it, or
/// another placeholder.
fn asked(text: &str) -> Option<Range<usize>> {
    parameter(text).or_else(|| {
        placeholders(text).find(|range| {
            let name = &text[range.clone()];
            is_credential(name.trim_matches(|sign: char| !sign.is_ascii_alphanumeric()))
        })
    })
}

fn parameter(text: &str) -> Option<Range<usize>> {
    let shape = blanked(text);
    let start = shape.find('?')? + 1;
    let end = shape[start..]
        .find('#')
        .map_or(shape.len(), |at| start + at);
    let mut at = start;
    shape[start..end].split('&').find_map(|pair| {
        let range = at..at + pair.len();
        at = range.end + 1;
        let (name, value) = pair.split_once('=')?;
        // Placeholders are blanked.
        let is_open = value.chars().all(|sign| sign == FILLER);
        (is_open && is_credential(name)).then_some(range)
    })
}

fn is_credential(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    is_secret_name(name) || matches!(&*folded, "jwt" | "authorization")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tokens_and_passwords_are_asked_for() {
        for (text, part) in [
            ("api.io/ws?apikey={apikey}", "apikey={apikey}"),
            ("api.io/ws?v=1&token={t}&x=2", "token={t}"),
            ("api.io?access_token=", "access_token="),
            ("wss://api.io/{apiToken}/stream", "{apiToken}"),
            ("api.io/?id={secret_key}", "{secret_key}"),
            ("amqp://{user}:{password}@b:{port}", "{password}"),
            ("/ws?jwt=<your jwt>", "jwt=<your jwt>"),
        ] {
            let found = asked(text).map(|range| &text[range]);
            assert_eq!(found, Some(part), "{text}");
        }
        for text in [
            "",
            "api.io/ws",
            "api.io/ws?token=abc",
            "api.io/{tokenId}/{key}",
            "api.io/?pageToken={pageToken}",
            "{host}:{port}/{tenant}?version={v}",
            "?",
        ] {
            assert_eq!(asked(text), None, "{text}");
        }
    }
}
