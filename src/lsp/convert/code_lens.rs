//! Converts code lenses, and the command that shows where something is used.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::range;
use crate::ide::code_lens::{CodeLens, UsesShown};
use crate::lsp::capabilities::SHOW_REFERENCES;
use crate::text::{Encoding, Text};

/// What a lens needs to be resolved.
#[derive(Debug)]
pub struct LensData {
    /// The document.
    pub uri: lsp::Uri,
    /// Its version when the lens was made.
    pub version: i32,
    /// The name of a scheme.
    pub scheme: String,
    /// The name of a scope.
    pub scope: Option<String>,
}

/// Converts a lens. Its command follows when the client resolves it.
pub fn code_lens(
    text: &Text,
    uri: &lsp::Uri,
    version: i32,
    lens: CodeLens,
    encoding: Encoding,
) -> lsp::CodeLens {
    lsp::CodeLens {
        range: range(text, lens.range, encoding),
        command: None,
        data: Some(json!({
            "uri": uri,
            "version": version,
            "scheme": lens.scheme,
            "scope": lens.scope,
        })),
    }
}

/// What is to be known of a lens that the client wants to show.
pub fn data(lens: &lsp::CodeLens) -> Option<LensData> {
    let data = lens.data.as_ref()?;
    let text = |name: &str| data[name].as_str().map(str::to_owned);
    Some(LensData {
        uri: data["uri"].as_str()?.parse().ok()?,
        version: data["version"].as_i64()?.try_into().ok()?,
        scheme: text("scheme")?,
        scope: text("scope"),
    })
}

/// The command of a lens, with the arguments of `editor.action.showReferences` as the protocol
/// writes them: the document, the position and the places. `elsewhere` are those in other files.
pub fn command(
    text: &Text,
    uri: &lsp::Uri,
    lens: &lsp::CodeLens,
    shown: UsesShown,
    elsewhere: Vec<lsp::Location>,
    encoding: Encoding,
) -> lsp::Command {
    let places = shown.places.into_iter();
    let places = places.map(|place| json!({"uri": uri, "range": range(text, place, encoding)}));
    let places: Vec<Value> = places
        .chain(elsewhere.iter().map(|place| json!(place)))
        .collect();
    lsp::Command {
        title: shown.title,
        command: SHOW_REFERENCES.to_owned(),
        arguments: Some(vec![
            json!(uri),
            json!(lens.range.start),
            Value::Array(places),
        ]),
    }
}

/// The first place, for clients that have no list of references.
pub fn first_place(params: &lsp::ExecuteCommandParams) -> Option<lsp::ShowDocumentParams> {
    let first = params.arguments.get(2)?.get(0)?;
    Some(lsp::ShowDocumentParams {
        uri: first["uri"].as_str()?.parse().ok()?,
        external: None,
        take_focus: Some(true),
        selection: serde_json::from_value(first["range"].clone()).ok(),
    })
}

/// The places in words, for clients that cannot go to one.
pub fn places_in_words(params: &lsp::ExecuteCommandParams) -> String {
    let places = params.arguments.get(2).and_then(Value::as_array);
    let own = params.arguments.first();
    let lines: Vec<String> = (places.into_iter().flatten())
        .filter_map(|place| {
            let line = place.pointer("/range/start/line")?.as_u64()? + 1;
            let uri = place["uri"].as_str().filter(|_| place.get("uri") != own);
            Some(match uri.and_then(|uri| uri.rsplit('/').next()) {
                Some(file) => format!("{line} of {file}"),
                None => line.to_string(),
            })
        })
        .collect();
    match &lines[..] {
        [] => "It is not used in this document.".to_owned(),
        lines => format!("It is used on line {}.", lines.join(", ")),
    }
}
