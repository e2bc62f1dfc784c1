//! The known word that was probably meant, as long as that is cheap to know.

use super::words;

/// How many comparisons one document may cost; a text full of unknown names must not be slow.
const BUDGET: usize = 20_000;

/// Finds nearest words.
#[derive(Debug)]
pub(super) struct Nearest {
    budget: usize,
}

impl Default for Nearest {
    fn default() -> Self {
        Self { budget: BUDGET }
    }
}

impl Nearest {
    /// The candidate that is spelled nearly like the word, the first one of several.
    pub(super) fn find<'c>(
        &mut self,
        word: &str,
        candidates: impl Iterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let budget = &mut self.budget;
        let cheap = candidates.take_while(|_| {
            let is_left = *budget > 0;
            *budget = budget.saturating_sub(1);
            is_left
        });
        words::nearest(word, cheap)
    }
}

#[cfg(test)]
mod tests {
    use super::Nearest;

    #[test]
    fn a_near_word_is_found_until_it_gets_dear() {
        let words = ["apiKey", "oauth", "login"];
        let mut nearest = Nearest::default();
        assert_eq!(nearest.find("apiKye", words.into_iter()), Some("apiKey"));
        assert_eq!(nearest.find("certificate", words.into_iter()), None);
        let mut spent = Nearest { budget: 1 };
        assert_eq!(spent.find("logn", words.into_iter()), None);
    }
}
