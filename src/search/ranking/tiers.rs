//! Which standing records are worth looking at: by the starts of words, by their whole text, by
//! scattered characters.
//!
//! Each tier gives a set that holds every match of its kind. Sets know nothing of filters, of case
//! and of records that are gone, so that they stay good while the text grows.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::ground::{Ground, STEP, Tally};
use super::second::SecondThread;
use super::top::Top;
use crate::search::index::{Bits, Hold, KEPT, Segment, hold_of, is_scattered_in, place_of};
use crate::search::language::{PhoneTerm, Shape, Term};
use crate::search::query::Rank;

/// With fewer records to look at, a second thread costs more than it gives.
const WORTH_A_THREAD: usize = if cfg!(test) { 4 } else { 20_000 };

/// Of those that hold a text in scattered characters so many are scored, the tightest first: the
/// scorer is slow, and whoever has the characters far apart is not meant.
pub const MOST_SCORED: usize = if cfg!(test) { 6 } else { 500 };

/// When fewer than one record in so many can hold a term, they are looked at one by one.
const RARE: usize = 5;

/// Standing records by where words start.
#[derive(Debug)]
pub struct WordSets {
    /// Every term starts a field or an `_id`.
    pub prefix: Bits,
    /// Every term starts a word, a field or an `_id`; holds `prefix`.
    pub word: Bits,
    /// The part of `prefix` where not only an `_id` starts with the term; for a single term.
    pub in_text: Bits,
}

/// Finds the records in which every term starts a word.
pub fn word_sets(ground: &Ground) -> WordSets {
    let len = ground.base.rows.len();
    let mut sets: Option<WordSets> = None;
    for term in &ground.query.terms {
        let of_term = word_sets_of(&ground.base, term, len);
        match &mut sets {
            None => sets = Some(of_term),
            Some(sets) => {
                sets.prefix.keep(&of_term.prefix);
                sets.word.keep(&of_term.word);
            }
        }
    }
    sets.unwrap_or_else(|| WordSets {
        prefix: Bits::none(len),
        word: Bits::none(len),
        in_text: Bits::none(len),
    })
}

fn word_sets_of(base: &Segment, term: &Term, len: usize) -> WordSets {
    let (mut in_text, mut word) = (Bits::none(len), Bits::none(len));
    let digits = term.phone.iter().flat_map(PhoneTerm::forms);
    let other_forms = digits.filter(|form| *form != term.text);
    for form in std::iter::once(term.text.as_str()).chain(other_forms) {
        // Only the first bytes of words are kept, and digits of phones mean nothing elsewhere.
        let is_sure = form.len() <= KEPT && form == term.text;
        for start in base.words.starting_with(form) {
            if is_sure {
                if start.at_field_start {
                    in_text.insert(start.record);
                } else if term.shape != Shape::Anchored {
                    word.insert(start.record);
                }
            } else {
                match place_of(&base.rows, start.record, term).map(|place| place.rank) {
                    Some(Rank::Prefix) => in_text.insert(start.record),
                    Some(Rank::Word) => word.insert(start.record),
                    _ => {}
                }
            }
        }
    }
    let mut prefix = in_text.clone();
    if let Some(hex) = term.hex {
        for record in base.ids.starting_with(&base.rows, hex) {
            prefix.insert(record);
        }
    }
    word.add_all(&prefix);
    WordSets {
        prefix,
        word,
        in_text,
    }
}

/// Does work on all standing records, on two threads when it is worth it; `None` when overtaken.
fn on_all<T: Send + 'static>(
    ground: &Arc<Ground>,
    second: &SecondThread,
    count: usize,
    work: impl Fn(&Ground, Range<usize>) -> T + Send + Sync + 'static,
) -> Option<Vec<T>> {
    let words = ground.dead.words().min(ground.base.rows.len().div_ceil(64));
    let done = if count < WORTH_A_THREAD {
        vec![work(ground, 0..words)]
    } else {
        let shared = Arc::clone(ground);
        second.halves(0..words, move |half| work(&shared, half))
    };
    (!ground.watch.is_overtaken()).then_some(done)
}

/// Finds the records that hold every term as it stands; `None` when overtaken.
pub fn literal_set(
    ground: &Arc<Ground>,
    second: &SecondThread,
    words: &WordSets,
    within: Option<Arc<Bits>>,
) -> Option<Bits> {
    let mut within = within;
    if ground
        .query
        .terms
        .iter()
        .any(|term| term.shape == Shape::Anchored)
    {
        // The sets of terms that have to start a field are complete already.
        let mut narrowed = within.map_or_else(|| Bits::all(words.word.len()), |w| (*w).clone());
        for term in ground
            .query
            .terms
            .iter()
            .filter(|term| term.shape == Shape::Anchored)
        {
            narrowed.keep(&word_sets_of(&ground.base, term, words.word.len()).prefix);
        }
        within = Some(Arc::new(narrowed));
    }
    let len = ground.base.rows.len();
    let count = within.as_ref().map_or(len, |within| within.count());
    // Those in whom every term starts a word are known to hold them all.
    let sparse = within.filter(|_| count < len / 8).map(|within| {
        let mut unknown = (*within).clone();
        unknown.drop_all(&words.word);
        unknown
    });
    let count = sparse.as_ref().map_or(count, Bits::count);
    let parts = on_all(ground, second, count, move |ground, half| {
        let mut found = Bits::none(len);
        match &sparse {
            Some(within) => look_at_each(ground, within.within(half), &mut found),
            None => scan_text(ground, half, &mut found),
        }
        found
    })?;
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    parts.for_each(|part| all.add_all(&part));
    all.add_all(&words.word);
    Some(all)
}

fn look_at_each(ground: &Ground, numbers: impl Iterator<Item = usize>, found: &mut Bits) {
    let terms: Vec<(&Term, Finder<'_>)> = finders(&ground.query.terms);
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && ground.watch.is_overtaken() {
            return;
        }
        if terms
            .iter()
            .all(|(term, finder)| stands_in(ground, number, term, finder))
        {
            found.insert(number);
        }
    }
}

fn finders(terms: &[Term]) -> Vec<(&Term, Finder<'_>)> {
    let finders = terms.iter().map(|term| (term, Finder::new(&term.text)));
    finders.collect()
}

/// Whether a term stands in a record as it is, whatever its case.
fn stands_in(ground: &Ground, number: usize, term: &Term, finder: &Finder<'_>) -> bool {
    let rows = &ground.base.rows;
    let in_text = rows.masks[number] & term.mask == term.mask
        && if term.is_uniform() && term.shape != Shape::Anchored {
            finder.find(rows.folded.get(number).as_bytes()).is_some()
        } else {
            place_of(rows, number, term).is_some()
        };
    in_text || in_id(ground, number, term)
}

fn in_id(ground: &Ground, number: usize, term: &Term) -> bool {
    let place = term.hex.zip(ground.base.rows.hex_id(number));
    let place = place.and_then(|(hex, id)| hex.place(id));
    place.is_some_and(|place| place == 0 || term.shape != Shape::Anchored)
}

/// Goes through some records for the term that is hardest to find, and looks at those that hold it
/// for the others.
fn scan_text(ground: &Ground, words: Range<usize>, found: &mut Bits) {
    let rows = &ground.base.rows;
    let numbers = words.start * 64..(words.end * 64).min(rows.len());
    let terms = ground.query.terms.iter();
    let scanned = terms.filter(|term| term.is_uniform() && term.shape != Shape::Anchored);
    let Some(driver) = scanned.max_by_key(|term| term.text.len()) else {
        return look_at_each(ground, numbers, found);
    };
    let others: Vec<(&Term, Finder<'_>)> = finders(&ground.query.terms)
        .into_iter()
        .filter(|(term, _)| !std::ptr::eq(*term, driver))
        .collect();
    let mut take = |number: usize| {
        if others
            .iter()
            .all(|(term, finder)| stands_in(ground, number, term, finder))
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
            if number % STEP == 0 && ground.watch.is_overtaken() {
                return;
            }
            // A letter's bit is its own: a record that has it has the letter.
            if has_mask(&mask)
                && (is_letter || finder.find(rows.folded.get(number).as_bytes()).is_some())
            {
                take(number);
            }
        }
    } else {
        scan_at_once(ground, numbers.clone(), driver, &mut take);
    }
    if let Some(hex) = driver.hex.filter(|hex| hex.is_found_inside()) {
        for number in numbers {
            if number % STEP == 0 && ground.watch.is_overtaken() {
                return;
            }
            if rows
                .hex_id(number)
                .is_some_and(|id| hex.place(id).is_some())
            {
                take(number);
            }
        }
    } else if let Some(hex) = driver.hex {
        let starting = ground.base.ids.starting_with(rows, hex);
        starting
            .filter(|number| numbers.contains(number))
            .for_each(take);
    }
}

/// Goes through the whole text of some records in one go.
fn scan_at_once(
    ground: &Ground,
    numbers: Range<usize>,
    driver: &Term,
    take: &mut impl FnMut(usize),
) {
    let Some(last) = numbers.end.checked_sub(1).filter(|_| !numbers.is_empty()) else {
        return;
    };
    let rows = &ground.base.rows;
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
            if ground.watch.is_overtaken() {
                return;
            }
        }
    }
}

/// Who holds every term at least in scattered characters.
#[derive(Debug)]
pub struct Scattered {
    /// Standing records, those that hold every term as it stands among them.
    pub found: Bits,
    /// The tightest of those that pass and do not hold every term as it stands.
    pub tightest: Top,
    /// How many of those there are.
    pub matched: usize,
}

/// Finds the records that hold every term at least in scattered characters; `None` when overtaken.
pub fn scattered_set(
    ground: &Arc<Ground>,
    second: &SecondThread,
    literal: &Arc<Bits>,
    within: Option<Arc<Bits>>,
) -> Option<Scattered> {
    let len = ground.base.rows.len();
    let count = within.as_ref().map_or(len, |within| within.count());
    let shared = Arc::clone(literal);
    let parts = on_all(ground, second, count, move |ground, half| {
        if let Some(within) = &within {
            hold_scattered(ground, within.within(half), &shared)
        } else {
            let numbers = half.start * 64..(half.end * 64).min(len);
            hold_scattered(ground, numbers, &shared)
        }
    })?;
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    for part in parts {
        all.found.add_all(&part.found);
        all.tightest.merge(part.tightest);
        all.matched += part.matched;
    }
    all.found.add_all(literal);
    Some(all)
}

fn hold_scattered(
    ground: &Ground,
    numbers: impl Iterator<Item = usize>,
    literal: &Bits,
) -> Scattered {
    let rows = &ground.base.rows;
    let query = &ground.query;
    let mut all = Scattered {
        found: Bits::none(rows.len()),
        tightest: Top::new(MOST_SCORED),
        matched: 0,
    };
    let is_simple = query.terms.len() == 1 && !query.is_cased();
    let can_hold = |number: usize, term: &Term| {
        let in_text = rows.masks[number] & term.mask == term.mask
            && (term.shape != Shape::Plain
                || is_scattered_in(rows.folded.get(number), term.scattered()));
        in_text || (!is_simple && in_id(ground, number, term))
    };
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && ground.watch.is_overtaken() {
            return all;
        }
        if (is_simple && literal.has(number))
            || !query.terms.iter().all(|term| can_hold(number, term))
        {
            continue;
        }
        let hold = hold_of(rows, number, query, is_simple);
        if hold == Hold::Missing {
            continue;
        }
        all.found.insert(number);
        all.tightest
            .take_loose(ground, number, hold, &mut all.matched);
    }
    all
}

impl Top {
    /// Takes in a record that holds the terms loosely, and counts it if it passes.
    pub fn take_loose(&mut self, ground: &Ground, number: usize, hold: Hold, matched: &mut usize) {
        if let Hold::Loose(length) = hold
            && ground.is_alive(number)
            && ground.passes(number)
        {
            *matched += 1;
            self.push(ground.ranked(number, Rank::Fuzzy, 0, length));
        }
    }
}

/// Ranks all standing records that pass, for a query without terms; `None` when overtaken.
pub fn rank_all(
    ground: &Arc<Ground>,
    second: &SecondThread,
    rank: impl Fn(&Ground, usize) -> super::top::Ranked + Send + Sync + 'static,
) -> Option<Tally> {
    let len = ground.base.rows.len();
    let parts = on_all(ground, second, len, move |ground, half| {
        let mut tally = Tally::new(ground.most);
        let picky = ground.query.is_picky();
        for number in half.start * 64..(half.end * 64).min(len) {
            if number % STEP == 0 && ground.watch.is_overtaken() {
                break;
            }
            if !ground.dead.has(number) && (!picky || ground.passes(number)) {
                tally.matched += 1;
                tally.top.push(rank(ground, number));
            }
        }
        tally
    })?;
    let mut all = Tally::new(ground.most);
    for part in parts {
        all.merge(part);
    }
    Some(all)
}
