//! Reads the client's configuration: from `initialize`, on request, and when it changes. No client
//! supports all of these.

use serde_json::Value;
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::lsp::log::LogLevel;
use crate::lsp::rule_pages;
use crate::settings::read::Problem;
use crate::settings::{FILE_NAME, SECTION};
use crate::workspace::search::EXTENSIONS;

/// LSP 3.17, `WatchKind`.
const CREATED_OR_DELETED: u8 = 1 | 4;

impl Backend {
    /// Takes the workspace's folders and the first settings from `initialize`.
    pub(super) fn read_options(&self, params: &lsp::InitializeParams) {
        let folders = params.workspace_folders.as_deref().unwrap_or_default();
        let mut roots: Vec<lsp::Uri> = folders.iter().map(|folder| folder.uri.clone()).collect();
        if roots.is_empty() {
            // Older clients have a single folder.
            #[allow(deprecated)]
            roots.extend(params.root_uri.clone());
        }
        let mut state = self.state();
        state.configuration.set_roots(roots);
        state.set_folders();
        let options = params.initialization_options.as_ref();
        let problems =
            options.map_or_else(Vec::new, |value| state.configuration.set_options(value));
        drop(state);
        self.report(&problems);
    }

    /// Registers for changes of settings and for the pages of rules, if the client supports that.
    pub(super) fn register(&self) {
        let (supports, pages) = {
            let client = &self.state().capabilities;
            (client.configuration, client.pages)
        };
        let mut registrations = Vec::new();
        if pages.are_registered {
            let options = serde_json::json!({"schemes": [rule_pages::SCHEME]});
            registrations.push(registration(rule_pages::REQUEST, options));
        }
        if supports.tells {
            registrations.push(registration(
                "workspace/didChangeConfiguration",
                serde_json::json!({"section": SECTION}),
            ));
        }
        if supports.watches {
            let documents = format!("**/*.{{{}}}", EXTENSIONS.join(","));
            let files = [format!("**/{FILE_NAME}"), documents];
            let files = files.map(|glob| serde_json::json!({"globPattern": glob}));
            // Of a folder that is deleted or moved, VS Code tells nothing but that. No glob is one of
            // folders only.
            let folders = serde_json::json!({"globPattern": "**/*", "kind": CREATED_OR_DELETED});
            let watchers: Vec<Value> = files.into_iter().chain([folders]).collect();
            registrations.push(registration(
                "workspace/didChangeWatchedFiles",
                serde_json::json!({"watchers": watchers}),
            ));
        }
        if registrations.is_empty() {
            return;
        }
        let server = self.clone();
        tokio::spawn(async move {
            if let Err(error) = server
                .shared
                .client
                .register_capability(registrations)
                .await
            {
                server.log(LogLevel::Event, || format!("not registered: {error}"));
            }
        });
    }

    /// Requests the client's configuration, if the client supports that.
    pub(super) fn request_configuration(&self) {
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
                    server.set_configuration(values.first().unwrap_or(&Value::Null));
                    // No message follows that would trigger it.
                    server.publish(true);
                }
                Err(error) => server.log(LogLevel::Event, || format!("no configuration: {error}")),
            }
        });
    }

    /// `workspace/didChangeConfiguration`: some clients send their configuration, others only say
    /// that it changed.
    pub(super) fn configuration_changed(&self, settings: &Value) {
        match settings.get(SECTION) {
            Some(section) => self.set_configuration(section),
            None if self.state().capabilities.configuration.answers => {}
            None => self.set_configuration(settings),
        }
        self.request_configuration();
    }

    fn set_configuration(&self, section: &Value) {
        let mut state = self.state();
        let before = state.configuration.display();
        let problems = if section.is_null() {
            state
                .configuration
                .set_client(&Value::Object(serde_json::Map::new()))
        } else {
            state.configuration.set_client(section)
        };
        let after = state.configuration.display();
        state.apply_settings(true);
        drop(state);
        self.refresh_display(before, after);
        self.report(&problems);
    }

    /// Logs problems of the client's configuration; it has no document that could show them.
    fn report(&self, problems: &[Problem]) {
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
