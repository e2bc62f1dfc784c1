//! Settings of any text: as a file, as what a client sends, and as a baseline.
//!
//! The first byte is a part of the path of the document that they are for.

use std::path::Path;

use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::ide::completion::settings::complete;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::baseline::Baseline;
use asyncapi_security_lsp::settings::effective::{Source, effective};
use asyncapi_security_lsp::settings::{Settings, edit, read};
use asyncapi_security_lsp::text::Text;
use serde_json::json;

/// Longer texts take longer and test nothing new.
const MAX_OFFSETS: usize = 300;

pub fn run(data: &[u8]) {
    let Some((head, text)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let (settings, problems) = read::file(text);
    let mut before = 0;
    for problem in &problems {
        let range = problem.range;
        assert!(
            text.get(range.start()..range.end()).is_some(),
            "{problem:?}\n{text}"
        );
        assert!(
            range.start() >= before && !problem.message.is_empty(),
            "{problem:?}\n{text}"
        );
        assert!(!problem.message.contains(char::is_control), "{problem:?}");
        before = range.start();
    }
    let path = format!("api/v{head}.asyncapi.yaml");
    applied(&settings, &path);
    if let Ok(value) = serde_json::from_str(text) {
        let (settings, problems) = read::client(&value);
        assert!(problems.iter().all(|problem| !problem.message.is_empty()));
        applied(&settings, &path);
    }
    if let Ok(baseline) = Baseline::read(text) {
        let again = Baseline::read(&baseline.text());
        assert_eq!(again.as_ref(), Ok(&baseline), "{text}");
    }
    turned_off(text, usize::from(*head));
    completed(text);
}

/// The settings of a document, and that they are the same when they are said twice.
fn applied(settings: &Settings, path: &str) {
    assert!(Path::new(path).is_relative());
    let source = Source {
        settings,
        path: Some(path),
    };
    let once = effective(&[source]);
    let twice = effective(&[source, source]);
    for rule in RULES {
        assert_eq!(
            once.rule_set.level(rule),
            twice.rule_set.level(rule),
            "{}",
            rule.id
        );
    }
}

/// A rule that is turned off is off, and nothing else is another one.
fn turned_off(text: &str, at: usize) {
    let rule = &RULES[at % RULES.len()];
    let Some(edit) = edit::turn_off(text, rule.id) else {
        return;
    };
    let mut after = text.to_owned();
    after.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
    let levels = |text: &str| {
        let (settings, _) = read::file(text);
        let rules = settings.rules.into_iter();
        rules
            .filter(|entry| format!("{entry:?}").contains(rule.id))
            .count()
    };
    assert!(levels(&after) >= 1, "{after}");
}

fn completed(text: &str) {
    let rope = Text::new(text);
    let step = text.len() / MAX_OFFSETS + 1;
    for at in (0..=text.len())
        .step_by(step)
        .filter(|at| text.is_char_boundary(*at))
    {
        let options = CompletionOptions {
            snippets: false,
            is_asked: at % 2 == 0,
        };
        for item in complete(&rope, at, options) {
            let range = item.edit.range;
            let is_in = text.get(range.start()..range.end()).is_some();
            assert!(is_in && range.touches(at), "{at} {item:?}\n{text}");
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "profile = \"strict\"\nown-hosts = [\"a.example\", \"*.b.example\"]\nbaseline = \"known.json\"\n",
        "[rules]\nurl-not-https = \"error\"\nadvice = \"off\"\n\n[[overrides]]\nfiles = [\"api/**\", \"*.json\"]\nprofile = \"validity\"\nrules = { url-invalid = \"hint\" }\n",
        "[protocols]\nstomps = { encrypted = true }\nfoo = {}\n\n[[ignore]]\nrule = \"url-not-https\"\nfiles = \"api/v*\"\npointer = \"/servers\"\nreason = \"known\"\n",
        "[diff]\nscheme-removed = \"notice\"\n\n[[diff.accept]]\nkind = \"scheme-removed\"\nreason = \"planned\"\n",
        "rules.url-invalid = 'off'\n'own-hosts' = \"\"\"\na\"\"\"\n[rules\n",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.map(|text| [b"\0", text.as_bytes()].concat()).to_vec();
    let client = json!({
        "profile": "strict", "ownHosts": ["a"], "rules": {"url-invalid": "off"}, "codeLens": false,
        "overrides": [{"files": "*", "rules": {"urls": "hint"}}], "protocols": {"x": {"encrypted": true}},
        "ignore": [{"rule": "url-invalid", "files": "x"}],
    });
    let baseline = "{\"version\": 1, \"files\": {\"api/v1.asyncapi.yaml\": {\"url-invalid\": [{\"pointer\": \"/a\", \"message\": \"m\"}]}}}";
    seeds.push([b"\x01", client.to_string().as_bytes()].concat());
    seeds.push([b"\x02", baseline.as_bytes()].concat());
    seeds
}
