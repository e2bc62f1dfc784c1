//! Names in several files. Which file a path leads to is given here.

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::ide::navigation::rename::rename;
use asyncapi_security_lsp::ide::navigation::{File, Files, definitions, references};
use asyncapi_security_lsp::model::mentions::Mentions;

use crate::support::{analyse, format_of, marked};

/// A workspace: the files by their names, and what is asked at the cursor in one of them.
struct Workspace {
    texts: Vec<(&'static str, String, Analysis, Mentions)>,
    targets: BTreeMap<String, String>,
    offset: usize,
}

/// The files, the one with the cursor first. Paths lead to the file with the same last part.
fn workspace(files: &[(&'static str, &str)]) -> Workspace {
    let mut texts = Vec::new();
    let mut offset = 0;
    for (name, text) in files {
        let is_asked = text.contains("$0");
        let mut text = (*text).to_owned();
        if is_asked {
            (text, offset) = marked(&text);
        }
        let analysis = analyse(&text, format_of(&text));
        let mentions = Mentions::of(analysis.document.tree(), &analysis.model);
        let at = if is_asked { 0 } else { texts.len() };
        texts.insert(at, (*name, text, analysis, mentions));
    }
    let mut targets = BTreeMap::new();
    for (.., mentions) in &texts {
        for reference in &mentions.references {
            let path = reference.path().rsplit('/').next().unwrap();
            let file = files.iter().find(|(name, _)| *name == path);
            targets.extend(file.map(|(name, _)| (reference.text.clone(), (*name).to_owned())));
        }
    }
    Workspace {
        texts,
        targets,
        offset,
    }
}

impl Workspace {
    fn files(&self) -> Files<'_> {
        let mut files = self.texts.iter().map(|(name, _, analysis, mentions)| File {
            uri: name,
            document: &analysis.document,
            mentions,
            targets: &self.targets,
            documents: &[],
            kept: None,
        });
        let asked = files.next().unwrap();
        Files::new(asked, files)
    }

    fn shown(&self, file: usize, start: usize, end: usize) -> String {
        let (name, text, ..) = &self.texts[file];
        let line = text[..start].matches('\n').count() + 1;
        format!("{name}:{line}:{}", &text[start..end])
    }

    fn definition(&self) -> String {
        let found = definitions(&self.files(), self.offset).into_iter();
        let found = found.map(|one| self.shown(one.file, one.name.start(), one.name.end()));
        found.collect::<Vec<_>>().join(" ")
    }

    fn uses(&self) -> String {
        let found = references(&self.files(), self.offset, true).into_iter();
        let found = found.map(|one| self.shown(one.file, one.range.start(), one.range.end()));
        found.collect::<Vec<_>>().join(" ")
    }

    fn renamed(&self, new: &str) -> String {
        match rename(&self.files(), self.offset, new) {
            Err(reason) => format!("refused: {reason}"),
            Ok(edits) => {
                let edits = edits.unwrap_or_default().into_iter();
                let edits =
                    edits.flat_map(|(file, edits)| edits.into_iter().map(move |one| (file, one)));
                let edits = edits.map(|(file, edit)| {
                    let old = self.shown(file, edit.range.start(), edit.range.end());
                    format!("{old}>{}", edit.new_text)
                });
                edits.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

#[test]
fn a_scheme_of_another_document_is_found_and_renamed() {
    let auth =
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes: {token: {type: http, scheme: bearer}}\n";
    let power = "asyncapi: 3.1.0\nservers: {local: {host: hub.acme.test, protocol: wss, security: [{$ref: 'auth.yaml#/components/securitySchemes/token'}]}}\n";
    let both = [
        ("auth.yaml", auth.replace("token", "$0token")),
        ("power.yaml", power.to_owned()),
    ];
    let both: Vec<_> = both.iter().map(|(name, text)| (*name, &**text)).collect();
    let from_key = workspace(&both);
    assert_eq!(from_key.definition(), "auth.yaml:3:token");
    assert_eq!(from_key.uses(), "auth.yaml:3:token power.yaml:2:token");
    assert_eq!(
        from_key.renamed("jwt"),
        "auth.yaml:3:token>jwt power.yaml:2:token>jwt"
    );
    let asked = power.replace("token", "$0token");
    let from_use = workspace(&[("auth.yaml", auth), ("power.yaml", &asked)]);
    assert_eq!(from_use.definition(), "auth.yaml:3:token");
    assert_eq!(from_use.uses(), "power.yaml:2:token auth.yaml:3:token");
    assert_eq!(
        from_use.renamed("jwt"),
        "power.yaml:2:token>jwt auth.yaml:3:token>jwt"
    );
    assert_eq!(
        from_use.renamed("a b"),
        "refused: `a b` cannot be a name here: use letters, digits, `.`, `-` and `_`"
    );
}

#[test]
fn a_file_without_a_version_uses_and_declares_names() {
    let root = "asyncapi: 3.1.0\ncomponents: {securitySchemes: {\n  user: {type: userPassword},\n  admin: {type: X509}}}\n";
    let orphan =
        "send:\n  security: [{$ref: 'asyncapi.yaml#/components/securitySchemes/$0admin'}]\n";
    let two = workspace(&[("asyncapi.yaml", root), ("operations.yaml", orphan)]);
    assert_eq!(two.definition(), "asyncapi.yaml:4:admin");
    assert_eq!(two.uses(), "operations.yaml:2:admin asyncapi.yaml:4:admin");

    let shared = "broker: {type: scramSha512}\nlegacy: {type: plain}\n";
    let asked = "asyncapi: 3.0.0\nservers: {prod: {host: h, protocol: kafka-secure, security: [{$ref: '../shared/security.yaml#/b$0roker'}]}}\n";
    let two = workspace(&[("security.yaml", shared), ("asyncapi.yaml", asked)]);
    assert_eq!(two.definition(), "security.yaml:1:broker");
    assert_eq!(
        two.renamed("c"),
        "asyncapi.yaml:2:broker>c security.yaml:1:broker>c"
    );
}

/// Two ways to one file are one scheme, but the key keeps its own name.
#[test]
fn a_file_that_is_a_scheme_has_no_name() {
    let root = "asyncapi: 3.0.0\ncomponents: {securitySchemes: {\n  bearer: {$ref: ./schemes/bearer.yaml}}}\n";
    let edge = "host: h\nsecurity: [{$ref: ../schemes/bearer.yaml}]\n";
    let scheme = "{type: http, scheme: bearer}\n";
    let all = |root: &str, edge: &str| {
        workspace(&[
            ("asyncapi.yaml", root),
            ("edge.yaml", edge),
            ("bearer.yaml", scheme),
        ])
    };
    let from_key = all(&root.replace("bearer:", "$0bearer:"), edge);
    assert_eq!(from_key.definition(), "asyncapi.yaml:3:bearer");
    assert_eq!(
        from_key.uses(),
        "asyncapi.yaml:3:bearer asyncapi.yaml:3:./schemes/bearer.yaml \
         edge.yaml:2:../schemes/bearer.yaml bearer.yaml:1:"
    );
    assert_eq!(from_key.renamed("jwt"), "asyncapi.yaml:3:bearer>jwt");
    let from_use = all(root, &edge.replace("../sch", "$0../sch"));
    assert_eq!(from_use.definition(), "bearer.yaml:1:");
    assert_eq!(
        from_use.renamed("jwt"),
        "refused: a file has no name that could be changed here: rename the file itself"
    );
}

#[test]
fn a_key_and_the_key_that_it_refers_to_keep_their_names() {
    let common = "components:
  securitySchemes:
    $0sasl: {type: scramSha256}
    alias: {$ref: '#/components/securitySchemes/sasl'}
";
    let b = "asyncapi: 2.0.0
servers: {prod: {url: 'kafka://k.acme.test', protocol: kafka-secure, security: [sasl: []]}}
components: {securitySchemes: {
  sasl: {$ref: './common.yaml#/components/securitySchemes/sasl'}}}
";
    let two = workspace(&[("common.yaml", common), ("b.yaml", b)]);
    assert_eq!(
        two.renamed("scram"),
        "common.yaml:3:sasl>scram common.yaml:4:sasl>scram b.yaml:4:sasl>scram"
    );
    assert_eq!(
        two.uses(),
        "common.yaml:3:sasl common.yaml:4:alias common.yaml:4:sasl b.yaml:2:sasl b.yaml:4:sasl b.yaml:4:sasl"
    );
    let asked = b.replacen("sasl", "$0sasl", 1);
    let plain = common.replace("$0", "");
    let two = workspace(&[("common.yaml", &plain), ("b.yaml", &asked)]);
    assert_eq!(
        two.renamed("scram"),
        "b.yaml:2:sasl>scram b.yaml:4:sasl>scram"
    );
}
