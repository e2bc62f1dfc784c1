//! Parts of messages: names, lists of names, what was probably meant.

use crate::rules::secret::mask_quoted;
use crate::text::printable::breaks_line;

/// How many related places a finding shows.
pub const MAX_SHOWN: usize = 3;

/// How many characters of a name a message shows.
const MAX_QUOTED: usize = 40;

/// How many characters of a pointer or path a message shows: the beginning, and the end, where
/// mistakes are.
const MAX_WAY: (usize, usize) = (44, 20);

/// A name of the document in backticks, on one line, cut if it is too long: a pointer or path in
/// its middle, another text at its end.
pub fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    // Messages must not repeat a secret.
    let text = mask_quoted(text);
    let length = text.chars().count();
    let (begin, end) = match text.contains('/') {
        true => MAX_WAY,
        false => (MAX_QUOTED, 0),
    };
    let signs = text.chars().map(|sign| match sign {
        '`' => ' ',
        sign if breaks_line(sign) => ' ',
        sign => sign,
    });
    if length <= begin + end {
        let shown: String = signs.collect();
        return format!("`{shown}`");
    }
    let first: String = signs.clone().take(begin).collect();
    let last: String = signs.skip(length - end).collect();
    format!("`{first}\u{2026}{last}`")
}

/// Says of a name that it is not a field of something.
pub fn not_a_field(name: &str, of: &str) -> String {
    format!("{} is not a field of {of}", quoted(name))
}

/// Names in backticks, the last two joined by a word (`and`, `or`).
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

/// The candidate with nearly the same spelling, if there is one.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = fold(name);
    let length = folded.chars().count();
    let limit = misspelling(length)?;
    candidates
        .into_iter()
        // A mistake changes the length by one at most, so most candidates need no comparison.
        .filter(|candidate| fold_len(candidate).abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidates that a half-typed name may become; none where it is one of them already, in other
/// letters.
pub fn begun<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let typed = fold(name);
    let folded = candidates.into_iter().map(|known| (fold(known), known));
    let fitting: Vec<_> = folded
        .filter(|(known, _)| known.starts_with(&typed))
        .collect();
    if typed.is_empty() || fitting.iter().any(|(known, _)| *known == typed) {
        return Vec::new();
    }
    fitting.into_iter().map(|(_, known)| known).collect()
}

/// How many mistakes a word of that length may have; `None` if it is too long to be a misspelling
/// (and the distance would be slow to compute).
pub(super) fn misspelling(length: usize) -> Option<usize> {
    match length {
        0..=2 => Some(0),
        3..=5 => Some(1),
        6..=64 => Some(2),
        _ => None,
    }
}

/// The length of a folded name.
fn fold_len(name: &str) -> usize {
    if name.is_ascii() {
        return name.bytes().filter(u8::is_ascii_alphanumeric).count();
    }
    fold(name).chars().count()
}

/// Letters and digits in lower case, so that `authorization_code` equals `authorizationCode`.
pub fn fold(name: &str) -> String {
    name.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
