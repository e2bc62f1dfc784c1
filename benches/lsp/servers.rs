//! The measured servers: this one, another build of it, and one that does no work.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Fallible;

/// A program that runs as a server.
#[derive(Clone)]
pub struct Server {
    /// Its name in the tables.
    pub name: &'static str,
    program: PathBuf,
    argument: Option<&'static str>,
}

/// The names in the order of the tables.
pub const NAMES: [&str; 3] = [THIS, "beside", "floor"];

/// The server of this build.
pub const THIS: &str = "this";

impl Server {
    /// The command that starts it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.argument);
        command
    }
}

/// All servers that are compared.
pub fn all(beside: Option<&Path>) -> Fallible<Vec<Server>> {
    let this = PathBuf::from(env!("CARGO_BIN_EXE_asyncapi-security-lsp"));
    let floor = format!("examples/floor{}", std::env::consts::EXE_SUFFIX);
    let server = |name, program: PathBuf, argument| Server {
        name,
        program,
        argument,
    };
    let mut servers = vec![server("floor", this.with_file_name(floor), None)];
    if let Some(beside) = beside {
        servers.push(server("beside", beside.to_owned(), Some("lsp")));
    }
    servers.push(server(THIS, this, Some("lsp")));
    for Server { program, .. } in &servers {
        if !program.exists() {
            let program = program.display();
            let advice = "`cargo build --release --example floor` builds what is compared with";
            return Err(format!("{program} is missing; {advice}").into());
        }
    }
    Ok(servers)
}
