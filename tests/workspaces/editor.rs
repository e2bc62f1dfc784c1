//! An editor with the files of a folder.

use serde_json::{Value, json};

use crate::driver::Session;
use crate::folder::Folder;

/// An editor with open folders.
pub struct Editor {
    pub session: Session,
    pub folder: Folder,
    version: i64,
}

impl Editor {
    /// Starts a server for a folder of a repository.
    pub fn new(folder: Folder, open: &[&str]) -> Self {
        Self::with(folder, open, capabilities())
    }

    /// The same with other capabilities.
    pub fn with(folder: Folder, open: &[&str], capabilities: Value) -> Self {
        Self::in_session(Session::start(), folder, open, capabilities)
    }

    /// The same with a server that was started.
    pub fn in_session(
        mut session: Session,
        folder: Folder,
        open: &[&str],
        capabilities: Value,
    ) -> Self {
        let folders: Vec<Value> = (open.iter())
            .map(|open| json!({"uri": uri(&folder, open), "name": "open"}))
            .collect();
        let params = json!({
            "processId": null,
            "workspaceFolders": folders,
            "capabilities": capabilities,
        });
        let result = session.ask("initialize", params);
        let provider = &result["capabilities"]["diagnosticProvider"];
        assert_eq!(provider["workspaceDiagnostics"], true);
        session.notify("initialized", json!({}));
        Self {
            session,
            folder,
            version: 0,
        }
    }

    pub fn of(files: &str) -> Self {
        Self::new(Folder::new(files), &[""])
    }

    pub fn uri(&self, name: &str) -> String {
        uri(&self.folder, name)
    }

    /// All diagnostics of the workspace: `path:line rule: message`, sorted.
    pub fn found(&mut self) -> Vec<String> {
        let params = json!({"previousResultIds": []});
        let report = self.session.ask("workspace/diagnostic", params);
        let mut found = Vec::new();
        for item in report["items"].as_array().unwrap() {
            assert_eq!(item["kind"], "full", "{item}");
            let path = decoded(item["uri"].as_str().unwrap());
            let path = self.folder.relative(&path);
            let diagnostics = item["items"].as_array().unwrap().iter();
            found.extend(diagnostics.map(|one| shown(&path, one)));
        }
        found.sort();
        found
    }

    /// The diagnostics of one open document.
    pub fn found_in(&mut self, name: &str) -> Vec<String> {
        let params = json!({"textDocument": {"uri": self.uri(name)}});
        let report = self.session.ask("textDocument/diagnostic", params);
        let diagnostics = report["items"].as_array().unwrap().iter();
        diagnostics.map(|one| shown(name, one)).collect()
    }

    pub fn open(&mut self, name: &str, text: &str) {
        self.version += 1;
        let uri = self.uri(name);
        self.session.open(&uri, "yaml", self.version, text);
    }

    pub fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.session.close(&uri);
    }

    pub fn save(&mut self, name: &str) {
        let params = json!({"textDocument": {"uri": self.uri(name)}});
        self.session.notify("textDocument/didSave", params);
    }

    /// Says that a file was created (1), changed (2) or deleted (3).
    pub fn tell(&mut self, name: &str, what: u8) {
        let change = json!({"uri": self.uri(name), "type": what});
        let params = json!({"changes": [change]});
        self.session
            .notify("workspace/didChangeWatchedFiles", params);
    }
}

/// What this editor can do.
pub fn capabilities() -> Value {
    json!({
        "textDocument": {
            "diagnostic": {},
            "publishDiagnostics": {"relatedInformation": true},
        },
        "workspace": {
            "diagnostics": {"refreshSupport": true},
            "workspaceEdit": {"documentChanges": true},
        },
        "general": {"positionEncodings": ["utf-16"]},
    })
}

pub fn uri(folder: &Folder, name: &str) -> String {
    let path = folder.path.join(name).display().to_string();
    format!("file://{}", path.trim_end_matches('/').replace(' ', "%20"))
}

pub fn decoded(uri: &str) -> String {
    uri.strip_prefix("file://").unwrap().replace("%20", " ")
}

fn shown(path: &str, diagnostic: &Value) -> String {
    let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() + 1;
    let rule = diagnostic["code"].as_str().unwrap();
    let message = diagnostic["message"].as_str().unwrap();
    format!("{path}:{line} {rule}: {message}")
}
