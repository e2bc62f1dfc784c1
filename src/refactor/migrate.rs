//! A document of the other major version, in which every operation demands what it demanded.
//!
//! 2.x says who may what with names and lists of scopes, of which several can be required together;
//! 3.x refers to schemes that have their scopes. With the version the rest has to move: operations
//! out of their channels or into them, messages out of operations or into them, the address of a
//! server and of a channel, the fields of parameters. What the other version has no word for is
//! kept as an extension (`x-title`) where it only describes, and is a reason to refuse where it
//! says how the application works.

mod channels;
mod components;
mod messages;
mod moves;
mod names;
mod operations;
mod outside;
mod parameters;
mod references;
mod security_v2;
mod security_v3;
mod servers;
mod work;

use super::change::{Effect, Reason, RefactorKind, Refusal, checked};
use super::offers::Offers;
use crate::analysis::Analysis;
use crate::edits::template::Template;
use crate::fixes::is_error;
use crate::model::DocumentKind;
use crate::model::facts::EntryForm;
use crate::refactor::names::declaration;
use crate::refactor::place::{component_at, entry_at};
use crate::rules::finding::Finding;
use crate::rules::messages::quoted;
use crate::rules::rule::Group;
use crate::spec::Version;
use crate::syntax::leaf::{NodeKind, SyntaxErrorKind};
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;
use crate::text::TextEdit;
use work::{Work, below, need};

/// Offers the whole document in the other major version, on its `asyncapi` field.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let Some(title) = title_at(analysis, offset) else {
        return;
    };
    found.push(RefactorKind::Rewrite, title, || {
        migrate(analysis).map(Into::into)
    });
}

/// The title of the migration in a menu, if the offset is at the `asyncapi` field.
fn title_at(analysis: &Analysis, offset: usize) -> Option<String> {
    let entry = analysis.document.tree().root().get("asyncapi")?;
    let field = entry.key.range().cover(entry.value.range());
    let version = target(analysis).filter(|_| field.touches(offset))?;
    let version = version.as_str();
    Some(format!("Migrate the document to AsyncAPI `{version}`"))
}

/// Offers to rewrite what is written as in the other major version, on a part that is.
pub(super) fn offer_pasted(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let Some(version) = analysis
        .model
        .version
        .filter(|_| target(analysis).is_some())
    else {
        return;
    };
    let entry = entry_at(&analysis.model, offset);
    let is_entry = entry.is_some_and(|entry| match entry.entry.form {
        EntryForm::Requirement(_) => version.is_v3(),
        EntryForm::Reference(_) | EntryForm::Inline(_) => !version.is_v3(),
        EntryForm::Other(_) => false,
    });
    let scheme = component_at(&analysis.model, offset);
    let is_scheme = scheme.is_some_and(|(name, _)| {
        let tree = analysis.document.tree();
        let scheme = tree.pointer(&declaration(analysis, name));
        scheme.is_some_and(|scheme| is_of_other(tree, version, scheme))
    });
    if is_entry || is_scheme {
        let title = "Rewrite what is written as in AsyncAPI";
        let title = format!("{title} {}", if version.is_v3() { "2.x" } else { "3.x" });
        found.push(RefactorKind::Rewrite, title, || {
            rewrite_pasted(analysis).map(Into::into)
        });
    }
}

/// Whether a scheme has the fields of the other major version.
fn is_of_other(tree: &Tree, version: Version, scheme: Node<'_>) -> bool {
    let field = |name| tree.field(scheme, name).map(|entry| entry.value);
    let key = match version.is_v3() {
        true => Version::V2_6.scopes_key(),
        false => Version::V3_0.scopes_key(),
    };
    let flows = field("flows").into_iter().flat_map(Node::entries);
    let mut flows = flows.filter_map(|flow| tree.resolve(flow.value));
    flows.any(|flow| tree.field(flow, key).is_some())
        || !version.is_v3() && field("scopes").is_some()
}

/// Rewrites the entries and the schemes of a document that are written as in the other major
/// version: requirements in 3.x, references, schemes in lists and `availableScopes` in 2.x.
pub fn rewrite_pasted(analysis: &Analysis) -> Result<Vec<TextEdit>, Refusal> {
    let mut work = Work::new(analysis, true);
    match analysis.model.version.is_some_and(Version::is_v3) {
        true => security_v2::migrate(&mut work),
        false => security_v3::migrate(&mut work),
    }
    work.settled()?;
    let change = work.draft.finish().into();
    Ok(checked(analysis, change, Effect::Changes)?.edits)
}

/// The version that a document is migrated to: of 3.x the first, which all tools for 3.x read.
pub fn target(analysis: &Analysis) -> Option<Version> {
    let version = analysis.model.version?;
    let is_whole = analysis.model.kind == DocumentKind::AsyncApi;
    is_whole.then_some(match version.is_v3() {
        true => Version::V2_6,
        false => Version::V3_0,
    })
}

/// The edits that make a document one of the other major version. The effective security of each
/// operation stays the same.
pub fn migrate(analysis: &Analysis) -> Result<Vec<TextEdit>, Refusal> {
    let Some(version) = target(analysis) else {
        return Refusal::because("This is not a whole document of a known version.");
    };
    check_text(analysis)?;
    let mut work = Work::new(analysis, false);
    outside::check(&mut work);
    match version.is_v3() {
        true => to_v3(&mut work),
        false => to_v2(&mut work),
    }
    work.settled()?;
    write_version(&mut work, version)?;
    references::rewrite(&mut work)?;
    let change = work.draft.finish().into();
    Ok(checked(analysis, change, Effect::Keeps)?.edits)
}

fn write_version(work: &mut Work<'_>, version: Version) -> Result<(), Refusal> {
    let field = need(work.draft.node("/asyncapi"))?;
    let version = version.as_str();
    // It looks like a number and is none: where it had no quotes it needs none.
    need(match field.kind() {
        NodeKind::Plain => {
            let version = Template::Verbatim(version.to_owned());
            work.draft.put("/asyncapi", &version)
        }
        _ => work.draft.set_text("/asyncapi", version),
    })
}

/// A tag of 2.6 is no reference.
fn check_tags(work: &Work<'_>, pointer: &str) -> Result<(), Refusal> {
    let tags = below(pointer, "tags");
    let items = work.draft.items(&tags);
    match items.iter().any(|item| work.has(item, "$ref")) {
        false => Ok(()),
        true => work.refuse(
            &tags,
            format!("{} refers to tags, which 2.6 cannot.", quoted(&tags)),
        ),
    }
}

/// What cannot be read as it is meant cannot be migrated.
fn check_text(analysis: &Analysis) -> Result<(), Refusal> {
    let is_broken = |finding: &&Finding| finding.rule.group == Group::Syntax && is_error(finding);
    let findings = analysis.findings.iter().filter(is_broken);
    let broken = findings.map(|finding| Reason {
        text: format!(
            "The text has an error, to be mended first: {}.",
            finding.message
        ),
        range: Some(finding.range),
    });
    let errors = analysis.document.tree().errors();
    let is_left_out = |kind| {
        matches!(
            kind,
            SyntaxErrorKind::Ellipsis | SyntaxErrorKind::EllipsisText
        )
    };
    let left_out = errors.into_iter().filter(|error| is_left_out(error.kind));
    let left_out = left_out.map(|error| Reason {
        text: "Something is left out here.".to_owned(),
        range: Some(error.range),
    });
    let reasons: Vec<Reason> = broken.chain(left_out).collect();
    match reasons.is_empty() {
        true => Ok(()),
        false => Err(Refusal(reasons)),
    }
}

fn to_v3(work: &mut Work<'_>) {
    security_v2::migrate(work);
    for map in ["/servers", "/components/servers"] {
        servers::to_v3(work, map);
    }
    channels::to_v3(work);
    messages::to_v3(work, work.members("/components/messages"));
    messages::traits_to_v3(work, work.members("/components/messageTraits"));
    let mut traits = work.members("/components/operationTraits");
    work.extend(&mut traits, &["operationId"]);
    parameters::to_v3(work, work.members("/components/parameters"));
    for field in ["tags", "externalDocs"] {
        work.attempt(&below("", field), |work| work.shift("", field, "/info"));
    }
}

fn to_v2(work: &mut Work<'_>) {
    security_v3::migrate(work);
    for map in ["/servers", "/components/servers"] {
        servers::to_v2(work, map);
    }
    // Operations are wrong wherever their channel is.
    if work.is_done(components::to_v2) {
        operations::to_v2(work);
    }
    messages::to_v2(work, work.members("/components/messages"));
    let mut traits = work.members("/components/operationTraits");
    work.extend(&mut traits, &["title"]);
    parameters::to_v2(work, work.members("/components/parameters"));
    for name in work.draft.keys("/components/schemas") {
        let schema = below("/components/schemas", &name);
        work.attempt(&schema, |work| check_schema(work, &schema, &name));
    }
    work.attempt("/info/tags", |work| check_tags(work, "/info"));
    for field in ["tags", "externalDocs"] {
        work.attempt(&below("/info", field), |work| {
            work.shift("/info", field, "")
        });
    }
}

fn check_schema(work: &Work<'_>, schema: &str, name: &str) -> Result<(), Refusal> {
    let has_format = work.has(schema, "schemaFormat") && work.has(schema, "schema");
    match has_format {
        false => Ok(()),
        true => work.refuse(
            &below(schema, "schemaFormat"),
            format!(
                "The schema {} names its format, which only a message of 2.6 can.",
                quoted(name)
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Options;
    use crate::syntax::document::Document;
    use crate::syntax::format::Language;

    /// A document of 2.6 with so many of everything that is moved.
    fn v2(count: usize) -> String {
        let mut text = "asyncapi: 2.6.0\ninfo: {title: a, version: '1'}\nservers:\n".to_owned();
        for at in 0..count {
            text += &format!(
                "  s{at}: {{url: 'kafka://h{at}/p', protocol: kafka, security: [{{o: [r{at}]}}]}}\n"
            );
        }
        text += "channels:\n";
        for at in 0..count {
            text += &format!(
                "  c/{at}/{{p}}:\n    parameters:\n      p: {{schema: {{type: string, enum: [a]}}}}\n    \
                 servers: [s{at}]\n    publish:\n      operationId: o{at}\n      traits: [{{operationId: t}}]\n      \
                 security: [{{o: [a, w{at}]}}]\n      message:\n        oneOf:\n          - {{name: m{at}}}\n          \
                 - {{messageId: n, schemaFormat: f, payload: {{}}}}\n    subscribe:\n      # It says what was done.\n      \
                 message: {{$ref: '#/components/messages/x{at}'}}\n"
            );
        }
        text += "components:\n  messages:\n";
        for at in 0..count {
            text += &format!("    x{at}:\n      schemaFormat: f\n      payload: {{}}\n");
        }
        text += "  securitySchemes:\n    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n          \
                 tokenUrl: https://a.test/t\n          scopes: {}\n";
        text
    }

    fn rounds(text: &str) -> (usize, String) {
        let document = Document::new(text, Language::Yaml);
        let analysis = Analysis::new(document, Options::default(), None);
        let mut work = Work::new(&analysis, false);
        match analysis.model.version.is_some_and(Version::is_v3) {
            true => to_v2(&mut work),
            false => to_v3(&mut work),
        }
        let version = target(&analysis).map_or("", Version::as_str);
        assert_eq!(work.settled(), Ok(()));
        assert_eq!(
            work.draft
                .put("/asyncapi", &Template::Verbatim(version.to_owned())),
            Some(())
        );
        assert_eq!(references::rewrite(&mut work), Ok(()));
        (
            work.draft.rounds(),
            work.draft.document().text().to_string(),
        )
    }

    #[test]
    fn a_document_is_not_read_more_often_if_it_has_more() {
        let (few, to_v3) = rounds(&v2(3));
        let (many, _) = rounds(&v2(60));
        assert_eq!(few, many);
        let (few_back, _) = rounds(&to_v3);
        let (many_back, _) = rounds(&rounds(&v2(60)).1);
        assert_eq!(few_back, many_back);
        assert!(few < 40 && few_back < 40, "{few} {few_back}");
    }
}
