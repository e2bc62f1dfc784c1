//! What a rule is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::spec::Version;

/// The address that the pages of the rules are published under: the only place that names it, so
/// whoever publishes them elsewhere changes this line. Nothing of this program opens it; `explain`
/// shows the same pages, and needs no network.
pub const DOCS_BASE: &str =
    "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/src/rules/pages/";

/// How much a finding matters, the most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The document is wrong: a specification or standard forbids it.
    Error,
    /// The document very likely does not say what its author means.
    Warning,
    /// Worth knowing; nothing has to change.
    Information,
    /// A possible improvement, shown discreetly.
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

/// On what authority a rule stands, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// The official JSON Schema of the version refuses the document.
    Schema,
    /// The text of the AsyncAPI specification says so, the schema does not catch it.
    Prose,
    /// A standard (RFC, BCP, OpenID) says MUST, MUST NOT, or gives a grammar.
    Must,
    /// A standard says SHOULD, SHOULD NOT or NOT RECOMMENDED.
    Should,
    /// No standard demands it.
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

/// What a rule is about, in the order in which tables list the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The text itself: YAML or JSON.
    Syntax,
    /// Shape and place of the security parts, one part at a time.
    Validity,
    /// What names, references and scopes mean together.
    References,
    /// URLs of OAuth flows and of OpenID Connect.
    Urls,
    /// What OAuth's standards advise about flows and scopes.
    OAuth2,
    /// What OpenID Connect demands.
    OpenId,
    /// HTTP authentication, and API keys in HTTP requests.
    Http,
    /// What protects credentials on their way, and which scheme suits which protocol.
    Transport,
    /// Servers and operations that nothing protects.
    Coverage,
    /// Secrets that stand in the document.
    Secrets,
    /// What the document says about our findings themselves.
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
    /// What is the matter, in one line of Markdown: lower case, no full stop.
    pub title: &'static str,
    /// What it is about.
    pub group: Group,
    /// The severity of its findings unless settings say otherwise.
    pub severity: Severity,
    /// Whether it runs unless settings say otherwise.
    pub default_on: bool,
    /// On what authority it stands.
    pub basis: Basis,
    /// The first AsyncAPI version it applies to.
    pub since: Version,
    /// The last AsyncAPI version it applies to; `None` when there is no last one.
    pub until: Option<Version>,
    /// How its findings are drawn.
    pub tags: &'static [Tag],
    /// Whether it asks for something more in an object: silent where the object is not complete.
    pub asks_for_more: bool,
    /// Whether it asks for the declaration of a name: silent where one may have lost its name.
    pub asks_for_name: bool,
    /// Whether one finding in a place is enough, whatever its words: aliases and merge keys let
    /// units share a list.
    pub is_said_once: bool,
    /// Whether its safe fixes may run all at once without being looked at.
    pub is_fixed_in_bulk: bool,
    /// Its page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// Whether the rule has anything to say about documents of a version.
    pub fn applies_to(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|last| version <= last)
    }

    /// Where its page can be read, if it has one.
    pub fn docs_url(&self) -> Option<String> {
        (!self.page.is_empty()).then(|| format!("{DOCS_BASE}{}.md", self.id))
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
            is_said_once: false,
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

    pub(super) const fn said_once(self) -> Self {
        Self {
            is_said_once: true,
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

/// By its id.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id)
    }
}

/// A rule is its id.
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
