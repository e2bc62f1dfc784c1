//! What is said about a rule that there is not.

use crate::rules::registry::RULES;

/// How many similar names are offered.
const OFFERED: usize = 3;

/// Says that there is no such rule, and which ones may be meant.
pub fn message(id: &str) -> String {
    let mut message = format!("there is no rule `{id}`");
    let nearest: Vec<String> = nearest(id).iter().map(|id| format!("`{id}`")).collect();
    if nearest.is_empty() {
        message.push_str(", see `asyncapi-security-lsp rules`");
    } else {
        message.push_str(", did you mean ");
        message.push_str(&nearest.join(" or "));
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
    scored.into_iter().take(OFFERED).map(|(_, id)| id).collect()
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
        assert!(message("qqqqqqq").ends_with("rules`"));
    }
}
