//! The versions of the specification.

use super::spec;

/// A version of AsyncAPI. The patch number is ignored ("will not be considered by tooling",
/// AsyncAPI Version String).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Version {
    /// 2.0.0, from 2019.
    V2_0,
    /// 2.1.0: adds the SASL types.
    V2_1,
    /// 2.2.0.
    V2_2,
    /// 2.3.0: `components.servers` and `components.channels`.
    V2_3,
    /// 2.4.0: `security` on operations and operation traits.
    V2_4,
    /// 2.5.0: requires URLs to be absolute.
    V2_5,
    /// 2.6.0, the last 2.x.
    V2_6,
    /// 3.0.0: references instead of requirements, `availableScopes`.
    V3_0,
    /// 3.1.0.
    V3_1,
}

/// How the text of an `asyncapi` field is understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParsedVersion {
    /// The version whose rules apply.
    pub version: Version,
    /// What is unusual about the text, if anything.
    pub oddity: Option<Oddity>,
}

/// What is unusual about a version that is understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Oddity {
    /// The version is known but not written like [`Version::as_str`].
    Spelling,
    /// The minor number is unknown or missing; the newest one of the major number is used.
    Minor,
}

impl Version {
    /// Reads the text of an `asyncapi` field (docs/specification.md A.4). Only the major and minor numbers count;
    /// blanks around the text and leading zeros are ignored. `None` for other major numbers and for
    /// text that is not a version.
    pub fn read(text: &str) -> Option<ParsedVersion> {
        let number = |part: &str| {
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u64>().ok())?
        };
        let mut parts = text.trim().split('.');
        let major = number(parts.next()?)?;
        let minor = parts.next().and_then(number);
        let known = minor.and_then(|minor| Version::from_parts(major, minor));
        let version = known.or_else(|| Version::newest_of(major))?;
        let oddity = match known {
            None => Some(Oddity::Minor),
            Some(_) => (text != version.as_str()).then_some(Oddity::Spelling),
        };
        Some(ParsedVersion { version, oddity })
    }

    /// All versions, oldest first.
    pub const ALL: [Version; 9] = [
        Version::V2_0,
        Version::V2_1,
        Version::V2_2,
        Version::V2_3,
        Version::V2_4,
        Version::V2_5,
        Version::V2_6,
        Version::V3_0,
        Version::V3_1,
    ];

    /// The major number.
    pub fn major(self) -> u8 {
        if self.is_v3() { 3 } else { 2 }
    }

    /// The minor number.
    pub fn minor(self) -> u8 {
        match self {
            Version::V2_0 | Version::V3_0 => 0,
            Version::V2_1 | Version::V3_1 => 1,
            Version::V2_2 => 2,
            Version::V2_3 => 3,
            Version::V2_4 => 4,
            Version::V2_5 => 5,
            Version::V2_6 => 6,
        }
    }

    /// The full version as documents write it: `"2.6.0"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V2_0 => "2.0.0",
            Version::V2_1 => "2.1.0",
            Version::V2_2 => "2.2.0",
            Version::V2_3 => "2.3.0",
            Version::V2_4 => "2.4.0",
            Version::V2_5 => "2.5.0",
            Version::V2_6 => "2.6.0",
            Version::V3_0 => "3.0.0",
            Version::V3_1 => "3.1.0",
        }
    }

    /// The known version with these numbers.
    pub fn from_parts(major: u64, minor: u64) -> Option<Version> {
        Version::ALL.into_iter().find(|version| {
            u64::from(version.major()) == major && u64::from(version.minor()) == minor
        })
    }

    /// The newest known version with this major number.
    pub fn newest_of(major: u64) -> Option<Version> {
        Version::ALL
            .into_iter()
            .rev()
            .find(|version| u64::from(version.major()) == major)
    }

    /// Whether this is AsyncAPI 3: references in `security`, no requirements.
    pub fn is_v3(self) -> bool {
        self >= Version::V3_0
    }

    /// The name of the map of scopes in a flow.
    pub fn scopes_key(self) -> &'static str {
        if self.is_v3() {
            "availableScopes"
        } else {
            "scopes"
        }
    }

    /// The address of an anchor in the text of this version; with an empty anchor, of the whole
    /// text.
    pub fn docs(self, anchor: &str) -> String {
        let page = spec().docs.iter().find(|(version, _)| *version == self);
        let page = page.map_or("", |(_, page)| page.as_str());
        if anchor.is_empty() {
            page.to_owned()
        } else {
            format!("{page}#{anchor}")
        }
    }

    /// Whether the version is in this range, both ends included.
    pub fn is_within(self, since: Version, until: Option<Version>) -> bool {
        since <= self && until.is_none_or(|until| self <= until)
    }
}

/// Whether a text is a version of AsyncAPI that was released, 1.0 to 1.2 included, in any spelling
/// that [`Version::read`] understands.
pub fn is_released(text: &str) -> bool {
    let known = Version::read(text).map(|reading| reading.oddity);
    known.is_some_and(|oddity| oddity != Some(Oddity::Minor)) || is_version_1(text)
}

/// Whether a text is a version of AsyncAPI 1: 1.0.0, 1.1.0 or 1.2.0.
pub fn is_version_1(text: &str) -> bool {
    let mut parts = text.trim().splitn(3, '.');
    let minor = parts.next().filter(|major| *major == "1").and(parts.next());
    minor.is_some_and(|minor| matches!(minor, "0" | "1" | "2"))
}
