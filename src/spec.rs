//! AsyncAPI's security objects as data, for every version.

/// A version of the specification, by major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Version {
    V2_0,
    V2_1,
    V2_2,
    V2_3,
    V2_4,
    V2_5,
    V2_6,
    V3_0,
    V3_1,
}

impl Version {
    /// Whether this is a 3.x version.
    pub fn is_v3(self) -> bool {
        self >= Self::V3_0
    }
}
