//! Which base records are worth looking at: by the starts of words, by their whole text, by
//! scattered characters.
//!
//! Each tier finds a set with every match of its kind. The sets ignore filters, case and
//! tombstones, so that they stay valid while the text grows.

mod letter;
mod literal;
mod scattered;
mod split;
mod words;

pub(crate) use letter::collect_letter;
pub(crate) use literal::literal_set;
#[cfg(test)]
pub(crate) use scattered::MAX_SCORED;
pub(crate) use scattered::collect_scattered;
pub(crate) use split::{collect_all, collect_set};
pub(crate) use words::{WordSets, collect_words, least_span, word_sets};
