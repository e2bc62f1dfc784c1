//! Every kind of change, with what it means for those who have credentials and those who have not.
//! Ids never change their meaning.
#![allow(missing_docs, reason = "the titles of the kinds say what they are")]

/// How bad a change is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody new may get in, or something can be read that could not be.
    Danger,
    /// Clients stop, and nobody new gets in.
    Breaking,
    /// Worth a look.
    Notice,
    /// The meaning is the same.
    None,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 4] = [Self::Danger, Self::Breaking, Self::Notice, Self::None];

    /// Its name in the output and in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Breaking => "breaking",
            Self::Notice => "notice",
            Self::None => "none",
        }
    }
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its id.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it stops clients although its severity is danger.
    pub stops: bool,
    /// Whether the tool refuses to rank it or cannot see enough.
    pub review: bool,
    /// What has changed, as a table shows it.
    pub title: &'static str,
}

impl Kind {
    /// Whether somebody new may get in.
    pub fn is_wider(&self) -> bool {
        self.severity == Severity::Danger
    }

    /// Whether clients stop.
    pub fn stops_clients(&self) -> bool {
        self.stops || self.severity == Severity::Breaking
    }

    const fn stops(self) -> Self {
        Self {
            stops: true,
            ..self
        }
    }

    const fn review(self) -> Self {
        Self {
            review: true,
            ..self
        }
    }
}

const fn kind(severity: Severity, id: &'static str, title: &'static str) -> Kind {
    Kind {
        id,
        severity,
        stops: false,
        review: false,
        title,
    }
}

const fn danger(id: &'static str, title: &'static str) -> Kind {
    kind(Severity::Danger, id, title)
}

const fn breaking(id: &'static str, title: &'static str) -> Kind {
    kind(Severity::Breaking, id, title)
}

const fn notice(id: &'static str, title: &'static str) -> Kind {
    kind(Severity::Notice, id, title)
}

const fn none(id: &'static str, title: &'static str) -> Kind {
    kind(Severity::None, id, title)
}

/// The kind with an id.
pub fn named(id: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.id == id)
}

pub const SECURITY_REMOVED: Kind = danger(
    "security-removed",
    "credentials were needed, and are not any more",
);
pub const ANONYMOUS_ALLOWED: Kind = danger(
    "anonymous-allowed",
    "`{}` beside the old alternatives: credentials became optional",
);
pub const ALTERNATIVE_ADDED: Kind = danger("alternative-added", "another way in");
pub const ALTERNATIVE_REPLACED_WEAKER: Kind = danger(
    "alternative-replaced-weaker",
    "one scheme in place of another, and it is weaker",
)
.stops();
pub const SCHEME_DROPPED_FROM_ALTERNATIVE: Kind = danger(
    "scheme-dropped-from-alternative",
    "of several schemes that were needed together, one is not any more",
);
pub const AND_BECAME_OR: Kind = danger(
    "and-became-or",
    "all of several schemes were needed, now one of them is enough",
);
pub const SCOPE_REMOVED: Kind = danger("scope-removed", "a token with fewer scopes is enough");
pub const SCOPE_REPLACED: Kind = danger(
    "scope-replaced",
    "tokens with another scope get in, those with the old one do not",
)
.stops();
pub const SCOPES_LOST_BY_REPLACEMENT: Kind = danger(
    "scopes-lost-by-replacement",
    "scopes were needed, and the scheme in its place knows none",
)
.stops()
.review();
pub const AUTHENTICATION_LOST_ENCRYPTION_LEFT: Kind = danger(
    "authentication-lost-encryption-left",
    "only the encryption of payloads is left, which says nothing about who somebody is",
)
.stops();
pub const REQUIREMENT_BECAME_UNKNOWN: Kind = danger(
    "requirement-became-unknown",
    "what is demanded cannot be read any more",
)
.review();
pub const SECURITY_ADDED: Kind = breaking(
    "security-added",
    "nothing was needed, and credentials are now",
);
pub const ANONYMOUS_REFUSED: Kind = breaking(
    "anonymous-refused",
    "`{}` is gone from beside the other alternatives: credentials are not optional any more",
);
pub const ALTERNATIVE_REMOVED: Kind = breaking("alternative-removed", "a way in is gone");
pub const ALTERNATIVE_REPLACED_STRONGER: Kind = breaking(
    "alternative-replaced-stronger",
    "one scheme in place of another, and it is stronger",
);
pub const ALTERNATIVE_REPLACED_UNRANKED: Kind = breaking(
    "alternative-replaced-unranked",
    "one scheme in place of another, and which is stronger cannot be said",
)
.review();
pub const ALTERNATIVE_REPLACED_SAME_KIND: Kind = breaking(
    "alternative-replaced-same-kind",
    "a scheme in place of another one with the same definition",
)
.review();
pub const SCHEME_ADDED_TO_ALTERNATIVE: Kind = breaking(
    "scheme-added-to-alternative",
    "one more scheme is needed beside others",
);
pub const OR_BECAME_AND: Kind = breaking(
    "or-became-and",
    "one of several schemes was enough, now all of them are needed",
);
pub const SCOPE_ADDED: Kind = breaking("scope-added", "tokens need more scopes");
pub const ALTERNATIVE_ADDED_NOT_WEAKER: Kind = notice(
    "alternative-added-not-weaker",
    "another way in, no weaker than what is there",
);
pub const REQUIREMENT_BECAME_KNOWN: Kind = notice(
    "requirement-became-known",
    "what is demanded can be read now",
);
pub const SCOPES_WITHOUT_MEANING_CHANGED: Kind = notice(
    "scopes-without-meaning-changed",
    "scopes of a scheme whose type has none",
);
pub const REQUIREMENT_MOVED: Kind = none(
    "requirement-moved",
    "demanded elsewhere, of the same clients",
);
pub const REQUIREMENT_REWRITTEN: Kind = none(
    "requirement-rewritten",
    "written differently, means the same",
);
pub const SCHEME_TYPE_WEAKER: Kind = danger(
    "scheme-type-weaker",
    "a scheme keeps its name and became weaker",
)
.stops();
pub const HTTP_SCHEME_WEAKER: Kind =
    danger("http-scheme-weaker", "the HTTP scheme became weaker").stops();
pub const KEY_MOVED_TO_QUERY: Kind =
    danger("key-moved-to-query", "the key stands in URLs now").stops();
pub const ENDPOINT_TLS_DROPPED: Kind =
    danger("endpoint-tls-dropped", "an endpoint without TLS").stops();
pub const FLOW_ADDED_DISCOURAGED: Kind = danger(
    "flow-added-discouraged",
    "one more OAuth flow, which RFC 9700 advises against",
);
pub const FLOW_REPLACED_WEAKER: Kind = danger(
    "flow-replaced-weaker",
    "another OAuth flow, which is weaker",
)
.stops();
pub const SCHEME_TYPE_STRONGER: Kind = breaking(
    "scheme-type-stronger",
    "a scheme keeps its name and became stronger",
);
pub const SCHEME_TYPE_UNRANKED: Kind = breaking(
    "scheme-type-unranked",
    "a scheme keeps its name and is something else now",
)
.review();
pub const HTTP_SCHEME_CHANGED: Kind = breaking(
    "http-scheme-changed",
    "another HTTP scheme, neither weaker nor stronger",
)
.review();
pub const KEY_PLACE_CHANGED: Kind = breaking("key-place-changed", "the key is sent elsewhere");
pub const KEY_NAME_CHANGED: Kind =
    breaking("key-name-changed", "the key is sent under another name");
pub const FLOW_REMOVED: Kind = breaking("flow-removed", "one OAuth flow less");
pub const FLOW_REPLACED_STRONGER: Kind = breaking(
    "flow-replaced-stronger",
    "another OAuth flow, which is stronger",
);
pub const ENDPOINT_ORIGIN_CHANGED: Kind =
    breaking("endpoint-origin-changed", "an endpoint on another host").review();
pub const ENDPOINT_PATH_CHANGED: Kind = breaking(
    "endpoint-path-changed",
    "an endpoint at another path of the same host",
);
pub const ENDPOINT_TLS_ADDED: Kind = breaking("endpoint-tls-added", "an endpoint with TLS");
pub const ISSUER_CHANGED: Kind =
    breaking("issuer-changed", "another OpenID Connect issuer").review();
pub const FLOW_ADDED: Kind = notice("flow-added", "one more OAuth flow").review();
pub const SCOPE_DECLARED: Kind = none("scope-declared", "one more scope is declared");
pub const SCOPE_UNDECLARED: Kind = notice("scope-undeclared", "a scope is not declared any more");
pub const REFRESH_URL_CHANGED: Kind = notice("refresh-url-changed", "tokens are renewed elsewhere");
pub const BEARER_FORMAT_CHANGED: Kind = notice("bearer-format-changed", "another `bearerFormat`");
pub const SCHEME_RENAMED: Kind = none("scheme-renamed", "the same definition under another name");
pub const SCHEME_MOVED: Kind = none(
    "scheme-moved",
    "the same definition in another file or form",
);
pub const UNUSED_SCHEME_CHANGED: Kind =
    none("unused-scheme-changed", "a scheme that is demanded nowhere");
pub const DOCUMENTATION_CHANGED: Kind = none(
    "documentation-changed",
    "descriptions and extensions of a scheme",
);
pub const TLS_DROPPED: Kind = danger("tls-dropped", "a server without TLS").stops();
pub const SERVER_ADDED_WEAKER: Kind = danger(
    "server-added-weaker",
    "a new server with which old demands are passed by",
);
pub const SERVER_REMOVED_WEAKER_LEFT: Kind = danger(
    "server-removed-weaker-left",
    "an encrypted server is gone, only plain ones are left",
)
.stops();
pub const OPERATION_ON_WEAKER_SERVER: Kind = danger(
    "operation-on-weaker-server",
    "an operation on one more of the servers, with which old demands are passed by",
);
pub const OPERATION_ADDED_PUBLIC: Kind = danger(
    "operation-added-public",
    "a new operation that is open to anyone, on a server where others are not",
);
pub const TLS_ADDED: Kind = breaking("tls-added", "a server with TLS");
pub const PROTOCOL_CHANGED: Kind =
    breaking("protocol-changed", "a server with another protocol").review();
pub const TLS_UNKNOWN: Kind = notice(
    "tls-unknown",
    "it cannot be told any more whether a server is encrypted",
)
.review();
pub const TLS_ABSENCE_KNOWN: Kind = notice(
    "tls-absence-known",
    "a server is not encrypted, which could not be told before",
)
.review();
pub const SERVER_HOST_CHANGED: Kind =
    notice("server-host-changed", "a server on another host or path").review();
pub const SERVER_VARIABLE_OPENED: Kind = notice(
    "server-variable-opened",
    "a variable in the address of a server may be anything now",
)
.review();
pub const SERVER_ADDED: Kind = notice("server-added", "a new server");
pub const SERVER_REMOVED: Kind = notice("server-removed", "a server is gone");
pub const OPERATION_ADDED: Kind = notice("operation-added", "a new operation");
pub const OPERATION_REMOVED: Kind = notice("operation-removed", "an operation is gone");
pub const OPERATION_ON_MORE_SERVERS: Kind = notice(
    "operation-on-more-servers",
    "an operation on more of the servers",
);
pub const OPERATION_ON_FEWER_SERVERS: Kind = notice(
    "operation-on-fewer-servers",
    "an operation on fewer of the servers",
);
pub const OPERATION_DIRECTION_CHANGED: Kind = notice(
    "operation-direction-changed",
    "an operation sends instead of receiving, or receives instead of sending",
);
pub const SERVER_RENAMED: Kind = none("server-renamed", "the same server under another name");
pub const OPERATION_RENAMED: Kind =
    none("operation-renamed", "the same operation under another name");
pub const DOCUMENT_RENAMED: Kind = none("document-renamed", "the same document in another file");
pub const DOCUMENT_ADDED: Kind = notice("document-added", "a new document");
pub const DOCUMENT_REMOVED: Kind = notice("document-removed", "a document is gone");
pub const REFERENCE_UNSEEN: Kind = notice(
    "reference-unseen",
    "what a reference leads to is not seen, on both sides",
);
pub const REFERENCE_TARGET_CHANGED: Kind = notice(
    "reference-target-changed",
    "another reference, and neither target is seen",
)
.review();

/// All kinds: of demands, of definitions, of servers and the rest; the worst first in each.
pub const KINDS: [Kind; 76] = [
    SECURITY_REMOVED,
    ANONYMOUS_ALLOWED,
    ALTERNATIVE_ADDED,
    ALTERNATIVE_REPLACED_WEAKER,
    SCHEME_DROPPED_FROM_ALTERNATIVE,
    AND_BECAME_OR,
    SCOPE_REMOVED,
    SCOPE_REPLACED,
    SCOPES_LOST_BY_REPLACEMENT,
    AUTHENTICATION_LOST_ENCRYPTION_LEFT,
    REQUIREMENT_BECAME_UNKNOWN,
    SECURITY_ADDED,
    ANONYMOUS_REFUSED,
    ALTERNATIVE_REMOVED,
    ALTERNATIVE_REPLACED_STRONGER,
    ALTERNATIVE_REPLACED_UNRANKED,
    ALTERNATIVE_REPLACED_SAME_KIND,
    SCHEME_ADDED_TO_ALTERNATIVE,
    OR_BECAME_AND,
    SCOPE_ADDED,
    ALTERNATIVE_ADDED_NOT_WEAKER,
    REQUIREMENT_BECAME_KNOWN,
    SCOPES_WITHOUT_MEANING_CHANGED,
    REQUIREMENT_MOVED,
    REQUIREMENT_REWRITTEN,
    SCHEME_TYPE_WEAKER,
    HTTP_SCHEME_WEAKER,
    KEY_MOVED_TO_QUERY,
    ENDPOINT_TLS_DROPPED,
    FLOW_ADDED_DISCOURAGED,
    FLOW_REPLACED_WEAKER,
    SCHEME_TYPE_STRONGER,
    SCHEME_TYPE_UNRANKED,
    HTTP_SCHEME_CHANGED,
    KEY_PLACE_CHANGED,
    KEY_NAME_CHANGED,
    FLOW_REMOVED,
    FLOW_REPLACED_STRONGER,
    ENDPOINT_ORIGIN_CHANGED,
    ENDPOINT_PATH_CHANGED,
    ENDPOINT_TLS_ADDED,
    ISSUER_CHANGED,
    FLOW_ADDED,
    SCOPE_DECLARED,
    SCOPE_UNDECLARED,
    REFRESH_URL_CHANGED,
    BEARER_FORMAT_CHANGED,
    SCHEME_RENAMED,
    SCHEME_MOVED,
    UNUSED_SCHEME_CHANGED,
    DOCUMENTATION_CHANGED,
    TLS_DROPPED,
    SERVER_ADDED_WEAKER,
    SERVER_REMOVED_WEAKER_LEFT,
    OPERATION_ON_WEAKER_SERVER,
    OPERATION_ADDED_PUBLIC,
    TLS_ADDED,
    PROTOCOL_CHANGED,
    TLS_UNKNOWN,
    TLS_ABSENCE_KNOWN,
    SERVER_HOST_CHANGED,
    SERVER_VARIABLE_OPENED,
    SERVER_ADDED,
    SERVER_REMOVED,
    OPERATION_ADDED,
    OPERATION_REMOVED,
    OPERATION_ON_MORE_SERVERS,
    OPERATION_ON_FEWER_SERVERS,
    OPERATION_DIRECTION_CHANGED,
    SERVER_RENAMED,
    OPERATION_RENAMED,
    DOCUMENT_RENAMED,
    DOCUMENT_ADDED,
    DOCUMENT_REMOVED,
    REFERENCE_UNSEEN,
    REFERENCE_TARGET_CHANGED,
];
