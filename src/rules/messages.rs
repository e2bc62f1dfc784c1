//! How messages speak: names, lists of names, what was probably meant.

use crate::rules::secret::mask;

/// Longer texts of a document are cut in messages.
const MAX_QUOTED: usize = 40;

/// A name of the document in backticks, on one line and not too long.
pub fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    // What looks like a secret is not repeated, wherever it was written.
    let text = mask(text);
    let mut shown: String = text
        .chars()
        .map(|sign| {
            if sign.is_control() || sign == '`' {
                ' '
            } else {
                sign
            }
        })
        .take(MAX_QUOTED)
        .collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        shown.push('\u{2026}');
    }
    format!("`{shown}`")
}

/// Names in backticks, the last two joined by the word.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>, word: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(quoted).collect();
    let Some(last) = names.pop() else {
        return String::new();
    };
    if names.is_empty() {
        return last;
    }
    format!("{} {word} {last}", names.join(", "))
}

/// The candidate that is spelled nearly like the name, if there is one.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = fold(name);
    let length = folded.chars().count();
    let limit = misspelling(length)?;
    candidates
        .into_iter()
        // Each mistake makes a word longer or shorter by a letter at most, so few are compared.
        .filter(|candidate| fold_len(candidate).abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many mistakes a word of so many letters may have; `None` for one so long that it is no
/// misspelling (and the distance is costly).
pub(super) fn misspelling(length: usize) -> Option<usize> {
    match length {
        0..=2 => Some(0),
        3..=5 => Some(1),
        6..=64 => Some(2),
        _ => None,
    }
}

/// How many letters and digits a word has when it is folded.
fn fold_len(name: &str) -> usize {
    if name.is_ascii() {
        return name.bytes().filter(u8::is_ascii_alphanumeric).count();
    }
    fold(name).chars().count()
}

/// Letters and digits in lower case: `authorization_code` and `authorizationCode` are one.
pub(super) fn fold(name: &str) -> String {
    name.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
