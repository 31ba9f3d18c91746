//! Scores scattered characters with `fuzzy-matcher`.
//!
//! This is the only file that knows that crate. The crate compares non-ASCII text case-sensitively
//! and folds no accents, so it must be given folded text.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Scores folded text against folded terms.
pub(crate) struct Scorer(SkimMatcherV2);

impl Default for Scorer {
    fn default() -> Self {
        Self(SkimMatcherV2::default().respect_case())
    }
}

impl Scorer {
    /// How well `term` matches `text`, both folded; higher is better. `None` when some of its
    /// characters are missing.
    pub(crate) fn points(&self, text: &str, term: &str) -> Option<i32> {
        self.forget();
        let points = self.0.fuzzy_match(text, term)?;
        Some(i32::try_from(points).unwrap_or(i32::MAX))
    }

    /// Which characters of `text` are those of `term`, both folded.
    pub(crate) fn chars(&self, text: &str, term: &str) -> Option<Vec<usize>> {
        self.forget();
        let (_, chars) = self.0.fuzzy_indices(text, term)?;
        Some(chars)
    }

    /// Shrinks the crate's table, so that it is filled again. The table keeps bonuses of the last text
    /// and adds them to the points of the next one; turning its reuse off panics.
    fn forget(&self) {
        let _ = self.0.fuzzy_match("x", "x");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_abbreviation_matches_in_order_only() {
        let scorer = Scorer::default();
        assert!(scorer.points("john smith", "jhnsmth").is_some());
        assert_eq!(scorer.points("john smith", "smthjhn"), None);
        assert_eq!(scorer.chars("john", "jn").unwrap(), [0, 3]);
    }

    #[test]
    fn earlier_scores_do_not_matter() {
        let texts = [
            "aaa.muller@example.org",
            "aaa bab",
            "a-a-a-a-a",
            "x",
            "ab",
            "jörg aa a",
        ];
        let reused = Scorer::default();
        for before in texts {
            for text in texts {
                for term in ["aaa", "ab", "aam", "a"] {
                    let fresh = Scorer::default();
                    let expected = (fresh.points(text, term), fresh.chars(text, term));
                    let _ = (reused.points(before, "a"), reused.chars(before, "aa"));
                    let points = (reused.points(text, term), reused.chars(text, term));
                    assert_eq!(points, expected, "{term} in {text} after {before}");
                }
            }
        }
    }

    #[test]
    fn the_same_points_come_with_and_without_the_characters() {
        let scorer = Scorer::default();
        for (text, term) in [
            ("john smith", "jhn"),
            ("mara@example.org", "mxo"),
            ("佐藤 花", "佐花"),
        ] {
            let (points, _) = scorer.0.fuzzy_indices(text, term).unwrap();
            assert_eq!(scorer.points(text, term).map(i64::from), Some(points));
        }
    }
}
