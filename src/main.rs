//! The binary: see `cli` for its commands.
fn main() {}
