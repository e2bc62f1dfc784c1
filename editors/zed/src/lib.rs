//! Tells Zed how to start the server: the program of the settings, else the one on `PATH`.

use zed_extension_api::{
    Command, Extension, LanguageServerId, Result, Worktree, register_extension, serde_json,
    settings::LspSettings,
};

/// As `extension.toml` and users' settings call the server.
const SERVER: &str = "asyncapi-security-lsp";

struct AsyncApiSecurity;

impl Extension for AsyncApiSecurity {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Command> {
        let binary = LspSettings::for_worktree(SERVER, worktree)?.binary;
        let (path, arguments) = binary.map_or((None, None), |it| (it.path, it.arguments));
        let command = path.or_else(|| worktree.which(SERVER)).ok_or_else(|| {
            format!("{SERVER} is not on PATH; install it, or set lsp.{SERVER}.binary.path")
        })?;
        let args = arguments.unwrap_or_else(|| vec!["lsp".to_owned(), "--stdio".to_owned()]);
        Ok(Command {
            command,
            args,
            env: worktree.shell_env(),
        })
    }

    /// What the server asks for as `workspace/configuration`.
    fn language_server_workspace_configuration(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(SERVER, worktree)?.settings)
    }
}

register_extension!(AsyncApiSecurity);
