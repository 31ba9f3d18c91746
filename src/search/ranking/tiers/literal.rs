//! The tier of records that hold every term as it is written, anywhere.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use crate::search::index::Bits;
use crate::search::language::{Shape, Term};
use crate::search::matching::place_of;
use crate::search::ranking::candidates::{Candidates, STEP};
use crate::search::ranking::tiers::split::on_all;
use crate::search::ranking::tiers::words::{WordSets, word_sets_of};
use crate::search::ranking::worker::HelperThread;

/// When fewer than one in this many records can hold a term, they are looked at one by one.
const RARE: usize = 5;

/// Finds the records that hold every term as it is written; `None` when cancelled. Records outside
/// of `within` are known not to.
pub(crate) fn literal_set(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    words: &WordSets,
    within: Option<Arc<Bits>>,
) -> Option<Bits> {
    let within = within_anchors(candidates, within);
    let len = candidates.base().rows.len();
    let count = within.as_ref().map_or(len, |within| within.count());
    // Records in which every term starts a word are known to hold them all.
    let sparse = within.filter(|_| count < len / 8).map(|within| {
        let mut unknown = (*within).clone();
        unknown.drop_all(&words.word);
        unknown
    });
    let count = sparse.as_ref().map_or(count, Bits::count);
    let parts = on_all(candidates, helper, count, move |candidates, half| {
        let mut found = Bits::none(len);
        match &sparse {
            Some(within) => look_at_each(candidates, within.within(half), &mut found),
            None => scan_text(candidates, half, &mut found),
        }
        found
    })?;
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    parts.for_each(|part| all.add_all(&part));
    all.add_all(&words.word);
    Some(all)
}

/// Leaves the records in which all terms that must start a field do so: the sets of such terms are
/// complete already.
fn within_anchors(candidates: &Candidates, within: Option<Arc<Bits>>) -> Option<Arc<Bits>> {
    let terms = candidates.query.terms.iter();
    let mut anchored = terms
        .filter(|term| term.shape == Shape::Anchored)
        .peekable();
    if anchored.peek().is_none() {
        return within;
    }
    let all = || Bits::all(candidates.base().rows.len());
    let mut narrowed = within.map_or_else(all, Arc::unwrap_or_clone);
    for term in anchored {
        narrowed.keep(&word_sets_of(candidates.base(), term).prefix);
    }
    Some(Arc::new(narrowed))
}

/// A term with what finds it in text.
type Findable<'a> = (&'a Term, Finder<'a>);

fn findable(terms: &[Term]) -> impl Iterator<Item = Findable<'_>> {
    terms.iter().map(|term| (term, Finder::new(&term.text)))
}

fn look_at_each(candidates: &Candidates, numbers: impl Iterator<Item = usize>, found: &mut Bits) {
    let terms: Vec<Findable<'_>> = findable(&candidates.query.terms).collect();
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && candidates.is_cancelled() {
            return;
        }
        if terms
            .iter()
            .all(|(term, finder)| is_literal_in(candidates, number, term, finder))
        {
            found.insert(number);
        }
    }
}

/// Whether a record holds a term as it is written, whatever its case.
fn is_literal_in(candidates: &Candidates, number: usize, term: &Term, finder: &Finder<'_>) -> bool {
    let rows = &candidates.base().rows;
    let in_text = rows.masks[number] & term.mask == term.mask
        && if term.is_uniform() && term.shape != Shape::Anchored {
            finder.find(rows.folded.get(number).as_bytes()).is_some()
        } else {
            place_of(rows, number, term).is_some()
        };
    in_text || is_in_id(candidates, number, term)
}

/// Whether the digits of a term are in a record's `_id`.
pub(super) fn is_in_id(candidates: &Candidates, number: usize, term: &Term) -> bool {
    let place = term.hex.zip(candidates.base().rows.hex_id(number));
    let place = place.and_then(|(hex, id)| hex.place(id));
    place.is_some_and(|place| place == 0 || term.shape != Shape::Anchored)
}

/// Scans some records for the longest term, and looks for the other terms where it is found.
fn scan_text(candidates: &Candidates, words: Range<usize>, found: &mut Bits) {
    let rows = &candidates.base().rows;
    let numbers = Bits::numbers_of(words, rows.len());
    let terms = candidates.query.terms.iter();
    let scanned = terms.filter(|term| term.is_uniform() && term.shape != Shape::Anchored);
    let Some(driver) = scanned.max_by_key(|term| term.text.len()) else {
        return look_at_each(candidates, numbers, found);
    };
    let others: Vec<Findable<'_>> = findable(&candidates.query.terms)
        .filter(|(term, _)| !std::ptr::eq(*term, driver))
        .collect();
    let mut take = |number: usize| {
        if others
            .iter()
            .all(|(term, finder)| is_literal_in(candidates, number, term, finder))
        {
            found.insert(number);
        }
    };
    let masks = &rows.masks[numbers.clone()];
    let has_mask = |mask: &&u64| **mask & driver.mask == driver.mask;
    let sample = masks.iter().take(STEP);
    let is_rare = sample.clone().filter(has_mask).count() * RARE < sample.len();
    let is_letter = driver.mask != 0
        && driver.text.len() == 1
        && driver.text.as_bytes()[0].is_ascii_alphanumeric();
    if is_letter || is_rare {
        let finder = Finder::new(&driver.text);
        for (number, mask) in numbers.clone().zip(masks) {
            if number % STEP == 0 && candidates.is_cancelled() {
                return;
            }
            // A letter has a bit of its own: a record with the bit holds the letter.
            if has_mask(&mask)
                && (is_letter || finder.find(rows.folded.get(number).as_bytes()).is_some())
            {
                take(number);
            }
        }
    } else {
        scan_whole_text(candidates, numbers.clone(), driver, &mut take);
    }
    scan_ids(candidates, numbers, driver, &mut take);
}

/// Scans the text of some records as one piece.
fn scan_whole_text(
    candidates: &Candidates,
    numbers: Range<usize>,
    driver: &Term,
    take: &mut impl FnMut(usize),
) {
    let Some(last) = numbers.end.checked_sub(1).filter(|_| !numbers.is_empty()) else {
        return;
    };
    let rows = &candidates.base().rows;
    let finder = Finder::new(&driver.text);
    let text = rows.folded.all().as_bytes();
    let (mut from, end) = (rows.folded.start(numbers.start), rows.folded.end(last));
    let (mut holder, mut checked) = (numbers.start, numbers.start);
    while let Some(at) = finder.find(&text[from..end]) {
        holder = rows.folded.holder(from + at, holder);
        take(holder);
        from = rows.folded.end(holder);
        if holder - checked > STEP {
            checked = holder;
            if candidates.is_cancelled() {
                return;
            }
        }
    }
}

/// Scans the `_id`s of some records.
fn scan_ids(
    candidates: &Candidates,
    numbers: Range<usize>,
    driver: &Term,
    take: &mut impl FnMut(usize),
) {
    let Some(hex) = driver.hex else { return };
    let base = candidates.base();
    if !hex.is_found_inside() {
        let starting = base.ids.starting_with(&base.rows, hex);
        return starting
            .filter(|number| numbers.contains(number))
            .for_each(take);
    }
    for number in numbers {
        if number % STEP == 0 && candidates.is_cancelled() {
            return;
        }
        let id = base.rows.hex_id(number);
        if id.is_some_and(|id| hex.place(id).is_some()) {
            take(number);
        }
    }
}
