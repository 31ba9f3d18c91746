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
use crate::directory::fuzzy::Scorer;
use crate::directory::index::{Bits, KEPT, Segment, is_scattered_in, place_of};
use crate::directory::language::{PhoneTerm, Shape, Term};
use crate::directory::query::Rank;

/// With fewer records to look at, a second thread costs more than it gives.
const WORTH_A_THREAD: usize = if cfg!(test) { 4 } else { 20_000 };

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
    let sparse = within.filter(|_| count < len / 8);
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

/// Goes through the whole text of some records at once for the longest term, and looks at those
/// that hold it for the others.
fn scan_text(ground: &Ground, words: Range<usize>, found: &mut Bits) {
    let rows = &ground.base.rows;
    let numbers = words.start * 64..(words.end * 64).min(rows.len());
    if numbers.is_empty() {
        return;
    }
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
    let finder = Finder::new(&driver.text);
    let text = rows.folded.all().as_bytes();
    let (mut from, end) = (
        rows.folded.start(numbers.start),
        rows.folded.end(numbers.end - 1),
    );
    let mut holder = numbers.start;
    let mut checked = numbers.start;
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
    if let Some(hex) = driver.hex {
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
    }
}

/// Finds the records that hold every term at least in scattered characters, and ranks those that
/// do not hold all of them as they stand; `None` when overtaken.
pub fn scattered_set(
    ground: &Arc<Ground>,
    second: &SecondThread,
    literal: &Arc<Bits>,
    within: Option<Arc<Bits>>,
) -> Option<(Bits, Tally)> {
    let len = ground.base.rows.len();
    let count = within.as_ref().map_or(len, |within| within.count());
    let literal = Arc::clone(literal);
    let parts = on_all(ground, second, count, move |ground, half| {
        let mut found = Bits::none(len);
        if let Some(within) = &within {
            hold_scattered(ground, within.within(half.clone()), &mut found);
        } else {
            let numbers = half.start * 64..(half.end * 64).min(len);
            hold_scattered(ground, numbers, &mut found);
        }
        let tally = score(ground, found.within(half), &literal);
        (found, tally)
    })?;
    let mut parts = parts.into_iter();
    let (mut all, mut tally) = parts.next()?;
    for (part, other) in parts {
        all.add_all(&part);
        tally.merge(other);
    }
    Some((all, tally))
}

fn hold_scattered(ground: &Ground, numbers: impl Iterator<Item = usize>, found: &mut Bits) {
    let rows = &ground.base.rows;
    let holds_term = |number: usize, term: &Term| match term.shape {
        Shape::Plain => {
            let in_text = rows.masks[number] & term.mask == term.mask
                && is_scattered_in(rows.folded.get(number), term.scattered());
            in_text || in_id(ground, number, term)
        }
        Shape::Literal | Shape::Anchored => {
            place_of(rows, number, term).is_some() || in_id(ground, number, term)
        }
    };
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && ground.watch.is_overtaken() {
            return;
        }
        if ground
            .query
            .terms
            .iter()
            .all(|term| holds_term(number, term))
        {
            found.insert(number);
        }
    }
}

fn score(ground: &Ground, numbers: impl Iterator<Item = usize>, literal: &Bits) -> Tally {
    let mut tally = Tally::new(ground.most);
    let scorer = Scorer::default();
    let cased = ground.query.is_cased();
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && ground.watch.is_overtaken() {
            break;
        }
        if ground.dead.has(number) || (!cased && literal.has(number)) {
            continue;
        }
        if let Some(found) = ground.scattered(number, &scorer) {
            tally.matched += 1;
            tally.top.push(ground.ranked_match(number, &found));
        }
    }
    tally
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
