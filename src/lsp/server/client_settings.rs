//! How the client's configuration reaches the server: with `initialize`, on request, and when it
//! changes. No client knows every way.

use serde_json::Value;
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::lsp::log::LogLevel;
use crate::settings::read::Problem;
use crate::settings::{FILE_NAME, SECTION};

impl Backend {
    /// What `initialize` says: the workspace's folders and the first settings.
    pub(super) fn take_options(&self, params: &lsp::InitializeParams) {
        let folders = params.workspace_folders.as_deref().unwrap_or_default();
        let mut roots: Vec<lsp::Uri> = folders.iter().map(|folder| folder.uri.clone()).collect();
        if roots.is_empty() {
            // Older clients know one folder only.
            #[allow(deprecated)]
            roots.extend(params.root_uri.clone());
        }
        let mut state = self.state();
        state.configuration.set_roots(roots);
        let options = params.initialization_options.as_ref();
        let problems =
            options.map_or_else(Vec::new, |value| state.configuration.set_options(value));
        drop(state);
        self.complain(&problems);
    }

    /// Asks to be told when settings change, where the client wants to be asked.
    pub(super) fn register(&self) {
        let supports = self.state().capabilities.configuration;
        let mut wanted = Vec::new();
        if supports.tells {
            wanted.push(registration(
                "workspace/didChangeConfiguration",
                serde_json::json!({"section": SECTION}),
            ));
        }
        if supports.watches {
            let watchers = serde_json::json!([{"globPattern": format!("**/{FILE_NAME}")}]);
            wanted.push(registration(
                "workspace/didChangeWatchedFiles",
                serde_json::json!({"watchers": watchers}),
            ));
        }
        if wanted.is_empty() {
            return;
        }
        let server = self.clone();
        tokio::spawn(async move {
            if let Err(error) = server.shared.client.register_capability(wanted).await {
                server.log(LogLevel::Event, || format!("not registered: {error}"));
            }
        });
    }

    /// Asks for the client's configuration, where it answers.
    pub(super) fn ask_for_configuration(&self) {
        if !self.state().capabilities.configuration.answers {
            return;
        }
        let server = self.clone();
        tokio::spawn(async move {
            let item = lsp::ConfigurationItem {
                scope_uri: None,
                section: Some(SECTION.to_owned()),
            };
            match server.shared.client.configuration(vec![item]).await {
                Ok(values) => {
                    server.take_configuration(values.first().unwrap_or(&Value::Null));
                    // No message follows that would do it.
                    server.publish(true);
                }
                Err(error) => server.log(LogLevel::Event, || format!("no configuration: {error}")),
            }
        });
    }

    /// `workspace/didChangeConfiguration`: some clients send their configuration, others only
    /// tell that it is another one.
    pub(super) fn configuration_changed(&self, settings: &Value) {
        match settings.get(SECTION) {
            Some(section) => self.take_configuration(section),
            None if self.state().capabilities.configuration.answers => {}
            None => self.take_configuration(settings),
        }
        self.ask_for_configuration();
    }

    fn take_configuration(&self, section: &Value) {
        let mut state = self.state();
        let problems = if section.is_null() {
            state
                .configuration
                .set_client(&Value::Object(serde_json::Map::new()))
        } else {
            state.configuration.set_client(section)
        };
        state.apply_settings(true);
        drop(state);
        self.complain(&problems);
    }

    /// The client's configuration has no place that could be underlined.
    fn complain(&self, problems: &[Problem]) {
        for problem in problems {
            let path = &problem.path;
            let message = format!("configuration `{SECTION}.{path}`: {}", problem.message);
            self.log(LogLevel::Problem, || message.clone());
            self.show_in_client_log(lsp::MessageType::WARNING, message);
        }
    }
}

fn registration(method: &str, options: Value) -> lsp::Registration {
    lsp::Registration {
        id: method.to_owned(),
        method: method.to_owned(),
        register_options: Some(options),
    }
}
