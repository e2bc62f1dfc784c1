//! Prints documents for every version, scheme type, flow and field as JSON lines, each with the
//! verdict that follows from the table of the specification alone.
//!
//! `tests/schemas/run.sh` gives the same documents to the official schemas and compares.

mod cases;
mod values;
mod verdict;

use std::io::{self, BufWriter, Write};

use asyncapi_security_lsp::spec::Version;
use serde_json::json;

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for version in Version::ALL {
        for case in cases::all(version) {
            let line = json!({
                "version": version.as_str(),
                "case": case.label,
                "valid": verdict::is_valid(&case.document),
                "document": case.document,
            });
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
