//! The settings of a Kafka client for what a server asks for, by Kafka's own documentation
//! (<https://kafka.apache.org/documentation/#security>). What is secret is named, never shown.

use super::markdown::code;
use super::needs::scope_list;
use crate::model::facts::Scheme;
use crate::model::needs::Needs;
use crate::spec::spec;

/// A scheme with the scopes that are needed.
type Needed<'n> = (&'n Scheme, &'n [&'n str]);

/// The settings for each alternative of a server's list, as lines of Markdown; none for other
/// protocols.
pub fn settings(protocol: &str, needs: &Needs<'_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for alternative in &needs.alternatives {
        let schemes = alternative.schemes.iter();
        let known = schemes.filter_map(|needed| Some((needed.fact()?, &needed.scopes[..])));
        let line = setting(protocol, &known.collect::<Vec<_>>());
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines
}

/// The settings for schemes that are needed together. A certificate beside SASL is shown while TLS
/// begins, so SASL decides the protocol.
pub fn setting(protocol: &str, together: &[Needed<'_>]) -> Option<String> {
    let protocol = protocol.to_ascii_lowercase();
    let rows = together.iter().filter_map(|(scheme, scopes)| {
        let kind = &scheme.scheme_type.as_ref()?.value.text;
        let row = spec().kafka_settings(&protocol, kind)?;
        Some((row, *scheme, *scopes))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(row, ..)| row.mechanism.is_none());
    let (first, ..) = rows.first()?;
    let mut parts = vec![format!("`security.protocol={}`", first.security)];
    if let Some(mechanism) = &first.mechanism {
        parts.push(format!("`sasl.mechanism={mechanism}`"));
    }
    for (row, scheme, scopes) in &rows {
        // A client has one mechanism.
        if row.mechanism.is_none() || row.mechanism == first.mechanism {
            parts.extend(credentials(&row.scheme_type, scheme, scopes));
        }
    }
    Some(format!("**Kafka client:** {}", parts.join(", ")))
}

/// Where the client's credentials go.
fn credentials(kind: &str, scheme: &Scheme, scopes: &[&str]) -> Vec<String> {
    let login = |module: &str, what: &str| format!("`sasl.jaas.config` with `{module}`, {what}");
    match kind {
        "plain" => vec![login("PlainLoginModule", "user name and password")],
        "scramSha256" | "scramSha512" => {
            vec![login("ScramLoginModule", "user name and password")]
        }
        "gssapi" => vec![
            "`sasl.kerberos.service.name`".to_owned(),
            login("Krb5LoginModule", "keytab and principal"),
        ],
        "oauth2" => {
            let mut parts = vec!["`sasl.login.callback.handler.class`".to_owned()];
            // Only this flow works without a person.
            let mut flows = scheme.flows().iter();
            let flow = flows.find(|flow| flow.name.text == "clientCredentials");
            if let Some(url) = flow.and_then(|flow| flow.token_url.as_ref()) {
                let setting = format!("sasl.oauthbearer.token.endpoint.url={}", url.value.text);
                parts.push(code(&setting));
            }
            let what = match scopes {
                [] => "client id and secret".to_owned(),
                scopes => format!("client id, secret and scope {}", scope_list(scopes)),
            };
            parts.push(login("OAuthBearerLoginModule", &what));
            parts
        }
        "X509" => vec!["`ssl.keystore.location` with the client's certificate and key".to_owned()],
        _ => Vec::new(),
    }
}
