//! The search box, its hits and the cursor among them.

use super::opening::{open, open_user};
use super::profile;
use super::selection::{page, select, show_selection};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::effect::Effect;
use crate::console::geometry::{Pane, Step};
use crate::console::msg::Ticket;
use crate::console::state::profile::Visit;
use crate::console::state::{Directory, Selection, State, Typing};
use crate::domain::LookupId;
use crate::search::{Extent, HitField, PAGE, Rank, Results};

/// Nobody moves through more hits than this; another word finds them sooner.
const MOST: usize = 25_600;

/// Goes into the search box and selects its text, which the next character replaces.
pub(super) fn begin_typing(state: &mut State) -> Vec<Effect> {
    state.focus = Pane::Users;
    state.users.typing = Typing::On;
    state.users.input.select();
    Vec::new()
}

/// Asks the directory for what the box says.
pub(super) fn search(state: &mut State) -> Effect {
    let ticket = state.next_ticket();
    state.users.searching = Some(ticket);
    Effect::Search {
        ticket,
        text: state.users.text().to_owned(),
        most: state.users.most,
    }
}

/// Asks for more hits once the cursor comes near the last one.
fn search_further(state: &mut State) -> Option<Effect> {
    let users = &state.users;
    let there = users.results.hits.len();
    let is_near = users.selected_row()? + 2 * page(state) >= there;
    let has_more = users.results.matched > there && users.most < MOST;
    if !is_near || !has_more || !users.is_settled() {
        return None;
    }
    state.users.most = (users.most * 4).min(MOST);
    Some(search(state))
}

/// The text in the box has changed.
pub(super) fn text_changed(state: &mut State) -> Vec<Effect> {
    state.users.moved = false;
    state.users.enter_waits = false;
    state.users.most = PAGE;
    vec![search(state)]
}

/// Hits have come.
pub(super) fn search_done(state: &mut State, ticket: Ticket, results: Results) -> Vec<Effect> {
    if state.users.searching != Some(ticket) {
        return Vec::new();
    }
    if results.extent == Extent::Whole {
        state.users.searching = None;
    } else if state.users.results.text == results.text
        && state.users.results.extent == Extent::Whole
    {
        // The whole answer to the same text stays until the newer one is there.
        return Vec::new();
    }
    state.users.results = results.with_near_as_hits();
    if state.users.enter_waits && state.users.is_settled() {
        state.users.enter_waits = false;
        state.notice = None;
        return enter_text(state);
    }
    // Until the agent moves, the cursor is on the best row; after that, on the same user.
    let stays = state.users.moved && state.users.selected_row().is_some();
    if stays || is_looked_at(state) {
        show_selection(state);
        profile::take_copy(state);
        return Vec::new();
    }
    select(state, state.users.first_choice())
}

/// Whether the agent looks at the user under the cursor or at the one they opened: new hits must
/// not put somebody else in that user's place.
fn is_looked_at(state: &State) -> bool {
    let Some(subject) = &state.profile.subject else {
        return false;
    };
    let opened = state.users.moved && subject.visit == Visit::Opened;
    opened || state.focus != Pane::Users || state.overlay.is_some()
}

/// Moves the cursor.
pub(super) fn go(state: &mut State, step: Step) -> Vec<Effect> {
    let count = state.users.rows();
    if count == 0 {
        return Vec::new();
    }
    let row = state.users.selected_row().unwrap_or(0);
    let row = step.from(row, page(state)).min(count - 1);
    state.users.moved = true;
    let mut effects = select(state, state.users.selection_at(row));
    effects.extend(search_further(state));
    effects
}

/// Enter in the search box: acts on the current text, never on older hits.
pub(super) fn enter_text(state: &mut State) -> Vec<Effect> {
    if !state.users.is_settled() || must_wait_for_the_directory(state) {
        state.users.enter_waits = true;
        return Vec::new();
    }
    // If the text names several users, the one that the agent moved to is opened.
    let moved_to = || {
        state
            .users
            .exact_under_cursor()
            .filter(|_| state.users.moved)
    };
    if let Some(hit) = moved_to().or_else(|| state.users.exact_hit()) {
        let (id, field) = (
            hit.entry.id.clone(),
            hit.matched.as_ref().map(|matched| matched.field),
        );
        // Asked by the very text, the API itself says which of the two ids it is.
        let by_text = field == Some(HitField::UserId);
        let text = LookupId::new(state.users.text().trim());
        let lookup = if by_text { text } else { LookupId::from(&id) };
        return open_user(state, &lookup, id);
    }
    let text_is_blank = state.users.text().trim().is_empty();
    if state.users.moved || text_is_blank {
        return enter_row(state);
    }
    let best = state.users.results.hits.first();
    let is_likeness = best.is_some_and(|hit| hit.rank == Some(Rank::Fuzzy));
    let selection = if is_likeness {
        Some(Selection::LookUp)
    } else {
        state.users.first_choice()
    };
    if selection.is_none() {
        state.say("no user known here matches, and the API has no filters");
    }
    open_selection(state, selection)
}

/// Whether the text may name somebody who is kept on this machine but was not read yet. An `_id`
/// reaches its user without.
fn must_wait_for_the_directory(state: &mut State) -> bool {
    let is_id = LookupId::new(state.users.text().trim()).looks_like_smooch_id();
    if state.directory == Directory::Ready || is_id {
        return false;
    }
    let key = state.keys.map.label(Mode::Typing, Action::LookUp);
    let key = key.map(|key| format!("; {key} asks the API at once"));
    let key = key.unwrap_or_default();
    state.say(format_args!(
        "waiting until the users kept here are read{key}"
    ));
    true
}

/// Enter on a row.
pub(super) fn enter_row(state: &mut State) -> Vec<Effect> {
    let selection = state.users.selection.clone();
    open_selection(state, selection)
}

/// Looks up exactly this text in the API, whatever the hits say.
pub(super) fn look_up_text(state: &mut State) -> Vec<Effect> {
    if state.users.text().trim().is_empty() {
        state.complain("type or paste an _id or a userId first");
        return Vec::new();
    }
    let text = LookupId::new(state.users.text());
    look_up(state, &text)
}

fn look_up(state: &mut State, text: &LookupId) -> Vec<Effect> {
    state.users.selection = Some(Selection::LookUp);
    show_selection(state);
    open(state, text, None, None)
}

fn open_selection(state: &mut State, selection: Option<Selection>) -> Vec<Effect> {
    match selection {
        Some(Selection::User(id)) => open_user(state, &LookupId::from(&id), id),
        Some(Selection::Offer(id)) => {
            state.users.selection = Some(Selection::Offer(id.clone()));
            show_selection(state);
            open(state, &id, None, None)
        }
        Some(Selection::LookUp) => {
            // What the row shows is what is asked for.
            let text = LookupId::new(state.users.text().trim());
            look_up(state, &text)
        }
        None => Vec::new(),
    }
}
