//! The known word that was probably meant, for many lookups in the same words.

use std::collections::HashMap;

use crate::rules::messages::{fold, misspelling};

/// Known words, prepared for lookups. A document full of unknown names must not be slow: answers
/// are cached, and few words are compared letter by letter.
#[derive(Debug)]
pub(super) struct Spellings<'c> {
    /// Grouped by their letters without digits: names that differ in their numbers only are
    /// skipped together.
    groups: HashMap<u64, Vec<Folded<'c>>>,
    answers: HashMap<String, Option<&'c str>>,
    /// How many words may still be compared.
    budget: usize,
}

/// How many words are looked at for all names of a document together; after that none is said to be
/// meant. No document of people needs as many.
pub const MAX_COMPARED: usize = 250_000;

#[derive(Debug)]
struct Folded<'c> {
    word: &'c str,
    /// Its index among the known words.
    order: usize,
    folded: String,
    length: usize,
    letters: u64,
}

impl<'c> Folded<'c> {
    fn new(order: usize, word: &'c str) -> Self {
        let folded = fold(word);
        Self {
            word,
            order,
            length: folded.chars().count(),
            letters: letters(folded.chars()),
            folded,
        }
    }

    fn group(&self) -> u64 {
        letters(self.folded.chars().filter(|sign| !sign.is_ascii_digit()))
    }
}

/// The set of letters of a word; some letters share a bit.
fn letters(word: impl Iterator<Item = char>) -> u64 {
    word.fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// How many mistakes are between two words. Names that are alike begin and end alike, and only what
/// is between has to be compared.
fn distance(one: &str, other: &str) -> usize {
    let alike = one.chars().zip(other.chars());
    let alike = alike.take_while(|(one, other)| one == other);
    let start: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
    let (one, other) = (&one[start..], &other[start..]);
    let alike = one.chars().rev().zip(other.chars().rev());
    let alike = alike.take_while(|(one, other)| one == other);
    let end: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    strsim::osa_distance(one, other)
}

impl<'c> Spellings<'c> {
    /// Prepares words; the first of equally near words wins.
    pub(super) fn new(words: impl Iterator<Item = &'c str>) -> Self {
        let mut groups: HashMap<u64, Vec<Folded<'c>>> = HashMap::new();
        for (order, word) in words.enumerate() {
            let known = Folded::new(order, word);
            groups.entry(known.group()).or_default().push(known);
        }
        Self {
            groups,
            answers: HashMap::new(),
            budget: MAX_COMPARED,
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

    fn find(&mut self, word: &str) -> Option<&'c str> {
        let asked = Folded::new(0, word);
        let group = asked.group();
        let limit = misspelling(asked.length)?;
        // Each mistake adds, removes or replaces one letter, so it changes the set by two at most.
        let is_near = |one: u64, other: u64| (one ^ other).count_ones() as usize <= 2 * limit;
        let groups = (self.groups.iter()).filter(|(letters, _)| is_near(**letters, group));
        let groups: Vec<&Vec<Folded<'c>>> = groups.map(|(_, words)| words).collect();
        let words = groups.iter().map(|words| words.len()).sum();
        self.budget = self.budget.checked_sub(words).or_else(|| {
            self.budget = 0;
            None
        })?;
        groups
            .into_iter()
            .flatten()
            .filter(|known| known.length.abs_diff(asked.length) <= limit)
            .filter(|known| is_near(known.letters, asked.letters))
            .map(|known| {
                let distance = distance(&asked.folded, &known.folded);
                (distance, known.order, known.word)
            })
            .filter(|(distance, ..)| *distance <= limit)
            .min()
            .map(|(.., word)| word)
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

    #[test]
    fn a_document_full_of_names_is_compared_for_a_while_only() {
        let words: Vec<String> = (0..2_000).map(|at| format!("scheme{at}")).collect();
        let mut known = Spellings::new(words.iter().map(String::as_str));
        let near = (0..2_000).filter(|at| known.nearest(&format!("schema{at}")).is_some());
        assert_eq!(near.count(), super::MAX_COMPARED / words.len());
    }

    proptest! {
        #[test]
        fn what_is_alike_at_both_ends_need_not_be_compared(
            one in "[abé]{0,7}",
            other in "[abé]{0,7}",
        ) {
            prop_assert_eq!(super::distance(&one, &other), strsim::osa_distance(&one, &other));
        }

        #[test]
        fn what_is_found_is_what_a_plain_search_finds(
            known in prop::collection::vec("[abAé_12]{0,8}", 0..6),
            word in "[abcé12-]{0,8}",
        ) {
            let known = || known.iter().map(String::as_str);
            let expected = messages::nearest(&word, known());
            prop_assert_eq!(Spellings::new(known()).nearest(&word), expected);
        }
    }
}
