//! Whether traffic to a server can be read, and what that means for each type of scheme.

use crate::model::InUnit;
use crate::model::facts::{Member, Scheme, Server, ServerVariable};
use crate::model::references::known::KnownScheme;
use crate::rules::address::{parse, signs};
use crate::rules::document_context::List;
use crate::rules::environment::Environment;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::server::secure_variant;
use crate::spec::{Protocol, spec};

/// Whether others can read the traffic to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exposure {
    /// They cannot, or it is unknown.
    Safe,
    /// The protocol is unencrypted, but a port is one of TLS.
    Doubtful,
    /// They can.
    Plain,
}

/// Whether others can read the connection to a server, as far as its document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Connection {
    /// They cannot: TLS is used.
    Encrypted,
    /// Only those near by, on the same machine or in the same network of containers.
    Local,
    /// It may be either.
    Unknown,
    /// They can.
    Plain,
}

/// What protocol and address say about the connection to a server. Where it is [`Connection::Plain`],
/// the rules about credentials without TLS speak.
pub fn connection(
    facts: &Server,
    variables: &[ServerVariable],
    environment: &Environment,
) -> Connection {
    let tls = (facts.protocol.as_ref()).and_then(|protocol| environment.tls(&protocol.value.text));
    let signs = signs(facts, variables);
    let is_encrypted = match tls {
        Some(is_encrypted) => is_encrypted || signs.scheme_tls == Some(true),
        None => signs.scheme_tls == Some(true),
    };
    if is_encrypted {
        return Connection::Encrypted;
    }
    match exposure(facts, variables, environment) {
        Exposure::Plain => Connection::Plain,
        Exposure::Safe if signs.is_local && !facts.may_be_encrypted => Connection::Local,
        Exposure::Safe | Exposure::Doubtful => Connection::Unknown,
    }
}

fn exposure(facts: &Server, variables: &[ServerVariable], environment: &Environment) -> Exposure {
    let tls = (facts.protocol.as_ref()).and_then(|protocol| environment.tls(&protocol.value.text));
    if tls != Some(false) || facts.may_be_encrypted {
        return Exposure::Safe;
    }
    let signs = signs(facts, variables);
    if signs.is_local || signs.scheme_tls == Some(true) {
        Exposure::Safe
    } else if signs.has_tls_port {
        Exposure::Doubtful
    } else {
        Exposure::Plain
    }
}

/// What its protocol and address say about a server.
pub(super) struct Transport<'m> {
    /// Its protocol.
    pub(super) protocol: Option<InUnit<'m, Member>>,
    pub(super) exposure: Exposure,
    /// What the protocol is, unless the URL says otherwise.
    known: Option<&'static Protocol>,
}

impl<'m> Transport<'m> {
    /// Reads protocol and address of a server.
    pub(super) fn new(
        facts: InUnit<'m, Server>,
        variables: &[ServerVariable],
        environment: &Environment,
    ) -> Self {
        let protocol = facts.fact.protocol.as_ref();
        let spec_of = protocol.and_then(|protocol| spec().protocol(&protocol.value.text));
        Self {
            protocol: protocol.map(|protocol| facts.with(protocol)),
            exposure: exposure(facts.fact, variables, environment),
            // MQTT over WebSocket starts with an HTTP request, so both families would fit.
            known: spec_of.filter(|protocol| {
                url_family(facts.fact).is_none_or(|family| family == protocol.family)
            }),
        }
    }

    pub(super) fn is_odd_place_for(&self, kind: &str) -> bool {
        self.known.is_some_and(|protocol| {
            let of_family = spec().family(&protocol.family).map(|family| &family.odd);
            let mut odd = of_family.into_iter().flatten().chain(&protocol.odd);
            odd.any(|odd| odd == kind)
        })
    }
}

/// The protocol family of the URL of a server.
fn url_family(server: &Server) -> Option<&'static str> {
    let address = server.address.as_ref()?;
    let known = spec().protocol(parse(&address.value.text).scheme?)?;
    Some(&*known.family).filter(|family| *family != "other")
}

/// The schemes of a server's list whose credentials others can read.
pub(super) fn exposed_schemes<'m>(list: &List<'m>, server: &Transport<'m>) -> Vec<KnownScheme<'m>> {
    if server.exposure == Exposure::Safe {
        return Vec::new();
    }
    let schemes = list.all_uses().map(|found| found.scheme);
    schemes
        .filter(|scheme| Risk::of(scheme.fact()).is_some())
        .collect()
}

/// Whether a client sends a password, a key or a token as it is, so that whoever reads the connection
/// can use it.
pub fn sends_secret(scheme: &Scheme) -> bool {
    let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
    let is_proof = matches!(
        kind,
        Some("scramSha256" | "scramSha512" | "X509" | "gssapi")
    );
    !is_proof && Risk::of(scheme).is_some()
}

/// Why a scheme is at risk or out of place on a server.
pub(super) struct Risk {
    pub(super) rule: &'static Rule,
    /// The start of the message, before the name of the protocol.
    what: String,
    /// What to do about a type that is out of place.
    advice: &'static str,
    pub(super) is_about_tls: bool,
}

impl Risk {
    /// The risk of a scheme without TLS, by its type. An extension of the scheme may say that the
    /// protocol is not the whole truth.
    pub(super) fn of(scheme: &Scheme) -> Option<Self> {
        if scheme.states_tls {
            return None;
        }
        let http = || {
            let name = scheme
                .details()
                .http_scheme
                .as_ref()?
                .value
                .text
                .to_ascii_lowercase();
            match &*name {
                "basic" => Some((registry::HTTP_BASIC_WITHOUT_TLS, "user name and password")),
                "bearer" => Some((registry::HTTP_BEARER_WITHOUT_TLS, "the token")),
                _ => None,
            }
        };
        let (rule, what) = match &*scheme.scheme_type.as_ref()?.value.text {
            "http" => http()?,
            "httpApiKey" => (registry::HTTP_API_KEY_WITHOUT_TLS, "the key"),
            "plain" => (registry::SASL_PLAIN_WITHOUT_TLS, "user name and password"),
            "userPassword" => (
                registry::USER_PASSWORD_WITHOUT_TLS,
                "user name and password",
            ),
            "apiKey" => (registry::API_KEY_WITHOUT_TLS, "the key"),
            "oauth2" | "openIdConnect" => (registry::OAUTH2_WITHOUT_TLS, "the access token"),
            "scramSha256" | "scramSha512" => {
                let what = "an eavesdropper can guess the password offline";
                return Some(Self::about_tls(
                    registry::SASL_SCRAM_WITHOUT_TLS,
                    what.to_owned(),
                ));
            }
            "X509" => {
                let what = "a client cannot present its certificate";
                return Some(Self::about_tls(registry::X509_WITHOUT_TLS, what.to_owned()));
            }
            "gssapi" => {
                let what = "messages are protected only if both sides agree on it";
                return Some(Self::about_tls(
                    registry::GSSAPI_WITHOUT_TLS,
                    what.to_owned(),
                ));
            }
            _ => return None,
        };
        let verb = if what.contains(" and ") {
            "cross"
        } else {
            "crosses"
        };
        let what = format!("{what} {verb} the network in clear text");
        Some(Self::about_tls(rule, what))
    }

    fn about_tls(rule: &'static Rule, what: String) -> Self {
        Self {
            rule,
            what,
            advice: "",
            is_about_tls: true,
        }
    }

    pub(super) fn unfit(kind: &str) -> Self {
        let (what, advice) = match kind {
            "http" | "httpApiKey" => (
                "describes HTTP requests",
                "choose a type that the server understands",
            ),
            "apiKey" => (
                "puts the key into the login of a broker",
                "use `httpApiKey` for a key in a header, query or cookie",
            ),
            "userPassword" => (
                "is for the login of a broker",
                "use `http` with `scheme: basic` for user name and password in a header",
            ),
            _ => (
                "is a mechanism of SASL",
                "choose a type that the server understands",
            ),
        };
        Self {
            rule: registry::SECURITY_TYPE_NOT_FOR_PROTOCOL,
            what: format!("the type `{kind}` {what}"),
            advice,
            is_about_tls: false,
        }
    }

    pub(super) fn message(&self, protocol: &str) -> String {
        let shown = quoted(protocol);
        let is_kafka = || {
            spec()
                .protocol(protocol)
                .is_some_and(|known| known.family == "kafka")
        };
        // Kafka uses GSSAPI for the login only.
        let what = match self.rule == registry::GSSAPI_WITHOUT_TLS && is_kafka() {
            true => "anyone on the network path can read the messages",
            false => &*self.what,
        };
        if self.is_about_tls {
            let advice = secure_variant(protocol);
            format!("{what}, since {shown} is not encrypted; {advice}")
        } else {
            format!("{what}, which {shown} does not have; {}", self.advice)
        }
    }
}
