//! `$ref` as it is written; where it leads is another layer's matter.

use crate::rules::registry;
use fluent_uri::UriRef;

use super::context::UnitContext;
use super::finding::Finding;
use super::fix::FixContext;
use super::fix::FixKind::{ChangesMeaning, Safe};
use super::messages::listed;
use super::rule::Severity;
use super::subject::{Subject, value_of, value_place, wrong_type};
use crate::edits::template::{self, NewMember, Template, member};
use crate::rules::url::encoded;
use crate::spec::is_extension;

use crate::syntax::node::{Entry, Node, ScalarType};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// What a reference stands in the place of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A scheme of a map.
    Scheme,
    /// An entry of a `security` list (3.x).
    Entry,
}

/// Checks the field `$ref` of a mapping and what stands beside it.
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
    check_target(context, reference, out);
    let mut siblings = subject.fields.clone();
    siblings.retain(|entry| {
        let name = entry.key.value();
        name != "$ref" && !is_extension(name) && !entry.key.lacks_colon()
    });
    if holder == Holder::Entry {
        // `scopes` beside `$ref` looks like a demand and is none, which is worth its own words.
        if let Some(scopes) = siblings.iter().find(|entry| entry.key.value() == "scopes") {
            out.push(Finding::new(
                registry::SECURITY_REF_SCOPES_IGNORED,
                scopes.key.range(),
                "`scopes` beside `$ref` has no effect: no scope is required; \
                 write the scheme itself here in place of `$ref`",
            ));
        }
        siblings.retain(|entry| entry.key.value() != "scopes");
    }
    if let Some(first) = siblings.first() {
        let names = listed(siblings.iter().map(|entry| entry.key.value()), "and");
        let verb = if siblings.len() == 1 { "is" } else { "are" };
        let rule = registry::SECURITY_SCHEME_REF_SIBLINGS;
        let message = format!(
            "{names} beside `$ref` {verb} ignored; remove, or write the scheme in place of `$ref`"
        );
        let mut finding = Finding::new(rule, first.key.range(), message);
        // Beside a whole `oauth2` scheme the official schemas find two alternatives in one.
        let is_flows = |entry: &Entry<'t>| {
            entry.key.value() == "flows" && value_of(context, *entry).is_some_and(Node::is_mapping)
        };
        if subject.text(context, "type") == Some("oauth2") && siblings.iter().any(is_flows) {
            finding = finding.at(Severity::Error);
        }
        for sibling in siblings.iter().skip(1) {
            finding = finding.with_part(sibling.key.range(), "this is ignored, too");
        }
        out.push(finding);
    }
}

fn check_target<'t>(context: &UnitContext<'t>, reference: Entry<'t>, out: &mut Vec<Finding>) {
    let Some(value) = value_of(context, reference) else {
        return;
    };
    let Some(text) = value.as_str() else {
        let is_null = value.scalar_type() == Some(ScalarType::Null);
        out.push(if is_null && context.is_yaml() {
            Finding::new(
                registry::SECURITY_REF_YAML_COMMENT,
                value_place(reference, value),
                "`$ref` has no value; put the reference in quotes, since an unquoted `#` would \
                 start a comment in YAML",
            )
        } else {
            let rule = registry::SECURITY_SCHEME_FIELD_WRONG_TYPE;
            wrong_type(rule, reference, value, "a string")
        });
        return;
    };
    if UriRef::parse(text).is_err() {
        out.push(Finding::new(
            registry::SECURITY_REF_INVALID_URI,
            reference.value.range(),
            "this is no valid URI reference; write other signs percent-encoded \
             (a blank is `%20`), and in names `/` as `~1` and `~` as `~0`",
        ));
    }
}

pub(super) fn fix_invalid_uri(fix: &mut FixContext<'_>) {
    let text = encoded(fix.path.node().value());
    fix.offer_text_as("Percent-encode what a reference cannot have", &text, Safe);
}

/// Offers to remove what is ignored, or to write the scheme with it in place of `$ref`.
pub(super) fn fix_siblings(fix: &mut FixContext<'_>) {
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

/// `$ref: #/...`: what was meant as a value is a comment.
pub(super) fn fix_yaml_comment(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry().filter(|entry| entry.value.is_missing()) else {
        return;
    };
    let text = fix.document.text();
    let end = entry.key.range().end;
    let line = text.line_range(text.line_of(end));
    let rest = text.slice(TextRange::new(end, line.end)).into_owned();
    let Some(at) = rest.find('#').filter(|at| rest[..*at].trim() == ":") else {
        return;
    };
    let meant = rest[at..].split_whitespace().next().unwrap_or_default();
    let edit = TextEdit {
        range: TextRange::new(end + at, end + at + meant.len()),
        new_text: format!("'{}'", meant.replace('\'', "''")),
    };
    fix.offer("Put the reference in quotes", Safe, |edits| {
        edits.apply(&[edit]);
        Some(())
    });
}
