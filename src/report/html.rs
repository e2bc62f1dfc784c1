//! A report as one page for a browser.

use super::Report;

/// The page.
pub fn page(_reports: &[Report]) -> String {
    String::new()
}
