//! What the protocol of a server means for security.

use super::markdown::{code, with_link};
use crate::rules::environment::Environment;
use crate::spec::{Version, spec};

/// A summary in Markdown of a value of `protocol`; `None` for an empty one.
pub fn summary(name: &str, environment: &Environment, version: Version) -> Option<String> {
    let anchor = &spec().object("server")?.anchor;
    if name.trim().is_empty() {
        return None;
    }
    let known = spec().protocol(name);
    let tls = environment.tls(name);
    let mut parts = Vec::new();
    parts.push(match tls {
        Some(true) => format!("{}: with TLS.", code(name)),
        Some(false) => format!(
            "{}: **without TLS.** Anyone on the network path can read passwords, keys and tokens.",
            code(name)
        ),
        None => format!(
            "{}: its name does not say whether TLS is used. The setting `protocols` can say it.",
            code(name)
        ),
    });
    let secure = known.and_then(|known| known.secure_variant.as_deref());
    if let Some(secure) = secure.filter(|_| tls == Some(false)) {
        parts.push(format!("**With TLS:** {}", code(secure)));
    }
    if let Some(port) = known.and_then(|known| known.port) {
        parts.push(format!("**Usual port:** {port}"));
    }
    if let Some(family) = known.and_then(|known| spec().family(&known.family)) {
        // A client certificate is shown while TLS begins.
        let is_possible = |name: &str| tls != Some(false) || name != "X509";
        let fits = types(&family.natural, version, is_possible);
        let odd = types(&family.odd, version, |_| true);
        parts.push(format!("**Scheme types that fit:** {fits}"));
        parts.push(format!("**Scheme types that do not:** {odd}"));
    }
    Some(with_link(&parts.join("\n\n"), version, anchor))
}

/// The types that a version has, on one line.
fn types(names: &[String], version: Version, is_meant: impl Fn(&str) -> bool) -> String {
    let known = |name: &str| {
        let mut types = spec().scheme_types().iter();
        types.any(|known| known.value == name && known.since <= version)
    };
    let names = names.iter().filter(|name| known(name) && is_meant(name));
    let shown: Vec<String> = names.map(|name| code(name)).collect();
    shown.join(", ")
}
