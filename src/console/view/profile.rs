//! Who the user is: the pane, and the strip that takes its place on small screens.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::frame::{draw_frame, position, spinner};
use crate::console::geometry::{Pane, Shape};
use crate::console::layout::facts::Facts;
use crate::console::layout::row::{Row, Tone, wrapped};
use crate::console::layout::{problem, profile as rows, strip};
use crate::console::state::profile::Visit;
use crate::console::state::{Link, Remote, Selection, State};
use crate::domain::Stage;
use crate::domain::facts::Source;
use crate::text::SafeText;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) {
    let area = state.screen().text(Pane::Profile);
    if area.is_empty() {
        return;
    }
    draw_frame(canvas, state, Pane::Profile, &freshness(state));
    let width = usize::from(area.width);
    let y = draw_rows(canvas, area, 0, &problem::in_profile(state, width));
    match state.profile.shown() {
        Some(profile) => {
            let rows = rows::rows(strip::below(state, Facts::of(state, profile)), width);
            let scroll = state.profile.scroll.min(rows.len());
            draw_rows(canvas, area, y, &rows[scroll..]);
            let room = usize::from(area.height.saturating_sub(y));
            draw_position(canvas, state, &position(scroll, rows.len(), room));
        }
        None if is_explained(state) => {}
        None => {
            let strip = state.screen().strip;
            let in_strip = nobody(state, usize::from(strip.width.saturating_sub(2)));
            if in_strip.len() > usize::from(strip.height) {
                draw_rows(canvas, area, y, &nobody(state, width));
            }
        }
    }
}

/// Says which rows of a long profile are shown: on the lower border, else beside the tabs.
fn draw_position(canvas: &mut Canvas<'_>, state: &State, words: &str) {
    let screen = state.screen();
    let pane = screen.pane(Pane::Profile);
    let line = if screen.has_borders() {
        Rect {
            x: pane.x + 1,
            y: pane.bottom().saturating_sub(1),
            width: pane.width.saturating_sub(2),
            height: 1,
        }
    } else {
        screen.tabs
    };
    canvas.row_at_right(line, 0, &Row::words(Tone::Dim, words));
}

/// Whether the rows above say already why nobody is shown.
fn is_explained(state: &State) -> bool {
    state.profile.fate.is_some()
        || state.profile.remote.problem().is_some()
        || matches!(state.api.link, Link::Down(_))
}

fn draw_rows(canvas: &mut Canvas<'_>, area: Rect, from: u16, rows: &[Row]) -> u16 {
    let mut y = from;
    for row in rows
        .iter()
        .take(usize::from(area.height.saturating_sub(from)))
    {
        canvas.row(area, y, row);
        y += 1;
    }
    y
}

/// Where the copy comes from and how old it is, or that a newer one is on its way.
fn freshness(state: &State) -> Row {
    let remote = &state.profile.remote;
    let age = state.copy_age();
    if let Some(turn) = spinner(state, remote.loading_since()) {
        let words = match age {
            Some(age) => format!(" {turn} loading · {age} "),
            None => format!(" {turn} loading "),
        };
        return Row::words(Tone::Dim, words);
    }
    let Some(age) = age else {
        return Row::default();
    };
    let looked_up = state.profile.shown().map(|profile| profile.how) == Some(Source::Api);
    match remote {
        // The API may tell something else by now.
        Remote::Failed { .. } if looked_up => {
            Row::words(Tone::Warning, format_args!(" an older copy, {age} "))
        }
        Remote::Failed { .. } => Row::words(Tone::Warning, format_args!(" {age} ")),
        _ => Row::words(Tone::Dim, format_args!(" {age} ")),
    }
}

/// The words where no user is shown.
fn nobody(state: &State, width: usize) -> Vec<Row> {
    let words = match (&state.api.link, &state.profile.subject) {
        (_, Some(subject)) => {
            let id = SafeText::of_ends(subject.lookup.untrusted(), 40);
            match subject.visit {
                Visit::Opened if state.profile.remote.is_loading() => {
                    format!("Looking up “{id}” …")
                }
                Visit::Opened => format!("“{id}” has not been looked up."),
                Visit::Glance if state.is_kept() => {
                    "Reading what is kept of this user …".to_owned()
                }
                Visit::Glance => format!("Nothing but the _id {id} is known yet."),
            }
        }
        (Link::Up | Link::Lost(_), None) if asked_by_row(state).is_some() => {
            let text = asked_by_row(state).unwrap_or_default();
            format!("“{text}” has not been looked up.")
        }
        (Link::Connecting, None) if state.api.connection.stage == Stage::Sandbox => {
            "The sandbox is starting …".to_owned()
        }
        _ => {
            let search = match state.screen().shape {
                Shape::Two | Shape::Three => "Search on the left",
                _ => "Search for a name",
            };
            format!("No user is shown. {search}, or paste an _id or a userId.")
        }
    };
    wrapped(Tone::Dim, &SafeText::own(words), width, 0)
}

/// The text that the row under the cursor offers to look up.
fn asked_by_row(state: &State) -> Option<SafeText> {
    match state.users.selection.as_ref()? {
        Selection::LookUp => Some(SafeText::own(state.users.text().trim()).ellipsis(40)),
        Selection::Offer(id) => Some(SafeText::of_ends(id.untrusted(), 40)),
        Selection::User(_) => None,
    }
}

pub(super) fn draw_strip(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let width = usize::from(area.width);
    let mut problem = problem::above_profile(state, width);
    let rows = match state.profile.shown() {
        Some(profile) => {
            let mut rows = strip::rows(Facts::of(state, profile), width);
            // Who it is comes before why that could not be confirmed.
            if !problem.is_empty() {
                rows.truncate(
                    usize::from(area.height)
                        .saturating_sub(problem.len())
                        .max(1),
                );
                rows.append(&mut problem);
            }
            rows
        }
        None if is_explained(state) => problem,
        None => {
            problem.append(&mut nobody(state, width));
            problem
        }
    };
    draw_rows(canvas, area, 0, &rows);
}
