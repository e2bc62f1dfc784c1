//! The known word that was probably meant, for many lookups in the same words.

use std::collections::HashMap;

use crate::rules::messages::{fold, misspelling};

/// Known words, prepared for lookups. A document full of unknown names must not be slow: answers
/// are cached, and few words are compared letter by letter.
#[derive(Debug)]
pub(super) struct Spellings<'c> {
    words: Vec<Folded<'c>>,
    answers: HashMap<String, Option<&'c str>>,
}

#[derive(Debug)]
struct Folded<'c> {
    word: &'c str,
    folded: String,
    length: usize,
    letters: u64,
}

impl<'c> Folded<'c> {
    fn new(word: &'c str) -> Self {
        let folded = fold(word);
        Self {
            word,
            length: folded.chars().count(),
            letters: letters(&folded),
            folded,
        }
    }
}

/// The set of letters of a word; several letters may share a bit.
fn letters(folded: &str) -> u64 {
    let bit = |letter: char| 1_u64 << (u32::from(letter) % 64);
    folded.chars().fold(0, |set, letter| set | bit(letter))
}

impl<'c> Spellings<'c> {
    /// Prepares words; the first of equally near words wins.
    pub(super) fn new(words: impl Iterator<Item = &'c str>) -> Self {
        Self {
            words: words.map(Folded::new).collect(),
            answers: HashMap::new(),
        }
    }

    /// The same answer as [`crate::rules::messages::nearest`].
    pub(super) fn nearest(&mut self, word: &str) -> Option<&'c str> {
        if let Some(answer) = self.answers.get(word) {
            return *answer;
        }
        let answer = self.find(word);
        self.answers.insert(word.to_owned(), answer);
        answer
    }

    fn find(&self, word: &str) -> Option<&'c str> {
        let asked = Folded::new(word);
        let limit = misspelling(asked.length)?;
        let mut best: Option<(usize, &'c str)> = None;
        for known in &self.words {
            // A mistake changes the length by one, or one letter into another, so this skips only
            // words that are too far away.
            let letters = (known.letters ^ asked.letters).count_ones() as usize;
            if known.length.abs_diff(asked.length) > limit || letters > 2 * limit {
                continue;
            }
            let distance = strsim::osa_distance(&asked.folded, &known.folded);
            if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, known.word));
            }
        }
        best.map(|(_, word)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::Spellings;
    use crate::rules::messages;
    use proptest::prelude::*;

    #[test]
    fn a_near_word_is_found_each_time() {
        let mut known = Spellings::new(["apiKey", "oauth", "login"].into_iter());
        assert_eq!(known.nearest("apiKye"), Some("apiKey"));
        assert_eq!(known.nearest("apiKye"), Some("apiKey"));
        assert_eq!(known.nearest("certificate"), None);
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_plain_search_finds(
            known in prop::collection::vec("[abAé_]{0,8}", 0..6),
            word in "[abcé-]{0,8}",
        ) {
            let known = || known.iter().map(String::as_str);
            let expected = messages::nearest(&word, known());
            prop_assert_eq!(Spellings::new(known()).nearest(&word), expected);
        }
    }
}
