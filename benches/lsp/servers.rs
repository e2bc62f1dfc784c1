//! What is measured: this server and those that know nothing.

use std::path::PathBuf;
use std::process::Command;

use crate::Fallible;

/// A server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The real one.
    This,
    /// Nothing, behind this project's transport.
    Own,
    /// Nothing, behind the framework's transport.
    Tower,
    /// Nothing, in a bare loop.
    Bare,
}

impl Kind {
    /// All, the real one first.
    pub const ALL: [Self; 4] = [Self::This, Self::Own, Self::Tower, Self::Bare];

    /// What it is called in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Own => "own",
            Self::Tower => "tower",
            Self::Bare => "bare",
        }
    }

    /// What starts it.
    pub fn command(self) -> Command {
        if self == Self::This {
            let mut command = Command::new(env!("CARGO_BIN_EXE_asyncapi-security-lsp"));
            command.arg("lsp");
            return command;
        }
        let mut command = Command::new(floor());
        command.arg(self.name());
        command
    }
}

/// What has to be run before.
pub const BUILD: &str = "build it with `cargo build --release --example floor`";

/// Says so if what is compared with is not there.
pub fn check() -> Fallible<()> {
    let floor = floor();
    if floor.exists() {
        return Ok(());
    }
    Err(format!(
        "{} is missing, which this server is compared with; {BUILD}",
        floor.display()
    )
    .into())
}

fn floor() -> PathBuf {
    let name = format!("floor{}", std::env::consts::EXE_SUFFIX);
    PathBuf::from(env!("CARGO_BIN_EXE_asyncapi-security-lsp"))
        .with_file_name("examples")
        .join(name)
}
