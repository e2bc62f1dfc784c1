//! What is said about an id that no rule has.

use crate::rules::registry::RULES;

/// How many similar rules are suggested.
const SUGGESTIONS: usize = 3;

/// The message for an id that no rule has, with similar ids.
pub fn unknown(id: &str) -> String {
    let mut message = format!("there is no rule `{id}`");
    let nearest: Vec<String> = nearest(id).iter().map(|id| format!("`{id}`")).collect();
    if nearest.is_empty() {
        message.push_str("; see `asyncapi-security-lsp rules`");
    } else {
        message.push_str(&format!("; did you mean {}?", nearest.join(" or ")));
    }
    message
}

fn nearest(id: &str) -> Vec<&'static str> {
    let id = id.trim().to_ascii_lowercase().replace('_', "-");
    let mut scored: Vec<(f64, &'static str)> = RULES
        .iter()
        .map(|rule| {
            let is_part = id.len() >= 3 && rule.id.contains(&id);
            let bonus = if is_part { 1.0 } else { 0.0 };
            (strsim::jaro_winkler(&id, rule.id) + bonus, rule.id)
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    scored
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_rule_is_recognised() {
        assert_eq!(nearest("url-not-http")[0], "url-not-https");
        assert_eq!(nearest("URL_NOT_HTTPS")[0], "url-not-https");
        assert_eq!(nearest("userinfo")[0], "url-userinfo");
        assert!(nearest("qqqqqqq").is_empty());
        assert!(unknown("qqqqqqq").ends_with("rules`"));
    }
}
