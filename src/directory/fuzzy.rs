//! The last tier: characters in their order, scored by `fuzzy-matcher`.
//!
//! The only file that knows that crate. It compares non-ASCII case-sensitively and folds no
//! accents, so it is given folded text only.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Scores folded text against folded terms.
pub struct Scorer(SkimMatcherV2);

impl Default for Scorer {
    fn default() -> Self {
        Self(SkimMatcherV2::default().respect_case())
    }
}

/// How well a term matched and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Higher is better.
    pub points: i64,
    /// Indices of the matched characters.
    pub chars: Vec<usize>,
}

impl Scorer {
    /// Scores `term` against `text`, both folded; `None` when its characters are not all there.
    pub fn score(&self, text: &str, term: &str) -> Option<Score> {
        let (points, chars) = self.0.fuzzy_indices(text, term)?;
        Some(Score { points, chars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_matches_in_order_only() {
        let scorer = Scorer::default();
        assert!(scorer.score("john smith", "jhnsmth").is_some());
        assert!(scorer.score("john smith", "smthjhn").is_none());
    }
}
