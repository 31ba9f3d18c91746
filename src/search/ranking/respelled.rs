//! Other texts that mean the same: umlauts written otherwise, a phone number within its country,
//! and the numbers in a pasted line.
//!
//! In: a query and its text. Out: queries of their own, whose hits come after those of the text as
//! it was typed.

use crate::search::language::{Query, Spelling};
use crate::search::phones::{
    PHONE_LENGTHS, digits_of, is_international, is_phone, number_range, spotted_in, without_country,
};
use crate::search::query::{Hit, Rank, Results};
use crate::text::fold;

/// Of a query with more respelled words only one other form is searched for.
const MOST_SPELLINGS: usize = 2;

/// At most this many phone numbers of a pasted text are searched for.
const MOST_NUMBERS: usize = 4;

/// Digits that may be a number with the code of a country, but without `+`.
const WITH_COUNTRY: usize = 10;

/// A phone number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    digits: String,
    /// Whether it surely begins with the code of a country.
    is_international: bool,
}

/// Other spellings of a query.
pub(super) fn other_queries(query: &Query) -> Vec<Query> {
    let all = query.spellings.as_slice();
    let mut queries = match all {
        [] => Vec::new(),
        [first, second] => vec![
            with_spellings(query, &[first]),
            with_spellings(query, &[second]),
            with_spellings(query, &[first, second]),
        ],
        _ => {
            debug_assert!(all.len() == 1 || all.len() > MOST_SPELLINGS);
            let all: Vec<&Spelling> = all.iter().collect();
            vec![with_spellings(query, &all)]
        }
    };
    if let Some(number) = whole_number(&query.text) {
        queries.extend(number.within_country());
    }
    queries
}

/// The phone numbers in a text that matches nobody as it is, with the filters of its query.
pub(super) fn pasted_numbers(text: &str, query: &Query) -> Vec<Query> {
    let mut numbers: Vec<Number> = Vec::new();
    let marked = text.split_whitespace().filter_map(|word| {
        let number = whole_number(word)?;
        number.is_international.then_some(number)
    });
    let spotted = spotted_in(text).into_iter().map(|spotted| Number {
        digits: digits_of(&fold(&text[spotted.range])),
        is_international: spotted.is_international,
    });
    for number in whole_number(text).into_iter().chain(marked).chain(spotted) {
        let is_known = |known: &Number| known.bare() == number.bare();
        let is_new = !numbers.iter().any(is_known) && numbers.len() < MOST_NUMBERS;
        if is_new && PHONE_LENGTHS.contains(&number.bare().len()) {
            numbers.push(number);
        }
    }
    let queries = numbers.iter().flat_map(Number::queries);
    let queries = queries.map(|number| Query {
        without: query.without.clone(),
        filters: query.filters.clone(),
        ..number
    });
    queries.collect()
}

/// The phone number that a text is.
fn whole_number(text: &str) -> Option<Number> {
    if !is_phone(text) {
        return None;
    }
    // `+49 (0) 151` is dialled without the zero from abroad.
    let number = fold(&text[number_range(text)]).replace("(0)", "");
    Some(Number {
        digits: digits_of(&number),
        is_international: is_international(text),
    })
}

impl Number {
    /// The digits without the zeros that mean "abroad".
    fn bare(&self) -> &str {
        self.digits.strip_prefix("00").unwrap_or(&self.digits)
    }

    fn queries(&self) -> Vec<Query> {
        let as_it_is = if self.is_international {
            Query::parse(&format!("+{}", self.bare()))
        } else {
            Query::parse(&self.digits)
        };
        let may_have_country = self.is_international
            || (self.digits.len() >= WITH_COUNTRY && !self.digits.starts_with('0'));
        let within = Self {
            is_international: may_have_country,
            ..self.clone()
        };
        let mut queries = vec![as_it_is];
        queries.extend(within.within_country());
        queries.into_iter().map(without_text).collect()
    }

    /// The number as it is dialled within its country, which is how many lists hold it.
    fn within_country(&self) -> Option<Query> {
        let rest = without_country(self.bare()).filter(|_| self.is_international)?;
        Some(without_text(Query::parse(&format!("^0{rest}"))))
    }
}

/// A query that names nobody by its whole text.
fn without_text(query: Query) -> Query {
    Query {
        text: String::new(),
        ..query
    }
}

fn with_spellings(query: &Query, spellings: &[&Spelling]) -> Query {
    let mut terms = query.terms.clone();
    for spelling in spellings {
        terms[spelling.at] = spelling.term.clone();
    }
    let written_out = spellings.iter();
    Query {
        text: String::new(),
        terms,
        without: query.without.clone(),
        filters: query.filters.clone(),
        written_out: written_out
            .filter_map(|spelling| spelling.written_out.clone())
            .collect(),
        ..Query::default()
    }
}

/// Adds what other texts found, after what the text itself found and before mere likenesses. They
/// rank no better than a part of a field, unless nothing else was found.
pub(super) fn add_to(results: &mut Results, others: Vec<Results>, limit: usize) {
    let is_likeness = |hit: &Hit| hit.rank == Some(Rank::Fuzzy);
    let split = results.hits.iter().position(is_likeness);
    let likenesses = results.hits.split_off(split.unwrap_or(results.hits.len()));
    let is_alone = results.hits.is_empty();
    let mut new = Vec::new();
    for other in others {
        let mut twice = 0;
        for mut hit in other.hits {
            let is_same = |known: &Hit| known.entry.id == hit.entry.id;
            if results.hits.iter().any(is_same) || new.iter().any(is_same) {
                twice += 1;
                continue;
            }
            twice += usize::from(likenesses.iter().any(is_same));
            if !is_alone {
                hit.rank = hit.rank.max(Some(Rank::Substring));
            }
            new.push(hit);
        }
        results.matched += other.matched.saturating_sub(twice);
    }
    let is_old = |hit: &Hit| !new.iter().any(|found| found.entry.id == hit.entry.id);
    let likenesses: Vec<Hit> = likenesses.into_iter().filter(is_old).collect();
    results.hits.append(&mut new);
    results.hits.extend(likenesses);
    results.hits.truncate(limit);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(queries: Vec<Query>) -> Vec<String> {
        let terms = queries.into_iter().flat_map(|query| query.terms);
        terms.map(|term| term.text).collect()
    }

    #[test]
    fn the_numbers_of_a_pasted_text_are_looked_for_in_all_their_forms() {
        for (text, forms) in [
            (
                "Call from +31 6 12345037 at 10:00",
                &["+31612345037", "0612345037"][..],
            ),
            ("https://wa.me/31612345037", &["+31612345037", "0612345037"]),
            (
                "31612345037@s.whatsapp.net wrote",
                &["+31612345037", "0612345037"],
            ),
            ("tel:+31-6-12345037;ext=9", &["+31612345037", "0612345037"]),
            ("31612345037", &["31612345037", "0612345037"]),
            ("0612345037 rang", &["0612345037"]),
            ("mara quinn", &[]),
        ] {
            let queries = pasted_numbers(text, &Query::default());
            assert_eq!(texts(queries), forms, "{text}");
        }
    }

    #[test]
    fn two_words_have_three_other_spellings() {
        let queries = other_queries(&Query::parse("joerg müller"));
        let texts: Vec<Vec<String>> = queries
            .into_iter()
            .map(|query| texts(vec![query]))
            .collect();
        assert_eq!(
            texts,
            [
                ["jorg", "muller"],
                ["joerg", "mueller"],
                ["jorg", "mueller"]
            ]
        );
    }
}
