//! What the specification says about security, for every version.

/// A version of the AsyncAPI specification, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// 2.0.0
    V2_0,
    /// 2.1.0
    V2_1,
    /// 2.2.0
    V2_2,
    /// 2.3.0
    V2_3,
    /// 2.4.0
    V2_4,
    /// 2.5.0
    V2_5,
    /// 2.6.0
    V2_6,
    /// 3.0.0
    V3_0,
    /// 3.1.0
    V3_1,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 9] = [
        Self::V2_0,
        Self::V2_1,
        Self::V2_2,
        Self::V2_3,
        Self::V2_4,
        Self::V2_5,
        Self::V2_6,
        Self::V3_0,
        Self::V3_1,
    ];

    /// The version as documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0.0",
            Self::V2_1 => "2.1.0",
            Self::V2_2 => "2.2.0",
            Self::V2_3 => "2.3.0",
            Self::V2_4 => "2.4.0",
            Self::V2_5 => "2.5.0",
            Self::V2_6 => "2.6.0",
            Self::V3_0 => "3.0.0",
            Self::V3_1 => "3.1.0",
        }
    }

    /// Whether the major version is 3.
    pub fn is_v3(self) -> bool {
        self >= Self::V3_0
    }
}
