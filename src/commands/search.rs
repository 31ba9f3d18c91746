//! `search`: finds users in the local directory.
//!
//! In: a text. Out: one JSON document, or a line of words for each user. Finding nobody has an exit
//! code of its own, because it does not mean that nobody exists. A text that is only partly
//! understood is refused: scripts would take the hits for an answer to all of it.

mod answer;
mod record;
mod words;

use std::io::Write;

use jiff::Timestamp;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::SearchArgs;
use crate::config::{Environment, Flags};
use crate::directory::store::{Store, StoreError};
use crate::domain::{Fate, LookupId, SmoochId};
use crate::lookup::load_known;
use crate::search::{Request, Results, search_once};
use crate::text::SafeText;
use answer::{Answer, Merged};
use record::SearchRecord;

/// Searches the directory of the configured app.
pub(super) fn run<W: Write>(
    args: &SearchArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    let now = Timestamp::now();
    let text = args.query.join(" ");
    let request = Request::new(&text, now, args.limit.get());
    let answer = with_store(options, |store| answer(store, &request))?;
    print(&answer, now, out)
}

/// Searches everybody, and follows merges if nobody has the text or an id in it any more.
fn answer(store: &Store, request: &Request<'_>) -> Result<Answer, StoreError> {
    let known = load_known(store)?.snapshot();
    let results = search_once(&known, request);
    let whole = LookupId::new(request.text.trim());
    let is_found = results.hits.iter().any(|hit| results.names_whole(hit));
    let ids = std::iter::once(&whole).chain(&results.offers);
    for id in ids.filter(|_| !is_found) {
        // No `_id` has capitals, but somebody may have typed them.
        let old = SmoochId::new(if id.looks_like_smooch_id() {
            id.expose().to_ascii_lowercase()
        } else {
            id.expose().to_owned()
        });
        let Fate::Merged { into } = store.fate(&old)? else {
            continue;
        };
        let survivor = Request {
            text: into.expose(),
            ..request.clone()
        };
        let merged = Some(Merged {
            from: id.clone(),
            into: into.clone(),
        });
        return Ok(Answer {
            results: Results {
                near: Vec::new(),
                ..search_once(&known, &survivor)
            },
            merged,
        });
    }
    let merged = None;
    Ok(Answer { results, merged })
}

/// Prints the answer of a search made at a moment.
fn print<W: Write>(answer: &Answer, now: Timestamp, out: &mut Output<W>) -> Result<Exit, Failure> {
    let results = &answer.results;
    if let Some(failure) = not_understood(results) {
        return Err(failure);
    }
    match out.format() {
        Format::Json => out.json(&SearchRecord::of(answer))?,
        Format::Words => out.lines(&words::lines(answer, now))?,
    }
    Ok(if results.hits.is_empty() {
        Exit::NotFound
    } else {
        Exit::Done
    })
}

fn not_understood(results: &Results) -> Option<Failure> {
    // An id may look like a filter.
    let is_id = results
        .hits
        .first()
        .is_some_and(|hit| results.names_whole(hit));
    if is_id {
        return None;
    }
    let (first, others) = results.explanations.split_first()?;
    let others = others
        .iter()
        .flat_map(|explanation| [SafeText::own("; "), SafeText::of(explanation)]);
    let what = [
        SafeText::own("the query is not understood: "),
        SafeText::of(first),
    ];
    Some(Failure::Told {
        what: SafeText::join(what.into_iter().chain(others)),
        next: SafeText::own("`smooch-console search --help` shows every filter and sign"),
        exit: Exit::Usage,
    })
}

#[cfg(test)]
mod tests;
