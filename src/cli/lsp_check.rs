//! `lsp --check`: what the server would run with, for somebody whose editor shows nothing.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::SettingsOptions;
use super::input;
use super::output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, print_error};
use super::settings::{Finder, Found, place};
use super::targets::{self, Target};
use crate::analysis::{Analysis, Options};
use crate::model::DocumentKind;
use crate::syntax::document::Document;
use crate::text::printable::one_line;
use crate::workspace::{bounds, loader};

/// More files than this are not looked at.
const MAX_FILES: usize = 100_000;

/// How many documents are named.
const MAX_NAMED: usize = 20;

/// Prints version, folder, settings and documents for a file or folder, and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(path: Option<&Path>, output: &mut Output) -> io::Result<u8> {
    let path = path.unwrap_or(Path::new("."));
    let Some(real) = loader::real(path) else {
        let shown = input::shown(path);
        print_error(&format!(
            "{}: there is no such file or folder",
            one_line(&shown)
        ));
        return Ok(COULD_NOT_RUN);
    };
    let program = std::env::current_exe().unwrap_or_default();
    let name = env!("CARGO_PKG_NAME");
    writeln!(output, "version    {name} {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(output, "program    {}", shown(&program))?;
    let is_folder = real.is_dir();
    let document = match is_folder {
        true => real.join("asyncapi.yaml"),
        false => real.clone(),
    };
    let folder = if is_folder {
        real.clone()
    } else {
        bounds_of(&real)
    };
    writeln!(output, "folder     {}", shown(&folder))?;
    let root = bounds::root(&folder);
    writeln!(output, "searched   {}", shown(&root))?;
    let mut finder = Finder::new(&SettingsOptions::default());
    let code = settings(&mut finder, &document, output)?;
    match is_folder {
        true => documents(&real, output)?,
        false => one(path, &mut finder, output)?,
    }
    Ok(code)
}

/// The folder of a file, or the repository around it.
fn bounds_of(file: &Path) -> PathBuf {
    let parent = || file.parent().unwrap_or(file).to_owned();
    bounds::repository(file).unwrap_or_else(parent)
}

fn settings(finder: &mut Finder, document: &Path, output: &mut Output) -> io::Result<u8> {
    let Found { effective, file } = finder.of(Some(document));
    let mut code = NOTHING_SHOWN;
    match &file {
        Some(file) => writeln!(output, "settings   {}", shown(file))?,
        None => writeln!(
            output,
            "settings   no asyncapi-security.toml; what the editor sets counts"
        )?,
    }
    if let Some(failure) = finder.take_failure() {
        writeln!(
            output,
            "           cannot be read: {}",
            one_line(&failure.message)
        )?;
        code = COULD_NOT_RUN;
    }
    if let Some((_, file)) = file.and_then(|file| finder.take_unreported(&file)) {
        for problem in &file.problems {
            let line = file.text.line_of(problem.range.start()) + 1;
            writeln!(
                output,
                "           line {line}: {}",
                one_line(&problem.message)
            )?;
            code = COULD_NOT_RUN;
        }
    }
    let rules = crate::rules::registry::RULES;
    let on = rules
        .iter()
        .filter(|rule| effective.rule_set.is_on(rule))
        .count();
    let preset = effective.rule_set.preset().as_str();
    writeln!(output, "profile    {preset}: {on} of {} rules", rules.len())?;
    Ok(code)
}

fn documents(folder: &Path, output: &mut Output) -> io::Result<()> {
    let targets = targets::of_arguments(&[folder.to_owned()]);
    let mut seen = 0;
    let mut found = Vec::new();
    for target in targets.into_iter().take(MAX_FILES) {
        let Target::File { path, .. } = target else {
            continue;
        };
        seen += 1;
        if let Some(kind) = kind(&path) {
            found.push((path, kind));
        }
    }
    writeln!(
        output,
        "files      {seen} of YAML and JSON, {} of AsyncAPI",
        found.len()
    )?;
    for (path, kind) in found.iter().take(MAX_NAMED) {
        let below = path.strip_prefix(folder).unwrap_or(path);
        writeln!(output, "           {} ({kind})", shown(below))?;
    }
    let more = found.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        writeln!(output, "           and {more} more")?;
    }
    Ok(())
}

fn one(path: &Path, finder: &mut Finder, output: &mut Output) -> io::Result<()> {
    let words = match kind(path) {
        Some(kind) => kind,
        None => "nothing of AsyncAPI, so nothing is shown: a document begins with `asyncapi:`"
            .to_owned(),
    };
    writeln!(output, "document   {words}")?;
    let Some(document) = read(path) else {
        return Ok(());
    };
    let effective = finder.of(place(path).as_deref()).effective;
    let options = Options::of(effective);
    let findings = Analysis::new(document, options, None).findings.len();
    writeln!(output, "findings   {findings} by this file alone")
}

fn read(path: &Path) -> Option<Document> {
    match input::read_file(path, true).ok()? {
        input::FileContent::Text(text) => {
            let language = input::language_of(Some(path), &text);
            Some(Document::new(&text, language))
        }
        input::FileContent::NotUtf8 { .. } => None,
    }
}

/// What a document is; `None` if it is nothing of AsyncAPI.
fn kind(path: &Path) -> Option<String> {
    let document = read(path)?;
    let analysis = Analysis::new(document, Options::default(), None);
    match analysis.model.kind {
        DocumentKind::AsyncApi => Some(match analysis.model.version {
            Some(version) => format!("AsyncAPI {}", version.as_str()),
            None => "AsyncAPI of a version that is not known".to_owned(),
        }),
        DocumentKind::Fragment(_) => Some("part of an AsyncAPI document".to_owned()),
        DocumentKind::Other => None,
    }
}

fn shown(path: &Path) -> String {
    one_line(&input::shown(path)).into_owned()
}
