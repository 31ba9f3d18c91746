//! Who the user is: the pane, and the strip that stands for it on small screens.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{draw_frame, problem_rows, spinner};
use crate::console::action::Action;
use crate::console::keymap::Mode;
use crate::console::layout::row::{Row, Tone, wrapped};
use crate::console::layout::{profile as rows, strip};
use crate::console::state::profile::Visit;
use crate::console::state::{Link, Pane, Remote, State};
use crate::domain::{Problem, Stage};
use crate::text::{SafeText, time};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) {
    let area = state.screen().text(Pane::Profile);
    if area.is_empty() {
        return;
    }
    draw_frame(canvas, state, Pane::Profile, &freshness(state));
    let width = usize::from(area.width);
    let mut y = 0;
    if let Some(problem) = problem(state) {
        let rows = match state.profile.shown() {
            // What is known is worth more room than why it could not be confirmed.
            Some(_) => vec![banner(problem, state, width)],
            None => problem_rows(problem, state, width),
        };
        y = draw_rows(canvas, area, y, &rows);
    }
    match state.profile.shown() {
        Some(profile) => {
            let rows = rows::rows(state.facts(profile), width);
            let rows = &rows[state.profile.scroll.min(rows.len())..];
            draw_rows(canvas, area, y, rows);
        }
        None if y == 0 => {
            draw_rows(canvas, area, 0, &nobody(state, width));
        }
        None => {}
    }
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

/// A problem in one row, beside what was known before.
fn banner(problem: &Problem, state: &State, width: usize) -> Row {
    let words = SafeText::of(&problem.words(&state.connection));
    let key = state
        .keys
        .map
        .label(Mode::Normal, Action::Refresh)
        .unwrap_or_default();
    let again = SafeText::own(format_args!("  {key} tries again"));
    let words = words.ellipsis(width.saturating_sub(again.width()));
    Row::of(Tone::Problem, words).with(Tone::Dim, again)
}

fn problem(state: &State) -> Option<&Problem> {
    match (&state.link, state.profile.remote.problem()) {
        (_, Some(problem)) | (Link::Down(problem), None) => Some(problem),
        _ => None,
    }
}

/// How old the copy is, or that a newer one is on its way.
fn freshness(state: &State) -> Row {
    let remote = &state.profile.remote;
    let age = remote
        .good()
        .map(|good| time::ago(state.clock.now, good.at));
    if let Some(turn) = spinner(state, remote.loading_since()) {
        let words = match age {
            Some(age) => format!(" {turn} loading · this copy is from {age} "),
            None => format!(" {turn} loading "),
        };
        return Row::words(Tone::Dim, words);
    }
    match (remote, age) {
        (Remote::Failed { .. }, Some(age)) => {
            Row::words(Tone::Warning, format_args!(" an older copy, from {age} "))
        }
        (_, Some(age)) => Row::words(Tone::Dim, format_args!(" fetched {age} ")),
        _ => Row::default(),
    }
}

/// What stands where no user is shown.
fn nobody(state: &State, width: usize) -> Vec<Row> {
    let words = match (&state.link, &state.profile.subject) {
        (_, Some(subject)) => {
            let id = SafeText::of(subject.lookup.untrusted()).middle(40);
            match subject.visit {
                Visit::Opened => format!("Looking up “{id}” …"),
                Visit::Glance => format!("Nothing but the _id {id} is known yet."),
            }
        }
        (Link::Connecting, None) if state.connection.stage == Stage::Sandbox => {
            "The sandbox is starting …".to_owned()
        }
        _ => "No user is shown. Search on the left, or paste an _id or a userId.".to_owned(),
    };
    wrapped(Tone::Dim, &SafeText::own(words), width, 0)
}

pub(super) fn draw_strip(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let width = usize::from(area.width);
    let problem = problem(state);
    let rows = match (state.profile.shown(), problem) {
        (Some(profile), None) => strip::rows(state.facts(profile), width),
        (Some(profile), Some(problem)) => {
            let mut rows = strip::rows(state.facts(profile), width);
            rows.truncate(2);
            rows.push(banner(problem, state, width));
            rows
        }
        (None, Some(problem)) => {
            let words = SafeText::of(&problem.words(&state.connection));
            wrapped(Tone::Problem, &words, width, 0)
        }
        (None, None) => nobody(state, width),
    };
    draw_rows(canvas, area, 0, &rows);
}
