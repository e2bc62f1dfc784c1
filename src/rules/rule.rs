//! What a rule is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::spec::Version;

/// The base URL of the pages of the rules on the site (`site/`). This program never opens it: `explain`
/// shows the same pages without a network.
pub const DOCS_BASE: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "rules/");

/// How much a finding matters, the most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The document violates a specification or standard.
    Error,
    /// The document very likely does not mean what its author intended.
    Warning,
    /// Worth knowing; nothing has to change.
    Information,
    /// A possible improvement.
    Hint,
}

impl Severity {
    /// The word for it in output, settings and pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }
}

/// What a rule is based on, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// The official JSON Schema of the version rejects the document.
    Schema,
    /// The text of the AsyncAPI specification says so, but the schema does not.
    Prose,
    /// A standard (RFC, BCP, OpenID) says MUST, MUST NOT, or gives a grammar.
    Must,
    /// A standard says SHOULD, SHOULD NOT or NOT RECOMMENDED.
    Should,
    /// Advice that no standard requires.
    Advice,
}

impl Basis {
    /// The word for it in output and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Prose => "prose",
            Self::Must => "must",
            Self::Should => "should",
            Self::Advice => "advice",
        }
    }
}

/// The topic of a rule, in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The text itself: YAML or JSON.
    Syntax,
    /// Form and place of single security objects.
    Validity,
    /// What names, references and scopes mean together.
    References,
    /// URLs of OAuth flows and of OpenID Connect.
    Urls,
    /// What OAuth's standards advise about flows and scopes.
    OAuth2,
    /// Requirements of OpenID Connect.
    OpenId,
    /// HTTP authentication, and API keys in HTTP requests.
    Http,
    /// Protection of credentials in transport, and which scheme fits which protocol.
    Transport,
    /// Servers and operations without security.
    Coverage,
    /// Secrets in the document.
    Secrets,
    /// Comments and keys that suppress findings.
    Suppression,
}

impl Group {
    /// All groups, in order.
    pub const ALL: [Self; 11] = [
        Self::Syntax,
        Self::Validity,
        Self::References,
        Self::Urls,
        Self::OAuth2,
        Self::OpenId,
        Self::Http,
        Self::Transport,
        Self::Coverage,
        Self::Secrets,
        Self::Suppression,
    ];

    /// The word for it in output and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Validity => "validity",
            Self::References => "references",
            Self::Urls => "urls",
            Self::OAuth2 => "oauth2",
            Self::OpenId => "openid",
            Self::Http => "http",
            Self::Transport => "transport",
            Self::Coverage => "coverage",
            Self::Secrets => "secrets",
            Self::Suppression => "suppression",
        }
    }
}

/// How an editor may draw a finding beside its severity (LSP 3.17, `DiagnosticTag`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// The marked text has no effect and can go; editors fade it.
    Unnecessary,
    /// The marked text is obsolete; editors strike it through.
    Deprecated,
}

/// One rule: what it is called, when it applies, and how much it matters.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The stable name, in kebab case; never changed once released.
    pub id: &'static str,
    /// The problem in one line of Markdown: lower case, no full stop.
    pub title: &'static str,
    /// Its topic.
    pub group: Group,
    /// The severity of its findings unless settings say otherwise.
    pub severity: Severity,
    /// Whether it runs unless settings say otherwise.
    pub default_on: bool,
    /// What it is based on.
    pub basis: Basis,
    /// The first AsyncAPI version it applies to.
    pub since: Version,
    /// The last AsyncAPI version it applies to; `None` when there is no last one.
    pub until: Option<Version>,
    /// How its findings are drawn.
    pub tags: &'static [Tag],
    /// Whether it requires something more in an object, so that a syntax error in the object
    /// silences it.
    pub asks_for_more: bool,
    /// Whether it requires a name to be declared, so that a declaration that may have lost its name
    /// silences it.
    pub asks_for_name: bool,
    /// Whether one finding per range is enough, even with different messages: with aliases and
    /// merge keys, units can share a list.
    pub is_reported_once: bool,
    /// Whether its safe fixes may be applied all at once without review.
    pub is_fixed_in_bulk: bool,
    /// Its page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// Whether the rule applies to documents of a version.
    pub fn applies_to(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|last| version <= last)
    }

    /// The URL of its page, if it has one.
    pub fn docs_url(&self) -> Option<String> {
        (!self.page.is_empty()).then(|| format!("{DOCS_BASE}{}.html", self.id))
    }

    /// A rule for every version that is on by default and has no tags.
    pub(super) const fn new(
        id: &'static str,
        title: &'static str,
        page: &'static str,
        group: Group,
        severity: Severity,
        basis: Basis,
    ) -> Self {
        Self {
            id,
            title,
            group,
            severity,
            default_on: true,
            basis,
            since: Version::V2_0,
            until: None,
            tags: &[],
            asks_for_more: false,
            asks_for_name: false,
            is_reported_once: false,
            is_fixed_in_bulk: false,
            page,
        }
    }

    pub(super) const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }

    pub(super) const fn until(self, last: Version) -> Self {
        Self {
            until: Some(last),
            ..self
        }
    }

    pub(super) const fn off(self) -> Self {
        Self {
            default_on: false,
            ..self
        }
    }

    pub(super) const fn tagged(self, tags: &'static [Tag]) -> Self {
        Self { tags, ..self }
    }

    pub(super) const fn asks_for_more(self) -> Self {
        Self {
            asks_for_more: true,
            ..self
        }
    }

    pub(super) const fn asks_for_name(self) -> Self {
        Self {
            asks_for_name: true,
            ..self
        }
    }

    pub(super) const fn reported_once(self) -> Self {
        Self {
            is_reported_once: true,
            ..self
        }
    }

    pub(super) const fn in_bulk(self) -> Self {
        Self {
            is_fixed_in_bulk: true,
            ..self
        }
    }
}

/// Writes the id.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id)
    }
}

/// Rules are equal if their ids are.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl PartialOrd for Rule {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rule {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(other.id)
    }
}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
