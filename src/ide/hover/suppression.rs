//! The name of a rule in a suppression: what the rule is.

use super::Hover;
use crate::analysis::Analysis;
use crate::analysis::suppress::name::RuleName;

use crate::rules::rule::Rule;

/// The hover on a rule's name in a comment or key that silences it.
pub fn hover(analysis: &Analysis, offset: usize) -> Option<Hover> {
    let name = analysis.suppressions.at(offset)?;
    let RuleName::Known(rule) = name.rule else {
        return None;
    };
    Some(Hover {
        range: name.range,
        markdown: summary(rule),
    })
}

/// The head of a rule's page.
fn summary(rule: &Rule) -> String {
    let off = if rule.default_on {
        ""
    } else {
        ", off by default"
    };
    // The page starts with its heading; its summary is the first paragraph.
    let paragraph = rule.page.split("\n\n").nth(1).unwrap_or(rule.title);
    format!(
        "### `{}`\n\n{} ({}{off})\n\n{}\n\n[The whole page]({})",
        rule.id,
        paragraph.trim(),
        rule.severity.as_str(),
        first_paragraph(rule.page),
        rule.docs_url().unwrap_or_default()
    )
}

/// What the rule finds, without links, which lead nowhere from an editor.
fn first_paragraph(page: &str) -> String {
    let (_, rest) = page
        .split_once("\n## What it finds\n\n")
        .unwrap_or_default();
    let paragraph = rest.split("\n\n").next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = paragraph;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        rest = match after.split_once("](") {
            Some((label, target)) => {
                out.push_str(label);
                target.split_once(')').map_or("", |(_, then)| then)
            }
            None => {
                out.push('[');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::analysis::Options;
    use crate::rules::registry::RULES;
    use crate::syntax::document::{Document, Format};

    fn at(text: &str, format: Format) -> Option<String> {
        let offset = text.find("$0").unwrap();
        let text = text.replacen("$0", "", 1);
        let analysis = Analysis::new(Document::new(&text, format), Options::default(), None);
        let hover = super::super::hover(&analysis, offset)?;
        let place = &text[hover.range.start..hover.range.end];
        Some(format!("{place} {}", hover.markdown))
    }

    #[test]
    fn the_name_of_a_rule_is_explained_in_every_form() {
        for (text, format) in [
            (
                "# asyncapi-security: ignore-file[$0url-fragment]\nasyncapi: 3.1.0\n",
                Format::Yaml,
            ),
            (
                "asyncapi: 3.1.0\nx-asyncapi-security-ignore:\n- rule: url-$0fragment\n",
                Format::Yaml,
            ),
            (
                "{\"asyncapi\": \"3.1.0\", \"x-asyncapi-security-ignore\": \"$0url-fragment\"}",
                Format::Json,
            ),
            (
                "{\"asyncapi\": \"3.1.0\" // asyncapi-security: ignore[a, url-fragment$0]\n}",
                Format::Json,
            ),
        ] {
            let hover = at(text, format).unwrap();
            assert!(
                hover.starts_with("url-fragment ### `url-fragment`"),
                "{hover}"
            );
            assert!(hover.contains("/url-fragment.md)"), "{hover}");
        }
        let unknown = "# asyncapi-security: ignore-file[$0url]\nasyncapi: 3.1.0\n";
        assert_eq!(at(unknown, Format::Yaml), None);
    }

    #[test]
    fn every_rule_has_a_summary() {
        for rule in RULES {
            let summary = summary(rule);
            let paragraphs: Vec<&str> = summary.split("\n\n").collect();
            assert_eq!(paragraphs.len(), 4, "{}: {summary}", rule.id);
            assert!(
                paragraphs.iter().all(|text| !text.is_empty()),
                "{}",
                rule.id
            );
            assert!(!paragraphs[2].contains("]("), "{}: {summary}", rule.id);
        }
    }
}
