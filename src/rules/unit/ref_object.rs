//! The form of `$ref` and its siblings. `document::references` checks its target.

use fluent_uri::UriRef;

use crate::edits::template::{self, NewMember, Template, member};
use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Safe};
use crate::rules::messages::{listed, nearest};
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::unit::subject::{Subject, value_of, value_place, wrong_type};
use crate::rules::url::{encoded, endpoint, is_local};
use crate::spec::is_extension;
use crate::syntax::node::{Entry, Node, ScalarType};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// The object that a reference replaces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A scheme of a map.
    Scheme,
    /// An entry of a `security` list (3.x).
    Entry,
}

/// Checks the field `$ref` of a mapping and its siblings.
pub(super) fn check<'t>(
    context: &UnitContext<'t>,
    subject: &Subject<'t>,
    reference: Entry<'t>,
    holder: Holder,
    out: &mut Vec<Finding>,
) {
    if reference.key.lacks_colon() {
        return;
    }
    check_target(context, subject, reference, out);
    out.extend(insecure(context, reference));
    // An empty reference has one finding, and replaces nothing.
    if value_of(context, reference).is_some_and(is_empty) {
        return;
    }
    let mut siblings = subject.fields.clone();
    siblings.retain(|entry| {
        let name = entry.key.value();
        name != "$ref" && !is_extension(name) && !entry.key.lacks_colon()
    });
    if holder == Holder::Entry {
        // `scopes` beside `$ref` looks like a requirement but has no effect, so it has a rule of
        // its own.
        if let Some(scopes) = siblings.iter().find(|entry| entry.key.value() == "scopes") {
            out.push(Finding::new(
                registry::SECURITY_REF_SCOPES_IGNORED,
                scopes.key.range(),
                "`scopes` beside `$ref` has no effect: only the scopes that the referenced scheme lists \
                 are required; write the scheme itself here in place of `$ref`",
            ));
        }
        siblings.retain(|entry| entry.key.value() != "scopes");
    }
    if let Some(first) = siblings.first() {
        let names = listed(siblings.iter().map(|entry| entry.key.value()), "and");
        let (verb, it) = match siblings.len() {
            1 => ("is", "it"),
            _ => ("are", "them"),
        };
        let rule = registry::SECURITY_SCHEME_REF_SIBLINGS;
        let message = format!(
            "{names} beside `$ref` {verb} ignored; remove {it}, or write the scheme in place of `$ref`"
        );
        let mut finding = Finding::new(rule, first.key.range(), message);
        // A `$ref` with a whole `oauth2` scheme matches two alternatives of the official schemas.
        let is_flows = |entry: &Entry<'t>| {
            entry.key.value() == "flows" && value_of(context, *entry).is_some_and(Node::is_mapping)
        };
        if subject.text(context, "type") == Some("oauth2") && siblings.iter().any(is_flows) {
            finding = finding.at(Severity::Error);
        }
        for sibling in siblings.iter().skip(1) {
            finding = finding.with_part(sibling.key.range(), "this is ignored too");
        }
        out.push(finding);
    }
}

fn is_empty(value: Node<'_>) -> bool {
    value.scalar_type() == Some(ScalarType::Null) || value.as_str() == Some("")
}

/// The field that means `$ref` but has another name, such as `ref` or `$Ref`: its value is the text
/// of a reference.
pub(super) fn misspelt<'t>(context: &UnitContext<'t>, subject: &Subject<'t>) -> Option<Entry<'t>> {
    let is_reference = |text: &str| text.contains(['#', '/']);
    let mut fields = subject.fields.iter().copied();
    fields.find(|entry| {
        let name = entry.key.value();
        let text = value_of(context, *entry).and_then(Node::as_str);
        // A template escapes `$`.
        !is_extension(name)
            && !name.starts_with('\\')
            && (nearest(name, ["ref", "href", "reference"]).is_some()
                || strsim::osa_distance(name, "$ref") == 1)
            && text.is_some_and(is_reference)
    })
}

fn check_target<'t>(
    context: &UnitContext<'t>,
    subject: &Subject<'t>,
    reference: Entry<'t>,
    out: &mut Vec<Finding>,
) {
    let Some(value) = value_of(context, reference) else {
        return;
    };
    let Some(text) = value.as_str() else {
        out.push(no_text(context, subject, reference, value));
        return;
    };
    if UriRef::parse(text).is_err() {
        if let Some(meant) = with_slashes(text) {
            let message = format!(
                "`\\` separates nothing in a URI reference, on Windows neither; write `{meant}`"
            );
            let rule = registry::SECURITY_REF_INVALID_URI;
            let finding = Finding::new(rule, reference.value.range(), message);
            out.push(finding.with_data(Data::MeantReference(meant)));
            return;
        }
        out.push(Finding::new(
            registry::SECURITY_REF_INVALID_URI,
            reference.value.range(),
            "this is not a valid URI reference; percent-encode what is not allowed in one \
             (a space is `%20`), and in names write `/` as `~1` and `~` as `~0`",
        ));
    }
}

/// A `$ref` without a text.
fn no_text(
    context: &UnitContext<'_>,
    subject: &Subject<'_>,
    reference: Entry<'_>,
    value: Node<'_>,
) -> Finding {
    let is_null = value.scalar_type() == Some(ScalarType::Null);
    if !is_null || !context.is_yaml() {
        let rule = registry::SECURITY_SCHEME_FIELD_WRONG_TYPE;
        return wrong_type(rule, reference, value, "a string");
    }
    // A comment starts with a blank, a pointer does not.
    let is_comment = (reference.value.comment().strip_prefix('#'))
        .is_some_and(|rest| rest.starts_with(|first: char| !first.is_whitespace() && first != '#'));
    let message = match (is_comment, subject.has("type")) {
        (true, _) => {
            "`$ref` is empty, since an unquoted `#` starts a comment in YAML; put the reference \
             in quotes"
        }
        (_, true) => "`$ref` is empty; remove it, since the scheme itself is written here",
        (_, false) => {
            "`$ref` is empty; write which scheme is meant: \
             `$ref: '#/components/securitySchemes/name'`"
        }
    };
    let rule = registry::SECURITY_REF_YAML_COMMENT;
    Finding::new(rule, value_place(reference, value), message)
}

/// A reference to a file with `/` for each `\`, if that is all that is wrong.
fn with_slashes(text: &str) -> Option<String> {
    let path = text.split('#').next()?;
    let meant = text.replace('\\', "/");
    (path.contains('\\') && UriRef::parse(&*meant).is_ok()).then_some(meant)
}

/// Finds a reference over plain `http`: whoever is between writes the scheme.
pub(super) fn insecure(context: &UnitContext<'_>, reference: Entry<'_>) -> Option<Finding> {
    let text = value_of(context, reference)?.as_str()?;
    let start = text.get(.."http://".len())?;
    let url = endpoint(text.split('#').next()?)?;
    let is_near = is_local(url.host) || context.environment.owns(url.host);
    if !start.eq_ignore_ascii_case("http://") || is_near {
        return None;
    }
    let message = "this scheme is fetched unencrypted, so anybody on the way can change it; \
                   use `https`";
    let rule = registry::SECURITY_REF_INSECURE;
    Some(Finding::new(rule, reference.value.range(), message))
}

pub(in crate::rules) fn fix_insecure(fix: &mut FixContext<'_>) {
    let Some(rest) = fix.path.node().value().get("http".len()..) else {
        return;
    };
    fix.offer_text_as("Write `https`", &format!("https{rest}"), ChangesMeaning);
}

pub(in crate::rules) fn fix_invalid_uri(fix: &mut FixContext<'_>) {
    if let Data::MeantReference(reference) = fix.finding.data() {
        fix.offer_text(reference, Safe);
        return;
    }
    let text = encoded(fix.path.node().value());
    fix.offer_text_as(
        "Percent-encode what is not allowed in a reference",
        &text,
        Safe,
    );
}

/// Offers to remove the ignored siblings, or to replace `$ref` by its target with them.
pub(in crate::rules) fn fix_siblings(fix: &mut FixContext<'_>) {
    let (Some(holder), Some(mapping)) = (fix.path.parent(), fix.mapping()) else {
        return;
    };
    let siblings = fix.faulty_entries(mapping);
    let names = listed(siblings.iter().map(|entry| entry.key.value()), "and");
    let title = format!("Remove {names}");
    fix.offer(title, Safe, |edits| edits.remove_all(&siblings));
    let tree = fix.tree();
    let target = fix.target_of(mapping);
    let title = "Write a copy of the scheme in place of `$ref`";
    fix.offer_clean(title, ChangesMeaning, |edits| {
        let Template::Map(mut members) = template::copy(tree, target?)? else {
            return None;
        };
        for entry in mapping.entries() {
            let name = entry.key.value();
            if name == "$ref" {
                continue;
            }
            let own = template::copy(tree, entry.value)?;
            let same = |(key, _): &&mut NewMember| key.text() == Some(name);
            match members.iter_mut().find(same) {
                Some((_, value)) => *value = own,
                None => members.push(member(name, own)),
            }
        }
        edits.replace(&holder, &Template::Map(members))
    });
}

/// Offers to remove an empty `$ref` beside a scheme that is written out.
pub(in crate::rules) fn offer_without_reference(fix: &mut FixContext<'_>) {
    if fix.sibling("type").is_some() {
        fix.offer_removal(ChangesMeaning);
    }
}

/// `$ref: #/...`: the intended value is a comment.
pub(in crate::rules) fn fix_yaml_comment(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let text = fix.document.text();
    let end = entry.key.range().end();
    let line = text.line_range(text.line_of(end));
    let rest = text.slice(TextRange::new(end, line.end())).into_owned();
    let at = rest.find("#/").filter(|at| rest[..*at].trim() == ":");
    let Some(at) = at.filter(|_| entry.value.is_missing()) else {
        offer_without_reference(fix);
        return;
    };
    let meant = rest[at..].split_whitespace().next().unwrap_or_default();
    let kind = FixKind::safe_if(fix.leads_somewhere(meant));
    let edit = TextEdit {
        range: TextRange::new(end + at, end + at + meant.len()),
        new_text: format!("'{}'", meant.replace('\'', "''")),
    };
    fix.offer("Put the reference in quotes", kind, |edits| {
        edits.apply(&[edit]);
        Some(())
    });
}
