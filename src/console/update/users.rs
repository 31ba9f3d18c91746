//! The search box, its hits and the cursor among them.

use super::opening::{open, open_user};
use super::selection::{page, select, show_selection};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::effect::Effect;
use crate::console::geometry::{Pane, Step, Toward};
use crate::console::layout::order_words;
use crate::console::msg::Ticket;
use crate::console::state::{Arrangement, Directory, Selection, State, Typing};
use crate::domain::LookupId;
use crate::search::{Asked, Extent, HitField, Order, PAGE, Results};

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
        order: state.users.order(),
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
    let users = &mut state.users;
    users.moved = false;
    users.enter_waits = false;
    users.most = PAGE;
    users.orders.of_hits = Order::Match;
    users.arrangement = Arrangement::Anew;
    vec![search(state)]
}

/// Everybody kept on this machine has been read. What was listed until then was only a part of
/// them.
pub(super) fn directory_read(state: &mut State) -> Vec<Effect> {
    state.directory = Directory::Ready;
    if !state.users.moved {
        state.users.arrangement = Arrangement::Anew;
    }
    vec![search(state)]
}

/// Lists the users in the next order.
pub(super) fn change_order(state: &mut State) -> Vec<Effect> {
    let users = &mut state.users;
    let has_matches = users.results.asked != Asked::FiltersOnly && !users.is_blank();
    let order = match users.order() {
        Order::Seen => Order::Name,
        Order::Name => Order::Opened,
        Order::Opened if has_matches => Order::Match,
        Order::Opened | Order::Match => Order::Seen,
    };
    if users.is_blank() {
        users.orders.of_all = order;
    } else {
        users.orders.of_hits = order;
    }
    users.arrangement = Arrangement::Anew;
    users.most = PAGE;
    // A list in another order is read from its top, unless somebody in it is being read.
    users.moved = state.profile.is_opened();
    state.say(format_args!("sorted by {}", order_words(order)));
    vec![search(state)]
}

/// Hits have come.
pub(super) fn search_done(state: &mut State, ticket: Ticket, results: Results) -> Vec<Effect> {
    let users = &mut state.users;
    if users.searching != Some(ticket) {
        return Vec::new();
    }
    if results.extent == Extent::Whole {
        users.searching = None;
    } else if users.results.text == results.text && users.results.extent == Extent::Whole {
        // The whole answer to the same text stays until the newer one is there.
        return Vec::new();
    }
    if state.directory == Directory::Reading && !users.moved {
        users.arrangement = Arrangement::Anew;
    }
    let before = users.selected_row();
    let line = before.map(|row| row.saturating_sub(users.offset));
    users.take(results.with_near_as_hits());
    let selection = choice(state, before);
    if state.users.enter_waits && state.users.is_settled() {
        state.users.enter_waits = false;
        state.users.selection = selection;
        state.notice = None;
        return enter_text(state);
    }
    if let (true, Some(line)) = (state.users.moved, line) {
        state.users.selection.clone_from(&selection);
        // Rows that came above the cursor do not push it down the screen.
        let row = state.users.selected_row().unwrap_or(0);
        state.users.offset = row.saturating_sub(line);
    }
    select(state, selection)
}

/// What the cursor is on once new hits are there: until the agent moves, the best row; after that
/// the same user. `before` is the row that it was on.
fn choice(state: &State, before: Option<usize>) -> Option<Selection> {
    let users = &state.users;
    let subject = state.profile.subject.as_ref();
    // The row led to another user, and is gone.
    let survivor = subject.filter(|_| users.is_outside()).and_then(|subject| {
        let is_here = match &users.selection {
            Some(Selection::User(id)) => subject.row.as_ref() == Some(id),
            _ => false,
        };
        subject.id.clone().filter(|_| is_here)
    });
    let selection = match survivor {
        Some(survivor) => Some(Selection::User(survivor)),
        None => users.selection.clone(),
    };
    let (is_there, can_stay) = match &selection {
        // A user who is shown has a row in any case.
        Some(Selection::User(id)) => (users.lists(id), true),
        Some(_) => (
            users.selected_row().is_some(),
            users.selected_row().is_some(),
        ),
        None => (false, false),
    };
    if (users.moved && is_there) || (is_looked_at(state) && can_stay) {
        return selection;
    }
    // The row is gone: the cursor stays near it, so that the list can be walked on.
    let near = before.filter(|_| users.moved && selection.is_some());
    let near = near.map(|row| row.min(users.results.hits.len().saturating_sub(1)));
    let near = near.and_then(|row| users.results.hits.get(row));
    match near {
        Some(hit) => Some(Selection::User(hit.entry.id.clone())),
        None => users.first_choice(),
    }
}

/// Whether the agent looks at the user under the cursor or at the one they opened: new hits must
/// not put somebody else in that user's place.
fn is_looked_at(state: &State) -> bool {
    if state.profile.subject.is_none() {
        return false;
    }
    // An empty box asks for nobody else.
    let asks_for_others = !state.users.moved && !state.users.is_blank();
    let is_opened = state.profile.is_opened() && !asks_for_others;
    is_opened || state.focus != Pane::Users || state.overlay.is_some()
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

/// Opens the next or the previous user of the list; the focus stays where it is.
pub(super) fn open_neighbour(state: &mut State, toward: Toward) -> Vec<Effect> {
    let Some(id) = state.users.neighbour(toward) else {
        state.say(match toward {
            _ if state.users.results.hits.is_empty() => "nobody is listed",
            Toward::End => "this is the last user of the list",
            Toward::Start => "this is the first user of the list",
        });
        return Vec::new();
    };
    let focus = state.focus;
    let mut effects = open_user(state, &LookupId::from(&id), id);
    state.focus = focus;
    effects.extend(search_further(state));
    effects
}

/// Enter in the search box: acts on the current text, never on older hits, and then on the row
/// under the cursor.
pub(super) fn enter_text(state: &mut State) -> Vec<Effect> {
    if !state.users.is_settled() || must_wait_for_the_directory(state) {
        state.users.enter_waits = true;
        return Vec::new();
    }
    if let Some(hit) = state.users.exact_under_cursor() {
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
    if state.users.selection.is_none() && !state.users.is_blank() {
        say_why_nobody(state);
    }
    enter_row(state)
}

/// Says why Enter opens nobody.
fn say_why_nobody(state: &mut State) {
    if state.users.results.asked == Asked::FiltersOnly {
        state.say("no user known here matches, and the API has no filters");
        return;
    }
    let key = state.keys.map.label(Mode::Typing, Action::LookUp);
    let key = key.map(|key| format!("; {key} asks the API for it as an id"));
    let key = key.unwrap_or_default();
    state.say(format_args!("no user known here matches{key}"));
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
