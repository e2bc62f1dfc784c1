//! How JSON that this program writes names it.

use schemars::JsonSchema;
use serde::Serialize;

/// The program.
#[derive(Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl Tool {
    /// This program.
    pub const THIS: Self = Self {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
}
