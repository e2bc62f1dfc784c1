//! What tests need and is not ours to keep: real documents and the suites of others. They lie in
//! the folder `shared` beside the project.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where something of that folder is. Without it a line says that the test is skipped; it is
/// written past the harness, which shows what tests print only when they fail.
pub fn outside(test: &str, name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    let line = format!("skipped: {test}: ../shared/{name} is missing\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}
