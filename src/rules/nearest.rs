//! The known word that was probably meant.

/// How many comparisons one document may cost; a text full of unknown names must not be slow.
const BUDGET: usize = 200_000;

/// Finds nearest words, as long as that stays cheap.
#[derive(Debug)]
pub struct Nearest {
    budget: usize,
}

impl Default for Nearest {
    fn default() -> Self {
        Self { budget: BUDGET }
    }
}

impl Nearest {
    /// The candidate that is at most a third of its letters away, the nearest one first.
    pub fn find<'c>(
        &mut self,
        word: &str,
        candidates: impl Iterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let most = (word.chars().count() / 3).clamp(1, 3);
        let folded = word.to_lowercase();
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            if self.budget == 0 {
                return None;
            }
            self.budget -= 1;
            // A letter has one to four bytes, so this rules out nothing that is near.
            if candidate.len().abs_diff(word.len()) > most * 4 {
                continue;
            }
            let distance = if candidate.to_lowercase() == folded {
                0
            } else {
                strsim::osa_distance(word, candidate)
            };
            if distance <= most && best.is_none_or(|best| (distance, candidate) < best) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, word)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::Nearest;

    #[test]
    fn a_near_word_is_found_and_a_far_one_is_not() {
        let words = ["apiKey", "oauth", "login"];
        let mut nearest = Nearest::default();
        let mut find = |word| nearest.find(word, words.iter().copied());
        assert_eq!(find("apiKye"), Some("apiKey"));
        assert_eq!(find("OAUTH"), Some("oauth"));
        assert_eq!(find("x"), None);
        assert_eq!(find("certificate"), None);
    }
}
